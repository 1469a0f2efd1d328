/*
 * spool.c — see spool.h.
 *
 * Promise: before a byte leaves us the store says "sending", so that a crash leaves the
 * job unconfirmed and nobody prints it a second time by himself. What happened to one job
 * and the claim of the next go into one transaction; where the store refuses it, it is
 * offered again until the store takes it, and nothing is printed meanwhile. Not here:
 * what is spoken with the printer (printers/way.c), jobs of printers without a thread
 * (spool_shelf.c, polled.c).
 */
#include "work/spool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "work/spool_part.h"

enum {
    RETRY_MS = 2000,     /* between two looks at a printer for which jobs wait */
    UNWELL_MS = 10000,   /* and for which none do */
    LOOK_LEAST_MS = 500, /* a new job lets us look again, but not sooner than this */
    MS_A_ROW_10 = 25, /* tenths of a millisecond a row of dots takes, at 50 mm a second */
    DOTS_A_MM = 8,
    CUT_MM = 15 /* fed beyond the last row, up to the cutter */
};

/* What became of the job in hand, how the printer stands, and the next job. */
struct round {
    struct command command;
    const struct feeder *feeder;
    int64_t job;       /* that has ended or goes back, until it is booked; 0 for none */
    const char *state; /* NULL: it goes back */
    const char *level; /* NULL for none */
    char reason[240];  /* "" for none */
    int used_mm;
    bool begins; /* the first one: what has an earlier life of the program left behind? */
    bool torn;   /* a paper of which nobody knows how far it came */
    bool wants;  /* the next one */
    bool found;
    struct print_job next;
    struct slip_facts facts;
    bool waits; /* a job is queued for this printer */
};

/* One printer with its thread. */
struct feeder {
    struct spool *spool;
    const struct printer *printer;
    struct spool_bell bell;
    pthread_t thread;
    struct way_known known;
    unsigned signs;
    char trouble[240];
    bool told;  /* signs and trouble are in the store */
    bool doubt; /* it must be looked at before the next job */
    bool rung;  /* it was woken by somebody, not by the time */
    bool waits; /* jobs are queued for it */
    int64_t looked_ms;
    struct round round;
    /* Under the bell's lock. While it is idle the writer may fill the round. */
    bool idle;
    bool offered; /* a job was claimed; whether it is committed is not known yet */
    bool given;   /* it is */
};

struct spool {
    const struct token_way *way;
    struct press *press;
    struct writer *writer;
    struct printers printers;
    struct feeder feeders[PRINTERS_MOST];
    size_t count;
    struct polled_list *polled;
    struct shelf *shelf;
    _Atomic bool stopping;
};

/* == The bell ===================================================================== */

int64_t spool_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void spool_bell_open(struct spool_bell *bell)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&bell->rung, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&bell->lock, NULL);
}

void spool_bell_close(struct spool_bell *bell)
{
    pthread_cond_destroy(&bell->rung);
    pthread_mutex_destroy(&bell->lock);
}

void spool_bell_ring(struct spool_bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    bell->waiting = true;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
}

/* Until it rings (true) or the time has come; the lock is held. */
static bool wait_locked(struct spool_bell *bell, int64_t until_ms)
{
    struct timespec t = {.tv_sec = until_ms / 1000,
                         .tv_nsec = until_ms % 1000 * 1000000L};
    bool rung;
    int late = 0;

    while (!bell->waiting && late == 0)
        late = until_ms >= 0 ? pthread_cond_timedwait(&bell->rung, &bell->lock, &t)
                             : pthread_cond_wait(&bell->rung, &bell->lock);
    rung = bell->waiting;
    bell->waiting = false;
    return rung;
}

bool spool_bell_wait(struct spool_bell *bell, int64_t until_ms)
{
    bool rung;

    pthread_mutex_lock(&bell->lock);
    rung = wait_locked(bell, until_ms);
    pthread_mutex_unlock(&bell->lock);
    return rung;
}

/* == One round with the store ===================================================== */

static bool book_job(struct store *st, const struct round *r, int64_t now_ms,
                     struct error *err)
{
    const char *reason = r->reason[0] != '\0' ? r->reason : NULL;
    bool changed;

    if (r->job == 0)
        return true;
    if (r->state == NULL)
        return print_job_back(st, r->job, reason, now_ms, err);
    return print_job_end(st, r->job, r->state, r->level, reason, now_ms, &changed, err) &&
           (!changed || printer_record_count(st, r->feeder->printer->name, r->state, 1,
                                             r->used_mm, err));
}

