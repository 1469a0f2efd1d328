/*
 * record_map.c — see record_map.h. The JSON is judged once and then kept as it is.
 */
#include "domain/record_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/words.h"

enum { FIELDS_MOST = 64 };

static const char *const sources[RECORD_SOURCES] = {
    [RECORD_AREA_NAME] = "area_name",
    [RECORD_DEPT_CODE] = "dept_code",
    [RECORD_DEPT_NAME] = "dept_name",
    [RECORD_TASK_CODE] = "task_code",
    [RECORD_TASK_NAME] = "task_name",
    [RECORD_CASE_NO] = "case_no",
    [RECORD_CASE_STATE] = "case_state",
    [RECORD_CASE_KIND] = "case_kind",
    [RECORD_CLERK_NO] = "clerk_no",
    [RECORD_CLERK_NAME] = "clerk_name",
    [RECORD_CHANNEL] = "channel",
    [RECORD_PHONE] = "phone",
    [RECORD_GRADE] = "grade",
    [RECORD_TAG_CODES] = "tag_codes",
    [RECORD_FREE_TEXT] = "free_text",
    [RECORD_RECEIPT] = "receipt",
    [RECORD_ASSESS_NUMBER] = "assess_number",
    [RECORD_RATED_AT] = "rated_at",
    [RECORD_ACCEPTED_AT] = "accepted_at",
    [RECORD_CLOSED_AT] = "closed_at",
};

/* The codes of ours that a table must have a word for, each. */
static const struct code_table {
    enum record_source source;
    const char *name, *ours[8];
} tables[] = {
    {RECORD_CHANNEL,
     "channel",
     {"sms", "ticket_qr", "ticket_sms", "desk", "paper", "phone_audit"}},
    {RECORD_CASE_KIND, "case_kind", {"instant", "promise"}},
    {RECORD_CASE_STATE, "case_state", {"closed"}},
};

struct field {
    const char *name, *constant; /* constant NULL: from, or nothing */
    int from;                    /* -1 for none */
    size_t most;                 /* characters; 0 for any */
    bool required;
    char drop; /* a character that this receiver does not take; 0 for none */
};

struct record_map {
    json_t *root;
    bool compact; /* times as yyyyMMddHHmmss */
    struct field fields[FIELDS_MOST];
    size_t count;
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static json_t *codes_of(const struct record_map *m, const char *table)
{
    return json_object_get(json_object_get(m->root, "codes"), table);
}

/* == Judging a table =============================================================== */

static bool check_codes(const struct record_map *m, const struct code_table *t,
                        struct error *err)
{
    json_t *codes = codes_of(m, t->name), *value;
    size_t known = 0;

    for (size_t i = 0; t->ours[i] != NULL; i++, known++) {
        value = json_object_get(codes, t->ours[i]);
        if (!json_is_null(value) && json_string_length(value) == 0)
            return error_field(err, t->name,
                               "codes.%s must name a code, or null, for %s.", t->name,
                               t->ours[i]);
    }
    return json_object_size(codes) == known ||
           error_field(err, t->name, "codes.%s names something that we do not have.",
                       t->name);
}

/* What makes it impossible that a rating arrives as one that nobody gave. */
static bool check_channels(const struct record_map *m, struct error *err)
{
    json_t *meanings = json_object_get(m->root, "receiver_channels"), *code;
    const char *channel;

    if (!json_is_object(meanings))
        return error_field(err, "receiver_channels",
                           "receiver_channels must say what each code means there.");
    json_object_foreach(codes_of(m, "channel"), channel, code)
    {
        const char *meaning =
            json_is_null(code) ? NULL : text_of(meanings, json_string_value(code));
        bool sms = strcmp(channel, "sms") == 0 || strcmp(channel, "ticket_sms") == 0;

        if (meaning == NULL)
            continue;
        if (meaning[0] == '\0')
            return error_field(err, "channel",
                               "receiver_channels does not say what code %.20s means.",
                               json_string_value(code));
        if (strcmp(meaning, "default") == 0)
            return error_field(err, "channel",
                               "%s would arrive as \"system default\", as if nobody had "
                               "rated.",
                               channel);
        if (sms != (strcmp(meaning, "sms") == 0))
            return error_field(err, "channel", "%s would arrive as \"%.20s\".", channel,
                               meaning);
    }
    return true;
}

static int source_of(const char *name)
{
    for (int i = 0; i < RECORD_SOURCES; i++)
        if (strcmp(sources[i], name) == 0)
            return i;
    return -1;
}

static bool field_keys_known(const json_t *json, struct error *err)
{
    static const char *const known[] = {"name",     "from", "constant", "most",
                                        "required", "drop", "note"};
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)json, key, value)
    {
        bool found = false;

        for (size_t i = 0; i < LENGTH(known); i++)
            found = found || strcmp(known[i], key) == 0;
        if (!found)
            return error_field(err, "fields", "A field has no key %.40s.", key);
    }
    return true;
}

