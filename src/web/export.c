/*
 * export.c — see export.h. The columns stand in one table; a cell is made in one place,
 * and written three ways.
 */
#include "web/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "version.h"

enum { SLICE_BYTES = 64 << 20 };

static const char catalogue[] = "export";

enum column {
    CASE_NO,
    SOURCE,
    TICKET,
    MATTER_CODE,
    MATTER,
    WINDOW_CODE,
    WINDOW,
    DEPARTMENT_CODE,
    DEPARTMENT,
    CLERK_CODE,
    CLERK,
    GRADE,
    GRADE_WORD,
    ATTITUDE,
    EFFICIENCY,
    QUALITY,
    INTEGRITY,
    TAGS,
    TAG_WORDS,
    CHANNEL,
    CHANNEL_WORD,
    PROOF,
    CORRECTED,
    ACCEPTED_AT,
    CLOSED_AT,
    RATED_AT,
    DELAY_S,
    RECEIPT,
    COMMENT,
    COLUMNS,
};

static const struct {
    const char *key; /* of JSON and, with col_ before it, of the catalogue */
    int wide;
} columns[COLUMNS] = {
    [CASE_NO] = {"case_no", 26},
    [SOURCE] = {"source", 10},
    [TICKET] = {"ticket", 8},
    [MATTER_CODE] = {"matter_code", 18},
    [MATTER] = {"matter", 26},
    [WINDOW_CODE] = {"window_code", 8},
    [WINDOW] = {"window", 14},
    [DEPARTMENT_CODE] = {"department_code", 12},
    [DEPARTMENT] = {"department", 20},
    [CLERK_CODE] = {"clerk_code", 10},
    [CLERK] = {"clerk", 10},
    [GRADE] = {"grade", 6},
    [GRADE_WORD] = {"grade_word", 12},
    [ATTITUDE] = {"attitude", 6},
    [EFFICIENCY] = {"efficiency", 6},
    [QUALITY] = {"quality", 6},
    [INTEGRITY] = {"integrity", 6},
    [TAGS] = {"tags", 12},
    [TAG_WORDS] = {"tag_words", 30},
    [CHANNEL] = {"channel", 10},
    [CHANNEL_WORD] = {"channel_word", 14},
    [PROOF] = {"proof", 6},
    [CORRECTED] = {"corrected", 8},
    [ACCEPTED_AT] = {"accepted_at", 19},
    [CLOSED_AT] = {"closed_at", 19},
    [RATED_AT] = {"rated_at", 19},
    [DELAY_S] = {"delay_s", 10},
    [RECEIPT] = {"receipt", 20},
    [COMMENT] = {"comment", 40},
};

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_TIME, CELL_DAY };

struct cell {
    enum cell_kind kind;
    bool there;
    const char *text; /* borrowed */
    int64_t number;   /* or an instant */
    struct buf made;
};

bool export_format_parse(const char *word, enum export_format *out)
{
    static const char *const words[] = {"csv", "xlsx", "jsonl"};

    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(word, words[i]) == 0) {
            *out = (enum export_format)i;
            return true;
        }
    return false;
}

const char *export_type(enum export_format format)
{
    static const char *const types[] = {
        [EXPORT_CSV] = "text/csv; charset=utf-8",
        [EXPORT_XLSX] =
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [EXPORT_JSONL] = "application/x-ndjson",
    };

    return types[format];
}

static const char *word(const struct export *e, const char *key)
{
    return page_text(e->lang.site, catalogue, e->lang.lang, key);
}

/* == Cells ====================================================================== */

static void text(struct cell *c, const char *value)
{
    c->kind = CELL_TEXT;
    c->text = value;
    c->there = value != NULL && value[0] != '\0';
}

static void number(struct cell *c, int64_t value, bool there)
{
    c->kind = CELL_NUMBER;
    c->number = value;
    c->there = there;
}

static void instant(struct cell *c, int64_t at_ms, bool day)
{
    c->kind = day ? CELL_DAY : CELL_TIME;
    c->number = at_ms;
    c->there = at_ms != 0;
}

