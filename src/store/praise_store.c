/*
 * praise_store.c — see praise_store.h.
 *
 * Promise: nothing here changes or removes what was thanked, and nothing here looks at a
 * rating. That the same form twice is one is the key's doing, not the caller's.
 */
#include "store/praise_store.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/case_store.h"
#include "store/person_store.h"
#include "store/rating_lines.h"
#include "store/topics.h"

enum {
    ONCE,
    ADD,
    LIST,
    OF_CLERK,
    OF_CASE,
    COUNT,
    COUNT_ALL,
    CASE_BY_NO,
    CASES_OF_NUMBER,
    CASE_BY_ID,
    STATEMENTS
};

#define PRAISES                                                                          \
    "SELECT p.id, p.case_id, p.way, p.actor, p.words_id, p.at_ms, c.case_no,"            \
    " t.series_code, t.serial, k.code, k.name, w.code, w.name, d.code, d.name"           \
    " FROM praises p JOIN clerks k ON k.id = p.clerk_id"                                 \
    " JOIN windows w ON w.id = p.window_id JOIN departments d ON d.id = w.department_id" \
    " LEFT JOIN cases c ON c.id = p.case_id LEFT JOIN tickets t ON t.id = c.ticket_id"
#define CASES                                                                            \
    "SELECT c.id, c.case_no, k.name, w.code, d.code FROM cases c"                        \
    " JOIN clerks k ON k.id = c.clerk_id JOIN windows w ON w.id = c.window_id"           \
    " JOIN departments d ON d.id = w.department_id"

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id, words_id FROM praises WHERE hall = $1 AND once = $2",
    [ADD] = "INSERT INTO praises (id, hall, once, case_id, clerk_id, window_id, way,"
            " words_id, actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    [LIST] = PRAISES " WHERE p.hall = $1 AND p.id < $2"
                     " AND (CAST($3 AS TEXT) IS NULL OR w.code = $3)"
                     " AND (CAST($4 AS TEXT) IS NULL OR d.code = $4)"
                     " ORDER BY p.id DESC LIMIT $5",
    [OF_CLERK] = PRAISES " WHERE p.hall = $1 AND p.id < $2 AND p.clerk_id IN"
                         " (SELECT id FROM clerks WHERE hall = $1 AND code = $3)"
                         " ORDER BY p.id DESC LIMIT $4",
    [OF_CASE] = PRAISES " WHERE p.case_id = $3 AND p.hall = $1 AND p.id < $2"
                        " ORDER BY p.id DESC LIMIT $4",
    [COUNT_ALL] = "SELECT count(*) FROM (SELECT p.id FROM praises p"
                  " JOIN windows w ON w.id = p.window_id JOIN departments d"
                  " ON d.id = w.department_id WHERE p.hall = $1"
                  " AND (CAST($2 AS TEXT) IS NULL OR w.code = $2)"
                  " AND (CAST($3 AS TEXT) IS NULL OR d.code = $3)"
                  " ORDER BY p.id DESC LIMIT $4) x",
    [COUNT] = "SELECT count(*) FROM praises WHERE hall = $1 AND way <> 'desk'"
              " AND clerk_id IN"
              " (SELECT id FROM clerks WHERE hall = $1 AND code = $2)",
    [CASE_BY_NO] = CASES " WHERE c.hall = $1 AND c.source = 'yiping' AND c.case_no = $2"
                         " AND c.state = 'closed'",
    [CASES_OF_NUMBER] =
        CASES " JOIN tickets t ON t.id = c.ticket_id WHERE t.hall = $1"
              " AND t.local_date = $2 AND t.series_code = $3 AND t.serial = $4"
              " AND c.state = 'closed' ORDER BY c.ordinal LIMIT 3",
    [CASE_BY_ID] = CASES " WHERE c.id = $1 AND c.hall = $2 AND c.state = 'closed'",
};

