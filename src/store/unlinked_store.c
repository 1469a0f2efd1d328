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

enum { DOWN, UP, COUNT, STATEMENTS };

#define LIST                                                                             \
    "SELECT r.id, r.act, r.trouble, n.gateway, n.recipient, n.phone_id,"                 \
    " n.words_id, n.received_ms, c.case_no, m.name, t.series_code, t.serial"             \
    " FROM readings r JOIN inbound n ON n.id = r.inbound_id"                             \
    " LEFT JOIN cases c ON c.id = r.case_id"                                             \
    " LEFT JOIN matters m ON m.id = c.matter_id"                                         \
    " LEFT JOIN tickets t ON t.id = c.ticket_id"                                         \
    " WHERE r.act IN ('unlinked', 'asked_back', 'late') AND r.hall = $1"

static const char *const sql[STATEMENTS] = {
    [DOWN] = LIST " AND r.id < $2 ORDER BY r.id DESC LIMIT $3",
    [UP] = LIST " AND r.id > $2 ORDER BY r.id LIMIT $3",
    [COUNT] = "SELECT count(*) FROM (SELECT id FROM readings"
              " WHERE act IN ('unlinked', 'asked_back', 'late') AND hall = $1"
              " ORDER BY id DESC LIMIT $2) x",
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

enum { LOOK = 3000 }; /* replies that are looked at for a page */

static bool passes(const struct store *st, const struct list_query *query,
                   const struct unlinked *one)
{
    const struct list_row row = {.state = one->act,
                                 .has = one->number[0] != '\0' ? "case" : "",
                                 .date = hall_local_date(st->frame, one->at_ms)};

    return list_query_passes(query, &row, ~0u);
}

/* Opens what is sealed, and hands it on. */
static bool hand_on(struct store *st, const struct db_cursor *c, struct unlinked *one,
                    review_reader *reader, void *reader_self, unlinked_each *each,
                    void *self, struct error *err)
{
    char *words;

    if (!mask(st, db_get_int(c, 5), one, err) ||
        !read_words(st, db_get_int(c, 6), one->gateway, reader, reader_self, &words, err))
        return false;
    one->text = words;
    each(self, one);
    free(words);
    return true;
}

bool unlinked_list(struct store *st, const struct unlinked_filter *f,
                   review_reader *reader, void *reader_self, unlinked_each *each,
                   void *self, int64_t *next, struct error *err)
{
    struct error trouble = {0};
    struct unlinked one;
    struct db_cursor c;
    int shown = 0, looked = 0, limit = f->limit != 0 ? f->limit : UNLINKED_PAGE;
    int64_t place = f->place != 0 || f->oldest ? f->place : INT64_MAX;
    bool full = false;

    *next = 0;
    if (!db_query(st->db, sql[f->oldest ? UP : DOWN],
                  DB(db_int(st->hall), db_int(place), db_int(LOOK)), &c, err))
        return false;
    while (trouble.kind == ERROR_NONE && !full && db_next(&c, &trouble)) {
        read_row(&c, &one);
        full = shown == limit;
        if (full)
            break;
        looked++;
        place = one.id;
        if (!passes(st, &f->query, &one))
            continue;
        shown++;
        if (!hand_on(st, &c, &one, reader, reader_self, each, self, &trouble))
            break;
    }
    db_done(&c);
    if (full || looked == LOOK)
        *next = place;
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool unlinked_count(struct store *st, int most, int64_t *count, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[COUNT], DB(db_int(st->hall), db_int(most)), &c, &found, err))
        return false;
    *count = db_get_int(&c, 0);
    db_done(&c);
    return true;
}
