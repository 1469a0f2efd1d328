/*
 * server.c — see server.h.
 *
 * Threads start after everything they look at is ready and end before it goes:
 * folder → press → writer → readers → hasher → spool → courier → relay → loop.
 */
#include "cli/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/notify.h"
#include "cli/gateway_open.h"
#include "store/idempotency_store.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "web/access.h"
#include "web/api_document.h"
#include "web/feed.h"
#include "store/words_index.h"
#include "web/http.h"
#include "web/page.h"
#include "web/page_export.h"
#include "web/page_workbook.h"
#include "web/problem.h"
#include "web/routes.h"
#include "web/screens.h"
#include "web/site.h"
#include "web/page_public.h"
#include "web/tries.h"
#include "work/courier.h"
#include "work/freezer.h"
#include "work/hasher.h"
#include "work/hooks.h"
#include "work/housekeeping.h"
#include "work/options.h"
#include "work/platform.h"
#include "work/press.h"
#include "work/relay.h"
#include "work/rules_read.h"
#include "work/space.h"
#include "work/spool.h"
#include "work/voice.h"

enum {
    READERS = 2,
    SPACE_MS = 1000,
    MOTION_MS = 4000,
    HOUSEKEEPING_MS = 60 * 1000,
    FILL_AT_ONCE = 256,
    PORTS_TRIED = 20
};

struct server {
    const struct server_plan *plan;
    struct folder folder;
    struct site site;
    struct rules rules;
    struct hall_frame_holder frame;
    struct roster roster;
    struct token_way way;         /* where the codes on paper lead */
    struct address_list *callers; /* one for each gateway */
    struct texts *texts;
    struct tickets *tickets;
    struct api_document *api;
    struct hooks *hooks;       /* other systems that are told; NULL for none */
    struct platform *platform; /* the regional one; NULL for none */
    struct relay *relay;       /* to a syslog; NULL for none */
    struct outbox outbox;
    struct courier_config courier;
    _Atomic(struct spool *) spool; /* as site.spool, for the writer; NULL until it runs */
    struct voice *voice;
    struct http *http;
    char address[300];
    int signals;
    int knocks; /* of commands that wrote beside us; -1 for none */
    struct housekeeping {
        struct command command;
        bool busy;
        const struct rules *rules;
    } housekeeping;
};

/* == Opening
 * ================================================================================= */

static bool open_store(struct server *s, bool *first, struct error *err)
{
    if (!folder_open(s->plan->data, FOLDER_SERVE, &s->folder, err))
        return false;
    *first = s->folder.store.hall == 0;
    if (*first && !s->plan->found(s->plan->self, &s->folder, err))
        return false;
    atomic_store(&s->frame.now, s->folder.store.frame);
    if (options_listen_is_safe(s->plan->settings, s->folder.store.frame->base_url))
        return true;
    return error_set(
        err, ERROR_SETUP,
        "Plain http beyond this machine shows log-ins to the network. Put a TLS proxy "
        "in front (base_url = https://…), or write insecure_lan = yes.");
}

static bool recover(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    bool more = st->hall != 0;

    (void)self;
    while (more)
        if (!words_index_fill(st, FILL_AT_ONCE, &more, err))
            return false;
    return print_jobs_recover(st, now_ms, err) && printer_records_forget(st, err) &&
           idempotency_forget(st, now_ms, err);
}

static void exempt_item(void *self, const char *text)
{
    buf_addf(self, "%s ", text);
}

static bool listen_on(struct server *s, const char *listen, struct error *err)
{
    const struct settings *set = s->plan->settings;
    struct buf exempt = buf_new(8192);
    size_t count;
    const struct route *routes = routes_all(&s->site, &count);
    struct http_config config = {
        .base_url = settings_text(set, "server.base_url"),
        .limits = {.connections = (unsigned)settings_int(set, "server.max_connections"),
                   .per_address = (unsigned)settings_int(set, "server.max_per_address"),
                   .header_ms = (unsigned)settings_ms(set, "server.header_deadline"),
                   .body_ms = (unsigned)settings_ms(set, "server.body_deadline"),
                   .idle_ms = (unsigned)settings_ms(set, "server.idle"),
                   .body_bytes = (size_t)settings_bytes(set, "server.max_body")},
        .routes = routes,
        .route_count = count,
        .problem = problem_of_loop,
        .world = &s->folder.world,
        .context = &s->site,
    };

    settings_list(set, "server.trusted_addresses", exempt_item, &exempt);
    config.exempt = buf_take(&exempt);
    config.listen = memory_text(listen);
    return access_check(routes, count, err) && http_open(&config, &s->http, err);
}

