/*
 * phone.c — reads telephone numbers as people and machines write them.
 *
 * Promise: what is taken is a whole E.164 number; a number that could be read in two ways
 * is read as the home country's. No sentence here repeats the number. Not here: whether
 * it exists (the gateway's report says so) and how it is kept (encrypted, in the store).
 */
#include "domain/phone.h"

#include <stdio.h>
#include <string.h>

#define MAINLAND "86"

enum {
    TEXT_MAX = 40, /* more is no number, whatever it is */
    DIGITS_MAX = 24,
    E164_LEAST = 7,
    E164_MOST = 15,
    MOBILE_DIGITS = 11
};

/* The digits of a text, and whether it named the country. */
struct digits {
    char text[DIGITS_MAX + 1];
    size_t count;
    bool with_country;
};

static bool digits_take(const char *text, struct digits *d, struct error *err)
{
    *d = (struct digits){0};
    if (text == NULL || strnlen(text, TEXT_MAX + 1) > TEXT_MAX)
        return error_field(err, "phone",
                           "The phone number is missing or too long. Type the 11 digits "
                           "of a mobile phone.");
    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9' && d->count < DIGITS_MAX) {
            d->text[d->count++] = *text;
        } else if (*text == '+' && d->count == 0 && !d->with_country) {
            d->with_country = true;
        } else if (strchr(" \t-.()", *text) == NULL) {
            return error_field(
                err, "phone",
                "The phone number holds something that is no digit, or too "
                "many of them. Type the digits only.");
        }
    }
    if (d->count == 0)
        return error_field(err, "phone",
                           "The phone number is empty. Type the 11 digits of a mobile "
                           "phone.");
    return true;
}

static void digits_drop(struct digits *d, size_t count)
{
    memmove(d->text, d->text + count, d->count - count + 1);
    d->count -= count;
}

static bool is_mobile(const char *national)
{
    return strlen(national) == MOBILE_DIGITS && national[0] == '1' &&
           national[1] >= '3' && national[1] <= '9';
}

static bool mainland_check(const char *national, struct error *err)
{
    if (is_mobile(national))
        return true;
    if (national[0] == '1' && national[1] >= '3' && national[1] <= '9')
        return error_field(err, "phone",
                           "The phone number has %zu digits, a mobile number has %d. "
                           "Compare it with the citizen's phone.",
                           strlen(national), MOBILE_DIGITS);
    return error_field(err, "phone",
                       "This is a landline or service number, which cannot answer a text "
                       "message. Type the 11 digits of a mobile phone.");
}

/* Puts the home country in front, in whose way the number is written. */
static void add_home(struct digits *d, const char *home)
{
    size_t code = strlen(home);
    bool mainland = strcmp(home, MAINLAND) == 0;

    if (mainland && d->count == code + MOBILE_DIGITS &&
        strncmp(d->text, home, code) == 0 && is_mobile(d->text + code))
        return; /* 8613900001000, as gateways write it */
    if (!mainland && d->text[0] == '0')
        digits_drop(d, 1);
    if (d->count + code > DIGITS_MAX)
        return; /* too long as it is; the check says so */
    memmove(d->text + code, d->text, d->count + 1);
    memcpy(d->text, home, code);
    d->count += code;
}

bool phone_parse(const char *text, const char *home, struct phone *out, struct error *err)
{
    const size_t mainland = strlen(MAINLAND);
    struct digits d;

    if (!digits_take(text, &d, err))
        return false;
    if (!d.with_country && strncmp(d.text, "00", 2) == 0) {
        d.with_country = true;
        digits_drop(&d, 2);
    }
    if (!d.with_country)
        add_home(&d, home);
    if (strncmp(d.text, MAINLAND, mainland) == 0) {
        if (!mainland_check(d.text + mainland, err))
            return false;
    } else if (d.count < E164_LEAST || d.count > E164_MOST || d.text[0] == '0') {
        return error_field(
            err, "phone",
            "The phone number is not complete or too long. With its country "
            "code it has %d to %d digits and no 0 in front.",
            E164_LEAST, E164_MOST);
    }
    snprintf(out->e164, sizeof(out->e164), "+%.15s", d.text);
    return true;
}

static bool is_mainland(const struct phone *phone)
{
    return strncmp(phone->e164, "+" MAINLAND, 1 + strlen(MAINLAND)) == 0;
}

void phone_mask(const struct phone *phone, char out[PHONE_MASK])
{
    const char *text = phone->e164;
    size_t length, tail;

    if (is_mainland(phone))
        text += 1 + strlen(MAINLAND);
    length = strlen(text);
    tail = length >= MOBILE_DIGITS ? 4 : 2; /* a short number shows less */
    if (length < 3 + tail) {
        snprintf(out, PHONE_MASK, "****");
        return;
    }
    snprintf(out, PHONE_MASK, "%.3s****%s", text, text + length - tail);
}

void phone_local(const struct phone *phone, char out[PHONE_LOCAL])
{
    size_t skip = is_mainland(phone) ? 1 + strlen(MAINLAND) : 0;

    snprintf(out, PHONE_LOCAL, "%s", phone->e164 + skip);
}
