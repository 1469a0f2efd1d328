/*
 * assess_case.c — see assess_case.h.
 */
#include "domain/assess_case.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

const char assess_case_columns[] =
    "#case\tid\tdate\tdepartment\twindow\tclerk\tmatter\tkind\tratable\tpromised\ttaken\t"
    "channel\tdelay\tgrade\tattitude\tefficiency\tquality\tintegrity\texcluded";
const char assess_order_columns[] =
    "#order\tid\tcase\tdate\tdepartment\twindow\tclerk\tfix";

static const char *const channels[ASSESS_CHANNELS] = {"sms",  "ticket_qr", "ticket_sms",
                                                      "desk", "paper",     "phone_audit"};
static const char *const levels[ASSESS_LEVELS] = {"department", "window", "clerk",
                                                  "hall"};
static const char *const kinds[] = {
    [HALL_KIND_INSTANT] = "instant", [HALL_KIND_PROMISE] = "promise"};
static const char *const delays[ASSESS_DELAYS] = {"30min", "24h", "later"};
static const char *const fixes[] = {"missed", "kept"};

bool assess_channel_scored(int channel)
{
    return channel >= 0 && channel < 4;
}

const char *assess_channel_name(int channel)
{
    return channels[channel];
}

static int named(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

int assess_channel_read(const char *name)
{
    return named(channels, LENGTH(channels), name);
}

const char *assess_level_name(enum assess_level level)
{
    return levels[level];
}

enum assess_level assess_level_read(const char *name)
{
    int level = named(levels, LENGTH(levels), name);

    return level < 0 ? ASSESS_LEVELS : (enum assess_level)level;
}

/* == Writing ====================================================================== */

static void add_number(struct buf *out, int64_t number, bool there)
{
    if (there)
        buf_addf(out, "\t%" PRId64, number);
    else
        buf_add_text(out, "\t-");
}

static void add_word(struct buf *out, const char *word)
{
    buf_add_byte(out, '\t');
    buf_add_text(out, word);
}

void assess_case_write(const struct assess_case *c, struct buf *out)
{
    bool rated = c->channel >= 0;

    buf_addf(out, "case\t%" PRId64 "\t%d\t%s\t%s\t%s\t%s\t%s\t%d", c->id, c->date,
             c->department, c->window, c->clerk, c->matter, kinds[c->kind], c->ratable);
    add_number(out, c->promised, c->promised >= 0);
    add_number(out, c->taken, c->promised >= 0);
    add_word(out, rated ? channels[c->channel] : "-");
    add_word(out, rated ? delays[c->delay] : "-");
    add_number(out, c->grade, c->grade > 0);
    for (int i = 0; i < 4; i++)
        add_number(out, c->dims[i], c->dims[i] > 0);
    add_number(out, c->excluded, rated);
    buf_add_byte(out, '\n');
}

void assess_order_write(const struct assess_order *o, struct buf *out)
{
    buf_addf(out, "order\t%" PRId64 "\t%" PRId64 "\t%d\t%s\t%s\t%s\t%s\n", o->id,
             o->case_id, o->date, o->department, o->window, o->clerk, fixes[o->fixed]);
}

/* == Reading ====================================================================== */

/* Takes fields one after another; the first that is wrong is kept, and names itself. */
struct fields {
    char *rest; /* NULL behind the last */
    const char *wrong;
};

static char *take(struct fields *f, const char *column)
{
    char *field = f->rest, *tab;

    if (field == NULL || *field == '\0' || *field == '\t') {
        f->wrong = f->wrong == NULL ? column : f->wrong;
        return NULL;
    }
    tab = strchr(field, '\t');
    if (tab != NULL)
        *tab = '\0';
    f->rest = tab != NULL ? tab + 1 : NULL;
    return field;
}

/* A number of the range, or `none` for "-" where that is allowed (below `low`). */
static int64_t take_number(struct fields *f, const char *column, int64_t low,
                           int64_t high, int64_t none)
{
    char *field = take(f, column), *end;
    int64_t number;

    if (field == NULL)
        return none;
    if (strcmp(field, "-") == 0 && none < low)
        return none;
    errno = 0;
    number = strtoll(field, &end, 10);
    if (field[0] < '0' || field[0] > '9' || *end != '\0' || errno != 0 || number < low ||
        number > high) {
        f->wrong = f->wrong == NULL ? column : f->wrong;
        return none;
    }
    return number;
}

static void take_code(struct fields *f, const char *column, char out[HALL_CODE_SIZE])
{
    const char *field = take(f, column);

    out[0] = '\0';
    if (field == NULL)
        return;
    if (strlen(field) >= HALL_CODE_SIZE)
        f->wrong = f->wrong == NULL ? column : f->wrong;
    else
        memcpy(out, field, strlen(field) + 1);
}

/* The place of a word; -1 for "-" where `none` allows it. */
static int take_word(struct fields *f, const char *column, const char *const *words,
                     size_t count, bool none)
{
    const char *field = take(f, column);
    int at = field == NULL ? -1 : named(words, count, field);

    if (field != NULL && at < 0 && !(none && strcmp(field, "-") == 0))
        f->wrong = f->wrong == NULL ? column : f->wrong;
    return at;
}

static bool took_all(const struct fields *f, struct error *err)
{
    if (f->wrong == NULL && f->rest == NULL)
        return true;
    return error_set(err, ERROR_MALFORMED, "The field %s is not as it should be.",
                     f->wrong != NULL ? f->wrong : "behind the last");
}

static const char *const dim_names[4] = {"attitude", "efficiency", "quality",
                                         "integrity"};

bool assess_case_read(char *line, struct assess_case *out, struct error *err)
{
    struct fields f = {.rest = line};
    const char *word = take(&f, "case");

    *out = (struct assess_case){0};
    if (word == NULL || strcmp(word, "case") != 0)
        return error_set(err, ERROR_MALFORMED, "The line is none of a case.");
    out->id = take_number(&f, "id", 1, INT64_MAX, 0);
    out->date = (int)take_number(&f, "date", 10000101, 99991231, 10000101);
    take_code(&f, "department", out->department);
    take_code(&f, "window", out->window);
    take_code(&f, "clerk", out->clerk);
    take_code(&f, "matter", out->matter);
    out->kind = take_word(&f, "kind", kinds, LENGTH(kinds), false) == HALL_KIND_PROMISE
                    ? HALL_KIND_PROMISE
                    : HALL_KIND_INSTANT;
    out->ratable = take_number(&f, "ratable", 0, 1, 0) == 1;
    out->promised = (int)take_number(&f, "promised", 0, HALL_DAYS_MOST, -1);
    out->taken = (int)take_number(&f, "taken", 0, HALL_DAYS_MOST * 2, -1);
    out->channel = take_word(&f, "channel", channels, LENGTH(channels), true);
    out->delay = take_word(&f, "delay", delays, LENGTH(delays), true);
    out->grade = (int)take_number(&f, "grade", 1, 5, 0);
    for (int i = 0; i < 4; i++)
        out->dims[i] = (int)take_number(&f, dim_names[i], 1, 5, 0);
    out->excluded = take_number(&f, "excluded", 0, 1, -1) == 1;
    if (f.wrong == NULL && ((out->promised < 0) != (out->taken < 0) ||
                            (out->channel < 0) != (out->delay < 0)))
        f.wrong = (out->promised < 0) != (out->taken < 0) ? "taken" : "delay";
    return took_all(&f, err);
}

bool assess_order_read(char *line, struct assess_order *out, struct error *err)
{
    struct fields f = {.rest = line};
    const char *word = take(&f, "order");

    *out = (struct assess_order){0};
    if (word == NULL || strcmp(word, "order") != 0)
        return error_set(err, ERROR_MALFORMED, "The line is none of a work order.");
    out->id = take_number(&f, "id", 1, INT64_MAX, 0);
    out->case_id = take_number(&f, "case", 1, INT64_MAX, 0);
    out->date = (int)take_number(&f, "date", 10000101, 99991231, 10000101);
    take_code(&f, "department", out->department);
    take_code(&f, "window", out->window);
    take_code(&f, "clerk", out->clerk);
    out->fixed = take_word(&f, "fix", fixes, LENGTH(fixes), false) == 1;
    return took_all(&f, err);
}

/* == Counting ===================================================================== */

static struct assess_unit *unit_of(struct assess_book *b, enum assess_level level,
                                   const char *department, const char *window,
                                   const char *clerk)
{
    const char *const codes[ASSESS_LEVELS] = {department, window, clerk, ""};
    struct assess_unit *u = assess_book_unit(b, codes[level]);

    if (level == ASSESS_DEPARTMENT || u->department[0] == '\0')
        memcpy(u->department, department, strlen(department) + 1);
    return u;
}

static void count(struct assess_count *c, bool is)
{
    c->n++;
    c->k += is;
}

static void count_rating(struct assess_unit *u, const struct assess_case *c)
{
    u->rated++;
    if (c->excluded) {
        u->excluded++;
        return;
    }
    u->grades[c->grade]++;
    if (!assess_channel_scored(c->channel))
        return;
    if (c->grade > 0) {
        count(&u->strata[assess_stratum(c->channel, c->delay, c->kind)], c->grade >= 3);
        count(&u->counts[MEASURE_GOOD], c->grade >= 3);
    }
    for (int i = 0; i < 4; i++)
        if (c->dims[i] > 0)
            count(&u->counts[MEASURE_ATTITUDE + i], c->dims[i] >= 3);
}

void assess_case_count(struct assess_book *b, enum assess_level level,
                       const struct assess_case *c)
{
    struct assess_unit *u = unit_of(b, level, c->department, c->window, c->clerk);

    u->closed++;
    u->ratable += c->ratable;
    if (c->promised >= 0)
        count(&u->counts[MEASURE_PROMISE], c->taken <= c->promised);
    if (c->channel >= 0)
        count_rating(u, c);
}

void assess_order_count(struct assess_book *b, enum assess_level level,
                        const struct assess_order *o)
{
    struct assess_unit *u = unit_of(b, level, o->department, o->window, o->clerk);

    count(&u->counts[MEASURE_RECTIFICATION], o->fixed);
}
