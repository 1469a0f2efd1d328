/*
 * sending_test.c — which way messages go, and what answers, reports and crashes leave of
 * them: a hall with three gateways and no wire, on a clock moved by hand.
 *
 * Each gateway is a name, a sender and a habit; what it says is said by the test. Steps
 * are written as a story: "take retry wait:60 take accept:a,b ref:a=DELIVERED".
 */
#include "sms_house.h"

#include <stdatomic.h>

#include "store/gateway_store.h"
#include "store/person_store.h"

#define ME    "13900001000"
#define OTHER "13900002000"
#define OLD   "18600001000" /* a number of another carrier */

static bool no_query(const struct gateway *g, const struct sms_mt *mt, int64_t sent_ms,
                     struct request *out, struct error *err)
{
    (void)g;
    (void)mt;
    (void)sent_ms;
    (void)out;
    return error_set(err, ERROR_BROKEN, "Nobody carries anything here.");
}

static void nothing(struct gateway *g)
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

static void must(bool ok)
{
    house_must(ok, &mine);
}

static void add_gateway(struct post *p, const char *name, const char *number,
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
static void post_open(struct post *p)
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
        .rating = {.correction_ms = HOUSE_DAY, .contact_days = 1, .fix_days = 5},
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

static void post_close(struct post *p)
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

static void begin(struct post *p)
{
    must(db_begin(p->h.st.db, &mine));
}

static void commit(struct post *p)
{
    must(db_commit(p->h.st.db, &mine));
}

static void run_sql(struct post *p, const char *sql)
{
    begin(p);
    must(db_run(p->h.st.db, sql, DB_NONE, &mine));
    commit(p);
}

static int64_t number(struct post *p, const char *sql)
{
    return house_number(&p->h, sql);
}

static void expect(struct post *p, const char *sql, const char *want)
{
    house_expect(&p->h, sql, want);
}

/* Closes a case; the message that asks about it is the one of the story. */
static int64_t close_case(struct post *p, const char *phone_text)
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

static void get(struct post *p, struct message *m)
{
    must(message_get(&p->h.st, p->id, m, &mine));
}

static int reroute(struct post *p, int from)
{
    struct message_place place = MESSAGE_PLACE_START;
    int moved;

    begin(p);
    must(outbox_route(&p->h.st, &p->h.outbox, from, 1000, &place, p->now_ms, &moved,
                      &mine));
    commit(p);
    return moved;
}

static void shut(struct post *p, uint32_t routes)
{
    atomic_store(&p->h.roster.routing.shut, routes);
}

/* Takes the story's message through its planned gateway, due or not. */
static bool take(struct post *p)
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

static void book(struct post *p, int attempt, enum outcome outcome, const char *refs)
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

static enum report_state state_of(const char *word)
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
static bool hear(struct post *p, const char *gateway, struct news *news)
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

static void report(struct post *p, int attempt, const char *ref, const char *word)
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
static void named(struct post *p, int attempt, const char *ref)
{
    struct news news = {.state = REPORT_BUFFERED, .from = ME};
    char through[40];

    snprintf(news.ref, sizeof(news.ref), "%s", ref);
    gateway_reference(p->id, attempt, news.reference);
    must(message_attempt_gateway(&p->h.st, p->id, attempt, through, &mine));
    hear(p, through, &news);
}

static int ask(struct post *p)
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

static void answered(struct post *p, const char *word)
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
static int attempt_of(struct post *p, const char *word)
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

static void one_step(struct post *p, char *word)
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

static void tell(struct post *p, const char *story)
{
    char copy[512], *rest = copy, *word;

    snprintf(copy, sizeof(copy), "%s", story);
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word != '\0')
            one_step(p, word);
}

/* Whether the day's counts of this gateway are "what n what n …" and nothing else. */
static void expect_counts(struct post *p, const char *gateway, const char *want)
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

/* ---- which way ---- */

