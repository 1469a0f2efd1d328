/*
 * log.c — see log.h.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic int least = LOG_LEVEL_NOTICE;

void log_least(enum log_level level)
{
    atomic_store(&least, (int)level);
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    char line[1024];
    va_list args;
    int length, more;

    if ((int)level > atomic_load(&least))
        return;
    length = getenv("JOURNAL_STREAM") != NULL
                 ? snprintf(line, sizeof(line), "<%d>%s ", (int)level, event)
                 : snprintf(line, sizeof(line), "%s ", event);
    va_start(args, format);
    more = vsnprintf(line + length, sizeof(line) - (size_t)length - 1, format, args);
    va_end(args);
    if (more < 0)
        return;
    length += more;
    if ((size_t)length > sizeof(line) - 2)
        length = (int)sizeof(line) - 2;
    for (int i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ')
            line[i] = ' ';
    line[length++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)length) < 0)
        return; /* nobody is left to tell */
}
