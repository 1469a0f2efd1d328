/*
 * carry_http.c — see carry_http.h. One libcurl multi handle; easy handles are kept for
 * the next request, their connections are not.
 *
 * Whether a byte of the request can have left is known from libcurl's own call just
 * before it sends (CURLOPT_PREREQFUNCTION) and, as a second witness, from the count of
 * bytes written (CURLINFO_REQUEST_SIZE). Addresses hold passwords, so neither they nor
 * libcurl's own sentences with them are ever written anywhere.
 */
#include "work/carry_http.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/memory.h"

enum { HANDLES_KEPT = 64, CONNECTIONS_KEPT = 16, FDS_MOST = 64 };

struct parcel {
    struct parcel *next, **at; /* among those under way, or those kept */
    struct carry_http *http;
    CURL *easy;
    struct curl_slist *headers;
    carry_done *done;
    void *arg;
    bool on_wire; /* from here on a byte may have left */
    bool overlong;
    struct buf body;
};

struct carry_http {
    CURLM *multi;
    struct parcel *under_way, *kept;
    int count, kept_count;
    bool begun; /* something that libcurl has not looked at yet */
};

static void curl_once(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        abort();
}

struct carry_http *carry_http_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct carry_http *h = memory_new(sizeof(*h));

    pthread_once(&once, curl_once);
    h->multi = curl_multi_init();
    if (h->multi == NULL)
        exit(MEMORY_EXIT);
    curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    return h;
}

/* ---- one request ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct parcel *p = arg;

    buf_add(&p->body, bytes, size * count);
    p->overlong = p->body.overflowed;
    return p->overlong ? 0 : size * count;
}

/* libcurl has its connection, TLS included, and sends next. */
static int about_to_send(void *arg, char *ip, char *local_ip, int port, int local_port)
{
    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    ((struct parcel *)arg)->on_wire = true;
    return CURL_PREREQFUNC_OK;
}

static void link_parcel(struct parcel **list, struct parcel *p)
{
    p->next = *list;
    p->at = list;
    if (p->next != NULL)
        p->next->at = &p->next;
    *list = p;
}

static void unlink_parcel(struct parcel *p)
{
    *p->at = p->next;
    if (p->next != NULL)
        p->next->at = p->at;
}

static struct parcel *parcel_new(struct carry_http *h)
{
    struct parcel *p = h->kept;

    if (p != NULL) {
        unlink_parcel(p);
        h->kept_count--;
        curl_easy_reset(p->easy);
        return p;
    }
    p = memory_new(sizeof(*p));
    p->http = h;
    p->body = buf_new(GATEWAY_BODY_MOST);
    p->easy = curl_easy_init();
    if (p->easy == NULL)
        exit(MEMORY_EXIT);
    return p;
}

static void parcel_free(struct parcel *p)
{
    curl_easy_cleanup(p->easy);
    curl_slist_free_all(p->headers);
    buf_free(&p->body);
    free(p);
}

/* Forgets what was carried; the handle serves again. */
static void parcel_keep(struct parcel *p)
{
    struct carry_http *h = p->http;

    curl_slist_free_all(p->headers);
    p->headers = NULL;
    p->on_wire = p->overlong = false;
    buf_clear(&p->body);
    if (h->kept_count == HANDLES_KEPT) {
        parcel_free(p);
        return;
    }
    link_parcel(&h->kept, p);
    h->kept_count++;
}

static void add_header(struct parcel *p, const char *line)
{
    struct curl_slist *longer = curl_slist_append(p->headers, line);

    if (longer == NULL)
        exit(MEMORY_EXIT);
    p->headers = longer;
}

