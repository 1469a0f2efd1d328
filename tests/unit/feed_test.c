/*
 * feed_test.c — what the queue's watches are told, when, and that nothing is told twice
 * as often as needed: a real loop, a real writer and a real store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include <cmocka.h>

#include "scratch_store.h"
#include "store/queue_store.h"
#include "web/feed.h"
#include "web/http.h"
#include "work/writer.h"

enum { PATIENCE_S = 60 };

static const struct rules rules = {.queue = {.undo_ms = 10000, .no_show_calls = 1}};

struct watch {
    struct feed_watch feed;
    sem_t told;
    int times;
    struct store_moves moves; /* of the newest telling */
    struct feed *leaves;      /* leaves when told */
    struct feed_watch *also;  /* and takes this one with it */
};

struct house {
    struct scratch s;
    struct hall_frame_holder frame;
    struct http *http;
    pthread_t thread;
    struct feed *feed;
    struct writer *writer;
};

static void problem(struct exchange *x, int status, const char *text)
{
    (void)text;
    exchange_answer(x, status, NULL);
}

static void *serve(void *arg)
{
    http_run(((struct house *)arg)->http);
    return NULL;
}

static void moved(void *self, const struct store_moves *moves)
{
    feed_tell(((struct house *)self)->feed, moves);
}

/* The loop does not run before loop_start. */
static void open_house(struct house *h)
{
    static const struct hall_frame *frame; /* never freed, so one serves all tests */
    struct http_config config = {.listen = "127.0.0.1:0", .problem = problem};
    struct writer_hooks hooks = {.queue_moved = moved, .self = h};
    struct error err = {0};

    *h = (struct house){0};
    scratch_open(&h->s);
    if (frame == NULL)
        scratch_must(hall_frame_read(h->s.st.db, &frame, &err), &err);
    h->s.st.frame = frame;
    scratch_must(db_commit(h->s.st.db, &err), &err);
    atomic_store(&h->frame.now, frame);
    config.world = &h->s.world;
    scratch_must(http_open(&config, &h->http, &err), &err);
    h->feed = feed_new(h->http);
    h->writer = writer_start(&h->s.st, &h->frame, &hooks);
}

static void start_loop(struct house *h)
{
    assert_int_equal(pthread_create(&h->thread, NULL, serve, h), 0);
}

static void close_house(struct house *h)
{
    struct error err = {0};

    http_drain(h->http, 0);
    pthread_join(h->thread, NULL);
    feed_end(h->feed);
    writer_stop(h->writer);
    http_close(h->http);
    feed_free(h->feed);
    scratch_must(db_begin(h->s.st.db, &err), &err);
    scratch_close(&h->s);
}

static void on_moved(struct feed_watch *watch, const struct store_moves *moves)
{
    struct watch *w = (struct watch *)watch;

    w->times++;
    w->moves = *moves;
    if (w->leaves != NULL) {
        feed_leave(w->leaves, watch);
        if (w->also != NULL)
            feed_leave(w->leaves, w->also);
        feed_leave(w->leaves, watch); /* once more: nothing happens */
    }
    sem_post(&w->told);
}

static void join(struct house *h, struct watch *w)
{
    *w = (struct watch){.feed.moved = on_moved};
    sem_init(&w->told, 0, 0);
    feed_join(h->feed, &w->feed);
}

static void wait_told(struct watch *w)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    assert_int_equal(sem_timedwait(&w->told, &until), 0);
}

static void post_done(void *done)
{
    sem_post(done);
}

/* Everything that was posted to the loop before this has run afterwards. */
static void settle(struct house *h)
{
    static sem_t done;

    sem_init(&done, 0, 0);
    http_post(h->http, post_done, &done);
    sem_wait(&done);
}

static void tell(struct house *h, const char *department)
{
    struct store_moves one = {.count = 1};

    snprintf(one.department[0], STORE_MOVE, "%s", department);
    feed_tell(h->feed, &one);
}

static void many_tellings_are_told_as_one(void **state)
{
    struct house h;
    struct watch w;

    (void)state;
    open_house(&h);
    join(&h, &w);
    for (int i = 0; i < 1000; i++)
        tell(&h, i % 2 == 0 ? "YB" : "GA");
    start_loop(&h);
    wait_told(&w);
    settle(&h);
    assert_int_equal(w.times, 1);
    assert_int_equal(w.moves.count, 2);
    assert_true(store_moves_has(&w.moves, "YB"));
    assert_true(store_moves_has(&w.moves, "GA"));
    assert_false(store_moves_has(&w.moves, "Y"));
    close_house(&h);
}

