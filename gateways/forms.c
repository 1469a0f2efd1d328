/*
 * forms.c — see forms.h.
 *
 * Promise: what a text is registered as and what fills it come from the same walk over
 * the same text, so that they cannot disagree.
 */
#include "gateways/forms.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "domain/sms_template.h"
#include "domain/sms_text.h"

enum { TEXT_MOST = 2000, VALUE_MOST = 1000, VARIABLES_MOST = 32 };

static const char english[] = ".en";

/* ---- the setting ---- */

static bool is_english(const char *lang)
{
    return lang != NULL && strncmp(lang, "en", 2) == 0;
}

/* The first line of the text of "survey" or "survey.en"; NULL where there is none. */
static const char *text_of(const char *key, size_t *length)
{
    const char *dot = strstr(key, english);
    const struct pack_file *file;
    char name[96];

    if (dot != NULL && dot[strlen(english)] == '\0')
        snprintf(name, sizeof(name), "templates/sms/en/%.*s.txt", (int)(dot - key), key);
    else
        snprintf(name, sizeof(name), "templates/sms/zh-CN/%.40s.txt", key);
    file = pack_find(name);
    if (file == NULL)
        return NULL;
    *length = strcspn((const char *)file->bytes, "\r\n");
    return (const char *)file->bytes;
}

static const struct form *find_key(const struct forms *f, const char *key)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->each[i].key, key) == 0)
            return &f->each[i];
    return NULL;
}

/* "survey:SMS_1001:12"; what is wrong with it otherwise. */
static const char *read_one(const char *text, size_t length, struct form *out)
{
    char item[FORM_KEY + FORM_CODE + 16];
    size_t text_length;
    char *code, *chars;

    if (length >= sizeof(item))
        return "is too long";
    snprintf(item, sizeof(item), "%.*s", (int)length, text);
    code = strchr(item, ':');
    if (code == NULL)
        return "names no code. Write it as in survey:SMS_1234";
    *code++ = '\0';
    chars = strchr(code, ':');
    if (chars != NULL)
        *chars++ = '\0';
    if (strlen(item) >= FORM_KEY || text_of(item, &text_length) == NULL)
        return "is for a text that we do not have";
    if (code[0] == '\0' || strlen(code) >= FORM_CODE)
        return "names no code. Write it as in survey:SMS_1234";
    *out = (struct form){.value_chars = chars != NULL ? atoi(chars) : FORM_VALUE_CHARS};
    if (out->value_chars < 2 || out->value_chars > VALUE_MOST)
        return "names a longest value that is no number from 2 to 1000";
    snprintf(out->key, sizeof(out->key), "%s", item);
    snprintf(out->code, sizeof(out->code), "%s", code);
    return NULL;
}

bool forms_read(const char *text, struct forms *out, struct error *err)
{
    out->count = 0;
    if (text == NULL)
        return true;
    for (text += strspn(text, " ,\t\r\n"); *text != '\0';
         text += strspn(text, " ,\t\r\n")) {
        size_t length = strcspn(text, " ,\t\r\n");
        struct form one = {0};
        const char *wrong =
            out->count == FORMS_MOST ? "is one too many" : read_one(text, length, &one);

        if (wrong == NULL && find_key(out, one.key) != NULL)
            wrong = "is the second for its text";
        if (wrong != NULL)
            return error_set(err, ERROR_SETUP,
                             "The form \"%.*s\" of the setting forms %s.",
                             length < 60 ? (int)length : 60, text, wrong);
        out->each[out->count++] = one;
        text += length;
    }
    return true;
}

bool forms_find(const struct forms *f, const struct sms_mt *mt, const struct form **out,
                struct error *err)
{
    char key[FORM_KEY + 4];

    *out = NULL;
    if (is_english(mt->lang)) {
        snprintf(key, sizeof(key), "%.*s%s", FORM_KEY - 4, mt->kind, english);
        *out = find_key(f, key);
    }
    if (*out == NULL)
        *out = find_key(f, mt->kind);
    if (*out == NULL)
        return error_set(err, ERROR_LATER,
                         "The gateway sends approved texts only, and none is named for "
                         "\"%.20s\". Register it there and add it to the setting forms.",
                         mt->kind);
    return true;
}

