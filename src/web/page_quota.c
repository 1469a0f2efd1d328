/*
 * page_quota.c — see page_quota.h.
 *
 * Promise: the address is the whole question, so that a calculation can be passed on and
 * done again; each step of it is shown as one would write it on paper.
 */
#include "web/page_quota.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/quota.h"
#include "store/clerk_place.h"
#include "web/asked_page.h"
#include "web/problem.h"
#include "web/workbook.h"

static const char catalogue[] = "quota";

enum { REASON_MOST = 200, STEP = 96 };

struct department {
    char code[CODE_SIZE], name[NAME_SIZE];
    int64_t counted;   /* by the hall file */
    const char *typed; /* as it came; NULL for not */
};

struct quota_page {
    struct asked_page asked;
    const char *base, *hall, *total, *reason; /* as typed */
    struct quota_rule rule;
    struct quota q;
    struct department *departments; /* of the exchange's memory, as groups */
    struct quota_group *groups;
    size_t count;
    int64_t elsewhere; /* clerks without a window in force */
};

/* == What is asked ================================================================ */

static const char *field(const struct exchange *x, const char *name, const char *missing)
{
    const char *value = exchange_query(x, name);

    return value != NULL ? value : missing;
}

/* Digits only, at most nine of them; -1 for anything else. */
static int64_t whole(const char *text)
{
    int64_t number = 0;
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return -1;
        else if (i < 9)
            number = 10 * number + text[i] - '0';
    return length > 0 && length <= 9 ? number : -1;
}

static void ask(const struct exchange *x, struct quota_page *p)
{
    const struct settings *set = p->asked.words.site->settings;
    const char *round = field(x, "round", settings_text(set, "quota.round"));
    const char *split = field(x, "split", "each");

    p->base = field(x, "base", NULL);
    p->hall = field(x, "hall", NULL);
    p->total = field(x, "total", "");
    p->reason = field(x, "reason", "");
    p->rule.base = (int)settings_int(set, "quota.base");
    p->rule.hall = (int)settings_int(set, "quota.hall");
    if (p->base != NULL && !quota_percent_read(p->base, &p->rule.base))
        asked_fail(&p->asked, "bad_base", "base");
    if (p->hall != NULL && !quota_percent_read(p->hall, &p->rule.hall))
        asked_fail(&p->asked, "bad_hall", "hall");
    p->rule.round = quota_round_read(round);
    p->rule.split = quota_split_read(split);
    if (p->rule.round == QUOTA_ROUNDS)
        asked_fail(&p->asked, "bad_round", "round");
    if (p->rule.split == QUOTA_SPLITS)
        asked_fail(&p->asked, "bad_split", "split");
    p->rule.total = whole(p->total);
    if (p->rule.split == QUOTA_FIXED && p->rule.total < 0)
        asked_fail(&p->asked, "bad_total", "total");
    if (text_characters(p->reason, strlen(p->reason)) > REASON_MOST)
        asked_fail(&p->asked, "bad_reason", "reason");
    p->rule.reasoned = p->reason[strspn(p->reason, " \t\r\n")] != '\0';
}

/* == Departments ================================================================== */

static void add_department(void *self, const struct department_staff *d)
{
    struct quota_page *p = self;
    struct department *one;

    if (p->count == QUOTA_GROUPS_MOST)
        return;
    one = &p->departments[p->count];
    memcpy(one->code, d->code, sizeof(one->code));
    memcpy(one->name, d->name, sizeof(one->name));
    one->counted = d->staff;
    p->groups[p->count].staff = d->staff;
    p->elsewhere -= d->staff;
    p->count++;
}

static struct quota_group *group_of(struct quota_page *p, const char *code, size_t *at)
{
    for (*at = 0; *at < p->count; ++*at)
        if (strcmp(p->departments[*at].code, code) == 0)
            return &p->groups[*at];
    return NULL;
}

