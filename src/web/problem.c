/*
 * problem.c — see problem.h.
 */
#include "web/problem.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "web/json.h"
#include "web/page.h"

int problem_status(enum error_kind kind)
{
    switch (kind) {
    case ERROR_MALFORMED:
        return 400;
    case ERROR_INPUT:
        return 422;
    case ERROR_LOGIN:
        return 401;
    case ERROR_DENIED:
        return 403;
    case ERROR_ABSENT:
        return 404;
    case ERROR_CONFLICT:
        return 409;
    case ERROR_TOO_LARGE:
        return 413;
    case ERROR_LIMIT:
        return 429;
    case ERROR_REFUSED:
        return 502;
    case ERROR_LATER:
    case ERROR_SETUP:
        return 503;
    default:
        return 500;
    }
}

static const char *title_of(int status)
{
    switch (status) {
    case 400:
        return "Malformed request";
    case 401:
        return "Not logged in";
    case 403:
        return "Not allowed";
    case 404:
        return "Not found";
    case 405:
        return "Method not allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Too large";
    case 414:
        return "Address too long";
    case 415:
        return "Type not offered";
    case 422:
        return "A field is wrong";
    case 429:
        return "Too many tries";
    case 431:
        return "Headers too large";
    case 503:
        return "Busy";
    default:
        return "Server trouble";
    }
}

/* Pages live everywhere but below these. */
static bool wants_json(const struct exchange *x)
{
    static const char *const machines[] = {"/api/",    "/gateways/", "/cloudprnt/",
                                           "/healthz", "/readyz",    "/metrics"};

    if (x->path == NULL)
        return true;
    for (size_t i = 0; i < LENGTH(machines); i++)
        if (strncmp(x->path, machines[i], strlen(machines[i])) == 0)
            return true;
    return false;
}

static void answer_json(struct exchange *x, int status, const struct error *err)
{
    json_t *body = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
                             title_of(status), "status", status, "detail", err->text);

    if (x->path != NULL)
        json_object_set_new(body, "instance", json_string(x->path));
    if (err->field[0] != '\0')
        json_object_set_new(
            body, "errors",
            json_pack("[{s:s, s:s}]", "field", err->field, "detail", err->text));
    exchange_restart(x);
    if (status == 503)
        exchange_header_add(x, "Retry-After", "2");
    if (status == 401)
        exchange_header_add(x, "WWW-Authenticate", "Bearer");
    json_answer(x, status, body);
    exchange_answer(x, status, "application/problem+json");
}

/*
 * What a person reads who came to a page. The sentence of an error is English, for
 * programs and the journal too; in other languages the catalogue says what such an error
 * means.
 */
static void answer_page(struct exchange *x, int status, const struct error *err)
{
    enum lang lang = page_lang(x);
    char heading[16], detail[16];
    json_t *data;

    snprintf(heading, sizeof(heading), "e%d", status);
    snprintf(detail, sizeof(detail), "d%d", status);
    data = json_pack("{s:s, s:s, s:b}", "heading",
                     page_text(site_of(x), "problem", lang, heading), "detail",
                     lang == LANG_EN ? err->text
                                     : page_text(site_of(x), "problem", lang, detail),
                     "try_again", status == 503 || status == 429);
    exchange_restart(x);
    if (status == 503)
        exchange_header_add(x, "Retry-After", "2");
    page_answer(x, status, "problem", "problem", lang, data);
}

static void answer(struct exchange *x, int status, const struct error *err)
{
    if (status >= 500)
        log_line(LOG_LEVEL_WARNING, "http.problem",
                 "status=%d reason=\"%s\" cause=\"%s\"", status, err->text, err->cause);
    if (wants_json(x))
        answer_json(x, status, err);
    else
        answer_page(x, status, err);
}

void problem_answer(struct exchange *x, const struct error *err)
{
    answer(x, problem_status(err->kind), err);
}

void problem_say(struct exchange *x, enum error_kind kind, const char *text)
{
    struct error err = {0};

    error_set(&err, kind, "%s", text);
    problem_answer(x, &err);
}

void problem_of_loop(struct exchange *x, int status, const char *text)
{
    struct error err = {0};

    error_set(&err, ERROR_BROKEN, "%s", text);
    answer(x, status, &err);
}
