/*
 * list_box.c — see list_box.h.
 */
#include "web/list_box.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "store/hall_store.h"
#include "store/view_store.h"

const char list_catalogue[] = "lists";

/* ---- what was asked for ---- */

/* Fields of the list of ratings from before there was a box. */
static const struct {
    const char *field;
    enum list_qualifier qualifier;
    int shift; /* of a day, which `before` and `after` leave out */
} older[] = {
    {"department", LIST_DEPT, 0}, {"window", LIST_WINDOW, 0},
    {"matter", LIST_MATTER, 0},   {"clerk", LIST_CLERK, 0},
    {"grade", LIST_GRADE, 0},     {"channel", LIST_CHANNEL, 0},
    {"from", LIST_AFTER, -1},     {"to", LIST_BEFORE, 1},
};

static void add_part(struct list_query *query, enum list_qualifier qualifier,
                     const char *value, int shift)
{
    char day[DAY_TEXT];
    int32_t number;

    if (shift != 0 && day_parse(value, &number)) {
        day_text(number + shift, day);
        value = day;
    }
    if (strlen(value) < LIST_VALUE && !list_query_has(query, qualifier, value))
        list_query_toggle(query, qualifier, value);
}

/* "dept:yb", as the list of places offers it, beside what is there already. */
static void add_chosen(const struct exchange *x, const struct list_kind *kind,
                       struct list_query *query)
{
    const char *chosen = exchange_query(x, "add");
    struct list_query one;
    struct list_fault fault;

    if (chosen != NULL && list_query_parse(chosen, kind, &one, &fault) && one.count == 1)
        add_part(query, one.parts[0].qualifier, one.parts[0].values[0], 0);
}

void list_box_read(struct exchange *x, const struct list_kind *kind, struct list_box *box)
{
    const char *typed = exchange_query(x, "q"), *value;
    struct buf text = buf_new(8192);

    *box = (struct list_box){.kind = kind,
                             .view = exchange_query(x, "view"),
                             .sort = exchange_query(x, "sort"),
                             .culprit = -1};
    snprintf(box->typed, sizeof(box->typed), "%s", typed != NULL ? typed : "");
    if (list_query_parse(typed != NULL ? typed : "", kind, &box->query, &box->fault)) {
        for (size_t i = 0; kind == &list_ratings && i < LENGTH(older); i++)
            if ((value = exchange_query(x, older[i].field)) != NULL && value[0] != '\0')
                add_part(&box->query, older[i].qualifier, value, older[i].shift);
        add_chosen(x, kind, &box->query);
        list_query_text(&box->query, &text);
        snprintf(box->typed, sizeof(box->typed), "%s", buf_text(&text));
        if (!list_query_parse(buf_text(&text), kind, &box->query, &box->fault))
            box->query.count = 0;
    }
    buf_free(&text);
}

/* ---- what can be chosen ---- */

struct choosing {
    struct list_box *box;
    json_t *departments, *windows, *matters;
};

static void offer(const struct list_box *box, json_t *list, enum list_qualifier qualifier,
                  const char *code, const char *name)
{
    struct list_part part = {.qualifier = qualifier, .count = 1};
    struct buf text = buf_new(512);

    snprintf(part.values[0], LIST_VALUE, "%s", code);
    list_part_text(&part, &text);
    if (!list_query_has(&box->query, qualifier, code))
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "value", buf_text(&text), "text", name));
    buf_free(&text);
}

/* A department is offered once, however many windows it has. */
static void offer_window(void *self, const struct window *w)
{
    struct choosing *c = self;
    json_t *known;
    size_t i;

    offer(c->box, c->windows, LIST_WINDOW, w->code, w->name);
    json_array_foreach(c->departments, i, known)
    {
        if (strcmp(json_string_value(json_object_get(known, "text")),
                   w->department_name) == 0)
            return;
    }
    offer(c->box, c->departments, LIST_DEPT, w->department_code, w->department_name);
}

static void offer_matter(void *self, const struct matter *m)
{
    struct choosing *c = self;

    offer(c->box, c->matters, LIST_MATTER, m->code, m->name);
}

