/*
 * scheme.h — by what a department's year is judged: parts, weights, and the rules for
 * few ratings.
 *
 * A JSON text in UTF-8, which is also how it is stored, printed and frozen:
 *
 *     {"year": 2026, "version": 3, "title": "…",
 *      "parts": [{"code": "good", "name": "好评率", "name_en": "Good rate",
 *                 "weight": "8.00", "hall": true, "owner": "hall",
 *                 "source": "citizens", "measure": "good"}, …],
 *      "rules": {"prior_rate": "peers", "prior_weight": 60, "adjust": true,
 *                "comparable": 30, "apart": "90.00", "draws": 10000},
 *      "peers": [{"code": "permits", "name": "…", "departments": ["scjg", …]}, …]}
 *
 * Version 0 is what a year begins with, before anybody proposed one.
 * Weights are per cent with two decimals and sum to 100.00, those of the hall's parts to
 * what the city decided (35.00 where nobody said otherwise). Who owns a part fills it,
 * and nobody else can: `hall` parts are the hall's daily assessment, `organisation` those
 * of the organisation department, `outside` comes from a sheet of another office.
 * A department that no group names is in the group of all others, "".
 *
 * prior_rate   "peers", or per cent with two decimals ("95.00"): what a unit of which
 *              little is known is drawn towards
 * prior_weight how many ratings that is worth, 0 … 10000, or "estimated": from how far
 *              the peers lie apart
 * adjust       compare ratings with those of the peers of the same channel, delay and
 *              kind of matter
 * comparable   fewer ratings than this are not ranked
 * apart        two units share a band where neither is ahead of the other in this share
 *              of the draws, per cent, over 50.00
 * draws        of the simulation, 1000 … 100000
 *
 * Pure; a scheme that was read does not change and any thread may read it.
 */
#ifndef DOMAIN_SCHEME_H
#define DOMAIN_SCHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "domain/hall.h"

enum {
    SCHEME_PARTS_MOST = 24,
    SCHEME_PEERS_MOST = 32,
    SCHEME_WEIGHT_WHOLE = 10000, /* 100.00 in hundredths of a per cent */
    SCHEME_HALL_WEIGHT = 3500,   /* where nobody said otherwise */
    SCHEME_BYTES_MOST = 256 * 1024,
    SCHEME_PRIOR_MOST = 10000,        /* ratings that a prior is worth */
    SCHEME_COMPARABLE_MOST = 1000000, /* ratings, fewer than which are not ranked */
};

enum part_owner { OWNER_HALL, OWNER_ORGANISATION, OWNER_OUTSIDE, PART_OWNERS };

/* Who the figure comes from in the end. */
enum part_source { SOURCE_CITIZENS, SOURCE_RECORDS, SOURCE_ASSESSORS, PART_SOURCES };

enum measure {
    MEASURE_ATTITUDE, /* 3 or more, of those who graded the dimension */
    MEASURE_EFFICIENCY,
    MEASURE_QUALITY,
    MEASURE_INTEGRITY,
    MEASURE_GOOD,          /* 3 or more, of the overall grades */
    MEASURE_PROMISE,       /* closed within the promised days, of the promise cases */
    MEASURE_RECTIFICATION, /* put right and told in time, of the named bad ratings */
    MEASURE_OPENNESS,      /* marks of the hall */
    MEASURE_DAILY,         /* the daily log */
    MEASURE_SHEET,         /* marks of a sheet, by the part's code */
    MEASURES
};

/* Of these a share is counted; the others are marks, 0.0000 … 100.0000. */
bool measure_counted(enum measure m);

/* The words of the text: "hall" …, "citizens" …, "good" …. */
const char *part_owner_name(enum part_owner owner);
const char *part_source_name(enum part_source source);
const char *measure_name(enum measure measure);

struct scheme_part {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE], name_en[HALL_NAME_SIZE];
    int weight; /* hundredths of a per cent */
    bool hall;  /* of the hall's part of the whole */
    enum part_owner owner;
    enum part_source source;
    enum measure measure;
};

struct scheme_peers {
    char code[HALL_CODE_SIZE], name[HALL_NAME_SIZE];
    char (*departments)[HALL_CODE_SIZE]; /* owned by the scheme */
    size_t count;
};

enum { PRIOR_PEERS = -1, PRIOR_ESTIMATED = -1 };

struct scheme_rules {
    int prior_rate;   /* hundredths of a per cent, or PRIOR_PEERS */
    int prior_weight; /* ratings, or PRIOR_ESTIMATED */
    bool adjust;
    int comparable;
    int apart; /* hundredths of a per cent */
    int draws;
};

struct scheme {
    int year, version;
    char title[HALL_NAME_SIZE];
    struct scheme_part parts[SCHEME_PARTS_MOST];
    size_t part_count;
    struct scheme_rules rules;
    struct scheme_peers peers[SCHEME_PEERS_MOST];
    size_t peer_count;
};

/* The one that a year begins with: the hall's nine parts of 35.00 and 65.00 of a sheet.
 */
void scheme_first(int year, struct scheme *out);

/* Reads a whole text. ERROR_INPUT names the first fault in words that a person can act
 * on; `out` is then empty. */
NODISCARD bool scheme_read(const char *text, size_t bytes, struct scheme *out,
                           struct error *err);
void scheme_free(struct scheme *s);

/* The same text for the same scheme, always: keys in the order above, no blanks. */
void scheme_write(const struct scheme *s, struct buf *out);

/* Sum of weights in hundredths of a per cent; of the hall's parts alone. */
int scheme_weight(const struct scheme *s);
int scheme_hall_weight(const struct scheme *s);

/* Reads "35.00", "35" or "35.5" as 3500, 3500, 3550: 0 … 100.00, at most two decimals. */
NODISCARD bool scheme_weight_read(const char *text, int *out);
void scheme_weight_text(int weight, char out[8]);

/*
 * Gives the hall's parts together `weight`, keeping their proportions and those of the
 * others; hundredths that are left over go to the greatest remainders, the earlier part
 * first. Only where both sides weigh something.
 */
NODISCARD bool scheme_reweigh(struct scheme *s, int weight);

/*
 * Does what the hall owns stand in the hall's part and what is another office's outside
 * it, and has the hall's part the share that was decided, or a reason why not?
 * ERROR_INPUT of "parts[3].hall" or "share_reason". Asked of what is proposed; a scheme
 * of before stays what it is.
 */
NODISCARD bool scheme_share_fits(const struct scheme *s, int hall_share,
                                 const char *reason, struct error *err);

/* The group of a department: its place in peers, or peer_count for that of all others. */
size_t scheme_peer_of(const struct scheme *s, const char *department);

#endif