/* ---- the walk ---- */

/* Literal bytes with `name` NULL, or a variable. */
typedef bool walk_part(void *self, const char *name, const char *text, size_t length);

/* Whether this is the k-th time that the name occurs; gives its name as a variable. */
static void number_name(char seen[][FORM_NAME], int *count, const char *name,
                        char out[FORM_NAME + 4])
{
    int before = 0;

    for (int i = 0; i < *count; i++)
        before += strcmp(seen[i], name) == 0;
    if (*count < VARIABLES_MOST)
        snprintf(seen[(*count)++], FORM_NAME, "%s", name);
    if (before == 0)
        snprintf(out, FORM_NAME + 4, "%s", name);
    else
        snprintf(out, FORM_NAME + 4, "%s%d", name, before + 1);
}

/* What stands before the text itself: our own signature. */
static size_t skip_signature(const char *text, size_t length)
{
    static const char signature[] = "【{sig}】";

    return length >= strlen(signature) && strncmp(text, signature, strlen(signature)) == 0
               ? strlen(signature)
               : 0;
}

/* False where `part` says so or the text is none of ours. */
static bool walk(const char *text, size_t length, bool is_latin, walk_part *part,
                 void *self)
{
    char seen[VARIABLES_MOST][FORM_NAME];
    size_t at = skip_signature(text, length);
    bool after_variable = false;
    int count = 0;

    while (at < length) {
        const char *close;
        char name[FORM_NAME], variable[FORM_NAME + 4];

        if (text[at] == '[' || text[at] == ']') {
            at++;
            continue;
        }
        if (text[at] != '{') {
            if (!part(self, NULL, text + at, 1))
                return false;
            after_variable = false;
            at++;
            continue;
        }
        close = memchr(text + at, '}', length - at);
        if (close == NULL || (size_t)(close - text) - at - 1 >= sizeof(name))
            return false;
        snprintf(name, sizeof(name), "%.*s", (int)(close - text - (long)at - 1),
                 text + at + 1);
        if (after_variable && !part(self, NULL, is_latin ? ", " : "，", is_latin ? 2 : 3))
            return false;
        number_name(seen, &count, name, variable);
        if (!part(self, variable, name, strlen(name)))
            return false;
        after_variable = true;
        at = (size_t)(close - text) + 1;
    }
    return true;
}

/* ---- the text to register ---- */

struct registering {
    enum form_notation notation;
    int number;
    struct buf *out;
};

static bool register_part(void *self, const char *name, const char *text, size_t length)
{
    struct registering *r = self;

    if (name == NULL)
        buf_add(r->out, text, length);
    else if (r->notation == FORM_NAMED)
        buf_addf(r->out, "${%s}", name);
    else
        buf_addf(r->out, "{%d}", ++r->number);
    return true;
}

static bool is_english_key(const char *key)
{
    size_t length = strlen(key);

    return length > strlen(english) &&
           strcmp(key + length - strlen(english), english) == 0;
}

bool forms_text(const char *key, enum form_notation notation, struct buf *out)
{
    struct registering r = {notation, 0, out};
    size_t length;
    const char *text = text_of(key, &length);

    return text != NULL && walk(text, length, is_english_key(key), register_part, &r);
}

void forms_list(const struct forms *f, enum form_notation notation, struct buf *out)
{
    static const char *const tails[] = {"", english};

    for (size_t t = 0; t < LENGTH(tails); t++) {
        const char *key;

        for (size_t i = 0; (key = sms_template_key(i)) != NULL; i++) {
            char full[FORM_KEY + 4];
            const struct form *form;
            size_t length;

            snprintf(full, sizeof(full), "%.*s%s", FORM_KEY - 4, key, tails[t]);
            if (text_of(full, &length) == NULL)
                continue;
            form = find_key(f, full);
            buf_addf(out, "%-16s %s\n    ", full, form != NULL ? form->code : "-");
            forms_text(full, notation, out);
            buf_add_byte(out, '\n');
        }
    }
}

