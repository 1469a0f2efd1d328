/*
 * gateway_open.h — the gateways of a house, made from its settings: for the server, and
 * for commands that show what they are.
 */
#ifndef CLI_GATEWAY_OPEN_H
#define CLI_GATEWAY_OPEN_H

#include "base/settings.h"
#include "gateways/gateways.h"
#include "store/keyring.h"
#include "web/http_address.h"

/* The access number of the virtual gateway, where the settings name no gateway. */
#define GATEWAY_VIRTUAL_NUMBER "1069012345"

/*
 * Opens every gateway of the settings into `out`, which is zeroed; without any the
 * virtual one. What cannot open becomes a stand-in and is journalled. `own_address` is
 * where we listen, for callbacks where no other address is set. Without `keys` the
 * callbacks' secret is the word SECRET. The settings are borrowed until roster_close. The
 * starting thread.
 */
void gateways_open(const struct settings *s, const struct keyring *keys,
                   const char *own_address, struct roster *out);

/* From where each of the roster's gateways may call; given, see callers_free. */
struct address_list *callers_read(const struct settings *s, const struct roster *roster);
void callers_free(struct address_list *callers, const struct roster *roster);

#endif
