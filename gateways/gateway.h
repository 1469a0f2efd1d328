/*
 * gateway.h — the contract of every kind of SMS gateway.
 *
 * A driver is pure: it composes requests, judges answers and parses what the gateway
 * tells us. It carries nothing, opens nothing, asks no clock and keeps no state that
 * changes after `open`; the courier owns sockets, files and time. So a driver is tested
 * with bytes beside bytes.
 *
 *   name, traits   MUST be there
 *   open           MUST check the whole configuration; MAY make private state in `own`
 *   compose        MUST turn a message into one request that names our reference,
 *                  "ID.ATTEMPT", where the gateway gives it back (not a session kind)
 *   judge          MUST say UNKNOWN whenever the message may have gone out
 *   split          MAY part a callback that holds several pieces of news
 *   verify         MAY refuse a callback whose signature is wrong, before it is kept
 *   parse          MUST take any bytes; called after the raw bytes are stored
 *   query          MAY ask what became of a message; query_judge reads the answer
 *   status         MAY ask how busy the gateway is; status_judge reads the answer
 *   folders        MAY name folders in which the gateway lays down what it tells
 *   session        MAY keep one connection open and speak on it
 *   close          MUST accept an instance that never opened
 *
 * compose, judge, query and status run on the courier thread, verify and split on the
 * loop, parse on the writer; none of them blocks.
 */
#ifndef GATEWAYS_GATEWAY_H
#define GATEWAYS_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"

enum gateway_trait {
    GATEWAY_REPORTS = 1, /* tells later what became of a message (DLR) */
    GATEWAY_REPLIES = 2, /* brings replies (MO) */
    GATEWAY_SLOTS = 4,   /* our number may be extended, and replies come back to it */
    GATEWAY_LOCAL = 8,   /* nothing leaves this process: a phone on a page */
    GATEWAY_FORMS = 16,  /* sends approved texts with values only, never free text */
};

/* How several open questions of one phone are told apart. */
enum gateway_slots {
    SLOTS_EXTENSION, /* each has two digits of its own behind the access number */
    SLOTS_LETTERS,   /* the text gives each a letter */
    SLOTS_ONE,       /* there is only ever one */
};

enum {
    GATEWAY_TEXT_MOST = 4096,
    GATEWAY_BODY_MOST = 65536,
    GATEWAY_REF = 80,
    GATEWAY_PARTS = 8, /* parts of one long message */
};

/* A message to a phone (MT). All texts are borrowed. */
struct sms_mt {
    int64_t id;
    int attempt;
    const char *to;     /* E.164 */
    const char *from;   /* access number and slot, or a sender name */
    const char *text;   /* UTF-8, the signature in front */
    const char *kind;   /* the template's key: "survey" … */
    const char *lang;   /* "zh-CN", "en" */
    const char *values; /* what filled the template, a JSON object of texts */
    int64_t now_ms;     /* for what is signed with a time */
    const char *nonce;  /* 32 hex digits, fresh for this call */
};

/* Our reference for one attempt, "ID.ATTEMPT". */
void gateway_reference(int64_t id, int attempt, char out[GATEWAY_REF]);

/* Reads one back; false for what is none. */
bool gateway_reference_read(const char *text, int64_t *id, int *attempt);

/* ---- what is carried ---- */

enum request_kind {
    REQUEST_LOCAL, /* to the line of this process */
    REQUEST_HTTP,
    /*
     * `body` becomes the file `url`, made whole in the folder `via` first: written with
     * mode 0660, synced, then moved. `via` is there already and nobody looks into it for
     * files; one that stands at `url` is never replaced, but NOT_SENT.
     */
    REQUEST_FILE,
};

/* What is to be carried. The buffers are the holder's; requests_new makes them. */
struct request {
    enum request_kind kind;
    const char *method; /* "GET" or "POST" (the agent: "DELETE"), static */
    struct buf url;     /* or the path of the file */
    struct buf via;     /* of a file: where it is written before it is moved, same disk */
    struct buf headers; /* "Name: value\n" each */
    struct buf body;
};

struct request request_new(void);
void request_free(struct request *r);

enum carried {
    CARRIED_ANSWERED, /* `body` is the whole answer */
    CARRIED_NOT_SENT, /* not one byte of the message left */
    CARRIED_CUT,      /* some bytes left and no whole answer came */
};

struct answer {
    enum carried carried;
    int status;            /* HTTP, 0 for others */
    int64_t retry_after_s; /* as it asked for (RFC 9110 10.2.3), 0 for nothing */
    char trouble[80];      /* why it was not sent or cut, in the carrier's words */
    struct buf body;
};

