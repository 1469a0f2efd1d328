/*
 * qr.c — see qr.h. The only room of libqrencode.
 *
 * Promise: what is refused here could not have been read from paper, and what is accepted
 * fits every profile. Not here: how large a module is printed (slip_layout.c) and by
 * whom.
 */
#include "domain/qr.h"

#include <errno.h>
#include <string.h>

#include <qrencode.h>

#include "domain/qr_mask.h"

enum {
    VERSION_LEAST = 3,
    PACKED_LEAST = 6, /* letters and digits for which a segment of their own is shorter */
    NOT_DATA = 0x80,  /* in a module of libqrencode: finder, timing, format … */
};

/*
 * The library has it and its header does not tell: a symbol with the mask that is asked
 * for. Where a build keeps it to itself the library chooses the mask; that gives the same
 * symbol and takes five times as long.
 */
extern QRcode *QRcode_encodeMask(QRinput *input, int mask) __attribute__((weak));

static bool text_fits(const char *text, struct error *err)
{
    size_t length = strlen(text);

    if (length == 0)
        return error_field(err, "qr_url", "The QR code has no text to carry.");
    if (length > QR_TEXT_MAX)
        return error_field(
            err, "qr_url",
            "The text of the QR code is %zu bytes long, which would make its "
            "squares too small to scan; at most %d are allowed.",
            length, QR_TEXT_MAX);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return error_field(err, "qr_url",
                               "The text of the QR code holds a control character; only "
                               "visible characters can be scanned.");
    return true;
}

static bool is_packed(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr(" $%*+-./:", c) != NULL);
}

static bool append(QRinput *input, QRencodeMode mode, const char *text, size_t length)
{
    return length == 0 ||
           QRinput_append(input, mode, (int)length, (const unsigned char *)text) == 0;
}

/* Bytes, and what capitals and digits end the text packed tighter: the token of a
 * ticket's address. */
static QRinput *input_of(const char *text)
{
    QRinput *input = QRinput_new2(VERSION_LEAST, QR_ECLEVEL_M);
    size_t length = strlen(text), bytes = length;

    while (bytes > 0 && is_packed(text[bytes - 1]))
        bytes--;
    if (length - bytes < PACKED_LEAST)
        bytes = length;
    if (input == NULL || (append(input, QR_MODE_8, text, bytes) &&
                          append(input, QR_MODE_AN, text + bytes, length - bytes)))
        return input;
    QRinput_free(input);
    return NULL;
}

static QRcode *code_of(const char *text)
{
    QRinput *input = input_of(text);
    QRcode *code = NULL;

    if (input != NULL)
        code = QRcode_encodeMask != NULL ? QRcode_encodeMask(input, 0)
                                         : QRcode_encodeInput(input);
    QRinput_free(input);
    return code;
}

bool qr_encode(const char *text, struct qr *out, struct error *err)
{
    uint64_t data[QR_SIZE_MAX] = {0};
    QRcode *code;

    if (!text_fits(text, err))
        return false;
    code = code_of(text);
    if (code == NULL || code->width > QR_SIZE_MAX) {
        QRcode_free(code);
        error_set(err, ERROR_BROKEN, "The QR code could not be made from its text.");
        return error_cause(err, "libqrencode: %s", strerror(errno));
    }
    memset(out, 0, sizeof(*out));
    out->size = code->width;
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            unsigned char module = code->data[y * code->width + x];

            out->rows[y] |= (uint64_t)(module & 1) << x;
            data[y] |= (uint64_t)((module & NOT_DATA) == 0) << x;
        }
    QRcode_free(code);
    if (QRcode_encodeMask != NULL)
        qr_mask_choose(out, data);
    return true;
}

bool qr_dark(const struct qr *qr, int x, int y)
{
    if (x < 0 || y < 0 || x >= qr->size || y >= qr->size)
        return false;
    return (qr->rows[y] >> x & 1) != 0;
}