/* What was typed of each department, and whom a person chose. */
static void read_departments(const struct exchange *x, struct quota_page *p)
{
    for (size_t i = 0; i < x->query_count; i++) {
        const char *name = x->query[i].name, *value = x->query[i].value;
        struct quota_group *g;
        size_t at;

        if (strncmp(name, "n.", 2) == 0 && (g = group_of(p, name + 2, &at)) != NULL) {
            p->departments[at].typed = value;
            g->staff = whole(value);
            if (g->staff < 0 || g->staff > QUOTA_STAFF_MOST)
                asked_fail(&p->asked, "bad_staff",
                           exchange_text((struct exchange *)x, name, strlen(name)));
        } else if (strcmp(name, "tie") == 0 && (g = group_of(p, value, &at)) != NULL) {
            g->chosen = true;
        }
    }
}

/* == One line ===================================================================== */

/* "30 × 12 ÷ 125 = 2 + 110/125", or "12 × 25.00 ÷ 100 = 3.0000". */
static void step_text(const struct quota_page *p, const struct quota_group *g,
                      char out[STEP])
{
    char percent[QUOTA_TEXT];

    if (p->rule.split != QUOTA_EACH) {
        snprintf(out, STEP, "%lld × %lld ÷ %lld = %lld + %lld/%lld",
                 (long long)p->q.total, (long long)g->staff, (long long)p->q.by,
                 (long long)g->whole, (long long)g->rest, (long long)p->q.by);
        return;
    }
    quota_percent_text(p->q.of, percent);
    snprintf(out, STEP, "%lld × %s ÷ 100 = %lld.%04lld", (long long)g->staff, percent,
             (long long)g->whole, (long long)g->rest);
}

/* Why there is a place more than the whole part, or none: a key. */
static const char *added_key(const struct quota_page *p, const struct quota_group *g)
{
    if (g->tied)
        return p->q.open > 0 ? "added_open" : g->extra ? "added_chosen" : "added_passed";
    if (!g->extra)
        return "added_none";
    return p->rule.split == QUOTA_EACH ? "added_rounded" : "added_remainder";
}

/* More than the share itself would be: rounding did that. */
static bool is_over(const struct quota_page *p, const struct quota_group *g)
{
    return g->places * QUOTA_WHOLE > g->staff * (p->rule.base + p->rule.hall);
}

static json_t *row_json(const struct quota_page *p, size_t i)
{
    const struct department *d = &p->departments[i];
    const struct quota_group *g = &p->groups[i];
    char step[STEP], share[QUOTA_TEXT];

    step_text(p, g, step);
    quota_percent_text(quota_share(g->places, g->staff), share);
    return json_pack(
        "{s:s, s:s, s:I, s:s, s:I, s:s, s:I, s:s, s:b, s:b}", "code", d->code, "name",
        d->name, "staff", (json_int_t)g->staff, "step", step, "whole",
        (json_int_t)g->whole, "added", asked_say(&p->asked, added_key(p, g)), "places",
        (json_int_t)g->places, "share", share, "over", is_over(p, g), "tied", g->tied);
}

static json_t *input_json(const struct quota_page *p, size_t i)
{
    const struct department *d = &p->departments[i];
    char counted[24], id[CODE_SIZE + 4];

    snprintf(counted, sizeof(counted), "%lld", (long long)d->counted);
    snprintf(id, sizeof(id), "n.%s", d->code);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:b, s:b, s:b}", "id", id, "code",
                     d->code, "name", d->name, "value",
                     d->typed != NULL ? d->typed : counted, "counted",
                     (json_int_t)d->counted, "wrong",
                     p->asked.wrong != NULL && strcmp(p->asked.wrong, id) == 0, "tied",
                     p->groups[i].tied, "chosen", p->groups[i].chosen);
}

/* == The page ===================================================================== */

static void put_choice(struct quota_page *p, const char *key, const char *prefix,
                       int count, int chosen, const char *(*name)(int))
{
    json_t *list = json_array();

    for (int i = 0; i < count; i++) {
        char text[40];

        snprintf(text, sizeof(text), "%s_%s", prefix, name(i));
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", name(i), "text",
                                              asked_say(&p->asked, text), "chosen",
                                              i == chosen));
    }
    asked_put(&p->asked, key, list);
}

static const char *round_name(int i)
{
    return quota_round_name((enum quota_round)i);
}

static const char *split_name(int i)
{
    return quota_split_name((enum quota_split)i);
}

