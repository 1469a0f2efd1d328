/*
 * reply_code.c — the survey letter and the ticket's short code that a reply may begin
 * with (rule 10, decisions 8). What remains is read by reply_read.
 */
#include "domain/reply.h"

#include <string.h>

#include "base/text.h"

/* Full-width letters and digits as their ASCII ones. */
static uint32_t narrow(uint32_t cp)
{
    return cp >= 0xFF01 && cp <= 0xFF5E ? cp - 0xFF01 + '!' : cp;
}

static bool is_latin(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static bool is_gap(uint32_t cp)
{
    enum text_class c = text_classify(cp);

    return c == TEXT_SPACE || c == TEXT_PUNCT || cp == 0x200B || cp == 0xFEFF;
}

/* Bytes of white space and punctuation at `text`, but not of a question or a number's
 * sign. */
static size_t skip_gap(const char *text, size_t length)
{
    size_t at = 0;
    uint32_t cp;

    while (at < length) {
        size_t n = text_next(text + at, length - at, &cp);

        if (!is_gap(cp) || narrow(cp) == '?')
            break;
        at += n;
    }
    return at;
}

static uint32_t upper(uint32_t cp)
{
    return cp >= 'a' && cp <= 'z' ? cp - 'a' + 'A' : cp;
}

bool reply_letter(const char *text, size_t length, char *letter, size_t *taken)
{
    size_t at = skip_gap(text, length);
    size_t after;
    uint32_t cp = 0;
    uint32_t next = 0;

    after = at + text_next(text + at, length - at, &cp);
    cp = upper(narrow(cp));
    if (after == at || cp >= 0x80 || cp == 0 ||
        strchr("ABCEFGHJKMPUVWY", (int)cp) == NULL)
        return false;
    if (text_next(text + after, length - after, &next) > 0 &&
        (text_classify(narrow(next)) == TEXT_LETTER || next == '\'' || next == 0x2019))
        return false;
    *letter = (char)cp;
    *taken = after + skip_gap(text + after, length - after);
    return true;
}

/* The symbol in the alphabet of Crockford, 0 where it is none. */
static char symbol(uint32_t cp)
{
    cp = upper(cp);
    if (cp == 'O')
        return '0';
    if (cp == 'I' || cp == 'L')
        return '1';
    if (is_digit(cp) || (is_latin(cp) && cp != 'U'))
        return (char)cp;
    return '\0';
}

struct shape {
    int digits[2], letters[2]; /* in the first and the second half, as typed */
    bool lower, dash, blank;
};

/* Whether eight symbols of this shape can be anything but words or grades. */
static bool is_code(const struct shape *s)
{
    int digits = s->digits[0] + s->digits[1];
    int letters = s->letters[0] + s->letters[1];

    if (letters == 0)
        return false;
    if (digits == 0 && (s->lower || s->blank))
        return false;
    if (s->digits[0] == 4 && (s->blank || (s->dash && s->digits[1] == 0)))
        return false;
    return true;
}

/* Is what follows the eighth symbol no ninth one? A single digit there is the grade. */
static bool ends_there(const char *text, size_t length)
{
    uint32_t cp;
    size_t n = text_next(text, length, &cp);

    if (n == 0 || (!is_latin(narrow(cp)) && !is_digit(narrow(cp))))
        return true;
    if (!is_digit(narrow(cp)))
        return false;
    return text_next(text + n, length - n, &cp) == 0 ||
           (!is_latin(narrow(cp)) && !is_digit(narrow(cp)));
}

bool reply_short_code(const char *text, size_t length, char code[9], size_t *taken)
{
    struct shape s = {0};
    size_t at = skip_gap(text, length);
    char found[9] = {0};
    uint32_t cp;

    for (int i = 0; i < 8;) {
        size_t n = text_next(text + at, length - at, &cp);
        uint32_t plain = narrow(cp);

        if (n == 0)
            return false;
        at += n;
        if (i == 4 && !s.dash && !s.blank &&
            (plain == '-' || cp == ' ' || cp == 0x3000)) {
            s.dash = plain == '-';
            s.blank = !s.dash;
            continue;
        }
        found[i] = symbol(plain);
        if (found[i] == '\0')
            return false;
        s.lower = s.lower || (plain >= 'a' && plain <= 'z');
        if (is_digit(plain))
            s.digits[i / 4]++;
        else
            s.letters[i / 4]++;
        i++;
    }
    if (!ends_there(text + at, length - at))
        return false;
    if (!is_code(&s))
        return false;
    memcpy(code, found, sizeof(found));
    *taken = at + skip_gap(text + at, length - at);
    return true;
}
