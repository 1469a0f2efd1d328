/*
 * parallel_view.c — see parallel_view.h.
 */
#include "web/parallel_view.h"

#include <stdio.h>
#include <string.h>

#include "store/promise_ask.h"
#include "web/approval_json.h"
#include "web/chart.h"

const char parallel_catalogue[] = "parallel";

enum { MINUTE_MS = 60000, AXIS = 1000, STRETCHES = 2 * APPROVAL_PAUSES + 1 };

struct view {
    const struct staff_words *words; /* with our catalogue */
    const struct approval_case *all;
    const struct approval_clock *clock;
    struct approval_figures figures;
    json_t *data;
};

static const char *say(const struct staff_words *w, const char *key)
{
    return page_text(w->site, parallel_catalogue, w->lang, key);
}

json_t *parallel_hours(const struct staff_words *w, int64_t ms)
{
    char hours[24], minutes[12];

    snprintf(hours, sizeof(hours), "%lld", (long long)(ms / MINUTE_MS / 60));
    snprintf(minutes, sizeof(minutes), "%d", (int)(ms / MINUTE_MS % 60));
    return page_phrase(w->site, parallel_catalogue, w->lang, "hours", "h", hours, "m",
                       minutes, NULL);
}

static json_t *number(int n)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", n);
    return json_string(text);
}

/* How it stands: a clock that the closing cut off is neither running nor standing. */
static const char *state_of(const struct view *v, size_t i)
{
    const struct approval_child *c = &v->all->now.children[i];

    if (c->ended_ms == 0 && v->all->now.closed_ms != 0)
        return "undecided";
    return approval_state_name(c->state);
}

static enum chart_end end_of(const struct view *v, size_t i)
{
    const char *state = state_of(v, i);

    return strcmp(state, "granted") == 0     ? CHART_END_DOT
           : strcmp(state, "refused") == 0   ? CHART_END_CROSS
           : strcmp(state, "undecided") == 0 ? CHART_END_CUT
                                             : CHART_END_OPEN;
}

/* == The chart ==================================================================== */

struct axis {
    int64_t from_ms, until_ms;
};

static struct axis axis_of(const struct view *v)
{
    struct axis a = {INT64_MAX, INT64_MIN};

    for (size_t i = 0; i < v->all->now.count; i++) {
        int64_t start_ms = v->all->now.children[i].started_ms;
        int64_t end_ms = approval_end_ms(&v->all->now, i, v->clock);

        a.from_ms = start_ms < a.from_ms ? start_ms : a.from_ms;
        a.until_ms = end_ms > a.until_ms ? end_ms : a.until_ms;
    }
    if (a.until_ms <= a.from_ms)
        a.until_ms = a.from_ms + MINUTE_MS;
    return a;
}

static int place(const struct axis *a, int64_t at_ms)
{
    if (at_ms >= a->until_ms)
        return AXIS;
    return at_ms <= a->from_ms
               ? 0
               : (int)((at_ms - a->from_ms) * AXIS / (a->until_ms - a->from_ms));
}

/* The stretches of a clock, those that it ran and those that it stood. */
static size_t stretches_of(const struct view *v, size_t i, const struct axis *a,
                           struct chart_stretch out[STRETCHES])
{
    const struct approval_child *c = &v->all->now.children[i];
    const int end = place(a, approval_end_ms(&v->all->now, i, v->clock));
    int from = place(a, c->started_ms);
    size_t count = 0;

    for (size_t p = 0; p < c->pause_count; p++) {
        int stood = place(a, c->pauses[p].from_ms);
        int went_on = c->pauses[p].until_ms != 0 ? place(a, c->pauses[p].until_ms) : end;

        out[count++] = (struct chart_stretch){from, stood, false};
        out[count++] = (struct chart_stretch){stood, went_on, true};
        from = went_on;
    }
    if (c->state != APPROVAL_PAUSED)
        out[count++] = (struct chart_stretch){from, end, false};
    return count;
}

