/*
 * http_address.c — see http_address.h.
 *
 * Promise: the table of counts never fills up, as long as its owner keeps to the number
 * of addresses it was made for. Not here: what happens at the limit (http.c).
 */
#include "web/http_address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void address_from(const struct sockaddr *from, struct address *out)
{
    *out = (struct address){0};
    if (from != NULL && from->sa_family == AF_INET) {
        memcpy(out->bytes, mapped, sizeof(mapped));
        memcpy(out->bytes + 12,
               &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    } else if (from != NULL && from->sa_family == AF_INET6) {
        memcpy(out->bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr,
               16);
    } else {
        out->local = true;
    }
}

static bool is_mapped(const unsigned char *bytes)
{
    return memcmp(bytes, mapped, sizeof(mapped)) == 0;
}

void address_text(const struct address *a, char *text, size_t size)
{
    const char *done;

    if (a->local)
        done = NULL;
    else if (is_mapped(a->bytes))
        done = inet_ntop(AF_INET, a->bytes + 12, text, (socklen_t)size);
    else
        done = inet_ntop(AF_INET6, a->bytes, text, (socklen_t)size);
    if (done == NULL)
        snprintf(text, size, "unix");
}

bool address_is_loopback(const struct address *a)
{
    static const unsigned char one[16] = {[15] = 1};

    return a->local || (is_mapped(a->bytes) && a->bytes[12] == 127) ||
           memcmp(a->bytes, one, sizeof(one)) == 0;
}

/* Reads "10.1.0.0/16" into `net`. */
static bool net_parse(const char *word, size_t length, struct address_net *net)
{
    char text[64];
    char *slash, *end;
    unsigned whole = 128;
    unsigned long bits;

    if (length >= sizeof(text))
        return false;
    memcpy(text, word, length);
    text[length] = '\0';
    slash = strchr(text, '/');
    if (slash != NULL)
        *slash = '\0';
    if (inet_pton(AF_INET, text, net->bytes + 12) == 1) {
        memcpy(net->bytes, mapped, sizeof(mapped));
        whole = 32;
    } else if (inet_pton(AF_INET6, text, net->bytes) != 1) {
        return false;
    }
    net->bits = 128;
    if (slash == NULL)
        return true;
    if (slash[1] < '0' || slash[1] > '9')
        return false;
    bits = strtoul(slash + 1, &end, 10);
    net->bits = 128 - whole + (unsigned)bits;
    return *end == '\0' && bits <= whole;
}

bool address_read(const char *text, struct address *out)
{
    struct address_net net = {0};

    *out = (struct address){.local = strcmp(text, "unix") == 0};
    if (out->local)
        return true;
    if (!net_parse(text, strlen(text), &net) || net.bits != 128)
        return false;
    memcpy(out->bytes, net.bytes, sizeof(out->bytes));
    return true;
}

bool address_list_parse(const char *text, struct address_list *out, struct error *err)
{
    const char *at = text != NULL ? text : "";

    *out = (struct address_list){0};
    for (;;) {
        size_t length;

        at += strspn(at, " \t,");
        length = strcspn(at, " \t,");
        if (length == 0)
            return true;
        out->nets = memory_resize(out->nets, (out->count + 1) * sizeof(*out->nets));
        out->nets[out->count] = (struct address_net){0};
        if (!net_parse(at, length, &out->nets[out->count])) {
            address_list_free(out);
            return error_set(err, ERROR_SETUP,
                             "\"%.*s\" is no address or network: write 192.0.2.7, "
                             "10.1.0.0/16 or 2001:db8::/32.",
                             length < 60 ? (int)length : 60, at);
        }
        out->count++;
        at += length;
    }
}

bool address_list_holds(const struct address_list *list, const struct address *a)
{
    for (size_t i = 0; i < list->count && !a->local; i++) {
        const struct address_net *n = &list->nets[i];
        size_t bytes = n->bits / 8;
        unsigned mask = 0xff00U >> (n->bits % 8) & 0xff;

        if (memcmp(n->bytes, a->bytes, bytes) == 0 &&
            (mask == 0 || ((n->bytes[bytes] ^ a->bytes[bytes]) & mask) == 0))
            return true;
    }
    return false;
}

void address_list_free(struct address_list *list)
{
    free(list->nets);
    *list = (struct address_list){0};
}

void address_counts_new(struct address_counts *c, size_t addresses, uint64_t seed)
{
    c->capacity = 64;
    while (c->capacity < 2 * addresses + 2)
        c->capacity *= 2;
    c->places = memory_new(c->capacity * sizeof(*c->places));
    c->seed = seed;
}

void address_counts_free(struct address_counts *c)
{
    free(c->places);
    *c = (struct address_counts){0};
}

static void key_of(const struct address *a, uint64_t key[2])
{
    memcpy(key, a->bytes, 16);
    if (!is_mapped(a->bytes))
        key[1] = 1; /* the /64 stands for the household; apart from mapped ones */
}

/* Where a key wants to be (the finishing step of splitmix64 over both halves). */
static size_t key_home(const struct address_counts *c, const uint64_t key[2])
{
    uint64_t h = c->seed ^ key[0];

    h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9) ^ key[1];
    h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(h ^ h >> 31) & (c->capacity - 1);
}

