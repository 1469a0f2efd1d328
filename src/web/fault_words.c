/*
 * fault_words.c — see fault_words.h.
 */
#include "web/fault_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char catalogue[] = "faults";
static const char say_prefix[] = "say_";

enum { VALUES_MOST = 8, VALUE_SIZE = 240 };

struct value {
    char name[24], text[VALUE_SIZE];
};

struct values {
    struct value list[VALUES_MOST];
    size_t count;
};

/* == Finding the sentence ========================================================== */

/* The length of a {name} at `at`; 0 where none stands there. */
static size_t name_at(const char *at)
{
    size_t length =
        *at == '{' ? strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_0123456789") : 0;

    return length > 0 && at[length + 1] == '}' ? length + 2 : 0;
}

/* Does the text say what the pattern says? Values are taken as short as they can be. */
static bool matches(const char *pattern, const char *text, struct values *out)
{
    size_t name = name_at(pattern), count = out->count;
    struct value *v = &out->list[count];

    if (name == 0) {
        if (*pattern != *text)
            return false;
        return *pattern == '\0' || matches(pattern + 1, text + 1, out);
    }
    if (count == VALUES_MOST)
        return false;
    snprintf(v->name, sizeof(v->name), "%.*s", (int)name - 2, pattern + 1);
    for (size_t length = 0; length < VALUE_SIZE; length++) {
        out->count = count + 1;
        snprintf(v->text, sizeof(v->text), "%.*s", (int)length, text);
        if (matches(pattern + name, text + length, out))
            return true;
        if (text[length] == '\0')
            break;
    }
    out->count = count;
    return false;
}

/* The key of the sentence, in the order of the catalogue; NULL where there is none. */
static const char *find_key(const struct site *site, const char *sentence,
                            struct values *out)
{
    json_t *texts = page_texts(site, catalogue, LANG_EN), *text;
    const char *key;

    json_object_foreach(texts, key, text)
    {
        *out = (struct values){.count = 0};
        if (strncmp(key, say_prefix, strlen(say_prefix)) == 0 &&
            matches(json_string_value(text), sentence, out))
            return key;
    }
    return NULL;
}

/* == Saying it ===================================================================== */

/* What the scheme's page calls an owner, a source or a measure. */
static const char *word_of(const struct site *site, enum lang lang, const struct value *v)
{
    char key[VALUE_SIZE + 32];
    const char *word;

    snprintf(key, sizeof(key), "%s_%s", v->name, v->text);
    word = page_text(site, "assess", lang, key);
    return strcmp(word, key) == 0 ? v->text : word;
}

static void fill(const struct site *site, enum lang lang, const char *text,
                 const struct values *values, struct buf *out)
{
    while (*text != '\0') {
        size_t name = name_at(text), i = 0;

        while (name > 0 && i < values->count &&
               (strlen(values->list[i].name) != name - 2 ||
                memcmp(values->list[i].name, text + 1, name - 2) != 0))
            i++;
        if (name > 0 && i < values->count) {
            buf_add_text(out, word_of(site, lang, &values->list[i]));
            text += name;
        } else {
            buf_add_byte(out, (unsigned char)*text++);
        }
    }
}

/* "parts[3].weight" and its kin; 0 where the sentence does not begin with a place. */
static size_t place_length(const char *sentence)
{
    size_t length = strspn(sentence, "abcdefghijklmnopqrstuvwxyz_0123456789.[]");

    return length > 0 && strncmp(sentence + length, ": ", 2) == 0 ? length : 0;
}

static void add_key(const struct site *site, enum lang lang, const char *key,
                    struct buf *out)
{
    char name[64];

    snprintf(name, sizeof(name), "key_%.40s", key);
    buf_add_text(out, page_text(site, catalogue, lang, name));
}

/* "第 4 个部分的权重：". */
static void add_place(const struct site *site, enum lang lang, const char *sentence,
                      size_t length, struct buf *out)
{
    char place[64];
    const char *key = place, *bracket, *dot;

    snprintf(place, sizeof(place), "%.*s", (int)length, sentence);
    bracket = strchr(place, '[');
    dot = strchr(place, '.');
    if (bracket != NULL) {
        char number[16];
        json_t *text;

        snprintf(number, sizeof(number), "%d", atoi(bracket + 1) + 1);
        text = page_phrase(site, catalogue, lang,
                           place[1] == 'e' ? "place_peers" : "place_part", "n", number,
                           NULL);
        buf_add_text(out, json_string_value(text));
        json_decref(text);
        key = "";
    }
    if (dot != NULL)
        key = dot + 1;
    if (key[0] != '\0')
        add_key(site, lang, key, out);
    buf_add_text(out, page_text(site, catalogue, lang, "place_end"));
}

json_t *fault_json(const struct site *site, enum lang lang, const char *sentence)
{
    struct buf out = buf_new(4096);
    size_t place = place_length(sentence);
    struct values values;
    const char *key = find_key(site, sentence + (place > 0 ? place + 2 : 0), &values);
    bool english = key == NULL || lang == LANG_EN;
    json_t *told;

    if (english) {
        buf_add_text(&out, sentence);
    } else {
        if (place > 0)
            add_place(site, lang, sentence, place, &out);
        fill(site, lang, page_text(site, catalogue, lang, key), &values, &out);
    }
    told = json_pack("{s:s, s:b}", "text", buf_text(&out), "english", english);
    buf_free(&out);
    return told;
}
