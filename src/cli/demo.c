/*
 * demo.c — see demo.h. The past is played by demo_past.c, the present by demo_motion.c.
 *
 * Promise: a folder becomes a demo in one transaction or not at all, and a folder that
 * was not made by the demo is refused: nobody gets made-up tickets into a real hall. The
 * log-in links are for this demo only and end after a day.
 */
#include "cli/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/pack.h"
#include "cli/demo_motion.h"
#include "cli/demo_people.h"
#include "cli/demo_past.h"
#include "cli/demo_year.h"
#include "cli/voice.h"
#include "printers/profile.h"
#include "store/account_store.h"
#include "store/key_store.h"
#include "store/queue_store.h"
#include "store/slip_facts.h"
#include "work/press.h"

#define MINUTE_MS INT64_C(60000)
#define LINK_MS   (24 * 60 * MINUTE_MS)

enum { WAITING_LEAST = 14, QUEUE_MINUTES = 26, CLEAR_MOST = 60, CANCEL_MOST = 1000 };

static const char hall_file[] = "templates/halls/demo.json";
static const char mark[] = "demo";

struct demo {
    struct cast cast;
    struct motion *motion;
    struct slip_facts facts; /* of the visitor's ticket; its url begins with the path */
    char hall_link[SECRET_TEXT], organisation_link[SECRET_TEXT];
    int window; /* the visitor's */
    int64_t ticket_id;
};

struct demo *demo_new(void)
{
    return memory_new(sizeof(struct demo));
}

void demo_free(struct demo *d)
{
    if (d == NULL)
        return;
    motion_free(d->motion);
    cast_free(&d->cast);
    crypt_wipe(d, sizeof(*d));
    free(d);
}

bool demo_settings(struct settings *s, struct error *err)
{
    return settings_set(s, "invite.delay_min", "0 s", SETTINGS_FLAG, err) &&
           settings_set(s, "invite.delay_max", "5 s", SETTINGS_FLAG, err) &&
           settings_set(s, "invite.window", "00:00-24:00", SETTINGS_FLAG, err);
}

/* == An empty folder
 * ========================================================================= */

static bool import_hall(struct store *st, int64_t at_ms, struct error *err)
{
    const struct pack_file *file = pack_find(hall_file);
    struct hall_changes changes;
    struct hall_file *parsed;
    bool ok;

    if (!hall_parse((const char *)file->bytes, file->length, hall_file, &parsed, err))
        return false;
    ok = hall_import(st, parsed, at_ms, &changes, err) &&
         store_audit(st, "demo", "hall.imported", parsed->hall.code, NULL, at_ms, err) &&
         hall_frame_read(st->db, &st->frame, err);
    if (ok)
        st->hall = st->frame->hall;
    hall_free(parsed);
    return ok;
}

/* A hash of a password that nobody ever sees; slow, so one does for both accounts. */
static void make_hash(struct store *st, char hash[PASSWORD_HASH])
{
    char password[SECRET_TEXT];

    secret_make(st->world, password);
    crypt_password_hash(password, st->world, hash);
    crypt_wipe(password, sizeof(password));
}

/* The account of this name, made where it is missing. */
static bool keep_account(struct store *st, const char *name, enum role role,
                         char hash[PASSWORD_HASH], int64_t now_ms, int64_t *id,
                         struct error *err)
{
    struct account account;
    bool found;

    if (!account_find(st, name, &account, &found, err))
        return false;
    *id = account.id;
    if (found)
        return true;
    if (hash[0] == '\0')
        make_hash(st, hash);
    return account_add(st, name, role, NULL, hash, "demo", now_ms, id, err);
}

static bool found_all(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    int64_t begin_ms = past_begins_ms(now_ms), hall, organisation;
    char hash[PASSWORD_HASH] = "";
    struct demo *d = self;

    return import_hall(st, begin_ms, err) && store_mark_set(st, mark, 1, err) &&
           keep_account(st, "hall", ROLE_HALL, hash, begin_ms, &hall, err) &&
           keep_account(st, "organisation", ROLE_ORGANISATION, hash, begin_ms,
                        &organisation, err) &&
           demo_year_begin(st, hall, organisation, now_ms, err) &&
           cast_read(st, &d->cast, err) &&
           past_play(st, st->world, &d->cast, now_ms, err) &&
           demo_year_end(st, now_ms, err);
}

bool demo_found(void *demo, struct folder *f, struct error *err)
{
    struct demo *d = demo;
    bool ok = folder_write(f, found_all, d, err);
    struct error mute = {0};

    cast_free(&d->cast);
    if (ok && !voice_make(f->path, &mute))
        fprintf(stderr, "叫号只有提示音 / calls are a chime only: %s\n", mute.text);
    return ok;
}

/* == Before each start
 * ======================================================================= */

struct visit_cases {
    int64_t ids[16];
    int count;
};

