/*
 * db_sqlite.c — the default engine: SQLite in the data folder, write-ahead log, synced
 * commits.
 *
 * Promise: a commit that returned true is on the disk. A disk that is full is DB_FULL and
 * rolled back; input, output or sync that failed is DB_DAMAGED, and the caller ends the
 * process (decisions 24). Statements are prepared once per connection and found by the
 * address of their text. Not here: what the statements mean (the topics), who may write
 * (work/writer.c).
 */
#include "store/db.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum {
    APPLICATION_ID = 0x59697069, /* "Yipi" */
    STATEMENT_PLACES = 1024, /* of the hash below; the program has some 200 statements */
    MOST_VALUES = 32,        /* in one statement */
    WRITE_CACHE_KIB = 8192,
    READ_CACHE_KIB = 4096,
    MAP_BYTES = 256 << 20,
    CHECKPOINT_PAGES = 2000,
    BUSY_MS = 5000,
    SMALL_BYTES = 1200, /* of the connection's own store of small memory */
    SMALL_MANY = 200,
};

struct prepared {
    const char *sql; /* the key: its address */
    sqlite3_stmt *statement;
    int place[MOST_VALUES]; /* SQLite's index of $1, $2 …; 0 where the text lacks it */
};

struct db {
    sqlite3 *handle;
    enum db_fault fault;
    struct prepared *table;
    sqlite3_stmt *version; /* asked before each commit; NULL until then */
};

static enum db_fault fault_of(int extended)
{
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return DB_UNIQUE;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return DB_FOREIGN;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_DATATYPE:
        return DB_CHECK;
    case SQLITE_IOERR_SHMSIZE: /* no room for the index of the log */
        return DB_FULL;
    }
    switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DB_BUSY;
    case SQLITE_FULL:
        return DB_FULL;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return DB_DAMAGED;
    default:
        return DB_OTHER;
    }
}

/* Books the failure of the last call and puts it into words. Returns false. */
static bool fail(struct db *db, const char *what, struct error *err)
{
    int code = sqlite3_extended_errcode(db->handle);

    db->fault = fault_of(code);
    error_cause(err, "sqlite %d at %.40s: %s", code, what, sqlite3_errmsg(db->handle));
    switch (db->fault) {
    case DB_UNIQUE:
    case DB_FOREIGN:
    case DB_CHECK:
        return error_set(
            err, ERROR_CONFLICT,
            "This clashes with what is already recorded. Load the page again.");
    case DB_BUSY:
        return error_set(err, ERROR_LATER,
                         "Another program holds the store. Try again in a moment.");
    case DB_FULL:
        return error_set(
            err, ERROR_LATER,
            "The disk is full. Nothing was recorded; try again when there is room.");
    default:
        return error_set(
            err, ERROR_BROKEN,
            "The store cannot be used. Ask the administrator to run yiping doctor.");
    }
}

enum db_fault db_last_fault(const struct db *db)
{
    return db->fault;
}

bool db_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

static bool execute(struct db *db, const char *sql, struct error *err)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return fail(db, sql, err);
}

