/*
 * page_scheme.c — the page itself (page_scheme.h); what is sent is scheme_act.c's.
 *
 * Promise: whoever may read it sees every version that there ever was, with its reason,
 * who was heard, and what it would have done to the year before.
 */
#include "web/page_scheme.h"

#include <stdio.h>
#include <string.h>

#include "web/fault_words.h"
#include "web/problem.h"
#include "web/scheme_page.h"

static const char catalogue[] = "assess";
static const char pattern[] = "/assess/{year}/scheme";

static void put(struct scheme_page *p, const char *key, json_t *value)
{
    json_object_set_new(p->data, key, value);
}

const char *scheme_page_field(void *self, const char *name)
{
    const struct scheme_page *p = self;

    for (size_t i = 0; i < p->field_count; i++)
        if (strcmp(p->fields[i].name, name) == 0)
            return p->fields[i].value;
    return "";
}

bool scheme_page_begin(struct store *st, struct scheme_page *p, int64_t now_ms,
                       struct error *err)
{
    p->words = assess_words(p->staff.step.x, st, catalogue, now_ms);
    return assess_year_asked(p->staff.step.x, &p->year, err) &&
           scheme_state(st, p->year, now_ms, &p->state, err);
}

/* == Versions ====================================================================== */

struct listing {
    struct scheme_page *p;
    json_t *versions;
    bool acts;
};

static void add_version(void *self, const struct scheme_version *v)
{
    struct listing *l = self;
    const struct scheme_state *now = &l->p->state;
    const struct staff_words *w = &l->p->words;
    json_t *row =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o}", "version", v->version, "title",
                  v->title, "digest", v->digest, "reason", v->reason, "heard", v->heard,
                  "by", v->by, "at", staff_time(w, v->at_ms));
    json_t *effect = json_loads(v->effect, 0, NULL);
    const char *of = json_string_value(json_object_get(effect, "of"));
    char share[8];
    const char *before = json_string_value(json_object_get(effect, "before"));

    if (v->share_reason[0] != '\0') {
        scheme_weight_text(v->share, share);
        json_object_set_new(row, "share_reason", json_string(v->share_reason));
        json_object_set_new(row, "share", json_string(share));
    }
    json_object_set_new(row, "adopted", staff_time(w, v->adopted_ms));
    json_object_set_new(row, "adopted_by", json_string(v->adopted_by));
    json_object_set_new(row, "in_force", json_boolean(v->version == now->adopted));
    json_object_set_new(row, "adoptable",
                        json_boolean(l->acts && !now->frozen &&
                                     v->version == now->newest &&
                                     v->version != now->adopted));
    json_object_set_new(row, "effect_none",
                        json_boolean(of == NULL || strcmp(of, "none") == 0));
    json_object_set_new(row, "effect_known",
                        json_boolean(of != NULL && strcmp(of, "known") == 0));
    json_object_set_new(row, "effect_hall",
                        json_boolean(of != NULL && strcmp(of, "hall") == 0));
    if (before != NULL && strlen(before) > 2 &&
        strcmp(before + strlen(before) - 2, "/0") == 0)
        json_object_set_new(effect, "before",
                            json_string(staff_word(w, "effect", "first")));
    json_object_set_new(row, "effect", effect != NULL ? effect : json_object());
    json_array_append_new(l->versions, row);
}

/* == Sheets ======================================================================== */

static void add_sheet(void *self, const struct sheet_entry *s)
{
    struct scheme_page *p = self;

    json_array_append_new(json_object_get(p->data, "sheets"),
                          json_pack("{s:s, s:s, s:s, s:i, s:s, s:b, s:o}", "part",
                                    s->part, "name", s->name, "digest", s->digest,
                                    "marks", s->marks, "by", s->by, "counts", s->counts,
                                    "at", staff_time(&p->words, s->at_ms)));
}

/* The parts that a sheet can fill, to be chosen among. */
static json_t *sheet_parts(const struct scheme_page *p, const struct scheme *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->part_count; i++)
        if (sheet_fills(&s->parts[i]))
            assess_option(list, s->parts[i].code, part_name(&p->words, &s->parts[i]),
                          scheme_page_field((void *)p, "part"));
    return list;
}

/* Sheets are kept under the codes of parts; people know parts by their names. */
static void name_sheets(const struct scheme_page *p)
{
    const json_t *parts = json_object_get(p->data, "sheet_parts");
    size_t i, j;
    json_t *sheet, *part;

    json_array_foreach(json_object_get(p->data, "sheets"), i, sheet)
        json_array_foreach(parts, j, part) if (json_equal(json_object_get(part, "value"),
                                                          json_object_get(sheet, "part")))
            json_object_set(sheet, "name_of_part", json_object_get(part, "text"));
}

static void put_faults(struct scheme_page *p)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->sheet.fault_count && i < MARK_SHEET_FAULTS; i++) {
        const struct mark_fault *f = &p->sheet.faults[i];

        json_array_append_new(
            list, json_pack("{s:I, s:s, s:s}", "line", (json_int_t)f->line, "why",
                            staff_word(&p->words, "fault", mark_trouble_name(f->trouble)),
                            "cell", f->text));
    }
    put(p, "some_faults", json_boolean(json_array_size(list) > 0));
    put(p, "faults", list);
}

