/*
 * statements_test.c — every statement of every topic is prepared on both engines, so that
 * neither meets one for the first time in a hall.
 *
 * SQLite is the one the program links. PostgreSQL 15 is a cluster of the test's own
 * (postgres.h), filled by the same migrations. A statement that fails is printed with the
 * engine's own words. That topic files and the table below agree is tested too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/pack.h"
#include "store/migrate.h"
#include "store/topics.h"

#include "postgres.h"

#define TOPIC(name)                                                                      \
    {                                                                                    \
#name, name                                                                      \
    }

static const struct topic {
    const char *name;
    topic_statements *statements;
} topics[] = {
    TOPIC(account_statements),        TOPIC(case_statements),
    TOPIC(conversation_statements),   TOPIC(event_statements),
    TOPIC(gateway_statements),        TOPIC(hall_frame_statements),
    TOPIC(hall_import_statements),    TOPIC(hall_statements),
    TOPIC(idempotency_statements),    TOPIC(inbound_statements),
    TOPIC(invitation_statements),     TOPIC(key_statements),
    TOPIC(message_statements),        TOPIC(message_refs_statements),
    TOPIC(message_doubt_statements),  TOPIC(message_cases_statements),
    TOPIC(message_look_statements),   TOPIC(metrics_statements),
    TOPIC(person_statements),         TOPIC(place_statements),
    TOPIC(desk_statements),           TOPIC(help_statements),
    TOPIC(print_statements),          TOPIC(printer_statements),
    TOPIC(queue_statements),          TOPIC(rating_statements),
    TOPIC(receipt_statements),        TOPIC(review_record_statements),
    TOPIC(review_statements),         TOPIC(session_statements),
    TOPIC(store_greatest_statements), TOPIC(store_statements),
    TOPIC(ticket_statements),         TOPIC(alert_statements),
    TOPIC(clerk_days_statements),     TOPIC(order_statements),
    TOPIC(second_statements),         TOPIC(board_statements),
    TOPIC(praise_statements),         TOPIC(unlinked_statements),
    TOPIC(order_list_statements),     TOPIC(appeal_statements),
    TOPIC(request_statements),        TOPIC(audit_statements),
    TOPIC(words_index_statements),    TOPIC(case_list_statements),
    TOPIC(rate_sums_statements),      TOPIC(rate_fill_statements),
    TOPIC(rate_statements),           TOPIC(order_marks_statements),
    TOPIC(hook_statements),           TOPIC(assessor_statements),
    TOPIC(paper_statements),          TOPIC(clerk_place_statements),
    TOPIC(day_log_statements),        TOPIC(evidence_statements),
    TOPIC(hall_mark_statements),      TOPIC(visit_statements),
    TOPIC(visit_plan_statements),     TOPIC(recheck_statements),
    TOPIC(recheck_plan_statements),   TOPIC(recheck_ask_statements),
    TOPIC(scheme_statements),         TOPIC(sheet_statements),
    TOPIC(promise_statements),        TOPIC(assess_statements),
    TOPIC(approval_statements),       TOPIC(trait_statements),
    TOPIC(trigger_statements),        TOPIC(second_assessment_statements),
    TOPIC(promise_ask_statements),    TOPIC(second_result_statements),
    TOPIC(platform_statements),       TOPIC(platform_look_statements),
    TOPIC(assessment_statements),     TOPIC(indicator_statements),
    TOPIC(rating_lines_statements),   TOPIC(review_list_statements),
    TOPIC(view_statements),           TOPIC(clerk_sheet_statements),
    TOPIC(place_set_statements),      TOPIC(erase_statements),
    TOPIC(integrity_statements),
};

/* Prepares `sql` on some engine; false after printing what it said. */
typedef bool prepare(void *engine, const char *topic, const char *sql);

/* How many statements there were; `*refused` counts those that an engine did not take. */
static int prepare_all(prepare *with, void *engine, int *refused)
{
    int seen = 0;

    for (size_t t = 0; t < LENGTH(topics); t++) {
        size_t count;
        const char *const *sql = topics[t].statements(&count);

        for (size_t i = 0; i < count; i++, seen++) {
            if (sql[i] == NULL) {
                print_error("%s: there is no statement %zu\n", topics[t].name, i);
                (*refused)++;
            } else if (!with(engine, topics[t].name, sql[i])) {
                (*refused)++;
            }
        }
    }
    return seen;
}

/* Every migration in its order, in the words of the engine. */
static void migrations(enum migrate_engine engine, void (*run)(void *, const char *),
                       void *with)
{
    size_t count;
    const struct pack_file *files = pack_below("src/store/schema/", &count);

    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        struct buf sql = buf_new(1 << 20);

        migrate_dialect((const char *)files[i].bytes, engine, &sql);
        run(with, buf_text(&sql));
        buf_free(&sql);
    }
}

static void sqlite_run(void *engine, const char *sql)
{
    char *said = NULL;

    if (sqlite3_exec(engine, sql, NULL, NULL, &said) != SQLITE_OK)
        fail_msg("SQLite, migration: %s", said);
}

