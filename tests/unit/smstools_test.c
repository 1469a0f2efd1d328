/* smstools_test.c — the files that we give smsd, and what we make of those it lays down.
 * The files beside the promises are what smsd 3.1.21 wrote with a modem. */
#include "gateways/gateways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- opening ---- */

struct values {
    const char *folder, *access_number, *slots;
};

static const char *value_of(const struct gateway_setup *setup, const char *key)
{
    const struct values *v = setup->self;

    return strcmp(key, "folder") == 0          ? v->folder
           : strcmp(key, "access_number") == 0 ? v->access_number
           : strcmp(key, "slots") == 0         ? v->slots
                                               : NULL;
}

static void open_with(const struct values *values, struct gateway *g)
{
    const struct gateway_setup setup = {
        .name = "shelf", .kind = "smstools", .value = value_of, .self = values};
    struct error err = {0};

    gateway_open(&setup, g, &err);
}

static void open_shelf(struct gateway *g)
{
    open_with(&(struct values){.folder = "/var/spool/sms/"}, g);
    assert_string_equal(g->trouble, "");
}

static void its_settings_are_checked(void **state)
{
    static char long_folder[260];
    static const struct {
        struct values values;
        bool opens;
    } rows[] = {
        {{"/var/spool/sms", NULL, NULL}, true},
        {{"/var/spool/sms///", "13900001000", "letters"}, true},
        {{"/", "", "one"}, true},
        {{NULL, NULL, NULL}, false},
        {{"", NULL, NULL}, false},
        {{"spool/sms", NULL, NULL}, false},
        {{long_folder, NULL, NULL}, false},
        {{"/var/spool/sms", "+8613900001000", NULL}, false},
        {{"/var/spool/sms", "139000010001390000100", NULL}, false},
        {{"/var/spool/sms", NULL, "extension"}, false},
    };

    (void)state;
    memset(long_folder, 'a', sizeof(long_folder) - 1);
    long_folder[0] = '/';
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct gateway g;

        open_with(&rows[i].values, &g);
        if (gateway_is_broken(&g) == rows[i].opens)
            fail_msg("row %zu: %s", i, g.trouble);
        if (rows[i].opens)
            assert_true(g.slots == SLOTS_LETTERS || g.slots == SLOTS_ONE);
        gateway_close(&g);
    }
}

/* ---- sending ---- */

static void it_composes_a_file(void **state)
{
    static const char wanted[] =
        "To: 8613900001000\n"
        "Alphabet: UCS2\n"
        "Autosplit: 3\n"
        "Report: yes\n"
        "X-Yiping: 77.2\n"
        "\n"
        "\x30\x10\x97\x52\x30\x11\x60\xa8\xd8\x3d\xde\x00\x4e\x0a";
    const struct sms_mt mt = {.id = 77,
                              .attempt = 2,
                              .to = "+8613900001000",
                              .from = "",
                              .text = "【青】您😀上"};
    struct request r = request_new();
    struct gateway g;
    struct error err = {0};

    (void)state;
    open_shelf(&g);
    assert_true(g.ops->compose(&g, &mt, &r, &err));
    assert_int_equal(r.kind, REQUEST_FILE);
    assert_string_equal(buf_text(&r.url), "/var/spool/sms/outgoing/yiping-77.2");
    assert_string_equal(buf_text(&r.via), "/var/spool/sms");
    assert_int_equal(r.body.length, sizeof(wanted) - 1);
    assert_memory_equal(r.body.data, wanted, sizeof(wanted) - 1);
    request_free(&r);
    gateway_close(&g);
}

static void only_a_phone_and_a_text_go_into_a_file(void **state)
{
    static const struct {
        const char *to, *text, *begins; /* NULL: refused */
    } rows[] = {
        {"+85291234567", "您好", "To: 85291234567\n"},
        {"10086", "您好", "To: s10086\n"},
        {"+8613900001000", "To: 1\n\nX: y", "To: 8613900001000\n"},
        {"", "您好", NULL},
        {"+", "您好", NULL},
        {"s", "您好", NULL},
        {"+86\nFlash: yes", "您好", NULL},
        {"+86 139", "您好", NULL},
        {"+86139000010001390000100", "您好", NULL},
        {"+8613900001000", "\xe6\x82", NULL},
    };
    struct gateway g;

    (void)state;
    open_shelf(&g);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct sms_mt mt = {
            .id = 1, .attempt = 1, .to = rows[i].to, .text = rows[i].text};
        struct request r = request_new();
        struct error err = {0};
        bool ok = g.ops->compose(&g, &mt, &r, &err);

        if (ok != (rows[i].begins != NULL) ||
            (ok &&
             strncmp(buf_text(&r.body), rows[i].begins, strlen(rows[i].begins)) != 0))
            fail_msg("row %zu: %s %s", i, rows[i].to, buf_text(&r.body));
        if (!ok)
            assert_int_equal(err.kind, ERROR_REFUSED);
        request_free(&r);
    }
    gateway_close(&g);
}

