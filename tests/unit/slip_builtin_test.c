/*
 * slip_builtin_test.c — the built-in templates say all that a ticket must, and pictures
 * of them are what printers take.
 */
#include "slip_sample.h"

#include <png.h>

#include "base/pack.h"

/* ---- the built-in templates
 * ------------------------------------------------------------ */

static char *builtin_text(const char *name, const struct slip_values *values)
{
    const struct pack_file *file = pack_find(name);

    assert_non_null(file);
    return as_text((const char *)file->bytes, values);
}

/* What a ticket must say, from top to bottom; 58 mm paper breaks the longer lines. */
static const struct {
    const char *name, *order[16];
} tickets[] = {
    {"normal",
     {"新城区政务", "服务中心", "不动产登记", "A023", "请到 3、4、5 号窗口区域等候",
      "前面等候 12 人，约 20–35 分钟", "取号时间 2026-11-23 09:41", "█",
      "扫码评价本次服务", "短码 K7QM-3RXD", "评不评、评几分都由您决定。", "1284 7QF2K"}},
    {"normal.en",
     {"不动产登记", "A023", "12 people ahead", "20–35 min", "Taken at 2026-11-23", "█",
      "扫码评价本次服务", "Short code K7QM-3RXD", "Rating is up to you", "1284 7QF2K"}},
    {"large",
     {"服务中心", "不动产登记", "A023", "3、4、5", "等候", "前面 12 人",
      "约等 20–35 分钟", "2026-11-23 09:41 取号", "█", "扫码评价本次服务", "K7QM-3RXD",
      "评不评、评几分都由您决定。", "1284 7QF2K"}},
    {"large.en",
     {"服务中心", "不动产登记", "A023", "12 ahead", "20–35", "2026-11-23 09:41", "█",
      "扫码评价本次服务", "K7QM-3RXD", "Rating is up to you", "1284 7QF2K"}},
    {"bilingual",
     {"服务中心", "不动产登记", "您的号码 Your number", "A023",
      "请到 3、4、5 号窗口区域等候", "Wait near the window above",
      "前面等候 12 人，约 20–35 分钟", "12 ahead, about 20–35 min",
      "取号 Taken 2026-11-23 09:41", "█", "扫码评价本次服务", "Scan to follow and rate",
      "短码 Code K7QM-3RXD", "评不评、评几分都由您决定。", "1284 7QF2K"}},
};

static void builtin_shows_all_in_order(void **state)
{
    (void)state;
    for (size_t t = 0; t < LENGTH(tickets); t++) {
        char name[64], *text, *at;

        snprintf(name, sizeof(name), "templates/tickets/%s.receipt", tickets[t].name);
        text = at = builtin_text(name, &full);
        for (size_t i = 0; i < LENGTH(tickets[t].order) && tickets[t].order[i]; i++) {
            at = strstr(at, tickets[t].order[i]);
            if (at == NULL)
                fail_msg("%s: «%s» is not in its place in\n%s", name, tickets[t].order[i],
                         text);
        }
        free(text);
    }
}

static void builtin_leaves_out_what_is_not_there(void **state)
{
    struct slip_values v = full;
    char *text;

    (void)state;
    v.text[SLIP_WAIT_MIN] = NULL;
    v.text[SLIP_ROOT] = "";
    text = builtin_text("templates/tickets/normal.receipt", &v);
    assert_non_null(strstr(text, "前面等候 12 人\n"));
    assert_null(strstr(text, "分钟"));
    assert_null(strstr(text, "校验码"));
    free(text);
    v.text[SLIP_AHEAD] = "0"; /* nobody ahead is said, not left out */
    text = builtin_text("templates/tickets/normal.receipt", &v);
    assert_non_null(strstr(text, "前面等候 0 人"));
    free(text);
    v.text[SLIP_AHEAD] = v.text[SLIP_QR_URL] = NULL;
    text = builtin_text("templates/tickets/normal.en.receipt", &v);
    assert_null(strstr(text, "ahead"));
    assert_null(strstr(text, "█"));
    free(text);
}

static void builtins_may_be_saved(void **state)
{
    static const char *const profiles[] = {"80mm", "58mm"};
    size_t count;
    const struct pack_file *file = pack_below("templates/tickets/", &count);

    (void)state;
    assert_in_range(count, 2, 100);
    for (size_t i = 0; i < 2 * count; i++) {
        struct profile p = profile_of(profiles[i % 2]);
        struct error err = {0};

        if (!slip_check((const char *)file[i / 2].bytes, file[i / 2].length, &p, &err))
            fail_msg("%s: %s", file[i / 2].name, err.text);
    }
}

