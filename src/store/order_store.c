/*
 * order_store.c — see order_store.h.
 *
 * Invariants: (1) order_states follows from the steps: it is written only here, in the
 * transaction of the step. (2) A verdict has the citizen for its actor. (3) Numbers of a
 * year have no gaps.
 */
#include "store/order_store.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "store/message_cases.h"
#include "store/message_store.h"
#include "store/order_marks.h"
#include "store/person_store.h"
#include "store/review_store.h"
#include "store/hook_store.h"
#include "store/topics.h"

#define ORDER_COLUMNS                                                                    \
    "SELECT o.id, o.number, o.kind, o.case_id, o.rating_id, o.inbound_id, o.opened_ms,"  \
    " s.state, s.reach, s.round, s.tries, s.level, s.paused_for, s.paused_ms,"           \
    " s.begun_ms, s.contact_due_ms, s.fix_due_ms, s.verdict_due_ms, s.raised_ms,"        \
    " s.department_code, s.window_code, s.owner_id, s.steps, s.changed_ms, c.phone_id"   \
    " FROM work_orders o JOIN order_states s ON s.order_id = o.id"                       \
    " JOIN cases c ON c.id = o.case_id"

enum {
    CASE_LOOK,
    YEAR_COUNT,
    ORDER_ADD,
    STATE_ADD,
    STATE_SET,
    STEP_ADD,
    GET,
    OF_CASE,
    DUE,
    STEPS,
    DEPARTMENT,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [CASE_LOOK] =
        "SELECT c.phone_id, w.code, d.code, t.lang, (SELECT e.contact FROM rating_details"
        " e WHERE e.case_id = c.id AND e.contact IS NOT NULL ORDER BY e.id DESC LIMIT 1)"
        " FROM cases c JOIN windows w ON w.id = c.window_id JOIN departments d"
        " ON d.id = w.department_id LEFT JOIN tickets t ON t.id = c.ticket_id"
        " WHERE c.id = $1 AND c.hall = $2",
    [YEAR_COUNT] =
        "INSERT INTO order_years (hall, year, newest) VALUES ($1, $2, 1)"
        " ON CONFLICT (hall, year) DO UPDATE SET newest = order_years.newest + 1"
        " RETURNING newest",
    [ORDER_ADD] = "INSERT INTO work_orders (id, hall, number, kind, case_id, rating_id,"
                  " inbound_id, opened_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [STATE_ADD] =
        "INSERT INTO order_states (order_id, hall, kind, state, reach, round, tries,"
        " level, paused_for, paused_ms, begun_ms, contact_due_ms, fix_due_ms,"
        " verdict_due_ms, raised_ms, due_ms, look_ms, department_code, window_code,"
        " owner_id, steps, changed_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    [STATE_SET] =
        "UPDATE order_states SET state = $4, reach = $5, round = $6, tries = $7,"
        " level = $8, paused_for = $9, paused_ms = $10, begun_ms = $11,"
        " contact_due_ms = $12, fix_due_ms = $13, verdict_due_ms = $14, raised_ms = $15,"
        " due_ms = $16, look_ms = $17, department_code = $18, window_code = $19,"
        " owner_id = $20, steps = $21, changed_ms = $22"
        " WHERE order_id = $1 AND hall = $2 AND kind = $3",
    [STEP_ADD] = "INSERT INTO order_steps (id, hall, order_id, act, actor, detail,"
                 " words_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [GET] = ORDER_COLUMNS " WHERE o.id = $1 AND o.hall = $2",
    [OF_CASE] = ORDER_COLUMNS " WHERE o.case_id = $1 AND o.hall = $2"
                              " AND o.kind = $3 AND s.state <> 'closed'"
                              " ORDER BY o.id DESC LIMIT 1",
    [DUE] = ORDER_COLUMNS " WHERE s.hall = $1 AND s.state <> 'closed' AND s.look_ms <= $2"
                          " ORDER BY s.look_ms, o.id LIMIT $3",
    [STEPS] = "SELECT act, actor, detail, words_id, at_ms FROM order_steps"
              " WHERE order_id = $1 AND hall = $2 ORDER BY id",
    [DEPARTMENT] = "SELECT ended FROM departments WHERE hall = $1 AND code = $2"
                   " ORDER BY id DESC LIMIT 1",
};

