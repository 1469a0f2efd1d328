/*
 * memory.h — memory that is there, or the process ends.
 *
 * The queue is on disk and a restart is safe, so no caller handles a failed allocation:
 * the process leaves with MEMORY_EXIT and nothing acknowledged is lost. Any thread.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

enum { MEMORY_EXIT = 71 }; /* EX_OSERR of sysexits.h */

/* Zeroed memory, given. Never NULL. */
void *memory_new(size_t bytes);

/* As realloc(3), but never NULL; new bytes are not cleared. */
void *memory_resize(void *old, size_t bytes);

/* A copy of a text, given. Never NULL. */
char *memory_text(const char *text);

/* Ends the process as the others do, for a library that came back without memory. */
_Noreturn void memory_none(void);

#endif
