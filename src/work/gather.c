/*
 * gather.c — what comes in: kept raw first, then read in the order in which it came.
 *
 *     line, folder or session → keep → commit → the sender is told
 *     unread → read → commit → what is answered falls due at once
 *
 * The web keeps what gateways call with by itself and wakes us. Reading goes in rounds;
 * each round is written together. Where the writer puts one off, nothing after it in its
 * round is read either, so that two replies of one phone are never turned round.
 */
#include "work/courier_part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "work/inbox.h"

/* ---- keeping ---- */

/* Something that a gateway told, on its way to the disk. */
struct kept {
    struct errand errand;
    struct route *route;
    struct callback raw;
    int fresh;
    /* where it came from */
    struct carry_file_found file;
    uint32_t line, handle;
};

static bool keep_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct kept *k = (struct kept *)e;

    return inbox_keep(st, k->route->g, &k->raw, now_ms, &k->fresh, err);
}

static void keep_over(struct kept *k)
{
    struct courier *c = k->errand.c;

    c->keeps--;
    c->unread |= k->errand.command.ok;
    if (!k->errand.command.ok && !errand_later(&k->errand))
        complain("inbox.not_kept", 0, &k->errand.command.err);
    callback_free(&k->raw);
    free(k);
}

static void push_back(struct errand *e)
{
    struct kept *k = (struct kept *)e;

    if (!e->command.ok) {
        atomic_fetch_add(&e->c->put_off, 1);
        line_again(e->c->config.line, &k->raw, courier_wall(e->c) + AGAIN_MS);
    }
    keep_over(k);
}

static void file_back(struct errand *e)
{
    struct kept *k = (struct kept *)e;

    carry_folders_over(e->c->folders, &k->file, e->command.ok);
    keep_over(k);
}

static void session_back(struct errand *e)
{
    struct kept *k = (struct kept *)e;

    if (k->route->session != NULL)
        carry_session_kept(k->route->session, k->line, k->handle, e->command.ok);
    keep_over(k);
}

static struct kept *kept_new(struct route *r, void (*back)(struct errand *))
{
    struct kept *k = memory_new(sizeof(*k));

    k->route = r;
    k->errand.work = keep_work;
    k->errand.back = back;
    return k;
}

static void keep(struct kept *k)
{
    k->route->c->keeps++;
    errand_send(k->route->c, &k->errand);
}

void gather_session(struct route *r, struct callback *callback, uint32_t line,
                    uint32_t handle)
{
    struct kept *k = kept_new(r, session_back);

    k->raw = *callback;
    k->line = line;
    k->handle = handle;
    keep(k);
}

/* Takes what the line pushes now, as the web does for a real gateway. */
static bool take_pushes(struct courier *c, bool early)
{
    bool any = false;

    if (c->config.line == NULL || c->local < 0)
        return false;
    while (c->keeps < KEEPS_MOST || early) {
        struct callback raw = callback_new(false);
        struct kept *k;

        if (!line_push(c->config.line, courier_wall(c), early, &raw)) {
            callback_free(&raw);
            break;
        }
        k = kept_new(&c->routes[c->local], push_back);
        k->raw = raw;
        keep(k);
        any = true;
    }
    return any;
}

bool gather_early(struct courier *c)
{
    return take_pushes(c, true);
}

static void take_files(struct courier *c)
{
    carry_folders_look(c->folders, courier_mono(c));
    while (c->keeps < KEEPS_MOST) {
        struct carry_file_found found;
        struct callback raw;
        struct kept *k;

        if (!carry_folders_next(c->folders, &found, &raw))
            break;
        k = kept_new(&c->routes[found.tag], file_back);
        k->raw = raw;
        k->file = found;
        keep(k);
    }
}

/* ---- reading ---- */

struct reading_one {
    struct errand errand;
    int64_t id;
};

static bool read_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    if (e->c->read_broken)
        return error_set(err, ERROR_LATER, "One that came before waits.");
    return inbox_read(st, e->c->config.outbox, ((struct reading_one *)e)->id, now_ms,
                      err);
}

/* Before the writer runs anything after this commit. */
static void read_over(struct errand *e)
{
    if (!e->command.ok && e->command.err.kind == ERROR_LATER)
        e->c->read_broken = true;
}

static bool put_off_work(struct errand *e, struct store *st, int64_t now_ms,
                         struct error *err)
{
    return inbound_put_off(st, ((struct reading_one *)e)->id, now_ms + HOLD_MS, err);
}

/* What was read may have queued an answer. */
static void end_one(struct courier *c)
{
    if (--c->reads == 0)
        dispatch_ask(c);
}

