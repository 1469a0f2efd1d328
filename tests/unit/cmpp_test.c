/*
 * cmpp_test.c — the CMPP session against a carrier made of bytes: log-in, window,
 * throttling, long texts, broken lines, news, quiet lines, hostile bytes. Both versions
 * where they differ.
 */
#include "cmpp_line.h"

static const struct line_settings plain;

/* Three parts: 140 characters, of which none is ASCII. */
static const char *long_text(void)
{
    static char text[3 * 140 + 1];

    for (int i = 0; i < 140; i++)
        memcpy(text + 3 * i, "测", 3);
    return text;
}

/* ---- log-in ---- */

static void the_login_is_the_vectors(void **state)
{
    static const char *const versions[] = {"2.0", "3.0"};
    static const uint8_t authenticator[CMPP_HASH] = {0xd8, 0x42, 0x60, 0x6a, 0x45, 0xce,
                                                     0x42, 0xe3, 0x4e, 0x5d, 0x84, 0x6d,
                                                     0x35, 0x64, 0x8f, 0x5d};

    (void)state;
    for (size_t i = 0; i < LENGTH(versions); i++) {
        struct line l;

        line_begin(&l, (struct line_settings){.version = versions[i]});
        assert_int_equal(line_said(&l), 1);
        assert_string_equal(l.said[0].connect.source, "901234");
        assert_int_equal(l.said[0].connect.timestamp, 601080000);
        assert_int_equal(l.said[0].connect.version, i == 0 ? 0x20 : 0x30);
        assert_memory_equal(l.said[0].connect.authenticator, authenticator, CMPP_HASH);
        line_end(&l);
    }
}

static void the_answer_may_come_byte_by_byte(void **state)
{
    static const char answer[] =
        "\x00\x00\x00\x21\x80\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\xc9\x7b\x3c\x00"
        "\x44\x57\xcd\xaf\x89\x46\xc3\x52\x95\x87\x5e\x65\x30";
    struct line l;

    (void)state;
    line_begin(&l, plain);
    line_said(&l);
    for (size_t i = 0; i < 33; i++) {
        assert_int_equal(l.ops->room(l.s), 0);
        assert_false(line_submit(&l, 1, "早"));
        assert_true(line_feed(&l, answer + i, 1));
    }
    assert_int_equal(l.ops->room(l.s), CMPP_WINDOW);
    line_end(&l);
}

