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

bool kannel_status_queued(const char *page, size_t length, int64_t *queued)
{
    const char *at = page, *end = page + length;
    struct walk w = {.path = ""};
    int64_t sum = 0;
    bool found = false;

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
        } else if (!open_tag(&w, name, bytes)) {
            return false;
        } else if (strcmp(w.path, "/gateway/sms/sent/queued") == 0) {
            found = true;
            sum += number_at(at, end);
        } else if (strcmp(w.path, "/gateway/smscs/smsc/queued") == 0) {
            sum += number_at(at, end);
        }
    }
    if (found)
        *queued = sum;
    return found;
}
