/*
 * key_store_test.c — keys, devices and links let in exactly those whom they should.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/key_store.h"

#define NOW SCRATCH_START_MS

static enum error_kind check_kind(struct store *st, const char *bearer)
{
    struct error err = {0};
    struct caller who;

    struct key_limits limits;
    bool touch;

    return key_check(st, bearer, NOW, &who, &limits, &touch, &err) ? ERROR_NONE
                                                                   : err.kind;
}

static void a_key_opens_and_tells_who(void **state)
{
    static const enum role roles[] = {ROLE_MACHINE, ROLE_DESK, ROLE_INTEGRATION,
                                      ROLE_DISPLAY, ROLE_AUDITOR};
    struct scratch s;
    struct error err = {0};

    (void)state;
    scratch_open(&s);
    for (size_t i = 0; i < LENGTH(roles); i++) {
        char key[KEY_TEXT], actor[48];
        struct key_limits limits;
        struct caller who;
        bool touch;

        scratch_must(key_add(&s.st, roles[i], "大厅一号", "test", NOW, key, &err), &err);
        scratch_must(key_check(&s.st, key, NOW, &who, &limits, &touch, &err), &err);
        assert_int_equal(who.role, roles[i]);
        assert_int_equal(who.kind, CALLER_KEY);
        assert_string_equal(who.name, "大厅一号");
        snprintf(actor, sizeof(actor), "key %lld", (long long)who.id);
        assert_string_equal(who.actor, actor);
        assert_int_equal(strlen(strchr(key, '.')), SECRET_SYMBOLS + 1);
    }
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM audit_events"),
                     LENGTH(roles));
    scratch_close(&s);
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        ".",
        "1",
        "1.",
        ".AAAA",
        "abc.def",
        "-1.AAAA",
        "0.AAAA",
        "99999999999999999999999.A",
        "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "18446744073709551617.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "1' OR '1'='1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    struct scratch s;
    struct error err = {0};
    char key[KEY_TEXT], twisted[KEY_TEXT + 1];

    (void)state;
    scratch_open(&s);
    scratch_must(key_add(&s.st, ROLE_DESK, "a", "test", NOW, key, &err), &err);
    assert_int_equal(check_kind(&s.st, NULL), ERROR_LOGIN);
    for (size_t i = 0; i < LENGTH(bad); i++)
        if (check_kind(&s.st, bad[i]) != ERROR_LOGIN)
            fail_msg("taken for a key: %s", bad[i]);
    for (char *p = strchr(key, '.') + 1; *p != '\0'; p++) { /* each symbol counts */
        char was = *p;

        *p = was == '0' ? '1' : '0';
        assert_int_equal(check_kind(&s.st, key), ERROR_LOGIN);
        *p = was;
    }
    snprintf(twisted, sizeof(twisted), "%s0", key);
    assert_int_equal(check_kind(&s.st, twisted), ERROR_LOGIN);
    assert_int_equal(check_kind(&s.st, key), ERROR_NONE);
    s.st.hall = 2; /* another hall's key is no key */
    assert_int_equal(check_kind(&s.st, key), ERROR_LOGIN);
    scratch_close(&s);
}

static void count_key(void *self, const struct api_key *key)
{
    int *counts = self;

    counts[key->ended]++;
}

