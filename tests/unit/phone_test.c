/*
 * phone_test.c — numbers as people write them, and what must not pass for one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "domain/phone.h"

static void numbers_are_read(void **state)
{
    static const struct {
        const char *text, *home, *e164, *mask, *local;
    } rows[] = {
        {"13900001000", "86", "+8613900001000", "139****1000", "13900001000"},
        {" 139 0000 1000 ", "86", "+8613900001000", "139****1000", "13900001000"},
        {"+86 139 0000 1000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"+86-139-0000-1000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"(+86) 139.0000.1000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"0086 13900001000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"00 86 139 0000 1000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"8613900001000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"\t13900001000", "86", "+8613900001000", "139****1000", "13900001000"},
        {"19912345678", "86", "+8619912345678", "199****5678", "19912345678"},
        {"+852 9123 4567", "86", "+85291234567", "+85****4567", "+85291234567"},
        {"0085291234567", "86", "+85291234567", "+85****4567", "+85291234567"},
        {"+1 (604) 555-0100", "86", "+16045550100", "+16****0100", "+16045550100"},
        {"040 123 45 67", "358", "+358401234567", "+35****4567", "+358401234567"},
        {"604 555 0100", "1", "+16045550100", "+16****0100", "+16045550100"},
        {"13900001000", "1", "+113900001000", "+11****1000", "+113900001000"},
        {"+2901234", "86", "+2901234", "+29****34", "+2901234"},
        {"+123456789012345", "86", "+123456789012345", "+12****2345",
         "+123456789012345"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct phone phone = {""};
        struct error err = {0};
        char mask[PHONE_MASK], local[PHONE_LOCAL];

        if (!phone_parse(rows[i].text, rows[i].home, &phone, &err))
            fail_msg("“%s”: %s", rows[i].text, err.text);
        assert_string_equal(phone.e164, rows[i].e164);
        phone_mask(&phone, mask);
        assert_string_equal(mask, rows[i].mask);
        phone_local(&phone, local);
        assert_string_equal(local, rows[i].local);
    }
}

static void others_are_refused(void **state)
{
    static const struct {
        const char *text, *home, *says;
    } rows[] = {
        {NULL, "86", "missing"},
        {"", "86", "empty"},
        {"   ", "86", "empty"},
        {"+", "86", "empty"},
        {"-().", "86", "empty"},
        {"1390000100", "86", "10 digits"},
        {"139000010000", "86", "12 digits"},
        {"+86 1390000100", "86", "10 digits"},
        {"12900001000", "86", "landline"},
        {"11900001000", "86", "landline"},
        {"010-12345678", "86", "landline"},
        {"0471 1234567", "86", "landline"},
        {"+86 10 1234 5678", "86", "landline"},
        {"12345", "86", "landline"},
        {"4001234567", "86", "landline"},
        {"012345678901", "86", "landline"},
        {"+86", "86", "landline"},
        {"+8601 13900001000", "86", "landline"},
        {"139OOOO1OOO", "86", "no digit"},
        {"1390000100O", "86", "no digit"},
        {"13900001000a", "86", "no digit"},
        {"tel:13900001000", "86", "no digit"},
        {"１３９００００１０００", "86", "no digit"},
        {"139–0000–1000", "86", "no digit"},
        {"13900001000\n", "86", "no digit"},
        {"13900001000;13900001001", "86", "no digit"},
        {"++8613900001000", "86", "no digit"},
        {"86+13900001000", "86", "no digit"},
        {"13900001000' OR 1", "86", "no digit"},
        {"\xff\xfe", "86", "no digit"},
        {"1234567890123456789012345", "86", "no digit"},
        {"+1234567890123456", "86", "not complete"},
        {"+12345", "86", "not complete"},
        {"+012345678", "86", "not complete"},
        {"000012345678", "86", "not complete"},
        {"123", "358", "not complete"},
        {"                                         13900001000", "86", "too long"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct phone phone = {"kept"};
        struct error err = {0};

        if (phone_parse(rows[i].text, rows[i].home, &phone, &err))
            fail_msg("“%s” was taken as %s", rows[i].text, phone.e164);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.field, "phone");
        if (strstr(err.text, rows[i].says) == NULL)
            fail_msg("“%s”: %s", rows[i].text, err.text);
        assert_string_equal(phone.e164, "kept");
    }
}

static void masks_never_tell_a_broken_number(void **state)
{
    static const struct phone rows[] = {{""}, {"+"}, {"+86"}, {"+861"}, {"+8613"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char mask[PHONE_MASK];

        phone_mask(&rows[i], mask);
        assert_string_equal(mask, "****");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(masks_never_tell_a_broken_number),
    };

    return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
