/*
 * inbox.c — reads what is kept: parses it anew, and hands it to whom it concerns.
 *
 * Promise: one reading an inbound row, and one case at the most; whatever cannot be
 * linked or read is kept and shown, never guessed. Everything that follows from a piece
 * of news is written in the same transaction. Not here: keeping (inbox_keep.c), and what
 * inbox_reply.h lists.
 */
#include "work/inbox.h"

#include <stdlib.h>

#include "base/charset.h"
#include "base/log.h"
#include "store/person_store.h"
#include "work/inbox_reply.h"

enum { BROKEN_MS = 60000 }; /* how often a broken gateway's calls are looked at again */

bool inbox_parse(struct store *st, const struct outbox *ob, const struct inbound *in,
                 struct news *news, bool *known, struct error *err)
{
    struct buf bytes = buf_new(INBOUND_RAW_MOST);
    struct callback raw = callback_new(in->report);
    const struct gateway *g = roster_find(ob->roster, in->gateway);
    struct error unread = {0};
    bool found, ok = words_reveal(st, in->words_id, &bytes, &found, err);

    *known = false;
    if (ok && found && g != NULL) {
        callback_unpack(buf_text(&bytes), bytes.length, &raw);
        raw.report = in->report;
        *known = g->ops->parse(g, &raw, news, &unread);
    }
    buf_free(&bytes);
    callback_free(&raw);
    return ok;
}

static enum hear_trouble trouble_of(const struct buf *said, bool garbled,
                                    enum parts_state state)
{
    if (garbled || charset_is_mistaken(buf_text(said), said->length))
        return HEAR_GARBLED;
    return state == PARTS_SOME ? HEAR_INCOMPLETE : HEAR_WELL;
}

/* The rows that only helped another one say what it says. */
static bool read_others(struct reply_case *r, const struct parts *parts,
                        struct error *err)
{
    for (int i = 0; i < parts->other_count; i++) {
        const struct reading part = {
            .inbound_id = parts->others[i],
            .outcome = "part",
            .act = "joined",
            .proof = r->proof,
            .conversation_id = r->row != NULL ? r->row->id : 0,
            .case_id = r->case_id,
        };

        if (!reading_add(r->st, &part, r->now_ms, err))
            return false;
    }
    return true;
}

static bool read_whole(struct store *st, const struct outbox *ob,
                       const struct parts *parts, const struct buf *said, bool garbled,
                       int64_t now_ms, struct error *err)
{
    struct reply_case r = {
        .st = st,
        .ob = ob,
        .g = roster_find(ob->roster, parts->first.gateway),
        .now_ms = now_ms,
        .in = parts->first,
        .said = said,
        .text = buf_text(said),
        .proof = "P0",
        .trouble = trouble_of(said, garbled, parts->state),
    };
    bool ok = reply_link(&r, err) && reply_follow(&r, err) && read_others(&r, parts, err);

    free(r.rows);
    free(r.surveys);
    return ok;
}

static bool read_reply(struct store *st, const struct outbox *ob,
                       const struct inbound *in, const struct news *news, int64_t now_ms,
                       struct error *err)
{
    const struct reading again = {
        .inbound_id = in->id, .outcome = "part", .act = "again", .proof = "P0"};
    struct buf joined = buf_new(INBOUND_RAW_MOST);
    struct parts parts;
    bool ok = parts_gather(st, ob, in, now_ms, &parts, &joined, err);

    if (ok && parts.state == PARTS_WAIT)
        ok = inbound_put_off(st, in->id, parts.due_ms, err);
    else if (ok && parts.state == PARTS_AGAIN)
        ok = reading_add(st, &again, now_ms, err);
    else if (ok && parts.state == PARTS_NONE)
        ok = read_whole(st, ob, &parts, &news->text, news->garbled, now_ms, err);
    else if (ok)
        ok = read_whole(st, ob, &parts, &joined, parts.garbled, now_ms, err);
    buf_free(&joined);
    return ok;
}

static bool read_unreadable(struct store *st, const struct inbound *in, int64_t now_ms,
                            struct error *err)
{
    const struct reading reading = {
        .inbound_id = in->id, .outcome = "unreadable", .act = "unlinked", .proof = "P0"};

    log_line(LOG_LEVEL_WARNING, "inbox.unreadable", "inbound=%lld", (long long)in->id);
    return reading_add(st, &reading, now_ms, err);
}

/*
 * A call that was kept whole while its gateway was broken is kept anew by the gateway, as
 * of when it came; this row is done with.
 */
static bool sort_out(struct store *st, const struct gateway *g, const struct inbound *in,
                     int64_t now_ms, struct error *err)
{
    const struct reading again = {
        .inbound_id = in->id, .outcome = "sorted", .act = "again", .proof = "P0"};
    struct buf bytes = buf_new(INBOUND_RAW_MOST);
    struct callback raw = callback_new(in->report);
    int fresh;
    bool found, ok = words_reveal(st, in->words_id, &bytes, &found, err);

    if (ok && found)
        callback_unpack(buf_text(&bytes), bytes.length, &raw);
    ok = ok && (!found || inbox_keep(st, g, &raw, in->received_ms, &fresh, err)) &&
         reading_add(st, &again, now_ms, err);
    buf_free(&bytes);
    callback_free(&raw);
    return ok;
}

bool inbox_read(struct store *st, const struct outbox *ob, int64_t id, int64_t now_ms,
                struct error *err)
{
    const struct gateway *g;
    struct news news = {0};
    struct inbound in;
    bool known, ok = inbound_get(st, id, &in, err);

    if (!ok || in.read)
        return ok;
    g = roster_find(ob->roster, in.gateway);
    if (g == NULL || gateway_is_broken(g)) /* until the settings are right again */
        return inbound_put_off(st, id, now_ms + BROKEN_MS, err);
    if (strcmp(in.recipient, INBOUND_UNSORTED) == 0)
        return sort_out(st, g, &in, now_ms, err);
    news.text = buf_new(INBOUND_RAW_MOST);
    ok = inbox_parse(st, ob, &in, &news, &known, err);
    if (ok && !known)
        ok = read_unreadable(st, &in, now_ms, err);
    else if (ok && in.report)
        ok = report_read(st, ob, &in, &news, now_ms, err);
    else if (ok)
        ok = read_reply(st, ob, &in, &news, now_ms, err);
    buf_free(&news.text);
    return ok;
}
