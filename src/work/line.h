/*
 * line.h — the network behind the virtual gateway: it answers, carries to phones that
 * stand on a page, and pushes reports and replies back, with the faults that somebody
 * asked for.
 *
 * It keeps what is still under way in memory, as a network would; after a restart the
 * courier tells it again which messages wait for a report. Any thread may call; a call
 * never blocks for long.
 */
#ifndef WORK_LINE_H
#define WORK_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "gateways/gateway.h"

struct line_faults {
    int delay_s;        /* a message or reply is that long under way */
    int late_report_s;  /* and its report that much longer */
    bool lost;          /* accepted, then gone: no report ever */
    bool twice;         /* replies and reports are pushed twice */
    bool out_of_order;  /* the report comes before the answer, an older one after it */
    bool wrong_charset; /* a reply's UTF-8 is taken for Latin-1 on the way */
    bool down;          /* cannot be reached: certainly not sent */
    bool refuse;        /* says no to every message */
};

enum { LINE_DELAY_MOST_S = 30 * 86400 };

struct line;

struct line *line_new(void);
void line_free(struct line *l);

void line_faults(struct line *l, struct line_faults *out);
void line_faults_set(struct line *l, const struct line_faults *faults);

/* Carries a composed request; `out->body` must be an empty buffer. */
void line_carry(struct line *l, const struct request *request, int64_t now_ms,
                struct answer *out);

/* A message that was accepted before a restart: its report comes (again) now. */
void line_remember(struct line *l, const char *reference, const char *message,
                   int64_t now_ms);

/*
 * Somebody writes on a phone of the page. `id` is the gateway's id of the reply, "" for a
 * fresh one. False where too much is under way.
 */
NODISCARD bool line_reply(struct line *l, const char *id, const char *phone,
                          const char *to, const char *text, int64_t now_ms);

/*
 * The next push that is due, as the call that a real gateway would make; false where
 * none is. With `early`, only those that overtake the gateway's answer.
 */
NODISCARD bool line_push(struct line *l, int64_t now_ms, bool early,
                         struct callback *out);

/* A push that could not be taken; it comes again then. */
void line_again(struct line *l, const struct callback *push, int64_t due_ms);

/* When the next push is due; INT64_MAX for none. */
int64_t line_next_ms(struct line *l);

#endif
