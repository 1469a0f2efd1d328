/*
 * rules_read.h — the settings that decide what is written, as numbers (store/rules.h):
 * the server's and those of a command that writes beside it are the same.
 */
#ifndef WORK_RULES_READ_H
#define WORK_RULES_READ_H

#include "base/settings.h"
#include "store/rules.h"

/* Of settings that options_read has judged. The starting thread. */
void rules_read(const struct settings *s, struct rules *out);

#endif
