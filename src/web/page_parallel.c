/*
 * page_parallel.c — see page_parallel.h.
 *
 * Promise: a case counts in the year in which it was taken in. Medians are of cases in
 * which every department has decided; how many those are stands beside them. A department
 * sees the cases that it took part in.
 */
#include "web/page_parallel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/approval_store.h"
#include "store/denial.h"
#include "store/promise_ask.h"
#include "web/approval_json.h"
#include "web/assess_frame.h"
#include "web/assess_year.h"
#include "web/citizen.h"
#include "web/parallel_view.h"
#include "web/problem.h"
#include "web/session.h"

enum {
    CASES_MOST = 5000,
    SHOWN = 200,
    MATTERS_MOST = 200,
    DENIED_SHOWN = 50,
    FOUND_WORDS = 500,
};

/* What a matter's cases add up to. */
struct matter_sum {
    char code[CODE_SIZE], name[NAME_SIZE];
    int promised_days;
    int cases, decided, side_by_side, undecided; /* undecided: closed all the same */
    int64_t serial_ms, busy_ms, overlap_ms;
    int *serial_days, *real_days; /* of the decided */
};

struct parallel_page {
    struct staff staff;
    struct staff_words words;
    int year;
    struct approval_clock clock;
    struct matter_sum *sums;
    size_t sum_count;
    int cases;
    bool opens; /* the role may open a case's record */
    json_t *list, *denied, *data;
};

/* == Adding up ==================================================================== */

static struct matter_sum *sum_of(struct parallel_page *p, const struct approval_item *i)
{
    struct matter_sum *s;

    for (size_t k = 0; k < p->sum_count; k++)
        if (strcmp(p->sums[k].code, i->matter) == 0)
            return &p->sums[k];
    if (p->sum_count == MATTERS_MOST)
        return NULL;
    s = &p->sums[p->sum_count++];
    *s = (struct matter_sum){.promised_days = i->promised_days};
    memcpy(s->code, i->matter, sizeof(s->code));
    memcpy(s->name, i->matter_name, sizeof(s->name));
    return s;
}

static bool is_decided(const struct approval *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->children[i].ended_ms == 0)
            return false;
    return a->count > 0;
}

static void note_days(int **days, int count, int value)
{
    *days = memory_resize(*days, (size_t)(count + 1) * sizeof(**days));
    (*days)[count] = value;
}

static void add_up(struct matter_sum *s, const struct approval *a,
                   const struct approval_figures *f)
{
    s->cases++;
    s->side_by_side += f->overlap_ms > 0;
    s->serial_ms += f->serial_ms;
    s->busy_ms += f->busy_ms;
    s->overlap_ms += f->overlap_ms;
    if (!is_decided(a)) {
        s->undecided += a->closed_ms != 0;
        return;
    }
    note_days(&s->serial_days, s->decided, f->serial_days);
    note_days(&s->real_days, s->decided, f->real_days);
    s->decided++;
}

/* == What is shown ================================================================ */

static json_t *count_text(int64_t n)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)n);
    return json_string(text);
}

/* "2.5", of twice the number. */
static json_t *halves_text(int *days, int count)
{
    char text[24];
    int halves;

    if (count == 0)
        return json_string("–");
    halves = promise_median_halves(days, (size_t)count);
    snprintf(text, sizeof(text), "%d%s", halves / 2, halves % 2 ? ".5" : "");
    return json_string(text);
}

static const char *state_of(const struct approval *a)
{
    if (a->issued_ms != 0)
        return "issued";
    if (is_decided(a))
        return "decided";
    return a->closed_ms != 0 ? "undecided" : "running";
}

static json_t *departments_of(const struct approval_case *all)
{
    json_t *names = json_array();

    for (size_t i = 0; i < all->now.count; i++)
        json_array_append_new(names, json_pack("{s:s, s:b}", "name",
                                               all->rows[i].department_name, "last",
                                               i + 1 == all->now.count));
    return names;
}

