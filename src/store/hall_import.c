/*
 * hall_import.c — takes a hall file into the store, and gives it back (hall_store.h).
 *
 * Each code's newest row is compared with the file: equal rows stay, others are appended,
 * codes that the file no longer has get a row with ended = 1. Nothing is changed or
 * deleted, so every case keeps the names that were true when it was handled.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/hall_store.h"
#include "store/person_store.h"
#include "store/promise_store.h"
#include "store/rate_fill.h"
#include "store/topics.h"

enum {
    HALL_CODE,
    HALL_ADD,
    FILE_ADD,
    FILE_NEWEST,
    DEPARTMENT_ADD,
    SERIES_ADD,
    MATTER_ADD,
    WINDOW_ADD,
    CLERK_ADD,
    KIOSK_ADD,
    AGENT_ADD,
    DEPARTMENTS_NOW,
    SERIES_NOW,
    MATTERS_NOW,
    WINDOWS_NOW,
    CLERKS_NOW,
    KIOSKS_NOW,
    AGENTS_NOW,
    STATEMENTS,
};

/* The newest row of each code as one text, so that "is it the same?" is one comparison.
 */
#define NOW_OF(columns, table)                                                           \
    "SELECT t.id, t.code, t.ended, " columns " FROM " table " t WHERE t.hall = $1"       \
    " AND t.id = (SELECT max(n.id) FROM " table                                          \
    " n WHERE n.hall = t.hall AND n.code = t.code)"

static const char *const sql[STATEMENTS] = {
    [HALL_CODE] = "SELECT code FROM halls WHERE hall = $1 ORDER BY id DESC LIMIT 1",
    [HALL_ADD] =
        "INSERT INTO halls (id, hall, code, name, county, timezone, signature, base_url,"
        " hours, calendar, since_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    [FILE_ADD] = "INSERT INTO hall_files (id, hall, body, at_ms) VALUES ($1, $2, $3, $4)",
    [FILE_NEWEST] =
        "SELECT id, body FROM hall_files WHERE hall = $1 ORDER BY id DESC LIMIT 1",
    [DEPARTMENT_ADD] = "INSERT INTO departments (id, hall, code, ended, since_ms, name,"
                       " credit_code) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [SERIES_ADD] = "INSERT INTO series (id, hall, code, ended, since_ms, name)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
    [MATTER_ADD] =
        "INSERT INTO matters (id, hall, code, ended, since_ms, name, short_name,"
        " department_id, series_code, kind, statutory_days, promised_days,"
        " usual_days, sensitive, form, materials)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    [WINDOW_ADD] = "INSERT INTO windows (id, hall, code, ended, since_ms, name, floor,"
                   " department_id, matters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [CLERK_ADD] =
        "INSERT INTO clerks (id, hall, code, ended, since_ms, name, window_code)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [KIOSK_ADD] = "INSERT INTO kiosks (id, hall, code, ended, since_ms, printer)"
                  " VALUES ($1, $2, $3, $4, $5, $6)",
    [AGENT_ADD] = "INSERT INTO agents (id, hall, code, ended, since_ms, name, phone_id)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [DEPARTMENTS_NOW] = NOW_OF("t.name, t.credit_code", "departments"),
    [SERIES_NOW] = NOW_OF("t.name", "series"),
    [MATTERS_NOW] =
        NOW_OF("t.name, t.short_name, t.department_id, t.series_code, t.kind,"
               " t.statutory_days, t.promised_days, t.usual_days, t.sensitive,"
               " t.form, t.materials",
               "matters"),
    [WINDOWS_NOW] = NOW_OF("t.name, t.floor, t.department_id, t.matters", "windows"),
    [CLERKS_NOW] = NOW_OF("t.name, t.window_code", "clerks"),
    [KIOSKS_NOW] = NOW_OF("t.printer", "kiosks"),
    [AGENTS_NOW] = NOW_OF("t.name, t.phone_id", "agents"),
};

const char *const *hall_import_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

enum { MOST_COLUMNS = 11, FIRST_COLUMN = 5 };

/* One thing of the file: its code and the columns behind (id, hall, code, ended,
 * since_ms). */
struct wanted {
    char code[CODE_SIZE];
    struct db_value column[MOST_COLUMNS];
    size_t columns;
    int64_t id; /* the row in force after the import */
    bool seen;
};

struct import {
    struct store *st;
    int64_t now_ms;
    struct hall_changes *changes;
};

static bool same(const struct db_cursor *c, const struct wanted *w)
{
    for (size_t i = 0; i < w->columns; i++) {
        const struct db_value *v = &w->column[i];
        int at = (int)i + 3;

        if (v->kind == DB_INT ? db_get_int(c, at) != v->number
                              : strcmp(db_get_text(c, at), v->bytes) != 0)
            return false;
    }
    return true;
}

static struct wanted *find_wanted(struct wanted *list, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].code, code) == 0)
            return &list[i];
    return NULL;
}

