/*
 * syslog.c — see syslog.h.
 *
 * Promise: no field can end early or begin another: quotes and backslashes are escaped,
 * control characters become blanks, and what stands in front of the message holds visible
 * ASCII alone (RFC 5424, 6).
 */
#include "domain/syslog.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"

enum {
    FACILITY = 10, /* security and authorization */
    WARNING = 4,
    NOTICE = 5,
    HOST_MOST = 255,
    ID_MOST = 32
};
#define DAY_MS INT64_C(86400000)

static int severity(const char *action)
{
    static const char *const grave[] = {".failed", ".refused", ".locked"};
    const char *end = strrchr(action, '.');

    for (size_t i = 0; i < LENGTH(grave) && end != NULL; i++)
        if (strcmp(end, grave[i]) == 0)
            return WARNING;
    return NOTICE;
}

static void add_time(int64_t at_ms, struct buf *out)
{
    int64_t day = at_ms / DAY_MS - (at_ms % DAY_MS < 0);
    int ms = (int)(at_ms - day * DAY_MS), year, month, of_month;

    day_civil((int32_t)day, &year, &month, &of_month);
    buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, of_month,
             ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* A field of the head: visible ASCII, "-" for nothing. */
static void add_head(const char *text, size_t most, struct buf *out)
{
    size_t length = text != NULL ? strlen(text) : 0;

    buf_add_byte(out, ' ');
    if (length == 0)
        buf_add_byte(out, '-');
    for (size_t i = 0; i < length && i < most; i++)
        buf_add_byte(out, text[i] > ' ' && text[i] < 0x7f ? (unsigned char)text[i] : '_');
}

static void add_word(const char *key, const char *value, struct buf *out)
{
    if (value == NULL || value[0] == '\0')
        return;
    buf_addf(out, " %s=\"", key);
    for (const char *c = value; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;

        if (byte == '"' || byte == '\\')
            buf_add_byte(out, '\\');
        buf_add_byte(out, byte < ' ' || byte == 0x7f ? ' ' : byte);
    }
    buf_add_byte(out, '"');
}

/* Takes off what is too much, whole characters at a time. */
static void cut(struct buf *out, size_t from)
{
    size_t end = from + SYSLOG_MOST;

    if (out->length <= end)
        return;
    while (((unsigned char)out->data[end] & 0xc0) == 0x80)
        end--;
    out->length = end;
    out->data[end] = '\0';
}

void syslog_message(const char *host, int process, const struct syslog_event *e,
                    struct buf *out)
{
    static const char utf8[] = "\xef\xbb\xbf"; /* says that UTF-8 follows (6.4) */
    size_t from = out->length;

    buf_addf(out, "<%d>1 ", FACILITY * 8 + severity(e->action));
    add_time(e->at_ms, out);
    add_head(host, HOST_MOST, out);
    buf_addf(out, " yiping %d", process);
    add_head(e->action, ID_MOST, out);
    buf_addf(out, " - %sid=\"%lld\"", utf8, (long long)e->id);
    add_word("actor", e->actor, out);
    add_word("name", e->actor_name, out);
    add_word("object", e->object, out);
    add_word("object_name", e->object_name, out);
    add_word("detail", e->detail, out);
    cut(out, from);
}
