/*
 * demo_story.h — the past of the demo's hall while it is being played: the hall's days
 * (demo_hall.c) and its post (demo_post.c) on one agenda.
 *
 * Everything goes through the same store functions as in a running hall, with the
 * instants of the story, in their order. One thread, inside one transaction.
 */
#ifndef CLI_DEMO_STORY_H
#define CLI_DEMO_STORY_H

#include "cli/demo_agenda.h"
#include "cli/demo_cast.h"
#include "cli/demo_people.h"
#include "store/case_store.h"
#include "work/line.h"
#include "work/outbox.h"

enum { PAST_WINDOWS = 256, PAST_CITIZENS = 900 };

struct past {
    struct store *st;
    const struct cast *cast;
    struct lot lot;
    struct agenda agenda;
    struct roster roster;
    struct outbox outbox;
    struct line *line;
    bool open[PAST_WINDOWS], busy[PAST_WINDOWS];
    int64_t now_ms; /* of the story */
};

/* Puts the working days up to `until_ms` on the agenda. */
void past_plan_days(struct past *p, int64_t until_ms);

/* Lets one thing happen in the hall. */
NODISCARD bool past_happen(struct past *p, const struct happening *h, struct error *err);

/* Hands over all messages that are due, and reads what comes back. */
NODISCARD bool past_post(struct past *p, struct error *err);

/* Somebody writes to us. */
NODISCARD bool past_write(struct past *p, const struct happening *h, struct error *err);

#endif
