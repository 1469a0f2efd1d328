/*
 * outbox_claim.h — one message while it is being claimed, as outbox.c and outbox_ask.c
 * see it.
 */
#ifndef WORK_OUTBOX_CLAIM_H
#define WORK_OUTBOX_CLAIM_H

#include "store/conversation_store.h"
#include "work/outbox_part.h"
#include "work/wording.h"

/* One claim while it is being made. */
struct claim {
    struct store *st;
    const struct outbox *ob;
    const struct gateway *g;
    int64_t now_ms;
    struct message m;
    const char *withdrawn; /* the reason, NULL while it may leave */
    bool put_off;
    const char *sender; /* NULL: the gateway's own number */
    /* of a survey */
    struct wording_case cases[LINK_CASES];
    char letters[LINK_CASES]; /* that stand on the disk beside them; 0 for none */
    int count;
    const char *key; /* template */
    int64_t until_ms;
    struct conversation_row opened;
    struct buf text, fill;
};

static inline struct wording claim_wording(struct claim *cl)
{
    return (struct wording){cl->ob->texts, (cl->g->traits & GATEWAY_FORMS) != 0,
                            &cl->text, &cl->fill};
}

/*
 * Texts that nobody waits for keep to the hours of the day. Where somebody has moved the
 * clock, what fell due on the way is handed over all the same (decisions 21).
 */
NODISCARD bool claim_keep_hours(struct claim *cl, struct error *err);

/*
 * Words a question, which opens its conversation: a survey, whether what was done is
 * enough, whether a recorded end is true. `withdrawn` or `put_off` is set where it does
 * not leave now.
 */
NODISCARD bool claim_survey(struct claim *cl, struct error *err);
NODISCARD bool claim_result(struct claim *cl, struct error *err);
NODISCARD bool claim_promise(struct claim *cl, struct error *err);

#endif
