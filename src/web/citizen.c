/*
 * citizen.c — see citizen.h.
 */
#include "web/citizen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "web/page.h"

/* A field that is there twice, but for ticks: two grades in one form are none. */
static bool says_twice(const struct sent *form)
{
    for (size_t i = 0; i < form->count; i++)
        for (size_t k = i + 1; k < form->count; k++)
            if (strcmp(form->fields[i].name, form->fields[k].name) == 0 &&
                strcmp(form->fields[i].name, "tag") != 0)
                return true;
    return false;
}

bool sent_read(struct exchange *x, struct sent *out, struct error *err)
{
    if (exchange_pairs(x, x->body, x->body_length, &out->fields, &out->count) &&
        !says_twice(out))
        return true;
    return error_set(err, ERROR_MALFORMED, "The form that was sent cannot be read.");
}

const char *sent_text(const struct sent *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(form->fields[i].name, name) == 0)
            return form->fields[i].value + strspn(form->fields[i].value, " \t\r\n");
    return "";
}

int sent_length(const char *text)
{
    int count = 0;

    for (; *text != '\0'; text++) /* continuation bytes do not count */
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

int64_t sent_number(const struct sent *form, const char *name)
{
    const char *text = sent_text(form, name);
    size_t length = strlen(text);

    if (length == 0)
        return 0;
    if (length > 19 || strspn(text, "0123456789") != length ||
        (length == 19 && strcmp(text, "9223372036854775807") > 0))
        return -1;
    return strtoll(text, NULL, 10);
}

/* == Languages ==================================================================== */

static unsigned offered(const struct site *site)
{
    const char *mongolian = settings_text(site->settings, "pages.mongolian");
    bool both = strcmp(mongolian, "both") == 0;

    return LANGS_EVERYWHERE |
           (both || strcmp(mongolian, "cyrillic") == 0 ? 1u << LANG_MN_CYRL : 0) |
           (both || strcmp(mongolian, "traditional") == 0 ? 1u << LANG_MN_MONG : 0);
}

enum lang citizen_lang(const struct exchange *x)
{
    return accept_language_of(exchange_header(x, "Accept-Language"),
                              exchange_query(x, "lang"), offered(site_of(x)));
}

const char *lang_query(const struct exchange *x)
{
    static const char *const queries[LANGS] = {"?lang=zh", "?lang=en", "?lang=mn-Cyrl",
                                               "?lang=mn-Mong"};
    const char *asked = exchange_query(x, "lang");

    return asked == NULL ? "" : queries[citizen_lang(x)];
}

/* == Times ======================================================================== */

static void local_of(const struct site *site, int64_t at_ms, struct local_time *out)
{
    zone_local(atomic_load(&site->frame->now)->zone, at_ms, out);
}

void clock_text(const struct site *site, int64_t at_ms, char out[MOMENT_TEXT])
{
    struct local_time l;

    local_of(site, at_ms, &l);
    snprintf(out, MOMENT_TEXT, "%02d:%02d", l.hour, l.minute);
}

/* The name of a month, out of the twelve that the catalogue lists. */
static void month_name(const char *all, int month, char out[24])
{
    while (month-- > 1)
        all += strcspn(all, " ") + 1;
    snprintf(out, 24, "%.*s", (int)strcspn(all, " "), all);
}

/* A day or a moment as the catalogue writes it, under this key. */
static void time_said(const struct site *site, const char *key, int64_t at_ms,
                      enum lang lang, char out[MOMENT_TEXT])
{
    char year[12], month[24], day[12], clock[16];
    struct local_time l;
    json_t *said;

    local_of(site, at_ms, &l);
    month_name(page_text(site, "citizen", lang, "months"), l.month, month);
    snprintf(year, sizeof(year), "%d", l.year);
    snprintf(day, sizeof(day), "%d", l.day);
    snprintf(clock, sizeof(clock), "%02d:%02d", l.hour, l.minute);
    said = page_phrase(site, "citizen", lang, key, "y", year, "mo", month, "d", day, "hm",
                       clock, NULL);
    snprintf(out, MOMENT_TEXT, "%s", json_string_value(said));
    json_decref(said);
}

void day_said(const struct site *site, int64_t at_ms, enum lang lang,
              char out[MOMENT_TEXT])
{
    time_said(site, "day", at_ms, lang, out);
}

void moment_text(const struct site *site, int64_t at_ms, enum lang lang,
                 char out[MOMENT_TEXT])
{
    time_said(site, "moment", at_ms, lang, out);
}

json_t *moment_json(const struct site *site, int64_t at_ms, enum lang lang)
{
    char text[MOMENT_TEXT], iso[ZONE_ISO];

    moment_text(site, at_ms, lang, text);
    zone_iso(atomic_load(&site->frame->now)->zone, at_ms, iso);
    return json_pack("{s:s, s:s}", "text", text, "iso", iso);
}

void receipt_parted(const char *receipt, char out[20])
{
    snprintf(out, 20, "%.4s-%.4s-%.4s-%.4s", receipt, receipt + 4, receipt + 8,
             receipt + 12);
}

void grade_said(const struct site *site, enum lang lang, int grade, const int dims[4],
                char *out, size_t size)
{
    char key[4], d[4][4];
    json_t *said;

    if (grade != 0) {
        snprintf(key, sizeof(key), "g%d", grade % 10);
        snprintf(out, size, "%s", page_text(site, "citizen", lang, key));
        return;
    }
    for (int i = 0; i < 4; i++)
        snprintf(d[i], sizeof(d[i]), "%d", dims[i] % 10);
    said = page_phrase(site, "citizen", lang, "four_said", "a", d[0], "b", d[1], "c",
                       d[2], "d", d[3], NULL);
    snprintf(out, size, "%s", json_string_value(said));
    json_decref(said);
}

static json_t *languages_json(const struct site *site, enum lang here, unsigned mask)
{
    json_t *list = json_array();

    for (enum lang lang = LANG_ZH; lang < LANGS; lang++)
        if ((mask & 1u << lang) != 0)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:b}", "tag", lang_tag(lang), "name",
                                page_text(site, "citizen", lang, "name"), "here",
                                lang == here));
    return list;
}

