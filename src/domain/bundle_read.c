/*
 * bundle_read.c — reading a bundle, and working it out anew (see bundle.h).
 *
 * Lines come in the order of the stages; a line of a stage that is over, or of none, is
 * refused with its number. From `facts` on nothing is read any more, only compared.
 */
#include "domain/bundle.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    AT_TOP,
    AT_PROGRAM,
    AT_HALL,
    AT_YEAR,
    AT_MONTHS,
    AT_CUT,
    AT_SCHEME,
    AT_UNITS,
    AT_MARKS,
    AT_CASES,
    AT_ORDERS,
    AT_RESULTS
};

enum { FIELDS_MOST = 8, RESULTS_MOST = 256 * 1024 * 1024 };

void bundle_read_begin(struct bundle *b)
{
    *b = (struct bundle){.digest = crypt_digest_new(), .expected = buf_new(RESULTS_MOST)};
}

static bool wrong(const struct bundle *b, const char *why, struct error *err)
{
    return error_set(err, ERROR_MALFORMED, "Line %" PRId64 ": %s", b->line, why);
}

/* Parts a line at its tabs; 0 where there are more than `most`. */
static size_t part(char *line, char *fields[], size_t most)
{
    size_t count = 0;

    for (char *at = line; at != NULL; count++) {
        if (count == most)
            return 0;
        fields[count] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    return count;
}

static bool number(const char *text, int64_t low, int64_t high, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
           *out >= low && *out <= high;
}

static bool copied(const char *text, char *out, size_t size)
{
    size_t length = strlen(text);

    if (length == 0 || length >= size)
        return false;
    memcpy(out, text, length + 1);
    return true;
}

/* == The head ===================================================================== */

static bool head_fields(struct bundle *b, char *f[], size_t n)
{
    int64_t a, c;

    switch (b->stage) {
    case AT_TOP:
        return n == 2 && strcmp(f[0], "yiping-assessment") == 0 && strcmp(f[1], "1") == 0;
    case AT_PROGRAM:
        return n == 2 && strcmp(f[0], "program") == 0 &&
               copied(f[1], b->head.program, sizeof(b->head.program));
    case AT_HALL:
        return n == 4 && strcmp(f[0], "hall") == 0 &&
               copied(f[1], b->head.hall, sizeof(b->head.hall)) &&
               copied(f[2], b->head.hall_name, sizeof(b->head.hall_name)) &&
               copied(f[3], b->head.county, sizeof(b->head.county));
    case AT_YEAR:
        return n == 2 && strcmp(f[0], "year") == 0 && number(f[1], 1000, 9999, &a) &&
               (b->scheme.year = (int)a) > 0;
    case AT_MONTHS:
        if (n != 3 || strcmp(f[0], "months") != 0 || !number(f[1], 100001, 999912, &a) ||
            !number(f[2], a, 999912, &c))
            return false;
        b->head.from_month = (int)a;
        b->head.to_month = (int)c;
        return true;
    default:
        return n == 2 && strcmp(f[0], "cut") == 0 &&
               number(f[1], 0, INT64_MAX, &b->head.cut_ms);
    }
}

static bool read_scheme(struct bundle *b, const char *line, struct error *err)
{
    int year = b->scheme.year;
    struct error why = {0};

    if (strncmp(line, "scheme\t", 7) != 0)
        return wrong(b, "here the scheme is expected.", err);
    if (!scheme_read(line + 7, strlen(line + 7), &b->scheme, &why)) {
        wrong(b, why.text, err);
        return false;
    }
    return b->scheme.year == year || wrong(b, "the scheme is of another year.", err);
}

/* == Facts ======================================================================== */

static bool read_unit(struct bundle *b, char *line, struct error *err)
{
    char *f[FIELDS_MOST];
    struct assess_unit *u;

    if (part(line, f, FIELDS_MOST) != 3 || f[1][0] == '\0' ||
        strlen(f[1]) >= HALL_CODE_SIZE || assess_book_find(&b->book, f[1]) != NULL)
        return wrong(b, "this is no department, or it stands here twice.", err);
    u = assess_book_unit(&b->book, f[1]);
    memcpy(u->department, u->code, sizeof(u->department));
    snprintf(u->name, sizeof(u->name), "%.*s", (int)sizeof(u->name) - 1, f[2]);
    return true;
}

/* "95.2381" as 952381. */
static bool score_of(const char *text, int32_t *out)
{
    int64_t whole = 0, digits = 0;

    for (; *text >= '0' && *text <= '9' && whole <= 100; text++, digits++)
        whole = whole * 10 + (*text - '0');
    if (digits == 0 || *text++ != '.')
        return false;
    for (digits = 0; *text >= '0' && *text <= '9' && digits < 4; text++, digits++)
        whole = whole * 10 + (*text - '0');
    *out = (int32_t)whole;
    return digits == 4 && *text == '\0' && whole <= ASSESS_FULL;
}

static bool read_mark(struct bundle *b, char *line, struct error *err)
{
    char *f[FIELDS_MOST];
    const struct assess_unit *u;
    size_t at = 0;
    int32_t score;

    if (part(line, f, FIELDS_MOST) != 5)
        return wrong(b, "a mark has five fields.", err);
    while (at < b->scheme.part_count && strcmp(b->scheme.parts[at].code, f[1]) != 0)
        at++;
    u = assess_book_find(&b->book, f[2]);
    if (at == b->scheme.part_count || measure_counted(b->scheme.parts[at].measure) ||
        u == NULL || u->marks[at] != ASSESS_NONE || !score_of(f[3], &score))
        return wrong(b,
                     "this mark is of no part or department of the scheme, stands here "
                     "twice, or is no score.",
                     err);
    assess_book_unit(&b->book, f[2])->marks[at] = score;
    return true;
}

static bool read_case(struct bundle *b, char *line, struct error *err)
{
    struct error why = {0};
    struct assess_case c;

    if (!assess_case_read(line, &c, &why))
        return wrong(b, why.text, err);
    assess_case_count(&b->book, ASSESS_DEPARTMENT, &c);
    b->cases++;
    return true;
}

static bool read_order(struct bundle *b, char *line, struct error *err)
{
    struct error why = {0};
    struct assess_order o;

    if (!assess_order_read(line, &o, &why))
        return wrong(b, why.text, err);
    assess_order_count(&b->book, ASSESS_DEPARTMENT, &o);
    b->orders++;
    return true;
}

static const struct {
    const char *word;
    int stage;
    bool (*read)(struct bundle *b, char *line, struct error *err);
} facts[] = {
    {"case\t", AT_CASES, read_case},
    {"order\t", AT_ORDERS, read_order},
    {"mark\t", AT_MARKS, read_mark},
    {"unit\t", AT_UNITS, read_unit},
};

static bool read_fact(struct bundle *b, char *line, struct error *err)
{
    if (line[0] == '#')
        return true;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        if (strncmp(line, facts[i].word, strlen(facts[i].word)) == 0) {
            if (b->stage > facts[i].stage)
                return wrong(b, "this line comes too late in its file.", err);
            b->stage = facts[i].stage;
            return facts[i].read(b, line, err);
        }
    return wrong(b, "nobody knows such a line.", err);
}

/* == Results ====================================================================== */

/* The same line, or the first that is another is noted. */
static void compare(struct bundle *b, const char *line, size_t length)
{
    const char *want = buf_text(&b->expected) + b->matched;
    size_t wanted = strcspn(want, "\n");

    if (b->differs != 0)
        return;
    if (b->matched < b->expected.length && wanted == length &&
        memcmp(want, line, length) == 0) {
        b->matched += length + 1;
        return;
    }
    b->differs = b->line;
    snprintf(b->wanted, sizeof(b->wanted), "%.*s", (int)(wanted < 190 ? wanted : 190),
             want);
}

static bool end_facts(struct bundle *b, const char *line, size_t length,
                      const struct standing_progress *progress, struct error *err)
{
    if (b->stage < AT_UNITS || strlen(line) != length)
        return wrong(b, "the facts end before they began.", err);
    b->stage = AT_RESULTS;
    bundle_end(b, progress, &b->expected);
    if (b->expected.overflowed)
        return wrong(b, "there are more departments than can be compared.", err);
    if (strcmp(line + strlen("facts\t"), b->facts) != 0)
        return error_set(err, ERROR_BROKEN,
                         "The facts above line %" PRId64
                         " are not those that were frozen: their SHA-256 is %s.",
                         b->line, b->facts);
    compare(b, line, length);
    return true;
}

bool bundle_read_line(struct bundle *b, char *line, size_t length,
                      const struct standing_progress *progress, struct error *err)
{
    char *f[FIELDS_MOST];

    b->line++;
    if (b->stage == AT_RESULTS) {
        compare(b, line, length);
        return true;
    }
    if (strncmp(line, "facts\t", 6) == 0)
        return end_facts(b, line, length, progress, err);
    crypt_digest_add(&b->digest, line, length);
    crypt_digest_add(&b->digest, "\n", 1);
    if (strlen(line) != length)
        return wrong(b, "there is a NUL in it.", err);
    if (b->stage >= AT_UNITS)
        return read_fact(b, line, err);
    if (b->stage == AT_SCHEME ? !read_scheme(b, line, err)
                              : !head_fields(b, f, part(line, f, FIELDS_MOST)))
        return err->kind != ERROR_NONE
                   ? false
                   : wrong(b, "this is not the head of an assessment.", err);
    b->stage++;
    return true;
}

bool bundle_read_end(struct bundle *b, struct error *err)
{
    if (b->stage != AT_RESULTS)
        return error_set(err, ERROR_MALFORMED,
                         "The file ends in line %" PRId64 ", before its results.",
                         b->line);
    if (b->differs == 0 && b->matched != b->expected.length)
        return error_set(
            err, ERROR_MALFORMED,
            "The file ends in line %" PRId64 ", in the middle of its results.", b->line);
    return true;
}
