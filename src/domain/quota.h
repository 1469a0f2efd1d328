/*
 * quota.h — how many people of each department may be graded excellent.
 *
 * A share (base plus what the hall is given on top, in hundredths of a per cent) of each
 * department's staff, made whole by a stated rule; or a total for all that is divided by
 * largest remainders: everybody gets the whole part of his share, and the places that are
 * left go one each to the greatest remainders. Departments with the same remainder may
 * compete for fewer places than they are: that is a tie, and only a person decides it,
 * with a reason. Until then the places are open and nobody has them. Whole numbers
 * throughout, so that anybody with pencil and paper gets the same. It names nobody. Pure;
 * any thread.
 */
#ifndef DOMAIN_QUOTA_H
#define DOMAIN_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

enum {
    QUOTA_WHOLE = 10000,       /* 100.00 %, in hundredths of a per cent */
    QUOTA_STAFF_MOST = 100000, /* of one department */
    QUOTA_GROUPS_MOST = 400,
};

enum quota_round { QUOTA_FLOOR, QUOTA_HALF_UP, QUOTA_CEILING, QUOTA_ROUNDS };

/* Each by itself; a total that follows from the share; a total that was typed. */
enum quota_split { QUOTA_EACH, QUOTA_SHARED, QUOTA_FIXED, QUOTA_SPLITS };

/* "floor" "half_up" "ceiling"; "each" "shared" "fixed". The count of them for a word that
 * is none. */
const char *quota_round_name(enum quota_round round);
enum quota_round quota_round_read(const char *name);
const char *quota_split_name(enum quota_split split);
enum quota_split quota_split_read(const char *name);

struct quota_rule {
    int base, hall; /* hundredths of a per cent; together QUOTA_WHOLE at the most */
    enum quota_round round;
    enum quota_split split;
    int64_t total; /* of QUOTA_FIXED */
    bool reasoned; /* a person said why he decided a tie as he did */
};

struct quota_group {
    int64_t staff;
    bool chosen; /* by a person, in a tie */

    /* What comes of it: staff x of / by = whole + rest / by, and places. */
    int64_t whole, rest, places;
    bool extra; /* a place beyond the whole part: by rounding, remainder or decision */
    bool tied;  /* one of those that compete for too few places */
};

struct quota {
    int64_t of, by;            /* each share is staff x of / by */
    int64_t staff, sum, total; /* sum of the places given; total: what is to be given */
    int64_t product;           /* staff x (base + hall): total's share x QUOTA_WHOLE */
    size_t tied;               /* how many departments compete */
    int64_t seats;             /* for so many places */
    int64_t open;              /* places that wait for a person's decision */
    bool misfit; /* what a person chose is no answer to this tie, and was not applied */
};

/*
 * ERROR_INPUT names the field: base, hall, staff or total. `groups` keep their order. sum
 * + open is always total.
 */
NODISCARD bool quota_compute(const struct quota_rule *rule, struct quota_group *groups,
                             size_t count, struct quota *out, struct error *err);

/* Places of the staff in hundredths of a per cent, rounded half up; 0 of none. */
int64_t quota_share(int64_t places, int64_t staff);

/*
 * "20", "20.5" or "20.00" as hundredths of a per cent, 0 to QUOTA_WHOLE; false for
 * anything else. And back, always with two decimals.
 */
NODISCARD bool quota_percent_read(const char *text, int *out);
enum { QUOTA_TEXT = 32 };
void quota_percent_text(int64_t hundredths, char out[QUOTA_TEXT]);

#endif
