/*
 * page_rechecks.c — re-checks as they are listed (page_rechecks.h).
 */
#include "web/page_rechecks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/rate.h"
#include "store/person_store.h"

static const char pattern[] = "/assess/{year}/rechecks";

enum visit_side rechecks_side(const struct rechecks_page *p)
{
    const struct staff *s = &p->daily.staff;

    if (!assess_acts(s, "/assess/{year}/rechecks/plans"))
        return VISIT_SIDES;
    return s->who.role == ROLE_ORGANISATION ? VISIT_ORGANISATION : VISIT_HALL;
}

/* == Re-checks ==================================================================== */

static json_t *recheck_json(struct rechecks_page *p, const struct recheck *r)
{
    struct daily *d = &p->daily;
    const char *outcome =
        r->outcome == RECHECK_OUTCOMES ? "open" : recheck_outcome_name(r->outcome);
    char id[24];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:i, s:b}", "id", id, "case_no",
                    r->case_no, "matter", r->matter, "window", r->window, "outcome",
                    staff_word(&d->words, "recheck", outcome), "closed",
                    staff_time(&d->words, r->closed_ms), "tries", r->tries, "by_sms",
                    (int)r->by_sms);
    json_object_set_new(
        row, "side",
        json_string(staff_word(&d->words, "side", visit_side_name(r->side))));
    json_object_set_new(row, "wrong_end", json_boolean(r->outcome == RECHECK_NOT_TRUE));
    json_object_set_new(row, "steered", json_boolean(r->steered == 1));
    json_object_set_new(row, "at", staff_time(&d->words, r->answer_ms));
    json_object_set_new(row, "by",
                        r->answer_id != 0 && !r->by_sms ? staff_actor(p->st, r->actor)
                                                        : json_null());
    json_object_set_new(row, "asked", staff_time(&d->words, r->asked_ms));
    json_object_set_new(row, "own", json_boolean(r->side == rechecks_side(p)));
    return row;
}

static void add_row(void *self, const struct recheck *r)
{
    struct rechecks_page *p = self;

    json_array_append_new(p->rows, recheck_json(p, r));
}

/* What a citizen said is shown to whom the row lets see words. */
static bool put_words(struct store *st, struct rechecks_page *p, const struct recheck *r,
                      json_t *row, struct error *err)
{
    char *words = NULL;

    if (p->daily.staff.view->words && r->words_id != 0) {
        if (!review_words(st, r->words_id, &words, err))
            return false;
        if (words != NULL)
            json_object_set_new(row, "words", json_string(words));
        free(words);
    }
    return true;
}

static json_t *outcomes_json(const struct rechecks_page *p)
{
    json_t *list = json_array();

    for (int o = 0; o < RECHECK_OUTCOMES; o++) {
        const char *name = recheck_outcome_name((enum recheck_outcome)o);

        assess_option(list, name, staff_word(&p->daily.words, "recheck", name),
                      p->typed.outcome);
    }
    return list;
}

/* The one that was asked for, with its form; nothing where it is another side's. */
static bool read_chosen(struct store *st, struct rechecks_page *p, struct error *err)
{
    struct daily *d = &p->daily;
    struct recheck r;
    char seen[24] = "";
    json_t *row;
    bool found;

    if (p->recheck_id <= 0)
        return true;
    if (!recheck_find(st, p->recheck_id, &r, &found, err))
        return false;
    if (!found || r.side != rechecks_side(p))
        return true;
    row = recheck_json(p, &r);
    daily_put(d, "chosen", row);
    if (r.answer_id != 0)
        snprintf(seen, sizeof(seen), "%lld", (long long)r.answer_id);
    daily_put(d, "seen", json_string(seen));
    daily_put(d, "outcomes", outcomes_json(p));
    daily_put(d, "form_words", json_string(p->typed.words));
    daily_put(d, "steered_yes", json_boolean(strcmp(p->typed.steered, "1") == 0));
    daily_put(d, "steered_no", json_boolean(strcmp(p->typed.steered, "0") == 0));
    daily_put(d, "answers", json_boolean(!r.by_sms));
    daily_put(
        d, "asks",
        json_boolean(r.asked_ms == 0 && r.phone_id != 0 &&
                     (r.outcome == RECHECK_OUTCOMES || r.outcome == RECHECK_UNREACHED)));
    daily_put(d, "calls",
              json_boolean(assess_acts(&d->staff, "/assess/{year}/rechecks/call") &&
                           r.phone_id != 0));
    daily_put(d, "phone", p->phone[0] != '\0' ? json_string(p->phone) : json_null());
    return put_words(st, p, &r, row, err);
}

/* == Plans ======================================================================== */

static void add_plan(void *self, const struct recheck_plan *plan)
{
    struct rechecks_page *p = self;
    struct daily *d = &p->daily;
    char id[24], from[DAY_TEXT], to[DAY_TEXT];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)plan->id);
    assess_date_text(plan->from, from);
    assess_date_text(plan->to, to);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:s, s:s, s:o, s:o}",
                    "id", id, "from", from, "to", to, "department", plan->department,
                    "side", staff_word(&d->words, "side", visit_side_name(plan->side)),
                    "wanted", plan->wanted, "among", plan->among, "count", plan->drawn,
                    "seed", plan->seed, "commitment", plan->commitment, "digest",
                    plan->digest, "by", staff_actor(p->st, plan->actor), "at",
                    staff_time(&d->words, plan->at_ms));
    json_object_set_new(row, "drawn", staff_time(&d->words, plan->drawn_ms));
    json_object_set_new(
        row, "draws",
        json_boolean(plan->drawn_ms == 0 && plan->side == rechecks_side(p)));
    json_object_set_new(row, "asks",
                        json_boolean(plan->drawn > 0 && plan->side == rechecks_side(p)));
    json_array_append_new(p->plans, row);
}

