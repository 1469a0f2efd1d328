/*
 * stream.c — see stream.h.
 *
 * Promise: each byte is handed to the system once; no wait is longer than its limit; what
 * the printer says is read while it is said. Not here: connecting and closing (the ways),
 * what the bytes of the job mean.
 */
#include "printers/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    QUESTIONS = 3,         /* asked together */
    SLICE_MS = 500,        /* after which the end of the program is noticed */
    SETTLE_MS = 20,        /* so long nothing comes before a question is asked again */
    LOOK_MS = 1000,        /* between two looks while a job is waited for */
    TRY_MS = 2000,         /* for the first answer ever of a printer that may know none */
    FORGET_SILENCES = 5,   /* then it is taken for another model than before */
    PROCESS_IDS_MAX = 9999 /* "0001" to "9999" (printers.md 1.6) */
};

int64_t stream_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool stream_wait(int fd, short events, int64_t deadline_ms)
{
    struct pollfd p = {.fd = fd, .events = events};

    for (;;) {
        int64_t left = deadline_ms - stream_now_ms();
        int n = poll(&p, 1, left > 0 ? (int)left : 0);

        if (n > 0)
            return true;
        if (n == 0 || errno != EINTR) {
            errno = n == 0 ? ETIMEDOUT : errno;
            return false;
        }
    }
}

/* Once the program ends, a call in hand gets no more than WAY_LEAVE_MS, all waits
 * together.
 */
static int64_t limit(struct way_call *call, int64_t deadline_ms)
{
    const _Atomic bool *leaving = call->known->leaving;

    if (call->leave_ms == 0 && leaving != NULL && atomic_load(leaving))
        call->leave_ms = stream_now_ms() + WAY_LEAVE_MS;
    return call->leave_ms != 0 && call->leave_ms < deadline_ms ? call->leave_ms
                                                               : deadline_ms;
}

bool stream_wait_call(struct way_call *call, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t slice = stream_now_ms() + SLICE_MS, last = limit(call, deadline_ms);

        if (slice >= last)
            return stream_wait(call->fd, events, last);
        if (stream_wait(call->fd, events, slice))
            return true;
        if (errno != ETIMEDOUT)
            return false;
    }
}

static void rest(int ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

    nanosleep(&pause, NULL);
}

bool stream_rest_call(struct way_call *call, int ms, int64_t deadline_ms)
{
    if (stream_now_ms() + ms > limit(call, deadline_ms))
        return false;
    rest(ms);
    return true;
}

/* ---- listening -------------------------------------------------------------------- */

/* What we wait to hear. */
struct ear {
    int open[QUESTIONS]; /* the DLE EOT that wait for answers, in their order */
    int opens;
    int answers;
    enum escpos_reply_kind wanted; /* what ends the job; REPLY_NONE: nothing yet */
    unsigned char id[4];           /* of the job, where a process id ends it */
    bool ended;                    /* the job */
    bool closed, broken;           /* it talks no more; the line is gone */
};

static void hear_reply(struct way_call *call, struct ear *ear,
                       const struct escpos_reply *reply)
{
    if (reply->kind == REPLY_REALTIME && ear->opens > 0) {
        escpos_signs_realtime(ear->open[0], reply->byte[0], &call->signs);
        memmove(ear->open, ear->open + 1, sizeof(ear->open) - sizeof(ear->open[0]));
        ear->opens--;
        ear->answers++;
    } else if (reply->kind == REPLY_ASB) {
        escpos_signs_asb(reply->byte, &call->signs);
    } else if (reply->kind == REPLY_PAPER && ear->wanted == REPLY_PAPER) {
        escpos_signs_paper(reply->byte[0], &call->signs);
        call->signs |= PRINTER_ONLINE;
    }
    if (reply->kind == ear->wanted && reply->kind != REPLY_NONE &&
        (reply->kind != REPLY_PROCESS_ID || memcmp(reply->byte, ear->id, 4) == 0))
        ear->ended = true;
}

