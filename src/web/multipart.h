/*
 * multipart.h — a form that was sent with a file in it.
 *
 * Standards: RFC 7578 (multipart/form-data), RFC 2046 5.1 (the parts and what parts
 * them). Strict: what browsers send is read, anything else is refused and never repaired.
 * Text fields become a form as any other, so that pages do not care how it came. At the
 * most one file; a file field that was left empty counts as none. Any thread.
 */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "web/form.h"

/* The file of a form; its bytes lie in the body that was parsed, the rest in the form. */
struct upload {
    const char *field; /* NULL: there is none */
    const char *name;  /* as the sender calls it; valid UTF-8 without NUL */
    const char *bytes;
    size_t length;
};

/* Does this Content-Type (NULL for none) say multipart/form-data? */
bool multipart_is(const char *content_type);

/*
 * Reads the body; both are borrowed for as long as `file` is used. ERROR_MALFORMED where
 * the form of the parts is not kept, a text is no UTF-8 or holds a NUL, or there are more
 * than FORM_FIELDS fields or one file; `form` and `file` are then empty. form_free.
 */
NODISCARD bool multipart_parse(const char *content_type, const char *body, size_t length,
                               struct form *form, struct upload *file, struct error *err);

#endif
