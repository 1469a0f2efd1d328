/*
 * scripted_printer.h — a printer of few words for unit tests: takes calls on a port of
 * its own, or stands at the end of a terminal line, answers as its script says, and
 * counts what came.
 *
 * Jobs in these tests are made of letters, so that commands are found without a whole
 * interpreter. The script may be changed between calls (printer_say); the thread reads it
 * under the lock.
 */
#ifndef TESTS_SCRIPTED_PRINTER_H
#define TESTS_SCRIPTED_PRINTER_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/compiler.h"
#include "printers/printer.h"

/* For what must come, however little of the machine is ours. */
enum { PRINTER_PATIENCE_MS = 60000 };

struct printer_script {
    unsigned char realtime[5]; /* to DLE EOT 1 to 4; 0: silence */
    bool asks_answered;        /* GS r 1, GS ( H and GS a are answered */
    bool wrong_id;             /* with another process id first */
    const char *greeting;      /* said at once when somebody calls */
    size_t paper_for;          /* bytes of jobs until the paper ends; 0: enough */
    size_t breaks_after;       /* bytes of all kinds after which it resets; 0: never */
    size_t stalls_after;       /* after which it takes no more; 0: never */
    bool hangs_up;             /* closes as soon as it is called */
};

struct scripted_printer {
    pthread_mutex_t lock;
    struct printer_script script;
    size_t letters, calls, endings; /* what came: job bytes, calls, GS r and the like */
    size_t in_hand;                 /* of one call */
    int listener, stop[2]; /* of a line: its other end, so that it never hangs up */
    int line;              /* our end of it */
    char address[64];      /* HOST:PORT, or the path of the line */
    pthread_t thread;
    unsigned char held[16];
    size_t holds;
};

static inline struct printer_script printer_well(void)
{
    return (struct printer_script){.realtime = {0, 0x12, 0x12, 0x12, 0x12},
                                   .asks_answered = true};
}

/* What an answer is waited for: for as long as it takes where the script gives it, and as
 * short as the caller's terms say where it keeps silent. */
static inline void printer_be_patient(const struct printer_script *s,
                                      struct way_terms *terms)
{
    if (s->realtime[1] && s->realtime[2] && s->realtime[3] && s->realtime[4])
        terms->status_ms = PRINTER_PATIENCE_MS;
    if (s->asks_answered)
        terms->confirm_ms = PRINTER_PATIENCE_MS;
}

/* The paper has ended: it is offline, and says so where it says anything. */
static inline void printer_out_of_paper(struct scripted_printer *p)
{
    if (p->script.realtime[1] != 0) {
        p->script.realtime[1] = 0x1A;
        p->script.realtime[2] = 0x32;
        p->script.realtime[4] = 0x7E;
    }
    p->script.asks_answered = false;
}

static inline void printer_answer(int fd, const void *bytes, size_t length)
{
    if (write(fd, bytes, length) != (ssize_t)length)
        return; /* who called has gone */
}

/* What the bytes held so far are: 0 not yet clear, else how many to drop. */
static inline size_t printer_command(struct scripted_printer *p, int fd)
{
    const unsigned char *b = p->held;
    const struct printer_script *s = &p->script;

    if (b[0] == 0x10 && p->holds >= 2 && b[1] == 0x04) {
        if (p->holds < 3)
            return 0;
        if (b[2] >= 1 && b[2] <= 4 && s->realtime[b[2]] != 0)
            printer_answer(fd, &s->realtime[b[2]], 1);
        return 3;
    }
    if (b[0] == 0x1D && p->holds >= 2 && (b[1] == 0x72 || b[1] == 0x61)) {
        if (p->holds < 3)
            return 0;
        p->endings++;
        if (s->asks_answered)
            printer_answer(fd, b[1] == 0x72 ? "\0" : "\x10\0\0\0", b[1] == 0x72 ? 1 : 4);
        return 3;
    }
    if (b[0] == 0x1D && p->holds >= 2 && b[1] == 0x28) {
        if (p->holds < 11)
            return 0;
        p->endings++;
        if (s->asks_answered && s->wrong_id)
            printer_answer(fd,
                           "\x37\x22"
                           "9998"
                           "\0",
                           7);
        if (s->asks_answered) {
            unsigned char reply[7] = {0x37, 0x22, b[7], b[8], b[9], b[10], 0};

            printer_answer(fd, reply, sizeof(reply));
        }
        return 11;
    }
    if ((b[0] == 0x10 || b[0] == 0x1D) && p->holds < 2)
        return 0;
    p->letters++;
    if (s->paper_for > 0 && --p->script.paper_for == 0)
        printer_out_of_paper(p);
    return 1;
}

