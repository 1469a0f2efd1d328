/*
 * agent_server.c — see agent_server.h.
 */
#include "cli/agent_server.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypt.h"
#include "base/memory.h"
#include "domain/printer_state.h"
#include "printers/printer.h"
#include "web/form.h"
#include "work/carry_http.h"

enum { CONNECT_MS = 4000, CALL_MS = 10000 };

struct agent_server {
    struct carry_http *http;
    struct buf url;    /* of this printer */
    struct buf header; /* the key */
    _Atomic bool leaving;
    /* the call that is under way */
    bool done;
    int status; /* 0: no whole answer came */
    char trouble[80];
    struct buf body;
};

/* == One call ===================================================================== */

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void take_answer(void *arg, const struct answer *answer)
{
    struct agent_server *s = arg;

    s->done = true;
    s->status = answer->carried == CARRIED_ANSWERED ? answer->status : 0;
    snprintf(s->trouble, sizeof(s->trouble), "%s", answer->trouble);
    if (s->status != 0)
        buf_add(&s->body, answer->body.data, answer->body.length);
}

/* `url` and `json` may be NULL: the printer's own address, no body. */
static void call(struct agent_server *s, const char *method, const struct buf *url,
                 const char *json)
{
    const struct carry_terms terms = {.connect_ms = CONNECT_MS,
                                      .total_ms = CALL_MS,
                                      .repeatable = true,
                                      .body_most = PRINTER_BYTES_MAX};
    struct request r = request_new();

    r.kind = REQUEST_HTTP;
    r.method = method;
    buf_add_text(&r.url, buf_text(url != NULL ? url : &s->url));
    buf_add(&r.headers, s->header.data, s->header.length);
    if (json != NULL) {
        buf_add_text(&r.headers, "Content-Type: application/json\n");
        buf_add_text(&r.body, json);
    }
    s->done = false;
    s->status = 0;
    buf_clear(&s->body);
    carry_http_start(s->http, &r, &terms, take_answer, s);
    while (!s->done)
        carry_http_wait(s->http, CALL_MS, NULL, 0);
    request_free(&r);
}

/* True for a 2xx; else what a person should know. */
static bool judge(const struct agent_server *s, struct error *err)
{
    if (s->status / 100 == 2)
        return true;
    switch (s->status) {
    case 0:
        return error_set(err, ERROR_LATER, "The server does not answer: %s.", s->trouble);
    case 401:
    case 403:
        return error_set(err, ERROR_SETUP,
                         "The server does not take this key. Make one with: yiping key "
                         "add --role machine");
    case 404:
        return error_set(err, ERROR_SETUP,
                         "The server has no printer of this name with way = cloudprnt.");
    default:
        return error_set(err, ERROR_LATER, "The server answers with the status %d.",
                         s->status);
    }
}

/* == Opening ====================================================================== */

bool agent_server_open(const char *url, const char *printer, const char *key,
                       struct agent_server **out, struct error *err)
{
    size_t length = strlen(url);
    struct agent_server *s;

    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return error_set(err, ERROR_INPUT,
                         "The server's address begins with https:// or http://.");
    while (length > 0 && url[length - 1] == '/')
        length--;
    s = memory_new(sizeof(*s));
    s->http = carry_http_new();
    s->url = buf_new(4096);
    s->header = buf_new(1024);
    s->body = buf_new(PRINTER_BYTES_MAX);
    buf_add(&s->url, url, length);
    buf_add_text(&s->url, "/cloudprnt/");
    percent_encode(&s->url, printer, strlen(printer));
    buf_addf(&s->header, "Authorization: Bearer %s\n", key);
    *out = s;
    return true;
}

void agent_server_free(struct agent_server *s)
{
    if (s == NULL)
        return;
    carry_http_free(s->http);
    if (s->header.data != NULL)
        crypt_wipe(s->header.data, s->header.length);
    buf_free(&s->header);
    buf_free(&s->url);
    buf_free(&s->body);
    free(s);
}

/* == The three calls ============================================================== */

static json_t *sign_words(unsigned signs)
{
    json_t *list = json_array();

    for (int i = 0; i < PRINTER_SIGNS; i++)
        if ((signs >> i & 1) != 0)
            json_array_append_new(list, json_string(printer_sign_word(i)));
    return list;
}

bool agent_poll(struct agent_server *s, const struct agent_standing *standing,
                char token[AGENT_TOKEN], struct error *err)
{
    json_t *body =
        json_pack("{s:s, s:b, s:o, s:s*}", "statusCode", standing->status,
                  "printingInProgress", false, "signs", sign_words(standing->signs),
                  "trouble", standing->trouble[0] != '\0' ? standing->trouble : NULL);
    char *text = json_dumps(body, JSON_COMPACT);
    json_t *answer;
    const char *said;

    token[0] = '\0';
    json_decref(body);
    call(s, "POST", NULL, text);
    free(text);
    if (!judge(s, err))
        return false;
    answer = json_loadb(buf_text(&s->body), s->body.length, 0, NULL);
    if (!json_is_boolean(json_object_get(answer, "jobReady"))) {
        json_decref(answer);
        return error_set(err, ERROR_SETUP,
                         "What answers at this address is not a Yiping server.");
    }
    said = json_string_value(json_object_get(answer, "jobToken"));
    if (json_is_true(json_object_get(answer, "jobReady")) && said != NULL)
        snprintf(token, AGENT_TOKEN, "%s", said);
    json_decref(answer);
    return true;
}

bool agent_fetch(struct agent_server *s, const char *token, const char *type,
                 struct buf *out, bool *gone, struct error *err)
{
    struct buf url = buf_new(4096);

    buf_add_text(&url, buf_text(&s->url));
    query_add(&url, "type", type);
    query_add(&url, "token", token);
    call(s, "GET", &url, NULL);
    buf_free(&url);
    *gone = s->status == 404;
    if (!judge(s, err))
        return false;
    buf_clear(out);
    buf_add(out, s->body.data, s->body.length);
    return true;
}

/* What only a person can put right may be right again later; what is simply not taken
 * will never be. */
static bool is_final(int status)
{
    return status / 100 == 2 || (status / 100 == 4 && status != 401 && status != 403 &&
                                 status != 404 && status != 408 && status != 429);
}

bool agent_tell(struct agent_server *s, const struct agent_report *report, int tried,
                bool *taken, struct error *err)
{
    struct buf url = buf_new(4096);
    char again[12];

    snprintf(again, sizeof(again), "%d", tried);
    buf_add_text(&url, buf_text(&s->url));
    query_add(&url, "code", report->code);
    query_add(&url, "token", report->token);
    query_add(&url, "level", report->level);
    query_add(&url, "reason", report->reason[0] != '\0' ? report->reason : NULL);
    query_add(&url, "retry", tried > 0 ? again : NULL);
    call(s, "DELETE", &url, NULL);
    buf_free(&url);
    *taken = is_final(s->status);
    return judge(s, err);
}

/* == Waiting ====================================================================== */

bool agent_pause(struct agent_server *s, int64_t ms)
{
    int64_t until = now_ms() + ms, left;

    while (!atomic_load(&s->leaving) && (left = until - now_ms()) > 0)
        carry_http_wait(s->http, (int)left, NULL, 0);
    return !atomic_load(&s->leaving);
}

void agent_server_leave(struct agent_server *s)
{
    atomic_store(&s->leaving, true);
    carry_http_wake(s->http);
}

const _Atomic bool *agent_server_leaving(const struct agent_server *s)
{
    return &s->leaving;
}
