/*
 * cmpp_window.c — see cmpp_window.h.
 *
 *     WAITING ──→ SENT ──→ ACCEPTED | REFUSED | SILENT
 *        ↑          └────→ THROTTLED
 *        └───────────────────┘  only where other parts of the message were accepted
 *
 * Promises: 1. A part counts in the window from the moment its bytes are queued until it
 * is answered or overdue. 2. A message has one outcome, when all its parts are settled.
 * It is UNKNOWN as soon as one byte of a part was drained that nobody answered for, and
 * also where some parts were accepted and others refused for good: nobody can say what
 * the citizen sees then, and it must not go out again. A broken line makes RETRY only of
 * what was never written.
 */
#include "gateways/cmpp_window.h"

#include <inttypes.h>
#include <stdio.h>

enum { BURST_US = 100000 }; /* what a quiet line may catch up of its rate */

void cmpp_msg_id(uint64_t id, char out[GATEWAY_REF])
{
    snprintf(out, GATEWAY_REF, "%" PRIu64, id);
}

/* ---- what may go ---- */

static int parts_in(const struct cmpp_moving *m, enum cmpp_part_state state)
{
    int count = 0;

    for (int i = 0; i < m->count && !m->settled; i++)
        count += m->parts[i].state == state;
    return count;
}

/* Its other parts need not go any more. */
static bool is_dead(const struct cmpp_moving *m)
{
    return parts_in(m, PART_REFUSED) + parts_in(m, PART_SILENT) > 0;
}

struct cmpp_moving *cmpp_window_place(struct cmpp_window *w)
{
    for (int i = 0; i < CMPP_WINDOW; i++)
        if (w->moving[i].count == 0)
            return &w->moving[i];
    return NULL;
}

int cmpp_window_room(const struct cmpp_window *w, int64_t now_ms)
{
    int room = w->most, places = 0;

    if (now_ms < w->quiet_ms)
        return 0;
    for (int i = 0; i < CMPP_WINDOW; i++) {
        const struct cmpp_moving *m = &w->moving[i];

        places += m->count == 0;
        room -= parts_in(m, PART_SENT) + (is_dead(m) ? 0 : parts_in(m, PART_WAITING));
    }
    room = room < places ? room : places;
    return room > 0 ? room : 0;
}

/* The first part that waits, of the message that came first; NULL for none. */
static struct cmpp_moving *first_waiting(struct cmpp_window *w, int *part)
{
    struct cmpp_moving *first = NULL;

    for (int i = 0; i < CMPP_WINDOW; i++) {
        struct cmpp_moving *m = &w->moving[i];

        if ((first != NULL && first->order < m->order) || is_dead(m) ||
            parts_in(m, PART_WAITING) == 0)
            continue;
        first = m;
    }
    for (int i = 0; first != NULL; i++) {
        if (first->parts[i].state == PART_WAITING) {
            *part = i;
            break;
        }
    }
    return first;
}

/* The rate is of parts: that is what the carrier counts. */
static bool is_paced(struct cmpp_window *w, int64_t now_ms)
{
    int64_t now_us = now_ms * 1000;

    if (w->rate <= 0)
        return true;
    if (w->next_us > now_us)
        return false;
    if (w->next_us < now_us - BURST_US)
        w->next_us = now_us - BURST_US;
    w->next_us += 1000000 / w->rate;
    return true;
}

struct cmpp_moving *cmpp_window_next(struct cmpp_window *w, int64_t now_ms, int *part)
{
    struct cmpp_moving *m = first_waiting(w, part);
    int sent = 0;

    for (int i = 0; i < CMPP_WINDOW; i++)
        sent += parts_in(&w->moving[i], PART_SENT);
    if (m == NULL || now_ms < w->quiet_ms || sent >= w->most || !is_paced(w, now_ms))
        return NULL;
    return m;
}

void cmpp_window_sent(struct cmpp_window *w, struct cmpp_moving *m, int part,
                      uint32_t sequence, uint64_t begins, int64_t now_ms)
{
    m->parts[part] = (struct cmpp_sent){.state = PART_SENT,
                                        .sequence = sequence,
                                        .order = ++w->order,
                                        .begins = begins,
                                        .sent_ms = now_ms};
}