/* "125 × 25.00 ÷ 100 = 31.2500 → 31". */
static void put_whole(struct quota_page *p)
{
    char percent[QUOTA_TEXT], share[QUOTA_TEXT], line[STEP];

    quota_percent_text(p->rule.base + p->rule.hall, percent);
    quota_percent_text(quota_share(p->q.sum, p->q.staff), share);
    snprintf(line, sizeof(line), "%lld × %s ÷ 100 = %lld.%04lld", (long long)p->q.staff,
             percent, (long long)(p->q.product / QUOTA_WHOLE),
             (long long)(p->q.product % QUOTA_WHOLE));
    asked_put(&p->asked, "percent", json_string(percent));
    asked_put(&p->asked, "product", json_string(line));
    asked_put(&p->asked, "staff_all", json_integer((json_int_t)p->q.staff));
    asked_put(&p->asked, "sum", json_integer((json_int_t)p->q.sum));
    asked_put(&p->asked, "grand", json_integer((json_int_t)p->q.total));
    asked_put(&p->asked, "share_all", json_string(share));
    asked_put(&p->asked, "open", json_integer((json_int_t)p->q.open));
    asked_put(&p->asked, "is_open", json_boolean(p->q.open > 0));
    asked_put(&p->asked, "tie", json_boolean(p->q.tied > 0));
    asked_put(&p->asked, "tied", json_integer((json_int_t)p->q.tied));
    asked_put(&p->asked, "seats", json_integer((json_int_t)p->q.seats));
    asked_put(&p->asked, "decided", json_boolean(p->q.tied > 0 && p->q.open == 0));
    asked_put(&p->asked, "misfit", json_boolean(p->q.misfit));
    asked_put(&p->asked, "is_each", json_boolean(p->rule.split == QUOTA_EACH));
}

static void put_inputs(struct quota_page *p)
{
    char base[QUOTA_TEXT], hall[QUOTA_TEXT], year[8];
    json_t *inputs = json_array();

    quota_percent_text(p->rule.base, base);
    quota_percent_text(p->rule.hall, hall);
    snprintf(year, sizeof(year), "%d", p->asked.year);
    for (size_t i = 0; i < p->count; i++)
        json_array_append_new(inputs, input_json(p, i));
    asked_put(&p->asked, "year", json_string(year));
    asked_put(&p->asked, "base", json_string(p->base != NULL ? p->base : base));
    asked_put(&p->asked, "hall_share", json_string(p->hall != NULL ? p->hall : hall));
    asked_put(&p->asked, "total", json_string(p->total));
    asked_put(&p->asked, "reason", json_string(p->reason));
    asked_put(&p->asked, "inputs", inputs);
    asked_put(&p->asked, "elsewhere",
              p->elsewhere > 0 ? json_integer((json_int_t)p->elsewhere) : json_null());
    put_choice(p, "rounds", "round", QUOTA_ROUNDS, (int)p->rule.round, round_name);
    put_choice(p, "splits", "split", QUOTA_SPLITS, (int)p->rule.split, split_name);
    asked_put_trouble(&p->asked);
}

static void put_result(struct quota_page *p)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < p->count; i++)
        json_array_append_new(rows, row_json(p, i));
    asked_put(&p->asked, "rows", rows);
    put_whole(p);
}

/* ERROR_ABSENT for a year that is none. */
static bool read_question(struct store *st, struct quota_page *p, int64_t now_ms,
                          struct error *err)
{
    struct exchange *x = p->asked.staff.step.x;

    if (!asked_begin(&p->asked, st, catalogue, now_ms, err))
        return false;
    p->departments = exchange_memory(x, QUOTA_GROUPS_MOST * sizeof(*p->departments));
    p->groups = exchange_memory(x, QUOTA_GROUPS_MOST * sizeof(*p->groups));
    memset(p->departments, 0, QUOTA_GROUPS_MOST * sizeof(*p->departments));
    memset(p->groups, 0, QUOTA_GROUPS_MOST * sizeof(*p->groups));
    if (!clerks_count(st, &p->elsewhere, err) ||
        !departments_staff(st, add_department, p, err))
        return false;
    ask(x, p);
    read_departments(x, p);
    return true;
}

