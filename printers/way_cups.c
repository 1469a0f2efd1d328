/*
 * way_cups.c — a queue of CUPS, on this machine or another: for printers that other
 * programs share. Only in programs built with CUPS=1.
 *
 *     Create-Job → Send-Document → pending → processing → completed
 *                                     │          └→ stopped, held, aborted, canceled
 *                                     └→ held, canceled
 *
 * Promise: a job does not stay behind in the queue to come out when its number is long
 * over: what has not completed in time is canceled. Where CUPS had not begun with it
 * (time-at-processing has no value) nothing left us and it may be tried again; where it
 * had, nobody knows. "Completed" is DRAINED: CUPS has handed everything to the printer's
 * side, and knows no more of a raw queue. Not here: filters and drivers, which are the
 * queue's own; terms.pictures says that it wants PNG.
 *
 * Standards: RFC 8011 (IPP), PWG 5100.11 (job-cancel-after).
 */
#include "printers/printer.h"

#include <cups/cups.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "printers/stream.h"

enum {
    QUEUE_MAX = 127,       /* IPP_MAX_NAME of printers */
    LOOK_FIRST_MS = 10,    /* between two looks at a job, doubled each time */
    LOOK_LAST_MS = 250,    /* up to this */
    CANCEL_MS = 2000,      /* for a job to end once it is canceled */
    LEFT_BEHIND_MS = 60000 /* CUPS ends a job by itself so long after we would have */
};

struct cups_call {
    http_t *http;
    char uri[HTTP_MAX_URI]; /* of the queue */
    char queue[QUEUE_MAX + 1];
    char resource[QUEUE_MAX + 16]; /* of the queue, for HTTP */
    int job;                       /* 0: none */
};

/* ---- the address ------------------------------------------------------------------ */

/* "QUEUE" or "QUEUE@HOST:PORT"; `host` is "" for the CUPS of this machine. */
static bool split(const char *rest, char queue[QUEUE_MAX + 1], char host[HTTP_MAX_HOST],
                  int *port)
{
    size_t length = strcspn(rest, "@");
    const char *server = rest[length] == '@' ? rest + length + 1 : "", *colon;

    if (length == 0 || length > QUEUE_MAX || strcspn(rest, " /#?\\\"'\t") < length)
        return false;
    memcpy(queue, rest, length);
    queue[length] = '\0';
    colon = strrchr(server, ':');
    *port = colon != NULL ? atoi(colon + 1) : IPP_PORT;
    length = colon != NULL ? (size_t)(colon - server) : strlen(server);
    if (length >= HTTP_MAX_HOST || *port < 1 || *port > 65535)
        return false;
    if (length > 2 && server[0] == '[' && server[length - 1] == ']') {
        server++;
        length -= 2;
    }
    memcpy(host, server, length);
    host[length] = '\0';
    return true;
}

static bool cups_read(struct way *way, const char *rest, struct error *err)
{
    char queue[QUEUE_MAX + 1], host[HTTP_MAX_HOST];
    int port;

    if (strlen(rest) >= sizeof(way->address) || !split(rest, queue, host, &port))
        return error_set(
            err, ERROR_SETUP,
            "A printer of CUPS is written cups:QUEUE or cups:QUEUE@HOST:PORT; "
            "lpstat -p names the queues.");
    snprintf(way->address, sizeof(way->address), "%s", rest);
    return true;
}

/* ---- the call --------------------------------------------------------------------- */

static struct cups_call *self_of(const struct way_call *call)
{
    return call->self;
}

static int give_up(http_t *http, void *self)
{
    (void)http;
    (void)self;
    return 0;
}

/* The library would otherwise ask at the terminal. */
static const char *no_password(const char *prompt, http_t *http, const char *method,
                               const char *resource, void *self)
{
    (void)prompt;
    (void)http;
    (void)method;
    (void)resource;
    (void)self;
    return NULL;
}

static bool cups_open(struct way_call *call, struct error *err)
{
    const struct way_terms *terms = &call->way->terms;
    struct cups_call *c = memory_new(sizeof(*c));
    char host[HTTP_MAX_HOST];
    int port;

    split(call->way->address, c->queue, host, &port);
    if (host[0] == '\0') {
        snprintf(host, sizeof(host), "%s", cupsServer());
        port = ippPort();
    }
    cupsSetPasswordCB2(no_password, NULL);
    c->http = httpConnect2(host, port, NULL, AF_UNSPEC, HTTP_ENCRYPTION_IF_REQUESTED, 1,
                           terms->connect_ms, NULL);
    if (c->http == NULL) {
        free(c);
        error_set(err, ERROR_LATER,
                  "CUPS does not answer at %.80s. Is it running, and may we reach it?",
                  host);
        return error_cause(err, "httpConnect2: %s", cupsLastErrorString());
    }
    httpSetTimeout(c->http, terms->connect_ms / 1000.0, give_up, NULL);
    httpAssembleURIf(HTTP_URI_CODING_ALL, c->uri, sizeof(c->uri), "ipp", NULL,
                     "localhost", 0, "/printers/%s", c->queue);
    snprintf(c->resource, sizeof(c->resource), "/printers/%s", c->queue);
    call->self = c;
    return true;
}

