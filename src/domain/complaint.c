/*
 * complaint.c — see complaint.h.
 *
 * Words are compared in their plain form (text_normalise), so that width and case make no
 * difference. Some denials count within the few characters before a word, up to the last
 * mark that ends a clause; others only right before it, for they are parts of other words
 * ("非常难办" denies nothing). A word that stands inside a longer one of the same head is
 * found with it, which changes nothing: a head is said or not, however often.
 */
#include "domain/complaint.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

enum {
    WORD_MOST = 200, /* bytes of a word in the table */
    TEXT_MOST = 64 << 10,
    DENIED_WITHIN = 6, /* characters between a denial and its word */
};

static const char *const names[COMPLAINT_HEADS] = {
    [COMPLAINT_ENTER] = "hard_to_enter",
    [COMPLAINT_FACE] = "sour_face",
    [COMPLAINT_WORDS] = "harsh_words",
    [COMPLAINT_DONE] = "hard_to_get_done",
};

struct list {
    char **texts;
    size_t count;
};

struct complaints {
    int version;
    struct list denials, before, tags[COMPLAINT_HEADS], words[COMPLAINT_HEADS];
};

const char *complaint_head_name(enum complaint_head head)
{
    return names[head];
}

/* == The table ==================================================================== */

static void list_free(struct list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->texts[i]);
    free(l->texts);
}

void complaints_free(struct complaints *c)
{
    if (c == NULL)
        return;
    list_free(&c->denials);
    list_free(&c->before);
    for (int i = 0; i < COMPLAINT_HEADS; i++) {
        list_free(&c->tags[i]);
        list_free(&c->words[i]);
    }
    free(c);
}

static bool wrong(struct error *err, const char *what)
{
    return error_set(err, ERROR_SETUP, "The table of complaints: %s", what);
}

/* A text in its plain form; NULL where it is none, or too long. Given. */
static char *plain(const char *text, size_t length, size_t most)
{
    struct buf out = buf_new(most);

    if (!text_normalise(text, length, &out) || out.overflowed || out.length == 0) {
        buf_free(&out);
        return NULL;
    }
    return buf_take(&out);
}

static bool read_list(const json_t *from, struct list *out, struct error *err)
{
    const json_t *one;
    size_t i;

    if (!json_is_array(from))
        return wrong(err, "tags, words and denials are lists.");
    out->texts = memory_new((json_array_size(from) + 1) * sizeof(*out->texts));
    json_array_foreach(from, i, one)
    {
        char *text = json_is_string(one) ? plain(json_string_value(one),
                                                 json_string_length(one), WORD_MOST)
                                         : NULL;

        if (text == NULL)
            return wrong(err, "a word is no text, or longer than 200 bytes.");
        out->texts[out->count++] = text;
    }
    return true;
}

static bool tags_right(const struct list *tags, struct error *err)
{
    for (size_t i = 0; i < tags->count; i++)
        if (strlen(tags->texts[i]) != 3 ||
            (tags->texts[i][0] != '1' && tags->texts[i][0] != '2') ||
            strspn(tags->texts[i], "0123456789") != 3)
            return wrong(err, "a tag has three digits and is one of a bad grade.");
    return true;
}

static bool read_head(struct complaints *c, const json_t *from, struct error *err)
{
    const char *code = json_string_value(json_object_get(from, "code"));
    int head = 0;

    while (code != NULL && head < COMPLAINT_HEADS && strcmp(names[head], code) != 0)
        head++;
    if (code == NULL || head == COMPLAINT_HEADS || c->words[head].texts != NULL)
        return wrong(err, "each of the four heads stands there once, by its code.");
    return read_list(json_object_get(from, "tags"), &c->tags[head], err) &&
           read_list(json_object_get(from, "words"), &c->words[head], err) &&
           tags_right(&c->tags[head], err);
}

static bool read_table(struct complaints *c, const json_t *from, struct error *err)
{
    const json_t *heads = json_object_get(from, "heads"), *one;
    size_t i;

    c->version = (int)json_integer_value(json_object_get(from, "version"));
    if (c->version < 1 || json_array_size(heads) != COMPLAINT_HEADS)
        return wrong(err, "it has a version and four heads.");
    json_array_foreach(heads, i, one) if (!read_head(c, one, err)) return false;
    return read_list(json_object_get(from, "denials"), &c->denials, err) &&
           read_list(json_object_get(from, "denials_before"), &c->before, err);
}