static void gather_open(void *self, const struct service_case *c)
{
    struct visit_cases *v = self;

    if ((c->state == CASE_SERVING || c->state == CASE_WAITING) && v->count < 16)
        v->ids[v->count++] = c->id;
}

/* Ends the visit of whoever is at a window. */
static bool finish_visit(struct store *st, int64_t ticket_id, int64_t now_ms,
                         struct error *err)
{
    struct visit_cases v = {.count = 0};
    struct service_case c;
    struct invitation inv;

    if (!cases_of_ticket(st, ticket_id, gather_open, &v, err))
        return false;
    for (int i = 0; i < v.count; i++)
        if (!case_close(st, &demo_rules, v.ids[i], "done", NULL, "demo", now_ms, &c, &inv,
                        err))
            return false;
    return true;
}

/* Visits that an earlier day, or an earlier start, left at the windows are over. */
static bool clear_desks(struct store *st, const struct demo *d, int64_t now_ms,
                        struct error *err)
{
    int today = hall_local_date(st->frame, now_ms), cancelled;

    for (int i = 0; i < d->cast.window_count; i++) {
        struct desk desk;
        struct ticket t;

        if (!desk_get(st, d->cast.windows[i].code, &desk, err))
            return false;
        if (desk.ticket_id == 0)
            continue;
        if (!ticket_get(st, desk.ticket_id, &t, err))
            return false;
        if ((t.local_date != today || i == d->window) &&
            (t.state == TICKET_CALLED || t.state == TICKET_SERVING) &&
            !finish_visit(st, t.id, now_ms, err))
            return false;
    }
    return tickets_cancel_old(st, today, CANCEL_MOST, now_ms, &cancelled, err);
}

static int windows_for(const struct cast *cast, const struct matter *m, int *window)
{
    int count = 0;

    for (int i = cast->window_count - 1; i >= 0; i--)
        if (cast_serves(cast, i, m)) {
            *window = i;
            count++;
        }
    return count;
}

/* A matter done on the spot at one window alone, so that the visitor can be both there
 * and at the desk; else any that is served. */
static bool choose_visit(struct demo *d, const struct matter **out, struct error *err)
{
    int window;

    *out = NULL;
    for (int i = 0; i < d->cast.matter_count; i++) {
        const struct matter *m = &d->cast.matters[i];
        int count = windows_for(&d->cast, m, &window);

        if (count == 0 || (*out != NULL && (count > 1 || m->promise || m->sensitive)))
            continue;
        *out = m;
        d->window = window;
    }
    return *out != NULL ||
           error_set(err, ERROR_SETUP, "No window of this hall handles any matter.");
}

/* Serves those who wait at the visitor's window, so that the visitor is next there. */
static bool clear_window(struct store *st, const struct demo *d, int64_t now_ms,
                         struct error *err)
{
    const char *code = d->cast.windows[d->window].code;
    struct desk desk;
    bool nobody = false;

    if (!queue_resume(st, code, "demo", now_ms, &desk, err))
        return false;
    for (int i = 0; i < CLEAR_MOST && !nobody; i++) {
        struct serving s;

        if (!queue_call(st, &demo_rules, code, d->cast.clerks[d->window], "demo", now_ms,
                        &s, &nobody, err))
            return false;
        if (!nobody && !finish_visit(st, s.ticket.id, now_ms, err))
            return false;
    }
    return true;
}

static void add_waiting(void *self, const char *series, int waiting)
{
    (void)series;
    *(int *)self += waiting;
}

/* An instant of this queue, but not before what happened last nor before today. */
static int64_t taken_ms(const struct store *st, int64_t at_ms, int64_t now_ms)
{
    if (id_floor(at_ms) <= st->ids.last ||
        hall_local_date(st->frame, at_ms) != hall_local_date(st->frame, now_ms))
        return now_ms;
    return at_ms;
}

/* People wait at any hour of any day. */
static bool fill_queue(struct store *st, const struct demo *d, int64_t now_ms,
                       struct error *err)
{
    struct lot lot = {(uint64_t)now_ms};
    int waiting = 0;

    if (!tickets_waiting(st, hall_local_date(st->frame, now_ms), add_waiting, &waiting,
                         err))
        return false;
    for (int left = WAITING_LEAST - waiting; left > 0;) {
        const struct matter *m =
            &d->cast.matters[lot_below(&lot, (uint32_t)d->cast.matter_count)];
        int64_t at_ms = now_ms - left * QUEUE_MINUTES * MINUTE_MS / WAITING_LEAST;
        struct ticket_input in = {
            .matter_code = m->code, .lang = "zh-CN", .actor = "demo"};
        struct ticket t;
        int64_t job;
        int window;

        if (d->cast.window_count > 1 && cast_serves(&d->cast, d->window, m))
            continue;
        left--;
        if (windows_for(&d->cast, m, &window) > 0 &&
            !ticket_take(st, &in, taken_ms(st, at_ms, now_ms), &t, &job, err))
            return false;
    }
    return true;
}

