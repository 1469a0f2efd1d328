/*
 * sms_house.h — a hall with its writer, courier and virtual line in a private folder,
 * moved by hand: for tests of what happens between a closing and a rating.
 *
 * The house stands still until house_settle, which returns when nothing is due any more.
 * Nothing sleeps: time is the number in `world`.
 */
#ifndef TESTS_SMS_HOUSE_H
#define TESTS_SMS_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <pthread.h>

#include "domain/hall.h"
#include "gateways/gateways.h"
#include "store/case_store.h"
#include "store/hall_store.h"
#include "store/message_store.h"
#include "work/courier.h"

/* Monday 2026-11-23 10:00 in Shanghai. */
#define HOUSE_START_MS INT64_C(1795399200000)
#define HOUSE_HOUR     INT64_C(3600000)
#define HOUSE_DAY      (24 * HOUSE_HOUR)

struct house {
    char folder[64];
    struct world world;
    struct keyring keys;
    struct store st, look; /* the writer's, and ours to look with */
    struct hall_frame_holder holder;
    struct rules rules;
    struct roster roster;
    struct outbox outbox;
    struct line *line;
    struct writer *writer;
    struct courier *courier;
    int cases;
};

static inline void house_must(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s (%s)", err->text, err->cause);
}

static inline void house_import(struct house *h)
{
    struct hall_changes changes;
    struct hall_file *file;
    struct error err = {0};
    struct buf text = buf_new(1 << 20);
    char piece[4096];
    FILE *f = fopen(SHARED_DIR "/halls/example.json", "r");
    size_t n;

    assert_non_null(f);
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        buf_add(&text, piece, n);
    fclose(f);
    house_must(hall_parse(buf_text(&text), text.length, NULL, &file, &err), &err);
    house_must(db_begin(h->st.db, &err), &err);
    house_must(hall_import(&h->st, file, HOUSE_START_MS - HOUSE_DAY, &changes, &err),
               &err);
    house_must(db_commit(h->st.db, &err), &err);
    hall_free(file);
    buf_free(&text);
}

/* Opens what runs: also a second time, as after a crash. */
static inline void house_run(struct house *h)
{
    struct courier_config config = {.world = &h->world, .outbox = &h->outbox};
    struct writer_hooks hooks = {0};
    struct error err = {0};

    house_must(store_open(h->folder, DB_WRITE, &h->world, &h->keys, &h->st, &err), &err);
    house_must(store_open(h->folder, DB_READ, &h->world, &h->keys, &h->look, &err), &err);
    h->st.routing = &h->roster.routing;
    atomic_store(&h->holder.now, h->st.frame);
    h->writer = writer_start(&h->st, &h->holder, &hooks);
    h->line = line_new();
    config.writer = h->writer;
    config.line = h->line;
    h->courier = courier_start(&config);
}

/* The program keeps its frames for ever; a test opens too many houses for that. */
static inline void house_frame_free(const struct hall_frame *frame)
{
    zone_free(frame->zone);
    calendar_free(frame->calendar);
    free((void *)(uintptr_t)frame);
}

static inline void house_halt(struct house *h)
{
    courier_stop(h->courier);
    writer_stop(h->writer);
    courier_free(h->courier);
    line_free(h->line);
    house_frame_free(h->look.frame);
    house_frame_free(h->st.frame);
    store_close(&h->look);
    store_close(&h->st);
}

/* `ops` are the gateway's from the first turn of the courier on; NULL for the virtual
 * one. */
static inline void house_open_with(struct house *h, const struct gateway_ops *ops)
{
    struct error err = {0};
    char path[128];

    *h = (struct house){.folder = "/tmp/yiping-sms-XXXXXX"};
    world_by_hand(&h->world, HOUSE_START_MS, 11);
    assert_non_null(mkdtemp(h->folder));
    snprintf(path, sizeof(path), "%s/key", h->folder);
    house_must(keyring_open(path, true, &h->world, &h->keys, &err), &err);
    house_must(store_open(h->folder, DB_WRITE, &h->world, &h->keys, &h->st, &err), &err);
    house_import(h);
    store_close(&h->st);
    h->rules = (struct rules){
        .rating = {.correction_ms = HOUSE_DAY, .order = order_rules_default},
        .invite = {.delay_low_ms = HOUSE_HOUR / 2,
                   .delay_high_ms = HOUSE_HOUR / 2,
                   .window = {9 * 60, 20 * 60},
                   .open_working_days = 5,
                   .open_days_max = 15,
                   .per_day = 1,
                   .per_30_days = 4,
                   .remind_after_ms = 3 * HOUSE_DAY}};
    roster_open_virtual(&h->roster, "1069012345");
    if (ops != NULL)
        h->roster.gateways[0].ops = ops;
    h->outbox = (struct outbox){&h->rules, &h->roster, &h->world, 30 * HOUSE_DAY, NULL};
    house_run(h);
}

static inline void house_open(struct house *h)
{
    house_open_with(h, NULL);
}

static inline void house_close(struct house *h)
{
    static const char *const files[] = {"key", "yiping.db", "yiping.db-wal",
                                        "yiping.db-shm"};
    char path[128];

    house_halt(h);
    roster_close(&h->roster);
    for (size_t i = 0; i < LENGTH(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", h->folder, files[i]);
        unlink(path);
    }
    rmdir(h->folder);
}

/* ---- moving it ---- */

struct house_quiet {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool quiet;
};

static inline void house_is_quiet(void *arg)
{
    struct house_quiet *q = arg;

    pthread_mutex_lock(&q->lock);
    q->quiet = true;
    pthread_cond_signal(&q->cond);
    pthread_mutex_unlock(&q->lock);
}

static inline void house_settle(struct house *h)
{
    struct house_quiet q = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};

    courier_settle(h->courier, house_is_quiet, &q);
    pthread_mutex_lock(&q.lock);
    while (!q.quiet)
        pthread_cond_wait(&q.cond, &q.lock);
    pthread_mutex_unlock(&q.lock);
}

