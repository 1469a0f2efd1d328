/*
 * page_marks.c — see page_marks.h.
 *
 * Promise: a form that was opened before somebody else marked the same quarter corrects
 * nothing: it is shown again with the mark that stands now.
 */
#include "web/page_marks.h"

#include <stdio.h>
#include <string.h>

#include "store/assessor_store.h"
#include "store/mark_store.h"
#include "web/citizen.h"
#include "web/daily_view.h"
#include "web/problem.h"

static const char pattern[] = "/assess/{year}/marks";

struct marks {
    struct daily daily;
    const char *department, *quarter_text, *kind_text;   /* asked for, or typed */
    const char *mark_text, *said, *once, *corrects_text; /* typed; "" else */
    int quarter;                                         /* 1..4, 0 for none */
    enum hall_mark_kind kind;                            /* HALL_MARK_KINDS for none */
    int mark;
    int64_t corrects, id;
    struct store *st; /* while rows are read */
    json_t *past;
    struct hall_mark standing; /* of what is chosen; id 0 for none */
    enum hall_mark_verdict verdict;
};

static bool writes(const struct marks *m)
{
    return m->kind == HALL_MARK_OPENNESS && assess_acts(&m->daily.staff, pattern);
}

static bool chosen(const struct marks *m)
{
    return m->department[0] != '\0' && m->quarter != 0 && m->kind != HALL_MARK_KINDS;
}

/* == What was marked ============================================================== */

static bool is_chosen(const struct marks *m, const struct hall_mark *mark)
{
    return mark->quarter == m->quarter && mark->kind == m->kind &&
           strcmp(mark->department, m->department) == 0;
}

static void add_past(void *self, const struct hall_mark *mark)
{
    struct marks *m = self;
    struct daily *d = &m->daily;
    char text[POINTS_TEXT];
    json_t *row;

    if (!is_chosen(m, mark))
        return;
    if (mark->corrected_by == 0)
        m->standing = *mark;
    points_text(mark->mark, text);
    row = json_pack(
        "{s:s, s:o, s:o, s:b, s:b}", "mark", text, "by", staff_actor(m->st, mark->actor),
        "at", staff_time(&d->words, mark->at_ms), "gone", (int)(mark->corrected_by != 0),
        "correction", (int)(mark->corrects != 0));
    json_object_set_new(row, "words",
                        mark->words != NULL ? json_string(mark->words) : json_null());
    json_object_set_new(row, "files",
                        daily_files(d, m->st, EVIDENCE_MARK, mark->id, mark->files));
    json_array_append_new(m->past, row);
}

static bool read_past(struct store *st, struct marks *m, struct error *err)
{
    m->st = st;
    m->past = json_array();
    if (!hall_marks_list(st, m->daily.year, m->department, add_past, m, err)) {
        json_decref(m->past);
        return false;
    }
    daily_put(&m->daily, "past", m->past);
    return true;
}

/* == The table ==================================================================== */

static json_t *cells_of(const struct marks *m, const struct hall_mark_year *y,
                        const char *department, enum hall_mark_kind kind)
{
    json_t *cells = json_array();

    for (int q = 1; q <= 4; q++) {
        int mark = y != NULL ? y->quarters[kind][q - 1] : HALL_MARK_NONE;
        char text[POINTS_TEXT] = "–";
        struct buf href = buf_new(1024);

        if (mark != HALL_MARK_NONE)
            points_text(mark, text);
        buf_addf(&href, "/assess/%d/marks", m->daily.year);
        query_add(&href, "department", department);
        query_add(&href, "quarter", (const char[]){(char)('0' + q), '\0'});
        query_add(&href, "kind", hall_mark_kind_name(kind));
        query_add(&href, "lang", m->daily.words.lang == LANG_EN ? "en" : "zh-CN");
        json_array_append_new(cells, json_pack("{s:s, s:s, s:i}", "text", text, "href",
                                               buf_text(&href), "quarter", q));
        buf_free(&href);
    }
    return cells;
}

static json_t *table_of(const struct marks *m, const struct hall_mark_years *years,
                        const json_t *departments, enum hall_mark_kind kind)
{
    json_t *rows = json_array(), *option;
    size_t i;

    json_array_foreach(departments, i, option)
    {
        const char *code = json_string_value(json_object_get(option, "value"));
        const struct hall_mark_year *y = hall_marks_of(years, code);
        char text[POINTS_TEXT];

        score_text(y != NULL ? y->year[kind] : HALL_MARK_NONE, text);
        json_array_append_new(
            rows, json_pack("{s:s, s:o, s:s}", "name",
                            json_string_value(json_object_get(option, "text")), "cells",
                            cells_of(m, y, code, kind), "in_year",
                            text[0] != '\0' ? text : "–"));
    }
    return rows;
}

