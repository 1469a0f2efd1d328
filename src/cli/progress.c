/*
 * progress.c — see progress.h.
 */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 500, TERMINAL_MS = 200, JOURNAL_MS = 10000 };

int64_t progress_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

const char *progress_number(int64_t number, char out[PROGRESS_NUMBER])
{
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%" PRId64, number), at = 0;

    for (int i = 0; i < length; i++) {
        out[at++] = digits[i];
        if ((length - 1 - i) % 3 == 0 && i + 1 < length)
            out[at++] = ',';
    }
    out[at] = '\0';
    return out;
}

void progress_begin(struct progress *p, const char *verb, int64_t total, bool quiet)
{
    *p = (struct progress){.verb = verb,
                           .total = total,
                           .began_ms = progress_now_ms(),
                           .quiet = quiet,
                           .terminal = isatty(STDERR_FILENO) != 0};
}

static void tell(const struct progress *p, int64_t done, int64_t now_ms)
{
    char had[PROGRESS_NUMBER], all[PROGRESS_NUMBER];
    int64_t left_ms = done > 0 && p->total > done
                          ? (int64_t)((double)(now_ms - p->began_ms) / (double)done *
                                      (double)(p->total - done))
                          : 0;

    fprintf(stderr, "%s%s %s", p->terminal ? "\r" : "", p->verb,
            progress_number(done, had));
    if (p->total > 0)
        fprintf(stderr, "/%s %d%% 约 %" PRId64 " 秒", progress_number(p->total, all),
                (int)(done >= p->total ? 100 : done * 100 / p->total),
                (left_ms + 999) / 1000);
    fputs(p->terminal ? "\033[K" : "\n", stderr);
    fflush(stderr);
}

void progress_tell(struct progress *p, int64_t done)
{
    int64_t now_ms = progress_now_ms();
    int64_t wait_ms = !p->terminal ? JOURNAL_MS : p->shown ? TERMINAL_MS : FIRST_MS;
    int64_t since_ms = p->told_ms != 0 ? p->told_ms : p->began_ms;

    if (p->quiet || now_ms - since_ms < wait_ms)
        return;
    tell(p, done, now_ms);
    p->told_ms = now_ms;
    p->shown = true;
}

void progress_clear(struct progress *p)
{
    if (p->terminal && p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
