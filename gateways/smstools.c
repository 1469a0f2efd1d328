/*
 * smstools.c — SMS Server Tools 3: a modem on a shelf, driven by smsd, which takes and
 * lays down one file a message in the folders of a spool.
 *
 *   we place   outgoing/yiping-ID.ATTEMPT    To, Alphabet, Report, X-Yiping, blank line,
 * text it lays    sent/yiping-ID.ATTEMPT        our file with Message_id: the modem took
 * it failed/yiping-ID.ATTEMPT      our file with Fail_reason report/DEVICE.XXXXXX the
 * network's word, by Message_id and phone incoming/DEVICE.XXXXXX        a reply
 *
 * Text goes as UCS2, which smsd hands on as it is: from UTF-8 it drops characters beyond
 * the basic plane (emoji) without a word. A SIM has one number and no extension, so open
 * questions of one phone are told apart by letters. Message_id is the modem's own
 * counter, one octet: a report is matched by it, the phone and the newest message.
 *
 * How smsd 3.1.21 lays its files down, and what the carrier has to mind therefore:
 *   - sent, failed: copied in place, with NAME.LOCK beside them meanwhile.
 *   - incoming, report: an empty file is made, taken away, made again under the same name
 *     and written in place, without any lock.
 *   - incoming also holds what is smsd's own: parts of long replies (DEVICE-concatenated)
 *     and scripts of its start (smsd_script.XXXXXX).
 * So a file is whole when its writer has closed it and it is not empty, and not every
 * name is for us. Times in these files are local ones of an unnamed zone; we take none.
 *
 * Limits: of a message in several parts each part is reported and only the last part's
 * id is named; our texts are one part. A smsd that dies between the modem's OK and the
 * move to `sent` sends again; nothing on our side can tell.
 */
#include "gateways/gateway.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/charset.h"
#include "gateways/udh.h"

enum { FOLDER_MOST = 200, NUMBER_MOST = 20, VALUE_MOST = 200 };

static const char our_prefix[] = "yiping-";

struct smstools {
    char folder[FOLDER_MOST + 1]; /* without a slash at its end */
};

static const char *folder_of(const struct gateway *g)
{
    return ((const struct smstools *)g->own)->folder;
}

/* ---- opening ---- */

static bool digits_only(const char *text)
{
    return strspn(text, "0123456789") == strlen(text);
}

static bool folder_read(const char *name, const char *text, char out[FOLDER_MOST + 1],
                        struct error *err)
{
    size_t length = text != NULL ? strlen(text) : 0;

    while (length > 1 && text[length - 1] == '/')
        length--;
    if (length == 0)
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" names no spool folder of smsd. Set "
                         "folder, as in folder = /var/spool/sms.",
                         name);
    if (length > FOLDER_MOST || text[0] != '/')
        return error_set(err, ERROR_SETUP,
                         "The folder of the gateway \"%.40s\" is not a path that begins "
                         "with / and has at most %d characters.",
                         name, FOLDER_MOST);
    snprintf(out, FOLDER_MOST + 1, "%.*s", (int)length, text);
    return true;
}

static bool smstools_open(struct gateway *g, const struct gateway_setup *setup,
                          struct error *err)
{
    const char *number = setup->value(setup, "access_number");
    struct smstools *own;

    if (number == NULL)
        number = "";
    if (strlen(number) > NUMBER_MOST || !digits_only(number))
        return error_set(err, ERROR_SETUP,
                         "The access number of the gateway \"%.40s\" is not the number "
                         "of its SIM card in at most %d digits. It may be left out.",
                         setup->name, NUMBER_MOST);
    if (g->slots == SLOTS_EXTENSION)
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" is a modem, whose number cannot be "
                         "extended. Set slots to letters or one.",
                         setup->name);
    own = calloc(1, sizeof(*own));
    if (own == NULL)
        return error_set(err, ERROR_BROKEN, "There is no memory left.");
    g->own = own;
    snprintf(g->access_number, sizeof(g->access_number), "%s", number);
    return folder_read(setup->name, setup->value(setup, "folder"), own->folder, err);
}