/* "一次办结；服务态度好". */
static void tag_words(const struct export *e, const char *tags, struct cell *c)
{
    while (*tags != '\0') {
        size_t length = strcspn(tags, ",");
        char code[32];

        snprintf(code, sizeof(code), "%.*s", (int)length, tags);
        if (length > 0 && c->made.length > 0)
            buf_add_text(&c->made, word(e, "between"));
        if (length > 0)
            buf_add_text(&c->made, staff_word(&e->lang, "tag", code));
        tags += length + (tags[length] == ',');
    }
    text(c, buf_text(&c->made));
}

static void grade_word(const struct export *e, int grade, struct cell *c)
{
    char code[12];

    snprintf(code, sizeof(code), "%d", grade);
    text(c, staff_word(&e->lang, "grade", code));
}

/* What the caller may not see stays empty; of when it was rated the day is told. */
static void cell_of(const struct export *e, const struct review_item *i,
                    enum column column, struct cell *c)
{
    const struct review_rating *r = &i->rating;

    switch (column) {
    case CASE_NO:
        return text(c, i->case_no);
    case SOURCE:
        return text(c, i->source);
    case TICKET:
        return text(c, i->number);
    case MATTER_CODE:
        return text(c, i->matter.code);
    case MATTER:
        return text(c, i->matter.name);
    case WINDOW_CODE:
        return text(c, i->window.code);
    case WINDOW:
        return text(c, i->window.name);
    case DEPARTMENT_CODE:
        return text(c, i->department.code);
    case DEPARTMENT:
        return text(c, i->department.name);
    case CLERK_CODE:
        return text(c, i->clerk.code);
    case CLERK:
        return text(c, i->clerk.name);
    case GRADE:
        return number(c, r->grade, r->grade != 0);
    case GRADE_WORD:
        return grade_word(e, r->grade, c);
    case ATTITUDE:
    case EFFICIENCY:
    case QUALITY:
    case INTEGRITY:
        return number(c, r->dims[column - ATTITUDE], r->dims[column - ATTITUDE] != 0);
    case TAGS:
        return text(c, r->tags);
    case TAG_WORDS:
        return tag_words(e, r->tags, c);
    case CHANNEL:
        return text(c, r->channel);
    case CHANNEL_WORD:
        return text(c, staff_word(&e->lang, "channel", r->channel));
    case PROOF:
        return text(c, r->proof);
    case CORRECTED:
        return text(c, r->round > 0 ? word(e, "yes") : "");
    case ACCEPTED_AT:
        return instant(c, i->accepted_ms, false);
    case CLOSED_AT:
        return instant(c, i->closed_ms, false);
    case RATED_AT:
        return instant(c, r->rated_ms, !e->rater);
    case DELAY_S:
        return number(c, r->delay_s, e->rater);
    case RECEIPT:
        return text(c, e->rater ? r->receipt : "");
    case COMMENT:
        return text(c, e->words ? r->comment : "");
    case COLUMNS:
        break;
    }
}

/* == Three ways of writing one ====================================================== */

static void local_text(const struct export *e, const struct cell *c, char out[32])
{
    struct local_time at;

    zone_local(e->lang.frame->zone, c->number, &at);
    snprintf(out, 32, "%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day, at.hour,
             at.minute, at.second);
    if (c->kind == CELL_DAY)
        out[10] = '\0';
}

static void write_csv(struct export *e, const struct cell *c, bool first)
{
    char made[32];

    if (!c->there)
        return csv_number(&e->out, first, NULL);
    if (c->kind == CELL_TEXT)
        return csv_text(&e->out, first, c->text);
    if (c->kind == CELL_NUMBER)
        snprintf(made, sizeof(made), "%lld", (long long)c->number);
    else
        local_text(e, c, made);
    csv_number(&e->out, first, made);
}

static void write_sheet(struct export *e, const struct cell *c)
{
    if (!c->there)
        sheet_empty(e->sheet);
    else if (c->kind == CELL_TEXT)
        sheet_text(e->sheet, c->text);
    else if (c->kind == CELL_NUMBER)
        sheet_number(e->sheet, (double)c->number);
    else
        sheet_time(e->sheet, e->lang.frame->zone, c->number, c->kind == CELL_DAY);
}

static json_t *json_cell(const struct export *e, const struct cell *c)
{
    char made[ZONE_ISO];

    if (!c->there)
        return json_null();
    if (c->kind == CELL_TEXT)
        return json_string(c->text);
    if (c->kind == CELL_NUMBER)
        return json_integer(c->number);
    if (c->kind == CELL_TIME)
        zone_iso(e->lang.frame->zone, c->number, made);
    else
        local_text(e, c, made);
    return json_string(made);
}

