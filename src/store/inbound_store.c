/*
 * inbound_store.c — see inbound_store.h.
 */
#include "store/inbound_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/person_store.h"
#include "store/rate_sums.h"
#include "store/topics.h"

enum {
    ONCE,
    ADD,
    DUE,
    NEXT,
    PUT_OFF,
    GET,
    PARTS,
    MARK_READ,
    READING_ADD,
    OPTOUT_ADD,
    OPTOUT_OPEN,
    OPTOUT_END,
    REPLIES,
    OF_PHONE,
    OF_CASE,
    STATEMENTS
};

/* Without an id and a time, the same news within this is the same. */
#define SAME_MS INT64_C(600000)

#define VIEW                                                                             \
    "SELECT i.id, i.phone_id, i.words_id, i.received_ms, i.recipient, i.gateway, "       \
    "r.outcome,"                                                                         \
    " r.act, r.proof, r.conversation_id, r.case_id, r.rating_id, r.trouble"              \
    " FROM inbound i"                                                                    \
    " LEFT JOIN readings r ON r.inbound_id = i.id"

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id FROM inbound WHERE hall = $1 AND gateway = $2 AND kind = $3"
             " AND once = $4",
    [ADD] = "INSERT INTO inbound (id, hall, gateway, kind, once, phone_id, recipient, "
            "words_id,"
            " state, received_ms, due_ms, part, parts, part_ref)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'NEW', $9, 0, $10, $11, $12)",
    [DUE] = "SELECT id FROM inbound WHERE hall = $1 AND state = 'NEW' AND due_ms <= $2"
            " ORDER BY due_ms, id LIMIT $3",
    [NEXT] = "SELECT due_ms FROM inbound WHERE hall = $1 AND state = 'NEW'"
             " ORDER BY due_ms LIMIT 1",
    [PUT_OFF] = "UPDATE inbound SET due_ms = $2 WHERE id = $1 AND state = 'NEW'",
    [GET] = "SELECT phone_id, words_id, gateway, recipient, kind, state, received_ms,"
            " part, parts, part_ref FROM inbound WHERE id = $1 AND hall = $2",
    [PARTS] = "SELECT id, phone_id, words_id, state, received_ms, part FROM inbound"
              " WHERE phone_id = $1 AND part_ref = $2 AND parts > 1 AND id >= $3"
              " AND parts = $4 AND gateway = $5 AND recipient = $6 AND hall = $7"
              " ORDER BY id",
    [MARK_READ] = "UPDATE inbound SET state = 'READ' WHERE id = $1",
    [READING_ADD] = "INSERT INTO readings (id, hall, inbound_id, outcome, act, proof, "
                    "conversation_id,"
                    " case_id, rating_id, message_id, at_ms, trouble)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [OPTOUT_ADD] = "INSERT INTO optouts (id, hall, phone_id, inbound_id, at_ms)"
                   " VALUES ($1, $2, $3, $4, $5)",
    [OPTOUT_OPEN] =
        "SELECT o.id FROM optouts o LEFT JOIN optout_ends e ON e.optout_id = o.id"
        " WHERE o.phone_id = $1 AND o.hall = $2 AND e.id IS NULL ORDER BY o.id DESC"
        " LIMIT 1",
    [OPTOUT_END] = "INSERT INTO optout_ends (id, hall, optout_id, actor, at_ms)"
                   " VALUES ($1, $2, $3, $4, $5)",
    [REPLIES] =
        VIEW " WHERE i.hall = $1 AND i.kind = 'reply' ORDER BY i.id DESC LIMIT $2",
    [OF_PHONE] = VIEW " WHERE i.phone_id = $1 AND i.kind = 'reply'"
                      " ORDER BY i.id DESC LIMIT $2",
    [OF_CASE] = VIEW " WHERE r.case_id = $1 AND i.kind = 'reply' ORDER BY i.id",
};

const char *const *inbound_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *kind_of(const struct inbound_new *in)
{
    return in->report ? "report" : "reply";
}

/*
 * What is the same news: the gateway's id of it, else a hash. Without an id and a time of
 * the gateway's own, `span` stands for the time: which ten minutes it came in.
 */
