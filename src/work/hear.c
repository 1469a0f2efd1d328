/*
 * hear.c — see hear.h. Whether a reply is bare is asked of its normal form: digits alone
 * or with 分 behind, so that words after a rating stay words; or a grade of any kind
 * after 改, which says itself that it corrects (改1，后来又被刁难).
 */
#include "work/hear.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/reply.h"

/* A grade of one character is a numeral (五), not a word. */
enum { WORD_BYTES = 3 };

/* The next character that is neither blank nor punctuation; 0 at the end. */
static uint32_t next_said(const char **at, const char *end)
{
    uint32_t cp;
    size_t bytes;

    while ((bytes = text_next(*at, (size_t)(end - *at), &cp)) > 0) {
        enum text_class class = text_classify(cp);

        *at += bytes;
        if (class != TEXT_SPACE && class != TEXT_PUNCT)
            return cp;
    }
    return 0;
}

/* Counts the digits of a text that holds nothing but digits; 0 where it holds more. */
static int only_digits(const char *text, size_t length, bool *zero)
{
    const uint32_t change = 0x6539, become = 0x6210, instead = 0x4e3a, points = 0x5206;
    const char *at = text, *end = text + length;
    uint32_t cp = next_said(&at, end);
    int digits = 0;

    *zero = true;
    if (cp == change) {
        cp = next_said(&at, end);
        if (cp == become || cp == instead)
            cp = next_said(&at, end);
    }
    for (; cp >= '0' && cp <= '9'; cp = next_said(&at, end)) {
        *zero &= cp == '0';
        digits++;
    }
    if (cp == points && digits > 0)
        cp = next_said(&at, end);
    return cp == 0 ? digits : 0;
}

/* 为, also as it stands in traditional texts. */
static bool is_become(uint32_t cp)
{
    return cp == 0x4e3a || cp == 0x70ba || cp == 0x7232 || cp == 0x6210;
}

static bool is_numeral(uint32_t cp)
{
    static const uint32_t numerals[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x4e24};

    for (size_t i = 0; i < LENGTH(numerals); i++)
        if (numerals[i] == cp)
            return true;
    return cp >= '0' && cp <= '9';
}

/*
 * 改2, 我要改成满意, 更正：4. After 改 alone a number must follow, for 改进 and 改天 say
 * something else; what 改成 leads in may be a phrase.
 */
static bool is_correction(const char *text, size_t length)
{
    const uint32_t change = 0x6539, me = 0x6211, want = 0x8981, right = 0x6b63,
                   more = 0x66f4, mend = 0x4fee, grade = 0x8bc4;
    const char *at = text, *end = text + length;
    uint32_t cp = next_said(&at, end);

    if (cp == me)
        cp = next_said(&at, end);
    if (cp == want)
        cp = next_said(&at, end);
    if (cp == more || cp == mend) { /* 更改, 更正, 修改 */
        cp = next_said(&at, end);
        if (cp != change && cp != right)
            return false;
    } else if (cp != change) {
        return false;
    }
    cp = next_said(&at, end);
    if (is_become(cp))
        return true;
    if (cp == grade)
        cp = next_said(&at, end);
    return is_numeral(cp);
}

/*
 * Whether a normal text holds a number in any dress: digits, stars, or a Chinese numeral
 * with 分 or 星 (十分满意 is no number). Then its grade is not one in words.
 */
static bool has_number(const char *text, size_t length)
{
    const uint32_t ten = 0x5341, points = 0x5206, star = 0x661f, first = 0x2605,
                   second = 0x2b50;
    const char *at = text, *end = text + length;
    uint32_t cp, before = 0;

    while ((cp = next_said(&at, end)) != 0) {
        if ((cp >= '0' && cp <= '9') || cp == first || cp == second || cp == star ||
            (cp == points && before != ten))
            return true;
        before = cp;
    }
    return false;
}

static enum heard_verdict verdict_of(int grade)
{
    if (grade >= 4)
        return HEARD_SATISFIED;
    return grade == 3 ? HEARD_BASICALLY_SATISFIED : HEARD_NOT_SATISFIED;
}

/* The words of the question, as people give them back. */
static const struct {
    const char *words;
    enum heard_promise means;
} attested[] = {
    {"属实", HEARD_PROMISE_TRUE},         {"收到了", HEARD_PROMISE_TRUE},
    {"已收到", HEARD_PROMISE_TRUE},       {"拿到了", HEARD_PROMISE_TRUE},
    {"已拿到", HEARD_PROMISE_TRUE},       {"true", HEARD_PROMISE_TRUE},
    {"不属实", HEARD_PROMISE_DENIED},     {"没收到", HEARD_PROMISE_DENIED},
    {"未收到", HEARD_PROMISE_DENIED},     {"没拿到", HEARD_PROMISE_DENIED},
    {"未拿到", HEARD_PROMISE_DENIED},     {"没拿到证", HEARD_PROMISE_DENIED},
    {"没拿到结果", HEARD_PROMISE_DENIED}, {"notreceived", HEARD_PROMISE_DENIED},
};