static void smstools_close(struct gateway *g)
{
    free(g->own);
    g->own = NULL;
}

/* ---- sending ---- */

/* As smsd wants it: digits with the country code, or a short number after an s. */
static bool add_receiver(const char *to, struct buf *out)
{
    const char *digits = to[0] == '+' ? to + 1 : to;

    if (digits[0] == '\0' || strlen(digits) > NUMBER_MOST || !digits_only(digits))
        return false;
    buf_addf(out, "To: %s%s\n", to[0] == '+' ? "" : "s", digits);
    return true;
}

static bool smstools_compose(const struct gateway *g, const struct sms_mt *mt,
                             struct request *out, struct error *err)
{
    char reference[GATEWAY_REF];

    gateway_reference(mt->id, mt->attempt, reference);
    out->kind = REQUEST_FILE;
    buf_addf(&out->url, "%s/outgoing/%s%s", folder_of(g), our_prefix, reference);
    buf_add_text(&out->via, folder_of(g)); /* smsd looks into its subfolders only */
    if (!add_receiver(mt->to, &out->body))
        return error_set(err, ERROR_REFUSED, "This message's number is not a phone's.");
    buf_addf(&out->body, "Alphabet: UCS2\nAutosplit: 3\nReport: yes\nX-Yiping: %s\n\n",
             reference);
    if (!charset_to_utf16be(mt->text, strlen(mt->text), &out->body))
        return error_set(err, ERROR_REFUSED, "The text of this message is not UTF-8.");
    return true;
}

/* A file is there whole or not at all; what becomes of it comes by the folders. */
static enum outcome smstools_judge(const struct gateway *g, const struct answer *answer,
                                   struct submitted *out)
{
    (void)g;
    if (answer->carried == CARRIED_ANSWERED)
        return OUTCOME_ACCEPTED;
    snprintf(out->reason, sizeof(out->reason), "%s",
             answer->trouble[0] != '\0' ? answer->trouble : "the file was not placed");
    out->health = HEALTH_DOWN;
    return answer->carried == CARRIED_NOT_SENT ? OUTCOME_RETRY : OUTCOME_UNKNOWN;
}

/* ---- files: lines "Name: value", a blank line, a body ---- */

struct file {
    const char *headers;
    size_t headers_length;
    const char *body;
    size_t body_length;
};

/* The length of the line at `at` without its end, and where the next begins. */
static size_t line_length(const char *at, const char *end, const char **next)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));

    *next = stop != NULL ? stop + 1 : end;
    if (stop == NULL)
        stop = end;
    return (size_t)(stop - at) - (stop > at && stop[-1] == '\r' ? 1 : 0);
}

/* False where no blank line ends the headers. */
static bool file_read(const struct buf *bytes, struct file *out)
{
    const char *at = buf_text(bytes), *end = at + bytes->length, *next;

    *out = (struct file){.headers = at};
    for (; at < end; at = next) {
        if (line_length(at, end, &next) == 0 && next[-1] == '\n') {
            out->headers_length = (size_t)(at - out->headers);
            out->body = next;
            out->body_length = (size_t)(end - next);
            return true;
        }
    }
    return false;
}

/*
 * The value of the first line with this name, without blanks around it. False where there
 * is none, or it is longer than `out` or holds a NUL: half a number is another number.
 */
static bool value_find(const char *text, size_t length, const char *name, char *out,
                       size_t size)
{
    const char *end = text + length, *next;
    size_t named = strlen(name);

    out[0] = '\0';
    for (const char *at = text; at < end; at = next) {
        size_t left = line_length(at, end, &next);
        const char *value = at + named + 1;

        if (left <= named || at[named] != ':' || strncasecmp(at, name, named) != 0)
            continue;
        left -= named + 1;
        for (; left > 0 && (*value == ' ' || *value == '\t'); value++)
            left--;
        while (left > 0 && (value[left - 1] == ' ' || value[left - 1] == '\t'))
            left--;
        if (left >= size || memchr(value, '\0', left) != NULL)
            return false;
        memcpy(out, value, left);
        out[left] = '\0';
        return true;
    }
    return false;
}

