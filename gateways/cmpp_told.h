/*
 * cmpp_told.h — what the carrier told on one connection (DELIVER) and still waits for our
 * answer to: bounded, in order, each under a handle.
 *
 * The courier's thread only.
 */
#ifndef GATEWAYS_CMPP_TOLD_H
#define GATEWAYS_CMPP_TOLD_H

#include "gateways/cmpp_window.h"

enum {
    CMPP_TOLD = 64,         /* unanswered at once; carriers send up to 16 */
    CMPP_TOLD_REPORTS = 48, /* of these; replies find room beside held reports */
    CMPP_TOLD_BYTES = 400,  /* the longest DELIVER has 364 */
};

/* `handle` 0 is a free place. */
struct cmpp_told_one {
    uint32_t handle, sequence;
    uint64_t order, msg_id;
    bool report, handed;
    uint64_t about; /* a report: the Msg_Id of its message */
    size_t length;
    uint8_t bytes[CMPP_TOLD_BYTES];
};

/* Zeroed is empty. */
struct cmpp_told {
    uint32_t handle; /* the last one given out */
    struct cmpp_told_one all[CMPP_TOLD];
};

/* Keeps a DELIVER and its bytes; false where there is no room. */
NODISCARD bool cmpp_told_add(struct cmpp_told *t, const struct cmpp_pdu *pdu,
                             uint64_t order, const uint8_t *bytes, size_t length);

/*
 * The next that may be handed out; NULL for none. A report waits for the outcomes of all
 * that was on its way when it came: carriers report from another thread, and a report
 * that overtakes its SUBMIT_RESP would find no message.
 */
struct cmpp_told_one *cmpp_told_next(struct cmpp_told *t, const struct cmpp_window *w);

/* The one of this handle; NULL for none. Its place is free when `handle` is set to 0. */
struct cmpp_told_one *cmpp_told_find(struct cmpp_told *t, uint32_t handle);

#endif
