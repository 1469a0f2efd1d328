/*
 * cmpp_told.c — see cmpp_told.h.
 */
#include "gateways/cmpp_told.h"

#include <string.h>

static struct cmpp_told_one *free_place(struct cmpp_told *t, bool report)
{
    struct cmpp_told_one *place = NULL;
    int reports = 0;

    for (int i = 0; i < CMPP_TOLD; i++) {
        if (t->all[i].handle == 0)
            place = &t->all[i];
        else
            reports += t->all[i].report;
    }
    return report && reports >= CMPP_TOLD_REPORTS ? NULL : place;
}

bool cmpp_told_add(struct cmpp_told *t, const struct cmpp_pdu *pdu, uint64_t order,
                   const uint8_t *bytes, size_t length)
{
    const struct cmpp_deliver *d = &pdu->deliver;
    bool report = d->registered_delivery == 1;
    struct cmpp_told_one *one = free_place(t, report);
    struct cmpp_report body;

    if (one == NULL || length > CMPP_TOLD_BYTES)
        return false;
    if (++t->handle == 0)
        t->handle = 1;
    *one = (struct cmpp_told_one){.handle = t->handle,
                                  .sequence = pdu->sequence,
                                  .order = order,
                                  .msg_id = d->msg_id,
                                  .report = report,
                                  .length = length};
    if (report && cmpp_report_unpack(d->content, d->length, &body))
        one->about = body.msg_id;
    memcpy(one->bytes, bytes, length);
    return true;
}

struct cmpp_told_one *cmpp_told_next(struct cmpp_told *t, const struct cmpp_window *w)
{
    struct cmpp_told_one *first = NULL;

    for (int i = 0; i < CMPP_TOLD; i++) {
        struct cmpp_told_one *one = &t->all[i];

        if (one->handle == 0 || one->handed ||
            (first != NULL && first->order < one->order))
            continue;
        if (!one->report || !cmpp_window_may_concern(w, one->order, one->about))
            first = one;
    }
    return first;
}

struct cmpp_told_one *cmpp_told_find(struct cmpp_told *t, uint32_t handle)
{
    for (int i = 0; i < CMPP_TOLD && handle != 0; i++)
        if (t->all[i].handle == handle)
            return &t->all[i];
    return NULL;
}
