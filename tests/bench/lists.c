/*
 * lists.c — what a store of many ratings needs that SQL alone cannot write: citizens'
 * words, sealed, with their pairs.
 *
 *     lists DATA EVERY
 *
 * Adds words to every EVERY-th rating and takes the line of its case along. The server
 * must not run; the store may lose what was added if the machine stops meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/world.h"
#include "store/keyring.h"
#include "store/person_store.h"
#include "store/store.h"
#include "store/words_index.h"

static void must(bool ok, const struct error *err)
{
    if (ok)
        return;
    fprintf(stderr, "lists: %s (%s)\n", err->text, err->cause);
    exit(2);
}

/* Forty characters that citizens use, mixed; every word has its own pairs. */
static void write_words(uint64_t n, struct buf *out)
{
    static const char *const pieces[] = {
        "等",   "太久", "窗口", "材料",   "来回", "跑了", "三趟", "态度",
        "不好", "很快", "谢谢", "系统",   "坏了", "排队", "叫号", "没听见",
        "解释", "清楚", "再来", "身份证", "复印", "收费", "多次", "上班"};

    buf_clear(out);
    for (int i = 0; i < 6; i++) {
        n = n * 6364136223846793005u + 1442695040888963407u;
        buf_add_text(out, pieces[(n >> 33) % LENGTH(pieces)]);
    }
    if (n >> 40 % 50000 == 7)
        buf_add_text(out, "电梯停用");
}

static void add_all(struct store *st, int every)
{
    struct buf words = buf_new(4096);
    struct error err = {0};
    int64_t last = 0, count = 0;
    bool found = true;

    while (found) {
        must(db_begin(st->db, &err), &err);
        for (int i = 0; found && i < 20000; i++) {
            int64_t rating, case_id, words_id, at_ms;
            struct db_cursor c;

            must(db_find(st->db,
                         "SELECT id, case_id, rated_ms FROM ratings WHERE id > $1"
                         " ORDER BY id LIMIT 1 OFFSET $2",
                         DB(db_int(last), db_int(every - 1)), &c, &found, &err),
                 &err);
            if (!found)
                break;
            last = rating = db_get_int(&c, 0);
            case_id = db_get_int(&c, 1);
            at_ms = db_get_int(&c, 2);
            db_done(&c);
            write_words((uint64_t)count++, &words);
            must(words_keep(st, buf_text(&words), words.length, at_ms, &words_id, &err),
                 &err);
            must(words_index_add(st, words_id, buf_text(&words), words.length, &err),
                 &err);
            must(db_run(st->db,
                        "INSERT INTO rating_details (id, hall, case_id, rating_id, tags,"
                        " tag_set, words_id, at_ms) VALUES ($1, $2, $3, $4, '', 2, $5,"
                        " $6)",
                        DB(db_int(words_id + 1), db_int(st->hall), db_int(case_id),
                           db_int(rating), db_int(words_id), db_int(at_ms)),
                        &err),
                 &err);
            must(db_run(st->db,
                        "UPDATE rating_lines SET commented = 1 WHERE rating_id = $1",
                        DB(db_int(rating)), &err),
                 &err);
        }
        must(db_commit(st->db, &err), &err);
    }
    printf("%lld comments\n", (long long)count);
    buf_free(&words);
}

int main(int argc, char **argv)
{
    struct world world;
    struct keyring keys;
    struct store st;
    struct error err = {0};
    char path[1024];
    bool more;

    if (argc != 3)
        return 2;
    world_real(&world);
    snprintf(path, sizeof(path), "%s/yiping.key", argv[1]);
    must(keyring_open(path, false, &world, &keys, &err), &err);
    must(store_open(argv[1], DB_WRITE, &world, &keys, &st, &err), &err);
    must(db_script(st.db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000", &err),
         &err);
    /* all words that the store has are in the index: the server need not look */
    must(words_index_fill(&st, 1, &more, &err), &err);
    add_all(&st, atoi(argv[2]));
    store_close(&st);
    return 0;
}
