/*
 * page_detail.c — reasons for a rating, or words after its time: POST /t/{token}/detail
 * (see page_ticket.h).
 *
 * Promise: nothing that was typed is lost to a mistake: the page comes back with it. A
 * reason must be one of the grade that stands; a note after the time makes no rating.
 */
#include "web/page_ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/tag.h"

enum { COMMENT_MOST = 500 };

bool integrity_asked(const struct site *site)
{
    return settings_text(site->settings, "inspection.public_key")[0] != '\0';
}

/* What was answered to the integrity question, where it is asked; words without a yes or
 * no are an answer, too, of whoever was asked for something. */
static const char *read_integrity(struct visit_step *v, const struct sent *form)
{
    const char *answer = sent_text(form, "beyond");
    const char *words = sent_text(form, "beyond_words");

    if (!integrity_asked(site_of(v->step.x)) || (answer[0] == '\0' && words[0] == '\0'))
        return NULL;
    if (answer[0] != '\0' && strcmp(answer, "yes") != 0 && strcmp(answer, "no") != 0)
        return "err_form";
    if (answer[0] == '\0')
        return "err_beyond";
    v->integrity.yes = strcmp(answer, "yes") == 0;
    v->integrity.words = words;
    snprintf(v->alert_n, sizeof(v->alert_n), "%d", sent_length(words));
    return sent_length(words) > COMMENT_MOST ? "err_long" : NULL;
}

/* What is wrong with the form, as a key of the catalogue; NULL for nothing. */
static const char *read_detail(struct visit_step *v, const struct sent *form)
{
    static const char *const names[] = {"attitude", "efficiency", "quality", "integrity"};
    struct rating_detail *d = &v->detail;
    const char *contact = sent_text(form, "contact"), *nonce = sent_text(form, "n");
    size_t used = 0;

    d->words = sent_text(form, "comment");
    d->contact = strcmp(contact, "yes") == 0 ? 1 : strcmp(contact, "no") == 0 ? 0 : -1;
    d->tags = v->tags;
    if (nonce[0] != '\0' && !visit_nonce_fits(nonce))
        return "err_form";
    for (size_t i = 0; i < LENGTH(names); i++) {
        int64_t value = sent_number(form, names[i]);

        if (value < 0 || value > 5)
            return "err_form";
        d->dims[i] = (int)value;
    }
    for (size_t i = 0; i < form->count; i++) {
        const char *code = form->fields[i].value;

        if (strcmp(form->fields[i].name, "tag") != 0)
            continue;
        if (strlen(code) != 3 || tag_find(atoi(code)) == NULL ||
            used + 5 > sizeof(v->tags) || strstr(v->tags, code) != NULL)
            return "err_tag";
        used += (size_t)snprintf(v->tags + used, sizeof(v->tags) - used, "%s%s",
                                 used > 0 ? "," : "", code);
    }
    snprintf(v->alert_n, sizeof(v->alert_n), "%d", sent_length(d->words));
    return sent_length(d->words) > COMMENT_MOST ? "err_long" : NULL;
}

static bool says_nothing(const struct rating_detail *d)
{
    static const int none[4] = {0};

    return d->tags[0] == '\0' && d->words[0] == '\0' && d->contact < 0 &&
           memcmp(d->dims, none, sizeof(none)) == 0;
}

/* Are all the reasons of this grade? */
static bool tags_fit(const char *tags, int grade)
{
    for (; *tags != '\0'; tags += tags[3] == ',' ? 4 : 3)
        if (tags[0] - '0' != grade)
            return false;
    return true;
}

