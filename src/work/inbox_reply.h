/*
 * inbox_reply.h — one piece of news while it is read: shared by the inbox's own files and
 * by nobody else.
 *
 *     inbox.c         takes the next, hands it on
 *     inbox_parts.c   the parts of a long reply, until they are all there
 *     inbox_report.c  what became of a message
 *     inbox_link.c    whose the reply is
 *     inbox_code.c    the same, where it begins with a ticket's short code
 *     inbox_talk.c    what follows from it
 *     inbox_answer.c  what is said back
 *
 * Everything here runs on the writer thread, inside a command.
 */
#ifndef WORK_INBOX_REPLY_H
#define WORK_INBOX_REPLY_H

#include "store/conversation_store.h"
#include "store/ticket_store.h"
#include "work/hear.h"
#include "work/inbox.h"

/* ---- parts ---- */

enum { PARTS_MOST = 32 }; /* of one reply; the standards allow 255, phones make a few */

enum parts_state {
    PARTS_NONE,  /* the reply is whole as it is */
    PARTS_WAIT,  /* others are missing: read it again at `due_ms` */
    PARTS_AGAIN, /* this part was read before: it came twice */
    PARTS_ALL,
    PARTS_SOME, /* others never came */
};

struct parts {
    enum parts_state state;
    int64_t due_ms;
    struct inbound first;           /* the row that stands for all of them */
    int64_t others[2 * PARTS_MOST]; /* the other rows */
    int other_count;
    bool garbled; /* one of them at least */
};

/*
 * Looks what is there of the long reply that `in` is a part of, and joins the texts in
 * their order into `text`; "…" stands for what is missing.
 */
NODISCARD bool parts_gather(struct store *st, const struct outbox *ob,
                            const struct inbound *in, int64_t now_ms, struct parts *out,
                            struct buf *text, struct error *err);

/* ---- reports ---- */

NODISCARD bool report_read(struct store *st, const struct outbox *ob,
                           const struct inbound *in, const struct news *news,
                           int64_t now_ms, struct error *err);

/* ---- replies ---- */

struct reply_case {
    struct store *st;
    const struct outbox *ob;
    const struct gateway *g; /* that brought it */
    int64_t now_ms;
    struct inbound in;
    const struct buf *said; /* the whole text */
    enum hear_trouble trouble;
    const char *text; /* what is left after letter and code */
    char letter;
    struct link_to to;
    /* the phone's surveys that a reply to this number may answer */
    struct conversation_row *rows;
    struct link_survey *surveys;
    int count;
    /* what was found */
    struct conversation_row *row; /* NULL: none */
    int64_t case_id;              /* 0: none */
    const char *proof;
    bool by_code;
    struct ticket ticket; /* by_code: the code's … */
    int ahead;            /* … and how many wait in front of it */
    struct hearing heard;
    struct conversation_step step;
    struct rating_result rating;
    const char *act;
};

/* Whose it is: fills `row`, `case_id`, `proof`, `text`; `act` where that is settled. */
NODISCARD bool reply_link(struct reply_case *r, struct error *err);

/*
 * Links by a ticket's short code in front (P5). *taken is false where it is none of ours;
 * the text is then read as if it had none.
 */
NODISCARD bool code_link(struct reply_case *r, bool *taken, struct error *err);

/* What follows from a code that names no one case: asks about each of the ticket's cases,
 * or says that none is closed yet. Leaves the answer in `step`. */
NODISCARD bool code_without_case(struct reply_case *r, struct error *err);

/* A code without a survey: the answer opens the conversation, so that what follows is
 * linked. */
NODISCARD bool code_open(struct reply_case *r, int64_t answer_id, struct error *err);

/* What follows, once it is linked: acts, answers, and writes the reading down. */
NODISCARD bool reply_follow(struct reply_case *r, struct error *err);

/* Queues an answer, unless it has been said; `*id` is 0 then. */
NODISCARD bool reply_answer(struct reply_case *r, enum answer_key which, int64_t *id,
                            struct error *err);

/* The number that an answer comes from. Borrowed from `r`. */
const char *reply_sender(const struct reply_case *r);

/* Its bytes as the gateway brought them, parsed anew; *known is false where they cannot
 * be. The text of `news` is the caller's. */
NODISCARD bool inbox_parse(struct store *st, const struct outbox *ob,
                           const struct inbound *in, struct news *news, bool *known,
                           struct error *err);

#endif
