/*
 * accept.c — reads Accept-Language, Accept-Encoding and Cookie.
 *
 * Promise: any bytes may come; what cannot be read is passed over, in linear time. Not
 * here: what a cookie's value means (session.c), which texts exist in which language.
 */
#include "web/accept.h"

#include <string.h>
#include <strings.h>

enum { WEIGHT_UNNAMED = -1 };

/* What a header has said so far. */
struct wish {
    unsigned offered;
    int weights[LANGS], any;
    enum lang first; /* named first */
    bool named;
};

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

static bool is_offered(unsigned offered, enum lang lang)
{
    return (offered & 1u << lang) != 0;
}

static bool starts(const char *tag, size_t length, const char *with)
{
    size_t n = strlen(with);

    return length >= n && strncasecmp(tag, with, n) == 0 &&
           (length == n || tag[n] == '-');
}

/* Of two scripts of one language the other one is better than none. */
static bool mongolian_read(const char *tag, size_t length, unsigned offered,
                           enum lang *out)
{
    bool vertical = starts(tag, length, "mn-mong") || starts(tag, length, "mn-cn");

    *out = vertical ? LANG_MN_MONG : LANG_MN_CYRL;
    if (!is_offered(offered, *out))
        *out = vertical ? LANG_MN_CYRL : LANG_MN_MONG;
    return is_offered(offered, *out);
}

/* "zh", "zh-CN", "EN-gb": the first subtag decides, and of Mongolian the next. */
static bool lang_read(const char *tag, size_t length, unsigned offered, enum lang *out)
{
    if (starts(tag, length, "mn"))
        return mongolian_read(tag, length, offered, out);
    *out = starts(tag, length, "en") ? LANG_EN : LANG_ZH;
    return (*out == LANG_EN || starts(tag, length, "zh")) && is_offered(offered, *out);
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

/* Reads one range into the wish. */
static void range_take(const char *at, const char *stop, struct wish *w)
{
    const char *name_end;
    enum lang lang;
    int weight;

    if (!range_read(at, stop, &name_end, &weight))
        return;
    if (name_end - at == 1 && *at == '*') {
        w->any = weight;
        return;
    }
    if (!lang_read(at, (size_t)(name_end - at), w->offered, &lang))
        return;
    if (!w->named)
        w->first = lang;
    w->named = true;
    if (weight > w->weights[lang])
        w->weights[lang] = weight;
}

/* The greatest weight, the one named first among equals, Chinese where nobody is wanted.
 */
static enum lang wish_best(const struct wish *w)
{
    enum lang best = w->first;
    int most = 0;

    for (enum lang lang = LANG_ZH; lang < LANGS; lang++) {
        int weight = w->weights[lang] == WEIGHT_UNNAMED ? w->any : w->weights[lang];

        if (!is_offered(w->offered, lang) || weight < most)
            continue;
        if (weight > most || lang == w->first)
            best = lang;
        most = weight;
    }
    return most > 0 ? best : LANG_ZH;
}

enum lang accept_language_of(const char *header, const char *query_lang, unsigned offered)
{
    struct wish w = {.offered = offered | 1u << LANG_ZH, .any = WEIGHT_UNNAMED};
    enum lang asked;

    if (query_lang != NULL &&
        lang_read(query_lang, strlen(query_lang), w.offered, &asked))
        return asked;
    for (int i = 0; i < LANGS; i++)
        w.weights[i] = WEIGHT_UNNAMED;
    while (header != NULL && *header != '\0') {
        const char *end = strchrnul(header, ',');
        const char *at = skip_blanks(header, end);

        range_take(at, trim_blanks(at, end), &w);
        header = *end == ',' ? end + 1 : end;
    }
    return wish_best(&w);
}

enum lang accept_language(const char *header, const char *query_lang)
{
    return accept_language_of(header, query_lang, LANGS_EVERYWHERE);
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
    static const char *const tags[LANGS] = {"zh-CN", "en", "mn-Cyrl", "mn-Mong"};

    return tags[lang];
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
