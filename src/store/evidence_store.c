/*
 * evidence_store.c — see evidence_store.h.
 *
 * Promise: no statement here changes or removes a file. Its bytes are in a table of their
 * own, so that lists never read them.
 */
#include "store/evidence_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/memory.h"
#include "store/topics.h"

enum { ADD, ADD_BYTES, LIST, FIND, BYTES, STATEMENTS };

#define FILES                                                                            \
    "SELECT id, subject_id, length, at_ms, type, name, sha256, department_code,"         \
    " window_code, actor FROM evidence_files"

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO evidence_files (id, hall, subject, subject_id, department_code,"
            " window_code, name, type, length, sha256, actor, at_ms)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [ADD_BYTES] =
        "INSERT INTO evidence_bytes (file_id, hall, sealed) VALUES ($1, $2, $3)",
    [LIST] = FILES " WHERE subject = $1 AND subject_id = $2 AND hall = $3 ORDER BY id",
    [FIND] = FILES " WHERE id = $1 AND hall = $2",
    [BYTES] = "SELECT sealed FROM evidence_bytes WHERE file_id = $1 AND hall = $2",
};

const char *const *evidence_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const subjects[] = {
    [EVIDENCE_LOG] = "log", [EVIDENCE_MARK] = "mark", [EVIDENCE_VISIT] = "visit"};

static const char sealed_in[] = "evidence_bytes";

static void hash_of(const char *bytes, size_t length, char out[EVIDENCE_SHA])
{
    unsigned char hash[CRYPT_HASH_BYTES];

    crypt_sha256(bytes, length, hash);
    crypt_hex(hash, sizeof(hash), out);
}

static bool add_bytes(struct store *st, int64_t id, const struct evidence_input *in,
                      struct error *err)
{
    size_t length = in->length + CRYPT_SEAL_EXTRA;
    unsigned char *sealed = memory_new(length);
    bool ok;

    crypt_seal(&st->keys->words_seal, st->world, sealed_in, id, in->bytes, in->length,
               sealed);
    ok = db_run(st->db, sql[ADD_BYTES],
                DB(db_int(id), db_int(st->hall), db_blob(sealed, length)), err);
    free(sealed);
    return ok;
}

bool evidence_add(struct store *st, const struct evidence_of *of,
                  const struct evidence_input *in, int64_t most, const char *actor,
                  int64_t now_ms, struct error *err)
{
    enum evidence_type type;
    char name[EVIDENCE_NAME], sha256[EVIDENCE_SHA];
    int64_t id;

    if (in->length == 0)
        return true;
    if ((int64_t)in->length > most)
        return error_set(err, ERROR_TOO_LARGE,
                         "The file is larger than %lld KiB. Send a smaller one.",
                         (long long)(most / 1024));
    type = evidence_type_of(in->bytes, in->length);
    if (type == EVIDENCE_TYPES)
        return error_field(err, "file",
                           "The file is no JPEG, PNG, PDF or plain text in UTF-8.");
    evidence_name(in->name, name);
    hash_of(in->bytes, in->length, sha256);
    id = store_id(st, now_ms);
    return db_run(st->db, sql[ADD],
                  DB(db_int(id), db_int(st->hall), db_text(subjects[of->subject]),
                     db_int(of->subject_id), db_text(of->department), db_text(of->window),
                     db_text(name), db_text(evidence_type_name(type)),
                     db_int((int64_t)in->length), db_text(sha256), db_text(actor),
                     db_int(now_ms)),
                  err) &&
           add_bytes(st, id, in, err);
}

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_file(const struct db_cursor *c, struct evidence *out)
{
    *out = (struct evidence){.id = db_get_int(c, 0),
                             .subject_id = db_get_int(c, 1),
                             .length = db_get_int(c, 2),
                             .at_ms = db_get_int(c, 3),
                             .type = evidence_type_read(db_get_text(c, 4))};
    COPY(c, 5, out->name);
    COPY(c, 6, out->sha256);
    COPY(c, 7, out->department);
    COPY(c, 8, out->window);
    COPY(c, 9, out->actor);
}

bool evidence_list(struct store *st, enum evidence_subject subject, int64_t subject_id,
                   evidence_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct evidence file;
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST],
                  DB(db_text(subjects[subject]), db_int(subject_id), db_int(st->hall)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        read_file(&c, &file);
        each(self, &file);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool evidence_find(struct store *st, int64_t id, struct evidence *out, bool *found,
                   struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[FIND], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_file(&c, out);
        db_done(&c);
    }
    return true;
}

bool evidence_bytes(struct store *st, const struct evidence *file, struct buf *out,
                    struct error *err)
{
    char sha256[EVIDENCE_SHA];
    struct db_cursor c;
    const void *sealed;
    size_t length;
    bool found, ok;

    if (!db_find(st->db, sql[BYTES], DB(db_int(file->id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_BROKEN, "The bytes of this file are missing.");
    sealed = db_get_blob(&c, 0, &length);
    ok = crypt_open(&st->keys->words_seal, sealed_in, file->id, sealed, length, out, err);
    db_done(&c);
    if (!ok)
        return false;
    hash_of(buf_text(out), out->length, sha256);
    return strcmp(sha256, file->sha256) == 0 ||
           error_set(err, ERROR_BROKEN,
                     "The bytes of this file are not those that were sent.");
}
