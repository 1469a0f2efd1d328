/*
 * review_query.c — see review_query.h.
 */
#include "web/review_query.h"

#include <string.h>

#include "base/day.h"

const char *const review_channels[] = {"sms",  "ticket_qr", "ticket_sms",
                                       "desk", "paper",     "phone_audit"};
const size_t review_channel_count = LENGTH(review_channels);

/* The field's value, or NULL where it is absent or empty. */
static const char *field(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool read_day(const struct exchange *x, const char *name, int *out,
                     struct error *err)
{
    const char *text = field(x, name);
    int year, month, day;
    int32_t number;

    if (text == NULL)
        return true;
    if (!day_parse(text, &number))
        return error_field(err, name, "The field %s must be a day as in 2026-11-23.",
                           name);
    day_civil(number, &year, &month, &day);
    *out = year * 10000 + month * 100 + day;
    return true;
}

static bool read_number(const struct exchange *x, const char *name, int most, int *out,
                        struct error *err)
{
    const char *text = field(x, name);
    int64_t number;

    if (text == NULL)
        return true;
    if (!id_parse(text, &number) || number > most)
        return error_field(err, name, "The field %s must be a number from 1 to %d.", name,
                           most);
    *out = (int)number;
    return true;
}

static bool read_channel(const struct exchange *x, const char **out, struct error *err)
{
    const char *text = field(x, "channel");

    if (text == NULL)
        return true;
    for (size_t i = 0; i < review_channel_count; i++)
        if (strcmp(text, review_channels[i]) == 0)
            *out = review_channels[i];
    return *out != NULL ||
           error_field(err, "channel",
                       "The field channel must be sms, ticket_qr, ticket_sms, "
                       "desk, paper or phone_audit.");
}

bool review_query_read(const struct exchange *x, struct review_filter *out,
                       struct error *err)
{
    const char *cursor = field(x, "cursor");

    const char *q = field(x, "q"), *sort = field(x, "sort");
    struct list_fault fault;

    *out = (struct review_filter){
        .department = field(x, "department"),
        .window = field(x, "window"),
        .matter = field(x, "matter"),
        .clerk = field(x, "clerk"),
        .limit = REVIEW_LIMIT,
    };
    if (!read_number(x, "grade", 5, &out->grade, err) ||
        !read_channel(x, &out->channel, err) || !read_day(x, "from", &out->from, err) ||
        !read_day(x, "to", &out->to, err) ||
        !read_day(x, "closed_from", &out->closed_from, err) ||
        !read_day(x, "closed_to", &out->closed_to, err) ||
        !read_number(x, "limit", REVIEW_LIMIT_MOST, &out->limit, err))
        return false;
    if (q != NULL && !list_query_parse(q, &list_ratings, &out->query, &fault))
        return error_field(err, "q", "The field q cannot be read at \"%s\".", fault.text);
    out->sort = sort != NULL ? review_sort_read(sort) : REVIEW_NEWEST;
    if (out->sort == REVIEW_SORTS)
        return error_field(err, "sort",
                           "The field sort must be newest, oldest, worst or best.");
    return cursor == NULL || review_cursor_parse(cursor, &out->before) ||
           error_field(err, "cursor",
                       "The field cursor must be what `next` of the page before "
                       "said.");
}
