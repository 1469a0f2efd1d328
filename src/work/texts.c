/*
 * texts.c — see texts.h.
 */
#include "work/texts.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pack.h"
#include "domain/sms_template.h"
#include "domain/sms_text.h"

enum { TEXTS_MOST = 128, TEXT_BYTES = 4000, BUILT_FOR = 7 };

struct text {
    char key[24], lang[16];
    char *words;
};

struct texts {
    struct text texts[TEXTS_MOST];
    int count;
};

/* Ours lie in folders of these names, and so do a hall's. */
static const char *const languages[] = {"zh-CN", "en"};

static int characters(const char *text)
{
    size_t length = strlen(text), at = 0, bytes;
    uint32_t code;
    int count = 0;

    while (at < length && (bytes = sms_text_next(text + at, length - at, &code)) > 0) {
        at += bytes;
        count++;
    }
    return count > 0 ? count : BUILT_FOR;
}

/* The whole file, given; NULL after a sentence. */
static char *read_file(const char *path, struct error *err)
{
    char *words = memory_new(TEXT_BYTES + 1);
    FILE *f = fopen(path, "rbe");
    size_t length = 0;

    if (f != NULL)
        length = fread(words, 1, TEXT_BYTES, f);
    if (f == NULL || ferror(f) || !feof(f) || memchr(words, '\0', length) != NULL) {
        error_set(
            err, ERROR_SETUP,
            "The message text %.150s cannot be read, or is no text. Put it right, or "
            "take it away.",
            path);
        error_cause(err, "%s", strerror(errno));
        free(words);
        words = NULL;
    }
    if (f != NULL)
        fclose(f);
    return words;
}

static bool add_text(struct texts *t, const char *path, const char *lang,
                     const char *name, int signature_chars, struct error *err)
{
    size_t length = strlen(name);
    struct text *one = &t->texts[t->count];
    struct error why = {0};

    if (length < 5 || strcmp(name + length - 4, ".txt") != 0 ||
        length - 4 >= sizeof(one->key) || t->count == TEXTS_MOST)
        return error_set(err, ERROR_SETUP,
                         "The file %.150s is no message text. Name it after one of ours, "
                         "as in survey.txt, or take it away.",
                         path);
    snprintf(one->key, sizeof(one->key), "%.*s", (int)length - 4, name);
    snprintf(one->lang, sizeof(one->lang), "%s", lang);
    one->words = read_file(path, err);
    if (one->words == NULL)
        return false;
    t->count++;
    if (sms_template_check(one->key, lang, one->words, signature_chars, &why))
        return true;
    error_set(err, ERROR_SETUP, "%s: %s", path, why.text);
    error_cause(err, "%s", why.cause);
    return false;
}

static bool read_language(struct texts *t, const char *folder, const char *lang,
                          int signature_chars, struct error *err)
{
    char path[1400];
    struct dirent *entry;
    DIR *dir;
    bool ok = true;

    snprintf(path, sizeof(path), "%s/%s", folder, lang);
    dir = opendir(path);
    if (dir == NULL && errno == ENOENT) /* not every hall writes every language */
        return true;
    if (dir == NULL)
        return error_set(err, ERROR_SETUP,
                         "The folder %.150s of message texts cannot be read.", path);
    while (ok && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s/%s", folder, lang, entry->d_name);
        ok = add_text(t, path, lang, entry->d_name, signature_chars, err);
    }
    closedir(dir);
    return ok;
}

bool texts_open(const char *folder, const char *signature, struct texts **out,
                struct error *err)
{
    struct texts *t;
    DIR *dir;

    *out = NULL;
    if (folder[0] == '\0')
        return true;
    dir = opendir(folder);
    if (dir == NULL)
        return error_set(err, ERROR_SETUP,
                         "The folder of message texts %.150s cannot be read. Put the "
                         "setting sms.texts right, or leave it out.",
                         folder);
    closedir(dir);
    t = memory_new(sizeof(*t));
    for (size_t i = 0; i < LENGTH(languages); i++) {
        if (!read_language(t, folder, languages[i], characters(signature), err)) {
            texts_free(t);
            return false;
        }
    }
    *out = t;
    return true;
}

void texts_free(struct texts *t)
{
    for (int i = 0; t != NULL && i < t->count; i++)
        free(t->texts[i].words);
    free(t);
}

static const char *find_own(const struct texts *t, const char *key, const char *lang)
{
    for (int i = 0; t != NULL && i < t->count; i++)
        if (strcmp(t->texts[i].key, key) == 0 && strcmp(t->texts[i].lang, lang) == 0)
            return t->texts[i].words;
    return NULL;
}

static const char *find_ours(const char *key, const char *lang)
{
    const struct pack_file *file;
    char name[96];

    snprintf(name, sizeof(name), "templates/sms/%.16s/%.40s.txt", lang, key);
    file = pack_find(name);
    return file != NULL ? (const char *)file->bytes : NULL;
}

static const char *find_one(const struct texts *t, const char *key, const char *lang)
{
    const char *own = find_own(t, key, lang);

    return own != NULL ? own : find_ours(key, lang);
}

const char *texts_find(const struct texts *t, const char *key, const char *lang)
{
    const char *text = find_one(t, key, lang);

    return text != NULL ? text : find_one(t, key, "zh-CN");
}

int texts_unfit(const struct texts *t, const char *signature, struct error *first)
{
    const int chars = characters(signature);
    const char *key;
    int count = 0;

    *first = (struct error){0};
    for (size_t l = 0; l < LENGTH(languages); l++) {
        for (size_t i = 0; (key = sms_template_key(i)) != NULL; i++) {
            const char *text = find_ours(key, languages[l]);
            struct error why = {0};

            if (find_own(t, key, languages[l]) != NULL ||
                (text != NULL &&
                 sms_template_check(key, languages[l], text, chars, &why)))
                continue;
            if (text == NULL)
                error_set(&why, ERROR_SETUP, "The message text “%s” (%s) is not there.",
                          key, languages[l]);
            if (count++ == 0)
                *first = why;
        }
    }
    return count;
}
