/*
 * place_set.c — see place_set.h.
 */
#include "store/place_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/topics.h"

static const char *const sql[PLACE_TABLES] = {
    [PLACE_WINDOWS] = "SELECT w.id, w.code, w.name, d.code, d.name FROM windows w"
                      " JOIN departments d ON d.id = w.department_id WHERE w.hall = $1"
                      " ORDER BY w.id",
    [PLACE_MATTERS] = "SELECT id, code, name FROM matters WHERE hall = $1 ORDER BY id",
    [PLACE_CLERKS] = "SELECT id, code, name FROM clerks WHERE hall = $1 ORDER BY id",
};

const char *const *place_set_statements(size_t *count)
{
    *count = PLACE_TABLES;
    return sql;
}

bool place_set_has(const struct place_set *set, int64_t id)
{
    size_t low = 0, high = set->count;

    if (set->any)
        return true;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (set->ids[middle] == id)
            return true;
        if (set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is(const char *wanted, const char *code)
{
    return wanted == NULL || strcmp(wanted, code) == 0;
}

/* Does this row of a hall's table pass? */
static bool place_passes(const struct place_wish *f, enum place_table table,
                         const struct db_cursor *c)
{
    const char *code = db_get_text(c, 1), *name = db_get_text(c, 2);
    struct list_row row = {0};

    if (table == PLACE_MATTERS) {
        row.matter = code;
        row.matter_name = name;
        return is(f->matter, code) &&
               list_query_passes(f->query, &row, LIST_BIT(LIST_MATTER));
    }
    if (table == PLACE_CLERKS) {
        row.clerk = code;
        row.clerk_name = name;
        return is(f->clerk, code) &&
               list_query_passes(f->query, &row, LIST_BIT(LIST_CLERK));
    }
    row.window = code;
    row.window_name = name;
    row.department = db_get_text(c, 3);
    row.department_name = db_get_text(c, 4);
    return is(f->window, code) && is(f->own_window, code) &&
           is(f->department, row.department) && is(f->own_department, row.department) &&
           list_query_passes(f->query, &row, LIST_BIT(LIST_WINDOW) | LIST_BIT(LIST_DEPT));
}

static bool asks(const struct place_wish *f, enum place_table table)
{
    static const unsigned of[] = {
        [PLACE_WINDOWS] = LIST_BIT(LIST_WINDOW) | LIST_BIT(LIST_DEPT),
        [PLACE_MATTERS] = LIST_BIT(LIST_MATTER),
        [PLACE_CLERKS] = LIST_BIT(LIST_CLERK),
    };

    for (int i = 0; i < f->query->count; i++)
        if ((LIST_BIT(f->query->parts[i].qualifier) & of[table]) != 0)
            return true;
    return table == PLACE_MATTERS ? f->matter != NULL
           : table == PLACE_CLERKS
               ? f->clerk != NULL
               : f->window != NULL || f->own_window != NULL || f->department != NULL ||
                     f->own_department != NULL;
}

static bool fill_set(struct store *st, const struct place_wish *f, enum place_table table,
                     struct place_set *set, struct error *err)
{
    struct db_cursor c;

    set->any = !asks(f, table);
    if (set->any)
        return true;
    if (!db_query(st->db, sql[table], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err))
        if (place_passes(f, table, &c)) {
            set->ids = memory_resize(set->ids, (set->count + 1) * sizeof(*set->ids));
            set->ids[set->count++] = db_get_int(&c, 0);
        }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool place_sets_fill(struct store *st, const struct place_wish *wish,
                     struct place_set sets[PLACE_TABLES], struct error *err)
{
    memset(sets, 0, PLACE_TABLES * sizeof(sets[0]));
    for (int i = 0; i < PLACE_TABLES; i++)
        if (!fill_set(st, wish, (enum place_table)i, &sets[i], err))
            return false;
    return true;
}

void place_sets_free(struct place_set sets[PLACE_TABLES])
{
    for (int i = 0; i < PLACE_TABLES; i++)
        free(sets[i].ids);
}
