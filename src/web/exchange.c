/*
 * exchange.c — the memory of an exchange, what handlers look up in it, and their answer.
 *
 * Promise: no allocation but the arena's and the two buffers'; everything is gone after
 * exchange_free. Not here: filling in the request (http_guard.c), sending (http.c).
 */
#include "web/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/memory.h"

/* The pieces of the arena are chained through their first word. */
struct piece {
    struct piece *next;
};

enum { ALIGN = 16 };

_Static_assert(sizeof(struct exchange) < EXCHANGE_CHUNK / 2, "room for a small request");

struct exchange *exchange_new(void)
{
    char *whole = memory_resize(NULL, EXCHANGE_CHUNK);
    struct exchange *x = (struct exchange *)(void *)whole;
    size_t used = (sizeof(*x) + ALIGN - 1) & ~(size_t)(ALIGN - 1);

    memset(x, 0, sizeof(*x));
    x->path = "";
    x->body = "";
    x->answer = buf_new(EXCHANGE_ANSWER_MOST);
    x->own.headers_end = &x->own.headers;
    x->own.free = whole + used;
    x->own.left = EXCHANGE_CHUNK - used;
    return x;
}

void exchange_free(struct exchange *x)
{
    struct piece *p, *next;

    if (x == NULL)
        return;
    if (x->state_free != NULL)
        x->state_free(x->state);
    buf_free(&x->answer);
    buf_free(&x->own.upload);
    for (p = x->own.pieces; p != NULL; p = next) {
        next = p->next;
        free(p);
    }
    free(x);
}

void *exchange_memory(struct exchange *x, size_t bytes)
{
    size_t wanted = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    char *at;

    if (wanted > x->own.left) {
        size_t size = wanted + ALIGN > EXCHANGE_CHUNK ? wanted + ALIGN : EXCHANGE_CHUNK;
        struct piece *p = memory_resize(NULL, size);

        p->next = x->own.pieces;
        x->own.pieces = p;
        x->own.free = (char *)p + ALIGN;
        x->own.left = size - ALIGN;
    }
    at = x->own.free;
    x->own.free += wanted;
    x->own.left -= wanted;
    return at;
}

char *exchange_text(struct exchange *x, const char *text, size_t length)
{
    char *copy = exchange_memory(x, length + 1);

    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

const char *exchange_header(const struct exchange *x, const char *name)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (strcasecmp(x->headers[i].name, name) == 0)
            return x->headers[i].value;
    return NULL;
}

const char *exchange_query(const struct exchange *x, const char *name)
{
    for (size_t i = 0; i < x->query_count; i++)
        if (strcmp(x->query[i].name, name) == 0)
            return x->query[i].value;
    return NULL;
}

const char *exchange_param(const struct exchange *x, size_t index)
{
    return index < x->param_count ? x->params[index] : NULL;
}

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            return false;
    return true;
}

void exchange_header_add(struct exchange *x, const char *name, const char *value)
{
    struct exchange_header *h;

    if (!is_plain(name) || !is_plain(value)) {
        log_line(LOG_LEVEL_ERROR, "http_header_dropped", "reason=control_character");
        return;
    }
    h = exchange_memory(x, sizeof(*h));
    h->next = NULL;
    h->name = exchange_text(x, name, strlen(name));
    h->value = exchange_text(x, value, strlen(value));
    *x->own.headers_end = h;
    x->own.headers_end = &h->next;
}

void exchange_answer(struct exchange *x, int status, const char *content_type)
{
    x->own.status = status;
    x->own.content_type = content_type;
    x->own.bytes = NULL;
    x->own.length = 0;
}

void exchange_answer_static(struct exchange *x, int status, const char *content_type,
                            const void *bytes, size_t length)
{
    exchange_answer(x, status, content_type);
    x->own.bytes = bytes;
    x->own.length = length;
}

void exchange_restart(struct exchange *x)
{
    buf_clear(&x->answer);
    exchange_answer(x, 0, NULL);
    x->own.headers = NULL;
    x->own.headers_end = &x->own.headers;
}

int exchange_status(const struct exchange *x)
{
    return x->own.status;
}
