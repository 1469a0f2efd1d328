/*
 * hall_fuzz.c — any bytes as a hall file: no crash, and what is taken comes back stable.
 *
 * libFuzzer's entry only.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "domain/hall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round(const struct hall_file *file)
{
    json_t *json = hall_to_json(file);
    char *text = json_dumps(json, JSON_INDENT(1));
    struct hall_file *copy = NULL;
    struct error err = {0};
    json_t *again;

    if (!hall_parse(text, strlen(text), "again", &copy, &err))
        abort();
    again = hall_to_json(copy);
    assert(json_equal(json, again));
    json_decref(again);
    json_decref(json);
    hall_free(copy);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hall_file *file = NULL;
    struct error err = {0};

    if (hall_parse((const char *)data, size, "fuzz", &file, &err))
        check_round(file);
    else
        assert(err.text[0] != '\0' && words_utf8(err.text, strlen(err.text), NULL));
    hall_free(file);
    return 0;
}