static bool header(const struct file *f, const char *name, char *out, size_t size)
{
    return value_find(f->headers, f->headers_length, name, out, size);
}

/* A number of at most `most` from the beginning of a text; -1 for none. */
static int number_read(const char *text, int most)
{
    char *end;
    long number = strtol(text, &end, 10);

    return text[0] >= '0' && text[0] <= '9' && number <= most ? (int)number : -1;
}

/* ---- what it tells ---- */

/* Names may come again after a file is gone; with the time they are of one file. */
static void once_of(const struct callback *c, const struct file *f, char out[GATEWAY_REF])
{
    char received[24];

    if (!header(f, "Received", received, sizeof(received)))
        received[0] = '\0';
    if (c->query.length + strlen(received) + 2 < GATEWAY_REF &&
        memchr(buf_text(&c->query), '\0', c->query.length) == NULL)
        snprintf(out, GATEWAY_REF, "%s %s", buf_text(&c->query), received);
}

/* The phone of a file that smsd made: with '+' where it says that it is one of E.164. */
static bool sender_of(const struct file *f, char out[32])
{
    char from[30], type[VALUE_MOST];
    bool international =
        header(f, "From_TOA", type, sizeof(type)) && strncmp(type, "91", 2) == 0;

    if (!header(f, "From", from, sizeof(from)) || from[0] == '\0')
        return false;
    snprintf(out, 32, "%s%s", international && digits_only(from) ? "+" : "", from);
    return true;
}

/* Ours, from the header that smsd keeps, else from the name that it keeps too. */
static bool reference_of(const struct callback *c, const struct file *f,
                         char out[GATEWAY_REF])
{
    const char *name = buf_text(&c->query);
    size_t prefix = strlen(our_prefix);
    int64_t id;
    int attempt;

    if (header(f, "X-Yiping", out, GATEWAY_REF) &&
        gateway_reference_read(out, &id, &attempt))
        return true;
    out[0] = '\0';
    if (strncmp(name, our_prefix, prefix) != 0 ||
        !gateway_reference_read(name + prefix, &id, &attempt))
        return false;
    gateway_reference(id, attempt, out);
    return true;
}

static bool parse_taken(const struct callback *c, const struct file *f, struct news *out)
{
    char to[30], id[VALUE_MOST];

    if (!reference_of(c, f, out->reference))
        return false;
    if (header(f, "To", to, sizeof(to)) && to[0] != '\0' && digits_only(to))
        snprintf(out->from, sizeof(out->from), "+%s", to);
    if (header(f, "Message_id", id, sizeof(id)) && number_read(id, 255) >= 0)
        snprintf(out->ref, sizeof(out->ref), "%d", number_read(id, 255));
    out->state = REPORT_BUFFERED;
    return true;
}

static bool parse_failed(const struct callback *c, const struct file *f, struct news *out)
{
    char reason[VALUE_MOST];

    if (!parse_taken(c, f, out))
        return false;
    if (!header(f, "Fail_reason", reason, sizeof(reason)))
        reason[0] = '\0';
    snprintf(out->reason, sizeof(out->reason), "%.119s", reason);
    out->state = REPORT_UNDELIVERED;
    return true;
}

/* TP-Status, 3GPP TS 23.040 9.2.3.15: 70 is "validity period expired". */
static enum report_state state_of(int status)
{
    if (status < 32)
        return REPORT_DELIVERED;
    if (status < 64)
        return REPORT_BUFFERED;
    return status == 70 ? REPORT_EXPIRED : REPORT_UNDELIVERED;
}

static bool parse_report(const struct file *f, struct news *out)
{
    char id[VALUE_MOST], status[VALUE_MOST];

    if (!sender_of(f, out->from) ||
        !value_find(f->body, f->body_length, "Message_id", id, sizeof(id)) ||
        !value_find(f->body, f->body_length, "Status", status, sizeof(status)) ||
        number_read(id, 255) < 0 || number_read(status, 255) < 0)
        return false;
    snprintf(out->ref, sizeof(out->ref), "%d", number_read(id, 255));
    snprintf(out->reason, sizeof(out->reason), "%.119s", status);
    out->state = state_of(number_read(status, 255));
    return true;
}

