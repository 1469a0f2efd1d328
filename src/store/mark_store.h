/*
 * mark_store.h — the hall's own marks of a department's quarter, for its openness of
 * information; 0.00 to 100.00, each with its reason.
 *
 * Daily service is not marked a second time: it is assessed from the daily log, which is
 * a part of its own (store/day_log_store.h). Marks for it that an earlier version took
 * are kept and shown, and count in nothing.
 *
 * A mark is a fact. Another mark of the same quarter is a correction: it names the one it
 * stands for, and the newest counts. A quarter is marked once it has begun.
 */
#ifndef STORE_MARK_STORE_H
#define STORE_MARK_STORE_H

#include "store/evidence_store.h"

enum hall_mark_kind {
    HALL_MARK_OPENNESS,
    HALL_MARK_SERVICE, /* no longer taken */
    HALL_MARK_KINDS
};

/* "openness", "service"; HALL_MARK_KINDS for a word that is none. */
const char *hall_mark_kind_name(enum hall_mark_kind kind);
enum hall_mark_kind hall_mark_kind_read(const char *name);

enum { HALL_MARK_WORDS = 1000, HALL_MARK_MOST = 10000, HALL_MARK_NONE = -1 };

struct hall_mark_input {
    int year, quarter;      /* 1..4 */
    const char *department; /* code */
    enum hall_mark_kind kind;
    int mark;          /* hundredths */
    int64_t corrects;  /* the one that was shown when this was written; 0: none stood */
    const char *words; /* why; not empty */
    const char *once, *actor;
    struct evidence_input file;
    int64_t file_most;
};

enum hall_mark_verdict {
    HALL_MARK_TAKEN,
    HALL_MARK_AGAIN,         /* the same form: there is one */
    HALL_MARK_NO_DEPARTMENT, /* none of that code */
    HALL_MARK_NO_PART,       /* no part of any scheme is made of this kind */
    HALL_MARK_TO_COME,       /* the quarter has not begun */
    HALL_MARK_OUTDATED,      /* another mark was written meanwhile */
    HALL_MARK_FROZEN,        /* the year was frozen for good */
};

/* Writer thread; *id is that of the mark that stands for this form, 0 for none. Whether
 * the actor may assess the department is the caller's to ask (assessor_store.h). */
NODISCARD bool hall_mark_take(struct store *st, const struct hall_mark_input *in,
                              int64_t now_ms, enum hall_mark_verdict *verdict,
                              int64_t *id, struct error *err);

struct hall_mark {
    int64_t id, corrects, corrected_by, at_ms; /* 0 for none */
    int quarter, mark, files;
    enum hall_mark_kind kind;
    char department[CODE_SIZE], actor[48];
    const char *words; /* borrowed in the callback; NULL where they were erased */
};

/* Every mark of the year, those that were corrected too: by department, kind, quarter,
 * oldest first. `department` may be NULL. A reader's store. */
typedef void hall_mark_each(void *self, const struct hall_mark *mark);
NODISCARD bool hall_marks_list(struct store *st, int year, const char *department,
                               hall_mark_each *each, void *self, struct error *err);

/* The marks of a department's year that count, HALL_MARK_NONE for a quarter without. */
struct hall_mark_year {
    char department[CODE_SIZE];
    int quarters[HALL_MARK_KINDS][4]; /* hundredths */
    int64_t year[HALL_MARK_KINDS];    /* their mean, in ten-thousandths of a point,
                                         rounded half up */
};

/* Departments with any mark in the year, by code. Owns its list. */
struct hall_mark_years {
    struct hall_mark_year *list;
    size_t count;
};
NODISCARD bool hall_marks_year(struct store *st, int year, struct hall_mark_years *out,
                               struct error *err);
void hall_marks_free(struct hall_mark_years *y);

/* Of this department; NULL where there is none. */
const struct hall_mark_year *hall_marks_of(const struct hall_mark_years *y,
                                           const char *department);

#endif
