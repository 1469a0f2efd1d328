/*
 * kiosk.h — what the screens of a queue machine share (page_kiosk.h). For the files
 * kiosk_*.c and page_kiosk.c alone.
 *
 * A screen is wholly in its address: language, large type, what has been chosen so far.
 * Only what is typed is not, so that no number stays in a history or a journal.
 */
#ifndef WEB_KIOSK_H
#define WEB_KIOSK_H

#include <jansson.h>

#include "domain/phone.h"
#include "store/hall_store.h"
#include "web/citizen.h"
#include "web/once.h"
#include "web/place.h"

enum { TYPED_MOST = 11, TYPED_SIZE = 24 };

/* Where a link leads; NULL for what is not chosen yet. */
struct kiosk_where {
    const char *series, *department, *matter, *ticket;
    int page; /* of tiles, from 0 */
};

struct kiosk_step {
    struct step step;
    enum lang lang;
    bool large;
    const char *kiosk;
    struct kiosk_where at;
    char actor[ACTOR_SIZE];
    bool open;    /* nobody had to show a cookie: a demonstration */
    bool called;  /* somebody of the hall has been called here just now */
    int back_s;   /* without a script: so long until the next look */
    bool looking; /* …at the same screen again, while the paper is on its way */
    int status;
    const char *alert; /* key of a sentence; NULL for none */

    /* what was typed, and what is taken */
    struct once once;
    char typed[TYPED_SIZE], again[TYPED_SIZE];
    struct phone phone;
    bool has_phone;
    int64_t ticket_id;
};

const char *kiosk_text(const struct kiosk_step *k, const char *key);
/* A text with its {n}. Given. */
json_t *kiosk_count(const struct kiosk_step *k, const char *key, int64_t n);

/* An address of this kiosk that keeps language and type; adds to `out`. */
void kiosk_link(const struct kiosk_step *k, const struct kiosk_where *to,
                struct buf *out);
json_t *kiosk_link_json(const struct kiosk_step *k, const struct kiosk_where *to);

/* The screens: each adds its part to the page. Reader. */
NODISCARD bool kiosk_choice(struct store *st, struct kiosk_step *k, int64_t now_ms,
                            json_t *data, struct error *err);
NODISCARD bool kiosk_phone(struct store *st, struct kiosk_step *k, json_t *data,
                           struct error *err);
NODISCARD bool kiosk_ticket(struct store *st, struct kiosk_step *k, int64_t now_ms,
                            json_t *data, struct error *err);

/* What the keys of the screen do to what was typed: "0" … "9", "back", "clear". */
void kiosk_key(struct kiosk_step *k, const char *key);
/* Reads both numbers; the key of a sentence where they are none or differ. */
const char *kiosk_read_phone(struct kiosk_step *k);

#endif