static bool take_ticket(struct store *st, struct demo *d, const struct matter *m,
                        int64_t now_ms, struct error *err)
{
    const struct ticket_input in = {.matter_code = m->code,
                                    .lang = "zh-CN",
                                    .kiosk_code =
                                        d->cast.kiosk[0] != '\0' ? d->cast.kiosk : NULL,
                                    .actor = "demo"};
    struct ticket t;
    int64_t job;

    if (!ticket_take(st, &in, now_ms, &t, &job, err))
        return false;
    d->ticket_id = t.id;
    return slip_facts_read(st, t.id, &(struct token_way){.base_url = ""}, 0, &d->facts,
                           err);
}

static bool add_link(struct store *st, const char *name, enum role role, int64_t now_ms,
                     char link[SECRET_TEXT], struct error *err)
{
    char subject[24], hash[PASSWORD_HASH] = "";
    int64_t id;

    if (!keep_account(st, name, role, hash, now_ms, &id, err))
        return false;
    snprintf(subject, sizeof(subject), "%lld", (long long)id);
    return link_add(st, LINK_LOGIN, subject, now_ms + LINK_MS, link, err);
}

static bool is_demo(struct store *st, const char *path, struct error *err)
{
    int64_t marked;

    if (!store_mark(st, mark, &marked, err))
        return false;
    return marked != 0 ||
           error_set(err, ERROR_CONFLICT,
                     "%.100s holds a hall that is no demo. Name another folder: yiping "
                     "demo --data DIR",
                     path);
}

struct preparing {
    struct demo *d;
    const char *path;
};

static bool prepare_all(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    const struct preparing *p = self;
    struct demo *d = p->d;
    const struct matter *m;

    return is_demo(st, p->path, err) && cast_read(st, &d->cast, err) &&
           choose_visit(d, &m, err) && clear_desks(st, d, now_ms, err) &&
           fill_queue(st, d, now_ms, err) && clear_window(st, d, now_ms, err) &&
           take_ticket(st, d, m, now_ms, err) &&
           add_link(st, "hall", ROLE_HALL, now_ms, d->hall_link, err) &&
           add_link(st, "organisation", ROLE_ORGANISATION, now_ms, d->organisation_link,
                    err);
}

bool demo_prepare(void *demo, struct folder *f, struct error *err)
{
    struct demo *d = demo;
    struct preparing p = {d, f->path};

    if (!folder_write(f, prepare_all, &p, err))
        return false;
    d->motion = motion_new(&d->cast, d->window, d->ticket_id, f->store.ids.last);
    return true;
}

/* == While it runs
 * ============================================================================ */

/*
 * On a terminal the ticket is ink on white whatever its colours are: many phones do not
 * read a code whose light and dark are exchanged.
 */
static void print_paper(const char *text)
{
    bool colours = isatty(STDERR_FILENO) && getenv("NO_COLOR") == NULL;

    while (*text != '\0') {
        int length = (int)strcspn(text, "\n");

        fprintf(stderr, colours ? "\033[30;107m%.*s\033[K\033[0m\n" : "%.*s\n", length,
                text);
        text += length + (text[length] == '\n');
    }
}

/* The visitor's ticket as text; its code leads to the address that is really served. */
static void show_ticket(struct demo *d, const char *base_url)
{
    struct buf text = buf_new(64 * 1024);
    char path[sizeof(d->facts.qr)];
    struct profile profile;
    struct error err = {0};

    memcpy(path, d->facts.qr, sizeof(path));
    snprintf(d->facts.qr, sizeof(d->facts.qr), "%.300s%.90s", base_url, path);
    if (profile_builtin("58mm", &profile, &err) &&
        press_render(&d->facts, &profile, SLIP_TEXT, &text, &err))
        print_paper(buf_text(&text));
    else
        fprintf(stderr, "%s  %s\n", d->facts.number, err.text);
    buf_free(&text);
}

void demo_ready(void *demo, struct folder *f, const struct site *site, bool first)
{
    struct demo *d = demo;
    const char *here = site->own_address;

    (void)first;
    show_ticket(d, site_base_url(site));
    fprintf(stderr,
            "一评演示，全为虚构 / Yiping demo, all made up: %s\n"
            "您的号票 / your ticket %s: %s\n"
            "取号机 / ticket machine: %s/k/%s\n"
            "窗口 / desk: %s/w/%s\n"
            "大厅屏幕 / hall screen: %s/screen/%s\n"
            "手机 / phone: %s/phone\n"
            "看评价 / ratings as hall staff: %s/login/%s\n"
            "机构登录 / as organisation: %s/login/%s\n"
            "按 Ctrl-C 停止 / stop with Ctrl-C; 数据 / data: %s\n",
            here, d->facts.number, d->facts.qr, here, d->cast.kiosk, here,
            d->cast.windows[d->window].code, here, f->store.frame->code, here, here,
            d->hall_link, here, d->organisation_link, f->path);
}

void demo_motion(void *demo, struct site *site)
{
    motion_step(((struct demo *)demo)->motion, site);
}
