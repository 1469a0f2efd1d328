/*
 * page_views.c — see page_views.h.
 *
 * Promise: what is kept is an address of ours and nothing else: of what was sent only the
 * fields of a list are taken, and written anew. A view gives nobody more than the list
 * itself would.
 */
#include "web/page_views.h"

#include <stdio.h>
#include <string.h>

#include "store/view_store.h"
#include "web/list_box.h"
#include "web/page.h"

struct keeping {
    struct staff staff;
    int64_t id;
    char list[16], query[VIEW_QUERY + 1];
    const char *name;
};

static bool list_known(const char *list)
{
    static const struct list_kind *const kinds[] = {&list_ratings, &list_cases,
                                                    &list_unlinked, &list_reviews};

    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (strcmp(kinds[i]->name, list) == 0)
            return true;
    return false;
}

static bool save(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct keeping *k = (struct keeping *)s;
    const struct saved_view view = {.list = k->list, .name = k->name, .query = k->query};
    char path[20];

    snprintf(path, sizeof(path), "/%s", k->list);
    if (!list_known(k->list) || access_page(path, k->staff.who.role) == NULL)
        return error_set(err, ERROR_ABSENT, "There is no such list for you.");
    return view_save(st, k->staff.who.id, &view, now_ms, err);
}

static bool rename_view(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct keeping *k = (struct keeping *)s;

    (void)now_ms;
    return view_list(st, k->staff.who.id, k->id, k->list, err) &&
           view_rename(st, k->staff.who.id, k->id, k->name, err);
}

static bool delete_view(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct keeping *k = (struct keeping *)s;

    (void)now_ms;
    return view_list(st, k->staff.who.id, k->id, k->list, err) &&
           view_remove(st, k->staff.who.id, k->id, err);
}

/* Back to the list, with what was kept in force. */
static void done(struct exchange *x, struct step *s)
{
    struct keeping *k = (struct keeping *)s;
    char path[VIEW_QUERY + 40];

    snprintf(path, sizeof(path), "/%s%s%s", k->list, k->query[0] != '\0' ? "?" : "",
             k->query);
    page_see_other(x, path);
}

/* The fields of a list, in the order in which its own links have them. */
static void take_query(const char *sent, char out[VIEW_QUERY + 1])
{
    static const char *const fields[] = {"view", "q", "sort"};
    struct buf url = buf_new(VIEW_QUERY + 2);
    struct form form;
    struct error err = {0};

    out[0] = '\0';
    if (form_parse(sent, strlen(sent), &form, &err)) {
        for (size_t i = 0; i < LENGTH(fields); i++) {
            const char *value = form_find(&form, fields[i]);

            if (value != NULL && value[0] != '\0')
                query_add(&url, fields[i], value);
        }
        if (url.length > 0 && !url.overflowed)
            snprintf(out, VIEW_QUERY + 1, "%s", buf_text(&url) + 1);
        form_free(&form);
    }
    buf_free(&url);
}

static void act(struct exchange *x, step_work *work)
{
    struct keeping *k = staff_new(x, sizeof(*k));
    struct form form;
    const char *id = x->param_count > 0 ? exchange_param(x, 0) : "";

    if (!staff_form(x, &form))
        return;
    if (!id_parse(id, &k->id))
        k->id = 0;
    k->name = staff_field(x, &form, "name");
    snprintf(k->list, sizeof(k->list), "%s", staff_field(x, &form, "list"));
    take_query(staff_field(x, &form, "query"), k->query);
    staff_write(&k->staff, &form, work, done);
    form_free(&form);
}

void page_view_post(struct exchange *x)
{
    act(x, save);
}

void page_view_rename_post(struct exchange *x)
{
    act(x, rename_view);
}

void page_view_delete_post(struct exchange *x)
{
    act(x, delete_view);
}
