/*
 * sending_house.h — a hall with three gateways and no wire, on a clock moved by hand: for
 * tests of which way messages go, and of what answers, reports and crashes leave of them.
 *
 * Each gateway is a name, a sender and a habit; what it says is said by the test. Steps
 * are written as a story: "take retry wait:60 take accept:a,b ref:a=DELIVERED".
 */
#ifndef TESTS_SENDING_HOUSE_H
#define TESTS_SENDING_HOUSE_H

#include "sms_house.h"

#include <stdatomic.h>

#include "store/gateway_store.h"
#include "store/person_store.h"

#define ME    "13900001000"
#define OTHER "13900002000"
#define OLD   "18600001000" /* a number of another carrier */

static inline bool no_query(const struct gateway *g, const struct sms_mt *mt,
                            int64_t sent_ms, struct request *out, struct error *err)
{
    (void)g;
    (void)mt;
    (void)sent_ms;
    (void)out;
    return error_set(err, ERROR_BROKEN, "Nobody carries anything here.");
}

static inline void nothing(struct gateway *g)
{
    (void)g;
}

static const struct gateway_ops mute = {.name = "mute", .close = nothing};
static const struct gateway_ops asked = {
    .name = "asked", .query = no_query, .close = nothing};

/* The hall, without threads: everything is done here and now. */
struct post {
    struct house h; /* folder, store, rules, roster, outbox */
    int64_t now_ms;
    int64_t id; /* the message that the story is about */
    int cases;
    char values[OUTBOX_VALUES], text[GATEWAY_TEXT_MOST], from[SENDER_SIZE], kind[24];
};

static struct error mine; /* what went wrong last; a test fails with its sentence */

static inline void must(bool ok)
{
    house_must(ok, &mine);
}

static inline void add_gateway(struct post *p, const char *name, const char *number,
                               enum gateway_slots slots, const struct gateway_ops *ops,
                               const char *prefixes)
{
    struct roster *r = &p->h.roster;
    struct gateway *g = &r->gateways[r->count];
    struct route_to *route = &r->routing.routes[r->count];

    *g =
        (struct gateway){.ops = ops, .slots = slots, .in_flight = 4, .timeout_ms = 10000};
    *route = (struct route_to){.order = r->count};
    snprintf(g->name, sizeof(g->name), "%s", name);
    snprintf(route->name, sizeof(route->name), "%s", name);
    snprintf(g->access_number, sizeof(g->access_number), "%s", number);
    assert_true(routing_prefixes_read(route, prefixes));
    r->routing.count = ++r->count;
}

/* "city" takes everybody and carries slots, "modem" takes 186 first and does not, "last"
 * is asked when nobody else can. */
static inline void post_open(struct post *p)
{
    struct house *h = &p->h;
    char path[128];

    *p = (struct post){.now_ms = HOUSE_START_MS};
    mine = (struct error){0};
    snprintf(h->folder, sizeof(h->folder), "/tmp/yiping-send-XXXXXX");
    world_by_hand(&h->world, HOUSE_START_MS, 11);
    assert_non_null(mkdtemp(h->folder));
    snprintf(path, sizeof(path), "%s/key", h->folder);
    must(keyring_open(path, true, &h->world, &h->keys, &mine));
    must(store_open(h->folder, DB_WRITE, &h->world, &h->keys, &h->st, &mine));
    house_import(h);
    store_close(&h->st);
    must(store_open(h->folder, DB_WRITE, &h->world, &h->keys, &h->st, &mine));
    must(store_open(h->folder, DB_READ, &h->world, &h->keys, &h->look, &mine));
    h->rules = (struct rules){
        .rating = {.correction_ms = HOUSE_DAY, .order = order_rules_default},
        .invite = {.window = {9 * 60, 20 * 60},
                   .open_working_days = 5,
                   .open_days_max = 15,
                   .per_day = 9,
                   .per_30_days = 90}};
    add_gateway(p, "city", "1069012345", SLOTS_EXTENSION, &asked, "");
    add_gateway(p, "modem", "17000000000", SLOTS_LETTERS, &mute, "186");
    add_gateway(p, "last", "", SLOTS_ONE, &mute, "");
    h->outbox = (struct outbox){&h->rules, &h->roster, &h->world, 30 * HOUSE_DAY, NULL};
    h->st.routing = &h->roster.routing;
}

