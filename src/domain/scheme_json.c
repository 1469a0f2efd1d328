/*
 * scheme_json.c — a scheme from its text and back.
 *
 * Promise: a scheme that comes out keeps every rule of scheme.h; what breaks one is not
 * taken at all, and the first fault is told with its place ("parts[3].weight"), in the
 * order of the text's own keys as scheme.h names them. Nothing is filled in: each key
 * must be there, and none may be that is not known, for a misspelled rule would silently
 * be another rule. The writer makes the same bytes of the same scheme.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/words.h"
#include "domain/hall_part.h"
#include "domain/scheme.h"

enum {
    YEAR_LEAST = 2000,
    YEAR_MOST = 2200,
    VERSION_MOST = 1000000,
    DRAWS_LEAST = 1000,
    DRAWS_MOST = 100000,
};

static const char *const owners[PART_OWNERS] = {
    [OWNER_HALL] = "hall",
    [OWNER_ORGANISATION] = "organisation",
    [OWNER_OUTSIDE] = "outside",
};

static const char *const sources[PART_SOURCES] = {
    [SOURCE_CITIZENS] = "citizens",
    [SOURCE_RECORDS] = "records",
    [SOURCE_ASSESSORS] = "assessors",
};

/* What a measure is made of decides who may own it and what it may be called: a part that
 * the hall marks must not pass for one that citizens decide. */
static const struct measure_rule {
    const char *name;
    unsigned owners, sources; /* bits of the enums */
    bool many;                /* more than one part may have it */
} measures[MEASURES] = {
#define INNER     (1u << OWNER_HALL | 1u << OWNER_ORGANISATION)
#define CITIZENS  (1u << SOURCE_CITIZENS)
#define RECORDS   (1u << SOURCE_RECORDS)
#define ASSESSORS (1u << SOURCE_ASSESSORS)
    [MEASURE_ATTITUDE] = {"attitude", INNER, CITIZENS, false},
    [MEASURE_EFFICIENCY] = {"efficiency", INNER, CITIZENS, false},
    [MEASURE_QUALITY] = {"quality", INNER, CITIZENS, false},
    [MEASURE_INTEGRITY] = {"integrity", INNER, CITIZENS, false},
    [MEASURE_GOOD] = {"good", INNER, CITIZENS, false},
    [MEASURE_PROMISE] = {"promise", INNER, RECORDS, false},
    [MEASURE_RECTIFICATION] = {"rectification", INNER, RECORDS, false},
    [MEASURE_OPENNESS] = {"openness", 1u << OWNER_HALL, RECORDS | ASSESSORS, false},
    [MEASURE_DAILY] = {"daily", 1u << OWNER_HALL, RECORDS | ASSESSORS, false},
    [MEASURE_SHEET] = {"mark", 1u << OWNER_ORGANISATION | 1u << OWNER_OUTSIDE,
                       CITIZENS | RECORDS | ASSESSORS, true},
#undef INNER
#undef CITIZENS
#undef RECORDS
#undef ASSESSORS
};

const char *part_owner_name(enum part_owner owner)
{
    return owners[owner];
}

const char *part_source_name(enum part_source source)
{
    return sources[source];
}

const char *measure_name(enum measure measure)
{
    return measures[measure].name;
}

/* One object of the text and where it stands: "parts[3]"; "" is the whole. */
struct view {
    json_t *object;
    char place[40];
};

/* == Reading ======================================================================= */

static bool fault(const struct view *v, const char *key, struct error *err,
                  const char *format, ...) PRINTF_LIKE(4, 5);

static bool fault(const struct view *v, const char *key, struct error *err,
                  const char *format, ...)
{
    char path[64], said[180];
    va_list args;

    snprintf(path, sizeof(path), "%s%s%s", v->place,
             v->place[0] != '\0' && key[0] != '\0' ? "." : "", key);
    va_start(args, format);
    vsnprintf(said, sizeof(said), format, args);
    va_end(args);
    words_mend(said);
    return error_field(err, path[0] != '\0' ? path : "scheme", "%s%s%s", path,
                       path[0] != '\0' ? ": " : "", said);
}

