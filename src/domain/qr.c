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

enum { VERSION_LEAST = 3 };

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

bool qr_encode(const char *text, struct qr *out, struct error *err)
{
    QRcode *code;

    if (!text_fits(text, err))
        return false;
    code = QRcode_encodeString(text, VERSION_LEAST, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL || code->width > QR_SIZE_MAX) {
        QRcode_free(code);
        error_set(err, ERROR_BROKEN, "The QR code could not be made from its text.");
        return error_cause(err, "QRcode_encodeString: %s", strerror(errno));
    }
    memset(out, 0, sizeof(*out));
    out->size = code->width;
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            out->rows[y] |= (uint64_t)(code->data[y * code->width + x] & 1) << x;
    QRcode_free(code);
    return true;
}

bool qr_dark(const struct qr *qr, int x, int y)
{
    if (x < 0 || y < 0 || x >= qr->size || y >= qr->size)
        return false;
    return (qr->rows[y] >> x & 1) != 0;
}
