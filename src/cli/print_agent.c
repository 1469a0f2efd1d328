/*
 * print_agent.c — see print_agent.h. Runs on a queue machine in the hall's network:
 *
 *     look at the printer → poll → fetch → print → report, until it is taken → poll …
 *
 * Promise: a ticket is given to the printer at most once, whatever breaks, and what is
 * reported of it is what was seen. Nothing is kept on the disk: an agent that is killed
 * in mid-ticket polls again without a word of it, and the server calls it unconfirmed.
 * Not here: how bytes get to the printer (printers/way.c), the calls (agent_server.c).
 */
#include "cli/print_agent.h"

#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/crypt.h"
#include "base/log.h"
#include "cli/agent_server.h"
#include "cli/command.h"
#include "domain/cloudprnt.h"
#include "domain/printer_state.h"
#include "work/options.h"
#include "work/printers.h"

static const char help[] =
    "Example:\n"
    "  yiping print-agent --server https://hall.example --key-file machine.key \\\n"
    "      --printer front --config agent.conf\n"
    "\n"
    "Options:\n"
    "  --server URL     the server; its settings have [printer NAME] with way = "
    "cloudprnt\n"
    "  --key-file FILE  a key of the role machine, or that printer's own secret\n"
    "  --printer NAME   the printer, as both settings name it\n"
    "  --config FILE    this machine's settings (else YIPING_CONFIG): [printer NAME] "
    "with\n"
    "                   way = tcp, device, serial, cups or file\n";

enum {
    POLL_MS = 500,
    LOOK_MS = 2000, /* between two looks at a printer that is in trouble */
    BACK_OFF_LEAST_MS = 500,
    BACK_OFF_MOST_MS = 15000,
    TRIES_LEAVING = 3, /* of the last report */
    PRINT_MS = 4000,   /* a long ticket on a slow printer; the server knows the length */
    KEY_MOST = 200
};

struct agent_words {
    const char *server, *key_file, *printer, *config;
};

struct agent {
    struct world world;
    struct printer printer;
    struct agent_server *server;
    struct way_known known;
    unsigned signs;
    char trouble[240]; /* "" where the printer may get a ticket */
    int64_t looked_ms;
    bool looked;
    bool away;                /* the server is, and somebody was told */
    int back_off_ms;          /* 0 while it answers */
    struct agent_report last; /* of the last ticket that the printer may have printed */
};

/* == The printer ================================================================== */

/* What changed is told once. */
static void stand(struct agent *a, unsigned signs, const char *trouble)
{
    if (strcmp(a->trouble, trouble) != 0)
        log_line(trouble[0] != '\0' ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE,
                 trouble[0] != '\0' ? "printer.trouble" : "printer.well",
                 "name=%s reason=\"%s\"", a->printer.name, trouble);
    snprintf(a->trouble, sizeof(a->trouble), "%s", trouble);
    a->signs = signs;
}

static void look(struct agent *a)
{
    struct error err = {0};
    unsigned signs;
    bool well = way_look(&a->printer.way, &a->known, &signs, &err);

    a->looked = true;
    a->looked_ms = a->world.mono_ms(&a->world);
    stand(a, signs,
          !well                    ? err.text
          : printer_blocked(signs) ? printer_advice(signs, true)
                                   : "");
}

static bool look_is_due(struct agent *a)
{
    int64_t since = a->world.mono_ms(&a->world) - a->looked_ms;

    if (!a->looked)
        return true;
    if (a->trouble[0] != '\0')
        return since >= LOOK_MS;
    return a->printer.look_ms > 0 && since >= a->printer.look_ms;
}

/* What to report of a ticket that was given to the printer. */
static void note_fate(struct agent *a, const struct way_result *result,
                      const struct error *err, struct agent_report *out)
{
    unsigned signs = result->signs;

    out->level = NULL;
    snprintf(out->reason, sizeof(out->reason), "%s", err->text);
    if (result->fate == DELIVERY_PRINTED) {
        out->code = "200 OK";
        out->level = confirmation_word(result->reached);
        out->reason[0] = '\0';
    } else if (result->fate == DELIVERY_UNCONFIRMED) {
        out->code = CLOUDPRNT_NOT_KNOWN;
    } else {
        out->code = printer_blocked(signs) ? cloudprnt_status(signs) : "499 Not sent";
    }
    stand(a, signs,
          result->fate != DELIVERY_PRINTED ? err->text
          : printer_blocked(signs)         ? printer_advice(signs, true)
                                           : "");
    if (result->fate != DELIVERY_PRINTED)
        a->looked_ms = a->world.mono_ms(&a->world); /* asked just now */
}

