/*
 * escpos_status_test.c — what printers send back is told apart, whatever stands between,
 * and becomes the same signs for every way of asking (printers.md 1.6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "domain/printer_state.h"
#include "printers/escpos_status.h"

/* Replies as letters: r real-time, a ASB, p paper, i process id, + XON, - XOFF. */
static const struct {
    const char *bytes;
    size_t length;
    const char *replies;
} streams[] = {
    {"", 0, ""},
    {"\x12", 1, "r"},
    {"\x16\x1A\x32\x72\x7E", 5, "rrrrr"},      /* every bit that may vary */
    {"\x00\x03\x0C\x0F\x60\x6F", 6, "pppppp"}, /* GS r, and one-byte GS I */
    {"\x10\x00\x00\x00", 4, "a"},              /* all is well */
    {"\x3C\x00\x0C\x0F", 4, "a"},              /* offline, cover open, paper end */
    {"\x10\x00\x00", 3, ""},                   /* not whole yet */
    {"\x10\x00\x00\x00\x00", 5, "ap"},         /* and a GS r behind it */
    {"\x10\x00\x12\x00\x00", 5, "ra"},         /* an answer breaks in */
    {"\x10\x13\x00\x11\x00\x00", 6, "-+a"},    /* and so does flow control */
    {"\x10\x00\x10\x00\x00\x00", 6, "a"},      /* one was cut off, one is whole */
    {"\x10\x00\xFF\x00", 4, "p"},              /* cut off by what is nothing */
    {"\x11\x13", 2, "+-"},
    {"\x37\x22\x30\x30\x30\x31\x00", 7, "i"},
    {"\x37\x22"
     "7777"
     "\x00",
     7, "i"}, /* an id that looks like a head */
    {"\x37\x22"
     "0001",
     6, ""},
    {"\x37\x22"
     "00012"
     "\x00",
     8, ""}, /* too long for one */
    {"\x37\x23"
     "0001"
     "\x00",
     7, ""}, /* another block */
    {"\x37\x22"
     "00"
     "\x12"
     "01"
     "\x00",
     8, "ri"},
    {"\x37\x22"
     "00"
     "\x10\x00\x00\x00",
     8, "a"}, /* switched off in its midst */
    {"\x5F"
     "TM-T88VI"
     "\x00\x12",
     11, "r"}, /* its name */
    {"\x3B"
     "1234"
     "\x00\x00",
     7, "p"},
    {"\x5F"
     "EPSON"
     "\x00\x5F"
     "X"
     "\x00\x16",
     11, "r"},
    {"\x80\x90\xFF\xF5", 4, ""},                /* no printer at all */
    {"HTTP/1.1 400 Bad Request\r\n", 26, NULL}, /* whatever it is, it ends */
};

static char letter(const struct escpos_reply *reply)
{
    static const char letters[] = {
        [REPLY_REALTIME] = 'r',   [REPLY_ASB] = 'a', [REPLY_PAPER] = 'p',
        [REPLY_PROCESS_ID] = 'i', [REPLY_XON] = '+', [REPLY_XOFF] = '-'};

    assert_true(reply->kind > REPLY_NONE && reply->kind <= REPLY_XOFF);
    return letters[reply->kind];
}

static void replies_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(streams); i++) {
        struct escpos_reader reader = {0};
        struct escpos_reply reply;
        char told[64] = "";

        for (size_t k = 0; k < streams[i].length; k++)
            if (escpos_reader_take(&reader, (unsigned char)streams[i].bytes[k], &reply))
                told[strlen(told)] = letter(&reply);
        if (streams[i].replies != NULL && strcmp(told, streams[i].replies) != 0)
            fail_msg("row %zu: \"%s\" instead of \"%s\"", i, told, streams[i].replies);
    }
}

static void the_process_id_is_read(void **state)
{
    struct escpos_reader reader = {0};
    struct escpos_reply reply = {0};
    bool whole = false;

    (void)state;
    for (const char *c = "\x37\x22"
                         "0427";
         *c != '\0'; c++)
        assert_false(escpos_reader_take(&reader, (unsigned char)*c, &reply));
    whole = escpos_reader_take(&reader, 0, &reply);
    assert_true(whole);
    assert_memory_equal(reply.byte, "0427", 4);
}

/* A block that never ends is let go of, and what comes afterwards is understood. */
static void a_block_without_end(void **state)
{
    struct escpos_reader reader = {0};
    struct escpos_reply reply;
    int papers = 0;

    (void)state;
    assert_false(escpos_reader_take(&reader, 0x5F, &reply));
    for (int i = 0; i < 100000; i++)
        escpos_reader_take(&reader, 'A', &reply);
    escpos_reader_take(&reader, 0x00, &reply);
    escpos_reader_take(&reader, 0xFF, &reply);
    for (int i = 0; i < 3; i++)
        papers += escpos_reader_take(&reader, 0x00, &reply) && reply.kind == REPLY_PAPER;
    assert_int_equal(papers, 3);
}

/* ---- signs ------------------------------------------------------------------------ */

