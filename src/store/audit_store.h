/*
 * audit_store.h — what people and programs did, as auditors look at it.
 *
 * Events are only ever appended (store_audit). Pages go by id, newest first, through the
 * index of the narrowest condition. Any thread's store.
 */
#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "store/account_store.h"

enum { AUDIT_LIMIT = 100, AUDIT_SLICE = 1000, AUDIT_EXPORT_MOST = 50000 };

/* Zeroed for everything. Texts are whole: "account 12", "key.added", "request 5". */
struct audit_filter {
    const char *actor, *action, *object; /* NULL for any */
    int from, to;   /* the hall's own days as yyyymmdd, both included; 0 for open */
    int64_t before; /* older than this id; 0 to begin with the newest */
    int limit;
};

/* One event; borrowed in the callback. Names are those of accounts, "" for others. */
struct audit_event {
    int64_t id, at_ms;
    const char *actor, *action, *object, *detail; /* detail "" for none */
    const char *actor_name, *object_name;
};

/* `*next` is what `before` of the next page is, 0 where this is the last. */
typedef void audit_each(void *self, const struct audit_event *event);
NODISCARD bool audit_list(struct store *st, const struct audit_filter *filter,
                          audit_each *each, void *self, int64_t *next, struct error *err);

/* Every event behind the id `after`, oldest first, at most `limit`. */
NODISCARD bool audit_after(struct store *st, int64_t after, int limit, audit_each *each,
                           void *self, struct error *err);

/* How often somebody did something from `since_ms` on. */
NODISCARD bool audit_count(struct store *st, const char *actor, const char *action,
                           int64_t since_ms, int64_t *out, struct error *err);

/* Calls back for each action that ever happened. */
typedef void audit_action_each(void *self, const char *action);
NODISCARD bool audit_actions(struct store *st, audit_action_each *each, void *self,
                             struct error *err);

#endif
