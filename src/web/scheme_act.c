/*
 * scheme_act.c — what the organisation department sends from the scheme's page
 * (page_scheme.h): proposals, adoption, freezing; sheets are sheet_act.c's.
 *
 *     loop: fields → … reader: scheme or sheet, effect … → loop: refused? the page again
 *     → … writer: kept … → loop: 303
 *
 * Promise: what takes long is reckoned on a reader; the writer only checks once more that
 * nothing came in between.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/scheme_look.h"
#include "web/page_scheme.h"
#include "web/problem.h"
#include "web/scheme_page.h"

bool scheme_page_fail(struct scheme_page *p, int status, const char *trouble,
                      const char *wrong)
{
    p->status = status;
    p->trouble = trouble;
    p->wrong = wrong;
    return true;
}

void scheme_page_judge(struct scheme_page *p, enum scheme_verdict verdict)
{
    static const char *const sentences[] = {
        [SCHEME_IS_FROZEN] = "scheme_frozen", [SCHEME_IS_OVERTAKEN] = "scheme_overtaken",
        [SCHEME_IS_ABSENT] = "scheme_absent", [SCHEME_IS_ADOPTED] = "scheme_adopted",
        [SCHEME_TOO_FAR] = "scheme_too_far",
    };

    if (verdict != SCHEME_DONE)
        scheme_page_fail(p, 409, sentences[verdict], "versions");
}

void scheme_page_take(struct scheme_page *p, const struct form *form)
{
    struct exchange *x = p->staff.step.x;

    p->fields = exchange_memory(x, (form->count + 1) * sizeof(*p->fields));
    for (size_t i = 0; i < form->count; i++)
        p->fields[i] = (struct exchange_pair){
            .name = exchange_text(x, form->fields[i].name, strlen(form->fields[i].name)),
            .value = staff_typed(x, form, form->fields[i].name)};
    p->field_count = form->count;
    snprintf(p->once, sizeof(p->once), "%s", scheme_page_field(p, "once"));
}

/* Answers the page again where the work refused it, or the problem where it failed. */
bool scheme_page_settled(struct scheme_page *p)
{
    struct step *s = &p->staff.step;

    if (s->ok && p->trouble == NULL)
        return true;
    scheme_free(&p->proposed);
    free(p->effect);
    p->effect = NULL;
    if (s->ok) {
        scheme_page_show(p);
        return false;
    }
    mark_sheet_free(&p->sheet);
    problem_answer(s->x, &s->err);
    return false;
}

/* == Proposals ===================================================================== */

/* What the reader of schemes did not like, in a sentence of ours where there is one. */
static void explain(struct scheme_page *p, const struct error *err)
{
    int sum = scheme_form_sum(&p->base, scheme_page_field, p);
    size_t length = strlen(err->field);

    snprintf(p->detail, sizeof(p->detail), "%s", err->text);
    if (sum < 0 || (length > 7 && strcmp(err->field + length - 7, ".weight") == 0)) {
        scheme_page_fail(p, 422, "err_weight", "weights");
    } else if (sum != SCHEME_WEIGHT_WHOLE) {
        int missing = SCHEME_WEIGHT_WHOLE - sum;

        snprintf(p->sum, sizeof(p->sum), "%d.%02d", sum / 100 % 1000, sum % 100);
        snprintf(p->missing, sizeof(p->missing), "%d.%02d", abs(missing) / 100 % 1000,
                 abs(missing) % 100);
        scheme_page_fail(p, 422, missing > 0 ? "err_sum_low" : "err_sum_high", "weights");
    } else {
        scheme_page_fail(p, 422, "err_scheme", "weights");
    }
}

/* Is it the share that was decided, or is there a reason? */
static bool share_fits(struct scheme_page *p)
{
    int wanted = site_of(p->staff.step.x)->rules->hall_share;
    struct error trouble = {0};

    if (scheme_share_fits(&p->proposed, wanted, scheme_page_field(p, "share_reason"),
                          &trouble))
        return true;
    if (strcmp(trouble.field, "share_reason") != 0) {
        snprintf(p->detail, sizeof(p->detail), "%s", trouble.text);
        scheme_page_fail(p, 422, "err_scheme", "weights");
        return false;
    }
    scheme_weight_text(scheme_hall_weight(&p->proposed), p->sum);
    scheme_weight_text(wanted, p->missing);
    scheme_page_fail(p, 422, "err_share", "share_reason");
    return false;
}

/* What it would have done to the year before. */
static bool reckon_effect(struct store *st, struct scheme_page *p, int64_t now_ms,
                          struct error *err)
{
    struct buf effect = buf_new(4 << 20);
    bool ok = scheme_effect_read(st, &p->proposed, now_ms, &effect, err);

    if (ok)
        p->effect = memory_text(buf_text(&effect));
    buf_free(&effect);
    return ok;
}