/* Every key is there and none else. */
static bool view_keys(const struct view *v, const char *const *keys, size_t count,
                      struct error *err)
{
    const char *key;
    json_t *value;

    if (!json_is_object(v->object))
        return fault(v, "", err, "This must be an object {…}.");
    json_object_foreach(v->object, key, value)
    {
        const char *near = words_nearest(key, keys, count);
        bool known = false;

        for (size_t i = 0; i < count; i++)
            known = known || strcmp(keys[i], key) == 0;
        if (!known)
            return fault(v, "", err, "The key \"%s\" is not known here%s%s%s.",
                         words_show(key).text, near == NULL ? "" : "; perhaps \"",
                         near == NULL ? "" : near, near == NULL ? "" : "\" is meant");
    }
    for (size_t i = 0; i < count; i++)
        if (json_object_get(v->object, keys[i]) == NULL)
            return fault(v, "", err, "The key \"%s\" is missing here; it must be given.",
                         keys[i]);
    return true;
}

static bool text_into(const struct view *v, const char *key, const json_t *value,
                      hall_rule *rule, char *out, size_t size, struct error *err)
{
    const char *text = json_string_value(value), *wrong;

    if (text == NULL)
        return fault(v, key, err, "This must be a text in quotation marks.");
    wrong = rule(text);
    if (wrong != NULL)
        return fault(v, key, err, "\"%s\" %s.", words_show(text).text, wrong);
    snprintf(out, size, "%s", text);
    return true;
}

static bool view_text(const struct view *v, const char *key, hall_rule *rule, char *out,
                      size_t size, struct error *err)
{
    return text_into(v, key, json_object_get(v->object, key), rule, out, size, err);
}

static bool view_number(const struct view *v, const char *key, int least, int most,
                        int *out, struct error *err)
{
    const json_t *value = json_object_get(v->object, key);
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < least || number > most)
        return fault(v, key, err, "Allowed are whole numbers from %d to %d.", least,
                     most);
    *out = (int)number;
    return true;
}

static bool view_truth(const struct view *v, const char *key, bool *out,
                       struct error *err)
{
    const json_t *value = json_object_get(v->object, key);

    if (!json_is_boolean(value))
        return fault(v, key, err, "Allowed are true and false, without quotation marks.");
    *out = json_is_true(value);
    return true;
}

/* A per cent in quotation marks, so that no reader of JSON makes 8.00 something else. */
static bool view_weight(const struct view *v, const char *key, int *out,
                        struct error *err)
{
    const char *text = json_string_value(json_object_get(v->object, key));

    if (text == NULL || !scheme_weight_read(text, out))
        return fault(v, key, err,
                     "Allowed is a per cent from 0.00 to 100.00 with two decimals, in "
                     "quotation marks: \"8.00\".");
    return true;
}

static bool view_choice(const struct view *v, const char *key, const char *const *choices,
                        size_t count, int *out, struct error *err)
{
    const char *text = json_string_value(json_object_get(v->object, key));
    char list[120] = "";
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        if (text != NULL && strcmp(text, choices[i]) == 0) {
            *out = (int)i;
            return true;
        }
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
                                 i == 0 ? "" : ", ", choices[i]);
    }
    return fault(v, key, err, "\"%s\" is not known; allowed are %s.",
                 text == NULL ? "" : words_show(text).text, list);
}

/* ---- parts ---- */

