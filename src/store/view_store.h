/*
 * view_store.h — the views of lists that people keep, each by a name of its own.
 *
 * A view is the part of a list's address behind '?': it holds wishes and no rows, so it
 * shows to its owner what they may see on the day they look. Nobody sees another's.
 */
#ifndef STORE_VIEW_STORE_H
#define STORE_VIEW_STORE_H

#include "store/store.h"

enum {
    VIEW_NAME = 40,    /* characters */
    VIEW_QUERY = 2000, /* bytes */
    VIEW_MOST = 30     /* of an account, in all lists */
};

struct saved_view {
    int64_t id;
    const char *list, *name, *query; /* borrowed in the callback */
};
typedef void saved_view_each(void *self, const struct saved_view *view);

/* An account's views of a list ("ratings"), by name. */
NODISCARD bool views_each(struct store *st, int64_t account, const char *list,
                          saved_view_each *each, void *self, struct error *err);

/* Keeps one; a name that is there already has the new query from now on. ERROR_INPUT for
 * no name or one too long, and for one too many. Writer. */
NODISCARD bool view_save(struct store *st, int64_t account, const struct saved_view *view,
                         int64_t now_ms, struct error *err);

/* ERROR_ABSENT where the account has no such view, ERROR_INPUT for a name that another of
 * the list has. */
NODISCARD bool view_rename(struct store *st, int64_t account, int64_t id,
                           const char *name, struct error *err);
NODISCARD bool view_remove(struct store *st, int64_t account, int64_t id,
                           struct error *err);

/* The list that it belongs to; ERROR_ABSENT as above. */
NODISCARD bool view_list(struct store *st, int64_t account, int64_t id, char list[16],
                         struct error *err);

#endif