static void add_saved(void *self, const struct saved_view *view)
{
    struct list_box *box = self;
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)view->id);
    json_array_append_new(box->saved, json_pack("{s:s, s:s, s:s}", "id", id, "name",
                                                view->name, "query", view->query));
}

bool list_box_fill(struct store *st, const struct staff *staff, struct list_box *box,
                   struct error *err)
{
    struct choosing c = {box, json_array(), json_array(), json_array()};
    bool places = (box->kind->qualifiers & LIST_PLACES) != 0;

    box->saved = json_array();
    box->places = json_pack("[{s:s, s:o}, {s:s, s:o}, {s:s, s:o}]", "kind", "department",
                            "list", c.departments, "kind", "window", "list", c.windows,
                            "kind", "matter", "list", c.matters);
    if (views_each(st, staff->who.id, box->kind->name, add_saved, box, err) &&
        (!places || (windows_each(st, offer_window, &c, err) &&
                     matters_each(st, offer_matter, &c, err))))
        return true;
    list_box_drop(box);
    return false;
}

void list_box_drop(struct list_box *box)
{
    json_decref(box->places);
    json_decref(box->saved);
    box->places = box->saved = NULL;
}

bool list_box_blame(struct store *st, struct list_box *box, list_any *any, void *self,
                    struct error *err)
{
    struct list_query some = {0};
    bool found = true, known = true;

    for (int i = 0; found && known && i < box->query.count; i++) {
        some.parts[some.count++] = box->query.parts[i];
        if (!any(st, self, &some, &found, &known, err))
            return false;
        if (known && !found)
            box->culprit = i;
    }
    return true;
}

/* ---- addresses ---- */

/* With these wishes and in this order, from the beginning. */
static void address(const struct exchange *x, const struct list_box *box,
                    const char *path, const struct list_query *query, const char *sort,
                    struct buf *url)
{
    struct buf q = buf_new(8192);

    list_query_text(query, &q);
    buf_add_text(url, path);
    query_add(url, "lang", exchange_query(x, "lang"));
    query_add(url, "view", box->view);
    if (q.length > 0)
        query_add(url, "q", buf_text(&q));
    query_add(url, "sort", sort);
    buf_free(&q);
}

void list_box_address(const struct exchange *x, const struct list_box *box,
                      const char *path, struct buf *url)
{
    address(x, box, path, &box->query, box->sort, url);
}

