/*
 * page_papers.c — see page_papers.h.
 *
 * Promise: what was typed is kept when it is refused, nothing is chosen beforehand, and
 * the same form sent twice is one paper. A judgement signs the result that the year was
 * frozen with, under the digest that its form showed.
 */
#include "web/page_papers.h"

#include <stdio.h>
#include <string.h>

#include "store/assessment_store.h"
#include "store/paper_store.h"
#include "web/assess_frame.h"
#include "web/problem.h"

static const char catalogue[] = "assess";
static const char pattern[] = "/assess/{year}/papers";

/* What the three forms send. */
static const char *const fields[] = {
    "kind",  "title", "people", "date",       "body",  "account", "home",
    "since", "until", "proof",  "department", "words", "signed",  "digest",
};

struct papers_page {
    struct staff staff;
    struct staff_words words;
    int year, status;
    bool judging; /* it is the judgement that was sent */
    const char *typed[LENGTH(fields)];
    char once[ASSESS_ONCE];
    const char *trouble;       /* key of a sentence; NULL for none */
    const char *wrong;         /* id of the field that it is about */
    char frozen[PAPER_DIGEST]; /* of the year's result; "" while it is not frozen */
    json_t *papers[PAPER_KINDS];
    json_t *assessors, *judgements, *accounts, *departments, *homes;
};

static const char *typed(const struct papers_page *p, const char *name)
{
    for (size_t i = 0; i < LENGTH(fields); i++)
        if (strcmp(fields[i], name) == 0)
            return p->typed[i] != NULL ? p->typed[i] : "";
    return "";
}

/* == What stands there ============================================================= */

static json_t *date_json(int date)
{
    char text[DAY_TEXT];

    assess_date_text(date, text);
    return json_string(text);
}

static void add_paper(void *self, const struct paper *paper)
{
    struct papers_page *p = self;

    json_array_append_new(
        p->papers[paper->kind],
        json_pack("{s:s, s:s, s:s, s:o, s:s, s:o}", "title", paper->title, "body",
                  paper->body, "people", paper->people, "date", date_json(paper->date),
                  "by", paper->by, "at", staff_time(&p->words, paper->at_ms)));
}

static void add_assessor(void *self, const struct assessor *a)
{
    struct papers_page *p = self;
    int today = hall_local_date(p->words.frame, p->words.now_ms);
    const char *home = a->home[0] == '\0'        ? staff_word(&p->words, "home", "none")
                       : a->home_name[0] != '\0' ? a->home_name
                                                 : a->home;

    json_array_append_new(p->assessors,
                          json_pack("{s:s, s:s, s:o, s:o, s:s, s:b, s:b, s:o}", "name",
                                    a->name, "home", home, "since", date_json(a->since),
                                    "until", date_json(a->until), "proof", a->proof,
                                    "newest", a->newest, "now",
                                    a->newest && today >= a->since && today <= a->until,
                                    "at", staff_time(&p->words, a->at_ms)));
}

static void add_judgement(void *self, const struct judgement *j)
{
    struct papers_page *p = self;

    json_array_append_new(
        p->judgements,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "department", j->department_name,
                  "body", j->body, "digest", j->digest, "signed", j->signed_name, "by",
                  j->by, "newest", j->newest, "at", staff_time(&p->words, j->at_ms)));
}

/* Administrators assess nobody. */
static void add_account(void *self, const struct account *a)
{
    struct papers_page *p = self;
    char id[24], text[ACCOUNT_NAME + 80], key[32];

    if (a->ended || (a->role & ROLES_ADMINISTRATOR) != 0)
        return;
    snprintf(id, sizeof(id), "%lld", (long long)a->id);
    snprintf(key, sizeof(key), "role_%s", role_name(a->role));
    snprintf(text, sizeof(text), "%s%s%s%s", a->name,
             page_text(p->words.site, catalogue, p->words.lang, "mark_open"),
             page_text(p->words.site, catalogue, p->words.lang, key),
             page_text(p->words.site, catalogue, p->words.lang, "mark_close"));
    assess_option(p->accounts, id, text, typed(p, "account"));
}

/* The fingerprint of the result that the year was frozen with. */
static bool frozen_read(struct store *st, struct papers_page *p, struct error *err)
{
    return assessment_results(st, p->year, p->frozen, err);
}

static void make_lists(struct papers_page *p)
{
    for (int kind = 0; kind < PAPER_KINDS; kind++)
        p->papers[kind] = json_array();
    p->assessors = json_array();
    p->judgements = json_array();
    p->accounts = json_array();
    p->departments = json_array();
    p->homes = json_array();
}

