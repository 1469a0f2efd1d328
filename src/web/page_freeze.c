/*
 * page_freeze.c — see page_freeze.h.
 *
 * Promise: a year is frozen for good only by the organisation department, with a recent
 * log-in, and only when the box that says so was ticked; nothing is ticked beforehand.
 */
#include "web/page_freeze.h"

#include <string.h>

#include "store/assessment_store.h"
#include "web/assess_frame.h"
#include "web/fault_words.h"
#include "web/freeze_view.h"
#include "web/problem.h"
#include "work/freezer.h"

static const char catalogue[] = "frozen";
static const char pattern[] = "/assess/{year}/freeze";

struct freeze_page {
    struct staff staff;
    struct staff_words words;
    int year, status;
    bool final; /* what was asked for */
    const char *sure;
    const char *trouble; /* a sentence; NULL for none */
    bool frozen, passes, owed;
    int adopted;
    int64_t paused, again;
    json_t *bundles, *bars;
};

/* == The page ====================================================================== */

static void add_bundle(void *self, const struct assessment *a)
{
    struct freeze_page *p = self;
    char megabytes[32];

    snprintf(megabytes, sizeof(megabytes), "%.1f MB", (double)a->bytes / 1e6);
    p->frozen = p->frozen || a->final;
    json_array_append_new(
        p->bundles,
        json_pack("{s:I, s:b, s:i, s:I, s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id",
                  (json_int_t)a->id, "final", a->final, "version", a->version, "cases",
                  (json_int_t)a->cases, "departments", a->departments, "size", megabytes,
                  "facts", a->facts, "results", a->results, "program", a->program, "by",
                  a->actor, "at", staff_time(&p->words, a->at_ms), "cut",
                  staff_time(&p->words, a->cut_ms)));
}

/* What stands in the way of the last word. */
static bool read_bars(struct store *st, struct freeze_page *p, int64_t now_ms,
                      struct error *err)
{
    struct freeze_bars b;

    if (!freeze_bars_read(st, site_of(p->staff.step.x)->rules, p->year, now_ms, &b, err))
        return false;
    p->passes = freeze_bars_none(&b);
    p->owed = b.owed > 0;
    p->adopted = b.adopted;
    p->paused = b.orders.paused;
    p->again = b.again;
    p->bars = freeze_bars_json(&p->words, &b);
    freeze_bars_free(&b);
    return true;
}

static bool read_bundles(struct store *st, struct step *s, int64_t now_ms,
                         struct error *err)
{
    struct freeze_page *p = (struct freeze_page *)s;

    if (!assess_year_asked(s->x, &p->year, err))
        return false;
    p->words = assess_words(s->x, st, catalogue, now_ms);
    if (!read_bars(st, p, now_ms, err))
        return false;
    p->bundles = json_array();
    if (assessments_each(st, p->year, add_bundle, p, err))
        return true;
    json_decref(p->bundles);
    json_decref(p->bars);
    return false;
}

/* What is being made, or came of the last one, where it is of this year. */
static json_t *state_json(const struct freeze_page *p, const struct freezer_state *state)
{
    int per_cent = state->of > 0 ? (int)(100 * state->done / state->of) : 0;

    if (state->stage == FREEZER_IDLE || state->year != p->year)
        return json_null();
    return json_pack("{s:b, s:b, s:b, s:i, s:o, s:b}", "working",
                     state->stage == FREEZER_WORKING, "done",
                     state->stage == FREEZER_DONE, "failed",
                     state->stage == FREEZER_FAILED, "per_cent", per_cent, "why",
                     state->stage == FREEZER_FAILED
                         ? fault_json(p->words.site, p->words.lang, state->err.text)
                         : json_null(),
                     "final", state->final);
}

static void show_page(struct exchange *x, struct step *s)
{
    struct freeze_page *p = (struct freeze_page *)s;
    json_t *data = assess_frame(x, &p->staff, p->words.lang, p->year, pattern);
    struct freezer_state state;

    freezer_look(site_of(x)->freezer, &state);
    json_object_update_new(
        data,
        json_pack("{s:o, s:b, s:o, s:b, s:b, s:b, s:i, s:b, s:o, s:b, s:b, s:b, s:I}",
                  "bundles", p->bundles, "some", json_array_size(p->bundles) > 0, "state",
                  state_json(p, &state), "busy", state.stage == FREEZER_WORKING, "acts",
                  assess_acts(&p->staff, pattern), "adopted", p->adopted > 0, "version",
                  p->adopted, "some_bars", json_array_size(p->bars) > 0, "bars", p->bars,
                  "owed", p->owed, "frozen", p->frozen, "may_final",
                  p->passes && !p->frozen, "paused", (json_int_t)p->paused));
    json_object_set_new(data, "some_paused", json_boolean(p->paused > 0));
    json_object_set_new(data, "some_again", json_boolean(p->again > 0));
    json_object_set_new(data, "again_count", json_integer((json_int_t)p->again));
    if (p->trouble != NULL)
        json_object_set_new(data, "trouble", json_string(p->trouble));
    page_answer(x, p->status, "freeze", catalogue, p->words.lang, data);
}

void page_freeze(struct exchange *x)
{
    struct freeze_page *p = staff_new(x, sizeof(*p));

    p->status = 200;
    staff_read(&p->staff, read_bundles, show_page);
}

/* == What is asked for ============================================================= */

/* Looks only; the freezer judges again in the moment of the store that it freezes. */
static bool judge(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct freeze_page *p = (struct freeze_page *)s;
    struct error why = {0};

    p->words = assess_words(s->x, st, catalogue, now_ms);
    if (!assess_year_asked(s->x, &p->year, err) ||
        !assessment_final(st, p->year, &p->frozen, err))
        return false;
    if (p->final && p->sure[0] != '\0' && !p->frozen) {
        if (!read_bars(st, p, now_ms, err))
            return false;
        json_decref(p->bars); /* told anew with the page */
    }
    if (p->final && p->sure[0] == '\0') {
        p->status = 422;
        p->trouble = page_text(p->words.site, catalogue, p->words.lang, "err_sure");
    } else if (p->final && p->frozen) {
        p->status = 409;
        p->trouble = page_text(p->words.site, catalogue, p->words.lang, "err_frozen");
    } else if (p->final && !p->passes) {
        p->status = 409;
        p->trouble = page_text(p->words.site, catalogue, p->words.lang, "err_bars");
    } else if (!freezer_start(site_of(s->x)->freezer, p->year, p->final,
                              p->staff.who.actor, &why)) {
        p->status = 503;
        p->trouble = page_text(p->words.site, catalogue, p->words.lang, "err_busy");
    }
    return true;
}

static void judged(struct exchange *x, struct step *s)
{
    struct freeze_page *p = (struct freeze_page *)s;

    if (p->trouble == NULL)
        assess_go(x, p->year, "/freeze");
    else
        staff_read(&p->staff, read_bundles, show_page);
}

void page_freeze_post(struct exchange *x)
{
    struct freeze_page *p = staff_new(x, sizeof(*p));
    struct form form;

    if (!staff_form(x, &form))
        return;
    p->final = strcmp(staff_field(x, &form, "final"), "1") == 0;
    p->sure = staff_field(x, &form, "sure");
    p->staff.recent = p->final;
    staff_write(&p->staff, &form, judge, judged);
    form_free(&form);
}