json_t *citizen_data(const struct exchange *x, enum lang lang, const char *title)
{
    const struct hall_frame *frame = atomic_load(&site_of(x)->frame->now);
    json_t *data = json_object();

    json_object_set_new(data, "hall", json_string(frame != NULL ? frame->name : ""));
    json_object_set_new(data, "title", json_string(title));
    json_object_set_new(data, "q", json_string(lang_query(x)));
    json_object_set_new(data, "path", json_string(x->path));
    json_object_set_new(data, "languages",
                        languages_json(site_of(x), lang, LANGS_EVERYWHERE));
    return data;
}

/* Catalogues that no native reader has passed yet: their pages say so, to the staff of
 * the hall as well. One that has passed leaves this list. */
static bool is_draft(enum lang lang)
{
    return lang == LANG_MN_CYRL || lang == LANG_MN_MONG;
}

json_t *citizen_page(const struct exchange *x, enum lang lang, const char *title)
{
    static const enum lang also[] = {LANG_ZH, LANG_EN};
    const struct site *site = site_of(x);
    json_t *data = citizen_data(x, lang, title);

    json_object_set_new(data, "languages", languages_json(site, lang, offered(site)));
    if (!is_draft(lang))
        return data;
    json_object_set_new(data, "draft",
                        json_string(page_text(site, "citizen", lang, "draft")));
    json_object_set_new(data, "draft_also", json_array());
    for (size_t i = 0; i < LENGTH(also); i++)
        json_array_append_new(json_object_get(data, "draft_also"),
                              json_pack("{s:s, s:s}", "tag", lang_tag(also[i]), "text",
                                        page_text(site, "citizen", also[i], "draft")));
    return data;
}

void citizen_headers(struct exchange *x)
{
    exchange_header_add(x, "X-Robots-Tag", "noindex");
}

void citizen_say(struct exchange *x, int status, const char *key)
{
    enum lang lang = citizen_lang(x);
    const char *text = page_text(site_of(x), "citizen", lang, key);
    json_t *data = citizen_page(x, lang, text);

    json_object_set_new(data, "sentence", json_string(text));
    exchange_restart(x);
    citizen_headers(x);
    if (status == 503 || status == 429)
        exchange_header_add(x, "Retry-After", status == 429 ? "60" : "2");
    page_answer(x, status, "sentence", "citizen", lang, data);
}
