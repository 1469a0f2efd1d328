/*
 * session_test.c — a session lives as long as it may and not a moment longer.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/account_store.h"
#include "store/session_store.h"

#define NOW    SCRATCH_START_MS
#define MINUTE INT64_C(60000)

static bool alive(struct scratch *s, const char *cookie, int64_t at_ms, bool *touch)
{
    struct error err = {0};
    struct session_state state = {0};
    struct caller who;
    bool ok =
        session_check(&s->st, &session_rules_default, cookie, at_ms, &who, &state, &err);

    *touch = state.touch;

    if (!ok)
        assert_int_equal(err.kind, ERROR_LOGIN);
    return ok;
}

static int64_t account(struct scratch *s, const char *name, enum role role)
{
    struct error err = {0};
    int64_t id;

    scratch_must(account_add(&s->st, name, role, NULL, "x", "test", NOW, &id, &err),
                 &err);
    return id;
}

/* Minutes at which the browser asks; each ask that works also touches. */
static void idle_and_age_end_it(void **state)
{
    static const struct {
        int minutes[40];
        bool last; /* of them works */
    } rows[] = {
        {{0, 14}, true},
        {{0, 15}, false},
        {{0, 14, 28, 42}, true},
        {{0, 14, 28, 43}, false},
        {{14,  28,  42,  56,  70,  84,  98,  112, 126, 140, 154, 168,
          182, 196, 210, 224, 238, 252, 266, 280, 294, 308, 322, 336,
          350, 364, 378, 392, 406, 420, 434, 448, 462, 476, 479},
         true},
        {{14,  28,  42,  56,  70,  84,  98,  112, 126, 140, 154, 168,
          182, 196, 210, 224, 238, 252, 266, 280, 294, 308, 322, 336,
          350, 364, 378, 392, 406, 420, 434, 448, 462, 476, 480},
         false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct scratch s;
        struct error err = {0};
        char cookie[SECRET_TEXT];
        bool ok = true, touch;

        scratch_open(&s);
        scratch_must(session_start(&s.st, account(&s, "a", ROLE_HALL), "::1", false, NOW,
                                   cookie, &err),
                     &err);
        for (size_t k = 0; k < LENGTH(rows[i].minutes); k++) {
            int64_t at_ms = NOW + rows[i].minutes[k] * MINUTE;

            if (k > 0 && rows[i].minutes[k] == 0)
                break;
            ok = alive(&s, cookie, at_ms, &touch);
            scratch_must(
                session_touch(&s.st, &session_rules_default, cookie, at_ms, &err), &err);
        }
        if (ok != rows[i].last)
            fail_msg("row %zu", i);
        scratch_close(&s);
    }
}

static void a_touch_never_wakes_the_dead(void **state)
{
    struct scratch s;
    struct error err = {0};
    char cookie[SECRET_TEXT];
    bool touch;

    (void)state;
    scratch_open(&s);
    scratch_must(session_start(&s.st, account(&s, "a", ROLE_HALL), "::1", false, NOW,
                               cookie, &err),
                 &err);
    scratch_must(
        session_touch(&s.st, &session_rules_default, cookie, NOW + 20 * MINUTE, &err),
        &err);
    assert_false(alive(&s, cookie, NOW + 20 * MINUTE, &touch));
    assert_true(alive(&s, cookie, NOW + 14 * MINUTE, &touch));
    assert_true(touch);
    assert_true(alive(&s, cookie, NOW + MINUTE - 1, &touch));
    assert_false(touch);
    scratch_close(&s);
}

static void logging_out_ends_it(void **state)
{
    struct scratch s;
    struct error err = {0};
    char cookie[SECRET_TEXT], other[SECRET_TEXT];
    int64_t id;
    bool touch;

    (void)state;
    scratch_open(&s);
    id = account(&s, "a", ROLE_HALL);
    scratch_must(session_start(&s.st, id, "::1", false, NOW, cookie, &err), &err);
    scratch_must(session_start(&s.st, id, "::1", false, NOW, other, &err), &err);
    assert_string_not_equal(cookie, other);
    scratch_must(session_end(&s.st, cookie, NOW, &err), &err);
    scratch_must(session_end(&s.st, cookie, NOW, &err), &err); /* twice is once */
    scratch_must(session_end(&s.st, NULL, NOW, &err), &err);
    assert_false(alive(&s, cookie, NOW, &touch));
    assert_true(alive(&s, other, NOW, &touch));
    scratch_must(account_password(&s.st, id, "y", "test", NOW, &err), &err);
    assert_false(alive(&s, other, NOW, &touch));
    scratch_close(&s);
}

static void an_administrator_is_in_one_place(void **state)
{
    static const enum role roles[] = {ROLE_SYSTEM, ROLE_SECURITY, ROLE_AUDIT};
    struct scratch s;
    struct error err = {0};
    bool touch;

    (void)state;
    scratch_open(&s);
    for (size_t i = 0; i < LENGTH(roles); i++) {
        char first[SECRET_TEXT], second[SECRET_TEXT];
        int64_t id = account(&s, role_name(roles[i]), roles[i]);

        scratch_must(session_start(&s.st, id, "::1", false, NOW, first, &err), &err);
        scratch_must(session_start(&s.st, id, "::1", false, NOW, second, &err), &err);
        assert_false(alive(&s, first, NOW, &touch));
        assert_true(alive(&s, second, NOW, &touch));
    }
    scratch_close(&s);
}

static void strangers_have_none(void **state)
{
    static const char *const bad[] = {
        NULL, "", "x", "' OR 1=1 --",
        "0000000000000000000000000000000000000000000000000000"};
    struct scratch s;
    struct error err = {0};
    char cookie[SECRET_TEXT];
    bool touch;

    (void)state;
    scratch_open(&s);
    scratch_must(session_start(&s.st, account(&s, "a", ROLE_HALL), "::1", false, NOW,
                               cookie, &err),
                 &err);
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(alive(&s, bad[i], NOW, &touch));
    s.st.hall = 2;
    assert_false(alive(&s, cookie, NOW, &touch));
    assert_false(session_start(&s.st, 12345, "::1", false, NOW, cookie, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_and_age_end_it),
        cmocka_unit_test(a_touch_never_wakes_the_dead),
        cmocka_unit_test(logging_out_ends_it),
        cmocka_unit_test(an_administrator_is_in_one_place),
        cmocka_unit_test(strangers_have_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
