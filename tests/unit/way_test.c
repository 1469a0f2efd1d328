/*
 * way_test.c — how jobs reach printers: what is said when all goes well, and that every
 * way of breaking off is told apart into "nothing left us" and "nobody knows".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "printers/printer.h"

/* ---- a network printer
 * ----------------------------------------------------------------- */

enum habit {
    READS_ALL,   /* reads to the end and closes */
    SPEAKS,      /* the same, and says a byte first that nobody asked for */
    BREAKS_OFF,  /* reads a little, then resets */
    NEVER_READS, /* takes the call and lets it lie until the test is over */
    KEEPS_OPEN,  /* reads to the end and does not close until the test is over */
};

struct server {
    enum habit habit;
    int listener, stop[2];
    char address[64];
    pthread_t thread;
    size_t received;
    int calls;
};

static void reset(int fd)
{
    struct linger off = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off));
}

static void *serve(void *arg)
{
    struct server *s = arg;
    int fd = accept(s->listener, NULL, NULL);
    char bytes[4096];
    ssize_t n;

    if (fd < 0)
        return NULL;
    s->calls++;
    if (s->habit == SPEAKS && write(fd, "\x12", 1) != 1)
        s->calls = -1;
    if (s->habit == BREAKS_OFF) {
        n = read(fd, bytes, 100);
        s->received = n > 0 ? (size_t)n : 0;
        reset(fd);
    } else if (s->habit != NEVER_READS) {
        while ((n = read(fd, bytes, sizeof(bytes))) > 0)
            s->received += (size_t)n;
    }
    if (s->habit == NEVER_READS || s->habit == KEEPS_OPEN)
        n = read(s->stop[0], bytes, 1);
    close(fd);
    return NULL;
}

static void server_listen(struct server *s, enum habit habit)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(a);
    int small = 4096;

    memset(s, 0, sizeof(*s));
    s->habit = habit;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(s->listener, 0), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &size), 0);
    snprintf(s->address, sizeof(s->address), "tcp:127.0.0.1:%d", ntohs(a.sin_port));
    assert_int_equal(pipe(s->stop), 0);
}

static void server_end(struct server *s)
{
    assert_int_equal(write(s->stop[1], "x", 1), 1);
    pthread_join(s->thread, NULL);
    close(s->stop[0]);
    close(s->stop[1]);
    close(s->listener);
}

static struct way quick(const char *address)
{
    struct error err = {0};
    struct way way;

    if (!way_read(&way, address, &err))
        fail_msg("%s", err.text);
    way.terms = (struct way_terms){.connect_ms = 300,
                                   .write_ms = 300,
                                   .drain_ms = 300,
                                   .ask = WAY_ASK_NO,
                                   .confirm = CONFIRMED_WRITTEN};
    return way;
}

static struct buf job_of(size_t length)
{
    struct buf job = buf_new(length);

    for (size_t i = 0; i < length; i++)
        buf_add_byte(&job, (unsigned char)i);
    return job;
}

static const struct {
    enum habit habit;
    size_t job;
    enum delivery fate;
    enum confirmation reached;
    enum error_kind kind;
} habits[] = {
    {READS_ALL, 200000, DELIVERY_PRINTED, CONFIRMED_DRAINED, ERROR_NONE},
    {SPEAKS, 200000, DELIVERY_PRINTED, CONFIRMED_DRAINED, ERROR_NONE},
    {KEEPS_OPEN, 5000, DELIVERY_PRINTED, CONFIRMED_DRAINED, ERROR_NONE},
    {BREAKS_OFF, 8000000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, ERROR_BROKEN},
    {NEVER_READS, 8000000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, ERROR_BROKEN},
};

static void network_printers_differ(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(habits); i++) {
        struct buf job = job_of(habits[i].job);
        struct way_known known = {0};
        struct way_result result;
        struct error err = {0};
        struct server s;
        struct way way;
        bool ok;

        server_listen(&s, habits[i].habit);
        assert_int_equal(pthread_create(&s.thread, NULL, serve, &s), 0);
        way = quick(s.address);
        if (habits[i].habit != NEVER_READS) /* it goes on, at its own pace */
            way.terms.connect_ms = way.terms.write_ms = 60000;
        if (habits[i].habit != NEVER_READS && habits[i].habit != KEEPS_OPEN)
            way.terms.drain_ms = 60000;
        ok = way_carry(&way, &known, &job, 0, &result, &err);
        server_end(&s);
        if (ok != (habits[i].fate == DELIVERY_PRINTED) || result.fate != habits[i].fate ||
            result.reached != habits[i].reached || err.kind != habits[i].kind ||
            s.calls != 1)
            fail_msg("habit %zu: %d, fate %d, reached %s, %s (%s), %d calls", i, ok,
                     (int)result.fate, confirmation_word(result.reached), err.text,
                     err.cause, s.calls);
        if (ok)
            assert_int_equal(s.received, job.length);
        buf_free(&job);
    }
}

