/*
 * city.c — a city that answers: phones with up to five open cases, shared phones, late,
 * garbled and repeated replies, three gateways (extensions, letters, one at a time).
 *
 *     city HALL.json [REPLIES [SEED [BOOK]]]     one line of JSON; exit 1 where a link is
 *                                                wrong
 *
 * People mean something: each reply has a case and a grade in mind, which the program is
 * not told. A rating is wrong where it stands on another case or has another grade than
 * the person meant who wrote the reply that it was read from. Time is moved by hand; the
 * program's own outbox and inbox do the work, on a real store with synced commits of up
 * to 512, as the writer makes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "gateways/gateways.h"
#include "store/message_cases.h"
#include "store/case_store.h"
#include "store/hall_store.h"
#include "store/inbound_store.h"
#include "store/message_store.h"
#include "work/inbox.h"
#include "work/outbox.h"

#define HOUR_MS  INT64_C(3600000)
#define DAY_MS   (24 * HOUR_MS)
#define START_MS INT64_C(1772409600000) /* Monday 2026-03-02, 08:00 in China */

enum { BATCH = 512, PHONES_A_REPLY = 4, KINDS = 9 };

enum kind {
    PLAIN,    /* the digit, with its letter where the text gave one */
    WORDS,    /* a grade and a remark, or the grade in words */
    BARE,     /* the digit without the letter */
    LATE,     /* days later, maybe after the time is over */
    GARBLED,  /* a wrong charset on the way */
    UNCLEAR,  /* no grade at all */
    FOREIGN,  /* from a phone that nobody asked */
    CUT,      /* the route took the extension off the receiver */
    REPEATED, /* the same again, under another id */
};
static const char *const kind_names[KINDS] = {
    "plain", "words", "bare", "late", "garbled", "unclear", "foreign", "cut", "repeated"};

/* A reply that somebody will write, and what is meant by it. */
struct reply {
    int64_t at_ms, case_id;
    int grade; /* 0: none is meant */
    enum kind kind;
    int phone;
    char to[SENDER_SIZE], text[120];
};

struct city {
    struct store st;
    struct world world;
    struct keyring keys;
    struct rules rules;
    struct roster roster;
    struct outbox outbox;
    char folder[64];
    uint64_t lot;
    int64_t now_ms;
    int wanted, phones, cases;
    /* A heap by time. */
    struct reply *replies;
    int count, room;
    /* What was written, by the gateway's id "r0" … */
    struct reply *written;
    int written_count;
    double read_s, read_cpu_s;
    int64_t kept;
};

/* ---- small helps ---- */

static void must(bool ok, const struct error *err)
{
    if (ok)
        return;
    fprintf(stderr, "city: %s %s\n", err->text, err->cause);
    exit(2);
}

