/*
 * wording.h — the texts of messages: which template, filled with what.
 *
 * Templates are data (texts.h); the facts come from the store. Writer
 * thread, inside a command.
 */
#ifndef WORK_WORDING_H
#define WORK_WORDING_H

#include "store/alert_store.h"
#include "store/conversation_store.h"
#include "store/message_store.h"
#include "work/texts.h"

enum { WORDING_MOST = 4000 }; /* bytes of a text */

/* One case of a survey, with the letter it is given. */
struct wording_case {
    struct survey_case facts;
    char letter; /* 0 for none */
};

/* Where a text goes. The buffers are the caller's. */
struct wording {
    const struct texts *texts; /* the hall's own; NULL for none */
    bool form;        /* the gateway holds the text itself: nothing may be left out */
    struct buf *text; /* the text as people read it */
    struct buf *fill; /* what filled it: a JSON object of texts */
};

/* The survey's text; `key` is its template. */
NODISCARD bool wording_survey(struct store *st, const char *key, const char *lang,
                              const struct wording_case *cases, int count,
                              const struct wording *out, struct error *err);

/* The reminder of a survey of one case, which is open until `until_ms`. */
NODISCARD bool wording_remind(struct store *st, const char *lang,
                              const struct survey_case *c, int64_t until_ms,
                              const struct wording *out, struct error *err);

/* The reminder of a survey whose cases have letters: of those that are still open. */
NODISCARD bool wording_remind_code(struct store *st, const char *lang,
                                   const struct wording_case *cases, int count,
                                   int64_t until_ms, const struct wording *out,
                                   struct error *err);

/* A queue alert as it is true now: "near" or "called". */
NODISCARD bool wording_alert(struct store *st, const char *lang, const struct alert *a,
                             const struct wording *out, struct error *err);

/* The same question about a case that was drawn for a re-check. */
NODISCARD bool wording_recheck(struct store *st, const char *lang,
                               const struct survey_case *c, const struct wording *out,
                               struct error *err);

/* The question whether a recorded end is true: `promised` 0 for none, then the record's
 * days. */
NODISCARD bool wording_promise(struct store *st, const char *lang,
                               const struct survey_case *c, int promised, int taken,
                               const struct wording *out, struct error *err);

/*
 * Any other message from its detail: a JSON object of the template's values; a grade may
 * be a number
 * ("g": 5), a day an instant ("d_ms", "end_ms"), and "letter" is the one of the example.
 */
NODISCARD bool wording_answer(struct store *st, const char *key, const char *lang,
                              const char *detail, const struct wording *out,
                              struct error *err);

#endif