static void a_refused_login_says_why(void **state)
{
    static const struct {
        uint32_t status;
        const char *secret;
        enum gateway_health health;
        const char *word;
    } rows[] = {
        {1, "SharedSecret1", HEALTH_SETUP, "version"},
        {2, "SharedSecret1", HEALTH_SETUP, "user"},
        {3, "SharedSecret1", HEALTH_SETUP, "password"},
        {4, "SharedSecret1", HEALTH_SETUP, "2.0"},
        {5, "SharedSecret1", HEALTH_DOWN, "now"},
        {99, "SharedSecret1", HEALTH_DOWN, "now"},
        {0, "another", HEALTH_SETUP, "password"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(rows); i++) {
        const char *version = i % 2 == 0 ? "3.0" : "2.0";
        enum gateway_health health;
        char why[120];
        struct line l;

        line_begin(&l, (struct line_settings){.version = version});
        if (line_answer_login(&l, rows[i / 2].status, rows[i / 2].secret))
            fail_msg("row %zu is let in", i / 2);
        l.ops->lost(l.s, &health, why);
        assert_int_equal(health, rows[i / 2].health);
        if (strstr(why, rows[i / 2].word) == NULL || strstr(why, "Shared") != NULL)
            fail_msg("row %zu: %s", i / 2, why);
        assert_int_equal(l.ops->room(l.s), 0);
        line_end(&l);
    }
}

/* A gateway of 2.0 answers a log-in of 3.0 in its own, shorter form. */
static void another_version_is_told(void **state)
{
    static const uint32_t statuses[] = {0, 4};

    (void)state;
    for (size_t i = 0; i < LENGTH(statuses); i++) {
        struct cmpp_pdu pdu = {.command = CMPP_CONNECT | CMPP_ANSWER, .sequence = 1};
        enum gateway_health health;
        char why[120];
        struct line l;

        line_begin(&l, plain);
        line_said(&l);
        pdu.connect_resp.status = statuses[i];
        cmpp_authenticator_ismg(statuses[i], CMPP_20, l.said[0].connect.authenticator,
                                "SharedSecret1", pdu.connect_resp.authenticator);
        l.version = CMPP_20;
        assert_false(line_hear(&l, &pdu));
        l.ops->lost(l.s, &health, why);
        assert_int_equal(health, HEALTH_SETUP);
        assert_non_null(strstr(why, "2.0"));
        line_end(&l);
    }
}

static void a_silent_login_is_given_up(void **state)
{
    struct line l;

    (void)state;
    line_begin(&l, plain);
    assert_true(line_tick(&l, 0));
    assert_true(line_tick(&l, 9999));
    assert_true(l.next_ms == l.now_ms + 1);
    assert_false(line_tick(&l, 1));
    line_end(&l);
}

/* ---- messages ---- */

static void a_message_is_sent_and_accepted(void **state)
{
    static const char *const versions[] = {"2.0", "3.0"};

    (void)state;
    for (size_t i = 0; i < LENGTH(versions); i++) {
        const struct cmpp_submit *p;
        struct submitted got;
        struct line l;

        line_open(&l, (struct line_settings){.version = versions[i]});
        assert_true(line_submit(&l, 77, "【青城】5"));
        assert_int_equal(line_said(&l), 1);
        p = &l.said[0].submit;
        assert_int_equal(p->pk_total, 1);
        assert_int_equal(p->pk_number, 1);
        assert_int_equal(p->registered_delivery, 1);
        assert_int_equal(p->tp_udhi, 0);
        assert_int_equal(p->msg_fmt, 8);
        assert_string_equal(p->service_id, "SURVEY");
        assert_string_equal(p->msg_src, "901234");
        assert_string_equal(p->src_id, "10690123410");
        assert_int_equal(p->dest_count, 1);
        assert_string_equal(p->dest[0], "13900001000");
        assert_int_equal(p->length, 10);
        assert_memory_equal(p->content, "\x30\x10\x97\x52\x57\xce\x30\x11\x00\x35", 10);
        line_nothing(&l);
        line_answer(&l, l.said[0].sequence, UINT64_C(6962566406395134741), CMPP_OK);
        got = line_outcome(&l, 77, OUTCOME_ACCEPTED);
        assert_int_equal(got.ref_count, 1);
        assert_string_equal(got.refs[0], "6962566406395134741");
        line_nothing(&l);
        line_end(&l);
    }
}

static void what_cannot_be_sent_is_refused(void **state)
{
    static const struct {
        const char *to, *from, *text;
        bool ok;
        const char *dest;
    } rows[] = {
        {"+8613900001000", "10690123410", "5", true, "13900001000"},
        {"+85261234567", "10690123410", "5", true, "85261234567"},
        {"+8613900001000", "", "5", true, "13900001000"},
        {"+8613900001000", "12345678901234567890", "5", true, "13900001000"},
        {"+8613900001000", "123456789012345678901", "5", false, ""},
        {"+8613900001000", "青城", "5", false, ""},
        {"+8613900001000", "10690123410", "", false, ""},
        {"+8613900001000", "10690123410", "\xff", false, ""},
        {"+86", "10690123410", "5", false, ""},
        {"12x", "10690123410", "5", false, ""},
    };
    struct line l;

    (void)state;
    line_open(&l, plain);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct sms_mt mt = {
            .id = 1, .to = rows[i].to, .from = rows[i].from, .text = rows[i].text};
        struct error err = {0};

        if (l.ops->submit(l.s, &mt, l.now_ms, &err) != rows[i].ok)
            fail_msg("row %zu", i);
        assert_int_equal(line_said(&l), rows[i].ok ? 1 : 0);
        if (rows[i].ok)
            assert_string_equal(l.said[0].submit.dest[0], rows[i].dest);
        if (rows[i].ok)
            assert_string_equal(l.said[0].submit.src_id,
                                rows[i].from[0] != '\0' ? rows[i].from : "106901234");
    }
    line_end(&l);
}

static void the_window_holds_sixteen(void **state)
{
    uint32_t sequences[CMPP_WINDOW];
    struct line l;

    (void)state;
    line_open(&l, plain);
    for (int i = 0; i < CMPP_WINDOW; i++) {
        assert_int_equal(l.ops->room(l.s), CMPP_WINDOW - i);
        assert_true(line_submit(&l, 100 + i, "5"));
    }
    assert_int_equal(l.ops->room(l.s), 0);
    assert_false(line_submit(&l, 200, "5"));
    assert_int_equal(line_said(&l), CMPP_WINDOW);
    for (int i = 0; i < CMPP_WINDOW; i++)
        sequences[i] = l.said[i].sequence;
    /* Answers come in any order; each is of its own message. */
    for (int i = 0; i < CMPP_WINDOW; i++) {
        int which = (i * 7 + 3) % CMPP_WINDOW;
        char ref[GATEWAY_REF];
        struct submitted got;

        line_answer(&l, sequences[which], 9000 + (uint64_t)which, CMPP_OK);
        got = line_outcome(&l, 100 + which, OUTCOME_ACCEPTED);
        cmpp_msg_id(9000 + (uint64_t)which, ref);
        assert_string_equal(got.refs[0], ref);
        assert_int_equal(l.ops->room(l.s), i + 1);
        /* The same answer again, and one to nothing, change nothing. */
        line_answer(&l, sequences[which], 1, CMPP_OK);
        line_answer(&l, 0xfffffff0, 1, CMPP_OK);
        line_nothing(&l);
    }
    line_end(&l);
}

