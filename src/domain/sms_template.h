/*
 * sms_template.h — the texts that citizens get, filled in and short enough.
 *
 * A template is a file templates/sms/LANG/KEY.txt, UTF-8: one line, and where the matter
 * must not be named a second line may say it better.
 *
 *   {name}   a value. sig: signature without its brackets; d, end: a day ("4月2日");
 *            w: window; m: matter; g, g1, g2: grades in words; rc: receipt; wo: work
 * order; no, n, min, area: ticket number, people ahead, minutes, place to wait; res: what
 * was done; letter: the case's letter; letters:
 *            p, a: days promised and days on record; letters:
 *            those of several, "K、M"; count, list, ex: how many cases are asked
 * together, "K食品许可、M税务登记", and an example such as "K3" […]      a piece that is
 * left out where a value in it is not given or was dropped
 *
 * Texts are counted as mainland carriers bill (sms_text.h); one message holds 70 units. A
 * text that is longer climbs the ladder: pieces without a value go, then matters are cut
 * to 5 characters and "…", then pieces with {w}, then pieces with {d}, and last the
 * matter is not named any more. Owns nothing; everything is borrowed. Any thread.
 */
#ifndef DOMAIN_SMS_TEMPLATE_H
#define DOMAIN_SMS_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"

enum { SMS_CASES_MAX = 3, SMS_DAY_TEXT = 16 };

/* One of the cases that are asked together. */
struct sms_case {
    char letter;        /* 'K' */
    const char *matter; /* NULL: not to be named */
};

/*
 * What fills a template. NULL is "not given". For a sensitive matter `m` is NULL or
 * sms_template_unnamed(). Brackets 【】 and control characters are taken out of values,
 * and braces in them mean nothing.
 */
struct sms_values {
    const char *lang; /* "zh-CN" or "en"; others read as "zh-CN" */
    const char *sig, *d, *end, *w, *m, *g, *g1, *g2, *rc, *wo;
    const char *no, *n, *min, *area, *res, *letter, *p, *a;
    struct sms_case cases[SMS_CASES_MAX];
    size_t case_count;
};

/*
 * Fills the template into `out`, which is emptied first. With `shorten` the ladder is
 * climbed as far as needed; a text that is too long even so is given as it is, because
 * two parts are better than none. ERROR_SETUP where the template is broken or names an
 * unknown value, ERROR_BROKEN where it needs one that is not given.
 */
NODISCARD bool sms_template_render(const char *text, const struct sms_values *values,
                                   bool shorten, struct buf *out, struct error *err);

/* How a text that is too long is made to fit. */
enum sms_shortening {
    SMS_AS_IS,
    SMS_SHORTEN, /* the whole ladder */
    SMS_FORM,    /* only its values: a gateway holds the text itself, approved as it is */
};

/* Told each value that stands in the text, as it stands there; "" for one not given. */
typedef void sms_filled(void *self, const char *name, const char *value);

/*
 * The same, and tells what filled it. As a form a matter is cut or not named, nothing is
 * left out, and of two lines the first is taken.
 */
NODISCARD bool sms_template_fill(const char *text, const struct sms_values *values,
                                 enum sms_shortening how, sms_filled *filled, void *self,
                                 struct buf *out, struct error *err);

/*
 * Whether a template may be used: it fits 70 units at its longest values with a signature
 * of so many characters, says what its key must say, and keeps the rules of wording: one
 * question, higher is better, no begging, no link, nothing said to be free. ERROR_SETUP
 * with the key and the trouble. The build checks every file at 7 characters, a hall's own
 * signature is checked at start.
 */
NODISCARD bool sms_template_check(const char *key, const char *lang, const char *text,
                                  int signature_chars, struct error *err);

/* The keys, which are file names and the `kind` of messages; NULL after the last. */
const char *sms_template_key(size_t i);

/* What a matter that is not named is called: "您办理的事项", "your matter". */
const char *sms_template_unnamed(const char *lang);

/* A grade in words, 5 "非常满意" … 1 "非常不满意"; "" for what is none. */
const char *sms_template_grade(const char *lang, int grade);

/* A day as texts name it: "4月2日", "Apr 2". */
void sms_template_day(const char *lang, int month, int day, char out[SMS_DAY_TEXT]);

#endif
