/*
 * courier_part.h — what the courier's files share: courier.c (thread and order),
 * dispatch.c (messages out), deliver.c (what other systems are told), push.c (what the
 * regional platform is handed), upkeep.c (how
 * gateways stand, what is uncertain), gather.c (what comes in). Nobody else includes it.
 *
 * Everything belongs to the courier's thread except where it says otherwise. What is
 * written goes to the writer as an errand and comes back by `back`; nothing waits for it.
 */
#ifndef WORK_COURIER_PART_H
#define WORK_COURIER_PART_H

#include <pthread.h>
#include <stdatomic.h>

#include "work/carry_file.h"
#include "work/carry_http.h"
#include "work/carry_session.h"
#include "work/courier.h"
#include "work/lane.h"

enum {
    DUE_AT_ONCE = 128,
    DUE_LEFT = 64,      /* so few left: time to look for more */
    READ_AT_ONCE = 384, /* less than the writer takes into one commit */
    KEEPS_MOST = 64,    /* pushes and files on their way to the disk */
    ASKS_AT_ONCE = 8,
    HOLD_MS = 600000, /* what the store cannot even look at waits so long */
    AGAIN_MS = 1000,  /* after the writer said "later" */
};

/* One command of ours; embed it first. */
struct errand {
    struct command command;
    struct errand *next;
    struct courier *c;
    /* writer's thread */
    bool (*work)(struct errand *e, struct store *st, int64_t now_ms, struct error *err);
    void (*over)(
        struct errand *e); /* the same, before anything later runs; may be NULL */
    /* courier's thread; frees it */
    void (*back)(struct errand *e);
};

/* A message between its taking and its booking. */
struct parcel {
    struct errand errand;
    struct parcel *next; /* of its route, or of those whose booking waits */
    struct route *route;
    int64_t id;
    bool leaves;
    struct outgoing out;
    enum outcome outcome;
    struct submitted submitted;
};

/* The way through one gateway. */
struct route {
    struct courier *c;
    int index;
    const struct gateway *g;
    struct lane lane;
    struct carry_session *session; /* NULL for most kinds */
    struct parcel *at_session;     /* handed to it, no outcome yet */
    int64_t ids[DUE_AT_ONCE];      /* due; those from id_at on are not yet taken */
    int id_at, id_count;
    bool ask, asking; /* something may be due; the writer is looking */
    int asked_at;     /* the first that was not yet taken when it began to */
    bool more;        /* than fit into the list */
    int64_t next_ms;  /* UTC: when the next one falls due */
    int taking;       /* at the writer, to be taken */
    /* upkeep, monotonic */
    int64_t status_ms, moved_ms, said_ms;
    bool status_out, moving, saying;
    struct message_place place; /* what waits here is planned anew from there on */
    bool shut;                  /* as told last */
    bool stuck;                 /* a long queue, of which nothing could move */
    bool moved;                 /* something did, since the start of the queue */
    struct gateway_state said;
};

struct waiter {
    struct waiter *next;
    void (*fn)(void *arg);
    void *arg;
};

struct courier {
    struct courier_config config;
    pthread_t thread;
    struct carry_http *http;
    /* under the lock */
    pthread_mutex_t lock;
    struct errand *finished, **finished_end;
    struct waiter *asked;
    bool signalled, woken, ending;
    /* the thread's own */
    struct waiter *waiting;
    struct errand *sending, **sending_end; /* of this turn */
    int errands;                           /* those, and what is at the writer */
    int64_t again_ms; /* monotonic: nothing is begun before; 0 for no pause */
    int64_t tidied_ms, over_ms;
    bool started, over, closed;
    struct route routes[ROUTES_MOST];
    int route_count, local; /* the route behind the line; -1 for none */
    struct parcel *held;    /* whose booking waits */
    int at_gateways;        /* parcels that left and have no answer */
    /* upkeep */
    bool plan_lost, planning, ask_due, ask_out;
    int64_t ask_ms; /* UTC */
    int questions;  /* at gateways */
    /* deliver */
    bool hooks_ask, hooks_claiming;
    struct errand *hooks_held; /* bookings that wait until the writer can write */
    int hooks_out;             /* claimed and not yet booked */
    int64_t hooks_next_ms;     /* UTC */
    struct push *push;         /* to the regional platform; NULL for none */
    bool ended;                /* the thread has; what comes back now is only freed */
    /* gather */
    bool unread, reading_out;
    int64_t unread_ms; /* UTC */
    int reads, keeps;
    _Atomic bool read_broken; /* the rest of this round comes later */
    struct carry_folders *folders;
    /* any thread */
    _Atomic int64_t carried, accepted, refused, retried, unknown, read, unreadable,
        put_off;
};

/* ---- courier.c ---- */

int64_t courier_wall(struct courier *c);
int64_t courier_mono(struct courier *c);

/* Hands an errand to the writer at the end of this turn; `work`, `back` are set. It
 * always comes back. */
void errand_send(struct courier *c, struct errand *e);

/* True where it failed only for now; whoever asks begins nothing for a moment. */
bool errand_later(struct errand *e);

void complain(const char *event, int64_t id, const struct error *err);

/* Whether nothing may be begun: a pause, or the end. */
bool courier_pauses(struct courier *c);

/* ---- dispatch.c ---- */

void dispatch_open(struct courier *c);
void dispatch_close(struct courier *c);
void dispatch_ask(struct courier *c); /* something may be due anywhere */
void dispatch_turn(struct courier *c);
bool dispatch_is_quiet(struct courier *c);
int64_t dispatch_wait_ms(struct courier *c);

/* What a driver needs of a message. `nonce` is filled, and borrowed. */
struct sms_mt dispatch_mt(struct courier *c, const struct outgoing *out, char nonce[33]);

/* ---- upkeep.c ---- */

void upkeep_open(struct courier *c);
void upkeep_turn(struct courier *c);
bool upkeep_is_quiet(struct courier *c);
int64_t upkeep_wait_ms(struct courier *c);

/* A lane may have opened or shut. */
void upkeep_lane(struct route *r);

/* ---- deliver.c ---- */

void deliver_open(struct courier *c);
void deliver_close(struct courier *c);
void deliver_turn(struct courier *c);
bool deliver_is_quiet(struct courier *c);
int64_t deliver_wait_ms(struct courier *c); /* INT64_MAX: for nothing */

/* ---- push.c ---- */

void push_open(struct courier *c);
void push_close(struct courier *c);
void push_ask(struct courier *c); /* something may be due */
void push_turn(struct courier *c);
bool push_is_quiet(struct courier *c);
int64_t push_wait_ms(struct courier *c);

/* The writer's thread, at start: what was on its way may have arrived. */
bool push_recover(struct courier *c, struct store *st, int64_t now_ms, struct error *err);

/* ---- gather.c ---- */

void gather_open(struct courier *c);
void gather_close(struct courier *c);
void gather_turn(struct courier *c);
bool gather_is_quiet(struct courier *c);
int64_t gather_wait_ms(struct courier *c);

/* Keeps the pushes that overtake the gateway's answer; true where there were some. */
bool gather_early(struct courier *c);

/* Keeps what a session brought; `callback` is given. */
void gather_session(struct route *r, struct callback *callback, uint32_t line,
                    uint32_t handle);

#endif
