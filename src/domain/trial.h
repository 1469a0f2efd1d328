/*
 * trial.h — did it help? A window before and after, beside the windows that were left
 * alone.
 *
 * Two periods of closings: before what was planned came into force, and after. Months
 * that started a second assessment belong to neither: they were picked for being bad, and
 * what is picked so looks better afterwards by itself. The other windows show what would
 * have changed anyway. Channels are never pooled: each is compared with itself, so that
 * another way of asking is no improvement.
 *
 * The test is exact: given all margins in each channel, the window's bad ratings after
 * are distributed as odds_changed says when the odds of a bad rating changed as at the
 * other windows; their sum over the channels is weighed. Windows wander by themselves, so
 * a change of up to `tolerance` times that of the others shows nothing yet. "Worked"
 * where even then chance gives so few bad ones in `level` of TRIAL_WHOLE at the most,
 * "worse" where it gives so many; else "not shown", which is never "no effect". So either
 * is said falsely that often at the most, at any rate and any number of ratings, as far
 * as ratings of one period do not depend on each other.
 *
 * Beside it stands how much: the difference of differences of the good rate, channels
 * weighted by what they tell (n before times n after by their sum), with an interval made
 * of the four Wilson intervals (Newcombe's way, "MOVER"). It is for people; the exact
 * test decides. Pure; any thread.
 */
#ifndef DOMAIN_TRIAL_H
#define DOMAIN_TRIAL_H

#include <stdbool.h>

#include "domain/odds.h"

enum { TRIAL_CHANNELS = 8, TRIAL_WHOLE = 10000 };

/* A channel: at the window, and at the others together. */
struct trial_channel {
    struct tally before, after, others_before, others_after;
};

struct trial {
    struct trial_channel of[TRIAL_CHANNELS];
};

struct trial_rules {
    int level;     /* of TRIAL_WHOLE, each way */
    int tolerance; /* hundredths: odds of a bad rating that change so many times more, or
                      less, than at the others show nothing yet */
    int least;     /* ratings, before and after */
};
extern const struct trial_rules trial_rules_default; /* 250: 2.5 %; 30 */

enum trial_verdict { TRIAL_WORKED, TRIAL_NOT_SHOWN, TRIAL_WORSE, TRIAL_VERDICTS };
const char *trial_verdict_name(enum trial_verdict verdict); /* "worked" … */
enum trial_verdict trial_verdict_read(const char *name);

struct trial_result {
    enum trial_verdict verdict;
    bool few;                 /* too few ratings: nothing can be shown */
    struct trial_channel sum; /* of all channels, for people */
    double expected;          /* bad ones after, if nothing had been done */
    double fewer, more;       /* how often chance gives so few, so many */
    int effect, low, high;    /* of TRIAL_WHOLE, of the good rate; 0 and the whole range
                                 where nothing can be compared */
};

struct trial_result trial_judge(const struct trial *t, const struct trial_rules *rules);

#endif
