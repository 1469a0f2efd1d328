/*
 * polled.c — see polled.h.
 *
 * Promise: a job is "sending" on the disk before its first byte leaves us, and goes back
 * to "queued" only where the printer itself says that it did not print it. Not here:
 * what stands in calls and answers (web/printer_call.c).
 */
#include "work/polled.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "work/spool_part.h"

enum { SWEEP_MOST_MS = 10000, SWEEP_LEAST_MS = 500, DOTS_A_MM = 8, CUT_MM = 15 };

struct polled {
    const struct printer *printer;
    const struct token_way *way;
    int64_t heard_ms; /* monotonic: when it last called */
    bool printing;    /* so it said then */
    _Atomic int dots; /* of the slip it fetched last */
};

struct polled_list {
    struct polled all[PRINTERS_MOST];
    size_t count;
};

struct polled_list *polled_new(const struct printers *printers,
                               const struct token_way *way)
{
    struct polled_list *list = memory_new(sizeof(*list));

    for (size_t i = 0; i < printers->count; i++) {
        const struct printer *p = &printers->list[i];
        struct polled *one = &list->all[list->count];

        if (p->broken || (p->way.ops->traits & WAY_POLLED) == 0)
            continue;
        one->printer = p;
        one->way = way;
        one->heard_ms = spool_now_ms();
        list->count++;
    }
    return list;
}

void polled_free(struct polled_list *list)
{
    free(list);
}

struct polled *polled_find(struct polled_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->all[i].printer->name, name) == 0)
            return &list->all[i];
    return NULL;
}

const struct printer *polled_printer(const struct polled *p)
{
    return p->printer;
}

void polled_rendered(struct polled *p, int dots)
{
    atomic_store(&p->dots, dots);
}

/* == How it stands ================================================================ */

/* Written only where it changes: a printer polls all day. */
static bool book(struct store *st, const struct printer *p, unsigned signs,
                 const char *trouble, int64_t now_ms, struct error *err)
{
    struct printer_record before, record = {.signs = signs, .roll_mm = p->roll_mm};
    bool known;

    if (!printer_record_get(st, p->name, &before, &known, err))
        return false;
    if (known && before.way[0] != '\0' && before.signs == signs &&
        strcmp(before.trouble, trouble) == 0)
        return true;
    if (!known || strcmp(before.trouble, trouble) != 0)
        log_line(trouble[0] != '\0' ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE,
                 trouble[0] != '\0' ? "printer.trouble" : "printer.well",
                 "name=%s reason=\"%s\"", p->name, trouble);
    snprintf(record.name, sizeof(record.name), "%s", p->name);
    snprintf(record.way, sizeof(record.way), "%s", p->way_name);
    snprintf(record.trouble, sizeof(record.trouble), "%s", trouble);
    return printer_record_set(st, &record, now_ms, err);
}

/* Jobs that it has had since before `before_ms` and said nothing of. */
static bool lose(struct store *st, const struct printer *p, int64_t before_ms,
                 const char *reason, int64_t now_ms, struct error *err)
{
    int64_t count;

    if (!print_jobs_lose(st, p->name, before_ms, reason, now_ms, &count, err))
        return false;
    return count == 0 || printer_record_count(st, p->name, "unconfirmed", count, 0, err);
}

bool polled_hear(struct store *st, struct polled *p, const struct polled_said *said,
                 int64_t now_ms, int64_t *job, struct error *err)
{
    const char *trouble = said->trouble;
    bool idle =
        cloudprnt_is_well(said->code) && !said->printing && !printer_blocked(said->signs);
    struct print_job next;
    bool found;

    *job = 0;
    p->heard_ms = spool_now_ms();
    p->printing = said->printing;
    if (trouble[0] == '\0' && printer_blocked(said->signs))
        trouble = printer_advice(said->signs, true);
    if (!book(st, p->printer, said->signs, trouble, now_ms, err) ||
        !spool_expire(st, p->printer, now_ms, err))
        return false;
    if (!idle)
        return true;
    if (!lose(st, p->printer, now_ms + 1,
              "The printer fetched it and did not say what became of it.", now_ms, err) ||
        !print_job_next(st, p->printer->name, &next, &found, err))
        return false;
    *job = found ? next.id : 0;
    return true;
}