#define FINE PRINTER_ONLINE
static const struct {
    const char *what;
    unsigned char answer[5]; /* to DLE EOT 1 … 4 at [1] … [4]; 0: not asked */
    unsigned signs;
    const char *trouble;
} realtime[] = {
    {"all is well", {0, 0x12, 0x12, 0x12, 0x12}, FINE, NULL},
    {"the drawer pin and the feed button mean nothing",
     {0, 0x56, 0x1A, 0, 0x12},
     FINE,
     NULL},
    {"offline", {0, 0x1A, 0x12, 0x12, 0x12}, 0, "printer_offline"},
    {"cover open", {0, 0x1A, 0x16, 0, 0x12}, PRINTER_COVER_OPEN, "printer_cover_open"},
    {"stopped at the end of the paper",
     {0, 0x1A, 0x32, 0, 0x72},
     PRINTER_PAPER_END,
     "printer_paper_end"},
    {"the end is only in sensor 4",
     {0, 0x12, 0x12, 0, 0x72},
     FINE | PRINTER_PAPER_END,
     "printer_paper_end"},
    {"one bit of the sensor is enough",
     {0, 0x12, 0x12, 0, 0x32},
     FINE | PRINTER_PAPER_END,
     "printer_paper_end"},
    {"near the end",
     {0, 0x12, 0x12, 0, 0x1E},
     FINE | PRINTER_PAPER_NEAR_END,
     "printer_paper_near_end"},
    {"the cutter",
     {0, 0x1A, 0x52, 0x1A, 0x12},
     PRINTER_CUTTER_ERROR,
     "printer_cutter_error"},
    {"beyond repair",
     {0, 0x1A, 0x52, 0x32, 0x12},
     PRINTER_FATAL_ERROR,
     "printer_fatal_error"},
    {"too hot", {0, 0x1A, 0x52, 0x52, 0x12}, PRINTER_OVERHEATED, "printer_overheated"},
    {"jammed",
     {0, 0x1A, 0x52, 0x16, 0x12},
     PRINTER_RECOVERABLE_ERROR,
     "printer_recoverable_error"},
    {"the cover is said before the paper",
     {0, 0x1A, 0x36, 0, 0x72},
     PRINTER_COVER_OPEN | PRINTER_PAPER_END,
     "printer_cover_open"},
    {"it says nothing", {0}, PRINTER_UNKNOWN, NULL},
};

static void expect_trouble(const char *what, unsigned signs, const char *trouble)
{
    const char *told = printer_trouble(signs);

    if ((told == NULL) != (trouble == NULL) ||
        (told != NULL && strcmp(told, trouble) != 0))
        fail_msg("%s: %s", what, told != NULL ? told : "nothing");
    assert_int_equal(printer_advice(signs, true)[0] == '\0', trouble == NULL);
    assert_int_equal(printer_advice(signs, false)[0] == '\0', trouble == NULL);
}

static void answers_become_signs(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(realtime); i++) {
        unsigned signs = PRINTER_UNKNOWN;

        for (int n = 1; n <= 4; n++)
            if (realtime[i].answer[n] != 0) {
                assert_int_equal(realtime[i].answer[n] & 0x93, 0x12);
                escpos_signs_realtime(n, realtime[i].answer[n], &signs);
            }
        if (signs != realtime[i].signs)
            fail_msg("%s: %x", realtime[i].what, signs);
        expect_trouble(realtime[i].what, signs, realtime[i].trouble);
    }
}

static void what_is_over_is_forgotten(void **state)
{
    unsigned signs = PRINTER_UNKNOWN;

    (void)state;
    escpos_signs_realtime(1, 0x1A, &signs);
    escpos_signs_realtime(2, 0x36, &signs);
    escpos_signs_realtime(3, 0x1A, &signs);
    escpos_signs_realtime(4, 0x7E, &signs);
    assert_true(printer_blocked(signs));
    for (int n = 1; n <= 4; n++)
        escpos_signs_realtime(n, 0x12, &signs);
    assert_int_equal(signs, PRINTER_ONLINE);
}

static const struct {
    unsigned char byte[4];
    unsigned signs;
} states[] = {
    {{0x10, 0, 0, 0}, FINE},
    {{0x18, 0, 0, 0}, 0},
    {{0x38, 0, 0, 0}, PRINTER_COVER_OPEN},
    {{0x10, 0, 0x03, 0}, FINE | PRINTER_PAPER_NEAR_END},
    {{0x18, 0, 0x0F, 0}, PRINTER_PAPER_NEAR_END | PRINTER_PAPER_END},
    {{0x18, 0x08, 0, 0}, PRINTER_CUTTER_ERROR},
    {{0x18, 0x20, 0, 0}, PRINTER_FATAL_ERROR},
    {{0x18, 0x44, 0, 0}, PRINTER_OVERHEATED | PRINTER_RECOVERABLE_ERROR},
};

static void states_become_signs(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(states); i++) {
        unsigned signs = PRINTER_UNKNOWN;

        escpos_signs_asb(states[i].byte, &signs);
        if (signs != states[i].signs)
            fail_msg("row %zu: %x", i, signs);
    }
}

static void which_signs_stop_a_job(void **state)
{
    static const struct {
        unsigned signs;
        bool blocked;
    } rows[] = {
        {PRINTER_ONLINE, false},
        {PRINTER_UNKNOWN, false},
        {PRINTER_ONLINE | PRINTER_UNKNOWN, false},
        {PRINTER_ONLINE | PRINTER_PAPER_NEAR_END, false},
        {0, true},
        {PRINTER_PAPER_NEAR_END, true}, /* and offline */
        {PRINTER_ONLINE | PRINTER_PAPER_END, true},
        {PRINTER_ONLINE | PRINTER_COVER_OPEN, true},
        {PRINTER_ONLINE | PRINTER_CUTTER_ERROR, true},
        {PRINTER_ONLINE | PRINTER_FATAL_ERROR, true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (printer_blocked(rows[i].signs) != rows[i].blocked)
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_are_told_apart),
        cmocka_unit_test(the_process_id_is_read),
        cmocka_unit_test(a_block_without_end),
        cmocka_unit_test(answers_become_signs),
        cmocka_unit_test(what_is_over_is_forgotten),
        cmocka_unit_test(states_become_signs),
        cmocka_unit_test(which_signs_stop_a_job),
    };

    return cmocka_run_group_tests_name("escpos_status", tests, NULL, NULL);
}
