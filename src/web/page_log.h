/*
 * page_log.h — the daily log of windows: a day's entries, the months that they make, and
 * the form that adds one.
 *
 *     GET  /assess/{year}/log?day=2026-11-23&window=W1&department=YB    (page_log.c)
 *     POST /assess/{year}/log                                           (page_log_add.c)
 *
 * The address is the question. An entry is added, and corrected by another one; nothing
 * is changed. The hall writes of every window but of a department that the writer comes
 * from; a window's head writes of his own, and adds no points to it.
 */
#ifndef WEB_PAGE_LOG_H
#define WEB_PAGE_LOG_H

#include "store/day_log_store.h"
#include "web/daily_view.h"

void page_log(struct exchange *x);
void page_log_post(struct exchange *x);

/* For both files: the page, and what was typed into its form. */
struct log_page {
    struct daily daily;
    const char *day, *window, *department; /* chosen; "" for none */
    int date;                              /* of `day`, yyyymmdd */
    struct {
        const char *once, *day, *window, *kind, *points, *words, *corrects;
    } typed;          /* never NULL */
    struct store *st; /* while rows are read */
    json_t *entries;  /* the same */
    int64_t corrects; /* of `typed` */
    int points;       /* of `typed` */
    bool pointed;     /* it names points */
    int64_t id;       /* of the entry that was added */
    enum day_log_verdict verdict;
};

/* The page's work and its answer; also after a form that was wrong. */
step_work log_read;
step_then log_show;

#endif
