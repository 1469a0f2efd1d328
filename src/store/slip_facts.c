/*
 * slip_facts.c — see slip_facts.h.
 */
#include "store/slip_facts.h"

#include <stdio.h>

#include "base/zone.h"

enum { NAMED_WINDOWS = 4 };

/* The windows that serve a matter, gathered from all. */
struct hint {
    const struct matter *matter;
    char codes[NAMED_WINDOWS * (CODE_SIZE + 4)];
    int count, floor;
    bool one_floor;
};

static void gather(void *self, const struct window *w)
{
    struct hint *h = self;
    size_t used = strlen(h->codes);

    if (!window_serves(w, h->matter->code, h->matter->department_code))
        return;
    if (h->count < NAMED_WINDOWS)
        snprintf(h->codes + used, sizeof(h->codes) - used, "%s%s", used > 0 ? "、" : "",
                 w->code);
    if (h->count++ == 0) {
        h->floor = w->floor;
        h->one_floor = true;
    } else if (w->floor != h->floor) {
        h->one_floor = false;
    }
}

static void write_hint(const struct hint *h, bool english, char *out, size_t size)
{
    char floor[32] = "";

    if (h->one_floor && h->floor != 0)
        snprintf(floor, sizeof(floor), english ? "Floor %d, " : "%d楼 ", h->floor);
    if (h->count == 0)
        out[0] = '\0';
    else if (h->count > NAMED_WINDOWS)
        snprintf(out, size, english ? "%swindows %s …" : "请到%s%s等窗口等候", floor,
                 h->codes);
    else
        snprintf(out, size, english ? "%swindow %s" : "请到%s%s窗口等候", floor,
                 h->codes);
}

static void write_time(const struct store *st, int64_t at_ms, char *out, size_t size)
{
    struct local_time t;

    zone_local(st->frame->zone, at_ms, &t);
    snprintf(out, size, "%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day, t.hour,
             t.minute);
}

bool slip_facts_read(struct store *st, int64_t ticket_id, const char *base_url, int copy,
                     struct slip_facts *out, struct error *err)
{
    char token[TOKEN_SYMBOLS + 1];
    struct ticket t;
    struct matter m;
    struct hint hint = {.matter = &m};

    *out = (struct slip_facts){0};
    if (!ticket_get(st, ticket_id, &t, err) || !matter_get(st, t.matter_id, &m, err) ||
        !windows_each(st, gather, &hint, err))
        return false;
    snprintf(out->lang, sizeof(out->lang), "%s", t.lang);
    snprintf(out->hall, sizeof(out->hall), "%s", st->frame->name);
    snprintf(out->service, sizeof(out->service), "%s", m.name);
    snprintf(out->number, sizeof(out->number), "%s", t.number);
    write_hint(&hint, false, out->hint_zh, sizeof(out->hint_zh));
    write_hint(&hint, true, out->hint_en, sizeof(out->hint_en));
    snprintf(out->ahead, sizeof(out->ahead), "%d", t.taken_ahead);
    if (t.taken_low >= 0)
        snprintf(out->wait, sizeof(out->wait), "%d–%d", t.taken_low, t.taken_high);
    write_time(st, t.taken_ms, out->taken_at, sizeof(out->taken_at));
    token_make(&st->keys->ticket, st->hall, t.id, token);
    snprintf(out->url, sizeof(out->url), "%s/t/%s", base_url, token);
    memcpy(out->short_code, t.short_code, sizeof(out->short_code));
    out->copy = copy;
    return true;
}
