/*
 * sms_template.c — fills templates and climbs the ladder of shortening.
 *
 * Promise: values never change a text's form (no second signature, no line break, no
 * variable out of a variable), and a text that fits is never shortened. Not here: what
 * the texts must say (sms_template_check.c) and where they come from (the pack).
 */
#include "domain/sms_template.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "domain/sms_text.h"

enum { CUT_CHARS = 5, VALUE_BYTES = 1000 };

/* What has been given up so far. */
struct rung {
    bool plain, cut, window, day, name;
};

static const struct rung ladder[] = {
    {0},
    {.plain = true},
    {.plain = true, .cut = true},
    {.plain = true, .cut = true, .window = true},
    {.plain = true, .cut = true, .window = true, .day = true},
    {.plain = true, .cut = true, .window = true, .day = true, .name = true}};

/* Where a gateway holds the text itself only values can be shorter. */
static const struct rung form_ladder[] = {
    {0}, {.cut = true}, {.cut = true, .name = true}};

/* Values that are taken as they are. */
static const struct {
    const char *name;
    size_t at;
} texts[] = {{"sig", offsetof(struct sms_values, sig)},
             {"end", offsetof(struct sms_values, end)},
             {"d", offsetof(struct sms_values, d)},
             {"w", offsetof(struct sms_values, w)},
             {"g", offsetof(struct sms_values, g)},
             {"g1", offsetof(struct sms_values, g1)},
             {"g2", offsetof(struct sms_values, g2)},
             {"rc", offsetof(struct sms_values, rc)},
             {"wo", offsetof(struct sms_values, wo)},
             {"no", offsetof(struct sms_values, no)},
             {"n", offsetof(struct sms_values, n)},
             {"min", offsetof(struct sms_values, min)},
             {"area", offsetof(struct sms_values, area)},
             {"p", offsetof(struct sms_values, p)},
             {"a", offsetof(struct sms_values, a)},
             {"res", offsetof(struct sms_values, res)},
             {"letter", offsetof(struct sms_values, letter)}};

/* One filling: with these values, on this rung. */
struct filling {
    const struct sms_values *values;
    const struct rung *rung;
    struct error *err;
    bool form;
    sms_filled *filled; /* NULL: nobody wants to know */
    void *self;
};

enum outcome { FILLED, MISSING, FAILED };

/* ---- words of a language ---- */

static bool is_english(const char *lang)
{
    return lang != NULL && strncmp(lang, "en", 2) == 0;
}

const char *sms_template_unnamed(const char *lang)
{
    return is_english(lang) ? "your matter" : "您办理的事项";
}

const char *sms_template_grade(const char *lang, int grade)
{
    static const char *const zh[] = {"非常不满意", "不满意", "基本满意", "满意",
                                     "非常满意"};
    static const char *const en[] = {"Very dissatisfied", "Dissatisfied",
                                     "Basically satisfied", "Satisfied",
                                     "Very satisfied"};

    if (grade < 1 || grade > 5)
        return "";
    return is_english(lang) ? en[grade - 1] : zh[grade - 1];
}

void sms_template_day(const char *lang, int month, int day, char out[SMS_DAY_TEXT])
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

    assert(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    if (is_english(lang))
        snprintf(out, SMS_DAY_TEXT, "%s %d", months[month - 1], day);
    else
        snprintf(out, SMS_DAY_TEXT, "%d月%d日", month, day);
}

/* ---- values ---- */

/* Characters that would fake a signature, break a line or turn the text around. */
static bool is_unwanted(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x3010 || c == 0x3011 ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB);
}

/* Adds a value without what is unwanted; line breaks and tabs become blanks. */
static void add_clean(struct buf *out, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0, bytes;
    uint32_t code;

    for (size_t at = 0; at < length; at += bytes) {
        bytes = sms_text_next(text + at, length - at, &code);
        if (bytes == 0)
            bytes = 1; /* not UTF-8: the byte goes */
        else if (code == '\n' || code == '\r' || code == '\t')
            buf_add_byte(out, ' ');
        else if (!is_unwanted(code))
            buf_add(out, text + at, bytes);
    }
}

/* The bytes of the first `chars` characters; all of them where there are not so many. */
static size_t bytes_of(const struct buf *text, size_t chars)
{
    size_t at = 0, bytes;
    uint32_t code;

    while (chars-- > 0 &&
           (bytes = sms_text_next(buf_text(text) + at, text->length - at, &code)) > 0)
        at += bytes;
    return at;
}