static bool is_socket(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* Nothing to read where something was announced: a socket has closed, a line was hung up,
 * a device had nothing to say after all and may go on so without an end. */
static void hear_nothing(struct way_call *call, struct ear *ear)
{
    struct pollfd p = {.fd = call->fd};

    if (is_socket(call->fd))
        ear->closed = true;
    else if (poll(&p, 1, 0) == 1 && (p.revents & (POLLHUP | POLLERR)) != 0)
        ear->broken = true;
    else
        rest(SETTLE_MS / 2);
}

/* Takes everything that is there. A device without a way back cannot be read at all
 * (usblp: EINVAL; opened for writing alone: EBADF). */
static void hear(struct way_call *call, struct ear *ear)
{
    unsigned char bytes[256];
    struct escpos_reply reply;
    ssize_t n;

    while (!ear->closed && (n = read(call->fd, bytes, sizeof(bytes))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            call->mute = call->mute || errno == EINVAL || errno == EBADF;
            ear->closed = call->mute;
            ear->broken = !call->mute && errno != EAGAIN;
            return;
        }
        for (ssize_t i = 0; i < n; i++)
            if (escpos_reader_take(&call->reader, bytes[i], &reply))
                hear_reply(call, ear, &reply);
    }
    if (!ear->closed)
        hear_nothing(call, ear);
}

/* ---- speaking --------------------------------------------------------------------- */

/* As write(2), but a line that has gone raises no signal. */
static ssize_t put_some(int fd, const void *bytes, size_t length)
{
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);

    return n < 0 && errno == ENOTSOCK ? write(fd, bytes, length) : n;
}

static bool ear_open(const struct ear *ear)
{
    return !ear->closed && !ear->broken;
}