static void too_many_departments_are_all(void **state)
{
    struct house h;
    struct watch w;

    (void)state;
    open_house(&h);
    join(&h, &w);
    start_loop(&h);
    feed_tell(h.feed, NULL);
    wait_told(&w);
    assert_true(store_moves_has(&w.moves, "never heard of"));
    for (int many = 15; many <= 18; many++) {
        struct store_moves moves = {0};
        struct store st = {0};

        for (int i = 0; i < many; i++) {
            char name[8];

            snprintf(name, sizeof(name), "D%d", i);
            store_moved(&st, name);
            store_moved(&st, name);
        }
        store_moves_add(&moves, &st.moves);
        assert_true(store_moves_has(&moves, "D0"));
        assert_true(store_moves_has(&moves, "D14"));
        assert_int_equal(store_moves_has(&moves, "never heard of"), many > STORE_MOVES);
    }
    close_house(&h);
}

static void who_left_is_not_told(void **state)
{
    struct house h;
    struct watch first, second, third;

    (void)state;
    open_house(&h);
    join(&h, &first);
    join(&h, &second);
    join(&h, &third); /* told first, and takes the second, told next, with it */
    third.leaves = h.feed;
    third.also = &second.feed;
    start_loop(&h);
    tell(&h, "YB");
    wait_told(&first);
    wait_told(&third);
    tell(&h, "YB");
    wait_told(&first);
    settle(&h);
    assert_int_equal(first.times, 2);
    assert_int_equal(second.times, 0);
    assert_int_equal(third.times, 1);
    close_house(&h);
}

/* == Acts at the queue ============================================================ */

struct act {
    struct command command;
    const char *what;
    int64_t ticket_id;
};

static bool run_act(struct store *st, struct command *c, int64_t now_ms,
                    struct error *err)
{
    struct act *a = (struct act *)c;
    struct ticket_input in = {.matter_code = "YB-01", .lang = "zh-CN", .actor = "t"};
    struct ticket t = {0};
    struct serving s;
    struct desk d;
    bool nobody = false, ok = false;
    int64_t job;

    if (strcmp(a->what, "take") == 0) {
        ok = ticket_take(st, &in, now_ms, &t, &job, err);
        a->ticket_id = t.id;
    } else if (strcmp(a->what, "call") == 0) {
        ok = queue_call(st, &rules, "W1", "C1", "t", now_ms, &s, &nobody, err);
    } else if (strcmp(a->what, "undo") == 0) {
        ok = queue_undo(st, "W1", "t", now_ms, &t, err);
    } else if (strcmp(a->what, "recall") == 0) {
        ok = queue_recall(st, "W1", "t", now_ms, &s, err);
    } else if (strcmp(a->what, "hold") == 0) {
        ok = queue_hold(st, &rules, "W1", "t", now_ms, &t, err);
    } else if (strcmp(a->what, "pause") == 0) {
        ok = queue_pause(st, "W1", "tea", 0, "t", now_ms, &d, err);
    } else if (strcmp(a->what, "resume") == 0) {
        ok = queue_resume(st, "W1", "t", now_ms, &d, err);
    } else if (strcmp(a->what, "transfer") == 0) {
        ok = queue_transfer(st, &rules, a->ticket_id, "W2", "t", now_ms, &t, err);
    }
    return ok;
}

static void every_act_is_told_after_its_commit(void **state)
{
    static const struct {
        const char *what;
        bool done, ga;
    } acts[] = {
        {"take", true, false},   {"call", true, false},  {"recall", true, false},
        {"undo", true, false},   {"call", true, false},  {"pause", true, false},
        {"resume", true, false}, {"hold", true, false},  {"undo", true, false},
        {"hold", true, false},   {"hold", false, false}, {"transfer", true, true},
    };
    struct house h;
    struct watch w;
    struct act a = {.command.run = run_act};

    (void)state;
    open_house(&h);
    join(&h, &w);
    start_loop(&h);
    for (size_t i = 0; i < LENGTH(acts); i++) {
        struct error err = {0};
        int before = w.times;

        a.what = acts[i].what;
        a.command.ok = false;
        error_clear(&a.command.err);
        assert_int_equal(writer_do(h.writer, &a.command, &err), acts[i].done);
        if (acts[i].done)
            wait_told(&w);
        else
            settle(&h);
        if (w.times == before && acts[i].done)
            fail_msg("%s told nobody", acts[i].what);
        if (acts[i].done && !store_moves_has(&w.moves, "YB"))
            fail_msg("%s did not tell the department", acts[i].what);
        if (store_moves_has(&w.moves, "GA") != acts[i].ga)
            fail_msg("%s: the other department", acts[i].what);
    }
    close_house(&h);
}

/* Frames of the hall are never freed (hall_frame.h): what a reader opened with stays. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:hall_frame_read\n";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_tellings_are_told_as_one),
        cmocka_unit_test(too_many_departments_are_all),
        cmocka_unit_test(who_left_is_not_told),
        cmocka_unit_test(every_act_is_told_after_its_commit),
    };

    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