static void compute(struct quota_page *p)
{
    static const struct {
        const char *field, *key;
    } keys[] = {{"base", "bad_base"},
                {"hall", "bad_hall"},
                {"total", "bad_total"},
                {"staff", "bad_staff"}};
    struct error err = {0};

    if (p->asked.trouble != NULL ||
        quota_compute(&p->rule, p->groups, p->count, &p->q, &err))
        return;
    for (size_t i = 0; i < LENGTH(keys); i++)
        if (strcmp(keys[i].field, err.field) == 0)
            asked_fail(&p->asked, keys[i].key, keys[i].field);
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct quota_page *p = (struct quota_page *)s;

    if (!read_question(st, p, now_ms, err))
        return false;
    compute(p);
    p->asked.data = json_object();
    put_inputs(p);
    if (p->asked.trouble == NULL)
        put_result(p);
    return true;
}

static void show_page(struct exchange *x, struct step *s)
{
    asked_show(x, (struct asked_page *)s, "quota");
}

void page_quota(struct exchange *x)
{
    struct quota_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->asked.staff, read_page, show_page);
}

/* == The workbook ================================================================= */

static void about_percent(struct sheet *s, const char *name, int64_t hundredths)
{
    char text[QUOTA_TEXT];

    quota_percent_text(hundredths, text);
    sheet_about(s, name, text);
}

static void about_number(struct sheet *s, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)number);
    sheet_about(s, name, text);
}

static void fill_about(struct sheet *s, const struct quota_page *p)
{
    char key[40];

    sheet_about(s, asked_say(&p->asked, "title"), p->asked.words.frame->name);
    about_number(s, asked_say(&p->asked, "year"), p->asked.year);
    sheet_about(s, asked_say(&p->asked, "sheet_about"), asked_say(&p->asked, "banner"));
    about_percent(s, asked_say(&p->asked, "base"), p->rule.base);
    about_percent(s, asked_say(&p->asked, "hall_share"), p->rule.hall);
    snprintf(key, sizeof(key), "round_%s", quota_round_name(p->rule.round));
    sheet_about(s, asked_say(&p->asked, "round"), asked_say(&p->asked, key));
    snprintf(key, sizeof(key), "split_%s", quota_split_name(p->rule.split));
    sheet_about(s, asked_say(&p->asked, "split"), asked_say(&p->asked, key));
    about_number(s, asked_say(&p->asked, "staff"), p->q.staff);
    about_number(s, asked_say(&p->asked, "total"), p->q.total);
    about_number(s, asked_say(&p->asked, "sum"), p->q.sum);
    about_number(s, asked_say(&p->asked, "open"), p->q.open);
    if (p->q.tied > 0)
        sheet_about(s, asked_say(&p->asked, "reason"), p->reason);
}

static void fill_sheet(struct sheet *s, void *self)
{
    static const char *const columns[] = {"code",  "department", "staff",  "step",
                                          "whole", "added",      "places", "share"};
    const struct quota_page *p = self;

    fill_about(s, p);
    for (size_t i = 0; i < LENGTH(columns); i++)
        sheet_column(s, asked_say(&p->asked, columns[i]),
                     i == 3 || i == 1 || i == 5 ? 32 : 12);
    for (size_t i = 0; i < p->count; i++) {
        const struct quota_group *g = &p->groups[i];
        char step[STEP];

        step_text(p, g, step);
        sheet_text(s, p->departments[i].code);
        sheet_text(s, p->departments[i].name);
        sheet_number(s, (double)g->staff);
        sheet_text(s, step);
        sheet_number(s, (double)g->whole);
        sheet_text(s, asked_say(&p->asked, added_key(p, g)));
        sheet_number(s, (double)g->places);
        sheet_number(s, (double)quota_share(g->places, g->staff) / 100);
        sheet_next_row(s);
    }
}

static bool make_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct quota_page *p = (struct quota_page *)s;

    if (!read_question(st, p, now_ms, err))
        return false;
    compute(p);
    if (!asked_right(&p->asked, err))
        return false;
    return workbook_make(s->x, asked_say(&p->asked, "sheet_about"),
                         asked_say(&p->asked, "sheet_data"), fill_sheet, p, err);
}

static void send_sheet(struct exchange *x, struct step *s)
{
    asked_send_sheet(x, (struct asked_page *)s, "quota");
}

void page_quota_sheet(struct exchange *x)
{
    struct quota_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->asked.staff, make_sheet, send_sheet);
}
