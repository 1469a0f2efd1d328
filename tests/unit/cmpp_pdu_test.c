/*
 * cmpp_pdu_test.c — the PDUs beside the bytes of vectors/cmpp.json, which come from other
 * code than ours: both versions, both directions, every truncation.
 */
#include "gateways/cmpp_pdu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/charset.h"
#include "base/compiler.h"

struct vector {
    const char *name;
    uint8_t bytes[CMPP_PDU_MOST];
    size_t length;
    enum cmpp_version version;
};

static json_t *vectors(void)
{
    json_error_t trouble;
    json_t *root = json_load_file(SHARED_DIR "/vectors/cmpp.json", 0, &trouble);

    if (root == NULL)
        fail_msg("cmpp.json: %s", trouble.text);
    return root;
}

static void vector_read(json_t *row, struct vector *out)
{
    const char *hex = json_string_value(json_object_get(row, "hex"));

    out->name = json_string_value(json_object_get(row, "name"));
    out->length = strlen(hex) / 2;
    out->version = strncmp(out->name, "cmpp2.0", 7) == 0 ? CMPP_20 : CMPP_30;
    assert_true(out->length <= CMPP_PDU_MOST);
    for (size_t i = 0; i < out->length; i++) {
        unsigned byte;

        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        out->bytes[i] = (uint8_t)byte;
    }
}

static void vector_named(const char *name, struct vector *out)
{
    json_t *root = vectors(), *row;
    size_t i;
    bool found = false;

    json_array_foreach(json_object_get(root, "vectors"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0) {
            vector_read(row, out);
            out->name = name;
            found = true;
        }
    }
    json_decref(root);
    if (!found)
        fail_msg("no vector \"%s\"", name);
}

static void same_bytes(const char *name, const struct cmpp_pdu *pdu,
                       enum cmpp_version version, const struct vector *v)
{
    uint8_t got[CMPP_PDU_MOST];
    size_t length = cmpp_pack(pdu, version, got);

    if (length != v->length)
        fail_msg("%s: %zu bytes, not %zu", name, length, v->length);
    for (size_t i = 0; i < length; i++)
        if (got[i] != v->bytes[i])
            fail_msg("%s: byte %zu is %02x, not %02x", name, i, got[i], v->bytes[i]);
}

/* Every vector is read, packed again to the same bytes, and refused in every shorter or
 * longer form. */
static void vectors_go_round(void **state)
{
    json_t *root = vectors(), *row;
    size_t i, count = 0;

    (void)state;
    json_array_foreach(json_object_get(root, "vectors"), i, row)
    {
        struct vector v = {0};
        struct cmpp_pdu pdu;
        uint8_t longer[CMPP_PDU_MOST + 1] = {0};

        vector_read(row, &v);
        if (!cmpp_unpack(v.bytes, v.length, v.version, &pdu))
            fail_msg("%s is not read", v.name);
        same_bytes(v.name, &pdu, v.version, &v);
        for (size_t n = 0; n < v.length; n++) {
            uint8_t *exact =
                malloc(n > 0 ? n : 1); /* so that a sanitizer sees overreads */

            memcpy(exact, v.bytes, n);
            if (cmpp_unpack(exact, n, v.version, &pdu))
                fail_msg("%s, cut to %zu, is read", v.name, n);
            /* Also where its length admits to the cut. */
            if (n >= CMPP_HEADER) {
                exact[2] = (uint8_t)(n >> 8);
                exact[3] = (uint8_t)n;
                if (cmpp_unpack(exact, n, v.version, &pdu))
                    fail_msg("%s, made %zu long, is read", v.name, n);
            }
            free(exact);
        }
        memcpy(longer, v.bytes, v.length);
        longer[2] = (uint8_t)((v.length + 1) >> 8);
        longer[3] = (uint8_t)(v.length + 1);
        if (cmpp_unpack(longer, v.length + 1, v.version, &pdu))
            fail_msg("%s with a byte too many is read", v.name);
        count++;
    }
    assert_true(count >= 22);
    json_decref(root);
}