static json_t *link_to(const struct exchange *x, const struct list_box *box,
                       const struct list_query *query, const char *sort)
{
    char path[32];
    struct buf url = buf_new(8192);
    json_t *out;

    snprintf(path, sizeof(path), "/%s", box->kind->name);
    address(x, box, path, query, sort, &url);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

json_t *list_box_url(const struct exchange *x, const struct list_box *box,
                     const char *name, const char *value)
{
    char path[32];
    struct buf url = buf_new(8192);
    json_t *out;

    snprintf(path, sizeof(path), "/%s", box->kind->name);
    list_box_address(x, box, path, &url);
    query_add(&url, name, value);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

/* ---- the page ---- */

/* Under which prefix the catalogue has the words of a qualifier. */
static const char *prefix_of(const struct list_box *box, enum list_qualifier qualifier,
                             const char *value)
{
    switch (qualifier) {
    case LIST_GRADE:
        return "grade";
    case LIST_CHANNEL:
        return "channel";
    case LIST_STATE:
        return box->kind == &list_reviews    ? "order"
               : box->kind == &list_unlinked ? "act"
               : value[0] < 'a'              ? "state"
                                             : "decision";
    case LIST_OWNER:
        return "owner";
    case LIST_IS:
        return "is";
    default:
        return "has";
    }
}

static json_t *facet(const struct exchange *x, const struct list_box *box,
                     const struct staff_words *w, enum list_qualifier qualifier,
                     const char *value)
{
    struct list_query turned = box->query;
    char text[200];

    list_query_toggle(&turned, qualifier, value);
    if (qualifier == LIST_PROOF)
        snprintf(text, sizeof(text), "%s", value);
    else if (qualifier == LIST_GRADE && value[0] != 'f')
        snprintf(text, sizeof(text), "%s %s", value, staff_word(w, "grade", value));
    else
        snprintf(text, sizeof(text), "%s",
                 staff_word(w, prefix_of(box, qualifier, value),
                            strcmp(value, "four") == 0 ? "0" : value));
    return json_pack("{s:s, s:o, s:b}", "text", text, "url",
                     link_to(x, box, &turned, box->sort), "on",
                     list_query_has(&box->query, qualifier, value));
}

static json_t *facets_json(const struct exchange *x, const struct list_box *box,
                           const struct staff_words *w)
{
    json_t *groups = json_array(), *items;

    for (int q = 0; q < LIST_QUALIFIERS; q++) {
        const char *word = list_words(box->kind, (enum list_qualifier)q);

        if ((box->kind->qualifiers & LIST_BIT(q)) == 0 || word[0] == '\0')
            continue;
        items = json_array();
        for (size_t length; *word != '\0'; word += length + (word[length] == ' ')) {
            char value[LIST_VALUE];

            length = strcspn(word, " ");
            snprintf(value, sizeof(value), "%.*s", (int)length, word);
            json_array_append_new(items, facet(x, box, w, (enum list_qualifier)q, value));
        }
        json_array_append_new(
            groups,
            json_pack("{s:s, s:o}", "name",
                      staff_word(w, "of", list_qualifier_name((enum list_qualifier)q)),
                      "items", items));
    }
    return groups;
}

/* The parts in force, each with the list without it. */
static json_t *parts_json(const struct exchange *x, const struct list_box *box)
{
    json_t *parts = json_array();

    for (int i = 0; i < box->query.count; i++) {
        struct list_query without = box->query;
        struct buf text = buf_new(1024);

        memmove(&without.parts[i], &without.parts[i + 1],
                (size_t)(--without.count - i) * sizeof(without.parts[0]));
        list_part_text(&box->query.parts[i], &text);
        json_array_append_new(parts,
                              json_pack("{s:s, s:o}", "text", buf_text(&text), "url",
                                        link_to(x, box, &without, box->sort)));
        buf_free(&text);
    }
    return parts;
}

/* What a qualifier may be, for the help and for troubles. */
static json_t *help_json(const struct list_box *box, const struct staff_words *w)
{
    json_t *help = json_array();

    for (int q = 0; q < LIST_QUALIFIERS; q++)
        if ((box->kind->qualifiers & LIST_BIT(q)) != 0)
            json_array_append_new(
                help, json_pack("{s:s, s:s, s:s}", "name",
                                list_qualifier_name((enum list_qualifier)q), "text",
                                staff_word(w, "help",
                                           list_qualifier_name((enum list_qualifier)q)),
                                "words", list_words(box->kind, (enum list_qualifier)q)));
    return help;
}

static void add_names(const struct list_box *box, struct buf *out)
{
    for (int q = 0; q < LIST_QUALIFIERS; q++)
        if ((box->kind->qualifiers & LIST_BIT(q)) != 0) {
            buf_add_text(out, out->length > 0 ? " " : "");
            buf_add_text(out, list_qualifier_name((enum list_qualifier)q));
            buf_add_text(out, ":");
        }
}

static json_t *fault_json(const struct list_box *box, const struct staff_words *w)
{
    static const char *const keys[] = {
        [LIST_UNKNOWN] = "fault_unknown",   [LIST_WORD] = "fault_word",
        [LIST_NO_VALUE] = "fault_no_value", [LIST_BAD_VALUE] = "fault_bad_value",
        [LIST_UNCLOSED] = "fault_unclosed", [LIST_TOO_MUCH] = "fault_too_much",
    };
    const char *name = list_qualifier_name(box->fault.qualifier),
               *words = list_words(box->kind, box->fault.qualifier);
    struct buf names = buf_new(400);
    json_t *out;

    if (box->fault.trouble == LIST_FINE)
        return json_null();
    add_names(box, &names);
    out = page_phrase(w->site, list_catalogue, w->lang, keys[box->fault.trouble], "text",
                      box->fault.text, "name", name, "names", buf_text(&names), "words",
                      words[0] != '\0' ? words : staff_word(w, "help", name), NULL);
    buf_free(&names);
    return out;
}

static json_t *sorts_json(const struct exchange *x, const struct list_box *box,
                          const struct staff_words *w, const char *const *sorts,
                          size_t count)
{
    json_t *list = json_array();
    const char *now = sorts[0];

    for (size_t i = 0; i < count; i++)
        if (box->sort != NULL && strcmp(box->sort, sorts[i]) == 0)
            now = sorts[i];
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:o, s:b}", "text",
                                              staff_word(w, "sort", sorts[i]), "url",
                                              link_to(x, box, &box->query, sorts[i]),
                                              "on", strcmp(now, sorts[i]) == 0));
    return list;
}