static bool measure_fits(const struct view *v, const struct scheme *s,
                         const struct scheme_part *p, struct error *err)
{
    const struct measure_rule *rule = &measures[p->measure];

    if ((rule->owners & 1u << p->owner) == 0)
        return fault(v, "owner", err, "What is measured as \"%s\" cannot be owned by %s.",
                     rule->name, owners[p->owner]);
    if ((rule->sources & 1u << p->source) == 0)
        return fault(v, "source", err,
                     "What is measured as \"%s\" does not come from %s.", rule->name,
                     sources[p->source]);
    for (const struct scheme_part *q = s->parts; q < p; q++) {
        if (strcmp(q->code, p->code) == 0)
            return fault(v, "code", err, "The code \"%s\" is there twice.", p->code);
        if (q->measure == p->measure && !rule->many)
            return fault(v, "measure", err,
                         "\"%s\" is measured by the part \"%s\" already; what is counted "
                         "twice weighs twice.",
                         rule->name, q->code);
    }
    return true;
}

static bool read_part(const struct view *v, struct scheme *s, struct error *err)
{
    static const char *const keys[] = {"code", "name",  "name_en", "weight",
                                       "hall", "owner", "source",  "measure"};
    struct scheme_part *p = &s->parts[s->part_count];
    const char *names[MEASURES];
    int owner = 0, source = 0, measure = 0;

    for (int i = 0; i < MEASURES; i++)
        names[i] = measures[i].name;
    if (!view_keys(v, keys, LENGTH(keys), err) ||
        !view_text(v, "code", hall_rule_code, p->code, sizeof(p->code), err) ||
        !view_text(v, "name", hall_rule_name, p->name, sizeof(p->name), err) ||
        !view_text(v, "name_en", hall_rule_name, p->name_en, sizeof(p->name_en), err) ||
        !view_weight(v, "weight", &p->weight, err) ||
        !view_truth(v, "hall", &p->hall, err) ||
        !view_choice(v, "owner", owners, LENGTH(owners), &owner, err) ||
        !view_choice(v, "source", sources, LENGTH(sources), &source, err) ||
        !view_choice(v, "measure", names, LENGTH(names), &measure, err))
        return false;
    p->owner = (enum part_owner)owner;
    p->source = (enum part_source)source;
    p->measure = (enum measure)measure;
    if (!measure_fits(v, s, p, err))
        return false;
    s->part_count++;
    return true;
}

static bool weights_whole(const struct view *root, const struct scheme *s,
                          struct error *err)
{
    int sum = scheme_weight(s), off = abs(SCHEME_WEIGHT_WHOLE - sum);

    if (off == 0)
        return true;
    return fault(root, "parts", err,
                 "The weights sum to %d.%02d, which is %d.%02d too %s; they must sum to "
                 "100.00.",
                 sum / 100, sum % 100, off / 100, off % 100,
                 sum < SCHEME_WEIGHT_WHOLE ? "little" : "much");
}

/* ---- rules ---- */

/* One fixed word, or what `read` takes. */
static bool word_or(const struct view *v, const char *key, const char *word)
{
    const char *text = json_string_value(json_object_get(v->object, key));

    return text != NULL && strcmp(text, word) == 0;
}

static bool read_prior(const struct view *v, struct scheme_rules *r, struct error *err)
{
    r->prior_rate = PRIOR_PEERS;
    if (!word_or(v, "prior_rate", "peers") &&
        !view_weight(v, "prior_rate", &r->prior_rate, err))
        return false;
    r->prior_weight = PRIOR_ESTIMATED;
    return word_or(v, "prior_weight", "estimated") ||
           view_number(v, "prior_weight", 0, SCHEME_PRIOR_MOST, &r->prior_weight, err);
}

static bool read_rules(const struct view *v, struct scheme_rules *r, struct error *err)
{
    static const char *const keys[] = {"prior_rate", "prior_weight", "adjust",
                                       "comparable", "apart",        "draws"};

    if (!view_keys(v, keys, LENGTH(keys), err) || !read_prior(v, r, err) ||
        !view_truth(v, "adjust", &r->adjust, err) ||
        !view_number(v, "comparable", 1, SCHEME_COMPARABLE_MOST, &r->comparable, err) ||
        !view_weight(v, "apart", &r->apart, err))
        return false;
    if (r->apart <= SCHEME_WEIGHT_WHOLE / 2)
        return fault(v, "apart", err,
                     "It must be more than 50.00: at a half, chance alone tells two "
                     "units apart.");
    return view_number(v, "draws", DRAWS_LEAST, DRAWS_MOST, &r->draws, err);
}