static void authenticators_are_the_vectors(void **state)
{
    static const struct {
        const char *connect, *resp;
        enum cmpp_version version;
    } rows[] = {
        {"cmpp2.0 connect", "cmpp2.0 connect_resp ok", CMPP_20},
        {"cmpp3.0 connect", "cmpp3.0 connect_resp ok", CMPP_30},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct cmpp_pdu pdu = {.command = CMPP_CONNECT, .sequence = 1};
        struct vector v = {0};
        uint8_t ismg[CMPP_HASH];
        enum cmpp_version form;
        struct cmpp_pdu answer;

        strcpy(pdu.connect.source, "901234");
        pdu.connect.version = (uint8_t)rows[i].version;
        pdu.connect.timestamp = 601080000;
        cmpp_authenticator("901234", "SharedSecret1", 601080000,
                           pdu.connect.authenticator);
        vector_named(rows[i].connect, &v);
        same_bytes(rows[i].connect, &pdu, rows[i].version, &v);

        vector_named(rows[i].resp, &v);
        assert_true(cmpp_unpack_connect_resp(v.bytes, v.length, &answer, &form));
        assert_int_equal(form, rows[i].version);
        assert_int_equal(answer.connect_resp.status, CMPP_OK);
        cmpp_authenticator_ismg(0, form, pdu.connect.authenticator, "SharedSecret1",
                                ismg);
        assert_memory_equal(ismg, answer.connect_resp.authenticator, CMPP_HASH);
    }
}

/* A SUBMIT made from values, not read from bytes, is the vector. */
static void a_submit_is_the_vector(void **state)
{
    static const char *const names[] = {"cmpp2.0 submit single ucs2",
                                        "cmpp3.0 submit single ucs2"};
    static const char text[] = "【政务】请回复1-5";
    struct buf content = buf_new(140);

    (void)state;
    assert_true(charset_to_utf16be(text, strlen(text), &content));
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .sequence = 2};
        struct cmpp_submit *s = &pdu.submit;
        struct vector v = {0};

        s->pk_total = s->pk_number = 1;
        s->registered_delivery = s->msg_level = 1;
        strcpy(s->service_id, "SURVEY");
        s->fee_user_type = 2;
        s->msg_fmt = 8;
        strcpy(s->msg_src, "901234");
        strcpy(s->fee_type, "01");
        strcpy(s->fee_code, "0");
        strcpy(s->src_id, "1069000100420042");
        s->dest_count = 1;
        strcpy(s->dest[0], "8613800138000");
        vector_named(names[i], &v);
        s->length = (uint8_t)content.length;
        memcpy(s->content, content.data, content.length);
        same_bytes(names[i], &pdu, i == 0 ? CMPP_20 : CMPP_30, &v);
    }
    buf_free(&content);
}

static void reports_are_read(void **state)
{
    static const char *const names[] = {"cmpp2.0 deliver status report DELIVRD",
                                        "cmpp3.0 deliver status report DELIVRD"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        enum cmpp_version version = i == 0 ? CMPP_20 : CMPP_30;
        struct vector v = {0};
        struct cmpp_pdu pdu;
        struct cmpp_report report;
        uint8_t again[CMPP_CONTENT];

        vector_named(names[i], &v);
        assert_true(cmpp_unpack(v.bytes, v.length, version, &pdu));
        assert_int_equal(pdu.deliver.registered_delivery, 1);
        assert_string_equal(pdu.deliver.dest_id, "1069000100420042");
        assert_true(cmpp_report_unpack(pdu.deliver.content, pdu.deliver.length, &report));
        assert_true(report.msg_id == UINT64_C(6962566406395134741));
        assert_string_equal(report.stat, "DELIVRD");
        assert_string_equal(report.submit_time, "2406010800");
        assert_string_equal(report.done_time, "2406010801");
        assert_string_equal(report.dest, "8613800138000");
        assert_int_equal(report.smsc_sequence, 42);
        assert_int_equal(cmpp_report_pack(&report, version, again), pdu.deliver.length);
        assert_memory_equal(again, pdu.deliver.content, pdu.deliver.length);
        for (size_t n = 0; n < pdu.deliver.length; n++)
            assert_false(n != 60 && cmpp_report_unpack(pdu.deliver.content, n, &report));
    }
}

static void replies_are_read(void **state)
{
    static const char *const names[] = {"cmpp2.0 deliver MO \"满意5\"",
                                        "cmpp3.0 deliver MO \"满意5\""};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct vector v = {0};
        struct cmpp_pdu pdu;

        vector_named(names[i], &v);
        assert_true(cmpp_unpack(v.bytes, v.length, i == 0 ? CMPP_20 : CMPP_30, &pdu));
        assert_string_equal(pdu.deliver.src_terminal, "8613800138000");
        assert_string_equal(pdu.deliver.dest_id, "1069000100420042");
        assert_int_equal(pdu.deliver.msg_fmt, 8);
        assert_int_equal(pdu.deliver.registered_delivery, 0);
        assert_memory_equal(pdu.deliver.content, "\x6e\xe1\x61\x0f\x00\x35", 6);
        /* The other version's layout does not fit these bytes. */
        assert_false(cmpp_unpack(v.bytes, v.length, i == 0 ? CMPP_30 : CMPP_20, &pdu));
    }
}

