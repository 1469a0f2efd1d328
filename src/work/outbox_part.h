/*
 * outbox_part.h — what the files of the outbox have in common: outbox.c (leaving),
 * outbox_ask.c (what asks), outbox_book.c (what became of it), outbox_way.c (which way,
 * and asking after it).
 */
#ifndef WORK_OUTBOX_PART_H
#define WORK_OUTBOX_PART_H

#include "work/outbox.h"

static inline bool message_is_survey(const struct message *m)
{
    return strncmp(m->kind, "survey", 6) == 0;
}

/* The detail of a survey that its citizen wished for: no hour and no limit keeps it. */
#define OUTBOX_WISHED "{\"wished\":true}"

static inline bool message_is_wished(const struct message *m)
{
    return strcmp(m->detail, OUTBOX_WISHED) == 0;
}

/* "near" or "called" */
static inline bool message_is_alert(const struct message *m)
{
    return strcmp(m->kind, "near") == 0 || strcmp(m->kind, "called") == 0;
}

/* The question whether a recorded end is true. */
static inline bool message_is_promise(const struct message *m)
{
    return strcmp(m->kind, "promise") == 0;
}

/* The same question about a case that was drawn for a re-check. */
static inline bool message_is_recheck(const struct message *m)
{
    return strcmp(m->kind, "recheck") == 0;
}

/* A survey, or the question whether what was done is enough, or whether a recorded end is
 * true: it opens a conversation of its own. */
static inline bool message_asks(const struct message *m)
{
    return message_is_survey(m) || strcmp(m->kind, "result") == 0 ||
           message_is_promise(m) || message_is_recheck(m);
}

static inline uint64_t outbox_lot(const struct outbox *ob)
{
    uint64_t drawn;

    ob->world->random(ob->world, &drawn, sizeof(drawn));
    return drawn;
}

/* A survey that was not sent leaves no open question behind, to which a reply might be
 * linked. */
NODISCARD bool outbox_close_unasked(struct store *st, const struct message *m,
                                    int64_t now_ms, struct error *err);

/* Withdraws what waits, and closes what it would have asked. */
NODISCARD bool outbox_withdraw(struct store *st, const struct message *m,
                               const char *reason, int64_t now_ms, struct error *err);

/* Books a state that was told of an attempt; `report->ref` may name one part of it. */
NODISCARD bool outbox_proved(struct store *st, const struct outbox *ob, struct message *m,
                             int attempt, const struct news *report, int64_t now_ms,
                             struct error *err);

#endif
