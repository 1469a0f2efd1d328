/*
 * migrate.h — brings a store to the shape that this program knows.
 *
 * Migrations are the numbered files of src/store/schema, packed into the binary. Each
 * runs in one transaction together with its line in schema_versions.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/buf.h"
#include "store/db.h"

/*
 * Applies what is missing. ERROR_BROKEN where the store was made by a newer program; it
 * is then left as it is. `now_ms` dates the steps. The connection is a writing one,
 * outside a transaction.
 */
NODISCARD bool migrate(struct db *db, int64_t now_ms, struct error *err);

/* The newest version that this program knows. */
int migrate_newest(void);

enum migrate_engine { MIGRATE_SQLITE, MIGRATE_POSTGRES };

/*
 * Fills the places {STRICT}, {BLOB} and BIGINT of a migration for an engine, and words a
 * list that a column is checked against as the engine checks it fastest.
 */
void migrate_dialect(const char *text, enum migrate_engine engine, struct buf *out);

#endif
