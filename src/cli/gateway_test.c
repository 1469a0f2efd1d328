/*
 * gateway_test.c — `yiping gateway test PHONE`: queues one message of the kind "test" and
 * tells what becomes of it.
 *
 * Promise: the running server sends it, by the same way as every other message, and it
 * ends by itself after ten minutes. Which gateway carried it is told, also where that is
 * another one than was asked for.
 */
#include "cli/gateway_part.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/compiler.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "cli/gateway_open.h"
#include "domain/phone.h"
#include "store/message_look.h"
#include "store/gateway_store.h"
#include "store/message_store.h"
#include "store/person_store.h"

enum { EXPIRES_MS = 600000, LOOK_MS = 250 };

struct trial {
    const struct gateway_words *words;
    struct phone phone;
    int64_t phone_id, id;
    char gateway[40]; /* through which it is to go, "" for the one its phone belongs to */
    char reason[120];
};

/* ---- which way ---- */

/* The best of what the server said: one that is ready, else any. */
static void choose_said(void *self, const struct gateway_state *state)
{
    struct trial *t = self;

    if (t->gateway[0] == '\0' || strcmp(state->condition, "ready") == 0)
        snprintf(t->gateway, sizeof(t->gateway), "%s", state->name);
}

/*
 * As the settings route, where they name gateways; else what the server said, which may
 * have been started with other settings than this call.
 */
static bool choose_way(struct trial *t, const struct settings *s, struct store *st,
                       struct error *err)
{
    static struct roster roster;
    const char *wanted = t->words->gateway;
    bool found = true;
    int i;

    if (wanted != NULL) {
        struct gateway_state state;

        if (!settings_instance_exists(s, "gateway", wanted) &&
            !gateway_state_get(st, wanted, &state, &found, err))
            return false;
        snprintf(t->gateway, sizeof(t->gateway), "%.39s", wanted);
        return found ||
               error_set(err, ERROR_ABSENT, "There is no gateway \"%.40s\".", wanted);
    }
    if (settings_instances(s, "gateway", NULL, NULL) > 0) {
        gateways_open(s, NULL, "", &roster);
        i = routing_choose(&roster.routing, t->phone.e164);
        if (i >= 0)
            snprintf(t->gateway, sizeof(t->gateway), "%s", roster.gateways[i].name);
        roster_close(&roster);
        return i >= 0 || error_set(err, ERROR_ABSENT,
                                   "No gateway takes this phone. See their prefixes.");
    }
    if (!gateway_states(st, choose_said, t, err))
        return false;
    if (t->gateway[0] == '\0')
        snprintf(t->gateway, sizeof(t->gateway), "virtual");
    return true;
}

static bool queue(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct trial *t = self;
    struct message_new in = {.kind = "test",
                             .lang = t->words->lang,
                             .due_ms = now_ms,
                             .expires_ms = now_ms + EXPIRES_MS};
    struct message m;

    if (!phone_keep(st, &t->phone, now_ms, &t->phone_id, err))
        return false;
    in.phone_id = t->phone_id;
    return message_add(st, &in, now_ms, &t->id, err) && message_get(st, t->id, &m, err) &&
           message_plan(st, &m, t->gateway, err);
}

/* ---- what becomes of it ---- */

static const char *const words[MESSAGE_STATES] = {
    [MESSAGE_NEW] = "等待发送 · waits to be sent",
    [MESSAGE_CLAIMED] = "等待发送 · waits to be sent",
    [MESSAGE_SUBMITTING] = "正在提交 · is being handed over",
    [MESSAGE_ACCEPTED] = "网关已接收，还没有回执 · the gateway took it; no report yet",
    [MESSAGE_REFUSED] = "网关拒绝 · the gateway refused it",
    [MESSAGE_RETRY] = "没有发出，稍后再试 · not sent; it is tried again",
    [MESSAGE_UNKNOWN] = "不能确定是否发出 · it may or may not have been sent",
    [MESSAGE_DELIVERED] = "已送达手机 · delivered to the phone",
    [MESSAGE_UNDELIVERED] = "未送达 · not delivered",
    [MESSAGE_EXPIRED] = "过期未送达 · expired before it was delivered",
    [MESSAGE_NO_REPORT] = "网关已接收，没有回执 · the gateway took it; no report came",
    [MESSAGE_WITHDRAWN] = "已撤回 · withdrawn",
};

static bool is_over(enum message_state state)
{
    return state == MESSAGE_DELIVERED || state == MESSAGE_UNDELIVERED ||
           state == MESSAGE_EXPIRED || state == MESSAGE_REFUSED ||
           state == MESSAGE_WITHDRAWN || state == MESSAGE_NO_REPORT;
}

static bool is_good(enum message_state state)
{
    return state == MESSAGE_DELIVERED || state == MESSAGE_ACCEPTED ||
           state == MESSAGE_NO_REPORT;
}

/* Looks until it is over or the time is; progress goes to stderr. */
static bool watch(struct trial *t, struct store *st, struct message *m, struct error *err)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    int left = t->words->wait_s * (1000 / LOOK_MS);
    enum message_state told = MESSAGE_STATES;

    for (;; left--) {
        if (!message_get(st, t->id, m, err))
            return false;
        if (m->state != told && !is_over(m->state))
            fprintf(stderr, "%s: %s\n", m->gateway, words[m->state]);
        told = m->state;
        if (is_over(m->state) || left <= 0)
            return true;
        nanosleep(&pause, NULL);
    }
}

static void take_reason(void *self, const struct message_view *view)
{
    struct trial *t = self;

    if (view->id == t->id && view->reason != NULL)
        snprintf(t->reason, sizeof(t->reason), "%s", view->reason);
}

static int tell(struct trial *t, const struct message *m)
{
    printf("%s: %s%s%s\n", m->gateway[0] != '\0' ? m->gateway : "-", words[m->state],
           t->reason[0] != '\0' ? " — " : "", t->reason);
    if (strcmp(m->gateway, t->gateway) != 0)
        fprintf(stderr, "It went through %s, because %s could not send just now.\n",
                m->gateway, t->gateway);
    return is_good(m->state) ? EXIT_DONE : EXIT_NETWORK;
}

static int run(struct trial *t, const struct settings *s, struct folder *f)
{
    struct error err = {0};
    struct message m;

    if (!choose_way(t, s, &f->store, &err) || !folder_write(f, queue, t, &err))
        return command_fail("gateway test", &err);
    folder_knock(f->path);
    if (!watch(t, &f->store, &m, &err) ||
        !messages_sent(&f->store, t->phone_id, 10, take_reason, t, &err))
        return command_fail("gateway test", &err);
    return tell(t, &m);
}

int gateway_test(const struct gateway_words *w, const struct settings *s)
{
    const char *data = gateway_folder_of(w, s);
    struct trial t = {.words = w};
    struct error err = {0};
    struct folder f;
    int code;

    if (!phone_parse(w->word, "86", &t.phone, &err))
        return command_usage("gateway", "%s", err.text);
    if (!folder_is_served(data)) {
        fprintf(stderr,
                "yiping gateway test: 没有服务在运行，短信不会发出。\n"
                "No server runs on %s, so nothing would be sent. Start it: yiping serve "
                "--data %s\n",
                data, data);
        return EXIT_NETWORK;
    }
    if (!folder_open(data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("gateway test", &err);
    if (f.store.hall == 0) {
        error_set(&err, ERROR_SETUP, "The folder %s holds no hall yet.", data);
        code = command_fail("gateway test", &err);
    } else {
        code = run(&t, s, &f);
    }
    folder_close(&f);
    return code;
}