static void placing_a_file_is_judged(void **state)
{
    static const struct {
        enum carried carried;
        const char *trouble;
        enum outcome outcome;
        enum gateway_health health;
        const char *reason;
    } rows[] = {
        {CARRIED_ANSWERED, "", OUTCOME_ACCEPTED, HEALTH_GOOD, ""},
        {CARRIED_NOT_SENT, "No space left on device", OUTCOME_RETRY, HEALTH_DOWN,
         "No space left on device"},
        {CARRIED_NOT_SENT, "", OUTCOME_RETRY, HEALTH_DOWN, "the file was not placed"},
        {CARRIED_CUT, "", OUTCOME_UNKNOWN, HEALTH_DOWN, "the file was not placed"},
    };
    struct gateway g;

    (void)state;
    open_shelf(&g);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct answer answer = {.carried = rows[i].carried};
        struct submitted got = {0};

        snprintf(answer.trouble, sizeof(answer.trouble), "%s", rows[i].trouble);
        if (g.ops->judge(&g, &answer, &got) != rows[i].outcome || got.ref_count != 0 ||
            got.health != rows[i].health || strcmp(got.reason, rows[i].reason) != 0)
            fail_msg("row %zu: %s", i, got.reason);
    }
    gateway_close(&g);
}

/* ---- what smsd lays down ---- */

#define SENT_HEAD(id)                                                                    \
    "To: 8613900001000\nAlphabet: UCS2\nAutosplit: 3\nReport: yes\nX-Yiping: " id        \
    "\nModem: shelf\nSent: 26-11-23 22:13:12\nSending_time: 0\n"
#define TOLD_BY(from, toa, alphabet)                                                     \
    "From: " from "\nFrom_TOA: " toa "\nSent: 26-11-23 11:30:00\n"                       \
    "Received: 26-11-23 22:13:11\nSubject: shelf\nModem: shelf\nIMSI: 460001234567890\n" \
    "IMEI: \nReport: no\nAlphabet: " alphabet "\nLength: 6\n"
#define WORLD "91 international, ISDN/telephone"
#define STATUS(id, line)                                                                 \
    TOLD_BY("8613900001000", WORLD, "ISO")                                               \
    "UDH: no\n\nSMS STATUS REPORT\nMessage_id: " id                                      \
    "\nDischarge_timestamp: 26-11-23 11:30:00\nStatus: " line
#define UNDECODED                                                                        \
    "Error: Cannot decode PDU, see text part for details.\nFrom: \n"                     \
    "From_TOA: 0d reserved, reserved\nReceived: 26-11-23 22:19:07\nSubject: shelf\n"     \
    "Alphabet: ISO\nLength: 466\nUDH: no\nPDU: 00040d91683109001000F0\n"                 \
    "Pos: ....^^~here(5)\n\nFirst tried with PDU mode new (with CSA):\n"
