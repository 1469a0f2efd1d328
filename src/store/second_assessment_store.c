/*
 * second_assessment_store.c — see second_assessment_store.h.
 *
 * Invariants: (1) second_states follows from the steps: it is written only here, in the
 * transaction of the step. (2) A window has one that runs at the most. A
 * result is written in the transaction of its signature (second_result_store.c).
 */
#include "store/second_assessment_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "store/person_store.h"
#include "store/review_store.h"
#include "store/second_result_store.h"
#include "store/topics.h"
#include "store/trigger_store.h"

#define RECORD                                                                           \
    "a.id, a.window_code, a.department_code, a.month, a.opened_ms, s.state,"             \
    " s.plan_date, s.until_date, s.due_ms, s.steps, s.changed_ms"
#define RECORDS                                                                          \
    " FROM second_assessments a JOIN second_states s ON s.assessment_id = a.id"
#define RULE_FOUND(rule)                                                                 \
    "(SELECT count(*) FROM second_triggers t WHERE t.assessment_id = a.id"               \
    " AND t.month = a.month AND t.rule = '" rule "')"

enum {
    GET,
    RUNNING,
    ADD,
    STATE_ADD,
    STATE_SET,
    STEP_ADD,
    LIST,
    STEPS,
    TRIGGERS,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [GET] = "SELECT " RECORD RECORDS " WHERE a.id = $1 AND a.hall = $2",
    [RUNNING] = "SELECT " RECORD RECORDS " WHERE a.hall = $1 AND a.window_code = $2"
                " AND s.state NOT IN ('result', 'dismissed') ORDER BY a.id DESC LIMIT 1",
    [ADD] = "INSERT INTO second_assessments (id, hall, window_code, department_code,"
            " month, opened_ms) VALUES ($1, $2, $3, $4, $5, $6)",
    [STATE_ADD] = "INSERT INTO second_states (assessment_id, hall, state, plan_date, "
                  "until_date,"
                  " due_ms, steps, changed_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [STATE_SET] =
        "UPDATE second_states SET state = $3, plan_date = $4, until_date = $5,"
        " due_ms = $6, steps = $7, changed_ms = $8 WHERE assessment_id = $1 AND hall "
        "= $2",
    [STEP_ADD] = "INSERT INTO second_steps (id, hall, assessment_id, act, actor, date,"
                 " words_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [LIST] = "SELECT " RECORD ", (SELECT w.name FROM windows w WHERE w.hall = a.hall"
             " AND w.code = a.window_code ORDER BY w.id DESC LIMIT 1),"
             " (SELECT d.name FROM departments d WHERE d.hall = a.hall"
             " AND d.code = a.department_code ORDER BY d.id DESC LIMIT "
             "1), " RULE_FOUND("threshold") ", " RULE_FOUND("chart") ", " RULE_FOUND(
                 "bottom") ","
                           " (SELECT v.verdict FROM second_verdicts v WHERE "
                           "v.assessment_id = a.id)" RECORDS
                           " WHERE a.hall = $1 AND a.month >= $2 AND a.month <= $3"
                           " AND (CAST($4 AS TEXT) IS NULL OR a.department_code = $4)"
                           " AND (CAST($5 AS TEXT) IS NULL OR a.window_code = $5)"
                           " ORDER BY a.month DESC, a.id DESC",
    [STEPS] = "SELECT act, actor, date, words_id, at_ms FROM second_steps"
              " WHERE assessment_id = $1 AND hall = $2 ORDER BY id",
    [TRIGGERS] = "SELECT month, rule, base, channel, bad, n, base_bad, base_n,"
                 " expected_milli, bad_limit, tail_ppb, allowed_ppb, at_ms, tolerance"
                 " FROM second_triggers WHERE assessment_id = $1 AND hall = $2"
                 " ORDER BY id",
};

const char *const *second_assessment_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

int day_date(int32_t day)
{
    int year, month, number;

    if (day == 0)
        return 0;
    day_civil(day, &year, &month, &number);
    return year * 10000 + month * 100 + number;
}

int32_t date_day(int date)
{
    return date == 0 ? 0 : day_number(date / 10000, date / 100 % 100, date % 100);
}

static struct second_clock clock_of(const struct store *st,
                                    const struct second_rules *rules, int64_t now_ms)
{
    const struct hall_frame *f = st->frame;

    return (struct second_clock){f->calendar, f->zone, &f->hours, rules, now_ms};
}

/* == Reading ====================================================================== */

static void read_record(const struct db_cursor *c, struct second_record *out)
{
    *out = (struct second_record){0};
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->window, sizeof(out->window));
    db_copy_text(c, 2, out->department, sizeof(out->department));
    out->month = (int)db_get_int(c, 3);
    out->opened_ms = db_get_int(c, 4);
    out->now.state = second_state_read(db_get_text(c, 5));
    out->now.found_end = month_end(out->month);
    out->now.plan_from = date_day((int)db_get_int(c, 6));
    out->now.until = date_day((int)db_get_int(c, 7));
    out->now.due_ms = db_get_int(c, 8);
    out->steps = (int)db_get_int(c, 9);
    out->changed_ms = db_get_int(c, 10);
}

