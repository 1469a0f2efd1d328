/*
 * link.h — which case a reply answers, and how that is proved.
 *
 *     P1  the number it was sent to carries the slot of one survey (and names the letter
 *         where that survey asked for several cases)
 *     P2  it begins with a letter that one open survey gave
 *     P3  there is only one open survey, and it asks for one case
 *     P5  it begins with a ticket's short code, whose one case it is
 *     P0  none of these: kept, never counted
 *
 * Never a guess: where two would fit, the answer is LINK_ASK. Pure; any thread.
 */
#ifndef DOMAIN_LINK_H
#define DOMAIN_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/slot.h"

enum { LINK_CASES = 3 };

extern const char link_letters[]; /* those a survey may give: none is an opt-out word */

struct link_case {
    int64_t id;
    char letter; /* 0 where the survey gave none */
};

/* One survey that was sent to the phone in question. */
struct link_survey {
    int64_t id; /* of the conversation */
    char sender[SENDER_SIZE];
    int slot;  /* SLOT_NONE where the gateway carries none */
    bool open; /* an answer would still be taken in: not over, not closed */
    int64_t opened_ms;
    struct link_case cases[LINK_CASES];
    int count;
    char gateway[40]; /* through which it went */
    bool hangs;       /* over and never answered, not long ago: its answer may come yet */
};

/* ---- the number it was sent to ---- */

/* What the house knows of numbers; all borrowed. */
struct link_way {
    const char *gateway;      /* that brought the reply */
    const char *own;          /* that gateway's access number, "" for none */
    const char *const *known; /* the access numbers of all gateways; "" is passed over */
    size_t known_count;
};

enum link_mode {
    LINK_NUMBER,  /* `number` is ours and decides */
    LINK_GATEWAY, /* the gateway names no number that we know: any survey it carried */
    LINK_NOWHERE, /* a number that is none of ours */
};

struct link_to {
    enum link_mode mode;
    char access[SENDER_SIZE]; /* LINK_NUMBER: the access number that `number` begins with
                               */
    char number[SENDER_SIZE]; /* as it is written in surveys: digits, no country code */
    char gateway[40];
};

/*
 * Reads the receiver as a gateway writes it. Numbers are compared by their digits without
 * 00 and 86 in front, because routes add and take those; of several access numbers that
 * fit the longest counts. Two digits alone are a slot of the gateway's own number.
 */
void link_receiver(const char *recipient, const struct link_way *way,
                   struct link_to *out);

/*
 * May a reply to this receiver answer this survey? Its sender is that number, or that
 * number with the slot which the route has stripped. Which gateway it went through does
 * not matter where the number is known: the same number may be reached by several.
 */
bool link_fits(const struct link_survey *s, const struct link_to *to);

/* ---- which case ---- */

enum link_kind {
    LINK_NONE,   /* no survey fits */
    LINK_CASE,   /* this survey, this case */
    LINK_SURVEY, /* this survey, but it asked for several and no letter says which */
    LINK_ASK,    /* several surveys fit */
};

struct link {
    enum link_kind kind;
    int survey;        /* index, LINK_CASE and LINK_SURVEY */
    int which;         /* index of the case, LINK_CASE only */
    const char *proof; /* "P0" .. "P3" */
};

/*
 * Links a reply to one of the surveys of its phone that fit (link_fits), in any order;
 * `letter` is the one it begins with, upper case, 0 for none.
 */
struct link link_choose(const struct link_survey *surveys, size_t count,
                        const struct link_to *to, char letter);

/*
 * The letter that a text begins with (reply_letter), 0 for none, and in `*rest` where the
 * rest begins. Only a letter that one of the surveys gave counts.
 */
char link_letter(const struct link_survey *surveys, size_t count, const char *text,
                 const char **rest);

/*
 * `wanted` letters for a new survey: first those that no survey gave, then those given
 * longest ago, because an old text stays on the phone and is answered by its letter; one
 * of an open survey only where no others are left.
 */
void link_free_letters(const struct link_survey *surveys, size_t count, int wanted,
                       char out[LINK_CASES]);

#endif
