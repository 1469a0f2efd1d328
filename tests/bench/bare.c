/*
 * bare.c — the limit beside which the server is measured: a loop that writes the rows of
 * a rating into a copy of the same store, 64 to a transaction, with nothing around it.
 *
 *     bare STORE.db SECONDS [few]      one line of JSON: ratings a second
 *
 * The rows are those that a first rating leaves: itself, its line, and its place in the
 * sums of the day, of the clerk and of the rates. With `few` only the rating and the sum
 * of its day. Same engine, same durability (WAL, FULL), same indexes. It shares no code
 * with the server, and looks nothing up: the cases are read before the clock starts.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 64, MOST_CASES = 400000, SPANS = 4, PLACED_AT_ONCE = 1024 };

struct place {
    long long case_id, window, matter, clerk;
    char window_code[24], matter_code[24], clerk_code[24], department_code[24];
};

struct statements {
    sqlite3_stmt *rating, *day, *clerk, *sum, *line, *placed, *begin, *commit;
};

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

/* ---- the cases ---- */

static void copy(sqlite3_stmt *s, int column, char out[24])
{
    snprintf(out, 24, "%s", (const char *)sqlite3_column_text(s, column));
}

static int read_cases(sqlite3 *db, struct place *list)
{
    sqlite3_stmt *s = prepare(
        db, "SELECT c.id, c.window_id, c.matter_id, c.clerk_id, w.code, m.code, k.code,"
            " d.code FROM cases c JOIN windows w ON w.id = c.window_id"
            " JOIN matters m ON m.id = c.matter_id JOIN clerks k ON k.id = c.clerk_id"
            " JOIN departments d ON d.id = w.department_id"
            " WHERE c.closed_ms IS NOT NULL ORDER BY c.id DESC");
    int n = 0;

    for (; n < MOST_CASES && sqlite3_step(s) == SQLITE_ROW; n++) {
        list[n].case_id = sqlite3_column_int64(s, 0);
        list[n].window = sqlite3_column_int64(s, 1);
        list[n].matter = sqlite3_column_int64(s, 2);
        list[n].clerk = sqlite3_column_int64(s, 3);
        copy(s, 4, list[n].window_code);
        copy(s, 5, list[n].matter_code);
        copy(s, 6, list[n].clerk_code);
        copy(s, 7, list[n].department_code);
    }
    sqlite3_finalize(s);
    return n;
}

/* ---- the rows ---- */

