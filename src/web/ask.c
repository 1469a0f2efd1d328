/*
 * ask.c — see ask.h.
 */
#include "web/ask.h"

#include "base/day.h"

const char *ask_text(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

bool ask_day(const struct exchange *x, const char *name, int *out, struct error *err)
{
    const char *text = ask_text(x, name);
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
