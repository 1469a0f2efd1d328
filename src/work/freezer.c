/*
 * freezer.c — see freezer.h.
 */
#include "work/freezer.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/assess_bundle.h"
#include "store/freeze_bars.h"
#include "version.h"

struct freezer {
    struct reader_job job;
    struct command command;
    struct readers *looks;
    struct writer *writer;
    const struct rules *rules;
    const char *folder;
    atomic_bool stopping;
    pthread_mutex_t lock;
    struct freezer_state state; /* under the lock */
    struct assessment made;     /* the thread's that makes it */
    FILE *file;
};

static void clean(const char *folder)
{
    char pattern[1100];
    glob_t found;

    snprintf(pattern, sizeof(pattern), "%.1000s/assess-*.part", folder);
    if (glob(pattern, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        unlink(found.gl_pathv[i]);
    globfree(&found);
}

struct freezer *freezer_new(struct readers *looks, struct writer *writer,
                            const struct rules *rules, const char *folder)
{
    struct freezer *f = memory_new(sizeof(*f));

    *f = (struct freezer){
        .looks = looks, .writer = writer, .rules = rules, .folder = folder};
    pthread_mutex_init(&f->lock, NULL);
    clean(folder);
    return f;
}

void freezer_free(struct freezer *f)
{
    if (f == NULL)
        return;
    pthread_mutex_destroy(&f->lock);
    free(f);
}

void freezer_stop(struct freezer *f)
{
    if (f != NULL)
        atomic_store(&f->stopping, true);
}

void freezer_look(struct freezer *f, struct freezer_state *out)
{
    pthread_mutex_lock(&f->lock);
    *out = f->state;
    pthread_mutex_unlock(&f->lock);
}

void freezer_path(const struct freezer *f, const char *file, char out[1100])
{
    snprintf(out, 1100, "%.1000s/%.63s", f->folder, file);
}

/* == Making ======================================================================= */

static bool take(void *self, const void *bytes, size_t length, struct error *err)
{
    struct freezer *f = self;

    if (atomic_load(&f->stopping))
        return error_set(err, ERROR_LATER, "The server is going down.");
    f->made.bytes += (int64_t)length;
    return fwrite(bytes, 1, length, f->file) == length ||
           error_set(err, ERROR_LATER,
                     "The file could not be written. Is the disk full?");
}

static void tell(void *self, int64_t done, int64_t of)
{
    struct freezer *f = self;

    pthread_mutex_lock(&f->lock);
    f->state.done = done;
    f->state.of = of;
    pthread_mutex_unlock(&f->lock);
}

/* In the moment of the store that is frozen; a draft may be made of anything. */
static bool may_be_final(struct freezer *f, struct store *st, int64_t now_ms,
                         struct error *err)
{
    struct freeze_bars bars;
    bool ok;

    if (!f->made.final)
        return true;
    if (!freeze_bars_read(st, f->rules, f->made.year, now_ms, &bars, err))
        return false;
    ok = freeze_bars_pass(&bars, err);
    freeze_bars_free(&bars);
    return ok;
}

static void describe(struct freezer *f, const struct bundle *b)
{
    struct assessment *a = &f->made;

    a->version = b->scheme.version;
    a->from_month = b->head.from_month;
    a->to_month = b->head.to_month;
    a->cut_ms = b->head.cut_ms;
    a->cases = b->cases;
    a->departments = (int)b->book.count;
    memcpy(a->program, b->head.program, sizeof(a->program));
    memcpy(a->facts, b->facts, sizeof(a->facts));
    memcpy(a->results, b->results, sizeof(a->results));
    snprintf(a->file, sizeof(a->file), "assess-%d-%.16s.yiping", a->year, a->facts);
}

/* Writes the whole into the open file. */
static bool fill(struct freezer *f, struct store *st, int64_t now_ms, struct error *err)
{
    const struct assess_query q = {.by = ASSESS_DEPARTMENT,
                                   .from_month = f->made.year * 100 + 1,
                                   .to_month = f->made.year * 100 + 12,
                                   .now_ms = now_ms};
    const struct bundle_sink sink = {.take = take, .tell = tell, .self = f};
    struct scheme_state state;
    struct scheme scheme;
    struct bundle b = {0};
    bool ok;

    if (!may_be_final(f, st, now_ms, err) ||
        !scheme_present(st, f->made.year, now_ms, &scheme, &state, err))
        return false;
    ok = assess_bundle_write(st, &q, &scheme, yiping_version, &sink, &b, err);
    if (ok)
        describe(f, &b);
    bundle_free(&b);
    return ok;
}

/* The file takes its name when it is whole and on the disk. */
static bool make(struct freezer *f, struct store *st, int64_t now_ms, struct error *err)
{
    char part[1100], path[1100];
    bool ok;
    int fd;

    snprintf(part, sizeof(part), "%.1000s/assess-%d.part", f->folder, f->made.year);
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    f->file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (f->file == NULL)
        return error_set(err, ERROR_LATER, "The file cannot be begun: %s.",
                         strerror(errno));
    ok = fill(f, st, now_ms, err);
    if (ok && (fflush(f->file) != 0 || fsync(fd) != 0))
        ok = error_set(err, ERROR_LATER,
                       "The file could not be written. Is the disk full?");
    fclose(f->file);
    freezer_path(f, f->made.file, path);
    if (ok && rename(part, path) != 0)
        ok = error_set(err, ERROR_LATER, "The file cannot take its name: %s.",
                       strerror(errno));
    if (!ok)
        unlink(part);
    return ok;
}

static bool book(struct store *st, struct command *c, int64_t now_ms, struct error *err)
{
    struct freezer *f = (struct freezer *)((char *)c - offsetof(struct freezer, command));

    return assessment_add(st, &f->made, now_ms, err);
}

static void work(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct freezer *f = (struct freezer *)job;
    struct error err = {0};
    bool ok = make(f, st, now_ms, &err);

    f->command = (struct command){.run = book};
    ok = ok && writer_do(f->writer, &f->command, &err);
    pthread_mutex_lock(&f->lock);
    f->state.stage = ok ? FREEZER_DONE : FREEZER_FAILED;
    f->state.id = f->made.id;
    f->state.err = err;
    pthread_mutex_unlock(&f->lock);
}

bool freezer_start(struct freezer *f, int year, bool final, const char *actor,
                   struct error *err)
{
    bool ok;

    pthread_mutex_lock(&f->lock);
    ok = f->state.stage != FREEZER_WORKING;
    if (ok) {
        f->state = (struct freezer_state){
            .stage = FREEZER_WORKING, .year = year, .final = final};
        f->made = (struct assessment){.year = year, .final = final};
        snprintf(f->made.actor, sizeof(f->made.actor), "%s", actor);
        f->job = (struct reader_job){.run = work};
    }
    pthread_mutex_unlock(&f->lock);
    if (!ok)
        return error_set(err, ERROR_LATER,
                         "A bundle is being made already. Wait until it is there.");
    if (readers_submit(f->looks, &f->job))
        return true;
    pthread_mutex_lock(&f->lock);
    f->state.stage = FREEZER_IDLE;
    pthread_mutex_unlock(&f->lock);
    return error_set(err, ERROR_LATER,
                     "The server has too much to do right now. Try again.");
}