bool second_get(struct store *st, int64_t id, struct second_record *out, bool *found,
                struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[GET], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found)
        read_record(&c, out);
    db_done(&c);
    return true;
}

static bool find_running(struct store *st, const char *window, struct second_record *out,
                         bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[RUNNING], DB(db_int(st->hall), db_text(window)), &c, found,
                 err))
        return false;
    if (*found)
        read_record(&c, out);
    db_done(&c);
    return true;
}

/* == Writing ====================================================================== */

static bool write_state(struct store *st, int statement, const struct second_record *r,
                        struct error *err)
{
    return db_run(st->db, sql[statement],
                  DB(db_int(r->id), db_int(st->hall),
                     db_text(second_state_name(r->now.state)),
                     db_int(day_date(r->now.plan_from)), db_int(day_date(r->now.until)),
                     db_int(r->now.due_ms), db_int(r->steps), db_int(r->changed_ms)),
                  err);
}

static bool write_step(struct store *st, int64_t id, const struct second_step *step,
                       int64_t now_ms, struct error *err)
{
    const char *words = step->words != NULL ? step->words : "";
    int64_t words_id = 0;

    if (words[0] != '\0' && !words_keep(st, words, strlen(words), now_ms, &words_id, err))
        return false;
    return db_run(st->db, sql[STEP_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(second_act_name(step->act)), db_text(step->actor),
                     db_int(day_date(step->day)), db_id(words_id), db_int(now_ms)),
                  err);
}

static bool begin(struct store *st, const struct second_rules *rules, const char *window,
                  const char *department, int month, int64_t now_ms, int64_t *id,
                  struct error *err)
{
    const struct second_clock clock = clock_of(st, rules, now_ms);
    const struct second_step step = {.act = SECOND_FIND, .actor = "clockwork"};
    struct second_record r = {
        .id = store_id(st, now_ms), .steps = 1, .changed_ms = now_ms};

    *id = r.id;
    second_begin(&r.now, month_end(month), &clock);
    return db_run(st->db, sql[ADD],
                  DB(db_int(r.id), db_int(st->hall), db_text(window), db_text(department),
                     db_int(month), db_int(now_ms)),
                  err) &&
           write_state(st, STATE_ADD, &r, err) &&
           write_step(st, r.id, &step, now_ms, err);
}

bool second_find(struct store *st, const struct second_rules *rules, const char *window,
                 const char *department, int month, int64_t now_ms, int64_t *id,
                 struct error *err)
{
    const struct second_step again = {
        .act = SECOND_AGAIN, .actor = "clockwork", .day = month_end(month)};
    struct second_record r;
    bool found;

    if (!find_running(st, window, &r, &found, err))
        return false;
    if (!found)
        return begin(st, rules, window, department, month, now_ms, id, err);
    *id = r.id;
    if (r.month == month)
        return true;
    r.steps++;
    r.changed_ms = now_ms;
    return write_step(st, r.id, &again, now_ms, err) &&
           write_state(st, STATE_SET, &r, err);
}

/* == Steps ======================================================================== */

static bool check_words(const struct second_step *step, struct error *err)
{
    const char *words = step->words != NULL ? step->words : "";

    if (words[0] == '\0' && step->act != SECOND_MEASURE)
        return error_field(err, "words", "Write a few words to go with it.");
    if (text_characters(words, strlen(words)) > SECOND_WORDS)
        return error_field(err, "words", "%d characters at most.", SECOND_WORDS);
    return true;
}

static bool check_day(const struct second_record *r, const struct second_step *step,
                      const struct second_clock *clock, struct error *err)
{
    char first_text[DAY_TEXT], last_text[DAY_TEXT];
    int32_t first, last;

    if (second_day_fits(&r->now, step->act, step->day, clock) == SECOND_DAY_FITS)
        return true;
    second_days(&r->now, step->act, clock, &first, &last);
    day_text(first, first_text);
    day_text(last, last_text);
    return error_field(err, "day", "Choose a day from %s to %s.", first_text, last_text);
}