static void messages_are_planned_at_once(void **state)
{
    static const struct {
        const char *phone;
        uint32_t shut;
        const char *gateway;
    } rows[] = {
        {ME, 0, "city"},   {OLD, 0, "modem"}, {OLD, 2, "city"},
        {ME, 1, "last"},   {ME, 5, "city"}, /* all are shut: it waits where it is best */
        {OLD, 7, "modem"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct post p;
        struct message m;

        post_open(&p);
        shut(&p, rows[i].shut);
        close_case(&p, rows[i].phone);
        get(&p, &m);
        if (strcmp(m.gateway, rows[i].gateway) != 0)
            fail_msg("row %zu: %s", i, m.gateway);
        post_close(&p);
    }
}

static void each_gateway_has_its_own_queue(void **state)
{
    struct post p;
    struct gateway_queue queue;
    int64_t ids[4], next_ms;
    int count;

    (void)state;
    post_open(&p);
    close_case(&p, OLD);
    close_case(&p, ME);
    must(messages_due(&p.h.st, "city", p.now_ms, 4, ids, &count, &mine));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], p.id);
    must(messages_due(&p.h.st, "last", p.now_ms, 4, ids, &count, &mine));
    assert_int_equal(count, 0);
    must(messages_due(&p.h.st, NULL, p.now_ms, 4, ids, &count, &mine));
    assert_int_equal(count, 2);
    must(messages_next_ms(&p.h.st, "city", &next_ms, &mine));
    assert_int_equal(next_ms, p.now_ms);
    must(messages_next_ms(&p.h.st, "last", &next_ms, &mine));
    assert_true(next_ms == INT64_MAX);
    must(gateway_queue(&p.h.st, "city", p.now_ms + 5, &queue, &mine));
    assert_int_equal(queue.waiting, 1);
    assert_int_equal(queue.overdue, 1);
    assert_int_equal(queue.oldest_due_ms, p.now_ms);
    tell(&p, "take");
    must(gateway_queue(&p.h.st, "city", p.now_ms, &queue, &mine));
    assert_int_equal(queue.waiting, 0);
    assert_int_equal(queue.by_state[MESSAGE_SUBMITTING], 1);
    post_close(&p);
}

static void what_waits_goes_another_way(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, OLD);
    run_sql(&p, "UPDATE messages SET gateway = 'city'"); /* as while the modem was shut */
    close_case(&p, ME);
    assert_int_equal(reroute(&p, 0), 1); /* and mine stays: city is its best */
    expect(&p, "SELECT gateway FROM messages ORDER BY id", "modem");
    shut(&p, 1);
    assert_int_equal(reroute(&p, 0), 1);
    expect(&p, "SELECT gateway FROM messages ORDER BY id DESC", "last");
    assert_int_equal(reroute(&p, 0), 0);
    run_sql(&p, "UPDATE messages SET gateway = NULL WHERE gateway = 'last'");
    run_sql(&p, "UPDATE messages SET gateway = 'pigeon' WHERE gateway = 'modem'");
    assert_int_equal(reroute(&p, -1), 2);
    assert_int_equal(number(&p, "SELECT count(*) FROM messages WHERE gateway IN"
                                " ('modem', 'last')"),
                     2);
    post_close(&p);
}

static void most_bounds_what_moves(void **state)
{
    struct post p;
    struct message_place place = MESSAGE_PLACE_START;
    char phone[16];
    int moved;

    (void)state;
    post_open(&p);
    for (int i = 0; i < 150; i++) {
        snprintf(phone, sizeof(phone), "139000%05d", i);
        close_case(&p, phone);
    }
    shut(&p, 1);
    begin(&p);
    must(outbox_route(&p.h.st, &p.h.outbox, 0, 100, &place, p.now_ms, &moved, &mine));
    assert_int_equal(moved, 100);
    assert_true(place.due_ms != INT64_MIN);
    must(outbox_route(&p.h.st, &p.h.outbox, 0, 100, &place, p.now_ms, &moved, &mine));
    assert_int_equal(moved, 50);
    assert_true(place.due_ms == INT64_MIN); /* all have been looked at */
    commit(&p);
    post_close(&p);
}

/* A long queue that nobody else takes is gone through a piece at a time. */
static void what_cannot_move_is_looked_at_in_pieces(void **state)
{
    struct post p;
    struct message_place place = MESSAGE_PLACE_START;
    int64_t seen_ms = INT64_MIN;
    int moved;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    run_sql(&p,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " WHERE i < 2000) INSERT INTO messages (id, hall, kind, lang, phone_id,"
            " gateway, state, attempt, due_ms, expires_ms, changed_ms, created_ms)"
            " SELECT m.id + i, m.hall, m.kind, m.lang, m.phone_id, m.gateway, m.state,"
            " 0, m.due_ms + i, m.expires_ms, m.changed_ms, m.created_ms"
            " FROM messages m, n");
    for (int piece = 0; piece < 2; piece++) {
        begin(&p);
        must(
            outbox_route(&p.h.st, &p.h.outbox, 0, 9999, &place, p.now_ms, &moved, &mine));
        commit(&p);
        assert_int_equal(moved, 0);
        if (piece == 0)
            seen_ms = place.due_ms;
    }
    assert_true(seen_ms == p.now_ms + OUTBOX_LOOK_MOST - 1);
    assert_true(place.due_ms == INT64_MIN);
    post_close(&p);
}

