/*
 * staff_words.h — codes, times and spans of the store as staff pages say them.
 *
 * All JSON is given. Words come from the catalogue `staff`; a code that it does not know
 * is shown as it is.
 */
#ifndef WEB_STAFF_WORDS_H
#define WEB_STAFF_WORDS_H

#include <jansson.h>

#include "store/review_store.h"
#include "web/page.h"

struct staff_words {
    const struct site *site;
    const struct hall_frame *frame;
    enum lang lang;
    const char *catalogue; /* one that extends `staff`; NULL for that one */
    int64_t now_ms;
};

/* The text of PREFIX_CODE. */
const char *staff_word(const struct staff_words *w, const char *prefix, const char *code);

/* {"iso": …, "text": "11 月 23 日 10:42"}, with the year where it is not this one; null
 * for 0. */
json_t *staff_time(const struct staff_words *w, int64_t at_ms);

/* "办结后 12 分钟". */
json_t *staff_delay(const struct staff_words *w, int64_t delay_s);

/* {"number": 5, "word": "非常满意", "tone": "green"}; number null, tone "" where four
 * dimensions were given instead. */
json_t *staff_grade(const struct staff_words *w, int grade);

/* "态度 5 · 效率 5 …"; null where none was given. */
json_t *staff_dims(const struct staff_words *w, const int dims[4]);

/* What a reply was read as, or why it was not: "5（非常满意）", "态度 5 · 效率 5 …". */
json_t *staff_reading(const struct staff_words *w, const char *outcome);

/* [{"word": …}] of codes parted by commas; null for none. */
json_t *staff_tags(const struct staff_words *w, const char *tags);

/* Who did it, by his account's name; what is no account as it stands. A reader's store.
 */
json_t *staff_actor(struct store *st, const char *actor);

/* The same; what is no account by its word: "群众", "系统". */
json_t *staff_actor_word(struct store *st, const struct staff_words *w,
                         const char *actor);

#endif
