/*
 * relay.h — hands every audit event on to a syslog, so that it is kept and watched on
 * another machine (ASVS 5.0, 16.4.3).
 *
 * Its thread owns the line: a datagram socket in the file system (/dev/log), or TCP with
 * counted octets (RFC 6587, 3.4.1). Syslog never says that it has something, so events of
 * the last minute are told again whenever the line was down: each arrives at least once,
 * known by its id, in order but for those of commands that wrote beside the server. How
 * far it got is a mark in the store. It lies behind the pages, never in their way.
 */
#ifndef WORK_RELAY_H
#define WORK_RELAY_H

#include "base/settings.h"
#include "work/readers.h"
#include "work/writer.h"

struct relay;

/* NULL where audit.syslog names nobody. Borrows all of them; starting thread. */
struct relay *relay_start(const struct settings *s, struct readers *readers,
                          struct writer *writer);

/* Ends the thread and frees it; before readers_stop and writer_stop. Accepts NULL. */
void relay_stop(struct relay *r);

/* Books what is amiss with audit.syslog. Starting thread. */
void relay_settings_check(struct settings *s);

#endif
