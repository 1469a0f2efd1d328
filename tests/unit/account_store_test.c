/*
 * account_store_test.c — passwords keep their rules, and nobody guesses for long.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/account_store.h"
#include "work/hasher.h"

#define NOW    SCRATCH_START_MS
#define MINUTE INT64_C(60000)

static void names_are_one_word_and_one_person(void **state)
{
    static const char *const bad[] = {
        "",
        "a b",
        "a\tb",
        "a\n",
        "\x7f",
        ("0123456789012345678901234567890123456789012345678901234567"
         "89012345")};
    struct scratch s;
    struct error err = {0};
    struct account a;
    int64_t id;
    bool any, found;

    (void)state;
    scratch_open(&s);
    scratch_must(accounts_any(&s.st, &any, &err), &err);
    assert_false(any);
    for (size_t i = 0; i < LENGTH(bad); i++) {
        error_clear(&err);
        if (account_add(&s.st, bad[i], ROLE_HALL, NULL, "x", "test", NOW, &id, &err))
            fail_msg("taken for a name: %s", bad[i]);
    }
    error_clear(&err);
    scratch_must(account_add(&s.st, "李敏", ROLE_HALL, NULL, "x", "test", NOW, &id, &err),
                 &err);
    assert_false(
        account_add(&s.st, "李敏", ROLE_AUDIT, NULL, "x", "test", NOW, &id, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    error_clear(&err);
    assert_false(account_add(&s.st, "b", ROLE_DESK, NULL, "x", "test", NOW, &id, &err));
    assert_string_equal(err.field, "role");
    error_clear(&err);
    scratch_must(account_find(&s.st, "李敏", &a, &found, &err), &err);
    assert_true(found);
    assert_int_equal(a.role, ROLE_HALL);
    scratch_must(account_find(&s.st, "' OR ''='", &a, &found, &err), &err);
    assert_false(found);
    s.st.hall = 2;
    scratch_must(account_find(&s.st, "李敏", &a, &found, &err), &err);
    assert_false(found);
    scratch_close(&s);
}

static void the_newest_password_counts(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct account_attempt t;
    int64_t id;

    (void)state;
    scratch_open(&s);
    scratch_must(account_add(&s.st, "a", ROLE_HALL, NULL, "old", "test", NOW, &id, &err),
                 &err);
    scratch_must(account_password(&s.st, id, "new", "test", NOW, &err), &err);
    scratch_must(
        account_attempt(&s.st, &account_rules_default, "a", "::1", NOW, &t, &err), &err);
    assert_string_equal(t.hash, "new");
    assert_int_equal(t.account.id, id);
    scratch_close(&s);
}

/* One guess; the answer must be the same whether there is such a name. */
static bool guess(struct scratch *s, const char *name, const char *address, int64_t at_ms)
{
    struct account_attempt t;
    struct error err = {0};
    bool ok =
        account_attempt(&s->st, &account_rules_default, name, address, at_ms, &t, &err);

    if (!ok)
        assert_int_equal(err.kind, ERROR_LIMIT);
    else
        assert_true(strncmp(t.hash, "scrypt$32768$8$3$", 17) == 0);
    return ok;
}

/* Guesses at these minutes, and which of them are let through: moved by hand. */
static void guessing_is_locked_out(void **state)
{
    static const struct {
        int minute;
        bool open;
    } rows[] = {
        {0, true},   {1, true},   {2, true},   {3, true},
        {4, true},                                         /* the fifth locks */
        {4, false},  {5, false},  {33, false},             /* for thirty minutes */
        {34, true},  {35, true},  {36, true},  {37, true}, /* four more */
        {50, true}, /* the fifth, but the first of them is 16 minutes ago */
        {51, true}, /* 36, 37, 50, 51: four within fifteen minutes */
        {51, true}, /* the fifth */
        {51, false}, {80, false}, {81, true},
    };
    static const char *const names[] = {"known", "unknown"};
    struct scratch s;
    struct error err = {0};
    char hash[PASSWORD_HASH];
    int64_t id;

    (void)state;
    scratch_open(&s);
    crypt_password_hash("Passw0rdxx", &s.world, hash);
    scratch_must(
        account_add(&s.st, "known", ROLE_HALL, NULL, hash, "test", NOW, &id, &err), &err);
    for (size_t n = 0; n < LENGTH(names); n++)
        for (size_t i = 0; i < LENGTH(rows); i++) {
            int64_t at_ms = NOW + rows[i].minute * MINUTE;

            if (guess(&s, names[n], "192.0.2.1", at_ms) != rows[i].open)
                fail_msg("%s at minute %d", names[n], rows[i].minute);
        }
    scratch_close(&s);
}

