/*
 * press.c — see press.h.
 */
#include "work/press.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pack.h"

enum { MOST_WAITING = 1024 };

struct press {
    const struct settings *settings;
    struct mailbox *box;
    pthread_t thread;
};

/* == Rendering ==================================================================== */

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

/*
 * The text of a slip's template. A reprint is marked above everything else, whatever the
 * template says: a second paper with the same number must be known for one.
 */
static void template_of(const struct slip_facts *facts, struct buf *out)
{
    const struct pack_file *file =
        pack_find(facts->english ? "templates/tickets/normal.en.receipt"
                                 : "templates/tickets/normal.receipt");

    if (facts->copy > 0)
        buf_add_text(out, facts->english ? "\"^REPRINT\n" : "\"^补打\n");
    buf_add(out, file->bytes, file->length);
}

static bool render_slip(const struct slip_facts *facts, const struct profile *profile,
                        enum slip_format format, struct printer_cache *cache,
                        struct buf *out, int *dots, struct error *err)
{
    struct buf text = buf_new(SLIP_TEMPLATE_MAX + 64);
    struct slip_values values;
    struct slip slip = {0};
    bool ok;

    template_of(facts, &text);
    values_of(facts, &values);
    ok = slip_compose(buf_text(&text), text.length, &values, profile, &slip, err) &&
         slip_render_cached(&slip, profile, format, cache, out, err);
    *dots = slip.dots;
    slip_free(&slip);
    buf_free(&text);
    return ok;
}

bool press_render(const struct slip_facts *facts, const struct profile *profile,
                  enum slip_format format, struct buf *out, struct error *err)
{
    int dots;

    return render_slip(facts, profile, format, NULL, out, &dots, err);
}

/* == The renderer ================================================================= */

static void render(struct press *p, struct printer_cache *cache,
                   struct press_order *order)
{
    struct profile profile;

    order->ok = printer_profile(p->settings, order->profile, &profile, &order->err) &&
                render_slip(&order->facts, &profile, order->format, cache, order->out,
                            &order->dots, &order->err);
    order->done(order);
}

static void *renderer_thread(void *arg)
{
    struct press *p = arg;
    struct printer_cache *cache = printer_cache_new();
    struct mail *m;

    printer_cache_warm(cache); /* the first citizen does not wait for fonts */
    while ((m = mailbox_take(p->box, 1, -1)) != NULL)
        render(p, cache, (struct press_order *)m);
    printer_cache_free(cache);
    return NULL;
}

bool press_submit(struct press *p, struct press_order *order)
{
    order->ok = false;
    error_clear(&order->err);
    return mailbox_put(p->box, &order->mail);
}

/* An order that somebody waits for. */
struct awaited {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool over;
};

static void awaited_done(struct press_order *order)
{
    struct awaited *a = order->self;

    pthread_mutex_lock(&a->lock);
    a->over = true;
    pthread_cond_signal(&a->finished);
    pthread_mutex_unlock(&a->lock);
}

bool press_do(struct press *p, struct press_order *order, struct error *err)
{
    struct awaited a = {.lock = PTHREAD_MUTEX_INITIALIZER,
                        .finished = PTHREAD_COND_INITIALIZER};

    order->self = &a;
    order->done = awaited_done;
    if (!press_submit(p, order))
        return error_set(err, ERROR_LATER, "Too many slips are being made. Try again.");
    pthread_mutex_lock(&a.lock);
    while (!a.over)
        pthread_cond_wait(&a.finished, &a.lock);
    pthread_mutex_unlock(&a.lock);
    if (!order->ok)
        *err = order->err;
    return order->ok;
}

struct press *press_start(const struct settings *settings)
{
    struct press *p = memory_new(sizeof(*p));

    p->settings = settings;
    p->box = mailbox_new(MOST_WAITING);
    if (pthread_create(&p->thread, NULL, renderer_thread, p) != 0)
        abort();
    return p;
}

void press_stop(struct press *p)
{
    if (p == NULL)
        return;
    mailbox_close(p->box);
    pthread_join(p->thread, NULL);
    mailbox_free(p->box);
    free(p);
}