static bool read_field(struct record_map *m, const json_t *json, struct error *err)
{
    struct field *f = &m->fields[m->count++];
    const char *from = json_string_value(json_object_get(json, "from"));

    *f = (struct field){
        .name = text_of(json, "name"),
        .constant = json_string_value(json_object_get(json, "constant")),
        .from = from != NULL ? source_of(from) : -1,
        .most = (size_t)json_integer_value(json_object_get(json, "most")),
        .required = json_is_true(json_object_get(json, "required")),
        .drop = text_of(json, "drop")[0],
    };
    if (f->name[0] == '\0')
        return error_field(err, "fields", "A field has no name.");
    if (!field_keys_known(json, err))
        return false;
    if (from != NULL && (f->from < 0 || f->constant != NULL))
        return error_field(err, f->name, "%.40s: there is nothing called %.40s.", f->name,
                           from);
    if (f->from == RECORD_GRADE && f->required)
        return error_field(err, f->name,
                           "%.40s cannot be required: a rating in four dimensions has no "
                           "overall grade.",
                           f->name);
    if (strcmp(f->name, "assess_number") == 0 && f->from != RECORD_ASSESS_NUMBER)
        return error_field(err, f->name, "assess_number comes from assess_number.");
    for (size_t i = 0; i + 1 < m->count; i++)
        if (strcmp(m->fields[i].name, f->name) == 0)
            return error_field(err, f->name, "%.40s is there twice.", f->name);
    return true;
}

static bool read_fields(struct record_map *m, struct error *err)
{
    json_t *fields = json_object_get(m->root, "fields"), *json;
    size_t i;

    if (json_array_size(fields) == 0 || json_array_size(fields) > FIELDS_MOST)
        return error_field(err, "fields", "A mapping has 1 to %d fields.", FIELDS_MOST);
    json_array_foreach(fields, i, json)
    {
        if (!read_field(m, json, err))
            return false;
    }
    return true;
}

static bool read_head(struct record_map *m, struct error *err)
{
    const char *time = text_of(m->root, "time");

    m->compact = strcmp(time, "yyyyMMddHHmmss") == 0;
    if (text_of(m->root, "mapping")[0] == '\0')
        return error_field(err, "mapping", "A mapping has a name: mapping.");
    if (text_of(m->root, "version")[0] == '\0')
        return error_field(err, "version", "A mapping has a version.");
    return m->compact || strcmp(time, "yyyy-MM-dd HH:mm:ss") == 0 ||
           error_field(err, "time", "time is yyyy-MM-dd HH:mm:ss or yyyyMMddHHmmss.");
}

bool record_map_parse(const char *json, size_t length, struct record_map **out,
                      struct error *err)
{
    struct record_map *m = memory_new(sizeof(*m));
    json_error_t why;
    bool ok;

    m->root = json_loadb(json, length, JSON_REJECT_DUPLICATES, &why);
    ok = json_is_object(m->root) ||
         error_field(err, "", "The mapping is no JSON object: line %d: %.100s.", why.line,
                     why.text);
    ok = ok && read_head(m, err);
    for (size_t i = 0; ok && i < LENGTH(tables); i++)
        ok = check_codes(m, &tables[i], err);
    if (ok && check_channels(m, err) && read_fields(m, err)) {
        *out = m;
        return true;
    }
    record_map_free(m);
    return false;
}

