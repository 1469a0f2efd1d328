/*
 * list_query.c — see list_query.h.
 */
#include "domain/list_query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/day.h"

static const char *const names[LIST_QUALIFIERS] = {
    [LIST_GRADE] = "grade",     [LIST_DEPT] = "dept",   [LIST_WINDOW] = "window",
    [LIST_MATTER] = "matter",   [LIST_CLERK] = "clerk", [LIST_TAG] = "tag",
    [LIST_CHANNEL] = "channel", [LIST_PROOF] = "proof", [LIST_STATE] = "state",
    [LIST_OWNER] = "owner",     [LIST_IS] = "is",       [LIST_HAS] = "has",
    [LIST_BEFORE] = "before",   [LIST_AFTER] = "after",
};

#define DAYS (LIST_BIT(LIST_BEFORE) | LIST_BIT(LIST_AFTER))
#define RATED                                                                            \
    (LIST_BIT(LIST_GRADE) | LIST_BIT(LIST_TAG) | LIST_BIT(LIST_CHANNEL) |                \
     LIST_BIT(LIST_PROOF) | LIST_BIT(LIST_IS) | LIST_BIT(LIST_HAS))

const struct list_kind list_ratings = {
    .name = "ratings",
    .qualifiers = LIST_PLACES | RATED | DAYS | LIST_BIT(LIST_CLERK),
    .states = "",
    .is = "late praise corrected",
    .has = "comment contact order",
};
const struct list_kind list_cases = {
    .name = "cases",
    .qualifiers = LIST_PLACES | DAYS | LIST_BIT(LIST_STATE),
    .states = "send delayed asked_together capped opted_out no_phone excluded REFUSED "
              "UNDELIVERED EXPIRED UNKNOWN NO_REPORT",
    .is = "",
    .has = "",
};
const struct list_kind list_unlinked = {
    .name = "unlinked",
    .qualifiers = DAYS | LIST_BIT(LIST_STATE) | LIST_BIT(LIST_HAS),
    .states = "unlinked asked_back late",
    .is = "",
    .has = "case",
};
const struct list_kind list_reviews = {
    .name = "reviews",
    .qualifiers =
        LIST_PLACES | RATED | DAYS | LIST_BIT(LIST_STATE) | LIST_BIT(LIST_OWNER),
    .states = "open contacted fixing fixing_long explained fed_back supervised closed",
    .is = "overdue late praise",
    .has = "comment contact",
};

static const char channels[] = "sms ticket_qr ticket_sms desk paper phone_audit";
static const char proofs[] = "P1 P2 P3 P4 P5";
static const char owners[] = "me none";
static const char grades[] = "1 2 3 4 5 four";

const char *list_qualifier_name(enum list_qualifier qualifier)
{
    return names[qualifier];
}

const char *list_words(const struct list_kind *kind, enum list_qualifier qualifier)
{
    switch (qualifier) {
    case LIST_GRADE:
        return grades;
    case LIST_CHANNEL:
        return channels;
    case LIST_PROOF:
        return proofs;
    case LIST_STATE:
        return kind->states;
    case LIST_OWNER:
        return owners;
    case LIST_IS:
        return kind->is;
    case LIST_HAS:
        return kind->has;
    default:
        return "";
    }
}

/* The word among those of `words`, as it is written there; its length in *length. */
static const char *word_find(const char *words, const char *word, size_t *length)
{
    size_t wanted = strlen(word);

    while (wanted > 0 && *words != '\0') {
        *length = strcspn(words, " ");
        if (*length == wanted && strncasecmp(words, word, wanted) == 0)
            return words;
        words += *length + strspn(words + *length, " ");
    }
    return NULL;
}

/* ---- reading ---- */

/* What a person may have typed in its place: full-width signs and curly quotes. */
static size_t sign(const char *p, char *out)
{
    static const struct {
        const char *utf8;
        char means;
    } signs[] = {{"：", ':'}, {"，", ','}, {"“", '"'}, {"”", '"'},
                 {"　", ' '}, {"－", '-'}, {"、", ','}};

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (strncmp(p, signs[i].utf8, strlen(signs[i].utf8)) == 0) {
            *out = signs[i].means;
            return strlen(signs[i].utf8);
        }
    *out = isspace((unsigned char)*p) ? ' ' : *p;
    return *p != '\0';
}

static bool fail(struct list_fault *fault, enum list_trouble trouble,
                 enum list_qualifier qualifier, const char *text, size_t length)
{
    *fault = (struct list_fault){.trouble = trouble, .qualifier = qualifier};
    while (length >= sizeof(fault->text)) /* never half a character */
        for (length--; ((unsigned char)text[length] & 0xc0) == 0x80;)
            length--;
    memcpy(fault->text, text, length);
    return false;
}

/* One value, up to a comma or blank outside of quotes. */
static bool read_value(const char **at, char out[LIST_VALUE], struct list_fault *fault,
                       enum list_qualifier qualifier)
{
    const char *begin = *at, *p = begin;
    bool quoted = false;
    size_t used = 0;
    char means;

