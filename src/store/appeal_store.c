/*
 * appeal_store.c — see appeal_store.h.
 */
#include "store/appeal_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "store/message_store.h"
#include "store/order_marks.h"
#include "store/order_store.h"
#include "store/person_store.h"
#include "store/rate_sums.h"
#include "store/review_store.h"
#include "store/assessment_store.h"
#include "store/topics.h"

enum { RATING, APPEAL_ADD, DECISION_ADD, GET, EXCLUDED_COUNT, PHONE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [RATING] =
        "SELECT r.case_id, d.code, w.code, m.code, r.channel, COALESCE(r.grade, 0),"
        " r.local_date, r.rated_ms, r.round, (SELECT count(*) FROM ratings n"
        " WHERE n.case_id = r.case_id AND n.round > r.round) FROM ratings r"
        " JOIN cases c ON c.id = r.case_id JOIN windows w ON w.id = c.window_id"
        " JOIN departments d ON d.id = w.department_id"
        " JOIN matters m ON m.id = c.matter_id WHERE r.id = $1 AND r.hall = $2",
    [APPEAL_ADD] = "INSERT INTO appeals (id, hall, rating_id, case_id, department_code,"
                   " ground, actor, words_id, at_ms)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [DECISION_ADD] = "INSERT INTO appeal_decisions (id, hall, appeal_id, outcome, actor,"
                     " words_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [GET] = "SELECT p.id, p.case_id, p.department_code, p.ground, p.actor, p.words_id,"
            " p.at_ms, q.outcome, q.actor, q.words_id, q.at_ms FROM appeals p"
            " LEFT JOIN appeal_decisions q ON q.appeal_id = p.id"
            " WHERE p.rating_id = $1 AND p.hall = $2",
    [EXCLUDED_COUNT] =
        "INSERT INTO excluded_days (hall, local_date, window_code, matter_code, channel,"
        " grade, department_code, ratings) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)"
        " ON CONFLICT (hall, local_date, window_code, matter_code, channel, grade)"
        " DO UPDATE SET ratings = excluded_days.ratings + excluded.ratings",
    [PHONE] = "SELECT o.number, c.phone_id, s.reach, t.lang FROM work_orders o"
              " JOIN order_states s ON s.order_id = o.id"
              " JOIN cases c ON c.id = o.case_id LEFT JOIN tickets t ON t.id ="
              " c.ticket_id WHERE o.rating_id = $1 AND o.hall = $2",
};

const char *const *appeal_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const grounds[] = {"mistake", "malice", "not_this_case", NULL};

const char *appeal_ground(int i)
{
    return grounds[i];
}

void appeal_free(struct appeal *appeal)
{
    free(appeal->words);
    free(appeal->decision_words);
    *appeal = (struct appeal){0};
}

/* The rating as its day's counts know it. */
struct rated {
    int64_t case_id, rated_ms;
    char department[CODE_SIZE], window[CODE_SIZE], matter[CODE_SIZE], channel[16];
    int grade, local_date, round;
    bool replaced;
};

static bool find_rating(struct store *st, int64_t id, struct rated *out,
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[RATING], DB(db_int(id), db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such rating in this hall.");
    out->case_id = db_get_int(&c, 0);
    db_copy_text(&c, 1, out->department, sizeof(out->department));
    db_copy_text(&c, 2, out->window, sizeof(out->window));
    db_copy_text(&c, 3, out->matter, sizeof(out->matter));
    db_copy_text(&c, 4, out->channel, sizeof(out->channel));
    out->grade = (int)db_get_int(&c, 5);
    out->local_date = (int)db_get_int(&c, 6);
    out->rated_ms = db_get_int(&c, 7);
    out->round = (int)db_get_int(&c, 8);
    out->replaced = db_get_int(&c, 9) > 0;
    db_done(&c);
    return true;
}

static bool keep_reason(struct store *st, const char *words, int64_t now_ms, int64_t *id,
                        struct error *err)
{
    if (words == NULL || words[0] == '\0')
        return error_field(err, "words", "Say why, in a sentence that others can check.");
    if (text_characters(words, strlen(words)) > APPEAL_WORDS)
        return error_field(err, "words", "%d characters at most.", APPEAL_WORDS);
    return words_keep(st, words, strlen(words), now_ms, id, err);
}

static bool is_ground(const char *text)
{
    for (int i = 0; text != NULL && grounds[i] != NULL; i++)
        if (strcmp(grounds[i], text) == 0)
            return true;
    return false;
}

bool appeal_file(struct store *st, int64_t rating_id, const char *ground,
                 const char *words, const char *actor, int64_t correction_ms,
                 int64_t now_ms, struct error *err)
{
    struct appeal before = {0};
    struct rated r;
    int64_t words_id;
    bool found, final;

    if (!find_rating(st, rating_id, &r, err) ||
        !assessment_final_of_case(st, r.case_id, &final, err) ||
        !appeal_of(st, rating_id, &before, &found, err))
        return false;
    appeal_free(&before);
    if (final)
        return error_set(err, ERROR_DENIED,
                         "The assessment of this rating's year is frozen; no appeal is "
                         "heard about it any more.");
    if (found)
        return error_set(err, ERROR_CONFLICT,
                         "This rating has been appealed against already.");
    if (r.replaced)
        return error_set(err, ERROR_CONFLICT,
                         "The citizen has corrected this rating; the later one counts.");
    if (r.round == 0 && now_ms < r.rated_ms + correction_ms)
        return error_set(err, ERROR_CONFLICT,
                         "The citizen can still change this rating. Appeal when that "
                         "time is over.");
    if (!is_ground(ground))
        return error_field(err, "ground", "Choose a ground.");
    return keep_reason(st, words, now_ms, &words_id, err) &&
           db_run(st->db, sql[APPEAL_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(rating_id),
                     db_int(r.case_id), db_text(r.department), db_text(ground),
                     db_text(actor), db_int(words_id), db_int(now_ms)),
                  err) &&
           store_audit(st, actor, "appeal.filed", "rating", ground, now_ms, err);
}

static bool may_decide(const struct appeal *a, const char *outcome, const char *actor,
                       const char *place, struct error *err)
{
    if (strcmp(a->actor, actor) == 0 || strcmp(a->department, place) == 0)
        return error_set(err, ERROR_DENIED,
                         "Somebody outside the rated department must decide.");
    if (a->outcome[0] != '\0')
        return error_set(err, ERROR_CONFLICT, "This appeal has been decided.");
    if (outcome == NULL ||
        (strcmp(outcome, "upheld") != 0 && strcmp(outcome, "excluded") != 0))
        return error_field(err, "outcome", "Choose what becomes of the rating.");
    return true;
}

/* The citizen is told where the rating stands as it was given. */
static bool tell_citizen(struct store *st, int64_t rating_id, int64_t now_ms,
                         struct error *err)
{
    char number[ORDER_NUMBER], lang[16], detail[64];
    struct message_new m = {.kind = "appeal_done",
                            .lang = lang,
                            .detail = detail,
                            .due_ms = now_ms,
                            .expires_ms = now_ms + 3 * INT64_C(86400000)};
    struct db_cursor c;
    bool found, out;
    int64_t id;

    if (!db_find(st->db, sql[PHONE], DB(db_int(rating_id), db_int(st->hall)), &c, &found,
                 err) ||
        !found)
        return err->kind == ERROR_NONE;
    db_copy_text(&c, 0, number, sizeof(number));
    m.phone_id = db_get_int(&c, 1);
    found = strcmp(db_get_text(&c, 2), "phone") == 0 && m.phone_id != 0;
    snprintf(lang, sizeof(lang), "%s", db_is_null(&c, 3) ? "zh-CN" : db_get_text(&c, 3));
    db_done(&c);
    if (!found || !phone_opted_out(st, m.phone_id, &out, err) || out)
        return err->kind == ERROR_NONE;
    snprintf(detail, sizeof(detail), "{\"wo\":\"%s\"}", number);
    return message_add(st, &m, now_ms, &id, err);
}

static bool count_excluded(struct store *st, int64_t rating_id, const struct rated *r,
                           struct error *err)
{
    return rate_sums_exclude(st, rating_id, err) &&
           order_mark_exclude(st, rating_id, err) &&
           db_run(st->db, sql[EXCLUDED_COUNT],
                  DB(db_int(st->hall), db_int(r->local_date), db_text(r->window),
                     db_text(r->matter), db_text(r->channel), db_int(r->grade),
                     db_text(r->department)),
                  err);
}

bool appeal_decide(struct store *st, int64_t rating_id, const char *outcome,
                   const char *words, const char *actor, const char *place,
                   int64_t now_ms, struct error *err)
{
    struct appeal a = {0};
    struct rated r;
    int64_t words_id;
    bool found, ok;

    if (!find_rating(st, rating_id, &r, err) ||
        !appeal_of(st, rating_id, &a, &found, err))
        return false;
    ok = found ? may_decide(&a, outcome, actor, place, err)
               : error_set(err, ERROR_ABSENT, "Nobody has appealed against this rating.");
    ok = ok && keep_reason(st, words, now_ms, &words_id, err) &&
         db_run(st->db, sql[DECISION_ADD],
                DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(a.id),
                   db_text(outcome), db_text(actor), db_int(words_id), db_int(now_ms)),
                err) &&
         store_audit(st, actor, "appeal.decided", "rating", outcome, now_ms, err) &&
         (strcmp(outcome, "excluded") == 0 ? count_excluded(st, rating_id, &r, err)
                                           : tell_citizen(st, rating_id, now_ms, err));
    appeal_free(&a);
    return ok;
}

bool appeal_of(struct store *st, int64_t rating_id, struct appeal *out, bool *found,
               struct error *err)
{
    struct db_cursor c;
    int64_t words, decision_words;

    *out = (struct appeal){.rating_id = rating_id};
    if (!db_find(st->db, sql[GET], DB(db_int(rating_id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (!*found)
        return true;
    out->id = db_get_int(&c, 0);
    out->case_id = db_get_int(&c, 1);
    db_copy_text(&c, 2, out->department, sizeof(out->department));
    db_copy_text(&c, 3, out->ground, sizeof(out->ground));
    db_copy_text(&c, 4, out->actor, sizeof(out->actor));
    words = db_get_int(&c, 5);
    out->at_ms = db_get_int(&c, 6);
    db_copy_text(&c, 7, out->outcome, sizeof(out->outcome));
    db_copy_text(&c, 8, out->decider, sizeof(out->decider));
    decision_words = db_get_int(&c, 9);
    out->decided_ms = db_get_int(&c, 10);
    db_done(&c);
    return review_words(st, words, &out->words, err) &&
           review_words(st, decision_words, &out->decision_words, err);
}
