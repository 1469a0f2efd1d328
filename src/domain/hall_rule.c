/*
 * hall_rule.c — what a code, a name, an address or a time in a hall file looks like.
 *
 * Promise: each rule takes any UTF-8 text, and what it lets through fits the field of
 * hall.h. Not here: whether a code that is well formed points to anything (hall_refs.c).
 */
#include "domain/hall_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

static const char digits[] = "0123456789";
static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *hall_rule_code(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length >= HALL_CODE_SIZE)
        goto bad;
    for (const char *c = text; *c != '\0'; c++) {
        if (!is_letter(*c) && !is_digit(*c) && *c != '-' && *c != '_')
            goto bad;
    }
    return NULL;
bad:
    return "is no code; allowed are 1 to 32 letters a-z and A-Z, digits, \"-\" and \"_\"";
}

/* Control characters would reach tickets, text messages and terminals. */
static bool has_control(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7F || (*c == 0xC2 && c[1] < 0xA0))
            return true;
    }
    return false;
}

static bool is_blank_at_ends(const char *text, size_t length)
{
    static const char wide[] =
        "\xE3\x80\x80"; /* U+3000, the blank of Chinese keyboards */

    if (text[0] == ' ' || text[length - 1] == ' ')
        return true;
    return strncmp(text, wide, 3) == 0 ||
           (length >= 3 && strcmp(text + length - 3, wide) == 0);
}

/* `sizes` tells the allowed number of characters, where least and most do not hold. */
static const char *line_rule(const char *text, size_t least, size_t most,
                             const char *sizes)
{
    size_t characters = 0;

    if (!words_utf8(text, strlen(text), &characters))
        return "is not UTF-8; save the file as UTF-8";
    if (characters < least || characters > most)
        return sizes;
    if (has_control(text))
        return "holds a tab, line break or other control character; allowed is one line "
               "of plain text";
    if (is_blank_at_ends(text, strlen(text)))
        return "begins or ends with a blank; take the blank away";
    return NULL;
}

const char *hall_rule_name(const char *text)
{
    if (text[0] == '\0')
        return "is empty; allowed are 1 to 60 characters";
    return line_rule(text, 1, HALL_NAME_CHARS,
                     "is too long; allowed are 1 to 60 characters");
}

const char *hall_rule_short(const char *text)
{
    if (text[0] == '\0')
        return "is empty; allowed are 1 to 12 characters";
    return line_rule(text, 1, HALL_SHORT_CHARS,
                     "is too long; allowed are 1 to 12 characters");
}

const char *hall_rule_signature(const char *text)
{
    if (strstr(text, "【") != NULL || strstr(text, "】") != NULL)
        return "holds a bracket; the program writes 【】 itself, give only what is "
               "between";
    return line_rule(text, 2, HALL_SHORT_CHARS,
                     "is no signature; allowed are 2 to 12 characters, without 【】");
}

/* One to three parts between slashes, each beginning with a letter, as IANA writes them.
 */
const char *hall_rule_zone(const char *text)
{
    int parts = 1;
    bool fresh = true;

    if (strlen(text) >= HALL_ZONE_SIZE)
        goto bad;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '/') {
            if (fresh || ++parts > 3)
                goto bad;
            fresh = true;
        } else if (is_letter(*c)) {
            fresh = false;
        } else if (fresh || (!is_digit(*c) && strchr("_+-", *c) == NULL)) {
            goto bad;
        }
    }
    if (!fresh)
        return NULL;
bad:
    return "is no time zone; allowed are names like \"Asia/Shanghai\" or \"UTC\"";
}

