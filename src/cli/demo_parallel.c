/*
 * demo_parallel.c — see demo_parallel.h. The lot is drawn from the case's id, so that the
 * rest of the story is the same with and without.
 */
#include "cli/demo_parallel.h"

#include "store/approval_store.h"

static const char parent[] = "company-setup";
static const char *const parts[] = {"business-licence", "tax-registration",
                                    "seal-carving"};

bool parallel_begin(struct past *p, const struct matter *m, int64_t case_id,
                    struct error *err)
{
    int64_t id;
    bool fresh;

    for (size_t i = 0; i < LENGTH(parts) && strcmp(m->code, parent) == 0; i++) {
        const struct approval_begin in = {.case_id = case_id,
                                          .matter = parts[i],
                                          .promised_days = -1,
                                          .at_ms = p->now_ms,
                                          .actor = "demo"};

        if (!approval_start(p->st, &in, p->now_ms, &id, &fresh, err))
            return false;
    }
    return true;
}

static bool tell(struct past *p, const struct approval_case *all, int n,
                 enum approval_step step, bool granted, int64_t at_ms, struct error *err)
{
    const struct approval_tell in = {.case_id = all->case_id,
                                     .n = n,
                                     .step = step,
                                     .granted = granted,
                                     .reason =
                                         step == APPROVAL_PAUSE ? "supplement" : NULL,
                                     .at_ms = at_ms,
                                     .actor = "demo"};
    int64_t id;
    bool fresh;

    return approval_tell(p->st, &in, p->now_ms, &id, &fresh, err);
}

/* One department's way: looked into, sometimes waiting for papers, decided. */
static bool decide(struct past *p, const struct approval_case *all, int n, bool granted,
                   struct lot *lot, struct error *err)
{
    int64_t from_ms = all->now.children[n - 1].started_ms;
    int64_t way_ms = (p->now_ms - from_ms) * lot_between(lot, 40, 95) / 100;

    if (lot_chance(lot, 30) &&
        !(tell(p, all, n, APPROVAL_PAUSE, false, from_ms + way_ms / 4, err) &&
          tell(p, all, n, APPROVAL_RESUME, false, from_ms + way_ms / 2, err)))
        return false;
    return tell(p, all, n, APPROVAL_REVIEW, false, from_ms + way_ms / 2, err) &&
           tell(p, all, n, APPROVAL_APPROVE, granted, from_ms + way_ms, err);
}

bool parallel_decide(struct past *p, int64_t case_id, bool granted, struct error *err)
{
    struct lot lot = {(uint64_t)case_id};
    struct approval_case all;
    int last;

    if (!approval_read(p->st, case_id, &all, err))
        return false;
    last = (int)all.now.count;
    for (int n = 1; n <= last; n++) /* one refusal is enough */
        if (!decide(p, &all, n, granted || n < last, &lot, err))
            return false;
    return last == 0 || !granted ||
           (tell(p, &all, 0, APPROVAL_PAY, false, p->now_ms, err) &&
            tell(p, &all, 0, APPROVAL_ISSUE, false, p->now_ms, err));
}