const char *const *order_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static struct order_clock clock_of(const struct store *st,
                                   const struct order_rules *rules, int64_t now_ms)
{
    const struct hall_frame *f = st->frame;

    return (struct order_clock){f->calendar, f->zone, &f->hours, rules, now_ms};
}

/* ---- reading ---- */

static void read_order(const struct db_cursor *c, struct order *out)
{
    struct work_order *now = &out->now;

    *out = (struct order){0};
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->number, sizeof(out->number));
    now->kind = order_kind_read(db_get_text(c, 2));
    out->case_id = db_get_int(c, 3);
    out->rating_id = db_get_int(c, 4);
    out->inbound_id = db_get_int(c, 5);
    out->opened_ms = db_get_int(c, 6);
    now->state = order_state_read(db_get_text(c, 7));
    now->reach = order_reach_read(db_get_text(c, 8));
    now->round = (int)db_get_int(c, 9);
    now->tries = (int)db_get_int(c, 10);
    now->level = (int)db_get_int(c, 11);
    db_copy_text(c, 12, out->paused_for, sizeof(out->paused_for));
    now->paused_ms = db_get_int(c, 13);
    now->begun_ms = db_get_int(c, 14);
    now->contact_due_ms = db_get_int(c, 15);
    now->fix_due_ms = db_get_int(c, 16);
    now->verdict_due_ms = db_get_int(c, 17);
    now->raised_ms = db_get_int(c, 18);
    db_copy_text(c, 19, out->department, sizeof(out->department));
    db_copy_text(c, 20, out->window, sizeof(out->window));
    out->owner = db_get_int(c, 21);
    out->steps = (int)db_get_int(c, 22);
    out->changed_ms = db_get_int(c, 23);
    out->phone = db_get_int(c, 24);
}

bool order_get(struct store *st, int64_t id, struct order *out, bool *found,
               struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[GET], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found)
        read_order(&c, out);
    db_done(&c);
    return true;
}

bool order_of_kind(struct store *st, int64_t case_id, enum order_kind kind,
                   struct order *out, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[OF_CASE],
                 DB(db_int(case_id), db_int(st->hall), db_text(order_kind_name(kind))),
                 &c, found, err))
        return false;
    if (*found)
        read_order(&c, out);
    db_done(&c);
    return true;
}

bool order_of_case(struct store *st, int64_t case_id, struct order *out, bool *found,
                   struct error *err)
{
    return order_of_kind(st, case_id, ORDER_RATING, out, found, err);
}

bool order_steps_each(struct store *st, int64_t id, order_past_each *each, void *self,
                      struct error *err)
{
    struct db_cursor c;
    bool ok;