static void drop_lists(struct papers_page *p)
{
    for (int kind = 0; kind < PAPER_KINDS; kind++)
        json_decref(p->papers[kind]);
    json_decref(p->assessors);
    json_decref(p->judgements);
    json_decref(p->accounts);
    json_decref(p->departments);
    json_decref(p->homes);
}

static bool read_papers(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct papers_page *p = (struct papers_page *)s;

    if (!assess_year_asked(s->x, &p->year, err))
        return false;
    p->words = assess_words(s->x, st, catalogue, now_ms);
    make_lists(p);
    assess_option(p->homes, "-", staff_word(&p->words, "home", "none"), typed(p, "home"));
    if (frozen_read(st, p, err) && papers_each(st, p->year, add_paper, p, err) &&
        assessors_each(st, add_assessor, p, err) &&
        judgements_each(st, p->year, add_judgement, p, err) &&
        accounts_each(st, add_account, p, err) &&
        assess_departments(st, p->departments, typed(p, "department"), err) &&
        assess_departments(st, p->homes, typed(p, "home"), err))
        return true;
    drop_lists(p);
    return false;
}

/* == The page ====================================================================== */

static json_t *kinds_json(const struct papers_page *p)
{
    json_t *list = json_array();

    for (int kind = 0; kind < PAPER_KINDS; kind++) {
        const char *name = paper_kind_name((enum paper_kind)kind);

        assess_option(list, name, staff_word(&p->words, "paper", name), typed(p, "kind"));
    }
    return list;
}

static json_t *sections_json(struct papers_page *p)
{
    json_t *list = json_array();

    for (int kind = 0; kind < PAPER_KINDS; kind++) {
        const char *name = paper_kind_name((enum paper_kind)kind);

        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b, s:o}", "id", name,
                                        "heading", staff_word(&p->words, "papers", name),
                                        "empty", staff_word(&p->words, "no_paper", name),
                                        "some", json_array_size(p->papers[kind]) > 0,
                                        "papers", p->papers[kind]));
    }
    return list;
}

static void show_papers(struct exchange *x, struct step *s)
{
    struct papers_page *p = (struct papers_page *)s;
    json_t *data = assess_frame(x, &p->staff, p->words.lang, p->year, pattern);
    json_t *in = json_object();

    for (size_t i = 0; i < LENGTH(fields); i++)
        json_object_set_new(in, fields[i], json_string(typed(p, fields[i])));
    json_object_update_new(
        data,
        json_pack("{s:o, s:o, s:o, s:b, s:o, s:b, s:o, s:o, s:o, s:b}", "in", in, "kinds",
                  kinds_json(p), "sections", sections_json(p), "some_assessors",
                  json_array_size(p->assessors) > 0, "assessors", p->assessors,
                  "some_judgements", json_array_size(p->judgements) > 0, "judgements",
                  p->judgements, "accounts", p->accounts, "departments", p->departments,
                  "acts", assess_acts(&p->staff, pattern)));
    json_object_set_new(data, "homes", p->homes);
    json_object_set_new(data, "frozen", json_boolean(p->frozen[0] != '\0'));
    json_object_set_new(data, "digest", json_string(p->frozen));
    json_object_set_new(data, "saved", json_boolean(exchange_query(x, "saved") != NULL));
    if (p->trouble != NULL) {
        json_object_set_new(
            data, "trouble",
            json_string(page_text(p->words.site, catalogue, p->words.lang, p->trouble)));
        json_object_set_new(data, "wrong", json_string(p->wrong));
    }
    page_answer(x, p->status, "assess_papers", catalogue, p->words.lang, data);
}

void page_papers(struct exchange *x)
{
    struct papers_page *p = staff_new(x, sizeof(*p));

    p->status = 200;
    staff_read(&p->staff, read_papers, show_papers);
}

/* == What is sent ================================================================== */

/* The sentence of this page for what the store refuses, by the field. */
static void find_trouble(struct papers_page *p, const struct error *err)
{
    static const struct {
        const char *field, *trouble;
    } rows[] = {
        {"title", "err_title"},     {"people", "err_people"},
        {"date", "err_date"},       {"body", "err_body"},
        {"account", "err_account"}, {"home", "err_home"},
        {"since", "err_since"},     {"until", "err_until"},
        {"proof", "err_proof"},     {"department", "err_department"},
        {"signed", "err_signed"},   {"digest", "err_digest"},
    };

    for (size_t i = 0; err->kind == ERROR_INPUT && i < LENGTH(rows); i++)
        if (strcmp(rows[i].field, err->field) == 0) {
            p->trouble = rows[i].trouble;
            p->wrong = p->judging && strcmp(rows[i].field, "body") == 0 ? "words"
                                                                        : rows[i].field;
        }
}

