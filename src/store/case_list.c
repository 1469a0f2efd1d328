/*
 * case_list.c — see case_list.h.
 *
 * Lists go by id, newest first, so a page costs the same wherever it lies. A ticket's
 * number comes back every day: the days that gave it out are found in series_days first.
 */
#include "store/case_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "store/message_store.h"
#include "store/place_set.h"
#include "store/receipt_store.h"
#include "store/topics.h"
#include "store/words_index.h"

#define ITEM                                                                             \
    "SELECT c.id, c.closed_ms, c.rate_until_ms, c.case_no, t.series_code, t.serial,"     \
    " m.code, m.name, w.code, w.name, d.code, d.name, i.decision, i.reason, r.id,"       \
    " r.grade, "
#define FROM                                                                             \
    " FROM cases c JOIN matters m ON m.id = c.matter_id"                                 \
    " JOIN windows w ON w.id = c.window_id JOIN departments d"                           \
    " ON d.id = w.department_id LEFT JOIN tickets t ON t.id = c.ticket_id"               \
    " LEFT JOIN invitations i ON i.case_id = c.id LEFT JOIN ratings r"                   \
    " ON r.case_id = c.id AND NOT EXISTS (SELECT n.id FROM ratings n"                    \
    " WHERE n.case_id = c.id AND n.round > r.round)"

enum {
    SCAN_DOWN,
    SCAN_UP,
    FAILED_DOWN,
    FAILED_UP,
    BY_ID,
    BY_NUMBER,
    BY_CASE_NO,
    CASE_OF_WORDS,
    STATEMENTS
};

#define SCAN                                                                             \
    "SELECT c.id, c.state, c.window_id, c.matter_id, (SELECT r.id FROM ratings r"        \
    " WHERE r.case_id = c.id LIMIT 1) FROM cases c WHERE c.hall + 0 = $1"
#define FAILED                                                                           \
    ITEM "g.id, g.state, (SELECT s.detail FROM message_states s"                         \
         " WHERE s.message_id = g.id ORDER BY s.id DESC LIMIT 1)" FROM                   \
         " JOIN message_cases x ON x.case_id = c.id JOIN messages g"                     \
         " ON g.id = x.message_id WHERE g.hall = $1 AND" MESSAGE_HAS_FAILED(             \
             "g.") " AND g.kind LIKE 'survey%'"

static const char *const sql[STATEMENTS] = {
    [SCAN_DOWN] = SCAN " AND c.id < $2 ORDER BY c.id DESC LIMIT $3",
    [SCAN_UP] = SCAN " AND c.id > $2 ORDER BY c.id LIMIT $3",
    [FAILED_DOWN] = FAILED " AND g.id < $2 ORDER BY g.id DESC, c.id LIMIT $3",
    [FAILED_UP] = FAILED " AND g.id > $2 ORDER BY g.id, c.id LIMIT $3",
    [BY_ID] = ITEM "c.id, NULL, NULL" FROM " WHERE c.id = $2 AND c.hall = $1",
    [BY_NUMBER] =
        ITEM "c.id, NULL, NULL" FROM
             " WHERE c.ticket_id IN (SELECT k.id FROM series_days y JOIN tickets k"
             " ON k.hall = y.hall AND k.local_date = y.local_date"
             " AND k.series_code = y.series_code AND k.serial = $3"
             " WHERE y.hall = $1 AND y.series_code = $2 AND y.last >= $3"
             " ORDER BY y.local_date DESC LIMIT 40) ORDER BY c.id DESC LIMIT $4",
    [BY_CASE_NO] = ITEM "c.id, NULL, NULL" FROM
                        " WHERE c.hall = $1 AND c.case_no = $2 ORDER BY c.id DESC"
                        " LIMIT $3",
    [CASE_OF_WORDS] = "SELECT e.case_id FROM rating_details e WHERE e.words_id = $1"
                      " AND e.hall = $2 UNION SELECT n.case_id FROM notes n"
                      " WHERE n.words_id = $1 AND n.hall = $2",
};

const char *const *case_list_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const view_names[CASE_VIEWS] = {
    [CASES_UNRATED] = "unrated", [CASES_FAILED] = "failed"};

const char *case_view_name(enum case_view view)
{
    return view_names[view];
}

enum case_view case_view_read(const char *name)
{
    for (int i = 0; i < CASE_VIEWS; i++)
        if (strcmp(view_names[i], name) == 0)
            return (enum case_view)i;
    return CASE_VIEWS;
}

static void read_name(const struct db_cursor *c, int column, struct review_name *out)
{
    db_copy_text(c, column, out->code, sizeof(out->code));
    db_copy_text(c, column + 1, out->name, sizeof(out->name));
}

