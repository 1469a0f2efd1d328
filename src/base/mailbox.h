/*
 * mailbox.h — a bounded queue by which threads hand each other whole values.
 *
 * What is put in embeds a `struct mail` as its first member; the box owns nothing and
 * allocates nothing. Any number of threads may put and take. A full box refuses at once,
 * so that the sender can say "busy" instead of waiting.
 */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct mail {
    struct mail *next;
};

struct mailbox;

struct mailbox *mailbox_new(size_t limit);
void mailbox_free(struct mailbox *box);

/* False where the box is full or closed; the mail is then still the caller's. */
NODISCARD bool mailbox_put(struct mailbox *box, struct mail *mail);

/*
 * Takes up to `most` mails, oldest first, as a chain; waits until there is one. NULL once
 * the box is closed and empty, or after `wait_ms` (-1: for ever) without any.
 */
struct mail *mailbox_take(struct mailbox *box, size_t most, int wait_ms);

/* No more mail is let in; what is in it can still be taken. */
void mailbox_close(struct mailbox *box);
bool mailbox_closed(struct mailbox *box);

size_t mailbox_count(struct mailbox *box);

#endif