static void put_off_back(struct errand *e)
{
    e->c->unread = true;
    errand_later(e);
    end_one(e->c);
    free(e);
}

static void read_back(struct errand *e)
{
    struct courier *c = e->c;

    if (e->command.ok || errand_later(e)) {
        if (e->command.ok)
            atomic_fetch_add(&c->read, 1);
        end_one(c);
        free(e);
        return;
    }
    /* One that the store would not let us read stops nobody. */
    atomic_fetch_add(&c->unreadable, 1);
    complain("inbox.unread", ((struct reading_one *)e)->id, &e->command.err);
    e->work = put_off_work;
    e->over = NULL;
    e->back = put_off_back;
    errand_send(c, e);
}

static void read_one(struct courier *c, int64_t id)
{
    struct reading_one *r = memory_new(sizeof(*r));

    r->id = id;
    r->errand.work = read_work;
    r->errand.over = read_over;
    r->errand.back = read_back;
    c->reads++;
    errand_send(c, &r->errand);
}

/* ---- rounds ---- */

struct listing {
    struct errand errand;
    int64_t ids[READ_AT_ONCE], next_ms;
    int count;
};

static bool list_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct listing *l = (struct listing *)e;

    e->c->read_broken = false;
    l->next_ms = INT64_MAX;
    if (st->frame == NULL)
        return true;
    return inbound_due(st, now_ms, READ_AT_ONCE, l->ids, &l->count, err) &&
           inbound_next_ms(st, &l->next_ms, err);
}

static void list_back(struct errand *e)
{
    struct listing *l = (struct listing *)e;
    struct courier *c = e->c;

    c->reading_out = false;
    if (e->command.ok) {
        c->unread_ms = l->next_ms;
        c->unread |= l->count > 0;
        for (int i = 0; i < l->count; i++)
            read_one(c, l->ids[i]);
    } else {
        c->unread = true;
        if (!errand_later(e)) {
            complain("inbox.not_looked", 0, &e->command.err);
            c->again_ms = courier_mono(c) + AGAIN_MS;
        }
    }
    free(l);
}

static bool may_list(struct courier *c)
{
    return !c->reading_out && c->reads == 0 &&
           (c->unread || c->unread_ms <= courier_wall(c));
}

static void list(struct courier *c)
{
    struct listing *l = memory_new(sizeof(*l));

    c->unread = false;
    c->reading_out = true;
    l->errand.work = list_work;
    l->errand.back = list_back;
    errand_send(c, &l->errand);
}

/* ---- all of it ---- */

static void watch_folders(struct courier *c, int i)
{
    const struct gateway *g = c->routes[i].g;
    struct gateway_folder folders[GATEWAY_FOLDERS];
    int count = g->ops->folders != NULL ? g->ops->folders(g, folders) : 0;

    for (int at = 0; at < count; at++)
        carry_folders_add(c->folders, &folders[at], i);
}

void gather_open(struct courier *c)
{
    c->unread = true;
    c->unread_ms = INT64_MAX;
    c->folders = carry_folders_new();
    for (int i = 0; i < c->route_count; i++)
        watch_folders(c, i);
}

void gather_close(struct courier *c)
{
    carry_folders_free(c->folders);
}

void gather_turn(struct courier *c)
{
    if (courier_pauses(c))
        return;
    if (c->held == NULL)
        take_pushes(c, false);
    take_files(c);
    if (may_list(c))
        list(c);
}

static int64_t line_due_ms(struct courier *c)
{
    return c->config.line != NULL && c->local >= 0 ? line_next_ms(c->config.line)
                                                   : INT64_MAX;
}

/* Everything that has come is kept and read; what the line pushes later may be held up by
 * a booking that waits. */
bool gather_is_quiet(struct courier *c)
{
    return c->keeps == 0 && c->reads == 0 && !c->reading_out && !may_list(c) &&
           (c->held != NULL || line_due_ms(c) > courier_wall(c));
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t gather_wait_ms(struct courier *c)
{
    int64_t wait_ms = INT64_MAX, next_ms = INT64_MAX;

    if (c->keeps < KEEPS_MOST && c->held == NULL)
        next_ms = line_due_ms(c);
    if (!c->reading_out && c->reads == 0)
        next_ms = c->unread ? INT64_MIN : least(next_ms, c->unread_ms);
    if (next_ms != INT64_MAX)
        wait_ms = next_ms == INT64_MIN ? 0 : next_ms - courier_wall(c);
    next_ms = carry_folders_next_ms(c->folders);
    if (next_ms != INT64_MAX)
        wait_ms = least(wait_ms, next_ms == INT64_MIN ? 0 : next_ms - courier_mono(c));
    return wait_ms;
}