/* Bytes that may hold a NUL. */
#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *label, *name, *bytes;
    size_t length;
    bool ok;
    enum report_state state;
    const char *reference, *ref, *from, *told; /* told: reason or text */
    bool garbled;
} files[] = {
    /* Our own file, taken by the modem; the body is UCS-2 and holds a NUL. */
    {"sent", "yiping-78.2",
     BYTES(SENT_HEAD("78.2") "Message_id: 2\nIMSI: 4\nIMEI: \n\n0\x10\0a"), true,
     REPORT_BUFFERED, "78.2", "2", "+8613900001000", "", false},
    {"sent", "yiping-78.2", BYTES(SENT_HEAD("bad") "Message_id: 255\n\nx"), true,
     REPORT_BUFFERED, "78.2", "255", "+8613900001000", "", false},
    {"sent", "other", BYTES(SENT_HEAD("78.3") "Message_id: 7\n\nx"), true,
     REPORT_BUFFERED, "78.3", "7", "+8613900001000", "", false},
    {"sent", "yiping-78.2", BYTES("To: s10086\nX-Yiping: 78.2\n\nx"), true,
     REPORT_BUFFERED, "78.2", "", "", "", false},
    {"sent", "yiping-78.2", BYTES(SENT_HEAD("78.2") "Message_id: 256\n\nx"), true,
     REPORT_BUFFERED, "78.2", "", "+8613900001000", "", false},
    {"sent", "yiping-x", BYTES(SENT_HEAD("bad") "Message_id: 7\n\nx"), false, 0, "", "",
     "", "", false},
    {"sent", "yiping-78.2", BYTES(SENT_HEAD("78.2") "Message_id: 7\n"), false, 0, "", "",
     "", "", false},
    {"failed", "yiping-80.1",
     BYTES(
         "To: 8613900001001\nAlphabet: UCS2\nReport: yes\nX-Yiping: 80.1\nModem: shelf\n"
         "IMSI: 460001234567890\nIMEI: \nFail_reason: +CMS ERROR: 500 (Unknown error)\n"
         "Failed: 26-11-23 22:13:22\nPDU: 0031000D91683109001000F10008FF0460A8597D\n\nx"),
     true, REPORT_UNDELIVERED, "80.1", "", "+8613900001001",
     "+CMS ERROR: 500 (Unknown error)", false},
    {"failed", "yiping-80.1", BYTES("\n"), true, REPORT_UNDELIVERED, "80.1", "", "", "",
     false},
    /* The network's word. */
    {"report", "shelf.hptmgG",
     BYTES(STATUS("2", "0,Ok,short message received by the SME")), true, REPORT_DELIVERED,
     "", "2", "+8613900001000", "0,Ok,short message received by the SME", false},
    {"report", "shelf.y1UZIN", BYTES(STATUS("1", "1,Ok,unable to confirm delivery")),
     true, REPORT_DELIVERED, "", "1", "+8613900001000", "1,Ok,unable to confirm delivery",
     false},
    {"report", "shelf.xQRRRV", BYTES(STATUS("1", "32,Still trying,congestion\n")), true,
     REPORT_BUFFERED, "", "1", "+8613900001000", "32,Still trying,congestion", false},
    {"report", "shelf.pbTIVZ",
     BYTES(STATUS("1", "48,Temporary error, SC specific, unknown")), true,
     REPORT_BUFFERED, "", "1", "+8613900001000",
     "48,Temporary error, SC specific, unknown", false},
    {"report", "shelf.XJU2iz", BYTES(STATUS("1", "70,Error,SM validity period expired")),
     true, REPORT_EXPIRED, "", "1", "+8613900001000",
     "70,Error,SM validity period expired", false},
    {"report", "shelf.OKvJaF", BYTES(STATUS("255", "99,Error,service rejected\r\n")),
     true, REPORT_UNDELIVERED, "", "255", "+8613900001000", "99,Error,service rejected",
     false},
    {"report", "shelf.a", BYTES(STATUS("1", "Ok")), false, 0, "", "", "", "", false},
    {"report", "shelf.a", BYTES(STATUS("1", "-1,Ok")), false, 0, "", "", "", "", false},
    {"report", "shelf.a", BYTES(STATUS("1", "256,Ok")), false, 0, "", "", "", "", false},
    {"report", "shelf.a", BYTES(STATUS("", "0,Ok")), false, 0, "", "", "", "", false},
    {"report", "shelf.a", BYTES(STATUS("1", "0\0,Ok")), false, 0, "", "", "", "", false},
    {"report", "shelf.a", BYTES(TOLD_BY("1", WORLD, "ISO") "\n"), false, 0, "", "", "",
     "", false},
    /* Replies. */
    {"incoming", "shelf.tVGWQp",
     BYTES(TOLD_BY("8613900001000", WORLD,
                   "UCS2") "\n\x6e\xe1\x61\x0f\0\x35\x52\x06\xd8\x3d\xde\0"),
     true, 0, "", "", "+8613900001000", "满意5分😀", false},
    {"incoming", "shelf.hwYVTg",
     BYTES(TOLD_BY("8613900001003", WORLD, "UCS2") "\n\x4e\x0a\x0a\x05"), true, 0, "", "",
     "+8613900001003", "上ਅ", false},
    {"incoming", "shelf.a",
     BYTES(TOLD_BY("8613900001003", WORLD, "UCS2") "\n\x0a\x05\x4e\x0a"), true, 0, "", "",
     "+8613900001003", "ਅ上", false},
    {"incoming", "shelf.RxZdU8", BYTES(TOLD_BY("8613900001000", WORLD, "UTF-8") "\n5"),
     true, 0, "", "", "+8613900001000", "5", false},
    {"incoming", "shelf.kOcmYB",
     BYTES(TOLD_BY("8613900001001", WORLD, "UTF-8") "\nK\xc3\xa4se {\xe2\x82\xac} @ ~"),
     true, 0, "", "", "+8613900001001", "Käse {€} @ ~", false},
    {"incoming", "shelf.1xEiNc",
     BYTES(TOLD_BY("8613900001001", WORLD, "ISO") "\nK\xe4se @ \xe9~"), true, 0, "", "",
     "+8613900001001", "Käse @ é~", false},
    {"incoming", "shelf.a", BYTES(TOLD_BY("8613900001001", WORLD, "ucs2") "\n"), true, 0,
     "", "", "+8613900001001", "", false},
    {"incoming", "shelf.jEeonK",
     BYTES(TOLD_BY("BankABC", "D0 alphanumeric, unknown", "UTF-8") "\nhello"), true, 0,
     "", "", "BankABC", "hello", false},
    {"incoming", "shelf.a",
     BYTES(TOLD_BY("10086", "81 unknown, ISDN/telephone", "ISO") "\nhi"), true, 0, "", "",
     "10086", "hi", false},
    {"incoming", "shelf.a",
     BYTES("FROM:\t8613900001000 \r\nalphabet: UCS2\r\n\r\n\0\x35"), true, 0, "", "",
     "8613900001000", "5", false},
    {"incoming", "shelf.a", BYTES("From: 139\n\n5"), true, 0, "", "", "139", "5", false},
    /* Bytes that their charset cannot mean. */
    {"incoming", "shelf.s8tKO8",
     BYTES(TOLD_BY("8613900001004", WORLD, "UCS2") "\n\xd8\x3d"), true, 0, "", "",
     "+8613900001004", "�", true},
    {"incoming", "shelf.a", BYTES(TOLD_BY("8613900001004", WORLD, "UCS2") "\n\0\x35\0"),
     true, 0, "", "", "+8613900001004", "5�", true},
    {"incoming", "shelf.a", BYTES(TOLD_BY("8613900001004", WORLD, "UTF-8") "\n\xc3\x28"),
     true, 0, "", "", "+8613900001004", "�(", true},
    {"incoming", "shelf.a", BYTES(TOLD_BY("8613900001004", WORLD, "UTF-8") "\n5\0005"),
     true, 0, "", "", "+8613900001004", "5�5", true},
    {"incoming", "shelf.QYhToK",
     BYTES(TOLD_BY("8613900001002", WORLD, "binary") "\n\x01\x02\xff\0"), true, 0, "", "",
     "+8613900001002", "\x01\x02��", true},
    {"incoming", "shelf.a", BYTES(TOLD_BY("8613900001004", WORLD, "GB\0K") "\n5"), true,
     0, "", "", "+8613900001004", "5", false},
    /* What is none. */
    {"incoming", "shelf.79WYS7", BYTES(UNDECODED), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES(""), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("\n"), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("\n\n5"), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("From: 1"), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("From: 1\n5"), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("From: 1\0002\n\n5"), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("From: 1234567890123456789012345678901\n\n5"), false, 0,
     "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("\0\0\0\0\n\n"), false, 0, "", "", "", "", false},
    {"incoming", "shelf.a", BYTES("Text: From: 1\nFromage: 2\n\nFrom: 3\n"), false, 0, "",
     "", "", "", false},
    {"other", "shelf.a", BYTES("From: 1\n\n5"), false, 0, "", "", "", "", false},
    {"", "", BYTES(""), false, 0, "", "", "", "", false},
};

static bool parse(const struct gateway *g, const char *label, const char *name,
                  const void *bytes, size_t length, struct news *out)
{
    struct callback c = callback_new(strcmp(label, "incoming") != 0);
    struct error err = {0};
    bool ok;

    snprintf(c.type, sizeof(c.type), "%s", label);
    buf_add_text(&c.query, name);
    buf_add(&c.body, bytes, length);
    *out = (struct news){.text = buf_new(4096)};
    ok = g->ops->parse(g, &c, out, &err);
    assert_true(ok || err.kind == ERROR_INPUT);
    callback_free(&c);
    return ok;
}

static void its_files_are_read(void **state)
{
    struct gateway g;

    (void)state;
    open_shelf(&g);
    for (size_t i = 0; i < LENGTH(files); i++) {
        struct news n;
        bool ok =
            parse(&g, files[i].label, files[i].name, files[i].bytes, files[i].length, &n);
        bool reply = strcmp(files[i].label, "incoming") == 0;

        if (ok != files[i].ok)
            fail_msg("row %zu, %s/%s: read %d", i, files[i].label, files[i].name, ok);
        if (ok &&
            (n.kind != (reply ? NEWS_REPLY : NEWS_REPORT) ||
             strcmp(n.reference, files[i].reference) != 0 ||
             strcmp(n.ref, files[i].ref) != 0 || strcmp(n.from, files[i].from) != 0 ||
             strcmp(reply ? buf_text(&n.text) : n.reason, files[i].told) != 0 ||
             n.garbled != files[i].garbled || n.at_ms != 0 || n.to[0] != '\0' ||
             (!reply && n.state != files[i].state)))
            fail_msg("row %zu, %s/%s: %s %s %s \"%s\" %s", i, files[i].label,
                     files[i].name, n.reference, n.ref, n.from, buf_text(&n.text),
                     n.reason);
        buf_free(&n.text);
    }
    gateway_close(&g);
}

/* A file is read again after a crash, and its name may come again another day. */
static void a_file_is_known_again_by_its_name_and_time(void **state)
{
    static const struct {
        const char *name, *bytes, *once;
    } rows[] = {
        {"shelf.tVGWQp", "From: 1\nReceived: 26-11-23 22:13:11\n\n5",
         "shelf.tVGWQp 26-11-23 22:13:11"},
        {"shelf.tVGWQp", "From: 1\nReceived: 26-11-24 22:13:11\n\n5",
         "shelf.tVGWQp 26-11-24 22:13:11"},
        {"shelf.tVGWQp", "From: 1\n\n5", "shelf.tVGWQp "},
        {"a-name-that-is-longer-than-anything-that-smsd-would-ever-make-itself-"
         "0123456789",
         "From: 1\nReceived: 26-11-23 22:13:11\n\n5", ""},
    };
    struct gateway g;

    (void)state;
    open_shelf(&g);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct news n;

        assert_true(parse(&g, "incoming", rows[i].name, rows[i].bytes,
                          strlen(rows[i].bytes), &n));
        assert_string_equal(n.once, rows[i].once);
        buf_free(&n.text);
    }
    gateway_close(&g);
}

