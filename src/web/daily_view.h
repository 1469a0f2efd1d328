/*
 * daily_view.h — what the pages of the hall's daily records share: the log, the marks,
 * visits and re-checks of a year.
 *
 * A page begins with a `struct daily` (daily_new). It is read by GET, and shown once more
 * with what was typed where a form was wrong. All below runs where the page's work runs,
 * unless it says otherwise.
 */
#ifndef WEB_DAILY_VIEW_H
#define WEB_DAILY_VIEW_H

#include "domain/day_log.h"
#include "store/evidence_store.h"
#include "web/assess_frame.h"

enum { DAILY_UPLOAD = 11 << 20 }; /* bytes of a form with a file */

struct daily {
    struct staff staff;
    struct staff_words words;
    int year;            /* of the address */
    int today;           /* the hall's own day, yyyymmdd */
    int status;          /* of the answer */
    json_t *data;        /* of the page, while it is made */
    const char *trouble; /* key of a sentence; NULL for none */
    const char *wrong;   /* id of the field that it is about */
    char sentence[240];  /* instead of the key, where it is not empty */
    struct evidence_input file;
};

/* As staff_new. Loop. */
void *daily_new(struct exchange *x, size_t bytes);

/* The form and its file, into `form`; false where that was answered. Loop. */
NODISCARD bool daily_form(struct daily *d, struct form *form);

/* Notes that the form is wrong; always true, for that is no failure of the work. */
bool daily_fail(struct daily *d, int status, const char *trouble, const char *wrong);

/*
 * After a work that failed: a wrong or too large file, a disk without room and a person
 * who may not assess become a sentence of the page. True where it is one.
 */
bool daily_explain(struct daily *d, const struct error *err);

/* Is there room for a file, where one was sent? */
NODISCARD bool daily_room(const struct daily *d, struct error *err);

/* First in a page's work: words, today, and an empty `data`. ERROR_ABSENT where the
 * address names no year. */
NODISCARD bool daily_begin(struct daily *d, const struct store *st, int64_t now_ms,
                           struct error *err);
void daily_put(struct daily *d, const char *key, json_t *value); /* value is taken */
void daily_put_list(struct daily *d, const char *key, const char *some, json_t *list);
const char *daily_say(const struct daily *d, const char *key);

/* The answer: the frame of the year's pages, what is wrong, and `data`, which is taken.
 * `here` is the page's pattern. Loop. */
void daily_show(struct exchange *x, struct daily *d, const char *here,
                const char *template);

/* After a form was taken: to `path` with "saved=1" and the language. Loop. */
void daily_done(struct exchange *x, const char *path);

/* A field that holds an id; 0 where it is empty, -1 where it is none. Loop. */
int64_t daily_id(struct exchange *x, const struct form *form, const char *name);

/* A whole number from 0 to `most`; -1 for anything else. */
int daily_count(const char *text, int most);

/* The files of one fact as a list of links; null for none. */
json_t *daily_files(struct daily *d, struct store *st, enum evidence_subject subject,
                    int64_t id, int count);

/* Windows or departments in force that the view reaches, as options. */
NODISCARD bool daily_windows(struct daily *d, struct store *st, const char *chosen,
                             json_t *out, struct error *err);
NODISCARD bool daily_departments(struct daily *d, struct store *st, const char *chosen,
                                 json_t *out, struct error *err);

/* What the view confines to: a code, or NULL. */
const char *daily_own_window(const struct daily *d);
const char *daily_own_department(const struct daily *d);

/* The settings' rules. */
struct day_log_rules daily_log_rules(const struct site *site);

#endif
