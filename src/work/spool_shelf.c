/*
 * spool_shelf.c — jobs of printers that no thread calls: the preview, whose page shows
 * the ticket; a printer whose settings are wrong; a name that the settings do not know.
 *
 * Promise: each of them ends at once and says how; those of printers that come and fetch
 * are left to polled.c, which is asked from here now and then what is too old.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "work/spool_part.h"

enum {
    AT_ONCE = 100,      /* jobs in one transaction */
    NAMES_MOST = 128,   /* printers with queued jobs, at a time */
    TRY_AGAIN_MS = 2000 /* after the store refused */
};

struct shelf {
    const struct printers *printers;
    struct writer *writer;
    struct spool_bell bell;
    pthread_t thread;
    _Atomic bool stopping;
    bool told; /* how these printers stand is in the store */
    struct polled_list *polled;
};

struct sweep {
    struct command command;
    const struct shelf *shelf;
    char names[NAMES_MOST][64];
    size_t count;
    int done;
};

static void note_name(void *self, const char *name)
{
    struct sweep *s = self;

    if (s->count < NAMES_MOST)
        snprintf(s->names[s->count++], sizeof(s->names[0]), "%s", name);
}

/* A hall without a single printer in its settings shows all tickets. */
static bool is_shown(const struct shelf *s, const char *name, const struct printer *p)
{
    return strcmp(name, "preview") == 0 || s->printers->count == 0 ||
           (p != NULL && !p->broken && (p->way.ops->traits & WAY_SHOWS) != 0);
}

static bool end_one(struct store *st, const struct shelf *s, const char *name,
                    int64_t job, int64_t now_ms, struct error *err)
{
    const struct printer *p = printers_find(s->printers, name);
    bool shown = is_shown(s, name, p), changed;
    char reason[240] = "preview";

    if (!shown && p != NULL)
        snprintf(reason, sizeof(reason), "%s", p->why.text);
    else if (!shown)
        snprintf(reason, sizeof(reason),
                 "The settings have no printer \"%.60s\"; the hall file names it.", name);
    return print_job_end(st, job, shown ? "printed" : "failed", NULL, reason, now_ms,
                         &changed, err) &&
           printer_record_count(st, name, shown ? "printed" : "failed", 1, 0, err);
}

static bool sweep_one(struct store *st, struct sweep *w, const char *name, int64_t now_ms,
                      struct error *err)
{
    const struct printer *p = printers_find(w->shelf->printers, name);
    struct print_job job;
    bool found = true;

    if (p != NULL && spool_has_thread(p))
        return true;
    if (p != NULL && !p->broken && (p->way.ops->traits & WAY_POLLED) != 0)
        return true;
    while (found && w->done < AT_ONCE) {
        if (!print_job_claim(st, name, now_ms, &job, &found, err))
            return false;
        if (found && !end_one(st, w->shelf, name, job.id, now_ms, err))
            return false;
        w->done += found;
    }
    return true;
}

/* How the printers stand that no thread asks. */
static bool tell_printers(struct store *st, const struct shelf *s, int64_t now_ms,
                          struct error *err)
{
    for (size_t i = 0; i < s->printers->count; i++) {
        const struct printer *p = &s->printers->list[i];
        struct printer_record r = {.roll_mm = p->roll_mm};

        if (spool_has_thread(p))
            continue;
        snprintf(r.name, sizeof(r.name), "%s", p->name);
        snprintf(r.way, sizeof(r.way), "%s", p->way_name);
        snprintf(r.trouble, sizeof(r.trouble), "%s", p->why.text);
        r.signs = !p->broken && (p->way.ops->traits & WAY_SHOWS) != 0 ? PRINTER_ONLINE
                                                                      : PRINTER_UNKNOWN;
        if (!printer_record_set(st, &r, now_ms, err))
            return false;
    }
    return true;
}

static bool run_sweep(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    struct sweep *w = (struct sweep *)c;

    w->count = 0;
    w->done = 0;
    if (!w->shelf->told && !tell_printers(st, w->shelf, now_ms, err))
        return false;
    if (!print_printers_queued(st, note_name, w, err))
        return false;
    if (!polled_sweep(st, w->shelf->polled, now_ms, err))
        return false;
    for (size_t i = 0; i < w->count; i++)
        if (!sweep_one(st, w, w->names[i], now_ms, err))
            return false;
    return true;
}

/* When to look again though nobody rings; -1 for never. */
static int64_t sweep(struct shelf *s)
{
    struct sweep *w = memory_new(sizeof(*w));
    struct error err = {0};
    int64_t pause_ms = polled_sweep_ms(s->polled);
    int64_t next = pause_ms >= 0 ? spool_now_ms() + pause_ms : -1;

    w->shelf = s;
    w->command.run = run_sweep;
    if (!writer_do(s->writer, &w->command, &err)) {
        log_line(LOG_LEVEL_WARNING, "print.unswept", "reason=\"%s\"", err.text);
        next = spool_now_ms() + TRY_AGAIN_MS;
    } else {
        s->told = true;
        if (w->done >= AT_ONCE)
            next = spool_now_ms();
    }
    free(w);
    return next;
}

static void *shelf_thread(void *arg)
{
    struct shelf *s = arg;

    while (!atomic_load(&s->stopping)) {
        int64_t next = sweep(s);

        if (!atomic_load(&s->stopping))
            spool_bell_wait(&s->bell, next);
    }
    return NULL;
}

struct shelf *shelf_start(const struct printers *printers, struct polled_list *polled,
                          struct writer *writer)
{
    struct shelf *s = memory_new(sizeof(*s));

    s->printers = printers;
    s->writer = writer;
    s->polled = polled;
    spool_bell_open(&s->bell);
    if (pthread_create(&s->thread, NULL, shelf_thread, s) != 0)
        abort();
    return s;
}

void shelf_wake(struct shelf *s)
{
    spool_bell_ring(&s->bell);
}

void shelf_stop(struct shelf *s)
{
    atomic_store(&s->stopping, true);
    shelf_wake(s);
    pthread_join(s->thread, NULL);
}

void shelf_free(struct shelf *s)
{
    spool_bell_close(&s->bell);
    free(s);
}