static void what_nobody_takes_in_time_is_withdrawn(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    run_sql(&p, "UPDATE messages SET gateway = NULL");
    p.now_ms += 30 * HOUSE_DAY;
    assert_int_equal(reroute(&p, -1), 0);
    expect(&p, "SELECT state FROM messages", "WITHDRAWN");
    expect(&p, "SELECT reason FROM messages", "expired");
    post_close(&p);
}

/* ---- another gateway than the one it was worded for ---- */

static void what_was_not_sent_is_worded_anew(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take");
    assert_string_equal(p.from, "106901234510");
    tell(&p, "retry shut=1 route=0 wait:60 take");
    assert_string_equal(p.from, "");
    expect(&p,
           "SELECT group_concat(gateway || ' ' || state || ' ' || slot) FROM"
           " (SELECT * FROM conversations ORDER BY id)",
           "city CLOSED 10,last ASKED 0");
    expect(&p,
           "SELECT c.gateway FROM messages m JOIN conversations c"
           " ON c.id = m.conversation_id",
           "last");
    tell(&p, "accept=x");
    assert_int_equal(number(&p, "SELECT count(*) FROM messages WHERE kind = 'survey'"),
                     1);
    expect_counts(&p, "city", "submitted 1 retried 1");
    expect_counts(&p, "last", "submitted 1 accepted 1");
    post_close(&p);
}

static void the_same_gateway_keeps_its_words(void **state)
{
    struct post p;
    char text[GATEWAY_TEXT_MOST], values[OUTBOX_VALUES];

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take retry");
    memcpy(text, p.text, sizeof(text));
    memcpy(values, p.values, sizeof(values));
    assert_non_null(strstr(values, "\"m\":\"食品许可\""));
    tell(&p, "wait:3600 take");
    assert_string_equal(p.text, text);
    assert_string_equal(p.values, values);
    assert_string_equal(p.from, "106901234510");
    assert_int_equal(number(&p, "SELECT count(*) FROM conversations"), 1);
    post_close(&p);
}

static void letters_become_slots_and_back(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, OLD); /* the modem has letters only, and one question is open */
    tell(&p, "take accept");
    p.now_ms += HOUSE_DAY;
    close_case(&p, OLD);
    tell(&p, "take");
    assert_string_equal(p.kind, "survey_code");
    assert_int_equal(
        number(&p, "SELECT count(*) FROM message_cases WHERE letter IS NULL"), 1);
    tell(&p, "retry shut=2 route=1 wait:60 take");
    assert_string_equal(p.kind, "survey");
    assert_string_equal(p.from, "106901234510");
    assert_int_equal(
        number(&p, "SELECT count(*) FROM message_cases WHERE letter IS NULL"), 2);
    post_close(&p);
}

static void what_may_have_been_sent_stays_where_it_is(void **state)
{
    static const char *const stories[] = {"take", "take unknown", "take accept"};

    (void)state;
    for (size_t i = 0; i < LENGTH(stories); i++) {
        struct post p;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, stories[i]);
        shut(&p, 1);
        assert_int_equal(reroute(&p, 0), 0);
        expect(&p, "SELECT gateway FROM messages", "city");
        assert_false(take(&p));
        post_close(&p);
    }
}

static void answers_keep_to_their_conversation(void **state)
{
    struct post p;
    struct message m;
    struct message_new thanks = {
        .kind = "optout", .lang = "zh-CN", .gateway = "modem", .sender = "17000000000"};

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    run_sql(&p, "UPDATE messages SET gateway = 'modem'");
    tell(&p, "take accept");
    get(&p, &m);
    thanks.phone_id = m.phone_id;
    thanks.conversation_id = m.conversation_id;
    thanks.due_ms = p.now_ms;
    thanks.expires_ms = p.now_ms + HOUSE_DAY;
    begin(&p);
    must(message_add(&p.h.st, &thanks, p.now_ms, &p.id, &mine));
    commit(&p);
    get(&p, &m);
    assert_string_equal(m.gateway, "modem"); /* though city is the phone's own way */
    assert_int_equal(reroute(&p, 1), 0);
    shut(&p, 2);
    assert_int_equal(reroute(&p, 1), 1);
    get(&p, &m);
    assert_string_equal(m.gateway, "city");
    tell(&p, "take");
    assert_string_equal(p.from, "1069012345"); /* not the modem's number */
    thanks.gateway = "gone";
    begin(&p);
    must(message_add(&p.h.st, &thanks, p.now_ms, &p.id, &mine));
    commit(&p);
    get(&p, &m);
    assert_string_equal(m.gateway, "city");
    post_close(&p);
}

