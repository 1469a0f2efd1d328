/*
 * review_store.c — one line of the list of ratings, cursors and words (review_store.h);
 * the list is in review_list.c, the record in review_record.c.
 */
#include "store/review_store.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { ITEM, CASE_OF, STATEMENTS };

/* As RATE_BESIDE, of what was written before $3. */
#define BESIDE(what)                                                                     \
    " (SELECT y." #what " FROM rating_details y WHERE y.case_id = r.case_id"             \
    " AND y.id < $3 AND y." #what " IS NOT NULL ORDER BY y.id DESC LIMIT 1)"

static const char *const sql[STATEMENTS] =
    {
        /* clang-format off */
    [ITEM] =
        "SELECT r.id, r.case_id, r.round, r.grade, r.attitude, r.efficiency, r.quality,"
        " r.integrity, r.channel, r.proof, r.receipt, r.delay_s, r.rated_ms,"
        BESIDE(attitude) "," BESIDE(efficiency) "," BESIDE(quality) ","
        BESIDE(integrity) ", (SELECT y.tags FROM rating_details y"
        " WHERE y.case_id = r.case_id AND y.id < $3 AND y.tags <> ''"
        " ORDER BY y.id DESC LIMIT 1),"
        BESIDE(words_id) "," BESIDE(contact) ","
        " c.case_no, c.ticket_id, t.series_code, t.serial, m.code, m.name, w.code,"
        " w.name, d.code, d.name, c.source, c.accepted_ms, c.closed_ms, c.phone_id,"
        " k.code, k.name, d.credit_code, m.kind"
        " FROM ratings r JOIN cases c ON c.id = r.case_id JOIN matters m"
        " ON m.id = c.matter_id JOIN windows w ON w.id = c.window_id"
        " JOIN departments d ON d.id = w.department_id"
        " JOIN clerks k ON k.id = c.clerk_id"
        " LEFT JOIN tickets t ON t.id = c.ticket_id"
        " WHERE r.id = $1 AND r.hall = $2",
        /* clang-format on */
        [CASE_OF] = "SELECT case_id FROM ratings WHERE id = $1 AND hall = $2",
};

const char *const *review_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

void review_cursor_text(int64_t cursor, char out[REVIEW_CURSOR])
{
    crypt_base32((uint64_t)cursor, REVIEW_CURSOR - 1, out);
}

bool review_cursor_parse(const char *text, int64_t *cursor)
{
    uint64_t number = 0;

    if (strnlen(text, REVIEW_CURSOR) != REVIEW_CURSOR - 1)
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        int value = crypt_base32_value(*p);

        if (value < 0 || number >> 58 != 0)
            return false;
        number = number << 5 | (unsigned)value;
    }
    if (number == 0 || number > INT64_MAX)
        return false;
    *cursor = (int64_t)number;
    return true;
}

/* How many bytes a well-formed character takes at `p`; 0 where there is none (RFC 3629).
 */
static size_t character(const unsigned char *p, size_t left)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t length = p[0] < 0x80                   ? 1
                    : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                    : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                    : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                                  : 0;

    if (length == 0 || length > left || p[0] == '\0')
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0;
    else if (p[0] == 0xed)
        high = 0x9f;
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f;
    for (size_t i = 1; i < length; i++, low = 0x80, high = 0xbf)
        if (p[i] < low || p[i] > high)
            return 0;
    return length;
}

char *review_readable(const char *bytes, size_t length)
{
    struct buf out = buf_new(3 * length + 1);
    const unsigned char *p = (const unsigned char *)bytes;
    char *given;

    for (size_t i = 0; i < length;) {
        size_t good = character(p + i, length - i);

        if (good > 0)
            buf_add(&out, p + i, good);
        else
            buf_add_text(&out, "\xef\xbf\xbd");
        i += good > 0 ? good : 1;
    }
    given = memory_text(buf_text(&out));
    buf_free(&out);
    return given;
}

