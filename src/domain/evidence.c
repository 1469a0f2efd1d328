/*
 * evidence.c — see evidence.h.
 */
#include "domain/evidence.h"

#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/text.h"

static const struct {
    const char *name, *media, *start;
    size_t length; /* of the start, by which the bytes are known */
} types[EVIDENCE_TYPES] = {
    [EVIDENCE_JPG] = {"jpg", "image/jpeg", "\xFF\xD8\xFF", 3},
    [EVIDENCE_PNG] = {"png", "image/png", "\x89PNG\r\n\x1A\n", 8},
    [EVIDENCE_PDF] = {"pdf", "application/pdf", "%PDF-", 5},
    [EVIDENCE_TXT] = {"txt", "text/plain; charset=utf-8", NULL, 0},
};

/* What no written text holds: control characters but tab and ends of lines. */
static bool is_control(uint32_t cp)
{
    return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') ||
           (cp >= 0x7F && cp < 0xA0);
}

static bool is_plain(const char *bytes, size_t length)
{
    uint32_t cp;

    if (length == 0 || !text_valid_utf8(bytes, length))
        return false;
    for (size_t at = 0, step; (step = text_next(bytes + at, length - at, &cp)) > 0;
         at += step)
        if (is_control(cp))
            return false;
    return true;
}

enum evidence_type evidence_type_of(const char *bytes, size_t length)
{
    for (int i = 0; i < EVIDENCE_TYPES; i++)
        if (types[i].start != NULL && length > types[i].length &&
            memcmp(bytes, types[i].start, types[i].length) == 0)
            return (enum evidence_type)i;
    return is_plain(bytes, length) ? EVIDENCE_TXT : EVIDENCE_TYPES;
}

const char *evidence_type_name(enum evidence_type type)
{
    return types[type].name;
}

enum evidence_type evidence_type_read(const char *name)
{
    for (int i = 0; i < EVIDENCE_TYPES; i++)
        if (strcmp(types[i].name, name) == 0)
            return (enum evidence_type)i;
    return EVIDENCE_TYPES;
}

const char *evidence_media_type(enum evidence_type type)
{
    return types[type].media;
}

void evidence_name(const char *sent, char out[EVIDENCE_NAME])
{
    size_t length = strlen(sent), from = length, used = 0, step;
    uint32_t cp;

    while (from > 0 && sent[from - 1] != '/' && sent[from - 1] != '\\')
        from--;
    for (size_t at = from; (step = text_next(sent + at, length - at, &cp)) > 0;
         at += step) {
        if (is_control(cp) || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xFFFD)
            continue;
        if (used + step >= EVIDENCE_NAME)
            break;
        memcpy(out + used, sent + at, step);
        used += step;
    }
    if (used == 0)
        out[used++] = '?';
    out[used] = '\0';
}
