/*
 * http_address.h — who is at the other end, how often, and where we listen.
 *
 * Addresses are kept as IPv6 (RFC 4291); IPv4 is mapped. Connections are counted by the
 * whole IPv4 address but by the /64 of IPv6, since a single household holds one. The
 * loop's thread; lists and counts own their memory.
 */
#ifndef WEB_HTTP_ADDRESS_H
#define WEB_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "base/error.h"

struct address {
    unsigned char bytes[16];
    bool local; /* a Unix socket: no address at all */
};

void address_from(const struct sockaddr *from, struct address *out);
/* "192.0.2.7", "2001:db8::1" or "unix", into 46 bytes. */
void address_text(const struct address *a, char *text, size_t size);
/* Reads what address_text wrote; false for what is none. */
bool address_read(const char *text, struct address *out);
bool address_is_loopback(const struct address *a); /* 127/8, ::1 and Unix sockets */

/* Addresses and networks, as in "10.1.0.0/16, 192.0.2.7 2001:db8::/32". */
struct address_list {
    struct address_net {
        unsigned char bytes[16];
        unsigned bits; /* of the 128 */
    } * nets;
    size_t count;
};

/* `text` may be NULL or empty. ERROR_SETUP names the word that is no network. */
NODISCARD bool address_list_parse(const char *text, struct address_list *out,
                                  struct error *err);
bool address_list_holds(const struct address_list *list, const struct address *a);
void address_list_free(struct address_list *list);

/* How many connections each address has: a hash table with open addressing. */
struct address_counts {
    struct address_count {
        uint64_t key[2];
        unsigned count; /* 0: the place is free */
    } * places;
    size_t capacity; /* a power of two, at least twice the addresses ever in it */
    uint64_t seed;
};

void address_counts_new(struct address_counts *c, size_t addresses, uint64_t seed);
void address_counts_free(struct address_counts *c);
unsigned address_counts_get(const struct address_counts *c, const struct address *a);
void address_counts_add(struct address_counts *c, const struct address *a);
void address_counts_drop(struct address_counts *c, const struct address *a);

/*
 * Opens a listening socket, not blocking, for "127.0.0.1:8080", "[::1]:0", "*:80" or
 * "unix:/run/yiping.sock"; port 0 lets the kernel choose, and `port` says what it chose
 * (0 for Unix). `loopback` tells whether only this machine can reach it. `fd` is given.
 */
NODISCARD bool address_listen(const char *text, int *fd, uint16_t *port, bool *loopback,
                              struct error *err);

#endif
