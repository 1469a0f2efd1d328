/*
 * assets.h — stylesheet, scripts and pictures of the pages: GET /assets/{name}.
 *
 * They lie in templates/assets and travel in the binary. Pages name one with a piece of
 * its hash in it, "yiping.0123456789abcdef.css", which a browser keeps for ever: other
 * bytes have another name. By its plain name, or by the hash of another version, it is
 * kept for an hour and then asked for by its ETag. Nothing else of the pack can be
 * reached from here.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <jansson.h>

#include "web/exchange.h"

void asset_get(struct exchange *x);

/* What pages call them: {"yiping_css": "/assets/yiping.0123456789abcdef.css", …}. Given.
 */
json_t *asset_paths(void);

/* The bytes of an asset as a text, NULL where there is none. Static. */
const char *asset_text(const char *name);

/* "'sha256-…'": the source expression that lets a page carry this text as its own style
 * (Content Security Policy 3). */
enum { STYLE_SOURCE = 56 };
void style_source(const char *style, char out[STYLE_SOURCE]);

#endif
