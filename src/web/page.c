/*
 * page.c — see page.h.
 */
#include "web/page.h"

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/pack.h"
#include "web/assets.h"
#include "web/mustache.h"
#include "web/problem.h"

enum { MOST_CATALOGUES = 64, MOST_TEMPLATE = 256 << 10 };

static const char packed[] = "templates/pages/";
const char page_html[] = "text/html; charset=utf-8";

struct catalogues {
    json_t *assets; /* their addresses */
    size_t count;
    struct {
        char name[32]; /* "citizen.zh-CN" */
        json_t *texts;
    } list[MOST_CATALOGUES];
};

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length > tail && strcmp(name + length - tail, end) == 0;
}

static bool add_catalogue(struct catalogues *all, const char *name, const char *text,
                          size_t length, struct error *err)
{
    json_error_t where;
    json_t *texts = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);

    if (texts == NULL || all->count == MOST_CATALOGUES) {
        json_decref(texts);
        return error_set(err, ERROR_SETUP, "%s, line %d: %.80s", name, where.line,
                         where.text);
    }
    snprintf(all->list[all->count].name, sizeof(all->list[0].name), "%.*s",
             (int)(strlen(name) - strlen(".json")), name);
    all->list[all->count++].texts = texts;
    return true;
}

/* "ticket.html" is the template `ticket`, "citizen.en.json" a catalogue; others are left
 * alone. */
static bool add_file(struct mustache_set *pages, struct catalogues *all, const char *name,
                     const char *text, size_t length, struct error *err)
{
    char plain[64];

    if (ends_with(name, ".json"))
        return add_catalogue(all, name, text, length, err);
    if (!ends_with(name, ".html"))
        return true;
    snprintf(plain, sizeof(plain), "%.*s", (int)(strlen(name) - strlen(".html")), name);
    return mustache_set_add(pages, plain, text, length, err);
}

static bool load_packed(struct mustache_set *pages, struct catalogues *all,
                        struct error *err)
{
    size_t count;
    const struct pack_file *files = pack_below(packed, &count);

    for (size_t i = 0; i < count; i++)
        if (!add_file(pages, all, files[i].name + sizeof(packed) - 1,
                      (const char *)files[i].bytes, files[i].length, err))
            return false;
    return true;
}

static bool load_one(struct mustache_set *pages, struct catalogues *all,
                     const char *folder, const char *name, struct error *err)
{
    char path[PATH_MAX];
    char *text = memory_new(MOST_TEMPLATE);
    size_t length = 0;
    FILE *f;
    bool ok;

    snprintf(path, sizeof(path), "%s/pages/%s", folder, name);
    f = fopen(path, "rb");
    if (f != NULL) {
        length = fread(text, 1, MOST_TEMPLATE, f);
        fclose(f);
    }
    ok = f != NULL && length < MOST_TEMPLATE
             ? add_file(pages, all, name, text, length, err)
             : error_set(err, ERROR_SETUP, "The template %s cannot be read.", path);
    free(text);
    return ok;
}

static bool load_folder(struct mustache_set *pages, struct catalogues *all,
                        const char *folder, struct error *err)
{
    char path[PATH_MAX];
    struct dirent *entry;
    DIR *dir;
    bool ok = true;

    snprintf(path, sizeof(path), "%s/pages", folder);
    dir = opendir(path);
    if (dir == NULL)
        return error_set(err, ERROR_SETUP, "There is no folder %s with templates.", path);
    while (ok && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            ok = load_one(pages, all, folder, entry->d_name, err);
    closedir(dir);
    return ok;
}

static json_t *find_texts(const struct catalogues *all, const char *catalogue,
                          const char *tag)
{
    char name[64];

    snprintf(name, sizeof(name), "%s.%s", catalogue, tag);
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].name, name) == 0)
            return all->list[i].texts;
    return NULL;
}

/* A catalogue that `extends` another has that one's texts wherever it has none itself. */
static bool extend_all(struct catalogues *all, struct error *err)
{
    for (size_t i = 0; i < all->count; i++) {
        json_t *texts = all->list[i].texts;
        const char *base = json_string_value(json_object_get(texts, "extends"));
        const char *dot = strchr(all->list[i].name, '.');
        json_t *from =
            base != NULL && dot != NULL ? find_texts(all, base, dot + 1) : NULL;

        if (base != NULL &&
            (from == NULL || from == texts || json_object_get(from, "extends") != NULL))
            return error_set(err, ERROR_SETUP,
                             "%s.json extends %s, which is no catalogue to extend.",
                             all->list[i].name, base);
        if (base != NULL)
            json_object_update_missing(texts, from);
    }
    return true;
}

