/*
 * voice.h — `yiping voice make|list|say`: the clips that calls are spoken with.
 */
#ifndef CLI_VOICE_H
#define CLI_VOICE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

int cli_voice(int argc, char **argv);

/*
 * Makes every clip with espeak-ng in the voice folder of this data folder. ERROR_SETUP
 * where espeak-ng is missing or fails; clips made before stay.
 */
NODISCARD bool voice_make(const char *data, struct error *err);

#endif
