/*
 * form.c — reads form bodies and writes queries.
 *
 * Promise: what is handed on is valid UTF-8 without NUL, so that the floors below can use
 * it as C strings; nothing is repaired or guessed. Not here: which fields a page knows,
 * how long they may be and what they mean.
 */
#include "web/form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that the escape at `in` stands for; -1 where it is none. */
static int escape_value(const char *in, size_t left)
{
    int high = left >= 3 ? hex_value(in[1]) : -1;
    int low = left >= 3 ? hex_value(in[2]) : -1;

    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool percent_decode(const char *in, size_t length, struct buf *out)
{
    size_t before = out->length;

    for (size_t i = 0; i < length; i++) {
        int byte = (unsigned char)in[i];

        if (in[i] == '%') {
            byte = escape_value(in + i, length - i);
            i += 2;
        }
        if (byte >= 0)
            buf_add_byte(out, (unsigned char)byte);
        if (byte < 0 || out->overflowed) {
            out->length = before;
            if (out->data != NULL)
                out->data[before] = '\0';
            return false;
        }
    }
    return true;
}

void percent_encode(struct buf *out, const char *text, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            c == '-' || c == '.' || c == '_' || c == '~') {
            buf_add_byte(out, c);
        } else {
            char escape[3] = {'%', digits[c >> 4], digits[c & 15]};

            buf_add(out, escape, sizeof(escape));
        }
    }
}

void query_add(struct buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_add_byte(out, strchr(buf_text(out), '?') != NULL ? '&' : '?');
    percent_encode(out, name, strlen(name));
    buf_add_byte(out, '=');
    percent_encode(out, value, strlen(value));
}

/* How many bytes the first character takes; 0 where it is no UTF-8 (RFC 3629) or NUL. */
static size_t character_length(const unsigned char *s, size_t left)
{
    static const struct {
        unsigned char low, high; /* the first byte */
        unsigned char from, to;  /* the second: no long forms, surrogates, > U+10FFFF */
        unsigned char length;
    } forms[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
        {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };

    if (s[0] < 0x80)
        return s[0] != 0;
    for (size_t i = 0; i < LENGTH(forms); i++) {
        if (s[0] < forms[i].low || s[0] > forms[i].high)
            continue;
        if (left < forms[i].length || s[1] < forms[i].from || s[1] > forms[i].to)
            return 0;
        for (size_t k = 2; k < forms[i].length; k++) {
            if ((s[k] & 0xC0) != 0x80)
                return 0;
        }
        return forms[i].length;
    }
    return 0;
}

/*
 * Decodes a name or value to `*to`, ends it with a NUL and moves `*to` behind that. It is
 * never longer than what was sent, and each NUL takes the place of a '=' or '&'.
 */
static bool text_read(const char *in, size_t length, char **to)
{
    char *start = *to;
    char *end = start;

    for (size_t i = 0; i < length; i++) {
        int byte = in[i] == '+' ? ' ' : (unsigned char)in[i];

        if (in[i] == '%') {
            byte = escape_value(in + i, length - i);
            i += 2;
        }
        if (byte < 0)
            return false;
        *end++ = (char)byte;
    }
    *end = '\0';
    *to = end + 1;
    while (start < end) {
        size_t step = character_length((unsigned char *)start, (size_t)(end - start));

        if (step == 0)
            return false;
        start += step;
    }
    return true;
}

static bool field_read(const char *in, size_t length, char **to, struct form_field *field)
{
    const char *equals = memchr(in, '=', length);
    size_t name_length = equals != NULL ? (size_t)(equals - in) : length;

    field->name = *to;
    if (!text_read(in, name_length, to))
        return false;
    if (equals == NULL) {
        field->value = *to - 1; /* the name's own NUL */
        return true;
    }
    field->value = *to;
    return text_read(equals + 1, length - name_length - 1, to);
}

bool form_parse(const char *body, size_t length, struct form *out, struct error *err)
{
    const char *stop = body + length;
    char *to;

    *out = (struct form){.text = memory_new(length + 1)};
    to = out->text;
    while (body < stop) {
        const char *end = memchr(body, '&', (size_t)(stop - body));

        if (end == NULL)
            end = stop;
        if (end > body && out->count == FORM_FIELDS) {
            form_free(out);
            return error_set(err, ERROR_MALFORMED, "The form has more than %d fields.",
                             FORM_FIELDS);
        }
        if (end > body &&
            !field_read(body, (size_t)(end - body), &to, &out->fields[out->count++])) {
            form_free(out);
            return error_set(err, ERROR_MALFORMED,
                             "The form is not UTF-8 text in percent escapes.");
        }
        body = end < stop ? end + 1 : stop;
    }
    return true;
}

void form_free(struct form *form)
{
    free(form->text);
    *form = (struct form){0};
}

const char *form_find(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0)
            return form->fields[i].value;
    }
    return NULL;
}