bool review_words(struct store *st, int64_t id, char **out, struct error *err)
{
    struct buf words = buf_new(1 << 20);
    bool found = false, ok = id == 0 || words_reveal(st, id, &words, &found, err);

    *out = ok && found ? review_readable(buf_text(&words), words.length) : NULL;
    buf_free(&words);
    return ok;
}

bool review_case_of(struct store *st, int64_t rating_id, int64_t *case_id,
                    struct error *err)
{
    struct db_cursor c;
    bool found;

    *case_id = 0;
    if (!db_find(st->db, sql[CASE_OF], DB(db_int(rating_id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    if (found) {
        *case_id = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

static void read_item(const struct db_cursor *c, struct review_item *item, int64_t *words)
{
    struct review_rating *r = &item->rating;

    *item = (struct review_item){0};
    r->id = db_get_int(c, 0);
    r->case_id = db_get_int(c, 1);
    r->round = (int)db_get_int(c, 2);
    r->grade = (int)db_get_int(c, 3);
    for (int i = 0; i < 4; i++)
        r->dims[i] = (int)db_get_int(c, db_is_null(c, 4 + i) ? 13 + i : 4 + i);
    db_copy_text(c, 8, r->channel, sizeof(r->channel));
    db_copy_text(c, 9, r->proof, sizeof(r->proof));
    db_copy_text(c, 10, r->receipt, sizeof(r->receipt));
    r->delay_s = db_get_int(c, 11);
    r->rated_ms = db_get_int(c, 12);
    r->effective = true;
    db_copy_text(c, 17, r->tags, sizeof(r->tags));
    *words = db_get_int(c, 18);
    r->contact = db_is_null(c, 19) ? -1 : (int)db_get_int(c, 19);
    db_copy_text(c, 20, item->case_no, sizeof(item->case_no));
    item->ticket_id = db_get_int(c, 21);
    if (item->ticket_id != 0)
        ticket_number(db_get_text(c, 22), (int)db_get_int(c, 23), item->number);
    db_copy_text(c, 24, item->matter.code, sizeof(item->matter.code));
    db_copy_text(c, 25, item->matter.name, sizeof(item->matter.name));
    db_copy_text(c, 26, item->window.code, sizeof(item->window.code));
    db_copy_text(c, 27, item->window.name, sizeof(item->window.name));
    db_copy_text(c, 28, item->department.code, sizeof(item->department.code));
    db_copy_text(c, 29, item->department.name, sizeof(item->department.name));
    db_copy_text(c, 30, item->source, sizeof(item->source));
    item->accepted_ms = db_get_int(c, 31);
    item->closed_ms = db_get_int(c, 32);
    item->phone_id = db_get_int(c, 33);
    db_copy_text(c, 34, item->clerk.code, sizeof(item->clerk.code));
    db_copy_text(c, 35, item->clerk.name, sizeof(item->clerk.name));
    db_copy_text(c, 36, item->credit_code, sizeof(item->credit_code));
    item->promise = strcmp(db_get_text(c, 37), "promise") == 0;
}

bool review_item_each(struct store *st, int64_t rating_id, int64_t details_before,
                      review_each *each, void *self, bool *found, struct error *err)
{
    struct review_item item;
    struct db_cursor c;
    char *comment;
    int64_t words;

    if (!db_find(st->db, sql[ITEM],
                 DB(db_int(rating_id), db_int(st->hall),
                    db_int(details_before != 0 ? details_before : INT64_MAX)),
                 &c, found, err) ||
        !*found)
        return err->kind == ERROR_NONE;
    read_item(&c, &item, &words);
    db_done(&c);
    if (!review_words(st, words, &comment, err))
        return false;
    item.rating.comment = comment;
    item.rating.words_gone = words != 0 && comment == NULL;
    each(self, &item);
    free(comment);
    return true;
}