/* Adds a matter's name, cut as the rung says, or these words where it has none. */
static void add_matter(const struct filling *f, const char *matter, const char *unnamed,
                       struct buf *out)
{
    struct buf name = buf_new(VALUE_BYTES);

    add_clean(&name, matter);
    if (name.length == 0 ||
        strcmp(buf_text(&name), sms_template_unnamed(f->values->lang)) == 0) {
        buf_add_text(out, unnamed);
    } else if (f->rung->cut && bytes_of(&name, CUT_CHARS + 1) < name.length) {
        buf_add(out, buf_text(&name), bytes_of(&name, CUT_CHARS));
        buf_add_text(out, "…");
    } else {
        buf_add(out, buf_text(&name), name.length);
    }
    buf_free(&name);
}

/*
 * "K食品许可、M税务登记": here names stay on every rung, for without them the letters say
 * nothing. "your matter" three times over would not fit.
 */
static void add_list(const struct filling *f, struct buf *out)
{
    const char *unnamed =
        is_english(f->values->lang) ? " case" : sms_template_unnamed(f->values->lang);

    for (size_t i = 0; i < f->values->case_count; i++) {
        if (i > 0)
            buf_add_text(out, is_english(f->values->lang) ? "," : "、");
        buf_add_byte(out, (unsigned char)f->values->cases[i].letter);
        add_matter(f, f->values->cases[i].matter, unnamed, out);
    }
}

/*
 * Adds the values that are made of the cases; false where the name is none of theirs. The
 * example takes the middle of the scale, so that it leads nobody.
 */
static bool add_of_cases(const struct filling *f, const char *name, struct buf *out)
{
    const struct sms_values *v = f->values;

    if (strcmp(name, "count") == 0) {
        if (v->case_count > 0)
            buf_addf(out, "%zu", v->case_count);
    } else if (strcmp(name, "letters") == 0) {
        for (size_t i = 0; i < v->case_count; i++) {
            if (i > 0)
                buf_add_text(out, is_english(v->lang) ? "," : "、");
            buf_add_byte(out, (unsigned char)v->cases[i].letter);
        }
    } else if (strcmp(name, "list") == 0) {
        add_list(f, out);
    } else if (strcmp(name, "ex") == 0) {
        if (v->case_count > 0)
            buf_addf(out, "%c3", v->cases[0].letter);
    } else {
        return false;
    }
    return true;
}

/* Adds a value; false where no value has this name. */
static bool add_named(const struct filling *f, const char *name, struct buf *out)
{
    if (strcmp(name, "m") == 0) {
        add_matter(f, f->rung->name ? NULL : f->values->m,
                   sms_template_unnamed(f->values->lang), out);
        return true;
    }
    for (size_t i = 0; i < LENGTH(texts); i++) {
        if (strcmp(name, texts[i].name) == 0) {
            const char *value;

            memcpy(&value, (const char *)f->values + texts[i].at, sizeof(value));
            add_clean(out, value);
            return true;
        }
    }
    return add_of_cases(f, name, out);
}

/* ---- templates ---- */

/* Takes "{name}" at `*at` and adds its value. */
static enum outcome fill_variable(const struct filling *f, const char **at,
                                  const char *end, struct buf *out)
{
    const char *close = memchr(*at, '}', (size_t)(end - *at));
    char name[16];
    size_t before = out->length;

    if (close == NULL || (size_t)(close - *at) > sizeof(name)) {
        error_set(f->err, ERROR_SETUP,
                  "A message text has a brace { that is not closed after a short name. "
                  "Write values as in {d}.");
        return FAILED;
    }
    snprintf(name, sizeof(name), "%.*s", (int)(close - *at - 1), *at + 1);
    *at = close + 1;
    if (!add_named(f, name, out)) {
        error_set(f->err, ERROR_SETUP,
                  "A message text uses {%s}, which nobody fills in. Use one of the "
                  "values that are listed for message texts.",
                  name);
        return FAILED;
    }
    if (f->filled != NULL)
        f->filled(f->self, name, out->length > before ? buf_text(out) + before : "");
    if (out->length > before)
        return FILLED;
    error_cause(f->err, "{%s}", name);
    return MISSING;
}

/* Adds what stands in brackets, unless something in it is missing or given up. */
static enum outcome fill_piece(const struct filling *f, const char *from, const char *end,
                               struct buf *out)
{
    size_t before = out->length;
    bool has_value = false, given_up = false;

