/*
 * visit.h — a ticket as its citizen sees it: where it stands, its cases, what was rated.
 *
 * A plain value, read in one moment on a reader's store and shown later. It decides which
 * of the sheet's states the page is in; the words are page_ticket.c's.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "store/case_store.h"
#include "store/receipt_store.h"

enum { VISIT_CASES = 12, VISIT_SHOWN = 3 };

enum visit_state {
    VISIT_WAITING,
    VISIT_NEAR,  /* few people ahead: come back */
    VISIT_MOVED, /* waits for one window */
    VISIT_CALLED,
    VISIT_SERVING,
    VISIT_HELD,
    VISIT_MISSED,    /* can be put back until restore_until_ms */
    VISIT_GONE,      /* missed, and too late to be put back */
    VISIT_CANCELLED, /* also: of an earlier day and never served */
    VISIT_DONE,
};

enum visit_case_state {
    VISIT_CASE_OPEN, /* not closed yet */
    VISIT_CASE_ASK,  /* closed, not rated, in time */
    VISIT_CASE_CHANGEABLE,
    VISIT_CASE_SETTLED,
    VISIT_CASE_LATE, /* never rated, and the time is over */
};

struct visit_case {
    int64_t id;
    enum visit_case_state state;
    bool over;      /* nothing can be rated or changed any more */
    bool detail;    /* rated, and reasons may still be added */
    bool sensitive; /* its name is nobody's business */
    char matter_name[NAME_SIZE], department_name[NAME_SIZE], window_code[CODE_SIZE];
    int64_t closed_ms;
    struct rating_result rating;
    struct rating_moment moment;
    char last4[5];     /* of the phone that was left, "" for none */
    int promised_days; /* working days; 0: done on the spot, or not accepted yet */
    int taken_days;    /* so far, or up to the closing */
    int usual_halves;  /* twice what is usual; 0 where too little is known */
};

struct visit {
    int64_t now_ms;
    struct ticket ticket;
    enum visit_state state;
    int ahead, low_min, high_min; /* -1 for no estimate */
    char matter_name[NAME_SIZE], department_name[NAME_SIZE];
    bool sensitive;
    char materials[MATERIALS_SIZE]; /* what to bring, one a line */
    int promised_days;              /* 0 where it is done on the spot */
    int floor;   /* of the window, or for who is near of where to wait; 0 for none */
    bool paused; /* waits, and nobody who could call does */
    int64_t paused_until_ms; /* as was hoped; 0: nobody said */
    int64_t restore_until_ms;
    struct visit_case cases[VISIT_CASES];
    int case_count;
    bool over; /* of every case: the page shows the end only (decisions 11) */
};

/* *found is false where the ticket is gone. */
NODISCARD bool visit_read(struct store *st, const struct rules *rules, int64_t ticket_id,
                          int64_t now_ms, struct visit *out, bool *found,
                          struct error *err);

/* Does the citizen still wait for something that may change at any moment? */
bool visit_moves(const struct visit *v);

/* The cases that the page has room for, in their order: what can be rated goes before
 * what was. Returns how many. */
int visit_shown(const struct visit *v, const struct visit_case *out[VISIT_SHOWN]);

#endif
