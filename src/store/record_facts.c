/*
 * record_facts.c — see record_facts.h.
 */
#include "store/record_facts.h"

#include <stdio.h>

#include "store/person_store.h"

/* "" where none was left, or it was erased. */
static bool phone_of(struct store *st, const struct record_map *map, int64_t id,
                     char out[PHONE_LOCAL], struct error *err)
{
    struct phone phone;
    bool found = false;

    out[0] = '\0';
    if (id == 0 || !record_map_wants(map, RECORD_PHONE))
        return true;
    if (!phone_reveal(st, id, &phone, &found, err))
        return false;
    if (found)
        phone_local(&phone, out);
    return true;
}

bool record_of_item(struct store *st, const struct record_map *map,
                    const struct review_item *i, json_t **out, struct error *err)
{
    const struct review_rating *rating = &i->rating;
    struct record_facts facts = {.zone = st->frame->zone};
    char grade[12] = "", phone[PHONE_LOCAL];

    if (!phone_of(st, map, i->phone_id, phone, err))
        return false;
    if (rating->grade != 0)
        snprintf(grade, sizeof(grade), "%d", rating->grade);
    facts.text[RECORD_AREA_NAME] = st->frame->county;
    facts.text[RECORD_DEPT_CODE] = i->credit_code;
    facts.text[RECORD_DEPT_NAME] = i->department.name;
    facts.text[RECORD_TASK_CODE] = i->matter.code;
    facts.text[RECORD_TASK_NAME] = i->matter.name;
    facts.text[RECORD_CASE_NO] = i->case_no;
    facts.text[RECORD_CASE_STATE] = i->closed_ms != 0 ? "closed" : "open";
    facts.text[RECORD_CASE_KIND] = i->promise ? "promise" : "instant";
    facts.text[RECORD_CLERK_NO] = i->clerk.code;
    facts.text[RECORD_CLERK_NAME] = i->clerk.name;
    facts.text[RECORD_CHANNEL] = rating->channel;
    facts.text[RECORD_PHONE] = phone;
    facts.text[RECORD_GRADE] = grade;
    facts.text[RECORD_TAG_CODES] = rating->tags;
    facts.text[RECORD_FREE_TEXT] = rating->comment;
    facts.text[RECORD_RECEIPT] = rating->receipt;
    facts.at_ms[RECORD_RATED_AT - RECORD_RATED_AT] = rating->rated_ms;
    facts.at_ms[RECORD_ACCEPTED_AT - RECORD_RATED_AT] = i->accepted_ms;
    facts.at_ms[RECORD_CLOSED_AT - RECORD_RATED_AT] = i->closed_ms;
    return record_map_fill(map, &facts, out, err);
}
