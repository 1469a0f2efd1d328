/*
 * printer_address.c — `yiping printer address NAME`: what to write into a printer that
 * polls, so that it finds this server.
 *
 * Promise: the address holds the secret by which the printer is known: it goes to stdout
 * only, and nothing else does. Nothing is changed, nobody is called.
 */
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "cli/command.h"
#include "cli/printer_part.h"
#include "web/form.h"

/* The address listened on, as the server makes it. */
static void listened_on(const struct settings *s, char *out, size_t size)
{
    static const char any[] = "0.0.0.0:";
    const char *listen = settings_text(s, "server.listen");

    if (strncmp(listen, any, strlen(any)) == 0)
        snprintf(out, size, "http://127.0.0.1:%s", listen + strlen(any));
    else
        snprintf(out, size, "http://%s", listen);
}

static void print_address(const struct settings *s, const struct printer *p,
                          const char *secret)
{
    struct buf address = buf_new(2048);
    char own[160];
    const char *base = settings_text(s, "server.base_url");

    if (base[0] == '\0') {
        listened_on(s, own, sizeof(own));
        base = own;
        fprintf(stderr, "地址取自 server.listen；请换成打印机能连到的地址。\n"
                        "The address is the one listened on: put the one by which the "
                        "printer reaches this server.\n");
    }
    buf_addf(&address, "%s/cloudprnt/", base);
    percent_encode(&address, p->name, strlen(p->name));
    printf("%s/%s\n", buf_text(&address), secret);
    buf_free(&address);
}

int printer_address(const struct printer_words *w, const struct settings *s)
{
    struct keyring keys = {0};
    struct error err = {0};
    struct world world;
    struct printer p;
    char path[1100], secret[PRINTER_SECRET];
    int code;

    if (!printer_of_words(w, s, &p, &code))
        return code;
    if ((p.way.ops->traits & WAY_POLLED) == 0)
        return command_usage("printer", "%s does not call this server: its way is %s.",
                             p.name, p.way_name);
    world_real(&world);
    snprintf(path, sizeof(path), "%s/yiping.key", printer_folder_of(w, s));
    if (p.secret[0] == '\0' && !keyring_open(path, false, &world, &keys, &err))
        return command_fail("printer address", &err);
    printer_secret(&p, &keys, secret);
    print_address(s, &p, secret);
    crypt_wipe(secret, sizeof(secret));
    crypt_wipe(&keys, sizeof(keys));
    return EXIT_DONE;
}
