/*
 * hall_frame.c — see hall_frame.h.
 */
#include "store/hall_frame.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pack.h"
#include "store/topics.h"

enum { FRAME_NEWEST, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [FRAME_NEWEST] =
        "SELECT hall, code, name, county, timezone, signature, base_url, hours,"
        " calendar FROM halls ORDER BY id DESC LIMIT 1",
};

const char *const *hall_frame_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool add_own_days(struct calendar *cal, const json_t *days, bool working,
                         struct error *err)
{
    size_t i;
    json_t *day;

    json_array_foreach(days, i, day) if (!calendar_add(cal, json_string_value(day),
                                                       working, err)) return false;
    return true;
}

/* The country's days out of the program, and the hall's own beside them. */
static bool read_calendar(const char *own, struct calendar **out, struct error *err)
{
    const struct pack_file *country = pack_find("templates/halls/calendar-cn.json");
    json_t *days;
    bool ok;

    if (!calendar_parse((const char *)country->bytes, country->length, out, err))
        return false;
    days = json_loads(own, 0, NULL);
    ok = add_own_days(*out, json_object_get(days, "off"), false, err) &&
         add_own_days(*out, json_object_get(days, "work"), true, err);
    json_decref(days);
    return ok;
}

static bool read_row(const struct db_cursor *c, struct hall_frame *f, struct error *err)
{
    size_t length;

    f->hall = db_get_int(c, 0);
    db_copy_text(c, 1, f->code, sizeof(f->code));
    db_copy_text(c, 2, f->name, sizeof(f->name));
    db_copy_text(c, 3, f->county, sizeof(f->county));
    db_copy_text(c, 5, f->signature, sizeof(f->signature));
    db_copy_text(c, 6, f->base_url, sizeof(f->base_url));
    length = strlen(f->base_url);
    if (length > 0 && f->base_url[length - 1] == '/')
        f->base_url[length - 1] = '\0';
    return zone_load(db_get_text(c, 4), &f->zone, err) &&
           office_hours_parse(db_get_text(c, 7), strlen(db_get_text(c, 7)), &f->hours,
                              err) &&
           read_calendar(db_get_text(c, 8), &f->calendar, err);
}

bool hall_frame_read(struct db *db, const struct hall_frame **out, struct error *err)
{
    struct hall_frame *frame;
    struct db_cursor c;
    bool found, ok;

    *out = NULL;
    if (!db_find(db, sql[FRAME_NEWEST], DB_NONE, &c, &found, err))
        return false;
    if (!found)
        return true;
    frame = memory_new(sizeof(*frame));
    ok = read_row(&c, frame, err);
    db_done(&c);
    if (ok)
        *out = frame;
    else
        free(frame);
    return ok;
}

int hall_local_date(const struct hall_frame *frame, int64_t at_ms)
{
    struct local_time local;

    zone_local(frame->zone, at_ms, &local);
    return local.year * 10000 + local.month * 100 + local.day;
}
