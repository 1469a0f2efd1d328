/*
 * part_sum.c — see part_sum.h.
 */
#include "web/part_sum.h"

#include <inttypes.h>
#include <stdio.h>

void billionths_text(int64_t billionths, char out[32])
{
    snprintf(out, 32, "%" PRId64 ".%09" PRId64, billionths / 1000000000,
             billionths % 1000000000);
}

void points_exact_text(int64_t points, char out[32])
{
    if (points == ASSESS_NONE)
        snprintf(out, 32, "—");
    else
        snprintf(out, 32, "%" PRId64 ".%08" PRId64, points / 100000000,
                 points % 100000000);
}

void part_sum_text(const struct part_score *p, const struct assess_adjustment *a,
                   struct buf *out)
{
    char rate[32], own[32], expected[32], score[16];

    if (p->score == ASSESS_NONE || p->prior_rate < 0)
        return;
    billionths_text(p->prior_rate, rate);
    assess_score_text(p->score, score);
    if (a != NULL && a->used) {
        billionths_text(a->rate, own);
        billionths_text(a->expected, expected);
        buf_addf(out,
                 "(%" PRId64 " − %s + %" PRId64 " × %s + %d × %s) ÷ (%" PRId64
                 " + %d) × 100 = %s",
                 p->count.k, expected, p->count.n, own, p->prior_weight, rate, p->count.n,
                 p->prior_weight, score);
        return;
    }
    buf_addf(out, "(%" PRId64 " + %d × %s) ÷ (%" PRId64 " + %d) × 100 = %s", p->count.k,
             p->prior_weight, rate, p->count.n, p->prior_weight, score);
}

void part_points_text(const struct scheme_part *part, const struct part_score *p,
                      struct buf *out)
{
    char weight[8], score[16], points[32];

    if (p->score == ASSESS_NONE)
        return;
    scheme_weight_text(part->weight, weight);
    assess_score_text(p->score, score);
    points_exact_text((int64_t)part->weight * p->score, points);
    buf_addf(out, "%s %% × %s = %s", weight, score, points);
}
