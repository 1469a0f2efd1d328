/*
 * api_act.h — one call of a machine or desk: who, what with, once, and what came of it.
 *
 * A handler fills in what the act needs and names `run`, which does it on the writer
 * thread. Before it the key is checked (401, 403) and the Idempotency-Key looked up;
 * where that act was done already its results are loaded again by `load`. After the
 * commit `answer` runs on the loop.
 */
#ifndef WEB_API_ACT_H
#define WEB_API_ACT_H

#include "domain/phone.h"
#include "store/caller.h"
#include "store/idempotency_store.h"
#include "store/queue_store.h"
#include "web/json.h"
#include "web/step.h"

struct act {
    struct step step;
    bool (*run)(struct store *st, struct act *a, int64_t now_ms, struct error *err);
    bool (*load)(struct store *st, struct act *a, int64_t now_ms, struct error *err);
    void (*answer)(struct exchange *x, struct act *a);
    struct idempotency once; /* token NULL where none came */

    /* what it works on; borrowed from the exchange */
    const char *matter, *lang, *kiosk, *clerk, *window, *reason, *outcome;
    const char *source, *case_no, *parent, *department, *word;
    int number;
    int64_t id, accepted_ms, closed_ms;
    struct phone phone;
    bool has_phone;
    struct case_traits traits;

    /* what came of it */
    struct caller caller;
    struct ticket ticket;
    struct service_case service_case;
    struct invitation invitation;
    struct desk desk;
    int64_t job, fact_id;
    bool nobody, fresh;
    json_t *body; /* of an answer that is made with the act; taken by it */
};

/*
 * Begins an act: reads the Idempotency-Key and the JSON body, which may hold only what
 * the call declares (api_document.h). NULL where the request was refused and answered.
 * `body` is given.
 */
struct act *act_new(struct exchange *x, json_t **body);

/* A text of the body, copied into the exchange. False where it was refused and answered.
 */
bool act_text(struct exchange *x, const json_t *body, const char *field, bool required,
              const char **out);

/* The body's `phone`, where there is one, as a number. */
bool act_phone(struct exchange *x, struct act *a, const json_t *body);

/* The id in the path; answers 404 where it is none. */
bool act_id(struct exchange *x, size_t param, int64_t *out);

/* Hands the act to the writer. */
void act_write(struct act *a);

/* The parts of answers. `secret` adds token, short code and address: never for a desk. */
json_t *ticket_json(const struct exchange *x, const struct ticket *t, int ahead, int low,
                    int high, bool secret);
json_t *case_json(const struct exchange *x, const struct service_case *c);
json_t *invitation_json(const struct exchange *x, const struct invitation *inv);
json_t *print_json(int64_t job, const char *state);

#endif
