/*
 * csv_test.c — tables are read as RFC 4180 writes them, and written so that no
 * spreadsheet reckons with them (base/csv.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/csv.h"

/* Reads all rows as "a|b/c|d"; a wrong one is "!". */
static void read_all(const char *text, size_t length, char *out, size_t size)
{
    FILE *file = fmemopen((void *)text, length, "rb");
    struct csv_reader r;
    enum csv_got got;
    size_t at = 0;

    out[0] = '\0';
    csv_open(&r, file);
    while ((got = csv_next(&r)) != CSV_END) {
        at += (size_t)snprintf(out + at, size - at, "%s%lld%s", at > 0 ? "/" : "",
                               (long long)r.row_line, got == CSV_WRONG ? "!" : "");
        for (int i = 0; got == CSV_ROW && i < r.count; i++)
            at += (size_t)snprintf(out + at, size - at, "|%s", r.cells[i]);
    }
    csv_close(&r);
    fclose(file);
}

static void rows(void **state)
{
    static const struct {
        const char *text, *rows;
    } table[] = {
        {"a,b\r\nc,d\r\n", "1|a|b/2|c|d"},
        {"a,b\nc,d", "1|a|b/2|c|d"},
        {"\xef\xbb\xbf"
         "a\r\n",
         "1|a"},
        {"\n\r\na\n\nb\n", "3|a/5|b"},
        {"\"a,b\",\"c\"\"d\"\n", "1|a,b|c\"d"},
        {"\"a\r\nb\",c\nd,e\n", "1|a\r\nb|c/3|d|e"},
        {",,\n", "1|||"},
        {"a,\r\nb\n", "1|a|/2|b"},
        {"a,", "1|a|"},
        {"\"\"\n", "1|"},
        {" a , b \n", "1| a | b "},
        {"a\"b,c\nd\n", "1!/2|d"},
        {"\"a\"b,c\nd\n", "1!/2|d"},
        {"a\rb\nd\n", "1!/2|d"},
        {"\"a,b\nc\n", "1!"},
        {"", ""},
    };
    char got[256];

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        if (table[i].text[0] == '\0')
            continue;
        read_all(table[i].text, strlen(table[i].text), got, sizeof(got));
        if (strcmp(got, table[i].rows) != 0)
            fail_msg("row %zu: %s", i, got);
    }
}

static void hostile_rows(void **state)
{
    static char big[2 * CSV_ROW_BYTES + 8], many[200];
    char got[256];

    (void)state;
    read_all("a\0b\nc\n", 6, got, sizeof(got));
    assert_string_equal(got, "1!/2|c");
    memset(big, 'x', sizeof(big));
    memcpy(big + sizeof(big) - 4, "\nc\n", 3);
    read_all(big, sizeof(big) - 1, got, sizeof(got));
    assert_string_equal(got, "1!/2|c");
    memset(many, ',', 70);
    memcpy(many + 70, "\nc\n", 3);
    read_all(many, 73, got, sizeof(got));
    assert_string_equal(got, "1!/2|c");
}

static void cells(void **state)
{
    static const struct {
        const char *text, *cell;
    } table[] = {
        {"plain", "plain"},
        {"=1+1", "'=1+1"},
        {"+86", "'+86"},
        {"-5", "'-5"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "'\tx"},
        {"\rx", "\"'\rx\""},
        {"=a,b", "\"'=a,b\""},
        {"a=b", "a=b"},
        {"a,b", "\"a,b\""},
        {"say \"yes\"", "\"say \"\"yes\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {" lead", "\" lead\""},
        {"", ""},
        {NULL, ""},
        {"办得很快，谢谢", "办得很快，谢谢"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        struct buf out = buf_new(1024);

        csv_text(&out, true, table[i].text);
        assert_string_equal(buf_text(&out), table[i].cell);
        csv_number(&out, false, "-0.5");
        csv_end(&out);
        assert_string_equal(buf_text(&out) + out.length - 7, ",-0.5\r\n");
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(hostile_rows),
        cmocka_unit_test(cells),
    };

    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