/* Reads one number that a PRAGMA answers. */
static int64_t pragma(struct db *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t value = -1;

    if (sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

static bool journal_is_wal(struct db *db)
{
    sqlite3_stmt *s = NULL;
    bool wal = false;

    if (sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode = WAL", -1, &s, NULL) ==
            SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        wal = strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
    sqlite3_finalize(s);
    return wal;
}

/* Sets what durability rests on, then asks whether it is so. */
static bool settle(struct db *db, enum db_access access, struct error *err)
{
    char sql[512];

    sqlite3_busy_timeout(db->handle, BUSY_MS);
    snprintf(sql, sizeof(sql),
             "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA "
             "cell_size_check = ON;"
             "PRAGMA cache_size = -%d; PRAGMA mmap_size = %d; PRAGMA secure_delete = ON;"
             "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = %d; PRAGMA "
             "temp_store = 2",
             access == DB_WRITE ? WRITE_CACHE_KIB : READ_CACHE_KIB, MAP_BYTES,
             CHECKPOINT_PAGES);
    if (!execute(db, sql, err))
        return false;
    if (pragma(db, "PRAGMA synchronous") != 2 || pragma(db, "PRAGMA foreign_keys") != 1)
        return error_set(err, ERROR_SETUP,
                         "The store refuses synced commits; it is not safe here.");
    return true;
}

static bool claim_file(struct db *db, const char *path, struct error *err)
{
    int64_t id = pragma(db, "PRAGMA application_id");

    if (id != 0 && id != APPLICATION_ID)
        return error_set(err, ERROR_SETUP,
                         "%s belongs to another program. Name another folder.", path);
    if (!journal_is_wal(db))
        return error_set(
            err, ERROR_SETUP,
            "The disk of %s cannot carry a write-ahead log. Use a local disk.", path);
    if (id == 0) {
        char sql[64];

        snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
        return execute(db, sql, err);
    }
    return true;
}

/*
 * Before the library's first use: no counting of its memory, which would take one lock
 * for all threads at every allocation.
 */
static void set_up_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
}

bool db_open(const char *path, enum db_access access, struct db **out, struct error *err)
{
    int flags = access == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                   : SQLITE_OPEN_READWRITE;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct db *db = memory_new(sizeof(*db));
    int code;

    pthread_once(&once, set_up_library);
    code = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);

    db->table = memory_new(STATEMENT_PLACES * sizeof(*db->table));
    if (code != SQLITE_OK) {
        error_set(err, ERROR_SETUP,
                  "The store %s cannot be opened. Does the folder exist, and may "
                  "this user write there?",
                  path);
        error_cause(err, "sqlite %d", code);
        goto failed;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_LOOKASIDE, NULL, SMALL_BYTES,
                      SMALL_MANY);
    if (!settle(db, access, err))
        goto failed;
    if (access == DB_WRITE && !claim_file(db, path, err))
        goto failed;
    if (access == DB_READ && !execute(db, "PRAGMA query_only = ON", err))
        goto failed;
    *out = db;
    return true;
failed:
    db_close(db);
    return false;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (int i = 0; i < STATEMENT_PLACES; i++)
        sqlite3_finalize(db->table[i].statement);
    sqlite3_finalize(db->version);
    sqlite3_close(db->handle);
    free(db->table);
    free(db);
}

bool db_begin(struct db *db, struct error *err)
{
    return db_run(db, "BEGIN IMMEDIATE", DB_NONE, err);
}

bool db_snapshot(struct db *db, struct error *err)
{
    return db_run(db, "BEGIN", DB_NONE, err);
}

bool db_commit(struct db *db, struct error *err)
{
    return db_run(db, "COMMIT", DB_NONE, err);
}

void db_rollback(struct db *db)
{
    struct error ignored = {0};

    if (db_in_transaction(db) && !db_run(db, "ROLLBACK", DB_NONE, &ignored))
        return; /* the engine has rolled back by itself */
}

bool db_savepoint(struct db *db, struct error *err)
{
    return db_run(db, "SAVEPOINT command", DB_NONE, err);
}

bool db_release(struct db *db, struct error *err)
{
    return db_run(db, "RELEASE command", DB_NONE, err);
}

bool db_undo(struct db *db, struct error *err)
{
    return db_run(db, "ROLLBACK TO command", DB_NONE, err) && db_release(db, err);
}

static bool prepare(struct db *db, struct prepared *p, const char *sql, struct error *err)
{
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &p->statement,
                           NULL) != SQLITE_OK)
        return fail(db, sql, err);
    for (int i = 0; i < MOST_VALUES; i++) {
        char name[16];

        snprintf(name, sizeof(name), "$%d", i + 1);
        p->place[i] = sqlite3_bind_parameter_index(p->statement, name);
    }
    p->sql = sql;
    return true;
}

/* Finds the statement by the address of its text; prepares it the first time. */
static bool statement_of(struct db *db, const char *sql, struct prepared **out,
                         struct error *err)
{
    uintptr_t hash = (uintptr_t)sql;
    size_t at = (size_t)((hash >> 3) * 0x9e3779b97f4a7c15u >> 54) % STATEMENT_PLACES;

    for (int tries = 0; tries < STATEMENT_PLACES; tries++) {
        struct prepared *p = &db->table[at];

        if (p->sql == NULL && !prepare(db, p, sql, err))
            return false;
        if (p->sql == sql) {
            *out = p;
            return true;
        }
        at = (at + 1) % STATEMENT_PLACES;
    }
    return error_set(err, ERROR_BROKEN, "The program has more statements than places.");
}