enum outcome {
    OUTCOME_ACCEPTED,
    OUTCOME_REFUSED, /* for good */
    OUTCOME_RETRY,   /* certainly not sent */
    OUTCOME_UNKNOWN, /* may have been sent: never again by itself */
};

/* What an answer tells about the gateway itself, beside the message. */
enum gateway_health {
    HEALTH_GOOD,
    HEALTH_BUSY,  /* throttled: slow down */
    HEALTH_DOWN,  /* cannot be reached: rest, then try again */
    HEALTH_SETUP, /* does not know us: a person must put the settings right */
};

struct submitted {
    char refs[GATEWAY_PARTS][GATEWAY_REF]; /* the gateway's ids, one a part; ACCEPTED */
    int ref_count;                         /* 0 where it names none */
    char reason[120];                      /* the gateway's word, else */
    enum gateway_health health;
    bool opted_out; /* the gateway says that this phone wants no messages */
};

/* ---- what the gateway tells ---- */

/* A call of the gateway, or a file that it laid down. Buffers are the holder's. */
struct callback {
    bool report;      /* it came for a report, not for a reply */
    struct buf query; /* as it stood behind '?', undecoded; the file's name for a file */
    char type[80];    /* Content-Type; the folder's label for a file */
    char signature[160]; /* X-Twilio-Signature */
    struct buf body;
};

struct callback callback_new(bool report);
void callback_free(struct callback *c);

/*
 * As one piece of bytes, for keeping, and back. Bytes that were not made so are taken as
 * a body alone.
 */
void callback_pack(const struct callback *c, struct buf *out);
void callback_unpack(const void *bytes, size_t length, struct callback *out);

enum news_kind { NEWS_REPLY, NEWS_REPORT };

enum report_state {
    REPORT_BUFFERED, /* on its way, nothing final */
    REPORT_DELIVERED,
    REPORT_UNDELIVERED,
    REPORT_EXPIRED,
};

/* What a gateway told us. `text` is the holder's to free. */
struct news {
    enum news_kind kind;
    char once[GATEWAY_REF];      /* the gateway's id of this news; "" where it has none */
    char from[32];               /* the phone, as the gateway writes it */
    char to[32];                 /* a reply: our number, "" where it names none */
    struct buf text;             /* a reply: UTF-8 */
    bool garbled;                /* a reply: bytes that its charset cannot mean */
    int part, parts;             /* of a long reply that is to be joined; 0 for none */
    int part_ref;                /* what its parts have in common */
    char reference[GATEWAY_REF]; /* a report: ours, "" where it did not come back */
    char ref[GATEWAY_REF];       /* a report: the gateway's id of the message */
    enum report_state state;
    bool opted_out;   /* a report: the gateway holds this phone on its black list */
    char reason[120]; /* a report: the gateway's word */
    int64_t at_ms;    /* the gateway's own time, 0 where it names none */
};

typedef void callback_each(void *self, const struct callback *one);

/* What a query found. */
enum found {
    FOUND_NOTHING, /* the gateway is sure that it has no such message */
    FOUND_IT,      /* it has it; `news->state` and `news->ref` say how it stands */
    FOUND_NO_ANSWER,
};

/*
 * A folder that a gateway lays files into; each is a callback and is taken away once it
 * is durable. Folders are read in the order given, because one may explain the next, and
 * the oldest file first. A file is whole when its writer closed it or moved it there and
 * it is not empty (smsd makes an empty one first and then anew under the same name, so
 * what was not read is not taken away either); one found lying without such an event is
 * whole when it has not changed for two seconds. Files are told apart by news.once, as a
 * crash brings one again.
 */
struct gateway_folder {
    char path[256];
    const char *label; /* becomes callback.type; static */
    bool report;
    bool (*takes)(const char *name); /* whether such a file is for us; NULL: all are */
};
enum { GATEWAY_FOLDERS = 4 };

/* ---- one gateway ---- */

struct gateway_ops;

/* One configured gateway. Made once at start, then never changed; any thread. */
struct gateway {
    const struct gateway_ops *ops;
    char name[40];          /* as in the settings */
    char access_number[25]; /* "" where the gateway chooses the sender */
    unsigned traits;
    enum gateway_slots slots;
    int in_flight;     /* messages on their way at once */
    int rate;          /* messages a second at the most; 0 for no limit */
    int timeout_ms;    /* for one exchange */
    char trouble[240]; /* of a stand-in: why the real one could not open; "" else */
    char secret[80];   /* the last part of the addresses that it calls; "" for none */
    char reply_url[400], report_url[400]; /* where it is to call us; "" before known */
    void *own;
};

/* Where a driver finds its settings: NULL for what is not set, "" for what is empty. */
struct gateway_setup {
    const char *name, *kind;
    const char *(*value)(const struct gateway_setup *setup, const char *key);
    int64_t (*ms)(const struct gateway_setup *setup, const char *key); /* a duration */
    const void *self;
    const char *base_url; /* where gateways reach us: "http://127.0.0.1:8080" */
    const char *secret;   /* of the callbacks' addresses, when none is set */
};

