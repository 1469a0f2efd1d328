/*
 * desk_act.c — what the buttons of a desk do (see page_desk.h).
 *
 * Promise: pressing a button twice does no more than pressing it once: who calls while
 * somebody is here is shown who is here, a case that has started or closed stays so. A
 * form that was made for somebody else than who stands at the window does nothing.
 */
#include "web/page_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/event_store.h"
#include "store/help_store.h"
#include "store/invitation_store.h"
#include "store/praise_store.h"

/* The source of the cases that are opened here (case_store.c). */
static const char own_source[] = "yiping";

static bool do_call(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    struct serving serving;
    struct desk desk;
    bool nobody = false;

    if (!desk_get(st, d->window, &desk, err))
        return false;
    if (desk.ticket_id != 0)
        return true;
    if (!queue_call(st, site_of(d->step.x)->rules, d->window, d->clerk, d->actor, now_ms,
                    &serving, &nobody, err))
        return false;
    d->said = nobody ? "m_nobody" : NULL;
    return true;
}

static bool do_recall(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    struct serving serving;

    return queue_recall(st, d->window, d->actor, now_ms, &serving, err);
}

static bool do_no_show(struct store *st, struct desk_step *d, int64_t now_ms,
                       struct error *err)
{
    struct ticket t;

    return queue_no_show(st, site_of(d->step.x)->rules, d->window, d->actor, now_ms, &t,
                         err);
}

static bool do_hold(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    struct ticket t;

    return queue_hold(st, site_of(d->step.x)->rules, d->window, d->actor, now_ms, &t,
                      err);
}

static bool do_pause(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    int64_t until_ms = d->pause_min > 0 ? now_ms + d->pause_min * 60000 : 0;
    struct desk desk;

    return queue_pause(st, d->window, d->reason, until_ms, d->actor, now_ms, &desk, err);
}

static bool do_resume(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    struct desk desk;

    return queue_resume(st, d->window, d->actor, now_ms, &desk, err);
}

static bool do_undo(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    struct desk desk;
    struct ticket t;

    if (!desk_get(st, d->window, &desk, err))
        return false;
    if (d->undo_id > 0 && d->undo_id != desk.undo_event_id)
        return error_set(err, ERROR_CONFLICT, "Another act has been done since.");
    return queue_undo(st, d->window, d->actor, now_ms, &t, err);
}

/* The ticket at this window; ERROR_CONFLICT where nobody is here. */
static bool ticket_here(struct store *st, const struct desk_step *d, int64_t *id,
                        struct error *err)
{
    struct desk desk;

    if (!desk_get(st, d->window, &desk, err))
        return false;
    *id = desk.ticket_id;
    return *id != 0 ||
           error_set(err, ERROR_CONFLICT,
                     "Nobody is at window %s now. Call the next first.", d->window);
}

struct wanted {
    const char *typed, *own; /* "3", "A01" */
    char code[CODE_SIZE];
};

/* "3" is the window 3 of one's own letter; whatever else is typed is a whole code. */
static bool is_wanted(const struct wanted *v, const char *code)
{
    size_t letters = strcspn(v->own, "0123456789");

    if (strcasecmp(code, v->typed) == 0)
        return true;
    return v->typed[0] != '\0' && strspn(v->typed, "0123456789") == strlen(v->typed) &&
           strncmp(code, v->own, letters) == 0 &&
           strcspn(code, "0123456789") == letters &&
           strtol(code + letters, NULL, 10) == strtol(v->typed, NULL, 10);
}

static void match_window(void *self, const struct window *w)
{
    struct wanted *v = self;

    if (is_wanted(v, w->code))
        snprintf(v->code, sizeof(v->code), "%s", w->code);
}

static bool window_wanted(struct store *st, const struct desk_step *d, struct wanted *out,
                          struct error *err)
{
    *out = (struct wanted){.typed = d->to_window, .own = d->window};
    return windows_each(st, match_window, out, err) &&
           (out->code[0] != '\0' ||
            error_field(err, "window", "There is no window %.40s in this hall.",
                        d->to_window));
}