/* ---- peers ---- */

static bool read_department(const struct view *v, struct scheme *s,
                            struct scheme_peers *g, const json_t *value,
                            struct error *err)
{
    char *code = g->departments[g->count];

    if (!text_into(v, "departments", value, hall_rule_code, code, HALL_CODE_SIZE, err))
        return false;
    for (struct scheme_peers *other = s->peers; other <= g; other++)
        for (size_t i = 0; i < other->count; i++)
            if (strcmp(other->departments[i], code) == 0)
                return fault(v, "departments", err,
                             "The department \"%s\" is in the group \"%s\" already; it "
                             "can be compared in one group only.",
                             code, other->code);
    g->count++;
    return true;
}

static bool read_peers(const struct view *v, struct scheme *s, struct error *err)
{
    static const char *const keys[] = {"code", "name", "departments"};
    struct scheme_peers *g = &s->peers[s->peer_count];
    json_t *list, *value;
    size_t at;

    if (!view_keys(v, keys, LENGTH(keys), err) ||
        !view_text(v, "code", hall_rule_code, g->code, sizeof(g->code), err) ||
        !view_text(v, "name", hall_rule_name, g->name, sizeof(g->name), err))
        return false;
    for (const struct scheme_peers *other = s->peers; other < g; other++)
        if (strcmp(other->code, g->code) == 0)
            return fault(v, "code", err, "The code \"%s\" is there twice.", g->code);
    list = json_object_get(v->object, "departments");
    if (json_array_size(list) == 0 || json_array_size(list) > HALL_MANY)
        return fault(v, "departments", err, "This must be a list of 1 to %d codes.",
                     HALL_MANY);
    g->departments = memory_new(json_array_size(list) * sizeof(g->departments[0]));
    s->peer_count++;
    json_array_foreach(list, at, value)
    {
        if (!read_department(v, s, g, value, err))
            return false;
    }
    return true;
}

/* ---- the whole ---- */

static bool read_list(const struct view *root, const char *key, size_t least, size_t most,
                      bool (*read)(const struct view *, struct scheme *, struct error *),
                      struct scheme *out, struct error *err)
{
    json_t *list = json_object_get(root->object, key), *value;
    size_t at;

    if (!json_is_array(list) || json_array_size(list) < least ||
        json_array_size(list) > most)
        return fault(root, key, err, "This must be a list […] of %zu to %zu.", least,
                     most);
    json_array_foreach(list, at, value)
    {
        struct view v = {.object = value};

        snprintf(v.place, sizeof(v.place), "%s[%zu]", key, at);
        if (!read(&v, out, err))
            return false;
    }
    return true;
}

static bool read_whole(const struct view *root, struct scheme *out, struct error *err)
{
    static const char *const keys[] = {"year",  "version", "title",
                                       "parts", "rules",   "peers"};
    struct view rules = {.place = "rules"};

    if (!view_keys(root, keys, LENGTH(keys), err) ||
        !view_number(root, "year", YEAR_LEAST, YEAR_MOST, &out->year, err) ||
        !view_number(root, "version", 0, VERSION_MOST, &out->version, err) ||
        !view_text(root, "title", hall_rule_name, out->title, sizeof(out->title), err) ||
        !read_list(root, "parts", 1, SCHEME_PARTS_MOST, read_part, out, err) ||
        !weights_whole(root, out, err))
        return false;
    rules.object = json_object_get(root->object, "rules");
    return read_rules(&rules, &out->rules, err) &&
           read_list(root, "peers", 0, SCHEME_PEERS_MOST, read_peers, out, err);
}

