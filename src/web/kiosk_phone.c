/*
 * kiosk_phone.c — the screen on which a number may be left (kiosk.h): typed twice, shown
 * as dots, since a mistyped one would send somebody else's survey to a stranger.
 */
#include <stdio.h>
#include <string.h>

#include "web/kiosk.h"

/* The home of every number that is typed here. */
static const char home_country[] = "86";

/* Digits are typed at the second one once the first is as long as numbers are. */
static char *typed_now(struct kiosk_step *k)
{
    return strlen(k->typed) < TYPED_MOST ? k->typed : k->again;
}

void kiosk_key(struct kiosk_step *k, const char *key)
{
    char *at = typed_now(k);
    size_t length = strlen(at);

    if (strcmp(key, "clear") == 0) {
        k->typed[0] = k->again[0] = '\0';
    } else if (strcmp(key, "back") == 0) {
        if (length == 0 && at == k->again)
            length = strlen(at = k->typed);
        if (length > 0)
            at[length - 1] = '\0';
    } else if (strlen(key) == 1 && strchr("0123456789", key[0]) != NULL &&
               length < TYPED_MOST) {
        at[length] = key[0];
        at[length + 1] = '\0';
    }
}

const char *kiosk_read_phone(struct kiosk_step *k)
{
    struct error err = {0};
    struct phone second;

    if (k->typed[0] == '\0')
        return k->again[0] == '\0' ? NULL : "err_phone_twice";
    if (!phone_parse(k->typed, home_country, &k->phone, &err))
        return "err_phone";
    k->has_phone = true;
    if (k->again[0] == '\0' && k->once.token[0] != '\0')
        return "err_phone_twice"; /* the screen asks for both */
    if (k->again[0] != '\0' && (!phone_parse(k->again, home_country, &second, &err) ||
                                strcmp(second.e164, k->phone.e164) != 0))
        return "err_phone_twice";
    return NULL;
}

static json_t *keys(const struct kiosk_step *k)
{
    static const char *const order[] = {"1", "2", "3", "4",     "5", "6",
                                        "7", "8", "9", "clear", "0", "back"};
    static const char *const words[] = {"clear", "back_key"};
    json_t *list = json_array();

    for (size_t i = 0; i < LENGTH(order); i++) {
        bool digit = order[i][1] == '\0';

        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:b}", "key", order[i], "name",
                                        digit ? order[i] : kiosk_text(k, words[i == 11]),
                                        "digit", digit));
    }
    return list;
}

bool kiosk_phone(struct store *st, struct kiosk_step *k, json_t *data, struct error *err)
{
    char once[ONCE_TEXT];
    struct matter m;
    bool found;

    if (!matter_find(st, k->at.matter, &m, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such matter in this hall.");
    once_new(site_of(k->step.x)->world, once);
    json_object_set_new(
        data, "phone",
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:o}", "code", m.code, "name",
                  m.name, "once",
                  k->once.token != NULL && k->once.token[0] != '\0' && k->alert == NULL
                      ? k->once.token
                      : once,
                  "typed", k->typed, "again", k->again, "wrong", k->alert != NULL,
                  "second", strlen(k->typed) >= TYPED_MOST, "keys", keys(k)));
    json_object_set_new(data, "inside", json_true());
    return true;
}
