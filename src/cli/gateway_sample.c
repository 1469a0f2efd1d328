/*
 * gateway_sample.c — `yiping gateway sample`: what to write into our settings, and what
 * the other side must be told.
 *
 * Promise: nothing is changed, no gateway is called. A kind's sample is opened with its
 * own values, so that it cannot name a setting that is none. The real addresses hold the
 * secret by which the gateway is known: they go to stdout only, and only for a NAME.
 */
#include "cli/gateway_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/gateway_open.h"
#include "work/options.h"

#define PLACE "http://HOST:8080" /* stands for our address in the sample of a kind */

static int print(struct buf *text)
{
    fputs(buf_text(text), stdout);
    buf_free(text);
    return EXIT_DONE;
}

/* ---- a configured gateway ---- */

/* The address listened on, as the server makes it. */
static void own_address(const struct settings *s, char out[160])
{
    const char *listen = settings_text(s, "server.listen");
    const char *any = "0.0.0.0:";

    if (strncmp(listen, any, strlen(any)) == 0)
        snprintf(out, 160, "http://127.0.0.1:%s", listen + strlen(any));
    else
        snprintf(out, 160, "http://%s", listen);
}

static bool has_own_secret(const struct settings *s, const char *name)
{
    return settings_text(s, settings_key("gateway", name, "callback_secret").text)[0] !=
           '\0';
}

static void warn_of_address(const struct settings *s, const struct gateway *g)
{
    const char *base =
        settings_text(s, settings_key("gateway", g->name, "callback_base").text);

    if (base[0] == '\0' && settings_text(s, "server.base_url")[0] == '\0' &&
        g->reply_url[0] != '\0')
        fprintf(stderr,
                "地址取自 server.listen；网关在别的机器上时，请设 callback_base。\n"
                "The address is the one listened on. Where the gateway is another "
                "machine, set callback_base in [gateway %s].\n",
                g->name);
}

static void add_addresses(const struct gateway *g, struct buf *out)
{
    if ((g->ops->traits & GATEWAY_REPLIES) != 0 && g->reply_url[0] != '\0')
        buf_addf(out, "; 回复 / replies\n%s\n", g->reply_url);
    if ((g->ops->traits & GATEWAY_REPORTS) != 0 && g->report_url[0] != '\0')
        buf_addf(out, "; 回执 / reports\n%s\n", g->report_url);
}

static int print_other_side(const struct settings *s, const struct gateway *g)
{
    struct buf out = buf_new(1 << 18);

    if (gateway_is_broken(g)) {
        fprintf(stderr, "yiping gateway: %s\n", g->trouble);
        return EXIT_CONFIG;
    }
    warn_of_address(s, g);
    if (g->ops->other_side != NULL)
        g->ops->other_side(g, &out);
    else
        add_addresses(g, &out);
    if (out.length == 0)
        fprintf(stderr, "The other side of %s needs nothing from us.\n", g->name);
    return print(&out);
}

static int sample_name(const struct gateway_words *w, const struct settings *s)
{
    static struct roster roster;
    const struct gateway *g;
    struct keyring keys;
    struct error err = {0};
    struct world world;
    char path[1100], address[160];
    int code;

    world_real(&world);
    snprintf(path, sizeof(path), "%s/yiping.key", gateway_folder_of(w, s));
    if (!keyring_open(path, false, &world, &keys, &err) && !has_own_secret(s, w->word))
        return command_fail("gateway sample", &err);
    own_address(s, address);
    gateways_open(s, err.kind == ERROR_NONE ? &keys : NULL, address, &roster);
    g = roster_find(&roster, w->word);
    code = g != NULL ? print_other_side(s, g) : EXIT_FAILED;
    roster_close(&roster);
    crypt_wipe(&keys, sizeof(keys));
    return code;
}

/* ---- a kind ---- */

/* The sample with a word instead of each file that holds a secret somewhere else. */
static void without_files(const char *sample, struct buf *out)
{
    static const char mark[] = "= file:";
    const char *at;

    while ((at = strstr(sample, mark)) != NULL) {
        buf_add(out, sample, (size_t)(at - sample));
        buf_add_text(out, "= PASSWORD");
        sample = at + strcspn(at, "\n");
    }
    buf_add_text(out, sample);
}

/* The sample as settings; NULL where it is not right. */
static struct settings *read_sample(const char *sample)
{
    struct settings *s = settings_new(options_table, options_count);
    struct buf text = buf_new(1 << 16);
    struct error err = {0};
    int fd = memfd_create("sample", MFD_CLOEXEC);
    char path[40];
    bool ok;

    without_files(sample, &text);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ok = fd >= 0 && write(fd, buf_text(&text), text.length) == (ssize_t)text.length &&
         lseek(fd, 0, SEEK_SET) == 0 && settings_read_file(s, path, &err) &&
         options_check(s, &err);
    if (fd >= 0)
        close(fd);
    buf_free(&text);
    if (ok)
        return s;
    settings_free(s);
    return NULL;
}

static int sample_kind(const struct gateway_ops *ops)
{
    static struct roster roster;
    struct buf out = buf_new(1 << 18), other = buf_new(1 << 17);
    struct settings *s;

    if (ops->sample != NULL)
        buf_add_text(&out, ops->sample);
    else
        buf_addf(&out, "[gateway NAME]\nkind = %s\n", ops->name);
    s = ops->sample != NULL ? read_sample(ops->sample) : NULL;
    if (s != NULL) {
        gateways_open(s, NULL, PLACE, &roster);
        if (roster.count > 0 && roster.gateways[0].ops->other_side != NULL)
            roster.gateways[0].ops->other_side(&roster.gateways[0], &other);
        roster_close(&roster);
        settings_free(s);
    }
    print(&out);
    if (other.length > 0)
        fprintf(stderr,
                "\n对方的配置（示例地址；真实地址用 yiping gateway sample NAME）\n"
                "The other side, with placeholders (NAME instead of %s prints the real "
                "addresses):\n\n%s",
                ops->name, buf_text(&other));
    buf_free(&other);
    return EXIT_DONE;
}

static int unknown(const char *word)
{
    fprintf(stderr,
            "yiping gateway: %.40s is neither a gateway of the settings nor a kind. "
            "Kinds:",
            word);
    for (size_t i = 0; gateway_kind(i) != NULL; i++)
        fprintf(stderr, " %s", gateway_kind(i));
    fputc('\n', stderr);
    return EXIT_USAGE;
}

int gateway_sample(const struct gateway_words *w, const struct settings *s)
{
    const struct gateway_ops *ops = gateway_kind_find(w->word);

    if (settings_instance_exists(s, "gateway", w->word))
        return sample_name(w, s);
    return ops != NULL ? sample_kind(ops) : unknown(w->word);
}