static void check_reads_both_sides_of_a_section(void **state)
{
    struct profile p = profile_of("80mm");
    struct error err = {0};
    static const char hidden[] = "{{^hall}}\n{image:A}\n{{/hall}}";
    static const char shown[] = "{{#hall}}\n{image:A}\n{{/hall}}";

    (void)state;
    assert_false(slip_check(hidden, strlen(hidden), &p, &err));
    assert_non_null(strstr(err.text, "line 2, column 2"));
    error_clear(&err);
    assert_false(slip_check(shown, strlen(shown), &p, &err));
}

/* ---- pictures
 * -------------------------------------------------------------------------- */

static struct buf render_builtin(const char *profile, enum slip_format format,
                                 const struct slip_values *values)
{
    const struct pack_file *file = pack_find("templates/tickets/normal.receipt");
    struct profile p = profile_of(profile);
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;

    assert_true(
        slip_compose((const char *)file->bytes, file->length, values, &p, &slip, &err));
    assert_true(slip_render(&slip, &p, format, &out, &err));
    slip_free(&slip);
    return out;
}

static void png_is_one_bit_and_as_wide_as_the_paper(void **state)
{
    static const struct {
        const char *profile;
        int dots;
    } rows[] = {{"80mm", 576}, {"58mm", 384}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf png = render_builtin(rows[i].profile, SLIP_PNG, &full);
        const unsigned char *head = (const unsigned char *)png.data;
        png_image image = {.version = PNG_IMAGE_VERSION};
        size_t black = 0, edge = 0;
        unsigned char *grey;

        assert_memory_equal(head, "\x89PNG\r\n\x1a\n", 8);
        assert_int_equal(head[24], 1); /* bits */
        assert_int_equal(head[25], 0); /* grey */
        assert_true(png_image_begin_read_from_memory(&image, png.data, png.length));
        assert_int_equal(image.width, rows[i].dots);
        image.format = PNG_FORMAT_GRAY;
        grey = memory_new(PNG_IMAGE_SIZE(image));
        assert_true(png_image_finish_read(&image, NULL, grey, 0, NULL));
        for (size_t d = 0; d < PNG_IMAGE_SIZE(image); d++) {
            size_t x = d % image.width;

            assert_true(grey[d] == 0 || grey[d] == 255);
            black += grey[d] == 0;
            edge += grey[d] == 0 && (x == 0 || x == image.width - 1);
        }
        assert_int_equal(edge, 0);
        assert_in_range(black, 20000, 150000);
        free(grey);
        buf_free(&png);
    }
}

static void svg_refers_to_nothing_outside(void **state)
{
    struct slip_values v = full;
    struct buf svg;

    (void)state;
    v.text[SLIP_HALL] = "<a href=\"x\">&</a>";
    svg = render_builtin("80mm", SLIP_SVG, &v);
    assert_non_null(strstr(buf_text(&svg), "&lt;a"));
    assert_null(strstr(buf_text(&svg), "<a"));
    assert_null(strstr(buf_text(&svg), "href=\"#"));
    assert_null(strstr(buf_text(&svg), "url("));
    assert_null(strstr(buf_text(&svg), "<image"));
    assert_non_null(strstr(buf_text(&svg), "width=\"576\""));
    assert_non_null(strstr(buf_text(&svg), ">A023<"));
    buf_free(&svg);
}

static void dialects_have_names(void **state)
{
    static const char *const names[] = {"escpos", "png", "svg", "text"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_string_equal(printer_find(names[i])->name, names[i]);
    assert_null(printer_find("pdf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtin_shows_all_in_order),
        cmocka_unit_test(builtin_leaves_out_what_is_not_there),
        cmocka_unit_test(builtins_may_be_saved),
        cmocka_unit_test(check_reads_both_sides_of_a_section),
        cmocka_unit_test(png_is_one_bit_and_as_wide_as_the_paper),
        cmocka_unit_test(svg_refers_to_nothing_outside),
        cmocka_unit_test(dialects_have_names),
    };

    return cmocka_run_group_tests_name("slip_builtin", tests, NULL, forget_fonts);
}
