/*
 * press.c — see press.h.
 */
#include "work/press.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"

enum { MOST_WAITING = 1024, LOOK_MS = 1000 };

struct press {
    const struct settings *settings;
    struct tickets *tickets; /* NULL: what came with the program */
    struct world *world;
    _Atomic bool closed;
    struct mailbox *box;
    pthread_t thread;
};

/* == Rendering ==================================================================== */

/* What the code is for. A text is sent as it is with one digit added; the scale stands
 * where people look before they write, each digit beside its word. */
static const char *caption(bool by_sms, bool english)
{
    static const char zh[] = "办结后扫码发短信，末尾写一个数字" SLIP_NEXT
                             "5非常满意 4满意 3基本满意" SLIP_NEXT "2不满意 1非常不满意";
    static const char en[] =
        "After your visit, scan and send" SLIP_NEXT "with one digit added:" SLIP_NEXT
        "5 very satisfied, 4 satisfied," SLIP_NEXT "3 basically satisfied," SLIP_NEXT
        "2 dissatisfied," SLIP_NEXT "1 very dissatisfied";

    if (by_sms)
        return english ? en : zh;
    return english ? "Scan to follow and rate" : "扫码看排队、评价服务";
}

static void values_of(const struct slip_facts *f, bool english, struct slip_values *v)
{
    *v = (struct slip_values){.text = {
                                  [SLIP_HALL] = f->hall,
                                  [SLIP_SERVICE] = f->service,
                                  [SLIP_NUMBER] = f->number,
                                  [SLIP_WINDOW_HINT] = english ? f->hint_en : f->hint_zh,
                                  [SLIP_AHEAD] = f->ahead,
                                  [SLIP_WAIT_MIN] = f->wait,
                                  [SLIP_TAKEN_AT] = f->taken_at,
                                  [SLIP_QR_URL] = f->qr,
                                  [SLIP_SHORT_CODE] = f->short_code,
                                  [SLIP_CAPTION] = caption(f->by_sms, english),
                                  [SLIP_ROOT] = f->root,
                              }};
}

/*
 * A reprint is marked above everything else, whatever the template says: a second paper
 * with the same number must be known for one.
 */
static bool compose(const struct ticket_template *t, const struct slip_facts *facts,
                    const struct profile *profile, struct slip *slip, struct error *err)
{
    struct buf text = buf_new(SLIP_TEMPLATE_MAX + 64);
    struct slip_values values;
    bool ok;

    values_of(facts, t->english, &values);
    if (facts->copy == 0)
        return slip_compose(t->text, t->length, &values, profile, slip, err);
    buf_add_text(&text, t->english ? "\"^REPRINT\n" : "\"^补打\n");
    buf_add(&text, t->text, t->length);
    ok = slip_compose(buf_text(&text), text.length, &values, profile, slip, err);
    buf_free(&text);
    return ok;
}

static bool render_slip(const struct tickets *tickets, const struct slip_facts *facts,
                        const struct profile *profile, enum slip_format format,
                        struct printer_cache *cache, struct buf *out, int *dots,
                        struct error *err)
{
    const struct ticket_template t = tickets_find(tickets, facts->lang);
    struct slip slip = {0};
    bool ok = compose(&t, facts, profile, &slip, err) &&
              slip_render_cached(&slip, profile, format, cache, out, err);

    *dots = slip.dots;
    slip_free(&slip);
    return ok;
}

bool press_render(const struct slip_facts *facts, const struct profile *profile,
                  enum slip_format format, struct buf *out, struct error *err)
{
    int dots;

    return render_slip(NULL, facts, profile, format, NULL, out, &dots, err);
}

/* == The renderer ================================================================= */

static void render(struct press *p, struct printer_cache *cache,
                   struct press_order *order)
{
    struct profile profile;

    order->ok = printer_profile(p->settings, order->profile, &profile, &order->err) &&
                render_slip(p->tickets, &order->facts, &profile, order->format, cache,
                            order->out, &order->dots, &order->err);
    order->done(order);
}

static void *renderer_thread(void *arg)
{
    struct press *p = arg;
    struct printer_cache *cache = printer_cache_new();
    int wait_ms = tickets_watched(p->tickets) ? LOOK_MS : -1;
    bool over = false;

    printer_cache_warm(cache); /* the first citizen does not wait for fonts */
    while (!over) {
        bool closed = atomic_load(&p->closed); /* asked first: a mail may come between */
        struct mail *m;

        m = mailbox_take(p->box, 1, wait_ms);
        over = m == NULL && closed;
        if (p->tickets != NULL)
            tickets_renew(p->tickets, p->world->mono_ms(p->world));
        if (m != NULL)
            render(p, cache, (struct press_order *)m);
    }
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

struct press *press_start(const struct settings *settings, struct tickets *tickets,
                          struct world *world)
{
    struct press *p = memory_new(sizeof(*p));

    p->settings = settings;
    p->tickets = tickets;
    p->world = world;
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
    atomic_store(&p->closed, true);
    pthread_join(p->thread, NULL);
    mailbox_free(p->box);
    free(p);
}