/* A kept view's address, and whether it is what is shown now. */
static void finish_saved(const struct list_box *box, const char *present)
{
    size_t i;
    json_t *view;

    json_array_foreach(box->saved, i, view)
    {
        const char *query = json_string_value(json_object_get(view, "query"));
        char url[VIEW_QUERY + 40];

        snprintf(url, sizeof(url), "/%s%s%s", box->kind->name,
                 query[0] != '\0' ? "?" : "", query);
        json_object_set_new(view, "url", json_string(url));
        json_object_set_new(view, "on", json_boolean(strcmp(query, present) == 0));
    }
}

static json_t *places_json(const struct list_box *box, const struct staff_words *w)
{
    size_t i;
    json_t *group;

    json_array_foreach(box->places, i, group)
    {
        const char *kind = json_string_value(json_object_get(group, "kind"));

        json_object_set_new(
            group, "label",
            json_string(page_text(w->site, list_catalogue, w->lang, kind)));
    }
    return box->places;
}

static json_t *culprit_json(const struct list_box *box, const struct staff_words *w)
{
    struct buf text = buf_new(1024);
    json_t *out;

    if (box->culprit < 0)
        return json_null();
    list_part_text(&box->query.parts[box->culprit], &text);
    out = page_phrase(w->site, list_catalogue, w->lang,
                      box->culprit == 0 ? "culprit_alone" : "culprit", "part",
                      buf_text(&text), NULL);
    buf_free(&text);
    return out;
}

void list_box_put(struct exchange *x, struct list_box *box, const struct staff *staff,
                  const struct staff_words *words, const char *const *sorts, size_t count,
                  json_t *data)
{
    struct staff_words w = *words;
    const struct list_query none = {0};
    struct buf url = buf_new(8192);
    json_t *out = json_object();
    const char *present;

    (void)staff;
    w.catalogue = list_catalogue;
    { /* without the language, which is not part of a view */
        struct exchange plain = {0};

        address(&plain, box, "", &box->query, box->sort, &url);
    }
    present = url.length > 0 ? buf_text(&url) + 1 : "";
    finish_saved(box, present);
    json_object_set_new(out, "list", json_string(box->kind->name));
    json_object_set_new(out, "example",
                        json_string(staff_word(&w, "example", box->kind->name)));
    json_object_set_new(out, "typed", json_string(box->typed));
    json_object_set_new(out, "view",
                        box->view != NULL ? json_string(box->view) : json_null());
    json_object_set_new(out, "sort",
                        box->sort != NULL ? json_string(box->sort) : json_null());
    json_object_set_new(out, "query", json_string(present));
    json_object_set_new(out, "fault", fault_json(box, &w));
    json_object_set_new(out, "culprit", culprit_json(box, &w));
    json_object_set_new(out, "all", link_to(x, box, &none, NULL));
    json_object_set_new(out, "some_parts", json_boolean(box->query.count > 0));
    json_object_set_new(out, "parts", parts_json(x, box));
    json_object_set_new(out, "facets", facets_json(x, box, &w));
    json_object_set_new(out, "help", help_json(box, &w));
    json_object_set_new(out, "sorts", sorts_json(x, box, &w, sorts, count));
    json_object_set_new(out, "wide",
                        json_boolean((box->kind->qualifiers & LIST_PLACES) != 0));
    json_object_set_new(out, "places", places_json(box, &w));
    json_object_set_new(out, "keeps", json_boolean(json_array_size(box->saved) > 0));
    json_object_set_new(out, "saved", box->saved);
    json_object_set_new(data, "box", out);
    buf_free(&url);
}
