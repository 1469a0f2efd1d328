/*
 * platform.c — see platform.h.
 */
#include "domain/platform.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/words.h"

enum { PATH_PART = 64, PHONE_DIGITS = 7 };

/* == Judging a table =============================================================== */

static const char *const lists[] = {"ok", "already", "later", "absent", "query"};
static const char *const places[] = {"code", "message", "record", "note"};

static bool is_one_of(const char *const *known, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i], key) == 0)
            return true;
    return false;
}

static bool check_keys(const json_t *push, struct error *err)
{
    const char *key;
    json_t *value, *item;
    size_t i;

    json_object_foreach((json_t *)push, key, value)
    {
        bool list = is_one_of(lists, LENGTH(lists), key);

        if (!list && !is_one_of(places, LENGTH(places), key))
            return error_field(err, "push", "push has no key %.40s.", key);
        if (list ? !json_is_array(value) : !json_is_string(value))
            return error_field(err, "push", "push.%.40s must be %s.", key,
                               list ? "a list of texts" : "a text");
        json_array_foreach(value, i, item)
        {
            if (json_string_length(item) == 0 ||
                json_string_length(item) >= PLATFORM_CODE)
                return error_field(err, "push", "push.%.40s holds what is no short text.",
                                   key);
        }
    }
    return true;
}

static bool list_has(const json_t *push, const char *list, const char *text)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(push, list), i, item)
    {
        if (strcmp(json_string_value(item), text) == 0)
            return true;
    }
    return false;
}

/* A code means one thing. */
static bool check_codes(const json_t *push, struct error *err)
{
    json_t *item;
    size_t i;

    for (size_t a = 0; a < 4; a++)
        json_array_foreach(json_object_get(push, lists[a]), i, item)
        {
            for (size_t b = a + 1; b < 4; b++)
                if (list_has(push, lists[b], json_string_value(item)))
                    return error_field(err, "push",
                                       "push: the code %.40s is both %s and %s.",
                                       json_string_value(item), lists[a], lists[b]);
        }
    return true;
}

static int field_at(const struct record_map *m, const char *name)
{
    const char *field;

    for (size_t i = 0; (field = record_map_field(m, i)) != NULL; i++)
        if (strcmp(field, name) == 0)
            return (int)i;
    return -1;
}

static bool check_query(const struct record_map *m, const json_t *push, struct error *err)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(push, "query"), i, item)
    {
        if (field_at(m, json_string_value(item)) < 0)
            return error_field(err, "push", "push.query: there is no field %.40s.",
                               json_string_value(item));
    }
    return true;
}

bool platform_check(const struct record_map *m, struct error *err)
{
    const json_t *push = record_map_push(m);

    if (!json_is_object(push))
        return error_field(
            err, "push", "This mapping does not say how records are handed over: push.");
    if (!check_keys(push, err) || !check_codes(push, err) || !check_query(m, push, err))
        return false;
    if (json_string_length(json_object_get(push, "code")) == 0 ||
        json_array_size(json_object_get(push, "ok")) == 0)
        return error_field(err, "push",
                           "push must say where the code of an answer is (code) and "
                           "which ones say that all is well (ok).");
    if (!record_map_wants(m, RECORD_GRADE) || !record_map_wants(m, RECORD_CASE_NO))
        return error_field(err, "push",
                           "A mapping that is handed over has the grade and the case "
                           "number, by which records are compared.");
    return true;
}

bool platform_can_ask(const struct record_map *m)
{
    const json_t *push = record_map_push(m);

    return json_array_size(json_object_get(push, "query")) > 0 &&
           json_string_length(json_object_get(push, "record")) > 0;
}

json_t *platform_question(const struct record_map *m, const json_t *record)
{
    json_t *question = json_object(), *item;
    size_t i;

    json_array_foreach(json_object_get(record_map_push(m), "query"), i, item)
    {
        const char *name = json_string_value(item);

        json_object_set(question, name, json_object_get(record, name));
    }
    return question;
}

/* == Reading an answer ============================================================= */

/* What lies at "data.list"; borrowed, NULL for nothing. */
static json_t *place(json_t *answer, const char *path)
{
    char part[PATH_PART];

    while (path != NULL && path[0] != '\0' && answer != NULL) {
        size_t length = strcspn(path, ".");

        snprintf(part, sizeof(part), "%.*s", (int)length, path);
        answer = json_object_get(answer, part);
        path += length + (path[length] == '.');
    }
    return path != NULL ? answer : NULL;
}

