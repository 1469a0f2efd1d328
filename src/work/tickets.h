/*
 * tickets.h — the templates that tickets are printed from: those that came with the
 * program, and in front of them a hall's own.
 *
 * The setting ticket.template names one (`normal`). A file NAME.LANG.receipt is for that
 * language, NAME.receipt for all others; its words are Chinese. A hall lays its own into
 * a folder (ticket.folder); each is read as strictly as at `yiping slip`, for every
 * profile in use, at start and again when it has changed. A change that is wrong is told
 * to the journal, and what was in force stays. One thread at a time.
 */
#ifndef WORK_TICKETS_H
#define WORK_TICKETS_H

#include <stdint.h>

#include "base/settings.h"

struct tickets;

/* A template, borrowed until the next tickets_renew. */
struct ticket_template {
    const char *text;
    size_t length;
    bool english; /* the values are to be in English */
};

/*
 * Borrows the settings. `templates` is a folder whose tickets/ stands for the ones that
 * came with the program, or NULL. ERROR_SETUP names the file and its trouble, or the
 * template that is nowhere. *out is given.
 */
NODISCARD bool tickets_open(const struct settings *settings, const char *templates,
                            struct tickets **out, struct error *err);
void tickets_free(struct tickets *t);

/* Whether there is anything on disk to look at. Takes NULL. */
bool tickets_watched(const struct tickets *t);

/*
 * Looks at the folders and takes up what has changed and then stood still for a moment,
 * so that a file is not read while it is written. Cheap; `mono_ms` is the monotonic
 * clock. True where something was taken up. Takes NULL.
 */
bool tickets_renew(struct tickets *t, int64_t mono_ms);

/* What a ticket in this language is printed from; `t` may be NULL: the normal one. */
struct ticket_template tickets_find(const struct tickets *t, const char *lang);

#endif
