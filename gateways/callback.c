/*
 * callback.c — requests and callbacks as whole values, and a callback as bytes to keep:
 *
 *     "yiping-callback/1\n"  type "\n"  signature "\n"  query "\n"  body
 *
 * Line breaks in the first three are never part of them: HTTP allows none there.
 */
#include "gateways/gateway.h"

#include <stdio.h>
#include <string.h>

static const char mark[] = "yiping-callback/1\n";

struct request request_new(void)
{
    return (struct request){.method = "GET",
                            .url = buf_new(GATEWAY_BODY_MOST),
                            .via = buf_new(1024),
                            .headers = buf_new(8192),
                            .body = buf_new(GATEWAY_BODY_MOST)};
}

void request_free(struct request *r)
{
    buf_free(&r->url);
    buf_free(&r->via);
    buf_free(&r->headers);
    buf_free(&r->body);
}

struct callback callback_new(bool report)
{
    return (struct callback){.report = report,
                             .query = buf_new(GATEWAY_BODY_MOST),
                             .body = buf_new(GATEWAY_BODY_MOST)};
}

void callback_free(struct callback *c)
{
    buf_free(&c->query);
    buf_free(&c->body);
}

/* One line; what might break it is left out. */
static void add_line(struct buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\n')
            buf_add_byte(out, (unsigned char)text[i]);
    buf_add_byte(out, '\n');
}

void callback_pack(const struct callback *c, struct buf *out)
{
    buf_add_text(out, mark);
    add_line(out, c->type, strlen(c->type));
    add_line(out, c->signature, strlen(c->signature));
    add_line(out, buf_text(&c->query), c->query.length);
    buf_add(out, buf_text(&c->body), c->body.length);
}

/* The next line; false where none ends. */
static bool next_line(const char **at, const char *end, const char **line, size_t *length)
{
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));

    if (stop == NULL)
        return false;
    *line = *at;
    *length = (size_t)(stop - *at);
    *at = stop + 1;
    return true;
}

void callback_unpack(const void *bytes, size_t length, struct callback *out)
{
    const char *at = bytes, *end = at + length, *lines[3];
    size_t lengths[3];

    if (length >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0) {
        at += strlen(mark);
        if (next_line(&at, end, &lines[0], &lengths[0]) &&
            next_line(&at, end, &lines[1], &lengths[1]) &&
            next_line(&at, end, &lines[2], &lengths[2])) {
            snprintf(out->type, sizeof(out->type), "%.*s", (int)lengths[0], lines[0]);
            snprintf(out->signature, sizeof(out->signature), "%.*s", (int)lengths[1],
                     lines[1]);
            buf_add(&out->query, lines[2], lengths[2]);
        } else {
            at = bytes;
        }
    }
    buf_add(&out->body, at, (size_t)(end - at));
}