/* Puts all of it out by `deadline_ms`, listening on the side; *put counts. */
static bool put_all(struct way_call *call, struct ear *ear, const void *bytes,
                    size_t length, int64_t deadline_ms, size_t *put)
{
    size_t done = 0;

    while (done < length) {
        ssize_t n = put_some(call->fd, (const char *)bytes + done, length - done);

        if (n > 0) {
            done += (size_t)n;
            *put += (size_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (!stream_wait_call(call, (short)(ear_open(ear) ? POLLOUT | POLLIN : POLLOUT),
                              deadline_ms))
            return false;
        if (ear_open(ear))
            hear(call, ear);
        if (ear->broken)
            return false;
    }
    return true;
}

/* ---- asking ----------------------------------------------------------------------- */

/* Some DLE EOT in one go. False where not all were answered in time or the line is gone
 * (ear->broken). */
static bool question(struct way_call *call, struct ear *ear, const int *which, int count)
{
    int64_t deadline = stream_now_ms() + call->way->terms.status_ms;
    unsigned char bytes[3 * QUESTIONS];
    size_t put = 0;

    ear->answers = 0;
    ear->opens = count;
    for (int i = 0; i < count; i++) {
        ear->open[i] = which[i];
        memcpy(bytes + (size_t)i * 3,
               (unsigned char[]){0x10, 0x04, (unsigned char)which[i]}, 3);
    }
    if (!put_all(call, ear, bytes, (size_t)count * 3, deadline, &put)) {
        ear->broken = true;
        return false;
    }
    while (ear->opens > 0 && !ear->ended && ear_open(ear) &&
           stream_wait_call(call, POLLIN, deadline))
        hear(call, ear);
    ear->opens = 0;
    return ear->answers == count;
}

/* A byte that nobody asked for shifts all answers by one: bad news is asked for twice,
 * the second time after a moment of quiet. */
static void settle(struct way_call *call, struct ear *ear)
{
    int64_t deadline = stream_now_ms() + call->way->terms.status_ms;

    while (ear_open(ear) && stream_now_ms() < deadline) {
        int64_t quiet = stream_now_ms() + SETTLE_MS;

        if (!stream_wait(call->fd, POLLIN, quiet < deadline ? quiet : deadline))
            return;
        hear(call, ear);
    }
}

/*
 * Everything that can be asked; false where nothing is answered. Together, for each
 * question alone costs a way there and back; alone where some were lost, for then nobody
 * knows whose answers came.
 */
static bool question_all(struct way_call *call, struct ear *ear)
{
    static const int usual[] = {1, 2, 4}, troubles[] = {3};

    if (!question(call, ear, usual, LENGTH(usual))) {
        if (ear->answers == 0 || !ear_open(ear))
            return false;
        settle(call, ear);
        call->signs = PRINTER_UNKNOWN;
        for (size_t i = 0; i < LENGTH(usual); i++)
            if (!question(call, ear, &usual[i], 1) && i == 0)
                return false;
    }
    if ((call->signs & PRINTER_ONLINE) == 0)
        question(call, ear, troubles, LENGTH(troubles));
    return true;
}

static bool gone(struct error *err)
{
    int failure = errno;

    error_set(err, ERROR_LATER, "The printer took the call and hung up. Is it ready?");
    return error_cause(err, "stream: %s", strerror(failure));
}

/* A printer that used to answer and is silent now hangs, or is another one. */
static bool silent(struct way_call *call, struct error *err)
{
    struct way_known *known = call->known;

    known->realtime_silent++;
    if (!known->realtime)
        return true;
    if (known->realtime_silent >= FORGET_SILENCES) {
        known->realtime = false;
        return true;
    }
    return error_set(err, ERROR_LATER,
                     "The printer takes the call but does not say how it is. Switch it "
                     "off and on.");
}

bool stream_ask(struct way_call *call, struct error *err)
{
    struct way_known *known = call->known;
    struct ear ear = {0};

    if (call->way->terms.ask == WAY_ASK_AUTO && !known->realtime &&
        known->realtime_silent >= WAY_SILENCES_MAX)
        return true;
    hear(call, &ear); /* what was left over answers no question of ours */
    if (!call->mute && question_all(call, &ear)) {
        known->realtime = true;
        known->realtime_silent = 0;
        if (printer_blocked(call->signs)) {
            settle(call, &ear);
            question_all(call, &ear);
        }
    }
    if (call->mute)
        return true;
    if (ear.broken || (ear.closed && (call->signs & PRINTER_UNKNOWN) != 0))
        return gone(err);
    return (call->signs & PRINTER_UNKNOWN) == 0 || silent(call, err);
}

/* ---- the job ---------------------------------------------------------------------- */

/* In pieces with pauses between them where the terms say so; *put counts. */
static bool put_in_pieces(struct way_call *call, struct ear *ear, const void *bytes,
                          size_t length, int64_t deadline_ms, size_t *put)
{
    const struct way_terms *terms = &call->way->terms;
    size_t piece = terms->chunk_bytes > 0 ? (size_t)terms->chunk_bytes : length;

    while (*put < length) {
        size_t left = length - *put;

        if (!put_all(call, ear, (const char *)bytes + *put, left < piece ? left : piece,
                     deadline_ms, put))
            return false;
        if (*put < length && terms->chunk_delay_ms > 0)
            rest(terms->chunk_delay_ms);
    }
    return true;
}

size_t stream_wash_bytes(const struct way_call *call)
{
    return call->known->torn ? (size_t)call->way->terms.wash_bytes : 0;
}

static bool wash(struct way_call *call, struct ear *ear, int64_t deadline_ms,
                 struct error *err)
{
    size_t length = stream_wash_bytes(call), put = 0;
    unsigned char *zeros;
    int failure;
    bool ok;

    if (length == 0)
        return true;
    zeros = memory_new(length);
    ok = put_in_pieces(call, ear, zeros, length, deadline_ms, &put);
    failure = errno;
    free(zeros);
    if (ok)
        return true;
    error_set(err, ERROR_LATER, "The printer took the call but no ticket. Is it ready?");
    return error_cause(err, "stream: %s", strerror(failure));
}

bool stream_send(struct way_call *call, const struct buf *job, struct error *err)
{
    int64_t deadline = stream_now_ms() + call->way->terms.write_ms + call->line_ms;
    struct ear ear = {0};
    int failure;

    if (!wash(call, &ear, deadline, err))
        return false;
    if (put_in_pieces(call, &ear, job->data, job->length, deadline, &call->sent))
        return true;
    failure = errno;
    error_set(err, ERROR_BROKEN,
              "The printer stopped taking a ticket half-way. Look whether it was printed "
              "before printing it again.");
    return error_cause(err, "stream: %s", strerror(failure));
}

/* ---- the end of the job ----------------------------------------------------------- */

/* The level to try for; CONFIRMED_WRITTEN where nothing is to be asked. */
static enum confirmation aim(const struct way_call *call)
{
    const struct way_terms *terms = &call->way->terms;
    const struct way_known *known = call->known;

    if (!terms->confirm_auto)
        return terms->confirm > CONFIRMED_DRAINED ? terms->confirm : CONFIRMED_WRITTEN;
    return known->ending || known->ending_silent < WAY_SILENCES_MAX ? CONFIRMED_ANSWERED
                                                                    : CONFIRMED_WRITTEN;
}

/* How long to wait: in full only for an answer that must come. */
static int64_t patience_ms(const struct way_call *call)
{
    const struct way_terms *terms = &call->way->terms;
    int wait = terms->confirm_ms;

    if (terms->confirm_auto && !call->known->ending && wait > TRY_MS)
        wait = TRY_MS;
    return (int64_t)wait + call->print_ms;
}

static bool put_ending(struct way_call *call, struct ear *ear, enum confirmation level,
                       int64_t deadline_ms)
{
    static const unsigned char paper[] = {0x1D, 0x72, 0x01};
    static const unsigned char state[] = {0x1D, 0x61, 0x0E};
    unsigned char process[11] = {0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30};
    char id[8];
    size_t put = 0;

    if (level == CONFIRMED_ANSWERED) {
        ear->wanted = REPLY_PAPER;
        return put_all(call, ear, paper, sizeof(paper), deadline_ms, &put);
    }
    if (level == CONFIRMED_STATE) {
        ear->wanted = REPLY_ASB;
        return put_all(call, ear, state, sizeof(state), deadline_ms, &put);
    }
    call->known->job = call->known->job % PROCESS_IDS_MAX + 1;
    snprintf(id, sizeof(id), "%04u", call->known->job);
    memcpy(ear->id, id, 4);
    memcpy(process + 7, id, 4);
    ear->wanted = REPLY_PROCESS_ID;
    return put_all(call, ear, process, sizeof(process), deadline_ms, &put);
}

/* Listens until the job has ended, the printer is not well any more, or time is over. */
static void listen_for_end(struct way_call *call, struct ear *ear, int64_t deadline_ms)
{
    int64_t look = stream_now_ms() + LOOK_MS;

    while (!ear->ended && ear_open(ear) && stream_now_ms() < limit(call, deadline_ms)) {
        if (stream_wait_call(call, POLLIN, look < deadline_ms ? look : deadline_ms))
            hear(call, ear);
        if (ear->ended || !ear_open(ear) || stream_now_ms() < look)
            continue;
        look += LOOK_MS;
        if (call->known->realtime && call->way->terms.ask != WAY_ASK_NO)
            question_all(call, ear);
        if (!ear->ended && printer_blocked(call->signs))
            return;
    }
}

/* The answer did not come. Whether that is held against the job. */
static bool no_answer(struct way_call *call, const struct ear *ear, struct error *err)
{
    if (printer_blocked(call->signs))
        return error_set(err, ERROR_BROKEN,
                         "%s The last ticket may not have been printed whole; look "
                         "before printing it again.",
                         printer_advice(call->signs, true));
    if (ear->broken)
        return error_set(err, ERROR_BROKEN,
                         "The printer broke off in the middle of a ticket. Look whether "
                         "it was printed before printing it again.");
    call->known->ending_silent++;
    if (call->way->terms.confirm_auto && !call->known->ending)
        return true; /* a model that never answers: what was written must do */
    return error_set(err, ERROR_BROKEN,
                     "The printer did not say that this ticket came out. Look whether it "
                     "was printed before printing it again.");
}

bool stream_confirm(struct way_call *call, enum confirmation *reached, struct error *err)
{
    enum confirmation level = aim(call);
    int64_t deadline = stream_now_ms() + patience_ms(call);
    struct ear ear = {0};

    if (level != CONFIRMED_WRITTEN)
        hear(call, &ear);
    if (level == CONFIRMED_WRITTEN || call->mute)
        return true;
    call->reader = (struct escpos_reader){0}; /* what was cut off stays so */
    if (put_ending(call, &ear, level, deadline))
        listen_for_end(call, &ear, deadline);
    else
        ear.broken = true;
    if (ear.broken)
        *reached = CONFIRMED_NOT; /* a reset: what was not yet read is lost */
    if (!ear.ended)
        return no_answer(call, &ear, err);
    *reached = level;
    call->known->ending = true;
    call->known->ending_silent = 0;
    return !printer_blocked(call->signs) || no_answer(call, &ear, err);
}
