/*
 * compose.c — the drivers of gateways from outside: a line of JSON in, a line of JSON
 * out, so that other programs can judge what we send and what we take.
 *
 *     {"kind":"aliyun","settings":{"user":…},"base_url":"https://…","secret":"…",
 *      "do":"compose","message":{"id":7,"attempt":1,"to":"+86…","text":…,"kind":"survey",
 *      "lang":"zh-CN","values":{…},"now_ms":…,"nonce":"…"}}
 *                              {"ok":true,"method":…,"url":…,"headers":{…},"body":…}
 *     "do":"query" with "sent_ms"          the same, of the question after the message
 *     "do":"verify" with "callback":{"report":false,"query":…,"type":…,"signature":…,
 *      "body":…}               {"ok":true} or {"ok":false,"why":…}
 *     "do":"register"          {"ok":true,"text":…}: what the other side is to be told
 *
 * Not here: carrying anything anywhere.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateways/gateways.h"

static const char *text_of(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static const char *setting(const struct gateway_setup *setup, const char *key)
{
    return json_string_value(json_object_get(setup->self, key));
}

static int64_t ten_seconds(const struct gateway_setup *setup, const char *key)
{
    (void)setup;
    (void)key;
    return 10000;
}

/* "Name: value\n" each, as an object. */
static json_t *headers_of(const struct buf *lines)
{
    json_t *all = json_object();
    char *copy = strdup(buf_text(lines)), *rest = copy;

    for (char *line; (line = strtok_r(rest, "\n", &rest)) != NULL;) {
        char *colon = strstr(line, ": ");

        if (colon == NULL)
            continue;
        *colon = '\0';
        json_object_set_new(all, line, json_string(colon + 2));
    }
    free(copy);
    return all;
}

static json_t *say_request(bool ok, const struct request *r, const struct error *err)
{
    if (!ok)
        return json_pack("{s:b, s:s}", "ok", 0, "why", err->text);
    return json_pack("{s:b, s:s, s:s, s:o, s:s#}", "ok", 1, "method", r->method, "url",
                     buf_text(&r->url), "headers", headers_of(&r->headers), "body",
                     buf_text(&r->body), (int)r->body.length);
}

static json_t *compose(const struct gateway *g, json_t *in, bool is_query)
{
    json_t *m = json_object_get(in, "message");
    char *values = json_dumps(json_object_get(m, "values"), JSON_COMPACT);
    const struct sms_mt mt = {
        .id = json_integer_value(json_object_get(m, "id")),
        .attempt = (int)json_integer_value(json_object_get(m, "attempt")),
        .to = text_of(m, "to"),
        .from = text_of(m, "from"),
        .text = text_of(m, "text"),
        .kind = text_of(m, "kind"),
        .lang = text_of(m, "lang"),
        .values = values != NULL ? values : "{}",
        .now_ms = json_integer_value(json_object_get(m, "now_ms")),
        .nonce = text_of(m, "nonce"),
    };
    struct request r = request_new();
    struct error err = {0};
    bool ok = !is_query
                  ? g->ops->compose(g, &mt, &r, &err)
                  : g->ops->query != NULL &&
                        g->ops->query(g, &mt,
                                      json_integer_value(json_object_get(in, "sent_ms")),
                                      &r, &err);
    json_t *out = say_request(ok, &r, &err);

    request_free(&r);
    free(values);
    return out;
}

static json_t *verify(const struct gateway *g, json_t *in)
{
    json_t *from = json_object_get(in, "callback");
    struct callback c = callback_new(json_is_true(json_object_get(from, "report")));
    struct error err = {0};
    bool ok;

    buf_add_text(&c.query, text_of(from, "query"));
    buf_add_text(&c.body, text_of(from, "body"));
    snprintf(c.type, sizeof(c.type), "%s", text_of(from, "type"));
    snprintf(c.signature, sizeof(c.signature), "%s", text_of(from, "signature"));
    ok = g->ops->verify == NULL || g->ops->verify(g, &c, &err);
    callback_free(&c);
    return ok ? json_pack("{s:b}", "ok", 1)
              : json_pack("{s:b, s:s}", "ok", 0, "why", err.text);
}

static json_t *say_other_side(const struct gateway *g)
{
    struct buf text = buf_new(GATEWAY_BODY_MOST);
    json_t *out;

    if (g->ops->other_side != NULL)
        g->ops->other_side(g, &text);
    out = json_pack("{s:b, s:s}", "ok", 1, "text", buf_text(&text));
    buf_free(&text);
    return out;
}

static json_t *answer(json_t *in)
{
    const struct gateway_setup setup = {.name = "cloud",
                                        .kind = text_of(in, "kind"),
                                        .value = setting,
                                        .ms = ten_seconds,
                                        .self = json_object_get(in, "settings"),
                                        .base_url = text_of(in, "base_url"),
                                        .secret = text_of(in, "secret")};
    const char *what = text_of(in, "do");
    struct error err = {0};
    struct gateway g;
    json_t *out;

    gateway_open(&setup, &g, &err);
    if (gateway_is_broken(&g))
        out = json_pack("{s:b, s:s}", "ok", 0, "why", g.trouble);
    else if (strcmp(what, "verify") == 0)
        out = verify(&g, in);
    else if (strcmp(what, "register") == 0)
        out = say_other_side(&g);
    else
        out = compose(&g, in, strcmp(what, "query") == 0);
    gateway_close(&g);
    return out;
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        json_t *in = json_loads(line, 0, NULL);
        json_t *out =
            in != NULL ? answer(in) : json_pack("{s:b, s:s}", "ok", 0, "why", "no JSON");

        json_dumpf(out, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
        json_decref(out);
        json_decref(in);
    }
    free(line);
    return 0;
}
