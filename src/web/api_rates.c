/*
 * api_rates.c — see api_rates.h.
 */
#include "web/api_rates.h"

#include "web/identity.h"
#include "web/json.h"
#include "web/rate_ask.h"
#include "web/rate_view.h"
#include "web/step.h"

struct rates_look {
    struct step step;
    struct caller who;
    json_t *body;
};

static bool read_rates(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct rates_look *look = (struct rates_look *)s;
    const struct access_view *view;
    struct rate_query q;
    struct rates rates;

    if (!identity_require(st, s->x, &look->who, err) ||
        !rate_ask(s->x, st->frame, now_ms, &q, err))
        return false;
    view = access_view(s->x->route, look->who.role);
    rate_confine(view, &look->who, &q);
    if (!rates_read(st, &q, &rates, err))
        return false;
    look->body = rates_json(&rates, &q, rate_least(view));
    rates_free(&rates);
    return true;
}

static void answer(struct exchange *x, struct step *s)
{
    json_answer(x, 200, ((struct rates_look *)s)->body);
}

static void get_rates(struct exchange *x)
{
    struct rates_look *look = step_new(x, sizeof(*look));

    step_read(&look->step, read_rates, answer);
}

const struct route api_rates_routes[] = {
    {METHOD_GET, "/api/v1/rates", get_rates, 0, 0},
};
const size_t api_rates_route_count = LENGTH(api_rates_routes);