static bool do_transfer(struct store *st, struct desk_step *d, int64_t now_ms,
                        struct error *err)
{
    struct wanted to;
    struct ticket t;
    int64_t id;

    return ticket_here(st, d, &id, err) && window_wanted(st, d, &to, err) &&
           queue_transfer(st, site_of(d->step.x)->rules, id, to.code, d->actor, now_ms,
                          &t, err);
}

static bool do_restore(struct store *st, struct desk_step *d, int64_t now_ms,
                       struct error *err)
{
    struct ticket t;

    return queue_restore(st, site_of(d->step.x)->rules, d->ticket_id, d->actor, now_ms,
                         &t, err);
}

static bool do_add_case(struct store *st, struct desk_step *d, int64_t now_ms,
                        struct error *err)
{
    struct service_case c;
    int64_t id;

    return ticket_here(st, d, &id, err) &&
           case_add(st, id, d->matter, d->actor, now_ms, &c, err);
}

/* The case that is meant, by id or by its number; it must be this window's. */
static bool case_here(struct store *st, struct desk_step *d, struct service_case *out,
                      struct error *err)
{
    struct window w;
    bool found = false;

    if (d->case_no[0] != '\0') {
        if (!case_by_number(st, own_source, d->case_no, out, &found, err))
            return false;
    } else if (!case_find(st, d->case_id, out, &found, err)) {
        return false;
    }
    if (found && !window_get(st, out->window_id, &w, err))
        return false;
    if (found && strcmp(w.code, d->window) == 0)
        return true;
    return error_field(err, "case_no", "This window has no such case.");
}

static bool do_start(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    struct service_case c;

    if (!case_here(st, d, &c, err))
        return false;
    return c.state != CASE_WAITING ||
           case_start(st, site_of(d->step.x)->rules, c.id, d->actor, now_ms, &c, err);
}

static bool do_accept(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    struct service_case c;

    if (!case_here(st, d, &c, err))
        return false;
    d->said = "m_accepted";
    return c.state == CASE_ACCEPTED || case_accept(st, c.id, d->actor, now_ms, &c, err);
}

static bool do_close(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    struct service_case c;
    struct invitation inv;

    if (!case_here(st, d, &c, err) ||
        !case_close(st, site_of(d->step.x)->rules, c.id,
                    d->outcome[0] != '\0' ? d->outcome : "done",
                    d->has_phone ? &d->phone : NULL, d->actor, now_ms, &c, &inv, err))
        return false;
    d->said = inv.message_id != 0 ? "m_closed_asked" : "m_closed";
    return true;
}

static bool do_phone(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    const struct settings *settings = site_of(d->step.x)->settings;

    if (!d->has_phone) {
        d->trouble = "e_phone";
        return error_set(err, ERROR_CONFLICT, "No number was typed.");
    }
    d->said = "m_phone";
    return queue_phone(st, d->window, &d->phone,
                       settings_bool(settings, "desk.keypad") ? "keypad" : "desk",
                       d->actor, now_ms, err);
}

static bool do_help(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    return help_answer(st, d->kiosk, d->actor, now_ms, err);
}

/* One for each case, of today; that a window wrote it down itself is in the audit. */
static bool do_praise(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    char once[40], object[40], of[40];
    struct praise_input in = {.way = PRAISE_DESK, .once = once, .actor = d->actor};
    enum praise_verdict verdict;
    struct service_case c;
    int64_t id;

    if (sent_length(d->words) == 0 || sent_length(d->words) > PRAISE_WORDS)
        return error_field(err, "words", "1 to %d characters.", PRAISE_WORDS);
    if (!case_here(st, d, &c, err))
        return false;
    if (c.closed_ms == 0 ||
        hall_local_date(st->frame, c.closed_ms) != hall_local_date(st->frame, now_ms))
        return error_field(err, "case", "This window has closed no such case today.");
    snprintf(once, sizeof(once), "desk %lld", (long long)c.id);
    in.case_id = c.id;
    in.words = d->words;
    d->said = "m_praise";
    if (!praise_take(st, &in, now_ms, &verdict, &id, err))
        return false;
    if (verdict == PRAISE_OTHER)
        return error_set(err, ERROR_CONFLICT, "Thanks are written down for that case.");
    snprintf(object, sizeof(object), "praise %lld", (long long)id);
    snprintf(of, sizeof(of), "case %lld", (long long)c.id);
    return verdict == PRAISE_SAME ||
           store_audit(st, d->actor, "praise.desk", object, of, now_ms, err);
}

