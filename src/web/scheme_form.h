/*
 * scheme_form.h — a scheme as it is proposed in a form: the version that it is based on,
 * with other weights, parts, rules and groups.
 *
 * Fields: `title`; `w_CODE`, the weight of a part, empty to take the part out; of up to
 * SCHEME_FORM_NEW new parts `nN_code` `nN_name` `nN_name_en` `nN_weight` `nN_hall`
 * `nN_owner` `nN_source` `nN_measure` (without a code there is none); the rules
 * `prior_rate` `prior_weight` `adjust` `comparable` `apart` `draws`, where the first two
 * may be empty for "peers" and "estimated"; `peers`, a line for each group: "code name:
 * department department". Pure; any thread.
 */
#ifndef WEB_SCHEME_FORM_H
#define WEB_SCHEME_FORM_H

#include "web/scheme_view.h"

enum { SCHEME_FORM_NEW = 2 };

/* The value of a field; "" where it was not sent. */
typedef const char *scheme_form_field(void *self, const char *name);

/*
 * Reads what was typed over `base`, whose year it keeps. ERROR_INPUT names the field of
 * the scheme's text that is wrong ("parts", "parts[3].weight"); `out` is then empty.
 */
NODISCARD bool scheme_form_read(const struct scheme *base, scheme_form_field *field,
                                void *self, struct scheme *out, struct error *err);

/* Sum of the weights that were typed, where each of them is a number; else -1. */
int scheme_form_sum(const struct scheme *base, scheme_form_field *field, void *self);

/* The form's own values: those that were typed, or where `field` is NULL the base's.
 * {"title", "parts": [{…part_json, "typed"}], "news": […], "rules…", "peers"}, given. */
json_t *scheme_form_json(const struct staff_words *w, const struct scheme *base,
                         scheme_form_field *field, void *self);

#endif