static void once_of(const struct inbound_new *in, int64_t span, char out[INBOUND_ONCE])
{
    struct buf all = buf_new(INBOUND_RAW_MOST * 2);
    unsigned char hash[CRYPT_HASH_BYTES];

    if (in->once[0] != '\0') {
        snprintf(out, INBOUND_ONCE, "%s", in->once);
        return;
    }
    buf_addf(&all, "%s\n%s\n%s\n%d %d %d\n%" PRId64 "\n", in->gateway,
             in->phone != NULL ? in->phone : "", in->recipient, in->part, in->parts,
             in->part_ref, in->at_ms != 0 ? in->at_ms : span);
    if (in->text != NULL && in->phone != NULL)
        buf_add_text(&all, in->text);
    else
        buf_add(&all, in->raw, in->raw_length);
    crypt_sha256(buf_text(&all), all.length, hash);
    snprintf(out, INBOUND_ONCE, "sha256:");
    crypt_hex(hash, sizeof(hash), out + strlen(out));
    buf_free(&all);
}

/* Whether it is here already; `once` is then that of the first one, else its own. */
static bool find_same(struct store *st, const struct inbound_new *in, int64_t now_ms,
                      char once[INBOUND_ONCE], int64_t *id, bool *found,
                      struct error *err)
{
    int64_t span = now_ms / SAME_MS;
    struct db_cursor c;