static inline void house_pass(struct house *h, int64_t ms)
{
    atomic_fetch_add(&h->world.hand_ms, ms);
    house_settle(h);
}

/* ---- acting ---- */

struct house_act {
    struct command command;
    struct house *h;
    const char *matter, *phone, *sql;
    int64_t case_id;
    int grade;
};

static inline void house_do(struct house *h, struct house_act *a,
                            bool (*run)(struct store *, struct command *, int64_t,
                                        struct error *))
{
    struct error err = {0};

    a->h = h;
    a->command.run = run;
    house_must(writer_do(h->writer, &a->command, &err), &err);
}

static inline bool house_run_close(struct store *st, struct command *c, int64_t now_ms,
                                   struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    struct service_case out;
    struct invitation inv;
    struct phone phone;
    char number[24];
    struct case_import in = {.source = "test",
                             .case_no = number,
                             .matter = a->matter,
                             .window = "A01",
                             .clerk = "1001",
                             .phone = &phone,
                             .accepted_ms = now_ms - HOUSE_HOUR,
                             .closed_ms = now_ms,
                             .actor = "test"};
    bool fresh;

    snprintf(number, sizeof(number), "N%d", ++a->h->cases);
    if (a->phone == NULL)
        in.phone = NULL;
    else if (!phone_parse(a->phone, "86", &phone, err))
        return false;
    if (!case_import(st, &a->h->rules, &in, now_ms, &out, &inv, &fresh, err))
        return false;
    a->case_id = out.id;
    return true;
}

/* Closes a case of this matter; its invitation is decided. */
static inline int64_t house_case(struct house *h, const char *matter, const char *phone)
{
    struct house_act a = {.matter = matter, .phone = phone};

    house_do(h, &a, house_run_close);
    return a.case_id;
}

static inline bool house_run_rate(struct store *st, struct command *c, int64_t now_ms,
                                  struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    const struct rating_input in = {.case_id = a->case_id,
                                    .grade = a->grade,
                                    .channel = CHANNEL_TICKET_QR,
                                    .proof = "P4"};
    struct rating_result result;

    return rating_take(st, &a->h->rules.rating, &in, now_ms, &result, err);
}

/* Rates by the QR page. */
static inline void house_scan(struct house *h, int64_t case_id, int grade)
{
    struct house_act a = {.case_id = case_id, .grade = grade};

    house_do(h, &a, house_run_rate);
}

static inline bool house_run_sql(struct store *st, struct command *c, int64_t now_ms,
                                 struct error *err)
{
    (void)now_ms;
    return db_run(st->db, ((struct house_act *)c)->sql, DB_NONE, err);
}

static inline void house_sql(struct house *h, const char *sql)
{
    struct house_act a = {.sql = sql};

    house_do(h, &a, house_run_sql);
}

/* ---- looking ---- */

static inline const char *house_text(struct house *h, const char *sql, char out[512])
{
    struct error err = {0};
    struct db_cursor c;
    bool found;

    house_must(db_find(h->look.db, sql, DB_NONE, &c, &found, &err), &err);
    snprintf(out, 512, "%s", found ? db_get_text(&c, 0) : "(none)");
    db_done(&c);
    return out;
}

static inline int64_t house_number(struct house *h, const char *sql)
{
    struct error err = {0};
    struct db_cursor c;
    int64_t number = -1;
    bool found;

    house_must(db_find(h->look.db, sql, DB_NONE, &c, &found, &err), &err);
    if (found)
        number = db_get_int(&c, 0);
    db_done(&c);
    return number;
}

static inline void house_expect(struct house *h, const char *sql, const char *want)
{
    char got[512];

    if (strcmp(house_text(h, sql, got), want) != 0)
        fail_msg("%s\n  gave \"%s\"\n  not  \"%s\"", sql, got, want);
}

/* What was handed over last: its kind. */
#define HOUSE_LAST_KIND                                                                  \
    "SELECT kind FROM messages WHERE body IS NOT NULL ORDER BY id DESC LIMIT 1"
#define HOUSE_LAST_TEXT                                                                  \
    "SELECT body FROM messages WHERE body IS NOT NULL ORDER BY id DESC LIMIT 1"
#define HOUSE_LAST(what)                                                                 \
    "SELECT r." what " FROM readings r JOIN inbound i ON i.id = r.inbound_id"            \
    " WHERE i.kind = 'reply' ORDER BY r.id DESC LIMIT 1"
#define HOUSE_LAST_ACT   HOUSE_LAST("act")
#define HOUSE_LAST_PROOF HOUSE_LAST("proof")
#define HOUSE_SENT       "SELECT count(*) FROM messages WHERE body IS NOT NULL"

/* Writes from a phone to one of our numbers and waits until that is read and answered. */
static inline void house_reply_id(struct house *h, const char *id, const char *phone,
                                  const char *to, const char *text)
{
    assert_true(line_reply(h->line, id, phone, to, text, h->world.wall_ms(&h->world)));
    house_settle(h);
}

static inline void house_reply(struct house *h, const char *phone, const char *to,
                               const char *text)
{
    house_reply_id(h, "", phone, to, text);
}

#endif