static bool book_printer(struct store *st, const struct feeder *f, int64_t now_ms,
                         struct error *err)
{
    struct printer_record record = {.signs = f->signs, .roll_mm = f->printer->roll_mm};

    if (f->told)
        return true;
    snprintf(record.name, sizeof(record.name), "%s", f->printer->name);
    snprintf(record.way, sizeof(record.way), "%s", f->printer->way_name);
    snprintf(record.trouble, sizeof(record.trouble), "%s", f->trouble);
    return printer_record_set(st, &record, now_ms, err);
}

bool spool_expire(struct store *st, const struct printer *p, int64_t now_ms,
                  struct error *err)
{
    int64_t count;

    if (!print_jobs_expire(st, p->name, now_ms - p->job_age_ms,
                           "It waited too long for the printer; its number may be over.",
                           now_ms, &count, err))
        return false;
    return count == 0 || printer_record_count(st, p->name, "failed", count, 0, err);
}

/* A ticket that cannot be told must not stop those behind it. */
static bool claim(struct store *st, struct round *r, int64_t now_ms, struct error *err)
{
    const char *name = r->feeder->printer->name;

    for (;;) {
        struct error why = {0};
        bool changed;

        if (!print_job_claim(st, name, now_ms, &r->next, &r->found, err))
            return false;
        if (!r->found || slip_facts_read(st, r->next.ticket_id, r->feeder->spool->way,
                                         r->next.copy, &r->facts, &why))
            return true;
        if (why.kind != ERROR_ABSENT) {
            *err = why;
            return false;
        }
        if (!print_job_end(st, r->next.id, "failed", NULL, why.text, now_ms, &changed,
                           err))
            return false;
    }
}

static bool run_round(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    struct round *r = (struct round *)c;
    struct printer_record record;
    bool known;

    r->found = r->waits = false;
    if (r->begins && !print_job_torn(st, r->feeder->printer->name, &r->torn, err))
        return false;
    if (!book_job(st, r, now_ms, err) || !book_printer(st, r->feeder, now_ms, err) ||
        !spool_expire(st, r->feeder->printer, now_ms, err))
        return false;
    if (r->wants)
        return claim(st, r, now_ms, err);
    if (!printer_record_get(st, r->feeder->printer->name, &record, &known, err))
        return false;
    r->waits = known && record.waiting > 0;
    return true;
}

/* False where the store refuses: its disk is full, or it ends. Then nothing is claimed,
 * and what is to be booked waits for the next round; where there is none any more, the
 * job stays "sending" until the next start makes it unconfirmed. */
static bool do_round(struct feeder *f, struct round *r)
{
    struct error err = {0};

    r->command = (struct command){.run = run_round};
    r->feeder = f;
    if (!writer_do(f->spool->writer, &r->command, &err)) {
        log_line(LOG_LEVEL_WARNING, "print.unbooked", "printer=%s job=%lld reason=\"%s\"",
                 f->printer->name, (long long)r->job, err.text);
        r->found = false;
        f->waits = true;
        f->doubt = true; /* so that it is tried again soon */
        return false;
    }
    if (r->begins)
        f->known.torn = r->torn;
    r->begins = false;
    r->job = 0;
    f->told = true;
    f->waits = r->waits;
    return true;
}

/* == One printer ================================================================== */

static void stand(struct feeder *f, unsigned signs, const char *trouble)
{
    if (f->signs == signs && strcmp(f->trouble, trouble) == 0)
        return;
    if (strcmp(f->trouble, trouble) != 0)
        log_line(trouble[0] != '\0' ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE,
                 trouble[0] != '\0' ? "printer.trouble" : "printer.well",
                 "name=%s reason=\"%s\"", f->printer->name, trouble);
    f->signs = signs;
    snprintf(f->trouble, sizeof(f->trouble), "%s", trouble);
    f->told = false;
}

/* Asks the printer how it is. True where it may get a job. */
static bool look(struct feeder *f)
{
    struct error err = {0};
    unsigned signs;
    bool well;

    well = way_look(&f->printer->way, &f->known, &signs, &err) && !printer_blocked(signs);
    f->looked_ms = spool_now_ms();
    stand(f, signs,
          well                     ? ""
          : err.kind != ERROR_NONE ? err.text
                                   : printer_advice(signs, true));
    f->doubt = !well;
    return well;
}

static int millimetres(int dots)
{
    return dots / DOTS_A_MM + CUT_MM;
}

