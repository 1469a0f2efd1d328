/*
 * review_store.h — what staff and auditors look at: the list of ratings, and the whole
 * record of one case from its ticket to its last message.
 *
 * Only looks; a reader's store. A rating's department is that of the window at which its
 * case was handled. Words are shown as valid UTF-8 without NULs: what a citizen sent
 * otherwise has U+FFFD in the places that cannot be read. A phone is never given in full.
 */
#ifndef STORE_REVIEW_STORE_H
#define STORE_REVIEW_STORE_H

#include "domain/list_query.h"
#include "domain/phone.h"
#include "domain/queue.h"
#include "store/hall_store.h"

enum {
    REVIEW_LIMIT = 50,
    REVIEW_LIMIT_MOST = 200,
    REVIEW_CURSOR = 14,
    REVIEW_RECEIPT = 17
};

enum review_sort {
    REVIEW_NEWEST,
    REVIEW_OLDEST,
    REVIEW_WORST, /* by grade, four grades without one last; of a grade the newest first
                   */
    REVIEW_BEST,
    REVIEW_SORTS
};

/* Which ratings; zeroed for all of them. */
struct review_filter {
    const char *department, *window, *matter, *channel; /* codes; NULL for any */
    int grade;                                          /* 1..5, 0 for any */
    bool bad;                                /* only those that opened a work order */
    const char *own_department, *own_window; /* as department and window, beside them:
                                                what somebody is confined to */
    const char *clerk;                       /* a code; NULL for any */
    int from, to; /* the hall's own days as yyyymmdd, both included; 0 for open */
    int closed_from, closed_to; /* the same of the closing of the case */
    struct list_query query;    /* of list_ratings; must hold as well */
    enum review_sort sort;
    int64_t before; /* a cursor: what comes behind this rating; 0 to begin */
    int64_t as_of; /* as if nothing from this id on had been written; 0 for all. Of a list
                      read in parts no case is lost that is corrected meanwhile. */
    int64_t details_before; /* details from this id on are left out; 0 for none */
    int limit;              /* 1..REVIEW_LIMIT_MOST */
    int64_t look;           /* ratings that may be looked at; 0 for REVIEW_LOOK */
};

/* So many take some twenty milliseconds; a list then goes on with its next page. */
enum { REVIEW_LOOK = 20000 };

struct review_name {
    char code[CODE_SIZE], name[NAME_SIZE];
};

/* One rating; of a case with a correction the later one is effective. */
struct review_rating {
    int64_t id, case_id;
    int round;   /* 1: corrected */
    int grade;   /* 0 where four dimensions were given instead */
    int dims[4]; /* attitude, efficiency, quality, integrity; 0 for not given */
    char channel[16], proof[4], receipt[REVIEW_RECEIPT];
    int64_t delay_s, rated_ms;
    bool effective;
    char tags[256];      /* codes parted by commas */
    const char *comment; /* borrowed or the record's; NULL for none, or erased */
    bool words_gone;     /* in the list: there was a comment, and it was erased */
    int contact;         /* may we ring: 1, 0, -1 not said */
};

/* A line of the list; borrowed in the callback. */
struct review_item {
    struct review_rating rating;
    char case_no[80];
    int64_t ticket_id;        /* 0: handled in another system */
    char number[NUMBER_SIZE]; /* of the ticket; "" for none */
    struct review_name matter, window, department, clerk;
    char source[CODE_SIZE], credit_code[24];  /* of the department; "" for none */
    int64_t accepted_ms, closed_ms, phone_id; /* 0 for none */
    bool promise;                             /* the matter is decided later */
};

/*
 * Calls back for the effective ratings that pass, in the order of the sort. `*next` is
 * the cursor of the next page, 0 where this is the last. A page may be short, or empty,
 * and have a next one: so many were looked at that somebody would have had to wait.
 */
typedef void review_each(void *self, const struct review_item *item);
NODISCARD bool review_list(struct store *st, const struct review_filter *filter,
                           review_each *each, void *self, int64_t *next,
                           struct error *err);

/* The whole line of one rating, whoever may see it, with the details before that id (0:
 * all); *found false for none. */
NODISCARD bool review_item_each(struct store *st, int64_t rating_id,
                                int64_t details_before, review_each *each, void *self,
                                bool *found, struct error *err);

