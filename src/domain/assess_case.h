/*
 * assess_case.h — what an assessment takes from one closed case, as a line of text.
 *
 * Lines of tab-separated fields, "-" for what there is not, so that a table in any
 * statistics program reads them (assess_case_columns has the names):
 *
 *     case   id date department window clerk matter kind ratable promised taken channel
 *            delay grade attitude efficiency quality integrity excluded
 *     order  id case date department window clerk fix
 *
 * Nothing in them tells who rated, and no words. Folding lines into a book is all that
 * counting is: the same lines in any order make the same book. Pure; any thread.
 */
#ifndef DOMAIN_ASSESS_CASE_H
#define DOMAIN_ASSESS_CASE_H

#include "domain/assess.h"

struct assess_case {
    int64_t id;
    int date; /* yyyymmdd of the hall's own day on which it was first closed */
    char department[HALL_CODE_SIZE], window[HALL_CODE_SIZE], clerk[HALL_CODE_SIZE];
    char matter[HALL_CODE_SIZE];
    enum hall_kind kind;
    bool ratable;
    int promised, taken; /* working days; -1 where nothing was promised */
    int channel, delay;  /* of its rating; -1 where it has none */
    int grade;           /* 1 … 5; 0 for none */
    int dims[4];         /* attitude, efficiency, quality, integrity; 0 for none */
    bool excluded;       /* by an appeal */
};

/* A bad rating of somebody who can be rung: was it put right and told in time? */
struct assess_order {
    int64_t id, case_id;
    int date;
    char department[HALL_CODE_SIZE], window[HALL_CODE_SIZE], clerk[HALL_CODE_SIZE];
    bool fixed;
};

/* What the units of a book are. */
enum assess_level {
    ASSESS_DEPARTMENT,
    ASSESS_WINDOW,
    ASSESS_CLERK,
    ASSESS_HALL, /* one unit, of code "" */
    ASSESS_LEVELS
};
const char *assess_level_name(enum assess_level level); /* "department" … */
enum assess_level assess_level_read(const char *name);

extern const char assess_case_columns[], assess_order_columns[]; /* with the tabs */

/* Adds the line and its end. */
void assess_case_write(const struct assess_case *c, struct buf *out);
void assess_order_write(const struct assess_order *o, struct buf *out);

/* Reads a line without its end; ERROR_MALFORMED names the column. `line` is written to.
 */
NODISCARD bool assess_case_read(char *line, struct assess_case *out, struct error *err);
NODISCARD bool assess_order_read(char *line, struct assess_order *out, struct error *err);

/* Counts it in its unit, which is made where it is not there yet. */
void assess_case_count(struct assess_book *b, enum assess_level level,
                       const struct assess_case *c);
void assess_order_count(struct assess_book *b, enum assess_level level,
                        const struct assess_order *o);

/* Does a channel count in scores? What staff entered does not: paper, and telephone. */
bool assess_channel_scored(int channel);
const char *assess_channel_name(int channel); /* as stored: "sms" … */
int assess_channel_read(const char *name);    /* -1 for none of them */

#endif