/* What the next round has to book of this job. */
static void note_fate(struct feeder *f, struct round *r, const struct way_result *result,
                      const struct error *err)
{
    r->job = r->next.id;
    r->level = NULL;
    snprintf(r->reason, sizeof(r->reason), "%s", err->text);
    r->state = "unconfirmed";
    if (result->fate == DELIVERY_PRINTED) {
        r->state = "printed";
        r->level = confirmation_word(result->reached);
        r->reason[0] = '\0';
    } else if (result->fate == DELIVERY_NOTHING) {
        r->state = NULL;
        r->used_mm = 0;
    }
    f->doubt = result->fate != DELIVERY_PRINTED || printer_blocked(result->signs);
    stand(f, result->signs,
          result->fate == DELIVERY_NOTHING ? err->text
          : f->doubt                       ? printer_advice(result->signs, true)
                                           : "");
}

/* Makes and sends the job that was claimed. */
static void print(struct feeder *f, struct round *r)
{
    struct error err = {0};
    struct buf bytes = buf_new(PRINTER_BYTES_MAX);
    struct press_order order = {.facts = r->facts,
                                .profile = f->printer->profile.name,
                                .format = f->printer->way.terms.pictures
                                              ? SLIP_PNG
                                              : printer_format(&f->printer->profile),
                                .out = &bytes};
    struct way_result result;

    if (!press_do(f->spool->press, &order, &err)) {
        r->job = r->next.id;
        r->state = "failed";
        r->level = NULL;
        snprintf(r->reason, sizeof(r->reason), "%s", err.text);
        r->used_mm = 0;
    } else {
        r->used_mm = millimetres(order.dots);
        if (!way_carry(&f->printer->way, &f->known, &bytes, order.dots * MS_A_ROW_10 / 10,
                       &result, &err))
            log_line(LOG_LEVEL_WARNING, "print.troubled",
                     "printer=%s job=%lld reason=\"%s\" cause=\"%s\"", f->printer->name,
                     (long long)r->next.id, err.text, err.cause);
        note_fate(f, r, &result, &err);
    }
    buf_free(&bytes);
}

static bool stopping(const struct feeder *f)
{
    return atomic_load(&f->spool->stopping);
}

/* Prints the job that was given, if one was, and what is queued until nothing is or the
 * printer is not well any more. */
static void print_all(struct feeder *f, bool given)
{
    struct round *r = &f->round;

    for (;; given = false) {
        r->wants = !f->doubt && !stopping(f);
        if (!given && (!do_round(f, r) || !r->found))
            break;
        print(f, r);
    }
}

/* When the printer is looked at next though nobody rings; -1 for never. Whoever rang too
 * soon after the last look is answered as soon as may be. */
static int64_t next_look(const struct feeder *f)
{
    if (f->doubt && f->rung)
        return f->looked_ms + LOOK_LEAST_MS;
    if (f->doubt)
        return f->looked_ms + (f->waits ? RETRY_MS : UNWELL_MS);
    return f->printer->look_ms > 0 ? f->looked_ms + f->printer->look_ms : -1;
}

static bool look_is_due(const struct feeder *f)
{
    int64_t since = spool_now_ms() - f->looked_ms;

    if (f->doubt)
        return since >= LOOK_LEAST_MS;
    return f->printer->look_ms > 0 && since >= f->printer->look_ms;
}

static void turn(struct feeder *f, bool given)
{
    if (!given && look_is_due(f))
        look(f);
    print_all(f, given);
    /* A job of which nobody knows: what does the printer say now? */
    if (f->doubt && look_is_due(f) && !stopping(f) && look(f))
        print_all(f, false);
}

/* Waits for a ring or the next look. True where the writer has given a job meanwhile. */
static bool wait_for_job(struct feeder *f)
{
    bool given;

    pthread_mutex_lock(&f->bell.lock);
    f->idle = !f->doubt;
    f->rung = wait_locked(&f->bell, next_look(f));
    f->idle = false;
    while (f->offered)
        wait_locked(&f->bell, -1); /* spool_settle rings in any case */
    given = f->given;
    f->given = false;
    pthread_mutex_unlock(&f->bell.lock);
    return given;
}

static void *feeder_thread(void *arg)
{
    struct feeder *f = arg;

    turn(f, false);
    while (!stopping(f)) {
        bool given = wait_for_job(f);

        if (given || !stopping(f))
            turn(f, given); /* what was given is being sent by the store */
    }
    return NULL;
}

