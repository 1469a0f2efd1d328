/*
 * assess_frame.c — see assess_frame.h.
 */
#include "web/assess_frame.h"

#include <stdio.h>
#include <string.h>

#include "store/clerk_place.h"

bool assess_year_asked(const struct exchange *x, int *year, struct error *err)
{
    *year = assess_year(x);
    return *year != 0 || error_set(err, ERROR_ABSENT, "There is no such year.");
}

struct staff_words assess_words(struct exchange *x, const struct store *st,
                                const char *catalogue, int64_t now_ms)
{
    return (struct staff_words){.site = site_of(x),
                                .frame = st->frame,
                                .lang = page_lang(x),
                                .catalogue = catalogue,
                                .now_ms = now_ms};
}

/* The year's pages, in the order in which they are looked for. */
static const struct {
    const char *pattern, *word;
} pages[] = {
    {"/assess/{year}", "menu_ranking"},
    {"/assess/{year}/whatif", "menu_whatif"},
    {"/assess/{year}/lab", "menu_lab"},
    {"/assess/{year}/scheme", "menu_scheme"},
    {"/assess/{year}/papers", "menu_papers"},
    {"/assess/{year}/log", "menu_log"},
    {"/assess/{year}/marks", "menu_marks"},
    {"/assess/{year}/visits", "menu_visits"},
    {"/assess/{year}/rechecks", "menu_rechecks"},
    {"/assess/{year}/second", "menu_second"},
    {"/assess/{year}/parallel", "menu_parallel"},
    {"/assess/{year}/indicators", "menu_indicators"},
    {"/assess/{year}/person", "menu_people"},
    {"/assess/{year}/quota", "menu_quota"},
    {"/assess/{year}/freeze", "menu_freeze"},
};

static json_t *menu_json(const struct staff *s, const struct site *site, enum lang lang,
                         int year, const char *here)
{
    static const size_t head = sizeof("/assess/{year}") - 1;
    json_t *menu = json_array();

    for (size_t i = 0; i < LENGTH(pages); i++) {
        char href[64];

        if (access_page(pages[i].pattern, s->who.role) == NULL)
            continue;
        snprintf(href, sizeof(href), "/assess/%d%s", year, pages[i].pattern + head);
        json_array_append_new(menu,
                              json_pack("{s:s, s:s, s:b}", "href", href, "text",
                                        page_text(site, "assess", lang, pages[i].word),
                                        "here", strcmp(pages[i].pattern, here) == 0));
    }
    return menu;
}

json_t *assess_frame(struct exchange *x, const struct staff *s, enum lang lang, int year,
                     const char *here)
{
    struct site *site = site_of(x);
    json_t *data = staff_frame(x, s, lang);
    unsigned char random[10];
    char once[ASSESS_ONCE];

    site->world->random(site->world, random, sizeof(random));
    crypt_base32_bytes(random, ASSESS_ONCE - 1, once);
    json_object_update_new(data,
                           json_pack("{s:i, s:i, s:i, s:b, s:s, s:s, s:o}", "year", year,
                                     "year_before", year - 1, "year_after", year + 1,
                                     "is_en", lang == LANG_EN, "once", once, "menu_name",
                                     page_text(site, "assess", lang, "menu"), "menu",
                                     menu_json(s, site, lang, year, here)));
    return data;
}

bool assess_acts(const struct staff *s, const char *pattern)
{
    const struct route act = {.method = METHOD_POST, .pattern = pattern};

    return access_view(&act, s->who.role) != NULL;
}

void assess_option(json_t *list, const char *value, const char *text, const char *chosen)
{
    json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", value, "text", text,
                                          "chosen",
                                          chosen != NULL && strcmp(value, chosen) == 0));
}

struct department_options {
    json_t *list;
    const char *chosen;
};

static void add_department(void *self, const struct department_staff *d)
{
    struct department_options *o = self;

    assess_option(o->list, d->code, d->name, o->chosen);
}

bool assess_departments(struct store *st, json_t *list, const char *chosen,
                        struct error *err)
{
    struct department_options o = {.list = list, .chosen = chosen};

    return departments_staff(st, add_department, &o, err);
}

int assess_date(const char *text)
{
    int year, month, day;
    int32_t number;

    if (!day_parse(text, &number))
        return 0;
    day_civil(number, &year, &month, &day);
    return year * 10000 + month * 100 + day;
}

void assess_date_text(int date, char out[DAY_TEXT])
{
    out[0] = '\0';
    if (date > 0)
        day_text(day_number(date / 10000, date / 100 % 100, date % 100), out);
}

void assess_go(struct exchange *x, int year, const char *page)
{
    char path[96];

    snprintf(path, sizeof(path), "/assess/%d%s%slang=%s", year, page,
             strchr(page, '?') != NULL ? "&" : "?",
             page_lang(x) == LANG_EN ? "en" : "zh-CN");
    page_see_other(x, path);
}
