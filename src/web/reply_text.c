/*
 * reply_text.c — see reply_text.h.
 */
#include "web/reply_text.h"

#include <string.h>

#include "gateways/gateway.h"

void reply_text(void *self, const char *gateway, const struct buf *raw, struct buf *text)
{
    const struct gateway *g = self;
    struct request request = {.body = *raw}; /* looked at only */
    struct news news = {.text = buf_new(text->ceiling)};
    struct error unread = {0};

    if (g != NULL && strcmp(g->name, gateway) == 0 &&
        g->ops->parse(g, &request, &news, &unread) && news.kind == NEWS_REPLY)
        buf_add(text, buf_text(&news.text), news.text.length);
    buf_free(&news.text);
}