bool pages_load(const char *folder, struct mustache_set **pages,
                struct catalogues **catalogues, struct error *err)
{
    bool ok;

    *pages = mustache_set_new(0);
    *catalogues = memory_new(sizeof(**catalogues));
    (*catalogues)->assets = asset_paths();
    ok = folder != NULL ? load_folder(*pages, *catalogues, folder, err)
                        : load_packed(*pages, *catalogues, err);
    if (ok && extend_all(*catalogues, err) && mustache_set_check(*pages, err))
        return true;
    pages_free(*pages, *catalogues);
    return false;
}

void pages_free(struct mustache_set *pages, struct catalogues *catalogues)
{
    for (size_t i = 0; catalogues != NULL && i < catalogues->count; i++)
        json_decref(catalogues->list[i].texts);
    if (catalogues != NULL)
        json_decref(catalogues->assets);
    free(catalogues);
    mustache_set_free(pages);
}

enum lang page_lang(const struct exchange *x)
{
    return accept_language(exchange_header(x, "Accept-Language"),
                           exchange_query(x, "lang"));
}

json_t *page_texts(const struct site *site, const char *catalogue, enum lang lang)
{
    return find_texts(site->catalogues, catalogue, lang_tag(lang));
}

const char *page_text(const struct site *site, const char *catalogue, enum lang lang,
                      const char *key)
{
    const char *text =
        json_string_value(json_object_get(page_texts(site, catalogue, lang), key));

    return text != NULL ? text : key;
}

/* The value that belongs to the {name} at `at`, from the caller's list; NULL for none. */
static const char *value_of(const char *at, size_t length, va_list pairs)
{
    const char *name;

    while ((name = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);

        if (strlen(name) == length && memcmp(name, at, length) == 0)
            return value;
    }
    return NULL;
}

json_t *page_phrase(const struct site *site, const char *catalogue, enum lang lang,
                    const char *key, ...)
{
    const char *text = page_text(site, catalogue, lang, key);
    struct buf out = buf_new(8192);
    json_t *phrase;

    while (*text != '\0') {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        const char *value = NULL;
        va_list pairs;

        if (end != NULL) {
            va_start(pairs, key);
            value = value_of(text + 1, (size_t)(end - text - 1), pairs);
            va_end(pairs);
        }
        if (value != NULL) {
            buf_add_text(&out, value);
            text = end + 1;
        } else {
            buf_add_byte(&out, (unsigned char)*text++);
        }
    }
    phrase = json_string(buf_text(&out));
    buf_free(&out);
    return phrase;
}

bool page_fragment(const struct site *site, const char *name, const char *catalogue,
                   enum lang lang, json_t *data, struct buf *out, struct error *err)
{
    bool ok;

    json_object_set(data, "t", page_texts(site, catalogue, lang));
    json_object_set_new(data, "lang", json_string(lang_tag(lang)));
    json_object_set(data, "asset", site->catalogues->assets);
    json_object_set_new(data, "demo", json_boolean(site->demo));
    json_object_set_new(data, "virtual_gateway", json_boolean(site->virtual_gateway));
    ok = mustache_render(site->pages, name, data, out, err);
    json_decref(data);
    return ok;
}

bool page_write(struct exchange *x, const char *name, const char *catalogue,
                enum lang lang, json_t *data, struct error *err)
{
    return page_fragment(site_of(x), name, catalogue, lang, data, &x->answer, err);
}

void page_answer(struct exchange *x, int status, const char *name, const char *catalogue,
                 enum lang lang, json_t *data)
{
    struct error err = {0};

    if (page_write(x, name, catalogue, lang, data, &err)) {
        exchange_answer(x, status, page_html);
        return;
    }
    log_line(LOG_LEVEL_ERROR, "page.broken", "page=%s reason=\"%s\"", name, err.text);
    exchange_restart(x);
    buf_add_text(&x->answer, err.text);
    exchange_answer(x, 500, "text/plain; charset=utf-8");
}

void page_see_other(struct exchange *x, const char *path)
{
    exchange_header_add(x, "Location", path);
    exchange_answer(x, 303, NULL);
}