static bool sqlite_prepare(void *engine, const char *topic, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    const char *rest = "";
    bool ok = sqlite3_prepare_v2(engine, sql, -1, &statement, &rest) == SQLITE_OK;

    if (!ok)
        print_error("SQLite, %s: %s\n    %s\n", topic, sqlite3_errmsg(engine), sql);
    else if (*rest != '\0')
        print_error("SQLite, %s: text after the statement: %s\n", topic, rest);
    sqlite3_finalize(statement);
    return ok && *rest == '\0';
}

/* A column that is checked against a list is checked by comparisons on SQLite; all else
 * stays as it is. */
static void test_lists_become_comparisons(void **state)
{
    static const struct {
        const char *text, *sqlite;
    } rows[] = {
        {"a TEXT CHECK (a IN ('x', 'y')),", "a TEXT CHECK (a = 'x' OR a = 'y'),"},
        {"CHECK (a_b IN (0, 1,\n    22)))", "CHECK (a_b = 0 OR a_b = 1 OR a_b = 22))"},
        {"CHECK (a IN ('', 'x)', 'y,z'))", "CHECK (a = '' OR a = 'x)' OR a = 'y,z')"},
        {"CHECK (a IN ('x') AND b > 0)", NULL},
        {"CHECK (a NOT IN ('x', 'y'))", NULL},
        {"CHECK (a > 0 OR a IN ('x'))", NULL},
        {"WHERE a IN ('x', 'y')", NULL},
        {"CHECK (a IN ('x', 'y'", NULL},
        {"CHECK (", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *sqlite = rows[i].sqlite != NULL ? rows[i].sqlite : rows[i].text;
        struct buf one = buf_new(1000), other = buf_new(1000);

        migrate_dialect(rows[i].text, MIGRATE_SQLITE, &one);
        migrate_dialect(rows[i].text, MIGRATE_POSTGRES, &other);
        assert_string_equal(buf_text(&one), sqlite);
        assert_string_equal(buf_text(&other), rows[i].text);
        buf_free(&one);
        buf_free(&other);
    }
}

static void test_sqlite(void **state)
{
    sqlite3 *db = NULL;
    int refused = 0, seen;

    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    migrations(MIGRATE_SQLITE, sqlite_run, db);
    seen = prepare_all(sqlite_prepare, db, &refused);
    sqlite3_close(db);
    print_message("statements: %d prepared on SQLite %s\n", seen, sqlite3_libversion());
    assert_int_equal(refused, 0);
}

static void postgres_run(void *engine, const char *sql)
{
    PGresult *result = PQexec(engine, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("PostgreSQL, migration: %s", PQresultErrorMessage(result));
    PQclear(result);
}

static bool postgres_prepare(void *engine, const char *topic, const char *sql)
{
    PGresult *result = PQprepare(engine, "", sql, 0, NULL);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!ok)
        print_error("PostgreSQL, %s: %s    %s\n", topic, PQresultErrorMessage(result),
                    sql);
    PQclear(result);
    return ok;
}

static void test_postgres(void **state)
{
    struct postgres *p = *state;
    int refused = 0, seen;

    migrations(MIGRATE_POSTGRES, postgres_run, p->connection);
    seen = prepare_all(postgres_prepare, p->connection, &refused);
    print_message("statements: %d prepared on PostgreSQL %s\n", seen,
                  PQparameterStatus(p->connection, "server_version"));
    assert_int_equal(refused, 0);
}

static bool known(const char *name, size_t length)
{
    for (size_t t = 0; t < LENGTH(topics); t++)
        if (strlen(topics[t].name) == length && memcmp(topics[t].name, name, length) == 0)
            return true;
    return false;
}

/* Looks for `NAME_statements(size_t *count)` in a file; how many are not in the table. */
static int forgotten_in(const char *path)
{
    static const char shape[] = "_statements(size_t *count)";
    char line[512];
    int forgotten = 0;
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        const char *end = strstr(line, shape), *start = end;

        if (end == NULL)
            continue;
        end = strchr(end, '(');
        while (start > line && strchr(" *", start[-1]) == NULL)
            start--;
        if (!known(start, (size_t)(end - start))) {
            print_error("%s: %.*s is missing in this test\n", path, (int)(end - start),
                        start);
            forgotten++;
        }
    }
    fclose(file);
    return forgotten;
}

static void test_none_forgotten(void **state)
{
    int forgotten = 0;
    glob_t found;

    (void)state;
    assert_int_equal(glob("src/store/*.c", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        forgotten += forgotten_in(found.gl_pathv[i]);
    globfree(&found);
    assert_int_equal(forgotten, 0);
}

/* == Ids are given once =========================================================== */

static bool goes_on_from(const char *table)
{
    size_t count;
    const char *const *greatest = store_greatest_statements(&count);
    char wanted[128];

    snprintf(wanted, sizeof(wanted), "SELECT max(id) FROM %s", table);
    for (size_t i = 0; i < count; i++)
        if (strcmp(greatest[i], wanted) == 0)
            return true;
    return false;
}

/* A table that is forgotten in store.c could be given an id again when the clock of the
 * server jumps back over a restart. */
static void test_ids_go_on_from_every_table(void **state)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int seen = 0, forgotten = 0;

    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    migrations(MIGRATE_SQLITE, sqlite_run, db);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name)"
                           " c WHERE m.type = 'table' AND c.name = 'id' AND c.pk = 1"
                           " AND c.type = 'INTEGER'",
                           -1, &s, NULL),
        SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(s, 0);

        seen++;
        if (!goes_on_from(table)) {
            print_error("store.c does not look at the ids of %s\n", table);
            forgotten++;
        }
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    assert_true(seen > 50);
    assert_int_equal(forgotten, 0);
}