static bool append(struct import *im, const char *statement, struct wanted *w, bool ended,
                   struct error *err)
{
    struct db_value v[FIRST_COLUMN + MOST_COLUMNS];

    w->id = store_id(im->st, im->now_ms);
    v[0] = db_int(w->id);
    v[1] = db_int(im->st->hall);
    v[2] = db_text(w->code);
    v[3] = db_int(ended ? 1 : 0);
    v[4] = db_int(im->now_ms);
    memcpy(v + FIRST_COLUMN, w->column, w->columns * sizeof(*v));
    return db_run(im->st->db, statement, v, FIRST_COLUMN + w->columns, err);
}

/* A row that is no longer in the file: the same columns again, but ended. */
struct gone {
    struct wanted row;
    char text[MOST_COLUMNS][512];
    struct gone *next;
};

static struct gone *remember_gone(const struct db_cursor *c, const struct wanted *shape,
                                  struct gone *next)
{
    struct gone *g = memory_new(sizeof(*g));

    g->next = next;
    g->row.columns = shape->columns;
    db_copy_text(c, 1, g->row.code, sizeof(g->row.code));
    for (size_t i = 0; i < shape->columns; i++) {
        if (shape->column[i].kind == DB_INT) {
            g->row.column[i] = db_int(db_get_int(c, (int)i + 3));
        } else {
            db_copy_text(c, (int)i + 3, g->text[i], sizeof(g->text[i]));
            g->row.column[i] = db_text(g->text[i]);
        }
    }
    return g;
}

/*
 * Brings one kind of thing to what the file says. `shape` has the kinds of the columns,
 * for rows that the file does not have any more.
 */
static bool bring(struct import *im, const char *now, const char *add,
                  struct wanted *list, size_t count, const struct wanted *shape,
                  struct error *err)
{
    struct gone *gone = NULL;
    struct db_cursor c;
    bool ok = db_query(im->st->db, now, DB(db_int(im->st->hall)), &c, err);

    while (ok && db_next(&c, err)) {
        struct wanted *w = find_wanted(list, count, db_get_text(&c, 1));
        bool ended = db_get_int(&c, 2) == 1;

        if (w != NULL && !ended && same(&c, w))
            w->id = db_get_int(&c, 0);
        if (w != NULL)
            w->seen = !ended;
        else if (!ended)
            gone = remember_gone(&c, shape, gone);
    }
    db_done(&c);
    ok = ok && err->kind == ERROR_NONE;
    for (size_t i = 0; i < count && ok; i++) {
        if (list[i].id != 0)
            continue;
        ok = append(im, add, &list[i], false, err);
        *(list[i].seen ? &im->changes->changed : &im->changes->added) += 1;
    }
    while (gone != NULL) {
        struct gone *next = gone->next;

        ok = ok && append(im, add, &gone->row, true, err);
        im->changes->ended++;
        free(gone);
        gone = next;
    }
    return ok;
}

static void name_it(struct wanted *w, const char *code)
{
    snprintf(w->code, sizeof(w->code), "%s", code);
}

static struct wanted *list_of(size_t count)
{
    return memory_new((count + 1) * sizeof(struct wanted));
}

static bool bring_departments(struct import *im, const struct hall_file *f,
                              struct wanted *list, struct error *err)
{
    const struct wanted shape = {.columns = 2,
                                 .column = {{.kind = DB_TEXT}, {.kind = DB_TEXT}}};