/* == All of them ================================================================== */

static const struct desk_act acts[] = {
    {"call", do_call},         {"recall", do_recall},     {"no-show", do_no_show},
    {"hold", do_hold},         {"pause", do_pause},       {"resume", do_resume},
    {"undo", do_undo},         {"start", do_start},       {"accept", do_accept},
    {"close", do_close},       {"transfer", do_transfer}, {"restore", do_restore},
    {"add-case", do_add_case}, {"phone", do_phone},       {"help", do_help},
    {"praise", do_praise},
};

const struct desk_act *desk_act_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(acts); i++)
        if (strcmp(acts[i].name, name) == 0)
            return &acts[i];
    return NULL;
}

/* What an act said, as the fact that a repeat is answered from (once.h). */
static const char *const sayings[] = {
    NULL, "m_nobody", "m_accepted", "m_closed", "m_closed_asked", "m_phone", "m_praise"};

static int64_t fact_of(const char *said)
{
    for (size_t i = 1; said != NULL && i < LENGTH(sayings); i++)
        if (strcmp(sayings[i], said) == 0)
            return (int64_t)i;
    return 0;
}

/* Is it still the one whom the page showed? */
static bool still_here(struct store *st, struct desk_step *d, struct error *err)
{
    struct desk desk;

    if (!d->names_here)
        return true;
    if (!desk_get(st, d->window, &desk, err))
        return false;
    if (desk.ticket_id == d->here_id)
        return true;
    d->trouble = "e_changed";
    return error_set(err, ERROR_CONFLICT, "Somebody else is at window %s now.",
                     d->window);
}

/* A press that calls a person out is of no use long afterwards: nobody may sit there. */
static bool in_time(struct desk_step *d, struct error *err)
{
    enum { CALL_LATE_MS = 10 * 60 * 1000 };
    bool calls = d->act->run == do_call || d->act->run == do_recall;

    if (!calls || d->late_ms <= CALL_LATE_MS)
        return true;
    d->trouble = "e_late";
    return error_set(err, ERROR_CONFLICT, "That was pressed too long ago.");
}

/* What was pressed while we were away is booked now; when it was pressed stands beside
 * it, for whoever compares times. */
static bool note_late(struct store *st, const struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    enum { WORTH_NOTING_MS = 5000 };
    struct window w;
    bool found;
    char detail[80];

    if (d->late_ms < WORTH_NOTING_MS)
        return true;
    if (!window_find(st, d->window, &w, &found, err))
        return false;
    snprintf(detail, sizeof(detail), "%s %lld ms before", d->act->name,
             (long long)d->late_ms);
    return event_add(st,
                     &(struct event){.kind = "pressed_earlier",
                                     .ticket_id = d->here_id > 0 ? d->here_id : 0,
                                     .case_id = d->case_id > 0 ? d->case_id : 0,
                                     .window_id = found ? w.id : 0,
                                     .actor = d->actor,
                                     .detail = detail},
                     now_ms, NULL, err);
}

bool desk_act_do(struct store *st, struct desk_step *d, int64_t now_ms, struct error *err)
{
    int64_t fact = 0;
    bool done;

    if (!once_find(st, &d->once, now_ms, &done, &fact, err))
        return false;
    if (done) {
        d->said = sayings[(size_t)fact % LENGTH(sayings)];
        return true;
    }
    return still_here(st, d, err) && in_time(d, err) && d->act->run(st, d, now_ms, err) &&
           note_late(st, d, now_ms, err) &&
           once_keep(st, &d->once, fact_of(d->said), now_ms, err);
}
