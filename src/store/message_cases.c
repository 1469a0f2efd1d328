/*
 * message_cases.c — see message_cases.h.
 */
#include "store/message_cases.h"

#include "store/topics.h"

enum {
    CASES,
    CASE_ADD,
    CASE_DROP,
    CASE_LETTER,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [CASES] = "SELECT case_id, letter FROM message_cases WHERE message_id = $1"
              " ORDER BY ordinal LIMIT 3",
    [CASE_ADD] = "INSERT INTO message_cases (message_id, ordinal, hall, case_id)"
                 " VALUES ($1, $2, $3, $4)",
    [CASE_DROP] = "DELETE FROM message_cases WHERE message_id = $1 AND case_id = $2",
    [CASE_LETTER] = "UPDATE message_cases SET letter = $3 WHERE message_id = $1"
                    " AND case_id = $2",
};

const char *const *message_cases_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool message_cases(struct store *st, int64_t id, struct link_case *out, int *count,
                   struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[CASES], DB(db_int(id)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (*count < LINK_CASES && db_next(&c, &mine)) {
        out[*count] = (struct link_case){db_get_int(&c, 0), db_get_text(&c, 1)[0]};
        (*count)++;
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool message_case_add(struct store *st, int64_t id, int ordinal, int64_t case_id,
                      struct error *err)
{
    return db_run(st->db, sql[CASE_ADD],
                  DB(db_int(id), db_int(ordinal), db_int(st->hall), db_int(case_id)),
                  err);
}

bool message_case_drop(struct store *st, int64_t id, int64_t case_id, struct error *err)
{
    return db_run(st->db, sql[CASE_DROP], DB(db_int(id), db_int(case_id)), err);
}

bool message_case_letter(struct store *st, int64_t id, int64_t case_id, char letter,
                         struct error *err)
{
    const char text[2] = {letter, '\0'};

    return db_run(
        st->db, sql[CASE_LETTER],
        DB(db_int(id), db_int(case_id), letter != 0 ? db_text(text) : db_null()), err);
}
