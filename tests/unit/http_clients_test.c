/*
 * http_clients_test.c — clients that leave, are slow or too many, and a house that closes
 * while some are there.
 */
#include "raw_house.h"

/* A client that leaves, or shuts its half, while somebody else has its exchange. */
static void clients_vanish(void **state)
{
    struct linger_option {
        int on, seconds;
    } reset = {1, 0};
    struct house *h = house_open((struct http_limits){.body_ms = 1500});
    struct client *gone = dial(h), *torn = dial(h), *half = dial(h), *next;

    (void)state;
    say(gone, "POST /hold/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 1);
    say(torn, "POST /hold/2 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 1);
    say(half, "POST /hold/3 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 1);
    hang_up(gone);
    setsockopt(torn->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    hang_up(torn);
    shutdown(half->fd, SHUT_WR);
    for (int i = 0; i < 3; i++)
        exchange_wake(h->hold[i]);
    while (hear(half)) /* the library may take a shut half for a client that is gone */
        ;
    hang_up(half);
    next = dial(h);
    shutdown(next->fd, SHUT_WR); /* says nothing at all */
    assert_true(hear_end(next));
    hang_up(next);
    next = dial(h);
    say(next, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    shutdown(next->fd, SHUT_WR);
    expect(next, 200, "0 /show");
    hang_up(next);
    next = dial(h);
    say(next, "POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab");
    shutdown(next->fd, SHUT_WR); /* a body cut short is never handled; */
    while (hear(next))           /* it ends at once, or at its deadline */
        ;
    next->in[next->have] = '\0';
    assert_null(strstr(next->in, " 200 "));
    hang_up(next);
    next = dial(h);
    say(next, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(next, 200, "0 /show");
    hang_up(next);
    http_drain(h->http, 3000);
    pthread_join(h->thread, NULL);
    assert_int_equal(h->left, 0);
    assert_int_equal(h->freed, 3);
    assert_int_equal(h->handled, 5);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

/* ---- slow and many ---- */

/* Sends a byte whenever the deadline has not come yet; true when the house hung up. */
static bool drips_until_cut(struct client *c, char drop)
{
    for (int i = 0; i < 2000; i++) {
        struct pollfd p = {.fd = c->fd, .events = POLLIN};

        if (poll(&p, 1, 5) == 1)
            return !hear(c);
        say_bytes(c, &drop, 1);
    }
    return false;
}

static void cuts_slow(void **state)
{
    static const struct {
        const char *begin;
        char drop; /* 0: says nothing more */
    } rows[] = {
        {"", 0},
        {"G", 'E'},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: ", 'a'},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: ", 0},
        {"POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n", 'a'},
        {"POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n", 0},
    };
    struct house *h = house_open(
        (struct http_limits){.header_ms = 200, .body_ms = 200, .idle_ms = 200});
    struct client *c;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        c = dial(h);
        say(c, rows[i].begin);
        assert_true(rows[i].drop != 0 ? drips_until_cut(c, rows[i].drop) : hear_end(c));
        hang_up(c);
    }
    assert_int_equal(h->handled, 0);
    house_close(h);
    /* whoever asks in time is answered: for that there is more of it */
    h = house_open(
        (struct http_limits){.header_ms = 1500, .body_ms = 200, .idle_ms = 200});
    c = dial(h); /* idle after a request; and dripping the next one */
    say(c, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(c, 200, "0 /show");
    assert_true(hear_end(c));
    hang_up(c);
    c = dial(h);
    say(c, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(c, 200, "0 /show");
    say(c, "GET /show HTTP/1.1\r\nX: ");
    assert_true(drips_until_cut(c, 'a'));
    hang_up(c);
    house_close(h);
}

static void counts_addresses(void **state)
{
    enum { MOST = 5, FLOOD = 60 };
    struct client *c[FLOOD];
    struct house *h =
        house_open((struct http_limits){.per_address = MOST, .count_loopback = true});
    int served = 0;

    (void)state;
    for (int i = 0; i < FLOOD; i++) {
        c[i] = dial(h);
        say(c[i], "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    for (int i = 0; i < FLOOD; i++) {
        struct answer a = hear_answer(c[i], false);

        served += a.status == 200;
        answer_free(&a);
    }
    assert_int_equal(served, MOST);
    for (int i = 0; i < FLOOD; i++)
        hang_up(c[i]);
    /* whoever left makes room: sooner or later one is let in */
    for (int tries = 0; served != 1; tries++) {
        struct client *again = dial(h);
        struct answer a;

        assert_true(tries < 100000);
        say(again, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
        a = hear_answer(again, false);
        served = a.status == 200;
        answer_free(&a);
        hang_up(again);
    }
    house_close(h);
}

static void spares_addresses(void **state)
{
    enum { FLOOD = 150 };
    struct client *c[FLOOD];
    struct house *h;

    (void)state;
    for (int listed = 0; listed < 2; listed++) {
        struct http_limits l = {.per_address = 5, .count_loopback = listed == 1};

        h = house_open_at("127.0.0.1:0", l, listed ? "10.0.0.0/8, 127.0.0.0/8" : NULL);
        pthread_create(&h->thread, NULL, house_run, h);
        for (int i = 0; i < FLOOD; i++) {
            c[i] = dial(h);
            say(c[i], "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        for (int i = 0; i < FLOOD; i++) {
            expect(c[i], 200, "0 /show");
            hang_up(c[i]);
        }
        house_close(h);
    }
}

/* ---- the end ---- */

static void drains(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct client *idle = dial(h), *fresh = dial(h), *busy = dial(h), *half = dial(h);
    struct answer a;

    (void)state;
    say(idle, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(idle, 200, "0 /show");
    say(half, "POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    say(busy, "POST /hold/7 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE);
    wait_held(h, 1);
    http_drain(h->http, 5000);
    assert_true(hear_end(idle));
    assert_true(hear_end(fresh));
    exchange_wake(h->hold[0]);
    a = hear_answer(busy, false);
    assert_string_equal(a.body, "held 7");
    assert_non_null(strstr(a.head, "Connection: close\r\n"));
    answer_free(&a);
    assert_int_equal(hear_answer(busy, false).status, 0);
    say(half, "bc"); /* was under way: finished, or refused if its head came too late */
    a = hear_answer(half, false);
    assert_true(a.status == 200 || a.status == 503);
    answer_free(&a);
    pthread_join(h->thread, NULL);
    assert_int_equal(h->left, 0);
    assert_int_equal(h->smuggled, 0);
    hang_up(idle);
    hang_up(fresh);
    hang_up(busy);
    hang_up(half);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

static void drains_late(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct client *c = dial(h), *next = dial(h);

    (void)state;
    say(c, "POST /hold/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    say(next, "POST /hold/2 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 2);
    http_drain(h->http, 60000);
    http_drain(h->http, 50);
    pthread_join(h->thread, NULL);
    assert_int_equal(h->left, 2);
    for (int i = 0; i < 2; i++) /* one comes back in the last moment, one never does */
        if (strcmp(exchange_param(h->hold[i], 0), "2") == 0)
            exchange_wake(h->hold[i]);
    http_close(h->http);
    expect(c, 503, NULL);
    expect(next, 200, "held 2");
    assert_int_equal(h->freed, 2);
    hang_up(c);
    hang_up(next);
    sem_destroy(&h->held);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_vanish),   cmocka_unit_test(cuts_slow),
        cmocka_unit_test(counts_addresses), cmocka_unit_test(spares_addresses),
        cmocka_unit_test(drains),           cmocka_unit_test(drains_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