static json_t *named(json_t *answer, const json_t *push, const char *what)
{
    const char *path = json_string_value(json_object_get(push, what));

    return path != NULL && path[0] != '\0' ? place(answer, path) : NULL;
}

/* A value as the text that it would be with us, "" for null; NULL for what is no single
 * value. Borrowed from it, or in `number`. */
static const char *text_in(const json_t *value, char number[24])
{
    if (json_is_string(value))
        return json_string_value(value);
    snprintf(number, 24, "%lld", (long long)json_integer_value(value));
    return json_is_integer(value)                 ? number
           : value == NULL || json_is_null(value) ? ""
                                                  : NULL;
}

/* Its own words, as far as they may be kept: no number that could be a phone's. */
static void keep_words(const char *text, char *out, size_t size)
{
    size_t run = 0;

    words_show_into(text, out, size);
    for (char *p = out;; p++) {
        if (*p >= '0' && *p <= '9') {
            run++;
            continue;
        }
        if (run >= PHONE_DIGITS)
            memset(p - run, '*', run);
        run = 0;
        if (*p == '\0')
            return;
    }
}

static void read_code(json_t *answer, const json_t *push, struct platform_verdict *out)
{
    char number[24];
    const char *text = text_in(named(answer, push, "code"), number);

    words_show_into(text != NULL ? text : "", out->code, sizeof(out->code));
    text = text_in(named(answer, push, "message"), number);
    keep_words(text != NULL ? text : "", out->words, sizeof(out->words));
}

/* == Comparing ===================================================================== */

/* The one record of an answer; NULL where it is none, or there are several. */
static json_t *record_in(json_t *answer, const json_t *push)
{
    json_t *record = named(answer, push, "record");

    if (json_is_array(record))
        record = json_array_size(record) == 1 ? json_array_get(record, 0) : NULL;
    return json_is_object(record) ? record : NULL;
}

/* What says something of a person is named, never shown. */
static bool may_be_shown(enum record_source from)
{
    return from == RECORD_GRADE || from == RECORD_CHANNEL || from == RECORD_TAG_CODES ||
           from == RECORD_CASE_NO || from == RECORD_CASE_STATE ||
           from == RECORD_CASE_KIND || from == RECORD_ASSESS_NUMBER ||
           from == RECORD_DEPT_CODE || from == RECORD_TASK_CODE ||
           from == RECORD_CLERK_NO || (from >= RECORD_RATED_AT && from < RECORD_SOURCES);
}

/* Adds ", text" where it still fits; what is cut ends in "…". */
static void add(char *list, const char *text)
{
    size_t length = strlen(list), more = strlen(text);

    if (length + more + 8 < PLATFORM_FIELDS)
        snprintf(list + length, PLATFORM_FIELDS - length, "%s%s", length > 0 ? ", " : "",
                 text);
    else if (length + 4 < PLATFORM_FIELDS)
        snprintf(list + length, PLATFORM_FIELDS - length, "…");
}

static void note_difference(struct platform_verdict *out, const char *name,
                            enum record_source from, const char *ours, const char *theirs)
{
    char text[PLATFORM_FIELDS];

    add(out->fields, name);
    if (may_be_shown(from))
        snprintf(text, sizeof(text), "%.60s %s ≠ %s", name,
                 ours[0] != '\0' ? words_show(ours).text : "-",
                 theirs[0] != '\0' ? words_show(theirs).text : "-");
    else
        snprintf(text, sizeof(text), "%.60s", name);
    add(out->differs, text);
}

static bool is_compared(const struct platform_sent *s, enum record_source from)
{
    return from != RECORD_SOURCES && from != RECORD_PHONE &&
           !(from == RECORD_FREE_TEXT && s->words_gone);
}

static enum platform_same compare(const struct platform_sent *s, const json_t *theirs,
                                  struct platform_verdict *out)
{
    bool told = true, other = false;
    const char *name;

