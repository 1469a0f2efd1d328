/*
 * slip.c — microseconds to make one ticket, on one core, for tests/bench/slip.mjs.
 *
 *     slip [ROUNDS [NAME]]
 *
 * Every ticket differs in number, people ahead, time and code. A line of JSON for each
 * measure: the median of the rounds, and bytes and rows of the last ticket. Fonts are
 * warm. "new" begins each ticket with an empty cache, "kept" goes on with one cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/pack.h"
#include "domain/slip.h"
#include "printers/printer.h"
#include "printers/profile.h"

enum { TICKETS = 50 };

struct ticket {
    char number[8], ahead[8], wait[16], taken_at[24], url[64], code[12];
};

struct measure {
    const char *name, *profile, *encoding;
    enum slip_format format;
    bool fresh; /* an empty cache for each ticket */
    int only;   /* 1: compose, 2: the QR code, 0: all of it */
};

static const struct measure measures[] = {
    {.name = "compose", .profile = "80mm", .only = 1},
    {.name = "qr", .profile = "80mm", .only = 2},
    {.name = "text", .profile = "80mm", .encoding = "gb18030"},
    {.name = "text", .profile = "58mm", .encoding = "gb18030"},
    {.name = "raster new", .profile = "80mm", .encoding = "raster", .fresh = true},
    {.name = "raster new", .profile = "58mm", .encoding = "raster", .fresh = true},
    {.name = "raster kept", .profile = "80mm", .encoding = "raster"},
    {.name = "raster kept", .profile = "58mm", .encoding = "raster"},
    {.name = "png kept", .profile = "80mm", .format = SLIP_PNG},
    {.name = "svg", .profile = "80mm", .format = SLIP_SVG},
};

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void draw_ticket(struct ticket *t)
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static unsigned long long state = 88172645463325252ULL;
    size_t length = (size_t)sprintf(t->url, "https://pj.example.cn/t/");
    unsigned r;

    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    r = (unsigned)(state >> 20);
    snprintf(t->number, sizeof(t->number), "%c%03u", 'A' + (int)(r % 8), r % 1000);
    snprintf(t->ahead, sizeof(t->ahead), "%u", r % 60);
    snprintf(t->wait, sizeof(t->wait), "%u–%u", r % 50, r % 50 + 15);
    snprintf(t->taken_at, sizeof(t->taken_at), "2026-11-%02u %02u:%02u", r % 28 + 1,
             r % 9 + 9, r % 60);
    for (int i = 0; i < 26; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        t->url[length++] = symbols[state % 32];
        if (i < 8)
            t->code[i] = symbols[state % 32];
    }
    t->url[length] = '\0';
    t->code[8] = '\0';
}

static struct slip_values values_of(const struct ticket *t)
{
    return (struct slip_values){{
        [SLIP_HALL] = "新城区政务服务中心",
        [SLIP_SERVICE] = "不动产登记",
        [SLIP_NUMBER] = t->number,
        [SLIP_WINDOW_HINT] = "请到 3、4、5 号窗口区域等候",
        [SLIP_AHEAD] = t->ahead,
        [SLIP_WAIT_MIN] = t->wait,
        [SLIP_TAKEN_AT] = t->taken_at,
        [SLIP_QR_URL] = t->url,
        [SLIP_SHORT_CODE] = t->code,
        [SLIP_CAPTION] = "扫码评价本次服务",
    }};
}

static void must(bool ok, const struct error *err)
{
    if (ok)
        return;
    fprintf(stderr, "slip: %s (%s)\n", err->text, err->cause);
    exit(1);
}

/* One ticket; its microseconds, and what came of it. */
static double once(const struct measure *m, const struct profile *p,
                   struct printer_cache *cache, struct buf *out, int *rows)
{
    static const char name[] = "templates/tickets/normal.receipt";
    const struct pack_file *file = pack_find(name);
    struct ticket t;
    struct slip_values values;
    struct error err = {0};
    struct slip slip = {0};
    struct qr qr;
    double start;

    draw_ticket(&t);
    values = values_of(&t);
    if (m->fresh)
        printer_cache_forget(cache);
    buf_clear(out);
    start = now_us();
    if (m->only == 2) {
        must(qr_encode(t.url, &qr, &err), &err);
        return now_us() - start;
    }
    must(slip_compose((const char *)file->bytes, file->length, &values, p, &slip, &err),
         &err);
    if (m->only == 0)
        must(slip_render_cached(&slip, p, m->format, cache, out, &err), &err);
    start = now_us() - start;
    *rows = slip.dots;
    slip_free(&slip);
    return start;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void run(const struct measure *m, int rounds)
{
    struct printer_cache *cache = printer_cache_new();
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    double *us = memory_new((size_t)rounds * sizeof(*us));
    struct error err = {0};
    struct profile p;
    int rows = 0;

    must(profile_builtin(m->profile, &p, &err), &err);
    if (m->encoding != NULL)
        must(profile_set(&p, "encoding", m->encoding, &err), &err);
    printer_cache_warm(cache);
    for (int i = 0; i < TICKETS; i++)
        once(m, &p, cache, &out, &rows);
    for (int i = 0; i < rounds; i++)
        us[i] = once(m, &p, cache, &out, &rows);
    qsort(us, (size_t)rounds, sizeof(*us), by_size);
    printf("{\"name\":\"%s\",\"profile\":\"%s\",\"us\":%.1f,\"least_us\":%.1f,\"p99_us\":"
           "%.1f,"
           "\"bytes\":%zu,\"rows\":%d}\n",
           m->name, m->profile, us[rounds / 2], us[0], us[rounds * 99 / 100], out.length,
           rows);
    free(us);
    buf_free(&out);
    printer_cache_free(cache);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 1000;

    for (size_t i = 0; i < LENGTH(measures) && rounds > 0; i++)
        if (argc < 3 || strcmp(argv[2], measures[i].name) == 0)
            run(&measures[i], rounds);
    return 0;
}