static void an_address_has_its_share(void **state)
{
    struct scratch s;
    char name[16];

    (void)state;
    scratch_open(&s);
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        assert_true(guess(&s, name, "192.0.2.1", NOW + i));
    }
    assert_false(guess(&s, "fresh", "192.0.2.1", NOW + 30));
    assert_true(guess(&s, "fresh", "192.0.2.2", NOW + 30));
    assert_true(guess(&s, "fresh", "192.0.2.1", NOW + MINUTE));
    scratch_close(&s);
}

static void the_right_password_clears_the_count(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct account_attempt t;

    (void)state;
    scratch_open(&s);
    for (int i = 0; i < 100; i++) {
        scratch_must(
            account_attempt(&s.st, &account_rules_default, "a", "::1", NOW, &t, &err),
            &err);
        scratch_must(account_attempt_right(&s.st, &t, &err), &err);
    }
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM login_failures"), 0);
    scratch_close(&s);
}

struct waiting_job {
    struct hasher_job job;
    struct mailbox *back; /* where it goes when it is done */
};

static void finished(struct hasher_job *job)
{
    if (!mailbox_put(((struct waiting_job *)job)->back, &job->mail))
        abort();
}

static void hash_and_wait(struct hasher *h, struct waiting_job *w, const char *password)
{
    snprintf(w->job.password, sizeof(w->job.password), "%s", password);
    assert_true(hasher_submit(h, &w->job));
    assert_ptr_equal(mailbox_take(w->back, 1, -1), &w->job.mail);
    for (size_t i = 0; i < sizeof(w->job.password); i++)
        assert_int_equal(w->job.password[i], 0);
}

static void the_hasher_makes_and_checks(void **state)
{
    static const struct {
        const char *password;
        bool right;
    } rows[] = {{"Passw0rdxx", true}, {"passw0rdxx", false}, {"", false}};
    struct waiting_job w = {.job.done = finished, .back = mailbox_new(8)};
    struct world world;
    struct hasher *h;

    (void)state;
    world_by_hand(&world, NOW, 3);
    h = hasher_start(&world);
    hash_and_wait(h, &w, "Passw0rdxx");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        hash_and_wait(h, &w, rows[i].password);
        assert_int_equal(w.job.right, rows[i].right);
    }
    hasher_stop(h);
    mailbox_free(w.back);
}

/* A name that nobody has is checked against a hash that is as costly as any. */
static void nobodys_hash_is_well_formed(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct account_attempt t;
    char real[PASSWORD_HASH];

    (void)state;
    scratch_open(&s);
    crypt_password_hash("x", &s.world, real);
    scratch_must(
        account_attempt(&s.st, &account_rules_default, "?", "::1", NOW, &t, &err), &err);
    assert_int_equal(t.account.id, 0);
    assert_int_equal(strlen(t.hash), strlen(real));
    assert_false(crypt_password_check("", t.hash));
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_one_word_and_one_person),
        cmocka_unit_test(the_newest_password_counts),
        cmocka_unit_test(guessing_is_locked_out),
        cmocka_unit_test(an_address_has_its_share),
        cmocka_unit_test(the_right_password_clears_the_count),
        cmocka_unit_test(the_hasher_makes_and_checks),
        cmocka_unit_test(nobodys_hash_is_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