/* == Facts stay ==================================================================== */

/*
 * What may change after it was written (decisions): states that move, leases, counts and
 * roll-ups, and phones and words, which can be erased. Everything else is a fact: no
 * statement in the program updates or deletes it, so nobody can edit or delete a rating.
 */
static const char *const moving[] = {
    "trait_marks",
    "trait_sums",
    "trait_grades",
    "api_key_uses",
    "case_sums",
    "cases",
    "clerk_days",
    "closing_days",
    "conversation_cases",
    "conversations",
    "desk_days",
    "desks",
    "excluded_days",
    "gateway_counts",
    "gateway_states",
    "help_calls",
    "hook_counts",
    "hook_deliveries",
    "hook_endpoints",
    "idempotency",
    "inbound",
    "links",
    "login_failures",
    "marks",
    "message_cases",
    "message_refs",
    "messages",
    "order_marks",
    "order_states",
    "order_sums",
    "order_years",
    "phones",
    "platforms",
    "platform_records",
    "platform_counts",
    "print_jobs",
    "printer_states",
    "promise_days",
    "promise_marks",
    "promise_sums",
    "queue",
    "rating_days",
    "rating_lines",
    "rating_sums",
    "reply_days",
    "series_days",
    "servers",
    "saved_views",
    "sessions",
    "words",
    "second_states",
    "word_pairs",
};

/* The table that `sql` changes other than by appending a row; "" for none. */
static void changed_table(const char *sql, char out[64])
{
    const char *at =
        strstr(sql, "DO UPDATE") != NULL ? strstr(sql, "INSERT INTO ") : NULL;
    size_t skip = strlen("INSERT INTO ");

    out[0] = '\0';
    if (strncmp(sql, "UPDATE ", 7) == 0) {
        at = sql;
        skip = 7;
    } else if (strncmp(sql, "DELETE FROM ", 12) == 0) {
        at = sql;
        skip = 12;
    } else if (at == NULL &&
               (strstr(sql, "UPDATE ") != NULL || strstr(sql, "DELETE ") != NULL ||
                strstr(sql, "REPLACE ") != NULL)) {
        snprintf(out, 64, "hidden in another statement");
        return;
    }
    if (at != NULL)
        snprintf(out, 64, "%.*s", (int)strcspn(at + skip, " ("), at + skip);
}

static bool may_move(const char *table)
{
    for (size_t i = 0; i < LENGTH(moving); i++)
        if (strcmp(moving[i], table) == 0)
            return true;
    return false;
}

static void test_facts_stay(void **state)
{
    static const struct {
        const char *sql, *table;
    } rows[] = {
        {"UPDATE ratings SET grade = 5 WHERE id = $1", "ratings"},
        {"DELETE FROM ratings WHERE id = $1", "ratings"},
        {"INSERT INTO ratings (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET grade = 5",
         "ratings"},
        {"INSERT OR REPLACE INTO ratings (id) VALUES ($1)",
         "hidden in another statement"},
        {"WITH x AS (DELETE FROM ratings RETURNING id) SELECT id FROM x",
         "hidden in another statement"},
        {"INSERT INTO ratings (id) VALUES ($1)", ""},
        {"SELECT id FROM ratings", ""},
    };
    int broken = 0, changing = 0;
    char table[64];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        changed_table(rows[i].sql, table);
        assert_string_equal(table, rows[i].table);
        assert_false(rows[i].table[0] != '\0' && may_move(table));
    }
    for (size_t t = 0; t < LENGTH(topics); t++) {
        size_t count;
        const char *const *sql = topics[t].statements(&count);

        for (size_t i = 0; i < count; i++) {
            changed_table(sql[i], table);
            changing += table[0] != '\0';
            if (table[0] != '\0' && !may_move(table)) {
                print_error("%s changes the facts of %s: %s\n", topics[t].name, table,
                            sql[i]);
                broken++;
            }
        }
    }
    print_message("facts: %d statements change what may move, none a fact\n", changing);
    assert_true(changing > 20);
    assert_int_equal(broken, 0);
}

static int start_postgres(void **state)
{
    static struct postgres postgres;

    *state = &postgres;
    return postgres_start(&postgres) ? 0 : -1;
}

static int stop_postgres(void **state)
{
    postgres_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_forgotten),
        cmocka_unit_test(test_ids_go_on_from_every_table),
        cmocka_unit_test(test_facts_stay),
        cmocka_unit_test(test_lists_become_comparisons),
        cmocka_unit_test(test_sqlite),
        cmocka_unit_test_setup_teardown(test_postgres, start_postgres, stop_postgres),
    };

    return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