/* == The server =================================================================== */

/* Twice as long each time, but never all agents at the same moment. */
static void back_off(struct agent *a, const struct error *err)
{
    unsigned char chance;

    if (!a->away)
        log_line(LOG_LEVEL_WARNING, "agent.server_away", "reason=\"%s\"", err->text);
    a->away = true;
    a->back_off_ms = a->back_off_ms == 0 ? BACK_OFF_LEAST_MS : 2 * a->back_off_ms;
    if (a->back_off_ms > BACK_OFF_MOST_MS)
        a->back_off_ms = BACK_OFF_MOST_MS;
    a->world.random(&a->world, &chance, 1);
    agent_pause(a->server, a->back_off_ms * (192 + chance / 2) / 256);
}

static void answers(struct agent *a)
{
    if (a->away)
        log_line(LOG_LEVEL_NOTICE, "agent.server_back", "printer=%s", a->printer.name);
    a->away = false;
    a->back_off_ms = 0;
}

static bool is_leaving(const struct agent *a)
{
    return atomic_load(agent_server_leaving(a->server));
}

/* Until the server has taken it: meanwhile nothing else may be printed. */
static void report(struct agent *a, const struct agent_report *r)
{
    int last = 0;

    for (int tried = 0;; tried++) {
        struct error err = {0};
        bool taken;

        if (agent_tell(a->server, r, tried, &taken, &err)) {
            answers(a);
            return;
        }
        if (taken) {
            log_line(LOG_LEVEL_WARNING, "agent.report_refused", "job=%s reason=\"%s\"",
                     r->token, err.text);
            return;
        }
        if (is_leaving(a) && ++last >= TRIES_LEAVING)
            return;
        back_off(a, &err);
    }
}

/* The ticket came whole and goes to the printer, once. */
static void print(struct agent *a, const char *token, const struct buf *bytes)
{
    struct way_result result;
    struct error err = {0};
    struct agent_report r = {0};

    snprintf(r.token, sizeof(r.token), "%s", token);
    if (!way_carry(&a->printer.way, &a->known, bytes, PRINT_MS, &result, &err))
        log_line(LOG_LEVEL_WARNING, "print.troubled", "job=%s reason=\"%s\" cause=\"%s\"",
                 token, err.text, err.cause);
    note_fate(a, &result, &err, &r);
    if (result.fate != DELIVERY_NOTHING)
        a->last = r;
    report(a, &r);
}

static void take_ticket(struct agent *a, const char *token)
{
    const char *type = a->printer.way.terms.pictures ? CLOUDPRNT_PNG : CLOUDPRNT_ESCPOS;
    struct buf bytes = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    bool gone;

    if (strcmp(token, a->last.token) == 0) {
        report(a, &a->last); /* it was given to the printer already */
    } else if (agent_fetch(a->server, token, type, &bytes, &gone, &err)) {
        answers(a);
        print(a, token, &bytes);
    } else if (gone) {
        agent_pause(a->server, POLL_MS);
    } else {
        struct agent_report r = {.code = "520 Download timeout"};

        snprintf(r.token, sizeof(r.token), "%s", token);
        snprintf(r.reason, sizeof(r.reason), "%s", err.text);
        back_off(a, &err);
        report(a, &r);
    }
    buf_free(&bytes);
}

/* == Its life ===================================================================== */

static void turn(struct agent *a)
{
    struct agent_standing standing = {.trouble = a->trouble};
    char token[AGENT_TOKEN];
    struct error err = {0};

    if (look_is_due(a))
        look(a);
    standing.signs = a->signs;
    standing.status = a->trouble[0] == '\0' || printer_blocked(a->signs)
                          ? cloudprnt_status(a->signs)
                          : "499 In doubt";
    if (!agent_poll(a->server, &standing, token, &err)) {
        back_off(a, &err);
        return;
    }
    answers(a);
    if (token[0] != '\0')
        take_ticket(a, token);
    else
        agent_pause(a->server, POLL_MS);
}