    for (size_t i = 0; i < f->department_count; i++) {
        name_it(&list[i], f->departments[i].code);
        list[i].columns = 2;
        list[i].column[0] = db_text(f->departments[i].name);
        list[i].column[1] = db_text(f->departments[i].credit_code);
    }
    return bring(im, sql[DEPARTMENTS_NOW], sql[DEPARTMENT_ADD], list, f->department_count,
                 &shape, err);
}

static bool bring_series(struct import *im, const struct hall_file *f, struct error *err)
{
    const struct wanted shape = {.columns = 1, .column = {{.kind = DB_TEXT}}};
    struct wanted *list = list_of(f->series_count);
    bool ok;

    for (size_t i = 0; i < f->series_count; i++) {
        char letter[2] = {f->series[i].letter, '\0'};

        name_it(&list[i], letter);
        list[i].columns = 1;
        list[i].column[0] = db_text(f->series[i].name);
    }
    ok = bring(im, sql[SERIES_NOW], sql[SERIES_ADD], list, f->series_count, &shape, err);
    free(list);
    return ok;
}

static bool bring_matters(struct import *im, const struct hall_file *f,
                          const struct wanted *departments, struct error *err)
{
    const struct wanted shape = {.columns = 11,
                                 .column = {{.kind = DB_TEXT},
                                            {.kind = DB_TEXT},
                                            {.kind = DB_INT},
                                            {.kind = DB_TEXT},
                                            {.kind = DB_TEXT},
                                            {.kind = DB_INT},
                                            {.kind = DB_INT},
                                            {.kind = DB_INT},
                                            {.kind = DB_INT},
                                            {.kind = DB_TEXT},
                                            {.kind = DB_TEXT}}};
    struct wanted *list = list_of(f->matter_count);
    char(*letters)[2] = memory_new((f->matter_count + 1) * sizeof(*letters));
    bool ok;

    for (size_t i = 0; i < f->matter_count; i++) {
        const struct hall_matter *m = &f->matters[i];
        struct wanted *w = &list[i];

        name_it(w, m->code);
        letters[i][0] = m->series;
        w->columns = 11;
        w->column[0] = db_text(m->name);
        w->column[1] = db_text(m->short_name);
        w->column[2] = db_int(departments[m->department].id);
        w->column[3] = db_text(letters[i]);
        w->column[4] = db_text(m->kind == HALL_KIND_PROMISE ? "promise" : "instant");
        w->column[5] = db_int(m->statutory_days);
        w->column[6] = db_int(m->promised_days);
        w->column[7] = db_int(m->usual_days);
        w->column[8] = db_int(m->sensitive ? 1 : 0);
        w->column[9] = db_text(m->form == HALL_FORM_FOUR ? "four" : "overall");
        w->column[10] = db_text(m->materials != NULL ? m->materials : "");
    }
    ok = bring(im, sql[MATTERS_NOW], sql[MATTER_ADD], list, f->matter_count, &shape, err);
    free(letters);
    free(list);
    return ok;
}

/* "all", or the codes with a blank before, between and behind. */
static void matters_text(const struct hall_file *f, const struct hall_window *w,
                         struct buf *out)
{
    buf_clear(out);
    if (w->all_matters) {
        buf_add_text(out, "all");
        return;
    }
    for (size_t i = 0; i < w->matter_count; i++)
        buf_addf(out, " %s", f->matters[w->matters[i]].code);
    buf_add_text(out, " ");
}

static bool bring_windows(struct import *im, const struct hall_file *f,
                          const struct wanted *departments, struct error *err)
{
    const struct wanted shape = {
        .columns = 4,
        .column = {
            {.kind = DB_TEXT}, {.kind = DB_INT}, {.kind = DB_INT}, {.kind = DB_TEXT}}};
    struct wanted *list = list_of(f->window_count);
    struct buf *served = memory_new((f->window_count + 1) * sizeof(*served));
    bool ok = true;

    for (size_t i = 0; i < f->window_count; i++) {
        const struct hall_window *w = &f->windows[i];

        served[i] = buf_new(sizeof(((struct window *)NULL)->matters) - 1);
        matters_text(f, w, &served[i]);
        if (served[i].overflowed)
            ok = error_field(err, "windows.matters",
                             "Window %s lists too many matters. Write \"all\" instead.",
                             w->code);
        name_it(&list[i], w->code);
        list[i].columns = 4;
        list[i].column[0] = db_text(w->name);
        list[i].column[1] = db_int(w->has_floor ? w->floor : 0);
        list[i].column[2] = db_int(departments[w->department].id);
        list[i].column[3] = db_text(buf_text(&served[i]));
    }
    ok = ok &&
         bring(im, sql[WINDOWS_NOW], sql[WINDOW_ADD], list, f->window_count, &shape, err);
    for (size_t i = 0; i < f->window_count; i++)
        buf_free(&served[i]);
    free(served);
    free(list);
    return ok;
}