static void write_row(void *self, const struct review_item *item)
{
    struct export *e = self;
    json_t *row = e->format == EXPORT_JSONL ? json_object() : NULL;
    char *line;

    if (e->filter.as_of == 0)
        e->filter.as_of = item->rating.id + 1;
    for (int i = 0; i < COLUMNS; i++) {
        struct cell c = {.made = buf_new(4096)};

        cell_of(e, item, (enum column)i, &c);
        if (e->format == EXPORT_CSV)
            write_csv(e, &c, i == 0);
        else if (e->format == EXPORT_XLSX)
            write_sheet(e, &c);
        else
            json_object_set_new(row, columns[i].key, json_cell(e, &c));
        buf_free(&c.made);
    }
    if (e->format == EXPORT_CSV)
        csv_end(&e->out);
    if (e->format == EXPORT_XLSX)
        sheet_next_row(e->sheet);
    if (row != NULL) {
        line = json_dumps(row, JSON_COMPACT);
        buf_add_text(&e->out, line);
        buf_add_text(&e->out, "\n");
        free(line);
        json_decref(row);
    }
    e->rows++;
    e->grade[item->rating.grade]++;
}

/* == The sheet that explains ======================================================== */

/* "2026-11-01 – …" */
static void days_text(int from, int to, char *out, size_t size)
{
    char days[2][16];
    const int bounds[2] = {from, to};

    for (int i = 0; i < 2; i++)
        snprintf(days[i], sizeof(days[i]), bounds[i] != 0 ? "%04d-%02d-%02d" : "…",
                 bounds[i] / 10000, bounds[i] / 100 % 100, bounds[i] % 100);
    snprintf(out, size, "%s – %s", days[0], days[1]);
}

/* One condition more, as people say it: "部门：医保局，渠道：短信". */
static void add_condition(const struct export *e, const char *key, const char *value,
                          struct buf *all)
{
    if (value != NULL)
        buf_addf(all, "%s%s%s%s", all->length > 0 ? word(e, "mark_comma") : "",
                 word(e, key), word(e, "mark_colon"), value);
}

static void about_filter(struct export *e)
{
    const struct review_filter *f = &e->filter;
    struct buf all = buf_new(4096);
    char grade[16], closed[64];

    snprintf(grade, sizeof(grade), "%d", f->grade);
    days_text(f->closed_from, f->closed_to, closed, sizeof(closed));
    add_condition(e, "col_department", f->department, &all);
    add_condition(e, "col_window", f->window, &all);
    add_condition(e, "col_matter", f->matter, &all);
    add_condition(e, "col_channel_word",
                  f->channel != NULL ? staff_word(&e->lang, "channel", f->channel) : NULL,
                  &all);
    add_condition(e, "col_clerk", f->clerk, &all);
    add_condition(e, "col_department", f->own_department, &all);
    add_condition(e, "col_window", f->own_window, &all);
    add_condition(e, "col_grade", f->grade != 0 ? grade : NULL, &all);
    add_condition(e, "col_closed_at",
                  f->closed_from != 0 || f->closed_to != 0 ? closed : NULL, &all);
    if (f->bad)
        buf_addf(&all, "%s%s", all.length > 0 ? word(e, "mark_comma") : "",
                 word(e, "only_bad"));
    sheet_about(e->sheet, word(e, "filter"),
                all.length > 0 ? buf_text(&all) : word(e, "everything"));
    buf_free(&all);
}

static void about_period(struct export *e)
{
    char both[64];

    days_text(e->filter.from, e->filter.to, both, sizeof(both));
    sheet_about(e->sheet, word(e, "period"),
                e->filter.from == 0 && e->filter.to == 0 ? word(e, "everything") : both);
}

static void about_begin(struct export *e)
{
    struct cell now = {.kind = CELL_TIME, .number = e->lang.now_ms};
    char text_now[32];

    local_text(e, &now, text_now);
    sheet_about(e->sheet, word(e, "title"), e->lang.frame->name);
    about_period(e);
    about_filter(e);
    sheet_about(e->sheet, word(e, "made_at"), text_now);
    sheet_about(e->sheet, word(e, "zone"), word(e, "zone_text"));
    sheet_about(e->sheet, word(e, "version"), yiping_version);
    sheet_about(e->sheet, word(e, "root"), "");
    sheet_about(e->sheet, word(e, "scale"), word(e, "scale_text"));
    sheet_about(e->sheet, word(e, "four"), word(e, "four_text"));
    sheet_about(e->sheet, word(e, "counting"), word(e, "counting_text"));
    sheet_about(e->sheet, word(e, "hidden"),
                word(e, e->words && e->rater ? "hidden_phone" : "hidden_more"));
}

