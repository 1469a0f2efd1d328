/*
 * http_answer.c — what every answer carries, and the counting of answers.
 *
 * Promise: the house's headers are composed once, at the start, and a problem always has
 * a status, whatever its writer left out. Not here: sending (http.c).
 */
#include "web/http_inner.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "web/accept.h"
#include "web/gzip.h"

/* Bytes: less fits one packet anyway, more would hold the loop for too long. */
enum { PACK_LEAST = 1000, PACK_MOST = 512 * 1024 };

const unsigned http_bucket_ms[HTTP_BUCKETS - 1] = {1, 5, 10, 25, 50, 100, 250, 1000};

static void house_add(struct http *h, const char *name, const char *value)
{
    h->house[h->house_count++] = (struct exchange_pair){name, value};
}

static void stats_name(struct http_route_metrics *m, const struct route *route,
                       const char *name)
{
    m->route = route;
    m->name = name;
}

void answer_prepare(struct http *h)
{
    const char *base = h->config.base_url, *csp = h->config.csp;
    size_t routes = h->config.route_count;

    house_add(h, "Cache-Control", "no-store");
    house_add(h, "Content-Security-Policy",
              csp != NULL
                  ? csp
                  : "default-src 'none'; script-src 'self'; style-src 'self'; "
                    "img-src 'self' data:; media-src 'self'; connect-src 'self'; "
                    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    if (base != NULL && strncasecmp(base, "https://", 8) == 0)
        house_add(h, "Strict-Transport-Security", "max-age=63072000; includeSubDomains");
    house_add(h, "X-Content-Type-Options", "nosniff");
    house_add(h, "Referrer-Policy", "same-origin");
    house_add(h, "Cross-Origin-Opener-Policy", "same-origin");
    house_add(h, "Cross-Origin-Resource-Policy", "same-origin");
    house_add(h, "Permissions-Policy", "geolocation=(), camera=(), microphone=()");

    h->stats = memory_new((routes + 2) * sizeof(*h->stats));
    for (size_t i = 0; i < routes; i++)
        stats_name(&h->stats[i], &h->config.routes[i], h->config.routes[i].pattern);
    stats_name(&h->stats[routes], NULL, "unmatched");
    stats_name(&h->stats[routes + 1], NULL, "refused");
}

bool answer_has(const struct exchange *x, const char *name)
{
    for (const struct exchange_header *h = x->own.headers; h != NULL; h = h->next)
        if (strcasecmp(h->name, name) == 0)
            return true;
    return false;
}

void answer_problem(struct http *h, struct exchange *x, int status, const char *text)
{
    exchange_restart(x);
    h->config.problem(x, status, text);
    if (x->own.status == 0)
        exchange_answer(x, status, NULL);
    if (status == 503 && !answer_has(x, "Retry-After"))
        exchange_header_add(x, "Retry-After", "2");
}

/*
 * Whether an attacker could put a text of his own beside a secret of the visitor's into
 * one answer, and learn the secret from its length (CVE-2013-3587): only where both a
 * cookie and a query came. Pages that a visitor's key or token opens reflect nothing.
 */
static bool length_may_tell(const struct exchange *x)
{
    return x->query_count > 0 && exchange_header(x, "Cookie") != NULL;
}

/* Two answers may mean the same and differ in bytes from now on: a weak validator. */
static void weaken_tag(struct exchange *x)
{
    for (struct exchange_header *a = x->own.headers; a != NULL; a = a->next)
        if (strcasecmp(a->name, "ETag") == 0 && a->value[0] == '"') {
            size_t length = strlen(a->value);
            char *weak = exchange_memory(x, length + 3);

            memcpy(weak, "W/", 2);
            memcpy(weak + 2, a->value, length + 1);
            a->value = weak;
        }
}

void answer_pack(struct exchange *x)
{
    size_t length = x->own.bytes != NULL ? x->own.length : x->answer.length;
    const char *bytes = x->own.bytes != NULL ? x->own.bytes : buf_text(&x->answer);
    struct buf packed;

    if (!gzip_helps(x->own.content_type) || answer_has(x, "Content-Encoding"))
        return;
    exchange_header_add(x, "Vary", "Accept-Encoding");
    if (length < PACK_LEAST || length > PACK_MOST || length_may_tell(x) ||
        !accept_gzip(exchange_header(x, "Accept-Encoding")))
        return;
    packed = buf_new(length);
    if (gzip_pack(bytes, length, &packed)) {
        buf_free(&x->answer);
        x->answer = packed;
        x->own.bytes = NULL;
        exchange_header_add(x, "Content-Encoding", "gzip");
        weaken_tag(x);
    } else {
        buf_free(&packed); /* it would not have become smaller */
    }
}

void answer_count(struct http *h, const struct exchange *x)
{
    size_t row = h->config.route_count + 1, bucket = 0;
    int64_t took_ms = http_now(h) - x->start_ms;
    struct http_route_metrics *m;

    if (x->own.refused == 0)
        row = x->route != NULL ? x->own.route_index : h->config.route_count;
    m = &h->stats[row];
    if (x->own.status >= 100 && x->own.status < 600)
        m->by_class[x->own.status / 100 - 1]++;
    while (bucket < HTTP_BUCKETS - 1 && took_ms > http_bucket_ms[bucket])
        bucket++;
    m->by_bucket[bucket]++;
    m->sum_ms += took_ms > 0 ? (uint64_t)took_ms : 0;
}

struct http_metrics
http_metrics(struct http *h, void (*each)(void *arg, const struct http_route_metrics *m),
             void *arg)
{
    for (size_t i = 0; i < h->config.route_count + 2; i++)
        each(arg, &h->stats[i]);
    return h->totals;
}
