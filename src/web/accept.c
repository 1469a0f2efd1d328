/*
 * accept.c — reads Accept-Language, Accept-Encoding and Cookie.
 *
 * Promise: any bytes may come; what cannot be read is passed over, in linear time. Not
 * here: what a cookie's value means (session.c), which texts exist in which language.
 */
#include "web/accept.h"

#include <string.h>
#include <strings.h>

enum { LANGS = LANG_EN + 1, WEIGHT_UNNAMED = -1 };

static const char *skip_blanks(const char *at, const char *stop)
{
    while (at < stop && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

static const char *trim_blanks(const char *at, const char *stop)
{
    while (stop > at && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    return stop;
}

/* "zh", "zh-CN", "EN-gb": the first subtag decides. */
static bool lang_read(const char *tag, size_t length, enum lang *out)
{
    if (length < 2 || (length > 2 && tag[2] != '-'))
        return false;
    if (strncasecmp(tag, "zh", 2) == 0)
        *out = LANG_ZH;
    else if (strncasecmp(tag, "en", 2) == 0)
        *out = LANG_EN;
    else
        return false;
    return true;
}

/* "0", "0.8", "1.000" in thousandths; false for anything else. */
static bool weight_read(const char *at, const char *stop, int *out)
{
    int weight;
    int place = 100;

    if (at == stop || (*at != '0' && *at != '1'))
        return false;
    weight = (*at++ - '0') * 1000;
    if (at < stop && *at++ != '.')
        return false;
    for (; at < stop; at++, place /= 10) {
        if (*at < '0' || *at > '9' || place == 0)
            return false;
        weight += (*at - '0') * place;
    }
    if (weight > 1000)
        return false;
    *out = weight;
    return true;
}

/* The weight of one range "en-GB;q=0.8", whose name then ends at `*name_end`. */
static bool range_read(const char *at, const char *stop, const char **name_end,
                       int *weight)
{
    const char *semicolon = memchr(at, ';', (size_t)(stop - at));

    *weight = 1000;
    *name_end = trim_blanks(at, semicolon != NULL ? semicolon : stop);
    if (semicolon == NULL)
        return true;
    at = skip_blanks(semicolon + 1, stop);
    if (stop - at < 2 || (at[0] != 'q' && at[0] != 'Q') || at[1] != '=')
        return false;
    return weight_read(at + 2, stop, weight);
}

/* Reads one range into the weights; `*first` becomes the language named first. */
static void range_take(const char *at, const char *stop, int weights[LANGS], int *any,
                       enum lang *first)
{
    const char *name_end;
    enum lang lang;
    int weight;

    if (!range_read(at, stop, &name_end, &weight))
        return;
    if (name_end - at == 1 && *at == '*') {
        *any = weight;
        return;
    }
    if (!lang_read(at, (size_t)(name_end - at), &lang))
        return;
    if (weights[LANG_ZH] == WEIGHT_UNNAMED && weights[LANG_EN] == WEIGHT_UNNAMED)
        *first = lang;
    if (weight > weights[lang])
        weights[lang] = weight;
}

enum lang accept_language(const char *header, const char *query_lang)
{
    int weights[LANGS] = {WEIGHT_UNNAMED, WEIGHT_UNNAMED};
    int any = 0;
    enum lang first = LANG_ZH;
    enum lang asked;

    if (query_lang != NULL && lang_read(query_lang, strlen(query_lang), &asked))
        return asked;
    while (header != NULL && *header != '\0') {
        const char *end = strchrnul(header, ',');
        const char *at = skip_blanks(header, end);

        range_take(at, trim_blanks(at, end), weights, &any, &first);
        header = *end == ',' ? end + 1 : end;
    }
    for (int i = 0; i < LANGS; i++) {
        if (weights[i] == WEIGHT_UNNAMED)
            weights[i] = any;
    }
    if (weights[LANG_ZH] == weights[LANG_EN])
        return weights[LANG_ZH] > 0 ? first : LANG_ZH;
    return weights[LANG_ZH] > weights[LANG_EN] ? LANG_ZH : LANG_EN;
}

bool accept_gzip(const char *header)
{
    int gzip = WEIGHT_UNNAMED, any = 0;

    while (header != NULL && *header != '\0') {
        const char *end = strchrnul(header, ','), *at = skip_blanks(header, end);
        const char *name_end;
        int weight;

        if (range_read(at, trim_blanks(at, end), &name_end, &weight)) {
            if (name_end - at == 4 && strncasecmp(at, "gzip", 4) == 0)
                gzip = weight;
            else if (name_end - at == 1 && *at == '*')
                any = weight;
        }
        header = *end == ',' ? end + 1 : end;
    }
    return (gzip != WEIGHT_UNNAMED ? gzip : any) > 0;
}

const char *lang_tag(enum lang lang)
{
    return lang == LANG_EN ? "en" : "zh-CN";
}

/* cookie-octet of RFC 6265: visible ASCII but quote, comma, semicolon and backslash. */
static bool is_cookie_value(const char *at, const char *stop)
{
    for (; at < stop; at++) {
        if (*at <= ' ' || *at >= 0x7F || strchr("\",;\\", *at) != NULL)
            return false;
    }
    return true;
}

static bool cookie_copy(const char *at, const char *stop, char *out, size_t size)
{
    if (stop - at >= 2 && *at == '"' && stop[-1] == '"') {
        at++;
        stop--;
    }
    if (!is_cookie_value(at, stop) || (size_t)(stop - at) >= size)
        return false;
    memcpy(out, at, (size_t)(stop - at));
    out[stop - at] = '\0';
    return true;
}

bool cookie_find(const char *header, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);

    while (header != NULL && *header != '\0') {
        const char *end = strchrnul(header, ';');
        const char *at = skip_blanks(header, end);
        const char *stop = trim_blanks(at, end);

        if ((size_t)(stop - at) > length && at[length] == '=' &&
            memcmp(at, name, length) == 0)
            return cookie_copy(at + length + 1, stop, out, size);
        header = *end == ';' ? end + 1 : end;
    }
    return false;
}
