/*
 * place_set.h — windows, matters and clerks of a hall that somebody wishes to see, as the
 * ids that cases bear: rows of these tables are few, so a wish is judged once for each
 * and not for every case.
 *
 * A reader's store. place_sets_free frees what was filled, also after a failure.
 */
#ifndef STORE_PLACE_SET_H
#define STORE_PLACE_SET_H

#include "domain/list_query.h"
#include "store/store.h"

enum place_table { PLACE_WINDOWS, PLACE_MATTERS, PLACE_CLERKS, PLACE_TABLES };

/* Ids in growing order. */
struct place_set {
    bool any; /* nobody asked: all of them */
    int64_t *ids;
    size_t count;
};

/* Codes; NULL for any. Those of `own` confine somebody. */
struct place_wish {
    const char *department, *own_department, *window, *own_window, *matter, *clerk;
    const struct list_query *query; /* of which the parts that name places are judged */
};

NODISCARD bool place_sets_fill(struct store *st, const struct place_wish *wish,
                               struct place_set sets[PLACE_TABLES], struct error *err);
void place_sets_free(struct place_set sets[PLACE_TABLES]);

bool place_set_has(const struct place_set *set, int64_t id);

#endif
