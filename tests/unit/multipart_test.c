/*
 * multipart_test.c — forms with files as browsers send them, and as nobody should.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/multipart.h"

#define TYPE "multipart/form-data; boundary=----WebKitFormBoundaryX"
#define B    "------WebKitFormBoundaryX"
#define CD   "Content-Disposition: form-data; name="
#define NL   "\r\n"

struct row {
    const char *type, *body;
    size_t length; /* 0: as far as the NUL */
    bool good;
    const char *said; /* "name=value name=value | field:name:bytes" */
};

static const struct row rows[] = {
    {TYPE, B NL CD "\"a\"" NL NL "1" NL B NL CD "\"b\"" NL NL "" NL B "--" NL, 0, true,
     "a=1 b= |"},
    {TYPE,
     B NL CD "\"words\"" NL NL "窗口\r\n无人" NL B NL CD
             "\"file\"; filename=\"照片 1.png\"" NL "Content-Type: image/png" NL NL
             "\x89PNG\r\n\r\n" B NL B "--" NL,
     0, false, ""}, /* the boundary inside of the bytes ends them, and no head follows */
    {TYPE,
     B NL CD "\"words\"" NL NL "窗口\r\n无人" NL B NL CD
             "\"file\"; filename=\"照片 1.png\"" NL "Content-Type: image/png" NL NL
             "\x89PNG\r\n\r\n--" NL B "--" NL,
     0, true, "words=窗口\r\n无人 | file:照片 1.png:10"},
    {TYPE,
     B NL CD "\"file\"; filename=\"\"" NL
             "Content-Type: application/octet-stream" NL NL NL B "--" NL,
     0, true, "|"}, /* none was chosen */
    {TYPE, B NL CD "\"file\"; filename=\"\"" NL NL "x" NL B "--", 0, true, "| file::1"},
    {TYPE, B NL CD "\"f\"; filename=\"a%22b\"" NL NL "x" NL B "--", 0, true,
     "| f:a%22b:1"},
    {TYPE, B "--" NL, 0, true, "|"},
    {"multipart/form-data; boundary=\"a b\"", "--a b--", 0, false, ""},
    {"multipart/form-data; boundary=\"ab\"", "--ab--", 0, true, "|"},
    {"multipart/form-data; charset=x; boundary=ab; more=1", "--ab--", 0, true, "|"},
    {"MULTIPART/FORM-DATA;boundary=ab", "--ab--", 0, true, "|"},
    {"multipart/form-data; boundary=", "----", 0, false, ""},
    {"multipart/form-data; boundary=\"ab", "--ab--", 0, false, ""},
    {"multipart/form-data; xboundary=ab", "--ab--", 0, false, ""},
    {"multipart/form-datax; boundary=ab", "--ab--", 0, false, ""},
    {"multipart/mixed; boundary=ab", "--ab--", 0, false, ""},
    {"multipart/form-data", "--ab--", 0, false, ""},
    {"multipart/form-data; boundary=01234567890123456789012345678901234567890123456789"
     "0123456789012345678901",
     "--0123456789012345678901234567890123456789012345678901234567890123456789"
     "01--",
     0, false, ""},
    {TYPE, "", 0, false, ""},
    {TYPE, "x" B "--", 0, false, ""}, /* nothing may stand in front */
    {TYPE, B "--" NL "x", 0, false, ""},
    {TYPE, B NL, 0, false, ""},
    {TYPE, B NL CD "\"a\"" NL NL "1", 0, false, ""},
    {TYPE, B NL CD "\"a\"" NL NL "1" NL B, 0, false, ""},
    {TYPE, B NL CD "\"a\"" NL "1" NL B "--", 0, false, ""}, /* no empty line */
    {TYPE, B NL NL "1" NL B "--", 0, false, ""},            /* no name */
    {TYPE, B NL CD "a" NL NL "1" NL B "--", 0, false, ""},
    {TYPE, B NL CD "\"a" NL NL "1" NL B "--", 0, false, ""},
    {TYPE, B NL CD "\"a\"; name=\"b\"" NL NL "1" NL B "--", 0, false, ""},
    {TYPE, B NL CD "\"a\"; filename*=UTF-8''x" NL NL "1" NL B "--", 0, false, ""},
    {TYPE, B NL CD "\"a\"" NL CD "\"b\"" NL NL "1" NL B "--", 0, false, ""},
    {TYPE, B NL "Content-Disposition: attachment; name=\"a\"" NL NL "1" NL B "--", 0,
     false, ""},
    {TYPE, B "\n" CD "\"a\"\n\n1\n" B "--", 0, false, ""}, /* bare line feeds */
    {TYPE, B NL CD "\"a\"" NL NL "\xC0\xAF" NL B "--", 0, false, ""},
    {TYPE, B NL CD "\"\xFF\"" NL NL "1" NL B "--", 0, false, ""},
    {TYPE,
     B NL CD "\"a\"" NL NL "1\0"
             "2" NL B "--",
     sizeof(B NL CD "\"a\"" NL NL "1\0"
                    "2" NL B "--") -
         1,
     false, ""},
    {TYPE,
     B NL CD "\"f\"; filename=\"a\"" NL NL "1\0"
             "2" NL B "--",
     sizeof(B NL CD "\"f\"; filename=\"a\"" NL NL "1\0"
                    "2" NL B "--") -
         1,
     true, "| f:a:3"},
    {TYPE,
     B NL CD "\"f\"; filename=\"a\"" NL NL "1" NL B NL CD "\"g\"; filename=\"b\"" NL NL
             "2" NL B "--",
     0, false, ""}, /* two files */
};