static void about_rate(struct export *e, const char *key, int64_t part, int64_t of)
{
    char fraction[64], name[128];

    sheet_about_share(e->sheet, word(e, key), part, of);
    snprintf(name, sizeof(name), "%s (n/N)", word(e, key));
    snprintf(fraction, sizeof(fraction), "%lld/%lld%s%s", (long long)part, (long long)of,
             of < 30 ? " " : "", of < 30 ? word(e, "too_small") : "");
    sheet_about(e->sheet, name, fraction);
}

static void about_end(struct export *e)
{
    const int64_t *g = e->grade;
    int64_t graded = g[1] + g[2] + g[3] + g[4] + g[5];
    char line[160];

    snprintf(line, sizeof(line), "%lld", (long long)e->rows);
    sheet_about(e->sheet, word(e, "rows"), line);
    snprintf(line, sizeof(line), "5: %lld, 4: %lld, 3: %lld, 2: %lld, 1: %lld, -: %lld",
             (long long)g[5], (long long)g[4], (long long)g[3], (long long)g[2],
             (long long)g[1], (long long)g[0]);
    sheet_about(e->sheet, word(e, "distribution"), line);
    about_rate(e, "good", g[3] + g[4] + g[5], graded);
    about_rate(e, "strict", g[4] + g[5], graded);
    about_rate(e, "bad", g[1] + g[2], graded);
}

/* == From beginning to end =========================================================== */

static void header(struct export *e)
{
    char key[48];

    if (e->format == EXPORT_CSV && !e->no_bom)
        buf_add_text(&e->out, CSV_BOM);
    for (int i = 0; i < COLUMNS && e->format != EXPORT_JSONL; i++) {
        snprintf(key, sizeof(key), "col_%s", columns[i].key);
        if (e->format == EXPORT_CSV)
            csv_text(&e->out, i == 0, word(e, key));
        else
            sheet_column(e->sheet, word(e, key), columns[i].wide);
    }
    if (e->format == EXPORT_CSV)
        csv_end(&e->out);
}

bool export_begin(struct export *e, const char *path, struct error *err)
{
    e->out = buf_new(SLICE_BYTES);
    e->filter.limit = REVIEW_LIMIT_MOST;
    if (e->format == EXPORT_XLSX) {
        if (!sheet_open(path, word(e, "sheet_about"), word(e, "sheet_data"), &e->sheet,
                        err))
            return false;
        about_begin(e);
    }
    header(e);
    return true;
}

bool export_slice(struct export *e, struct store *st, struct error *err)
{
    int64_t next;

    if (!review_list(st, &e->filter, write_row, e, &next, err))
        return false;
    e->filter.before = next;
    e->ended = next == 0;
    if (e->out.overflowed)
        return error_set(err, ERROR_LIMIT, "Two hundred ratings are longer than 64 MiB.");
    if (e->format == EXPORT_XLSX && e->rows > SHEET_ROWS - REVIEW_LIMIT_MOST && !e->ended)
        return error_set(err, ERROR_LIMIT,
                         "A spreadsheet holds no more than a million rows. Choose fewer "
                         "days, or CSV.");
    return true;
}

bool export_finish(struct export *e, struct error *err)
{
    struct sheet *s = e->sheet;

    if (s == NULL)
        return true;
    about_end(e);
    e->sheet = NULL;
    return sheet_close(s, err);
}

void export_free(struct export *e)
{
    sheet_drop(e->sheet);
    e->sheet = NULL;
    buf_free(&e->out);
}

void export_name(const struct export *e, char out[EXPORT_NAME])
{
    static const char *const ends[] = {"csv", "xlsx", "jsonl"};
    struct local_time at;

    zone_local(e->lang.frame->zone, e->lang.now_ms, &at);
    snprintf(out, EXPORT_NAME, "ratings-%04d%02d%02d.%s", at.year, at.month, at.day,
             ends[e->format]);
}
