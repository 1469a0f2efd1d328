/*
 * second_result_store.c — see second_result_store.h.
 *
 * Invariant: a verdict has the figures that it was made of beside it, written in the same
 * transaction; neither ever changes.
 */
#include "store/second_result_store.h"

#include "store/topics.h"

#define RECORDS                                                                          \
    " FROM second_assessments a JOIN second_states s ON s.assessment_id = a.id"

enum { SUMS, TRIAL_ADD, VERDICT_ADD, VERDICT, TRIALS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    /* The window and the others, before and after. A window that was itself under a
     * second assessment at any time between is nobody's measure. */
    [SUMS] =
        "SELECT r.channel, CASE WHEN r.window_code = $2 THEN 0 ELSE 2 END"
        " + CASE WHEN r.date >= $5 THEN 1 ELSE 0 END AS side,"
        " CAST(sum(r.g1 + r.g2) AS BIGINT),"
        " CAST(sum(r.g1 + r.g2 + r.g3 + r.g4 + r.g5) AS BIGINT)"
        " FROM rating_sums r WHERE r.hall = $1 AND r.span = 2 AND r.measure = 0"
        " AND r.channel <> 'paper' AND r.date >= $3 AND r.date <= $6"
        " AND (r.date <= $4 OR r.date >= $5)"
        " AND (r.window_code = $2 OR r.window_code NOT IN (SELECT a.window_code" RECORDS
        " WHERE a.hall = $1 AND s.state <> 'dismissed'"
        " AND (s.state <> 'result' OR s.changed_ms >= $7)))"
        " GROUP BY 1, 2 ORDER BY 1, 2",
    [TRIAL_ADD] =
        "INSERT INTO second_trials (id, hall, assessment_id, channel, before_bad,"
        " before_n, after_bad, after_n, others_before_bad, others_before_n,"
        " others_after_bad, others_after_n)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [VERDICT_ADD] =
        "INSERT INTO second_verdicts (assessment_id, hall, verdict, few, level, "
        "fewer_ppb,"
        " more_ppb, expected_milli, effect, effect_low, effect_high, before_from,"
        " before_to, after_from, after_to, at_ms, tolerance) VALUES ($1, $2, $3, $4, $5,"
        " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    [VERDICT] =
        "SELECT verdict, few, level, fewer_ppb, more_ppb, expected_milli, effect,"
        " effect_low, effect_high, before_from, before_to, after_from, after_to,"
        " at_ms, tolerance FROM second_verdicts WHERE assessment_id = $1 AND hall = $2",
    [TRIALS] = "SELECT channel, before_bad, before_n, after_bad, after_n,"
               " others_before_bad, others_before_n, others_after_bad, others_after_n"
               " FROM second_trials WHERE assessment_id = $1 AND hall = $2",
};

const char *const *second_result_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* Sums of the four sides, in the order of SUMS: window before, after, others before,
 * after. */
static struct tally *side_of(struct trial_channel *c, int64_t side)
{
    struct tally *const sides[] = {&c->before, &c->after, &c->others_before,
                                   &c->others_after};

    return sides[side];
}

static bool read_sums(struct store *st, const struct second_record *r, struct trial *out,
                      struct error *err)
{
    const struct second_periods p = second_periods(&r->now);
    struct error trouble = {0};
    struct db_cursor c;

