/*
 * press.c — see press.h.
 */
#include "work/press.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/pack.h"
#include "printers/profile.h"
#include "store/print_store.h"

enum { MOST_WAITING = 1024, MOST_PRINTERS = 64 };

/* One printer of the settings. */
struct printer {
    struct press *press;
    char name[64];
    struct profile profile;
    struct way way;
    struct way_known known;
    bool broken; /* `why` says why; its jobs fail with that sentence */
    struct error why;
    struct mailbox *spool; /* NULL for ways that do not block */
    pthread_t thread;
};

struct press {
    const struct settings *settings;
    const char *base_url;
    _Atomic(struct writer *) writer; /* NULL until press_attach */
    struct mailbox *box;
    pthread_t thread;
    struct press_order nudge; /* "look into the store"; in the box at most once */
    _Atomic bool nudged;
    struct printer printer[MOST_PRINTERS];
    size_t printers;
};

/* == Profiles and rendering
 * ================================================================== */

static bool profile_of_settings(const struct settings *s, const char *name,
                                struct profile *out, struct error *err)
{
    static const char *const keys[] = {"dots", "columns", "qr_dots", "encoding",
                                       "cutter"};

    if (!profile_builtin("80mm", out, err))
        return false;
    for (size_t i = 0; i < LENGTH(keys); i++)
        if (!profile_set(out, keys[i],
                         settings_text(s, settings_key("profile", name, keys[i]).text),
                         err))
            return false;
    snprintf(out->name, sizeof(out->name), "%s", name);
    return profile_check(out, err);
}

bool press_profile(const struct settings *settings, const char *name, struct profile *out,
                   struct error *err)
{
    struct error ignored = {0};

    if (settings != NULL && settings_instance_exists(settings, "profile", name))
        return profile_of_settings(settings, name, out, err);
    if (profile_builtin(name, out, &ignored))
        return true;
    return error_field(err, "printer",
                       "There is no printer profile %.40s. Try 80mm or 58mm.", name);
}

static void values_of(const struct slip_facts *f, struct slip_values *v)
{
    *v = (struct slip_values){.text = {
                                  [SLIP_HALL] = f->hall,
                                  [SLIP_SERVICE] = f->service,
                                  [SLIP_NUMBER] = f->number,
                                  [SLIP_WINDOW_HINT] = f->window_hint,
                                  [SLIP_AHEAD] = f->ahead,
                                  [SLIP_WAIT_MIN] = f->wait,
                                  [SLIP_TAKEN_AT] = f->taken_at,
                                  [SLIP_QR_URL] = f->url,
                                  [SLIP_SHORT_CODE] = f->short_code,
                                  [SLIP_CAPTION] = f->caption,
                              }};
}

bool press_render(const struct slip_facts *facts, const struct profile *profile,
                  enum slip_format format, struct buf *out, struct error *err)
{
    const struct pack_file *file =
        pack_find(facts->english ? "templates/tickets/normal.en.receipt"
                                 : "templates/tickets/normal.receipt");
    struct slip_values values;
    struct slip slip = {0};
    bool ok;

    values_of(facts, &values);
    ok = slip_compose((const char *)file->bytes, file->length, &values, profile, &slip,
                      err) &&
         slip_render(&slip, profile, format, out, err);
    slip_free(&slip);
    return ok;
}

/* == Jobs of the store
 * ======================================================================= */

struct claim {
    struct command command;
    const char *base_url;
    struct print_job job;
    struct slip_facts facts;
    bool found;
};

static bool run_claim(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    struct claim *claim = (struct claim *)c;

    return print_job_claim(st, now_ms, &claim->job, &claim->found, err) &&
           (!claim->found || slip_facts_read(st, claim->job.ticket_id, claim->base_url,
                                             claim->job.copy, &claim->facts, err));
}

struct booking {
    struct command command;
    int64_t job;
    const char *state, *reason;
};

static bool run_booking(struct store *st, struct command *c, int64_t now_ms,
                        struct error *err)
{
    struct booking *b = (struct booking *)c;

    return print_job_end(st, b->job, b->state, b->reason, now_ms, err);
}

static void book(struct press *p, int64_t job, const char *state, const char *reason)
{
    struct booking b = {
        .command = {.run = run_booking}, .job = job, .state = state, .reason = reason};
    struct error err = {0};

    if (!writer_do(atomic_load(&p->writer), &b.command, &err))
        log_line(LOG_LEVEL_WARNING, "print.unbooked", "job=%lld reason=\"%s\"",
                 (long long)job, err.text);
}

/* Bytes on their way to one printer. */
struct sheet {
    struct mail mail;
    int64_t job;
    struct buf bytes;
};

static void send(struct printer *pr, struct sheet *s)
{
    struct way_result result;
    struct error err = {0};

    if (way_carry(&pr->way, &pr->known, &s->bytes, 0, &result, &err))
        book(pr->press, s->job, "printed", NULL);
    else
        book(pr->press, s->job,
             result.fate == DELIVERY_UNCONFIRMED ? "unconfirmed" : "failed", err.text);
    buf_free(&s->bytes);
    free(s);
}

static void *spool_thread(void *arg)
{
    struct printer *pr = arg;
    struct mail *m;

    while ((m = mailbox_take(pr->spool, 1, -1)) != NULL)
        send(pr, (struct sheet *)m);
    return NULL;
}

static struct printer *find_printer(struct press *p, const char *name)
{
    for (size_t i = 0; i < p->printers; i++)
        if (strcmp(p->printer[i].name, name) == 0)
            return &p->printer[i];
    return NULL;
}

