/*
 * scratch_store.h — a real store in a private folder with one hall, for tests of topics.
 *
 * The hall is written row by row, so that a test of a topic does not lean on imports. One
 * writing store, always inside a transaction.
 */
#ifndef TESTS_SCRATCH_STORE_H
#define TESTS_SCRATCH_STORE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

#define SCRATCH_START_MS INT64_C(1795399200000) /* 2026-11-23 10:00 in Shanghai */

struct scratch {
    char folder[64];
    struct world world;
    struct keyring keys;
    struct store st;
};

static inline void scratch_must(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s (%s)", err->text, err->cause);
}

static inline void scratch_run(struct scratch *s, const char *sql)
{
    struct error err = {0};

    scratch_must(db_run(s->st.db, sql, DB_NONE, &err), &err);
}

static inline void scratch_open(struct scratch *s)
{
    static const char *const hall[] = {
        "INSERT INTO halls (id, hall, code, name, county, timezone, signature, base_url, "
        "hours,"
        " calendar, since_ms) VALUES (1, 1, 'BL', '白鹭政务服务中心', '白鹭县', "
        "'Asia/Shanghai',"
        " '白鹭政务', '', '[[\"09:00\",\"17:00\"]]', '{}', 0)",
        "INSERT INTO departments (id, hall, code, name, credit_code, ended, since_ms) "
        "VALUES"
        " (11, 1, 'YB', '医保局', '', 0, 0), (12, 1, 'GA', '公安局', '', 0, 0)",
        "INSERT INTO matters (id, hall, code, name, short_name, department_id, "
        "series_code, kind,"
        " statutory_days, promised_days, usual_days, sensitive, form, ended, since_ms) "
        "VALUES"
        " (21, 1, 'YB-01', '医保参保登记', '参保登记', 11, 'A', 'instant', 0, 0, 0, 0, "
        "'overall',"
        " 0, 0), (22, 1, 'GA-01', '身份证换领', '换身份证', 12, 'B', 'instant', 0, 0, 0, "
        "0, 'four',"
        " 0, 0)",
        "INSERT INTO windows (id, hall, code, name, floor, department_id, matters, "
        "ended, since_ms)"
        " VALUES (31, 1, 'W1', '1号窗口', 1, 11, 'all', 0, 0),"
        " (32, 1, 'W2', '2号窗口', 1, 12, 'all', 0, 0), (33, 1, 'W9', '9号窗口', 1, 12, "
        "'all', 0,"
        " 0), (34, 1, 'W9', '9号窗口', 1, 12, 'all', 1, 0)",
        "INSERT INTO clerks (id, hall, code, name, window_code, ended, since_ms) VALUES"
        " (41, 1, 'C1', '李敏', 'W1', 0, 0)",
        "INSERT INTO kiosks (id, hall, code, printer, ended, since_ms) VALUES"
        " (51, 1, 'K1', 'preview', 0, 0), (52, 1, 'K9', 'preview', 0, 0),"
        " (53, 1, 'K9', 'preview', 1, 0)",
    };
    struct error err = {0};
    char path[128];

    *s = (struct scratch){.folder = "/tmp/yiping-test-XXXXXX"};
    world_by_hand(&s->world, SCRATCH_START_MS, 7);
    assert_non_null(mkdtemp(s->folder));
    snprintf(path, sizeof(path), "%s/key", s->folder);
    scratch_must(keyring_open(path, true, &s->world, &s->keys, &err), &err);
    scratch_must(store_open(s->folder, DB_WRITE, &s->world, &s->keys, &s->st, &err),
                 &err);
    scratch_must(db_begin(s->st.db, &err), &err);
    for (size_t i = 0; i < LENGTH(hall); i++)
        scratch_run(s, hall[i]);
    s->st.hall = 1;
}

static inline void scratch_commit(struct scratch *s)
{
    struct error err = {0};

    scratch_must(db_commit(s->st.db, &err), &err);
    scratch_must(db_begin(s->st.db, &err), &err);
}

static inline void scratch_close(struct scratch *s)
{
    static const char *const files[] = {"key", "yiping.db", "yiping.db-wal",
                                        "yiping.db-shm"};
    char path[128];

    db_rollback(s->st.db);
    store_close(&s->st);
    for (size_t i = 0; i < LENGTH(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", s->folder, files[i]);
        unlink(path);
    }
    rmdir(s->folder);
}

/* The number that a query's first column of its first row gives. */
static inline int64_t scratch_number(struct scratch *s, const char *sql)
{
    struct error err = {0};
    struct db_cursor c;
    int64_t number;
    bool found;

    scratch_must(db_find(s->st.db, sql, DB_NONE, &c, &found, &err), &err);
    assert_true(found);
    number = db_get_int(&c, 0);
    db_done(&c);
    return number;
}

#endif