static void parts_that_smsd_did_not_join_are_told(void **state)
{
    static const struct {
        const char *udh;
        int ref, parts, part;
    } rows[] = {
        {"05 00 03 66 02 01", 0x66, 2, 1},
        {"05 00 03 66 02 02 ", 0x66, 2, 2},
        {"05 00 03 66 02 03", 0, 0, 0},
        {"05 00 03 66 02 00", 0, 0, 0},
        {"06 05 04 0B 84 23 F0", 0, 0, 0},
        {"no", 0, 0, 0},
        {"06 08 04 12 34 03 02", 0x1234, 3, 2},
        {"06 08 04 12 34 03", 0, 0, 0},
        {"06080412340302", 0x1234, 3, 2},
        {"", 0, 0, 0},
        {"0B 05 04 0B 84 23 F0 00 03 66 02 01", 0x66, 2, 1},
    };
    struct gateway g;

    (void)state;
    open_shelf(&g);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char bytes[200];
        struct news n;

        snprintf(bytes, sizeof(bytes), "From: 1\nUDH-DATA: %s\nUDH: true\n\n5",
                 rows[i].udh);
        assert_true(parse(&g, "incoming", "shelf.a", bytes, strlen(bytes), &n));
        if (n.part_ref != rows[i].ref || n.parts != rows[i].parts ||
            n.part != rows[i].part)
            fail_msg("%s: %d %d %d", rows[i].udh, n.part_ref, n.parts, n.part);
        buf_free(&n.text);
    }
    gateway_close(&g);
}

