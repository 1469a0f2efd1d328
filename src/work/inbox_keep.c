/*
 * inbox_keep.c — what a gateway brings is kept before anybody reads it.
 *
 * Promise: a call that holds several pieces of news becomes as many rows, each with its
 * own raw bytes; the same piece twice is one row; bytes that nobody can part or parse are
 * a row too, which is shown as unreadable. A gateway whose settings are broken keeps its
 * calls whole; inbox.c has them kept anew once the settings are right. Not here: what a
 * piece says (inbox.c).
 */
#include "work/inbox.h"

#include "store/gateway_store.h"

/* Our number as digits alone: routes add '+', blanks and dashes. */
static void keep_digits(char *number)
{
    char *out = number;

    for (const char *at = number; *at != '\0'; at++)
        if (*at >= '0' && *at <= '9')
            *out++ = *at;
    *out = '\0';
}

/* Compared with the gateway's own figures. Reports are counted when they are read. */
static bool count_reply(struct store *st, const struct gateway *g, int64_t now_ms,
                        struct error *err)
{
    return st->frame == NULL ||
           gateway_count_add(st, g->name, COUNT_REPLIES, 1, now_ms, err);
}

static bool keep_piece(struct store *st, const struct gateway *g,
                       const struct callback *raw, int64_t now_ms, bool *fresh,
                       struct error *err)
{
    struct buf bytes = buf_new(INBOUND_RAW_MOST);
    struct news news = {.kind = raw->report ? NEWS_REPORT : NEWS_REPLY,
                        .text = buf_new(INBOUND_RAW_MOST)};
    struct error unread = {0};
    bool known = g->ops->parse(g, raw, &news, &unread), ok;
    struct inbound_new in = {
        .gateway = g->name,
        .report = known ? news.kind == NEWS_REPORT : raw->report,
        .once = known ? news.once : "",
        .recipient = gateway_is_broken(g) ? INBOUND_UNSORTED : "",
        .at_ms =
            known ? news.at_ms : now_ms, /* bytes that say nothing are never the same */
    };
    int64_t id;

    callback_pack(raw, &bytes);
    in.raw = buf_text(&bytes);
    in.raw_length = bytes.length;
    if (known && !in.report) {
        keep_digits(news.to);
        in.phone = news.from;
        in.recipient = news.to;
        in.text = buf_text(&news.text);
        in.part = news.part;
        in.parts = news.parts;
        in.part_ref = news.part_ref;
    }
    ok = inbound_keep(st, &in, now_ms, &id, fresh, err) &&
         (!*fresh || in.report || count_reply(st, g, now_ms, err));
    buf_free(&bytes);
    buf_free(&news.text);
    return ok;
}

/* A call while it is parted. */
struct keeping {
    struct store *st;
    const struct gateway *g;
    int64_t now_ms;
    int fresh;
    bool ok;
    struct error *err;
};

static void keep_each(void *self, const struct callback *one)
{
    struct keeping *k = self;
    bool fresh;

    if (!k->ok)
        return;
    k->ok = keep_piece(k->st, k->g, one, k->now_ms, &fresh, k->err);
    k->fresh += k->ok && fresh;
}

static void count_each(void *self, const struct callback *one)
{
    (void)one;
    (*(int *)self)++;
}

/* Whether the driver can part this call; where it cannot, the call is one piece. */
static bool can_split(const struct gateway *g, const struct callback *raw)
{
    struct error mine = {0};
    int pieces = 0;

    return g->ops->split != NULL && g->ops->split(g, raw, count_each, &pieces, &mine);
}

bool inbox_keep(struct store *st, const struct gateway *g, const struct callback *raw,
                int64_t now_ms, int *fresh, struct error *err)
{
    struct keeping k = {.st = st, .g = g, .now_ms = now_ms, .ok = true, .err = err};
    struct error mine = {0};

    if (!can_split(g, raw))
        keep_each(&k, raw);
    else if (!g->ops->split(g, raw, keep_each, &k, &mine) && k.ok) {
        *err = mine;
        k.ok = false;
    }
    *fresh = k.ok ? k.fresh : 0;
    return k.ok;
}
