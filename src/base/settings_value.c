/*
 * settings_value.c — the kinds of settings: how each is written and what it is worth.
 *
 * Promise: a text that passes fits its kind, its bounds and its rule, and can stand in a
 * settings file. Not here: where values come from (settings.c).
 */
#include "base/settings_part.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

/* With its key a value must stay within a line of a settings file. */
enum { VALUE_MOST = 160 };

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit durations[] = {
    {"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}};
static const struct unit sizes[] = {
    {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};

bool setting_is_code(const char *text)
{
    size_t length = strlen(text);

    return length >= 1 && length <= 32 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_-") == length;
}

/* A decimal number at the front of `text`; `rest` is what follows it. */
static bool leading_number(const char *text, int64_t *out, const char **rest)
{
    bool minus = text[0] == '-';
    const char *c = text + (minus ? 1 : 0);
    int64_t number = 0;

    if (*c < '0' || *c > '9')
        return false;
    for (; *c >= '0' && *c <= '9'; c++) {
        if (number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (*c - '0');
    }
    *out = minus ? -number : number;
    *rest = c;
    return true;
}

/* A number with a unit; without one only where `bare` says so, or where it is 0. */
static bool parse_measure(const char *text, const struct unit *units, size_t count,
                          bool bare, int64_t *out)
{
    const char *rest;
    int64_t number;

    if (!leading_number(text, &number, &rest) || number < 0)
        return false;
    while (*rest == ' ')
        rest++;
    if (*rest == '\0') {
        *out = number;
        return bare || number == 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rest, units[i].name) != 0)
            continue;
        *out = number * units[i].factor;
        return number <= INT64_MAX / units[i].factor;
    }
    return false;
}

static bool parse_truth(const char *text, int64_t *out)
{
    static const char *const words[] = {"no",    "yes",  "off", "on",
                                        "false", "true", "0",   "1"};

    for (size_t i = 0; i < LENGTH(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = (int64_t)(i % 2);
            return true;
        }
    }
    return false;
}

static int parse_minutes(const char *text)
{
    int hour, minute;

    for (int i = 0; i < 5; i++) {
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    }
    hour = (text[0] - '0') * 10 + (text[1] - '0');
    minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (minute > 59 || hour * 60 + minute > 24 * 60)
        return -1;
    return hour * 60 + minute;
}

/* "09:00-20:00", with blanks around the hyphen if somebody likes them. */
static bool parse_span(const char *text, int span[2])
{
    const char *second;

    if (strlen(text) < 11)
        return false;
    second = text + 5 + strspn(text + 5, " ");
    if (*second++ != '-')
        return false;
    second += strspn(second, " ");
    if (strlen(second) != 5)
        return false;
    span[0] = parse_minutes(text);
    span[1] = parse_minutes(second);
    return span[0] >= 0 && span[1] > span[0];
}

static bool parse_choice(const char *choices, const char *text, int64_t *out)
{
    size_t length = strlen(text);
    int64_t at = 0;

    for (const char *c = choices; length > 0 && *c != '\0'; at++) {
        size_t word = strcspn(c, " ");

        if (word == length && strncmp(c, text, length) == 0) {
            *out = at;
            return true;
        }
        c += word + strspn(c + word, " ");
    }
    return false;
}

bool setting_each(const char *list, list_item *item, void *context)
{
    while (list[strspn(list, ", \t")] != '\0') {
        char element[VALUE_MOST + 1];
        size_t length;

        list += strspn(list, ", \t");
        length = strcspn(list, ", \t");
        if (length >= sizeof(element))
            return false;
        memcpy(element, list, length);
        element[length] = '\0';
        if (!item(context, element))
            return false;
        list += length;
    }
    return true;
}

static bool item_keeps_rule(void *context, const char *text)
{
    const struct setting *row = context;

    return row->rule == NULL || row->rule(text) == NULL;
}

/* inih would read such a text otherwise than it was meant. */
static bool fits_a_file(const char *text)
{
    if (!words_utf8(text, strlen(text), NULL) || text[0] == ';')
        return false;
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7F || (*c == ';' && c[-1] == ' '))
            return false;
    }
    return true;
}

