/*
 * invitation_store.c — see invitation_store.h and facts of the trade: at most one
 * invitation a day and phone, four in 30 days; several cases of one phone that close
 * before the first text is claimed are asked about together; what cannot be asked in time
 * is capped. QR rating is always open.
 */
#include "store/invitation_store.h"

#include <stdio.h>

#include "base/zone.h"
#include "store/message_cases.h"
#include "store/conversation_store.h"
#include "store/message_store.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { DAY_MS = 24 * 3600 * 1000, MONTH_DAYS = 30, MOST_TOGETHER = 3, MOST_COUNTED = 64 };

#define SURVEYS "kind IN ('survey', 'survey_code', 'survey_four', 'survey_multi')"

enum {
    INVITATION_ADD,
    INVITATION_OF,
    UNCLAIMED,
    ASKED,
    CASE_TAKE_OUT,
    BATCH,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [INVITATION_ADD] =
        "INSERT INTO invitations (id, hall, case_id, phone_id, decision, reason,"
        " message_id, due_ms, decided_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [INVITATION_OF] = "SELECT id, decision, reason, message_id, due_ms FROM invitations"
                      " WHERE case_id = $1",
    [UNCLAIMED] = "SELECT m.id, m.due_ms, (SELECT count(*) FROM message_cases c"
                  " WHERE c.message_id = m.id), (SELECT COALESCE(max(c.ordinal), 0)"
                  " FROM message_cases c WHERE c.message_id = m.id) FROM messages m"
                  " WHERE m.phone_id = $1"
                  " AND m.kind = 'survey' AND m.state = 'NEW' ORDER BY m.id LIMIT 1",
    [ASKED] = "SELECT COALESCE(accepted_ms, due_ms) FROM messages WHERE phone_id = $1"
              " AND id >= $2 AND " SURVEYS " AND state NOT IN ('WITHDRAWN', 'REFUSED')"
              " ORDER BY id DESC LIMIT 64",
    [CASE_TAKE_OUT] =
        "DELETE FROM message_cases WHERE case_id = $1 AND message_id IN"
        " (SELECT id FROM messages WHERE id = $2 AND state IN ('NEW', 'RETRY'))",
    [BATCH] = "SELECT count(*) FROM invitations WHERE message_id = $1",
};

const char *const *invitation_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

int64_t invitation_rate_until(const struct store *st, const struct invite_rules *rules,
                              int64_t closed_ms, int64_t asked_ms)
{
    const struct hall_frame *f = st->frame;
    int64_t from_ms = asked_ms > closed_ms ? asked_ms : closed_ms;
    int64_t until_ms = calendar_deadline_ms(f->calendar, f->zone, &f->hours, from_ms,
                                            rules->open_working_days);
    int64_t last_ms = closed_ms + rules->open_days_max * (int64_t)DAY_MS;

    return until_ms < last_ms ? until_ms : last_ms;
}

/* A number from 0 to `range`, by lot. */
static int64_t lot(struct store *st, int64_t range)
{
    uint32_t drawn;

    st->world->random(st->world, &drawn, sizeof(drawn));
    return range > 0 ? (int64_t)(drawn % (uint64_t)(range + 1)) : 0;
}

static int32_t day_of(const struct store *st, int64_t at_ms)
{
    struct local_time local;

    zone_local(st->frame->zone, at_ms, &local);
    return local.day_number;
}

/* The local days on which this phone was or will be asked. */
struct asked_days {
    int32_t day[MOST_COUNTED];
    int count;
};

static bool asked_days(struct store *st, int64_t phone_id, int64_t now_ms,
                       struct asked_days *out, struct error *err)
{
    struct db_cursor c;