static bool bring_clerks(struct import *im, const struct hall_file *f, struct error *err)
{
    const struct wanted shape = {.columns = 2,
                                 .column = {{.kind = DB_TEXT}, {.kind = DB_TEXT}}};
    struct wanted *list = list_of(f->staff_count);
    bool ok;

    for (size_t i = 0; i < f->staff_count; i++) {
        name_it(&list[i], f->staff[i].code);
        list[i].columns = 2;
        list[i].column[0] = db_text(f->staff[i].name);
        list[i].column[1] = db_text(f->windows[f->staff[i].window].code);
    }
    ok = bring(im, sql[CLERKS_NOW], sql[CLERK_ADD], list, f->staff_count, &shape, err);
    free(list);
    return ok;
}

static bool bring_kiosks(struct import *im, const struct hall_file *f, struct error *err)
{
    const struct wanted shape = {.columns = 1, .column = {{.kind = DB_TEXT}}};
    struct wanted *list = list_of(f->kiosk_count);
    bool ok;

    for (size_t i = 0; i < f->kiosk_count; i++) {
        name_it(&list[i], f->kiosks[i].code);
        list[i].columns = 1;
        list[i].column[0] = db_text(f->kiosks[i].printer);
    }
    ok = bring(im, sql[KIOSKS_NOW], sql[KIOSK_ADD], list, f->kiosk_count, &shape, err);
    free(list);
    return ok;
}

static bool bring_agents(struct import *im, const struct hall_file *f, struct error *err)
{
    const struct wanted shape = {.columns = 2,
                                 .column = {{.kind = DB_TEXT}, {.kind = DB_INT}}};
    struct wanted *list = list_of(f->agent_count);
    bool ok = true;

    for (size_t i = 0; i < f->agent_count && ok; i++) {
        struct phone phone;
        int64_t id = 0;
        char code[CODE_SIZE];

        ok = phone_parse(f->agents[i].phone, "86", &phone, err) &&
             phone_keep(im->st, &phone, im->now_ms, &id, err);
        snprintf(code, sizeof(code), "%lld", (long long)id);
        name_it(&list[i], code);
        list[i].columns = 2;
        list[i].column[0] = db_text(f->agents[i].name);
        list[i].column[1] = db_int(id);
    }
    ok = ok &&
         bring(im, sql[AGENTS_NOW], sql[AGENT_ADD], list, f->agent_count, &shape, err);
    free(list);
    return ok;
}

/* The hall's own row is appended with every import: it is one row. */
static bool bring_hall(struct import *im, const struct hall_file *f, struct error *err)
{
    struct buf hours = buf_new(1024), days = buf_new(1 << 20);
    json_t *all = hall_to_json(f);
    json_t *own = json_object_get(all, "calendar");
    char *hours_json =
        json_dumps(json_object_get(json_object_get(all, "hall"), "hours"), JSON_COMPACT);
    char *own_json = own != NULL ? json_dumps(own, JSON_COMPACT) : NULL;
    bool ok;

    buf_add_text(&hours, hours_json != NULL ? hours_json : "[]");
    buf_add_text(&days, own_json != NULL ? own_json : "{}");
    ok = db_run(im->st->db, sql[HALL_ADD],
                DB(db_int(store_id(im->st, im->now_ms)), db_int(im->st->hall),
                   db_text(f->hall.code), db_text(f->hall.name), db_text(f->hall.county),
                   db_text(f->hall.timezone), db_text(f->hall.signature),
                   db_text(f->hall.base_url), db_text(buf_text(&hours)),
                   db_text(buf_text(&days)), db_int(im->now_ms)),
                err);
    free(hours_json);
    free(own_json);
    json_decref(all);
    buf_free(&hours);
    buf_free(&days);
    return ok;
}

