/*
 * hall.h — yiping init, and yiping hall export|import.
 */
#ifndef CLI_HALL_H
#define CLI_HALL_H

#include "cli/folder.h"
#include "store/hall_store.h"

int cli_init(int argc, char **argv);
int cli_hall(int argc, char **argv);

/* Takes the bytes of a hall file into an open folder; every fault is told on stderr.
 * `changes` may be NULL. */
NODISCARD bool hall_take(struct folder *f, const char *json, size_t length,
                         const char *name, struct hall_changes *changes,
                         struct error *err);

#endif
