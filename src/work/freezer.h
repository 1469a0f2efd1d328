/*
 * freezer.h — makes a year's bundle while the server goes on, and books it.
 *
 * One at a time, on the connection for long looks, of one moment of the store: downloads
 * wait behind it for as long as it takes. The file stands in the data folder under a name
 * that its facts give it, and is there when it is whole; then the writer books it. What a
 * kill leaves behind is taken away at the next start.
 */
#ifndef WORK_FREEZER_H
#define WORK_FREEZER_H

#include "store/assessment_store.h"
#include "store/rules.h"
#include "work/readers.h"
#include "work/writer.h"

enum freezer_stage { FREEZER_IDLE, FREEZER_WORKING, FREEZER_DONE, FREEZER_FAILED };

struct freezer_state {
    enum freezer_stage stage;
    int year;
    bool final;
    int64_t done, of; /* cases, then draws */
    int64_t id;       /* of the assessment, once it is done */
    struct error err; /* why it failed */
};

struct freezer;

/* Borrows all of them. */
struct freezer *freezer_new(struct readers *looks, struct writer *writer,
                            const struct rules *rules, const char *folder);

/* Frees it; after readers_stop. */
void freezer_free(struct freezer *f);

/* What is being made is given up soon; any thread, before readers_stop. */
void freezer_stop(struct freezer *f);

/* `actor` as in an audit event. ERROR_LATER while another is being made. One for good is
 * judged once more when it is made (store/freeze_bars.h). Any thread. */
NODISCARD bool freezer_start(struct freezer *f, int year, bool final, const char *actor,
                             struct error *err);

/* How it stands; any thread. */
void freezer_look(struct freezer *f, struct freezer_state *out);

/* The path of a bundle in the folder. */
void freezer_path(const struct freezer *f, const char *file, char out[1100]);

#endif
