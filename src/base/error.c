/*
 * error.c — keeps the first sentence that somebody found for a failure.
 *
 * Promise: a set error always has a kind and a text. Not here: how it is shown
 * (web/problem.c, cli/) and what is done about it.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list args;

    if (err->kind != ERROR_NONE)
        return false;
    err->kind = kind;
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return false;
}

bool error_field(struct error *err, const char *field, const char *format, ...)
{
    va_list args;

    if (err->kind != ERROR_NONE)
        return false;
    err->kind = ERROR_INPUT;
    snprintf(err->field, sizeof(err->field), "%s", field);
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return false;
}

bool error_cause(struct error *err, const char *format, ...)
{
    va_list args;

    if (err->cause[0] != '\0')
        return false;
    va_start(args, format);
    vsnprintf(err->cause, sizeof(err->cause), format, args);
    va_end(args);
    return false;
}

void error_clear(struct error *err)
{
    memset(err, 0, sizeof(*err));
}
