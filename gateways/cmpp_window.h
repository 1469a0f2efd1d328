/*
 * cmpp_window.h — the messages of one CMPP connection that have no outcome yet: which
 * part goes next, what became of each, and how fast.
 *
 * Knows no bytes: who sends a part says where its bytes begin among all that was ever
 * said, and asks with how many of these were drained. Time is monotonic milliseconds. The
 * courier's thread only.
 */
#ifndef GATEWAYS_CMPP_WINDOW_H
#define GATEWAYS_CMPP_WINDOW_H

#include "gateways/cmpp_text.h"
#include "gateways/gateway.h"

enum {
    CMPP_WINDOW = 16, /* unanswered SUBMITs of one connection, the usual agreement */
    CMPP_ANSWER_MS = 60000,  /* T: how long an answer may take */
    CMPP_PAUSE_MS = 1000,    /* after a throttled part; doubled while it goes on … */
    CMPP_PAUSE_MOST = 30000, /* … up to this */
    CMPP_RESENDS = 3,        /* of a throttled part whose fellows were accepted */
    CMPP_KNOWN_IDS = 128,    /* accepted lately */
};

enum cmpp_part_state {
    PART_WAITING, /* for room in the window */
    PART_SENT,    /* queued to be written, or written */
    PART_ACCEPTED,
    PART_THROTTLED, /* certainly not accepted; may go again */
    PART_REFUSED,   /* for good */
    PART_SILENT,    /* no answer came */
};

struct cmpp_sent {
    enum cmpp_part_state state;
    uint32_t sequence;
    uint64_t order;  /* of its sending, among reports too */
    uint64_t begins; /* the place of its first byte among all we ever said */
    int64_t sent_ms;
    uint64_t msg_id;
    uint32_t result;
};

/* A message on its way; `count` 0 is a free place. */
struct cmpp_moving {
    int count;    /* of its parts */
    bool settled; /* its outcome waits to be taken */
    int resends;
    uint64_t order;
    int64_t id;
    int attempt;
    char to[33], from[22];
    struct cmpp_part texts[GATEWAY_PARTS];
    struct cmpp_sent parts[GATEWAY_PARTS];
    enum outcome outcome;
    struct submitted submitted;
};

/* Zeroed is empty; `most` and `rate` are set by its holder. */
struct cmpp_window {
    int most;       /* parts without an answer */
    int rate;       /* parts a second; 0 for no limit */
    uint64_t order; /* the last one given out */
    int64_t quiet_ms, pause_ms, next_us;
    struct cmpp_moving moving[CMPP_WINDOW];
    uint64_t known[CMPP_KNOWN_IDS];
    size_t known_next;
};

/* A free place; NULL where there is none. It is taken once its `count` is set. */
struct cmpp_moving *cmpp_window_place(struct cmpp_window *w);

/* How many more messages are welcome. */
int cmpp_window_room(const struct cmpp_window *w, int64_t now_ms);

/* The part that is to be sent now; NULL where none may be. */
struct cmpp_moving *cmpp_window_next(struct cmpp_window *w, int64_t now_ms, int *part);

/* The bytes of that part stand ready to be written. */
void cmpp_window_sent(struct cmpp_window *w, struct cmpp_moving *m, int part,
                      uint32_t sequence, uint64_t begins, int64_t now_ms);

/* An answer came; one to nothing that waits for it changes nothing. */
void cmpp_window_answer(struct cmpp_window *w, uint32_t sequence,
                        const struct cmpp_result *result, uint64_t drained,
                        int64_t now_ms);

/*
 * Gives up answers that are overdue. False where such a part was not even written: the
 * line takes nothing. *next_ms becomes the next moment to look if that is sooner.
 */
NODISCARD bool cmpp_window_expire(struct cmpp_window *w, uint64_t drained, int64_t now_ms,
                                  int64_t *next_ms);

/* Nothing more comes: every message has its outcome now. */
void cmpp_window_lost(struct cmpp_window *w, uint64_t drained);

/* A message whose outcome is known; its place is free when `count` is set to 0. */
struct cmpp_moving *cmpp_window_settled(struct cmpp_window *w);

/* Whether a report with this order may be about a message that was not answered yet. */
bool cmpp_window_may_concern(const struct cmpp_window *w, uint64_t order, uint64_t about);

/* A Msg_Id as text, decimal, the same wherever it is kept. */
void cmpp_msg_id(uint64_t id, char out[GATEWAY_REF]);

#endif
