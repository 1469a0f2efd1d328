/*
 * demo_past.c — plays what is on the agenda, and the post that is due between, until now.
 *
 * Promise: no act is written with an instant before that of an earlier one, so ids grow
 * with the story's time. What would happen later is left out, as the future is.
 */
#include "cli/demo_past.h"

#include "cli/demo_story.h"
#include "gateways/gateways.h"
#include "store/message_store.h"

#define DAY_MS INT64_C(86400000)

enum { DAYS = 21, SEED = 20261123, ON_THE_WAY_S = 4 };

static const char access_number[] = "1069012345";

int64_t past_begins_ms(int64_t until_ms)
{
    return until_ms - (DAYS + 1) * DAY_MS;
}

/* When the next thing is due, and whether it is the post's. */
static bool find_next(struct past *p, int64_t *at_ms, bool *post, struct error *err)
{
    int64_t due_ms, agenda_ms = agenda_next_ms(&p->agenda);

    if (!messages_next_ms(p->st, NULL, &due_ms, err))
        return false;
    if (line_next_ms(p->line) < due_ms)
        due_ms = line_next_ms(p->line);
    *post = due_ms <= agenda_ms;
    *at_ms = *post ? due_ms : agenda_ms;
    return true;
}

static bool play_until(struct past *p, int64_t until_ms, struct error *err)
{
    for (;;) {
        struct happening h;
        int64_t at_ms;
        bool post;

        if (!find_next(p, &at_ms, &post, err))
            return false;
        if (at_ms > until_ms)
            return true;
        if (at_ms > p->now_ms)
            p->now_ms = at_ms;
        if (post) {
            if (!past_post(p, err))
                return false;
            continue;
        }
        h = agenda_take(&p->agenda);
        if (!past_happen(p, &h, err))
            return false;
    }
}

bool past_play(struct store *st, struct world *world, const struct cast *cast,
               int64_t until_ms, struct error *err)
{
    struct line_faults slow = {.delay_s = ON_THE_WAY_S};
    struct past p = {.st = st,
                     .cast = cast,
                     .lot = {SEED},
                     .line = line_new(),
                     .now_ms = past_begins_ms(until_ms)};
    bool ok;

    roster_open_virtual(&p.roster, access_number);
    p.outbox = (struct outbox){&demo_rules, &p.roster, world, 30 * DAY_MS, NULL};
    st->routing = &p.roster.routing;
    line_faults_set(p.line, &slow);
    past_plan_days(&p, until_ms);
    ok = play_until(&p, until_ms, err);
    agenda_free(&p.agenda);
    line_free(p.line);
    st->routing = NULL;
    roster_close(&p.roster);
    return ok;
}
