/*
 * sms_text.h — how long a text is as a short message (3GPP TS 23.038, 23.040).
 *
 * Texts are UTF-8 with a length. Own nothing. Any thread.
 */
#ifndef DOMAIN_SMS_TEXT_H
#define DOMAIN_SMS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

enum { SMS_CARRIER_SINGLE = 70, SMS_CARRIER_PART = 67 };

/*
 * `units` are septets in GSM 7 bit (a character of the extension table is two) and UTF-16
 * units otherwise (a character beyond the basic plane is two), before any padding;
 * `parts` is at least 1, also for an empty text.
 */
struct sms_count {
    bool gsm7;
    int units;
    int parts;
};

/*
 * Counts a text. By the standard: 160 septets in one message, 153 in each part of a long
 * one; where one character is not in GSM 7 bit, 70 and 67 UTF-16 units; neither an escape
 * sequence nor a surrogate pair is parted, which may cost a part. With `carrier_cn` as
 * mainland carriers bill: every text, plain ASCII too, 70 units, or 67 for each part, and
 * never gsm7. False where the text is not UTF-8.
 */
NODISCARD bool sms_count(const char *text, size_t length, bool carrier_cn,
                         struct sms_count *out);

/* The bytes of the first character and its code; 0 at the end or where it is no UTF-8. */
size_t sms_text_next(const char *text, size_t length, uint32_t *code);

#endif
