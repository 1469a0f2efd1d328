/*
 * page_log_add.c — an entry that is added to the log (page_log.h).
 *
 * Promise: the entry and its file are one transaction with the audit event; the form has
 * a name of its own (`once`), so that sent twice it is one entry. A form that was wrong
 * is shown again with everything that was typed.
 */
#include "web/page_log.h"

#include <stdio.h>
#include <string.h>

#include "store/assessor_store.h"
#include "web/citizen.h"
#include "web/problem.h"

static bool fail(struct log_page *p, int status, const char *trouble, const char *wrong)
{
    return daily_fail(&p->daily, status, trouble, wrong);
}

static const struct {
    enum day_log_verdict verdict;
    int status;
    const char *trouble, *wrong;
} verdicts[] = {
    {DAY_LOG_NO_WINDOW, 422, "err_window", "window"},
    {DAY_LOG_TO_COME, 422, "err_to_come", "on"},
    {DAY_LOG_WRONG_POINTS, 422, "err_points_kind", "points"},
    {DAY_LOG_NOT_THIS_SIDE, 409, "err_not_this_side", "words"},
    {DAY_LOG_CORRECTED, 409, "err_corrected", "words"},
    {DAY_LOG_NO_ENTRY, 422, "err_no_entry", "words"},
    {DAY_LOG_FROZEN, 409, "err_frozen", "on"},
};

/* Does the writer come from the department that he would write of? */
static bool comes_from(struct store *st, struct log_page *p, const char *department,
                       bool *comes, struct error *err)
{
    const struct caller *who = &p->daily.staff.who;
    enum assessor_verdict verdict;

    *comes = false;
    if (p->daily.staff.view->scope != ACCESS_HALL)
        return true;
    if (!assessor_judge(st, who->id, department, p->daily.today, &verdict, err))
        return false;
    *comes = verdict == ASSESSOR_OWN;
    return true;
}

/* The department of what would be written; "" where that is not known. */
static bool department_of(struct store *st, struct log_page *p, char out[CODE_SIZE],
                          struct error *err)
{
    struct day_log_entry old;
    struct window window;
    bool found;

    out[0] = '\0';
    if (p->corrects != 0) {
        if (!day_log_find(st, p->corrects, &old, &found, err))
            return false;
        if (found) {
            memcpy(out, old.department, CODE_SIZE);
            p->date = old.local_date;
        }
        return true;
    }
    if (!window_find(st, p->typed.window, &window, &found, err))
        return false;
    if (found)
        memcpy(out, window.department_code, CODE_SIZE);
    return true;
}

/* The fields by themselves; a sentence where one is wrong. */
static void check(struct log_page *p)
{
    struct daily *d = &p->daily;

    if (strlen(p->typed.once) != ASSESS_ONCE - 1)
        fail(p, 422, "err_used", "words");
    else if (p->corrects == 0 &&
             ((p->date = assess_date(p->typed.day)) == 0 || p->date / 10000 != d->year))
        fail(p, 422, "err_day", "on");
    else if (p->corrects == 0 && p->typed.window[0] == '\0')
        fail(p, 422, "err_window", "window");
    else if (p->corrects == 0 && day_log_kind_read(p->typed.kind) == DAY_LOG_KINDS)
        fail(p, 422, "err_kind", "kind");
    else if (p->pointed && !points_parse(p->typed.points, &p->points))
        fail(p, 422, "err_points", "points");
    else if (p->typed.words[0] == '\0')
        fail(p, 422, "err_words", "words");
    else if (sent_length(p->typed.words) > DAY_LOG_WORDS)
        fail(p, 422, "err_words_long", "words");
}

static bool note(struct store *st, struct log_page *p, int64_t now_ms, struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "log %lld", (long long)p->id);
    return store_audit(st, p->daily.staff.who.actor,
                       p->corrects != 0 ? "log.corrected" : "log.added", object,
                       p->typed.window, now_ms, err);
}

