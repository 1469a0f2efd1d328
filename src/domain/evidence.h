/*
 * evidence.h — files that show what was seen: which kinds are taken, told by their bytes.
 *
 * What a file is called and what its sender says it is count for nothing. Pure; any
 * thread.
 */
#ifndef DOMAIN_EVIDENCE_H
#define DOMAIN_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

enum evidence_type {
    EVIDENCE_JPG,
    EVIDENCE_PNG,
    EVIDENCE_PDF,
    EVIDENCE_TXT, /* UTF-8 without control characters but tabs and ends of lines */
    EVIDENCE_TYPES
};

/* By the first bytes, plain text by all of them; EVIDENCE_TYPES for anything else, an
 * empty file too. */
enum evidence_type evidence_type_of(const char *bytes, size_t length);

/* "jpg" …; also the ending of a file's name. EVIDENCE_TYPES for a word that is none. */
const char *evidence_type_name(enum evidence_type type);
enum evidence_type evidence_type_read(const char *name);

/* "image/jpeg" …, static. */
const char *evidence_media_type(enum evidence_type type);

enum { EVIDENCE_NAME = 121 };

/*
 * A file's name as it is kept: the part behind the last slash of either kind, without
 * control characters, cut at a whole character; "?" where nothing is left. Never fails.
 */
void evidence_name(const char *sent, char out[EVIDENCE_NAME]);

#endif
