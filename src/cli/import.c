/*
 * import.c — see import.h.
 *
 * Promise: what was told as taken is on the disk, so a command that was killed is simply
 * run again: a known (source, case_no) changes nothing. A line is taken whole or not at
 * all; one that is refused keeps no other from being taken, and is reported with its
 * number, field and reason. Works beside a running server, in parts short enough that no
 * desk waits for it. Two imports into one folder wait for each other by refusing.
 */
#include "cli/import.h"

#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/memory.h"
#include "cli/case_source.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "cli/progress.h"
#include "cli/seen.h"
#include "store/case_store.h"
#include "work/options.h"
#include "work/rules_read.h"

extern char **environ;

static const char actor[] = "command";

enum {
    SERVER_OF_IMPORTS = 2, /* its ids meet neither the server's nor other commands' */
    PART_MS = 200,         /* a transaction's length, and beside a running server: */
    PART_BESIDE_MS = 20,
    LOOK_MS = 2000, /* how often we ask whether a server runs */
};

struct import_words {
    const char *file, *data, *config;
    enum case_format format;
    bool dry, json, quiet;
};

struct counts {
    int64_t lines, added, closed, same, refused;
};

struct import {
    const struct import_words *words;
    struct folder folder;
    struct rules rules;
    struct case_source source;
    struct progress progress;
    struct counts counts;
    struct seen seen; /* of a dry run: what it would have added */
    int64_t now_ms, looked_ms;
    bool served, ended, noted;
};

/* ---- the report ---- */