static void put_chart(struct view *v)
{
    const struct chart_head head = {"clocks", say(v->words, "clocks"),
                                    say(v->words, "clocks_desc")};
    struct chart_stretch stretches[APPROVAL_CHILDREN][STRETCHES];
    struct chart_clock rows[APPROVAL_CHILDREN];
    char notes[APPROVAL_CHILDREN][80];
    const struct axis axis = axis_of(v);
    struct buf out = buf_new((APPROVAL_CHILDREN + 1) * 2 * CHART_GROWTH);
    json_t *first = staff_time(v->words, axis.from_ms);
    json_t *last = staff_time(v->words, axis.until_ms);
    const char *const ticks[2] = {json_string_value(json_object_get(first, "text")),
                                  json_string_value(json_object_get(last, "text"))};

    for (size_t i = 0; i < v->all->now.count; i++) {
        snprintf(notes[i], sizeof(notes[0]), "%d %s · %s", v->figures.parts[i].days,
                 say(v->words, "days"), staff_word(v->words, "part", state_of(v, i)));
        rows[i] = (struct chart_clock){
            .label = v->all->rows[i].department_name,
            .note = notes[i],
            .stretches = stretches[i],
            .count = stretches_of(v, i, &axis, stretches[i]),
            .at = place(&axis, approval_end_ms(&v->all->now, i, v->clock)),
            .end = end_of(v, i)};
    }
    chart_clocks(&out, &head, rows, v->all->now.count, ticks);
    json_object_set_new(v->data, "svg", json_string(buf_text(&out)));
    buf_free(&out);
    json_decref(first);
    json_decref(last);
}

/* == The tables =================================================================== */

static json_t *row_json(const struct view *v, size_t i)
{
    const struct approval_child *c = &v->all->now.children[i];
    const struct approval_row *row = &v->all->rows[i];
    const struct approval_part *part = &v->figures.parts[i];
    json_t *out = json_pack(
        "{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "n", number((int)i + 1),
        "department", row->department_name, "matter", row->matter_name, "state",
        staff_word(v->words, "part", state_of(v, i)), "started",
        staff_time(v->words, c->started_ms), "ended", staff_time(v->words, c->ended_ms),
        "days", number(part->days), "paused", number(part->paused_days), "ran",
        parallel_hours(v->words, part->ran_ms));

    if (row->promised_days >= 0) {
        json_object_set_new(out, "promised", number(row->promised_days));
        json_object_set_new(out, "late", json_boolean(part->days > row->promised_days));
    }
    return out;
}

static void put_rows(struct view *v)
{
    json_t *rows = json_array(), *pairs = json_array();

    for (size_t i = 0; i < v->all->now.count; i++) {
        json_array_append_new(rows, row_json(v, i));
        for (size_t k = i + 1; k < v->all->now.count; k++) {
            int64_t both_ms = approval_both_ms(&v->all->now, i, k, v->clock);

            json_array_append_new(
                pairs,
                json_pack("{s:s, s:s, s:o, s:b}", "one", v->all->rows[i].department_name,
                          "other", v->all->rows[k].department_name, "both",
                          parallel_hours(v->words, both_ms), "none", both_ms == 0));
        }
    }
    json_object_set_new(v->data, "rows", rows);
    json_object_set_new(v->data, "has_pairs", json_boolean(json_array_size(pairs) > 0));
    json_object_set_new(v->data, "pairs", pairs);
}

static void put_sums(struct view *v)
{
    const struct approval_figures *f = &v->figures;

    json_object_set_new(v->data, "serial_days", number(f->serial_days));
    json_object_set_new(v->data, "real_days", number(f->real_days));
    json_object_set_new(v->data, "serial", parallel_hours(v->words, f->serial_ms));
    json_object_set_new(v->data, "busy", parallel_hours(v->words, f->busy_ms));
    json_object_set_new(v->data, "overlap", parallel_hours(v->words, f->overlap_ms));
    json_object_set_new(v->data, "proved", json_boolean(f->overlap_ms > 0));
}

struct steps {
    const struct view *view;
    json_t *list;
};

static void add_step(void *self, const struct approval_fact *fact)
{
    struct steps *s = self;
    const struct staff_words *w = s->view->words;
    const char *who =
        fact->n > 0 ? s->view->all->rows[fact->n - 1].department_name : say(w, "whole");
    const char *more = fact->step == APPROVAL_APPROVE
                           ? staff_word(w, "part", fact->granted ? "granted" : "refused")
                       : fact->reason[0] != '\0' ? staff_word(w, "stands", fact->reason)
                                                 : "";

    json_array_append_new(s->list,
                          json_pack("{s:o, s:o, s:s, s:s, s:s, s:s}", "at",
                                    staff_time(w, fact->at_ms), "told",
                                    staff_time(w, fact->told_ms), "who", who, "what",
                                    staff_word(w, "step", approval_step_name(fact->step)),
                                    "more", more, "actor", fact->actor));
}