    for (size_t i = 0; (name = record_map_field(s->map, i)) != NULL; i++) {
        enum record_source from = record_map_from(s->map, i);
        const json_t *value = json_object_get(theirs, name);
        char number[24], none[24];
        const char *ours, *text;

        if (value == NULL) {
            told = told && from != RECORD_GRADE && from != RECORD_CASE_NO;
            continue;
        }
        if (!is_compared(s, from))
            continue;
        text = text_in(value, number);
        ours = text_in(json_object_get(s->record, name), none);
        if (text != NULL && strcmp(text, ours) == 0)
            continue;
        other = true;
        note_difference(out, name, from, ours, text != NULL ? text : "…");
    }
    return other ? PLATFORM_OTHER : told ? PLATFORM_SAME : PLATFORM_NOT_TOLD;
}

static void compare_answer(const struct platform_sent *s, json_t *answer,
                           struct platform_verdict *out)
{
    const json_t *record = record_in(answer, record_map_push(s->map));

    out->same = record != NULL ? compare(s, record, out) : PLATFORM_NOT_TOLD;
}

/* == Judging an answer ============================================================= */

/* What the status alone says, before anything of the body is believed; UNKNOWN where the
 * body decides. `*decided` tells. */
static enum platform_outcome by_status(int status, bool *decided)
{
    *decided = true;
    if (status == 0)
        return PLATFORM_UNKNOWN;
    if (status == 401 || status == 403 || status == 404 || status == 405 ||
        status == 407 || (status >= 300 && status < 400))
        return PLATFORM_SETUP;
    if (status == 429)
        return PLATFORM_AGAIN;
    *decided = false;
    return PLATFORM_UNKNOWN;
}

static bool has_code(const json_t *push, const char *list,
                     const struct platform_verdict *v)
{
    return v->code[0] != '\0' && list_has(push, list, v->code);
}

static enum platform_outcome by_code(const json_t *push, int status,
                                     const struct platform_verdict *v)
{
    bool fine = status >= 200 && status < 300;

    if (has_code(push, "already", v))
        return PLATFORM_ALREADY;
    if (status >= 500 || v->code[0] == '\0')
        return fine || status >= 500 ? PLATFORM_UNKNOWN : PLATFORM_REFUSED;
    if (has_code(push, "later", v))
        return PLATFORM_AGAIN;
    if (has_code(push, "ok", v)) /* the two contradict each other: nobody knows */
        return fine ? PLATFORM_ACCEPTED : PLATFORM_UNKNOWN;
    return PLATFORM_REFUSED;
}

void platform_judge(const struct platform_sent *s, int status, const char *body,
                    size_t length, struct platform_verdict *out)
{
    const json_t *push = record_map_push(s->map);
    json_t *answer = json_loadb(body != NULL ? body : "", length, 0, NULL);
    bool decided;

    *out = (struct platform_verdict){0};
    read_code(answer, push, out);
    out->outcome = by_status(status, &decided);
    if (!decided)
        out->outcome = by_code(push, status, out);
    if (out->outcome == PLATFORM_ALREADY)
        compare_answer(s, answer, out);
    json_decref(answer);
}

void platform_judge_question(const struct platform_sent *s, int status, const char *body,
                             size_t length, struct platform_verdict *out)
{
    const json_t *push = record_map_push(s->map);
    json_t *answer = json_loadb(body != NULL ? body : "", length, 0, NULL);
    bool decided;

    *out = (struct platform_verdict){0};
    read_code(answer, push, out);
    out->outcome = by_status(status, &decided);
    if (!decided && has_code(push, "absent", out)) {
        out->outcome = PLATFORM_ABSENT;
    } else if (!decided && status >= 200 && status < 300 &&
               (has_code(push, "ok", out) || has_code(push, "already", out))) {
        compare_answer(s, answer, out);
        out->outcome =
            out->same != PLATFORM_NOT_TOLD ? PLATFORM_ALREADY : PLATFORM_UNKNOWN;
    } else if (!decided && status < 500 && has_code(push, "later", out)) {
        out->outcome = PLATFORM_AGAIN;
    }
    json_decref(answer);
}

int64_t platform_wait_ms(int tries)
{
    static const int64_t waits_s[] = {5, 30, 120, 600, 1800, 3600};
    size_t at = tries > 0 ? (size_t)tries - 1 : 0;

    return waits_s[at < LENGTH(waits_s) ? at : LENGTH(waits_s) - 1] * 1000;
}