static struct statements prepare_all(sqlite3 *db)
{
    return (struct statements){
        .rating = prepare(
            db, "INSERT INTO ratings (id, hall, case_id, round, grade, channel, proof,"
                " receipt, delay_s, local_date, rated_ms) VALUES (?1, 1, ?2, 0, 5,"
                " 'ticket_qr', 'P4', ?3, 60, 20261124, ?4)"),
        .day = prepare(
            db, "INSERT INTO rating_days (hall, local_date, window_code, matter_code,"
                " channel, grade, department_code, ratings) VALUES (1, 20261124, ?1, ?2,"
                " 'ticket_qr', 5, ?3, 1) ON CONFLICT (hall, local_date, window_code,"
                " matter_code, channel, grade) DO UPDATE SET ratings = ratings + 1"),
        .clerk = prepare(
            db, "INSERT INTO clerk_days (hall, clerk_code, local_date, channel, measure,"
                " grade, ratings) VALUES (1, ?1, 20261124, 'ticket_qr', 0, 5, 1)"
                " ON CONFLICT (hall, clerk_code, local_date, channel, measure, grade)"
                " DO UPDATE SET ratings = ratings + 1"),
        .sum = prepare(
            db, "INSERT INTO rating_sums (hall, span, date, window_code, matter_code,"
                " clerk_code, channel, delay, measure, department_code, g0, g1, g2, g3,"
                " g4, g5) VALUES (1, ?1, ?2, ?3, ?4, ?5, 'ticket_qr', 0, 0, ?6, 0, 0, 0,"
                " 0, 0, 1) ON CONFLICT (hall, span, date, window_code, matter_code,"
                " clerk_code, channel, delay, measure) DO UPDATE SET g5 = g5 + 1"),
        .line = prepare(
            db,
            "INSERT INTO rating_lines (rating_id, hall, case_id, later_id, round,"
            " window_id, matter_id, clerk_id, local_date, closed_date, grade, channel,"
            " proof, delay_s, tags, commented, contact, ordered, praised, placed)"
            " VALUES (?1, 1, ?2, 0, 0, ?3, ?4, ?5, 20261124, 20261124, 5,"
            " 'ticket_qr', 'P4', 60, '', 0, 0, 0, 0, 0)"),
        .placed = prepare(
            db, "UPDATE rating_lines SET placed = 1 WHERE hall = 1 AND placed = 0"),
        .begin = prepare(db, "BEGIN IMMEDIATE"),
        .commit = prepare(db, "COMMIT"),
    };
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
    sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void write_few(sqlite3 *db, const struct statements *q, const struct place *p,
                      long long id)
{
    char receipt[17];

    random_receipt(receipt);
    sqlite3_bind_int64(q->rating, 1, id);
    sqlite3_bind_int64(q->rating, 2, p->case_id);
    bind_text(q->rating, 3, receipt);
    sqlite3_bind_int64(q->rating, 4, 1790000000000LL + id % 1000000);
    run(db, q->rating);
    bind_text(q->day, 1, p->window_code);
    bind_text(q->day, 2, p->matter_code);
    bind_text(q->day, 3, p->department_code);
    run(db, q->day);
}

static void write_rest(sqlite3 *db, const struct statements *q, const struct place *p,
                       long long id)
{
    bind_text(q->clerk, 1, p->clerk_code);
    run(db, q->clerk);
    for (int span = 0; span < SPANS; span++) {
        sqlite3_bind_int(q->sum, 1, span);
        sqlite3_bind_int(q->sum, 2, span % 2 == 0 ? 20261124 : 20261100);
        bind_text(q->sum, 3, p->window_code);
        bind_text(q->sum, 4, span < 2 ? p->matter_code : "");
        bind_text(q->sum, 5, span < 2 ? p->clerk_code : "");
        bind_text(q->sum, 6, p->department_code);
        run(db, q->sum);
    }
    sqlite3_bind_int64(q->line, 1, id);
    sqlite3_bind_int64(q->line, 2, p->case_id);
    sqlite3_bind_int64(q->line, 3, p->window);
    sqlite3_bind_int64(q->line, 4, p->matter);
    sqlite3_bind_int64(q->line, 5, p->clerk);
    run(db, q->line);
    if (id % PLACED_AT_ONCE == 0)
        run(db, q->placed);
}

int main(int argc, char **argv)
{
    static struct place cases[MOST_CASES];
    struct statements q;
    sqlite3 *db;
    double start, seconds;
    int count, rows = 0;

    if (argc != 3 && argc != 4) {
        fprintf(stderr, "bare STORE.db SECONDS [few]\n");
        return 2;
    }
    must(sqlite3_open(argv[1], &db), NULL, argv[1]);
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "PRAGMA cache_size=-8192; PRAGMA mmap_size=268435456;"
                      "PRAGMA wal_autocheckpoint=4000; PRAGMA foreign_keys=ON",
                      NULL, NULL, NULL),
         db, "pragma");
    count = read_cases(db, cases);
    q = prepare_all(db);
    start = now_s();
    seconds = atof(argv[2]);
    while (now_s() - start < seconds && rows < count) {
        run(db, q.begin);
        for (int i = 0; i < BATCH && rows < count; i++, rows++) {
            write_few(db, &q, &cases[rows], (1LL << 61) + rows);
            if (argc == 3)
                write_rest(db, &q, &cases[rows], (1LL << 61) + rows);
        }
        run(db, q.commit);
    }
    seconds = now_s() - start;
    printf("{\"rows\":%d,\"seconds\":%.3f,\"per_second\":%.0f}\n", rows, seconds,
           rows / seconds);
    return 0;
}