/* ---- one open question ---- */

static void one_question_waits_for_another(void **state)
{
    struct post p;
    struct message m;
    int64_t second;

    (void)state;
    post_open(&p);
    shut(&p, 1);
    close_case(&p, ME);
    tell(&p, "take accept");
    close_case(&p, ME);
    second = p.id;
    tell(&p, "held");
    get(&p, &m);
    assert_int_equal(m.state, MESSAGE_NEW);
    assert_true(m.due_ms > p.now_ms && m.due_ms <= p.now_ms + HOUSE_HOUR);
    close_case(&p, OTHER); /* another phone does not wait */
    tell(&p, "take accept");
    p.id = second;
    run_sql(&p, "UPDATE conversations SET state = 'RATED'");
    tell(&p, "wait:3600 held"); /* it may be corrected */
    p.now_ms += HOUSE_DAY;
    tell(&p, "take");
    assert_string_equal(p.kind, "survey"); /* and needs no letter */
    post_close(&p);
}

static void a_question_that_waits_too_long_expires(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    shut(&p, 1);
    close_case(&p, ME);
    tell(&p, "take accept");
    close_case(&p, ME);
    run_sql(&p, "UPDATE conversations SET until_ms = until_ms + 8640000000");
    tell(&p, "held");
    p.now_ms += 9 * HOUSE_DAY;
    tell(&p, "held");
    expect(&p, "SELECT reason FROM messages ORDER BY id DESC", "expired");
    post_close(&p);
}

/* ---- approved forms ---- */

static void forms_leave_nothing_out(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    p.h.roster.gateways[0].traits |= GATEWAY_FORMS;
    run_sql(&p,
            "UPDATE matters SET short_name = '建设工程竣工验收消防备案和消防验收审批'");
    close_case(&p, ME);
    tell(&p, "take");
    assert_non_null(strstr(p.text, "您11月23日在A01窗口办结的建设工程竣…，满意吗"));
    assert_non_null(strstr(p.values, "\"w\":\"A01窗口\""));
    assert_non_null(strstr(p.values, "\"m\":\"建设工程竣…\""));
    assert_non_null(strstr(p.values, "\"d\":\"11月23日\""));
    post_close(&p);

    post_open(&p);
    p.h.roster.gateways[0].traits |= GATEWAY_FORMS;
    run_sql(&p, "UPDATE matters SET sensitive = 1");
    close_case(&p, ME);
    tell(&p, "take");
    assert_null(strstr(p.values, "食品"));
    assert_non_null(strstr(p.values, "\"m\":\"您办理的事项\""));
    assert_non_null(strstr(p.text, "办结的您办理的事项，")); /* the approved line */
    post_close(&p);
}

/* ---- stories and their ends ---- */

