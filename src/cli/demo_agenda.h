/*
 * demo_agenda.h — what is still to happen in a story, in the order of its time.
 *
 * Things of the same instant happen in the order in which they were put in. One thread.
 */
#ifndef CLI_DEMO_AGENDA_H
#define CLI_DEMO_AGENDA_H

#include <stddef.h>
#include <stdint.h>

#include "domain/phone.h"
#include "domain/slot.h"

enum happening_kind {
    DAY_OPENS,     /* windows open, yesterday's tickets are cancelled */
    PERSON_COMES,  /* takes a ticket */
    WINDOW_CALLS,  /* `window` calls the next */
    VISIT_STARTS,  /* of case `id` at `window` */
    VISIT_MISSED,  /* nobody came to `window` */
    VISIT_ENDS,    /* of ticket `id` at `window` */
    CASE_DECIDED,  /* an accepted case `id` is closed */
    PERSON_SCANS,  /* rates case `id` by the code of the ticket */
    PERSON_WRITES, /* `text` from `phone` to our number `to` */
};

struct happening {
    int64_t at_ms, order;
    enum happening_kind kind;
    int window;
    int64_t id;
    struct phone phone;
    char to[SENDER_SIZE];
    char text[120];
};

struct agenda {
    struct happening *heap; /* smallest first */
    size_t count, room;
    int64_t order;
};

void agenda_put(struct agenda *a, const struct happening *h);

/* When the next thing happens; INT64_MAX for never. */
int64_t agenda_next_ms(const struct agenda *a);

/* Takes the next one out; there is one. */
struct happening agenda_take(struct agenda *a);

void agenda_free(struct agenda *a);

#endif