static bool open_api(struct server *s, struct error *err)
{
    size_t count;
    const struct route *routes = routes_all(&s->site, &count);
    bool ok = api_document_new(routes, count, &s->api, err);

    s->site.api = s->api;
    free((void *)(uintptr_t)routes);
    return ok;
}

/* The address in front of the port, and the port; `listen` was checked by the settings.
 */
static void split_listen(const char *listen, char *host, size_t size, int *port)
{
    const char *colon = strrchr(listen, ':');

    snprintf(host, size, "%.*s", (int)(colon - listen), listen);
    *port = atoi(colon + 1);
}

static bool open_loop(struct server *s, struct error *err)
{
    const char *wanted = settings_text(s->plan->settings, "server.listen");
    char host[80], listen[100];
    int port, tries = s->plan->next_port ? PORTS_TRIED : 1;
    bool ok = false;

    split_listen(wanted, host, sizeof(host), &port);
    for (int i = 0; i < tries && !ok; i++) {
        error_clear(err);
        snprintf(listen, sizeof(listen), "%s:%d", host, port == 0 ? 0 : port + i);
        ok = listen_on(s, listen, err);
        if (ok && i > 0)
            fprintf(stderr, "%s 已被占用，改用 %d / port %d is taken, using %d\n", wanted,
                    port + i, port, port + i);
    }
    if (!ok)
        return false;
    if (strcmp(host, "0.0.0.0") == 0)
        snprintf(host, sizeof(host), "127.0.0.1");
    snprintf(s->address, sizeof(s->address), "http://%s:%d", host, http_port(s->http));
    s->site.own_address = s->address;
    s->site.http = s->http;
    s->site.feed = feed_new(s->http);
    s->site.screens = screens_new(&s->site);
    return true;
}

/* == While it runs
 * =========================================================================== */

static void message_added(void *self)
{
    courier_wake(((struct server *)self)->site.courier);
}

static void job_offered(void *self, struct store *st, int64_t now_ms)
{
    struct spool *spool = atomic_load(&((struct server *)self)->spool);

    if (spool != NULL)
        spool_offer(spool, st, now_ms);
}

static void job_added(void *self, const struct store_rings *rings, bool committed)
{
    struct spool *spool = atomic_load(&((struct server *)self)->spool);

    if (spool != NULL)
        spool_settle(spool, rings, committed);
}

static void queue_moved(void *self, const struct store_moves *moves)
{
    feed_tell(((struct server *)self)->site.feed, moves);
}

static bool run_housekeeping(struct store *st, struct command *c, int64_t now_ms,
                             struct error *err)
{
    struct housekeeping *h = (struct housekeeping *)c;

    return housekeeping_run(st, h->rules, now_ms, err);
}

static void housekeeping_done(struct command *c)
{
    ((struct housekeeping *)c)->busy = false;
}

/* On the loop, once a minute. */
static void keep_house(void *self)
{
    struct server *s = self;

    workbooks_tidy(s->site.workbooks, s->folder.world.wall_ms(&s->folder.world));
    if (s->housekeeping.busy)
        return;
    s->housekeeping.command =
        (struct command){.run = run_housekeeping, .done = housekeeping_done};
    s->housekeeping.rules = &s->rules;
    s->housekeeping.busy = true;
    if (!writer_submit(s->site.writer, &s->housekeeping.command))
        s->housekeeping.busy = false;
}

static void on_knock(void *self)
{
    struct server *s = self;

    folder_heard(s->knocks);
    message_added(s);
    feed_tell(s->site.feed, NULL);
    spool_wake(s->site.spool);
}

static void look_for_space(void *self)
{
    space_look(((struct server *)self)->site.space);
}

/* Said on the loop: a loop that hangs is silent, and the manager starts us anew. */
static void tell_alive(void *self)
{
    (void)self;
    notify_say("WATCHDOG=1");
}

static void move(void *self)
{
    struct server *s = self;

    s->plan->motion(s->plan->self, &s->site);
}

static void on_signal(void *self)
{
    struct server *s = self;
    struct signalfd_siginfo info;

    if (read(s->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    if (info.ssi_signo == SIGHUP) {
        log_line(LOG_LEVEL_NOTICE, "server.hangup",
                 "templates of tickets are taken up by themselves; other settings want a "
                 "restart");
        return;
    }
    notify_say("STOPPING=1");
    log_line(LOG_LEVEL_NOTICE, "server.stopping", "signal=%u", info.ssi_signo);
    http_drain(s->http, (unsigned)settings_ms(s->plan->settings, "server.drain"));
}

/* Signals are read by the loop; every thread that starts later inherits that. */
static bool catch_signals(struct server *s, struct error *err)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP); /* a terminal that is shut takes no server with it */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->signals >= 0 ||
           error_set(err, ERROR_BROKEN, "Signals cannot be caught: %s.", strerror(errno));
}