static void every_story_ends_in_the_right_state(void **state)
{
    static const struct {
        const char *story, *end;
        int sent; /* how often it was handed over */
    } rows[] = {
        {"take accept=a ref:a=DELIVERED", "DELIVERED", 1},
        {"take accept report=DELIVERED", "DELIVERED", 1},
        {"take accept=a ref:a=BUFFERED", "ACCEPTED", 1},
        {"take accept=a ref:a=UNDELIVERED", "UNDELIVERED", 1},
        {"take accept=a ref:a=EXPIRED", "EXPIRED", 1},
        /* named later, and the reports know that name alone */
        {"take accept named=7 ref:7=DELIVERED", "DELIVERED", 1},
        {"take accept named=7 named=7 ref:7=UNDELIVERED", "UNDELIVERED", 1},
        {"take accept ref:7=DELIVERED named=7", "DELIVERED", 1},
        {"take accept named=7 ref:8=DELIVERED", "ACCEPTED", 1},
        {"take unknown named=7", "ACCEPTED", 1},
        {"take unknown named=7 ref:7=DELIVERED", "DELIVERED", 1},
        /* early: before the gateway's answer */
        {"take report=DELIVERED accept=a", "DELIVERED", 1},
        {"take report=DELIVERED unknown", "DELIVERED", 1},
        {"take report=DELIVERED retry", "DELIVERED", 1},
        {"take report=DELIVERED refuse", "DELIVERED", 1},
        {"take report=BUFFERED retry", "ACCEPTED", 1},
        {"take ref:a=DELIVERED accept=a", "DELIVERED", 1},
        {"take ref:a=UNDELIVERED accept=a,b", "UNDELIVERED", 1},
        {"take ref:a=DELIVERED accept=a,b", "ACCEPTED", 1},
        {"take ref:a=DELIVERED ref:b=DELIVERED accept=a,b", "DELIVERED", 1},
        {"take ref:zz=DELIVERED accept=a", "ACCEPTED", 1},
        /* twice, and out of order */
        {"take accept=a ref:a=DELIVERED ref:a=DELIVERED", "DELIVERED", 1},
        {"take accept=a ref:a=DELIVERED ref:a=BUFFERED", "DELIVERED", 1},
        {"take accept=a ref:a=DELIVERED ref:a=UNDELIVERED", "DELIVERED", 1},
        {"take accept=a ref:a=UNDELIVERED ref:a=DELIVERED", "UNDELIVERED", 1},
        {"take accept=a accept=a ref:a=DELIVERED", "DELIVERED", 1},
        /* several parts */
        {"take accept=a,b ref:a=DELIVERED", "ACCEPTED", 1},
        {"take accept=a,b ref:b=DELIVERED ref:a=DELIVERED", "DELIVERED", 1},
        {"take accept=a,b ref:a=DELIVERED ref:a=DELIVERED", "ACCEPTED", 1},
        {"take accept=a,b ref:a=DELIVERED ref:b=UNDELIVERED", "UNDELIVERED", 1},
        {"take accept=a,b,c ref:c=EXPIRED", "EXPIRED", 1},
        {"take accept=a,b,c ref:a=BUFFERED ref:b=DELIVERED ref:c=DELIVERED"
         " ref:a=DELIVERED",
         "DELIVERED", 1},
        /* refused, and tried again */
        {"take refuse", "REFUSED", 1},
        {"take refuse report=DELIVERED", "DELIVERED", 1},
        {"take refuse report=BUFFERED", "REFUSED", 1},
        {"take retry", "RETRY", 1},
        {"take unknown retry", "RETRY", 1},
        {"take unknown retry wait:60 take accept=a ref:a=DELIVERED", "DELIVERED", 2},
        {"take retry wait:60 take unknown retry@1", "UNKNOWN", 2},
        {"take retry wait:60 take accept=a ref:a=DELIVERED", "DELIVERED", 2},
        /* what an earlier attempt proves */
        {"take retry report@1=DELIVERED held", "DELIVERED", 1},
        {"take retry report@1=UNDELIVERED held", "UNDELIVERED", 1},
        {"take retry report@1=BUFFERED held", "ACCEPTED", 1},
        {"take retry wait:60 take retry report@1=DELIVERED held", "DELIVERED", 2},
        {"take retry wait:60 take report@1=DELIVERED", "DELIVERED", 2},
        {"take retry wait:60 take report@1=DELIVERED retry held", "DELIVERED", 2},
        {"take retry wait:60 take report@1=UNDELIVERED", "SUBMITTING", 2},
        {"take retry wait:60 take report@1=UNDELIVERED accept=b ref:b=DELIVERED",
         "DELIVERED", 2},
        {"take retry wait:60 take accept=b report@1=UNDELIVERED", "ACCEPTED", 2},
        {"take retry wait:60 take accept=b report@1=DELIVERED", "DELIVERED", 2},
        {"take retry accept@1=a held", "ACCEPTED", 1},
        {"take retry accept@1=a ref:a=DELIVERED", "DELIVERED", 1},
        {"take retry wait:60 take refuse@1", "SUBMITTING", 2},
        {"take retry wait:60 take retry@1 unknown@1", "SUBMITTING", 2},
        {"take retry wait:60 take refuse report@1=DELIVERED", "DELIVERED", 2},
        {"take report@2=DELIVERED", "SUBMITTING", 1}, /* there was no such attempt */
        {"take report@7=DELIVERED accept=a", "ACCEPTED", 1},
        /* what nobody knows */
        {"take unknown held", "UNKNOWN", 1},
        {"take unknown refuse", "REFUSED", 1},
        {"take unknown accept=a ref:a=DELIVERED", "DELIVERED", 1},
        {"take unknown report=DELIVERED quiet wait:60 quiet", "DELIVERED", 1},
        {"take unknown quiet wait:30 ask found=nothing wait:10 quiet", "UNKNOWN", 1},
        {"take unknown wait:30 ask found=DELIVERED", "DELIVERED", 1},
        {"take unknown wait:30 ask found=BUFFERED", "ACCEPTED", 1},
        {"take unknown wait:30 ask found=UNDELIVERED", "UNDELIVERED", 1},
        {"take unknown wait:30 ask found=silent wait:90 ask found=DELIVERED", "DELIVERED",
         1},
        {"take unknown wait:30 ask wait:90 ask wait:479 quiet wait:1 ask found=nothing",
         "RETRY", 1},
        {"take unknown wait:30 ask wait:90 ask wait:480 ask found=nothing take accept=b"
         " ref:b=DELIVERED",
         "DELIVERED", 2},
        {"take unknown wait:30 ask wait:90 ask found=nothing wait:480 found=nothing",
         "UNKNOWN", 1}, /* asked before it had settled */
        {"take unknown wait:600 ask found=nothing take unknown wait:600 ask"
         " found=nothing held",
         "UNKNOWN", 2}, /* once only */
        {"take unknown wait:600 ask found=nothing report@1=DELIVERED held", "DELIVERED",
         1},
        {"take unknown wait:600 ask found=silent wait:600 ask found=nothing", "RETRY", 1},
        {"take unknown wait:600 ask wait:30 ask wait:30 ask wait:29 quiet", "UNKNOWN", 1},
        {"take found=nothing", "SUBMITTING", 1},
        {"take accept found=nothing", "ACCEPTED", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct post p;
        struct message m;
        int64_t sent;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, rows[i].story);
        get(&p, &m);
        sent = number(&p, "SELECT count(*) FROM message_states WHERE state ="
                          " 'SUBMITTING'");
        if (strcmp(message_state_name(m.state), rows[i].end) != 0 || sent != rows[i].sent)
            fail_msg("%s\n  ended %s, handed over %d times", rows[i].story,
                     message_state_name(m.state), (int)sent);
        assert_int_equal(number(&p, "SELECT count(*) FROM messages m WHERE (m.ask_ms IS"
                                    " NOT NULL) > (m.state = 'UNKNOWN')"),
                         0);
        post_close(&p);
    }
}

