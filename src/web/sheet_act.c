/*
 * sheet_act.c — sheets of other offices, sent from the scheme's page (page_scheme.h): of
 * one part that is chosen, or of several that its first line names.
 *
 *     loop: fields, file → … reader: departments, sheet → loop: refused, or a preview?
 *     the page again → … writer: all parts or none … → loop: 303
 *
 * Promise: a sheet of several parts is kept only after somebody saw what it changes; what
 * is kept is what was sent then, and each of its parts is a sheet as any other.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/words.h"
#include "store/assessment_store.h"
#include "store/clerk_place.h"
#include "web/multipart.h"
#include "web/page_scheme.h"
#include "web/scheme_page.h"
#include "web/sheet_preview.h"

/* == Reading ======================================================================= */

static void count_department(void *self, const struct department_staff *d)
{
    struct scheme_page *p = self;

    (void)d;
    p->department_count++;
}

static void add_department(void *self, const struct department_staff *d)
{
    struct scheme_page *p = self;
    struct mark_department *one = &p->departments[p->department_count++];

    snprintf(one->code, sizeof(one->code), "%.*s", HALL_CODE_SIZE - 1, d->code);
    snprintf(one->name, sizeof(one->name), "%.*s", HALL_NAME_SIZE - 1, d->name);
}

static bool read_departments(struct store *st, struct scheme_page *p, struct error *err)
{
    p->department_count = 0;
    if (!departments_staff(st, count_department, p, err))
        return false;
    p->departments = exchange_memory(p->staff.step.x,
                                     (p->department_count + 1) * sizeof(*p->departments));
    p->department_count = 0;
    return departments_staff(st, add_department, p, err);
}

static bool several(const struct scheme_page *p)
{
    return scheme_page_field((void *)p, "part")[0] == '\0';
}

/* A sheet of the part that was chosen. */
static bool read_one(struct scheme_page *p)
{
    mark_sheet_read(p->sheet_text, p->sheet_bytes, p->departments, p->department_count,
                    &p->sheet);
    if (p->sheet.fault_count > 0)
        return scheme_page_fail(p, 422, "err_sheet_lines", "sheet");
    return p->sheet.count > 0 || scheme_page_fail(p, 422, "err_sheet", "sheet");
}

/* One whose first line names its parts; their codes go into p->parts. */
static bool read_several(struct store *st, struct scheme_page *p, int64_t now_ms,
                         struct error *err)
{
    struct mark_part parts[SCHEME_PARTS_MOST];
    struct scheme scheme = {0};
    struct scheme_state state;
    size_t count = 0, marks = 0;

    if (!scheme_present(st, p->year, now_ms, &scheme, &state, err))
        return false;
    for (size_t i = 0; i < scheme.part_count; i++)
        if (sheet_fills(&scheme.parts[i]))
            parts[count++] = (struct mark_part){.code = scheme.parts[i].code,
                                                .name = scheme.parts[i].name,
                                                .name_en = scheme.parts[i].name_en};
    mark_table_read(p->sheet_text, p->sheet_bytes, p->departments, p->department_count,
                    parts, count, &p->table);
    p->sheet = p->table.wrong; /* its faults are told as those of any sheet */
    for (size_t c = 0; c < p->table.column_count; c++) {
        const char *code = parts[p->table.columns[c].part].code;

        p->parts[c] = exchange_text(p->staff.step.x, code, strlen(code));
        marks += p->table.columns[c].count;
    }
    scheme_free(&scheme);
    if (p->sheet.fault_count > 0)
        return scheme_page_fail(p, 422, "err_sheet_lines", "sheet");
    if (marks == 0)
        return scheme_page_fail(p, 422, "err_sheet", "sheet");
    if (scheme_page_field(p, "name")[0] == '\0')
        return scheme_page_fail(p, 422, "err_sheet_name", "name");
    p->shows = strcmp(scheme_page_field(p, "seen"), "1") != 0;
    return !p->shows || sheet_preview_read(st, p, err);
}

