/*
 * bench_fill.c — see bench_fill.h.
 *
 * First all tickets are taken, then all are called and closed: the estimate of a wait
 * looks at every service of the last half hour, which are few as long as nobody has been
 * served. All instants lie on the hall's own day of now, the last of them is now.
 */
#include "cli/bench_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/demo_cast.h"
#include "cli/folder.h"
#include "store/queue_store.h"

#define HOUR_MS INT64_C(3600000)

enum { AT_ONCE = 5000, CASES_MOST = 20000000, WINDOWS_MOST = 64 };

struct fill {
    struct folder folder;
    struct cast cast;
    /* windows that handle all of their department, each with a matter of it */
    int window[WINDOWS_MOST], matter[WINDOWS_MOST], windows;
    int64_t cases, begin_ms, end_ms;
    int64_t from, to; /* of the part that is being written */
    bool unrated, tokens;
};

static void choose_windows(struct fill *f)
{
    for (int w = 0; w < f->cast.window_count && f->windows < WINDOWS_MOST; w++) {
        if (strcmp(f->cast.windows[w].matters, "all") != 0)
            continue;
        for (int m = 0; m < f->cast.matter_count; m++) {
            if (!cast_serves(&f->cast, w, &f->cast.matters[m]))
                continue;
            f->window[f->windows] = w;
            f->matter[f->windows++] = m;
            break;
        }
    }
}

/* The story takes three hours, less where the day is younger. */
static void choose_hours(struct fill *f)
{
    const struct zone *zone = f->folder.store.frame->zone;
    struct local_time local;
    int64_t midnight_ms;

    f->end_ms = f->folder.world.wall_ms(&f->folder.world);
    zone_local(zone, f->end_ms, &local);
    midnight_ms = zone_day_utc(zone, local.day_number, 0);
    f->begin_ms = f->end_ms - 3 * HOUR_MS;
    if (f->begin_ms < midnight_ms)
        f->begin_ms = midnight_ms;
}

static int64_t instant(const struct fill *f, int64_t step)
{
    double part = (double)step / (double)(2 * f->cases);

    return f->begin_ms + (int64_t)(part * (double)(f->end_ms - f->begin_ms));
}

static bool take_part(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct fill *f = self;

    (void)now_ms;
    for (int64_t i = f->from; i < f->to; i++) {
        const struct ticket_input in = {
            .matter_code = f->cast.matters[f->matter[i % f->windows]].code,
            .lang = "zh-CN",
            .actor = "bench"};
        char token[TOKEN_SYMBOLS + 1];
        struct ticket t;
        int64_t job;

        if (!ticket_take(st, &in, instant(f, i), &t, &job, err))
            return false;
        token_make(&st->keys->ticket, st->hall, t.id, token);
        if (f->tokens)
            puts(token);
    }
    return true;
}

static bool close_part(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct fill *f = self;

    (void)now_ms;
    for (int64_t i = f->from; i < f->to; i++) {
        int w = f->window[i % f->windows];
        int64_t at_ms = instant(f, f->cases + i);
        struct rating_input in = {
            .grade = 5 - (int)(i % 5), .channel = CHANNEL_TICKET_QR, .proof = "P4"};
        struct rating_result rating;
        struct service_case c;
        struct invitation inv;
        struct serving s;
        bool nobody;

        if (!queue_call(st, &demo_rules, f->cast.windows[w].code, f->cast.clerks[w],
                        "bench", at_ms, &s, &nobody, err))
            return false;
        if (nobody)
            continue;
        if (!case_close(st, &demo_rules, s.service_case.id, "done", NULL, "bench", at_ms,
                        &c, &inv, err))
            return false;
        in.case_id = c.id;
        if (!f->unrated && i % 3 == 0 &&
            !rating_take(st, &demo_rules.rating, &in, at_ms, &rating, err))
            return false;
    }
    return true;
}

static bool in_parts(struct fill *f, folder_change *part, struct error *err)
{
    for (f->from = 0; f->from < f->cases; f->from = f->to) {
        f->to = f->from + AT_ONCE < f->cases ? f->from + AT_ONCE : f->cases;
        if (!folder_write(&f->folder, part, f, err))
            return false;
    }
    return true;
}

/* A second filling would look at all services of the first for every ticket. */
static bool mark_filled(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    int64_t filled;

    (void)self;
    (void)now_ms;
    if (!store_mark(st, "bench_filled", &filled, err))
        return false;
    if (filled != 0)
        return error_set(err, ERROR_CONFLICT,
                         "This folder was filled already. Make a new one: yiping init");
    return store_mark_set(st, "bench_filled", 1, err);
}

static bool fill_all(struct fill *f, struct error *err)
{
    struct timespec a, b;
    double seconds;

    if (f->folder.store.hall == 0)
        return error_set(err, ERROR_SETUP, "%.100s holds no hall yet.", f->folder.path);
    if (!folder_write(&f->folder, mark_filled, f, err) ||
        !cast_read(&f->folder.store, &f->cast, err))
        return false;
    choose_windows(f);
    choose_hours(f);
    if (f->windows == 0)
        return error_set(err, ERROR_SETUP,
                         "No window of this hall handles all matters of its department.");
    clock_gettime(CLOCK_MONOTONIC, &a);
    if (!in_parts(f, take_part, err) || !in_parts(f, close_part, err))
        return false;
    clock_gettime(CLOCK_MONOTONIC, &b);
    seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    fprintf(stderr, "%lld cases in %.1f s, %.0f a second\n", (long long)f->cases, seconds,
            (double)f->cases / seconds);
    return true;
}

static int run(struct fill *f, const char *data)
{
    struct error err = {0};
    int code = EXIT_DONE;

    if (!folder_open(data, FOLDER_MUST_EXIST, &f->folder, &err))
        return command_fail("bench-fill", &err);
    if (!fill_all(f, &err) || fflush(stdout) != 0)
        code = command_fail("bench-fill", &err);
    cast_free(&f->cast);
    folder_close(&f->folder);
    return code;
}

int cli_bench_fill(int argc, char **argv)
{
    const char *data = NULL, *cases = NULL;
    struct fill *f = memory_new(sizeof(*f));
    int code;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--closed-unrated") == 0)
            f->unrated = true;
        else if (strcmp(argv[i], "--tokens") == 0)
            f->tokens = true;
        else if (!command_option(argc, argv, &i, "--data", &data) &&
                 !command_option(argc, argv, &i, "--cases", &cases)) {
            free(f);
            return command_usage("bench-fill", "%s is not known here.", argv[i]);
        }
    }
    f->cases = cases != NULL ? atoll(cases) : 0;
    if (data == NULL || f->cases < 1 || f->cases > CASES_MOST)
        code = command_usage("bench-fill", "Name the folder and how many: --data DIR "
                                           "--cases N.");
    else
        code = run(f, data);
    free(f);
    return code;
}
