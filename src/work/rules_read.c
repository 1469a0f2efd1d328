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

static struct trigger_rules read_trigger_rules(const struct settings *s)
{
    return (struct trigger_rules){
        .threshold = (int)settings_int(s, "second_assessment.threshold"),
        .alarms =
            {
                [TRIGGER_THRESHOLD] =
                    (int)settings_int(s, "second_assessment.threshold_alarms"),
                [TRIGGER_CHART] = (int)settings_int(s, "second_assessment.chart_alarms"),
                [TRIGGER_BOTTOM] =
                    (int)settings_int(s, "second_assessment.bottom_alarms"),
            },
        .tolerance = (int)settings_int(s, "second_assessment.tolerance"),
        .base_months = (int)settings_int(s, "second_assessment.base_months"),
        .base_least = (int)settings_int(s, "second_assessment.base_least"),
        .bottom_months = (int)settings_int(s, "second_assessment.bottom_months"),
        .bottom_places = (int)settings_int(s, "second_assessment.bottom_places"),
        .bottom_least = (int)settings_int(s, "second_assessment.bottom_least"),
        .bottom_windows = (int)settings_int(s, "second_assessment.bottom_windows"),
    };
}

static struct watch_rules read_watch_rules(const struct settings *s)
{
    const int64_t day_ms = 86400000, correction_ms = settings_ms(s, "invite.correction");

    return (struct watch_rules){
        .trigger = read_trigger_rules(s),
        .trial = {.level = (int)settings_int(s, "second_assessment.verdict_level"),
                  .tolerance =
                      (int)settings_int(s, "second_assessment.verdict_tolerance"),
                  .least = (int)settings_int(s, "second_assessment.verdict_least")},
        .second = {
            .notice_days = (int)settings_int(s, "second_assessment.notice_days"),
            .plan_days = (int)settings_int(s, "second_assessment.plan_days"),
            .measure_days = (int)settings_int(s, "second_assessment.measure_days"),
            .sign_days = (int)settings_int(s, "second_assessment.sign_days"),
            .measure_least = (int)settings_int(s, "second_assessment.measure_least"),
            .measure_most = (int)settings_int(s, "second_assessment.measure_most"),
            .plan_most = (int)settings_int(s, "second_assessment.plan_most"),
            .settle_days = (int)settings_int(s, "invite.open_days_max") +
                           (int)((correction_ms + day_ms - 1) / day_ms),
        }};
}

void rules_read(const struct settings *s, struct rules *out)
{
    int from_min, to_min;

    settings_span(s, "invite.window", &from_min, &to_min);
    *out = (struct rules){
        .keep_days = (int)settings_int(s, "phones.keep_days"),
        .rating = {.correction_ms = settings_ms(s, "invite.correction"),
                   .attests = settings_int(s, "promise.ask_percent") > 0,
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
        .promise = {.ask_percent = (int)settings_int(s, "promise.ask_percent"),
                    .open_working_days =
                        (int)settings_int(s, "promise.open_working_days")},
        .watch = read_watch_rules(s),
        .hall_share = (int)settings_int(s, "assess.hall_share"),
    };
}
