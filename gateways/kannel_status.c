/*
 * kannel_status.c — see kannel_status.h. The page is walked tag by tag with the path of
 * the open ones; nothing else of XML is understood. Bytes of any kind are taken.
 */
#include "gateways/kannel_status.h"

#include <string.h>

enum { PATH_MOST = 128, DIGITS_MOST = 9 };

/* The open elements as "/gateway/sms/sent"; what does not fit makes the walk fail. */
struct walk {
    char path[PATH_MOST];
    size_t length;
};

static bool open_tag(struct walk *w, const char *name, size_t length)
{
    if (w->length + 1 + length >= sizeof(w->path))
        return false;
    w->path[w->length++] = '/';
    memcpy(w->path + w->length, name, length);
    w->length += length;
    w->path[w->length] = '\0';
    return true;
}

/* False where another element is open. */
static bool close_tag(struct walk *w, const char *name, size_t length)
{
    if (w->length < length + 1 ||
        memcmp(w->path + w->length - length, name, length) != 0 ||
        w->path[w->length - length - 1] != '/')
        return false;
    w->length -= length + 1;
    w->path[w->length] = '\0';
    return true;
}

/* The number that stands at `at`; 0 for a dead link's "-1" and for what is none. */
static int64_t number_at(const char *at, const char *end)
{
    int64_t number = 0;
    int digits = 0;

    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t'))
        at++;
    for (; at < end && *at >= '0' && *at <= '9' && digits < DIGITS_MOST; at++, digits++)
        number = number * 10 + (*at - '0');
    return number;
}

/* Whether the text at `at` begins with these bytes and goes on with `after`. */
static bool text_is(const char *at, const char *end, const char *text, char after)
{
    size_t length = strlen(text);

    return (size_t)(end - at) > length && memcmp(at, text, length) == 0 &&
           (after == '\0' || at[length] == after);
}

/* What the page said so far. */
struct counts {
    const char *link;   /* which one is looked for */
    bool found, online; /* bearerbox's own queue; the link */
    bool here, known;   /* this element is the link; it was somewhere */
    int64_t own, all, mine;
};

static void take_text(struct counts *c, const char *path, const char *at, const char *end)
{
    static const char smsc[] = "/gateway/smscs/smsc";

    if (strcmp(path, "/gateway/sms/sent/queued") == 0) {
        c->found = true;
        c->own += number_at(at, end);
    }
    if (strncmp(path, smsc, sizeof(smsc) - 1) != 0)
        return;
    path += sizeof(smsc) - 1;
    if (*path == '\0')
        c->here = false;
    else if (strcmp(path, "/id") == 0 && c->link[0] != '\0')
        c->here = text_is(at, end, c->link, '<');
    else if (strcmp(path, "/status") == 0 && c->here)
        c->online = text_is(at, end, "online", '\0');
    else if (strcmp(path, "/queued") == 0)
        c->all += number_at(at, end);
    if (strcmp(path, "/queued") == 0 && c->here) {
        c->known = true;
        c->mine += number_at(at, end);
    }
}

/* Walks the page; false where it is no XML of this kind or too deep. */
static bool walk_page(const char *at, const char *end, struct counts *c)
{
    struct walk w = {.path = ""};

    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        const char *name = at + 1, *stop = memchr(name, '>', (size_t)(end - name));
        size_t bytes;

        if (stop == NULL)
            return false;
        bytes = (size_t)(stop - name);
        at = stop + 1;
        if (bytes == 0 || name[0] == '?' || name[0] == '!' || stop[-1] == '/')
            continue;
        if (name[0] == '/') {
            if (!close_tag(&w, name + 1, bytes - 1))
                return false;
        } else if (open_tag(&w, name, bytes)) {
            take_text(c, w.path, at, end);
        } else {
            return false;
        }
    }
    return true;
}

bool kannel_status_queued(const char *page, size_t length, const char *link,
                          int64_t *queued)
{
    struct counts c = {.link = link};

    if (!walk_page(page, page + length, &c) || !c.found)
        return false;
    if (c.known)
        *queued = c.mine + (c.online ? 0 : c.own);
    else
        *queued = c.own + c.all;
    return true;
}