/* == The gateways
 * ============================================================================= */

/* Without a section the virtual gateway is in force, and every page says so. */
static void open_gateways(struct server *s)
{
    const struct settings *set = s->plan->settings;

    gateways_open(set, &s->folder.keys, s->address, &s->roster);
    s->callers = callers_read(set, &s->roster);
    s->site.roster = &s->roster;
    s->site.callers = s->callers;
    s->folder.store.routing = &s->roster.routing;
    s->hooks = hooks_read(set);
    s->folder.store.hooks = s->site.hooks = s->hooks;
    s->platform = platform_read(set);
    s->site.platform = s->platform;
    s->folder.store.settle_ms = settings_ms(set, "sms.settle");
    s->site.virtual_gateway = (s->roster.gateways[0].traits & GATEWAY_LOCAL) != 0;
    s->site.line = s->site.virtual_gateway ? line_new() : NULL;
    s->outbox = (struct outbox){.rules = &s->rules,
                                .roster = &s->roster,
                                .world = &s->folder.world,
                                .slot_rest_ms = settings_ms(set, "invite.slot_rest"),
                                .texts = s->texts};
}

/* A store that ever had a real gateway never moves its clock again (decisions 21). */
static bool mark_real(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    const struct server *s = self;

    (void)now_ms;
    return s->site.virtual_gateway || store_mark_set(st, "real_gateway", 1, err);
}

static bool start_threads(struct server *s, struct error *err)
{
    const struct writer_hooks hooks = {.message_added = message_added,
                                       .job_offered = job_offered,
                                       .job_added = job_added,
                                       .queue_moved = queue_moved,
                                       .self = s};
    struct site *site = &s->site;

    open_gateways(s);
    if (!folder_write(&s->folder, mark_real, s, err))
        return false;
    site->space =
        space_new(s->plan->data, settings_bytes(s->plan->settings, "store.min_free"),
                  settings_bytes(s->plan->settings, "store.ballast"));
    site->press = press_start(s->plan->settings, s->tickets, &s->folder.world);
    site->writer = writer_start(&s->folder.store, &s->frame, &hooks);
    if (!readers_start(s->plan->data, READERS, &s->folder.world, &s->folder.keys,
                       &s->frame, &site->readers, err) ||
        !readers_start(s->plan->data, 1, &s->folder.world, &s->folder.keys, &s->frame,
                       &site->exports, err))
        return false;
    site->folder = s->plan->data;
    page_export_clean(site->folder);
    site->freezer = freezer_new(site->exports, site->writer, site->rules, site->folder);
    site->hasher = hasher_start(&s->folder.world);
    site_ticket_way(site, &s->way);
    site->spool = spool_start(s->plan->settings, &s->way, site->press, site->writer);
    atomic_store(&s->spool, site->spool);
    s->courier = (struct courier_config){.writer = site->writer,
                                         .world = &s->folder.world,
                                         .outbox = &s->outbox,
                                         .hooks = s->hooks,
                                         .platform = s->platform,
                                         .line = site->line};
    site->courier = courier_start(&s->courier);
    s->relay = relay_start(s->plan->settings, site->readers, site->writer);
    return true;
}

static void stop_threads(struct server *s)
{
    relay_stop(s->relay);
    courier_stop(s->site.courier);
    spool_stop(s->site.spool);
    press_stop(s->site.press);
    hasher_stop(s->site.hasher);
    freezer_stop(s->site.freezer);
    readers_stop(s->site.readers);
    readers_stop(s->site.exports);
    freezer_free(s->site.freezer);
    writer_stop(s->site.writer);
    atomic_store(&s->spool, NULL);
    spool_free(s->site.spool);
    courier_free(s->site.courier);
    line_free(s->site.line);
    callers_free(s->callers, &s->roster);
    roster_close(&s->roster);
    texts_free(s->texts);
    free(s->hooks);
    platform_free(s->platform);
    tickets_free(s->tickets);
}

/* The hall's own message texts have to fit with its own signature. Ours are told of where
 * they do not: they leave in two parts, which a carrier counts as two. */
