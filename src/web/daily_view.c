/*
 * daily_view.c — see daily_view.h.
 */
#include "web/daily_view.h"

#include <stdio.h>
#include <string.h>

#include "work/space.h"

static const char catalogue[] = "daily";

void *daily_new(struct exchange *x, size_t bytes)
{
    struct daily *d = staff_new(x, bytes);

    d->year = assess_year(x);
    d->status = 200;
    return d;
}

bool daily_form(struct daily *d, struct form *form)
{
    struct exchange *x = d->staff.step.x;
    struct upload file;

    if (!staff_form_with_file(x, form, &file))
        return false;
    if (file.field != NULL)
        d->file = (struct evidence_input){
            .name = exchange_text(x, file.name, strlen(file.name)),
            .bytes = file.bytes,
            .length = file.length};
    return true;
}

bool daily_fail(struct daily *d, int status, const char *trouble, const char *wrong)
{
    d->status = status;
    d->trouble = trouble;
    d->wrong = wrong;
    return true;
}

bool daily_explain(struct daily *d, const struct error *err)
{
    bool known = true;

    if (err->kind == ERROR_TOO_LARGE)
        daily_fail(d, 413, "err_file_large", "file");
    else if (err->kind == ERROR_INPUT && strcmp(err->field, "file") == 0)
        daily_fail(d, 422, "err_file_kind", "file");
    else if (err->kind == ERROR_LATER && d->file.length > 0)
        daily_fail(d, 503, "err_room", "file");
    else
        known = false;
    return known;
}

bool daily_room(const struct daily *d, struct error *err)
{
    return d->file.length == 0 || space_for_more(site_of(d->staff.step.x)->space, err);
}

bool daily_begin(struct daily *d, const struct store *st, int64_t now_ms,
                 struct error *err)
{
    struct exchange *x = d->staff.step.x;

    if (!assess_year_asked(x, &d->year, err))
        return false;
    d->words = assess_words(x, st, catalogue, now_ms);
    d->today = hall_local_date(st->frame, now_ms);
    json_decref(d->data);
    d->data = json_object();
    return true;
}

void daily_put(struct daily *d, const char *key, json_t *value)
{
    json_object_set_new(d->data, key, value);
}

void daily_put_list(struct daily *d, const char *key, const char *some, json_t *list)
{
    daily_put(d, some, json_boolean(json_array_size(list) > 0));
    daily_put(d, key, list);
}

const char *daily_say(const struct daily *d, const char *key)
{
    return page_text(d->words.site, catalogue, d->words.lang, key);
}

void daily_show(struct exchange *x, struct daily *d, const char *here,
                const char *template)
{
    json_t *data = assess_frame(x, &d->staff, d->words.lang, d->year, here);

    json_object_update_new(data, d->data);
    d->data = NULL;
    json_object_set_new(data, "saved", json_boolean(exchange_query(x, "saved") != NULL));
    if (d->trouble != NULL) {
        const char *text =
            d->sentence[0] != '\0' ? d->sentence : daily_say(d, d->trouble);
        char flag[40];

        snprintf(flag, sizeof(flag), "wrong_%s", d->wrong);
        json_object_set_new(data, "trouble", json_string(text));
        json_object_set_new(data, "wrong", json_string(d->wrong));
        json_object_set_new(data, flag, json_true());
    }
    page_answer(x, d->status, template, catalogue, d->words.lang, data);
}

void daily_done(struct exchange *x, const char *path)
{
    struct buf to = buf_new(4096);

    buf_add_text(&to, path);
    query_add(&to, "saved", "1");
    query_add(&to, "lang", page_lang(x) == LANG_EN ? "en" : "zh-CN");
    page_see_other(x, buf_text(&to));
    buf_free(&to);
}

int64_t daily_id(struct exchange *x, const struct form *form, const char *name)
{
    const char *text = staff_typed(x, form, name);
    int64_t id = 0;

    return text[0] == '\0' ? 0 : id_parse(text, &id) ? id : -1;
}

int daily_count(const char *text, int most)
{
    int value = 0;

    if (text[0] == '\0')
        return -1;
    for (; *text >= '0' && *text <= '9'; text++)
        if ((value = value * 10 + (*text - '0')) > most)
            return -1;
    return *text == '\0' ? value : -1;
}

/* == Files ======================================================================== */

struct files {
    struct daily *d;
    json_t *list;
};

static void add_file(void *self, const struct evidence *file)
{
    struct files *f = self;
    char href[80], size[24], sha[20];

    snprintf(href, sizeof(href), "/assess/%d/evidence/%lld", f->d->year,
             (long long)file->id);
    snprintf(size, sizeof(size), "%lld", (long long)((file->length + 1023) / 1024));
    snprintf(sha, sizeof(sha), "%.16s", file->sha256);
    json_array_append_new(f->list,
                          json_pack("{s:s, s:s, s:s, s:s, s:s}", "href", href, "name",
                                    file->name, "type", evidence_type_name(file->type),
                                    "kib", size, "sha", sha));
}

json_t *daily_files(struct daily *d, struct store *st, enum evidence_subject subject,
                    int64_t id, int count)
{
    struct files f = {d, json_array()};
    struct error err = {0};

    if (count > 0 && evidence_list(st, subject, id, add_file, &f, &err))
        return f.list;
    json_decref(f.list);
    return json_null();
}

/* == Windows and departments ====================================================== */

const char *daily_own_window(const struct daily *d)
{
    return d->staff.view->scope == ACCESS_WINDOW ? d->staff.who.place : NULL;
}

const char *daily_own_department(const struct daily *d)
{
    return d->staff.view->scope == ACCESS_DEPARTMENT ? d->staff.who.place : NULL;
}

struct choices {
    const struct daily *d;
    const char *chosen;
    json_t *list;
};

static bool reaches(const struct daily *d, const struct window *w)
{
    const char *window = daily_own_window(d), *department = daily_own_department(d);

    return (window == NULL || strcmp(window, w->code) == 0) &&
           (department == NULL || strcmp(department, w->department_code) == 0);
}

static void add_window(void *self, const struct window *w)
{
    struct choices *c = self;

    if (reaches(c->d, w))
        assess_option(c->list, w->code, w->name, c->chosen);
}

bool daily_windows(struct daily *d, struct store *st, const char *chosen, json_t *out,
                   struct error *err)
{
    struct choices c = {d, chosen, out};

    return windows_each(st, add_window, &c, err);
}

static void add_department(void *self, const struct window *w)
{
    struct choices *c = self;
    json_t *known;
    size_t i;

    if (!reaches(c->d, w))
        return;
    json_array_foreach(c->list, i, known)
    {
        const char *code = json_string_value(json_object_get(known, "value"));

        if (strcmp(code, w->department_code) == 0)
            return;
    }
    assess_option(c->list, w->department_code, w->department_name, c->chosen);
}

bool daily_departments(struct daily *d, struct store *st, const char *chosen, json_t *out,
                       struct error *err)
{
    struct choices c = {d, chosen, out};

    return windows_each(st, add_department, &c, err);
}

struct day_log_rules daily_log_rules(const struct site *site)
{
    struct day_log_rules rules = {.lock_ms = settings_ms(site->settings, "daily.lock")};

    for (int kind = 0; kind < DAY_LOG_KINDS; kind++) {
        char name[40];

        snprintf(name, sizeof(name), "daily.%s",
                 day_log_kind_name((enum day_log_kind)kind));
        rules.points[kind] = (int)settings_int(site->settings, name);
    }
    return rules;
}
