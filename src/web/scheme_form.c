/*
 * scheme_form.c — see scheme_form.h.
 *
 * Promise: what is right is decided by the reader of schemes alone (scheme_read): the
 * form is written as its JSON and read back, so that no second set of rules can differ.
 */
#include "web/scheme_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    scheme_form_field *field;
    void *self;
};

/* The field PREFIX + code, or nN_ + name. */
static const char *named(const struct reading *r, const char *prefix, const char *name)
{
    char field[HALL_CODE_SIZE + 16];

    snprintf(field, sizeof(field), "%s%s", prefix, name);
    return r->field(r->self, field);
}

static void put(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

/* A whole number as a number; anything else as the text that the reader refuses. */
static json_t *number_json(const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);

    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && end - text < 9
               ? json_integer(number)
               : json_string(text);
}

static json_t *base_json(const struct scheme *base)
{
    struct buf text = buf_new(SCHEME_BYTES_MOST);
    json_t *json;

    scheme_write(base, &text);
    json = json_loads(buf_text(&text), 0, NULL);
    buf_free(&text);
    return json;
}

/* == Parts ========================================================================= */

static json_t *new_part_json(const struct reading *r, const char *prefix)
{
    static const char *const texts[] = {"code",  "name",   "name_en", "weight",
                                        "owner", "source", "measure"};
    json_t *part = json_object();

    for (size_t i = 0; i < LENGTH(texts); i++)
        put(part, texts[i], named(r, prefix, texts[i]));
    if (named(r, prefix, "name_en")[0] == '\0')
        put(part, "name_en", named(r, prefix, "name"));
    json_object_set_new(part, "hall",
                        json_boolean(strcmp(named(r, prefix, "hall"), "1") == 0));
    return part;
}

static json_t *parts_json(const struct reading *r, const json_t *old)
{
    json_t *parts = json_array(), *part;
    size_t i;

    json_array_foreach(old, i, part)
    {
        const char *weight =
            named(r, "w_", json_string_value(json_object_get(part, "code")));

        if (weight[0] == '\0')
            continue;
        part = json_copy(part);
        put(part, "weight", weight);
        json_array_append_new(parts, part);
    }
    for (int n = 1; n <= SCHEME_FORM_NEW; n++) {
        char prefix[16];

        snprintf(prefix, sizeof(prefix), "n%d_", n);
        if (named(r, prefix, "code")[0] != '\0')
            json_array_append_new(parts, new_part_json(r, prefix));
    }
    return parts;
}

/* == Rules and groups ============================================================== */

static json_t *rules_json(const struct reading *r)
{
    const char *rate = r->field(r->self, "prior_rate");
    const char *weight = r->field(r->self, "prior_weight");
    json_t *rules = json_object();

    put(rules, "prior_rate", rate[0] != '\0' ? rate : "peers");
    json_object_set_new(rules, "prior_weight",
                        weight[0] != '\0' ? number_json(weight)
                                          : json_string("estimated"));
    json_object_set_new(rules, "adjust",
                        json_boolean(strcmp(r->field(r->self, "adjust"), "1") == 0));
    json_object_set_new(rules, "comparable",
                        number_json(r->field(r->self, "comparable")));
    put(rules, "apart", r->field(r->self, "apart"));
    json_object_set_new(rules, "draws", number_json(r->field(r->self, "draws")));
    return rules;
}

/* "code name: a b c", also with the wide colon. */
static json_t *group_json(char *line)
{
    static const char wide[] = "\xef\xbc\x9a", blanks[] = " \t\r,";
    char *colon = strstr(line, wide), *codes, *name, *last;
    json_t *departments = json_array(), *group = json_object();

    codes = colon != NULL ? colon + strlen(wide) : NULL;
    if (colon == NULL && (colon = strchr(line, ':')) != NULL)
        codes = colon + 1;
    if (colon != NULL)
        *colon = '\0';
    line += strspn(line, blanks);
    name = line + strcspn(line, blanks);
    if (*name != '\0')
        *name++ = '\0';
    name += strspn(name, blanks);
    for (last = name + strlen(name); last > name && strchr(blanks, last[-1]) != NULL;)
        *--last = '\0';
    put(group, "code", line);
    put(group, "name", name[0] != '\0' ? name : line);
    for (char *at = codes; at != NULL && *(at += strspn(at, blanks)) != '\0';) {
        size_t length = strcspn(at, blanks);

        json_array_append_new(departments, json_stringn(at, length));
        at += length;
    }
    json_object_set_new(group, "departments", departments);
    return group;
}

static json_t *groups_json(const struct reading *r)
{
    const char *text = r->field(r->self, "peers");
    json_t *groups = json_array();
    char *copy = strdup(text), *next;

    for (char *line = copy; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (line[strspn(line, " \t\r")] != '\0')
            json_array_append_new(groups, group_json(line));
    }
    free(copy);
    return groups;
}

/* == The whole ===================================================================== */

bool scheme_form_read(const struct scheme *base, scheme_form_field *field, void *self,
                      struct scheme *out, struct error *err)
{
    const struct reading r = {.field = field, .self = self};
    json_t *json = base_json(base);
    char *text;
    bool ok;

    put(json, "title", field(self, "title"));
    json_object_set_new(json, "version", json_integer(base->version + 1));
    json_object_set_new(json, "parts", parts_json(&r, json_object_get(json, "parts")));
    json_object_set_new(json, "rules", rules_json(&r));
    json_object_set_new(json, "peers", groups_json(&r));
    text = json_dumps(json, JSON_COMPACT);
    ok = scheme_read(text, strlen(text), out, err);
    free(text);
    json_decref(json);
    return ok;
}

