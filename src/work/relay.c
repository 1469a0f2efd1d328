/*
 * relay.c — see relay.h.
 *
 * A round, once a second: is the line up? Then read what lies behind the mark, write what
 * this line has not had, and move the mark up to where this line was a minute ago. The
 * minute is also the grace for a command beside the server, whose event may be committed
 * after one with a greater id.
 */
#include "work/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "domain/syslog.h"
#include "store/audit_store.h"

enum {
    ROUND_MS = 1000,
    PATIENCE_MS = 5000, /* for a connection, and for a receiver that takes nothing */
    ROWS = 256,         /* looked at in one go */
    MINUTE = 60,        /* rounds */
    TOLD_MOST = 4096    /* events that a line is told in a minute; what is more waits */
};

static const char mark_name[] = "syslog";

struct row {
    int64_t id;
    size_t from, length; /* of its message; 0 where this line had it already */
};

struct relay {
    struct reader_job look;
    struct command book;
    struct readers *readers;
    struct writer *writer;
    const char *address; /* the settings' */
    char host[256];
    pthread_t thread;
    sem_t looked;
    int stop;        /* readable when it is time to go */
    int line;        /* -1: down */
    bool told_of;    /* that it is down */
    int rest, tries; /* rounds until the next try; tries in vain */
    bool begun;      /* the mark was read */
    int64_t mark, booked;
    int64_t reached[MINUTE]; /* by this line, in each of its last rounds */
    unsigned rounds;
    int64_t *told; /* above the mark, ascending: what this line had */
    size_t told_count, told_at;
    struct row rows[ROWS];
    int count;
    int64_t after;
    struct buf text;
    bool ok;
    struct error err;
};

/* == The line ===================================================================== */

static bool is_datagram(const struct relay *r)
{
    return r->address[0] == '/';
}

/* An IP address and a port; IPv6 stands in brackets. */
static socklen_t read_address(const char *text, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    const char *colon = strrchr(text, ':');
    char host[64];
    size_t skip = text[0] == '[', length = (size_t)(colon - text) - 2 * skip;

    memset(out, 0, sizeof(*out));
    snprintf(host, sizeof(host), "%.*s", (int)length, text + skip);
    if (skip == 0 && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)atoi(colon + 1));
        return sizeof(*v4);
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1)
        return 0;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)atoi(colon + 1));
    return sizeof(*v6);
}

static socklen_t address_of(const struct relay *r, struct sockaddr_storage *out)
{
    struct sockaddr_un *path = (struct sockaddr_un *)out;

    if (!is_datagram(r))
        return read_address(r->address, out);
    memset(out, 0, sizeof(*out));
    path->sun_family = AF_UNIX;
    snprintf(path->sun_path, sizeof(path->sun_path), "%s", r->address);
    return sizeof(*path);
}

/* Waits until the line can be written to; false when it is time to go, or never comes. */
static bool wait_for_line(struct relay *r)
{
    struct pollfd fds[] = {{r->line, POLLOUT, 0}, {r->stop, POLLIN, 0}};

    return poll(fds, 2, PATIENCE_MS) > 0 && fds[1].revents == 0 &&
           (fds[0].revents & POLLOUT) != 0;
}

static void hang_up(struct relay *r, const char *why)
{
    if (r->line >= 0)
        close(r->line);
    r->line = -1;
    r->rest = (1 << (r->tries < 6 ? r->tries : 6)) - 1; /* at once, then ever later */
    r->tries++;
    if (!r->told_of)
        log_line(LOG_LEVEL_WARNING, "relay.down", "address=%s cause=\"%s\"", r->address,
                 why);
    r->told_of = true;
}

