/*
 * cloud.h — what the drivers of the three cloud vendors have in common: how they are set
 * up, how their error codes become outcomes, and small readings of their JSON.
 *
 * Nothing here knows a vendor by name. Any thread; what is kept hangs on the instance and
 * never changes after `open`.
 */
#ifndef GATEWAYS_CLOUD_H
#define GATEWAYS_CLOUD_H

#include <jansson.h>

#include "gateways/forms.h"
#include "gateways/gateway.h"

/* The private state of an instance. */
struct cloud {
    char base[512]; /* "https://host[:port]", a path behind it for none but Twilio */
    char host[260]; /* as the header Host says it */
    char user[200], password[200], account[80], region[40];
    char sign_name[80];
    struct forms forms;
};

/* What a vendor needs. */
struct cloud_needs {
    const char *url;      /* where the settings name none */
    const char *settings; /* that must not be empty, between blanks: " user password " */
};

/*
 * Reads the settings into a fresh `g->own`; ERROR_SETUP with what is missing. Where slots
 * are extensions the access number must be there, so that replies can be told apart.
 */
NODISCARD bool cloud_open(struct gateway *g, const struct gateway_setup *setup,
                          const struct cloud_needs *needs, struct error *err);
void cloud_close(struct gateway *g);
const struct cloud *cloud_of(const struct gateway *g);

/* The digits of the slot behind the access number; "" where the message has none. */
void cloud_extension(const struct gateway *g, const struct sms_mt *mt, char out[24]);

/* ---- answers ---- */

/* An error code and what it means; a `*` at its end stands for any ending. */
struct cloud_code {
    const char *code;
    enum outcome outcome;
    enum gateway_health health;
    bool opted_out;
};

/* The first row that fits; NULL where none does. */
const struct cloud_code *cloud_code_find(const struct cloud_code *codes, size_t count,
                                         const char *code);

/* Books a code's meaning into `out`, the code and the vendor's words as the reason. */
enum outcome cloud_book(const struct cloud_code *meaning, const char *code,
                        const char *words, struct submitted *out);

/* Whether no whole answer came; then `*outcome` and `out` say what that means. */
bool cloud_not_answered(const struct answer *answer, struct submitted *out,
                        enum outcome *outcome);

/* An answer that the vendor's documents do not know: the message may have gone out. */
enum outcome cloud_undocumented(const struct answer *answer, struct submitted *out);

/* ---- JSON and texts ---- */

/* The body as JSON, given; NULL where it is none. Names that occur twice make it none. */
json_t *cloud_json(const struct buf *body);

/* Adds a value's text; the value is taken. */
void cloud_dump(json_t *value, struct buf *out);

/* The text of a member, also of a number; "" where there is none. */
void cloud_member(json_t *object, const char *key, char *out, size_t size);

/* A member that is a number or a text of digits; -1 where it is none. */
int64_t cloud_number(json_t *object, const char *key);

/* Copies whole characters only, as many as fit, without control characters. */
void cloud_copy(const char *text, char *out, size_t size);

/* "code: words"; numbers as long as a phone's are masked. */
void cloud_reason(const char *code, const char *words, char *out, size_t size);

/* "2026-11-23 10:42:00" or "20261123104200", China time; 0 for anything else. */
int64_t cloud_china_ms(const char *text);

/*
 * A JSON array becomes one callback for each element, an object or anything unreadable
 * one as it is, so that nothing is lost before it was kept.
 */
void cloud_split(const struct callback *c, callback_each *each, void *self);

#endif