/*
 * What smsd calls an alphabet; NULL for what holds no text. Its ISO is 8859-15: we read
 * its euro sign as another currency's, and with incoming_utf8 it does not come at all.
 */
static const char *charset_of(const char *alphabet)
{
    static const struct {
        const char *alphabet, *charset;
    } rows[] = {
        {"UCS2", "UTF-16BE"}, {"UCS", "UTF-16BE"},   {"UTF-8", "UTF-8"},
        {"UTF8", "UTF-8"},    {"ISO", "ISO-8859-1"}, {"", "ISO-8859-1"},
    };

    for (size_t i = 0; i < LENGTH(rows); i++)
        if (strcasecmp(rows[i].alphabet, alphabet) == 0)
            return rows[i].charset;
    return NULL;
}

/* "05 00 03 RR NN II": one of several parts that smsd was told not to join. */
static void part_read(const struct file *f, struct news *out)
{
    char udh[VALUE_MOST];
    uint8_t bytes[VALUE_MOST / 2];
    size_t count = 0;
    unsigned byte;
    int taken;

    if (!header(f, "UDH-DATA", udh, sizeof(udh)))
        return;
    for (const char *at = udh; count < sizeof(bytes) && isxdigit((unsigned char)at[0]) &&
                               sscanf(at, "%2x%n", &byte, &taken) == 1;
         at += strspn(at, " ")) {
        bytes[count++] = (uint8_t)byte;
        at += taken;
    }
    (void)udh_read(bytes, count, out);
}

static bool parse_reply(const struct file *f, struct news *out)
{
    char alphabet[VALUE_MOST];
    const char *charset;

    if (!sender_of(f, out->from))
        return false;
    header(f, "Alphabet", alphabet, sizeof(alphabet));
    charset = charset_of(alphabet);
    if (charset == NULL ||
        !charset_decode(charset, f->body, f->body_length, &out->text)) {
        out->garbled = true;
        charset_salvage(charset != NULL ? charset : alphabet, f->body, f->body_length,
                        &out->text);
    }
    part_read(f, out);
    return true;
}

static bool parse_kind(const struct callback *c, const struct file *f, struct news *out)
{
    out->kind = c->report ? NEWS_REPORT : NEWS_REPLY;
    once_of(c, f, out->once);
    if (strcmp(c->type, "incoming") == 0)
        return !c->report && parse_reply(f, out);
    if (!c->report)
        return false;
    if (strcmp(c->type, "sent") == 0)
        return parse_taken(c, f, out);
    if (strcmp(c->type, "failed") == 0)
        return parse_failed(c, f, out);
    return strcmp(c->type, "report") == 0 && parse_report(f, out);
}

static bool smstools_parse(const struct gateway *g, const struct callback *c,
                           struct news *out, struct error *err)
{
    struct file f;

    (void)g;
    if (!file_read(&c->body, &f) || !parse_kind(c, &f, out))
        return error_set(err, ERROR_INPUT,
                         "The file that smsd laid down cannot be read.");
    return true;
}

/* ---- folders ---- */

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);

    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* Others may use the modem too: of what was sent only our own files are for us. */
static bool is_ours(const char *name)
{
    int64_t id;
    int attempt;

    return strncmp(name, our_prefix, strlen(our_prefix)) == 0 &&
           gateway_reference_read(name + strlen(our_prefix), &id, &attempt);
}

/* What smsd keeps for itself beside the replies is not. */
static bool is_news(const char *name)
{
    return name[0] != '.' && !ends_in(name, ".LOCK") && !ends_in(name, "-concatenated") &&
           strncmp(name, "smsd_script.", 12) != 0;
}

static int smstools_folders(const struct gateway *g,
                            struct gateway_folder out[GATEWAY_FOLDERS])
{
    /* In this order: a report needs the id that `sent` names. */
    static const struct gateway_folder folders[] = {
        {.label = "sent", .report = true, .takes = is_ours},
        {.label = "failed", .report = true, .takes = is_ours},
        {.label = "report", .report = true, .takes = is_news},
        {.label = "incoming", .report = false, .takes = is_news},
    };