/* Does anything of this kind stand in the year? */
static bool any_marks(const struct hall_mark_years *years, enum hall_mark_kind kind)
{
    for (size_t i = 0; i < years->count; i++)
        if (years->list[i].year[kind] != HALL_MARK_NONE)
            return true;
    return false;
}

static bool read_tables(struct store *st, struct marks *m, struct error *err)
{
    struct daily *d = &m->daily;
    json_t *departments = json_array(), *tables = json_array();
    struct hall_mark_years years;
    bool ok;

    daily_put(d, "departments", departments);
    daily_put(d, "tables", tables);
    ok = daily_departments(d, st, m->department, departments, err) &&
         hall_marks_year(st, d->year, &years, err);
    if (!ok)
        return false;
    for (int k = 0; k < HALL_MARK_KINDS; k++) {
        const char *name = hall_mark_kind_name((enum hall_mark_kind)k);

        if (k != HALL_MARK_OPENNESS && !any_marks(&years, (enum hall_mark_kind)k))
            continue;
        json_array_append_new(
            tables, json_pack("{s:s, s:s, s:o}", "id", name, "name",
                              staff_word(&d->words, "mark", name), "rows",
                              table_of(m, &years, departments, (enum hall_mark_kind)k)));
    }
    hall_marks_free(&years);
    return true;
}

/* == The page ===================================================================== */

/* The name of the chosen department among those that the reader may see; NULL for none.
 */
static const char *chosen_name(const struct marks *m)
{
    json_t *option;
    size_t i;

    json_array_foreach(json_object_get(m->daily.data, "departments"), i, option)
    {
        if (json_is_true(json_object_get(option, "chosen")))
            return json_string_value(json_object_get(option, "text"));
    }
    return NULL;
}

static void put_choice(struct marks *m)
{
    struct daily *d = &m->daily;
    const char *name = chosen_name(m);
    char id[24] = "";

    daily_put(d, "some", json_boolean(name != NULL && chosen(m)));
    if (name == NULL || !chosen(m))
        return;
    if (m->standing.id != 0)
        snprintf(id, sizeof(id), "%lld", (long long)m->standing.id);
    daily_put(d, "of_department", json_string(name));
    daily_put(d, "department", json_string(m->department));
    daily_put(d, "quarter", json_integer(m->quarter));
    daily_put(d, "kind", json_string(hall_mark_kind_name(m->kind)));
    daily_put(d, "of_kind",
              json_string(staff_word(&d->words, "mark", hall_mark_kind_name(m->kind))));
    daily_put(d, "corrects", json_string(id));
    daily_put(d, "stands", json_boolean(m->standing.id != 0));
    daily_put(d, "writes", json_boolean(writes(m)));
    daily_put(d, "form_mark", json_string(m->mark_text));
    daily_put(d, "form_words", json_string(m->said));
}

static bool read_marks(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct marks *m = (struct marks *)s;

    if (!daily_begin(&m->daily, st, now_ms, err))
        return false;
    if (read_tables(st, m, err) && read_past(st, m, err)) {
        put_choice(m);
        return true;
    }
    json_decref(m->daily.data);
    return false;
}

static void show_marks(struct exchange *x, struct step *s)
{
    daily_show(x, &((struct marks *)s)->daily, pattern, "marks");
}

/* What the texts choose. */
static void choose(struct marks *m)
{
    const char *q = m->quarter_text;

    m->quarter = q[0] >= '1' && q[0] <= '4' && q[1] == '\0' ? q[0] - '0' : 0;
    m->kind = hall_mark_kind_read(m->kind_text);
}

static const char *asked(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL ? value : "";
}

void page_marks(struct exchange *x)
{
    struct marks *m = daily_new(x, sizeof(*m));

    m->department = asked(x, "department");
    m->quarter_text = asked(x, "quarter");
    m->kind_text = asked(x, "kind");
    m->mark_text = m->said = m->once = m->corrects_text = "";
    choose(m);
    staff_read(&m->daily.staff, read_marks, show_marks);
}

/* == A mark that is given ========================================================= */

static bool fail(struct marks *m, int status, const char *trouble, const char *wrong)
{
    return daily_fail(&m->daily, status, trouble, wrong);
}

static const struct {
    enum hall_mark_verdict verdict;
    int status;
    const char *trouble, *wrong;
} verdicts[] = {
    {HALL_MARK_NO_DEPARTMENT, 422, "err_department", "h-tables"},
    {HALL_MARK_NO_PART, 422, "err_department", "h-tables"},
    {HALL_MARK_TO_COME, 422, "err_quarter_to_come", "h-tables"},
    {HALL_MARK_OUTDATED, 409, "err_outdated", "mark"},
    {HALL_MARK_FROZEN, 409, "err_frozen", "h-tables"},
};