    while (from < end) {
        enum outcome o = FILLED;

        if (*from == '{') {
            has_value = true;
            given_up |= f->rung->window && strncmp(from, "{w}", 3) == 0;
            given_up |= f->rung->day && strncmp(from, "{d}", 3) == 0;
            o = fill_variable(f, &from, end, out);
        } else {
            buf_add_byte(out, (unsigned char)*from++);
        }
        if (o == FAILED)
            return FAILED;
        given_up |= o == MISSING;
    }
    if (given_up || (!has_value && f->rung->plain)) {
        out->length = before;
        if (out->data != NULL)
            out->data[before] = '\0';
    }
    return FILLED;
}

/* Takes "[piece]" at `*at`. */
static enum outcome take_piece(const struct filling *f, const char **at, const char *end,
                               struct buf *out)
{
    const char *close = memchr(*at, ']', (size_t)(end - *at));
    const char *inner = memchr(*at + 1, '[', (size_t)(end - *at - 1));
    const char *from = *at + 1;

    if (close == NULL || (inner != NULL && inner < close)) {
        error_set(f->err, ERROR_SETUP,
                  "A message text has a bracket [ that is not closed, or one in another. "
                  "Close it with ].");
        return FAILED;
    }
    *at = close + 1;
    return fill_piece(f, from, close, out);
}

static bool fill_line(const struct filling *f, const char *at, const char *end,
                      struct buf *out)
{
    while (at < end) {
        enum outcome o = FILLED;

        if (*at == '{')
            o = fill_variable(f, &at, end, out);
        else if (*at == '[')
            o = take_piece(f, &at, end, out);
        else
            buf_add_byte(out, (unsigned char)*at++);
        if (o == MISSING)
            return error_set(f->err, ERROR_BROKEN,
                             "A message text needs a value that is not known here. The "
                             "journal names it; please report this.");
        if (o == FAILED)
            return false;
    }
    return true;
}

/* Whether the matter is not to be named on this rung. */
static bool is_unnamed(const struct filling *f)
{
    const char *m = f->values->m;

    return f->rung->name || m == NULL || m[0] == '\0' ||
           strcmp(m, sms_template_unnamed(f->values->lang)) == 0;
}

/* Fills the line that suits: the second, where there is one and the matter is unnamed. */
static bool fill_text(const struct filling *f, const char *text, struct buf *out)
{
    const char *end = strchrnul(text, '\n');

    if (!f->form && *end == '\n' && end[1] != '\0' && end[1] != '\n' && is_unnamed(f)) {
        text = end + 1;
        end = strchrnul(text, '\n');
    }
    return fill_line(f, text, end, out);
}

static bool fits(const struct buf *text)
{
    struct sms_count count;

    return sms_count(buf_text(text), text->length, true, &count) &&
           count.units <= SMS_CARRIER_SINGLE;
}

bool sms_template_fill(const char *text, const struct sms_values *values,
                       enum sms_shortening how, sms_filled *filled, void *self,
                       struct buf *out, struct error *err)
{
    struct error trouble = {0};
    struct filling f = {values, ladder, &trouble, how == SMS_FORM, NULL, self};
    size_t last = how == SMS_SHORTEN ? LENGTH(ladder) - 1
                  : how == SMS_FORM  ? LENGTH(form_ladder) - 1
                                     : 0;
    bool ok = true;

    assert(values->case_count <= SMS_CASES_MAX);
    for (size_t i = 0; ok; i++) {
        trouble = (struct error){0};
        f.rung = f.form ? &form_ladder[i] : &ladder[i];
        buf_clear(out);
        ok = fill_text(&f, text, out);
        if (fits(out) || i == last)
            break;
    }
    if (ok && filled != NULL) {
        f.filled = filled;
        buf_clear(out);
        ok = fill_text(&f, text, out);
    }
    if (!ok) {
        *err = err->kind == ERROR_NONE ? trouble : *err;
        return false;
    }
    if (out->overflowed)
        return error_set(err, ERROR_TOO_LARGE,
                         "A message text is too long to be sent at all. Shorten the "
                         "names in it.");
    return true;
}

bool sms_template_render(const char *text, const struct sms_values *values, bool shorten,
                         struct buf *out, struct error *err)
{
    return sms_template_fill(text, values, shorten ? SMS_SHORTEN : SMS_AS_IS, NULL, NULL,
                             out, err);
}