static void say(const struct form *form, const struct upload *file, char *out,
                size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < form->count; i++)
        snprintf(out + strlen(out), size - strlen(out), "%s=%s ", form->fields[i].name,
                 form->fields[i].value);
    snprintf(out + strlen(out), size - strlen(out), "|");
    if (file->field != NULL)
        snprintf(out + strlen(out), size - strlen(out), " %s:%s:%zu", file->field,
                 file->name, file->length);
}

static void forms_as_they_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t length = rows[i].length != 0 ? rows[i].length : strlen(rows[i].body);
        char *body = malloc(length + 1); /* its end is the end: a sanitizer sees more */
        struct error err = {0};
        struct upload file;
        struct form form;
        char said[200] = "";
        bool good;

        memcpy(body, rows[i].body, length);
        good = multipart_parse(rows[i].type, body, length, &form, &file, &err);
        if (good)
            say(&form, &file, said, sizeof(said));
        if (good != rows[i].good || strcmp(said, rows[i].said) != 0)
            fail_msg("row %zu: %d \"%s\"", i, good, said);
        if (!good) {
            assert_int_equal(err.kind, ERROR_MALFORMED);
            assert_int_equal(form.count, 0);
            assert_null(form.text);
            assert_null(file.field);
        }
        form_free(&form);
        free(body);
    }
}

/* Whatever is cut off, nothing is read that is not there. */
static void cut_anywhere(void **state)
{
    const char *whole = rows[2].body;

    (void)state;
    for (size_t cut = 0; cut + 2 < strlen(whole); cut++) {
        char *body = malloc(cut + 1);
        struct error err = {0};
        struct upload file;
        struct form form;

        memcpy(body, whole, cut);
        assert_false(multipart_parse(TYPE, body, cut, &form, &file, &err));
        form_free(&form);
        free(body);
    }
}

static void too_many_fields(void **state)
{
    struct buf body = buf_new(1 << 20);
    struct error err = {0};
    struct upload file;
    struct form form;

    (void)state;
    for (int i = 0; i <= FORM_FIELDS; i++)
        buf_add_text(&body, B NL CD "\"a\"" NL NL "1" NL);
    buf_add_text(&body, B "--" NL);
    assert_false(multipart_parse(TYPE, buf_text(&body), body.length, &form, &file, &err));
    form_free(&form);
    buf_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_as_they_come),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(too_many_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