/* "preview" prints nothing: the page shows the ticket. A name without a section does the
 * same. */
static void print_one(struct press *p, struct claim *claim)
{
    struct printer *pr = find_printer(p, claim->job.printer);
    struct error err = {0};
    struct sheet *s;

    if (pr == NULL || (pr->way.ops != NULL && (pr->way.ops->traits & WAY_SHOWS) != 0)) {
        book(p, claim->job.id, "printed", "preview");
        return;
    }
    if (pr->broken) {
        book(p, claim->job.id, "failed", pr->why.text);
        return;
    }
    s = memory_new(sizeof(*s));
    s->job = claim->job.id;
    s->bytes = buf_new(PRINTER_BYTES_MAX);
    if (!press_render(&claim->facts, &pr->profile, SLIP_ESCPOS, &s->bytes, &err)) {
        book(p, claim->job.id, "failed", err.text);
        buf_free(&s->bytes);
        free(s);
    } else if (pr->spool == NULL) {
        send(pr, s);
    } else if (!mailbox_put(pr->spool, &s->mail)) {
        book(p, claim->job.id, "failed", "Too many tickets wait for this printer.");
        buf_free(&s->bytes);
        free(s);
    }
}

static void print_all(struct press *p)
{
    struct writer *writer = atomic_load(&p->writer);
    struct error err = {0};

    while (writer != NULL && !mailbox_closed(p->box)) {
        struct claim claim = {.command = {.run = run_claim}, .base_url = p->base_url};

        if (!writer_do(writer, &claim.command, &err)) {
            log_line(LOG_LEVEL_WARNING, "print.unclaimed", "reason=\"%s\"", err.text);
            return;
        }
        if (!claim.found)
            return;
        print_one(p, &claim);
    }
}

/* == The renderer
 * ============================================================================ */

static void render(struct press *p, struct press_order *order)
{
    struct profile profile;

    order->ok =
        press_profile(p->settings, order->profile, &profile, &order->err) &&
        press_render(&order->facts, &profile, order->format, order->out, &order->err);
    order->done(order);
}

static void *renderer_thread(void *arg)
{
    struct press *p = arg;
    struct mail *m;

    while ((m = mailbox_take(p->box, 1, -1)) != NULL) {
        if (m != &p->nudge.mail) {
            render(p, (struct press_order *)m);
            continue;
        }
        atomic_store(&p->nudged, false);
        print_all(p);
    }
    return NULL;
}

bool press_submit(struct press *p, struct press_order *order)
{
    order->ok = false;
    error_clear(&order->err);
    return mailbox_put(p->box, &order->mail);
}

void press_wake(struct press *p)
{
    if (!atomic_exchange(&p->nudged, true) && !mailbox_put(p->box, &p->nudge.mail))
        atomic_store(&p->nudged, false);
}

/* == Start and end
 * =========================================================================== */

static bool open_way(const struct settings *s, const char *name, struct way *way,
                     struct error *err)
{
    const char *kind = settings_text(s, settings_key("printer", name, "way").text);
    char address[WAY_ADDRESS_MAX + 16];

    if (strcmp(kind, "tcp") == 0)
        snprintf(address, sizeof(address), "tcp:%s",
                 settings_text(s, settings_key("printer", name, "address").text));
    else if (strcmp(kind, "file") == 0)
        snprintf(address, sizeof(address), "file:%s",
                 settings_text(s, settings_key("printer", name, "path").text));
    else
        snprintf(address, sizeof(address), "%s", kind);
    return way_read(way, address, err);
}

static void add_printer(void *self, const char *name)
{
    struct press *p = self;
    struct printer *pr = &p->printer[p->printers];

    if (p->printers == MOST_PRINTERS)
        return;
    p->printers++;
    pr->press = p;
    snprintf(pr->name, sizeof(pr->name), "%s", name);
    pr->broken =
        !open_way(p->settings, name, &pr->way, &pr->why) ||
        !press_profile(
            p->settings,
            settings_text(p->settings, settings_key("printer", name, "profile").text),
            &pr->profile, &pr->why);
    if (pr->broken) {
        log_line(LOG_LEVEL_WARNING, "printer.broken", "name=%s reason=\"%s\"", name,
                 pr->why.text);
        return;
    }
    if ((pr->way.ops->traits & WAY_SHOWS) != 0)
        return;
    pr->spool = mailbox_new(MOST_WAITING);
    if (pthread_create(&pr->thread, NULL, spool_thread, pr) != 0)
        abort();
}

struct press *press_start(const struct settings *settings, const char *base_url)
{
    struct press *p = memory_new(sizeof(*p));

    p->settings = settings;
    p->base_url = base_url;
    p->box = mailbox_new(MOST_WAITING);
    settings_instances(settings, "printer", add_printer, p);
    if (pthread_create(&p->thread, NULL, renderer_thread, p) != 0)
        abort();
    return p;
}

void press_attach(struct press *p, struct writer *writer)
{
    atomic_store(&p->writer, writer);
    press_wake(p);
}

void press_stop(struct press *p)
{
    if (p == NULL)
        return;
    mailbox_close(p->box);
    pthread_join(p->thread, NULL);
    for (size_t i = 0; i < p->printers; i++) {
        if (p->printer[i].spool == NULL)
            continue;
        mailbox_close(p->printer[i].spool);
        pthread_join(p->printer[i].thread, NULL);
        mailbox_free(p->printer[i].spool);
    }
    mailbox_free(p->box);
    free(p);
}