/* The key's place, or the free one where it would go. */
static size_t key_place(const struct address_counts *c, const uint64_t key[2])
{
    size_t at = key_home(c, key);

    while (c->places[at].count != 0 &&
           (c->places[at].key[0] != key[0] || c->places[at].key[1] != key[1]))
        at = (at + 1) & (c->capacity - 1);
    return at;
}

unsigned address_counts_get(const struct address_counts *c, const struct address *a)
{
    uint64_t key[2];

    key_of(a, key);
    return c->places[key_place(c, key)].count;
}

void address_counts_add(struct address_counts *c, const struct address *a)
{
    struct address_count *p;
    uint64_t key[2];

    key_of(a, key);
    p = &c->places[key_place(c, key)];
    p->key[0] = key[0];
    p->key[1] = key[1];
    p->count++;
}

/*
 * The last connection of an address leaves a hole, which would cut the chains that run
 * over it: those behind it move up, each unless its home lies between hole and place.
 */
void address_counts_drop(struct address_counts *c, const struct address *a)
{
    size_t mask = c->capacity - 1, hole, at;
    uint64_t key[2];

    key_of(a, key);
    hole = key_place(c, key);
    assert(c->places[hole].count > 0);
    if (--c->places[hole].count > 0)
        return;
    for (at = (hole + 1) & mask; c->places[at].count != 0; at = (at + 1) & mask) {
        size_t home = key_home(c, c->places[at].key);

        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        c->places[hole] = c->places[at];
        c->places[at].count = 0;
        hole = at;
    }
}

/* The address to bind: host and port of `text`, or a path. False where it is none. */
static bool listen_parse(const char *text, struct sockaddr_storage *to, socklen_t *size)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)to;
    struct sockaddr_un *un = (struct sockaddr_un *)(void *)to;
    const char *colon = strrchr(text, ':');
    char host[64], *end;
    unsigned long port;
    size_t length;

    memset(to, 0, sizeof(*to));
    if (strncmp(text, "unix:", 5) == 0) {
        un->sun_family = AF_UNIX;
        *size = sizeof(*un);
        return text[5] != '\0' && snprintf(un->sun_path, sizeof(un->sun_path), "%s",
                                           text + 5) < (int)sizeof(un->sun_path);
    }
    if (colon == NULL || colon[1] < '0' || colon[1] > '9')
        return false;
    port = strtoul(colon + 1, &end, 10);
    length = (size_t)(colon - text);
    if (*end != '\0' || port > 65535 || length >= sizeof(host))
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    if (strcmp(host, "*") == 0 || inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *size = sizeof(*v4);
        return true;
    }
    if (host[0] != '[' || host[length - 1] != ']')
        return false;
    host[length - 1] = '\0';
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    *size = sizeof(*v6);
    return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1;
}

/* A Unix socket that nobody listens on any more is left over from a crash. */
static void remove_stale(const struct sockaddr_storage *to, socklen_t size)
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)(const void *)to;
    int probe;

    if (to->ss_family != AF_UNIX)
        return;
    probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return;
    if (connect(probe, (const struct sockaddr *)to, size) != 0 && errno == ECONNREFUSED)
        unlink(un->sun_path);
    close(probe);
}

bool address_listen(const char *text, int *fd, uint16_t *port, bool *loopback,
                    struct error *err)
{
    struct sockaddr_storage to;
    struct address a;
    socklen_t size;
    int s, yes = 1;

    if (!listen_parse(text, &to, &size))
        return error_set(err, ERROR_SETUP,
                         "\"%.100s\" is no place to listen: write 127.0.0.1:8080, "
                         "[::1]:8080, *:8080 or unix:/path.",
                         text);
    remove_stale(&to, size);
    s = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        bind(s, (struct sockaddr *)&to, size) != 0 || listen(s, 1024) != 0) {
        error_set(err, ERROR_SETUP,
                  "We cannot listen on %.100s. Does another program use it already?",
                  text);
        error_cause(err, "%s", strerror(errno));
        if (s >= 0)
            close(s);
        return false;
    }
    address_from((struct sockaddr *)&to, &a);
    *loopback = address_is_loopback(&a);
    *port = 0;
    if (!a.local && getsockname(s, (struct sockaddr *)&to, &size) == 0)
        *port = ntohs(to.ss_family == AF_INET
                          ? ((struct sockaddr_in *)(void *)&to)->sin_port
                          : ((struct sockaddr_in6 *)(void *)&to)->sin6_port);
    *fd = s;
    return true;
}
