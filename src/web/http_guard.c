/*
 * http_guard.c — see http_guard.h.
 *
 * Promise: reads no byte outside the head that the library was given, copies everything
 * that handlers may see, and never guesses. Not here: limits on bodies and time (http.c).
 */
#include "web/http_guard.h"

#include <string.h>
#include <strings.h>

enum { RAW_TIMES = 4 }; /* Kannel escapes each byte of a long reply: three for one */

bool guard_refuse(struct exchange *x, int status, const char *why)
{
    if (x->own.refused == 0) {
        x->own.refused = status;
        x->own.why = why;
    }
    return false;
}

/* The length of the UTF-8 sequence at `s` (RFC 3629), or 0 where it is none. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    static const struct {
        unsigned char low, high;   /* of the first byte */
        unsigned char low2, high2; /* of the second */
        unsigned char length;
    } rows[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2},
        {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
        {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (s[0] < rows[i].low || s[0] > rows[i].high)
            continue;
        if (rows[i].length > left)
            return 0;
        if (rows[i].length > 1 && (s[1] < rows[i].low2 || s[1] > rows[i].high2))
            return 0;
        for (size_t k = 2; k < rows[i].length; k++)
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].length;
    }
    return 0;
}

static bool is_utf8(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;

    for (size_t at = 0, step; at < length; at += step) {
        step = utf8_length(s + at, length - at);
        if (step == 0)
            return false;
    }
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes percent escapes; NULL for a broken one, for NUL and for broken UTF-8. */
static char *decode(struct exchange *x, const char *raw, size_t length, bool plus)
{
    char *out = exchange_memory(x, length + 1);
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        char c = raw[i];

        if (c == '%') {
            int high = i + 2 < length ? hex_value(raw[i + 1]) : -1;
            int low = i + 2 < length ? hex_value(raw[i + 2]) : -1;

            if (high < 0 || low < 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0')
            return NULL;
        out[n++] = c;
    }
    out[n] = '\0';
    return is_utf8(out, n) ? out : NULL;
}

bool exchange_pairs(struct exchange *x, const char *text, size_t length,
                    struct exchange_pair **pairs, size_t *count)
{
    const char *end = text + length, *at = text;
    struct exchange_pair *list;
    size_t n = 1;

    for (size_t i = 0; i < length; i++)
        n += text[i] == '&';
    list = exchange_memory(x, n * sizeof(*list));
    n = 0;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at)), *equals;

        if (stop == NULL)
            stop = end;
        equals = memchr(at, '=', (size_t)(stop - at));
        if (equals == NULL)
            equals = stop;
        list[n].name = decode(x, at, (size_t)(equals - at), true);
        list[n].value = equals == stop
                            ? ""
                            : decode(x, equals + 1, (size_t)(stop - equals - 1), true);
        if (list[n].name == NULL || list[n].value == NULL)
            return false;
        if (stop != at)
            n++;
        at = stop + 1;
    }
    *pairs = list;
    *count = n;
    return true;
}

/*
 * A path may hold what a segment may hold. An escaped slash is refused, since it would be
 * one segment here and two elsewhere; control characters have no business in names.
 */
static bool take_path(struct exchange *x, const char *raw, size_t length)
{
    const char *path;

    for (size_t i = 0; i + 2 < length; i++)
        if (raw[i] == '%' && raw[i + 1] == '2' && (raw[i + 2] | 0x20) == 'f')
            return guard_refuse(x, 400, "The path holds an escaped slash.");
    path = decode(x, raw, length, false);
    if (path == NULL)
        return guard_refuse(x, 400, "The path is not UTF-8 in percent escapes.");
    for (const char *c = path; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return guard_refuse(x, 400, "The path holds control characters.");
    x->path = path;
    return true;
}

void guard_target(struct exchange *x, const char *raw)
{
    size_t length = strlen(raw), path = strcspn(raw, "?");

    x->path = "/";
    x->raw_query = "";
    x->own.target = raw;
    x->own.target_length = length;
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)raw[i] <= 0x20 || raw[i] == 0x7f || raw[i] == '#') {
            guard_refuse(x, 400, "The address holds characters that must be escaped.");
            return;
        }
    }
    if (raw[0] != '/') {
        guard_refuse(x, 400, "The address does not begin with a slash.");
        return;
    }
    if (take_path(x, raw, path) && raw[path] == '?')
        x->raw_query = exchange_text(x, raw + path + 1, length - path - 1);
}

bool guard_query(struct exchange *x, size_t longest)
{
    bool raw = x->route != NULL && (x->route->flags & ROUTE_RAW_QUERY) != 0;

    if (x->own.target_length > (raw ? RAW_TIMES * longest : longest))
        return guard_refuse(x, 414, "The address is longer than this house reads.");
    if (raw ||
        exchange_pairs(x, x->raw_query, strlen(x->raw_query), &x->query, &x->query_count))
        return true;
    return guard_refuse(x, 400, "The query is not UTF-8 in percent escapes.");
}

/* A method or a header's name is a token (RFC 9110 5.6.2). */
static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                    c == '-';

        if (!word && (c == '\0' || strchr("!#$%&'*+.^_`|~", c) == NULL))
            return false;
    }
    return length > 0;
}