const char *const *praise_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const ways[PRAISE_WAYS] = {
    [PRAISE_PAGE] = "page",     [PRAISE_LETTER] = "letter", [PRAISE_BANNER] = "banner",
    [PRAISE_SPOKEN] = "spoken", [PRAISE_DESK] = "desk",
};

const char *praise_way_name(enum praise_way way)
{
    return ways[way];
}

/* == Taking ======================================================================= */

/* The one that stands already for `once`, and whether it says the same; *id 0 for none.
 */
static bool find_once(struct store *st, const struct praise_input *in, int64_t *id,
                      bool *same, struct error *err)
{
    struct buf words = buf_new(1 << 16);
    struct db_cursor c;
    int64_t words_id;
    bool found, kept, ok;

    *id = 0;
    if (!db_find(st->db, sql[ONCE], DB(db_int(st->hall), db_text(in->once)), &c, &found,
                 err))
        return false;
    if (!found)
        return true;
    *id = db_get_int(&c, 0);
    words_id = db_get_int(&c, 1);
    db_done(&c);
    ok = words_reveal(st, words_id, &words, &kept, err);
    *same = ok && (!kept || strcmp(buf_text(&words), in->words) == 0);
    buf_free(&words);
    return ok;
}

static bool add(struct store *st, const struct praise_input *in, int64_t clerk_id,
                int64_t window_id, int64_t now_ms, int64_t *id, struct error *err)
{
    int64_t words_id;

    *id = store_id(st, now_ms);
    return words_keep(st, in->words, strlen(in->words), now_ms, &words_id, err) &&
           db_run(st->db, sql[ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->once), db_id(in->case_id),
                     db_int(clerk_id), db_int(window_id), db_text(ways[in->way]),
                     db_int(words_id), db_text(in->actor), db_int(now_ms)),
                  err) &&
           (in->case_id == 0 || rating_lines_renew(st, in->case_id, err));
}

bool praise_take(struct store *st, const struct praise_input *in, int64_t now_ms,
                 enum praise_verdict *verdict, int64_t *id, struct error *err)
{
    int64_t clerk_id = in->clerk_id, window_id = in->window_id;
    struct service_case c;
    bool same = false;

    if (!find_once(st, in, id, &same, err))
        return false;
    if (*id != 0) {
        *verdict = same ? PRAISE_SAME : PRAISE_OTHER;
        return true;
    }
    if (in->case_id != 0) {
        if (!case_get(st, in->case_id, &c, err))
            return false;
        if (c.closed_ms == 0) {
            *verdict = PRAISE_TOO_EARLY;
            return true;
        }
        clerk_id = c.clerk_id;
        window_id = c.window_id;
    }
    *verdict = PRAISE_TAKEN;
    return add(st, in, clerk_id, window_id, now_ms, id, err);
}

/* == Looking ====================================================================== */

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_praise(const struct db_cursor *c, struct praise *p, int64_t *words_id)
{
    *p = (struct praise){
        .id = db_get_int(c, 0), .case_id = db_get_int(c, 1), .at_ms = db_get_int(c, 5)};
    COPY(c, 2, p->way);
    COPY(c, 3, p->actor);
    *words_id = db_get_int(c, 4);
    COPY(c, 6, p->case_no);
    if (!db_is_null(c, 7))
        ticket_number(db_get_text(c, 7), (int)db_get_int(c, 8), p->number);
    COPY(c, 9, p->clerk.code);
    COPY(c, 10, p->clerk.name);
    COPY(c, 11, p->window.code);
    COPY(c, 12, p->window.name);
    COPY(c, 13, p->department.code);
    COPY(c, 14, p->department.name);
}

static bool hand_on(struct store *st, const struct db_cursor *c, praise_each *each,
                    void *self, int64_t *last, struct error *err)
{
    struct praise p;
    char *words;
    int64_t words_id;

    read_praise(c, &p, &words_id);
    if (!review_words(st, words_id, &words, err))
        return false;
    p.words = words;
    each(self, &p);
    *last = p.id;
    free(words);
    return true;
}

