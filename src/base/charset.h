/*
 * charset.h — text in the encodings that SMS and gateways use, to UTF-8 and back.
 *
 * Nothing is guessed: bytes that the named encoding cannot mean make the call fail, and
 * what was added so far is taken out again. UTF-16BE by hand (RFC 2781: surrogates in
 * pairs only); others through the C library's iconv (POSIX). Any thread.
 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/compiler.h"

/* Valid UTF-8 as UTF-16BE; false where it is not valid. */
NODISCARD bool charset_to_utf16be(const char *text, size_t length, struct buf *out);

/* False for an odd number of bytes, a lone surrogate or a NUL. */
NODISCARD bool charset_from_utf16be(const void *bytes, size_t length, struct buf *out);

/*
 * From the named encoding: "UTF-8", "UTF-16BE", "UCS-2", "GBK", "GB18030", "ISO-8859-1",
 * "WINDOWS-1252", "US-ASCII", in any case. False where the name is another or the bytes
 * do not fit; a NUL never fits.
 */
NODISCARD bool charset_decode(const char *name, const void *bytes, size_t length,
                              struct buf *out);

/*
 * Adds what can be kept of bytes that charset_decode refuses, so that a person may look
 * at them: U+FFFD stands for every unit or byte that the named encoding cannot mean. Of
 * an encoding that is not known only ASCII is kept.
 */
void charset_salvage(const char *name, const void *bytes, size_t length, struct buf *out);

/*
 * Whether valid UTF-8 looks as if its bytes had been taken for another encoding on the
 * way: all its characters are of Windows-1252 or Latin-1, and as bytes of these they are
 * valid UTF-8 beyond ASCII, by more than one character or by one that no chance makes
 * ("CAFÉ…" is meant, "cafÃ©" is not); or it holds U+FFFD or a control character that no
 * phone can type. Such text says nothing.
 */
bool charset_is_mistaken(const char *text, size_t length);

#endif
