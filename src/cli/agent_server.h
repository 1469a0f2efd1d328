/*
 * agent_server.h — the server as the print agent sees it: polls, tickets and reports over
 * HTTP in the shape of CloudPRNT (web/printer_call.h).
 *
 * One call at a time, each bounded by CALL_MS; one thread, but for agent_server_leave.
 * Every call may be made again: polls and reports are the same twice, and a ticket
 * fetched twice is the same ticket.
 */
#ifndef CLI_AGENT_SERVER_H
#define CLI_AGENT_SERVER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

struct agent_server;

enum { AGENT_TOKEN = 24 };

/* ERROR_INPUT where the address is none. `key` is borrowed only for the call. */
NODISCARD bool agent_server_open(const char *url, const char *printer, const char *key,
                                 struct agent_server **out, struct error *err);
void agent_server_free(struct agent_server *s);

/* What the printer says of itself. */
struct agent_standing {
    const char *status;  /* "200 OK" */
    unsigned signs;      /* enum printer_sign */
    const char *trouble; /* "" for none */
};

/*
 * Polls; `token` is "" where there is nothing to print. ERROR_LATER where the server does
 * not answer or is busy, ERROR_SETUP where it does not know us: a person must look.
 */
NODISCARD bool agent_poll(struct agent_server *s, const struct agent_standing *standing,
                          char token[AGENT_TOKEN], struct error *err);

/* Fetches a ticket whole. *gone: the server has none of this token any more. */
NODISCARD bool agent_fetch(struct agent_server *s, const char *token, const char *type,
                           struct buf *out, bool *gone, struct error *err);

/* What became of a ticket. */
struct agent_report {
    char token[AGENT_TOKEN];
    const char *code;  /* "200 OK", static */
    const char *level; /* what was seen of it, or NULL */
    char reason[240];  /* "" for none */
};

/* *taken: the server has answered, and there is no use in saying it again. */
NODISCARD bool agent_tell(struct agent_server *s, const struct agent_report *report,
                          int tried, bool *taken, struct error *err);

/* Sleeps; false once agent_server_leave was called, which wakes it. */
bool agent_pause(struct agent_server *s, int64_t ms);

/* The program ends. Any thread. */
void agent_server_leave(struct agent_server *s);
const _Atomic bool *agent_server_leaving(const struct agent_server *s);

#endif