static void long_texts_go_in_parts(void **state)
{
    struct submitted got;
    struct line l;
    int units = 0;

    (void)state;
    line_open(&l, plain);
    assert_true(line_submit(&l, 5, long_text()));
    assert_int_equal(line_said(&l), 3);
    assert_int_equal(l.ops->room(l.s), CMPP_WINDOW - 3);
    for (int i = 0; i < 3; i++) {
        const struct cmpp_submit *p = &l.said[i].submit;
        const uint8_t header[6] = {
            5, 0, 3, l.said[0].submit.content[3], 3, (uint8_t)(i + 1)};

        assert_int_equal(p->pk_total, 3);
        assert_int_equal(p->pk_number, i + 1);
        assert_int_equal(p->tp_udhi, 1);
        assert_memory_equal(p->content, header, 6);
        assert_true(p->length <= 140);
        units += (p->length - 6) / 2;
    }
    assert_int_equal(units, 140);
    for (int i = 2; i >= 0; i--) {
        line_nothing(&l);
        line_answer(&l, l.said[i].sequence, 700 + (uint64_t)i, CMPP_OK);
    }
    got = line_outcome(&l, 5, OUTCOME_ACCEPTED);
    assert_int_equal(got.ref_count, 3);
    assert_string_equal(got.refs[0], "700");
    assert_string_equal(got.refs[2], "702");
    line_end(&l);
}

static void parts_count_in_the_window(void **state)
{
    struct line l;
    uint32_t first;

    (void)state;
    line_open(&l, (struct line_settings){.in_flight = "2"});
    assert_true(line_submit(&l, 5, long_text()));
    assert_int_equal(l.ops->room(l.s), 0);
    assert_int_equal(line_said(&l), 2);
    first = l.said[0].sequence;
    line_answer(&l, l.said[1].sequence, 2, CMPP_OK);
    assert_int_equal(line_said(&l), 1);
    assert_int_equal(l.said[0].submit.pk_number, 3);
    line_answer(&l, l.said[0].sequence, 3, CMPP_OK);
    assert_int_equal(l.ops->room(l.s), 1);
    line_answer(&l, first, 1, CMPP_OK);
    line_outcome(&l, 5, OUTCOME_ACCEPTED);
    assert_int_equal(l.ops->room(l.s), 2);
    line_end(&l);
}

