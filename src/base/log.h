/*
 * log.h — the journal: one line an event on stderr, `event key=value …`.
 *
 * Lines begin with the kernel's level prefix (<3> error … <7> debug) when stderr is a
 * journal, never contain a phone number, token, password or a citizen's words, and are
 * written with one write(2) each so that threads cannot mix them. The least level is the
 * process's one setting of this file; it may be changed at any time from any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/compiler.h"

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_NOTICE,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

void log_least(enum log_level level);
void log_line(enum log_level level, const char *event, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