bool scheme_read(const char *text, size_t bytes, struct scheme *out, struct error *err)
{
    struct view root = {.place = ""};
    json_error_t trouble;
    char said[100];
    bool ok;

    memset(out, 0, sizeof(*out));
    if (bytes > SCHEME_BYTES_MOST)
        return fault(&root, "", err, "The scheme has %zu bytes; allowed are %d.", bytes,
                     SCHEME_BYTES_MOST);
    if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3; /* some editors begin a UTF-8 file with a byte order mark */
        bytes -= 3;
    }
    root.object = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &trouble);
    if (root.object == NULL) {
        words_show_into(trouble.text, said, sizeof(said));
        return fault(&root, "", err,
                     "The scheme is not JSON in UTF-8 (line %d, column %d: %s).",
                     trouble.line, trouble.column, said);
    }
    ok = read_whole(&root, out, err);
    json_decref(root.object);
    if (!ok)
        scheme_free(out);
    return ok;
}

/* == Writing ======================================================================= */

/* What a name may hold needs but these two escapes. */
static void add_text(struct buf *out, const char *key, const char *text)
{
    buf_addf(out, "\"%s\":\"", key);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buf_add_byte(out, '\\');
        buf_add_byte(out, (unsigned char)*text);
    }
    buf_add_byte(out, '"');
}

static void add_weight(struct buf *out, const char *key, int weight)
{
    char text[8];

    scheme_weight_text(weight, text);
    add_text(out, key, text);
}

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static void add_part(struct buf *out, const struct scheme_part *p)
{
    buf_add_text(out, "{");
    add_text(out, "code", p->code);
    buf_add_text(out, ",");
    add_text(out, "name", p->name);
    buf_add_text(out, ",");
    add_text(out, "name_en", p->name_en);
    buf_add_text(out, ",");
    add_weight(out, "weight", p->weight);
    buf_addf(out, ",\"hall\":%s,", truth(p->hall));
    add_text(out, "owner", owners[p->owner]);
    buf_add_text(out, ",");
    add_text(out, "source", sources[p->source]);
    buf_add_text(out, ",");
    add_text(out, "measure", measures[p->measure].name);
    buf_add_text(out, "}");
}

static void add_rules(struct buf *out, const struct scheme_rules *r)
{
    buf_add_text(out, ",\"rules\":{");
    if (r->prior_rate == PRIOR_PEERS)
        add_text(out, "prior_rate", "peers");
    else
        add_weight(out, "prior_rate", r->prior_rate);
    buf_add_text(out, ",");
    if (r->prior_weight == PRIOR_ESTIMATED)
        add_text(out, "prior_weight", "estimated");
    else
        buf_addf(out, "\"prior_weight\":%d", r->prior_weight);
    buf_addf(out, ",\"adjust\":%s,\"comparable\":%d,", truth(r->adjust), r->comparable);
    add_weight(out, "apart", r->apart);
    buf_addf(out, ",\"draws\":%d}", r->draws);
}

static void add_peers(struct buf *out, const struct scheme_peers *g)
{
    buf_add_text(out, "{");
    add_text(out, "code", g->code);
    buf_add_text(out, ",");
    add_text(out, "name", g->name);
    buf_add_text(out, ",\"departments\":[");
    for (size_t i = 0; i < g->count; i++)
        buf_addf(out, "%s\"%s\"", i == 0 ? "" : ",", g->departments[i]);
    buf_add_text(out, "]}");
}

void scheme_write(const struct scheme *s, struct buf *out)
{
    buf_addf(out, "{\"year\":%d,\"version\":%d,", s->year, s->version);
    add_text(out, "title", s->title);
    buf_add_text(out, ",\"parts\":[");
    for (size_t i = 0; i < s->part_count; i++) {
        buf_add_text(out, i == 0 ? "" : ",");
        add_part(out, &s->parts[i]);
    }
    buf_add_text(out, "]");
    add_rules(out, &s->rules);
    buf_add_text(out, ",\"peers\":[");
    for (size_t i = 0; i < s->peer_count; i++) {
        buf_add_text(out, i == 0 ? "" : ",");
        add_peers(out, &s->peers[i]);
    }
    buf_add_text(out, "]}");
}