/* ---- the values ---- */

struct filling {
    const struct form *form;
    json_t *values;
    form_each *each;
    void *self;
    struct error *err;
};

/* What may stand for a value that is not given, and which names may be cut. */
static const struct {
    const char *name, *zh, *en;
    bool may_cut;
} special[] = {{"m", "事项", "your case", true},
               {"d", "日前", "recent", false},
               {"w", "窗口", "our hall", true},
               {"area", NULL, NULL, true},
               {"res", NULL, NULL, true}};

static const char *stand_in(const char *name, bool is_latin)
{
    for (size_t i = 0; i < LENGTH(special); i++)
        if (strcmp(special[i].name, name) == 0)
            return is_latin ? special[i].en : special[i].zh;
    return NULL;
}

static bool may_cut(const char *name)
{
    for (size_t i = 0; i < LENGTH(special); i++)
        if (strcmp(special[i].name, name) == 0)
            return special[i].may_cut;
    return false;
}

/* The value that is given and says something; NULL where there is none. */
static const char *given(const struct filling *f, const char *name)
{
    const char *value = json_string_value(json_object_get(f->values, name));

    if (value == NULL || value[0] == '\0')
        return NULL;
    if (strcmp(name, "m") == 0 && (strcmp(value, sms_template_unnamed("zh-CN")) == 0 ||
                                   strcmp(value, sms_template_unnamed("en")) == 0))
        return NULL;
    return value;
}

/*
 * Adds a value without brackets, braces and control characters, which a vendor would take
 * for a signature or a variable of its own; how many characters it has.
 */
static int add_clean(const char *text, int chars, struct buf *out)
{
    size_t length = strlen(text), bytes;
    uint32_t code;
    int count = 0;

    for (size_t at = 0; at < length && (chars < 0 || count < chars); at += bytes) {
        bytes = sms_text_next(text + at, length - at, &code);
        if (bytes == 0)
            break;
        if (code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x3010 ||
            code == 0x3011 || code == '{' || code == '}' || code == '$')
            continue;
        buf_add(out, text + at, bytes);
        count++;
    }
    return count;
}

static bool fill_part(void *self, const char *variable, const char *name, size_t length)
{
    struct filling *f = self;
    struct buf value = buf_new(VALUE_MOST);
    bool is_latin = is_english_key(f->form->key), ok = true;
    const char *text;

    (void)length;
    if (variable == NULL)
        return true;
    text = given(f, name);
    if (text != NULL && add_clean(text, -1, &value) > f->form->value_chars) {
        buf_clear(&value);
        if (may_cut(name)) {
            add_clean(text, f->form->value_chars - 1, &value);
            buf_add_text(&value, "…");
        } else {
            ok = error_set(f->err, ERROR_REFUSED,
                           "The value {%s} of \"%s\" is longer than the %d characters "
                           "that the gateway takes.",
                           name, f->form->key, f->form->value_chars);
        }
    }
    if (ok && value.length == 0)
        buf_add_text(&value,
                     stand_in(name, is_latin) != NULL ? stand_in(name, is_latin) : "");
    if (ok && value.length == 0)
        ok = error_set(f->err, ERROR_REFUSED,
                       "The approved text for \"%s\" needs a value {%s}, which this "
                       "message does not have.",
                       f->form->key, name);
    if (ok)
        f->each(f->self, variable, buf_text(&value));
    buf_free(&value);
    return ok;
}

bool forms_fill(const struct form *form, const struct sms_mt *mt, form_each *each,
                void *self, struct error *err)
{
    const char *values = mt->values != NULL ? mt->values : "{}";
    struct filling f = {.form = form, .each = each, .self = self, .err = err};
    size_t length;
    const char *text = text_of(form->key, &length);
    bool ok;

    f.values = json_loads(values, JSON_REJECT_DUPLICATES, NULL);
    ok = text != NULL && walk(text, length, is_english_key(form->key), fill_part, &f);
    json_decref(f.values);
    if (!ok)
        error_set(err, ERROR_REFUSED,
                  "The text \"%s\" cannot be filled in for the gateway.", form->key);
    return ok;
}