static bool read_proposal(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    struct error trouble = {0};
    bool found, ok = true;

    if (!scheme_page_begin(st, p, now_ms, err) ||
        !scheme_find(st, p->year, p->state.newest, &p->base, NULL, &found, err))
        return false;
    if (!found)
        scheme_first(p->year, &p->base);
    p->base.version = found ? p->base.version : 0;
    if (p->state.frozen)
        scheme_page_judge(p, SCHEME_IS_FROZEN);
    else if (scheme_page_field(p, "reason")[0] == '\0')
        scheme_page_fail(p, 422, "err_reason", "reason");
    else if (scheme_page_field(p, "heard")[0] == '\0')
        scheme_page_fail(p, 422, "err_heard", "heard");
    else if (!scheme_form_read(&p->base, scheme_page_field, p, &p->proposed, &trouble))
        explain(p, &trouble);
    else if (share_fits(p))
        ok = reckon_effect(st, p, now_ms, err);
    scheme_free(&p->base);
    return ok;
}

static bool keep_proposal(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    const struct scheme_change change = {
        .once = p->once,
        .scheme = &p->proposed,
        .based_on = atoi(scheme_page_field(p, "based_on")),
        .reason = scheme_page_field(p, "reason"),
        .heard = scheme_page_field(p, "heard"),
        .effect = p->effect,
        .hall_share = site_of(s->x)->rules->hall_share,
        .share_reason = scheme_page_field(p, "share_reason"),
        .actor = p->staff.who.actor,
    };
    struct error trouble = {0};
    enum scheme_verdict verdict = SCHEME_DONE;
    int version;

    if (scheme_propose(st, &change, now_ms, &verdict, &version, &trouble))
        scheme_page_judge(p, verdict);
    else if (trouble.kind == ERROR_INPUT && strcmp(trouble.field, "reason") == 0)
        scheme_page_fail(p, 422, "err_reason", "reason");
    else if (trouble.kind == ERROR_INPUT && strcmp(trouble.field, "heard") == 0)
        scheme_page_fail(p, 422, "err_heard", "heard");
    else if (trouble.kind == ERROR_INPUT && strcmp(trouble.field, "share_reason") == 0)
        scheme_page_fail(p, 422, "err_share_reason", "share_reason");
    else {
        *err = trouble;
        return false;
    }
    return true;
}

static void proposed(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;

    if (!scheme_page_settled(p))
        return;
    scheme_free(&p->proposed);
    free(p->effect);
    assess_go(x, p->year, "/scheme?saved=proposed");
}

/* Sends it on to the writer, with the form's own token. */
static void write_on(struct exchange *x, struct scheme_page *p, step_work *work,
                     step_then *then)
{
    struct form form;

    if (!staff_form(x, &form))
        return;
    staff_write(&p->staff, &form, work, then);
    form_free(&form);
}

static void propose(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;

    if (scheme_page_settled(p))
        write_on(x, p, keep_proposal, proposed);
}

void page_scheme_post(struct exchange *x)
{
    struct scheme_page *p = staff_new(x, sizeof(*p));
    struct form form;

    if (!staff_form(x, &form))
        return;
    scheme_page_take(p, &form);
    form_free(&form);
    p->staff.any = true;
    staff_read(&p->staff, read_proposal, propose);
}

/* == Adoption and freezing ========================================================= */

static bool adopt(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    enum scheme_verdict verdict;

    if (!scheme_page_begin(st, p, now_ms, err) ||
        !scheme_adopt(st, p->year, atoi(exchange_param(s->x, 1)), p->staff.who.actor,
                      now_ms, &verdict, err))
        return false;
    scheme_page_judge(p, verdict);
    return true;
}

static bool freeze(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct scheme_page *p = (struct scheme_page *)s;
    enum scheme_verdict verdict;

    if (!scheme_page_begin(st, p, now_ms, err) ||
        !scheme_freeze(st, p->year, p->staff.who.actor, now_ms, &verdict, err))
        return false;
    scheme_page_judge(p, verdict);
    return true;
}

static void adopted(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;

    if (scheme_page_settled(p))
        assess_go(x, p->year, "/scheme?saved=adopted");
}

static void frozen(struct exchange *x, struct step *s)
{
    struct scheme_page *p = (struct scheme_page *)s;

    if (scheme_page_settled(p))
        assess_go(x, p->year, "/scheme?saved=frozen");
}

/* Both want a log-in that is recent. */
static void decide(struct exchange *x, step_work *work, step_then *then)
{
    struct scheme_page *p = staff_new(x, sizeof(*p));
    struct form form;

    if (!staff_form(x, &form))
        return;
    p->staff.any = true;
    p->staff.recent = true;
    staff_write(&p->staff, &form, work, then);
    form_free(&form);
}

void page_scheme_adopt(struct exchange *x)
{
    decide(x, adopt, adopted);
}

void page_scheme_freeze(struct exchange *x)
{
    decide(x, freeze, frozen);
}