    for (size_t n; *p != '\0'; p += n) {
        n = sign(p, &means);
        if (means == '"') {
            char after;
            size_t m = sign(p + n, &after);

            if (quoted && m > 0 && after == '"')
                n += m; /* "" is one */
            else {
                quoted = !quoted;
                continue;
            }
        } else if (!quoted && (means == ',' || means == ' ')) {
            break;
        }
        if (used + n >= LIST_VALUE)
            return fail(fault, LIST_TOO_MUCH, qualifier, begin, (size_t)(p - begin));
        if (means == '"')
            out[used++] = '"';
        else {
            memcpy(out + used, p, n);
            used += n;
        }
    }
    if (quoted)
        return fail(fault, LIST_UNCLOSED, qualifier, begin, (size_t)(p - begin));
    out[used] = '\0';
    *at = p;
    return used > 0 || fail(fault, LIST_NO_VALUE, qualifier, begin, (size_t)(p - begin));
}

static bool read_day(struct list_part *part)
{
    int year, month, day;
    int32_t number;

    if (part->count != 1 || !day_parse(part->values[0], &number))
        return false;
    day_civil(number, &year, &month, &day);
    part->date = year * 10000 + month * 100 + day;
    return true;
}

/* May this qualifier have this value here? Words are taken as the list writes them. */
static bool value_fits(const struct list_kind *kind, const struct list_part *part,
                       char value[LIST_VALUE])
{
    const char *words = list_words(kind, part->qualifier), *word;
    size_t length;

    if (part->qualifier == LIST_TAG)
        return strlen(value) == 3 && strspn(value, "0123456789") == 3;
    if (words[0] == '\0')
        return true;
    word = word_find(words, value, &length);
    if (word != NULL)
        memcpy(value, word, length);
    return word != NULL;
}

static bool read_values(const char **at, const struct list_kind *kind,
                        struct list_part *part, struct list_fault *fault)
{
    char means = ',';

    for (size_t n = 0; means == ',';) {
        char *value = part->values[part->count];

        *at += n;
        if (part->count == LIST_VALUES)
            return fail(fault, LIST_TOO_MUCH, part->qualifier, *at, strlen(*at));
        if (!read_value(at, value, fault, part->qualifier))
            return false;
        part->count++;
        if (!value_fits(kind, part, value))
            return fail(fault, LIST_BAD_VALUE, part->qualifier, value, strlen(value));
        n = sign(*at, &means);
        if (n == 0)
            break;
    }
    if ((LIST_BIT(part->qualifier) & DAYS) != 0 && !read_day(part))
        return fail(fault, LIST_BAD_VALUE, part->qualifier, part->values[0],
                    strlen(part->values[0]));
    return true;
}

/* "-has:" and what follows. */
static bool read_part(const char **at, const struct list_kind *kind,
                      struct list_part *part, struct list_fault *fault)
{
    const char *begin = *at, *name, *p;
    char means;
    size_t n = sign(begin, &means), length;

    part->negated = means == '-';
    name = p = begin + (part->negated ? n : 0);
    while ((n = sign(p, &means)) > 0 && means != ':' && means != ' ')
        p += n;
    length = (size_t)(p - name);
    if (means != ':' || n == 0)
        return fail(fault, LIST_WORD, LIST_GRADE, begin, (size_t)(p - begin));
    for (int q = 0; q < LIST_QUALIFIERS; q++)
        if ((kind->qualifiers & LIST_BIT(q)) != 0 && strlen(names[q]) == length &&
            strncasecmp(names[q], name, length) == 0) {
            part->qualifier = (enum list_qualifier)q;
            *at = p + n;
            return read_values(at, kind, part, fault);
        }
    return fail(fault, LIST_UNKNOWN, LIST_GRADE, name, length);
}

bool list_query_parse(const char *typed, const struct list_kind *kind,
                      struct list_query *out, struct list_fault *fault)
{
    const char *p = typed;
    char means;

    *out = (struct list_query){0};
    *fault = (struct list_fault){0};
    if (strlen(typed) >= LIST_TYPED)
        return fail(fault, LIST_TOO_MUCH, LIST_GRADE, typed, 60);
    for (size_t n; (n = sign(p, &means)) > 0;) {
        if (means == ' ') {
            p += n;
            continue;
        }
        if (out->count == LIST_PARTS) {
            out->count = 0;
            return fail(fault, LIST_TOO_MUCH, LIST_GRADE, p, strlen(p));
        }
        memset(&out->parts[out->count], 0, sizeof(out->parts[0]));
        if (!read_part(&p, kind, &out->parts[out->count], fault)) {
            out->count = 0;
            return false;
        }
        out->count++;
    }
    return true;
}

/* ---- writing ---- */