    for (size_t i = 0; i < LENGTH(folders); i++) {
        out[i] = folders[i];
        snprintf(out[i].path, sizeof(out[i].path), "%s/%s", folder_of(g),
                 folders[i].label);
    }
    return LENGTH(folders);
}

/* ---- the other side ---- */

static const char sample[] =
    "# 机架上的短信猫：SMS Server Tools（smsd），每条短信一个文件。\n"
    "# A modem on a shelf: SMS Server Tools (smsd), one file a message.\n"
    "[gateway shelf]\n"
    "kind = smstools\n"
    "# smsd 的假脱机目录，内有 outgoing checked sent failed incoming report。\n"
    "# smsd's spool folder, which holds outgoing checked sent failed incoming report.\n"
    "folder = /var/spool/sms\n"
    "# SIM 卡号码，只为显示，可不填。 The SIM card's number, only to be shown; "
    "optional.\n"
    "#access_number = 13900001000\n"
    "# 短信猫每条约需数秒。 A modem takes some seconds for each message.\n"
    "rate = 1\n";

static const char other_side_head[] =
    "# /etc/smsd.conf —— 供 Yiping 使用的 smsd 设置，设备与波特率按短信猫填写。\n"
    "# /etc/smsd.conf, for use with Yiping. Device and baud rate are your modem's.\n"
    "#\n"
    "# 目录须在同一磁盘，smsd 与 Yiping 同组，都能读写删除，先执行下面两条命令。\n"
    "# Debian 给这些目录设了粘滞位，Yiping 就取不走 smsd 的文件，所以要重设权限。\n"
    "# The folders are on one disk, and smsd and Yiping both write and remove files\n"
    "# there. Debian sets the sticky bit, with which Yiping could not: set them anew.\n"
    "#   usermod -a -G smsd yiping\n";

static const char other_side_tail[] =
    "# 不需要 eventhandler；同一目录只给一个 Yiping 用。\n"
    "# No eventhandler is needed. One spool is for one Yiping alone.\n"
    "receive_before_send = no\n"
    "autosplit = 3\n"
    "# 文件一出现就是完整的。 Files are whole when they appear.\n"
    "trust_outgoing = yes\n"
    "# 中文与表情按 UCS2 原样交来，由 Yiping 解码；smsd 自己解码会丢表情。\n"
    "# UCS2 comes as it is and Yiping decodes it; smsd itself would drop emoji.\n"
    "decode_unicode_text = no\n"
    "incoming_utf8 = yes\n"
    "internal_combine = yes\n"
    "# 文件须对组可写。 Files are to be writable by the group.\n"
    "umask = 0007\n"
    "delaytime = 1\n"
    "delaytime_mainprocess = 1\n"
    "\n"
    "[shelf]\n"
    "device = /dev/ttyUSB0\n"
    "baudrate = 115200\n"
    "incoming = yes\n"
    "report = yes\n";

static void smstools_other_side(const struct gateway *g, struct buf *out)
{
    static const char *const used[] = {"outgoing", "checked",  "sent",
                                       "failed",   "incoming", "report"};

    buf_add_text(out, other_side_head);
    buf_addf(out, "#   install -d -o smsd -g smsd -m 2770 %s", folder_of(g));
    for (size_t i = 0; i < LENGTH(used); i++)
        buf_addf(out, " \\\n#     %s/%s", folder_of(g), used[i]);
    buf_add_text(out, "\n\ndevices = shelf\n");
    for (size_t i = 0; i < LENGTH(used); i++)
        buf_addf(out, "%s = %s/%s\n", used[i], folder_of(g), used[i]);
    buf_add_text(out, other_side_tail);
}

const struct gateway_ops smstools_gateway = {
    .name = "smstools",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES,
    .sample = sample,
    .open = smstools_open,
    .compose = smstools_compose,
    .judge = smstools_judge,
    .parse = smstools_parse,
    .folders = smstools_folders,
    .other_side = smstools_other_side,
    .close = smstools_close,
};
