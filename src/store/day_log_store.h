/*
 * day_log_store.h — the daily log of windows: entries, and what they make of a month and
 * a year (domain/day_log.h).
 *
 * Entries are facts. A correction is an entry of its own that names the one it stands
 * for: only entries that none names count. What is written when the day's log is closed
 * is flagged late and counts all the same; a day that has not come is refused,
 * and so is one of a year that was frozen for good.
 *
 * A window was present in a month in which a case was closed at it, or something was
 * written of it.
 */
#ifndef STORE_DAY_LOG_STORE_H
#define STORE_DAY_LOG_STORE_H

#include "domain/day_log.h"
#include "store/evidence_store.h"

enum { DAY_LOG_WORDS = 500, DAY_LOG_DAY_MOST = 500 };

struct day_log_input {
    int local_date;         /* yyyymmdd; of a correction: not looked at */
    const char *window;     /* code; of a correction: not looked at */
    enum day_log_kind kind; /* of a correction: not looked at */
    enum day_log_side side;
    const int *points; /* what the hall wants instead of the rule's; NULL for none */
    int64_t corrects;  /* 0 for none */
    const char *words; /* not empty */
    const char *once;  /* what makes the same form one */
    const char *actor;
    struct evidence_input file;
    int64_t file_most;      /* bytes */
    const char *own_window; /* the only one he may write of; NULL for any */
};

enum day_log_verdict {
    DAY_LOG_TAKEN,
    DAY_LOG_AGAIN,         /* the same form: there is one */
    DAY_LOG_NO_WINDOW,     /* none of that code, or not his */
    DAY_LOG_TO_COME,       /* the day has not begun */
    DAY_LOG_WRONG_POINTS,  /* the kind cannot count that */
    DAY_LOG_NOT_THIS_SIDE, /* the window corrects what the hall wrote */
    DAY_LOG_CORRECTED,     /* that entry has been corrected already */
    DAY_LOG_NO_ENTRY,      /* to correct */
    DAY_LOG_FROZEN, /* the day's year was frozen for good: it would count nowhere */
};

/* Writer thread. *id is that of the entry that stands; 0 where none does. */
NODISCARD bool day_log_take(struct store *st, const struct day_log_rules *rules,
                            const struct day_log_input *in, int64_t now_ms,
                            enum day_log_verdict *verdict, int64_t *id,
                            struct error *err);

struct day_log_entry {
    int64_t id, corrects, corrected_by, at_ms; /* 0 for none */
    int local_date, points, files;
    enum day_log_kind kind;
    enum day_log_side side;
    bool late;
    char window[CODE_SIZE], department[CODE_SIZE], actor[48];
    const char *words; /* borrowed in the callback; NULL where they were erased */
};

/* Entries of the days from..to (yyyymmdd), the newest day first, at the most
 * DAY_LOG_DAY_MOST; codes or NULL. A reader's store. */
typedef void day_log_each(void *self, const struct day_log_entry *entry);
NODISCARD bool day_log_list(struct store *st, int from, int to, const char *window,
                            const char *department, day_log_each *each, void *self,
                            struct error *err);

NODISCARD bool day_log_find(struct store *st, int64_t id, struct day_log_entry *out,
                            bool *found, struct error *err); /* without its words */

/* One window in one month in which it was present. */
struct day_log_window {
    char window[CODE_SIZE], department[CODE_SIZE];
    int month; /* 1..12 */
    int64_t sum;
    int entries, late; /* that count, and those of them that came late */
    int score;         /* hundredths */
};

/* The windows of a year, by department, window and month. Owns its list. */
struct day_log_windows {
    struct day_log_window *list;
    size_t count;
};
NODISCARD bool day_log_windows(struct store *st, int year, const char *department,
                               const char *window, struct day_log_windows *out,
                               struct error *err);
void day_log_windows_free(struct day_log_windows *w);

/* What these windows make of a department's year: its "daily" value is `year`, in
 * ten-thousandths of a point, DAY_LOG_NONE where no window of it was ever present. */
void day_log_department(const struct day_log_windows *w, const char *department,
                        struct day_log_year *out);

/* The same of one window. */
void day_log_of_window(const struct day_log_windows *w, const char *window,
                       struct day_log_year *out);

#endif