static bool query(struct store *st, const struct praise_filter *f, struct db_cursor *c,
                  struct error *err)
{
    struct db_value hall = db_int(st->hall);
    struct db_value before = db_int(f->before != 0 ? f->before : INT64_MAX);
    struct db_value limit = db_int(f->limit + 1);

    if (f->case_id != 0)
        return db_query(st->db, sql[OF_CASE], DB(hall, before, db_int(f->case_id), limit),
                        c, err);
    if (f->clerk != NULL)
        return db_query(st->db, sql[OF_CLERK], DB(hall, before, db_text(f->clerk), limit),
                        c, err);
    return db_query(st->db, sql[LIST],
                    DB(hall, before, db_text(f->window), db_text(f->department), limit),
                    c, err);
}

bool praise_list(struct store *st, const struct praise_filter *f, praise_each *each,
                 void *self, int64_t *next, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;
    int64_t last = 0;
    int count = 0;
    bool more;

    *next = 0;
    if (!query(st, f, &c, err))
        return false;
    while ((more = db_next(&c, &trouble)) && count < f->limit &&
           hand_on(st, &c, each, self, &last, &trouble))
        count++;
    db_done(&c);
    if (trouble.kind != ERROR_NONE) {
        *err = trouble;
        return false;
    }
    *next = more ? last : 0;
    return true;
}

bool praise_count_all(struct store *st, const struct praise_filter *filter,
                      int64_t *count, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[COUNT_ALL],
                 DB(db_int(st->hall), db_text(filter->window),
                    db_text(filter->department), db_int(filter->limit)),
                 &c, &found, err))
        return false;
    *count = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool praise_count(struct store *st, const char *clerk, int64_t *count, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[COUNT], DB(db_int(st->hall), db_text(clerk)), &c, &found,
                 err))
        return false;
    *count = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

/* == Finding the case of a letter ================================================= */

static void read_case(const struct db_cursor *c, struct praise_case *out)
{
    *out = (struct praise_case){.id = db_get_int(c, 0)};
    COPY(c, 1, out->case_no);
    COPY(c, 2, out->clerk);
    COPY(c, 3, out->window);
    COPY(c, 4, out->department);
}

/* "a023" is the 23rd of series A. */
static bool read_number(const char *number, char series[8], int *serial)
{
    size_t letters = strcspn(number, "0123456789"), digits = strlen(number) - letters;

    if (letters == 0 || letters >= 8 || digits == 0 || digits > 6 ||
        strspn(number + letters, "0123456789") != digits)
        return false;
    for (size_t i = 0; i < letters; i++)
        series[i] = (char)toupper((unsigned char)number[i]);
    series[letters] = '\0';
    *serial = atoi(number + letters);
    return true;
}

static bool each_case(struct db_cursor *c, praise_case_each *each, void *self, int *count,
                      struct error *err)
{
    struct error trouble = {0};

    while (db_next(c, &trouble)) {
        struct praise_case found;

        read_case(c, &found);
        each(self, &found);
        (*count)++;
    }
    db_done(c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool praise_cases(struct store *st, const char *number, int local_date,
                  praise_case_each *each, void *self, struct error *err)
{
    struct db_cursor c;
    char series[8];
    int serial, count = 0;

    if (!db_query(st->db, sql[CASE_BY_NO], DB(db_int(st->hall), db_text(number)), &c,
                  err) ||
        !each_case(&c, each, self, &count, err))
        return false;
    if (count > 0 || !read_number(number, series, &serial))
        return true;
    return db_query(
               st->db, sql[CASES_OF_NUMBER],
               DB(db_int(st->hall), db_int(local_date), db_text(series), db_int(serial)),
               &c, err) &&
           each_case(&c, each, self, &count, err);
}

bool praise_case_get(struct store *st, int64_t id, struct praise_case *out, bool *found,
                     struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[CASE_BY_ID], DB(db_int(id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (*found) {
        read_case(&c, out);
        db_done(&c);
    }
    return true;
}