/* == The page ====================================================================== */

static bool put_scheme(struct store *st, struct scheme_page *p, int64_t now_ms,
                       struct error *err)
{
    struct scheme present = {0};
    struct scheme_state state;
    char share[8];
    bool found;

    if (!scheme_present(st, p->year, now_ms, &present, &state, err))
        return false;
    put(p, "scheme", scheme_json(&p->words, &present));
    put(p, "sheet_parts", sheet_parts(p, &present));
    scheme_free(&present);
    if (!scheme_find(st, p->year, p->state.newest, &p->base, NULL, &found, err))
        return false;
    if (!found) {
        scheme_first(p->year, &p->base);
        p->base.version = 0;
    }
    put(p, "form",
        scheme_form_json(&p->words, &p->base,
                         p->field_count > 0 ? scheme_page_field : NULL, p));
    scheme_weight_text(p->words.site->rules->hall_share, share);
    put(p, "hall_share", json_string(share));
    put(p, "based_on", json_integer(p->base.version));
    scheme_free(&p->base);
    return true;
}

static void put_state(struct scheme_page *p, bool acts)
{
    const struct scheme_state *s = &p->state;

    put(p, "none", json_boolean(s->newest == 0));
    put(p, "proposal_only", json_boolean(s->newest != 0 && s->adopted == 0));
    put(p, "adopted", json_boolean(s->adopted != 0 && !s->frozen));
    put(p, "frozen", s->frozen ? staff_time(&p->words, s->frozen_ms) : json_null());
    put(p, "late", json_boolean(s->late));
    put(p, "in_force", json_integer(s->adopted));
    put(p, "proposes", json_boolean(acts && !s->frozen));
    put(p, "freezable", json_boolean(acts && !s->frozen && s->adopted != 0));
    put(p, "imports", json_boolean(acts));
}

static bool read_scheme(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    struct listing l = {.p = p, .acts = assess_acts(&p->staff, pattern)};

    if (!scheme_page_begin(st, p, now_ms, err))
        return false;
    p->data = json_object();
    l.versions = json_array();
    put(p, "sheets", json_array());
    put(p, "versions", l.versions);
    if (put_scheme(st, p, now_ms, err) &&
        schemes_each(st, p->year, add_version, &l, err) &&
        sheets_each(st, p->year, add_sheet, p, err)) {
        put_state(p, l.acts);
        put_faults(p);
        name_sheets(p);
        put(p, "some_versions", json_boolean(json_array_size(l.versions) > 0));
        put(p, "some_sheets",
            json_boolean(json_array_size(json_object_get(p->data, "sheets")) > 0));
        return true;
    }
    json_decref(p->data);
    return false;
}

static void put_typed(struct scheme_page *p, json_t *data)
{
    static const char *const names[] = {"reason", "heard", "share_reason", "name",
                                        "sheet"};
    json_t *in = json_object();

    for (size_t i = 0; i < LENGTH(names); i++)
        json_object_set_new(in, names[i], json_string(scheme_page_field(p, names[i])));
    json_object_set_new(data, "in", in);
    if (p->trouble == NULL)
        return;
    json_object_set_new(data, "trouble",
                        page_phrase(p->words.site, catalogue, p->words.lang, p->trouble,
                                    "sum", p->sum, "missing", p->missing, NULL));
    json_object_set_new(data, "wrong", json_string(p->wrong));
    if (p->detail[0] != '\0')
        json_object_set_new(data, "detail",
                            fault_json(p->words.site, p->words.lang, p->detail));
}

/* What a sheet would change; its columns under the names that people know. */
static void put_preview(struct scheme_page *p, json_t *data)
{
    const json_t *parts = json_object_get(data, "sheet_parts");
    json_t *column, *part;
    size_t i, j;

    if (p->preview == NULL)
        return;
    json_array_foreach(json_object_get(p->preview, "columns"), i, column)
        json_array_foreach(parts, j,
                           part) if (json_equal(json_object_get(part, "value"),
                                                json_object_get(column, "code")))
            json_object_set(column, "name", json_object_get(part, "text"));
    json_object_set_new(p->preview, "text", json_string(p->sheet_text));
    json_object_set_new(data, "preview", p->preview);
}

static void show_scheme(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;
    json_t *data = assess_frame(x, &p->staff, p->words.lang, p->year, pattern);
    const char *saved = exchange_query(x, "saved");

    mark_sheet_free(&p->sheet);
    json_object_update_new(data, p->data);
    put_typed(p, data);
    put_preview(p, data);
    if (saved != NULL && strspn(saved, "abcdefghijklmnopqrstuvwxyz") == strlen(saved))
        json_object_set_new(data, "saved",
                            json_string(staff_word(&p->words, "saved", saved)));
    page_answer(x, p->status, "assess_scheme", catalogue, p->words.lang, data);
}

void scheme_page_show(struct scheme_page *p)
{
    p->staff.any = false;
    error_clear(&p->staff.step.err);
    staff_read(&p->staff, read_scheme, show_scheme);
}

void page_scheme(struct exchange *x)
{
    struct scheme_page *p = staff_new(x, sizeof(*p));

    p->status = 200;
    scheme_page_show(p);
}
