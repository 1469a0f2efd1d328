/*
 * staff_words.c — see staff_words.h.
 */
#include "web/staff_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "store/account_store.h"

static const char *catalogue_of(const struct staff_words *w)
{
    return w->catalogue != NULL ? w->catalogue : "staff";
}

const char *staff_word(const struct staff_words *w, const char *prefix, const char *code)
{
    char key[96];
    const char *text;

    snprintf(key, sizeof(key), "%s_%s", prefix, code);
    text = page_text(w->site, catalogue_of(w), w->lang, key);
    return strcmp(text, key) == 0 ? code : text; /* page_text gives the key back */
}

json_t *staff_time(const struct staff_words *w, int64_t at_ms)
{
    struct local_time at, now;
    char iso[ZONE_ISO], year[8], month[16], day[16], clock[16];
    json_t *text;

    if (at_ms == 0)
        return json_null();
    zone_iso(w->frame->zone, at_ms, iso);
    zone_local(w->frame->zone, at_ms, &at);
    zone_local(w->frame->zone, w->now_ms, &now);
    snprintf(year, sizeof(year), "%d", at.year);
    snprintf(month, sizeof(month), "month_%d", at.month);
    snprintf(day, sizeof(day), "%d", at.day);
    snprintf(clock, sizeof(clock), "%02d:%02d", at.hour, at.minute);
    text = page_phrase(w->site, catalogue_of(w), w->lang,
                       at.year == now.year ? "time" : "time_year", "year", year, "month",
                       page_text(w->site, catalogue_of(w), w->lang, month), "day", day,
                       "clock", clock, NULL);
    return json_pack("{s:s, s:o}", "iso", iso, "text", text);
}

json_t *staff_delay(const struct staff_words *w, int64_t delay_s)
{
    static const struct {
        int64_t below_s, unit_s;
        const char *key;
    } steps[] = {
        {60, 1, "delay_moment"},
        {2 * 3600, 60, "delay_minutes"},
        {2 * 86400, 3600, "delay_hours"},
        {INT64_MAX, 86400, "delay_days"},
    };
    char number[24];
    size_t i = 0;

    while (delay_s >= steps[i].below_s)
        i++;
    snprintf(number, sizeof(number), "%lld", (long long)(delay_s / steps[i].unit_s));
    return page_phrase(w->site, catalogue_of(w), w->lang, steps[i].key, "n", number,
                       NULL);
}

json_t *staff_grade(const struct staff_words *w, int grade)
{
    static const char *const tones[] = {"", "red", "amber", "blue", "green", "green"};
    char code[12];

    snprintf(code, sizeof(code), "%d", grade);
    return json_pack("{s:o, s:s, s:s}", "number",
                     grade != 0 ? json_integer(grade) : json_null(), "word",
                     staff_word(w, "grade", code), "tone", tones[grade]);
}

json_t *staff_dims(const struct staff_words *w, const int dims[4])
{
    static const char *const names[4] = {"attitude", "efficiency", "quality",
                                         "integrity"};
    struct buf text = buf_new(512);
    json_t *out;

    for (int i = 0; i < 4; i++)
        if (dims[i] != 0)
            buf_addf(&text, "%s%s %d", text.length > 0 ? " · " : "",
                     staff_word(w, "dim", names[i]), dims[i]);
    out = text.length > 0 ? json_string(buf_text(&text)) : json_null();
    buf_free(&text);
    return out;
}

json_t *staff_reading(const struct staff_words *w, const char *outcome)
{
    const char *word = staff_word(w, "trouble", outcome);
    int dims[4];

    if (outcome[0] >= '1' && outcome[0] <= '5' && outcome[1] == '\0')
        return page_phrase(w->site, catalogue_of(w), w->lang, "read_grade", "n", outcome,
                           "g", staff_word(w, "grade", outcome), NULL);
    if (sscanf(outcome, "dims=%1d%1d%1d%1d", &dims[0], &dims[1], &dims[2], &dims[3]) == 4)
        return staff_dims(w, dims);
    return json_string(word != outcome ? word : staff_word(w, "read", outcome));
}

json_t *staff_tags(const struct staff_words *w, const char *tags)
{
    json_t *list = json_array();

    while (*tags != '\0') {
        size_t length = strcspn(tags, ",");
        char code[32];

        snprintf(code, sizeof(code), "%.*s", (int)length, tags);
        if (length > 0)
            json_array_append_new(list,
                                  json_pack("{s:s}", "word", staff_word(w, "tag", code)));
        tags += length + (tags[length] == ',');
    }
    if (json_array_size(list) > 0)
        return list;
    json_decref(list);
    return json_null();
}

/* The name of the account that acted; null where it is none. */
static json_t *account_name(struct store *st, const char *actor)
{
    struct account account;
    struct error err = {0};
    int64_t id;
    bool found;

    if (sscanf(actor, "account %" SCNd64, &id) == 1 &&
        account_get(st, id, &account, &found, &err) && found)
        return json_string(account.name);
    return NULL;
}

json_t *staff_actor(struct store *st, const char *actor)
{
    json_t *name = account_name(st, actor);

    return name != NULL ? name : json_string(actor);
}

json_t *staff_actor_word(struct store *st, const struct staff_words *w, const char *actor)
{
    json_t *name = account_name(st, actor);

    return name != NULL ? name : json_string(staff_word(w, "actor", actor));
}