void record_map_free(struct record_map *m)
{
    if (m != NULL)
        json_decref(m->root);
    free(m);
}

const char *record_map_name(const struct record_map *m)
{
    return text_of(m->root, "mapping");
}

const char *record_map_version(const struct record_map *m)
{
    return text_of(m->root, "version");
}

bool record_map_wants(const struct record_map *m, enum record_source source)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->fields[i].from == (int)source)
            return true;
    return false;
}

const char *record_map_field(const struct record_map *m, size_t at)
{
    return at < m->count ? m->fields[at].name : NULL;
}

enum record_source record_map_from(const struct record_map *m, size_t at)
{
    return at < m->count && m->fields[at].from >= 0
               ? (enum record_source)m->fields[at].from
               : RECORD_SOURCES;
}

const json_t *record_map_push(const struct record_map *m)
{
    return json_object_get(m->root, "push");
}

/* == Filling one ==================================================================== */

static const struct code_table *table_of(int source)
{
    for (size_t i = 0; i < LENGTH(tables); i++)
        if ((int)tables[i].source == source)
            return &tables[i];
    return NULL;
}

/* Our code in the receiver's words. There is no other way out than a code or a refusal.
 */
static bool translate(const struct record_map *m, const struct field *f,
                      const struct code_table *t, const char *ours, const char **out,
                      struct error *err)
{
    *out = json_string_value(
        json_object_get(codes_of(m, t->name), ours != NULL ? ours : ""));
    return *out != NULL ||
           error_field(err, f->name, "%s: this receiver has no code for \"%.30s\".",
                       f->name, ours != NULL ? ours : "");
}

static void write_time(const struct record_map *m, const struct zone *zone, int64_t at_ms,
                       char out[32])
{
    struct local_time at;

    out[0] = '\0';
    if (at_ms == 0)
        return;
    zone_local(zone, at_ms, &at);
    snprintf(out, 32,
             m->compact ? "%04d%02d%02d%02d%02d%02d" : "%04d-%02d-%02d %02d:%02d:%02d",
             at.year, at.month, at.day, at.hour, at.minute, at.second);
}

static char *without(const char *text, char drop)
{
    char *copy = memory_text(text), *to = copy;

    for (const char *p = text; *p != '\0'; p++)
        if (drop == '\0' || *p != drop)
            *to++ = *p;
    *to = '\0';
    return copy;
}

static bool fits(const struct field *f, const char *value, struct error *err)
{
    size_t characters = 0;

    if (!words_utf8(value, strlen(value), &characters))
        return error_field(err, f->name, "%s is no text.", f->name);
    if (f->required && characters == 0)
        return error_field(err, f->name, "%s is wanted, and this case has none.",
                           f->name);
    return f->most == 0 || characters <= f->most ||
           error_field(err, f->name, "%s is longer than the %zu characters that fit.",
                       f->name, f->most);
}

static bool value_of(const struct record_map *m, const struct field *f,
                     const struct record_facts *facts, char at[32], const char **out,
                     struct error *err)
{
    const struct code_table *t = table_of(f->from);

    *out = f->constant;
    if (f->from < 0)
        return true;
    if (t != NULL)
        return translate(m, f, t, facts->text[f->from], out, err);
    if (f->from >= RECORD_RATED_AT) {
        write_time(m, facts->zone, facts->at_ms[f->from - RECORD_RATED_AT], at);
        *out = at;
    } else {
        *out = f->from == RECORD_ASSESS_NUMBER ? "1" : facts->text[f->from];
    }
    return true;
}

bool record_map_fill(const struct record_map *m, const struct record_facts *facts,
                     json_t **out, struct error *err)
{
    json_t *record = json_object();

    for (size_t i = 0; i < m->count; i++) {
        const struct field *f = &m->fields[i];
        const char *value;
        char at[32], *text;
        bool ok = value_of(m, f, facts, at, &value, err);

        text = without(ok && value != NULL ? value : "", f->drop);
        ok = ok && fits(f, text, err);
        json_object_set_new(record, f->name,
                            text[0] != '\0' ? json_string(text) : json_null());
        free(text);
        if (!ok) {
            json_decref(record);
            return false;
        }
    }
    *out = record;
    return true;
}
