/*
 * page_praise_new.c — thanks that reached the hall otherwise (page_praise.h).
 *
 * Promise: nothing is chosen beforehand and nothing is guessed: a case that is not found,
 * or not the only one, is asked for again, with everything that was typed. The form
 * carries a number of its own, so that the same form sent twice is one.
 */
#include "web/page_praise.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "store/praise_store.h"
#include "web/citizen.h"
#include "web/session.h"
#include "web/staff_words.h"

static const char catalogue[] = "clerk";

enum { ONCE_SYMBOLS = 16 };

struct entry {
    struct staff staff;
    struct staff_words words;
    int status;
    const char *trouble; /* key of a sentence; NULL for none */
    const char *wrong;   /* id of the field that it is about */
    char length[24];     /* of the words, for the sentence */
    char once[ONCE_SYMBOLS + 1];
    const char *number, *date, *clerk, *window, *way, *said; /* as typed */
    json_t *clerks, *windows;
    char found[256]; /* the cases that a number may mean */
};

static bool fail(struct entry *e, int status, const char *trouble, const char *field)
{
    e->status = status;
    e->trouble = trouble;
    e->wrong = field;
    return true;
}

/* == The form ===================================================================== */

static void add_option(json_t *list, const char *code, const char *name,
                       const char *chosen)
{
    json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", code, "text", name,
                                          "chosen", strcmp(code, chosen) == 0));
}

static void add_clerk(void *self, const struct clerk *c)
{
    struct entry *e = self;

    add_option(e->clerks, c->code, c->name, e->clerk);
}

static bool reaches(const struct entry *e, const char *department)
{
    return e->staff.view->scope == ACCESS_HALL ||
           strcmp(department, e->staff.who.place) == 0;
}

static void add_window(void *self, const struct window *w)
{
    struct entry *e = self;

    if (reaches(e, w->department_code))
        add_option(e->windows, w->code, w->name, e->window);
}

static bool read_form(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct entry *e = (struct entry *)s;

    e->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .now_ms = now_ms};
    e->clerks = json_array();
    e->windows = json_array();
    if (clerks_each(st, add_clerk, e, err) && windows_each(st, add_window, e, err))
        return true;
    json_decref(e->clerks);
    json_decref(e->windows);
    return false;
}

static json_t *ways_json(const struct entry *e)
{
    json_t *list = json_array();

    for (int way = PRAISE_LETTER; way < PRAISE_DESK; way++) {
        const char *name = praise_way_name((enum praise_way)way);

        add_option(list, name, staff_word(&e->words, "praise", name), e->way);
    }
    return list;
}

static void show_form(struct exchange *x, struct step *s)
{
    struct entry *e = (struct entry *)s;
    json_t *data = staff_frame(x, &e->staff, e->words.lang);

    json_object_update_new(data, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "once",
                                           e->once, "number", e->number, "date", e->date,
                                           "said", e->said, "ways", ways_json(e),
                                           "clerks", e->clerks, "windows", e->windows));
    if (e->trouble != NULL) {
        json_object_set_new(data, "trouble",
                            page_phrase(e->words.site, catalogue, e->words.lang,
                                        e->trouble, "n", e->length, "cases", e->found,
                                        NULL));
        json_object_set_new(data, "wrong", json_string(e->wrong));
        json_object_set_new(data, "wrong_said",
                            json_boolean(strcmp(e->wrong, "said") == 0));
        json_object_set_new(data, "wrong_number",
                            json_boolean(strcmp(e->wrong, "number") == 0));
    }
    page_answer(x, e->status, "praise_new", catalogue, e->words.lang, data);
}

void page_praise_new(struct exchange *x)
{
    struct entry *e = staff_new(x, sizeof(*e));
    unsigned char random[10];

    e->status = 200;
    e->number = e->date = e->clerk = e->window = e->way = e->said = "";
    site_of(x)->world->random(site_of(x)->world, random, sizeof(random));
    crypt_base32_bytes(random, ONCE_SYMBOLS, e->once);
    staff_read(&e->staff, read_form, show_form);
}

/* == Sent ========================================================================= */

struct matches {
    const struct entry *entry;
    struct praise_case only;
    int count;
    size_t used;
    char *text;
    size_t size;
};

static void match(void *self, const struct praise_case *c)
{
    struct matches *m = self;

    if (!reaches(m->entry, c->department))
        return;
    m->only = *c;
    m->count++;
    if (m->used < m->size)
        m->used += (size_t)snprintf(m->text + m->used, m->size - m->used, "%s%s",
                                    m->used > 0 ? ", " : "", c->case_no);
}