static bool parse_text(const struct setting *row, const char *text)
{
    int64_t length = (int64_t)strlen(text);

    if (row->most > 0 && (length < row->least || length > row->most))
        return false;
    return length == 0 || row->rule == NULL || row->rule(text) == NULL;
}

static bool in_bounds(const struct setting *row, int64_t number)
{
    return number >= row->least && number <= row->most;
}

bool setting_parse(const struct setting *row, const char *text, struct slot *out)
{
    const char *rest = "";

    if (!fits_a_file(text) || (row->kind != SETTING_LIST && strlen(text) > VALUE_MOST))
        return false;
    switch (row->kind) {
    case SETTING_TEXT:
    case SETTING_SECRET:
        return parse_text(row, text);
    case SETTING_INTEGER:
        return leading_number(text, &out->number, &rest) && *rest == '\0' &&
               in_bounds(row, out->number);
    case SETTING_BOOLEAN:
        return parse_truth(text, &out->number);
    case SETTING_DURATION:
        return parse_measure(text, durations, LENGTH(durations), false, &out->number) &&
               in_bounds(row, out->number);
    case SETTING_BYTES:
        return parse_measure(text, sizes, LENGTH(sizes), true, &out->number) &&
               in_bounds(row, out->number);
    case SETTING_SPAN:
        return parse_span(text, out->span);
    case SETTING_CHOICE:
        return parse_choice(row->choices, text, &out->number);
    case SETTING_LIST:
        return setting_each(text, item_keeps_rule, (void *)row);
    }
    assert(!"a kind without a case");
    return false;
}

/* In the greatest unit that divides it. */
static void measure_text(int64_t value, const struct unit *units, size_t count,
                         char out[32])
{
    size_t at = 0;

    while (at + 1 < count && (value == 0 || value % units[at].factor != 0))
        at++;
    snprintf(out, 32, "%" PRId64 " %s", value / units[at].factor, units[at].name);
}

static void allowed_measure(const struct setting *row, const char *forms,
                            const struct unit *units, size_t count, char *out,
                            size_t size)
{
    char least[32];
    char most[32];

    measure_text(row->least, units, count, least);
    measure_text(row->most, units, count, most);
    snprintf(out, size, "%s, from %s to %s", forms, least, most);
}

static void allowed_text(const struct setting *row, char *out, size_t size)
{
    const char *rule = row->rule == NULL ? NULL : row->rule("\x01");

    if (rule != NULL)
        snprintf(out, size, "%s%s", row->kind == SETTING_LIST ? "any number of: " : "",
                 rule);
    else if (row->most > 0)
        snprintf(out, size, "%" PRId64 " to %" PRId64 " bytes of plain text", row->least,
                 row->most);
    else
        snprintf(out, size,
                 "one line of plain UTF-8 text without \" ;\", at most %d bytes",
                 VALUE_MOST);
}

void setting_allowed(const struct setting *row, char *out, size_t size)
{
    switch (row->kind) {
    case SETTING_TEXT:
    case SETTING_SECRET:
    case SETTING_LIST:
        allowed_text(row, out, size);
        break;
    case SETTING_INTEGER:
        snprintf(out, size, "whole numbers from %" PRId64 " to %" PRId64 "%s%s",
                 row->least, row->most, row->unit == NULL ? "" : ", in ",
                 row->unit == NULL ? "" : row->unit);
        break;
    case SETTING_BOOLEAN:
        snprintf(out, size, "yes and no");
        break;
    case SETTING_DURATION:
        allowed_measure(row, "a number with s, min, h or d", durations, LENGTH(durations),
                        out, size);
        break;
    case SETTING_BYTES:
        allowed_measure(row, "a number with B, KiB, MiB or GiB", sizes, LENGTH(sizes),
                        out, size);
        break;
    case SETTING_SPAN:
        snprintf(out, size, "two times of one day, the earlier first, as in 09:00-20:00");
        break;
    case SETTING_CHOICE: {
        size_t used = 0;

        for (const char *c = row->choices; *c != '\0' && used + 3 < size; c++)
            used += (size_t)snprintf(out + used, size - used, "%s%c",
                                     *c == ' ' ? "," : "", *c);
        break;
    }
    }
}
