/*
 * printer_test.c — `yiping printer test NAME` prints a slip that shows what a profile
 * must get right; `yiping printer profile NAME` tells the profile and what is
 * recommended.
 *
 * Promise: the test goes the way of every ticket, and is sent once. Recommendations are
 * those of printers.md: what most printers of a width can do.
 */
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "cli/command.h"
#include "cli/printer_part.h"

/* ---- the test slip ---- */

static void add_ruler(struct buf *out, int columns)
{
    for (int i = 1; i <= columns; i++)
        buf_add_byte(out, (unsigned char)('0' + i % 10));
    buf_add_byte(out, '\n');
}

/*
 * The ruler fills the line exactly: where it is broken or ends early, `columns` is wrong.
 * 䶮 and 𬱖 are in no GBK font and come as pictures; the codes are of the sizes 6
 * to 8.
 */
static void write_slip(const struct profile *profile, struct buf *out)
{
    buf_add_text(out, "{width:*}\n\"^^{{hall}}\n{{service}}\n-\n");
    add_ruler(out, profile->columns);
    buf_addf(out, "%d 列 / %d 点\n-\n", profile->columns, profile->dots);
    buf_add_text(out, "普通 ABC abc 0123\n\"加粗 ABC 0123\n^^两倍 A023\n^^^^四倍\n");
    buf_add_text(out, "囧 龘 （GBK）\n䶮 𬱖 （图片）\n-\n");
    for (int dots = PROFILE_QR_LEAST; dots <= PROFILE_QR_MOST; dots++)
        buf_addf(out,
                 "二维码 %d 点%s\n"
                 "{code:http://127.0.0.1/t/0123456789ABCDEF;option:qrcode,%d,m}\n",
                 dots, dots == profile->qr_dots ? "（现用）" : "", dots);
    buf_add_text(out, "能在一臂之外扫出来就合适\n=\n");
}

static bool render(const struct printer *p, struct buf *bytes, int *print_ms,
                   struct error *err)
{
    const struct slip_values values = {
        .text = {[SLIP_HALL] = p->name, [SLIP_SERVICE] = p->profile.name}};
    struct buf text = buf_new(SLIP_TEMPLATE_MAX);
    struct slip slip = {0};
    bool ok;

    write_slip(&p->profile, &text);
    ok = slip_compose(buf_text(&text), text.length, &values, &p->profile, &slip, err) &&
         slip_render(&slip, &p->profile,
                     p->way.terms.pictures ? SLIP_PNG : printer_format(&p->profile),
                     bytes, err);
    *print_ms = slip.dots * 5 / 2; /* at 50 mm a second */
    slip_free(&slip);
    buf_free(&text);
    return ok;
}

static const char *level_in_words(enum confirmation level)
{
    static const char *const words[] = {
        [CONFIRMED_NOT] = "没有看到任何确认 · nothing was seen of it",
        [CONFIRMED_WRITTEN] = "已交给系统，是否打出看不到 · handed to the system",
        [CONFIRMED_DRAINED] =
            "打印机已收下，是否打出看不到 · the printer's side took it all",
        [CONFIRMED_STATE] = "打印机报告正常 · the printer says that it is well (ASB)",
        [CONFIRMED_ANSWERED] = "打印机已处理完 · the printer took everything in (GS r)",
        [CONFIRMED_PROCESS_ID] =
            "打印机报告已打出 · the printer says it is printed (GS ( H)",
        [CONFIRMED_REPORTED] =
            "打印机自己报告已打出 · the printer reported it as printed",
    };

    return words[level];
}

int printer_test(const struct printer_words *w, const struct settings *s)
{
    struct buf bytes = buf_new(PRINTER_BYTES_MAX);
    struct way_known known = {.torn = true}; /* somebody has a reason to try it */
    struct way_result result;
    struct error err = {0};
    struct printer p;
    int code = EXIT_DONE, print_ms;

    if (!printer_of_words(w, s, &p, &code))
        goto out;
    if ((p.way.ops->traits & WAY_POLLED) != 0) {
        code = command_usage(
            "printer",
            "%s calls the server and cannot be called. Print its own test page and take "
            "a ticket; with print-agent, run this on its machine with its settings.",
            p.name);
        goto out;
    }
    if ((p.way.ops->traits & WAY_SHOWS) != 0) {
        code = command_usage("printer", "%s is not called from here: its way is %s.",
                             p.name, p.way_name);
        goto out;
    }
    if (!render(&p, &bytes, &print_ms, &err)) {
        code = command_fail("printer test", &err);
        goto out;
    }
    if (way_carry(&p.way, &known, &bytes, print_ms, &result, &err)) {
        printf("%s: %s\n", p.name, level_in_words(result.reached));
        if (printer_trouble(result.signs) != NULL)
            printf("%s\n%s\n", printer_advice(result.signs, false),
                   printer_advice(result.signs, true));
    } else {
        fprintf(stderr, "%s: %s\n%s\n", p.name,
                result.fate == DELIVERY_NOTHING ? "没有发出 · nothing was sent"
                                                : "不知道是否打出 · nobody knows",
                err.text);
        code = EXIT_NETWORK;
    }
out:
    buf_free(&bytes);
    return code;
}

