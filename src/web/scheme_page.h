/*
 * scheme_page.h — what the files of the scheme's page share: one struct from the request
 * to the page that is shown, also once more when something was refused.
 */
#ifndef WEB_SCHEME_PAGE_H
#define WEB_SCHEME_PAGE_H

#include "domain/mark_table.h"
#include "store/scheme_store.h"
#include "store/sheet_store.h"
#include "web/assess_frame.h"
#include "web/scheme_form.h"

struct scheme_page {
    struct staff staff;
    struct staff_words words;
    int year, status;
    struct scheme_state state;
    struct scheme base; /* the newest version, on which a proposal is based */
    struct exchange_pair *fields;
    size_t field_count;
    char once[ASSESS_ONCE];
    const char *trouble,
        *wrong;              /* key of a sentence, and the field's id; NULL for none */
    char detail[240];        /* in English, where the key alone says too little */
    char sum[8], missing[8]; /* of the weights that were typed */

    /* of a proposal */
    struct scheme proposed;
    char *effect; /* JSON, given */

    /* of a sheet; of one of several parts with their codes, and what it would change */
    const char *sheet_text;
    size_t sheet_bytes;
    struct mark_sheet sheet;
    struct mark_table table;
    const char *parts[MARK_COLUMNS];
    bool shows;                          /* what it would change, and keeps nothing */
    json_t *preview;                     /* sheet_preview.h, given; NULL for none */
    struct mark_department *departments; /* of the exchange's memory */
    size_t department_count;

    json_t *data;
};

/* A field that was sent, without blanks around it; "" where it was not. */
const char *scheme_page_field(void *self, const char *name);

/* Reads the year and where it stands, first in each work. */
NODISCARD bool scheme_page_begin(struct store *st, struct scheme_page *p, int64_t now_ms,
                                 struct error *err);

/* Takes the fields of the body, without blanks around their values. */
void scheme_page_take(struct scheme_page *p, const struct form *form);

/* True where the work was done and refused nothing; else the page, or the problem, has
 * been answered. */
NODISCARD bool scheme_page_settled(struct scheme_page *p);

/* Always true: what is refused in words is no failure of the work. */
bool scheme_page_fail(struct scheme_page *p, int status, const char *trouble,
                      const char *wrong);

/* The sentence for an attempt that came to nothing; nothing where it was done. */
void scheme_page_judge(struct scheme_page *p, enum scheme_verdict verdict);

/* Shows the page, with what was refused and all that was typed. Loop. */
void scheme_page_show(struct scheme_page *p);

#endif
