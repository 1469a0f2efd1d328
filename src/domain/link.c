/*
 * link.c — see link.h.
 */
#include "domain/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/reply.h"

const char link_letters[] = "ABCEFGHJKMPUVWY";

static const char *const proofs[] = {"P0", "P1", "P2", "P3"};

/* ---- numbers ---- */

/* The digits of a number without 00 and without 86 in front; two digits stay. */
static void plain_number(const char *number, char out[SENDER_SIZE])
{
    char digits[SENDER_SIZE];
    const char *at = digits;
    size_t n = 0;

    for (; *number != '\0' && n < sizeof(digits) - 1; number++)
        if (*number >= '0' && *number <= '9')
            digits[n++] = *number;
    digits[n] = '\0';
    if (strncmp(at, "00", 2) == 0 && strlen(at) > 2)
        at += 2;
    if (strncmp(at, "86", 2) == 0 && strlen(at) > 2)
        at += 2;
    memmove(out, at, strlen(at) + 1);
}

static bool begins(const char *number, const char *with)
{
    return strncmp(number, with, strlen(with)) == 0;
}

void link_receiver(const char *recipient, const struct link_way *way, struct link_to *out)
{
    char own[SENDER_SIZE], access[SENDER_SIZE];

    *out = (struct link_to){.mode = LINK_NOWHERE};
    snprintf(out->gateway, sizeof(out->gateway), "%s", way->gateway);
    plain_number(recipient, out->number);
    plain_number(way->own, own);
    if (strlen(out->number) == 2) {
        out->mode = LINK_NUMBER;
        memcpy(out->access, own, sizeof(own));
        slot_sender(own, atoi(out->number), out->number);
        return;
    }
    for (size_t i = 0; i < way->known_count; i++) {
        plain_number(way->known[i], access);
        if (access[0] == '\0' || !begins(out->number, access) ||
            strlen(access) < strlen(out->access))
            continue;
        out->mode = LINK_NUMBER;
        memcpy(out->access, access, sizeof(access));
    }
    if (out->mode == LINK_NOWHERE && (out->number[0] == '\0' || own[0] == '\0'))
        out->mode = LINK_GATEWAY;
}

bool link_fits(const struct link_survey *s, const struct link_to *to)
{
    char sender[SENDER_SIZE], stripped[SENDER_SIZE];

    if (to->mode == LINK_NOWHERE)
        return false;
    if (to->mode == LINK_GATEWAY || to->access[0] == '\0') {
        if (strcmp(s->gateway, to->gateway) != 0)
            return false;
        if (to->mode == LINK_GATEWAY)
            return true;
    }
    plain_number(s->sender, sender);
    if (strcmp(sender, to->number) == 0)
        return true;
    slot_sender(to->access, s->slot, stripped);
    return strcmp(to->number, to->access) == 0 && strcmp(sender, stripped) == 0;
}

/* ---- surveys ---- */

static struct link none(void)
{
    return (struct link){
        .kind = LINK_NONE, .survey = -1, .which = -1, .proof = proofs[0]};
}

static struct link ask(void)
{
    return (struct link){.kind = LINK_ASK, .survey = -1, .which = -1, .proof = proofs[0]};
}

static int case_of_letter(const struct link_survey *s, char letter)
{
    for (int i = 0; letter != 0 && i < s->count; i++)
        if (s->cases[i].letter == letter)
            return i;
    return -1;
}

/* Inside one survey: its only case, or the one of the letter; a letter of another survey
 * is asked. */
static struct link within(const struct link_survey *s, int at, char letter, int proof)
{
    int which = s->count == 1 ? 0 : case_of_letter(s, letter);
    struct link l = {.survey = at, .which = which, .proof = proofs[proof]};

    if (s->count == 1 && letter != 0 && s->cases[0].letter != letter)
        return ask();
    l.kind = which >= 0 ? LINK_CASE : LINK_SURVEY;
    if (which < 0)
        l.proof = proofs[0];
    return l;
}

/*
 * By the slot: the survey whose sender is exactly the number that was written to. A slot
 * comes round again after its rest, so the newest counts, unless an older one is still
 * open beside it. So is one without a slot whose number happens to be the same.
 */