/* ---- the profile ---- */

static const char *const encodings[] = {"gb18030", "gbk", "raster"};
static const char *const cutters[] = {"partial", "full", "none"};

static void row(const char *key, const char *value, const char *advice)
{
    printf("%-16s %-12s %s\n", key, value, advice);
}

static void number_row(const char *key, int value, const char *advice)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", value);
    row(key, text, advice);
}

static void show_profile(const struct profile *p)
{
    bool wide = p->dots > 450;

    printf("[profile %s]\n", p->name);
    number_row("dots", p->dots, "58 mm 384, 80 mm 576; some 80 mm models have 512");
    number_row("columns", p->columns,
               p->columns * PROFILE_CELL_DOTS == p->dots
                   ? "dots / 12"
                   : "! dots / 12 uses the whole line");
    number_row("qr_dots", p->qr_dots,
               p->qr_dots < (wide ? 8 : 7) ? "! 7 scans at arm's length, 8 on 80 mm paper"
                                           : "7 scans at arm's length, 8 on 80 mm paper");
    row("encoding", encodings[p->encoding],
        "gb18030; gbk for old fonts; raster without a Chinese font, and for Mongolian");
    row("cutter", cutters[p->cutter], "partial in kiosks; none where there is no cutter");
}

static void show_line(const struct printer *p)
{
    const struct way_terms *t = &p->way.terms;
    static const char *const parities[] = {"none", "even", "odd"}, *const flows[] = {
                                                                       "rts_cts",
                                                                       "xon_xoff",
                                                                       "none"};

    number_row("baud", t->baud,
               t->baud < 115200 && p->profile.encoding == ENCODING_RASTER
                   ? "! 115200: a picture of a whole ticket takes up to a minute here"
               : t->baud < 38400
                   ? "as on its own test slip; a QR code drawn by us takes seconds here"
                   : "as on its own test slip");
    row("parity", parities[t->parity], "none, as on its own test slip");
    row("flow", flows[t->flow],
        t->flow == LINE_FREE ? "! rts_cts; without it chunk_bytes and chunk_delay"
                             : "rts_cts; xon_xoff where the cable has three wires");
}

static void show_terms(const struct printer *p)
{
    const struct way_terms *t = &p->way.terms;
    static const char *const asks[] = {"auto", "yes", "no"};

    printf("[printer %s]\n", p->name);
    row("way", p->way_name, p->way.address);
    if (p->way.ops == &way_cloudprnt) {
        number_row("silence", (int)(p->silence_ms / 1000),
                   "s; several of the polls that are set in the printer (5 s is usual)");
        row("delete_method", p->ends_by_get ? "get" : "delete",
            "delete; get where a proxy lets no DELETE through");
        return;
    }
    if (p->way.ops == &way_preview || p->way.ops == &way_file)
        return; /* nobody is asked and nothing is waited for */
    if (p->way.ops == &way_serial)
        show_line(p);
    if (p->way.ops == &way_cups)
        row("format", t->pictures ? "png" : "escpos",
            "escpos for a raw queue; png for one with a driver");
    row("status", asks[t->ask], "auto; yes where the printer is known to answer");
    row("confirm", t->confirm_auto ? "auto" : confirmation_word(t->confirm),
        "auto (GS r); process_id on Epson TM-T88IV and later, T20, T82, m30");
    number_row("chunk_bytes", t->chunk_bytes,
               "0 on network and USB; 512 to 2048 where images turn into garbage");
    number_row("chunk_delay", t->chunk_delay_ms, "ms; 0, with chunks 20 to 100");
    number_row("connect_timeout", t->connect_ms, "ms; 3 to 5 s, most serve one caller");
    number_row("confirm_timeout", t->confirm_ms, "ms; 10 s");
}

int printer_profile_show(const struct printer_words *w, const struct settings *s)
{
    struct error err = {0};
    struct profile profile;
    struct printer p;
    int code;

    if (settings_instance_exists(s, "printer", w->name)) {
        if (!printer_of_words(w, s, &p, &code))
            return code;
        show_terms(&p);
        show_profile(&p.profile);
        return EXIT_DONE;
    }
    if (!printer_profile(s, w->name, &profile, &err))
        return command_fail("printer profile", &err);
    show_profile(&profile);
    return EXIT_DONE;
}
