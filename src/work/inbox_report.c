/*
 * inbox_report.c — what became of a message, as the gateway tells it (DLR).
 *
 * Promise: a report may overtake the answer to the message it speaks of. One that matches
 * nothing yet is read again after a moment, and for a minute; then it is kept unlinked.
 * A gateway that holds the phone on its black list has told us that the person wants no
 * messages: that is an opt-out. Which message it is, outbox_report_find knows.
 */
#include "store/message_store.h"
#include "work/inbox_reply.h"

enum { OVERTAKING_MS = 60000, AGAIN_LEAST_MS = 1000 };

/* Twice as long each time: nearly all are overtaken by milliseconds. */
static int64_t again_ms(const struct inbound *in, int64_t now_ms)
{
    int64_t age_ms = now_ms - in->received_ms, last_ms = in->received_ms + OVERTAKING_MS;
    int64_t due_ms = now_ms + (age_ms > AGAIN_LEAST_MS ? age_ms : AGAIN_LEAST_MS);

    return due_ms < last_ms ? due_ms : last_ms;
}

static bool note_optout(struct store *st, const struct inbound *in, int64_t message_id,
                        int64_t now_ms, struct error *err)
{
    struct message m;
    bool fresh;

    return message_get(st, message_id, &m, err) &&
           optout_add(st, m.phone_id, in->id, now_ms, &fresh, err);
}

bool report_read(struct store *st, const struct outbox *ob, const struct inbound *in,
                 const struct news *news, int64_t now_ms, struct error *err)
{
    static const char *const outcomes[] = {
        [REPORT_BUFFERED] = "buffered",
        [REPORT_DELIVERED] = "delivered",
        [REPORT_UNDELIVERED] = "undelivered",
        [REPORT_EXPIRED] = "expired",
    };
    struct reading reading = {.inbound_id = in->id,
                              .outcome = outcomes[news->state],
                              .act = "unlinked",
                              .proof = "P0"};
    int attempt;
    bool found, changed;

    if (!outbox_report_find(st, in->gateway, news, now_ms, &reading.message_id, &attempt,
                            &found, err))
        return false;
    if (!found && now_ms < in->received_ms + OVERTAKING_MS)
        return inbound_put_off(st, in->id, again_ms(in, now_ms), err);
    if (!found) {
        reading.message_id = 0;
        if (!gateway_count_add(st, in->gateway, COUNT_REPORTS, 1, now_ms, err))
            return false; /* the others are counted where they are booked */
    } else {
        if (!outbox_report(st, ob, reading.message_id, news, now_ms, &changed, err))
            return false;
        reading.act = changed ? "report" : "report_again";
        if (news->opted_out && !note_optout(st, in, reading.message_id, now_ms, err))
            return false;
    }
    return reading_add(st, &reading, now_ms, err);
}