/* An id of the newest rating, or greater; for `as_of`. 0 where there is none. */
NODISCARD bool review_newest(struct store *st, int64_t *id, struct error *err);

/* No rating that passes has a smaller id: how far a list has come. */
NODISCARD bool review_oldest(struct store *st, const struct review_filter *filter,
                             int64_t *id, struct error *err);

/* "newest" … as they stand in addresses; REVIEW_SORTS for none. */
const char *review_sort_name(enum review_sort sort);
enum review_sort review_sort_read(const char *name);

/* The day, yyyymmdd, on which an id was made, as far as clocks can be trusted. */
int review_day_of(const struct store *st, int64_t id);

/* Cursors as they stand in addresses. */
void review_cursor_text(int64_t cursor, char out[REVIEW_CURSOR]);
NODISCARD bool review_cursor_parse(const char *text, int64_t *cursor);

struct review_step { /* of a message */
    char state[16];
    char *detail; /* NULL for none */
    int64_t at_ms;
};

struct review_message {
    int64_t id;
    bool mo;         /* from the citizen */
    char kind[24];   /* mt: key of the template; mo: what it was read as, or why not */
    char state[16];  /* mt: where it stands; mo: what was made of it */
    char proof[4];   /* mo: how it was linked */
    char reason[96]; /* mt: why it was refused or withdrawn */
    char gateway[40];
    char *text;    /* NULL: not rendered yet, or erased */
    int64_t at_ms; /* mt: accepted by the gateway, else made; mo: received */
    struct review_step *steps;
    size_t step_count;
};

struct review_note { /* words that made no rating */
    int64_t id, at_ms;
    char channel[16];
    char *text; /* NULL: erased */
};

struct review_order { /* work order */
    int64_t id, rating_id, contact_due_ms, fix_due_ms, opened_ms;
    char state[16], number[16], kind[16];
};

struct review_event {
    int64_t id, at_ms;
    char kind[24], actor[48];
    char window[NAME_SIZE], clerk[NAME_SIZE]; /* names; "" for none */
    char *detail;                             /* NULL for none */
};

/*
 * Adds to `text` what the citizen wrote, out of a raw request as this gateway sends it;
 * nothing where that cannot be told. A raw request holds the whole number and is never
 * shown itself.
 */
typedef void review_reader(void *self, const char *gateway, const struct buf *raw,
                           struct buf *text);

/* Everything about one case. Lists are oldest first. Owns its lists and texts. */
struct review_record {
    review_reader *reader; /* as given; NULL: replies are shown without their words */
    void *reader_self;
    int64_t case_id;
    char source[CODE_SIZE], case_no[80], state[16], outcome[16];
    int ordinal;
    int64_t opened_ms, accepted_ms, closed_ms, rate_until_ms; /* 0 for not yet */
    struct review_name matter, window, department, clerk;
    int floor;
    bool promise;           /* the matter is decided later, in promised days */
    char phone[PHONE_MASK]; /* masked; "" for none, or erased */

    int64_t ticket_id; /* 0: none, and what follows is empty */
    char number[NUMBER_SIZE], ticket_state[16], lang[8], kiosk[CODE_SIZE];
    int ticket_date; /* yyyymmdd */
    int64_t taken_ms, called_ms, started_ms;

    int64_t invitation_id; /* 0: not decided yet */
    char decision[16], reason[96];
    int64_t due_ms, decided_ms;

    struct review_message *messages;
    size_t message_count;
    struct review_rating *ratings;
    size_t rating_count;
    struct review_note *notes;
    size_t note_count;
    struct review_order *orders;
    size_t order_count;
    struct review_event *events;
    size_t event_count;
};

/* The case of a rating; *case_id is 0 where there is no such rating. */
NODISCARD bool review_case_of(struct store *st, int64_t rating_id, int64_t *case_id,
                              struct error *err);

/* Fills `out`, which review_record_free empties; *found is false where there is no such
 * case. */
NODISCARD bool review_record_read(struct store *st, int64_t case_id,
                                  review_reader *reader, void *self,
                                  struct review_record *out, bool *found,
                                  struct error *err);
void review_record_free(struct review_record *record);

/* A citizen's words as valid UTF-8, given; NULL where `id` is 0 or the words were erased.
 */
NODISCARD bool review_words(struct store *st, int64_t id, char **out, struct error *err);

/* The same of any bytes, given. */
char *review_readable(const char *bytes, size_t length);

#endif