bool complaints_parse(const char *json, size_t length, struct complaints **out,
                      struct error *err)
{
    json_t *from = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
    bool ok;

    *out = memory_new(sizeof(**out));
    ok = from != NULL ? read_table(*out, from, err) : wrong(err, "it is no JSON.");
    json_decref(from);
    if (ok)
        return true;
    complaints_free(*out);
    *out = NULL;
    return false;
}

int complaints_version(const struct complaints *c)
{
    return c->version;
}

bool complaints_has_tag(const struct complaints *c, enum complaint_head head)
{
    return c->tags[head].count > 0;
}

/* == What is said ================================================================= */

static bool has(const struct list *l, const char *text, size_t length)
{
    for (size_t i = 0; i < l->count; i++)
        if (strlen(l->texts[i]) == length && memcmp(l->texts[i], text, length) == 0)
            return true;
    return false;
}

unsigned complaint_of_tags(const struct complaints *c, const char *tags)
{
    unsigned said = 0;

    while (*tags != '\0') {
        size_t length = strcspn(tags, ",");

        for (int head = 0; head < COMPLAINT_HEADS; head++)
            if (has(&c->tags[head], tags, length))
                said |= 1u << head;
        tags += length;
        tags += *tags == ',';
    }
    return said;
}

/* A mark after which what was denied before is denied no longer. */
static bool ends_clause(uint32_t cp)
{
    static const uint32_t marks[] = {',',  '.',  ';',    '!',    '?',    ':',
                                     '\n', '\r', 0x3002, 0x3001, 0x2026, 0x2014};

    for (size_t i = 0; i < LENGTH(marks); i++)
        if (cp == marks[i])
            return true;
    return false;
}

/* Where the characters begin that may deny a word at `word`. */
static const char *clause_of(const char *text, const char *word)
{
    const char *starts[DENIED_WITHIN + 1], *from = text;
    size_t count = 0;

    for (const char *at = text; at < word;) {
        uint32_t cp;
        size_t bytes = text_next(at, (size_t)(word - at), &cp);

        if (count == LENGTH(starts)) {
            memmove(starts, starts + 1, (count - 1) * sizeof(starts[0]));
            count--;
        }
        starts[count++] = at;
        at += bytes;
        if (ends_clause(cp))
            count = 0;
        from = count > 0 ? starts[0] : at;
    }
    return from;
}

static bool is_denied(const struct complaints *c, const char *text, const char *word)
{
    const char *from = clause_of(text, word);

    for (size_t i = 0; i < c->denials.count; i++) {
        const char *at = strstr(from, c->denials.texts[i]);

        if (at != NULL && at + strlen(c->denials.texts[i]) <= word)
            return true;
    }
    for (size_t i = 0; i < c->before.count; i++) {
        size_t length = strlen(c->before.texts[i]);

        if ((size_t)(word - from) >= length &&
            memcmp(word - length, c->before.texts[i], length) == 0)
            return true;
    }
    return false;
}

/* Is one of the words there undenied? */
static bool is_said(const struct complaints *c, const struct list *words,
                    const char *text, bool *denied)
{
    bool said = false;

    for (size_t i = 0; i < words->count; i++)
        for (const char *at = strstr(text, words->texts[i]); at != NULL;
             at = strstr(at + 1, words->texts[i]))
            if (is_denied(c, text, at))
                *denied = true;
            else
                said = true;
    return said;
}

unsigned complaint_of_words(const struct complaints *c, const char *words,
                            unsigned *doubtful)
{
    char *text = plain(words, strlen(words), TEXT_MOST);
    unsigned said = 0;

    *doubtful = 0;
    for (int head = 0; text != NULL && head < COMPLAINT_HEADS; head++) {
        bool denied = false;

        if (is_said(c, &c->words[head], text, &denied))
            said |= 1u << head;
        else if (denied)
            *doubtful |= 1u << head;
    }
    free(text);
    return said;
}