static void an_ended_key_is_dead(void **state)
{
    struct scratch s;
    struct error err = {0};
    char key[KEY_TEXT], other[KEY_TEXT];
    int counts[2] = {0};
    int64_t id;

    (void)state;
    scratch_open(&s);
    scratch_must(key_add(&s.st, ROLE_DESK, "a", "test", NOW, key, &err), &err);
    scratch_must(key_add(&s.st, ROLE_DESK, "b", "test", NOW, other, &err), &err);
    id = strtoll(key, NULL, 10);
    scratch_must(key_end(&s.st, id, "test", NOW, &err), &err);
    assert_int_equal(check_kind(&s.st, key), ERROR_LOGIN);
    assert_int_equal(check_kind(&s.st, other), ERROR_NONE);
    assert_false(key_end(&s.st, id, "test", NOW, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    error_clear(&err);
    assert_false(key_end(&s.st, 5, "test", NOW, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    error_clear(&err);
    scratch_must(keys_each(&s.st, count_key, counts, &err), &err);
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 1);
    scratch_close(&s);
}

static void odd_roles_and_names_make_no_key(void **state)
{
    static const struct {
        enum role role;
        const char *name, *field;
    } rows[] = {
        {ROLE_HALL, "a", "role"},
        {ROLE_NONE, "a", "role"},
        {ROLE_DESK | ROLE_DISPLAY, "a", "role"},
        {ROLE_DESK, "", "name"},
        {ROLE_DESK, "a\nb", "name"},
        {ROLE_DESK, "a\x7f", "name"},
    };
    char key[KEY_TEXT], longest[CALLER_NAME + 1];
    struct scratch s;

    (void)state;
    scratch_open(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};

        assert_false(key_add(&s.st, rows[i].role, rows[i].name, "test", NOW, key, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.field, rows[i].field);
    }
    memset(longest, 'x', CALLER_NAME);
    longest[CALLER_NAME] = '\0';
    assert_false(
        key_add(&s.st, ROLE_DESK, longest, "test", NOW, key, &(struct error){0}));
    scratch_close(&s);
}

static void the_store_holds_no_secret(void **state)
{
    struct scratch s;
    struct error err = {0};
    char key[KEY_TEXT], path[128], needle[SECRET_TEXT];
    char bytes[1 << 16];
    FILE *f;
    size_t n;

    (void)state;
    scratch_open(&s);
    scratch_must(key_add(&s.st, ROLE_DESK, "a", "test", NOW, key, &err), &err);
    scratch_commit(&s);
    snprintf(needle, sizeof(needle), "%s", strchr(key, '.') + 1);
    snprintf(path, sizeof(path), "%s/yiping.db-wal", s.folder);
    f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
        assert_null(memmem(bytes, n, needle, 20));
    fclose(f);
    scratch_close(&s);
}

static void a_link_is_good_once(void **state)
{
    struct scratch s;
    struct error err = {0};
    char secret[SECRET_TEXT];
    struct link link;

    (void)state;
    scratch_open(&s);
    scratch_must(link_add(&s.st, LINK_DEVICE, "desk W1", NOW + 1000, secret, &err), &err);
    for (int i = 0; i < 3; i++) { /* looking does not use it up */
        scratch_must(link_look(&s.st, LINK_DEVICE, secret, NOW, &link, &err), &err);
        assert_string_equal(link.subject, "desk W1");
    }
    assert_false(
        link_use(&s.st, LINK_LOGIN, secret, NOW, &link, &err)); /* another purpose */
    assert_int_equal(err.kind, ERROR_ABSENT);
    error_clear(&err);
    assert_false(
        link_use(&s.st, LINK_DEVICE, secret, NOW + 1000, &link, &err)); /* too late */
    assert_int_equal(err.kind, ERROR_ABSENT);
    error_clear(&err);
    scratch_must(link_use(&s.st, LINK_DEVICE, secret, NOW + 999, &link, &err), &err);
    assert_false(link_use(&s.st, LINK_DEVICE, secret, NOW + 999, &link, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    error_clear(&err);
    assert_false(link_look(&s.st, LINK_DEVICE, secret, NOW, &link, &err));
    error_clear(&err);
    assert_false(link_look(&s.st, LINK_DEVICE, "", NOW, &link, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    scratch_close(&s);
}

static void a_device_stands_at_a_place(void **state)
{
    static const struct {
        enum role role;
        const char *place;
        bool ok;
    } rows[] = {
        {ROLE_MACHINE, "K1", true},  {ROLE_DESK, "W1", true},
        {ROLE_MACHINE, "W1", false}, {ROLE_DESK, "K1", false},
        {ROLE_MACHINE, "K9", false}, {ROLE_DESK, "W9", false},
        {ROLE_DESK, "", false},      {ROLE_DISPLAY, "W1", false},
        {ROLE_DESK, "../W1", false}, {ROLE_DISPLAY, "all", true},
        {ROLE_DISPLAY, "1", true},   {ROLE_DISPLAY, "2", false},
        {ROLE_DESK, "all", false},   {ROLE_AUDITOR, "W1", false},
    };
    struct scratch s;

    (void)state;
    scratch_open(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        struct caller who;
        char cookie[SECRET_TEXT];

        if (device_add(&s.st, rows[i].role, rows[i].place, "test", NOW, cookie, &err) !=
            rows[i].ok)
            fail_msg("%s as %s", rows[i].place, role_name(rows[i].role));
        if (!rows[i].ok)
            continue;
        scratch_must(device_check(&s.st, cookie, &who, &err), &err);
        assert_int_equal(who.role, rows[i].role);
        assert_int_equal(who.kind, CALLER_DEVICE);
        assert_string_equal(who.name, rows[i].place);
        cookie[3] = cookie[3] == 'A' ? 'B' : 'A';
        assert_false(device_check(&s.st, cookie, &who, &err));
        assert_int_equal(err.kind, ERROR_LOGIN);
        error_clear(&err);
        assert_false(device_check(&s.st, NULL, &who, &err));
        assert_int_equal(err.kind, ERROR_LOGIN);
    }
    scratch_close(&s);
}

struct listed {
    int64_t first;
    int count, ended;
};

static void note_device(void *self, const struct api_key *device)
{
    struct listed *l = self;

    if (l->count++ == 0)
        l->first = device->id;
    l->ended += device->ended;
}

static void an_ended_device_is_a_stranger(void **state)
{
    struct error err = {0};
    struct listed before = {0}, after = {0};
    char one[SECRET_TEXT], two[SECRET_TEXT];
    struct caller who;
    struct scratch s;

    (void)state;
    scratch_open(&s);
    scratch_must(device_add(&s.st, ROLE_DESK, "W1", "test", NOW, one, &err), &err);
    scratch_must(device_add(&s.st, ROLE_DESK, "W1", "test", NOW, two, &err), &err);
    scratch_must(devices_each(&s.st, note_device, &before, &err), &err);
    assert_int_equal(before.count, 2);
    assert_int_equal(before.ended, 0);
    scratch_must(device_end(&s.st, before.first, "test", NOW, &err), &err);
    assert_false(device_check(&s.st, one, &who, &err));
    assert_int_equal(err.kind, ERROR_LOGIN);
    error_clear(&err);
    scratch_must(device_check(&s.st, two, &who, &err), &err);
    assert_false(device_end(&s.st, before.first, "test", NOW, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    error_clear(&err);
    assert_false(device_end(&s.st, 12345, "test", NOW, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    error_clear(&err);
    scratch_must(devices_each(&s.st, note_device, &after, &err), &err);
    assert_int_equal(after.count, 2);
    assert_int_equal(after.ended, 1);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_opens_and_tells_who),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(an_ended_key_is_dead),
        cmocka_unit_test(odd_roles_and_names_make_no_key),
        cmocka_unit_test(the_store_holds_no_secret),
        cmocka_unit_test(a_link_is_good_once),
        cmocka_unit_test(a_device_stands_at_a_place),
        cmocka_unit_test(an_ended_device_is_a_stranger),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
