/*
 * memory.c — allocation that ends the process rather than return NULL (memory.h says
 * why).
 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void memory_none(void)
{
    static const char words[] = "<2>memory: no memory left, ending; a restart is safe\n";

    if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
        _exit(MEMORY_EXIT);
    _exit(MEMORY_EXIT);
}

static void *must(void *block)
{
    if (block == NULL)
        memory_none();
    return block;
}

void *memory_new(size_t bytes)
{
    return must(calloc(1, bytes > 0 ? bytes : 1));
}

void *memory_resize(void *old, size_t bytes)
{
    return must(realloc(old, bytes > 0 ? bytes : 1));
}

char *memory_text(const char *text)
{
    return must(strdup(text));
}
