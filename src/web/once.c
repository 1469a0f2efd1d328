/*
 * once.c — see once.h.
 */
#include "web/once.h"

#include <string.h>

#include "store/idempotency_store.h"

void once_new(struct world *world, char out[ONCE_TEXT])
{
    unsigned char bytes[(ONCE_TEXT - 1) / 2];

    world->random(world, bytes, sizeof(bytes));
    crypt_hex(bytes, sizeof(bytes), out);
}

static bool is_once(const char *text)
{
    size_t length = strlen(text);

    return length <= ONCE_MOST &&
           strspn(text,
                  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") ==
               length;
}

/* How long ago a button was pressed is told anew each time that a form is sent. */
static void hash_fields(const struct sent *form, unsigned char hash[CRYPT_HASH_BYTES])
{
    struct buf text = buf_new(64 << 10);

    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, "late") == 0)
            continue;
        buf_add(&text, form->fields[i].name, strlen(form->fields[i].name) + 1);
        buf_add(&text, form->fields[i].value, strlen(form->fields[i].value) + 1);
    }
    crypt_sha256(text.data != NULL ? text.data : (const void *)"", text.length, hash);
    buf_free(&text);
}

bool once_read(struct exchange *x, const struct sent *form, bool strict, struct once *out,
               struct error *err)
{
    *out = (struct once){.token = sent_text(form, "once"), .route = x->path};
    if (!is_once(out->token))
        return error_set(err, ERROR_MALFORMED, "The form that was sent cannot be read.");
    if (strict)
        hash_fields(form, out->body);
    return true;
}

static struct idempotency row_of(const struct once *o)
{
    struct idempotency row = {.route = o->route, .token = o->token};

    memcpy(row.body, o->body, sizeof(row.body));
    return row;
}

bool once_find(struct store *st, const struct once *o, int64_t now_ms, bool *done,
               int64_t *fact, struct error *err)
{
    struct idempotency row = row_of(o);
    bool made;

    *done = false;
    return o->token[0] == '\0' ||
           idempotency_find(st, &row, now_ms, done, fact, &made, err);
}

bool once_keep(struct store *st, const struct once *o, int64_t fact, int64_t now_ms,
               struct error *err)
{
    struct idempotency row = row_of(o);

    return o->token[0] == '\0' || idempotency_keep(st, &row, fact, true, now_ms, err);
}