static bool open_texts(struct server *s, struct error *err)
{
    const struct hall_frame *frame = s->folder.store.frame;
    const char *signature = frame != NULL ? frame->signature : "";
    struct error first;
    int unfit;

    if (!texts_open(settings_text(s->plan->settings, "sms.texts"), signature, &s->texts,
                    err))
        return false;
    unfit = texts_unfit(s->texts, signature, &first);
    if (unfit > 0)
        log_line(LOG_LEVEL_WARNING, "sms.texts", "too_long=%d first=\"%s\"", unfit,
                 first.text);
    return true;
}

/* The clips that numbers are called with; without any, a chime sounds. */
static void open_voice(struct server *s)
{
    char made[1100];

    snprintf(made, sizeof(made), "%s/%s", s->folder.path, voice_folder);
    s->voice = voice_open(settings_text(s->plan->settings, "screen.recordings"), made);
    s->site.voice = s->voice;
    if (voice_clips(s->voice) < spoken_clip_count)
        log_line(LOG_LEVEL_NOTICE, "voice.incomplete",
                 "clips=%zu of=%zu calls that lack one are a chime; see: yiping voice "
                 "make --data %s",
                 voice_clips(s->voice), spoken_clip_count, s->folder.path);
}

static bool prepare(struct server *s, bool *first, struct error *err)
{
    struct site *site = &s->site;

    if (!catch_signals(s, err) || !open_store(s, first, err) ||
        !folder_write(&s->folder, recover, NULL, err) ||
        !s->plan->prepare(s->plan->self, &s->folder, err) ||
        !pages_load(s->plan->templates, &site->pages, &site->catalogues, err) ||
        !open_texts(s, err) ||
        !tickets_open(s->plan->settings, s->plan->templates, &s->tickets, err))
        return false;
    rules_read(s->plan->settings, &s->rules);
    *site = (struct site){.world = &s->folder.world,
                          .keys = &s->folder.keys,
                          .rules = &s->rules,
                          .settings = s->plan->settings,
                          .frame = &s->frame,
                          .pages = site->pages,
                          .catalogues = site->catalogues,
                          .tries = tries_new(&s->folder.world),
                          .workbooks = workbooks_new(),
                          .public_pages = public_pages_new(&s->folder.world),
                          .demo = s->plan->demo,
                          .insecure_lan =
                              settings_bool(s->plan->settings, "server.insecure_lan")};
    open_voice(s);
    return open_api(s, err) && open_loop(s, err) && start_threads(s, err);
}

int server_run(const struct server_plan *plan)
{
    struct server *s = memory_new(sizeof(*s));
    struct error err = {0};
    bool first = false;
    size_t left = 0;
    bool ok;
    int code;

    s->plan = plan;
    s->folder.lock = -1;
    s->signals = s->knocks = -1;
    ok = prepare(s, &first, &err);
    if (ok) {
        http_timer(s->http, HOUSEKEEPING_MS, keep_house, s);
        http_timer(s->http, SPACE_MS, look_for_space, s);
        http_watch(s->http, s->signals, on_signal, s);
        s->knocks = folder_listen(&s->folder);
        if (s->knocks >= 0)
            http_watch(s->http, s->knocks, on_knock, s);
        if (plan->motion != NULL)
            http_timer(s->http, MOTION_MS, move, s);
        if (notify_watchdog_ms() > 0)
            http_timer(s->http, notify_watchdog_ms(), tell_alive, s);
        plan->ready(plan->self, &s->folder, &s->site, first);
        notify_say("READY=1");
        left = http_run(s->http);
    }
    if (s->site.feed != NULL) {
        feed_end(s->site.feed);
        screens_end(s->site.screens);
    }
    stop_threads(s);
    http_close(s->http);
    screens_free(s->site.screens);
    feed_free(s->site.feed);
    voice_free(s->voice);
    if (left > 0)
        log_line(LOG_LEVEL_WARNING, "server.cut_short", "requests=%zu", left);
    pages_free(s->site.pages, s->site.catalogues);
    tries_free(s->site.tries);
    public_pages_free(s->site.public_pages);
    workbooks_free(s->site.workbooks);
    api_document_free(s->api);
    space_free(s->site.space);
    folder_close(&s->folder);
    if (s->signals >= 0)
        close(s->signals);
    if (s->knocks >= 0)
        close(s->knocks);
    free(s);
    if (ok)
        return EXIT_DONE;
    code = command_fail(plan->demo ? "demo" : "serve", &err);
    return err.kind == ERROR_CONFLICT ? EXIT_STORE
                                      : code; /* another server holds the folder */
}
