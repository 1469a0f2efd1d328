/*
 * assets.h — stylesheet, scripts and pictures of the pages: GET /assets/{name}.
 *
 * They lie in templates/assets and travel in the binary. A browser keeps one for an hour
 * and then asks by its ETag whether it changed. Nothing else of the pack can be reached
 * from here.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include "web/exchange.h"

void asset_get(struct exchange *x);

/* The bytes of an asset as a text, NULL where there is none. Static. */
const char *asset_text(const char *name);

/* "'sha256-…'": the source expression that lets a page carry this text as its own style
 * (Content Security Policy 3). */
enum { STYLE_SOURCE = 56 };
void style_source(const char *style, char out[STYLE_SOURCE]);

#endif
