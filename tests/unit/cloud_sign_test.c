/* cloud_sign_test.c — signatures beside those that the vendors' own packages made, and
 * the primitives under them beside the standards' test vectors. */
#include "gateways/cloud_sign.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/crypt.h"
#include "gateways/urlencoded.h"

static json_t *vectors_of(const char *name)
{
    char path[400];
    json_t *root;

    snprintf(path, sizeof(path), "%s/vectors/%s.json", SHARED_DIR, name);
    root = json_load_file(path, 0, NULL);
    if (root == NULL)
        fail_msg("%s cannot be read", path);
    return root;
}

static const char *text_of(json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));

    return text != NULL ? text : "";
}

/* ---- Twilio ---- */

/* The form as a client sends it; a list becomes a repeated name. */
static void add_form(json_t *params, struct buf *out)
{
    const char *name;
    json_t *value, *each;
    size_t i;

    json_object_foreach(params, name, value)
    {
        if (json_is_string(value))
            urlencoded_add(out, name, json_string_value(value));
        json_array_foreach(value, i, each)
            urlencoded_add(out, name, json_string_value(each));
    }
}

static void twilio_signs_as_its_package(void **state)
{
    json_t *root = vectors_of("twilio"), *row;
    size_t i;
    int wrong = 0;

    (void)state;
    json_array_foreach(json_object_get(root, "vectors"), i, row)
    {
        struct buf form = buf_new(10000), got = buf_new(100);
        const char *given = text_of(row, "given_signature");

        add_form(json_object_get(row, "post_params"), &form);
        assert_true(cloud_sign_twilio(text_of(row, "auth_token"), text_of(row, "url"),
                                      form.data, form.length, &got));
        if (given[0] != '\0') {
            wrong++;
            assert_string_not_equal(buf_text(&got), given);
        } else if (strcmp(buf_text(&got), text_of(row, "expected_signature")) != 0) {
            fail_msg("%s: %s", text_of(row, "name"), buf_text(&got));
        }
        buf_free(&form);
        buf_free(&got);
    }
    assert_int_equal(i, 8);
    assert_int_equal(wrong, 1);
    json_decref(root);
}

static void forms_of_any_size_are_signed_or_refused(void **state)
{
    struct buf form = buf_new(100000), got = buf_new(100);

    (void)state;
    for (int i = 0; i < 256; i++)
        buf_addf(&form, "&n%d=%%00%%ff", i);
    assert_true(cloud_sign_twilio("t", "http://x", form.data, form.length, &got));
    assert_int_equal(got.length, 28);
    buf_addf(&form, "&more=1");
    assert_false(cloud_sign_twilio("t", "http://x", form.data, form.length, &got));
    buf_free(&form);
    buf_free(&got);
}

/* ---- Alibaba Cloud ---- */

static int by_name(const void *a, const void *b)
{
    const struct cloud_header *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static void sign_acs3(json_t *row, struct buf *out)
{
    struct cloud_header headers[10], params[10];
    size_t header_count = 0, param_count = 0;
    struct buf query = buf_new(10000);
    char hash[65];
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(row, "headers"), name, value)
        headers[header_count++] = (struct cloud_header){name, json_string_value(value)};
    json_object_foreach(json_object_get(row, "query_params"), name, value)
        params[param_count++] = (struct cloud_header){name, json_string_value(value)};
    qsort(headers, header_count, sizeof(headers[0]), by_name);
    qsort(params, param_count, sizeof(params[0]), by_name);
    for (size_t i = 0; i < param_count; i++)
        urlencoded_add(&query, params[i].name, params[i].value);
    cloud_hash(text_of(row, "body"), strlen(text_of(row, "body")), hash);
    cloud_sign_acs3(&(struct acs3){text_of(row, "access_key_id"),
                                   text_of(row, "access_key_secret"),
                                   text_of(row, "method"), buf_text(&query), headers,
                                   header_count, hash},
                    out);
    buf_free(&query);
}