    out->count = 0;
    if (!db_query(st->db, sql[ASKED],
                  DB(db_int(phone_id),
                     db_int(id_floor(now_ms - 2 * MONTH_DAYS * (int64_t)DAY_MS))),
                  &c, err))
        return false;
    while (out->count < MOST_COUNTED && db_next(&c, err))
        out->day[out->count++] = day_of(st, db_get_int(&c, 0));
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* May the phone be asked on this day, too? */
static bool day_is_free(const struct asked_days *a, const struct invite_rules *rules,
                        bool agent, int32_t day)
{
    int same = 0, month = 0;

    for (int i = 0; i < a->count; i++) {
        same += a->day[i] == day;
        month += a->day[i] > day - MONTH_DAYS && a->day[i] < day + MONTH_DAYS;
    }
    return same < rules->per_day && (agent || month < rules->per_30_days);
}

/* When all of a day's closings are known: as the offices close. */
static int64_t evening(const struct store *st, int64_t now_ms)
{
    int64_t end_ms = zone_day_utc(st->frame->zone, day_of(st, now_ms),
                                  office_hours_end(&st->frame->hours));

    return end_ms > now_ms ? end_ms : now_ms;
}

/* When the text goes out: after the delay drawn by lot, for an agent in the evening;
 * inside the send window, on a free day. */
static int64_t choose_due(struct store *st, const struct invite_rules *rules,
                          const struct asked_days *asked, bool agent, int64_t now_ms,
                          int64_t until_ms, bool *moved)
{
    const struct zone *zone = st->frame->zone;
    int64_t delay_ms =
        rules->delay_low_ms + lot(st, rules->delay_high_ms - rules->delay_low_ms);
    int64_t due_ms = send_window_next(zone, &rules->window,
                                      agent ? evening(st, now_ms) : now_ms + delay_ms,
                                      lot(st, rules->spread_ms));

    *moved = false;
    while (!day_is_free(asked, rules, agent, day_of(st, due_ms)) && due_ms < until_ms) {
        *moved = true;
        due_ms = zone_day_utc(zone, day_of(st, due_ms) + 1, rules->window.from_min) +
                 lot(st, rules->spread_ms);
    }
    return due_ms;
}

static void decide(struct invitation *out, const char *decision, const char *reason)
{
    snprintf(out->decision, sizeof(out->decision), "%s", decision);
    snprintf(out->reason, sizeof(out->reason), "%s", reason);
}

/*
 * One more case of an agent's batch, of which three are asked about: each closing of the
 * batch has the same chance, whatever its place. The k-th takes the place of one of the
 * three with the chance 3/k.
 */
static bool draw_lots(struct store *st, const struct service_case *c, int64_t message_id,
                      int ordinal, struct error *err)
{
    struct link_case asked[LINK_CASES];
    struct db_cursor cur;
    int64_t place, batch = 0;
    bool found;
    int count;

    if (!db_find(st->db, sql[BATCH], DB(db_int(message_id)), &cur, &found, err))
        return false;
    if (found)
        batch = db_get_int(&cur, 0);
    db_done(&cur);
    place = lot(st, batch); /* this case is not among them yet */
    if (place >= LINK_CASES)
        return true;
    if (!message_cases(st, message_id, asked, &count, err))
        return false;
    if (place >= count)
        return true;
    return message_case_drop(st, message_id, asked[place].id, err) &&
           message_case_add(st, message_id, ordinal, c->id, err);
}

static bool join_message(struct store *st, const struct service_case *c, bool agent,
                         struct invitation *out, bool *joined, struct error *err)
{
    struct db_cursor cur;
    int64_t count, ordinal;

    if (!db_find(st->db, sql[UNCLAIMED], DB(db_int(c->phone_id)), &cur, joined, err))
        return false;
    if (!*joined)
        return true;
    out->message_id = db_get_int(&cur, 0);
    out->due_ms = db_get_int(&cur, 1);
    count = db_get_int(&cur, 2);
    ordinal = db_get_int(&cur, 3) + 1;
    db_done(&cur);
    *joined = agent || count < MOST_TOGETHER;
    if (!*joined) {
        out->message_id = out->due_ms = 0;
        return true;
    }
    decide(out, "asked_together", agent ? "batch" : "one text for several cases");
    if (count >= MOST_TOGETHER)
        return draw_lots(st, c, out->message_id, (int)ordinal, err);
    return message_case_add(st, out->message_id, (int)ordinal, c->id, err);
}

static bool add_message(struct store *st, const struct service_case *c, const char *lang,
                        int64_t now_ms, struct invitation *out, struct error *err)
{
    const struct message_new survey = {.kind = "survey",
                                       .lang = lang,
                                       .phone_id = c->phone_id,
                                       .due_ms = out->due_ms,
                                       .expires_ms = c->rate_until_ms};

    return message_add(st, &survey, now_ms, &out->message_id, err) &&
           message_case_add(st, out->message_id, 1, c->id, err);
}

/* The phone may be asked in principle: together, now, later, or no more in time. */
static bool schedule(struct store *st, const struct rules *rules,
                     const struct service_case *c, const char *lang, int64_t now_ms,
                     struct invitation *out, struct error *err)
{
    struct asked_days asked;
    bool joined, moved, agent;

