/*
 * help_store.h — somebody at a kiosk asks for help, and somebody of the hall goes there.
 *
 * Asking and answering are events; beside them one row a kiosk says whether it is still
 * waited for. Asking again while it is waited for changes nothing. What nobody answered
 * within HELP_LASTS_MS is not shown any more: whoever asked has gone.
 */
#ifndef STORE_HELP_STORE_H
#define STORE_HELP_STORE_H

#include "store/store.h"

enum { HELP_LASTS_MS = 10 * 60 * 1000 };

/* The kiosk exists: its page has said so. Writer thread, inside a command. */
NODISCARD bool help_ask(struct store *st, const char *kiosk_code, const char *actor,
                        int64_t now_ms, struct error *err);

/* Nothing happens where nobody asked. Writer thread, inside a command. */
NODISCARD bool help_answer(struct store *st, const char *kiosk_code, const char *actor,
                           int64_t now_ms, struct error *err);

/* Every kiosk that is waited for now, by its code. Any thread's store. */
typedef void help_each_fn(void *self, const char *kiosk_code, int64_t asked_ms);
NODISCARD bool help_each(struct store *st, int64_t now_ms, help_each_fn *each, void *self,
                         struct error *err);

#endif