/*
 * What a normal text says of a recorded end: 1 or 2 alone, the words alone, or both where
 * they agree. Anything more is no answer, for a 2 in other words is something else; and
 * who asks back does not say.
 */
static enum heard_promise attest(const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    struct buf said = buf_new(64);
    enum heard_promise digit = HEARD_NO_PROMISE, means = HEARD_NO_PROMISE;
    bool asks = memchr(text, '?', length) != NULL;
    uint32_t cp = asks ? 0 : next_said(&at, end);

    if (cp == '1' || cp == '2') {
        digit = cp == '1' ? HEARD_PROMISE_TRUE : HEARD_PROMISE_DENIED;
        cp = next_said(&at, end);
    }
    means = cp == 0 ? digit : HEARD_NO_PROMISE;
    for (; cp != 0; cp = next_said(&at, end))
        text_add(&said, cp);
    for (size_t i = 0; i < LENGTH(attested) && !said.overflowed; i++)
        if (said.length > 0 && strcmp(buf_text(&said), attested[i].words) == 0 &&
            (digit == HEARD_NO_PROMISE || digit == attested[i].means))
            means = attested[i].means;
    buf_free(&said);
    return means;
}

static void weigh(const char *text, size_t length, const struct reply_reading *reading,
                  struct heard *out)
{
    int grade = reading->grade;
    bool graded = grade != 0 || reading->outcome == REPLY_DIMS;
    struct buf plain = buf_new(length * 18 + 64);
    bool zero;

    if (text_normalise(text, length, &plain)) {
        int digits = only_digits(buf_text(&plain), plain.length, &zero);

        out->bare =
            digits > 0 || (graded && is_correction(buf_text(&plain), plain.length));
        out->zero = digits > 0 && zero;
        out->promise = attest(buf_text(&plain), plain.length);
        if (grade != 0 && !has_number(buf_text(&plain), plain.length) &&
            strlen(buf_text(&plain)) > WORD_BYTES)
            out->verdict = verdict_of(grade);
    }
    buf_free(&plain);
}

static bool is_low(int grade)
{
    return grade == 1 || grade == 2;
}

static void take_dims(const struct reply_reading *reading, struct hearing *out)
{
    out->heard.kind = HEARD_DIMS;
    memcpy(out->dims, reading->dims, sizeof(out->dims));
    for (int i = 0; i < 4; i++)
        out->heard.low |= is_low(reading->dims[i]);
    snprintf(out->outcome, sizeof(out->outcome), "dims=%u%u%u%u",
             (unsigned)reading->dims[0] % 10, (unsigned)reading->dims[1] % 10,
             (unsigned)reading->dims[2] % 10, (unsigned)reading->dims[3] % 10);
}

static void call(struct hearing *out, enum heard_kind kind, const char *outcome)
{
    out->heard.kind = kind;
    snprintf(out->outcome, sizeof(out->outcome), "%s", outcome);
}

void hear(const char *text, size_t length, bool four, struct hearing *out)
{
    struct reply_reading reading;

    *out = (struct hearing){0};
    reply_read(text, length, four ? REPLY_FOUR : REPLY_OVERALL, &reading);
    weigh(text, length, &reading, &out->heard);
    out->heard.comment = reading.comment;
    switch (reading.outcome) {
    case REPLY_GRADE:
        out->heard.kind = HEARD_GRADE;
        out->grade = reading.grade;
        out->heard.low = is_low(reading.grade);
        snprintf(out->outcome, sizeof(out->outcome), "%d", reading.grade);
        break;
    case REPLY_DIMS:
        take_dims(&reading, out);
        break;
    case REPLY_OPTOUT:
        call(out, HEARD_OPTOUT, "optout");
        break;
    case REPLY_NOTME:
        call(out, HEARD_NOTME, "notme");
        break;
    case REPLY_UNCLEAR:
        call(out, HEARD_UNCLEAR, "unclear");
        break;
    }
}

const char *hear_trouble_name(enum hear_trouble trouble)
{
    static const char *const names[] = {
        [HEAR_WELL] = "", [HEAR_GARBLED] = "garbled", [HEAR_INCOMPLETE] = "incomplete"};

    return names[trouble];
}

void hear_damaged(const char *text, size_t length, enum hear_trouble trouble,
                  struct hearing *out)
{
    bool said;

    hear(text, length, false, out);
    said = trouble == HEAR_INCOMPLETE &&
           (out->heard.comment || out->heard.kind != HEARD_UNCLEAR);
    *out = (struct hearing){0};
    call(out, HEARD_UNCLEAR, "unclear");
    out->heard.comment = said;
    out->heard.garbled = trouble == HEAR_GARBLED;
}