/* Every file cut after each byte, and every byte of it turned into others. */
static void any_bytes_are_read_or_refused(void **state)
{
    static const unsigned char odd[] = {0, '\n', '\r', ':', ' ', 0xff};
    struct gateway g;
    int read = 0;

    (void)state;
    open_shelf(&g);
    for (size_t i = 0; i < LENGTH(files); i++) {
        for (size_t at = 0; at < files[i].length; at++) {
            char *bytes = malloc(files[i].length);
            struct news n;

            assert_non_null(bytes);
            memcpy(bytes, files[i].bytes, files[i].length);
            read += parse(&g, files[i].label, files[i].name, bytes, at, &n);
            buf_free(&n.text);
            for (size_t o = 0; o < sizeof(odd); o++) {
                bytes[at] = (char)odd[o];
                read +=
                    parse(&g, files[i].label, files[i].name, bytes, files[i].length, &n);
                buf_free(&n.text);
            }
            free(bytes);
        }
    }
    assert_true(read > 1000);
    gateway_close(&g);
}

static void a_huge_header_is_none(void **state)
{
    static char bytes[60000];
    struct gateway g;
    struct news n;

    (void)state;
    open_shelf(&g);
    memset(bytes, '7', sizeof(bytes));
    memcpy(bytes, "From: ", 6);
    memcpy(bytes + sizeof(bytes) - 3, "\n\n5", 3);
    assert_false(parse(&g, "incoming", "shelf.a", bytes, sizeof(bytes), &n));
    buf_free(&n.text);
    memcpy(bytes, "Junk: ", 6);
    memcpy(bytes + sizeof(bytes) - 12, "\nFrom: 1\n\n5", 11);
    assert_true(parse(&g, "incoming", "shelf.a", bytes, sizeof(bytes), &n));
    assert_string_equal(n.from, "1");
    buf_free(&n.text);
    gateway_close(&g);
}