static void expect_nothing_left(const char *address)
{
    struct way_known known = {0};
    struct buf job = job_of(100);
    struct way way = quick(address);
    struct way_result result;
    struct error err = {0};

    assert_false(way_carry(&way, &known, &job, 0, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(result.signs, 0); /* offline */
    if (err.kind != ERROR_LATER)
        fail_msg("%s: %s", address, err.text);
    buf_free(&job);
}

static void a_printer_that_is_off_or_busy(void **state)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int waiting[8];
    struct server s;

    (void)state;
    server_listen(&s, READS_ALL); /* nobody accepts: two callers fill it, we hang */
    a.sin_port = htons((uint16_t)atoi(strrchr(s.address, ':') + 1));
    for (size_t i = 0; i < LENGTH(waiting); i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(waiting[i], (struct sockaddr *)&a, sizeof(a)) != 0)
            continue; /* in progress, for good */
    }
    expect_nothing_left(s.address);
    for (size_t i = 0; i < LENGTH(waiting); i++)
        close(waiting[i]);
    close(s.listener);
    expect_nothing_left(s.address); /* refused */
    close(s.stop[0]);
    close(s.stop[1]);
}

/* ---- folders
 * --------------------------------------------------------------------------- */

static void jobs_become_files(void **state)
{
    char folder[] = "/tmp/wayXXXXXX", address[64], path[64], bytes[16] = "";
    struct buf job = buf_new(100);
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};
    struct way way;
    FILE *f;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(address, sizeof(address), "file:%s", folder);
    way = quick(address);
    for (int i = 1; i <= 3; i++) {
        buf_clear(&job);
        buf_addf(&job, "job %d", i);
        assert_true(way_carry(&way, &known, &job, 0, &result, &err));
        assert_int_equal(result.reached, CONFIRMED_DRAINED);
    }
    for (int i = 1; i <= 3; i++) {
        snprintf(path, sizeof(path), "%s/%06d.bin", folder, i);
        f = fopen(path, "rb");
        assert_non_null(f);
        assert_int_equal(fread(bytes, 1, sizeof(bytes), f), 5);
        assert_int_equal(bytes[4], '0' + i);
        fclose(f);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
    assert_false(way_carry(&way, &known, &job, 0, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(err.kind, ERROR_LATER);
    buf_free(&job);
}

/* ---- addresses
 * ------------------------------------------------------------------------- */

static const struct {
    const char *text, *host, *port; /* host NULL: refused */
} addresses[] = {
    {"tcp:192.0.2.7", "192.0.2.7", "9100"},
    {"tcp:192.0.2.7:9101", "192.0.2.7", "9101"},
    {"tcp:[2001:db8::7]:9100", "2001:db8::7", "9100"},
    {"tcp:[2001:db8::7]", "2001:db8::7", "9100"},
    {"tcp:printer.hall.example", "printer.hall.example", "9100"},
    {"preview", "", ""},
    {"file:/tmp", "/tmp", ""},
    {"tcp:", NULL, NULL},
    {"tcp::9100", NULL, NULL},
    {"tcp:a:0", NULL, NULL},
    {"tcp:a:70000", NULL, NULL},
    {"tcp:a:http", NULL, NULL},
    {"file:", NULL, NULL},
    {"file:/no/such/folder", NULL, NULL},
    {"preview:x", NULL, NULL},
    {"cups:front", NULL, NULL}, /* tests are built without it, but for cups_test */
    {"lpt1", NULL, NULL},
    {"", NULL, NULL},
};

static void addresses_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(addresses); i++) {
        struct error err = {0};
        struct way way;
        bool ok = way_read(&way, addresses[i].text, &err);

        if (ok != (addresses[i].host != NULL) ||
            (ok && (strcmp(way.address, addresses[i].host) != 0 ||
                    strcmp(way.port, addresses[i].port) != 0)) ||
            (!ok && err.kind != ERROR_SETUP))
            fail_msg("%s: %d %s %s %s", addresses[i].text, ok, way.address, way.port,
                     err.text);
    }
}

static void the_preview_is_always_done(void **state)
{
    struct buf job = job_of(10);
    struct way way = quick("preview");
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};

    (void)state;
    assert_true(way_carry(&way, &known, &job, 0, &result, &err));
    assert_int_equal(result.fate, DELIVERY_PRINTED);
    buf_free(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_printers_differ),
        cmocka_unit_test(a_printer_that_is_off_or_busy),
        cmocka_unit_test(jobs_become_files),
        cmocka_unit_test(addresses_are_read),
        cmocka_unit_test(the_preview_is_always_done),
    };

    return cmocka_run_group_tests_name("way", tests, NULL, NULL);
}
