/*
 * gateway_status.c — `yiping gateway status`: how each gateway stands, as the server last
 * said, and what waits for it.
 *
 * Promise: nothing is changed. What a server that does not run any more said is shown
 * with its age, and that it does not run is said first.
 */
#include "cli/gateway_part.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "domain/routing.h"
#include "store/gateway_look.h"

struct listing {
    struct folder *folder;
    char names[ROUTES_MOST * 2][40];
    int count;
};

static void add_name(void *self, const char *name)
{
    struct listing *l = self;

    for (int i = 0; i < l->count; i++)
        if (strcmp(l->names[i], name) == 0)
            return;
    if (l->count < (int)LENGTH(l->names))
        snprintf(l->names[l->count++], sizeof(l->names[0]), "%s", name);
}

static void add_state(void *self, const struct gateway_state *state)
{
    add_name(self, state->name);
}

/* ---- for people ---- */

/* "45 s", "12 min", "3 h", "2 d"; "-" for none. */
static void age_text(int64_t s, char out[24])
{
    if (s <= 0)
        snprintf(out, 24, "-");
    else if (s < 120)
        snprintf(out, 24, "%" PRId64 " s", s);
    else if (s < 7200)
        snprintf(out, 24, "%" PRId64 " min", s / 60);
    else if (s < 2 * 86400)
        snprintf(out, 24, "%" PRId64 " h", s / 3600);
    else
        snprintf(out, 24, "%" PRId64 " d", s / 86400);
}

static void print_head(void)
{
    printf("%-16s %-8s %7s %7s %8s %20s %9s %9s %8s %8s %7s\n", "GATEWAY", "STATE",
           "WAITING", "OVERDUE", "OLDEST", "A MINUTE (1/5/15)", "ACCEPTED", "DELIVERED",
           "UNKNOWN", "RESOLVED", "RESENT");
}

static void print_row(const struct gateway_look *g, bool served, int64_t now_ms)
{
    const struct gateway_state *s = &g->state;
    char oldest[24], rates[40], age[24];

    age_text(g->oldest_s, oldest);
    snprintf(rates, sizeof(rates), "%.1f/%.1f/%.1f", s->rate_1 / 100.0, s->rate_5 / 100.0,
             s->rate_15 / 100.0);
    printf("%-16s %-8s %7" PRId64 " %7" PRId64 " %8s %20s %9" PRId64 " %9" PRId64
           " %8" PRId64 " %8" PRId64 " %7" PRId64 "\n",
           s->name, g->said ? s->condition : "-", g->queue.waiting, g->queue.overdue,
           oldest, rates, g->today[COUNT_ACCEPTED], g->today[COUNT_DELIVERED],
           g->today[COUNT_UNKNOWN],
           g->today[COUNT_RESOLVED_SENT] + g->today[COUNT_RESOLVED_UNSENT],
           g->today[COUNT_RESENT]);
    if (g->said && !served) {
        age_text((now_ms - s->changed_ms) / 1000, age);
        printf("    as it was %s ago\n", age);
    }
    if (s->trouble[0] != '\0') {
        age_text(s->error_ms > 0 ? (now_ms - s->error_ms) / 1000 + 1 : 0, age);
        printf("    last error %s ago: %s\n", age, s->trouble);
    }
    if (g->queue.by_state[MESSAGE_UNKNOWN] > 0)
        printf("    %" PRId64 " may or may not have been sent; they are not sent again\n",
               g->queue.by_state[MESSAGE_UNKNOWN]);
}

/* ---- for programs ---- */

static json_t *row_json(const struct gateway_look *g, bool served)
{
    const struct gateway_state *s = &g->state;
    json_t *today = json_object();

    for (int i = 0; i < GATEWAY_COUNTS; i++)
        json_object_set_new(today, gateway_count_name((enum gateway_count)i),
                            json_integer(g->today[i]));
    return json_pack(
        "{s:s, s:s?, s:b, s:I, s:I, s:I, s:i, s:o, s:[f,f,f], s:s?, s:I, s:I, s:o}",
        "name", s->name, "state", g->said ? s->condition : NULL, "stale",
        !served || !g->said, "waiting", (json_int_t)g->queue.waiting, "overdue",
        (json_int_t)g->queue.overdue, "oldest_unsent_s", (json_int_t)g->oldest_s,
        "in_flight", s->in_flight, "queued_inside",
        g->said && s->queued_inside >= 0 ? json_integer(s->queued_inside) : json_null(),
        "rates", s->rate_1 / 100.0, s->rate_5 / 100.0, s->rate_15 / 100.0, "last_error",
        s->trouble[0] != '\0' ? s->trouble : NULL, "last_error_ms",
        (json_int_t)s->error_ms, "unknown_open",
        (json_int_t)g->queue.by_state[MESSAGE_UNKNOWN], "today", today);
}

/* ---- any ---- */

static bool print_all(struct listing *l, bool served, bool json, struct error *err)
{
    int64_t now_ms = l->folder->world.wall_ms(&l->folder->world);
    json_t *list = json_array();
    struct gateway_queue nowhere;
    bool ok = true;

    if (!json)
        print_head();
    for (int i = 0; ok && i < l->count; i++) {
        struct gateway_look look;

        ok = gateway_look(&l->folder->store, l->names[i], now_ms, &look, err);
        if (ok && json)
            json_array_append_new(list, row_json(&look, served));
        else if (ok)
            print_row(&look, served, now_ms);
    }
    ok = ok && gateway_queue(&l->folder->store, NULL, now_ms, &nowhere, err);
    if (ok && json) {
        json_t *all = json_pack("{s:b, s:O, s:I}", "running", served, "gateways", list,
                                "without_gateway", (json_int_t)nowhere.waiting);

        json_dumpf(all, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(all);
    } else if (ok && nowhere.waiting > 0) {
        printf("%" PRId64 " messages wait for a gateway that takes their phones\n",
               nowhere.waiting);
    }
    json_decref(list);
    return ok;
}

int gateway_status(const struct gateway_words *w, const struct settings *s)
{
    const char *data = gateway_folder_of(w, s);
    struct listing l = {0};
    struct error err = {0};
    struct folder f;
    bool ok, served = folder_is_served(data);

    if (!folder_open(data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("gateway status", &err);
    l.folder = &f;
    settings_instances(s, "gateway", add_name, &l);
    ok = gateway_states(&f.store, add_state, &l, &err);
    if (ok && l.count == 0)
        add_name(&l, "virtual"); /* in force where none is set */
    if (!served)
        fprintf(
            stderr,
            "没有服务在运行，短信不会发出。\nNo server runs on %s: nothing is sent.\n",
            data);
    ok = ok && print_all(&l, served, w->json, &err);
    folder_close(&f);
    return ok ? EXIT_DONE : command_fail("gateway status", &err);
}