static inline void post_close(struct post *p)
{
    static const char *const files[] = {"key", "yiping.db", "yiping.db-wal",
                                        "yiping.db-shm"};
    char path[128];

    house_frame_free(p->h.look.frame);
    house_frame_free(p->h.st.frame);
    store_close(&p->h.look);
    store_close(&p->h.st);
    for (size_t i = 0; i < LENGTH(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", p->h.folder, files[i]);
        unlink(path);
    }
    rmdir(p->h.folder);
}

static inline void begin(struct post *p)
{
    must(db_begin(p->h.st.db, &mine));
}

static inline void commit(struct post *p)
{
    must(db_commit(p->h.st.db, &mine));
}

static inline void run_sql(struct post *p, const char *sql)
{
    begin(p);
    must(db_run(p->h.st.db, sql, DB_NONE, &mine));
    commit(p);
}

static inline int64_t number(struct post *p, const char *sql)
{
    return house_number(&p->h, sql);
}

static inline void expect(struct post *p, const char *sql, const char *want)
{
    house_expect(&p->h, sql, want);
}

/* Closes a case; the message that asks about it is the one of the story. */
static inline int64_t close_case(struct post *p, const char *phone_text)
{
    struct invitation inv;
    struct service_case out;
    struct phone phone;
    char no[24];
    struct case_import in = {.source = "test",
                             .case_no = no,
                             .matter = "food-licence",
                             .window = "A01",
                             .clerk = "1001",
                             .phone = &phone,
                             .accepted_ms = p->now_ms - HOUSE_HOUR,
                             .closed_ms = p->now_ms,
                             .actor = "test"};
    bool fresh;

    snprintf(no, sizeof(no), "N%d", ++p->cases);
    must(phone_parse(phone_text, "86", &phone, &mine));
    begin(p);
    must(case_import(&p->h.st, &p->h.rules, &in, p->now_ms, &out, &inv, &fresh, &mine));
    commit(p);
    p->id = inv.message_id;
    return out.id;
}

static inline void get(struct post *p, struct message *m)
{
    must(message_get(&p->h.st, p->id, m, &mine));
}

static inline int reroute(struct post *p, int from)
{
    struct message_place place = MESSAGE_PLACE_START;
    int moved;

    begin(p);
    must(outbox_route(&p->h.st, &p->h.outbox, from, 1000, &place, p->now_ms, &moved,
                      &mine));
    commit(p);
    return moved;
}

static inline void shut(struct post *p, uint32_t routes)
{
    atomic_store(&p->h.roster.routing.shut, routes);
}

/* Takes the story's message through its planned gateway, due or not. */
static inline bool take(struct post *p)
{
    struct outgoing *out = calloc(1, sizeof(*out));
    const struct gateway *g;
    struct message m;
    bool leaves;

    get(p, &m);
    g = roster_find(&p->h.roster, m.gateway);
    assert_non_null(g);
    begin(p);
    must(outbox_take(&p->h.st, &p->h.outbox, g, p->id, p->now_ms, out, &leaves, &mine));
    commit(p);
    if (leaves) {
        get(p, &m);
        assert_int_equal(m.state, MESSAGE_SUBMITTING);
        assert_int_equal(m.attempt, out->attempt);
        assert_string_equal(out->kind, m.kind);
        memcpy(p->values, out->values, sizeof(p->values));
        memcpy(p->text, out->text, sizeof(p->text));
        memcpy(p->from, out->from, sizeof(p->from));
        memcpy(p->kind, out->kind, sizeof(p->kind));
    }
    free(out);
    return leaves;
}

/* ---- stories ---- */

static inline void book(struct post *p, int attempt, enum outcome outcome,
                        const char *refs)
{
    struct submitted submitted = {.reason = "said so"};
    const struct gateway *g;
    char through[40];

    while (refs != NULL && *refs != '\0') {
        size_t length = strcspn(refs, ",");

        snprintf(submitted.refs[submitted.ref_count++], GATEWAY_REF, "%.*s", (int)length,
                 refs);
        refs += length + (refs[length] == ',');
    }
    begin(p);
    must(message_attempt_gateway(&p->h.st, p->id, attempt, through, &mine));
    g = roster_find(&p->h.roster, through);
    must(outbox_book(&p->h.st, &p->h.outbox, g, p->id, attempt, outcome, &submitted,
                     p->now_ms, &mine));
    commit(p);
}

static inline enum report_state state_of(const char *word)
{
    static const char *const words[] = {
        [REPORT_BUFFERED] = "BUFFERED",
        [REPORT_DELIVERED] = "DELIVERED",
        [REPORT_UNDELIVERED] = "UNDELIVERED",
        [REPORT_EXPIRED] = "EXPIRED",
    };

    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(words[i], word) == 0)
            return (enum report_state)i;
    fail_msg("no such report: %s", word);
    return REPORT_BUFFERED;
}

/* What the inbox does with a report. */
static inline bool hear(struct post *p, const char *gateway, struct news *news)
{
    int64_t id;
    int attempt;
    bool found, changed;

    news->kind = NEWS_REPORT;
    begin(p);
    must(outbox_report_find(&p->h.st, gateway, news, p->now_ms, &id, &attempt, &found,
                            &mine));
    if (found)
        must(outbox_report(&p->h.st, &p->h.outbox, id, news, p->now_ms, &changed, &mine));
    commit(p);
    return found;
}

static inline void report(struct post *p, int attempt, const char *ref, const char *word)
{
    struct news news = {.state = state_of(word), .from = ME};
    struct message m;
    char through[40] = "city";

    if (ref != NULL) {
        snprintf(news.ref, sizeof(news.ref), "%s", ref);
    } else {
        gateway_reference(p->id, attempt, news.reference);
        must(message_attempt_gateway(&p->h.st, p->id, attempt, through, &mine));
    }
    get(p, &m);
    hear(p, through, &news);
}