/* Counts a hall, or days of its own, that are not as the newest file has them. */
static bool note_hall(struct import *im, const struct hall_file *f, struct error *err)
{
    static const char *const parts[] = {"hall", "calendar"};
    struct buf kept = buf_new(HALL_FILE_BYTES);
    json_t *now, *before;
    bool ok = hall_export(im->st, &kept, err);

    if (ok) {
        now = hall_to_json(f);
        before = json_loadb(buf_text(&kept), kept.length, 0, NULL);
        for (size_t i = 0; i < LENGTH(parts); i++) {
            json_t *a = json_object_get(before, parts[i]);
            json_t *b = json_object_get(now, parts[i]);

            im->changes->changed += a != b && !json_equal(a, b);
        }
        json_decref(now);
        json_decref(before);
    }
    buf_free(&kept);
    return ok;
}

/* The file itself, sealed, for hall export. */
static bool keep_file(struct import *im, const struct hall_file *f, struct error *err)
{
    json_t *all = hall_to_json(f);
    char *text = json_dumps(all, JSON_INDENT(1));
    size_t length = text != NULL ? strlen(text) : 0;
    unsigned char *sealed = memory_new(length + CRYPT_SEAL_EXTRA);
    int64_t id = store_id(im->st, im->now_ms);
    bool ok;

    crypt_seal(&im->st->keys->words_seal, im->st->world, "hall_files", id, text, length,
               sealed);
    ok = db_run(im->st->db, sql[FILE_ADD],
                DB(db_int(id), db_int(im->st->hall),
                   db_blob(sealed, length + CRYPT_SEAL_EXTRA), db_int(im->now_ms)),
                err);
    free(sealed);
    free(text);
    json_decref(all);
    return ok;
}

static bool same_hall(struct store *st, const char *code, struct error *err)
{
    struct db_cursor c;
    bool found, ok = true;

    if (!db_find(st->db, sql[HALL_CODE], DB(db_int(st->hall)), &c, &found, err))
        return false;
    if (found && strcmp(db_get_text(&c, 0), code) != 0)
        ok = error_set(
            err, ERROR_CONFLICT,
            "This folder is hall %s, the file is hall %s. Use a folder of its own.",
            db_get_text(&c, 0), code);
    if (found)
        db_done(&c);
    return ok;
}

bool hall_import(struct store *st, const struct hall_file *file, int64_t now_ms,
                 struct hall_changes *out, struct error *err)
{
    struct import im = {.st = st, .now_ms = now_ms, .changes = out};
    struct wanted *departments = list_of(file->department_count);
    bool ok, fresh = st->hall == 0;

    *out = (struct hall_changes){0};
    if (fresh)
        st->hall = store_id(st, now_ms);
    ok = same_hall(st, file->hall.code, err) && bring_hall(&im, file, err) &&
         bring_departments(&im, file, departments, err) && bring_series(&im, file, err) &&
         bring_matters(&im, file, departments, err) &&
         bring_windows(&im, file, departments, err) && bring_clerks(&im, file, err) &&
         bring_kiosks(&im, file, err) && bring_agents(&im, file, err) &&
         (fresh || note_hall(&im, file, err)) && keep_file(&im, file, err) &&
         (!fresh || (rate_fill_done(st, err) && promise_fill_done(st, err)));
    free(departments);
    return ok;
}

bool hall_export(struct store *st, struct buf *out, struct error *err)
{
    struct db_cursor c;
    const void *sealed;
    size_t length;
    bool found, ok;

    if (!db_find(st->db, sql[FILE_NEWEST], DB(db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT,
                         "This folder holds no hall yet. Run yiping init.");
    sealed = db_get_blob(&c, 1, &length);
    ok = crypt_open(&st->keys->words_seal, "hall_files", db_get_int(&c, 0), sealed,
                    length, out, err);
    db_done(&c);
    return ok;
}
