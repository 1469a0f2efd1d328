/*
 * memory.c — allocation that ends the process rather than return NULL (memory.h says
 * why).
 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *must(void *block)
{
    static const char words[] = "<2>memory: no memory left, ending; a restart is safe\n";

    if (block != NULL)
        return block;
    if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
        _exit(MEMORY_EXIT);
    _exit(MEMORY_EXIT);
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
