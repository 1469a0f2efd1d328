/*
 * carry_session.h — the socket of a gateway that keeps a connection open: it connects,
 * moves bytes between the connection and the driver's conversation, and connects again
 * when it is lost, after 1 s doubled to 60 s, each with some chance in it.
 *
 * Never blocks, except that a peer's name is looked up when connecting; settings with a
 * numeric address avoid that. Courier thread; times are monotonic milliseconds.
 */
#ifndef WORK_CARRY_SESSION_H
#define WORK_CARRY_SESSION_H

#include <poll.h>

#include "base/world.h"
#include "gateways/gateway.h"

struct carry_session;

/* Called from carry_session_run and carry_session_free only. */
struct carry_session_hooks {
    void (*outcome)(void *self, const struct session_event *e);
    /* `callback` is given; answer later with carry_session_kept and these two numbers. */
    void (*news)(void *self, struct callback *callback, uint32_t line, uint32_t handle);
    /* GOOD once it would take messages; else it was refused (SETUP) or lost (DOWN). */
    void (*health)(void *self, enum gateway_health health, const char *why);
    void *self;
};

/* Connects at the first run. All are borrowed until carry_session_free. */
struct carry_session *carry_session_new(const struct gateway *g, struct world *world,
                                        const struct carry_session_hooks *hooks);

/* Ends the connection; what has no answer comes out of the hooks first. */
void carry_session_free(struct carry_session *s);

/* How many messages it would take now. */
int carry_session_room(const struct carry_session *s);

/* Queues one; false where it cannot be worded. It leaves at the next run. */
NODISCARD bool carry_session_submit(struct carry_session *s, const struct sms_mt *mt,
                                    struct error *err);

/* The news is durable, or could not be kept; one of an earlier connection is ignored. */
void carry_session_kept(struct carry_session *s, uint32_t line, uint32_t handle, bool ok);

/* We are going: says so to the other side, and does not connect again. */
void carry_session_leave(struct carry_session *s);

/* Whether it still says good-bye. */
bool carry_session_is_leaving(const struct carry_session *s);

/* What to wait for; false for nothing. */
bool carry_session_poll(const struct carry_session *s, struct pollfd *out);

/* Does what is due. `revents` is what poll said, 0 for nothing. */
void carry_session_run(struct carry_session *s, short revents);

/* When it wants to run though nothing comes. */
int64_t carry_session_next_ms(const struct carry_session *s);

#endif
