/*
 * evidence_store.h — files that show what was seen, kept whole and sealed.
 *
 * A file belongs to a fact (an entry of the log, a mark, a visit), is written together
 * with it or not at all, and is never changed; its SHA-256 stands beside it in the open,
 * so that whoever has a copy can tell that it is the same. Words about it are the fact's.
 */
#ifndef STORE_EVIDENCE_STORE_H
#define STORE_EVIDENCE_STORE_H

#include "domain/evidence.h"
#include "store/hall_store.h"
#include "store/store.h"

enum evidence_subject { EVIDENCE_LOG, EVIDENCE_MARK, EVIDENCE_VISIT };

enum { EVIDENCE_SHA = 65, EVIDENCE_BYTES_MOST = 16 << 20 };

/* A file that was sent; borrowed. No bytes: none was. */
struct evidence_input {
    const char *name; /* as the sender calls it */
    const char *bytes;
    size_t length;
};

struct evidence {
    int64_t id, subject_id, length, at_ms;
    enum evidence_type type;
    char name[EVIDENCE_NAME], sha256[EVIDENCE_SHA];
    char department[CODE_SIZE], window[CODE_SIZE]; /* window "" for the department's */
    char actor[48];
};

/* What a file is about. */
struct evidence_of {
    enum evidence_subject subject;
    int64_t subject_id;
    const char *department, *window; /* codes; window "" for the whole department */
};

/*
 * Keeps the file; nothing happens where none was sent. ERROR_INPUT of the field "file"
 * where its bytes are of no kind that is taken, ERROR_TOO_LARGE beyond `most`. Writer
 * thread.
 */
NODISCARD bool evidence_add(struct store *st, const struct evidence_of *of,
                            const struct evidence_input *in, int64_t most,
                            const char *actor, int64_t now_ms, struct error *err);

/* The files of one fact, oldest first. Any thread's store. */
typedef void evidence_each(void *self, const struct evidence *file);
NODISCARD bool evidence_list(struct store *st, enum evidence_subject subject,
                             int64_t subject_id, evidence_each *each, void *self,
                             struct error *err);

NODISCARD bool evidence_find(struct store *st, int64_t id, struct evidence *out,
                             bool *found, struct error *err);

/* Adds the file's bytes to `out`, whose ceiling is EVIDENCE_BYTES_MOST at the least.
 * ERROR_BROKEN where they are not those whose SHA-256 was written down. */
NODISCARD bool evidence_bytes(struct store *st, const struct evidence *file,
                              struct buf *out, struct error *err);

#endif
