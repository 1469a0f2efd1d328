/* syslog_test.c — what a syslog is told: the head, escapes, odd and overlong fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/syslog.h"

#define BOM "\xef\xbb\xbf"

static void messages(void **state)
{
    static const struct {
        const char *host;
        struct syslog_event event;
        const char *message;
    } rows[] = {
        {"hall1",
         {.id = 7,
          .at_ms = INT64_C(1795852800123),
          .actor = "account 12",
          .action = "session.started",
          .object = "account 12",
          .actor_name = "li",
          .object_name = "li"},
         "<85>1 2026-11-28T08:00:00.123Z hall1 yiping 42 session.started - " BOM
         "id=\"7\" actor=\"account 12\" name=\"li\" object=\"account 12\" "
         "object_name=\"li\""},
        {"hall1",
         {.id = 8, .action = "login.failed", .actor = "web", .object = "unknown name"},
         "<84>1 1970-01-01T00:00:00.000Z hall1 yiping 42 login.failed - " BOM
         "id=\"8\" actor=\"web\" object=\"unknown name\""},
        {"", /* before 1970, no host, what would end a field or a line */
         {.id = 9,
          .at_ms = -1,
          .action = "account.locked",
          .detail = "a\"b\\c\nd\x7f"
                    "e <0>1 医"},
         "<84>1 1969-12-31T23:59:59.999Z - yiping 42 account.locked - " BOM
         "id=\"9\" detail=\"a\\\"b\\\\c d e <0>1 医\""},
        {"my host\n厅", /* heads hold visible ASCII, and 32 signs of what happened */
         {.id = 10, .action = "x y.abcdefghijklmnopqrstuvwxyz0123456789"},
         "<85>1 1970-01-01T00:00:00.000Z my_host____ yiping 42 "
         "x_y.abcdefghijklmnopqrstuvwxyz01 - " BOM "id=\"10\""},
        {"h",
         {.id = 11, .action = "access.refused"},
         "<84>1 1970-01-01T00:00:00.000Z h yiping 42 access.refused - " BOM "id=\"11\""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(16384);

        syslog_message(rows[i].host, 42, &rows[i].event, &out);
        assert_string_equal(buf_text(&out), rows[i].message);
        buf_free(&out);
    }
}

/* A long text is cut between two characters, and only its own message. */
static void what_is_too_long(void **state)
{
    char detail[6001] = "";
    struct syslog_event event = {.id = 1, .action = "a.b", .detail = detail};

    (void)state;
    for (int i = 0; i < 2000; i++)
        memcpy(detail + 3 * i, "医", 4);
    for (int shift = 0; shift < 3; shift++) {
        struct buf out = buf_new(16384);

        buf_add(&out, "before", 6);
        syslog_message(shift == 0 ? "h" : shift == 1 ? "hh" : "hhh", 1, &event, &out);
        assert_true(out.length <= 6 + SYSLOG_MOST && out.length > SYSLOG_MOST);
        assert_memory_equal(out.data, "before<85>1 ", 12);
        assert_memory_equal(out.data + out.length - 3, "医", 3);
        assert_int_equal(out.data[out.length], 0);
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(what_is_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