static uint64_t lot(struct city *c)
{
    uint64_t z = c->lot += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int below(struct city *c, int most)
{
    return (int)(lot(c) % (uint64_t)most);
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Phones of the three gateways take turns. */
static void number_of(int phone, char out[24])
{
    snprintf(out, 24, "13%d%08d", phone % 3, phone);
}

static void swap(struct reply *a, struct reply *b)
{
    struct reply t = *a;

    *a = *b;
    *b = t;
}

static void plan(struct city *c, const struct reply *r)
{
    int i = c->count++;

    if (c->count > c->room) {
        c->room = c->room * 2 + 1024;
        c->replies = realloc(c->replies, sizeof(*c->replies) * (size_t)c->room);
        if (c->replies == NULL)
            abort();
    }
    c->replies[i] = *r;
    for (; i > 0 && c->replies[i].at_ms < c->replies[(i - 1) / 2].at_ms; i = (i - 1) / 2)
        swap(&c->replies[i], &c->replies[(i - 1) / 2]);
}

static struct reply next_reply(struct city *c)
{
    struct reply first = c->replies[0];
    int i = 0;

    c->replies[0] = c->replies[--c->count];
    for (;;) {
        int least = i, left = 2 * i + 1;

        if (left < c->count && c->replies[left].at_ms < c->replies[least].at_ms)
            least = left;
        if (left + 1 < c->count && c->replies[left + 1].at_ms < c->replies[least].at_ms)
            least = left + 1;
        if (least == i)
            return first;
        swap(&c->replies[i], &c->replies[least]);
        i = least;
    }
}

/* ---- the house ---- */

struct gateway_words {
    const char *access_number, *prefixes, *slots;
};

static const char *word_of(const struct gateway_setup *setup, const char *key)
{
    const struct gateway_words *w = setup->self;

    return strcmp(key, "access_number") == 0 ? w->access_number
           : strcmp(key, "prefixes") == 0    ? w->prefixes
           : strcmp(key, "slots") == 0       ? w->slots
                                             : NULL;
}

static void open_gateways(struct city *c)
{
    static const struct gateway_words words[] = {
        {"1069012345", "130", "extension"},
        {"1069054321", "131", "letters"},
        {"13800000000", "132", "one"},
    };

    for (size_t i = 0; i < LENGTH(words); i++) {
        const struct gateway_setup setup = {.name = words[i].slots,
                                            .kind = "virtual",
                                            .value = word_of,
                                            .self = &words[i]};
        struct error err = {0};

        must(roster_open(&c->roster, &setup, &err), &err);
    }
}

static void import_hall(struct city *c, const char *path)
{
    struct hall_changes changes;
    struct hall_file *file;
    struct error err = {0};
    struct buf text = buf_new(1 << 20);
    char piece[4096];
    FILE *f = fopen(path, "r");
    size_t n;

    if (f == NULL) {
        perror(path);
        exit(2);
    }
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        buf_add(&text, piece, n);
    fclose(f);
    must(hall_parse(buf_text(&text), text.length, NULL, &file, &err), &err);
    must(db_begin(c->st.db, &err), &err);
    must(hall_import(&c->st, file, START_MS - DAY_MS, &changes, &err), &err);
    must(db_commit(c->st.db, &err), &err);
    hall_free(file);
    buf_free(&text);
}

static void open_store(struct city *c)
{
    struct error err = {0};

    must(store_open(c->folder, DB_WRITE, &c->world, &c->keys, &c->st, &err), &err);
    c->st.routing = &c->roster.routing;
}

static void open_house(struct city *c, const char *hall, uint64_t seed)
{
    char path[128];
    struct error err = {0};

    snprintf(c->folder, sizeof(c->folder), "/tmp/yiping-city-XXXXXX");
    if (mkdtemp(c->folder) == NULL)
        abort();
    c->lot = seed;
    world_by_hand(&c->world, START_MS, seed);
    snprintf(path, sizeof(path), "%s/key", c->folder);
    must(keyring_open(path, true, &c->world, &c->keys, &err), &err);
    open_gateways(c);
    open_store(c);
    import_hall(c, hall);
    store_close(&c->st);
    open_store(c);
    c->rules =
        (struct rules){.rating = {.correction_ms = DAY_MS, .order = order_rules_default},
                       .invite = {.delay_low_ms = HOUR_MS / 2,
                                  .delay_high_ms = HOUR_MS,
                                  .window = {9 * 60, 20 * 60},
                                  .open_working_days = 5,
                                  .open_days_max = 15,
                                  .per_day = 5,
                                  .per_30_days = 20,
                                  .remind_after_ms = 3 * DAY_MS}};
    c->outbox = (struct outbox){.rules = &c->rules,
                                .roster = &c->roster,
                                .world = &c->world,
                                .slot_rest_ms = 30 * DAY_MS};
    c->now_ms = START_MS;
}

static void close_house(struct city *c)
{
    static const char *const files[] = {"key", "yiping.db", "yiping.db-wal",
                                        "yiping.db-shm"};
    char path[128];

    store_close(&c->st);
    roster_close(&c->roster);
    for (size_t i = 0; i < LENGTH(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", c->folder, files[i]);
        unlink(path);
    }
    rmdir(c->folder);
    free(c->replies);
    free(c->written);
}

static void begin(struct city *c)
{
    struct error err = {0};

    must(db_begin(c->st.db, &err), &err);
}

static void commit(struct city *c)
{
    struct error err = {0};

    must(db_commit(c->st.db, &err), &err);
}

/* ---- what happens in the halls ---- */

/* Half of all cases are of people who come often, or of a phone that several share. */
static void close_case(struct city *c)
{
    int phone = below(c, 2) == 0 ? below(c, c->phones / 5 + 1) : below(c, c->phones);
    struct service_case out;
    struct invitation inv;
    struct phone number;
    struct error err = {0};
    char digits[24], case_no[24];
    bool fresh;
    struct case_import in = {.source = "city",
                             .case_no = case_no,
                             .matter = "food-licence",
                             .window = "A01",
                             .clerk = "1001",
                             .phone = &number,
                             .accepted_ms = c->now_ms - HOUR_MS,
                             .closed_ms = c->now_ms,
                             .actor = "city"};

    number_of(phone, digits);
    snprintf(case_no, sizeof(case_no), "C%d", ++c->cases);
    must(phone_parse(digits, "86", &number, &err), &err);
    must(case_import(&c->st, &c->rules, &in, c->now_ms, &out, &inv, &fresh, &err), &err);
}

/* ---- what people write ---- */

static const char *const grade_words[] = {"",         "非常不满意", "不满意",
                                          "基本满意", "满意",       "非常满意"};
static const char *const unclear_words[] = {"你好",   "这是什么",   "好评",
                                            "在吗？", "我上周办的", "办理中吗"};

static void word(struct city *c, struct reply *r, char letter)
{
    char front[3] = {letter, '\0', '\0'};

    if (r->kind == BARE)
        front[0] = '\0';
    switch (r->kind) {
    case WORDS:
        if (below(c, 2) == 0)
            snprintf(r->text, sizeof(r->text), "%s %s", front, grade_words[r->grade]);
        else
            snprintf(r->text, sizeof(r->text), "%s%d，窗口的同志辛苦了", front, r->grade);
        return;
    case GARBLED:
        snprintf(r->text, sizeof(r->text), "%s",
                 "\xc3\xa6\xc2\xbb\xc2\xa1\xc3\xa6\xc2\x84\xc2\x8f");
        r->grade = 0;
        return;
    case UNCLEAR:
        snprintf(r->text, sizeof(r->text), "%s",
                 unclear_words[below(c, (int)LENGTH(unclear_words))]);
        r->grade = 0;
        return;
    default:
        snprintf(r->text, sizeof(r->text), "%s%d", front, r->grade);
    }
}

static enum kind kind_by_lot(struct city *c)
{
    static const int weights[KINDS] = {50, 15, 8, 12, 3, 4, 2, 3, 3};
    int drawn = below(c, 100), kind = 0;

    while (drawn >= weights[kind])
        drawn -= weights[kind++];
    return (enum kind)kind;
}

/* Somebody who got the survey answers about one of its cases; some never do. */
static void answer(struct city *c, const struct outgoing *out)
{
    struct link_case cases[LINK_CASES];
    struct reply r = {.kind = kind_by_lot(c), .grade = 1 + below(c, 5)};
    struct error err = {0};
    int count, which;

    if (strncmp(out->kind, "survey", 6) != 0 || below(c, 10) == 0)
        return;
    must(message_cases(&c->st, out->id, cases, &count, &err), &err);
    which = below(c, count);
    r.case_id = cases[which].id;
    r.phone = atoi(out->to.e164 + strlen("+86130"));
    r.at_ms = c->now_ms + 60000 + (int64_t)(lot(c) % (uint64_t)(30 * HOUR_MS));
    if (r.kind == LATE)
        r.at_ms += DAY_MS * (2 + below(c, 16));
    snprintf(r.to, sizeof(r.to), "%s", out->from);
    if (r.kind == CUT)
        snprintf(r.to, sizeof(r.to), "%.10s", out->from);
    if (r.kind == FOREIGN) {
        r.phone += c->phones + 3 - c->phones % 3;
        r.grade = 0;
    }
    word(c, &r, cases[which].letter);
    plan(c, &r);
    if (r.kind == REPEATED) {
        r.at_ms += 5000 + below(c, 600000);
        plan(c, &r);
    }
}

/* ---- sending and hearing ---- */

static void send_of(struct city *c, const struct gateway *g)
{
    int64_t ids[BATCH];
    struct error err = {0};
    int count;

    must(messages_due(&c->st, g->name, c->now_ms, BATCH, ids, &count, &err), &err);
    while (count > 0) {
        begin(c);
        for (int i = 0; i < count; i++) {
            const struct submitted yes = {.refs = {"v"}, .ref_count = 1};
            struct outgoing out = {0};
            bool leaves;

            must(outbox_take(&c->st, &c->outbox, g, ids[i], c->now_ms, &out, &leaves,
                             &err),
                 &err);
            if (!leaves)
                continue;
            must(outbox_book(&c->st, &c->outbox, g, out.id, out.attempt, OUTCOME_ACCEPTED,
                             &yes, c->now_ms, &err),
                 &err);
            answer(c, &out);
        }
        commit(c);
        must(messages_due(&c->st, g->name, c->now_ms, BATCH, ids, &count, &err), &err);
    }
}

static void keep(struct city *c, const struct reply *r)
{
    struct callback raw = callback_new(false);
    struct error err = {0};
    char digits[24];
    int fresh;

    number_of(r->phone, digits);
    buf_addf(&raw.body,
             "{\"type\":\"reply\",\"id\":\"r%d\",\"phone\":\"%s\",\"to\":\"%s\",\"text\":"
             "\"%s\",\"at\":%lld}",
             c->written_count, digits, r->to, r->text, (long long)r->at_ms);
    c->written[c->written_count++] = *r;
    must(inbox_keep(&c->st, &c->roster.gateways[r->phone % 3], &raw, c->now_ms, &fresh,
                    &err),
         &err);
    c->kept += fresh;
    callback_free(&raw);
}

/* Keeps up to a batch of what is due, then reads it, each with a synced commit. */
static bool hear_batch(struct city *c)
{
    struct reply due[BATCH];
    int64_t ids[BATCH];
    struct error err = {0};
    int n = 0, count;
    double start, start_cpu;

    while (n < BATCH && c->count > 0 && c->replies[0].at_ms <= c->now_ms &&
           c->written_count + n < c->wanted)
        due[n++] = next_reply(c);
    if (n == 0)
        return false;
    start = seconds(CLOCK_MONOTONIC);
    start_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    begin(c);
    for (int i = 0; i < n; i++)
        keep(c, &due[i]);
    commit(c);
    must(inbound_due(&c->st, c->now_ms, BATCH, ids, &count, &err), &err);
    begin(c);
    for (int i = 0; i < count; i++)
        must(inbox_read(&c->st, &c->outbox, ids[i], c->now_ms, &err), &err);
    commit(c);
    c->read_s += seconds(CLOCK_MONOTONIC) - start;
    c->read_cpu_s += seconds(CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
    return true;
}

static void live(struct city *c)
{
    int a_tick = c->wanted / 100 + 1;

    while (c->written_count < c->wanted) {
        int hour = (int)((c->now_ms + 8 * HOUR_MS) / HOUR_MS % 24);

        if (hour >= 9 && hour < 17) {
            begin(c);
            for (int i = 0; i < a_tick; i++)
                close_case(c);
            commit(c);
        }
        c->now_ms += HOUR_MS / 2;
        atomic_store(&c->world.hand_ms, c->now_ms);
        for (int i = 0; i < c->roster.count; i++)
            send_of(c, &c->roster.gateways[i]);
        while (hear_batch(c))
            ;
    }
}

/* Phones of people who never write. Nothing of them is sealed rightly, for nobody asks.
 */
static void fill_book(struct city *c, int64_t phones)
{
    struct error err = {0};

    begin(c);
    must(
        db_run(c->st.db, "DROP INDEX phones_token", DB_NONE, &err) &&
            db_run(c->st.db,
                   "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                   " i < $1) INSERT INTO phones (id, hall, token, sealed) SELECT i, $2,"
                   " randomblob(32), randomblob(44) FROM n",
                   DB(db_int(phones), db_int(c->st.hall)), &err) &&
            db_run(c->st.db, "CREATE UNIQUE INDEX phones_token ON phones (hall, token)",
                   DB_NONE, &err),
        &err);
    commit(c);
}

/* ---- the verdict ---- */

static int64_t number(struct city *c, const char *sql)
{
    struct error err = {0};
    struct db_cursor cursor;
    int64_t n = 0;
    bool found;

    must(db_find(c->st.db, sql, DB_NONE, &cursor, &found, &err), &err);
    if (found)
        n = db_get_int(&cursor, 0);
    db_done(&cursor);
    return n;
}

/* Ratings that stand where nobody meant them; the first ones are shown. */
static int64_t count_wrong(struct city *c)
{
    struct error err = {0};
    struct db_cursor row;
    int64_t wrong = 0;

    must(db_query(c->st.db,
                  "SELECT i.once, r.case_id, r.grade FROM ratings r JOIN inbound i ON "
                  "i.id = r.inbound_id",
                  DB_NONE, &row, &err),
         &err);
    while (db_next(&row, &err)) {
        const struct reply *r = &c->written[atoi(db_get_text(&row, 0) + 1)];

        if (r->case_id == db_get_int(&row, 1) && r->grade == db_get_int(&row, 2))
            continue;
        if (wrong++ < 10)
            fprintf(stderr,
                    "wrong: \"%s\" to %s (%s), meant grade %d of %lld, is %lld of %lld\n",
                    r->text, r->to, kind_names[r->kind], r->grade, (long long)r->case_id,
                    (long long)db_get_int(&row, 2), (long long)db_get_int(&row, 1));
    }
    db_done(&row);
    return wrong;
}

#define ACTS(where)                                                                      \
    "SELECT count(*) FROM readings WHERE outcome NOT IN ('delivered') AND " where

int main(int argc, char **argv)
{
    struct city *c = memory_new(sizeof(*c));
    uint64_t seed = argc > 3 && strcmp(argv[3], "-") != 0 ? strtoull(argv[3], NULL, 10)
                                                          : (uint64_t)time(NULL) % 100000;
    int64_t book = argc > 4 ? strtoll(argv[4], NULL, 10) : 0;
    int64_t wrong;

    if (argc < 2) {
        fprintf(stderr, "city HALL.json [REPLIES [SEED [BOOK]]]\n");
        return 2;
    }
    log_least(LOG_LEVEL_ERROR);
    c->wanted = argc > 2 ? atoi(argv[2]) : 100000;
    c->phones = c->wanted / PHONES_A_REPLY + 10;
    c->written = memory_new(sizeof(*c->written) * ((size_t)c->wanted + 1));
    open_house(c, argv[1], seed);
    if (book > 0)
        fill_book(c, book);
    live(c);
    wrong = count_wrong(c);
    printf(
        "{\"seed\":%llu,\"replies\":%d,\"cases\":%d,\"linked\":%lld,\"asked_back\":%lld,"
        "\"unlinked\":%lld,\"ratings\":%lld,\"corrections\":%lld,\"wrong\":%lld,"
        "\"phone_book\":%lld,\"replies_a_second\":%.0f,\"cpu_us_each\":%.0f}\n",
        (unsigned long long)seed, c->written_count, c->cases,
        (long long)number(c, ACTS("case_id IS NOT NULL")),
        (long long)number(c, ACTS("act IN ('asked_back', 'ask_back')")),
        (long long)number(c, ACTS("act = 'unlinked'")),
        (long long)number(c, "SELECT count(*) FROM ratings WHERE round = 0"),
        (long long)number(c, "SELECT count(*) FROM ratings WHERE round = 1"),
        (long long)wrong, (long long)number(c, "SELECT count(*) FROM phones"),
        c->read_s > 0 ? (double)c->written_count / c->read_s : 0,
        c->read_cpu_s * 1e6 / (c->written_count > 0 ? c->written_count : 1));
    close_house(c);
    return wrong == 0 ? 0 : 1;
}