static bool check_step(const struct second_record *r, const struct second_step *step,
                       const struct second_clock *clock, struct error *err)
{
    char text[DAY_TEXT];
    struct local_time now;

    if (step->act == SECOND_FIND || step->act == SECOND_AGAIN ||
        !second_may(&r->now, step->act))
        return error_set(err, ERROR_CONFLICT,
                         "That cannot be done with this second assessment as it stands "
                         "now.");
    if (!check_words(step, err) || !check_day(r, step, clock, err))
        return false;
    zone_local(clock->zone, clock->now_ms, &now);
    if (step->act != SECOND_SIGN ||
        now.day_number >= second_sign_day(&r->now, clock->rules))
        return true;
    day_text(second_sign_day(&r->now, clock->rules), text);
    return error_set(err, ERROR_CONFLICT,
                     "Ratings of that time can still change. The result is there from %s "
                     "on.",
                     text);
}

bool second_step_take(struct store *st, const struct watch_rules *rules,
                      struct second_record *r, const struct second_step *step,
                      int64_t now_ms, struct error *err)
{
    const struct second_clock clock = clock_of(st, &rules->second, now_ms);
    char object[48];

    if (!check_step(r, step, &clock, err) ||
        !second_do(&r->now, step->act, step->day, &clock))
        return false;
    if (step->act == SECOND_SIGN &&
        !second_result_keep(st, &rules->trial, r, now_ms, err))
        return false;
    r->steps++;
    r->changed_ms = now_ms;
    snprintf(object, sizeof(object), "second_assessment %lld", (long long)r->id);
    return write_step(st, r->id, step, now_ms, err) &&
           write_state(st, STATE_SET, r, err) &&
           store_audit(st, step->actor, "second_assessment.step", object,
                       second_act_name(step->act), now_ms, err);
}

/* == Looking ====================================================================== */

static void read_item(const struct db_cursor *c, struct second_item *out)
{
    static const char *const rules[] = {"threshold", "chart", "bottom"};
    size_t used = 0;

    read_record(c, &out->record);
    db_copy_text(c, 11, out->window_name, sizeof(out->window_name));
    db_copy_text(c, 12, out->department_name, sizeof(out->department_name));
    out->rules[0] = '\0';
    for (int i = 0; i < 3; i++)
        if (db_get_int(c, 13 + i) > 0)
            used += (size_t)snprintf(out->rules + used, sizeof(out->rules) - used, "%s%s",
                                     used > 0 ? " " : "", rules[i]);
    db_copy_text(c, 16, out->verdict, sizeof(out->verdict));
}

bool seconds_list(struct store *st, int year, const char *department, const char *window,
                  second_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct second_item item;
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST],
                  DB(db_int(st->hall), db_int(year * 100 + 1), db_int(year * 100 + 12),
                     db_text(department), db_text(window)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        read_item(&c, &item);
        each(self, &item);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool second_steps_each(struct store *st, int64_t id, second_past_each *each, void *self,
                       struct error *err)
{
    struct db_cursor c;
    bool ok;

    ok = db_query(st->db, sql[STEPS], DB(db_int(id), db_int(st->hall)), &c, err);
    while (ok && db_next(&c, err)) {
        struct second_past past = {.act = db_get_text(&c, 0),
                                   .actor = db_get_text(&c, 1),
                                   .date = (int)db_get_int(&c, 2),
                                   .at_ms = db_get_int(&c, 4)};

        ok = review_words(st, db_get_int(&c, 3), &past.words, err);
        if (ok)
            each(self, &past);
        free(past.words);
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

bool second_triggers_each(struct store *st, int64_t id, second_trigger_each *each,
                          void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[TRIGGERS], DB(db_int(id), db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        const struct second_trigger t = {
            .month = (int)db_get_int(&c, 0),
            .rule = db_get_text(&c, 1),
            .base = db_get_text(&c, 2),
            .channel = db_get_text(&c, 3),
            .bad = db_get_int(&c, 4),
            .n = db_get_int(&c, 5),
            .base_bad = db_get_int(&c, 6),
            .base_n = db_get_int(&c, 7),
            .expected_milli = db_get_int(&c, 8),
            .limit = db_get_int(&c, 9),
            .tail_ppb = db_get_int(&c, 10),
            .allowed_ppb = db_get_int(&c, 11),
            .at_ms = db_get_int(&c, 12),
            .tolerance = (int)db_get_int(&c, 13),
        };

        each(self, &t);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