static inline void printer_take(struct scripted_printer *p, int fd, unsigned char byte)
{
    size_t drop;

    p->held[p->holds++] = byte;
    while (p->holds > 0 && (drop = printer_command(p, fd)) > 0) {
        p->holds -= drop;
        memmove(p->held, p->held + drop, p->holds);
    }
}

/* One call to its end. */
static inline void printer_serve(struct scripted_printer *p, int fd)
{
    const struct linger off = {.l_onoff = 1, .l_linger = 0};
    unsigned char bytes[4096];
    struct pollfd both[2] = {{fd, POLLIN, 0}, {p->stop[0], POLLIN, 0}};
    bool hangs_up, stalls = false;

    pthread_mutex_lock(&p->lock);
    p->calls++;
    p->in_hand = p->holds = 0;
    hangs_up = p->script.hangs_up;
    if (p->script.greeting != NULL)
        printer_answer(fd, p->script.greeting, strlen(p->script.greeting));
    pthread_mutex_unlock(&p->lock);
    while (!hangs_up && poll(both, 2, -1) > 0 && both[1].revents == 0) {
        ssize_t n = read(fd, bytes, sizeof(bytes));

        if (n <= 0)
            break;
        pthread_mutex_lock(&p->lock);
        for (ssize_t i = 0; i < n && !hangs_up; i++) {
            printer_take(p, fd, bytes[i]);
            p->in_hand++;
            hangs_up = p->script.breaks_after > 0 && p->in_hand >= p->script.breaks_after;
            stalls = p->script.stalls_after > 0 && p->in_hand >= p->script.stalls_after;
        }
        pthread_mutex_unlock(&p->lock);
        both[0].fd = stalls ? -1 : fd;
        if (hangs_up)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off));
    }
    close(fd);
}

static inline void *printer_thread(void *arg)
{
    struct scripted_printer *p = arg;
    struct pollfd both[2] = {{p->listener, POLLIN, 0}, {p->stop[0], POLLIN, 0}};

    while (poll(both, 2, -1) > 0 && both[1].revents == 0) {
        int fd = accept(p->listener, NULL, NULL);

        if (fd >= 0)
            printer_serve(p, fd);
    }
    return NULL;
}

static inline void printer_listen(struct scripted_printer *p,
                                  const struct printer_script *script)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(a);

    *p = (struct scripted_printer){.script = *script};
    pthread_mutex_init(&p->lock, NULL);
    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(p->listener, 4), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&a, &size), 0);
    snprintf(p->address, sizeof(p->address), "127.0.0.1:%d", ntohs(a.sin_port));
    assert_int_equal(pipe(p->stop), 0);
    assert_int_equal(pthread_create(&p->thread, NULL, printer_thread, p), 0);
}

static inline void *printer_line_thread(void *arg)
{
    struct scripted_printer *p = arg;

    printer_serve(p, p->line);
    return NULL;
}

/* At the end of a terminal line, whose other end is the path in p->address. */
static inline void printer_plug(struct scripted_printer *p,
                                const struct printer_script *script)
{
    struct termios raw;

    *p = (struct scripted_printer){.script = *script};
    pthread_mutex_init(&p->lock, NULL);
    p->line = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(p->line >= 0 && grantpt(p->line) == 0 && unlockpt(p->line) == 0);
    assert_int_equal(ptsname_r(p->line, p->address, sizeof(p->address)), 0);
    p->listener = open(p->address, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(tcgetattr(p->listener, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(p->listener, TCSANOW, &raw), 0);
    assert_int_equal(pipe(p->stop), 0);
    assert_int_equal(pthread_create(&p->thread, NULL, printer_line_thread, p), 0);
}

static inline void printer_say(struct scripted_printer *p,
                               const struct printer_script *script)
{
    pthread_mutex_lock(&p->lock);
    p->script = *script;
    pthread_mutex_unlock(&p->lock);
}

static inline size_t printer_letters(struct scripted_printer *p)
{
    size_t letters;

    pthread_mutex_lock(&p->lock);
    letters = p->letters;
    pthread_mutex_unlock(&p->lock);
    return letters;
}

/* A line takes bytes before the printer has read them: waits for that. */
static inline void printer_await(struct scripted_printer *p, size_t letters)
{
    for (int i = 0; i < PRINTER_PATIENCE_MS && printer_letters(p) < letters; i++)
        poll(NULL, 0, 1);
}

static inline void printer_end(struct scripted_printer *p)
{
    assert_int_equal(write(p->stop[1], "x", 1), 1);
    pthread_join(p->thread, NULL);
    close(p->listener);
    close(p->stop[0]);
    close(p->stop[1]);
    pthread_mutex_destroy(&p->lock);
}

#endif