/* == Its jobs ===================================================================== */

static bool find(struct store *st, const struct polled *p, int64_t job,
                 struct print_job *out, bool *found, struct error *err)
{
    return job != 0 ? print_job_named(st, p->printer->name, job, out, found, err)
                    : print_job_sending(st, p->printer->name, out, found, err);
}

static bool end(struct store *st, const struct printer *p, int64_t job, const char *state,
                const char *level, const char *reason, int used_mm, int64_t now_ms,
                struct error *err)
{
    bool changed;

    return print_job_end(st, job, state, level, reason, now_ms, &changed, err) &&
           (!changed || printer_record_count(st, p->name, state, 1, used_mm, err));
}

bool polled_fetch(struct store *st, struct polled *p, int64_t job, int64_t now_ms,
                  int64_t *taken, struct slip_facts *facts, bool *found,
                  struct error *err)
{
    struct print_job j;
    struct error why = {0};
    bool queued;

    if (!find(st, p, job, &j, found, err))
        return false;
    if (!*found && job == 0 && !print_job_next(st, p->printer->name, &j, found, err))
        return false;
    queued = *found && strcmp(j.state, "queued") == 0;
    *found = queued || (*found && strcmp(j.state, "sending") == 0);
    if (!*found)
        return true;
    *taken = j.id;
    if (!slip_facts_read(st, j.ticket_id, p->way, j.copy, facts, &why)) {
        *found = false;
        if (why.kind == ERROR_ABSENT)
            return end(st, p->printer, j.id, "failed", NULL, why.text, 0, now_ms, err);
        *err = why;
        return false;
    }
    return !queued || print_job_send(st, j.id, now_ms, err);
}

bool polled_end(struct store *st, struct polled *p, int64_t job, enum cloudprnt_fate fate,
                const char *level, const char *reason, int64_t now_ms, struct error *err)
{
    int used_mm = atomic_load(&p->dots) / DOTS_A_MM + CUT_MM;
    struct print_job j;
    bool found;

    if (!find(st, p, job, &j, &found, err))
        return false;
    if (!found || strcmp(j.state, "queued") == 0)
        return true;
    switch (fate) {
    case CLOUDPRNT_PRINTED:
        return end(st, p->printer, j.id, "printed", level, NULL, used_mm, now_ms, err);
    case CLOUDPRNT_KEEP:
        return print_job_back(st, j.id, reason, now_ms, err);
    case CLOUDPRNT_FAILED:
        return end(st, p->printer, j.id, "failed", NULL, reason, 0, now_ms, err);
    default:
        return end(st, p->printer, j.id, "unconfirmed", NULL, reason, used_mm, now_ms,
                   err);
    }
}

/* == While nobody calls =========================================================== */

static bool sweep_one(struct store *st, struct polled *p, int64_t now_ms,
                      struct error *err)
{
    const struct way_terms *terms = &p->printer->way.terms;
    bool silent = spool_now_ms() - p->heard_ms > p->printer->silence_ms;
    char trouble[120];

    if (!spool_expire(st, p->printer, now_ms, err))
        return false;
    if ((silent || !p->printing) &&
        !lose(st, p->printer, now_ms - terms->write_ms - terms->confirm_ms,
              "The printer fetched it and was not heard of again.", now_ms, err))
        return false;
    if (!silent)
        return true;
    snprintf(
        trouble, sizeof(trouble),
        "The printer has not called for %lld s. Is it switched on, and does it reach "
        "this server?",
        (long long)(p->printer->silence_ms / 1000));
    return book(st, p->printer, 0, trouble, now_ms, err);
}

bool polled_sweep(struct store *st, struct polled_list *list, int64_t now_ms,
                  struct error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (!sweep_one(st, &list->all[i], now_ms, err))
            return false;
    return true;
}

int64_t polled_sweep_ms(const struct polled_list *list)
{
    int64_t least = SWEEP_MOST_MS;

    for (size_t i = 0; i < list->count; i++)
        if (list->all[i].printer->silence_ms / 2 < least)
            least = list->all[i].printer->silence_ms / 2;
    if (list->count == 0)
        return -1;
    return least > SWEEP_LEAST_MS ? least : SWEEP_LEAST_MS;
}