static void without_a_query_it_stays_unconfirmed(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    shut(&p, 1);
    close_case(&p, ME);
    tell(&p, "take unknown wait:30 quiet wait:600 quiet found=silent");
    expect(&p, "SELECT state FROM messages", "UNKNOWN");
    assert_int_equal(number(&p, "SELECT count(*) FROM messages WHERE ask_ms IS NOT NULL"),
                     0);
    post_close(&p);
}

static void a_crash_is_asked_after_too(void **state)
{
    struct post p;
    int count;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take");
    p.now_ms += HOUSE_HOUR;
    begin(&p);
    must(messages_recover(&p.h.st, p.now_ms, true, &count, &mine));
    commit(&p);
    assert_int_equal(count, 1);
    tell(&p, "wait:30 ask wait:570 ask found=nothing take accept");
    expect_counts(
        &p, "city",
        "submitted 2 accepted 1 retried 1 unknown 1 resolved_unsent 1 resent 1");
    post_close(&p);
}

/* ---- whose report it is ---- */

static void a_report_must_agree_with_what_was_sent(void **state)
{
    static const struct {
        const char *gateway, *phone, *ref;
        bool by_reference, found;
    } rows[] = {
        {"city", ME, "", true, true},
        {"city", "8613900001000", "", true, true},
        {"city", "", "", true, true},
        {"city", "139****1000", "", true, true}, /* names nobody */
        {"city", OTHER, "", true, false},
        {"modem", ME, "", true, false},
        {"city", ME, "a", false, true},
        {"city", "", "a", false, true},
        {"city", OTHER, "a", false, false},
        {"modem", ME, "a", false, false},
        {"city", ME, "b", false, false},
        {"modem", ME, "a", true, false},
        {"city", "", "", false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct post p;
        struct news news = {.state = REPORT_DELIVERED};

        post_open(&p);
        close_case(&p, ME);
        tell(&p, "take accept=a");
        snprintf(news.from, sizeof(news.from), "%s", rows[i].phone);
        snprintf(news.ref, sizeof(news.ref), "%s", rows[i].ref);
        if (rows[i].by_reference)
            gateway_reference(p.id, 1, news.reference);
        if (hear(&p, rows[i].gateway, &news) != rows[i].found)
            fail_msg("row %zu", i);
        expect(&p, "SELECT state FROM messages",
               rows[i].found ? "DELIVERED" : "ACCEPTED");
        post_close(&p);
    }
}

static void a_modem_counts_its_ids_round(void **state)
{
    struct post p;
    struct news news = {.state = REPORT_DELIVERED, .ref = "7"};
    int64_t first, second;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    first = p.id;
    tell(&p, "take accept=7");
    close_case(&p, OTHER);
    second = p.id;
    tell(&p, "take accept=7");
    assert_true(hear(&p, "city", &news)); /* names nobody: the newest */
    expect(&p, "SELECT group_concat(state) FROM (SELECT state FROM messages ORDER BY id)",
           "ACCEPTED,DELIVERED");
    snprintf(news.from, sizeof(news.from), "%s", ME); /* the older, by its phone */
    assert_true(hear(&p, "city", &news));
    expect(&p, "SELECT group_concat(state) FROM (SELECT state FROM messages ORDER BY id)",
           "DELIVERED,DELIVERED");
    assert_true(first < second);
    post_close(&p);
}

static void an_early_report_of_long_ago_is_not_taken(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "ref:a=DELIVERED wait:60 take accept=a");
    expect(&p, "SELECT state FROM messages", "ACCEPTED");
    post_close(&p);
}