static bool connect_line(struct relay *r)
{
    struct sockaddr_storage to;
    socklen_t length = address_of(r, &to), size = sizeof(int);
    int trouble = 0;

    r->line = socket(
        to.ss_family,
        (is_datagram(r) ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (r->line < 0)
        return false;
    if (connect(r->line, (struct sockaddr *)&to, length) == 0)
        return true;
    if (errno != EINPROGRESS)
        return false;
    errno = ETIMEDOUT;
    if (!wait_for_line(r) && errno == ETIMEDOUT)
        return false;
    if (getsockopt(r->line, SOL_SOCKET, SO_ERROR, &trouble, &size) != 0)
        return false;
    errno = trouble;
    return trouble == 0;
}

/* What may have been on its way when the last line broke is told anew. */
static bool raise_line(struct relay *r)
{
    if (r->rest > 0) {
        r->rest--;
        return false;
    }
    if (!connect_line(r)) {
        hang_up(r, strerror(errno));
        return false;
    }
    log_line(LOG_LEVEL_NOTICE, "relay.up", "address=%s", r->address);
    r->told_of = false;
    r->told_count = 0;
    for (int i = 0; i < MINUTE; i++)
        r->reached[i] = r->mark;
    return true;
}

/* A receiver that has gone says so only to who reads. */
static bool is_up(struct relay *r)
{
    char byte;
    ssize_t got;

    if (r->line < 0)
        return raise_line(r);
    if (is_datagram(r))
        return true;
    got = recv(r->line, &byte, 1, MSG_DONTWAIT);
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
        return true;
    hang_up(r, "the receiver has gone");
    return raise_line(r);
}

static bool write_all(struct relay *r, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(r->line, bytes, length, MSG_NOSIGNAL);

        if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)) {
            if (!wait_for_line(r))
                return false;
            continue;
        }
        if (sent < 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool write_row(struct relay *r, const struct row *row)
{
    char count[24];
    int length = snprintf(count, sizeof(count), "%zu ", row->length);

    if (!is_datagram(r) && !write_all(r, count, (size_t)length))
        return false;
    return write_all(r, buf_text(&r->text) + row->from, row->length);
}

/* == What there is to tell ======================================================== */

/* Rows and what was told ascend alike. */
static bool had_it(struct relay *r, int64_t id)
{
    while (r->told_at < r->told_count && r->told[r->told_at] < id)
        r->told_at++;
    return r->told_at < r->told_count && r->told[r->told_at] == id;
}

static void take_event(void *self, const struct audit_event *e)
{
    struct relay *r = self;
    const struct syslog_event event = {.id = e->id,
                                       .at_ms = e->at_ms,
                                       .actor = e->actor,
                                       .action = e->action,
                                       .object = e->object,
                                       .detail = e->detail,
                                       .actor_name = e->actor_name,
                                       .object_name = e->object_name};
    struct row *row = &r->rows[r->count++];

    *row = (struct row){.id = e->id, .from = r->text.length};
    if (!had_it(r, e->id))
        syslog_message(r->host, (int)getpid(), &event, &r->text);
    row->length = r->text.length - row->from;
}

static void run_look(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct relay *r = (struct relay *)job;

    (void)now_ms;
    r->count = 0;
    r->ok = r->begun || st->hall == 0 || store_mark(st, mark_name, &r->mark, &r->err);
    if (r->ok && !r->begun && st->hall != 0) {
        r->begun = true;
        r->after = r->booked = r->mark;
        for (int i = 0; i < MINUTE; i++)
            r->reached[i] = r->mark;
    }
    r->ok = r->ok && audit_after(st, r->after, ROWS, take_event, r, &r->err);
    sem_post(&r->looked);
}

static bool look(struct relay *r)
{
    buf_clear(&r->text);
    r->look.run = run_look;
    if (!readers_submit(r->readers, &r->look))
        return false;
    while (sem_wait(&r->looked) != 0)
        continue;
    if (!r->ok)
        log_line(LOG_LEVEL_WARNING, "relay.unread", "cause=\"%s\"", r->err.cause);
    return r->ok;
}

/* == How far it got =============================================================== */

static bool run_book(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    const struct relay *r = (struct relay *)((char *)c - offsetof(struct relay, book));

    (void)now_ms;
    return store_mark_set(st, mark_name, r->mark, err);
}

static void book(struct relay *r)
{
    struct error err = {0};

    if (r->mark == r->booked)
        return;
    r->book = (struct command){.run = run_book};
    if (writer_do(r->writer, &r->book, &err))
        r->booked = r->mark;
}

/* Tells what was read, up to what `fresh` has room for; false where the line broke. */
static bool tell_rows(struct relay *r, int64_t *fresh, size_t *count)
{
    for (int i = 0; i < r->count && *count < TOLD_MOST; i++) {
        if (r->rows[i].length > 0 && !write_row(r, &r->rows[i])) {
            hang_up(r, strerror(errno));
            return false;
        }
        r->after = fresh[(*count)++] = r->rows[i].id;
        r->tries = 0;
    }
    return true;
}

/* A whole round is over: this line has had all up to `after`. */
static void settle(struct relay *r, int64_t *fresh, size_t count)
{
    int64_t *oldest = &r->reached[r->rounds++ % MINUTE];

    free(r->told);
    r->told = fresh;
    r->told_count = count;
    r->mark = *oldest;
    *oldest = r->after;
    book(r);
}

static void round_of(struct relay *r)
{
    int64_t *fresh;
    size_t count = 0;
    bool ok;

    if (!is_up(r))
        return;
    fresh = memory_new(TOLD_MOST * sizeof(*fresh));
    r->after = r->mark;
    r->told_at = 0;
    do
        ok = look(r) && tell_rows(r, fresh, &count);
    while (ok && r->count == ROWS && count < TOLD_MOST);
    if (ok)
        settle(r, fresh, count);
    else
        free(fresh);
}

static void *relay_thread(void *arg)
{
    struct relay *r = arg;
    struct pollfd stop = {.fd = r->stop, .events = POLLIN};

    do
        round_of(r);
    while (poll(&stop, 1, ROUND_MS) <= 0);
    return NULL;
}

/* == Beginning and end ============================================================ */

struct relay *relay_start(const struct settings *s, struct readers *readers,
                          struct writer *writer)
{
    const char *address = settings_text(s, "audit.syslog");
    struct relay *r;

    if (address[0] == '\0')
        return NULL;
    r = memory_new(sizeof(*r));
    r->address = address;
    r->readers = readers;
    r->writer = writer;
    r->line = -1;
    r->stop = eventfd(0, EFD_CLOEXEC);
    r->text = buf_new((size_t)ROWS * (SYSLOG_MOST + 8192));
    if (gethostname(r->host, sizeof(r->host) - 1) != 0)
        r->host[0] = '\0';
    if (r->stop < 0 || sem_init(&r->looked, 0, 0) != 0 ||
        pthread_create(&r->thread, NULL, relay_thread, r) != 0)
        abort();
    return r;
}

void relay_stop(struct relay *r)
{
    uint64_t one = 1;

    if (r == NULL)
        return;
    while (write(r->stop, &one, sizeof(one)) < 0 && errno == EINTR)
        continue;
    pthread_join(r->thread, NULL);
    if (r->line >= 0)
        close(r->line);
    close(r->stop);
    sem_destroy(&r->looked);
    free(r->told);
    buf_free(&r->text);
    free(r);
}

void relay_settings_check(struct settings *s)
{
    const char *address = settings_text(s, "audit.syslog");

    if (address[0] == '\0' || address[0] == '/' || strncmp(address, "127.", 4) == 0 ||
        strncmp(address, "[::1]", 5) == 0 || settings_bool(s, "audit.insecure"))
        return;
    settings_blame(s, "audit.syslog",
                   "Events would travel in the clear; name this machine's own syslog "
                   "(/dev/log), which sends them on by TLS, or write insecure = yes "
                   "where the network between is closed.");
}