static void read_item(const struct db_cursor *c, struct case_item *out)
{
    *out = (struct case_item){.id = db_get_int(c, 0),
                              .closed_ms = db_get_int(c, 1),
                              .until_ms = db_get_int(c, 2),
                              .rating_id = db_get_int(c, 14),
                              .grade = (int)db_get_int(c, 15),
                              .place = db_get_int(c, 16),
                              .how = ""};
    db_copy_text(c, 3, out->case_no, sizeof(out->case_no));
    if (!db_is_null(c, 4))
        ticket_number(db_get_text(c, 4), (int)db_get_int(c, 5), out->number);
    read_name(c, 6, &out->matter);
    read_name(c, 8, &out->window);
    read_name(c, 10, &out->department);
    db_copy_text(c, 12, out->decision, sizeof(out->decision));
    db_copy_text(c, 13, out->reason, sizeof(out->reason));
    db_copy_text(c, 17, out->state, sizeof(out->state));
    db_copy_text(c, 18, out->detail, sizeof(out->detail));
}

/* ---- lists ---- */

enum {
    CHUNK = 512,
    LOOK = 10000, /* cases that are looked at for a page of unrated ones */
    READ = 1200   /* of those, and of surveys that failed, what is read whole */
};

/* A page as it is filled. */
struct page {
    struct store *st;
    const struct case_filter *f;
    struct place_set sets[PLACE_TABLES];
    case_each *each;
    void *self;
    int shown, limit, looked, read;
    int64_t last; /* the place looked at last */
    bool full, ended;
};

static bool item_passes(const struct page *p, const struct case_item *item)
{
    const struct list_row row = {.department = item->department.code,
                                 .department_name = item->department.name,
                                 .window = item->window.code,
                                 .window_name = item->window.name,
                                 .matter = item->matter.code,
                                 .matter_name = item->matter.name,
                                 .state = item->state[0] != '\0' ? item->state
                                                                 : item->decision,
                                 .date = hall_local_date(p->st->frame, item->closed_ms)};

    return list_query_passes(&p->f->query, &row, ~0u);
}

static void show(struct page *p, const struct case_item *item)
{
    if (!item_passes(p, item))
        return;
    p->shown++;
    p->each(p->self, item);
}

static bool read_whole(struct page *p, int64_t id, struct error *err)
{
    struct case_item item;
    struct db_cursor c;
    bool found;

    if (!db_find(p->st->db, sql[BY_ID], DB(db_int(p->st->hall), db_int(id)), &c, &found,
                 err))
        return false;
    p->read++;
    if (!found)
        return true;
    read_item(&c, &item);
    db_done(&c);
    show(p, &item);
    return true;
}

/* Some more cases: those that are closed and not rated are read whole. */
static bool scan_unrated(struct page *p, struct error *err)
{
    int64_t ids[CHUNK];
    bool wanted[CHUNK];
    struct db_cursor c;
    int count = 0;

    if (!db_query(p->st->db, sql[p->f->oldest ? SCAN_UP : SCAN_DOWN],
                  DB(db_int(p->st->hall), db_int(p->last), db_int(CHUNK)), &c, err))
        return false;
    for (; db_next(&c, err); count++) {
        ids[count] = db_get_int(&c, 0);
        wanted[count] = db_is_null(&c, 4) && strcmp(db_get_text(&c, 1), "closed") == 0 &&
                        place_set_has(&p->sets[PLACE_WINDOWS], db_get_int(&c, 2)) &&
                        place_set_has(&p->sets[PLACE_MATTERS], db_get_int(&c, 3));
    }
    db_done(&c);
    p->ended = count < CHUNK;
    for (int i = 0; err->kind == ERROR_NONE && i < count; i++) {
        p->full = p->shown == p->limit;
        if (p->full || p->read >= READ) {
            p->ended = false;
            return true;
        }
        p->looked++;
        if (wanted[i] && !read_whole(p, ids[i], err))
            return false;
        p->last = ids[i];
    }
    return err->kind == ERROR_NONE;
}