/* "Name: value\n" each; libcurl's own Expect and form type are taken off a POST. */
static void set_headers(struct parcel *p, const struct buf *lines, bool post)
{
    const char *at = buf_text(lines), *end = at + lines->length;

    if (post)
        add_header(p, "Expect:");
    if (post && strcasestr(at, "content-type:") == NULL)
        add_header(p, "Content-Type:");
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        char *line = memory_new(length + 1);

        memcpy(line, at, length);
        if (length > 0)
            add_header(p, line);
        free(line);
        at += length + 1;
    }
    curl_easy_setopt(p->easy, CURLOPT_HTTPHEADER, p->headers);
}

/* Whether a part of an address may go into a request as it stands. */
static bool is_plain(const char *text)
{
    while (*text > ' ' && *text <= '~' && *text != '#')
        text++;
    return *text == '\0';
}

/*
 * libcurl reads an address several times, byte by byte. It is given the part before the
 * question mark, and path and query as the bytes to ask for; an address that is not plain
 * it reads as a whole.
 */
static void set_address(struct parcel *p, const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
    const char *query = path != NULL ? strchr(path, '?') : NULL;
    const char *dots = path != NULL ? strstr(path, "/.") : NULL;
    char *front;

    if (query == NULL || memchr(url, '?', (size_t)(path - url)) != NULL ||
        (dots != NULL && dots < query) || !is_plain(url)) {
        curl_easy_setopt(p->easy, CURLOPT_URL, url);
        return;
    }
    front = memory_new((size_t)(query - url) + 1);
    memcpy(front, url, (size_t)(query - url));
    curl_easy_setopt(p->easy, CURLOPT_URL, front);
    curl_easy_setopt(p->easy, CURLOPT_REQUEST_TARGET, path);
    free(front);
}

/* What holds for every request of ours. */
static void set_manners(struct parcel *p, const struct carry_terms *terms)
{
    CURL *easy = p->easy;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)terms->connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)terms->total_ms);
    /* A name that is still looked up when time is over must not hold the thread. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (!terms->repeatable) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
}

void carry_http_start(struct carry_http *h, const struct request *request,
                      const struct carry_terms *terms, carry_done *done, void *arg)
{
    struct parcel *p = parcel_new(h);
    CURL *easy = p->easy;
    const bool post = strcmp(request->method, "POST") == 0;

    p->done = done;
    p->arg = arg;
    p->body.ceiling = terms->body_most > 0 ? terms->body_most : GATEWAY_BODY_MOST;
    set_manners(p, terms);
    set_headers(p, &request->headers, post);
    set_address(p, buf_text(&request->url));
    if (post) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body.length);
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, buf_text(&request->body));
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        if (strcmp(request->method, "GET") != 0)
            curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, p);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, about_to_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, p);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, p);
    link_parcel(&h->under_way, p);
    h->count++;
    h->begun = true;
    if (curl_multi_add_handle(h->multi, easy) != CURLM_OK)
        exit(MEMORY_EXIT);
}

int carry_http_count(const struct carry_http *h)
{
    return h->count;
}

/* ---- the answer ---- */

/* In our words, so that no address can stand in them. */
static const char *words_for(const struct parcel *p, CURLcode code)
{
    long number = 0;

    if (p->overlong)
        return "the answer is too long";
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "the name of the host is not known";
    case CURLE_COULDNT_CONNECT:
        curl_easy_getinfo(p->easy, CURLINFO_OS_ERRNO, &number);
        return number == ECONNREFUSED ? "the connection is refused" : "no connection";
    case CURLE_OPERATION_TIMEDOUT:
        return p->on_wire ? "no answer in time" : "no connection in time";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "the certificate of the other side cannot be trusted";
    case CURLE_SSL_CONNECT_ERROR:
        return "no TLS connection";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return p->on_wire ? "the answer is no HTTP" : "the address is no http address";
    case CURLE_GOT_NOTHING:
        return "the connection ended without an answer";
    case CURLE_PARTIAL_FILE:
        return "the answer is cut short";
    case CURLE_SEND_ERROR:
        return "the connection broke while sending";
    case CURLE_RECV_ERROR:
        return "the connection broke before the answer was whole";
    default:
        return curl_easy_strerror(code);
    }
}