/* Labels of 1 to 63 letters, digits and hyphens, or an IPv6 address in brackets. */
static bool is_host(const char *host, size_t length)
{
    size_t label = 0;

    if (length == 0 || length > 253)
        return false;
    if (host[0] == '[')
        return length > 4 && host[length - 1] == ']' &&
               strspn(host + 1, "0123456789abcdefABCDEF:.") == length - 2;
    for (size_t i = 0; i < length; i++) {
        bool dot = host[i] == '.';

        if (!dot && !is_letter(host[i]) && !is_digit(host[i]) && host[i] != '-')
            return false;
        if ((dot && label == 0) || (host[i] == '-' && label == 0))
            return false;
        label = dot ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return label > 0 && host[length - 1] != '-';
}

static bool is_port(const char *text)
{
    size_t length = strlen(text);
    long port;

    if (length == 0 || length > 5 || strspn(text, digits) != length)
        return false;
    port = strtol(text, NULL, 10);
    return port >= 1 && port <= 65535;
}

const char *hall_rule_url(const char *text)
{
    const char *host;
    const char *colon;

    if (text[0] == '\0')
        return NULL;
    if (strncmp(text, "https://", 8) == 0)
        host = text + 8;
    else if (strncmp(text, "http://", 7) == 0)
        host = text + 7;
    else
        goto bad;
    colon = strchr(host, host[0] == '[' ? ']' : ':');
    if (colon != NULL && *colon == ']')
        colon = colon[1] == '\0' ? NULL : colon + 1;
    if (!is_host(host, colon == NULL ? strlen(host) : (size_t)(colon - host)))
        goto bad;
    if (colon == NULL || (*colon == ':' && is_port(colon + 1)))
        return NULL;
bad:
    return "is no address; allowed are \"\" or http:// or https:// with a host of at "
           "most "
           "253 characters and perhaps a port, without path or last slash";
}

const char *hall_rule_credit(const char *text)
{
    size_t length = strlen(text);

    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(digits, *c) == NULL && strchr(capitals, *c) == NULL)
            length = 0;
    }
    if (length == HALL_CREDIT_SIZE - 1)
        return NULL;
    return "is no credit code; allowed are exactly 18 digits and capital letters";
}

void hall_phone_plain(const char *text, char out[HALL_PHONE_SIZE])
{
    size_t used = 0;

    for (const char *c = text; *c != '\0' && used + 1 < HALL_PHONE_SIZE; c++) {
        if (*c != ' ' && *c != '-')
            out[used++] = *c;
    }
    out[used] = '\0';
}

/* A mainland mobile number, or any number of ITU-T E.164 with its plus sign. */
const char *hall_rule_phone(const char *text)
{
    char plain[HALL_PHONE_SIZE];
    const char *number = plain;
    size_t length;

    hall_phone_plain(text, plain);
    if (strlen(text) >= HALL_PHONE_SIZE)
        goto bad;
    if (plain[0] == '+')
        number++;
    length = strlen(number);
    if (strspn(number, digits) != length)
        goto bad;
    if (plain[0] == '+' && length >= 7 && length <= 15 && number[0] != '0')
        return NULL;
    if (plain[0] == '1' && length == 11 && number[1] >= '3')
        return NULL;
bad:
    return "is no telephone number; allowed are eleven digits that begin with 13 to 19, "
           "or "
           "\"+\" and 7 to 15 digits; blanks and \"-\" may part them";
}

const char *hall_rule_letter(const char *text)
{
    if (text[0] >= 'A' && text[0] <= 'Z' && text[1] == '\0')
        return NULL;
    return "is no series letter; allowed is one capital letter A to Z";
}

/* Two decimal digits, or -1. */
static int two_digits(const char *text)
{
    if (!is_digit(text[0]) || !is_digit(text[1]))
        return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

int hall_minutes(const char *text)
{
    int hour;
    int minute;

    if (strlen(text) != 5 || text[2] != ':')
        return -1;
    hour = two_digits(text);
    minute = two_digits(text + 3);
    if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60)
        return -1;
    return hour * 60 + minute;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

const char *hall_rule_date(const char *text)
{
    int century, years, month, day;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        goto bad;
    century = two_digits(text);
    years = two_digits(text + 2);
    month = two_digits(text + 5);
    day = two_digits(text + 8);
    if (century < 19 || century > 29 || years < 0 || month < 1 || month > 12 || day < 1)
        goto bad;
    if (day <= days_of_month(century * 100 + years, month))
        return NULL;
bad:
    return "is no date; allowed are days of the calendar like \"2026-10-01\"";
}
