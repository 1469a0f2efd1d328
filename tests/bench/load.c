/*
 * load.c — asks an HTTP/1.1 server as fast as it answers, over connections kept alive.
 *
 *     load --port P [--host 127.0.0.1] --connections N (--seconds S | --requests N |
 * --once)
 *          --file REQUESTS [--header "Name: value"]…
 *
 * REQUESTS holds a request a line, `METHOD PATH TYPE BODY`; TYPE is `-` where there is no
 * body, and BODY reaches to the end of the line. Any connection takes the next line, each
 * once with --once, else round and round. One line of JSON comes out: counts by status,
 * requests a second, latencies in ms, and the longest time in which no connection got any
 * answer (a stall). Exit 0 where every request was answered.
 *
 * It is one process with one thread and shares no code with the server. A connection has
 * one request in flight; one that the server closes is opened anew, and a request that
 * was in flight then counts as an error and is not repeated.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES = 16384, SUB = 32, POWERS = 40, LINGER_US = 5000000 };

struct bytes {
    char *at;
    size_t length;
};

struct wire {
    int fd;
    bool busy;            /* a request is in flight */
    bool dying;           /* the server said that it will close */
    struct bytes request; /* what is left to send */
    int64_t since_us;
    size_t have; /* of the head, in `in` */
    size_t body_left;
    bool in_body;
    int status;
    char in[ANSWER_BYTES];
};

struct load {
    struct sockaddr_in to;
    struct bytes *requests;
    size_t request_count, next;
    bool once;
    uint64_t most, sent, answered, errors;
    uint64_t by_status[600];
    uint64_t histogram[POWERS * SUB];
    int64_t begin_us, end_us, last_us, gap_us, max_us;
    size_t busy;
    int epoll;
};

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- latencies: SUB steps for each power of two, so that all are within 3 % ---- */

static size_t place_of(uint64_t us)
{
    int power = us < SUB ? 0 : 63 - __builtin_clzll(us) - 5;

    return us < SUB ? us : (size_t)(power + 1) * SUB + (us >> power) - SUB;
}

static double percentile(const struct load *l, double share)
{
    uint64_t wanted = (uint64_t)((double)l->answered * share), seen = 0;

    for (size_t i = 0; i < POWERS * SUB; i++) {
        seen += l->histogram[i];
        if (seen > wanted) {
            size_t power = i / SUB, step = i % SUB;

            return power == 0 ? (double)step / 1000
                              : (double)((SUB + step) << (power - 1)) / 1000;
        }
    }
    return (double)l->max_us / 1000;
}

/* ---- requests ---- */

static void read_line(struct load *l, char *line, const char *headers, const char *host)
{
    char *method = strtok(line, " "), *path = strtok(NULL, " ");
    char *type = strtok(NULL, " "), *body = strtok(NULL, "");
    size_t room = strlen(headers) + strlen(host) + 256, length;
    char *out;

    if (method == NULL || path == NULL)
        return;
    if (type == NULL || strcmp(type, "-") == 0)
        type = NULL;
    if (body == NULL)
        body = "";
    length = strlen(body);
    room += strlen(method) + strlen(path) + (type != NULL ? strlen(type) : 0) + length;
    out = malloc(room);
    if (out == NULL)
        die("memory");
    if (type != NULL)
        length = (size_t)snprintf(out, room,
                                  "%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: %s\r\n"
                                  "Content-Length: %zu\r\n\r\n%s",
                                  method, path, host, headers, type, length, body);
    else
        length = (size_t)snprintf(out, room, "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
                                  method, path, host, headers);
    l->requests = realloc(l->requests, (l->request_count + 1) * sizeof(*l->requests));
    if (l->requests == NULL)
        die("memory");
    l->requests[l->request_count++] = (struct bytes){out, length};
}

static void read_requests(struct load *l, const char *name, const char *headers,
                          const char *host)
{
    FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    char *line = NULL;
    size_t room = 0;

    if (f == NULL)
        die(name);
    while (getline(&line, &room, f) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        read_line(l, line, headers, host);
    }
    free(line);
    if (f != stdin)
        fclose(f);
    if (l->request_count == 0) {
        fprintf(stderr, "load: %s holds no requests\n", name);
        exit(2);
    }
}