static void check(struct marks *m)
{
    if (strlen(m->once) != ASSESS_ONCE - 1)
        fail(m, 422, "err_used", "h-tables");
    else if (!chosen(m))
        fail(m, 422, "err_department", "h-tables");
    else if (!points_parse(m->mark_text, &m->mark) || m->mark < 0 ||
             m->mark_text[0] == '-')
        fail(m, 422, "err_mark", "mark");
    else if (m->said[0] == '\0')
        fail(m, 422, "err_words", "words");
    else if (sent_length(m->said) > HALL_MARK_WORDS)
        fail(m, 422, "err_words_long", "words");
}

/* A sentence for each thing that keeps the writer from it. */
static bool judge(struct store *st, struct marks *m, struct error *err)
{
    static const char *const troubles[] = {[ASSESSOR_UNKNOWN] = "err_unqualified",
                                           [ASSESSOR_EXPIRED] = "err_expired",
                                           [ASSESSOR_OWN] = "err_own"};
    enum assessor_verdict verdict;

    if (!assessor_judge(st, m->daily.staff.who.id, m->department, m->daily.today,
                        &verdict, err))
        return false;
    return verdict == ASSESSOR_FITS || fail(m, 403, troubles[verdict], "mark");
}

static bool keep(struct store *st, struct marks *m, int64_t now_ms, struct error *err)
{
    struct daily *d = &m->daily;
    const struct hall_mark_input in = {
        .year = d->year,
        .quarter = m->quarter,
        .department = m->department,
        .kind = m->kind,
        .mark = m->mark,
        .corrects = m->corrects,
        .words = m->said,
        .once = m->once,
        .actor = d->staff.who.actor,
        .file = d->file,
        .file_most = settings_bytes(d->words.site->settings, "daily.file_most")};
    char object[48];

    if (!daily_room(d, err) || !hall_mark_take(st, &in, now_ms, &m->verdict, &m->id, err))
        return false;
    for (size_t i = 0; i < LENGTH(verdicts); i++)
        if (verdicts[i].verdict == m->verdict)
            return fail(m, verdicts[i].status, verdicts[i].trouble, verdicts[i].wrong);
    if (m->verdict == HALL_MARK_AGAIN)
        return true;
    snprintf(object, sizeof(object), "mark %lld", (long long)m->id);
    return store_audit(st, in.actor, m->corrects != 0 ? "mark.corrected" : "mark.given",
                       object, m->department, now_ms, err);
}

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct marks *m = (struct marks *)s;

    if (!daily_begin(&m->daily, st, now_ms, err))
        return false;
    check(m);
    if (m->daily.trouble == NULL && !judge(st, m, err))
        return false;
    return m->daily.trouble != NULL || keep(st, m, now_ms, err);
}

static void taken(struct exchange *x, struct step *s)
{
    struct marks *m = (struct marks *)s;
    struct daily *d = &m->daily;
    struct buf path = buf_new(1024);

    json_decref(d->data);
    d->data = NULL;
    d->staff.any = false;
    if (!s->ok && !daily_explain(d, &s->err)) {
        problem_answer(x, &s->err);
    } else if (d->trouble != NULL) {
        staff_read(&d->staff, read_marks, show_marks);
    } else {
        buf_addf(&path, "/assess/%d/marks", d->year);
        query_add(&path, "department", m->department);
        query_add(&path, "quarter", m->quarter_text);
        query_add(&path, "kind", m->kind_text);
        daily_done(x, buf_text(&path));
    }
    buf_free(&path);
}

void page_marks_post(struct exchange *x)
{
    struct marks *m = daily_new(x, sizeof(*m));
    struct daily *d = &m->daily;
    struct form form;

    if (!daily_form(d, &form))
        return;
    m->once = staff_typed(x, &form, "once");
    m->department = staff_typed(x, &form, "department");
    m->quarter_text = staff_typed(x, &form, "quarter");
    m->kind_text = staff_typed(x, &form, "kind");
    m->mark_text = staff_typed(x, &form, "mark");
    m->said = staff_typed(x, &form, "words");
    m->corrects_text = staff_typed(x, &form, "corrects");
    choose(m);
    if (m->corrects_text[0] != '\0' && !id_parse(m->corrects_text, &m->corrects))
        m->corrects = -1; /* there is none of that name */
    d->staff.any = true;
    staff_write(&d->staff, &form, take, taken);
    form_free(&form);
}