static bool bind(struct db *db, const struct prepared *p, const struct db_value *values,
                 size_t count, struct error *err)
{
    for (size_t i = 0; i < count && i < MOST_VALUES; i++) {
        const struct db_value *v = &values[i];
        int code = SQLITE_OK, at = p->place[i];

        if (at == 0)
            continue; /* bound for every variant of a statement, used by this one or not
                       */
        if (v->kind == DB_INT)
            code = sqlite3_bind_int64(p->statement, at, v->number);
        else if (v->kind == DB_TEXT)
            code = sqlite3_bind_text(p->statement, at, v->bytes, (int)v->length,
                                     SQLITE_STATIC);
        else if (v->kind == DB_BLOB)
            code = sqlite3_bind_blob(p->statement, at, v->length > 0 ? v->bytes : "",
                                     (int)v->length, SQLITE_STATIC);
        else
            code = sqlite3_bind_null(p->statement, at);
        if (code != SQLITE_OK)
            return fail(db, p->sql, err);
    }
    return true;
}

static void reset(struct prepared *p)
{
    sqlite3_reset(p->statement);
    sqlite3_clear_bindings(p->statement);
}

bool db_change(struct db *db, const char *sql, const struct db_value *values,
               size_t count, int64_t *changed, struct error *err)
{
    struct prepared *p;
    int code;
    bool ok;

    if (!statement_of(db, sql, &p, err) || !bind(db, p, values, count, err))
        return false;
    do
        code = sqlite3_step(p->statement);
    while (code == SQLITE_ROW);
    ok = code == SQLITE_DONE || fail(db, sql, err);
    if (ok && changed != NULL)
        *changed = sqlite3_changes64(db->handle);
    reset(p);
    return ok;
}

bool db_run(struct db *db, const char *sql, const struct db_value *values, size_t count,
            struct error *err)
{
    return db_change(db, sql, values, count, NULL, err);
}

bool db_query(struct db *db, const char *sql, const struct db_value *values, size_t count,
              struct db_cursor *out, struct error *err)
{
    struct prepared *p;

    *out = (struct db_cursor){.db = db};
    if (!statement_of(db, sql, &p, err) || !bind(db, p, values, count, err))
        return false;
    out->statement = p->statement;
    return true;
}

bool db_next(struct db_cursor *c, struct error *err)
{
    int code = sqlite3_step(c->statement);

    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        fail(c->db, sqlite3_sql(c->statement), err);
    return false;
}

void db_done(struct db_cursor *c)
{
    if (c->statement == NULL)
        return;
    sqlite3_reset(c->statement);
    sqlite3_clear_bindings(c->statement);
    c->statement = NULL;
}

bool db_find(struct db *db, const char *sql, const struct db_value *values, size_t count,
             struct db_cursor *out, bool *found, struct error *err)
{
    struct error mine = {0};

    *found = false;
    if (!db_query(db, sql, values, count, out, err))
        return false;
    *found = db_next(out, &mine);
    if (*found)
        return true;
    db_done(out);
    if (mine.kind == ERROR_NONE)
        return true;
    if (err->kind == ERROR_NONE)
        *err = mine;
    return false;
}

bool db_is_null(const struct db_cursor *c, int column)
{
    return sqlite3_column_type(c->statement, column) == SQLITE_NULL;
}

int64_t db_get_int(const struct db_cursor *c, int column)
{
    return sqlite3_column_int64(c->statement, column);
}

const char *db_get_text(const struct db_cursor *c, int column)
{
    const unsigned char *text = sqlite3_column_text(c->statement, column);

    return text != NULL ? (const char *)text : "";
}

const void *db_get_blob(const struct db_cursor *c, int column, size_t *length)
{
    const void *bytes = sqlite3_column_blob(c->statement, column);

    *length = (size_t)sqlite3_column_bytes(c->statement, column);
    return bytes;
}

void db_copy_text(const struct db_cursor *c, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(c->statement, column);
    size_t length = text != NULL ? (size_t)sqlite3_column_bytes(c->statement, column) : 0;

    if (length >= size)
        length = size - 1;
    if (length > 0)
        memcpy(out, text, length);
    out[length] = '\0';
}

bool db_script(struct db *db, const char *sql, struct error *err)
{
    return execute(db, sql, err);
}

/* The writer asks before each commit, so it stays prepared. */
int64_t db_foreign_changes(struct db *db)
{
    int64_t value = -1;

    if (db->version == NULL)
        sqlite3_prepare_v3(db->handle, "PRAGMA data_version", -1,
                           SQLITE_PREPARE_PERSISTENT, &db->version, NULL);
    if (sqlite3_step(db->version) == SQLITE_ROW)
        value = sqlite3_column_int64(db->version, 0);
    sqlite3_reset(db->version);
    return value;
}

void db_fold(struct db *db)
{
    sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

bool db_copy(struct db *db, const char *path, struct error *err)
{
    return db_run(db, "VACUUM INTO $1", DB(db_text(path)), err);
}
