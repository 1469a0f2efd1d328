/*
 * cmpp_line.c — one end of a CMPP line without the rest of the program: the driver's
 * session on a loopback port, so that another decoder may judge its bytes.
 *
 *     cmpp_line VERSION PORT
 *
 * Logs in, sends a short text, a long one and one with a face at the edge of a part, then
 * prints each event as a line and acknowledges news, until the other side ends it or ten
 * seconds are over. Exits with 0 if the driver was content to the end.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "gateways/gateways.h"

enum { MESSAGES = 3, GIVE_UP_MS = 10000 };

static int64_t now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *value(const struct gateway_setup *setup, const char *key)
{
    static const char *const pairs[][2] = {
        {"address", "127.0.0.1:7890"},  {"user", "901234"},
        {"password", "SharedSecret1"},  {"account", "SURVEY"},
        {"access_number", "106901234"},
    };

    if (strcmp(key, "version") == 0)
        return setup->self;
    for (size_t i = 0; i < LENGTH(pairs); i++)
        if (strcmp(pairs[i][0], key) == 0)
            return pairs[i][1];
    return NULL;
}

static int connected(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        exit(2);
    return fd;
}

/* 0: short; 1: 140 characters; 2: a face where the first part would end. */
static const char *text_of(int i)
{
    static char text[600];
    size_t n = 0;
    int count = i == 0 ? 0 : i == 1 ? 134 : 60;

    n = (size_t)snprintf(text, sizeof(text), "【青城政务】");
    for (int k = 0; k < count; k++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "测");
    snprintf(text + n, sizeof(text) - n, "%s", i == 2 ? "😀请回复1-5" : "请回复1-5");
    return text;
}

static void submit(const struct session_ops *ops, void *s, int i)
{
    const struct sms_mt mt = {.id = i,
                              .attempt = 1,
                              .to = "+8613900001000",
                              .from = "10690123410",
                              .text = text_of(i)};
    struct error err = {0};

    if (!ops->submit(s, &mt, now(CLOCK_MONOTONIC), &err))
        exit(3);
}

static void print_events(const struct gateway *g, void *s)
{
    const struct session_ops *ops = g->ops->session;
    struct session_event e;

    while (ops->next(s, &e)) {
        struct news news = {.text = buf_new(2000)};
        struct error err = {0};

        if (e.kind == SESSION_OUTCOME) {
            printf("outcome %d %d %s\n", (int)e.id, (int)e.outcome, e.submitted.refs[0]);
        } else {
            bool ok = g->ops->parse(g, &e.callback, &news, &err);

            printf("news %d %s %s %s\n", ok ? (int)news.kind : -1, news.from,
                   news.kind == NEWS_REPORT ? news.ref : news.to,
                   news.kind == NEWS_REPORT ? news.reason : buf_text(&news.text));
            ops->kept(s, e.handle, true);
            callback_free(&e.callback);
        }
        buf_free(&news.text);
    }
    fflush(stdout);
}

/* False where the line is over. */
static bool turn(const struct gateway *g, void *s, int fd, struct error *err)
{
    const struct session_ops *ops = g->ops->session;
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    struct buf out = buf_new(1 << 20);
    int64_t next_ms;
    char bytes[4096];
    bool ok = true;
    ssize_t n;

    if (poll(&ready, 1, 20) > 0) {
        n = read(fd, bytes, sizeof(bytes));
        ok = n > 0 && ops->feed(s, bytes, (size_t)n, now(CLOCK_MONOTONIC), err);
    }
    print_events(g, s);
    ops->drain(s, &out);
    if (out.length > 0 && send(fd, out.data, out.length, MSG_NOSIGNAL) < 0)
        ok = false;
    buf_free(&out);
    return ok && ops->timer(s, now(CLOCK_MONOTONIC), &next_ms, err);
}

int main(int argc, char **argv)
{
    struct gateway_setup setup = {.name = "carrier", .kind = "cmpp", .value = value};
    int64_t end = now(CLOCK_MONOTONIC) + GIVE_UP_MS;
    struct error err = {0};
    struct gateway g;
    int fd, sent = 0;
    void *s;

    if (argc != 3)
        return 2;
    setup.self = argv[1];
    gateway_open(&setup, &g, &err);
    fd = connected(atoi(argv[2]));
    s = g.ops->session->begin(&g, now(CLOCK_MONOTONIC), now(CLOCK_REALTIME));
    while (turn(&g, s, fd, &err) && now(CLOCK_MONOTONIC) < end)
        while (sent < MESSAGES && g.ops->session->room(s) > 0)
            submit(g.ops->session, s, sent++);
    printf("end %s\n", err.text);
    g.ops->session->end(s);
    close(fd);
    gateway_close(&g);
    return sent == MESSAGES ? 0 : 1;
}
