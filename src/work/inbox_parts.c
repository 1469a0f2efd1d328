/*
 * inbox_parts.c — a long reply comes as several short messages, in any order, each maybe
 * twice; it is read once, joined (3GPP TS 23.040, 9.2.3.24.1: reference, total, number).
 *
 * Promise: no part is read alone while the others may still come, ten minutes after the
 * first at the latest. Then what is there is read, but never as a grade. A part that
 * comes again after it was read changes nothing. Every row is kept, and shown with the
 * one that stands for all.
 *
 * References go round after 256 in most phones. So a part belongs to what came within
 * those ten minutes and has not been read; one that has is the same only with its text.
 */
#include <stdlib.h>

#include "base/charset.h"
#include "base/memory.h"
#include "store/person_store.h"
#include "work/inbox_reply.h"

#define WAIT_MS INT64_C(600000)

struct gathering {
    const struct inbound *in;
    struct inbound rows[2 * PARTS_MOST];
    int count;
};

static void gather(void *self, const struct inbound *part)
{
    struct gathering *g = self;

    if (g->count < 2 * PARTS_MOST)
        g->rows[g->count++] = *part;
}

/* The text of one row; nothing where it cannot be read (any more). */
static bool text_of(struct store *st, const struct outbox *ob, const struct inbound *row,
                    struct buf *text, bool *garbled, struct error *err)
{
    struct news news = {.text = buf_new(INBOUND_RAW_MOST)};
    bool known, ok = inbox_parse(st, ob, row, &news, &known, err);

    if (ok && known) {
        buf_add(text, buf_text(&news.text), news.text.length);
        *garbled |= news.garbled;
    }
    buf_free(&news.text);
    return ok;
}

/* Whether a part with this number and this text has been read. */
static bool was_read(struct store *st, const struct outbox *ob, const struct gathering *g,
                     bool *again, struct error *err)
{
    struct buf mine = buf_new(INBOUND_RAW_MOST), theirs = buf_new(INBOUND_RAW_MOST);
    bool garbled, ok = true;

    *again = false;
    for (int i = 0; ok && i < g->count && !*again; i++) {
        if (!g->rows[i].read || g->rows[i].part != g->in->part)
            continue;
        buf_clear(&mine);
        buf_clear(&theirs);
        ok = text_of(st, ob, g->in, &mine, &garbled, err) &&
             text_of(st, ob, &g->rows[i], &theirs, &garbled, err);
        *again = ok && strcmp(buf_text(&mine), buf_text(&theirs)) == 0;
    }
    buf_free(&mine);
    buf_free(&theirs);
    return ok;
}

/* The first row of each number that waits, -1 for none; how many numbers there are. */
static int sort_out(const struct gathering *g, int at[PARTS_MOST])
{
    int there = 0;

    for (int i = 0; i < PARTS_MOST; i++)
        at[i] = -1;
    for (int i = 0; i < g->count; i++) {
        int *place = &at[g->rows[i].part - 1];

        if (g->rows[i].read || *place >= 0)
            continue;
        *place = i;
        there++;
    }
    return there;
}

/* The first that came stands for all. */
static void choose_first(const struct gathering *g, struct parts *out)
{
    out->first.id = 0;
    for (int i = 0; i < g->count; i++) {
        if (g->rows[i].read)
            continue;
        if (out->first.id == 0)
            out->first = g->rows[i];
        else
            out->others[out->other_count++] = g->rows[i].id;
    }
}

static bool join(struct store *st, const struct outbox *ob, const struct gathering *g,
                 const int at[PARTS_MOST], struct parts *out, struct buf *text,
                 struct error *err)
{
    for (int i = 0; i < g->in->parts; i++) {
        if (at[i] < 0)
            buf_add_text(text, "…");
        else if (!text_of(st, ob, &g->rows[at[i]], text, &out->garbled, err))
            return false;
    }
    return true;
}

static bool decide(struct store *st, const struct outbox *ob, struct gathering *g,
                   int64_t now_ms, struct parts *out, struct buf *text, struct error *err)
{
    int at[PARTS_MOST], there = sort_out(g, at);
    bool again;

    if (!was_read(st, ob, g, &again, err))
        return false;
    if (again) {
        out->state = PARTS_AGAIN;
        return true;
    }
    choose_first(g, out);
    out->due_ms = out->first.received_ms + WAIT_MS;
    out->state = there == g->in->parts   ? PARTS_ALL
                 : now_ms >= out->due_ms ? PARTS_SOME
                                         : PARTS_WAIT;
    return out->state == PARTS_WAIT || join(st, ob, g, at, out, text, err);
}

bool parts_gather(struct store *st, const struct outbox *ob, const struct inbound *in,
                  int64_t now_ms, struct parts *out, struct buf *text, struct error *err)
{
    struct gathering *g;
    bool ok;

    *out = (struct parts){.first = *in};
    if (in->parts < 2 || in->parts > PARTS_MOST || in->part < 1 || in->part > in->parts ||
        in->phone_id == 0)
        return true;
    g = memory_new(sizeof(*g));
    g->in = in;
    ok = inbound_parts(st, in, in->received_ms - WAIT_MS, gather, g, err) &&
         decide(st, ob, g, now_ms, out, text, err);
    free(g);
    return ok;
}
