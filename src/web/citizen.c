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

const char *lang_query(const struct exchange *x)
{
    const char *asked = exchange_query(x, "lang");

    if (asked == NULL)
        return "";
    return page_lang(x) == LANG_EN ? "?lang=en" : "?lang=zh";
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void local_of(const struct site *site, int64_t at_ms, struct local_time *out)
{
    zone_local(atomic_load(&site->frame->now)->zone, at_ms, out);
}

void day_said(const struct site *site, int64_t at_ms, enum lang lang,
              char out[MOMENT_TEXT])
{
    struct local_time l;

    local_of(site, at_ms, &l);
    if (lang == LANG_EN)
        snprintf(out, MOMENT_TEXT, "%d %s %d", l.day, months[l.month - 1], l.year);
    else
        snprintf(out, MOMENT_TEXT, "%d 年 %d 月 %d 日", l.year, l.month, l.day);
}

void moment_text(const struct site *site, int64_t at_ms, enum lang lang,
                 char out[MOMENT_TEXT])
{
    struct local_time l;

    local_of(site, at_ms, &l);
    if (lang == LANG_EN)
        snprintf(out, MOMENT_TEXT, "%d %s %02d:%02d", l.day, months[l.month - 1], l.hour,
                 l.minute);
    else
        snprintf(out, MOMENT_TEXT, "%d 月 %d 日 %02d:%02d", l.month, l.day, l.hour,
                 l.minute);
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

json_t *citizen_data(const struct exchange *x, enum lang lang, const char *title)
{
    const struct hall_frame *frame = atomic_load(&site_of(x)->frame->now);
    json_t *data = json_object();

    json_object_set_new(data, "hall", json_string(frame != NULL ? frame->name : ""));
    json_object_set_new(data, "title", json_string(title));
    json_object_set_new(data, "q", json_string(lang_query(x)));
    json_object_set_new(data, "path", json_string(x->path));
    json_object_set_new(data, "zh", json_boolean(lang == LANG_ZH));
    return data;
}

void citizen_headers(struct exchange *x)
{
    exchange_header_add(x, "X-Robots-Tag", "noindex");
}

void citizen_say(struct exchange *x, int status, const char *key)
{
    enum lang lang = page_lang(x);
    const char *text = page_text(site_of(x), "citizen", lang, key);
    json_t *data = citizen_data(x, lang, text);

    json_object_set_new(data, "sentence", json_string(text));
    exchange_restart(x);
    citizen_headers(x);
    if (status == 503 || status == 429)
        exchange_header_add(x, "Retry-After", status == 429 ? "60" : "2");
    page_answer(x, status, "sentence", "citizen", lang, data);
}