/* ---- folders ---- */

static void it_names_its_folders_and_takes_only_what_is_for_us(void **state)
{
    enum { SENT, FAILED, REPORT, INCOMING };
    static const struct {
        int folder;
        const char *name;
        bool takes;
    } rows[] = {
        {SENT, "yiping-77.1", true},
        {SENT, "yiping-77.1.LOCK", false},
        {SENT, "yiping-", false},
        {SENT, "alarm.txt", false},
        {FAILED, "yiping-77.12", true},
        {FAILED, "77.12", false},
        {REPORT, "shelf.hptmgG", true},
        {REPORT, ".shelf", false},
        {INCOMING, "shelf.tVGWQp", true},
        {INCOMING, "shelf-concatenated", false},
        {INCOMING, "smsd_script.8tiEK5", false},
        {INCOMING, "shelf.tVGWQp.LOCK", false},
    };
    struct gateway_folder got[GATEWAY_FOLDERS];
    struct gateway g;

    (void)state;
    open_shelf(&g);
    assert_int_equal(g.ops->folders(&g, got), 4);
    assert_string_equal(got[0].path, "/var/spool/sms/sent");
    assert_string_equal(got[2].label, "report");
    assert_string_equal(got[3].path, "/var/spool/sms/incoming");
    assert_true(got[0].report && got[1].report && got[2].report && !got[3].report);
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (got[rows[i].folder].takes(rows[i].name) != rows[i].takes)
            fail_msg("%s/%s", got[rows[i].folder].label, rows[i].name);
    gateway_close(&g);
}

static void it_says_how_smsd_is_set_up(void **state)
{
    static const char *const lines[] = {
        "\noutgoing = /var/spool/sms/outgoing\n",
        "\nreport = /var/spool/sms/report\n",
        "\ndecode_unicode_text = no\n",
        "\nincoming_utf8 = yes\n",
        "\nreport = yes\n",
        "-m 2770 /var/spool/sms ",
    };
    struct buf out = buf_new(8192);
    struct gateway g;

    (void)state;
    open_shelf(&g);
    g.ops->other_side(&g, &out);
    for (size_t i = 0; i < LENGTH(lines); i++)
        if (strstr(buf_text(&out), lines[i]) == NULL)
            fail_msg("no %s in %s", lines[i], buf_text(&out));
    assert_non_null(strstr(g.ops->sample, "kind = smstools\n"));
    buf_free(&out);
    gateway_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_settings_are_checked),
        cmocka_unit_test(it_composes_a_file),
        cmocka_unit_test(only_a_phone_and_a_text_go_into_a_file),
        cmocka_unit_test(placing_a_file_is_judged),
        cmocka_unit_test(its_files_are_read),
        cmocka_unit_test(a_file_is_known_again_by_its_name_and_time),
        cmocka_unit_test(parts_that_smsd_did_not_join_are_told),
        cmocka_unit_test(any_bytes_are_read_or_refused),
        cmocka_unit_test(a_huge_header_is_none),
        cmocka_unit_test(it_names_its_folders_and_takes_only_what_is_for_us),
        cmocka_unit_test(it_says_how_smsd_is_set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