/* == All of them ================================================================== */

bool spool_has_thread(const struct printer *p)
{
    return !p->broken && (p->way.ops->traits & (WAY_SHOWS | WAY_POLLED)) == 0;
}

static void start_feeder(struct spool *s, const struct printer *p)
{
    struct feeder *f = &s->feeders[s->count++];

    f->spool = s;
    f->printer = p;
    f->signs = PRINTER_UNKNOWN;
    f->doubt = p->look_ms > 0;
    f->looked_ms = -LOOK_LEAST_MS;
    f->known.leaving = &s->stopping;
    f->round.begins = true;
    spool_bell_open(&f->bell);
    if (pthread_create(&f->thread, NULL, feeder_thread, f) != 0)
        abort();
}

struct spool *spool_start(const struct settings *settings, const struct token_way *way,
                          struct press *press, struct writer *writer)
{
    struct spool *s = memory_new(sizeof(*s));

    s->way = way;
    s->press = press;
    s->writer = writer;
    printers_read(settings, &s->printers);
    for (size_t i = 0; i < s->printers.count; i++) {
        const struct printer *p = &s->printers.list[i];

        if (p->broken)
            log_line(LOG_LEVEL_WARNING, "printer.stand_in", "name=%s reason=\"%s\"",
                     p->name, p->why.text);
        if (spool_has_thread(p))
            start_feeder(s, p);
    }
    s->polled = polled_new(&s->printers, way);
    s->shelf = shelf_start(&s->printers, s->polled, writer);
    return s;
}

static bool is_rung(const struct store_rings *rings, const char *printer)
{
    if (rings->count > STORE_RINGS)
        return true;
    for (int i = 0; i < rings->count; i++)
        if (strcmp(rings->printer[i], printer) == 0)
            return true;
    return false;
}

void spool_wake(struct spool *s)
{
    for (size_t i = 0; i < s->count; i++)
        spool_bell_ring(&s->feeders[i].bell);
    shelf_wake(s->shelf);
}

/* The claim stands or falls with the transaction; one that fails alone takes nothing
 * else down. */
static bool offer(struct feeder *f, struct store *st, int64_t now_ms)
{
    struct error err = {0};
    bool ok;

    f->round.feeder = f;
    f->round.job = 0;
    f->round.wants = true;
    if (!db_savepoint(st->db, &err))
        return false;
    ok = run_round(st, &f->round.command, now_ms, &err) && f->round.found;
    if (ok)
        return db_release(st->db, &err);
    if (!db_undo(st->db, &err))
        log_line(LOG_LEVEL_WARNING, "print.unclaimed", "printer=%s reason=\"%s\"",
                 f->printer->name, err.text);
    return false;
}

void spool_offer(struct spool *s, struct store *st, int64_t now_ms)
{
    for (size_t i = 0; i < s->count; i++) {
        struct feeder *f = &s->feeders[i];

        if (!is_rung(&st->rings, f->printer->name))
            continue;
        pthread_mutex_lock(&f->bell.lock);
        if (f->idle)
            f->offered = offer(f, st, now_ms);
        f->idle = f->idle && !f->offered;
        pthread_mutex_unlock(&f->bell.lock);
    }
}

void spool_settle(struct spool *s, const struct store_rings *rings, bool committed)
{
    int own = 0;

    for (size_t i = 0; i < s->count; i++) {
        struct feeder *f = &s->feeders[i];

        if (!is_rung(rings, f->printer->name))
            continue;
        own++;
        pthread_mutex_lock(&f->bell.lock);
        if (f->offered) { /* else the round is the thread's own, or was given already */
            f->given = committed;
            f->told |= committed;
            f->offered = false;
        }
        pthread_mutex_unlock(&f->bell.lock);
        spool_bell_ring(&f->bell);
    }
    if (committed && own < rings->count)
        shelf_wake(s->shelf);
}

const struct printers *spool_printers(const struct spool *s)
{
    return &s->printers;
}

struct polled_list *spool_polled(const struct spool *s)
{
    return s->polled;
}

void spool_stop(struct spool *s)
{
    if (s == NULL)
        return;
    atomic_store(&s->stopping, true);
    spool_wake(s);
    for (size_t i = 0; i < s->count; i++)
        pthread_join(s->feeders[i].thread, NULL);
    shelf_stop(s->shelf);
}

void spool_free(struct spool *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        spool_bell_close(&s->feeders[i].bell);
    shelf_free(s->shelf);
    polled_free(s->polled);
    free(s);
}
