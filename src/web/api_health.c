/*
 * api_health.c — is the process alive, can it serve, and what did it do (Prometheus text
 * format 0.0.4). Labels come from small closed sets: never a phone, a case, a clerk or
 * free text.
 */
#include "web/api_health.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gateways/gateways.h"
#include "store/gateway_look.h"
#include "store/hook_store.h"
#include "store/metrics_store.h"
#include "store/platform_store.h"
#include "version.h"
#include "web/http.h"
#include "web/json.h"
#include "web/metric_text.h"
#include "web/printer_notice.h"
#include "web/problem.h"
#include "web/step.h"
#include "work/platform.h"
#include "work/space.h"

static void healthz(struct exchange *x)
{
    json_answer(x, 200, json_pack("{s:s}", "status", "alive"));
}

/* == Ready: the store can be written, right now
 * ============================================== */

static bool run_ready(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    (void)s;
    if (st->hall == 0)
        return error_set(err, ERROR_SETUP,
                         "There is no hall yet. Run: yiping hall import");
    return store_mark_set(st, "ready_ms", now_ms, err);
}

static void answer_ready(struct exchange *x, struct step *s)
{
    (void)s;
    json_answer(x, 200, json_pack("{s:s}", "status", "ready"));
}

static void readyz(struct exchange *x)
{
    struct step *s = step_new(x, sizeof(*s));

    step_write(s, run_ready, answer_ready);
}

/* == Metrics
 * ================================================================================= */

struct metrics_call {
    struct step step;
    struct metrics metrics; /* first the store's lines, then all others */
};

/* Gateways are named by the settings: a small closed set. */
static bool gateway_lines(struct store *st, const struct gateway *g, int64_t now_ms,
                          struct buf *out, struct error *err)
{
    int64_t ever[GATEWAY_COUNTS];
    struct gateway_look look;
    bool up;

    if (!gateway_look(st, g->name, now_ms, &look, err) ||
        !gateway_counts(st, g->name, 0, ever, err))
        return false;
    up = !gateway_is_broken(g) && look.said &&
         (strcmp(look.state.condition, "ready") == 0 ||
          strcmp(look.state.condition, "busy") == 0);
    buf_addf(out, "yiping_gateway_up{gateway=\"%s\"} %d\n", g->name, up);
    buf_addf(out, "yiping_gateway_outbox{gateway=\"%s\"} %lld\n", g->name,
             (long long)look.queue.waiting);
    buf_addf(out, "yiping_gateway_oldest_unsent_seconds{gateway=\"%s\"} %lld\n", g->name,
             (long long)look.oldest_s);
    buf_addf(out, "yiping_gateway_unknown_open{gateway=\"%s\"} %lld\n", g->name,
             (long long)look.queue.by_state[MESSAGE_UNKNOWN]);
    for (int i = 0; i < GATEWAY_COUNTS; i++)
        buf_addf(out,
                 "yiping_gateway_messages_total{gateway=\"%s\",outcome=\"%s\"} %lld\n",
                 g->name, gateway_count_name((enum gateway_count)i), (long long)ever[i]);
    return true;
}

static bool read_metrics(struct store *st, struct step *s, int64_t now_ms,
                         struct error *err)
{
    struct metrics_call *call = (struct metrics_call *)s;
    const struct roster *roster = site_of(s->x)->roster;
    const struct platform *platform = site_of(s->x)->platform;

    if (!metrics_read(st, now_ms, &call->metrics, err))
        return false;
    for (int i = 0; st->frame != NULL && i < roster->count; i++)
        if (!gateway_lines(st, &roster->gateways[i], now_ms, &call->metrics.lines, err))
            return false;
    return st->frame == NULL ||
           (printer_metrics(st, now_ms, &call->metrics.lines, err) &&
            hook_metrics(st, &call->metrics.lines, err) &&
            (platform == NULL ||
             platform_metrics(st, platform->name, now_ms, &call->metrics.lines, err)));
}

