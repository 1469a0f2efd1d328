/*
 * bare.c — the limit beside which the server is measured: a loop that writes the rows of
 * a rating into a copy of the same store, 64 to a transaction, with nothing around it.
 *
 *     bare STORE.db SECONDS        one line of JSON: rows of ratings a second
 *
 * Same engine, same durability (WAL, FULL), same indexes. It shares no code with the
 * server.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 64, MOST_CASES = 4000000 };

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int code, sqlite3 *db, const char *what)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return;
    fprintf(stderr, "bare: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;

    must(sqlite3_prepare_v2(db, sql, -1, &s, NULL), db, sql);
    return s;
}

static void run(sqlite3 *db, sqlite3_stmt *s)
{
    must(sqlite3_step(s), db, "step");
    sqlite3_reset(s);
}

static void random_receipt(char out[17])
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    for (int i = 0; i < 16; i++)
        out[i] = symbols[rand() & 31];
    out[16] = '\0';
}

static void bind_rating(sqlite3_stmt *s, long long id, long long case_id,
                        const char *receipt)
{
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, case_id);
    sqlite3_bind_text(s, 3, receipt, 16, SQLITE_STATIC);
    sqlite3_bind_int64(s, 4, 1790000000000LL + id % 1000000);
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    sqlite3_stmt *cases, *rating, *day, *begin, *commit;
    long long id = 1LL << 61, rows = 0;
    double start, seconds;

    if (argc != 3) {
        fprintf(stderr, "bare STORE.db SECONDS\n");
        return 2;
    }
    must(sqlite3_open(argv[1], &db), NULL, argv[1]);
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "PRAGMA cache_size=-8192; PRAGMA mmap_size=268435456;"
                      "PRAGMA wal_autocheckpoint=4000; PRAGMA foreign_keys=ON",
                      NULL, NULL, NULL),
         db, "pragma");
    cases =
        prepare(db, "SELECT id FROM cases WHERE closed_ms IS NOT NULL ORDER BY id DESC");
    rating = prepare(
        db, "INSERT INTO ratings (id, hall, case_id, round, grade, channel, proof,"
            " receipt, delay_s, local_date, rated_ms) VALUES (?1, 1, ?2, 0, 5,"
            " 'ticket_qr', 'P4', ?3, 60, 20261124, ?4)");
    day = prepare(
        db,
        "INSERT INTO rating_days (hall, local_date, window_code, matter_code, channel,"
        " grade, department_code, ratings) VALUES (1, 20261124, 'A01', 'x',"
        " 'ticket_qr', 5, 'd', 1) ON CONFLICT (hall, local_date, window_code,"
        " matter_code, channel, grade) DO UPDATE SET ratings = ratings + 1");
    begin = prepare(db, "BEGIN IMMEDIATE");
    commit = prepare(db, "COMMIT");
    start = now_s();
    seconds = atof(argv[2]);
    while (now_s() - start < seconds && rows < MOST_CASES) {
        long long list[BATCH];
        int n = 0;

        while (n < BATCH && sqlite3_step(cases) == SQLITE_ROW)
            list[n++] = sqlite3_column_int64(cases, 0);
        if (n == 0)
            break;
        run(db, begin);
        for (int i = 0; i < n; i++) {
            char receipt[17];

            random_receipt(receipt);
            bind_rating(rating, id++, list[i], receipt);
            run(db, rating);
            run(db, day);
            rows++;
        }
        run(db, commit);
    }
    seconds = now_s() - start;
    printf("{\"rows\":%lld,\"seconds\":%.3f,\"per_second\":%.0f}\n", rows, seconds,
           (double)rows / seconds);
    return 0;
}