/* The next request to send; false where none is left. */
static bool next_request(struct load *l, struct bytes *out)
{
    if ((l->most > 0 && l->sent >= l->most) || (l->once && l->next == l->request_count) ||
        (l->end_us > 0 && now_us() >= l->end_us))
        return false;
    if (l->next == l->request_count)
        l->next = 0;
    *out = l->requests[l->next++];
    l->sent++;
    return true;
}

/* ---- wires ---- */

static void wire_open(struct load *l, struct wire *w)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = w};
    int yes = 1;

    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (w->fd < 0)
        die("socket");
    if (connect(w->fd, (struct sockaddr *)&l->to, sizeof(l->to)) != 0)
        die("connect");
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    fcntl(w->fd, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &e) != 0)
        die("epoll_ctl");
    w->have = w->body_left = 0;
    w->in_body = w->dying = w->busy = false;
}

static void wire_ask(struct load *l, struct wire *w);

static void wire_again(struct load *l, struct wire *w, bool failed)
{
    close(w->fd);
    if (failed && w->busy) {
        l->errors++;
        l->busy--;
    }
    wire_open(l, w);
    wire_ask(l, w);
}

static void wire_send(struct load *l, struct wire *w)
{
    while (w->request.length > 0) {
        ssize_t n = send(w->fd, w->request.at, w->request.length, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            w->request.length = 0; /* the answer or the end is there to be read */
        if (n < 0)
            break;
        w->request.at += n;
        w->request.length -= (size_t)n;
    }
    (void)l;
}

static void wire_ask(struct load *l, struct wire *w)
{
    if (!next_request(l, &w->request))
        return;
    w->busy = true;
    l->busy++;
    w->since_us = now_us();
    wire_send(l, w);
}

static void wire_answered(struct load *l, struct wire *w)
{
    int64_t now = now_us(), took = now - w->since_us;

    l->answered++;
    l->by_status[w->status]++;
    l->histogram[place_of((uint64_t)took)]++;
    if (took > l->max_us)
        l->max_us = took;
    if (now - l->last_us > l->gap_us)
        l->gap_us = now - l->last_us;
    l->last_us = now;
    l->busy--;
    w->busy = false;
    w->in_body = false;
    if (w->dying)
        wire_again(l, w, false);
    else
        wire_ask(l, w);
}

/* Reads status, length and end of connection from a whole head. */
static void head_parse(struct wire *w, const char *end)
{
    const char *line = memchr(w->in, '\n', (size_t)(end - w->in));

    w->status = atoi(w->in + 9);
    w->body_left = 0;
    while (line != NULL && line + 1 < end) {
        line++;
        if ((line[0] | 0x20) == 'c' && strncasecmp(line, "Content-Length:", 15) == 0)
            w->body_left = strtoul(line + 15, NULL, 10);
        else if ((line[0] | 0x20) == 'c' &&
                 strncasecmp(line, "Connection: close", 17) == 0)
            w->dying = true;
        line = memchr(line, '\n', (size_t)(end - line));
    }
    if (w->status == 204 || w->status == 304)
        w->body_left = 0;
}

/* Takes what is in the buffer; false where the connection makes no sense. */
static bool wire_take(struct load *l, struct wire *w)
{
    if (!w->in_body) {
        const char *end = memmem(w->in, w->have, "\r\n\r\n", 4);

        if (end == NULL)
            return w->have < sizeof(w->in) - 1;
        if (!w->busy || end - w->in < 12 || memcmp(w->in, "HTTP/1.", 7) != 0)
            return false;
        head_parse(w, end + 2);
        if (w->status < 100 || w->status > 599)
            return false;
        w->have -= (size_t)(end + 4 - w->in);
        memmove(w->in, end + 4, w->have);
        if (w->status < 200)
            return wire_take(l, w);
        w->in_body = true;
    }
    if (w->have > w->body_left)
        return false;
    w->body_left -= w->have;
    w->have = 0;
    if (w->body_left == 0)
        wire_answered(l, w);
    return true;
}

static void wire_ready(struct load *l, struct wire *w, uint32_t events)
{
    if ((events & EPOLLOUT) && w->request.length > 0)
        wire_send(l, w);
    while (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        size_t room = sizeof(w->in) - 1 - w->have;
        ssize_t n = recv(w->fd, w->in + w->have, room, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n > 0)
            w->have += (size_t)n;
        if (n <= 0 || !wire_take(l, w)) {
            wire_again(l, w, true);
            return;
        }
        if ((size_t)n <
            room) /* nothing more lies there; the next edge says when it does */
            return;
    }
}

/* ---- the run ---- */

static bool is_over(const struct load *l)
{
    int64_t now = now_us();

    if (l->busy == 0)
        return true;
    return (l->end_us > 0 && now > l->end_us + LINGER_US) ||
           (l->end_us == 0 && now > l->last_us + 6 * (int64_t)LINGER_US);
}

static void run(struct load *l, size_t connections)
{
    struct wire *wires = calloc(connections, sizeof(*wires));
    struct epoll_event events[256];

    if (wires == NULL)
        die("memory");
    for (size_t i = 0; i < connections; i++)
        wire_open(l, &wires[i]);
    l->begin_us = l->last_us = now_us();
    if (l->end_us > 0)
        l->end_us += l->begin_us;
    for (size_t i = 0; i < connections; i++)
        wire_ask(l, &wires[i]);
    while (!is_over(l)) {
        int n = epoll_wait(l->epoll, events, 256, 100);

        for (int i = 0; i < n; i++)
            wire_ready(l, events[i].data.ptr, events[i].events);
    }
    l->errors += l->busy;
    for (size_t i = 0; i < connections; i++)
        close(wires[i].fd);
    free(wires);
}

static void print(const struct load *l)
{
    int64_t end = now_us();
    double seconds = (double)(l->last_us - l->begin_us) / 1e6;
    const char *comma = "";

    printf("{\"requests\":%lu,\"answered\":%lu,\"status\":{", (unsigned long)l->sent,
           (unsigned long)l->answered);
    for (int i = 0; i < 600; i++) {
        if (l->by_status[i] == 0)
            continue;
        printf("%s\"%d\":%lu", comma, i, (unsigned long)l->by_status[i]);
        comma = ",";
    }
    printf("},\"errors\":%lu,\"seconds\":%.3f,\"rps\":%.0f,\"p50_ms\":%.3f,"
           "\"p90_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"longest_gap_ms\":%.3f}\n",
           (unsigned long)l->errors, seconds,
           seconds > 0 ? (double)l->answered / seconds : 0.0, percentile(l, 0.50),
           percentile(l, 0.90), percentile(l, 0.99), (double)l->max_us / 1000,
           (double)(l->busy > 0 && end - l->last_us > l->gap_us ? end - l->last_us
                                                                : l->gap_us) /
               1000);
}

static void raise_descriptors(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

int main(int count, char **words)
{
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"host", required_argument, NULL, 'h'},
                                            {"connections", required_argument, NULL, 'c'},
                                            {"seconds", required_argument, NULL, 's'},
                                            {"requests", required_argument, NULL, 'r'},
                                            {"file", required_argument, NULL, 'f'},
                                            {"header", required_argument, NULL, 'H'},
                                            {"once", no_argument, NULL, 'o'},
                                            {NULL, 0, NULL, 0}};
    static struct load l;
    const char *host = "127.0.0.1", *file = NULL;
    char headers[8192] = "";
    size_t connections = 64, used = 0;
    int port = 0, o;

    while ((o = getopt_long(count, words, "", options, NULL)) != -1) {
        if (o == 'p')
            port = atoi(optarg);
        else if (o == 'h')
            host = optarg;
        else if (o == 'c')
            connections = strtoul(optarg, NULL, 10);
        else if (o == 's')
            l.end_us = (int64_t)(atof(optarg) * 1e6);
        else if (o == 'r')
            l.most = strtoul(optarg, NULL, 10);
        else if (o == 'f')
            file = optarg;
        else if (o == 'o')
            l.once = true;
        else if (o == 'H' && used + strlen(optarg) + 3 < sizeof(headers))
            used += (size_t)sprintf(headers + used, "%s\r\n", optarg);
        else
            return 2;
    }
    if (port <= 0 || file == NULL || connections == 0 ||
        (l.end_us <= 0 && l.most == 0 && !l.once)) {
        fprintf(stderr,
                "load --port P --connections N (--seconds S | --requests N | --once) "
                "--file REQUESTS [--host H] [--header \"Name: value\"]\n");
        return 2;
    }
    l.to.sin_family = AF_INET;
    l.to.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, host, &l.to.sin_addr) != 1)
        die(host);
    raise_descriptors();
    read_requests(&l, file, headers, host);
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    run(&l, connections);
    print(&l);
    return l.errors == 0 ? 0 : 1;
}
