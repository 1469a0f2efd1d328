/*
 * migrate.c — numbered migrations, one transaction each (migrate.h).
 */
#include "store/migrate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/pack.h"

static const char folder[] = "src/store/schema/";

static const char version_table[] = "CREATE TABLE IF NOT EXISTS schema_versions ("
                                    " version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                                    "applied_ms INTEGER NOT NULL) STRICT";
static const char version_newest[] = "SELECT max(version) FROM schema_versions";
static const char version_add[] =
    "INSERT INTO schema_versions (version, name, applied_ms) VALUES ($1, $2, $3)";

static int number_of(const struct pack_file *file)
{
    return atoi(file->name + sizeof(folder) - 1);
}

int migrate_newest(void)
{
    size_t count;
    const struct pack_file *files = pack_below(folder, &count);

    return count > 0 ? number_of(&files[count - 1]) : 0;
}

/* Copies `text` with every `from` replaced by `to`; `from` never overlaps itself. */
static void replace(const char *text, const char *from, const char *to, struct buf *out)
{
    const char *at;

    while ((at = strstr(text, from)) != NULL) {
        buf_add(out, text, (size_t)(at - text));
        buf_add_text(out, to);
        text = at + strlen(from);
    }
    buf_add_text(out, text);
}

void migrate_dialect(const char *text, enum migrate_engine engine, struct buf *out)
{
    struct buf one = buf_new(1 << 20), two = buf_new(1 << 20), three = buf_new(1 << 20);
    bool sqlite = engine == MIGRATE_SQLITE;

    replace(text, "{STRICT}", sqlite ? "STRICT" : "", &one);
    replace(buf_text(&one), "{KEYED}", sqlite ? "STRICT, WITHOUT ROWID" : "", &two);
    replace(buf_text(&two), "{BLOB}", sqlite ? "BLOB" : "BYTEA", &three);
    replace(buf_text(&three), "BIGINT", sqlite ? "INTEGER" : "BIGINT", out);
    buf_free(&one);
    buf_free(&two);
    buf_free(&three);
}

static bool apply(struct db *db, const struct pack_file *file, int64_t now_ms,
                  struct error *err)
{
    struct buf sql = buf_new(1 << 20);
    bool ok = false;

    migrate_dialect((const char *)file->bytes, MIGRATE_SQLITE, &sql);
    if (!db_begin(db, err))
        goto out;
    if (db_script(db, buf_text(&sql), err) &&
        db_run(db, version_add,
               DB(db_int(number_of(file)), db_text(file->name + sizeof(folder) - 1),
                  db_int(now_ms)),
               err))
        ok = db_commit(db, err);
    if (!ok)
        db_rollback(db);
out:
    buf_free(&sql);
    return ok;
}

bool migrate(struct db *db, int64_t now_ms, struct error *err)
{
    size_t count;
    const struct pack_file *files = pack_below(folder, &count);
    struct db_cursor c;
    int version = 0;
    bool found;

    if (!db_script(db, version_table, err) ||
        !db_find(db, version_newest, DB_NONE, &c, &found, err))
        return false;
    if (found)
        version = (int)db_get_int(&c, 0);
    db_done(&c);
    if (version > migrate_newest())
        return error_set(
            err, ERROR_BROKEN,
            "This store was made by a newer program (version %d, this one knows %d). "
            "Install the newer program.",
            version, migrate_newest());
    for (size_t i = 0; i < count; i++)
        if (number_of(&files[i]) > version && !apply(db, &files[i], now_ms, err))
            return false;
    return true;
}