/* What the parts' answers make of a message. 8 is flow control, 99 no answer at all. */
static void parts_make_one_outcome(void **state)
{
    static const struct {
        uint32_t results[3];
        enum outcome outcome;
        enum gateway_health health;
        const char *reason;
    } rows[] = {
        {{0, 0, 0}, OUTCOME_ACCEPTED, HEALTH_GOOD, ""},
        {{13, 13, 13}, OUTCOME_REFUSED, HEALTH_GOOD, "part 1 of 3, result 13"},
        {{0, 13, 0}, OUTCOME_UNKNOWN, HEALTH_GOOD, "part 2 of 3, result 13"},
        {{13, 0, 8}, OUTCOME_UNKNOWN, HEALTH_GOOD, "part 1 of 3"},
        {{8, 8, 8}, OUTCOME_RETRY, HEALTH_BUSY, "result 8: flow control"},
        {{8, 13, 8}, OUTCOME_REFUSED, HEALTH_GOOD, "result 13"},
        {{0, 99, 0}, OUTCOME_UNKNOWN, HEALTH_GOOD, "no answer"},
        {{13, 99, 13}, OUTCOME_UNKNOWN, HEALTH_GOOD, "result 13"},
        {{99, 99, 99}, OUTCOME_UNKNOWN, HEALTH_GOOD, "no answer"},
        {{5, 5, 5}, OUTCOME_RETRY, HEALTH_SETUP, "fee code"},
        {{7, 7, 7}, OUTCOME_RETRY, HEALTH_SETUP, "service id"},
        {{11, 11, 11}, OUTCOME_RETRY, HEALTH_SETUP, "Msg_src"},
        {{7, 0, 7}, OUTCOME_UNKNOWN, HEALTH_SETUP, "service id"},
        {{200, 200, 200}, OUTCOME_REFUSED, HEALTH_GOOD, "other"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct submitted got;
        struct line l;

        line_open(&l, plain);
        assert_true(line_submit(&l, 5, long_text()));
        assert_int_equal(line_said(&l), 3);
        for (int k = 0; k < 3; k++)
            if (rows[i].results[k] != 99)
                line_answer(&l, l.said[k].sequence, 700 + (uint64_t)k,
                            rows[i].results[k]);
        assert_true(line_tick(&l, 59999));
        assert_true(line_tick(&l, 1));
        got = line_outcome(&l, 5, rows[i].outcome);
        assert_int_equal(got.health, rows[i].health);
        assert_int_equal(got.ref_count, rows[i].outcome == OUTCOME_ACCEPTED ? 3 : 0);
        if (strstr(got.reason, rows[i].reason) == NULL)
            fail_msg("row %zu: %s", i, got.reason);
        assert_int_equal(l.ops->room(l.s), CMPP_WINDOW);
        line_end(&l);
    }
}

static void a_throttled_message_waits_longer_each_time(void **state)
{
    int64_t pause = CMPP_PAUSE_MS;
    struct line l;

    (void)state;
    line_open(&l, plain);
    for (int i = 0; i < 8; i++) {
        assert_true(line_submit(&l, i, "5"));
        assert_true(line_submit(&l, 100 + i, "5"));
        assert_int_equal(line_said(&l), 2);
        line_answer(&l, l.said[0].sequence, 0, CMPP_FLOW_CONTROL);
        line_answer(&l, l.said[1].sequence, 0, CMPP_FLOW_CONTROL);
        assert_int_equal(line_outcome(&l, i, OUTCOME_RETRY).health, HEALTH_BUSY);
        line_outcome(&l, 100 + i, OUTCOME_RETRY);
        assert_int_equal(l.ops->room(l.s), 0);
        assert_true(line_tick(&l, 0));
        assert_true(l.next_ms <= l.now_ms + pause);
        assert_true(line_tick(&l, pause - 1));
        assert_int_equal(l.ops->room(l.s), 0);
        assert_true(line_tick(&l, 1));
        assert_int_equal(l.ops->room(l.s), CMPP_WINDOW);
        line_said(&l); /* a test of the quiet line, perhaps */
        pause = 2 * pause < CMPP_PAUSE_MOST ? 2 * pause : CMPP_PAUSE_MOST;
    }
    /* One that is taken ends it. */
    assert_true(line_submit(&l, 50, "5"));
    line_said(&l);
    line_answer(&l, l.said[0].sequence, 1, CMPP_OK);
    line_outcome(&l, 50, OUTCOME_ACCEPTED);
    assert_true(line_submit(&l, 51, "5"));
    line_said(&l);
    line_answer(&l, l.said[0].sequence, 1, CMPP_FLOW_CONTROL);
    assert_true(line_tick(&l, CMPP_PAUSE_MS));
    line_outcome(&l, 51, OUTCOME_RETRY);
    assert_int_equal(l.ops->room(l.s), CMPP_WINDOW);
    line_end(&l);
}

/* The parts that were accepted must not go twice. */
static void a_throttled_part_goes_again_alone(void **state)
{
    struct line l;

    (void)state;
    for (int patience = 1; patience <= CMPP_RESENDS + 1; patience++) {
        line_open(&l, plain);
        assert_true(line_submit(&l, 5, long_text()));
        assert_int_equal(line_said(&l), 3);
        line_answer(&l, l.said[0].sequence, 700, CMPP_OK);
        line_answer(&l, l.said[2].sequence, 702, CMPP_OK);
        line_answer(&l, l.said[1].sequence, 0, CMPP_FLOW_CONTROL);
        for (int i = 1; i <= CMPP_RESENDS; i++) {
            line_nothing(&l);
            assert_int_equal(line_said(&l), 0);
            assert_true(line_tick(&l, 4 * CMPP_PAUSE_MS));
            assert_int_equal(line_said(&l), 1);
            assert_int_equal(l.said[0].submit.pk_number, 2);
            line_answer(&l, l.said[0].sequence, 701,
                        i == patience ? CMPP_OK : CMPP_FLOW_CONTROL);
            if (i == patience)
                break;
        }
        if (patience <= CMPP_RESENDS)
            assert_int_equal(line_outcome(&l, 5, OUTCOME_ACCEPTED).ref_count, 3);
        else
            line_outcome(&l, 5, OUTCOME_UNKNOWN);
        line_end(&l);
    }
}

static void the_rate_is_of_parts(void **state)
{
    struct line l;
    size_t sent = 0;

    (void)state;
    line_open(&l, (struct line_settings){.rate = "10"});
    for (int i = 0; i < 5; i++)
        assert_true(line_submit(&l, i, long_text()));
    for (int tenth = 0; tenth <= 10; tenth++) {
        assert_true(line_tick(&l, tenth == 0 ? 0 : 100));
        sent += line_said(&l);
        if (sent < 15)
            assert_true(l.next_ms <= l.now_ms + 101);
    }
    if (sent < 10 || sent > 13)
        fail_msg("%zu parts in a second", sent);
    line_end(&l);
}

/* ---- broken lines ---- */

/* Cut after every byte of a SUBMIT: what did not leave is RETRY, what left is UNKNOWN. */
static void the_line_breaks_at_every_byte(void **state)
{
    static const char *const versions[] = {"2.0", "3.0"};

    (void)state;
    for (size_t v = 0; v < LENGTH(versions); v++) {
        size_t whole = (v == 0 ? 138 + 21 : 163 + 32) + 2;

        for (size_t cut = 0; cut <= whole + 1; cut++) {
            struct buf out = buf_new(cut > 0 ? cut : 1);
            enum gateway_health health;
            char why[120];
            struct line l;

            line_open(&l, (struct line_settings){.version = versions[v]});
            assert_true(line_submit(&l, 1, "5"));
            assert_true(line_submit(&l, 2, "4"));
            if (cut > 0)
                l.ops->drain(l.s, &out);
            assert_int_equal(out.length, cut);
            assert_false(out.overflowed);
            l.ops->lost(l.s, &health, why);
            line_outcome(&l, 1, cut == 0 ? OUTCOME_RETRY : OUTCOME_UNKNOWN);
            line_outcome(&l, 2, cut <= whole ? OUTCOME_RETRY : OUTCOME_UNKNOWN);
            line_nothing(&l);
            assert_int_equal(health, HEALTH_DOWN);
            buf_free(&out);
            line_end(&l);
        }
    }
}

/* A piece at a time makes the same bytes as all at once. */
static void pieces_make_the_whole(void **state)
{
    struct buf whole = buf_new(10000), pieces = buf_new(10000);
    struct line l;

    (void)state;
    for (int round = 0; round < 2; round++) {
        line_open(&l, plain);
        assert_true(line_submit(&l, 1, long_text()));
        if (round == 0)
            l.ops->drain(l.s, &whole);
        for (size_t most = 1; round == 1 && pieces.length < whole.length; most += 3) {
            struct buf piece = buf_new(most);

            l.ops->drain(l.s, &piece);
            buf_add(&pieces, piece.data, piece.length);
            buf_free(&piece);
        }
        line_end(&l);
    }
    assert_int_equal(pieces.length, whole.length);
    assert_memory_equal(pieces.data, whole.data, whole.length);
    buf_free(&whole);
    buf_free(&pieces);
}

static void a_lost_line_tells_of_all(void **state)
{
    enum gateway_health health;
    char why[120];
    struct line l;

    (void)state;
    line_open(&l, (struct line_settings){.in_flight = "2"});
    /* Of 1, two parts are on the line and the third waits; 2 waits as a whole. */
    assert_true(line_submit(&l, 1, long_text()));
    assert_true(line_submit(&l, 2, "5"));
    line_said(&l);
    line_answer(&l, l.said[0].sequence, 1, CMPP_OK);
    l.ops->lost(l.s, &health, why);
    line_outcome(&l, 1, OUTCOME_UNKNOWN);
    line_outcome(&l, 2, OUTCOME_RETRY);
    line_nothing(&l);
    line_end(&l);
}

static void no_answer_for_a_minute_is_unknown(void **state)
{
    struct line l;
    uint32_t sequence;

    (void)state;
    line_open(&l, plain);
    assert_true(line_submit(&l, 1, "5"));
    line_said(&l);
    sequence = l.said[0].sequence;
    assert_true(line_tick(&l, 59999));
    line_nothing(&l);
    assert_true(line_tick(&l, 1));
    assert_string_equal(line_outcome(&l, 1, OUTCOME_UNKNOWN).reason, "no answer");
    assert_int_equal(l.ops->room(l.s), CMPP_WINDOW);
    line_answer(&l, sequence, 5, CMPP_OK);
    line_nothing(&l);
    line_end(&l);
}

/* A carrier that takes nothing is given up, and nothing of that is doubtful. */
static void a_stuck_line_is_given_up(void **state)
{
    enum gateway_health health;
    char why[120];
    struct line l;

    (void)state;
    line_open(&l, plain);
    assert_true(line_submit(&l, 1, "5"));
    assert_true(line_tick(&l, 59999));
    assert_false(line_tick(&l, 1));
    l.ops->lost(l.s, &health, why);
    line_outcome(&l, 1, OUTCOME_RETRY);
    line_end(&l);
}

/* ---- news ---- */

static void news_is_acknowledged_when_it_is_kept(void **state)
{
    static const char *const versions[] = {"2.0", "3.0"};

    (void)state;
    for (size_t i = 0; i < LENGTH(versions); i++) {
        struct cmpp_pdu pdu = deliver_of(7, 4242, 8, "\x6e\xe1\x61\x0f\x00\x35", 6);
        struct news first, again;
        uint32_t handle;
        struct line l;

        line_open(&l, (struct line_settings){.version = versions[i]});
        assert_true(line_hear(&l, &pdu));
        handle = line_news(&l, &first);
        assert_string_equal(buf_text(&first.text), "满意5");
        assert_string_equal(first.from, "8613900001000");
        assert_string_equal(first.to, "10690123410");
        line_nothing(&l);
        assert_int_equal(line_said(&l), 0);
        l.ops->kept(l.s, handle, false);
        assert_int_equal(line_said(&l), 1);
        assert_int_equal(l.said[0].command, CMPP_DELIVER | CMPP_ANSWER);
        assert_int_equal(l.said[0].result.result, CMPP_FLOW_CONTROL);
        /* So it comes again, under another sequence, and is known by its id. */
        pdu.sequence = 8;
        assert_true(line_hear(&l, &pdu));
        handle = line_news(&l, &again);
        assert_string_equal(first.once, again.once);
        l.ops->kept(l.s, handle, true);
        l.ops->kept(l.s, handle, true);
        l.ops->kept(l.s, 999, true);
        assert_int_equal(line_said(&l), 1);
        assert_int_equal(l.said[0].sequence, 8);
        assert_true(l.said[0].result.msg_id == 4242);
        assert_int_equal(l.said[0].result.result, CMPP_OK);
        buf_free(&first.text);
        buf_free(&again.text);
        line_end(&l);
    }
}

static void an_early_report_waits_for_its_message(void **state)
{
    struct cmpp_pdu early = report_of(7, 4242, "DELIVRD", CMPP_30);
    struct cmpp_pdu reply = deliver_of(8, 99, 0, "5", 1);
    struct news news;
    uint32_t sequences[2];
    struct line l;

    (void)state;
    line_open(&l, plain);
    assert_true(line_submit(&l, 1, "5"));
    line_said(&l);
    sequences[0] = l.said[0].sequence;
    assert_true(line_hear(&l, &early));
    assert_true(line_submit(&l, 2, "5"));
    line_said(&l);
    sequences[1] = l.said[0].sequence;
    line_nothing(&l);
    /* A reply does not wait behind it. */
    assert_true(line_hear(&l, &reply));
    line_news(&l, &news);
    assert_int_equal(news.kind, NEWS_REPLY);
    buf_free(&news.text);
    /* A message sent after it is no reason to wait; its own answer comes first. */
    line_answer(&l, sequences[0], 4242, CMPP_OK);
    line_outcome(&l, 1, OUTCOME_ACCEPTED);
    line_news(&l, &news);
    assert_int_equal(news.kind, NEWS_REPORT);
    assert_int_equal(news.state, REPORT_DELIVERED);
    assert_string_equal(news.ref, "4242");
    buf_free(&news.text);
    /* Of a message that is known to be accepted, a report goes through at once. */
    early.sequence = 9;
    assert_true(line_hear(&l, &early));
    line_news(&l, &news);
    buf_free(&news.text);
    line_answer(&l, sequences[1], 4243, CMPP_OK);
    line_outcome(&l, 2, OUTCOME_ACCEPTED);
    line_nothing(&l);
    line_end(&l);
}

/* One whose message is never answered is held for as long as the answer may take. */
static void an_early_report_is_not_held_for_ever(void **state)
{
    struct cmpp_pdu early = report_of(7, 4242, "DELIVRD", CMPP_30);
    struct news news;
    struct line l;

    (void)state;
    line_open(&l, plain);
    assert_true(line_submit(&l, 1, "5"));
    line_said(&l);
    assert_true(line_hear(&l, &early));
    assert_true(line_tick(&l, CMPP_ANSWER_MS));
    line_outcome(&l, 1, OUTCOME_UNKNOWN);
    line_news(&l, &news);
    buf_free(&news.text);
    line_end(&l);
}

static void too_much_news_is_asked_for_later(void **state)
{
    size_t held = 0, put_off = 0;
    struct session_event e;
    struct line l;

    (void)state;
    line_open(&l, plain);
    for (uint32_t i = 0; i < 100; i++) {
        struct cmpp_pdu pdu = deliver_of(i, i, 0, "5", 1);

        assert_true(line_hear(&l, &pdu));
    }
    put_off = line_said(&l);
    for (size_t i = 0; i < put_off; i++)
        assert_int_equal(l.said[i].result.result, CMPP_FLOW_CONTROL);
    while (l.ops->next(l.s, &e)) {
        callback_free(&e.callback);
        held++;
    }
    assert_int_equal(held, 64);
    assert_int_equal(put_off, 36);
    line_end(&l);
}

/* ---- quiet lines, farewells ---- */

static void a_quiet_line_is_tested(void **state)
{
    struct cmpp_pdu answer = {.command = CMPP_ACTIVE_TEST | CMPP_ANSWER};
    struct line l;

    (void)state;
    line_open(&l, plain);
    assert_true(line_tick(&l, 29999));
    assert_int_equal(line_said(&l), 0);
    assert_true(l.next_ms == l.now_ms + 1);
    assert_true(line_tick(&l, 1));
    assert_int_equal(line_said(&l), 1);
    assert_int_equal(l.said[0].command, CMPP_ACTIVE_TEST);
    answer.sequence = l.said[0].sequence;
    l.now_ms += 500;
    assert_true(line_hear(&l, &answer));
    assert_true(line_tick(&l, 29999));
    assert_int_equal(line_said(&l), 0);
    /* Three without an answer, a minute apart, and the line is given up. */
    assert_true(line_tick(&l, 1));
    assert_int_equal(line_said(&l), 1);
    assert_true(line_tick(&l, 59999));
    assert_int_equal(line_said(&l), 0);
    assert_true(line_tick(&l, 1));
    assert_int_equal(line_said(&l), 1);
    assert_true(line_tick(&l, 60000));
    assert_int_equal(line_said(&l), 1);
    assert_true(line_tick(&l, 59999));
    assert_false(line_tick(&l, 1));
    line_end(&l);
}

static void their_test_is_answered_at_once(void **state)
{
    struct cmpp_pdu test = {.command = CMPP_ACTIVE_TEST, .sequence = 4711};
    struct line l;

    (void)state;
    line_open(&l, plain);
    assert_true(line_hear(&l, &test));
    assert_int_equal(line_said(&l), 1);
    assert_int_equal(l.said[0].command, CMPP_ACTIVE_TEST | CMPP_ANSWER);
    assert_int_equal(l.said[0].sequence, 4711);
    /* Some answer ours without the reserved byte. */
    assert_true(line_feed(&l, "\0\0\0\x0c\x80\0\0\x08\0\0\0\x01", 12));
    line_end(&l);
}

static void they_say_goodbye(void **state)
{
    struct cmpp_pdu bye = {.command = CMPP_TERMINATE, .sequence = 4711};
    enum gateway_health health;
    char why[120];
    struct line l;

    (void)state;
    line_open(&l, plain);
    assert_true(line_submit(&l, 1, "5"));
    line_said(&l);
    assert_true(line_hear(&l, &bye));
    assert_int_equal(l.ops->room(l.s), 0);
    assert_true(line_tick(&l, 0)); /* the answer has still to leave */
    assert_int_equal(line_said(&l), 1);
    assert_int_equal(l.said[0].command, CMPP_TERMINATE | CMPP_ANSWER);
    assert_int_equal(l.said[0].sequence, 4711);
    assert_false(line_tick(&l, 0));
    l.ops->lost(l.s, &health, why);
    line_outcome(&l, 1, OUTCOME_UNKNOWN);
    line_end(&l);
}

static void we_say_goodbye(void **state)
{
    struct cmpp_pdu answer = {.command = CMPP_TERMINATE | CMPP_ANSWER};
    struct line l;

    (void)state;
    for (int polite = 0; polite < 2; polite++) {
        line_open(&l, plain);
        assert_true(line_submit(&l, 1, "5"));
        l.ops->leave(l.s, l.now_ms);
        assert_int_equal(l.ops->room(l.s), 0);
        assert_int_equal(line_said(&l), 2);
        assert_int_equal(l.said[1].command, CMPP_TERMINATE);
        /* What was on its way may still be answered. */
        line_answer(&l, l.said[0].sequence, 5, CMPP_OK);
        line_outcome(&l, 1, OUTCOME_ACCEPTED);
        assert_true(line_tick(&l, 100));
        answer.sequence = l.said[1].sequence;
        if (polite == 1)
            assert_true(line_hear(&l, &answer));
        assert_false(line_tick(&l, polite == 1 ? 0 : CMPP_LEAVE_MS));
        line_end(&l);
    }
}

/* ---- hostile ---- */

static void what_is_no_cmpp_ends_the_line(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"\0\0\0\x0b\0\0\0\x08\0\0\0\x01", 12}, /* shorter than a header */
        {"\0\0\0\0\0\0\0\x08\0\0\0\x01", 12},
        {"\x7f\xff\xff\xff", 4},
        {"\0\0\x10\x01", 4},                      /* longer than any */
        {"\0\0\0\x0d\0\0\0\x08\0\0\0\x01\0", 13}, /* a test with a body */
        {"\0\0\0\x0c\0\0\0\x06\0\0\0\x01", 12},   /* a command that is none of ours */
        {"\0\0\0\x0c\x80\0\0\x06\0\0\0\x01", 12}, /* an answer to it */
        {"\0\0\0\x0c\0\0\0\x05\0\0\0\x01", 12},   /* DELIVER without a body */
        {"\0\0\0\x15\x80\0\0\x04\0\0\0\x01\0\0\0\0\0\0\0\0\0", 21}, /* of 2.0 */
        {"\0\0\0\x0c\x80\0\0\x02\0\0\0\x01", 12}, /* a farewell that nobody said */
        {"HTTP/1.1 400 Bad Request\r\n", 26},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, /* TLS */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        enum gateway_health health;
        char why[120];
        struct line l;

        line_open(&l, plain);
        assert_true(line_submit(&l, 1, "5"));
        line_said(&l);
        if (line_feed(&l, rows[i].bytes, rows[i].length))
            fail_msg("row %zu is taken", i);
        assert_false(line_feed(&l, "\0", 1));
        assert_false(line_tick(&l, 0));
        l.ops->lost(l.s, &health, why);
        assert_true(why[0] != '\0');
        line_outcome(&l, 1, OUTCOME_UNKNOWN);
        line_end(&l);
    }
}

