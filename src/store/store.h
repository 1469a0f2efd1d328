/*
 * store.h — one connection to the store, with what every topic needs beside it.
 *
 * A topic (ticket_store.c, case_store.c …) takes a `struct store *` first. The writer
 * thread has the only one with an id source; readers have their own, which can only look.
 * Times are given by the caller: the store never asks a clock.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/id.h"
#include "base/world.h"
#include "domain/hook.h"
#include "domain/lot.h"
#include "domain/routing.h"
#include "store/db.h"
#include "store/hall_frame.h"
#include "store/keyring.h"

/* Printers whose threads should look once this is committed; beyond so many, all. */
enum { STORE_RINGS = 16 };
struct store_rings {
    int count; /* above STORE_RINGS: all */
    char printer[STORE_RINGS][64];
};

/* Departments whose queue a command moved; beyond so many, all. */
enum { STORE_MOVES = 16, STORE_MOVE = 40 };
struct store_moves {
    int count; /* above STORE_MOVES: all */
    char department[STORE_MOVES][STORE_MOVE];
};

struct store {
    struct db *db;
    int64_t hall; /* the hall whose rows these are; 0 before there is one */
    const struct hall_frame
        *frame;                 /* borrowed: its zone, hours and names as now in force */
    const struct keyring *keys; /* borrowed */
    const struct routing *routing; /* borrowed: by which messages are planned; NULL in
                                      readers and tools, which plan none */
    const struct hooks *hooks;     /* borrowed: which other systems are told of what; NULL
                                      where nobody is, and in readers and tools */
    struct world *world;           /* for nonces only */
    struct id_source ids;          /* of the writer; readers never use it */
    int64_t settle_ms;  /* so long a message that may have gone out is asked after */
    int lines_new;      /* of the writer: lines of ratings without their places, or more
                           (rating_lines.h); 0: not counted */
    bool message_added; /* a command made a message: the courier should look */
    struct store_rings rings; /* printers for which a command made a job */
    struct store_moves moves; /* departments whose queue or windows a command changed */
};

/* Books that a print job was made for `printer`. */
void store_ring(struct store *st, const char *printer);

/*
 * Books that the queue or a window of this department is not as it was. Whoever changes
 * what a waiting person or a desk sees calls it; once too often does no harm.
 */
void store_moved(struct store *st, const char *department_code);

/* Adds what is in `more`; `all` is then what either of them says. */
void store_moves_add(struct store_moves *all, const struct store_moves *more);

/* Was this department among them? */
bool store_moves_has(const struct store_moves *moves, const char *department_code);

/*
 * Opens DIR/yiping.db. With DB_WRITE: makes and migrates it, finds the greatest id and
 * takes a server number. The hall is found too, where there is one.
 */
NODISCARD bool store_open(const char *folder, enum db_access access, struct world *world,
                          const struct keyring *keys, struct store *out,
                          struct error *err);
void store_close(struct store *st);

/* A fresh id; the writer's store only. */
int64_t store_id(struct store *st, int64_t now_ms);

/* The row that this form made when it was sent before; *id is 0 for none. The statement
 * looks for an id by hall and `once`. */
NODISCARD bool store_once(struct store *st, const char *statement, const char *once,
                          int64_t *id, struct error *err);

/*
 * A plan that is announced with the hash of a fresh seed, and drawn later (domain/lot.h);
 * *again where the form had announced one before, whose id is then told.
 */
struct store_announcement {
    int64_t id;
    bool again;
    char seed[LOT_TEXT], commitment[LOT_TEXT];
};
NODISCARD bool store_announce(struct store *st, const char *once_statement,
                              const char *once, int64_t now_ms,
                              struct store_announcement *out, struct error *err);

/* The seed of such a plan, by a statement that takes its id and hall; ERROR_ABSENT where
 * there is none. Nobody asks before it is drawn. */
NODISCARD bool store_plan_seed(struct store *st, const char *statement, int64_t plan_id,
                               char seed[LOT_TEXT], struct error *err);

/* Marks are small durable numbers: the clock's offset, whether a real gateway was ever
 * used. */
NODISCARD bool store_mark(struct store *st, const char *name, int64_t *number,
                          struct error *err); /* 0 where it was never set */
NODISCARD bool store_mark_set(struct store *st, const char *name, int64_t number,
                              struct error *err);

/* Appends what a person or program did to something; never holds a phone, word or secret.
 */
NODISCARD bool store_audit(struct store *st, const char *actor, const char *action,
                           const char *object, const char *detail, int64_t now_ms,
                           struct error *err);

#endif