static void report(struct import *m, const struct error *why)
{
    json_t *line;

    m->counts.refused++;
    progress_clear(&m->progress);
    fprintf(stderr, "%s:%" PRId64 ": %s%s%s\n", m->words->file, m->source.line,
            why->field, why->field[0] != '\0' ? ": " : "", why->text);
    if (!m->words->json)
        return;
    line = json_pack("{s:I, s:s?, s:s}", "line", (json_int_t)m->source.line, "field",
                     why->field[0] != '\0' ? why->field : NULL, "reason", why->text);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

static void tell_end(const struct import *m)
{
    const struct counts *c = &m->counts;
    char n[5][PROGRESS_NUMBER];

    if (m->words->json)
        printf("{\"lines\":%" PRId64 ",\"added\":%" PRId64 ",\"closed\":%" PRId64
               ",\"same\":%" PRId64 ",\"refused\":%" PRId64 ",\"dry_run\":%s}\n",
               c->lines, c->added, c->closed, c->same, c->refused,
               m->words->dry ? "true" : "false");
    if (m->words->quiet)
        return;
    progress_number(c->lines, n[0]);
    progress_number(c->added, n[1]);
    progress_number(c->closed, n[2]);
    progress_number(c->same, n[3]);
    progress_number(c->refused, n[4]);
    fprintf(stderr, "%s: %s%s 行：新增 %s，后续办结 %s，已有 %s，拒收 %s\n",
            m->words->file, m->words->dry ? "试运行，未写入，" : "", n[0], n[1], n[2],
            n[3], n[4]);
    fprintf(stderr, "%s: %s%s lines: %s new, %s closed later, %s known, %s refused\n",
            m->words->file, m->words->dry ? "dry run, nothing written, " : "", n[0], n[1],
            n[2], n[3], n[4]);
}

/* ---- one line ---- */

static struct case_import input_of(const struct case_event *e)
{
    return (struct case_import){.source = e->source,
                                .case_no = e->case_no,
                                .matter = e->matter,
                                .window = e->window,
                                .clerk = e->clerk,
                                .parent = e->parent[0] != '\0' ? e->parent : NULL,
                                .phone = e->has_phone ? &e->phone : NULL,
                                .accepted_ms = e->accepted_ms,
                                .closed_ms = e->closed_ms,
                                .traits = &e->traits,
                                .actor = actor};
}

static void count(struct counts *c, bool known, bool was_closed, bool is_closed)
{
    if (!known)
        c->added++;
    else if (is_closed && !was_closed)
        c->closed++;
    else
        c->same++;
}

static bool take(struct import *m, const struct case_event *e, struct error *err)
{
    struct store *st = &m->folder.store;
    const struct case_import in = input_of(e);
    struct service_case before, after;
    struct invitation inv;
    bool found, fresh;

    if (!case_event_timely(e, m->now_ms, err) ||
        !case_by_number(st, in.source, in.case_no, &before, &found, err) ||
        !case_import(st, &m->rules, &in, m->now_ms, &after, &inv, &fresh, err))
        return false;
    count(&m->counts, found, found && before.state == CASE_CLOSED,
          after.state == CASE_CLOSED);
    return true;
}

/* What a dry run does instead: it looks, and remembers what it would have added. */
static bool look(struct import *m, const struct case_event *e, struct error *err)
{
    struct store *st = &m->folder.store;
    const struct case_import in = input_of(e);
    struct service_case c;
    bool found, known, parent, closed, was_closed;

    if (!case_event_timely(e, m->now_ms, err) ||
        !case_by_number(st, in.source, in.case_no, &c, &found, err) ||
        !case_import_check(st, &in, &parent, err))
        return false;
    known = seen_has(&m->seen, in.source, in.case_no, &was_closed);
    if (!parent && !known && !seen_has(&m->seen, in.source, in.parent, &closed))
        return error_field(err, "parent", "There is no case %.60s from %.30s.", in.parent,
                           in.source);
    was_closed = (found && c.state == CASE_CLOSED) || (known && was_closed);
    count(&m->counts, found || known, was_closed, was_closed || in.closed_ms != 0);
    seen_add(&m->seen, in.source, in.case_no, was_closed || in.closed_ms != 0);
    return true;
}

/* Is this the line's fault, and not the store's? */
static bool is_refusal(const struct error *err)
{
    return err->kind != ERROR_BROKEN && err->kind != ERROR_LATER &&
           err->kind != ERROR_SETUP;
}

/* One event in a savepoint, so that a refused one leaves nothing behind. */
static bool settle(struct import *m, const struct case_event *e, struct error *err)
{
    struct db *db = m->folder.store.db;
    struct error why = {0};
    bool ok;

    if (m->words->dry) {
        ok = look(m, e, &why);
    } else {
        if (!db_savepoint(db, err))
            return false;
        ok = take(m, e, &why);
        if (db_in_transaction(db) && !(ok ? db_release(db, err) : db_undo(db, err)))
            return false;
    }
    if (ok)
        return true;
    if (!is_refusal(&why)) {
        *err = why;
        return false;
    }
    report(m, &why);
    return true;
}

/* ---- parts of the file ---- */

static bool step(struct import *m, struct error *err)
{
    struct error why = {0};
    struct case_event e;

    switch (case_source_next(&m->source, &e, &why)) {
    case CASE_GOT:
        m->counts.lines++;
        return settle(m, &e, err);
    case CASE_REFUSED:
        m->counts.lines++;
        report(m, &why);
        return true;
    default:
        m->ended = true;
        return true;
    }
}

static bool note(struct import *m, const char *action, struct error *err)
{
    const struct counts *c = &m->counts;
    char detail[160];

    snprintf(detail, sizeof(detail),
             "lines=%" PRId64 " added=%" PRId64 " closed=%" PRId64 " refused=%" PRId64,
             c->lines, c->added, c->closed, c->refused);
    return store_audit(&m->folder.store, actor, action, m->words->file,
                       c->lines > 0 ? detail : NULL, m->now_ms, err);
}

static bool fill_part(struct import *m, int64_t most_ms, struct error *err)
{
    int64_t began_ms = progress_now_ms();

    if (!m->noted && !m->words->dry && !note(m, "import.cases", err))
        return false;
    m->noted = true;
    while (!m->ended && progress_now_ms() - began_ms < most_ms)
        if (!step(m, err))
            return false;
    return !m->ended || m->words->dry || note(m, "import.cases.done", err);
}

/* The desks of a running server come in between two parts. */
static void let_others_in(struct import *m, int64_t took_ms)
{
    const struct timespec pause = {.tv_nsec =
                                       (took_ms < 50 ? took_ms + 1 : 50) * 1000000L};

    if (m->folder.store.message_added)
        folder_knock(m->folder.path);
    m->folder.store.message_added = false;
    if (!m->ended)
        nanosleep(&pause, NULL);
}

static bool part(struct import *m, struct error *err)
{
    struct db *db = m->folder.store.db;
    int64_t began_ms = progress_now_ms();
    bool ok;

    if (m->looked_ms == 0 || began_ms - m->looked_ms > LOOK_MS) {
        m->served = folder_is_served(m->folder.path);
        m->looked_ms = began_ms;
    }
    if (m->words->dry ? !db_snapshot(db, err) : !db_begin(db, err))
        return false;
    m->now_ms = m->folder.world.wall_ms(&m->folder.world);
    began_ms = progress_now_ms();
    ok = fill_part(m, m->served ? PART_BESIDE_MS : PART_MS, err);
    if (!ok || m->words->dry)
        db_rollback(db);
    else
        ok = db_commit(db, err);
    if (!ok)
        return false;
    progress_tell(&m->progress, m->counts.lines);
    if (m->served)
        let_others_in(m, progress_now_ms() - began_ms);
    return true;
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* The first Ctrl-C ends the import behind the part that runs, a second one at once. */
static void mind_interrupts(void)
{
    struct sigaction act = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};

    sigaction(SIGINT, &act, NULL);
}

static int tell_interrupted(struct import *m)
{
    progress_clear(&m->progress);
    tell_end(m);
    fprintf(stderr,
            "Interrupted behind line %" PRId64 ". What was taken stays; run the "
            "same command again and it goes on.\n",
            m->source.line);
    return EXIT_INTERRUPTED;
}

static int run(struct import *m)
{
    struct error err = {0};

    progress_begin(&m->progress, "导入", m->source.lines, m->words->quiet);
    mind_interrupts();
    while (!m->ended && interrupted == 0)
        if (!part(m, &err)) {
            progress_clear(&m->progress);
            fprintf(stderr,
                    "The import stopped near line %" PRId64 ". What was taken stays; run "
                    "the same command again and it goes on.\n",
                    m->source.line);
            command_fail("import", &err);
            return EXIT_STORE;
        }
    if (!m->ended)
        return tell_interrupted(m);
    progress_clear(&m->progress);
    tell_end(m);
    if (case_source_broken(&m->source)) {
        error_set(&err, ERROR_SETUP, "The file %.120s could not be read to its end.",
                  m->words->file);
        command_fail("import", &err);
        return EXIT_PARTLY;
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return EXIT_FAILED;
    return m->counts.refused == 0                ? EXIT_DONE
           : m->counts.refused < m->counts.lines ? EXIT_PARTLY
                                                 : EXIT_FAILED;
}

/* ---- opening ---- */

/* Ids are unique because nobody else makes them with our number meanwhile. */
static bool lock_imports(const char *data, int *fd, struct error *err)
{
    char path[1200];

    snprintf(path, sizeof(path), "%s/import.lock", data);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return error_set(err, ERROR_SETUP, "The folder %.120s cannot be written.", data);
    return flock(*fd, LOCK_EX | LOCK_NB) == 0 ||
           error_set(err, ERROR_CONFLICT,
                     "Another import into %.120s runs. Wait until it has ended.", data);
}

static bool read_rules(const struct import_words *w, struct rules *out, struct error *err)
{
    struct settings *s = settings_new(options_table, options_count);
    bool ok = options_read(s, w->config, environ, err);

    if (ok)
        rules_read(s, out);
    settings_free(s);
    return ok;
}

static int open_and_run(struct import *m)
{
    struct error err = {0};
    int lock = -1, code = -1;
    bool ok = folder_open(m->words->data, FOLDER_MUST_EXIST, &m->folder, &err) &&
              lock_imports(m->words->data, &lock, &err);

    m->folder.store.ids.server = SERVER_OF_IMPORTS;
    if (ok && m->folder.store.hall == 0)
        ok = error_set(&err, ERROR_SETUP,
                       "The folder %.120s holds no hall yet. Run: yiping hall import",
                       m->words->data);
    if (ok && read_rules(m->words, &m->rules, &err) &&
        case_source_open(m->words->file, m->words->format, &m->source, &err)) {
        code = run(m);
        case_source_close(&m->source);
    }
    if (code < 0)
        code = command_fail("import", &err);
    folder_close(&m->folder);
    if (lock >= 0)
        close(lock);
    return code;
}

static bool format_of(const char *word, enum case_format *out)
{
    *out = strcmp(word, "csv") == 0     ? CASE_FORMAT_CSV
           : strcmp(word, "jsonl") == 0 ? CASE_FORMAT_JSON
                                        : CASE_FORMAT_GUESS;
    return *out != CASE_FORMAT_GUESS;
}

static int read_words(int argc, char **argv, struct import_words *w)
{
    static const struct option known[] = {{"data", required_argument, NULL, 'd'},
                                          {"config", required_argument, NULL, 'c'},
                                          {"format", required_argument, NULL, 'f'},
                                          {"dry-run", no_argument, NULL, 'n'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {NULL, 0, NULL, 0}};
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "q", known, NULL)) != -1) {
        if (c == '?')
            return EXIT_USAGE;
        if (c == 'f' && !format_of(optarg, &w->format))
            return command_usage("import", "%s is no format: jsonl or csv.", optarg);
        w->data = c == 'd' ? optarg : w->data;
        w->config = c == 'c' ? optarg : w->config;
        w->dry = w->dry || c == 'n';
        w->json = w->json || c == 'j';
        w->quiet = w->quiet || c == 'q';
    }
    if (optind >= argc || strcmp(argv[optind], "cases") != 0)
        return command_usage("import", "Say what is to be read: cases.");
    if (optind + 2 != argc)
        return command_usage("import", "Name one file, or - for what is piped in.");
    w->file = argv[optind + 1];
    if (w->data == NULL)
        return command_usage("import", "Name the data folder: --data DIR");
    return EXIT_DONE;
}

int cli_import(int argc, char **argv)
{
    struct import_words words = {0};
    struct import *m;
    int code = read_words(argc, argv, &words);

    if (code != EXIT_DONE)
        return code;
    m = memory_new(sizeof(*m));
    m->words = &words;
    code = open_and_run(m);
    seen_free(&m->seen);
    free(m);
    return code;
}
