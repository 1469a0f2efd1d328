/*
 * page_account.c — one's own account (page_account.h).
 */
#include "web/page_account.h"

#include <stdio.h>
#include <string.h>

#include "store/second_store.h"
#include "web/session.h"
#include "web/staff_words.h"

struct own {
    struct staff staff;
    struct staff_words words;
    json_t *sessions;
    int recovery;
};

const char *page_account_home(enum role role)
{
    static const char *const homes[] = {"/ratings", "/me"};

    for (size_t i = 0; i < LENGTH(homes); i++)
        if (access_page(homes[i], role) != NULL)
            return homes[i];
    return "/account";
}

static void add_session(void *self, const struct session_row *row)
{
    struct own *own = self;

    json_array_append_new(own->sessions,
                          json_pack("{s:o, s:o, s:s, s:b}", "started",
                                    staff_time(&own->words, row->started_ms), "seen",
                                    staff_time(&own->words, row->seen_ms), "address",
                                    row->address, "own", row->own));
}

static bool read_own(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct own *own = (struct own *)s;
    const struct session_rules rules = session_rules_of(site_of(s->x));

    own->words = (struct staff_words){.site = site_of(s->x),
                                      .frame = st->frame,
                                      .lang = page_lang(s->x),
                                      .now_ms = now_ms};
    own->sessions = json_array();
    if (sessions_each(st, &rules, own->staff.who.id, own->staff.cookie, now_ms,
                      add_session, own, err) &&
        recovery_left(st, own->staff.who.id, &own->recovery, err))
        return true;
    json_decref(own->sessions);
    return false;
}

static void show_own(struct exchange *x, struct step *s)
{
    struct own *own = (struct own *)s;
    json_t *data = staff_frame(x, &own->staff, own->words.lang);

    json_object_set_new(data, "place", json_string(own->staff.who.place));
    json_object_set_new(data, "second", json_boolean(own->staff.state.second));
    json_object_set_new(data, "recovery", json_integer(own->recovery));
    json_object_set_new(data, "others", json_boolean(json_array_size(own->sessions) > 1));
    json_object_set_new(data, "sessions", own->sessions);
    page_answer(x, 200, "account", "account", own->words.lang, data);
}

void page_account(struct exchange *x)
{
    struct own *own = staff_new(x, sizeof(*own));

    staff_read(&own->staff, read_own, show_own);
}

static bool end_others(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct staff *staff = (struct staff *)s;

    return sessions_end(st, staff->who.id, staff->cookie, staff->who.actor, now_ms, err);
}

static void ended_others(struct exchange *x, struct step *s)
{
    (void)s;
    page_see_other(x, "/account");
}

void page_account_sessions_post(struct exchange *x)
{
    struct staff *staff = staff_new(x, sizeof(*staff));
    struct form form;

    if (!staff_form(x, &form))
        return;
    staff_write(staff, &form, end_others, ended_others);
    form_free(&form);
}