static void results_are_read(void **state)
{
    static const struct {
        const char *name;
        enum cmpp_version version;
        uint32_t result;
    } rows[] = {
        {"cmpp2.0 submit_resp ok", CMPP_20, 0},
        {"cmpp3.0 submit_resp ok", CMPP_30, 0},
        {"cmpp2.0 submit_resp throttled (8)", CMPP_20, CMPP_FLOW_CONTROL},
        {"cmpp3.0 submit_resp throttled (8)", CMPP_30, CMPP_FLOW_CONTROL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct vector v = {0};
        struct cmpp_pdu pdu;

        vector_named(rows[i].name, &v);
        assert_true(cmpp_unpack(v.bytes, v.length, rows[i].version, &pdu));
        assert_true(pdu.result.msg_id == UINT64_C(6962566406395134741));
        assert_int_equal(pdu.result.result, rows[i].result);
    }
}

/* What does not fit its field is refused, never cut. */
static void what_does_not_fit_is_refused(void **state)
{
    struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .sequence = 1};
    uint8_t out[CMPP_PDU_MOST];

    (void)state;
    memset(pdu.submit.src_id, '1', 21);
    assert_true(cmpp_pack(&pdu, CMPP_20, out) > 0);
    pdu.submit.dest_count = 1;
    memset(pdu.submit.dest[0], '1', 22);
    assert_int_equal(cmpp_pack(&pdu, CMPP_20, out), 0);
    assert_true(cmpp_pack(&pdu, CMPP_30, out) > 0);
    pdu.submit.dest_count = CMPP_DESTS + 1;
    assert_int_equal(cmpp_pack(&pdu, CMPP_30, out), 0);
    pdu = (struct cmpp_pdu){.command = CMPP_SUBMIT | CMPP_ANSWER};
    pdu.result.result = 256;
    assert_int_equal(cmpp_pack(&pdu, CMPP_20, out), 0);
    assert_int_equal(cmpp_pack(&pdu, CMPP_30, out), 24);
    pdu = (struct cmpp_pdu){.command = 3};
    assert_int_equal(cmpp_pack(&pdu, CMPP_30, out), 0);
}

static void many_phones_in_one_submit(void **state)
{
    struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .sequence = 1}, back;
    uint8_t out[CMPP_PDU_MOST];
    size_t length;

    (void)state;
    pdu.submit.dest_count = CMPP_DESTS;
    for (int i = 0; i < CMPP_DESTS; i++)
        snprintf(pdu.submit.dest[i], 33, "139000010%02d", i);
    pdu.submit.length = 140;
    length = cmpp_pack(&pdu, CMPP_30, out);
    assert_int_equal(length, 163 + 32 * CMPP_DESTS + 140);
    assert_true(cmpp_unpack(out, length, CMPP_30, &back));
    assert_string_equal(back.submit.dest[98], "13900001098");
    assert_int_equal(cmpp_pack(&pdu, CMPP_20, out), 138 + 21 * CMPP_DESTS + 140);
}

static void lengths_are_known_before_the_rest(void **state)
{
    static const struct {
        const char *bytes;
        size_t given, length;
        bool ok;
    } rows[] = {
        {"\0\0\0", 3, 0, true},
        {"\0\0\0\x0c", 4, 12, true},
        {"\0\0\0\x0b", 4, 11, false},
        {"\0\0\0\0", 4, 0, false},
        {"\0\0\x10\0", 4, 4096, true},
        {"\0\0\x10\x01", 4, 4097, false},
        {"\xff\xff\xff\xff", 4, UINT32_MAX, false},
        {"GET / HTTP/1.1", 14, 0x47455420, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t length;

        if (cmpp_length((const uint8_t *)rows[i].bytes, rows[i].given, &length) !=
                rows[i].ok ||
            length != rows[i].length)
            fail_msg("row %zu: %zu", i, length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_go_round),
        cmocka_unit_test(authenticators_are_the_vectors),
        cmocka_unit_test(a_submit_is_the_vector),
        cmocka_unit_test(reports_are_read),
        cmocka_unit_test(replies_are_read),
        cmocka_unit_test(results_are_read),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(many_phones_in_one_submit),
        cmocka_unit_test(lengths_are_known_before_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