/* The case that is meant; leaves in->case_id 0 and a sentence where that is not clear. */
static bool find_case(struct store *st, struct entry *e, int64_t now_ms,
                      struct praise_input *in, struct error *err)
{
    struct matches m = {.entry = e, .text = e->found, .size = sizeof(e->found)};
    int local_date = hall_local_date(st->frame, now_ms), year, month, day;
    int32_t number;

    if (e->clerk[0] != '\0' || e->window[0] != '\0')
        return fail(e, 422, "err_both", "number");
    if (e->date[0] != '\0') {
        if (!day_parse(e->date, &number))
            return fail(e, 422, "err_date", "date");
        day_civil(number, &year, &month, &day);
        local_date = year * 10000 + month * 100 + day;
    }
    if (!praise_cases(st, e->number, local_date, match, &m, err))
        return false;
    if (m.count != 1)
        return fail(e, 422, m.count == 0 ? "err_no_case" : "err_many_cases", "number");
    in->case_id = m.only.id;
    return true;
}

static bool find_clerk(struct store *st, struct entry *e, struct praise_input *in,
                       struct error *err)
{
    struct clerk clerk;
    struct window window;
    bool found;

    if (!clerk_find(st, e->clerk, &clerk, &found, err))
        return false;
    if (!found)
        return fail(e, 422, "err_clerk", "clerk");
    if (!window_find(st, e->window, &window, &found, err))
        return false;
    if (!found || !reaches(e, window.department_code))
        return fail(e, 422, "err_window", "window");
    in->clerk_id = clerk.id;
    in->window_id = window.id;
    return true;
}

static bool keep(struct store *st, struct entry *e, struct praise_input *in,
                 int64_t now_ms, struct error *err)
{
    enum praise_verdict verdict;
    char once[32], object[48];
    int64_t id;

    snprintf(once, sizeof(once), "form %s", e->once);
    in->words = e->said;
    in->once = once;
    in->actor = e->staff.who.actor;
    if (!praise_take(st, in, now_ms, &verdict, &id, err))
        return false;
    if (verdict == PRAISE_OTHER)
        return fail(e, 409, "err_used", "said");
    if (verdict != PRAISE_TAKEN)
        return true;
    snprintf(object, sizeof(object), "praise %lld", (long long)id);
    return store_audit(st, in->actor, "praise.entered", object, praise_way_name(in->way),
                       now_ms, err);
}

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct entry *e = (struct entry *)s;
    struct praise_input in = {.way = PRAISE_PAGE};

    for (int way = PRAISE_LETTER; way < PRAISE_DESK; way++)
        if (strcmp(e->way, praise_way_name((enum praise_way)way)) == 0)
            in.way = (enum praise_way)way;
    if (strlen(e->once) != ONCE_SYMBOLS) /* no form of ours */
        return fail(e, 422, "err_used", "said");
    if (in.way == PRAISE_PAGE)
        return fail(e, 422, "err_way", "way");
    if (e->said[0] == '\0')
        return fail(e, 422, "err_said", "said");
    if (sent_length(e->said) > PRAISE_WORDS)
        return fail(e, 422, "err_said_long", "said");
    if (!(e->number[0] != '\0' ? find_case(st, e, now_ms, &in, err)
                               : find_clerk(st, e, &in, err)))
        return false;
    return e->trouble != NULL || keep(st, e, &in, now_ms, err);
}

static void taken(struct exchange *x, struct step *s)
{
    struct entry *e = (struct entry *)s;

    if (e->trouble != NULL)
        staff_read(&e->staff, read_form, show_form);
    else
        page_see_other(x, page_lang(x) == LANG_EN ? "/praise?saved=1&lang=en"
                                                  : "/praise?saved=1&lang=zh-CN");
}

void page_praise_post(struct exchange *x)
{
    struct entry *e = staff_new(x, sizeof(*e));
    struct form form;

    if (!staff_form(x, &form))
        return;
    e->number = staff_typed(x, &form, "number");
    e->date = staff_typed(x, &form, "date");
    e->clerk = staff_typed(x, &form, "clerk");
    e->window = staff_typed(x, &form, "window");
    e->way = staff_typed(x, &form, "way");
    e->said = staff_typed(x, &form, "said");
    snprintf(e->once, sizeof(e->once), "%s", staff_typed(x, &form, "once"));
    snprintf(e->length, sizeof(e->length), "%d", sent_length(e->said));
    staff_write(&e->staff, &form, take, taken);
    form_free(&form);
}
