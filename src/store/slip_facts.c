/*
 * slip_facts.c — see slip_facts.h.
 */
#include "store/slip_facts.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/zone.h"
#include "domain/slip.h"

enum { NAMED_WINDOWS = 4, NAMED_FLOORS = 3 };

/* The windows that serve a matter, gathered from all by their floors; 0 is none. */
struct hint {
    const struct matter *matter;
    struct hint_floor {
        char codes[NAMED_WINDOWS * (CODE_SIZE + 4)];
        int count, floor;
    } floors[NAMED_FLOORS];
    int count;
};

static void gather(void *self, const struct window *w)
{
    struct hint *h = self;
    int i = 0;
    size_t used;

    if (!window_serves(w, h->matter->code, h->matter->department_code))
        return;
    while (i < h->count && h->floors[i].floor != w->floor)
        i++;
    if (i == NAMED_FLOORS)
        return;
    h->count += i == h->count;
    h->floors[i].floor = w->floor;
    used = strlen(h->floors[i].codes);
    if (h->floors[i].count++ < NAMED_WINDOWS)
        snprintf(h->floors[i].codes + used, sizeof(h->floors[i].codes) - used, "%s%s",
                 used > 0 ? "、" : "", w->code);
}

static void add_floor(const struct hint_floor *f, bool english, struct buf *out)
{
    char floor[32] = "";
    bool more = f->count > NAMED_WINDOWS;

    if (f->floor != 0)
        snprintf(floor, sizeof(floor), english ? "Floor %d, " : "%d楼", f->floor);
    if (english)
        buf_addf(out, "%swindow%s %s%s", floor, f->count > 1 ? "s" : "", f->codes,
                 more ? " …" : "");
    else
        buf_addf(out, "请到%s%s%s窗口等候", floor, f->codes, more ? "等" : "");
}

/* A line for each floor; "" where no window serves the matter. */
static void write_hint(const struct hint *h, bool english, char *out, size_t size)
{
    struct buf text = buf_new(size - 1);

    for (int i = 0; i < h->count; i++) {
        if (i > 0)
            buf_add_text(&text, SLIP_NEXT);
        add_floor(&h->floors[i], english, &text);
    }
    snprintf(out, size, "%s", text.overflowed ? "" : buf_text(&text));
    buf_free(&text);
}

static void write_time(const struct store *st, int64_t at_ms, char *out, size_t size)
{
    struct local_time t;

    zone_local(st->frame->zone, at_ms, &t);
    snprintf(out, size, "%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day, t.hour,
             t.minute);
}

bool slip_facts_read(struct store *st, int64_t ticket_id, const struct token_way *way,
                     int copy, struct slip_facts *out, struct error *err)
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
    token_qr_text(way, token, t.short_code, out->qr, sizeof(out->qr));
    out->by_sms = way->sms_to != NULL;
    memcpy(out->short_code, t.short_code, sizeof(out->short_code));
    out->copy = copy;
    return true;
}
