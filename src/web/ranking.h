/*
 * ranking.h — what /assess/{year} and its workbook share: the question of the address and
 * the look that answers it.
 *
 *     ?by=department|window|clerk|hall|county   whom; departments where it is left out
 *     &period=year|q1|q2|q3|q4                  of the year's closings
 *     &channel=sms|ticket_qr|…                  only ratings by this one
 *     &peer=CODE                                only this group; "-" for that of all
 * others
 */
#ifndef WEB_RANKING_H
#define WEB_RANKING_H

#include "store/rate_store.h"
#include "store/standing_look.h"
#include "web/assess_frame.h"

struct ranking {
    struct staff staff;
    struct staff_words words;
    int year;
    const char *by, *period, *channel, *peer; /* as asked, "" for none */
    struct standing_ask ask;
    struct rate_query rates_of;
    struct standing_look look;
    struct rates rates; /* of the same units and months, by channel */
    bool final;         /* the year is frozen for good */
    json_t *data;
};

/* Reads the question and what answers it; freed with ranking_free. ERROR_INPUT names the
 * field. Reader thread. */
NODISCARD bool ranking_read(struct store *st, struct ranking *r, int64_t now_ms,
                            struct error *err);
void ranking_free(struct ranking *r);

/* The periods that can be asked for. */
extern const char *const ranking_periods[];
extern const size_t ranking_period_count;

/* The first and the last month (yyyymm) of a period of a year; false for no period. */
NODISCARD bool ranking_months(int year, const char *period, int *from, int *to);

/* The unit of a standing, its name, and its sums by channel (NULL where there are none).
 */
const struct assess_unit *ranking_unit(const struct ranking *r, const struct standing *s);
const char *ranking_name(const struct ranking *r, const struct assess_unit *u);
const struct rate_group *ranking_group(const struct ranking *r,
                                       const struct assess_unit *u);

/* Is the group of this standing asked for, and how is it called? */
bool ranking_shows(const struct ranking *r, size_t peer);
const char *ranking_peer_name(const struct ranking *r, size_t peer);

/* "第 1 档", given. */
json_t *ranking_band(const struct ranking *r, int band);

/* Why a unit has no place: key of a word. */
const char *ranking_why(const struct ranking *r, const struct standing *s);

/* Standings of a group in the order in which they are shown: band after band, in each by
 * name; those not ranked behind, by name. Places in look.standings.list, in exchange
 * memory. */
size_t *ranking_order(const struct ranking *r, size_t peer, size_t *count);

#endif