/* Sealed here, before it meets the store. */
static bool add_integrity(struct store *st, struct visit_step *v, int64_t case_id,
                          int64_t now_ms, struct error *err)
{
    unsigned char key[CRYPT_BOX_KEY];
    bool taken;

    v->integrity.case_id = case_id;
    if (!crypt_box_key_read(
            settings_text(site_of(v->step.x)->settings, "inspection.public_key"), key))
        return error_set(err, ERROR_SETUP, "The inspection's key cannot be used.");
    return integrity_add(st, key, &v->integrity, now_ms, &taken, err) &&
           (taken || error_field(err, "beyond", "This case has had its answers."));
}

static bool add_detail(struct store *st, struct visit_step *v, const struct visit_case *c,
                       int64_t now_ms, struct error *err)
{
    struct rating_detail *d = &v->detail;

    if (!tags_fit(d->tags, c->rating.grade))
        return error_field(err, "tag", "A reason belongs to another grade.");
    if (v->integrity.words != NULL && !add_integrity(st, v, c->id, now_ms, err))
        return false;
    d->case_id = c->id;
    d->rating_id = c->rating.rating_id;
    if (c->last4[0] == '\0')
        d->contact = -1; /* nobody can be rung */
    return says_nothing(d) ||
           rating_detail_add(st, &site_of(v->step.x)->rules->rating, d, now_ms, err);
}

static bool add(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visit_step *v = (struct visit_step *)s;
    const struct visit_case *c = NULL;
    bool none;

    if (!visit_choose_case(st, v, &none, err) ||
        !visit_read(st, site_of(s->x)->rules, v->ticket_id, now_ms, visit_room(v),
                    &v->found, err))
        return false;
    for (int i = 0; i < v->visit->case_count; i++)
        if (v->visit->cases[i].id == v->case_id)
            c = &v->visit->cases[i];
    if (c != NULL && c->detail)
        return add_detail(st, v, c, now_ms, err);
    if (c == NULL || c->state != VISIT_CASE_LATE)
        return error_set(err, ERROR_CONFLICT, "Nothing can be added to this case now.");
    return v->detail.words[0] == '\0' ||
           rating_note_add(st, c->id, "ticket_qr", 0, v->detail.words,
                           strlen(v->detail.words), now_ms, err);
}

static void show_again(struct visit_step *v, int status, const char *alert)
{
    v->status = status;
    v->alert = alert;
    v->detail_only = status == 422 || status == 503;
    visit_show(v);
}

/* Nothing that was typed is lost with the store. */
static void show_busy(struct visit_step *v)
{
    exchange_header_add(v->step.x, "Retry-After", "2");
    show_again(v, 503, "busy");
}

static void added(struct exchange *x, struct step *s)
{
    struct visit_step *v = (struct visit_step *)s;

    if (s->ok)
        visit_see_other(
            v, says_nothing(&v->detail) && v->integrity.words == NULL ? "" : "thanks=1");
    else if (s->err.kind == ERROR_ABSENT)
        citizen_say(x, 404, "unknown");
    else if (s->err.kind == ERROR_CONFLICT)
        show_again(v, 409, "too_early_detail");
    else if (s->err.kind == ERROR_INPUT)
        show_again(v, 422,
                   strcmp(s->err.field, "case") == 0     ? "err_case"
                   : strcmp(s->err.field, "beyond") == 0 ? "err_beyond_over"
                                                         : "err_tag");
    else
        show_busy(v);
}

void page_detail_post(struct exchange *x)
{
    struct visit_step *v = visit_begin(x);
    struct sent *form;
    struct error err = {0};
    const char *wrong;

    if (v == NULL)
        return;
    form = exchange_memory(x, sizeof(*form));
    if (!sent_read(x, form, &err)) {
        show_again(v, 400, "err_form");
        return;
    }
    v->case_id = sent_number(form, "case");
    wrong = read_detail(v, form);
    if (wrong == NULL)
        wrong = read_integrity(v, form);
    v->kept = form;
    if (v->case_id < 0)
        citizen_say(x, 404, "unknown");
    else if (wrong != NULL)
        show_again(v, 422, wrong);
    else
        step_write_any(&v->step, add, added);
}
