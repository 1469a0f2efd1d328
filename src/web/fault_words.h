/*
 * fault_words.h — the sentence of an error in the language of the page.
 *
 * The lower floors say in English what is wrong, for the command line, the API and the
 * journal. The catalogue `faults` holds each such sentence in English as it stands in the
 * source, with {names} where values go, and in the other languages what it says; a test
 * holds it beside the sources. A sentence that begins with the place in a scheme
 * ("parts[3].weight: …") is told with that place in words. Pure; any thread.
 */
#ifndef WEB_FAULT_WORDS_H
#define WEB_FAULT_WORDS_H

#include <jansson.h>

#include "web/page.h"

/* {"text": …, "english": whether it is, since nobody has translated it}, given. */
json_t *fault_json(const struct site *site, enum lang lang, const char *sentence);

#endif
