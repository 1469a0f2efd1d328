/*
 * rating_store.c — see rating_store.h.
 *
 * Invariants: (1) a case has at most one rating of round 0 and one of round 1; the key
 * says so. (2) rating_days and clerk_days count effective ratings only: a correction
 * takes the first one out and itself in; the lines of the case are renewed. (3) there is
 * no statement here, or anywhere, that changes or removes a rating.
 */
#include "store/rating_store.h"

#include <stdio.h>

#include "store/clerk_days.h"
#include "store/hall_store.h"
#include "store/order_marks.h"
#include "store/order_store.h"
#include "store/person_store.h"
#include "store/hook_store.h"
#include "store/rate_sums.h"
#include "store/promise_ask.h"
#include "store/rating_lines.h"
#include "store/topics.h"
#include "store/words_index.h"

enum { LOOK, DIMS, ORDERED, RATING_ADD, DAY_COUNT, DETAIL_ADD, NOTE_ADD, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [LOOK] = "SELECT c.closed_ms, c.rate_until_ms, m.code, w.code, d.code, r.id, r.round,"
             " r.grade, r.attitude, r.efficiency, r.quality, r.integrity, r.receipt, "
             "r.rated_ms,"
             " r.channel, r.local_date, k.code, r.delay_s, n.local_date, c.window_id,"
             " c.matter_id, c.clerk_id FROM cases c"
             " JOIN matters m ON m.id = c.matter_id"
             " JOIN windows w ON w.id = c.window_id JOIN departments d ON d.id = "
             "w.department_id JOIN clerks k ON k.id = c.clerk_id"
             " LEFT JOIN closings n ON n.case_id = c.id"
             " LEFT JOIN ratings r ON r.case_id = c.id WHERE c.id = $1 AND c.hall = $2"
             " ORDER BY r.round",
    [DIMS] = "SELECT attitude, efficiency, quality, integrity FROM rating_details"
             " WHERE case_id = $1 AND hall = $2"
             " AND COALESCE(attitude, efficiency, quality, integrity) IS NOT NULL"
             " ORDER BY id",
    [ORDERED] = "SELECT id FROM work_orders WHERE rating_id = $1 AND hall = $2",
    [RATING_ADD] =
        "INSERT INTO ratings (id, hall, case_id, round, grade, attitude, efficiency,"
        " quality, integrity, channel, proof, inbound_id, receipt, delay_s,"
        " local_date, rated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
        " $12, $13, $14, $15, $16)",
    [DAY_COUNT] =
        "INSERT INTO rating_days (hall, local_date, window_code, matter_code, channel,"
        " grade, department_code, ratings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (hall, local_date, window_code, matter_code, channel, grade)"
        " DO UPDATE SET ratings = rating_days.ratings + excluded.ratings",
    [DETAIL_ADD] =
        "INSERT INTO rating_details (id, hall, case_id, rating_id, attitude,"
        " efficiency, quality, integrity, tags, tag_set, words_id, contact,"
        " inbound_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
        " $12, $13, $14)",
    [NOTE_ADD] = "INSERT INTO notes (id, hall, case_id, words_id, channel, inbound_id,"
                 " at_ms)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7)",
};

enum { TAG_SET = 2 }; /* the list in force; 1 was retired */

const char *const *rating_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const channels[] = {
    [CHANNEL_SMS] = "sms",
    [CHANNEL_TICKET_QR] = "ticket_qr",
    [CHANNEL_TICKET_SMS] = "ticket_sms",
    [CHANNEL_DESK] = "desk",
    [CHANNEL_PAPER] = "paper",
    [CHANNEL_PHONE_AUDIT] = "phone_audit",
};

const char *rating_channel_name(enum rating_channel channel)
{
    return channels[channel];
}

int rating_channel_read(const char *name)
{
    for (size_t i = 0; i < LENGTH(channels); i++)
        if (strcmp(channels[i], name) == 0)
            return (int)i;
    return -1;
}

/* A case as the rules of rating see it, with what was rated so far. */
struct standing {
    int64_t closed_ms, until_ms;
    struct rate_place at;
    int64_t window_id, matter_id, clerk_id;
    int rounds; /* 0, 1 or 2 */
    int64_t rating_id, first_ms, delay_s;
    int grade, dims[4], local_date;
    char receipt[17], channel[16];
};

