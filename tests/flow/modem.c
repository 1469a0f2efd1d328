/*
 * modem.c — a GSM modem on a pseudo-terminal, as far as smsd asks one (3GPP TS 27.005 in
 * PDU mode, TS 23.040), told by its standard input what the network does.
 *
 *     modem LINK
 *
 * LINK becomes a symbolic link to the terminal. A line on standard input is one of
 *
 *     mo FROM HEX               a message came in: UCS-2 in hex, in parts where it is
 * long pdu HEX                   a whole SMS-DELIVER or SMS-STATUS-REPORT came in report
 * ok|fail|later|none what the network says of every message from now on settle those that
 * are still on their way have arrived fail N                    the next N messages are
 * refused hang N                    the next N messages are taken, and the modem says
 * nothing
 *
 * On standard output stands "ready", then "submit MR PDU" for every message that was
 * taken and "refused PDU" for every one that was not. It ends when standard input does.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SLOTS = 200, PDU_MOST = 400, LINE_MOST = 8192, WAITING = 256 };

enum fate { FATE_OK, FATE_FAIL, FATE_LATER, FATE_NONE };

/* Stamps of 2026-11-23 11:30 with +08:00, each half octet turned (TS 23.040 9.2.3.11). */
static const char stamp[] = "62113211030023";

static int terminal;
static char inbox[SLOTS][PDU_MOST]; /* "" is a free place */
static enum fate fate = FATE_OK;
static char refused[24];        /* half octets turned; "" for none */
static unsigned char reference; /* the modem's counter, one octet */
static bool pdu_follows;
static struct {
    unsigned char reference;
    char to[24]; /* length, type and digits as they stood in the PDU */
} waiting[WAITING];
static int waiting_count;

static void say(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = write(terminal, text, left);

        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (n > 0) {
            text += n;
            left -= (size_t)n;
        }
    }
}

static int inbox_used(void)
{
    int used = 0;

    for (int i = 0; i < SLOTS; i++)
        used += inbox[i][0] != '\0';
    return used;
}

static void keep(const char *pdu)
{
    for (int i = 0; i < SLOTS; i++) {
        if (inbox[i][0] == '\0') {
            snprintf(inbox[i], PDU_MOST, "%s", pdu);
            for (char *c = inbox[i]; *c != '\0'; c++)
                *c = (char)toupper((unsigned char)*c); /* smsd reads no other hex */
            return;
        }
    }
    fprintf(stderr, "modem: no room for a message\n");
}

