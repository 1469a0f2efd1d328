/* breached_test.c — what is found in lists of every form, and lists that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/crypt.h"
#include "work/breached.h"

enum { KNOWN = 1000 };

static char path[] = "/tmp/yiping-breached-XXXXXX";

static int make_path(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 || close(fd) != 0;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void hash_of(int number, const char *form, char out[41])
{
    unsigned char bytes[CRYPT_SHA1_BYTES];
    char password[32];

    snprintf(password, sizeof(password), "password %d", number);
    crypt_sha1(password, strlen(password), bytes);
    crypt_hex(bytes, sizeof(bytes), out);
    for (char *c = out; form[0] == 'U' && *c != '\0'; c++)
        if (*c >= 'a')
            *c = (char)(*c - 32);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* "password 0" … with what stands behind each hash, and whether the last line ends. */
static void write_list(int count, const char *form, const char *tail, bool ends)
{
    static char hashes[KNOWN][41];
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    for (int i = 0; i < count; i++)
        hash_of(i, form, hashes[i]);
    qsort(hashes, (size_t)count, sizeof(hashes[0]), compare);
    for (int i = 0; i < count; i++)
        fprintf(file, "%s%s%s", hashes[i], tail, i < count - 1 || ends ? "\n" : "");
    assert_int_equal(fclose(file), 0);
}

static void found_in_every_form(void **state)
{
    static const struct {
        int count;
        const char *form, *tail;
        bool ends;
    } rows[] = {
        {KNOWN, "lower", "", true},       {KNOWN, "Upper", ":3\r", true},
        {KNOWN, "Upper", ":51", true},    {KNOWN, "Upper", ":1234567890\r", false},
        {1, "lower", "", false},          {2, "Upper", ":7", true},
        {KNOWN - 1, "lower", "\r", true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        write_list(rows[i].count, rows[i].form, rows[i].tail, rows[i].ends);
        for (int n = 0; n < rows[i].count + 200; n++) {
            struct error err = {0};
            char password[32];
            bool found;

            snprintf(password, sizeof(password), "password %d", n);
            if (!breached_find(path, password, &found, &err))
                fail_msg("row %zu: %s", i, err.text);
            if (found != (n < rows[i].count))
                fail_msg("row %zu: %s", i, password);
        }
    }
}

static void no_file_finds_nothing(void **state)
{
    struct error err = {0};
    bool found = true;

    (void)state;
    assert_true(breached_find("", "password 1", &found, &err));
    assert_false(found);
}

/* Where the list cannot be read nobody knows, and that is told. */
static void what_is_no_list(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "password\n123456\n",
        "0123456789abcdef0123456789abcdef0123456\n",             /* 39 digits */
        "0123456789abcdef0123456789abcdef012345678\n",           /* 41 */
        "0123456789abcdef0123456789abcdef0123456x:1\n",          /* no digit */
        "0123456789abcdef0123456789abcdef01234567 and then more" /* too long a line */
        " than any line of such a list may ever be, many times over, by far, by far, by "
        "far, by far, by far, by far\n",
    };
    struct error err = {0};
    bool found = true;

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        write_text(texts[i]);
        err = (struct error){0};
        if (breached_find(path, "password 1", &found, &err) || found)
            fail_msg("taken: %s", texts[i]);
        assert_int_equal(err.kind, ERROR_SETUP);
    }
    err = (struct error){0};
    assert_false(breached_find("/nowhere/at/all", "password 1", &found, &err));
    assert_int_equal(err.kind, ERROR_SETUP);
    err = (struct error){0};
    assert_false(breached_find("/tmp", "password 1", &found, &err));
    assert_int_equal(err.kind, ERROR_SETUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_in_every_form),
        cmocka_unit_test(no_file_finds_nothing),
        cmocka_unit_test(what_is_no_list),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}