static void add_case(void *self, const struct approval_item *item)
{
    struct parallel_page *p = self;
    const struct approval *a = &item->parallel->now;
    struct matter_sum *sum = sum_of(p, item);
    struct approval_figures f;
    char id[24];

    approval_figure(a, &p->clock, &f);
    p->cases++;
    if (sum != NULL)
        add_up(sum, a, &f);
    if (json_array_size(p->list) == SHOWN)
        return;
    snprintf(id, sizeof(id), "%lld", (long long)item->parallel->case_id);
    json_array_append_new(
        p->list,
        json_pack("{s:s, s:b, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:b}", "id", id, "opens",
                  p->opens, "no", item->parallel->case_no, "matter", item->matter_name,
                  "departments", departments_of(item->parallel), "state",
                  staff_word(&p->words, "whole", state_of(a)), "serial",
                  count_text(f.serial_days), "real", count_text(f.real_days), "overlap",
                  parallel_hours(&p->words, f.overlap_ms), "none", f.overlap_ms == 0));
}

/* Thousandths of the time in which anything ran, as "41.2%". */
static json_t *share_text(int64_t part_ms, int64_t all_ms)
{
    char text[24];
    int64_t permille = all_ms > 0 ? (part_ms * 1000 + all_ms / 2) / all_ms : 0;

    if (all_ms == 0)
        return json_string("–");
    snprintf(text, sizeof(text), "%lld.%lld%%", (long long)(permille / 10),
             (long long)(permille % 10));
    return json_string(text);
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct matter_sum *)a)->code,
                  ((const struct matter_sum *)b)->code);
}

static json_t *sums_json(struct parallel_page *p)
{
    json_t *rows = json_array();

    qsort(p->sums, p->sum_count, sizeof(*p->sums), by_code);
    for (size_t i = 0; i < p->sum_count; i++) {
        struct matter_sum *s = &p->sums[i];
        json_t *row = json_pack(
            "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", s->name, "cases",
            count_text(s->cases), "decided", count_text(s->decided), "side",
            count_text(s->side_by_side), "undecided", count_text(s->undecided), "serial",
            halves_text(s->serial_days, s->decided), "real",
            halves_text(s->real_days, s->decided), "overlap",
            parallel_hours(&p->words, s->overlap_ms), "share",
            share_text(s->overlap_ms, s->busy_ms));

        if (s->promised_days > 0)
            json_object_set_new(row, "promised", count_text(s->promised_days));
        json_array_append_new(rows, row);
        free(s->serial_days);
        free(s->real_days);
    }
    return rows;
}

/* == The page ===================================================================== */

static void put(struct parallel_page *p, const char *key, json_t *value)
{
    json_object_set_new(p->data, key, value);
}

/* May this role write down what was found out? The table of access says. */
static bool may_look(enum role role)
{
    const struct route post = {.method = METHOD_POST,
                               .pattern = "/assess/{year}/parallel"};

    return access_view(&post, role) != NULL;
}

static void add_denied(void *self, const struct promise_answer *answer)
{
    struct parallel_page *p = self;

    json_array_append_new(p->denied, attested_row(&p->words, answer));
}

/* What citizens answered in the year, counted by case. */
static json_t *said_json(const struct promise_sums *s)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "answered", count_text(s->answered),
                     "denied", count_text(s->denied), "untrue", count_text(s->untrue),
                     "delivered", count_text(s->delivered), "unclear",
                     count_text(s->unclear));
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct parallel_page *p = (struct parallel_page *)s;
    const struct zone *zone = st->frame->zone;
    const char *own =
        p->staff.view->scope == ACCESS_DEPARTMENT ? p->staff.who.place : NULL;
    const struct access_view *record = access_page("/cases/{id}", p->staff.who.role);
    struct promise_sums said = {0};
    bool ok;

    if (p->year == 0)
        return error_set(err, ERROR_ABSENT, "There is no such year.");
    p->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .catalogue = parallel_catalogue,
                                    .now_ms = now_ms};
    p->clock = approval_clock_of(st->frame, now_ms);
    p->opens = record != NULL && !record->bad_only;
    p->list = json_array();
    p->denied = json_array();
    p->sums = memory_new(MATTERS_MOST * sizeof(*p->sums));
    ok = approval_list(st, own, zone_day_utc(zone, day_number(p->year, 1, 1), 0),
                       zone_day_utc(zone, day_number(p->year + 1, 1, 1), 0), CASES_MOST,
                       add_case, p, err) &&
         promise_denials(st, own, DENIED_SHOWN, add_denied, p, err) &&
         promise_sums(st, own, zone_day_utc(zone, day_number(p->year, 1, 1), 0),
                      zone_day_utc(zone, day_number(p->year + 1, 1, 1), 0), &said, err);
    p->data = json_object();
    put(p, "some", json_boolean(p->cases > 0));
    put(p, "cut", json_boolean(p->cases > SHOWN));
    put(p, "many", json_boolean(p->cases == CASES_MOST));
    put(p, "sums", sums_json(p));
    put(p, "cases", p->list);
    put(p, "any_denied", json_boolean(json_array_size(p->denied) > 0));
    put(p, "denied", p->denied);
    put(p, "said", ok && said.answered > 0 ? said_json(&said) : json_null());
    put(p, "opens", json_boolean(p->opens));
    put(p, "looks", json_boolean(may_look(p->staff.who.role)));
    free(p->sums);
    if (!ok)
        json_decref(p->data);
    return ok;
}

