/*
 * urlencoded.c — see urlencoded.h.
 */
#include "gateways/urlencoded.h"

#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void decode(struct buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%' && i + 2 < length && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            buf_add_byte(out, (unsigned char)(hex_value(text[i + 1]) * 16 +
                                              hex_value(text[i + 2])));
            i += 2;
        } else {
            buf_add_byte(out, text[i] == '+' ? ' ' : (unsigned char)text[i]);
        }
    }
}

void urlencoded_fields(const char *query, size_t length, urlencoded_each *each,
                       void *self)
{
    const char *end = length > 0 ? query + length : query;

    while (query < end) {
        const char *stop = memchr(query, '&', (size_t)(end - query));
        const char *last = stop != NULL ? stop : end;
        const char *equal = memchr(query, '=', (size_t)(last - query));
        const char *name_end = equal != NULL ? equal : last;
        struct buf name = buf_new(length + 1), value = buf_new(length + 1);

        decode(&name, query, (size_t)(name_end - query));
        if (equal != NULL)
            decode(&value, equal + 1, (size_t)(last - equal - 1));
        if (last > query)
            each(self, buf_text(&name), name.length, buf_text(&value), value.length);
        buf_free(&name);
        buf_free(&value);
        query = stop != NULL ? stop + 1 : end;
    }
}

struct wanted {
    const char *name;
    struct buf *out;
    bool found;
};

static void take_wanted(void *self, const char *name, size_t name_length,
                        const char *value, size_t value_length)
{
    struct wanted *w = self;

    if (w->found || strlen(w->name) != name_length ||
        memcmp(w->name, name, name_length) != 0)
        return;
    w->found = true;
    buf_add(w->out, value, value_length);
}

bool urlencoded_value(const char *query, size_t length, const char *name, struct buf *out)
{
    struct wanted w = {name, out, false};

    urlencoded_fields(query, length, take_wanted, &w);
    return w.found;
}

bool urlencoded_text(const char *query, size_t length, const char *name, char *out,
                     size_t size)
{
    struct buf value = buf_new(length + 1);
    bool found = urlencoded_value(query, length, name, &value);
    size_t bytes = strlen(buf_text(&value));

    if (bytes >= size) { /* before the character that would be parted */
        bytes = size - 1;
        while (bytes > 0 && ((unsigned char)buf_text(&value)[bytes] & 0xc0) == 0x80)
            bytes--;
    }
    memcpy(out, buf_text(&value), bytes);
    out[bytes] = '\0';
    buf_free(&value);
    return found;
}

/* In pieces: a buffer that grows byte by byte costs more than the bytes. */
void urlencoded_encode(struct buf *out, const void *bytes, size_t length)
{
    static const char hex[] = "0123456789ABCDEF";
    const unsigned char *at = bytes;
    char piece[192];
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = at[i];

        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_' || c == '~') {
            piece[n++] = (char)c;
        } else {
            piece[n++] = '%';
            piece[n++] = hex[c >> 4];
            piece[n++] = hex[c & 15];
        }
        if (n > sizeof(piece) - 3) {
            buf_add(out, piece, n);
            n = 0;
        }
    }
    buf_add(out, piece, n);
}

void urlencoded_add(struct buf *out, const char *name, const char *value)
{
    char last = out->length > 0 ? out->data[out->length - 1] : '&';

    if (last != '&' && last != '?')
        buf_add_byte(out, '&');
    urlencoded_encode(out, name, strlen(name));
    buf_add_byte(out, '=');
    urlencoded_encode(out, value, strlen(value));
}