static bool keep(struct store *st, struct log_page *p, int64_t now_ms, struct error *err)
{
    struct daily *d = &p->daily;
    const struct day_log_rules rules = daily_log_rules(d->words.site);
    const struct day_log_input in = {
        .local_date = p->date,
        .window = p->typed.window,
        .kind = day_log_kind_read(p->typed.kind),
        .side = d->staff.view->scope == ACCESS_WINDOW ? DAY_LOG_WINDOW : DAY_LOG_HALL,
        .points = p->pointed ? &p->points : NULL,
        .corrects = p->corrects,
        .words = p->typed.words,
        .once = p->typed.once,
        .actor = d->staff.who.actor,
        .file = d->file,
        .file_most = settings_bytes(d->words.site->settings, "daily.file_most"),
        .own_window = daily_own_window(d)};

    if (!daily_room(d, err) ||
        !day_log_take(st, &rules, &in, now_ms, &p->verdict, &p->id, err))
        return false;
    for (size_t i = 0; i < LENGTH(verdicts); i++)
        if (verdicts[i].verdict == p->verdict)
            return fail(p, verdicts[i].status, verdicts[i].trouble, verdicts[i].wrong);
    return p->verdict == DAY_LOG_AGAIN || note(st, p, now_ms, err);
}

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct log_page *p = (struct log_page *)s;
    char department[CODE_SIZE];
    bool comes;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    check(p);
    if (p->daily.trouble != NULL)
        return true;
    if (!department_of(st, p, department, err) ||
        !comes_from(st, p, department, &comes, err))
        return false;
    return comes ? fail(p, 403, "err_own", "window") : keep(st, p, now_ms, err);
}

/* Where the entry is seen: its day. */
static void to_the_day(struct exchange *x, const struct log_page *p)
{
    char path[64], day[DAY_TEXT];

    assess_date_text(p->date, day);
    snprintf(path, sizeof(path), "/assess/%d/log?day=%s", p->daily.year, day);
    daily_done(x, path);
}

/* The page is shown of the day that was meant, where one was. */
static void show_its_day(struct exchange *x, struct log_page *p)
{
    char day[DAY_TEXT];

    p->day = "";
    if (p->date / 10000 == p->daily.year) {
        assess_date_text(p->date, day);
        p->day = exchange_text(x, day, strlen(day));
    }
}

static void taken(struct exchange *x, struct step *s)
{
    struct log_page *p = (struct log_page *)s;
    struct daily *d = &p->daily;

    json_decref(d->data);
    d->data = NULL;
    if (!s->ok && !daily_explain(d, &s->err)) {
        problem_answer(x, &s->err);
        return;
    }
    if (d->trouble == NULL) {
        to_the_day(x, p);
        return;
    }
    show_its_day(x, p);
    d->staff.any = false;
    staff_read(&d->staff, log_read, log_show);
}

void page_log_post(struct exchange *x)
{
    struct log_page *p = daily_new(x, sizeof(*p));
    struct daily *d = &p->daily;
    struct form form;

    if (!daily_form(d, &form))
        return;
    p->day = p->window = p->department = "";
    p->typed.once = staff_typed(x, &form, "once");
    p->typed.day = staff_typed(x, &form, "day");
    p->typed.window = staff_typed(x, &form, "window");
    p->typed.kind = staff_typed(x, &form, "kind");
    p->typed.points = staff_typed(x, &form, "points");
    p->typed.words = staff_typed(x, &form, "words");
    p->typed.corrects = staff_typed(x, &form, "corrects");
    p->pointed = p->typed.points[0] != '\0';
    if (p->typed.corrects[0] != '\0' && !id_parse(p->typed.corrects, &p->corrects))
        p->corrects = -1; /* there is none of that name */
    d->staff.any = true;
    staff_write(&d->staff, &form, take, taken);
    form_free(&form);
}
