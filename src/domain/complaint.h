/*
 * complaint.h — of which of the four complaint heads a bad rating speaks: hard to enter
 * (门难进), sour face (脸难看), harsh words (话难听), hard to get done (事难办).
 *
 * By a table that is data (templates/indicators/complaints.json): tags of the national
 * list, and words. Nothing is guessed: a tag counts for the heads that name it, a word
 * only where it stands letter by letter, and one behind a denial ("没有门难进")
 * is doubtful, which is told apart and counts for nothing. Tags and words
 * are never added up. Pure; any thread.
 */
#ifndef DOMAIN_COMPLAINT_H
#define DOMAIN_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"

enum complaint_head {
    COMPLAINT_ENTER,
    COMPLAINT_FACE,
    COMPLAINT_WORDS,
    COMPLAINT_DONE,
    COMPLAINT_HEADS
};
/* "hard_to_enter" "sour_face" "harsh_words" "hard_to_get_done". */
const char *complaint_head_name(enum complaint_head head);

struct complaints;

/* Reads the table; ERROR_SETUP names what is amiss. Given: complaints_free. */
NODISCARD bool complaints_parse(const char *json, size_t length, struct complaints **out,
                                struct error *err);
void complaints_free(struct complaints *c);

int complaints_version(const struct complaints *c);

/* Does any tag of the list speak of this head? */
bool complaints_has_tag(const struct complaints *c, enum complaint_head head);

/* The heads (1 << head) that codes parted by commas name. */
unsigned complaint_of_tags(const struct complaints *c, const char *tags);

/* The heads that a citizen's words name; `*doubtful` those that they may deny. */
unsigned complaint_of_words(const struct complaints *c, const char *words,
                            unsigned *doubtful);

#endif