/* ---- what became of a message ---- */

static const char *result_text(uint32_t result)
{
    static const char *const texts[] = {
        "ok",
        "wrong structure",
        "wrong command",
        "repeated sequence",
        "wrong length",
        "wrong fee code",
        "text too long",
        "wrong service id",
        "flow control",
        "not served",
        "wrong Src_Id",
        "wrong Msg_src",
        "wrong Fee_terminal_Id",
        "wrong Dest_terminal_Id",
    };

    return result < LENGTH(texts) ? texts[result] : "other";
}

/* One word for the whole of it. */
static enum outcome outcome_of(const struct cmpp_moving *m, uint64_t drained)
{
    int accepted = parts_in(m, PART_ACCEPTED), silent = parts_in(m, PART_SILENT);

    for (int i = 0; i < m->count; i++)
        silent += m->parts[i].state == PART_SENT && m->parts[i].begins < drained;
    if (accepted == m->count)
        return OUTCOME_ACCEPTED;
    if (silent > 0 || accepted > 0)
        return OUTCOME_UNKNOWN;
    return parts_in(m, PART_REFUSED) > 0 ? OUTCOME_REFUSED : OUTCOME_RETRY;
}

/* The part whose result explains the outcome best; -1 for none. */
static int telling_part(const struct cmpp_moving *m)
{
    int found = -1;

    for (int i = 0; i < m->count; i++) {
        if (m->parts[i].state == PART_REFUSED)
            return i;
        if (m->parts[i].result != CMPP_OK)
            found = i;
    }
    return found;
}

static void explain(struct cmpp_moving *m, const char *otherwise)
{
    struct submitted *out = &m->submitted;
    int i = telling_part(m);
    uint32_t result = i >= 0 ? m->parts[i].result : CMPP_OK;

    if (i < 0)
        snprintf(out->reason, sizeof(out->reason), "%s", otherwise);
    else if (m->count == 1)
        snprintf(out->reason, sizeof(out->reason), "result %u: %s", (unsigned)result,
                 result_text(result));
    else
        snprintf(out->reason, sizeof(out->reason), "part %d of %d, result %u: %s", i + 1,
                 m->count, (unsigned)result, result_text(result));
    /* The fee code, the service id and Msg_src are the same in every message of ours. */
    if (result == CMPP_FLOW_CONTROL)
        out->health = HEALTH_BUSY;
    else if (result == 5 || result == 7 || result == 11)
        out->health = HEALTH_SETUP;
}

static void settle(struct cmpp_moving *m, uint64_t drained, const char *otherwise)
{
    struct submitted *out = &m->submitted;

    m->outcome = outcome_of(m, drained);
    m->settled = true;
    *out = (struct submitted){0};
    if (m->outcome != OUTCOME_ACCEPTED) {
        explain(m, otherwise);
        /* Not the message's fault: it waits until a person put the settings right. */
        if (m->outcome == OUTCOME_REFUSED && out->health == HEALTH_SETUP)
            m->outcome = OUTCOME_RETRY;
        return;
    }
    for (int i = 0; i < m->count; i++)
        if (m->parts[i].msg_id != 0)
            cmpp_msg_id(m->parts[i].msg_id, out->refs[out->ref_count++]);
}

/*
 * Throttled parts of a message whose others were accepted go again by themselves: to ask
 * the outbox for the whole of it would send the accepted ones twice.
 */
static bool send_rest_again(struct cmpp_moving *m)
{
    int accepted = parts_in(m, PART_ACCEPTED), throttled = parts_in(m, PART_THROTTLED);

    if (accepted == 0 || throttled == 0 || accepted + throttled < m->count ||
        m->resends == CMPP_RESENDS)
        return false;
    m->resends++;
    for (int i = 0; i < m->count; i++)
        if (m->parts[i].state == PART_THROTTLED)
            m->parts[i].state = PART_WAITING;
    return true;
}