static bool fail(struct papers_page *p, int status, const char *trouble,
                 const char *wrong)
{
    p->status = status;
    p->trouble = trouble;
    p->wrong = wrong;
    return true;
}

static void sent(struct exchange *x, struct step *s)
{
    struct papers_page *p = (struct papers_page *)s;

    if (s->ok && p->trouble == NULL) {
        assess_go(x, p->year, "/papers?saved=1");
        return;
    }
    if (p->trouble == NULL)
        find_trouble(p, &s->err);
    if (p->trouble == NULL) {
        problem_answer(x, &s->err);
        return;
    }
    p->status = p->status == 0 ? 422 : p->status;
    p->staff.any = false;
    error_clear(&s->err);
    staff_read(&p->staff, read_papers, show_papers);
}

static bool add_one_paper(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct papers_page *p = (struct papers_page *)s;
    const struct paper_input in = {.once = p->once,
                                   .year = assess_year(s->x),
                                   .kind = paper_kind_parse(typed(p, "kind")),
                                   .title = typed(p, "title"),
                                   .body = typed(p, "body"),
                                   .people = typed(p, "people"),
                                   .date = assess_date(typed(p, "date")),
                                   .actor = p->staff.who.actor};

    if (!assess_year_asked(s->x, &p->year, err))
        return false;
    if (in.kind == PAPER_KINDS)
        return fail(p, 422, "err_kind", "kind");
    return paper_add(st, &in, now_ms, err);
}

static bool add_one_assessor(struct store *st, struct step *s, int64_t now_ms,
                             struct error *err)
{
    struct papers_page *p = (struct papers_page *)s;
    const char *home = typed(p, "home");
    struct assessor_input in = {.once = p->once,
                                .home = strcmp(home, "-") == 0 ? "" : home,
                                .since = assess_date(typed(p, "since")),
                                .until = assess_date(typed(p, "until")),
                                .proof = typed(p, "proof"),
                                .actor = p->staff.who.actor};

    if (!assess_year_asked(s->x, &p->year, err))
        return false;
    if (home[0] == '\0')
        return fail(p, 422, "err_home", "home");
    if (!id_parse(typed(p, "account"), &in.account_id))
        in.account_id = 0;
    return assessor_add(st, &in, now_ms, err);
}

static bool sign_judgement(struct store *st, struct step *s, int64_t now_ms,
                           struct error *err)
{
    static const char *const refusals[] = {[ASSESSOR_UNKNOWN] = "err_unqualified",
                                           [ASSESSOR_EXPIRED] = "err_unqualified",
                                           [ASSESSOR_OWN] = "err_own"};
    struct papers_page *p = (struct papers_page *)s;
    const struct judgement_input in = {.once = p->once,
                                       .year = assess_year(s->x),
                                       .department = typed(p, "department"),
                                       .body = typed(p, "words"),
                                       .digest = typed(p, "digest"),
                                       .signed_name = typed(p, "signed"),
                                       .account_id = p->staff.who.id,
                                       .actor = p->staff.who.actor,
                                       .date = hall_local_date(st->frame, now_ms)};
    enum assessor_verdict verdict;

    if (!assess_year_asked(s->x, &p->year, err) || !frozen_read(st, p, err))
        return false;
    if (p->frozen[0] == '\0' || strcmp(p->frozen, in.digest) != 0)
        return fail(p, 422, "err_digest", "digest");
    if (!assessor_judge(st, in.account_id, in.department, in.date, &verdict, err))
        return false;
    if (verdict != ASSESSOR_FITS)
        return fail(p, 403, refusals[verdict], "department");
    return judgement_sign(st, &in, now_ms, err);
}

static void act(struct exchange *x, step_work *work, bool judging)
{
    struct papers_page *p = staff_new(x, sizeof(*p));
    struct form form;

    if (!staff_form(x, &form))
        return;
    for (size_t i = 0; i < LENGTH(fields); i++)
        p->typed[i] = staff_typed(x, &form, fields[i]);
    snprintf(p->once, sizeof(p->once), "%s", staff_typed(x, &form, "once"));
    p->staff.any = true;
    p->staff.recent = judging;
    p->judging = judging;
    staff_write(&p->staff, &form, work, sent);
    form_free(&form);
}

void page_paper_post(struct exchange *x)
{
    act(x, add_one_paper, false);
}

void page_assessor_post(struct exchange *x)
{
    act(x, add_one_assessor, false);
}

void page_judgement_post(struct exchange *x)
{
    act(x, sign_judgement, true);
}
