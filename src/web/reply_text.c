/*
 * reply_text.c — see reply_text.h.
 */
#include "web/reply_text.h"

#include "gateways/gateways.h"

void reply_text(void *self, const char *gateway, const struct buf *raw, struct buf *text)
{
    const struct gateway *g = roster_find(self, gateway);
    struct callback callback = callback_new(false);
    struct news news = {.text = buf_new(text->ceiling)};
    struct error unread = {0};

    callback_unpack(buf_text(raw), raw->length, &callback);
    if (g != NULL && g->ops->parse(g, &callback, &news, &unread) &&
        news.kind == NEWS_REPLY)
        buf_add(text, buf_text(&news.text), news.text.length);
    callback_free(&callback);
    buf_free(&news.text);
}