static void show_page(struct exchange *x, struct step *s)
{
    struct parallel_page *p = (struct parallel_page *)s;
    json_t *data =
        assess_frame(x, &p->staff, p->words.lang, p->year, "/assess/{year}/parallel");

    json_object_update(data, p->data);
    json_decref(p->data);
    page_answer(x, 200, "parallel", parallel_catalogue, p->words.lang, data);
}

void page_parallel(struct exchange *x)
{
    struct parallel_page *p = staff_new(x, sizeof(*p));

    p->year = assess_year(x);
    staff_read(&p->staff, read_page, show_page);
}

/* == What was found out =========================================================== */

struct found_step {
    struct staff staff;
    int64_t case_id, answer_id;
    const char *found, *words;
    char to[64];
};

static bool is_own(struct store *st, const struct found_step *f, struct error *err)
{
    struct service_case c;
    struct window w;

    if (f->staff.view->scope != ACCESS_DEPARTMENT)
        return true;
    return case_get(st, f->case_id, &c, err) && window_get(st, c.window_id, &w, err) &&
           (strcmp(w.department_code, f->staff.who.place) == 0 ||
            error_set(err, ERROR_ABSENT, "The case has no such answer."));
}

static bool write_found(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct found_step *f = (struct found_step *)s;
    const struct denial_found found = {.case_id = f->case_id,
                                       .answer_id = f->answer_id,
                                       .found = f->found,
                                       .words = f->words,
                                       .actor = f->staff.who.actor,
                                       .ends = f->staff.view->scope != ACCESS_DEPARTMENT};
    char object[48];

    if (sent_length(f->words) > FOUND_WORDS)
        return error_field(err, "words", "At most %d characters.", FOUND_WORDS);
    snprintf(object, sizeof(object), "case %lld", (long long)f->case_id);
    return is_own(st, f, err) &&
           denial_found(st, &site_of(s->x)->rules->rating.order, &found, now_ms, err) &&
           store_audit(st, f->staff.who.actor, "promise.checked", object, f->found,
                       now_ms, err);
}

static void found_written(struct exchange *x, struct step *s)
{
    page_see_other(x, ((struct found_step *)s)->to);
}

void page_parallel_post(struct exchange *x)
{
    struct found_step *f = staff_new(x, sizeof(*f));
    struct form form;

    if (!staff_form(x, &form))
        return;
    if (!id_parse(staff_field(x, &form, "case"), &f->case_id))
        f->case_id = 0;
    if (!id_parse(staff_field(x, &form, "answer"), &f->answer_id))
        f->answer_id = 0;
    f->found = staff_field(x, &form, "found");
    f->words = staff_field(x, &form, "words");
    snprintf(f->to, sizeof(f->to), "/assess/%d/parallel?lang=%s#denied", assess_year(x),
             page_lang(x) == LANG_EN ? "en" : "zh-CN");
    staff_write(&f->staff, &form, write_found, found_written);
    form_free(&form);
}