    *found = false;
    for (int64_t back = 1; back >= 0 && !*found; back--) {
        once_of(in, span - back, once);
        if (!db_find(st->db, sql[ONCE],
                     DB(db_int(st->hall), db_text(in->gateway), db_text(kind_of(in)),
                        db_text(once)),
                     &c, found, err))
            return false;
        if (*found)
            *id = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

static bool phone_of(struct store *st, const char *text, int64_t now_ms, int64_t *id,
                     struct error *err)
{
    struct error unread = {0};
    struct phone phone;

    *id = 0;
    if (text == NULL || !phone_parse(text, "86", &phone, &unread))
        return true; /* kept without a number: staff see it as unlinked */
    return phone_keep(st, &phone, now_ms, id, err);
}

bool inbound_keep(struct store *st, const struct inbound_new *in, int64_t now_ms,
                  int64_t *id, bool *fresh, struct error *err)
{
    char once[INBOUND_ONCE];
    int64_t phone_id, words_id;
    bool found;

    if (!find_same(st, in, now_ms, once, id, &found, err))
        return false;
    *fresh = !found;
    if (found)
        return true;
    if (!phone_of(st, in->phone, now_ms, &phone_id, err) ||
        !words_keep(st, in->raw, in->raw_length, now_ms, &words_id, err))
        return false;
    *id = store_id(st, now_ms);
    return db_run(st->db, sql[ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->gateway),
                     db_text(kind_of(in)), db_text(once), db_id(phone_id),
                     db_text(in->recipient), db_int(words_id), db_int(now_ms),
                     db_int(in->part), db_int(in->parts), db_int(in->part_ref)),
                  err);
}

bool inbound_due(struct store *st, int64_t now_ms, int most, int64_t *ids, int *count,
                 struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[DUE], DB(db_int(st->hall), db_int(now_ms), db_int(most)),
                  &c, err)) {
        db_done(&c);
        return false;
    }
    while (*count < most && db_next(&c, &mine))
        ids[(*count)++] = db_get_int(&c, 0);
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool inbound_next_ms(struct store *st, int64_t *next_ms, struct error *err)
{
    struct db_cursor c;
    bool found;

    *next_ms = INT64_MAX;
    if (!db_find(st->db, sql[NEXT], DB(db_int(st->hall)), &c, &found, err))
        return false;
    if (found)
        *next_ms = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool inbound_put_off(struct store *st, int64_t id, int64_t due_ms, struct error *err)
{
    return db_run(st->db, sql[PUT_OFF], DB(db_int(id), db_int(due_ms)), err);
}

bool inbound_get(struct store *st, int64_t id, struct inbound *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[GET], DB(db_int(id), db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such reply in this hall.");
    *out = (struct inbound){.id = id};
    out->phone_id = db_get_int(&c, 0);
    out->words_id = db_get_int(&c, 1);
    db_copy_text(&c, 2, out->gateway, sizeof(out->gateway));
    db_copy_text(&c, 3, out->recipient, sizeof(out->recipient));
    out->report = strcmp(db_get_text(&c, 4), "report") == 0;
    out->read = strcmp(db_get_text(&c, 5), "READ") == 0;
    out->received_ms = db_get_int(&c, 6);
    out->part = (int)db_get_int(&c, 7);
    out->parts = (int)db_get_int(&c, 8);
    out->part_ref = (int)db_get_int(&c, 9);
    db_done(&c);
    return true;
}

bool inbound_parts(struct store *st, const struct inbound *of, int64_t since_ms,
                   inbound_part_each *each, void *self, struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[PARTS],
                  DB(db_int(of->phone_id), db_int(of->part_ref),
                     db_int(id_floor(since_ms)), db_int(of->parts), db_text(of->gateway),
                     db_text(of->recipient), db_int(st->hall)),
                  &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        struct inbound part = *of;

        part.id = db_get_int(&c, 0);
        part.words_id = db_get_int(&c, 2);
        part.read = strcmp(db_get_text(&c, 3), "READ") == 0;
        part.received_ms = db_get_int(&c, 4);
        part.part = (int)db_get_int(&c, 5);
        each(self, &part);
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

/* Did the person answer with grades, to whichever case? */
static bool gives_grades(const struct reading *in)
{
    const char *o = in->outcome;

    return (o[0] >= '1' && o[0] <= '5' && o[1] == '\0') || strncmp(o, "dims=", 5) == 0;
}

/* A part of a reply that was read as a whole elsewhere is no reply. */
static bool is_reply(const struct reading *in)
{
    return gives_grades(in) && strcmp(in->act, "again") != 0 &&
           strcmp(in->act, "joined") != 0;
}

bool reading_add(struct store *st, const struct reading *in, int64_t now_ms,
                 struct error *err)
{
    if (is_reply(in) &&
        !rate_sums_reply(st, hall_local_date(st->frame, now_ms), in->case_id != 0, err))
        return false;
    return db_run(st->db, sql[READING_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall),
                     db_int(in->inbound_id), db_text(in->outcome), db_text(in->act),
                     db_text(in->proof), db_id(in->conversation_id), db_id(in->case_id),
                     db_id(in->rating_id), db_id(in->message_id), db_int(now_ms),
                     db_text(in->trouble != NULL ? in->trouble : "")),
                  err) &&
           db_run(st->db, sql[MARK_READ], DB(db_int(in->inbound_id)), err);
}

bool optout_add(struct store *st, int64_t phone_id, int64_t inbound_id, int64_t now_ms,
                bool *fresh, struct error *err)
{
    bool known;

    if (!phone_opted_out(st, phone_id, &known, err))
        return false;
    *fresh = !known;
    return known || db_run(st->db, sql[OPTOUT_ADD],
                           DB(db_int(store_id(st, now_ms)), db_int(st->hall),
                              db_int(phone_id), db_id(inbound_id), db_int(now_ms)),
                           err);
}

bool optout_end(struct store *st, int64_t phone_id, const char *actor, int64_t now_ms,
                bool *ended, struct error *err)
{
    char object[40];
    struct db_cursor c;
    int64_t id;

    if (!db_find(st->db, sql[OPTOUT_OPEN], DB(db_int(phone_id), db_int(st->hall)), &c,
                 ended, err))
        return false;
    if (!*ended)
        return true;
    id = db_get_int(&c, 0);
    db_done(&c);
    snprintf(object, sizeof(object), "optout %" PRId64, id);
    return db_run(st->db, sql[OPTOUT_END],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(actor), db_int(now_ms)),
                  err) &&
           store_audit(st, actor, "optout.ended", object, NULL, now_ms, err);
}

static bool each_view(struct store *st, const char *statement,
                      const struct db_value *values, size_t value_count,
                      inbound_each *each, void *self, struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, values, value_count, &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        const struct inbound_view view = {
            .id = db_get_int(&c, 0),
            .phone_id = db_get_int(&c, 1),
            .words_id = db_get_int(&c, 2),
            .received_ms = db_get_int(&c, 3),
            .recipient = db_get_text(&c, 4),
            .gateway = db_get_text(&c, 5),
            .outcome = db_get_text(&c, 6),
            .act = db_get_text(&c, 7),
            .proof = db_get_text(&c, 8),
            .conversation_id = db_get_int(&c, 9),
            .case_id = db_get_int(&c, 10),
            .rating_id = db_get_int(&c, 11),
            .trouble = db_get_text(&c, 12),
        };

        each(self, &view);
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool inbound_replies(struct store *st, int64_t phone_id, int most, inbound_each *each,
                     void *self, struct error *err)
{
    if (phone_id != 0)
        return each_view(st, sql[OF_PHONE], DB(db_int(phone_id), db_int(most)), each,
                         self, err);
    return each_view(st, sql[REPLIES], DB(db_int(st->hall), db_int(most)), each, self,
                     err);
}

bool inbound_of_case(struct store *st, int64_t case_id, inbound_each *each, void *self,
                     struct error *err)
{
    return each_view(st, sql[OF_CASE], DB(db_int(case_id)), each, self, err);
}
