/*
 * cmpp_news_test.c — the settings of a CMPP gateway, texts cut into parts beside
 * vectors/segments.json, and what stands in replies and reports.
 */
#include "cmpp_line.h"

#include <jansson.h>

#include "base/charset.h"
#include "gateways/cmpp_text.h"

/* ---- settings ---- */

static const char *pairs_value(const struct gateway_setup *setup, const char *key)
{
    const char *const *pair = setup->self;

    for (; pair[0] != NULL; pair += 2)
        if (strcmp(pair[0], key) == 0)
            return pair[1];
    return NULL;
}

static void settings_are_checked(void **state)
{
    static const struct {
        const char *key, *value;
        const char *word; /* of the sentence; NULL where it opens */
    } rows[] = {
        {"none", "", NULL},
        {"version", "2.0", NULL},
        {"account", "", NULL},
        {"account", "ABCDEFGHIJ", NULL},
        {"account", "ABCDEFGHIJK", "account"},
        {"user", "", "user"},
        {"user", "9012345", "user"},
        {"password", "", "password"},
        {"access_number", "", "access number"},
        {"access_number", "1069012345678901234", "access number"},
        {"access_number", "106901234567890123", NULL},
        {"access_number", "+10690", "access number"},
        {"address", "10.1.2.3", "address"},
        {"address", ":7890", "address"},
        {"address", "10.1.2.3:70000", "address"},
        {"in_flight", "17", "in_flight"},
        {"in_flight", "4", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *const pairs[] = {
            rows[i].key,     rows[i].value, /* the first that is found counts */
            "address",       "10.1.2.3:7890", "user",    "901234",
            "password",      "secret!",       "account", "SURVEY",
            "access_number", "106901234",     NULL,      NULL,
        };
        const struct gateway_setup setup = {
            .name = "carrier", .kind = "cmpp", .value = pairs_value, .self = pairs};
        struct error err = {0};
        struct gateway g;

        gateway_open(&setup, &g, &err);
        if ((g.trouble[0] == '\0') != (rows[i].word == NULL) ||
            (rows[i].word != NULL && strstr(g.trouble, rows[i].word) == NULL) ||
            strstr(g.trouble, "secret!") != NULL)
            fail_msg("row %zu: \"%s\"", i, g.trouble);
        gateway_close(&g);
    }
}

static void the_peer_is_the_address(void **state)
{
    static const struct {
        const char *address, *host;
        int port;
    } rows[] = {
        {"10.1.2.3:7890", "10.1.2.3", 7890},
        {"ismg.example.cn:17890", "ismg.example.cn", 17890},
        {"[fd00::1]:7890", "fd00::1", 7890},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *const pairs[] = {
            "address", rows[i].address, "user",      "901234", "password",
            "secret",  "access_number", "106901234", NULL,     NULL};
        const struct gateway_setup setup = {
            .name = "carrier", .kind = "cmpp", .value = pairs_value, .self = pairs};
        struct buf other = buf_new(4000);
        struct error err = {0};
        struct gateway g;
        char host[256];
        int port;

        gateway_open(&setup, &g, &err);
        assert_string_equal(g.trouble, "");
        assert_int_equal(g.in_flight, CMPP_WINDOW);
        g.ops->session->peer(&g, host, &port);
        assert_string_equal(host, rows[i].host);
        assert_int_equal(port, rows[i].port);
        g.ops->other_side(&g, &other);
        assert_non_null(strstr(buf_text(&other), "901234"));
        assert_null(strstr(buf_text(&other), "secret"));
        buf_free(&other);
        gateway_close(&g);
    }
}

/* ---- texts out ---- */

/* The units of each part, and the joined parts are the text again. */
static void check_parts(const char *name, const char *text, const int *units, int count)
{
    struct cmpp_part parts[GATEWAY_PARTS];
    struct buf joined = buf_new(10000);

    if (cmpp_text_parts(text, 0x2a, parts) != count)
        fail_msg("%s: not %d parts", name, count);
    for (int i = 0; i < count; i++) {
        size_t header = count > 1 ? 6 : 0;
        const uint8_t wanted[6] = {5, 0, 3, 0x2a, (uint8_t)count, (uint8_t)(i + 1)};

        if (count > 1)
            assert_memory_equal(parts[i].content, wanted, 6);
        if ((int)(parts[i].length - header) != 2 * units[i])
            fail_msg("%s: part %d has %zu bytes, not %d", name, i,
                     parts[i].length - header, 2 * units[i]);
        /* Each part is whole text by itself. */
        assert_true(charset_from_utf16be(parts[i].content + header,
                                         parts[i].length - header, &joined));
    }
    assert_string_equal(buf_text(&joined), text);
    buf_free(&joined);
}

static void parts_are_the_vectors(void **state)
{
    json_t *root = json_load_file(SHARED_DIR "/vectors/segments.json", 0, NULL), *row;
    size_t i, k, checked = 0;

    (void)state;
    assert_non_null(root);
    json_array_foreach(json_object_get(root, "vectors"), i, row)
    {
        json_t *split = json_object_get(row, "split_sms"), *one;
        const char *text = json_string_value(json_object_get(row, "text"));
        int units[GATEWAY_PARTS] = {0}, count = 0;

        if (strcmp(json_string_value(json_object_get(row, "encoding")), "UCS-2") != 0)
            continue;
        /* Bits in each part, as two packages agree. */
        json_array_foreach(json_object_get(row, "segment_units"), k, one) units[count++] =
            (int)json_integer_value(one) / 16;
        assert_non_null(split);
        check_parts(json_string_value(json_object_get(row, "name")), text, units, count);
        checked++;
    }
    assert_true(checked >= 10);
    json_decref(root);
}

static void texts_have_limits(void **state)
{
    struct cmpp_part parts[GATEWAY_PARTS];
    char text[67 * GATEWAY_PARTS + 2];
    int units[GATEWAY_PARTS];

    (void)state;
    for (int i = 0; i < GATEWAY_PARTS; i++)
        units[i] = 67;
    memset(text, 'a', sizeof(text));
    text[67 * GATEWAY_PARTS] = '\0';
    check_parts("full", text, units, GATEWAY_PARTS);
    text[67 * GATEWAY_PARTS] = 'a';
    text[67 * GATEWAY_PARTS + 1] = '\0';
    assert_int_equal(cmpp_text_parts(text, 1, parts), 0);
    assert_int_equal(cmpp_text_parts("", 1, parts), 0);
    assert_int_equal(cmpp_text_parts("\xc3", 1, parts), 0);
}

/* ---- replies in ---- */

static void replies_are_read(void **state)
{
    static const struct {
        uint8_t udhi, fmt;
        const char *bytes;
        size_t length;
        const char *text;
        bool garbled;
        int part, parts, part_ref;
    } rows[] = {
        {0, 0, "5", 1, "5", false, 0, 0, 0},
        {0, 0, "", 0, "", false, 0, 0, 0},
        {0, 0, "\xc2\xfa\xd2\xe2", 4, NULL, true, 0, 0, 0}, /* GBK that says ASCII */
        {0, 0, "a\0b", 3, NULL, true, 0, 0, 0},
        {0, 8, "\x6e\xe1\x61\x0f\x00\x35", 6, "满意5", false, 0, 0, 0},
        {0, 8, "\xd8\x3d\xdc\x4d", 4, "👍", false, 0, 0, 0},
        {0, 8, "\x6e\xe1\x61", 3, NULL, true, 0, 0, 0},
        {0, 8, "\xd8\x3d", 2, NULL, true, 0, 0, 0},
        {0, 15, "\xc2\xfa\xd2\xe2\x35", 5, "满意5", false, 0, 0, 0},
        {0, 15, "\xc2", 1, NULL, true, 0, 0, 0},
        {0, 4, "\x01\x02", 2, NULL, true, 0, 0, 0},
        {0, 99, "5", 1, "5", true, 0, 0, 0},
        /* parts, references of one byte and of two */
        {1, 8, "\5\0\3\x2a\2\1\x6e\xe1", 8, "满", false, 1, 2, 0x2a},
        {1, 8, "\6\x08\4\x12\x34\3\3\x6e\xe1", 9, "满", false, 3, 3, 0x1234},
        {1, 15, "\5\0\3\x2a\2\2\xd2\xe2", 8, "意", false, 2, 2, 0x2a},
        {1, 0, "\5\0\3\x2a\2\2well", 10, "well", false, 2, 2, 0x2a},
        /* ports in front of them, and alone */
        {1, 8, "\x0b\5\4\0\1\0\2\0\3\x2a\2\1\x6e\xe1", 14, "满", false, 1, 2, 0x2a},
        {1, 8, "\6\5\4\0\1\0\2\x6e\xe1", 9, "满", false, 0, 0, 0},
        /* half a pair at an edge between parts, but not elsewhere */
        {1, 8, "\5\0\3\1\2\1\x6e\xe1\xd8\x3d", 10, "满", false, 1, 2, 1},
        {1, 8, "\5\0\3\1\2\2\xdc\x4d\x6e\xe1", 10, "满", false, 2, 2, 1},
        {1, 8, "\5\0\3\1\2\2\x6e\xe1\xd8\x3d", 10, NULL, true, 2, 2, 1},
        {1, 8, "\5\0\3\1\2\1\xdc\x4d\x6e\xe1", 10, NULL, true, 1, 2, 1},
        /* numbers that make no sense make no part */
        {1, 8, "\5\0\3\1\2\0\x6e\xe1", 8, "满", false, 0, 0, 0},
        {1, 8, "\5\0\3\1\2\3\x6e\xe1", 8, "满", false, 0, 0, 0},
        {1, 8, "\5\0\3\1\1\1\x6e\xe1", 8, "满", false, 0, 0, 0},
        /* headers that do not hold together */
        {1, 8, "", 0, "", true, 0, 0, 0},
        {1, 8, "\x20\0\3\1\2\1\x6e\xe1", 8, NULL, true, 0, 0, 0},
        {1, 8, "\5\0\4\1\2\1\x6e\xe1", 8, NULL, true, 0, 0, 0},
        {1, 8, "\7\0\3\1\2\1\0\x6e", 8, NULL, true, 0, 0, 0},
        {1, 8, "\1\0\x6e\xe1", 4, NULL, true, 0, 0, 0},
        {1, 8, "\x6e\xe1\x61\x0f", 4, "满意", true, 0, 0, 0}, /* only claims one */
        {1, 0, "5", 1, "5", true, 0, 0, 0},
        {1, 8, "\0\x6e\xe1", 3, "满", false, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct news news = {.text = buf_new(2000)};
        struct cmpp_deliver d = {.tp_udhi = rows[i].udhi,
                                 .msg_fmt = rows[i].fmt,
                                 .length = (uint8_t)rows[i].length};

        memcpy(d.content, rows[i].bytes, rows[i].length);
        cmpp_text_read(&d, &news);
        if (news.garbled != rows[i].garbled || news.part != rows[i].part ||
            news.parts != rows[i].parts || news.part_ref != rows[i].part_ref ||
            (rows[i].text != NULL && strcmp(buf_text(&news.text), rows[i].text) != 0))
            fail_msg("row %zu: \"%s\" %d, %d of %d, %x", i, buf_text(&news.text),
                     news.garbled, news.part, news.parts, (unsigned)news.part_ref);
        buf_free(&news.text);
    }
}

/* ---- reports in ---- */

static void reports_are_read(void **state)
{
    static const struct {
        const char *stat;
        enum report_state state;
    } rows[] = {
        {"DELIVRD", REPORT_DELIVERED},   {"EXPIRED", REPORT_EXPIRED},
        {"DELETED", REPORT_UNDELIVERED}, {"UNDELIV", REPORT_UNDELIVERED},
        {"REJECTD", REPORT_UNDELIVERED}, {"MK:0001", REPORT_UNDELIVERED},
        {"CB:0053", REPORT_UNDELIVERED}, {"ACCEPTD", REPORT_BUFFERED},
        {"UNKNOWN", REPORT_BUFFERED},    {"delivrd", REPORT_UNDELIVERED},
    };
    static const char *const versions[] = {"2.0", "3.0"};
    char last[GATEWAY_REF] = "";

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(rows); i++) {
        struct cmpp_pdu pdu;
        struct news news;
        struct line l;

        line_open(&l, (struct line_settings){.version = versions[i % 2]});
        pdu = report_of(3, UINT64_C(0xf0a00141e2400315), rows[i / 2].stat, l.version);
        assert_true(line_hear(&l, &pdu));
        line_news(&l, &news);
        assert_int_equal(news.kind, NEWS_REPORT);
        if (news.state != rows[i / 2].state)
            fail_msg("%s is %d", rows[i / 2].stat, news.state);
        assert_string_equal(news.reason, rows[i / 2].stat);
        assert_string_equal(news.ref, "17338859947856757525");
        assert_string_equal(news.reference, "");
        assert_string_equal(news.from, "13900001000");
        /* 2024-06-01 08:01 in China */
        assert_true(news.at_ms == INT64_C(1717200060000));
        /* The same report in both versions is one; another state is another. */
        assert_int_equal(strcmp(news.once, last) == 0, i % 2 == 1);
        snprintf(last, sizeof(last), "%s", news.once);
        buf_free(&news.text);
        line_end(&l);
    }
}

/* Equal news of carriers that fill no Msg_Id in is never taken for one. */
static void what_has_no_id_is_told_apart_by_nothing(void **state)
{
    struct cmpp_pdu pdus[] = {report_of(3, 0, "DELIVRD", CMPP_30),
                              deliver_of(4, 0, 0, "5", 1)};

    (void)state;
    for (size_t i = 0; i < LENGTH(pdus); i++) {
        struct news news;
        struct line l;

        line_open(&l, (struct line_settings){.version = "3.0"});
        assert_true(line_hear(&l, &pdus[i]));
        line_news(&l, &news);
        assert_string_equal(news.once, "");
        buf_free(&news.text);
        line_end(&l);
    }
}

/* What was kept under one version is read with it after the settings have changed. */
static void the_version_is_kept_with_the_bytes(void **state)
{
    static const char *const versions[] = {"2.0", "3.0"};

    (void)state;
    for (size_t i = 0; i < LENGTH(versions); i++) {
        struct cmpp_pdu pdu = deliver_of(1, 5, 0, "5", 1);
        struct callback raw = callback_new(false);
        struct news news = {.text = buf_new(100)};
        struct session_event e;
        struct buf kept = buf_new(2000);
        struct error err = {0};
        struct line l;

        line_open(&l, (struct line_settings){.version = versions[i]});
        assert_true(line_hear(&l, &pdu));
        assert_true(l.ops->next(l.s, &e));
        callback_pack(&e.callback, &kept);
        callback_free(&e.callback);
        line_end(&l);

        line_begin(&l, (struct line_settings){.version = versions[1 - i]});
        callback_unpack(buf_text(&kept), kept.length, &raw);
        assert_true(l.g.ops->parse(&l.g, &raw, &news, &err));
        assert_string_equal(buf_text(&news.text), "5");
        line_end(&l);
        callback_free(&raw);
        buf_free(&kept);
        buf_free(&news.text);
    }
}

/* Bytes that anybody may have written. */
static void what_is_no_deliver_is_refused(void **state)
{
    struct cmpp_pdu good = deliver_of(1, 5, 0, "5", 1);
    struct cmpp_pdu report = report_of(1, 5, "DELIVRD", CMPP_30);
    uint8_t bytes[CMPP_PDU_MOST];
    struct line l;

    (void)state;
    line_begin(&l, (struct line_settings){0});
    for (int round = 0; round < 2; round++) {
        size_t length = cmpp_pack(round == 0 ? &good : &report, CMPP_30, bytes);

        for (size_t n = 0; n <= length; n++) {
            struct callback c = callback_new(false);
            struct news news = {.text = buf_new(100)};
            struct error err = {0};

            buf_add(&c.body, bytes, n);
            assert_int_equal(l.g.ops->parse(&l.g, &c, &news, &err), n == length);
            assert_int_equal(err.text[0] == '\0', n == length);
            callback_free(&c);
            buf_free(&news.text);
        }
    }
    /* A report too short to be one, and one that says nothing. */
    for (int round = 0; round < 2; round++) {
        struct callback c = callback_new(true);
        struct news news = {.text = buf_new(100)};
        struct error err = {0};
        struct cmpp_pdu bad = report_of(1, 5, round == 0 ? "DELIVRD" : "", CMPP_30);

        bad.deliver.length -= round == 0;
        buf_add(&c.body, bytes, cmpp_pack(&bad, CMPP_30, bytes));
        assert_false(l.g.ops->parse(&l.g, &c, &news, &err));
        callback_free(&c);
        buf_free(&news.text);
    }
    line_end(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(the_peer_is_the_address),
        cmocka_unit_test(parts_are_the_vectors),
        cmocka_unit_test(texts_have_limits),
        cmocka_unit_test(replies_are_read),
        cmocka_unit_test(reports_are_read),
        cmocka_unit_test(what_has_no_id_is_told_apart_by_nothing),
        cmocka_unit_test(the_version_is_kept_with_the_bytes),
        cmocka_unit_test(what_is_no_deliver_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
