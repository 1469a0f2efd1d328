/*
 * case_traits.c — see case_traits.h.
 *
 * The packed number holds each field one greater than it is, so that 0 is "untold":
 * service in 5 bits, decided_at_window and came_again in 2 each, trips in the rest.
 */
#include "domain/case_traits.h"

#include <stdio.h>
#include <string.h>

enum { WINDOW_AT = 5, AGAIN_AT = 7, TRIPS_AT = 9 };

static const char *const services[SERVICES] = {
    [SERVICE_AGENT] = "agent",
    [SERVICE_APPOINTMENT] = "appointment",
    [SERVICE_EXTENDED] = "extended",
    [SERVICE_EARLY] = "early",
};

const char *const case_trait_fields[TRAIT_FIELDS] = {"service", "decided_at_window",
                                                     "trips", "came_again"};

const struct case_traits case_traits_untold = {TRAIT_UNTOLD, TRAIT_UNTOLD, TRAIT_UNTOLD,
                                               TRAIT_UNTOLD};

const char *service_name(enum service service)
{
    return services[service];
}

static bool add_service(struct case_traits *t, const char *word, size_t length,
                        struct error *err)
{
    for (int i = 0; i < SERVICES; i++)
        if (strlen(services[i]) == length && memcmp(services[i], word, length) == 0) {
            t->services |= 1 << i;
            return true;
        }
    return error_field(err, "service",
                       "A service is agent, appointment, extended or early.");
}

static int *flag_of(struct case_traits *t, const char *field)
{
    return strcmp(field, "came_again") == 0 ? &t->again : &t->window;
}

static bool set_trips(struct case_traits *t, int64_t trips, struct error *err)
{
    if (trips < 0 || trips > TRAIT_TRIPS_MOST)
        return error_field(err, "trips", "trips is a whole number, 0 to %d.",
                           TRAIT_TRIPS_MOST);
    t->trips = (int)trips;
    return true;
}

static bool services_json(struct case_traits *t, const json_t *list, struct error *err)
{
    const json_t *one;
    size_t i;

    if (!json_is_array(list))
        return error_field(err, "service",
                           "service is a list, as in [\"agent\", \"early\"].");
    t->services = 0;
    json_array_foreach(list, i, one)
    {
        if (!json_is_string(one))
            return error_field(err, "service", "Each service is a text.");
        if (!add_service(t, json_string_value(one), json_string_length(one), err))
            return false;
    }
    return true;
}

bool case_trait_json(struct case_traits *t, const char *field, const json_t *value,
                     struct error *err)
{
    if (value == NULL || json_is_null(value))
        return true;
    if (strcmp(field, "service") == 0)
        return services_json(t, value, err);
    if (strcmp(field, "trips") == 0)
        return set_trips(t, json_is_integer(value) ? json_integer_value(value) : -1, err);
    if (!json_is_boolean(value))
        return error_field(err, field, "%s is true or false.", field);
    *flag_of(t, field) = json_is_true(value);
    return true;
}

/* Words parted by blanks; "none" alone says that there was none. */
static bool services_text(struct case_traits *t, const char *text, struct error *err)
{
    t->services = 0;
    if (strcmp(text, "none") == 0)
        return true;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        if (length > 0 && !add_service(t, text, length, err))
            return false;
        text += length + strspn(text + length, " ");
    }
    return t->services != 0 ||
           error_field(err, "service", "Where there was no service, write none.");
}

static int64_t number_of(const char *text)
{
    int64_t number = 0;
    size_t length = strspn(text, "0123456789");

    if (length == 0 || length > 3 || text[length] != '\0')
        return -1;
    for (; *text != '\0'; text++)
        number = 10 * number + *text - '0';
    return number;
}

bool case_trait_text(struct case_traits *t, const char *field, const char *text,
                     struct error *err)
{
    if (strcmp(field, "service") == 0)
        return services_text(t, text, err);
    if (strcmp(field, "trips") == 0)
        return set_trips(t, number_of(text), err);
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return error_field(err, field, "%s is true or false.", field);
    *flag_of(t, field) = strcmp(text, "true") == 0;
    return true;
}

static bool take(int *to, int told)
{
    bool other = told != TRAIT_UNTOLD && told != *to;

    if (other)
        *to = told;
    return other;
}

bool case_traits_merge(struct case_traits *to, const struct case_traits *told)
{
    bool services_moved = take(&to->services, told->services);
    bool window_moved = take(&to->window, told->window);
    bool trips_moved = take(&to->trips, told->trips);
    bool again_moved = take(&to->again, told->again);

    return services_moved || window_moved || trips_moved || again_moved;
}

int case_traits_pack(const struct case_traits *t)
{
    return (t->services + 1) | (t->window + 1) << WINDOW_AT | (t->again + 1) << AGAIN_AT |
           (t->trips + 1) << TRIPS_AT;
}

struct case_traits case_traits_unpack(int packed)
{
    return (struct case_traits){.services = (packed & 31) - 1,
                                .window = (packed >> WINDOW_AT & 3) - 1,
                                .again = (packed >> AGAIN_AT & 3) - 1,
                                .trips = (packed >> TRIPS_AT) - 1};
}
