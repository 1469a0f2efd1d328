/*
 * rating_lines.h — what lists of ratings are looked through by: one short row a rating,
 * in the order of their ids or, within a grade, the same.
 *
 * A line follows from facts and is renewed in the transaction that adds one. Lists judge
 * lines here in C (review_list.c): that any mixture of wishes costs the same, and needs
 * no statement of its own.
 */
#ifndef STORE_RATING_LINES_H
#define STORE_RATING_LINES_H

#include "store/store.h"

struct rating_line {
    int64_t id, case_id, later_id; /* the correction's; 0 for none */
    int64_t window_id, matter_id, clerk_id;
    int64_t delay_s;
    int date, closed_date; /* yyyymmdd; closed 0 for unknown */
    int grade;             /* 0: four */
    char channel[16], proof[4], tags[256];
    bool commented, contact, ordered, praised;
    bool corrected; /* it is the correction */
};

/*
 * Writes the line of a case's first rating, which nothing was added to yet: the same that
 * rating_lines_renew would write, without looking all of it up. Whether somebody was
 * thanked is looked up. Writer, inside a command.
 */
NODISCARD bool rating_lines_add(struct store *st, const struct rating_line *first,
                                struct error *err);

/* Writes the lines of a case as its facts now are. Writer, inside a command. */
NODISCARD bool rating_lines_renew(struct store *st, int64_t case_id, struct error *err);

/*
 * What a stretch of lines is of. Of a grade, a window, a matter or a clerk only those are
 * found that have their places in its index; the newest, fewer than RATING_LINES_NEW as a
 * rule, have none yet and are read beside them: RATINGS_NEW, of any place and grade.
 */
enum rating_of {
    RATINGS_ALL,
    RATINGS_WINDOW,
    RATINGS_MATTER,
    RATINGS_CLERK,
    RATING_OFS,
    RATINGS_NEW = RATING_OFS
};
enum { RATING_LINES_NEW = 1024 };

/* A stretch of lines: ids from `from` up to but not `below`. */
struct rating_stretch {
    int64_t from, below;
    bool up; /* oldest first, else newest first */
    enum rating_of of;
    int64_t place; /* its id, unless it is of all or new */
    int grade;     /* 0..5; -1 for any, of all and new ones only */
    int most;
};
NODISCARD bool rating_lines_read(struct store *st, const struct rating_stretch *stretch,
                                 struct rating_line *out, int *count, struct error *err);

/* The grade of a line; -1 where there is no such line. */
NODISCARD bool rating_line_grade(struct store *st, int64_t id, int *grade,
                                 struct error *err);

/* The newest line's id; 0 for none. */
NODISCARD bool rating_lines_newest(struct store *st, int64_t *id, struct error *err);

#endif