/* After a part was answered or fell silent. */
static void review(struct cmpp_moving *m, uint64_t drained)
{
    if (parts_in(m, PART_SENT) > 0 || (parts_in(m, PART_WAITING) > 0 && !is_dead(m)))
        return;
    if (!send_rest_again(m))
        settle(m, drained, "no answer");
}

/* ---- answers ---- */

static void slow_down(struct cmpp_window *w, int64_t now_ms)
{
    if (now_ms < w->quiet_ms)
        return;
    w->pause_ms = w->pause_ms == 0 ? CMPP_PAUSE_MS : 2 * w->pause_ms;
    if (w->pause_ms > CMPP_PAUSE_MOST)
        w->pause_ms = CMPP_PAUSE_MOST;
    w->quiet_ms = now_ms + w->pause_ms;
}

static void take(struct cmpp_window *w, struct cmpp_sent *p, const struct cmpp_result *r,
                 int64_t now_ms)
{
    p->msg_id = r->msg_id;
    p->result = r->result;
    if (r->result == CMPP_OK) {
        p->state = PART_ACCEPTED;
        w->known[w->known_next++ % CMPP_KNOWN_IDS] = r->msg_id;
        if (now_ms >= w->quiet_ms)
            w->pause_ms = 0;
    } else if (r->result == CMPP_FLOW_CONTROL) {
        p->state = PART_THROTTLED;
        slow_down(w, now_ms);
    } else {
        p->state = PART_REFUSED;
    }
}

void cmpp_window_answer(struct cmpp_window *w, uint32_t sequence,
                        const struct cmpp_result *result, uint64_t drained,
                        int64_t now_ms)
{
    for (int i = 0; i < CMPP_WINDOW; i++) {
        struct cmpp_moving *m = &w->moving[i];

        for (int k = 0; k < m->count && !m->settled; k++) {
            struct cmpp_sent *p = &m->parts[k];

            /* What has not been written cannot have been answered. */
            if (p->state == PART_SENT && p->sequence == sequence && p->begins < drained) {
                take(w, p, result, now_ms);
                review(m, drained);
                return;
            }
        }
    }
}

bool cmpp_window_expire(struct cmpp_window *w, uint64_t drained, int64_t now_ms,
                        int64_t *next_ms)
{
    for (int i = 0; i < CMPP_WINDOW; i++) {
        struct cmpp_moving *m = &w->moving[i];
        bool late = false;

        for (int k = 0; k < m->count && !m->settled; k++) {
            struct cmpp_sent *p = &m->parts[k];
            int64_t due = p->sent_ms + CMPP_ANSWER_MS;

            if (p->state != PART_SENT)
                continue;
            if (now_ms < due) {
                *next_ms = due < *next_ms ? due : *next_ms;
                continue;
            }
            if (p->begins >= drained)
                return false;
            p->state = PART_SILENT;
            late = true;
        }
        if (late)
            review(m, drained);
    }
    return true;
}

void cmpp_window_lost(struct cmpp_window *w, uint64_t drained)
{
    for (int i = 0; i < CMPP_WINDOW; i++)
        if (w->moving[i].count > 0 && !w->moving[i].settled)
            settle(&w->moving[i], drained, "the connection broke");
}

struct cmpp_moving *cmpp_window_settled(struct cmpp_window *w)
{
    for (int i = 0; i < CMPP_WINDOW; i++)
        if (w->moving[i].count > 0 && w->moving[i].settled)
            return &w->moving[i];
    return NULL;
}

bool cmpp_window_may_concern(const struct cmpp_window *w, uint64_t order, uint64_t about)
{
    for (size_t i = 0; i < CMPP_KNOWN_IDS; i++)
        if (about != 0 && w->known[i] == about)
            return false;
    for (int i = 0; i < CMPP_WINDOW; i++) {
        const struct cmpp_moving *m = &w->moving[i];

        for (int k = 0; k < m->count && !m->settled; k++)
            if (m->parts[k].state == PART_SENT && m->parts[k].order < order)
                return true;
    }
    return false;
}
