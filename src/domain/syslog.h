/*
 * syslog.h — an audit event as one message of syslog (RFC 5424).
 *
 * Facility 10 (security), severity notice, or warning where something failed, was refused
 * or locked. What happened is the MSGID ("login.failed"); the rest are words of the form
 * key="value" in UTF-8, in a fixed order, so that a receiver can part them. An event
 * keeps its id: one that is told twice is known by it. Pure; any thread.
 */
#ifndef DOMAIN_SYSLOG_H
#define DOMAIN_SYSLOG_H

#include <stdint.h>

#include "base/buf.h"

/* Texts are borrowed, "" or NULL for none. */
struct syslog_event {
    int64_t id, at_ms; /* UTC milliseconds */
    const char *actor, *action, *object, *detail;
    const char *actor_name, *object_name;
};

/* Longer messages are cut at a character's end; receivers need not take more. */
enum { SYSLOG_MOST = 2048 };

/* Adds the message of an event that machine `host`'s process `process` booked. */
void syslog_message(const char *host, int process, const struct syslog_event *event,
                    struct buf *out);

#endif
