/*
 * mapping.h — where the mappings of other platforms are: ours are in the program, a
 * hall's own are files (domain/record_map.h).
 */
#ifndef WORK_MAPPING_H
#define WORK_MAPPING_H

#include "domain/record_map.h"

/* `name` is a file, else one of ours (national, province-sms7). `*out` is given. Any
 * thread that may wait for a disk. */
NODISCARD bool mapping_read(const char *name, struct record_map **out, struct error *err);

#endif
