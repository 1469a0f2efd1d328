/*
 * rules_read.c — see rules_read.h.
 */
#include "work/rules_read.h"

static struct order_rules read_order_rules(const struct settings *s)
{
    return (struct order_rules){
        .contact_days = (int)settings_int(s, "work_order.contact_days"),
        .fix_days = (int)settings_int(s, "work_order.fix_days"),
        .fix_long_days = (int)settings_int(s, "work_order.fix_long_days"),
        .verdict_days = (int)settings_int(s, "work_order.verdict_days"),
        .escalate_days = (int)settings_int(s, "work_order.escalate_days"),
        .tries = (int)settings_int(s, "work_order.tries"),
    };
}

void rules_read(const struct settings *s, struct rules *out)
{
    int from_min, to_min;

    settings_span(s, "invite.window", &from_min, &to_min);
    *out = (struct rules){
        .rating = {.correction_ms = settings_ms(s, "invite.correction"),
                   .order = read_order_rules(s)},
        .invite = {.delay_low_ms = settings_ms(s, "invite.delay_min"),
                   .delay_high_ms = settings_ms(s, "invite.delay_max"),
                   .window = {.from_min = from_min, .to_min = to_min},
                   .spread_ms = settings_ms(s, "invite.spread"),
                   .open_working_days = (int)settings_int(s, "invite.open_working_days"),
                   .open_days_max = (int)settings_int(s, "invite.open_days_max"),
                   .per_day = (int)settings_int(s, "invite.cap_days"),
                   .per_30_days = (int)settings_int(s, "invite.cap_30_days"),
                   .remind_after_ms = settings_bool(s, "invite.reminder")
                                          ? settings_ms(s, "invite.remind_after")
                                          : 0},
        .queue = {.no_show_calls = (int)settings_int(s, "queue.noshow_calls"),
                  .no_show_after_ms = settings_ms(s, "queue.noshow_after"),
                  .undo_ms = settings_ms(s, "queue.undo"),
                  .restore_ms = settings_ms(s, "queue.restore_after"),
                  .near = (int)settings_int(s, "queue.near"),
                  .sms_alerts = settings_bool(s, "queue.sms_alerts")},
    };
}
