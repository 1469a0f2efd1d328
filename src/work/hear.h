/*
 * hear.h — a reply's text as the conversation hears it (domain/reply.h reads, this adds
 * what a correction needs to know). Pure; any thread.
 */
#ifndef WORK_HEAR_H
#define WORK_HEAR_H

#include <stddef.h>

#include "domain/conversation.h"

struct hearing {
    struct heard heard;
    int grade;        /* 1..5, 0 for none */
    int dims[4];      /* all 0 for none */
    char outcome[32]; /* as read-reply prints it */
};

/* What kept a reply from being read as words. */
enum hear_trouble { HEAR_WELL, HEAR_GARBLED, HEAR_INCOMPLETE };
const char *
hear_trouble_name(enum hear_trouble trouble); /* "", "garbled", "incomplete" */

/* Reads `text`, whose letter or code has been taken off; `four` is the form that was
 * asked. */
void hear(const char *text, size_t length, bool four, struct hearing *out);

/*
 * The same of a text that came garbled, or without all of its parts: unclear, whatever
 * stands in it. What is there of an incomplete one still counts as words.
 */
void hear_damaged(const char *text, size_t length, enum hear_trouble trouble,
                  struct hearing *out);

#endif