static void route_line(void *arg, const struct http_route_metrics *m)
{
    static const char *const methods[] = {"GET",   "POST",   "PUT",
                                          "PATCH", "DELETE", "OTHER"};
    struct buf *out = arg;
    const char *method = m->route != NULL ? methods[m->route->method] : "OTHER";
    uint64_t total = 0;

    for (int i = 0; i < 5; i++) {
        total += m->by_class[i];
        if (m->by_class[i] > 0)
            buf_addf(out,
                     "yiping_http_requests_total{route=\"%s\",method=\"%s\",code=\"%"
                     "dxx\"} %llu\n",
                     m->name, method, i + 1, (unsigned long long)m->by_class[i]);
    }
    if (total == 0)
        return;
    total = 0;
    for (int i = 0; i < HTTP_BUCKETS; i++) {
        char edge[16];

        total += m->by_bucket[i];
        if (i + 1 < HTTP_BUCKETS)
            snprintf(edge, sizeof(edge), "%g", http_bucket_ms[i] / 1000.0);
        else
            snprintf(edge, sizeof(edge), "+Inf");
        buf_addf(out,
                 "yiping_http_request_duration_seconds_bucket{route=\"%s\",method=\"%s\","
                 "le=\"%s\"} "
                 "%llu\n",
                 m->name, method, edge, (unsigned long long)total);
    }
    buf_addf(
        out,
        "yiping_http_request_duration_seconds_sum{route=\"%s\",method=\"%s\"} %.3f\n"
        "yiping_http_request_duration_seconds_count{route=\"%s\",method=\"%s\"} %llu\n",
        m->name, method, (double)m->sum_ms / 1000, m->name, method,
        (unsigned long long)total);
}

/* Resident memory in bytes, from /proc. */
static long resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f == NULL)
        return 0;
    if (fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident * sysconf(_SC_PAGESIZE);
}

static void process_lines(struct exchange *x, struct buf *out)
{
    struct writer_figures w;
    struct rusage used;

    writer_figures(site_of(x)->writer, &w);
    getrusage(RUSAGE_SELF, &used);
    buf_addf(out,
             "yiping_db_batches_total %lld\nyiping_db_commands_total %lld\n"
             "yiping_db_commands_failed_total %lld\nyiping_db_write_seconds_total %.3f\n"
             "yiping_db_commands_waiting %zu\n",
             (long long)w.batches, (long long)w.commands, (long long)w.failed,
             (double)w.busy_us / 1e6, w.waiting);
    buf_addf(out, "yiping_disk_free_bytes %lld\nyiping_db_size_bytes %lld\n",
             (long long)space_left(site_of(x)->space),
             (long long)space_store(site_of(x)->space));
    buf_addf(out, "process_cpu_seconds_total %.3f\nprocess_resident_memory_bytes %ld\n",
             (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
             resident_bytes());
}

static void write_metrics(struct exchange *x, struct step *s)
{
    struct buf *out = &((struct metrics_call *)s)->metrics.lines;
    struct http_metrics h;

    buf_addf(out, "yiping_build_info{version=\"%s\",commit=\"%s\"} 1\n", yiping_version,
             yiping_version);
    h = http_metrics(site_of(x)->http, route_line, out);
    buf_addf(out,
             "yiping_http_connections %u\nyiping_http_turned_away_total %llu\n"
             "yiping_http_cut_total %llu\n",
             h.connections, (unsigned long long)h.turned_away, (unsigned long long)h.cut);
    process_lines(x, out);
    metric_text(out, &x->answer);
    exchange_answer(x, 200, "text/plain; version=0.0.4; charset=utf-8");
}

/* Also where the client is gone before the answer. */
static void free_call(void *state)
{
    metrics_free(&((struct metrics_call *)state)->metrics);
}

static void metrics(struct exchange *x)
{
    struct metrics_call *call = step_new(x, sizeof(*call));

    x->state_free = free_call;
    step_read(&call->step, read_metrics, write_metrics);
}

const struct route api_health_routes[] = {
    {METHOD_GET, "/healthz", healthz, 0, 0},
    {METHOD_GET, "/readyz", readyz, 0, 0},
    {METHOD_GET, "/metrics", metrics, 0, 0},
};
const size_t api_health_route_count = LENGTH(api_health_routes);
