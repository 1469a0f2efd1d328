/*
 * scheme_fuzz.c — any bytes as a scheme: no crash, and what is taken sums to 100.00 and
 * is written and read again as it is.
 *
 * libFuzzer's entry only.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "domain/scheme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct scheme *s)
{
    struct buf out = buf_new(SCHEME_BYTES_MOST);

    scheme_write(s, &out);
    if (out.overflowed)
        abort();
    return buf_take(&out);
}

static void check_round(const struct scheme *s)
{
    char *once = written(s), *twice;
    struct scheme again;
    struct error err = {0};

    if (scheme_weight(s) != SCHEME_WEIGHT_WHOLE ||
        !scheme_read(once, strlen(once), &again, &err))
        abort();
    twice = written(&again);
    if (strcmp(once, twice) != 0)
        abort();
    scheme_free(&again);
    free(once);
    free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct scheme s;

    if (scheme_read((const char *)data, size, &s, &err))
        check_round(&s);
    else if (err.text[0] == '\0' || !words_utf8(err.text, strlen(err.text), NULL))
        abort();
    scheme_free(&s);
    return 0;
}