struct session_ops;

struct gateway_ops {
    const char *name; /* gateway kind in the settings */
    unsigned traits;
    int in_flight;      /* by default; 0 for 4 */
    const char *sample; /* a section of the settings file with comments; NULL for none */
    /* What the gateway wants to read after a callback was kept. */
    const char *thanks_type, *thanks;
    bool (*open)(struct gateway *g, const struct gateway_setup *setup, struct error *err);
    bool (*compose)(const struct gateway *g, const struct sms_mt *mt, struct request *out,
                    struct error *err);
    enum outcome (*judge)(const struct gateway *g, const struct answer *answer,
                          struct submitted *out);
    bool (*verify)(const struct gateway *g, const struct callback *c, struct error *err);
    bool (*split)(const struct gateway *g, const struct callback *c, callback_each *each,
                  void *self, struct error *err);
    bool (*parse)(const struct gateway *g, const struct callback *c, struct news *out,
                  struct error *err);
    /* Asks after attempt `mt->attempt`, sent at `sent_ms`; NULL ops->query: cannot. */
    bool (*query)(const struct gateway *g, const struct sms_mt *mt, int64_t sent_ms,
                  struct request *out, struct error *err);
    enum found (*query_judge)(const struct gateway *g, const struct sms_mt *mt,
                              int64_t sent_ms, const struct answer *answer,
                              struct news *out);
    /* How many messages wait inside the gateway; false where the answer tells nothing. */
    bool (*status)(const struct gateway *g, struct request *out);
    bool (*status_judge)(const struct gateway *g, const struct answer *answer,
                         int64_t *queued);
    int (*folders)(const struct gateway *g, struct gateway_folder out[GATEWAY_FOLDERS]);
    const struct session_ops *session;
    /* The other side's configuration, with our addresses in it; NULL where it needs none.
     */
    void (*other_side)(const struct gateway *g, struct buf *out);
    void (*close)(struct gateway *g);
};

/* ---- gateways that keep a connection open ---- */

enum session_event_kind {
    SESSION_OUTCOME, /* of the message `id`, `attempt` */
    SESSION_NEWS,    /* `callback` is to be kept, then session kept(handle) is called */
};

struct session_event {
    enum session_event_kind kind;
    int64_t id;
    int attempt;
    enum outcome outcome;
    struct submitted submitted;
    struct callback callback; /* given: the caller frees it */
    uint32_t handle;
};

/*
 * One connection's conversation, without its socket. All calls come from the courier's
 * thread; time is monotonic milliseconds, `wall_ms` is UTC.
 */
struct session_ops {
    /* The address to connect to, "host" and port. */
    void (*peer)(const struct gateway *g, char host[256], int *port);
    /* A fresh conversation on a connection that has just been made. */
    void *(*begin)(const struct gateway *g, int64_t now_ms, int64_t wall_ms);
    /* Takes what came. False: the connection is of no use any more. */
    bool (*feed)(void *s, const void *bytes, size_t length, int64_t now_ms,
                 struct error *err);
    /* Adds what is to be sent. */
    void (*drain)(void *s, struct buf *out);
    /* How many more messages it would take now: 0 before log-in or with a full window. */
    int (*room)(const void *s);
    /* Queues a message that is SUBMITTING on disk; false where it cannot be worded. */
    bool (*submit)(void *s, const struct sms_mt *mt, int64_t now_ms, struct error *err);
    /* What happened, one at a time; false where there is no more. */
    bool (*next)(void *s, struct session_event *out);
    /* The news with this handle is durable, or could not be kept. */
    void (*kept)(void *s, uint32_t handle, bool ok);
    /*
     * Does what is due; when it wants to be called again, which feed and submit may make
     * sooner: call it after them too. False: give the connection up.
     */
    bool (*timer)(void *s, int64_t now_ms, int64_t *next_ms, struct error *err);
    /*
     * We are going: says so to the other side and takes no more messages. `timer` returns
     * false when the connection may be closed. MAY be NULL; MAY never be called.
     */
    void (*leave)(void *s, int64_t now_ms);
    /*
     * The connection is gone: what was never written becomes RETRY, what has no answer
     * UNKNOWN; all that comes out of `next`. `health` says whether log-in was refused.
     */
    void (*lost)(void *s, enum gateway_health *health, char why[120]);
    void (*end)(void *s);
};

extern const struct gateway_ops virtual_gateway, kannel_gateway, smstools_gateway,
    twilio_gateway, aliyun_gateway, tencent_gateway, cmpp_gateway;

#endif
