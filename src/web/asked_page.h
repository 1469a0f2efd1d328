/*
 * asked_page.h — what pages of a year have in common whose address is the whole question:
 * the lab, other weights, the excellence quota.
 *
 * Such a page is read by GET alone; its workbook answers the same address. A page's own
 * struct begins with a `struct asked_page` and is made by staff_new. What is wrong with a
 * question is kept, the first thing only, and shown beside what was typed. Runs where the
 * page's work runs, unless it says loop.
 */
#ifndef WEB_ASKED_PAGE_H
#define WEB_ASKED_PAGE_H

#include "web/assess_frame.h"

struct asked_page {
    struct staff staff;
    struct staff_words words; /* of the page's catalogue */
    int year;                 /* of the address */
    json_t *data;             /* of the page, while it is made; asked_show takes it */
    const char *trouble;      /* key of a sentence; NULL for none */
    const char *wrong;        /* id of the field that it is about */
};

/* First in a page's work: words and year. ERROR_ABSENT where the address names none. */
NODISCARD bool asked_begin(struct asked_page *p, const struct store *st,
                           const char *catalogue, int64_t now_ms, struct error *err);

/* The text of a key, borrowed. */
const char *asked_say(const struct asked_page *p, const char *key);

void asked_put(struct asked_page *p, const char *key, json_t *value); /* value is taken */

/* The question is wrong: keys of a sentence and id of the field. The first stays. */
void asked_fail(struct asked_page *p, const char *trouble, const char *wrong);

/* `trouble` and `wrong` for the page. */
void asked_put_trouble(struct asked_page *p);

/* The same as ERROR_INPUT of that field, for the workbook; true where nothing is wrong.
 */
NODISCARD bool asked_right(const struct asked_page *p, struct error *err);

/* The answer: the year's frame, the link to the workbook of this question, the data; 422
 * where the question is wrong. `name` is the page's: template and last part of the
 * address. Loop. */
void asked_show(struct exchange *x, struct asked_page *p, const char *name);

/* The workbook that was made, as STEM-YEAR.xlsx. Loop. */
void asked_send_sheet(struct exchange *x, const struct asked_page *p, const char *stem);

#endif
