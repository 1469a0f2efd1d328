/*
 * freeze_bars.c — see freeze_bars.h.
 */
#include "store/freeze_bars.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/assessment_store.h"
#include "store/scheme_look.h"

#define DAY_MS INT64_C(86400000)

static int64_t settled_ms(const struct store *st, const struct rules *rules, int year)
{
    return scheme_year_ms(st, year + 1) + rules->invite.open_days_max * DAY_MS +
           rules->rating.correction_ms + DAY_MS;
}

static void find_owed(struct freeze_bars *b)
{
    b->owes = memory_new((b->book.count + 1) * sizeof(*b->owes));
    for (size_t u = 0; u < b->book.count; u++) {
        b->owes[u] = assess_marks_owed(&b->scheme, &b->book.units[u]);
        for (uint32_t left = b->owes[u]; left != 0; left &= left - 1)
            b->owed++;
    }
}

bool freeze_bars_read(struct store *st, const struct rules *rules, int year,
                      int64_t now_ms, struct freeze_bars *out, struct error *err)
{
    const struct assess_query q = {.by = ASSESS_DEPARTMENT,
                                   .from_month = year * 100 + 1,
                                   .to_month = year * 100 + 12,
                                   .now_ms = now_ms};
    struct scheme_state state;

    *out = (struct freeze_bars){
        .year = year, .now_ms = now_ms, .settled_ms = settled_ms(st, rules, year)};
    if (!scheme_present(st, year, now_ms, &out->scheme, &state, err) ||
        !scheme_book(st, &out->scheme, year, now_ms, &out->book, err) ||
        !assessment_open_appeals(st, year, &out->appeals, err) ||
        !assess_orders_open(st, &q, &out->orders, err) ||
        !assess_cases_again(st, scheme_year_ms(st, year), scheme_year_ms(st, year + 1),
                            &out->again, err)) {
        freeze_bars_free(out);
        return false;
    }
    out->adopted = state.adopted;
    find_owed(out);
    return true;
}

void freeze_bars_free(struct freeze_bars *b)
{
    scheme_free(&b->scheme);
    assess_book_free(&b->book);
    free(b->owes);
}

bool freeze_bars_settled(const struct freeze_bars *b)
{
    return b->now_ms >= b->settled_ms;
}

bool freeze_bars_none(const struct freeze_bars *b)
{
    return b->adopted != 0 && freeze_bars_settled(b) && b->appeals == 0 &&
           b->orders.running == 0 && b->owed == 0;
}

/* The first part of which marks are missing, and the first department that lacks them. */
static bool marks_fault(const struct freeze_bars *b, struct error *err)
{
    for (size_t p = 0; p < b->scheme.part_count; p++)
        for (size_t u = 0; u < b->book.count; u++)
            if (assess_mark_owed(&b->scheme, &b->book.units[u], p))
                return error_set(err, ERROR_CONFLICT,
                                 "%zu marks that the totals of %d need are missing, the "
                                 "first of \"%.60s\" for %.40s. The page names all.",
                                 b->owed, b->year, b->scheme.parts[p].name_en,
                                 b->book.units[u].code);
    return true;
}

bool freeze_bars_pass(const struct freeze_bars *b, struct error *err)
{
    if (b->adopted == 0)
        return error_set(err, ERROR_CONFLICT,
                         "No scheme of %d was adopted, so there is nothing to judge by.",
                         b->year);
    if (!freeze_bars_settled(b))
        return error_set(
            err, ERROR_CONFLICT,
            "Ratings of %d can still change; freeze it when they are settled.", b->year);
    if (b->appeals > 0)
        return error_set(err, ERROR_CONFLICT,
                         "%lld appeals about ratings of %d are not decided yet.",
                         (long long)b->appeals, b->year);
    if (b->orders.running > 0)
        return error_set(err, ERROR_CONFLICT,
                         "The time to put %lld bad ratings of %d right still runs.",
                         (long long)b->orders.running, b->year);
    return marks_fault(b, err);
}
