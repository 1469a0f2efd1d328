/*
 * review_query.c — see review_query.h.
 */
#include "web/review_query.h"

#include <string.h>

#include "web/ask.h"

const char *const review_channels[] = {"sms",  "ticket_qr", "ticket_sms",
                                       "desk", "paper",     "phone_audit"};
const size_t review_channel_count = LENGTH(review_channels);

static bool read_number(const struct exchange *x, const char *name, int most, int *out,
                        struct error *err)
{
    const char *text = ask_text(x, name);
    int64_t number;

    if (text == NULL)
        return true;
    if (!id_parse(text, &number) || number > most)
        return error_field(err, name, "The field %s must be a number from 1 to %d.", name,
                           most);
    *out = (int)number;
    return true;
}

bool review_channel_read(const struct exchange *x, const char **out, struct error *err)
{
    const char *text = ask_text(x, "channel");

    *out = NULL;
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
    const char *cursor = ask_text(x, "cursor");
    const char *q = ask_text(x, "q"), *sort = ask_text(x, "sort");
    struct list_fault fault;

    *out = (struct review_filter){
        .department = ask_text(x, "department"),
        .window = ask_text(x, "window"),
        .matter = ask_text(x, "matter"),
        .clerk = ask_text(x, "clerk"),
        .limit = REVIEW_LIMIT,
    };
    if (!read_number(x, "grade", 5, &out->grade, err) ||
        !review_channel_read(x, &out->channel, err) ||
        !ask_day(x, "from", &out->from, err) || !ask_day(x, "to", &out->to, err) ||
        !ask_day(x, "closed_from", &out->closed_from, err) ||
        !ask_day(x, "closed_to", &out->closed_to, err) ||
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