/* Given. */
static ipp_t *request_for(const struct cups_call *c, ipp_op_t operation,
                          const char *const *wanted, int count)
{
    ipp_t *request = ippNewRequest(operation);

    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, c->uri);
    if (c->job > 0)
        ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", c->job);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                 cupsUser());
    if (count > 0)
        ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                      count, NULL, wanted);
    return request;
}

static bool is_done(ipp_status_t status)
{
    return status <= IPP_STATUS_OK_CONFLICTING;
}

static int integer_of(ipp_t *answer, const char *name, int absent)
{
    ipp_attribute_t *a = ippFindAttribute(answer, name, IPP_TAG_ZERO);
    ipp_tag_t tag = a != NULL ? ippGetValueTag(a) : IPP_TAG_NOVALUE;

    return tag == IPP_TAG_INTEGER || tag == IPP_TAG_ENUM ? ippGetInteger(a, 0) : absent;
}

/* ---- asking ----------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
    size_t length = strlen(text), tail = strlen(with);

    return length >= tail && strcmp(text + length - tail, with) == 0;
}

/* One of printer-state-reasons. A report is for the curious, but for one: that a printer
 * is off is never told otherwise. */
static unsigned sign_of(const char *reason)
{
    static const struct {
        const char *begin;
        unsigned sign;
    } rows[] = {
        {"media-empty", PRINTER_PAPER_END},      {"media-needed", PRINTER_PAPER_END},
        {"media-low", PRINTER_PAPER_NEAR_END},   {"media-jam", PRINTER_RECOVERABLE_ERROR},
        {"cover-open", PRINTER_COVER_OPEN},      {"door-open", PRINTER_COVER_OPEN},
        {"interlock-open", PRINTER_COVER_OPEN},  {"cutter", PRINTER_CUTTER_ERROR},
        {"fuser-over-temp", PRINTER_OVERHEATED},
    };

    for (size_t i = 0; i < LENGTH(rows); i++)
        if (begins(reason, rows[i].begin) && !ends(reason, "-report") &&
            (!ends(reason, "-warning") || rows[i].sign == PRINTER_PAPER_NEAR_END))
            return rows[i].sign;
    return 0;
}

/* The reasons as signs; UNKNOWN where there are none, as always of a raw queue. */
static unsigned signs_of(ipp_t *answer)
{
    ipp_attribute_t *reasons =
        ippFindAttribute(answer, "printer-state-reasons", IPP_TAG_KEYWORD);
    bool offline = false;
    unsigned signs = 0;

    for (int i = 0; i < ippGetCount(reasons); i++) {
        const char *reason = ippGetString(reasons, i, NULL);

        signs |= sign_of(reason);
        offline = offline || begins(reason, "offline");
    }
    if (signs == 0 && !offline)
        return PRINTER_UNKNOWN;
    return signs | (offline || printer_blocked(signs | PRINTER_ONLINE)
                        ? 0u
                        : (unsigned)PRINTER_ONLINE);
}

static bool not_told(const struct cups_call *c, struct error *err)
{
    ipp_status_t status = cupsLastError();

    if (status == IPP_STATUS_ERROR_NOT_FOUND)
        error_set(err, ERROR_LATER,
                  "CUPS has no queue \"%.60s\"; lpstat -p names those it has.", c->queue);
    else if (status == IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED)
        error_set(
            err, ERROR_LATER,
            "The CUPS queue \"%.60s\" takes no such tickets. Write format = png for "
            "a queue with a driver, escpos for a raw one.",
            c->queue);
    else if (status == IPP_STATUS_ERROR_FORBIDDEN ||
             status == IPP_STATUS_ERROR_NOT_AUTHORIZED ||
             status == IPP_STATUS_ERROR_NOT_AUTHENTICATED)
        error_set(err, ERROR_LATER,
                  "CUPS does not let us use its queue \"%.60s\". Allow it for our user.",
                  c->queue);
    else
        error_set(err, ERROR_LATER,
                  "CUPS did not take what was asked of its queue \"%.60s\". Does lpstat "
                  "-p show it well?",
                  c->queue);
    return error_cause(err, "%s: %s", ippErrorString(status), cupsLastErrorString());
}

