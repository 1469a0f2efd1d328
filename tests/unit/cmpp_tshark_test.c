/*
 * cmpp_tshark_test.c — Wireshark's own decoder judges what we send as CMPP 3.0: framing
 * and the fields that it knows (decisions 37). It knows 2.0 not at all, and of Src_Id and
 * content only that they are there; those are judged by cmpp_pdu_test.c and by the second
 * decoder of the flow tests.
 *
 * The PDUs are written as one TCP conversation of raw IPv4 packets (pcap, link type 101).
 */
#include "cmpp_line.h"

#include <unistd.h>

enum { LINES_MOST = 40, LINE_LENGTH = 400 };

struct capture {
    FILE *file;
    uint32_t at; /* TCP sequence */
};

static void put32(uint8_t *to, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(number >> (24 - 8 * i));
}

static void capture_open(struct capture *c, const char *path)
{
    static const uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101};

    *c = (struct capture){.file = fopen(path, "wb"), .at = 1};
    assert_non_null(c->file);
    assert_int_equal(fwrite(head, 1, sizeof(head), c->file), sizeof(head));
}

/* One packet from us to port 7890. Checksums are left 0; tshark does not look. */
static void capture_add(struct capture *c, const void *bytes, size_t length)
{
    uint8_t head[40] = {0x45};
    uint32_t record[4] = {1717200000, 0, (uint32_t)(40 + length),
                          (uint32_t)(40 + length)};

    head[2] = (uint8_t)((40 + length) >> 8);
    head[3] = (uint8_t)(40 + length);
    head[8] = 64;
    head[9] = 6;
    put32(head + 12, 0x0a000001);
    put32(head + 16, 0x0a000002);
    head[20] = 0x9c; /* port 40000 */
    head[21] = 0x40;
    head[22] = 7890 >> 8;
    head[23] = 7890 & 0xff;
    put32(head + 24, c->at);
    head[32] = 0x50;
    head[33] = 0x18; /* PSH, ACK */
    head[34] = 0xff;
    c->at += (uint32_t)length;
    fwrite(record, 1, sizeof(record), c->file);
    fwrite(head, 1, sizeof(head), c->file);
    assert_int_equal(fwrite(bytes, 1, length, c->file), length);
}

/* What the session has to say goes into the capture, a PDU a packet. */
static void capture_said(struct capture *c, struct line *l)
{
    struct buf out = buf_new(100000);
    size_t at = 0, length;

    l->ops->drain(l->s, &out);
    while (at < out.length) {
        assert_true(cmpp_length((uint8_t *)out.data + at, out.length - at, &length));
        assert_true(length > 0 && at + length <= out.length);
        capture_add(c, out.data + at, length);
        at += length;
    }
    buf_free(&out);
}

/* A whole conversation: log-in, a short text, a long one, answers, farewell. */
static void write_conversation(const char *path)
{
    static char text[3 * 100 + 1];
    struct cmpp_pdu pdu = {.command = CMPP_CONNECT | CMPP_ANSWER, .sequence = 1};
    struct cmpp_connect ours = {.source = "901234"};
    struct session_event e;
    struct capture c;
    struct line l;

    for (int i = 0; i < 100; i++)
        memcpy(text + 3 * i, "测", 3);
    capture_open(&c, path);
    line_begin(&l, (struct line_settings){0});
    capture_said(&c, &l);
    cmpp_authenticator("901234", "SharedSecret1", 601080000, ours.authenticator);
    pdu.connect_resp.version = 0x30;
    cmpp_authenticator_ismg(0, CMPP_30, ours.authenticator, "SharedSecret1",
                            pdu.connect_resp.authenticator);
    assert_true(line_hear(&l, &pdu));
    assert_true(line_submit(&l, 1, "【青城】5"));
    assert_true(line_submit(&l, 2, text));
    capture_said(&c, &l);
    pdu = deliver_of(77, 4242, 0, "5", 1);
    assert_true(line_hear(&l, &pdu));
    assert_true(l.ops->next(l.s, &e));
    l.ops->kept(l.s, e.handle, true);
    callback_free(&e.callback);
    pdu = (struct cmpp_pdu){.command = CMPP_ACTIVE_TEST, .sequence = 78};
    assert_true(line_hear(&l, &pdu));
    assert_true(line_tick(&l, 30000));
    l.ops->leave(l.s, l.now_ms);
    capture_said(&c, &l);
    line_end(&l);
    assert_int_equal(fclose(c.file), 0);
}

/* tshark's word on each packet, the fields parted by '|'. */
static int ask_tshark(const char *path, const char *fields,
                      char lines[LINES_MOST][LINE_LENGTH])
{
    char command[600];
    FILE *pipe;
    int count = 0;

    snprintf(command, sizeof(command),
             "tshark -n -r %s -d tcp.port==7890,cmpp -T fields -E separator='|' %s "
             "2>/dev/null",
             path, fields);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    while (count < LINES_MOST && fgets(lines[count], LINE_LENGTH, pipe) != NULL) {
        lines[count][strcspn(lines[count], "\n")] = '\0';
        count++;
    }
    assert_int_equal(pclose(pipe), 0);
    return count;
}

static void same_lines(const char *fields, const char *const *wanted, int count)
{
    char path[] = "/tmp/yiping-cmpp-XXXXXX", lines[LINES_MOST][LINE_LENGTH];
    int fd = mkstemp(path), got;

    assert_true(fd >= 0);
    close(fd);
    write_conversation(path);
    got = ask_tshark(path, fields, lines);
    unlink(path);
    for (int i = 0; i < got && i < count; i++)
        if (strcmp(lines[i], wanted[i]) != 0)
            fail_msg("packet %d: \"%s\", not \"%s\"", i + 1, lines[i], wanted[i]);
    assert_int_equal(got, count);
}

static void every_pdu_is_framed(void **state)
{
    static const char *const wanted[] = {
        "39|0x00000001|1|",  "205|0x00000004|2|", "335|0x00000004|3|",
        "267|0x00000004|4|", "24|0x80000005|77|", "13|0x80000008|78|",
        "12|0x00000008|5|",  "12|0x00000002|6|",
    };

    (void)state;
    same_lines("-e cmpp.Total_Length -e cmpp.Command_Id -e cmpp.Sequence_Id "
               "-e _ws.malformed",
               wanted, LENGTH(wanted));
}

static void the_fields_are_where_they_belong(void **state)
{
    static const char *const wanted[] = {
        "901234|||||||||||",
        "|1|1|1|SURVEY|2|0|8|901234|1|13900001000|10",
        "|2|1|1|SURVEY|2|1|8|901234|1|13900001000|140",
        "|2|2|1|SURVEY|2|1|8|901234|1|13900001000|72",
        "|||||||||||",
        "|||||||||||",
        "|||||||||||",
        "|||||||||||",
    };

    (void)state;
    same_lines("-e cmpp.connect.Source_Addr -e cmpp.submit.Pk_total "
               "-e cmpp.submit.Pk_number -e cmpp.submit.Registered_Delivery "
               "-e cmpp.Servicd_Id -e cmpp.submit.Fee_UserType -e cmpp.TP_udhi "
               "-e cmpp.Msg_Fmt -e cmpp.submit.Msg_src -e cmpp.submit.DestUsr_tl "
               "-e cmpp.Dest_terminal_Id -e cmpp.Msg_Length",
               wanted, LENGTH(wanted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pdu_is_framed),
        cmocka_unit_test(the_fields_are_where_they_belong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
