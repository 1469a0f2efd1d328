/*
 * unlinked_store.c — see unlinked_store.h.
 *
 * The index readings_unlinked holds just these rows, so that a page costs the same
 * however many replies there were. Its condition is written here word for word.
 */
#include "store/unlinked_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "domain/queue.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { LIST, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [LIST] = "SELECT r.id, r.act, r.trouble, n.gateway, n.recipient, n.phone_id,"
             " n.words_id, n.received_ms, c.case_no, m.name, t.series_code, t.serial"
             " FROM readings r JOIN inbound n ON n.id = r.inbound_id"
             " LEFT JOIN cases c ON c.id = r.case_id"
             " LEFT JOIN matters m ON m.id = c.matter_id"
             " LEFT JOIN tickets t ON t.id = c.ticket_id"
             " WHERE r.act IN ('unlinked', 'asked_back', 'late') AND r.hall = $1"
             " AND r.id < $2 ORDER BY r.id DESC LIMIT $3",
};

const char *const *unlinked_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

enum { REPLY_MOST = 128 << 10 }; /* bytes of a raw request */

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_row(const struct db_cursor *c, struct unlinked *one)
{
    *one = (struct unlinked){.id = db_get_int(c, 0), .at_ms = db_get_int(c, 7)};
    COPY(c, 1, one->act);
    COPY(c, 2, one->trouble);
    COPY(c, 3, one->gateway);
    COPY(c, 4, one->recipient);
    if (!db_is_null(c, 8))
        COPY(c, 8, one->number);
    if (!db_is_null(c, 9))
        COPY(c, 9, one->matter);
    if (!db_is_null(c, 10))
        ticket_number(db_get_text(c, 10), (int)db_get_int(c, 11), one->number);
}

static bool mask(struct store *st, int64_t phone_id, struct unlinked *one,
                 struct error *err)
{
    struct phone phone;
    bool found;

    if (phone_id == 0)
        return true;
    if (!phone_reveal(st, phone_id, &phone, &found, err))
        return false;
    if (found)
        phone_mask(&phone, one->phone);
    crypt_wipe(&phone, sizeof(phone));
    return true;
}

/* The words, given; NULL where they are erased or no words at all. */
static bool read_words(struct store *st, int64_t words_id, const char *gateway,
                       review_reader *reader, void *reader_self, char **out,
                       struct error *err)
{
    struct buf raw = buf_new(REPLY_MOST), text = buf_new(REPLY_MOST);
    bool found = false, ok = words_reveal(st, words_id, &raw, &found, err);

    *out = NULL;
    if (ok && found)
        reader(reader_self, gateway, &raw, &text);
    if (text.length > 0)
        *out = review_readable(buf_text(&text), text.length);
    buf_free(&raw);
    buf_free(&text);
    return ok;
}

bool unlinked_list(struct store *st, int64_t before, review_reader *reader,
                   void *reader_self, unlinked_each *each, void *self, int64_t *next,
                   struct error *err)
{
    struct error trouble = {0};
    struct unlinked one = {0};
    struct db_cursor c;
    int count = 0;

    *next = 0;
    if (!db_query(st->db, sql[LIST],
                  DB(db_int(st->hall), db_int(before != 0 ? before : INT64_MAX),
                     db_int(UNLINKED_PAGE + 1)),
                  &c, err))
        return false;
    while (trouble.kind == ERROR_NONE && db_next(&c, &trouble)) {
        char *words;

        if (count++ == UNLINKED_PAGE) {
            *next = one.id;
            break;
        }
        read_row(&c, &one);
        if (!mask(st, db_get_int(&c, 5), &one, &trouble) ||
            !read_words(st, db_get_int(&c, 6), one.gateway, reader, reader_self, &words,
                        &trouble))
            break;
        one.text = words;
        each(self, &one);
        free(words);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