/* A spool folder names what it took only now, beside our reference. */
static inline void named(struct post *p, int attempt, const char *ref)
{
    struct news news = {.state = REPORT_BUFFERED, .from = ME};
    char through[40];

    snprintf(news.ref, sizeof(news.ref), "%s", ref);
    gateway_reference(p->id, attempt, news.reference);
    must(message_attempt_gateway(&p->h.st, p->id, attempt, through, &mine));
    hear(p, through, &news);
}

static inline int ask(struct post *p)
{
    struct asking *out = calloc(8, sizeof(*out));
    int64_t next_ms;
    int count;

    begin(p);
    must(outbox_asks(&p->h.st, &p->h.outbox, p->now_ms, 8, out, &count, &next_ms, &mine));
    commit(p);
    if (count > 0) {
        struct message m;

        get(p, &m);
        assert_int_equal(out[0].sent_ms, m.submitted_ms);
        assert_string_equal(out[0].gateway, "city");
        assert_string_equal(out[0].out.to.e164, "+86" ME);
        assert_string_equal(out[0].out.values, p->values);
        assert_string_equal(out[0].out.text, p->text);
        assert_true(next_ms > p->now_ms);
    }
    free(out);
    return count;
}

static inline void answered(struct post *p, const char *word)
{
    struct news news = {.kind = NEWS_REPORT};
    enum found found = strcmp(word, "nothing") == 0  ? FOUND_NOTHING
                       : strcmp(word, "silent") == 0 ? FOUND_NO_ANSWER
                                                     : FOUND_IT;
    struct message m;

    get(p, &m);
    if (found == FOUND_IT)
        news.state = state_of(word);
    begin(p);
    must(outbox_answered(&p->h.st, &p->h.outbox, p->id, m.attempt, found, &news,
                         p->now_ms, &mine));
    commit(p);
}

/* The number behind '@', else the newest attempt. */
static inline int attempt_of(struct post *p, const char *word)
{
    const char *at = strchr(word, '@');
    struct message m;

    get(p, &m);
    return at != NULL ? atoi(at + 1) : m.attempt;
}

static const char *after(const char *word, char mark)
{
    const char *at = strchr(word, mark);

    return at != NULL ? at + 1 : NULL;
}

static inline void one_step(struct post *p, char *word)
{
    int attempt = attempt_of(p, word);
    char *is = strchr(word, '=');

    if (is != NULL)
        *is++ = '\0';
    if (strcmp(word, "take") == 0)
        assert_true(take(p));
    else if (strcmp(word, "held") == 0)
        assert_false(take(p));
    else if (strncmp(word, "retry", 5) == 0)
        book(p, attempt, OUTCOME_RETRY, NULL);
    else if (strncmp(word, "refuse", 6) == 0)
        book(p, attempt, OUTCOME_REFUSED, NULL);
    else if (strncmp(word, "unknown", 7) == 0)
        book(p, attempt, OUTCOME_UNKNOWN, NULL);
    else if (strncmp(word, "accept", 6) == 0)
        book(p, attempt, OUTCOME_ACCEPTED, is);
    else if (strncmp(word, "ref:", 4) == 0)
        report(p, 0, after(word, ':'), is);
    else if (strncmp(word, "named", 5) == 0)
        named(p, attempt, is);
    else if (strncmp(word, "report", 6) == 0)
        report(p, attempt, NULL, is);
    else if (strncmp(word, "wait:", 5) == 0)
        p->now_ms += atoi(after(word, ':')) * 1000;
    else if (strcmp(word, "ask") == 0)
        assert_int_equal(ask(p), 1);
    else if (strcmp(word, "quiet") == 0)
        assert_int_equal(ask(p), 0);
    else if (strcmp(word, "found") == 0)
        answered(p, is);
    else if (strcmp(word, "shut") == 0)
        shut(p, (uint32_t)atoi(is));
    else if (strcmp(word, "route") == 0)
        assert_int_equal(reroute(p, atoi(is)), 1);
    else
        fail_msg("no such step: %s", word);
}

static inline void tell(struct post *p, const char *story)
{
    char copy[512], *rest = copy, *word;

    snprintf(copy, sizeof(copy), "%s", story);
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word != '\0')
            one_step(p, word);
}

/* Whether the day's counts of this gateway are "what n what n …" and nothing else. */
static inline void expect_counts(struct post *p, const char *gateway, const char *want)
{
    int64_t n[GATEWAY_COUNTS];
    char got[512] = "";

    must(gateway_counts(&p->h.st, gateway, hall_local_date(p->h.st.frame, p->now_ms), n,
                        &mine));
    for (int i = 0; i < GATEWAY_COUNTS; i++)
        if (n[i] != 0)
            snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s %lld",
                     got[0] != '\0' ? " " : "", gateway_count_name((enum gateway_count)i),
                     (long long)n[i]);
    if (strcmp(got, want) != 0)
        fail_msg("%s counted \"%s\"\n not \"%s\"", gateway, got, want);
}

#endif