/* ---- what the gateway knows of the phone ---- */

static void a_gateways_black_list_is_an_opt_out(void **state)
{
    static const enum outcome outcomes[] = {OUTCOME_REFUSED, OUTCOME_RETRY};

    (void)state;
    for (size_t i = 0; i < LENGTH(outcomes); i++) {
        struct submitted submitted = {.reason = "on the black list", .opted_out = true};
        struct post p;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, "take");
        begin(&p);
        must(outbox_book(&p.h.st, &p.h.outbox, &p.h.roster.gateways[0], p.id, 1,
                         outcomes[i], &submitted, p.now_ms, &mine));
        commit(&p);
        expect(&p, "SELECT state FROM messages", "REFUSED");
        expect(&p, "SELECT state FROM conversations", "CLOSED");
        assert_int_equal(number(&p, "SELECT count(*) FROM optouts WHERE inbound_id IS"
                                    " NULL"),
                         1);
        close_case(&p, ME);
        assert_int_equal(p.id, 0);
        post_close(&p);
    }
}

static void a_report_may_tell_of_a_black_list(void **state)
{
    struct post p;
    struct news news = {.state = REPORT_UNDELIVERED, .ref = "a", .opted_out = true};

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take accept=a");
    assert_true(hear(&p, "city", &news));
    expect(&p, "SELECT state FROM messages", "UNDELIVERED");
    assert_int_equal(number(&p, "SELECT count(*) FROM optouts"), 1);
    post_close(&p);
}

/* ---- counting ---- */

static void everything_is_counted(void **state)
{
    static const struct {
        const char *story, *counts;
    } rows[] = {
        {"take accept=a ref:a=DELIVERED ref:a=DELIVERED",
         "submitted 1 accepted 1 delivered 1 reports 2"},
        {"take retry wait:60 take refuse", "submitted 2 refused 1 retried 1"},
        {"take unknown report=EXPIRED",
         "submitted 1 accepted 1 unknown 1 resolved_sent 1 expired 1 reports 1"},
        {"take unknown wait:600 ask found=nothing",
         "submitted 1 retried 1 unknown 1 resolved_unsent 1"},
        {"take unknown retry wait:60 take accept",
         "submitted 2 accepted 1 retried 1 unknown 1 resolved_unsent 1"},
        {"take unknown wait:600 ask found=nothing take accept",
         "submitted 2 accepted 1 retried 1 unknown 1 resolved_unsent 1 resent 1"},
        {"take unknown wait:30 ask found=UNDELIVERED",
         "submitted 1 accepted 1 unknown 1 resolved_sent 1 undelivered 1"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t all[GATEWAY_COUNTS], one[GATEWAY_COUNTS];
        struct post p;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, rows[i].story);
        expect_counts(&p, "city", rows[i].counts);
        must(gateway_counts(&p.h.st, "city", 0, one, &mine));
        must(gateway_counts(&p.h.st, NULL, 0, all, &mine));
        assert_memory_equal(one, all, sizeof(all));
        post_close(&p);
    }
}

static void what_is_given_up_is_counted(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take accept");
    begin(&p);
    must(messages_give_up_reports(&p.h.st, p.now_ms + 1, 10, p.now_ms, &mine));
    commit(&p);
    expect_counts(&p, "city", "submitted 1 accepted 1 no_report 1");
    close_case(&p, OTHER);
    run_sql(&p, "UPDATE cases SET state = 'accepted'");
    tell(&p, "held");
    expect_counts(&p, "city", "submitted 1 accepted 1 no_report 1 withdrawn 1");
    tell(&p, "wait:86400");
    expect_counts(&p, "city", "");
    post_close(&p);
}

