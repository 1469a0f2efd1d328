/*
 * multipart_fuzz.c — hostile forms with files are read within their bytes, or refused.
 *
 * The input is a Content-Type, a NUL and the body. For libFuzzer.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void look(const char *text)
{
    if (text == NULL || !text_valid_utf8(text, strlen(text)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *type = (const char *)bytes;
    const char *end = length != 0 ? memchr(type, '\0', length) : NULL;
    struct error err = {0};
    struct upload file;
    struct form form;
    const char *body;

    if (end == NULL)
        return 0;
    body = end + 1;
    length -= (size_t)(body - type);
    if (!multipart_parse(type, body, length, &form, &file, &err)) {
        if (err.text[0] == '\0' || form.count != 0 || file.field != NULL)
            abort();
        return 0;
    }
    for (size_t i = 0; i < form.count; i++) {
        look(form.fields[i].name);
        look(form.fields[i].value);
    }
    if (file.field != NULL) {
        look(file.field);
        look(file.name);
        if (file.bytes < body || file.bytes + file.length > body + length)
            abort();
    }
    form_free(&form);
    return 0;
}