/* Digits as half octets, each pair turned, filled with F. */
static void turn(const char *digits, char *out)
{
    size_t length = strlen(digits), at = 0;

    for (size_t i = 0; i < length; i += 2) {
        out[at++] = i + 1 < length ? digits[i + 1] : 'F';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

/* ---- what the network does ---- */

static void message_part(const char *from, const char *header, const char *hex,
                         size_t length)
{
    char number[40], pdu[PDU_MOST];
    size_t octets = (length + strlen(header)) / 2;

    turn(from, number);
    snprintf(pdu, sizeof(pdu), "00%s%02zX91%s0008%s%02zX%s%.*s",
             header[0] != '\0' ? "44" : "04", strlen(from), number, stamp, octets, header,
             (int)length, hex);
    keep(pdu);
}

/* 70 units in one, 67 in each of several parts with a reference in common. */
static void message_in(const char *from, const char *hex)
{
    static unsigned char common;
    size_t length = strlen(hex), each = 67 * 4, parts;

    if (length <= 70 * 4) {
        message_part(from, "", hex, length);
        return;
    }
    common++;
    parts = (length + each - 1) / each;
    for (size_t i = 0; i < parts; i++) {
        size_t left = length - i * each;
        char header[16];

        snprintf(header, sizeof(header), "050003%02X%02zX%02zX", common, parts, i + 1);
        message_part(from, header, hex + i * each, left < each ? left : each);
    }
}

static void report(unsigned char mr, const char *to, unsigned char status)
{
    char pdu[PDU_MOST];

    snprintf(pdu, sizeof(pdu), "0006%02X%s%s%s%02X", mr, to, stamp, stamp, status);
    keep(pdu);
}

static void settle(void)
{
    for (int i = 0; i < waiting_count; i++)
        report(waiting[i].reference, waiting[i].to, 0);
    waiting_count = 0;
}

/* The receiver of an SMS-SUBMIT, from its length octet on. */
static void receiver(const char *pdu, char out[24])
{
    unsigned centre = 0, digits = 0;
    size_t at;

    out[0] = '\0';
    if (sscanf(pdu, "%2x", &centre) != 1)
        return;
    at = 2 + 2 * (size_t)centre + 4;
    if (strlen(pdu) < at + 4 || sscanf(pdu + at, "%2x", &digits) != 1 || digits > 16)
        return;
    snprintf(out, 24, "%.*s", (int)(4 + (digits + 1) / 2 * 2), pdu + at);
}

static void submitted(const char *pdu)
{
    char text[40], to[24];

    receiver(pdu, to);
    if (refused[0] != '\0' && strlen(to) > 4 && strcmp(to + 4, refused) == 0) {
        printf("refused %s\n", pdu);
        say("\r\n+CMS ERROR: 500\r\n");
        return;
    }
    printf("submit %d %s\n", ++reference, pdu);
    snprintf(text, sizeof(text), "\r\n+CMGS: %d\r\n\r\nOK\r\n", reference);
    say(text);
    if (fate == FATE_NONE)
        return;
    report(reference, to, fate == FATE_OK ? 0 : fate == FATE_FAIL ? 0x46 : 0x20);
    if (fate == FATE_LATER && waiting_count < WAITING) {
        waiting[waiting_count].reference = reference;
        snprintf(waiting[waiting_count++].to, sizeof(waiting[0].to), "%s", to);
    }
}

static void told(char *line)
{
    char word[16] = "", first[40] = "", hex[LINE_MOST] = "";

    sscanf(line, "%15s %39s %8191s", word, first, hex);
    if (strcmp(word, "mo") == 0)
        message_in(first, hex);
    else if (strcmp(word, "pdu") == 0)
        sscanf(line, "%*s %399s", hex), keep(hex);
    else if (strcmp(word, "settle") == 0)
        settle();
    else if (strcmp(word, "refuse") == 0 && strlen(first) < sizeof(refused) - 1)
        turn(first, refused);
    else if (strcmp(word, "report") == 0)
        fate = strcmp(first, "ok") == 0      ? FATE_OK
               : strcmp(first, "fail") == 0  ? FATE_FAIL
               : strcmp(first, "later") == 0 ? FATE_LATER
                                             : FATE_NONE;
    else
        fprintf(stderr, "modem: \"%s\" means nothing\n", line);
}

/* ---- what smsd asks ---- */

static size_t pdu_octets(const char *pdu)
{
    unsigned centre = 0;

    return sscanf(pdu, "%2x", &centre) == 1 ? strlen(pdu) / 2 - 1 - centre : 0;
}

static void list(void)
{
    char text[PDU_MOST + 60];

    for (int i = 0; i < SLOTS; i++) {
        if (inbox[i][0] == '\0')
            continue;
        snprintf(text, sizeof(text), "\r\n+CMGL: %d,0,,%zu\r\n%s\r\n", i + 1,
                 pdu_octets(inbox[i]), inbox[i]);
        say(text);
    }
    say("\r\nOK\r\n");
}

static void read_one(int place)
{
    char text[PDU_MOST + 60];

    if (place >= 1 && place <= SLOTS && inbox[place - 1][0] != '\0') {
        snprintf(text, sizeof(text), "\r\n+CMGR: 0,,%zu\r\n%s\r\n",
                 pdu_octets(inbox[place - 1]), inbox[place - 1]);
        say(text);
    }
    say("\r\nOK\r\n");
}

static void memory(void)
{
    char text[120];
    int used = inbox_used();

    snprintf(text, sizeof(text),
             "\r\n+CPMS: \"SM\",%d,%d,\"SM\",%d,%d,\"SM\",%d,%d\r\n\r\nOK\r\n", used,
             SLOTS, used, SLOTS, used, SLOTS);
    say(text);
}

static bool asks(const char *line, const char *what)
{
    return strncasecmp(line, what, strlen(what)) == 0;
}

static void asked(const char *line)
{
    if (asks(line, "AT+CMGS=")) {
        pdu_follows = true;
        say("\r\n> ");
    } else if (asks(line, "AT+CPIN?")) {
        say("\r\n+CPIN: READY\r\n\r\nOK\r\n");
    } else if (asks(line, "AT+CREG?")) {
        say("\r\n+CREG: 0,1\r\n\r\nOK\r\n");
    } else if (asks(line, "AT+CSQ")) {
        say("\r\n+CSQ: 25,0\r\n\r\nOK\r\n");
    } else if (asks(line, "AT+CPMS")) {
        memory();
    } else if (asks(line, "AT+CIMI")) {
        say("\r\n460001234567890\r\n\r\nOK\r\n");
    } else if (asks(line, "AT+CMGL")) {
        list();
    } else if (asks(line, "AT+CMGR=")) {
        read_one(atoi(line + 8));
    } else if (asks(line, "AT+CMGD=")) {
        int place = atoi(line + 8);

        if (place >= 1 && place <= SLOTS)
            inbox[place - 1][0] = '\0';
        say("\r\nOK\r\n");
    } else {
        say("\r\nOK\r\n");
    }
}

/* ---- bytes to lines ---- */

struct lines {
    char text[LINE_MOST];
    size_t length;
};

static void each_byte(struct lines *in, char c, bool from_smsd)
{
    bool ends = c == '\r' || c == '\n' || (pdu_follows && from_smsd && c == '\x1a');

    if (!ends) {
        if (in->length + 1 < sizeof(in->text))
            in->text[in->length++] = c;
        return;
    }
    in->text[in->length] = '\0';
    in->length = 0;
    if (in->text[0] == '\0')
        return;
    if (!from_smsd) {
        told(in->text);
    } else if (c == '\x1a') {
        pdu_follows = false;
        submitted(in->text);
    } else {
        asked(in->text);
    }
}

static bool take(int fd, struct lines *in, bool from_smsd)
{
    char bytes[4096];
    ssize_t n = read(fd, bytes, sizeof(bytes));

    for (ssize_t i = 0; i < n; i++)
        each_byte(in, bytes[i], from_smsd);
    fflush(stdout);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* The other end stays open here too, so that smsd may come and go. */
static bool terminal_open(const char *link_path)
{
    struct termios raw;
    const char *name;
    int other;

    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        return false;
    name = ptsname(terminal);
    if (name == NULL || (other = open(name, O_RDWR | O_NOCTTY)) < 0 ||
        tcgetattr(other, &raw) != 0)
        return false;
    cfmakeraw(&raw);
    if (tcsetattr(other, TCSANOW, &raw) != 0)
        return false;
    unlink(link_path);
    return symlink(name, link_path) == 0;
}

int main(int count, char **words)
{
    static struct lines from_smsd, from_test;

    if (count != 2 || !terminal_open(words[1])) {
        fprintf(stderr, "modem: needs the name of a link to make\n");
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        struct pollfd both[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                {.fd = terminal, .events = POLLIN}};

        if (poll(both, 2, -1) < 0 && errno != EINTR)
            return 1;
        if (both[0].revents != 0 && !take(STDIN_FILENO, &from_test, false))
            return 0;
        if (both[1].revents != 0 && !take(terminal, &from_smsd, true))
            return 1;
    }
}