static void read_rating(const struct db_cursor *c, struct standing *s)
{
    if (db_is_null(c, 5))
        return;
    s->rounds = (int)db_get_int(c, 6) + 1;
    s->rating_id = db_get_int(c, 5);
    s->grade = (int)db_get_int(c, 7);
    for (int i = 0; i < 4; i++)
        s->dims[i] = (int)db_get_int(c, 8 + i);
    db_copy_text(c, 12, s->receipt, sizeof(s->receipt));
    if (s->rounds == 1)
        s->first_ms = db_get_int(c, 13);
    db_copy_text(c, 14, s->channel, sizeof(s->channel));
    s->local_date = (int)db_get_int(c, 15);
    s->delay_s = db_get_int(c, 17);
}

static bool look(struct store *st, int64_t case_id, struct standing *out,
                 struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct standing){0};
    if (!db_find(st->db, sql[LOOK], DB(db_int(case_id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such case in this hall.");
    out->closed_ms = db_get_int(&c, 0);
    out->until_ms = db_get_int(&c, 1);
    db_copy_text(&c, 2, out->at.matter, sizeof(out->at.matter));
    db_copy_text(&c, 3, out->at.window, sizeof(out->at.window));
    db_copy_text(&c, 4, out->at.department, sizeof(out->at.department));
    db_copy_text(&c, 16, out->at.clerk, sizeof(out->at.clerk));
    out->at.date = (int)db_get_int(&c, 18);
    out->at.case_id = case_id;
    out->window_id = db_get_int(&c, 19);
    out->matter_id = db_get_int(&c, 20);
    out->clerk_id = db_get_int(&c, 21);
    do
        read_rating(&c, out);
    while (db_next(&c, err));
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static void tell(const struct standing *s, const struct rating_rules *rules,
                 int64_t now_ms, struct rating_result *out)
{
    out->rating_id = s->rating_id;
    out->grade = s->grade;
    memcpy(out->dims, s->dims, sizeof(out->dims));
    memcpy(out->receipt, s->receipt, sizeof(out->receipt));
    out->closed_ms = s->closed_ms;
    if (s->rounds == 1 && now_ms < s->first_ms + rules->correction_ms)
        out->change_until_ms = s->first_ms + rules->correction_ms;
}

bool rating_look(struct store *st, const struct rating_rules *rules, int64_t case_id,
                 int64_t now_ms, struct rating_result *out, bool *rated,
                 struct error *err)
{
    struct standing s;

    *out = (struct rating_result){.verdict = RATING_SAME};
    if (!look(st, case_id, &s, err))
        return false;
    tell(&s, rules, now_ms, out);
    *rated = s.rounds > 0;
    return true;
}

static bool same_answer(const struct standing *s, const struct rating_input *in)
{
    return s->grade == in->grade && memcmp(s->dims, in->dims, sizeof(s->dims)) == 0;
}

static enum rating_verdict judge(const struct standing *s,
                                 const struct rating_rules *rules,
                                 const struct rating_input *in, int64_t now_ms)
{
    if (s->closed_ms == 0)
        return RATING_TOO_EARLY;
    if (s->rounds > 0 && same_answer(s, in))
        return RATING_SAME;
    if (s->rounds == 1 && now_ms < s->first_ms + rules->correction_ms)
        return RATING_CORRECTED;
    if (s->rounds > 0)
        return RATING_SETTLED;
    return now_ms > s->until_ms ? RATING_LATE : RATING_RECORDED;
}

static bool count_day(struct store *st, const struct standing *s, const char *channel,
                      int grade, int local_date, int by, struct error *err)
{
    return db_run(st->db, sql[DAY_COUNT],
                  DB(db_int(st->hall), db_int(local_date), db_text(s->at.window),
                     db_text(s->at.matter), db_text(channel), db_int(grade),
                     db_text(s->at.department), db_int(by)),
                  err);
}

/* Of each dimension what was given newest beside an overall grade; 0 for never. */
static bool given_beside(struct store *st, int64_t case_id, int dims[4],
                         struct error *err)
{
    struct db_cursor c;

    memset(dims, 0, 4 * sizeof(dims[0]));
    if (!db_query(st->db, sql[DIMS], DB(db_int(case_id), db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err))
        for (int i = 0; i < 4; i++)
            if (!db_is_null(&c, i))
                dims[i] = (int)db_get_int(&c, i);
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* What a grade, and dimensions of its own or beside it, count for the clerk. */
static struct clerk_rating clerks_part(const struct standing *s, const char *channel,
                                       int local_date, int grade, const int own[4],
                                       const int beside[4])
{
    struct clerk_rating r = {.clerk = s->at.clerk,
                             .channel = channel,
                             .local_date = local_date,
                             .grade = grade};

    memcpy(r.dims, grade == 0 ? own : beside, sizeof(r.dims));
    return r;
}

/* What counts for a clerk counts the same in the sums of the rates. */
static bool count_parts(struct store *st, const struct standing *s,
                        const struct clerk_rating *r, int64_t delay_s, int by,
                        struct error *err)
{
    struct rate_part part = {.channel = r->channel, .delay_s = delay_s};
    bool ok = clerk_days_count(st, r, by, err);

    if (ok && r->grade >= 0) {
        part.grade = r->grade;
        ok = rate_sums_rate(st, &s->at, &part, by, err);
    }
    for (int i = 0; ok && i < 4; i++) {
        part.measure = MEASURE_ATTITUDE + i;
        part.grade = r->dims[i];
        ok = r->dims[i] == 0 || rate_sums_rate(st, &s->at, &part, by, err);
    }
    return ok;
}

/* A first rating comes before any detail; a correction takes along what was beside. */
static bool count_clerk(struct store *st, const struct rating_input *in,
                        const struct standing *s, int local_date, int64_t now_ms,
                        struct error *err)
{
    const char *channel = channels[in->channel];
    struct clerk_rating old, new;
    int beside[4] = {0};

    if (s->rounds == 1 && !given_beside(st, in->case_id, beside, err))
        return false;
    old = clerks_part(s, s->channel, s->local_date, s->grade, s->dims, beside);
    new = clerks_part(s, channel, local_date, in->grade, in->dims, beside);
    return (s->rounds == 0 || count_parts(st, s, &old, s->delay_s, -1, err)) &&
           count_parts(st, s, &new, (now_ms - s->closed_ms) / 1000, 1, err);
}

static bool any_bad(const int dims[4])
{
    for (int i = 0; i < 4; i++)
        if (dims[i] == 1 || dims[i] == 2)
            return true;
    return false;
}

static bool is_bad(const struct rating_input *in)
{
    return in->grade == 1 || in->grade == 2 || any_bad(in->dims);
}

/*
 * A bad rating opens its order; the order of the one that it corrects gives way to it.
 * One that was corrected to a good grade is left to the people who work it: the citizen
 * had a reason, and may have been asked to change their mind.
 */
static bool follow_up(struct store *st, const struct rating_rules *rules,
                      const struct rating_input *in, int64_t rating_id, int64_t now_ms,
                      struct error *err)
{
    const struct order_step corrected = {.act = is_bad(in) ? ORDER_REPLACE : ORDER_NOTE,
                                         .actor = "citizen",
                                         .detail = "corrected"};
    const struct order_new order = {.kind = ORDER_RATING,
                                    .case_id = in->case_id,
                                    .rating_id = rating_id,
                                    .actor = "citizen"};
    struct order before;
    bool living;
    int64_t id;

    if (!order_of_case(st, in->case_id, &before, &living, err) ||
        (living && !order_step_take(st, &rules->order, &before, &corrected, now_ms, err)))
        return false;
    return !is_bad(in) || order_open(st, &rules->order, &order, now_ms, &id, err);
}

/* 80 random bits: a receipt finds its rating and cannot be guessed. */
static void draw_receipt(struct store *st, char out[17])
{
    unsigned char bytes[10];

    st->world->random(st->world, bytes, sizeof(bytes));
    crypt_base32_bytes(bytes, 16, out);
}

/* Other systems hear of it; and, unless it is corrected meanwhile, once it is settled. */
static bool tell_others(struct store *st, const struct rating_input *in,
                        const struct standing *s, const struct rating_result *out,
                        int64_t now_ms, struct error *err)
{
    struct hook_fact fact = {.type = s->rounds == 0 ? HOOK_RATING_RECORDED
                                                    : HOOK_RATING_CORRECTED,
                             .case_id = in->case_id,
                             .rating_id = out->rating_id,
                             .grade = in->grade,
                             .channel = channels[in->channel]};
    struct hook_fact sealed = fact;

    sealed.type = HOOK_RATING_SEALED;
    sealed.at_ms = out->change_until_ms;
    return hook_add(st, &fact, now_ms, err) &&
           (s->rounds == 0 ||
            hook_withdraw(st, HOOK_RATING_SEALED, in->case_id, now_ms, err)) &&
           hook_add(st, &sealed, now_ms, err);
}

/* What lists are looked through by; a correction changes the line of the first one, too.
 */
static bool write_line(struct store *st, const struct rating_input *in,
                       const struct standing *s, int64_t rating_id, int local_date,
                       int64_t delay_s, struct error *err)
{
    struct rating_line line = {.id = rating_id,
                               .case_id = in->case_id,
                               .window_id = s->window_id,
                               .matter_id = s->matter_id,
                               .clerk_id = s->clerk_id,
                               .delay_s = delay_s,
                               .date = local_date,
                               .closed_date = s->at.date,
                               .grade = in->grade,
                               .ordered = is_bad(in)};

    if (s->rounds > 0)
        return rating_lines_renew(st, in->case_id, err);
    snprintf(line.channel, sizeof(line.channel), "%s", channels[in->channel]);
    snprintf(line.proof, sizeof(line.proof), "%s", in->proof);
    return rating_lines_add(st, &line, err);
}

static bool record(struct store *st, const struct rating_rules *rules,
                   const struct rating_input *in, const struct standing *s,
                   int64_t now_ms, struct rating_result *out, struct error *err)
{
    const char *channel = channels[in->channel];
    int local_date = hall_local_date(st->frame, now_ms);
    int64_t delay_s = (now_ms - s->closed_ms) / 1000;

    out->rating_id = store_id(st, now_ms);
    draw_receipt(st, out->receipt);
    if (!db_run(st->db, sql[RATING_ADD],
                DB(db_int(out->rating_id), db_int(st->hall), db_int(in->case_id),
                   db_int(s->rounds), db_id(in->grade), db_id(in->dims[0]),
                   db_id(in->dims[1]), db_id(in->dims[2]), db_id(in->dims[3]),
                   db_text(channel), db_text(in->proof), db_id(in->inbound_id),
                   db_text(out->receipt), db_int(delay_s), db_int(local_date),
                   db_int(now_ms)),
                err))
        return false;
    if (s->rounds == 1 && !count_day(st, s, s->channel, s->grade, s->local_date, -1, err))
        return false;
    if (!count_day(st, s, channel, in->grade, local_date, 1, err) ||
        !count_clerk(st, in, s, local_date, now_ms, err))
        return false;
    out->grade = in->grade;
    memcpy(out->dims, in->dims, sizeof(out->dims));
    out->change_until_ms = s->rounds == 0 ? now_ms + rules->correction_ms : 0;
    return tell_others(st, in, s, out, now_ms, err) &&
           (!rules->attests || s->rounds > 0 ||
            promise_ask_from(st, in->case_id, out->change_until_ms, now_ms, err)) &&
           follow_up(st, rules, in, out->rating_id, now_ms, err) &&
           write_line(st, in, s, out->rating_id, local_date, delay_s, err);
}

bool rating_take(struct store *st, const struct rating_rules *rules,
                 const struct rating_input *in, int64_t now_ms, struct rating_result *out,
                 struct error *err)
{
    struct standing s;

    *out = (struct rating_result){0};
    if (!look(st, in->case_id, &s, err))
        return false;
    out->verdict = judge(&s, rules, in, now_ms);
    tell(&s, rules, now_ms, out);
    out->old_grade = s.grade;
    if (out->verdict != RATING_RECORDED && out->verdict != RATING_CORRECTED)
        return true;
    return record(st, rules, in, &s, now_ms, out, err);
}

static bool keep_words(struct store *st, const char *words, size_t length, int64_t now_ms,
                       int64_t *id, struct error *err)
{
    *id = 0;
    return length == 0 || (words_keep(st, words, length, now_ms, id, err) &&
                           words_index_add(st, *id, words, length, err));
}

/* A dimension given anew replaces the one of its kind that stood beside the grade. */
static bool count_detail(struct store *st, const struct rating_detail *in,
                         const struct standing *stood, struct error *err)
{
    static const int none[4] = {0};
    struct standing s = *stood;
    struct clerk_rating r;
    bool excluded;
    int old[4], new[4];

    if (memcmp(in->dims, none, sizeof(none)) == 0)
        return true;
    if (!given_beside(st, in->case_id, old, err) ||
        !rate_excluded(st, in->case_id, &excluded, err))
        return false;
    if (excluded) /* counts for the clerk as before, and in no rate */
        s.at.date = 0;
    if (s.grade == 0) /* four grades stand for themselves */
        return true;
    r = clerks_part(&s, s.channel, s.local_date, -1, none, old);
    if (!count_parts(st, &s, &r, s.delay_s, -1, err))
        return false;
    for (int i = 0; i < 4; i++)
        new[i] = in->dims[i] != 0 ? in->dims[i] : old[i];
    r = clerks_part(&s, s.channel, s.local_date, -1, none, new);
    return count_parts(st, &s, &r, s.delay_s, 1, err);
}

/*
 * A bad dimension beside a good grade opens an order as a bad grade does, unless the
 * rating has one, whatever became of it: the same complaint is not worked twice. That of
 * a rating which an appeal took out of the rates is worked, and counts in none.
 */
static bool follow_detail(struct store *st, const struct rating_rules *rules,
                          const struct rating_detail *in, const struct standing *s,
                          int64_t now_ms, struct error *err)
{
    const struct order_new order = {.kind = ORDER_RATING,
                                    .case_id = in->case_id,
                                    .rating_id = s->rating_id,
                                    .inbound_id = in->inbound_id,
                                    .actor = "citizen"};
    struct order before;
    struct db_cursor c;
    bool living, had, excluded;
    int64_t id;

    if (s->grade == 0 || !any_bad(in->dims))
        return true;
    if (!rate_excluded(st, in->case_id, &excluded, err) ||
        !order_of_case(st, in->case_id, &before, &living, err) ||
        !db_find(st->db, sql[ORDERED], DB(db_int(s->rating_id), db_int(st->hall)), &c,
                 &had, err))
        return false;
    if (had)
        db_done(&c);
    if (living || had)
        return true;
    return order_open(st, &rules->order, &order, now_ms, &id, err) &&
           (!excluded || order_mark_exclude(st, s->rating_id, err));
}

static bool detail_add(struct store *st, const struct rating_detail *in, int64_t words_id,
                       int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[DETAIL_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(in->case_id),
                     db_int(in->rating_id), db_id(in->dims[0]), db_id(in->dims[1]),
                     db_id(in->dims[2]), db_id(in->dims[3]), db_text(in->tags),
                     db_int(TAG_SET), db_id(words_id),
                     in->contact >= 0 ? db_int(in->contact) : db_null(),
                     db_id(in->inbound_id), db_int(now_ms)),
                  err);
}

/* The order is opened last: whether its citizen may be rung is among the details. */
bool rating_detail_add(struct store *st, const struct rating_rules *rules,
                       const struct rating_detail *in, int64_t now_ms, struct error *err)
{
    struct standing s;
    int64_t words_id;

    return look(st, in->case_id, &s, err) && count_detail(st, in, &s, err) &&
           keep_words(st, in->words, strlen(in->words), now_ms, &words_id, err) &&
           (in->contact < 0 ||
            order_reach_set(st, &rules->order, in->case_id,
                            in->contact > 0 ? ORDER_REACH_PHONE : ORDER_REACH_DECLINED,
                            now_ms, err)) &&
           detail_add(st, in, words_id, now_ms, err) &&
           follow_detail(st, rules, in, &s, now_ms, err) &&
           rating_lines_renew(st, in->case_id, err);
}

bool rating_note_add(struct store *st, int64_t case_id, const char *channel,
                     int64_t inbound_id, const char *words, size_t length, int64_t now_ms,
                     struct error *err)
{
    int64_t words_id;

    if (!keep_words(st, words, length, now_ms, &words_id, err))
        return false;
    return db_run(st->db, sql[NOTE_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(case_id),
                     db_int(words_id), db_text(channel), db_id(inbound_id),
                     db_int(now_ms)),
                  err);
}
