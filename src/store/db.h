/*
 * db.h — the seam between our SQL and an engine. Topics above it name statements and bind
 * values; engines below it (db_sqlite.c) prepare, run and translate faults.
 *
 * A connection belongs to one thread at a time. Statements are text constants that live
 * as long as the process: a connection prepares each once and finds it again by its
 * address. Rows are borrowed until the next db_next or db_done of the same cursor.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

struct db;

enum db_access { DB_READ, DB_WRITE };

/* What an engine's failure means, whatever the engine's own number for it is. */
enum db_fault {
    DB_FINE,
    DB_UNIQUE,  /* a key is taken */
    DB_FOREIGN, /* a reference leads nowhere */
    DB_CHECK,   /* a CHECK or NOT NULL said no */
    DB_BUSY,    /* another process holds the store; the same again may work */
    DB_FULL, /* the disk is full; rolled back, the same again works once there is room */
    DB_DAMAGED, /* input, output or sync failed: nothing in memory may be trusted any more
                 */
    DB_OTHER,
};

enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_value {
    enum db_kind kind;
    int64_t number;
    const void *bytes; /* borrowed until the statement has run */
    size_t length;
};

static inline struct db_value db_int(int64_t number)
{
    return (struct db_value){.kind = DB_INT, .number = number};
}

static inline struct db_value db_null(void)
{
    return (struct db_value){.kind = DB_NULL};
}

/* A text, or NULL where `text` is NULL. */
static inline struct db_value db_text(const char *text)
{
    if (text == NULL)
        return db_null();
    return (struct db_value){.kind = DB_TEXT, .bytes = text, .length = strlen(text)};
}

static inline struct db_value db_blob(const void *bytes, size_t length)
{
    return (struct db_value){.kind = DB_BLOB, .bytes = bytes, .length = length};
}

/* An id, or NULL where it is 0. */
static inline struct db_value db_id(int64_t id)
{
    return id != 0 ? db_int(id) : db_null();
}

/* The values $1, $2 … of a statement: db_run(db, sql[X], DB(db_int(1), db_text("a")),
 * err). */
#define DB(...)                                                                          \
    (const struct db_value[]){__VA_ARGS__},                                              \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define DB_NONE NULL, 0

/*
 * Opens the store in `path`; a writing connection creates the file, sets WAL and FULL,
 * and checks that they are in force (ERROR_SETUP else). `read_only` connections see
 * committed rows only.
 */
NODISCARD bool db_open(const char *path, enum db_access access, struct db **out,
                       struct error *err);
void db_close(struct db *db);

NODISCARD bool db_begin(struct db *db, struct error *err); /* takes the write lock now */
NODISCARD bool db_snapshot(struct db *db, struct error *err); /* a read transaction */
NODISCARD bool db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
NODISCARD bool db_savepoint(struct db *db, struct error *err);
NODISCARD bool db_release(struct db *db, struct error *err);
NODISCARD bool db_undo(struct db *db,
                       struct error *err); /* back to the savepoint, and out */

/* Is the transaction still there? The engine may have rolled it back by itself. */
bool db_in_transaction(const struct db *db);

/* What the last failure of this connection meant. */
enum db_fault db_last_fault(const struct db *db);

/* Runs a statement that gives no rows, or whose rows nobody wants. */
NODISCARD bool db_run(struct db *db, const char *sql, const struct db_value *values,
                      size_t count, struct error *err);

/* The same; `*changed` is the number of rows that were inserted, updated or deleted. */
NODISCARD bool db_change(struct db *db, const char *sql, const struct db_value *values,
                         size_t count, int64_t *changed, struct error *err);

struct db_cursor {
    void *statement; /* the engine's; NULL when done */
    struct db *db;
};

/* Starts a query. Every cursor that was opened is ended by db_done, also after a failure.
 */
NODISCARD bool db_query(struct db *db, const char *sql, const struct db_value *values,
                        size_t count, struct db_cursor *out, struct error *err);

/* The next row; false at the end and on failure, which only `err` tells apart. */
bool db_next(struct db_cursor *c, struct error *err);
void db_done(struct db_cursor *c);

/*
 * Starts a query for one row. True and *found tells whether there is one; the cursor is
 * then open on it and must be ended with db_done.
 */
NODISCARD bool db_find(struct db *db, const char *sql, const struct db_value *values,
                       size_t count, struct db_cursor *out, bool *found,
                       struct error *err);

bool db_is_null(const struct db_cursor *c, int column);
int64_t db_get_int(const struct db_cursor *c, int column); /* 0 for NULL */
const char *db_get_text(const struct db_cursor *c,
                        int column); /* borrowed; "" for NULL */
const void *db_get_blob(const struct db_cursor *c, int column, size_t *length);

/* Copies a text column, cut at `size` (which a caller's CHECK or limit makes impossible).
 */
void db_copy_text(const struct db_cursor *c, int column, char *out, size_t size);

/* Runs a script of several statements, for migrations. */
NODISCARD bool db_script(struct db *db, const char *sql, struct error *err);

/* Changes whenever another process has committed to the store. */
int64_t db_foreign_changes(struct db *db);

/*
 * Folds the log back into the store as far as it can, so that the log is written from its
 * start again: what a full disk still has room for. Never fails; outside a transaction.
 */
void db_fold(struct db *db);

/* A consistent copy of the whole store into a new file. */
NODISCARD bool db_copy(struct db *db, const char *path, struct error *err);

#endif