static void judge_carriage(struct parcel *p, CURLcode code, struct answer *out)
{
    long status = 0, written = 0;
    curl_off_t retry_after_s = 0;

    curl_easy_getinfo(p->easy, CURLINFO_REQUEST_SIZE, &written);
    curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status >= 200) {
        out->carried = CARRIED_ANSWERED;
        out->status = (int)status;
        if (curl_easy_getinfo(p->easy, CURLINFO_RETRY_AFTER, &retry_after_s) == CURLE_OK)
            out->retry_after_s = retry_after_s;
        out->body = p->body;
        return;
    }
    out->carried = p->on_wire || written > 0 ? CARRIED_CUT : CARRIED_NOT_SENT;
    snprintf(out->trouble, sizeof(out->trouble), "%s",
             code == CURLE_OK ? "the answer is no HTTP" : words_for(p, code));
}

static void finish(struct parcel *p, CURLcode code)
{
    struct carry_http *h = p->http;
    struct answer answer = {.body = buf_new(p->body.ceiling)};

    judge_carriage(p, code, &answer);
    curl_multi_remove_handle(h->multi, p->easy);
    unlink_parcel(p);
    h->count--;
    p->done(p->arg, &answer); /* its body is still the parcel's */
    parcel_keep(p);
}

static bool finish_all(struct carry_http *h)
{
    CURLMsg *message;
    bool any = false;
    int left;

    while ((message = curl_multi_info_read(h->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        char *private = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        finish((struct parcel *)(void *)private, code);
        any = true;
    }
    return any;
}

/* ---- waiting ---- */

/* Each look costs a system call for every connection. */
static bool work(struct carry_http *h)
{
    int running;

    h->begun = false;
    curl_multi_perform(h->multi, &running);
    return finish_all(h);
}

/* Nothing came, but what was waited for may be over. */
static bool time_is_over(struct carry_http *h)
{
    long due_ms = -1;

    curl_multi_timeout(h->multi, &due_ms);
    return due_ms == 0;
}

static const struct {
    short ours, theirs;
} events[] = {{POLLIN, CURL_WAIT_POLLIN}, {POLLOUT, CURL_WAIT_POLLOUT}};

static short events_turned(short from, bool to_ours)
{
    short to = 0;

    for (size_t i = 0; i < LENGTH(events); i++)
        if ((from & (to_ours ? events[i].theirs : events[i].ours)) != 0)
            to |= to_ours ? events[i].ours : events[i].theirs;
    return to;
}

void carry_http_wait(struct carry_http *h, int timeout_ms, struct pollfd *fds,
                     int fd_count)
{
    struct curl_waitfd extra[FDS_MOST];
    int ready = 0;

    if (fd_count > FDS_MOST)
        fd_count = FDS_MOST;
    for (int i = 0; i < fd_count; i++)
        extra[i] = (struct curl_waitfd){.fd = fds[i].fd,
                                        .events = events_turned(fds[i].events, false)};
    if (h->begun && work(h))
        timeout_ms = 0;
    curl_multi_poll(h->multi, extra, (unsigned)fd_count, timeout_ms, &ready);
    /* A broken connection shows as neither readable nor writable: its owner looks. */
    for (int i = 0; i < fd_count; i++)
        fds[i].revents = events_turned(extra[i].revents, true);
    if (ready > 0 || time_is_over(h))
        work(h);
}

void carry_http_wake(struct carry_http *h)
{
    curl_multi_wakeup(h->multi);
}

void carry_http_free(struct carry_http *h)
{
    if (h == NULL)
        return;
    while (h->under_way != NULL)
        finish(h->under_way, CURLE_ABORTED_BY_CALLBACK);
    while (h->kept != NULL) {
        struct parcel *p = h->kept;

        unlink_parcel(p);
        parcel_free(p);
    }
    curl_multi_cleanup(h->multi);
    free(h);
}