static bool read_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    size_t characters;
    bool final;

    if (!scheme_page_begin(st, p, now_ms, err) || !read_departments(st, p, err))
        return false;
    if (!assessment_final(st, p->year, &final, err))
        return false;
    if (final)
        return scheme_page_fail(p, 409, "err_year_final", "h-sheets");
    if (p->sheet_bytes > MARK_SHEET_BYTES)
        return scheme_page_fail(p, 422, "err_sheet_long", "sheet");
    if (!words_utf8(p->sheet_text, p->sheet_bytes, &characters) ||
        strlen(p->sheet_text) != p->sheet_bytes)
        return scheme_page_fail(p, 422, "err_sheet_utf8", "sheet");
    return several(p) ? read_several(st, p, now_ms, err) : read_one(p);
}

/* == Keeping ======================================================================= */

static bool keep_part(struct store *st, struct scheme_page *p, const char *part,
                      const char *once, const struct mark_line *lines, size_t count,
                      int64_t now_ms, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char digest[SCHEME_DIGEST];
    const struct sheet_input in = {.once = once,
                                   .year = p->year,
                                   .part = part,
                                   .name = scheme_page_field(p, "name"),
                                   .digest = digest,
                                   .departments = p->departments,
                                   .lines = lines,
                                   .count = count,
                                   .actor = p->staff.who.actor};

    crypt_sha256(p->sheet_text, p->sheet_bytes, hash);
    crypt_hex(hash, sizeof(hash), digest);
    return sheet_import(st, &in, now_ms, err);
}

/* All of them in the writer's one transaction. */
static bool keep_several(struct store *st, struct scheme_page *p, int64_t now_ms,
                         struct error *err)
{
    for (size_t c = 0; c < p->table.column_count; c++) {
        const struct mark_column *column = &p->table.columns[c];
        char once[ASSESS_ONCE + HALL_CODE_SIZE + 1];

        snprintf(once, sizeof(once), "%s.%s", p->once, p->parts[c]);
        if (column->count > 0 && !keep_part(st, p, p->parts[c], once, column->lines,
                                            column->count, now_ms, err))
            return false;
    }
    return true;
}

static bool keep_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    struct error trouble = {0};

    if (several(p) ? keep_several(st, p, now_ms, &trouble)
                   : keep_part(st, p, scheme_page_field(p, "part"), p->once,
                               p->sheet.lines, p->sheet.count, now_ms, &trouble))
        return true;
    if (!several(p) && trouble.kind == ERROR_INPUT && strcmp(trouble.field, "part") == 0)
        return scheme_page_fail(p, 422, "err_part", "part");
    if (!several(p) && trouble.kind == ERROR_INPUT && strcmp(trouble.field, "name") == 0)
        return scheme_page_fail(p, 422, "err_sheet_name", "name");
    *err = trouble;
    return false;
}

/* == The request =================================================================== */

static void sheet_kept(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;

    mark_table_free(&p->table);
    if (!scheme_page_settled(p))
        return;
    mark_sheet_free(&p->sheet);
    assess_go(x, p->year, "/scheme?saved=sheet");
}

static void import_sheet(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;
    struct upload file;
    struct form form;

    if (s->ok && p->trouble == NULL && !p->shows) {
        if (!staff_form_with_file(x, &form, &file))
            return;
        staff_write(&p->staff, &form, keep_sheet, sheet_kept);
        form_free(&form);
        return;
    }
    mark_table_free(&p->table);
    if (scheme_page_settled(p))
        scheme_page_show(p);
}

/* A file counts where one was sent, else what was pasted. */
static void take_text(struct exchange *x, struct scheme_page *p, const struct form *form,
                      const struct upload *file)
{
    const char *text = form_find(form, "sheet");

    p->sheet_bytes = text != NULL ? strlen(text) : 0;
    if (file->field != NULL && file->length > 0) {
        text = file->bytes;
        p->sheet_bytes = file->length;
    }
    p->sheet_text = exchange_text(x, text != NULL ? text : "", p->sheet_bytes);
}

void page_sheet_post(struct exchange *x)
{
    struct scheme_page *p = staff_new(x, sizeof(*p));
    struct upload file;
    struct form form;

    if (!staff_form_with_file(x, &form, &file))
        return;
    scheme_page_take(p, &form);
    take_text(x, p, &form, &file);
    form_free(&form);
    p->staff.any = true;
    p->status = 200;
    staff_read(&p->staff, read_sheet, import_sheet);
}
