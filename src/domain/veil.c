/*
 * veil.c — see veil.h.
 *
 * The score of a part moves with its k, and with n towards the peers' rate: of 1 … most
 * ratings it is least where all of the most are bad, and greatest where all are good.
 */
#include "domain/veil.h"

enum { PER_HUNDREDTH = 1000000 };

bool veil_hides(const struct part_score *part, int least)
{
    return least > 0 && part->count.n > 0 && part->count.n < least;
}

/* Ten-thousandths of a point, of `k` good among `n`: down, or up to the next one. */
static int64_t bound(const struct part_score *p, int k, int n, bool up)
{
    __int128 above = (__int128)k * 1000000000 + (__int128)p->prior_weight * p->prior_rate,
             below = (__int128)(n + p->prior_weight) * 1000;
    int64_t score = (int64_t)((above + (up ? below - 1 : 0)) / below);

    return score > ASSESS_FULL ? ASSESS_FULL : score;
}

/* An adjustment moves a score by what is hidden, too: then it may be anything. */
static void bounds_of(const struct scheme *s, size_t part, const struct part_score *p,
                      int least, int64_t *low, int64_t *high)
{
    bool moved = s->parts[part].measure == MEASURE_GOOD && s->rules.adjust;

    *low = moved ? 0 : bound(p, 0, least - 1, false);
    *high = moved ? ASSESS_FULL : bound(p, least - 1, least - 1, true);
}

struct veil veil_over(const struct scheme *s, const struct assess_score *score, int least)
{
    int64_t low = score->total, high = score->total;
    struct veil out = {.drawn = false};

    for (size_t i = 0; score->total != ASSESS_NONE && i < s->part_count; i++) {
        const struct part_score *p = &score->parts[i];
        int64_t lowest, highest;

        if (!veil_hides(p, least) || p->score == ASSESS_NONE || s->parts[i].weight == 0)
            continue;
        out.drawn = true;
        bounds_of(s, i, p, least, &lowest, &highest);
        low += s->parts[i].weight * (lowest - p->score);
        high += s->parts[i].weight * (highest - p->score);
    }
    out.low = low / PER_HUNDREDTH;
    out.high = (high + PER_HUNDREDTH - 1) / PER_HUNDREDTH;
    return out;
}
