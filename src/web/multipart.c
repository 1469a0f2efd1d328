/*
 * multipart.c — see multipart.h.
 *
 *     --BOUNDARY CRLF  head CRLF CRLF  bytes CRLF  --BOUNDARY CRLF … CRLF --BOUNDARY--
 * CRLF
 *
 * Promise: every byte is looked at within the body and none is written; the time is in
 * the order of the body's length. What stands behind the end, and before the first
 * boundary, must be nothing: no browser sends any.
 */
#include "web/multipart.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

enum { BOUNDARY_MOST = 70, HEAD_MOST = 1024 };

static const char media[] = "multipart/form-data";

bool multipart_is(const char *content_type)
{
    size_t length = sizeof(media) - 1;

    return content_type != NULL && strncasecmp(content_type, media, length) == 0 &&
           strchr("; \t", content_type[length]) != NULL; /* its NUL, too */
}

/* A part of the body that is looked at: from `at` up to `stop`. */
struct view {
    const char *at, *stop;
};

static size_t left(const struct view *v)
{
    return (size_t)(v->stop - v->at);
}

/* Takes these bytes from the front; false where others stand there. */
static bool take(struct view *v, const char *bytes, size_t length)
{
    if (left(v) < length || memcmp(v->at, bytes, length) != 0)
        return false;
    v->at += length;
    return true;
}

static bool take_text(struct view *v, const char *text)
{
    return take(v, text, strlen(text));
}

static bool is_boundary(const char *text, size_t length)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789'()+_,-./:=?";

    return length > 0 && length <= BOUNDARY_MOST && strspn(text, allowed) >= length;
}

/* CRLF, two hyphens and the boundary: what a part ends with. False for none. */
static bool read_boundary(const char *content_type, char out[BOUNDARY_MOST + 5],
                          size_t *length)
{
    const char *at = strcasestr(content_type, "boundary=");
    size_t count;

    if (!multipart_is(content_type) || at == NULL || strchr("; \t", at[-1]) == NULL)
        return false;
    at += strlen("boundary=");
    if (*at == '"') {
        count = strcspn(++at, "\"");
        if (at[count] != '"')
            return false;
    } else {
        count = strcspn(at, "; \t");
    }
    if (!is_boundary(at, count))
        return false;
    memcpy(out, "\r\n--", 4);
    memcpy(out + 4, at, count);
    *length = count + 4;
    out[*length] = '\0';
    return true;
}

/* One line of a part's head without its end; false where there is no end in sight. */
static bool take_line(struct view *v, struct view *line)
{
    const char *end = memmem(v->at, left(v) < HEAD_MOST ? left(v) : HEAD_MOST, "\r\n", 2);

    if (end == NULL)
        return false;
    *line = (struct view){v->at, end};
    v->at = end + 2;
    return true;
}

/* What a part says of itself; names lie in the body. */
struct head {
    struct view name, file;
    bool named, filed;
};

/* ;name="value": browsers escape a quote and line ends as %22, %0D and %0A, and no other
 * way is read. */
static bool take_parameter(struct view *line, struct view *key, struct view *value)
{
    const char *end;

    if (!take_text(line, ";"))
        return false;
    while (take_text(line, " "))
        continue;
    key->at = line->at;
    while (line->at < line->stop && *line->at != '=')
        line->at++;
    key->stop = line->at;
    if (!take_text(line, "=\""))
        return false;
    end = memchr(line->at, '"', left(line));
    if (end == NULL)
        return false;
    *value = (struct view){line->at, end};
    line->at = end + 1;
    return true;
}

static bool is(const struct view *v, const char *text)
{
    return left(v) == strlen(text) && memcmp(v->at, text, left(v)) == 0;
}