static bool by_slot(const struct link_survey *surveys, size_t count,
                    const struct link_to *to, char letter, struct link *out)
{
    int newest = -1, open = 0;

    for (size_t i = 0; i < count && to->mode == LINK_NUMBER; i++) {
        char sender[SENDER_SIZE];

        plain_number(surveys[i].sender, sender);
        if (strcmp(sender, to->number) != 0)
            continue;
        open += surveys[i].open;
        if (surveys[i].slot != SLOT_NONE &&
            (newest < 0 || surveys[i].opened_ms > surveys[newest].opened_ms))
            newest = (int)i;
    }
    if (newest < 0)
        return false;
    if (open > 1 || (open == 1 && !surveys[newest].open))
        *out = ask();
    else
        *out = within(&surveys[newest], newest, letter, 1);
    return true;
}

static struct link by_letter(const struct link_survey *surveys, size_t count, char letter)
{
    struct link l = none();

    for (size_t i = 0; i < count; i++) {
        int which = case_of_letter(&surveys[i], letter);

        if ((!surveys[i].open && !surveys[i].hangs) || which < 0)
            continue;
        if (l.kind != LINK_NONE)
            return ask();
        l = (struct link){LINK_CASE, (int)i, which, proofs[2]};
    }
    return l;
}

/*
 * The only survey there is; those that are over count where `open` is not asked for.
 * Beside one that hangs an open one is not the only one: people answer the text that they
 * see.
 */
static struct link only_one(const struct link_survey *surveys, size_t count, char letter,
                            bool open)
{
    int found = -1;
    bool hangs = false;

    for (size_t i = 0; i < count; i++) {
        hangs |= surveys[i].hangs;
        if (open && !surveys[i].open)
            continue;
        if (found >= 0)
            return open ? ask() : none();
        found = (int)i;
    }
    if (found >= 0 && open && hangs)
        return ask();
    return found >= 0 ? within(&surveys[found], found, letter, 3) : none();
}

struct link link_choose(const struct link_survey *surveys, size_t count,
                        const struct link_to *to, char letter)
{
    struct link l;

    if (by_slot(surveys, count, to, letter, &l))
        return l;
    l = by_letter(surveys, count, letter);
    if (l.kind == LINK_NONE)
        l = only_one(surveys, count, letter, true);
    if (l.kind == LINK_NONE)
        l = only_one(surveys, count, letter, false);
    return l;
}

char link_letter(const struct link_survey *surveys, size_t count, const char *text,
                 const char **rest)
{
    size_t taken;
    char letter;

    *rest = text;
    if (!reply_letter(text, strlen(text), &letter, &taken))
        return 0;
    for (size_t i = 0; i < count; i++) {
        if (case_of_letter(&surveys[i], letter) >= 0) {
            *rest = text + taken;
            return letter;
        }
    }
    return 0;
}

/* When a survey last gave this letter, INT64_MIN for never, INT64_MAX while it may yet be
 * answered by it. */
static int64_t given_ms(const struct link_survey *surveys, size_t count, char letter)
{
    int64_t last_ms = INT64_MIN;

    for (size_t i = 0; i < count; i++) {
        if (case_of_letter(&surveys[i], letter) < 0)
            continue;
        if (surveys[i].open || surveys[i].hangs)
            return INT64_MAX;
        if (surveys[i].opened_ms > last_ms)
            last_ms = surveys[i].opened_ms;
    }
    return last_ms;
}

void link_free_letters(const struct link_survey *surveys, size_t count, int wanted,
                       char out[LINK_CASES])
{
    for (int found = 0; found < wanted; found++) {
        int64_t best_ms = 0;

        out[found] = 0;
        for (const char *l = link_letters; *l != '\0'; l++) {
            int64_t last_ms = given_ms(surveys, count, *l);

            if (memchr(out, *l, (size_t)found) != NULL ||
                (out[found] != 0 && last_ms >= best_ms))
                continue;
            out[found] = *l;
            best_ms = last_ms;
        }
    }
}
