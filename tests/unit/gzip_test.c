/*
 * gzip_test.c — what was packed is the same again when a foreign reader unpacks it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "web/gzip.h"

enum { ROOM = 1 << 20 };

static void unpack(const struct buf *packed, unsigned char *out, size_t *length)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)buf_text(packed),
                  .avail_in = (uInt)packed->length,
                  .next_out = out,
                  .avail_out = ROOM};

    assert_int_equal(inflateInit2(&z, 16 + 15), Z_OK); /* gzip and nothing else */
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    *length = z.total_out;
    inflateEnd(&z);
}

static void the_bytes_come_back(void **state)
{
    static const size_t lengths[] = {0, 1, 999, 16 * 1024 - 1, 16 * 1024, 300000};
    unsigned char *bytes = malloc(ROOM), *back = malloc(ROOM);
    uint32_t x = 7;

    (void)state;
    for (size_t random = 0; random < 2; random++)
        for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
            struct buf out = buf_new(ROOM);
            size_t length;

            for (size_t j = 0; j < lengths[i]; j++) {
                x = x * 1664525 + 1013904223;
                bytes[j] = random ? (unsigned char)(x >> 24) : (unsigned char)(j % 61);
            }
            assert_true(gzip_pack(bytes, lengths[i], &out));
            unpack(&out, back, &length);
            assert_int_equal(length, lengths[i]);
            assert_memory_equal(bytes, back, length);
            if (!random && length > 900)
                assert_true(out.length < length / 4);
            buf_free(&out);
        }
    free(bytes);
    free(back);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct buf out = buf_new(20);
    unsigned char bytes[2000];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * i >> 3);
    assert_false(gzip_pack(bytes, sizeof(bytes), &out));
    buf_free(&out);
}

static void only_texts_are_packed(void **state)
{
    static const struct {
        bool helps;
        const char *type;
    } rows[] = {
        {true, "text/html; charset=utf-8"}, {true, "text/css"},   {true, "image/svg+xml"},
        {true, "application/problem+json"}, {false, "image/png"}, {false, NULL},
        {false, "application/octet-stream"}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (gzip_helps(rows[i].type) != rows[i].helps)
            fail_msg("%s", rows[i].type);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_come_back),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(only_texts_are_packed),
    };

    return cmocka_run_group_tests_name("gzip", tests, NULL, NULL);
}
