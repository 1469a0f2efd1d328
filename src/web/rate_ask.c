/*
 * rate_ask.c — see rate_ask.h.
 */
#include "web/rate_ask.h"

#include <string.h>

#include "base/day.h"
#include "web/ask.h"
#include "web/review_query.h"

enum { LEAST_TOLD = 5 };

static int32_t number_of(int date)
{
    return day_number(date / 10000, date / 100 % 100, date % 100);
}

void rate_day_text(int date, char out[11])
{
    day_text(number_of(date), out);
}

static bool read_by(const struct exchange *x, enum rate_by *out, struct error *err)
{
    const char *text = ask_text(x, "by");

    *out = text != NULL ? rate_by_read(text) : RATE_BY_DEPARTMENT;
    return *out != RATE_BYS ||
           error_field(err, "by",
                       "The field by must be hall, county, department, window, matter, "
                       "clerk, day, month, quarter or year.");
}

static bool check_period(const struct rate_query *q, struct error *err)
{
    if (q->from > q->to)
        return error_field(err, "to", "The last day lies before the first.");
    if (q->by == RATE_BY_DAY && number_of(q->to) - number_of(q->from) >= RATE_DAYS_MOST)
        return error_field(err, "from", "By day %d days at the most, else by month.",
                           RATE_DAYS_MOST);
    return true;
}

bool rate_ask(const struct exchange *x, const struct hall_frame *frame, int64_t now_ms,
              struct rate_query *out, struct error *err)
{
    int today = hall_local_date(frame, now_ms);

    *out = (struct rate_query){.from = 0,
                               .to = today,
                               .department = ask_text(x, "department"),
                               .window = ask_text(x, "window"),
                               .matter = ask_text(x, "matter"),
                               .clerk = ask_text(x, "clerk"),
                               .now_ms = now_ms};
    if (!read_by(x, &out->by, err) || !review_channel_read(x, &out->channel, err) ||
        !ask_day(x, "from", &out->from, err) || !ask_day(x, "to", &out->to, err))
        return false;
    if (out->from == 0)
        out->from = out->to / 100 * 100 + 1;
    return check_period(out, err);
}

void rate_confine(const struct access_view *view, const struct caller *who,
                  struct rate_query *q)
{
    if (view->scope == ACCESS_DEPARTMENT)
        q->own_department = who->place;
    else if (view->scope != ACCESS_HALL)
        q->own_window = who->place;
}

int rate_least(const struct access_view *view)
{
    return view->scope == ACCESS_HALL ? 0 : LEAST_TOLD;
}
