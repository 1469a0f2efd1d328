/*
 * page_evidence.c — see page_evidence.h.
 */
#include "web/page_evidence.h"

#include <stdio.h>
#include <string.h>

#include "store/evidence_store.h"
#include "web/session.h"

struct view {
    struct staff staff;
    int64_t id;
    struct evidence file;
};

static bool reaches(const struct view *v)
{
    return access_sees(v->staff.view, &v->staff.who, v->file.department, v->file.window,
                       "", true);
}

static bool read_file(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct view *v = (struct view *)s;
    bool found;

    (void)now_ms;
    if (!evidence_find(st, v->id, &v->file, &found, err))
        return false;
    if (!found || !reaches(v))
        return error_set(err, ERROR_ABSENT, "There is no such file.");
    return evidence_bytes(st, &v->file, &s->x->answer, err);
}

static void send_file(struct exchange *x, struct step *s)
{
    const struct view *v = (const struct view *)s;
    char value[80];

    snprintf(value, sizeof(value), "attachment; filename=\"evidence-%lld.%s\"",
             (long long)v->file.id, evidence_type_name(v->file.type));
    exchange_header_add(x, "Content-Disposition", value);
    exchange_header_add(x, "Content-Security-Policy", "default-src 'none'; sandbox");
    exchange_answer(x, 200, evidence_media_type(v->file.type));
}

void page_evidence(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    if (!id_parse(exchange_param(x, 1), &v->id))
        v->id = 0;
    staff_read(&v->staff, read_file, send_file);
}
