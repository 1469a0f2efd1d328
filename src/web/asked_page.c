/*
 * asked_page.c — see asked_page.h.
 */
#include "web/asked_page.h"

#include <stdio.h>

#include "web/page.h"
#include "web/workbook.h"

bool asked_begin(struct asked_page *p, const struct store *st, const char *catalogue,
                 int64_t now_ms, struct error *err)
{
    p->words = assess_words(p->staff.step.x, st, catalogue, now_ms);
    return assess_year_asked(p->staff.step.x, &p->year, err);
}

const char *asked_say(const struct asked_page *p, const char *key)
{
    return page_text(p->words.site, p->words.catalogue, p->words.lang, key);
}

void asked_put(struct asked_page *p, const char *key, json_t *value)
{
    json_object_set_new(p->data, key, value);
}

void asked_fail(struct asked_page *p, const char *trouble, const char *wrong)
{
    if (p->trouble != NULL)
        return;
    p->trouble = trouble;
    p->wrong = wrong;
}

void asked_put_trouble(struct asked_page *p)
{
    asked_put(p, "trouble",
              p->trouble != NULL ? json_string(asked_say(p, p->trouble)) : json_null());
    asked_put(p, "wrong", json_string(p->wrong != NULL ? p->wrong : ""));
}

bool asked_right(const struct asked_page *p, struct error *err)
{
    return p->trouble == NULL ||
           error_field(err, p->wrong, "%s", asked_say(p, p->trouble));
}

void asked_show(struct exchange *x, struct asked_page *p, const char *name)
{
    char pattern[64];
    struct buf sheet = buf_new(16384);
    json_t *data;

    snprintf(pattern, sizeof(pattern), "/assess/{year}/%s", name);
    data = assess_frame(x, &p->staff, p->words.lang, p->year, pattern);
    buf_addf(&sheet, "/assess/%d/%s.xlsx?%s", p->year, name, x->raw_query);
    asked_put(p, "sheet", json_string(buf_text(&sheet)));
    buf_free(&sheet);
    json_object_update_new(data, p->data);
    p->data = NULL;
    page_answer(x, p->trouble != NULL ? 422 : 200, name, p->words.catalogue,
                p->words.lang, data);
}

void asked_send_sheet(struct exchange *x, const struct asked_page *p, const char *stem)
{
    char name[40];

    snprintf(name, sizeof(name), "%s-%d.xlsx", stem, p->year);
    workbook_answer(x, name);
}
