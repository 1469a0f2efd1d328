/*
 * board_store.h — what the hall's screen shows: who was called where today, and how long
 * cases really took that were closed on a day. Looks only; any thread's store.
 *
 * A call that was taken back is none: it shows nowhere.
 */
#ifndef STORE_BOARD_STORE_H
#define STORE_BOARD_STORE_H

#include "store/ticket_store.h"

struct board_call {
    int64_t id, ticket_id,
        at_ms; /* id: of the event, so a later call has a greater one */
    char number[NUMBER_SIZE];
    char window_code[CODE_SIZE], window_name[NAME_SIZE], department_code[CODE_SIZE];
    int floor;
    bool standing; /* the person is still called there, and has not come yet */
};

/* Today's calls and recalls, the newest first, until `each` says that it has enough. */
typedef bool board_call_each(void *self, const struct board_call *c);
NODISCARD bool board_calls(struct store *st, int64_t now_ms, board_call_each *each,
                           void *self, struct error *err);

/* One of them. */
NODISCARD bool board_call_find(struct store *st, int64_t id, int64_t now_ms,
                               struct board_call *out, bool *found, struct error *err);

/*
 * Each case of a matter with promised days that was decided and closed within the time,
 * matter by matter in the order of their codes.
 */
typedef void board_days_each(void *self, const char *matter_code, int days);
NODISCARD bool board_days(struct store *st, int64_t from_ms, int64_t until_ms,
                          board_days_each *each, void *self, struct error *err);

#endif
