/*
 * view_store.c — see view_store.h.
 */
#include "store/view_store.h"

#include "base/text.h"
#include "store/topics.h"

enum { EACH, COUNT, SAVE, LIST_OF, NAMED, RENAME, REMOVE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [EACH] = "SELECT id, name, query FROM saved_views WHERE account_id = $1"
             " AND list = $2 AND hall = $3 ORDER BY name, id",
    [COUNT] = "SELECT count(*), COALESCE(sum(CASE WHEN list = $2 AND name = $3 THEN 1"
              " ELSE 0 END), 0) FROM saved_views WHERE account_id = $1",
    [SAVE] = "INSERT INTO saved_views (id, hall, account_id, list, name, query, saved_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)"
             " ON CONFLICT (account_id, list, name) DO UPDATE"
             " SET query = excluded.query, saved_ms = excluded.saved_ms",
    [LIST_OF] = "SELECT list FROM saved_views WHERE id = $1 AND account_id = $2"
                " AND hall = $3",
    [NAMED] = "SELECT id FROM saved_views WHERE account_id = $1 AND list = $2"
              " AND name = $3 AND id <> $4",
    [RENAME] = "UPDATE saved_views SET name = $3 WHERE id = $1 AND account_id = $2",
    [REMOVE] = "DELETE FROM saved_views WHERE id = $1 AND account_id = $2 AND hall = $3",
};

const char *const *view_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool views_each(struct store *st, int64_t account, const char *list,
                saved_view_each *each, void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[EACH], DB(db_int(account), db_text(list), db_int(st->hall)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        const struct saved_view view = {.id = db_get_int(&c, 0),
                                        .list = list,
                                        .name = db_get_text(&c, 1),
                                        .query = db_get_text(&c, 2)};

        each(self, &view);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool name_fits(const char *name, struct error *err)
{
    size_t characters = text_characters(name, strlen(name));

    return (characters > 0 && characters <= VIEW_NAME) ||
           error_field(err, "name", "A view needs a name of at most %d characters.",
                       VIEW_NAME);
}

bool view_save(struct store *st, int64_t account, const struct saved_view *view,
               int64_t now_ms, struct error *err)
{
    struct db_cursor c;
    int64_t count, same;
    bool found;

    if (!name_fits(view->name, err))
        return false;
    if (strlen(view->query) > VIEW_QUERY)
        return error_field(err, "query", "This view has too many wishes to be kept.");
    if (!db_find(st->db, sql[COUNT],
                 DB(db_int(account), db_text(view->list), db_text(view->name)), &c,
                 &found, err))
        return false;
    count = db_get_int(&c, 0);
    same = db_get_int(&c, 1);
    db_done(&c);
    if (count >= VIEW_MOST && same == 0)
        return error_field(err, "name",
                           "You keep %d views already. Delete one that you do not need.",
                           VIEW_MOST);
    return db_run(st->db, sql[SAVE],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(account),
                     db_text(view->list), db_text(view->name), db_text(view->query),
                     db_int(now_ms)),
                  err);
}

bool view_list(struct store *st, int64_t account, int64_t id, char list[16],
               struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[LIST_OF], DB(db_int(id), db_int(account), db_int(st->hall)),
                 &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "You keep no such view any more.");
    db_copy_text(&c, 0, list, 16);
    db_done(&c);
    return true;
}

bool view_rename(struct store *st, int64_t account, int64_t id, const char *name,
                 struct error *err)
{
    struct db_cursor c;
    char list[16];
    bool taken;

    if (!name_fits(name, err) || !view_list(st, account, id, list, err) ||
        !db_find(st->db, sql[NAMED],
                 DB(db_int(account), db_text(list), db_text(name), db_int(id)), &c,
                 &taken, err))
        return false;
    if (taken) {
        db_done(&c);
        return error_field(err, "name", "Another of your views has this name.");
    }
    return db_run(st->db, sql[RENAME], DB(db_int(id), db_int(account), db_text(name)),
                  err);
}

bool view_remove(struct store *st, int64_t account, int64_t id, struct error *err)
{
    int64_t removed;

    if (!db_change(st->db, sql[REMOVE], DB(db_int(id), db_int(account), db_int(st->hall)),
                   &removed, err))
        return false;
    return removed > 0 || error_set(err, ERROR_ABSENT, "You keep no such view any more.");
}
