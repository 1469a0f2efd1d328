/*
 * owed_view.h — the marks that a total still waits for, as pages say it. All JSON is
 * given; words of the catalogue `assess`. Pure; any thread.
 */
#ifndef WEB_OWED_VIEW_H
#define WEB_OWED_VIEW_H

#include "domain/assess.h"
#include "web/staff_words.h"

/* A sentence for each part of which marks are missing, with every department that lacks
 * them and with who owes them: [{"text": …}, …]. `owed` has the bits of the book's units.
 */
json_t *owed_json(const struct staff_words *w, const struct scheme_part *parts,
                  size_t part_count, const struct assess_book *b, const uint32_t *owed);

/* The parts of which one department lacks marks: "政务公开、年度目标任务"; "" for none.
 */
json_t *owed_names(const struct staff_words *w, const struct scheme_part *parts,
                   size_t part_count, uint32_t owed);

#endif