static void *wait_for_signal(void *arg)
{
    struct agent *a = arg;
    sigset_t set;
    int got;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    while (sigwait(&set, &got) != 0)
        continue;
    agent_server_leave(a->server);
    return NULL;
}

static int live(struct agent *a)
{
    struct error err = {0};
    pthread_t signals;
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (pthread_create(&signals, NULL, wait_for_signal, a) != 0) {
        error_set(&err, ERROR_BROKEN, "No thread can be started.");
        return command_fail("print-agent", &err);
    }
    a->known.leaving = agent_server_leaving(a->server);
    log_line(LOG_LEVEL_NOTICE, "agent.started", "printer=%s way=%s", a->printer.name,
             a->printer.way_name);
    while (!is_leaving(a))
        turn(a);
    pthread_join(signals, NULL);
    log_line(LOG_LEVEL_NOTICE, "agent.stopped", "printer=%s", a->printer.name);
    return EXIT_DONE;
}

/* == Its words ==================================================================== */

/* The first line; nothing in it may end a header early. */
static bool read_key(const char *path, char out[KEY_MOST], struct error *err)
{
    FILE *f = fopen(path, "re");
    bool ok = f != NULL && fgets(out, KEY_MOST, f) != NULL;

    if (f != NULL)
        fclose(f);
    if (ok)
        out[strcspn(out, "\r\n")] = '\0';
    for (const char *c = out; ok && *c != '\0'; c++)
        ok = *c > ' ' && *c < 0x7F;
    return (ok && out[0] != '\0') ||
           error_set(err, ERROR_SETUP,
                     "The key file %.200s cannot be read, or its first "
                     "line is no key.",
                     path);
}

static bool read_printer(const struct settings *s, const char *name, struct printer *out,
                         struct error *err)
{
    if (!printer_read(s, name, out))
        return error_set(err, ERROR_SETUP,
                         "This machine's settings have no section [printer %.40s]. Is "
                         "--config right?",
                         name);
    if (out->broken) {
        *err = out->why;
        return false;
    }
    return (out->way.ops->traits & (WAY_SHOWS | WAY_POLLED)) == 0 ||
           error_set(err, ERROR_SETUP,
                     "On this machine [printer %.40s] must say how to reach the printer: "
                     "way = tcp, device, serial, cups or file.",
                     name);
}

static bool open_agent(const struct agent_words *w, struct settings *s, struct agent *a,
                       struct error *err)
{
    char key[KEY_MOST] = "";
    bool ok = options_read(s, w->config, environ, err) &&
              read_printer(s, w->printer, &a->printer, err) &&
              read_key(w->key_file, key, err) &&
              agent_server_open(w->server, w->printer, key, &a->server, err);

    crypt_wipe(key, sizeof(key));
    if (ok && strncmp(w->server, "http://", 7) == 0 &&
        strncmp(w->server, "http://127.", 11) != 0)
        fprintf(stderr, "密钥和号票将以明文经过网络。\nKey and tickets cross the network "
                        "in the clear: let the server be reached by https.\n");
    return ok;
}

/* The flags, or an exit code other than -1. */
static int read_flags(int argc, char **argv, struct agent_words *w)
{
    static const struct option known[] = {
        {"server", required_argument, NULL, 's'},
        {"key-file", required_argument, NULL, 'k'},
        {"printer", required_argument, NULL, 'p'},
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;

    optind = 0; /* getopt begins anew, whoever used it before */
    while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        const char **word = c == 's'   ? &w->server
                            : c == 'k' ? &w->key_file
                            : c == 'p' ? &w->printer
                            : c == 'c' ? &w->config
                                       : NULL;

        if (word == NULL) {
            fputs(help, c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_DONE : EXIT_USAGE;
        }
        *word = optarg;
    }
    if (optind == argc && w->server != NULL && w->key_file != NULL && w->printer != NULL)
        return -1;
    fputs(help, stderr);
    return EXIT_USAGE;
}

int cli_print_agent(int argc, char **argv)
{
    struct agent_words w = {0};
    struct agent a = {0};
    struct error err = {0};
    struct settings *s;
    int code = read_flags(argc, argv, &w);

    if (code >= 0)
        return code;
    world_real(&a.world);
    s = settings_new(options_table, options_count);
    code = open_agent(&w, s, &a, &err) ? live(&a) : command_fail("print-agent", &err);
    agent_server_free(a.server);
    settings_free(s);
    return code;
}