/* A queue that is stopped stays so until somebody starts it again. */
static bool stopped(const struct cups_call *c, unsigned signs, struct error *err)
{
    const char *advice =
        printer_blocked(signs | PRINTER_ONLINE) ? printer_advice(signs, true) : "";

    return error_set(err, ERROR_LATER,
                     "%s%sThe CUPS queue \"%.60s\" is stopped; start it with: "
                     "cupsenable %.60s",
                     advice, advice[0] != '\0' ? " " : "", c->queue, c->queue);
}

static bool cups_ask(struct way_call *call, struct error *err)
{
    static const char *const wanted[] = {"printer-state", "printer-state-reasons",
                                         "printer-is-accepting-jobs"};
    struct cups_call *c = self_of(call);
    ipp_t *answer = cupsDoRequest(
        c->http, request_for(c, IPP_OP_GET_PRINTER_ATTRIBUTES, wanted, LENGTH(wanted)),
        "/");
    bool ok = is_done(cupsLastError()) && answer != NULL;
    ipp_attribute_t *accepts;
    int state;

    if (!ok) {
        ippDelete(answer);
        return not_told(c, err);
    }
    call->signs = signs_of(answer);
    state = integer_of(answer, "printer-state", IPP_PSTATE_IDLE);
    accepts = ippFindAttribute(answer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
    if (state == IPP_PSTATE_STOPPED)
        ok = stopped(c, call->signs, err);
    else if (accepts != NULL && !ippGetBoolean(accepts, 0))
        ok = error_set(err, ERROR_LATER,
                       "The CUPS queue \"%.60s\" takes no jobs; let it with: cupsaccept "
                       "%.60s",
                       c->queue, c->queue);
    ippDelete(answer);
    return ok;
}

/* ---- sending ---------------------------------------------------------------------- */

static void add_keyword(ipp_t *request, const char *name, const char *value)
{
    ippAddString(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, name, NULL, value);
}

/* A job that waits for its document: CUPS does not begin with it. */
static bool create(struct way_call *call, struct error *err)
{
    const struct way_terms *terms = &call->way->terms;
    struct cups_call *c = self_of(call);
    ipp_t *request = request_for(c, IPP_OP_CREATE_JOB, NULL, 0), *answer;

    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, "ticket");
    ippAddInteger(request, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-cancel-after",
                  (terms->confirm_ms + call->print_ms + LEFT_BEHIND_MS) / 1000);
    add_keyword(request, "job-hold-until", "no-hold");
    add_keyword(request, "job-sheets", "none");
    if (terms->pictures) /* at its own size: a dot is a dot */
        add_keyword(request, "print-scaling", "none");
    answer = cupsDoRequest(c->http, request, c->resource);
    c->job = is_done(cupsLastError()) ? integer_of(answer, "job-id", 0) : 0;
    ippDelete(answer);
    return c->job > 0 || not_told(c, err);
}

/* CUPS begins only once it has the whole document. Whether it has is not known where its
 * answer is lost; a plain refusal is plain. */
static bool hand_over(struct way_call *call, const struct buf *job, struct error *err)
{
    const char *format = call->way->terms.pictures ? "image/png" : CUPS_FORMAT_RAW;
    struct cups_call *c = self_of(call);
    ipp_t *request = request_for(c, IPP_OP_SEND_DOCUMENT, NULL, 0);
    http_status_t status;

    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
                 format);
    ippAddBoolean(request, IPP_TAG_OPERATION, "last-document", 1);
    status = cupsSendRequest(c->http, request, c->resource, CUPS_LENGTH_VARIABLE);
    ippDelete(request);
    if (status != HTTP_STATUS_CONTINUE ||
        cupsWriteRequestData(c->http, (const char *)job->data, job->length) !=
            HTTP_STATUS_CONTINUE)
        return not_told(c, err);
    call->sent = job->length;
    ippDelete(cupsGetResponse(c->http, c->resource));
    if (is_done(cupsLastError()))
        return true;
    if (cupsLastError() >= IPP_STATUS_ERROR_BAD_REQUEST &&
        cupsLastError() < IPP_STATUS_ERROR_INTERNAL)
        call->sent = 0;
    return not_told(c, err);
}

static void cancel(struct cups_call *c)
{
    ippDelete(
        cupsDoRequest(c->http, request_for(c, IPP_OP_CANCEL_JOB, NULL, 0), "/jobs/"));
}

static bool cups_send(struct way_call *call, const struct buf *job, struct error *err)
{
    if (!create(call, err))
        return false;
    if (hand_over(call, job, err))
        return true;
    cancel(self_of(call));
    return false;
}

/* ---- what becomes of it ----------------------------------------------------------- */

