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

/*
 * Reads "column IN (value, …))" and writes "column = value OR …)". NULL where it is
 * something else, nothing is written then; else what follows.
 */
static const char *chain_list(const char *check, struct buf *out)
{
    static const char of_names[] = "abcdefghijklmnopqrstuvwxyz_", in[] = " IN (";
    const int name_length = (int)strspn(check, of_names);
    const char *at = check + name_length;
    struct buf chain = buf_new(4096);
    bool more = name_length > 0 && strncmp(at, in, strlen(in)) == 0;

    at += more ? strlen(in) : 0;
    while (more) {
        const char *value = at + strspn(at, " \n");
        const int length =
            *value == '\'' ? (int)strcspn(value + 1, "'") + 2 : (int)strcspn(value, ",)");

        buf_addf(&chain, "%s%.*s = %.*s", chain.length > 0 ? " OR " : "", name_length,
                 check, length, value);
        at = value + length;
        more = *at == ',';
        at += more;
    }
    more = chain.length > 0 && strncmp(at, "))", 2) == 0;
    if (more)
        buf_add(out, buf_text(&chain), chain.length);
    buf_free(&chain);
    return more ? at + 1 : NULL;
}

/*
 * For each row that it checks against a list of three or more, SQLite makes a table of
 * the list, fills it and throws it away, which takes longer than to write the row. A
 * chain of comparisons allows the same values.
 */
static void chain_lists(const char *text, struct buf *out)
{
    static const char check[] = "CHECK (";
    const char *at;

    while ((at = strstr(text, check)) != NULL) {
        const char *rest;

        at += strlen(check);
        buf_add(out, text, (size_t)(at - text));
        rest = chain_list(at, out);
        text = rest != NULL ? rest : at;
    }
    buf_add_text(out, text);
}

void migrate_dialect(const char *text, enum migrate_engine engine, struct buf *out)
{
    struct buf chained = buf_new(1 << 20), one = buf_new(1 << 20), two = buf_new(1 << 20),
               three = buf_new(1 << 20);
    bool sqlite = engine == MIGRATE_SQLITE;

    if (sqlite)
        chain_lists(text, &chained);
    replace(sqlite ? buf_text(&chained) : text, "{STRICT}", sqlite ? "STRICT" : "", &one);
    buf_free(&chained);
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
