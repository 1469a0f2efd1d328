/*
 * page_second_list.c — the second assessments of a year (page_second_assessment.h), with
 * the months that were looked at and what the rules are.
 */
#include "web/page_second_assessment.h"

#include <stdio.h>
#include <string.h>

#include "web/assess_frame.h"
#include "web/page.h"
#include "web/second_view.h"

static const char catalogue[] = "second_assessment";

struct list {
    struct staff staff;
    struct staff_words words;
    int year;
    json_t *rows;
    json_t *rules;
};

bool second_shown(const struct access_view *view, const struct caller *who,
                  const struct second_record *r)
{
    return access_sees(view, who, r->department, r->window, "", true);
}

enum second_act second_route_act(const struct route *route)
{
    const char *last = strrchr(route->pattern, '/');

    return second_act_read(last != NULL ? last + 1 : "");
}

static json_t *rules_found(const struct list *list, const char *rules)
{
    struct buf text = buf_new(512);
    json_t *out;

    while (*rules != '\0') {
        char rule[16];
        size_t length = strcspn(rules, " ");

        snprintf(rule, sizeof(rule), "%.*s", (int)length, rules);
        buf_addf(&text, "%s%s", text.length > 0 ? " · " : "",
                 staff_word(&list->words, "rule", rule));
        rules += length + (rules[length] == ' ');
    }
    out = json_string(buf_text(&text));
    buf_free(&text);
    return out;
}

static void add_row(void *self, const struct second_item *item)
{
    struct list *list = self;
    const struct second_record *r = &item->record;
    char id[24], month[MONTH_TEXT];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    second_month_text(r->month, month);
    row = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:o}", "id", id, "month", month,
        "window", item->window_name[0] != '\0' ? item->window_name : r->window,
        "department",
        item->department_name[0] != '\0' ? item->department_name : r->department, "state",
        staff_word(&list->words, "state", second_state_name(r->now.state)), "due",
        r->now.due_ms != INT64_MAX ? staff_time(&list->words, r->now.due_ms)
                                   : json_null(),
        "why", rules_found(list, item->rules), "over",
        r->now.due_ms <= list->words.now_ms, "changed",
        staff_time(&list->words, r->changed_ms));
    if (item->verdict[0] != '\0')
        json_object_set_new(
            row, "verdict",
            json_string(staff_word(&list->words, "verdict", item->verdict)));
    json_array_append_new(list->rows, row);
}

/* What the rules are, and how often each may call where nothing is wrong. */
static json_t *rules_json(const struct list *list)
{
    const struct trigger_rules *r = &list->words.site->rules->watch.trigger;
    json_t *rules = json_array();

    for (int i = 0; i < TRIGGER_RULES; i++)
        json_array_append_new(
            rules, json_pack("{s:s, s:b, s:o}", "name",
                             staff_word(&list->words, "rule",
                                        trigger_rule_name((enum trigger_rule)i)),
                             "off", r->alarms[i] == 0, "meaning",
                             second_rule_meaning(&list->words, r, (enum trigger_rule)i)));
    return rules;
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct list *list = (struct list *)s;
    const struct access_view *view = list->staff.view;
    const char *place = list->staff.who.place;

    if (!assess_year_asked(s->x, &list->year, err))
        return false;
    list->words = assess_words(s->x, st, catalogue, now_ms);
    list->rows = json_array();
    if (!seconds_list(st, list->year, view->scope == ACCESS_DEPARTMENT ? place : NULL,
                      view->scope == ACCESS_WINDOW ? place : NULL, add_row, list, err)) {
        json_decref(list->rows);
        return false;
    }
    list->rules = rules_json(list);
    return true;
}

static void show_list(struct exchange *x, struct step *s)
{
    struct list *list = (struct list *)s;
    json_t *data = assess_frame(x, &list->staff, list->words.lang, list->year,
                                "/assess/{year}/second");

    json_object_set_new(data, "some", json_boolean(json_array_size(list->rows) > 0));
    json_object_set_new(data, "rows", list->rows);
    json_object_set_new(data, "rules", list->rules);
    page_answer(x, 200, "second_assessments", catalogue, list->words.lang, data);
}

void page_second_list(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));

    staff_read(&list->staff, read_list, show_list);
}
