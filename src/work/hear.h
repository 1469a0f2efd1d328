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
    char outcome[16]; /* as read-reply prints it */
};

/* Reads `text`, whose letter or code has been taken off; `four` is the form that was
 * asked. */
void hear(const char *text, size_t length, bool four, struct hearing *out);

#endif