static void nobody_speaks_before_the_login(void **state)
{
    struct cmpp_pdu pdu = deliver_of(1, 1, 0, "5", 1);
    struct line l;

    (void)state;
    line_begin(&l, plain);
    assert_false(line_hear(&l, &pdu));
    line_nothing(&l);
    line_end(&l);
}

static void a_flood_of_tests_does_not_fill_the_memory(void **state)
{
    struct cmpp_pdu test = {.command = CMPP_ACTIVE_TEST, .sequence = 1};
    struct line l;
    int taken = 0;

    (void)state;
    line_open(&l, plain);
    while (taken < 100000 && line_hear(&l, &test))
        taken++;
    assert_true(taken > 1000 && taken < 10000);
    line_end(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_login_is_the_vectors),
        cmocka_unit_test(the_answer_may_come_byte_by_byte),
        cmocka_unit_test(a_refused_login_says_why),
        cmocka_unit_test(another_version_is_told),
        cmocka_unit_test(a_silent_login_is_given_up),
        cmocka_unit_test(a_message_is_sent_and_accepted),
        cmocka_unit_test(what_cannot_be_sent_is_refused),
        cmocka_unit_test(the_window_holds_sixteen),
        cmocka_unit_test(long_texts_go_in_parts),
        cmocka_unit_test(parts_count_in_the_window),
        cmocka_unit_test(parts_make_one_outcome),
        cmocka_unit_test(a_throttled_message_waits_longer_each_time),
        cmocka_unit_test(a_throttled_part_goes_again_alone),
        cmocka_unit_test(the_rate_is_of_parts),
        cmocka_unit_test(the_line_breaks_at_every_byte),
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(a_lost_line_tells_of_all),
        cmocka_unit_test(no_answer_for_a_minute_is_unknown),
        cmocka_unit_test(a_stuck_line_is_given_up),
        cmocka_unit_test(news_is_acknowledged_when_it_is_kept),
        cmocka_unit_test(an_early_report_waits_for_its_message),
        cmocka_unit_test(an_early_report_is_not_held_for_ever),
        cmocka_unit_test(too_much_news_is_asked_for_later),
        cmocka_unit_test(a_quiet_line_is_tested),
        cmocka_unit_test(their_test_is_answered_at_once),
        cmocka_unit_test(they_say_goodbye),
        cmocka_unit_test(we_say_goodbye),
        cmocka_unit_test(what_is_no_cmpp_ends_the_line),
        cmocka_unit_test(nobody_speaks_before_the_login),
        cmocka_unit_test(a_flood_of_tests_does_not_fill_the_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