    *out = (struct trial){0};
    if (!db_query(st->db, sql[SUMS],
                  DB(db_int(st->hall), db_text(r->window),
                     db_int(day_date(p.before_from)), db_int(day_date(p.before_to)),
                     db_int(day_date(p.after_from)), db_int(day_date(p.after_to)),
                     db_int(zone_day_utc(st->frame->zone, p.before_from, 0))),
                  &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        int channel = rating_channel_read(db_get_text(&c, 0));

        if (channel >= 0 && channel < TRIAL_CHANNELS)
            *side_of(&out->of[channel], db_get_int(&c, 1)) =
                (struct tally){db_get_int(&c, 2), db_get_int(&c, 3)};
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

static bool is_empty(const struct trial_channel *c)
{
    return c->before.n + c->after.n + c->others_before.n + c->others_after.n == 0;
}

static bool keep_trial(struct store *st, int64_t id, const struct trial *t,
                       int64_t now_ms, struct error *err)
{
    bool ok = true;

    for (int i = 0; ok && i < TRIAL_CHANNELS; i++) {
        const struct trial_channel *c = &t->of[i];

        ok = is_empty(c) ||
             db_run(st->db, sql[TRIAL_ADD],
                    DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                       db_text(rating_channel_name((enum rating_channel)i)),
                       db_int(c->before.bad), db_int(c->before.n), db_int(c->after.bad),
                       db_int(c->after.n), db_int(c->others_before.bad),
                       db_int(c->others_before.n), db_int(c->others_after.bad),
                       db_int(c->others_after.n)),
                    err);
    }
    return ok;
}

static int64_t billionths(double share)
{
    return (int64_t)(share * 1e9 + 0.5);
}

bool second_result_keep(struct store *st, const struct trial_rules *rules,
                        const struct second_record *r, int64_t now_ms, struct error *err)
{
    const struct second_periods p = second_periods(&r->now);
    struct trial_result result;
    struct trial trial;

    if (!read_sums(st, r, &trial, err))
        return false;
    result = trial_judge(&trial, rules);
    return keep_trial(st, r->id, &trial, now_ms, err) &&
           db_run(st->db, sql[VERDICT_ADD],
                  DB(db_int(r->id), db_int(st->hall),
                     db_text(trial_verdict_name(result.verdict)), db_int(result.few),
                     db_int(rules->level), db_int(billionths(result.fewer)),
                     db_int(billionths(result.more)),
                     db_int((int64_t)(result.expected * 1000 + 0.5)),
                     db_int(result.effect), db_int(result.low), db_int(result.high),
                     db_int(day_date(p.before_from)), db_int(day_date(p.before_to)),
                     db_int(day_date(p.after_from)), db_int(day_date(p.after_to)),
                     db_int(now_ms), db_int(rules->tolerance)),
                  err);
}

static bool read_trials(struct store *st, int64_t id, struct trial *out,
                        struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[TRIALS], DB(db_int(id), db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        int channel = rating_channel_read(db_get_text(&c, 0));

        for (int side = 0; channel >= 0 && channel < TRIAL_CHANNELS && side < 4; side++)
            *side_of(&out->of[channel], side) = (struct tally){
                db_get_int(&c, 1 + 2 * side), db_get_int(&c, 2 + 2 * side)};
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool second_verdict_get(struct store *st, int64_t id, struct second_verdict *out,
                        bool *found, struct error *err)
{
    struct db_cursor c;

    *out = (struct second_verdict){0};
    if (!db_find(st->db, sql[VERDICT], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (!*found)
        return true;
    out->verdict = trial_verdict_read(db_get_text(&c, 0));
    out->few = db_get_int(&c, 1) != 0;
    out->level = (int)db_get_int(&c, 2);
    out->fewer_ppb = db_get_int(&c, 3);
    out->more_ppb = db_get_int(&c, 4);
    out->expected_milli = db_get_int(&c, 5);
    out->effect = (int)db_get_int(&c, 6);
    out->low = (int)db_get_int(&c, 7);
    out->high = (int)db_get_int(&c, 8);
    out->before_from = (int)db_get_int(&c, 9);
    out->before_to = (int)db_get_int(&c, 10);
    out->after_from = (int)db_get_int(&c, 11);
    out->after_to = (int)db_get_int(&c, 12);
    out->at_ms = db_get_int(&c, 13);
    out->tolerance = (int)db_get_int(&c, 14);
    db_done(&c);
    return read_trials(st, id, &out->trial, err);
}
