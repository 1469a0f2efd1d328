/*
 * indicator.h — what the cases of a year were like, summed up for indicators: extra
 * services and how they go with days and grades, where cases were decided, trips.
 *
 * Filled from sums of cases that are alike (case_traits_pack). Only what was told counts:
 * whoever said nothing of services is neither with nor without one. Rows of one matter of
 * one department come together, grades after cases; services are compared within it, and
 * ratings within one channel besides. Pure; one thread at a time.
 */
#ifndef DOMAIN_INDICATOR_H
#define DOMAIN_INDICATOR_H

#include "domain/case_traits.h"
#include "domain/difference.h"
#include "domain/hall.h"
#include "domain/rate.h"

enum { INDICATOR_CHANNELS = 6, INDICATOR_TRIPS = 5 /* 0 1 2 3, and more */ };

struct indicator_share {
    int64_t k, n;
};

struct indicator_unit {
    char code[HALL_CODE_SIZE], name[HALL_NAME_SIZE];
    struct indicator_share services[SERVICES]; /* of the cases that tell of services */
    struct indicator_share window;             /* decided at the window */
    struct indicator_share again;              /* came again for papers */
    int64_t trips[INDICATOR_TRIPS], trips_n, trips_sum;
};

struct indicator_service {
    struct difference_sum days, good;
    struct difference_days with, without; /* days of all, not set against each other */
};

struct indicators {
    struct indicator_unit *units; /* owned; departments in the order in which they came */
    size_t count;
    struct indicator_unit all;
    struct indicator_service services[SERVICES];

    /* The matter whose rows are coming. */
    char department[HALL_CODE_SIZE], matter[HALL_CODE_SIZE];
    struct difference_days days[SERVICES][2];
    struct difference_share good[SERVICES][INDICATOR_CHANNELS][2];
};

/* What of a department's matter is alike. */
struct indicator_row {
    const char *department, *name, *matter;
    int packed;
    int64_t cases, days, squares;
};
void indicators_add(struct indicators *in, const struct indicator_row *row);

/* Grades of one channel of such cases; 0 <= channel < INDICATOR_CHANNELS. */
void indicators_add_grades(struct indicators *in, const char *department,
                           const char *matter, int packed, int channel,
                           const struct grade_counts *grades);

/* After the last row of cases, and again after the last of grades. */
void indicators_end(struct indicators *in);
void indicators_free(struct indicators *in);

#endif