static void count_state(void *self, const struct gateway_state *state)
{
    struct gateway_state *last = self;

    last->in_flight += 1;
    memcpy(last->name, state->name, sizeof(last->name));
}

static void gateways_say_how_they_are(void **state)
{
    struct gateway_state in = {.name = "city",
                               .condition = "resting",
                               .trouble = "The gateway does not answer.",
                               .error_ms = 7,
                               .in_flight = 3,
                               .queued_inside = -1,
                               .rate_1 = 100,
                               .rate_5 = 200,
                               .rate_15 = 300},
                         out, seen = {0};
    struct post p;
    bool found;

    (void)state;
    post_open(&p);
    must(gateway_state_get(&p.h.st, "city", &out, &found, &mine));
    assert_false(found);
    begin(&p);
    must(gateway_state_set(&p.h.st, &in, p.now_ms, &mine));
    in.in_flight = 4;
    must(gateway_state_set(&p.h.st, &in, p.now_ms + 1, &mine));
    commit(&p);
    must(gateway_state_get(&p.h.st, "city", &out, &found, &mine));
    assert_true(found);
    in.changed_ms = p.now_ms + 1;
    assert_memory_equal(&in, &out, sizeof(in));
    must(gateway_states(&p.h.st, count_state, &seen, &mine));
    assert_int_equal(seen.in_flight, 1);
    assert_string_equal(seen.name, "city");
    post_close(&p);
}

/* ---- trying again ---- */

static void tries_grow_longer_until_it_expires(void **state)
{
    struct post p;
    struct message m;
    int64_t before = 0;
    int tries = 0;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    for (;;) {
        int64_t wait_ms;

        get(&p, &m);
        p.now_ms = m.due_ms > p.now_ms ? m.due_ms : p.now_ms;
        if (!take(&p)) {
            get(&p, &m);
            if (m.state == MESSAGE_WITHDRAWN)
                break;
            continue; /* night */
        }
        tell(&p, "retry");
        get(&p, &m);
        wait_ms = m.due_ms - p.now_ms;
        if (++tries < 7)
            assert_true(wait_ms > before);
        before = wait_ms;
        assert_true(wait_ms >= 4000 && wait_ms <= 720000);
    }
    expect(&p, "SELECT reason FROM messages", "expired");
    expect(&p, "SELECT state FROM conversations", "CLOSED");
    assert_true(p.now_ms >= m.expires_ms && tries > 100);
    post_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_planned_at_once),
        cmocka_unit_test(each_gateway_has_its_own_queue),
        cmocka_unit_test(what_waits_goes_another_way),
        cmocka_unit_test(most_bounds_what_moves),
        cmocka_unit_test(what_cannot_move_is_looked_at_in_pieces),
        cmocka_unit_test(what_nobody_takes_in_time_is_withdrawn),
        cmocka_unit_test(what_was_not_sent_is_worded_anew),
        cmocka_unit_test(the_same_gateway_keeps_its_words),
        cmocka_unit_test(letters_become_slots_and_back),
        cmocka_unit_test(what_may_have_been_sent_stays_where_it_is),
        cmocka_unit_test(answers_keep_to_their_conversation),
        cmocka_unit_test(one_question_waits_for_another),
        cmocka_unit_test(a_question_that_waits_too_long_expires),
        cmocka_unit_test(forms_leave_nothing_out),
        cmocka_unit_test(every_story_ends_in_the_right_state),
        cmocka_unit_test(without_a_query_it_stays_unconfirmed),
        cmocka_unit_test(a_crash_is_asked_after_too),
        cmocka_unit_test(a_report_must_agree_with_what_was_sent),
        cmocka_unit_test(a_modem_counts_its_ids_round),
        cmocka_unit_test(an_early_report_of_long_ago_is_not_taken),
        cmocka_unit_test(a_gateways_black_list_is_an_opt_out),
        cmocka_unit_test(a_report_may_tell_of_a_black_list),
        cmocka_unit_test(everything_is_counted),
        cmocka_unit_test(what_is_given_up_is_counted),
        cmocka_unit_test(gateways_say_how_they_are),
        cmocka_unit_test(tries_grow_longer_until_it_expires),
    };

    return cmocka_run_group_tests_name("sending", tests, NULL, NULL);
}