    ok = db_query(st->db, sql[STEPS], DB(db_int(id), db_int(st->hall)), &c, err);
    while (ok && db_next(&c, err)) {
        struct order_past past = {.act = db_get_text(&c, 0),
                                  .actor = db_get_text(&c, 1),
                                  .detail = db_get_text(&c, 2),
                                  .at_ms = db_get_int(&c, 4)};

        ok = review_words(st, db_get_int(&c, 3), &past.words, err);
        if (ok)
            each(self, &past);
        free(past.words);
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

/* ---- writing ---- */

static bool write_state(struct store *st, int statement, const struct order_clock *clock,
                        const struct order *o, struct error *err)
{
    const struct work_order *now = &o->now;

    return db_run(
        st->db, sql[statement],
        DB(db_int(o->id), db_int(st->hall), db_text(order_kind_name(now->kind)),
           db_text(order_state_name(now->state)), db_text(order_reach_name(now->reach)),
           db_int(now->round), db_int(now->tries), db_int(now->level),
           db_text(o->paused_for), db_int(now->paused_ms), db_int(now->begun_ms),
           db_int(now->contact_due_ms), db_int(now->fix_due_ms),
           db_int(now->verdict_due_ms), db_int(now->raised_ms),
           db_int(order_due_ms(now, clock->rules)), db_int(order_look_ms(now, clock)),
           db_text(o->department), db_text(o->window), db_id(o->owner), db_int(o->steps),
           db_int(o->changed_ms)),
        err);
}

static bool write_step(struct store *st, int64_t order_id, const char *act,
                       const char *actor, const char *detail, const char *words,
                       int64_t now_ms, struct error *err)
{
    int64_t words_id = 0;

    if (words != NULL && words[0] != '\0' &&
        !words_keep(st, words, strlen(words), now_ms, &words_id, err))
        return false;
    return db_run(st->db, sql[STEP_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(order_id),
                     db_text(act), db_text(actor), db_text(detail != NULL ? detail : ""),
                     db_id(words_id), db_int(now_ms)),
                  err);
}

/* Of a hint nobody is told: other systems are the hall's. */
static bool tell_others(struct store *st, enum hook_type type, const struct order *o,
                        int64_t now_ms, struct error *err)
{
    const struct hook_fact fact = {.type = type,
                                   .case_id = o->case_id,
                                   .rating_id = o->rating_id,
                                   .order_id = o->id};

    return o->now.kind == ORDER_HINT || hook_add(st, &fact, now_ms, err);
}

/* ---- opening ---- */

/*
 * Numbers count on, but for hints: a gap among those that the hall sees would tell it
 * that there is one, and when it came.
 */
static bool next_number(struct store *st, enum order_kind kind, int64_t now_ms,
                        char out[ORDER_NUMBER], struct error *err)
{
    unsigned char bytes[8];
    int year = hall_local_date(st->frame, now_ms) / 10000;
    struct db_cursor c;
    bool found;

    if (kind == ORDER_HINT) {
        st->world->random(st->world, bytes, sizeof(bytes));
        out[0] = 'J';
        crypt_base32_bytes(bytes, 12, out + 1);
        return true;
    }
    if (!db_find(st->db, sql[YEAR_COUNT], DB(db_int(st->hall), db_int(year)), &c, &found,
                 err))
        return false;
    snprintf(out, ORDER_NUMBER, "%d%04d", year, (int)db_get_int(&c, 0));
    db_done(&c);
    return true;
}

/* Whose case it is, and whether its citizen can be rung. */
static bool look_at_case(struct store *st, const struct order_new *in, struct order *o,
                         enum order_reach *reach, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[CASE_LOOK], DB(db_int(in->case_id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such case in this hall.");
    if (in->kind != ORDER_DENIED)
        db_copy_text(&c, 1, o->window, sizeof(o->window));
    db_copy_text(&c, 2, o->department, sizeof(o->department));
    if (db_is_null(&c, 0) || in->kind == ORDER_NOTME || in->kind == ORDER_HINT)
        *reach = ORDER_REACH_NONE;
    else if (!db_is_null(&c, 4) && db_get_int(&c, 4) == 0)
        *reach = ORDER_REACH_DECLINED;
    else
        *reach = ORDER_REACH_PHONE;
    db_done(&c);
    return true;
}

bool order_open(struct store *st, const struct order_rules *rules,
                const struct order_new *in, int64_t now_ms, int64_t *id,
                struct error *err)
{
    const struct order_clock clock = clock_of(st, rules, now_ms);
    struct order o = {.id = store_id(st, now_ms),
                      .case_id = in->case_id,
                      .rating_id = in->rating_id,
                      .steps = 1,
                      .changed_ms = now_ms};
    enum order_reach reach = ORDER_REACH_NONE;

    *id = o.id;
    if (!look_at_case(st, in, &o, &reach, err) ||
        !next_number(st, in->kind, now_ms, o.number, err))
        return false;
    order_begin(&o.now, in->kind, reach, &clock);
    return db_run(st->db, sql[ORDER_ADD],
                  DB(db_int(o.id), db_int(st->hall), db_text(o.number),
                     db_text(order_kind_name(in->kind)), db_int(in->case_id),
                     db_id(in->rating_id), db_id(in->inbound_id), db_int(now_ms)),
                  err) &&
           write_state(st, STATE_ADD, &clock, &o, err) &&
           write_step(st, o.id, "open", in->actor, NULL, NULL, now_ms, err) &&
           (in->kind != ORDER_RATING ||
            order_mark_open(st, o.id, in->case_id, reach, err)) &&
           tell_others(st, HOOK_REVIEW_OPENED, &o, now_ms, err);
}

/* ---- steps ---- */

static bool known_department(struct store *st, const char *code, bool *known,
                             struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[DEPARTMENT], DB(db_int(st->hall), db_text(code)), &c, known,
                 err))
        return false;
    *known = *known && db_get_int(&c, 0) == 0;
    db_done(&c);
    return true;
}

/* What must be said with an act; the field names are those of the form. */
static bool check_words(const struct order_step *step, struct error *err)
{
    const char *words = step->words != NULL ? step->words : "";
    bool wanted = step->act == ORDER_FIX_LONG || step->act == ORDER_EXPLAIN ||
                  step->act == ORDER_FEED_BACK || step->act == ORDER_SETTLE ||
                  (step->act == ORDER_NOTE && step->detail == NULL);
    int most = step->act == ORDER_FEED_BACK ? ORDER_RESULT : ORDER_WORDS;

    if (wanted && words[0] == '\0')
        return error_field(err, "words", "Say in a sentence what was done or why.");
    if (text_characters(words, strlen(words)) > (size_t)most)
        return error_field(err, "words", "%d characters at most.", most);
    return true;
}

static bool check_step(struct store *st, const struct order *o,
                       const struct order_step *step, struct error *err)
{
    const char *detail = step->detail != NULL ? step->detail : "";
    bool known;

    if (!check_words(step, err))
        return false;
    if (step->act == ORDER_PAUSE && !order_pause_fits(detail))
        return error_field(err, "detail", "Choose why the clocks stand.");
    if (step->act != ORDER_TRANSFER)
        return true;
    if (!known_department(st, detail, &known, err))
        return false;
    if (!known || strcmp(detail, o->department) == 0)
        return error_field(err, "detail", "Choose another department of this hall.");
    return true;
}

static bool lang_of(struct store *st, int64_t case_id, char out[16], struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[CASE_LOOK], DB(db_int(case_id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    snprintf(out, 16, "%s", found && !db_is_null(&c, 3) ? db_get_text(&c, 3) : "zh-CN");
    db_done(&c);
    return true;
}

/* Tells the citizen what was done, and asks. Whoever wants no call reads it on the page
 * of the ticket. */
static bool ask_citizen(struct store *st, const struct order *o, const char *result,
                        int64_t now_ms, struct error *err)
{
    char lang[16];
    struct message_new m = {.kind = "result",
                            .lang = lang,
                            .phone_id = o->phone,
                            .case_id = o->case_id,
                            .due_ms = now_ms,
                            .expires_ms = o->now.verdict_due_ms};
    char *detail;
    json_t *root;
    int64_t id;
    bool ok;

    if (o->now.reach != ORDER_REACH_PHONE || o->phone == 0)
        return true;
    if (!lang_of(st, o->case_id, lang, err))
        return false;
    root = json_pack("{s:s, s:s}", "wo", o->number, "res", result);
    detail = json_dumps(root, JSON_COMPACT);
    m.detail = detail;
    ok = message_add(st, &m, now_ms, &id, err) &&
         message_case_add(st, id, 1, o->case_id, err);
    free(detail);
    json_decref(root);
    return ok;
}

/* Who has it, after the step. */
static void move(struct order *o, const struct order_step *step)
{
    if (step->act == ORDER_ASSIGN)
        o->owner = step->owner;
    if (step->act == ORDER_TRANSFER) {
        snprintf(o->department, sizeof(o->department), "%s", step->detail);
        o->window[0] = '\0';
        o->owner = 0;
    }
    if (step->act == ORDER_PAUSE)
        snprintf(o->paused_for, sizeof(o->paused_for), "%s", step->detail);
    else if (o->now.paused_ms == 0)
        o->paused_for[0] = '\0';
}

/* What the step names: the verdict, the account, else what it was given. */
static void name_detail(const struct order_step *step, char out[ORDER_DETAIL])
{
    const char *given = step->detail != NULL ? step->detail : "";

    if (step->act == ORDER_VERDICT)
        snprintf(out, ORDER_DETAIL, "%s %s", heard_verdict_name(step->verdict), given);
    else if (step->act == ORDER_ASSIGN && step->owner != 0)
        snprintf(out, ORDER_DETAIL, "account %lld", (long long)step->owner);
    else
        snprintf(out, ORDER_DETAIL, "%s", given);
}

bool order_step_take(struct store *st, const struct order_rules *rules, struct order *o,
                     const struct order_step *step, int64_t now_ms, struct error *err)
{
    const struct order_clock clock = clock_of(st, rules, now_ms);
    const struct work_order before = o->now;
    const struct order_moved moved = {.before = &before,
                                      .after = &o->now,
                                      .act = step->act,
                                      .verdict = step->verdict,
                                      .rules = rules,
                                      .now_ms = now_ms};
    char detail[ORDER_DETAIL];

    if (!order_may(&o->now, step->act, rules) ||
        (step->act == ORDER_VERDICT && step->verdict == HEARD_NO_VERDICT))
        return error_set(err, ERROR_CONFLICT,
                         "That cannot be done with work order %s as it stands now.",
                         o->number);
    if (!check_step(st, o, step, err) ||
        !order_do(&o->now, step->act, step->verdict, &clock))
        return false;
    move(o, step);
    name_detail(step, detail);
    o->steps++;
    o->changed_ms = now_ms;
    if (step->act == ORDER_FEED_BACK && !ask_citizen(st, o, step->words, now_ms, err))
        return false;
    return write_step(st, o->id, order_act_name(step->act), step->actor, detail,
                      step->words, now_ms, err) &&
           write_state(st, STATE_SET, &clock, o, err) &&
           order_mark_step(st, o->id, &moved, err) &&
           (step->act != ORDER_ESCALATE ||
            tell_others(st, HOOK_REVIEW_OVERDUE, o, now_ms, err)) &&
           (o->now.state != ORDER_CLOSED || before.state == ORDER_CLOSED ||
            tell_others(st, HOOK_REVIEW_CLOSED, o, now_ms, err));
}

static bool set_reach(struct store *st, const struct order_rules *rules, struct order *o,
                      enum order_reach reach, int64_t now_ms, struct error *err)
{
    const struct order_clock clock = clock_of(st, rules, now_ms);
    const struct work_order before = o->now;
    const struct order_moved moved = {.before = &before,
                                      .after = &o->now,
                                      .act = ORDER_NOTE,
                                      .rules = rules,
                                      .now_ms = now_ms};

    if (o->now.reach == reach || o->now.reach == ORDER_REACH_NONE)
        return true;
    o->now.reach = reach;
    o->steps++;
    o->changed_ms = now_ms;
    return write_step(st, o->id, "reach", "citizen", order_reach_name(reach), NULL,
                      now_ms, err) &&
           write_state(st, STATE_SET, &clock, o, err) &&
           order_mark_step(st, o->id, &moved, err);
}

bool order_reach_set(struct store *st, const struct order_rules *rules, int64_t case_id,
                     enum order_reach reach, int64_t now_ms, struct error *err)
{
    static const enum order_kind kinds[] = {ORDER_RATING, ORDER_DENIED};
    struct order o;
    bool found;

    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (!order_of_kind(st, case_id, kinds[i], &o, &found, err) ||
            (found && !set_reach(st, rules, &o, reach, now_ms, err)))
            return false;
    return true;
}

/* ---- by itself ---- */

bool orders_look(struct store *st, const struct order_rules *rules, int most,
                 int64_t now_ms, int *taken, struct error *err)
{
    enum { AT_ONCE = 64 };
    struct order due[AT_ONCE];
    struct db_cursor c;
    int count = 0;
    bool ok;

    *taken = 0;
    ok = db_query(
        st->db, sql[DUE],
        DB(db_int(st->hall), db_int(now_ms - 1), db_int(most < AT_ONCE ? most : AT_ONCE)),
        &c, err);
    while (ok && db_next(&c, err))
        read_order(&c, &due[count++]);
    db_done(&c);
    for (int i = 0; ok && err->kind == ERROR_NONE && i < count; i++) {
        const struct order_step step = {.act = order_look(&due[i].now),
                                        .actor = "clockwork"};

        ok = order_step_take(st, rules, &due[i], &step, now_ms, err);
        *taken += ok;
    }
    return ok && err->kind == ERROR_NONE;
}
