/*
 * citizen.h — what the pages of citizens and of the hall's own screens share: language
 * carried in links, times as people say them, forms, and whose request it is.
 */
#ifndef WEB_CITIZEN_H
#define WEB_CITIZEN_H

#include <jansson.h>

#include "web/accept.h"
#include "web/exchange.h"
#include "web/step.h"

enum { MOMENT_TEXT = 96 };

/* A form that was sent: its fields lie in the exchange. */
struct sent {
    struct exchange_pair *fields;
    size_t count;
};

/* Reads the body. ERROR_MALFORMED where it is no form. */
NODISCARD bool sent_read(struct exchange *x, struct sent *out, struct error *err);
/* A field without blanks around it; "" where there is none. */
const char *sent_text(const struct sent *form, const char *name);
/* How many characters a text has, not bytes. */
int sent_length(const char *text);
/* A field that is a whole number of digits only; -1 for anything else, 0 for absent. */
int64_t sent_number(const struct sent *form, const char *name);

/* The language of a citizen's page: Mongolian too, where the setting offers it. */
enum lang citizen_lang(const struct exchange *x);

/* "?lang=en" where the address asked for a language that we offer, else "". */
const char *lang_query(const struct exchange *x);

/* "11 月 23 日 10:42" or "23 Nov 10:42", in the hall's own time. */
void moment_text(const struct site *site, int64_t at_ms, enum lang lang,
                 char out[MOMENT_TEXT]);
/* "10:42", in the hall's own time. */
void clock_text(const struct site *site, int64_t at_ms, char out[MOMENT_TEXT]);
/* "2026 年 11 月 23 日": a day that may be far away. */
void day_said(const struct site *site, int64_t at_ms, enum lang lang,
              char out[MOMENT_TEXT]);

/* {"text", "iso"} for <time>. */
json_t *moment_json(const struct site *site, int64_t at_ms, enum lang lang);

/* The receipt parted 4-4-4-4. */
void receipt_parted(const char *receipt, char out[20]);

/* "满意", or what the four dimensions were. */
void grade_said(const struct site *site, enum lang lang, int grade, const int dims[4],
                char *out, size_t size);

/*
 * The beginning of a page's data, given: hall, title, the language query `q` and the
 * links to the same page in the other languages. Of citizens' own pages (citizen_page)
 * these are all that the setting offers, and a draft is called one.
 */
json_t *citizen_data(const struct exchange *x, enum lang lang, const char *title);
json_t *citizen_page(const struct exchange *x, enum lang lang, const char *title);

/* Headers of pages behind a token: kept by nobody, found by nobody. */
void citizen_headers(struct exchange *x);

/* A page of the sheet with one sentence, for states that have no more to say. */
void citizen_say(struct exchange *x, int status, const char *key);

#endif