struct job_look {
    bool there; /* CUPS still knows of it */
    bool begun; /* it was with the printer, or is */
    bool waits; /* for somebody to start the queue */
    ipp_jstate_t state;
};

static bool look(struct way_call *call, struct job_look *out, struct error *err)
{
    static const char *const wanted[] = {"job-state", "job-state-reasons",
                                         "time-at-processing"};
    struct cups_call *c = self_of(call);
    ipp_t *answer = cupsDoRequest(
        c->http, request_for(c, IPP_OP_GET_JOB_ATTRIBUTES, wanted, LENGTH(wanted)), "/");
    ipp_status_t status = cupsLastError();
    ipp_attribute_t *reasons;

    *out = (struct job_look){0};
    if (answer == NULL || !is_done(status)) {
        ippDelete(answer);
        return status == IPP_STATUS_ERROR_NOT_FOUND ||
               error_set(err, ERROR_BROKEN,
                         "CUPS stopped answering after it took a ticket. Look whether it "
                         "was printed before printing it again.");
    }
    out->state = (ipp_jstate_t)integer_of(answer, "job-state", 0);
    out->there = out->state != 0;
    out->begun = integer_of(answer, "time-at-processing", 0) != 0;
    reasons = ippFindAttribute(answer, "job-state-reasons", IPP_TAG_KEYWORD);
    out->waits = ippContainsString(reasons, "printer-stopped");
    ippDelete(answer);
    return true;
}

static bool is_over(const struct job_look *l)
{
    return !l->there || l->state >= IPP_JSTATE_CANCELED;
}

/* Until the job is over, waits for somebody, or time is. */
static bool follow(struct way_call *call, struct job_look *l, int64_t deadline_ms,
                   struct error *err)
{
    int pause = LOOK_FIRST_MS;

    for (;;) {
        if (!look(call, l, err))
            return false;
        if (is_over(l) || l->state == IPP_JSTATE_HELD || l->state == IPP_JSTATE_STOPPED ||
            l->waits || !stream_rest_call(call, pause, deadline_ms))
            return true;
        pause = pause * 2 < LOOK_LAST_MS ? pause * 2 : LOOK_LAST_MS;
    }
}

/* It may complete just then. Only what is over says for certain whether it had begun. */
static bool end_it(struct way_call *call, struct job_look *l, struct error *err)
{
    int64_t deadline = stream_now_ms() + CANCEL_MS;

    cancel(self_of(call));
    do {
        if (!look(call, l, err))
            return false;
    } while (!is_over(l) && stream_rest_call(call, LOOK_FIRST_MS, deadline));
    return true;
}

/* The job did not complete: what is said of it, and of its printer. */
static bool failed(struct way_call *call, const struct job_look *l, struct error *err)
{
    struct error why = {0};
    bool well = cups_ask(call, &why) && !printer_blocked(call->signs);

    if (!l->begun && is_over(l)) {
        call->sent = 0;
        if (why.kind != ERROR_NONE)
            *err = why;
        return error_set(err, ERROR_LATER,
                         "CUPS did not begin with a ticket in time; it was taken back. "
                         "What else is in the queue?");
    }
    return error_set(err, ERROR_BROKEN,
                     "%s%sCUPS began with a ticket and did not complete it. Look whether "
                     "it was printed before printing it again.",
                     well                     ? ""
                     : why.kind != ERROR_NONE ? why.text
                                              : printer_advice(call->signs, true),
                     well ? "" : " ");
}

static bool cups_confirm(struct way_call *call, enum confirmation *reached,
                         struct error *err)
{
    int64_t deadline = stream_now_ms() + call->way->terms.confirm_ms + call->print_ms;
    struct job_look l;

    *reached = CONFIRMED_NOT;
    if (!follow(call, &l, deadline, err))
        return false;
    /* While the program ends a ticket that is being printed is better finished. */
    if (!is_over(&l) && !(l.begun && call->leave_ms != 0) && !end_it(call, &l, err))
        return false;
    if (!l.there) { /* it keeps no history: taken, and that is all we know */
        *reached = CONFIRMED_WRITTEN;
        return true;
    }
    if (l.state != IPP_JSTATE_COMPLETED)
        return failed(call, &l, err);
    *reached = CONFIRMED_DRAINED;
    return true;
}

static void cups_close(struct way_call *call, enum confirmation *reached)
{
    struct cups_call *c = self_of(call);

    (void)reached;
    httpClose(c->http);
    free(c);
    call->self = NULL;
}

const struct way_ops way_cups = {
    .name = "cups",
    .read = cups_read,
    .open = cups_open,
    .ask = cups_ask,
    .send = cups_send,
    .confirm = cups_confirm,
    .close = cups_close,
};
