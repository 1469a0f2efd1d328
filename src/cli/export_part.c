/*
 * export_part.c — see export_part.h.
 */
#include "cli/export_part.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "web/review_query.h"

bool export_filter(const struct export_words *w, struct review_filter *out,
                   struct error *err)
{
    /* The page's own reader judges, so that a filter means the same in both places. */
    struct exchange *x = exchange_new();
    bool ok;

    x->query = (struct exchange_pair *)w->filter;
    x->query_count = w->filters;
    ok = review_query_read(x, out, err);
    x->query = NULL;
    x->query_count = 0;
    exchange_free(x);
    return ok;
}

struct event {
    const char *action, *object;
    char detail[400];
};

static bool add_event(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    const struct event *e = self;

    return store_audit(st, "command", e->action, e->object, e->detail, now_ms, err);
}

bool export_note(struct folder *f, const struct export_words *w, const char *action,
                 const char *more, struct error *err)
{
    struct event e = {.action = action, .object = w->file};
    size_t at = (size_t)snprintf(e.detail, sizeof(e.detail), "%.100s", more);

    for (size_t i = 0; i < w->filters; i++)
        at += (size_t)snprintf(e.detail + at, sizeof(e.detail) - at, " %s=%.30s",
                               w->filter[i].name, w->filter[i].value);
    return folder_write(f, add_event, &e, err);
}

bool export_file_open(const char *name, struct export_file *out, struct error *err)
{
    *out = (struct export_file){.name = name, .file = stdout};
    if (strcmp(name, "-") == 0)
        return true;
    if (strlen(name) > sizeof(out->beside) - 8)
        return error_set(err, ERROR_SETUP, "The name of the file is too long.");
    snprintf(out->beside, sizeof(out->beside), "%s.part", name);
    out->file = fopen(out->beside, "wb");
    return out->file != NULL ||
           error_set(err, ERROR_SETUP, "The file %.100s cannot be written: %s.",
                     out->beside, strerror(errno));
}

bool export_file_close(struct export_file *f, bool whole, struct error *err)
{
    bool ok = fflush(f->file) == 0 && !ferror(f->file);
    int why = errno;

    if (f->beside[0] == '\0')
        return ok || error_set(err, ERROR_LATER, "The output was closed too early.");
    ok = ok && (!whole || fsync(fileno(f->file)) == 0);
    ok = fclose(f->file) == 0 && ok;
    if (ok && whole && rename(f->beside, f->name) == 0)
        return true;
    why = errno != 0 ? errno : why;
    unlink(f->beside);
    return !whole ||
           error_set(err, ERROR_LATER, "The file %.100s could not be written: %s.",
                     f->name, strerror(why));
}