static void value_text(const char *value, struct buf *out)
{
    bool plain = true;
    char means;
    size_t n;

    for (const char *p = value; (n = sign(p, &means)) > 0; p += n)
        plain = plain && means != '"' && means != ',' && means != ' ';
    if (plain) {
        buf_add_text(out, value);
        return;
    }
    buf_add_text(out, "\"");
    for (const char *p = value; (n = sign(p, &means)) > 0; p += n) {
        if (means == '"')
            buf_add_text(out, "\"");
        buf_add(out, p, n);
    }
    buf_add_text(out, "\"");
}

void list_part_text(const struct list_part *part, struct buf *out)
{
    if (part->negated)
        buf_add_text(out, "-");
    buf_add_text(out, names[part->qualifier]);
    for (int i = 0; i < part->count; i++) {
        buf_add_text(out, i == 0 ? ":" : ",");
        value_text(part->values[i], out);
    }
}

void list_query_text(const struct list_query *query, struct buf *out)
{
    for (int i = 0; i < query->count; i++) {
        if (i > 0)
            buf_add_text(out, " ");
        list_part_text(&query->parts[i], out);
    }
}

/* ---- facets ---- */

static int value_at(const struct list_part *part, const char *value)
{
    for (int i = 0; i < part->count; i++)
        if (strcasecmp(part->values[i], value) == 0)
            return i;
    return -1;
}

static struct list_part *part_of(struct list_query *query, enum list_qualifier qualifier)
{
    for (int i = 0; i < query->count; i++)
        if (query->parts[i].qualifier == qualifier && !query->parts[i].negated)
            return &query->parts[i];
    return NULL;
}

bool list_query_has(const struct list_query *query, enum list_qualifier qualifier,
                    const char *value)
{
    const struct list_part *part = part_of((struct list_query *)query, qualifier);

    return part != NULL && value_at(part, value) >= 0;
}

static void part_remove(struct list_query *query, struct list_part *part)
{
    struct list_part *end = &query->parts[--query->count];

    memmove(part, part + 1, (size_t)(end - part) * sizeof(*part));
}

static void value_remove(struct list_part *part, int at)
{
    part->count--;
    memmove(part->values[at], part->values[at + 1],
            (size_t)(part->count - at) * sizeof(part->values[0]));
}

void list_query_toggle(struct list_query *query, enum list_qualifier qualifier,
                       const char *value)
{
    struct list_part *part = part_of(query, qualifier);
    int at = part != NULL ? value_at(part, value) : -1;

    if (strlen(value) >= LIST_VALUE)
        return;
    if (at >= 0 && part->count == 1)
        return part_remove(query, part);
    if (at >= 0)
        return value_remove(part, at);
    if (part == NULL && query->count < LIST_PARTS) {
        part = &query->parts[query->count++];
        *part = (struct list_part){.qualifier = qualifier};
    }
    if (part != NULL && part->count < LIST_VALUES)
        strcpy(part->values[part->count++], value);
}

/* ---- judging ---- */

/* A code, or how a name begins. */
static bool place_is(const char *code, const char *name, const char *value)
{
    return (code != NULL && strcasecmp(code, value) == 0) ||
           (name != NULL && strncasecmp(name, value, strlen(value)) == 0);
}

static bool among(const char *words, const char *word)
{
    size_t length;

    return words != NULL && word_find(words, word, &length) != NULL;
}

static bool tag_is(const char *tags, const char *value)
{
    for (const char *p = tags; p != NULL && *p != '\0';
         p += p[strcspn(p, ",")] == ',' ? strcspn(p, ",") + 1 : strcspn(p, ","))
        if (strncmp(p, value, 3) == 0)
            return true;
    return false;
}

static bool same(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

static bool value_holds(const struct list_part *part, const char *value,
                        const struct list_row *row)
{
    switch (part->qualifier) {
    case LIST_GRADE:
        return row->grade == atoi(value); /* "four" is 0 */
    case LIST_DEPT:
        return place_is(row->department, row->department_name, value);
    case LIST_WINDOW:
        return place_is(row->window, row->window_name, value);
    case LIST_MATTER:
        return place_is(row->matter, row->matter_name, value);
    case LIST_CLERK:
        return place_is(row->clerk, row->clerk_name, value);
    case LIST_TAG:
        return tag_is(row->tags, value);
    case LIST_CHANNEL:
        return same(row->channel, value);
    case LIST_PROOF:
        return same(row->proof, value);
    case LIST_STATE:
        return same(row->state, value);
    case LIST_OWNER:
        return strcmp(value, "me") == 0 ? row->mine : !row->owned;
    case LIST_IS:
        return among(row->is, value);
    case LIST_HAS:
        return among(row->has, value);
    case LIST_BEFORE:
        return row->date < part->date;
    default:
        return row->date > part->date;
    }
}

bool list_query_passes(const struct list_query *query, const struct list_row *row,
                       unsigned which)
{
    for (int i = 0; i < query->count; i++) {
        const struct list_part *part = &query->parts[i];
        bool holds = false;

        if ((which & LIST_BIT(part->qualifier)) == 0)
            continue;
        for (int v = 0; v < part->count && !holds; v++)
            holds = value_holds(part, part->values[v], row);
        if (holds == part->negated)
            return false;
    }
    return true;
}