/* == What came of it ============================================================== */

static void add_sum(void *self, const struct recheck_sum *sum)
{
    struct rechecks_page *p = self;
    int64_t wrong = sum->outcomes[RECHECK_NOT_TRUE];
    const struct rate rate = rate_of(wrong, wrong + sum->outcomes[RECHECK_TRUE]);
    char share[RATE_TEXT], low[RATE_TEXT], high[RATE_TEXT];
    int all = 0;

    for (int o = 0; o <= RECHECK_OUTCOMES; o++)
        all += sum->outcomes[o];
    rate_text(rate_permille(&rate), share);
    rate_text(rate_low_permille(&rate), low);
    rate_text(rate_high_permille(&rate), high);
    json_array_append_new(
        p->sums,
        json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:s, s:s, s:b, s:b}",
                  "department", sum->department, "all", all, "is_true",
                  sum->outcomes[RECHECK_TRUE], "not_true", (int)wrong, "declined",
                  sum->outcomes[RECHECK_DECLINED], "unreached",
                  sum->outcomes[RECHECK_UNREACHED], "open",
                  sum->outcomes[RECHECK_OUTCOMES], "steered", sum->steered, "share",
                  share, "low", low, "high", high, "none", (int)(rate.n == 0), "small",
                  (int)!rate_comparable(&rate)));
}

/* Departments by their names. */
static void name_sums(json_t *sums, json_t *departments)
{
    json_t *sum, *option;
    size_t i, k;

    json_array_foreach(sums, i, sum)
    {
        const char *code = json_string_value(json_object_get(sum, "department"));

        json_array_foreach(departments, k, option)
        {
            if (strcmp(json_string_value(json_object_get(option, "value")), code) == 0)
                json_object_set(sum, "name", json_object_get(option, "text"));
        }
        if (json_object_get(sum, "name") == NULL)
            json_object_set_new(sum, "name", json_string(code));
    }
}

/* == The page ===================================================================== */

static void put_forms(struct rechecks_page *p)
{
    struct daily *d = &p->daily;
    char first[DAY_TEXT], today[DAY_TEXT];

    assess_date_text(d->year * 10000 + 101, first);
    assess_date_text(d->today / 10000 == d->year ? d->today : d->year * 10000 + 1231,
                     today);
    daily_put(d, "writes", json_boolean(rechecks_side(p) != VISIT_SIDES));
    daily_put(d, "form_from",
              json_string(p->typed.from[0] != '\0' ? p->typed.from : first));
    daily_put(d, "form_to", json_string(p->typed.to[0] != '\0' ? p->typed.to : today));
    daily_put(d, "form_wanted",
              json_string(p->typed.wanted[0] != '\0' ? p->typed.wanted : "20"));
}

static bool read_lists(struct store *st, struct rechecks_page *p, json_t *departments,
                       struct error *err)
{
    struct daily *d = &p->daily;

    p->st = st;
    p->rows = json_array();
    p->plans = json_array();
    p->sums = json_array();
    daily_put(d, "rows", p->rows);
    daily_put(d, "plans", p->plans);
    daily_put(d, "sums", p->sums);
    if (!assess_departments(st, departments, p->typed.department, err) ||
        !rechecks_each(st, d->year, add_row, p, err) ||
        !recheck_plans_each(st, d->year, add_plan, p, err) ||
        !recheck_sums(st, d->year, add_sum, p, err))
        return false;
    name_sums(p->sums, departments);
    daily_put(d, "some", json_boolean(json_array_size(p->rows) > 0));
    return true;
}

bool rechecks_read(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    json_t *departments;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    departments = json_array();
    daily_put(&p->daily, "departments", departments);
    put_forms(p);
    if (read_lists(st, p, departments, err) && read_chosen(st, p, err))
        return true;
    json_decref(p->daily.data);
    return false;
}

void rechecks_show(struct exchange *x, struct step *s)
{
    daily_show(x, &((struct rechecks_page *)s)->daily, pattern, "rechecks");
}

static struct rechecks_page *page_new(struct exchange *x)
{
    struct rechecks_page *p = daily_new(x, sizeof(*p));

    p->typed.once = p->typed.from = p->typed.to = p->typed.department = p->typed.wanted =
        p->typed.outcome = p->typed.steered = p->typed.words = "";
    return p;
}

void page_rechecks(struct exchange *x)
{
    struct rechecks_page *p = page_new(x);
    const char *recheck = exchange_query(x, "recheck");

    if (recheck != NULL && !id_parse(recheck, &p->recheck_id))
        p->recheck_id = 0;
    staff_read(&p->daily.staff, rechecks_read, rechecks_show);
}

/* == The list that was drawn from ================================================= */

static bool read_names(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    bool found;

    (void)now_ms;
    return recheck_names(st, p->plan_id, &s->x->answer, &found, err) &&
           (found || error_set(err, ERROR_ABSENT, "There is no such list."));
}

static void send_names(struct exchange *x, struct step *s)
{
    (void)s;
    exchange_header_add(x, "Content-Disposition", "attachment; filename=\"cases.txt\"");
    exchange_answer(x, 200, "text/plain; charset=utf-8");
}

void page_recheck_names(struct exchange *x)
{
    struct rechecks_page *p = page_new(x);

    if (!id_parse(exchange_param(x, 1), &p->plan_id))
        p->plan_id = 0;
    staff_read(&p->daily.staff, read_names, send_names);
}