static void aliyun_signs_as_its_package(void **state)
{
    json_t *root = vectors_of("aliyun"), *row;
    size_t i;
    int v3 = 0, rpc = 0;

    (void)state;
    json_array_foreach(json_object_get(root, "vectors"), i, row)
    {
        struct buf got = buf_new(1000);
        const char *expected = text_of(row, "expected_authorization");

        if (expected[0] != '\0') {
            v3++;
            sign_acs3(row, &got);
        } else { /* the older way, which we do not send: our HMAC-SHA1 alone */
            char key[100];
            unsigned char mac[CRYPT_SHA1_BYTES];
            const char *text = text_of(row, "string_to_sign");

            rpc++;
            expected = text_of(row, "expected_signature");
            snprintf(key, sizeof(key), "%s&", text_of(row, "access_key_secret"));
            crypt_hmac_sha1(key, strlen(key), text, strlen(text), mac);
            crypt_base64(mac, sizeof(mac), &got);
        }
        if (strcmp(buf_text(&got), expected) != 0)
            fail_msg("%s: %s", text_of(row, "name"), buf_text(&got));
        buf_free(&got);
    }
    assert_int_equal(v3, 2);
    assert_int_equal(rpc, 2);
    json_decref(root);
}

/* ---- Tencent Cloud ---- */

static void tencent_signs_as_its_package(void **state)
{
    json_t *root = vectors_of("tencent"), *row;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(root, "vectors"), i, row)
    {
        struct buf got = buf_new(1000);
        const char *body = text_of(row, "payload");

        cloud_sign_tc3(
            &(struct tc3){text_of(row, "secret_id"), text_of(row, "secret_key"),
                          text_of(row, "service"), text_of(row, "host"),
                          text_of(row, "content_type"),
                          json_integer_value(json_object_get(row, "timestamp")), body,
                          strlen(body)},
            &got);
        if (strcmp(buf_text(&got), text_of(row, "expected_authorization")) != 0)
            fail_msg("%s: %s", text_of(row, "name"), buf_text(&got));
        buf_free(&got);
    }
    assert_int_equal(i, 3);
    json_decref(root);
}

/* ---- the primitives ---- */

static void keyed_hashes_are_the_standards(void **state)
{
    /* RFC 4231 cases 1, 2, 6; RFC 2202 cases 1, 2, 6 */
    static const struct {
        int fill, length; /* a key of so many equal bytes, or "Jefe" */
        const char *text, *sha256, *sha1;
    } rows[] = {
        {0x0b, 20, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
         "b617318655057264e28bc0b6fb378c8ef146be00"},
        {0, 4, "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
         "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        {0xaa, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
         "90d0dace1c1bdc957339307803160335bde6df2b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned char key[131], mac[CRYPT_HASH_BYTES];
        char hex[65];

        memset(key, rows[i].fill, sizeof(key));
        if (rows[i].fill == 0)
            memcpy(key, "Jefe", 4);
        crypt_hmac_sha256(key, (size_t)rows[i].length, rows[i].text, strlen(rows[i].text),
                          mac);
        crypt_hex(mac, CRYPT_HASH_BYTES, hex);
        assert_string_equal(hex, rows[i].sha256);
        crypt_hmac_sha1(key, (size_t)rows[i].length, rows[i].text, strlen(rows[i].text),
                        mac);
        crypt_hex(mac, CRYPT_SHA1_BYTES, hex);
        assert_string_equal(hex, rows[i].sha1);
    }
}

static void md5_and_base64_are_the_standards(void **state)
{
    /* RFC 1321 A.5; RFC 4648 10 */
    static const char *const md5[][2] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"}};
    static const char *const base64[][2] = {{"", ""},
                                            {"f", "Zg=="},
                                            {"fo", "Zm8="},
                                            {"foo", "Zm9v"},
                                            {"foob", "Zm9vYg=="},
                                            {"fooba", "Zm9vYmE="},
                                            {"foobar", "Zm9vYmFy"},
                                            {"\xff\xfe\xfb\xf0", "//778A=="}};

    (void)state;
    for (size_t i = 0; i < sizeof(md5) / sizeof(md5[0]); i++) {
        unsigned char hash[CRYPT_MD5_BYTES];
        char hex[65];

        crypt_md5(md5[i][0], strlen(md5[i][0]), hash);
        crypt_hex(hash, sizeof(hash), hex);
        assert_string_equal(hex, md5[i][1]);
    }
    for (size_t i = 0; i < sizeof(base64) / sizeof(base64[0]); i++) {
        struct buf out = buf_new(100);

        crypt_base64((const unsigned char *)base64[i][0], strlen(base64[i][0]), &out);
        assert_string_equal(buf_text(&out), base64[i][1]);
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twilio_signs_as_its_package),
        cmocka_unit_test(forms_of_any_size_are_signed_or_refused),
        cmocka_unit_test(aliyun_signs_as_its_package),
        cmocka_unit_test(tencent_signs_as_its_package),
        cmocka_unit_test(keyed_hashes_are_the_standards),
        cmocka_unit_test(md5_and_base64_are_the_standards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
