/*
 * demo_agenda.c — see demo_agenda.h. A binary heap: no parent comes after its children.
 */
#include "cli/demo_agenda.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

static bool before(const struct happening *a, const struct happening *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap(struct happening *a, struct happening *b)
{
    struct happening kept = *a;

    *a = *b;
    *b = kept;
}

void agenda_put(struct agenda *a, const struct happening *h)
{
    size_t at = a->count;

    if (a->count == a->room) {
        a->room = a->room > 0 ? 2 * a->room : 256;
        a->heap = memory_resize(a->heap, a->room * sizeof(*a->heap));
    }
    a->heap[a->count] = *h;
    a->heap[a->count++].order = ++a->order;
    for (; at > 0 && before(&a->heap[at], &a->heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&a->heap[at], &a->heap[(at - 1) / 2]);
}

int64_t agenda_next_ms(const struct agenda *a)
{
    return a->count > 0 ? a->heap[0].at_ms : INT64_MAX;
}

struct happening agenda_take(struct agenda *a)
{
    struct happening first = a->heap[0];
    size_t at = 0;

    a->heap[0] = a->heap[--a->count];
    while (2 * at + 1 < a->count) {
        size_t child = 2 * at + 1;

        if (child + 1 < a->count && before(&a->heap[child + 1], &a->heap[child]))
            child++;
        if (!before(&a->heap[child], &a->heap[at]))
            break;
        swap(&a->heap[child], &a->heap[at]);
        at = child;
    }
    return first;
}

void agenda_free(struct agenda *a)
{
    free(a->heap);
    *a = (struct agenda){0};
}
