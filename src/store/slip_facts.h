/*
 * slip_facts.h — what stands on a ticket, as texts: gathered from the store, then free of
 * it.
 *
 * A whole value that passes from a reader or the writer to the renderer.
 */
#ifndef STORE_SLIP_FACTS_H
#define STORE_SLIP_FACTS_H

#include "store/ticket_store.h"

struct slip_facts {
    char hall[NAME_SIZE], service[NAME_SIZE], number[NUMBER_SIZE + 16];
    char hint_zh[256],
        hint_en[256]; /* which windows: the template decides the language */
    char ahead[16], wait[32], taken_at[32], qr[400], short_code[SHORT_SYMBOLS + 1];
    bool by_sms;   /* the code opens a text instead of a page */
    char root[48]; /* newest sealed root of the rating log in short form; "" for none */
    char lang[8];  /* the citizen's, as in "zh-CN" */
    int copy;      /* above 0: a reprint, to be marked as one */
};

/*
 * The texts of a ticket as it was taken. `way` is where the code leads; `copy` above 0
 * is a reprint. ERROR_ABSENT where there is no such ticket.
 */
NODISCARD bool slip_facts_read(struct store *st, int64_t ticket_id,
                               const struct token_way *way, int copy,
                               struct slip_facts *out, struct error *err);

#endif