int scheme_form_sum(const struct scheme *base, scheme_form_field *field, void *self)
{
    const struct reading r = {.field = field, .self = self};
    int sum = 0, weight;

    for (size_t i = 0; i < base->part_count; i++) {
        const char *text = named(&r, "w_", base->parts[i].code);

        if (text[0] == '\0')
            continue;
        if (!scheme_weight_read(text, &weight))
            return -1;
        sum += weight;
    }
    for (int n = 1; n <= SCHEME_FORM_NEW; n++) {
        char prefix[16];

        snprintf(prefix, sizeof(prefix), "n%d_", n);
        if (named(&r, prefix, "code")[0] == '\0')
            continue;
        if (!scheme_weight_read(named(&r, prefix, "weight"), &weight))
            return -1;
        sum += weight;
    }
    return sum;
}

/* == The form's own values ========================================================= */

static json_t *choices_json(const struct staff_words *w, const char *prefix,
                            const char *const *names, size_t count, const char *chosen)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", names[i],
                                              "text", staff_word(w, prefix, names[i]),
                                              "chosen", strcmp(names[i], chosen) == 0));
    return list;
}

static json_t *news_json(const struct staff_words *w, const struct reading *r)
{
    static const char *const texts[] = {"code", "name", "name_en", "weight"};
    static const char *const owned[] = {"hall", "organisation", "outside"};
    static const char *const from[] = {"citizens", "records", "assessors"};
    const char *measures[MEASURES];
    json_t *list = json_array();

    for (int m = 0; m < MEASURES; m++)
        measures[m] = measure_name((enum measure)m);
    for (int n = 1; n <= SCHEME_FORM_NEW; n++) {
        json_t *one = json_pack("{s:i}", "n", n);
        char prefix[16];

        snprintf(prefix, sizeof(prefix), "n%d_", n);
        for (size_t i = 0; i < LENGTH(texts); i++)
            put(one, texts[i], named(r, prefix, texts[i]));
        json_object_set_new(one, "hall",
                            json_boolean(strcmp(named(r, prefix, "hall"), "1") == 0));
        json_object_set_new(
            one, "owners",
            choices_json(w, "owner", owned, LENGTH(owned), named(r, prefix, "owner")));
        json_object_set_new(
            one, "sources",
            choices_json(w, "source", from, LENGTH(from), named(r, prefix, "source")));
        json_object_set_new(
            one, "measures",
            choices_json(w, "measure", measures, MEASURES, named(r, prefix, "measure")));
        json_array_append_new(list, one);
    }
    return list;
}

/* What the base itself would have had typed. */
struct base_fields {
    const struct scheme *base;
    struct buf peers;
    char text[16];
};

static const char *rule_field(struct base_fields *f, const char *name)
{
    const struct scheme_rules *r = &f->base->rules;

    f->text[0] = '\0';
    if (strcmp(name, "prior_rate") == 0 && r->prior_rate != PRIOR_PEERS)
        scheme_weight_text(r->prior_rate, f->text);
    else if (strcmp(name, "prior_weight") == 0 && r->prior_weight != PRIOR_ESTIMATED)
        snprintf(f->text, sizeof(f->text), "%d", r->prior_weight);
    else if (strcmp(name, "adjust") == 0)
        snprintf(f->text, sizeof(f->text), "%d", r->adjust);
    else if (strcmp(name, "comparable") == 0)
        snprintf(f->text, sizeof(f->text), "%d", r->comparable);
    else if (strcmp(name, "apart") == 0)
        scheme_weight_text(r->apart, f->text);
    else if (strcmp(name, "draws") == 0)
        snprintf(f->text, sizeof(f->text), "%d", r->draws);
    return f->text;
}

static const char *base_field(void *self, const char *name)
{
    struct base_fields *f = self;

    if (strcmp(name, "title") == 0)
        return f->base->title;
    if (strcmp(name, "peers") == 0)
        return buf_text(&f->peers);
    for (size_t i = 0; i < f->base->part_count && strncmp(name, "w_", 2) == 0; i++)
        if (strcmp(f->base->parts[i].code, name + 2) == 0) {
            scheme_weight_text(f->base->parts[i].weight, f->text);
            return f->text;
        }
    return rule_field(f, name);
}

json_t *scheme_form_json(const struct staff_words *w, const struct scheme *base,
                         scheme_form_field *field, void *self)
{
    static const char *const texts[] = {
        "title", "prior_rate", "prior_weight", "comparable", "apart", "draws", "peers"};
    struct base_fields f = {.base = base, .peers = buf_new(SCHEME_BYTES_MOST)};
    const struct reading r = {.field = field != NULL ? field : base_field,
                              .self = field != NULL ? self : &f};
    json_t *form = json_object(), *parts = json_array();

    for (size_t i = 0; i < base->peer_count; i++) {
        buf_addf(&f.peers, "%s %s:", base->peers[i].code, base->peers[i].name);
        for (size_t d = 0; d < base->peers[i].count; d++)
            buf_addf(&f.peers, " %s", base->peers[i].departments[d]);
        buf_add_byte(&f.peers, '\n');
    }
    for (size_t i = 0; i < base->part_count; i++) {
        json_t *part = part_json(w, &base->parts[i]);

        put(part, "typed", named(&r, "w_", base->parts[i].code));
        json_array_append_new(parts, part);
    }
    for (size_t i = 0; i < LENGTH(texts); i++)
        put(form, texts[i], r.field(r.self, texts[i]));
    json_object_set_new(form, "adjust",
                        json_boolean(strcmp(r.field(r.self, "adjust"), "1") == 0));
    json_object_set_new(form, "parts", parts);
    json_object_set_new(form, "news", news_json(w, &r));
    buf_free(&f.peers);
    return form;
}
