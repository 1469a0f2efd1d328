/*
 * clerk_place.h — where the hall's people usually sit, by the hall file that is in force.
 *
 * A clerk's department is that of his usual window; one without a window that is in force
 * belongs to none, and is counted as such. Only looks; any thread's store.
 */
#ifndef STORE_CLERK_PLACE_H
#define STORE_CLERK_PLACE_H

#include "store/hall_store.h"

struct clerk_place {
    char code[CODE_SIZE], name[NAME_SIZE];
    char window[CODE_SIZE], window_name[NAME_SIZE];         /* "" for none */
    char department[CODE_SIZE], department_name[NAME_SIZE]; /* "" for none */
};

/* *found is false where the hall has no such clerk, also where he has left. */
NODISCARD bool clerk_place_find(struct store *st, const char *code,
                                struct clerk_place *out, bool *found, struct error *err);

/* Those of the hall, by department, then by code; those without a place first. */
typedef void clerk_place_each(void *self, const struct clerk_place *c);
NODISCARD bool clerk_places_each(struct store *st, clerk_place_each *each, void *self,
                                 struct error *err);

/* A department in force and how many clerks sit there, in the order of the codes. */
struct department_staff {
    char code[CODE_SIZE], name[NAME_SIZE];
    int64_t staff;
};
typedef void department_staff_each(void *self, const struct department_staff *d);
NODISCARD bool departments_staff(struct store *st, department_staff_each *each,
                                 void *self, struct error *err);

/* Clerks in force, all of them. */
NODISCARD bool clerks_count(struct store *st, int64_t *count, struct error *err);

#endif