bool guard_begin(struct guard *g, struct exchange *x, const char *method,
                 const char *version)
{
    static const char *const names[METHODS] = {
        [METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
        [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
    };
    size_t length = strlen(method);

    *g = (struct guard){.x = x};
    x->head = strcmp(method, "HEAD") == 0;
    x->method = x->head ? METHOD_GET : METHOD_OTHER;
    for (int i = 0; i < METHODS; i++)
        if (strcmp(method, names[i]) == 0)
            x->method = (enum method)i;
    g->version_1_1 = strcmp(version, "HTTP/1.0") != 0;
    if (!is_token(method, length) || method + length + 1 != x->own.target ||
        x->own.target + x->own.target_length + 1 != version)
        return guard_refuse(x, 400, "The request line is malformed.");
    if (strlen(version) != 8 || version[8] != '\0' || version[9] != '\0')
        return guard_refuse(x, 400, "The request line does not end in CR LF.");
    g->next = version + 10;
    return true;
}

/* Framing headers decide where a request ends; each may be there once, in one spelling.
 */
static bool take_framing(struct guard *g, const char *name, const char *value)
{
    if (strcasecmp(name, "Content-Length") == 0) {
        size_t digits = strspn(value, "0123456789");

        if (g->has_length || g->chunked)
            return guard_refuse(g->x, 400, "The length of the body is given twice.");
        if (digits == 0 || digits > 18 || value[digits] != '\0')
            return guard_refuse(g->x, 400, "The length of the body is no number.");
        g->has_length = true;
        for (size_t i = 0; i < digits; i++)
            g->length = g->length * 10 + (uint64_t)(value[i] - '0');
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        if (g->has_length || g->chunked)
            return guard_refuse(g->x, 400, "The length of the body is given twice.");
        if (strcasecmp(value, "chunked") != 0 || !g->version_1_1)
            return guard_refuse(g->x, 400, "The transfer encoding is not understood.");
        g->chunked = true;
    } else if (strcasecmp(name, "Host") == 0) {
        if (g->hosts++ > 0 || strpbrk(value, " \t/\\@,?#") != NULL)
            return guard_refuse(g->x, 400, "The host is given twice or malformed.");
    }
    return true;
}

/* Headers that mean one thing; a second one is an attempt to be read two ways. */
static bool is_single(const char *name)
{
    static const char *const single[] = {"Authorization", "Content-Type", "Origin",
                                         "Idempotency-Key", "Sec-Fetch-Site"};

    for (size_t i = 0; i < LENGTH(single); i++)
        if (strcasecmp(name, single[i]) == 0)
            return true;
    return false;
}

static bool is_forwarding(const char *name)
{
    return strcasecmp(name, "Forwarded") == 0 || strcasecmp(name, "Via") == 0 ||
           strcasecmp(name, "X-Real-IP") == 0 ||
           strncasecmp(name, "X-Forwarded-", 12) == 0;
}

/* Keeps a header; lists that come in several lines are joined as RFC 9110 5.3 says. */
static bool keep_header(struct exchange *x, const char *name, const char *value)
{
    for (size_t i = 0; i < x->header_count; i++) {
        struct exchange_pair *p = &x->headers[i];
        const char *glue = strcasecmp(name, "Cookie") == 0 ? "; " : ", ";
        size_t old = strlen(p->value), more = strlen(value);
        char *both;

        if (strcasecmp(p->name, name) != 0)
            continue;
        if (is_single(name))
            return guard_refuse(x, 400,
                                "A header is given twice that may be there once.");
        both = exchange_memory(x, old + more + 3);
        memcpy(both, p->value, old);
        memcpy(both + old, glue, 2);
        memcpy(both + old + 2, value, more + 1);
        p->value = both;
        return true;
    }
    if (x->header_count == EXCHANGE_HEADERS)
        return guard_refuse(x, 431, "The request has too many headers.");
    if (x->headers == NULL)
        x->headers = exchange_memory(x, EXCHANGE_HEADERS * sizeof(*x->headers));
    x->headers[x->header_count++] = (struct exchange_pair){name, value};
    return true;
}

bool guard_header(struct guard *g, const char *name, size_t name_length,
                  const char *value, size_t value_length)
{
    struct exchange *x = g->x;
    const char *begin, *copy;

    if (name != g->next)
        return guard_refuse(x, 400, "A header line is folded or does not end in CR LF.");
    if (!is_token(name, name_length) || name[name_length] != '\0')
        return guard_refuse(x, 400, "The name of a header is malformed.");
    begin = name + name_length + 1;
    begin += strspn(begin, " \t");
    if (value != NULL && value != begin)
        return guard_refuse(x, 400, "A header line is folded or does not end in CR LF.");
    g->next = begin + value_length + 2;
    if (begin[value_length] != '\0' || begin[value_length + 1] != '\0')
        return guard_refuse(x, 400, "A header holds a NUL or does not end in CR LF.");
    for (size_t i = 0; i < value_length; i++)
        if (((unsigned char)begin[i] < 0x20 && begin[i] != '\t') || begin[i] == 0x7f)
            return guard_refuse(x, 400, "A header holds control characters.");
    while (value_length > 0 &&
           (begin[value_length - 1] == ' ' || begin[value_length - 1] == '\t'))
        value_length--;
    copy = exchange_text(x, begin, value_length);
    name = exchange_text(x, name, name_length);
    x->forwarded = x->forwarded || is_forwarding(name);
    return take_framing(g, name, copy) && keep_header(x, name, copy);
}

bool guard_end(struct guard *g, const char *method, size_t head_bytes)
{
    if (g->next + 2 != method + head_bytes || g->next[0] != '\0' || g->next[1] != '\0')
        return guard_refuse(g->x, 400, "The head does not end in CR LF.");
    if (g->version_1_1 && g->hosts == 0)
        return guard_refuse(g->x, 400, "The request does not say which host it is for.");
    return true;
}