/* Surveys that did not arrive; one of several cases stays on one page. */
static bool scan_failed(struct page *p, struct error *err)
{
    struct case_item item;
    struct db_cursor c;
    int64_t last = p->last;
    int count = 0;

    if (!db_query(p->st->db, sql[p->f->oldest ? FAILED_UP : FAILED_DOWN],
                  DB(db_int(p->st->hall), db_int(p->last), db_int(READ)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_item(&c, &item);
        if (item.place != last) {
            p->last = last;
            p->full = p->shown >= p->limit;
            if (p->full)
                break;
        }
        last = item.place;
        count++;
        show(p, &item);
    }
    db_done(&c);
    p->ended = !p->full && count < READ;
    p->read = READ;
    return err->kind == ERROR_NONE;
}

bool cases_list(struct store *st, const struct case_filter *f, case_each *each,
                void *self, int64_t *next, struct error *err)
{
    struct page p = {.st = st,
                     .f = f,
                     .each = each,
                     .self = self,
                     .limit = f->limit != 0 ? f->limit : CASE_LIST_LIMIT,
                     .last = f->place != 0 || f->oldest ? f->place : INT64_MAX};
    const struct place_wish wish = {.query = &f->query};
    bool ok = place_sets_fill(st, &wish, p.sets, err);

    *next = 0;
    while (ok && !p.full && !p.ended && p.looked < LOOK && p.read < READ)
        ok = f->view == CASES_FAILED ? scan_failed(&p, err) : scan_unrated(&p, err);
    if (ok && !p.ended)
        *next = p.last;
    place_sets_free(p.sets);
    return ok;
}

/* ---- what somebody typed ---- */

struct finding {
    struct store *st;
    case_each *each;
    void *self;
    int64_t seen[CASE_FOUND_MOST];
    int count;
};

/* Tells it, once. */
static void tell(struct finding *f, struct case_item *item, const char *how)
{
    for (int i = 0; i < f->count; i++)
        if (f->seen[i] == item->id)
            return;
    if (f->count == CASE_FOUND_MOST)
        return;
    f->seen[f->count++] = item->id;
    item->how = how;
    f->each(f->self, item);
}

static bool ask(struct finding *f, int statement, const struct db_value *values,
                size_t count, const char *how, struct error *err)
{
    struct case_item item;
    struct db_cursor c;

    if (!db_query(f->st->db, sql[statement], values, count, &c, err))
        return false;
    while (db_next(&c, err)) {
        read_item(&c, &item);
        tell(f, &item, how);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* "A023", "a 23": a letter of a series and a number. */
static bool by_number(struct finding *f, const char *typed, struct error *err)
{
    char series[2] = {(char)toupper((unsigned char)typed[0]), '\0'};
    char *end;
    long serial;

    if (!isalpha((unsigned char)typed[0]))
        return true;
    serial = strtol(typed + 1, &end, 10);
    if (*end != '\0' || serial < 1 || serial > 99999)
        return true;
    return ask(
        f, BY_NUMBER,
        DB(db_int(f->st->hall), db_text(series), db_int(serial), db_int(CASE_FOUND_MOST)),
        "number", err);
}

/* A receipt as people write it: any case, parted or not. */
static bool by_receipt(struct finding *f, const char *typed, struct error *err)
{
    char code[17];
    int64_t case_id;
    struct receipt r;
    bool found = false;
    int n = 0;

    for (; *typed != '\0' && n < 16; typed++) {
        int value = crypt_base32_value(*typed);

        if (value >= 0)
            code[n++] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value];
        else if (*typed != '-' && *typed != ' ')
            return true;
    }
    code[n] = '\0';
    if (n != 16 || *typed != '\0')
        return true;
    if (!receipt_find(f->st, code, &r, &found, err))
        return false;
    return !found ||
           (review_case_of(f->st, r.rating_id, &case_id, err) &&
            ask(f, BY_ID, DB(db_int(f->st->hall), db_int(case_id)), "receipt", err));
}

static bool by_words(struct finding *f, const char *typed, struct error *err)
{
    int64_t words[CASE_FOUND_MOST], case_id;
    struct db_cursor c;
    int count;
    bool found;

    if (!words_index_find(f->st, typed, CASE_FOUND_MOST, words, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        if (!db_find(f->st->db, sql[CASE_OF_WORDS],
                     DB(db_int(words[i]), db_int(f->st->hall)), &c, &found, err))
            return false;
        if (!found)
            continue;
        case_id = db_get_int(&c, 0);
        db_done(&c);
        if (!ask(f, BY_ID, DB(db_int(f->st->hall), db_int(case_id)), "words", err))
            return false;
    }
    return true;
}

bool cases_find(struct store *st, const char *typed, bool words, case_each *each,
                void *self, struct error *err)
{
    struct finding f = {.st = st, .each = each, .self = self};

    if (!by_receipt(&f, typed, err) || !by_number(&f, typed, err) ||
        !ask(&f, BY_CASE_NO,
             DB(db_int(st->hall), db_text(typed), db_int(CASE_FOUND_MOST)), "case_no",
             err))
        return false;
    if (!words || by_words(&f, typed, err))
        return true;
    if (err->kind == ERROR_INPUT && f.count > 0)
        error_clear(err); /* too short for words, and found otherwise */
    return err->kind == ERROR_NONE;
}
