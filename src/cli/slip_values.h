/*
 * slip_values.h — what stands on a ticket that `yiping slip` renders: from a file, or a
 * sample for whoever writes a template.
 */
#ifndef CLI_SLIP_VALUES_H
#define CLI_SLIP_VALUES_H

#include "base/buf.h"
#include "base/error.h"
#include "domain/slip.h"

/*
 * Reads a JSON object: a text, a number or a list of them for each variable, from and to
 * of the waiting time as a list of two. `file` is its name for sentences. The texts are
 * given, also on failure: slip_values_free.
 */
NODISCARD bool slip_values_parse(const struct buf *bytes, const char *file,
                                 char *texts[SLIP_VARIABLES], struct error *err);

/* A ticket as it might be: every variable is there. Given. */
void slip_values_sample(bool english, char *texts[SLIP_VARIABLES]);

void slip_values_free(char *texts[SLIP_VARIABLES]);

#endif