    if (!phone_is_agent(st, c->phone_id, &agent, err) ||
        !join_message(st, c, agent, out, &joined, err))
        return false;
    if (joined)
        return true;
    if (!asked_days(st, c->phone_id, now_ms, &asked, err))
        return false;
    out->due_ms =
        choose_due(st, &rules->invite, &asked, agent, now_ms, c->rate_until_ms, &moved);
    if (out->due_ms >= c->rate_until_ms) {
        out->due_ms = 0;
        decide(out, moved ? "capped" : "excluded",
               moved ? "the phone was asked often enough"
                     : "the time to rate is over before");
        return true;
    }
    decide(out, moved ? "delayed" : "send",
           moved   ? "the phone was asked that day already"
           : agent ? "batch"
                   : "closed with a phone");
    return add_message(st, c, lang, now_ms, out, err);
}

bool invitation_decide(struct store *st, const struct rules *rules,
                       const struct service_case *c, const char *lang, int64_t now_ms,
                       struct invitation *out, struct error *err)
{
    bool opted_out = false;

    *out = (struct invitation){.id = store_id(st, now_ms)};
    if (c->phone_id != 0 && !phone_opted_out(st, c->phone_id, &opted_out, err))
        return false;
    if (c->parent_id != 0) /* one question for all departments of a parallel approval */
        decide(out, "excluded", "asked about with its parent");
    else if (c->phone_id == 0)
        decide(out, "no_phone", "no phone was left");
    else if (opted_out)
        decide(out, "opted_out", "the person wants no texts");
    else if (c->rate_until_ms <= now_ms)
        decide(out, "excluded", "closed too long ago");
    else if (!schedule(st, rules, c, lang, now_ms, out, err))
        return false;
    return db_run(st->db, sql[INVITATION_ADD],
                  DB(db_int(out->id), db_int(st->hall), db_int(c->id), db_id(c->phone_id),
                     db_text(out->decision), db_text(out->reason), db_id(out->message_id),
                     db_id(out->due_ms), db_int(now_ms)),
                  err);
}

bool invitation_of_case(struct store *st, int64_t case_id, struct invitation *out,
                        bool *found, struct error *err)
{
    struct db_cursor c;

    *out = (struct invitation){0};
    if (!db_find(st->db, sql[INVITATION_OF], DB(db_int(case_id)), &c, found, err))
        return false;
    if (!*found)
        return true;
    out->id = db_get_int(&c, 0);
    db_copy_text(&c, 1, out->decision, sizeof(out->decision));
    db_copy_text(&c, 2, out->reason, sizeof(out->reason));
    out->message_id = db_get_int(&c, 3);
    out->due_ms = db_get_int(&c, 4);
    db_done(&c);
    return true;
}

/* A survey that was worded and not sent asks nobody any more. */
static bool withdraw_message(struct store *st, int64_t id, int64_t now_ms,
                             struct error *err)
{
    struct message m;

    if (!message_get(st, id, &m, err))
        return false;
    if (!message_is_waiting(m.state))
        return true;
    return (m.conversation_id == 0 ||
            conversation_set(st, m.conversation_id, CONVERSATION_CLOSED, false, now_ms,
                             err)) &&
           message_withdraw(st, id, "reopened", now_ms, err);
}

bool invitation_withdraw(struct store *st, int64_t case_id, int64_t now_ms,
                         struct error *err)
{
    struct link_case asked[LINK_CASES];
    struct invitation inv;
    int count, there = 0;
    bool found;

    if (!invitation_of_case(st, case_id, &inv, &found, err))
        return false;
    if (!found || inv.message_id == 0)
        return true;
    if (!message_cases(st, inv.message_id, asked, &count, err))
        return false;
    for (int i = 0; i < count; i++)
        there += asked[i].id == case_id;
    if (there == 0) /* not drawn from its batch */
        return true;
    if (count > 1) /* the others are still asked about */
        return db_run(st->db, sql[CASE_TAKE_OUT],
                      DB(db_int(case_id), db_int(inv.message_id)), err);
    return withdraw_message(st, inv.message_id, now_ms, err);
}
