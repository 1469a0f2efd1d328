/*
 * reply_fuzz.c — libFuzzer's way into the reader of replies: the first byte chooses the
 * form, the rest is the reply. Whatever it is, the reading keeps its own promises and is
 * the same twice.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "domain/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum reply_form form = size > 0 && (data[0] & 1) != 0 ? REPLY_FOUR : REPLY_OVERALL;
    const char *text = size > 0 ? (const char *)data + 1 : "";
    size_t length = size > 0 ? size - 1 : 0;
    struct reply_reading first, second;
    char code[9];
    char letter;
    size_t taken;

    reply_read(text, length, form, &first);
    reply_read(text, length, form, &second);
    assert(first.outcome == second.outcome && first.grade == second.grade &&
           first.comment == second.comment &&
           memcmp(first.dims, second.dims, sizeof(first.dims)) == 0);
    assert((first.outcome == REPLY_GRADE) == (first.grade >= 1 && first.grade <= 5));
    for (int i = 0; i < 4; i++)
        assert((first.outcome == REPLY_DIMS) ==
               (first.dims[i] >= 1 && first.dims[i] <= 5));
    if (reply_letter(text, length, &letter, &taken))
        assert(taken > 0 && taken <= length);
    if (reply_short_code(text, length, code, &taken))
        assert(taken >= 8 && taken <= length && strlen(code) == 8);
    return 0;
}
