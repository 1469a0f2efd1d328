/*
 * sync.h — names of files that outlast a power cut.
 *
 * fsync() of a file keeps its bytes; its name is kept with the folder that holds it
 * (POSIX.1-2017 fsync; Linux open(2), fsync(2)).
 */
#ifndef BASE_SYNC_H
#define BASE_SYNC_H

#include <stdbool.h>

#include "base/compiler.h"

/* Makes the present names in the folder of this path durable; false with errno. Any
 * thread; takes as long as the disk. */
NODISCARD bool sync_folder_of(const char *path);

#endif