static void add_department(void *self, const struct approval_department *d)
{
    json_array_append_new(self, json_pack("{s:s, s:s, s:b}", "code", d->code, "name",
                                          d->name, "intake", d->intake));
}

bool parallel_add(struct store *st, const struct staff_words *w, int64_t case_id,
                  json_t *data, struct error *err)
{
    const struct approval_clock clock = approval_clock_of(st->frame, w->now_ms);
    struct staff_words words = *w;
    struct approval_case all;
    struct view v = {.words = &words, .all = &all, .clock = &clock};
    struct steps steps = {&v, json_array()};
    json_t *departments = json_array();
    bool ok;

    words.catalogue = parallel_catalogue;
    v.data = json_object();
    ok = approval_read(st, case_id, &all, err) &&
         approval_departments(st, case_id, add_department, departments, err) &&
         approval_facts(st, case_id, add_step, &steps, err);
    if (ok && all.now.count > 0) {
        approval_figure(&all.now, &clock, &v.figures);
        put_chart(&v);
        put_rows(&v);
        put_sums(&v);
    }
    json_object_set_new(v.data, "any", json_boolean(ok && all.now.count > 0));
    json_object_set_new(v.data, "steps", steps.list);
    json_object_set(v.data, "departments", departments);
    if (ok && json_array_size(departments) > 0)
        json_object_set(data, "parallel", v.data);
    json_decref(departments);
    json_decref(v.data);
    return ok;
}

/* == Is the recorded end true? ==================================================== */

json_t *attested_row(const struct staff_words *w, const struct promise_answer *answer)
{
    struct staff_words words = *w;
    char id[24], case_id[24];
    json_t *row;

    words.catalogue = parallel_catalogue;
    snprintf(id, sizeof(id), "%lld", (long long)answer->id);
    snprintf(case_id, sizeof(case_id), "%lld", (long long)answer->case_id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o}", "id", id, "case", case_id,
                    "no", answer->case_no, "said",
                    staff_word(&words, "said", answer->received ? "true" : "denied"),
                    "denied", !answer->received, "newest", answer->newest, "at",
                    staff_time(&words, answer->at_ms));
    if (answer->found[0] != '\0') {
        json_object_set_new(row, "found",
                            json_string(staff_word(&words, "found", answer->found)));
        json_object_set_new(row, "found_at", staff_time(&words, answer->found_ms));
        json_object_set_new(row, "words",
                            json_string(answer->words != NULL ? answer->words : ""));
    }
    return row;
}

struct answers {
    const struct staff_words *words;
    json_t *list;
};

static void add_answer(void *self, const struct promise_answer *answer)
{
    struct answers *a = self;

    json_array_append_new(a->list, attested_row(a->words, answer));
}

/* How the question stands: open until a time, or over. */
static json_t *question_json(const struct staff_words *w, const struct promise_asked *a)
{
    struct staff_words words = *w;
    bool over = w->now_ms > a->until_ms;
    const char *state = a->closed     ? "closed"
                        : a->answered ? (over ? "stands" : "answered")
                        : over        ? "expired"
                                      : "waits";

    words.catalogue = parallel_catalogue;
    if (a->asked_ms == 0)
        return json_null();
    return json_pack("{s:o, s:o, s:s}", "asked", staff_time(w, a->asked_ms), "until",
                     staff_time(w, a->until_ms), "state",
                     staff_word(&words, "question", state));
}

bool attested_add(struct store *st, const struct staff_words *w, int64_t case_id,
                  json_t *data, struct error *err)
{
    struct answers answers = {w, json_array()};
    struct promise_asked asked;
    bool ok = promise_answers(st, case_id, add_answer, &answers, err) &&
              promise_asked_look(st, case_id, &asked, err);

    if (ok && (asked.asked_ms != 0 || json_array_size(answers.list) > 0))
        json_object_set_new(data, "attested",
                            json_pack("{s:O, s:o}", "rows", answers.list, "question",
                                      question_json(w, &asked)));
    json_decref(answers.list);
    return ok;
}
