/* message_test.c — the states of a message, each against each, and how long a retry
 * waits. */
#include "domain/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* What may follow, as people would draw it. */
static const struct {
    const char *from, *to;
} arrows[] = {
    {"NEW", "CLAIMED"},
    {"NEW", "WITHDRAWN"},
    {"NEW", "ACCEPTED"}, /* an earlier attempt is proved to have been sent */
    {"NEW", "DELIVERED"},
    {"NEW", "UNDELIVERED"},
    {"NEW", "EXPIRED"},
    {"RETRY", "ACCEPTED"},
    {"RETRY", "DELIVERED"},
    {"RETRY", "UNDELIVERED"},
    {"RETRY", "EXPIRED"},
    {"CLAIMED", "ACCEPTED"},
    {"CLAIMED", "DELIVERED"},
    {"CLAIMED", "UNDELIVERED"},
    {"CLAIMED", "EXPIRED"},
    {"REFUSED", "DELIVERED"},
    {"UNKNOWN", "REFUSED"}, /* the gateway's answer came after all */
    {"UNKNOWN", "RETRY"},   /* the gateway has none */
    {"RETRY", "CLAIMED"},
    {"RETRY", "WITHDRAWN"},
    {"CLAIMED", "SUBMITTING"},
    {"CLAIMED", "NEW"},
    {"CLAIMED", "WITHDRAWN"},
    {"SUBMITTING", "ACCEPTED"},
    {"SUBMITTING", "REFUSED"},
    {"SUBMITTING", "RETRY"},
    {"SUBMITTING", "UNKNOWN"},
    {"SUBMITTING", "DELIVERED"},
    {"SUBMITTING", "UNDELIVERED"},
    {"SUBMITTING", "EXPIRED"},
    {"UNKNOWN", "ACCEPTED"},
    {"UNKNOWN", "DELIVERED"},
    {"UNKNOWN", "UNDELIVERED"},
    {"UNKNOWN", "EXPIRED"},
    {"ACCEPTED", "DELIVERED"},
    {"ACCEPTED", "UNDELIVERED"},
    {"ACCEPTED", "EXPIRED"},
    {"ACCEPTED", "NO_REPORT"},
    {"NO_REPORT", "DELIVERED"},
    {"NO_REPORT", "UNDELIVERED"},
    {"NO_REPORT", "EXPIRED"},
};

static bool drawn(const char *from, const char *to)
{
    for (size_t i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++)
        if (strcmp(arrows[i].from, from) == 0 && strcmp(arrows[i].to, to) == 0)
            return true;
    return false;
}

static void only_the_drawn_arrows(void **state)
{
    (void)state;
    for (int from = 0; from < MESSAGE_STATES; from++) {
        for (int to = 0; to < MESSAGE_STATES; to++) {
            const char *a = message_state_name((enum message_state)from);
            const char *b = message_state_name((enum message_state)to);

            if (message_may_follow((enum message_state)from, (enum message_state)to) !=
                drawn(a, b))
                fail_msg("%s to %s", a, b);
        }
    }
}

static void names_come_back(void **state)
{
    enum message_state got;

    (void)state;
    for (int i = 0; i < MESSAGE_STATES; i++) {
        assert_true(message_state_read(message_state_name((enum message_state)i), &got));
        assert_int_equal(got, i);
    }
    assert_false(message_state_read("SENT", &got));
    assert_false(message_state_read("", &got));
}

static void retries_wait_longer_and_longer(void **state)
{
    static const struct {
        int attempt;
        int64_t middle_ms;
    } rows[] = {{0, 5000},   {1, 5000},   {2, 10000},    {3, 20000},
                {7, 320000}, {8, 600000}, {1000, 600000}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t low = rows[i].middle_ms * 4 / 5, high = rows[i].middle_ms * 6 / 5;

        assert_int_equal(message_back_off_ms(rows[i].attempt, 0), low);
        for (uint64_t lot = 1; lot < UINT64_MAX / 7; lot *= 7) {
            int64_t got = message_back_off_ms(rows[i].attempt, lot);

            if (got < low || got > high)
                fail_msg("attempt %d, lot %llu: %lld", rows[i].attempt,
                         (unsigned long long)lot, (long long)got);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_drawn_arrows),
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(retries_wait_longer_and_longer),
    };

    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