/* The line without a header's name in front; false where it is another header. */
static bool header(const struct view *line, const char *name, struct view *value)
{
    size_t length = strlen(name);

    if (left(line) < length || strncasecmp(line->at, name, length) != 0)
        return false;
    *value = (struct view){line->at + length, line->stop};
    while (take_text(value, " "))
        continue;
    return true;
}

static bool read_disposition(struct view value, struct head *out)
{
    struct view key, text;

    if (out->named || !take_text(&value, "form-data"))
        return false;
    while (value.at < value.stop) {
        bool *seen;

        if (!take_parameter(&value, &key, &text))
            return false;
        seen = is(&key, "name") ? &out->named : is(&key, "filename") ? &out->filed : NULL;
        if (seen == NULL || *seen)
            return false;
        *(seen == &out->named ? &out->name : &out->file) = text;
        *seen = true;
    }
    return out->named;
}

/* The head of a part, with the empty line behind it. */
static bool take_head(struct view *body, struct head *out)
{
    struct view line, value;
    int lines = 0;

    *out = (struct head){0};
    while (take_line(body, &line)) {
        if (left(&line) == 0)
            return out->named;
        if (++lines > 8 || (header(&line, "content-disposition:", &value) &&
                            !read_disposition(value, out)))
            return false;
    }
    return false;
}

/* A text of the body, kept behind the others; NULL where it is none. */
static const char *keep(const struct view *text, char **to)
{
    char *start = *to;

    if (!text_valid_utf8(text->at, left(text)))
        return NULL;
    memcpy(start, text->at, left(text));
    start[left(text)] = '\0';
    *to = start + left(text) + 1;
    return start;
}

static bool add_file(const struct head *head, const struct view *bytes, char **to,
                     struct upload *file)
{
    if (left(&head->file) == 0 && left(bytes) == 0) /* nothing was chosen */
        return true;
    if (file->field != NULL)
        return false;
    file->field = keep(&head->name, to);
    file->name = keep(&head->file, to);
    file->bytes = bytes->at;
    file->length = left(bytes);
    return file->field != NULL && file->name != NULL;
}

static bool add_part(const struct head *head, const struct view *bytes, char **to,
                     struct form *form, struct upload *file)
{
    struct form_field *field = &form->fields[form->count];

    if (head->filed)
        return add_file(head, bytes, to, file);
    if (form->count == FORM_FIELDS)
        return false;
    field->name = keep(&head->name, to);
    field->value = field->name != NULL ? keep(bytes, to) : NULL;
    form->count += field->value != NULL;
    return field->value != NULL;
}

/* All parts; the body begins behind the first boundary's hyphens. */
static bool take_parts(struct view body, const char *boundary, size_t length, char *to,
                       struct form *form, struct upload *file)
{
    if (!take(&body, boundary + 2, length - 2))
        return false;
    while (!take_text(&body, "--")) {
        struct view bytes;
        struct head head;
        const char *end;

        if (!take_text(&body, "\r\n") || !take_head(&body, &head))
            return false;
        end = memmem(body.at, left(&body), boundary, length);
        if (end == NULL)
            return false;
        bytes = (struct view){body.at, end};
        body.at = end + length;
        if (!add_part(&head, &bytes, &to, form, file))
            return false;
    }
    return left(&body) == 0 || is(&body, "\r\n");
}

bool multipart_parse(const char *content_type, const char *body, size_t length,
                     struct form *form, struct upload *file, struct error *err)
{
    char boundary[BOUNDARY_MOST + 5];
    size_t size;

    *form = (struct form){0};
    *file = (struct upload){0};
    if (!read_boundary(content_type, boundary, &size))
        return error_set(err, ERROR_MALFORMED, "The form does not say how it is parted.");
    form->text = memory_new(length + 1);
    if (take_parts((struct view){body, body + length}, boundary, size, form->text, form,
                   file))
        return true;
    form_free(form);
    *file = (struct upload){0};
    return error_set(err, ERROR_MALFORMED,
                     "The form is not in parts as browsers send them.");
}
