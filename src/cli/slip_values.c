/*
 * slip_values.c — see slip_values.h.
 */
#include "cli/slip_values.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

enum { VALUE_MAX = 256 * 1024 };

/* Text or number; false for anything else. */
static bool add_scalar(struct buf *text, const json_t *value)
{
    if (json_is_string(value) &&
        strlen(json_string_value(value)) == json_string_length(value))
        buf_add_text(text, json_string_value(value));
    else if (json_is_integer(value))
        buf_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        buf_addf(text, "%.10g", json_real_value(value));
    else
        return false;
    return true;
}

/* One value as text, given: a scalar, a list of them, or from and to of the waiting time.
 * NULL where it is none of these. */
static char *value_text(int variable, const json_t *value)
{
    struct buf text = buf_new(VALUE_MAX);
    const char *between =
        variable == SLIP_WAIT_MIN && json_array_size(value) == 2 ? "–" : SLIP_NEXT;
    bool ok = !json_is_array(value) && add_scalar(&text, value);

    for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0)
            buf_add_text(&text, between);
        ok = add_scalar(&text, json_array_get(value, i)) && (ok || i == 0);
    }
    ok |= json_is_array(value) && json_array_size(value) == 0;
    if (!ok) {
        buf_free(&text);
        return NULL;
    }
    return buf_take(&text);
}

static bool take_values(json_t *object, const char *file, char *texts[SLIP_VARIABLES],
                        struct error *err)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        int variable = slip_variable_find(name, strlen(name));

        if (variable < 0)
            return error_set(
                err, ERROR_INPUT,
                "%.80s: a ticket has no value \"%.40s\"; it has hall, service, "
                "number, window_hint, ahead, wait_min, taken_at, qr_url, "
                "short_code, caption and root.",
                file, name);
        if (json_is_null(value))
            continue;
        texts[variable] = value_text(variable, value);
        if (texts[variable] == NULL)
            return error_set(err, ERROR_INPUT,
                             "%.80s: \"%s\" must be a text, a number or a list of them.",
                             file, name);
    }
    return true;
}

bool slip_values_parse(const struct buf *bytes, const char *file,
                       char *texts[SLIP_VARIABLES], struct error *err)
{
    json_error_t where;
    json_t *object =
        json_loadb(buf_text(bytes), bytes->length, JSON_REJECT_DUPLICATES, &where);
    bool ok = false;

    if (object == NULL)
        error_set(err, ERROR_MALFORMED, "%.80s, line %d, column %d: no JSON (%s).", file,
                  where.line, where.column, where.text);
    else if (!json_is_object(object))
        error_set(err, ERROR_MALFORMED,
                  "%.80s must hold a JSON object with the ticket's values.", file);
    else
        ok = take_values(object, file, texts, err);
    json_decref(object);
    return ok;
}

void slip_values_sample(bool english, char *texts[SLIP_VARIABLES])
{
    const char *const sample[SLIP_VARIABLES] = {
        [SLIP_HALL] = "青城市政务服务中心",
        [SLIP_SERVICE] = "个体工商户营业执照",
        [SLIP_NUMBER] = "A023",
        [SLIP_WINDOW_HINT] =
            english ? "Floor 2, windows 3、4、5" : "请到2楼3、4、5窗口等候",
        [SLIP_AHEAD] = "12",
        [SLIP_WAIT_MIN] = "20–35",
        [SLIP_TAKEN_AT] = "2026-11-24 09:41",
        [SLIP_QR_URL] = "https://pj.example.cn/t/0123456789ABCDEFGHJKMNPQRS",
        [SLIP_SHORT_CODE] = "K7QM3RXD",
        [SLIP_CAPTION] = english ? "Scan to follow and rate" : "扫码看排队、评价服务",
        [SLIP_ROOT] = "1284 7QF2K",
    };

    for (int i = 0; i < SLIP_VARIABLES; i++)
        texts[i] = memory_text(sample[i]);
}

void slip_values_free(char *texts[SLIP_VARIABLES])
{
    for (int i = 0; i < SLIP_VARIABLES; i++)
        free(texts[i]);
}
