/*
 * scheme_look.c — see scheme_look.h.
 */
#include "store/scheme_look.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "domain/scheme_effect.h"
#include "store/assess_marks.h"

static bool counts_read(struct store *st, int year, int64_t now_ms,
                        struct assess_book *out, struct error *err)
{
    const struct assess_query q = {.by = ASSESS_DEPARTMENT,
                                   .from_month = year * 100 + 1,
                                   .to_month = year * 100 + 12,
                                   .now_ms = now_ms};

    return assess_book_read(st, &q, out, err);
}

bool scheme_book(struct store *st, const struct scheme *scheme, int year, int64_t now_ms,
                 struct assess_book *out, struct error *err)
{
    if (!counts_read(st, year, now_ms, out, err))
        return false;
    if (assess_marks_fill(st, scheme, year, out, err))
        return true;
    assess_book_free(out);
    return false;
}

/* The same counts once more, for the marks of another scheme. */
static struct assess_book copy_of(const struct assess_book *b)
{
    struct assess_book copy = {.count = b->count};

    copy.units = memory_new((b->count + 1) * sizeof(b->units[0]));
    if (b->count > 0)
        memcpy(copy.units, b->units, b->count * sizeof(b->units[0]));
    return copy;
}

/* What the year before is judged by, and how it is called. */
static bool scheme_before(struct store *st, int year, int64_t now_ms, struct scheme *out,
                          char name[24], struct error *err)
{
    struct scheme_state state;

    if (!scheme_present(st, year - 1, now_ms, out, &state, err))
        return false;
    if (out->version == 0) {
        scheme_free(out);
        if (!scheme_present(st, year, now_ms, out, &state, err))
            return false;
    }
    snprintf(name, 24, "%d/%d", out->year, out->version);
    return true;
}

bool scheme_effect_read(struct store *st, const struct scheme *scheme, int64_t now_ms,
                        struct buf *out, struct error *err)
{
    int year = scheme->year - 1;
    struct scheme before = {0};
    struct assess_book was = {0}, is = {0};
    char name[24];
    bool ok = false;

    if (!scheme_before(st, scheme->year, now_ms, &before, name, err) ||
        !scheme_book(st, &before, year, now_ms, &was, err))
        goto out;
    is = copy_of(&was);
    if (!assess_marks_fill(st, scheme, year, &is, err))
        goto out;
    scheme_effect_write(year, name, &(struct effect_side){&before, &was},
                        &(struct effect_side){scheme, &is}, out);
    ok = true;
out:
    assess_book_free(&was);
    assess_book_free(&is);
    scheme_free(&before);
    return ok;
}
