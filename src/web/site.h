/*
 * site.h — what every handler works on: x->context of the loop.
 *
 * Filled by cli/serve.c before the loop starts and never changed afterwards; the parts
 * that it points to have their own threads and rules.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "base/settings.h"
#include <stdatomic.h>

#include "domain/token.h"
#include "store/rules.h"
#include "web/exchange.h"
#include "work/readers.h"
#include "work/writer.h"

struct address_list;
struct api_document;
struct catalogues;
struct courier;
struct feed;
struct freezer;
struct roster;
struct hasher;
struct hooks;
struct platform;
struct http;
struct line;
struct mustache_set;
struct press;
struct public_pages;
struct screens;
struct space;
struct spool;
struct tries;
struct workbooks;
struct voice;

struct site {
    struct world *world;
    const struct keyring *keys;
    const struct rules *rules;
    const struct settings *settings;
    struct hall_frame_holder *frame;
    struct writer *writer;
    struct readers *readers;
    struct readers *exports;            /* a connection for long looks, in slices */
    struct freezer *freezer;            /* makes bundles of years */
    const char *folder;                 /* of the data */
    struct hasher *hasher;              /* passwords */
    struct courier *courier;            /* SMS */
    const struct roster *roster;        /* the gateways */
    const struct address_list *callers; /* one for each gateway; NULL: from anywhere */
    struct line *line;             /* behind a virtual gateway; NULL with a real one */
    struct press *press;           /* slips */
    struct spool *spool;           /* printers */
    struct space *space;           /* of the disk */
    struct mustache_set *pages;    /* templates/pages, read-only */
    struct catalogues *catalogues; /* texts of the pages, read-only */
    struct tries *tries;           /* wrong tokens per address; loop only */
    struct workbooks *workbooks;   /* that staff asked for; loop only */
    struct public_pages *public_pages; /* that were made; loop only */
    struct screens *screens;           /* of the hall that are open now; loop only */
    const struct voice *voice;         /* what numbers are called with */
    struct feed *feed;               /* tells pages that stay open that the queue moved */
    const struct api_document *api;  /* what calls take and answer, read-only */
    const struct hooks *hooks;       /* other systems that are told; NULL for none */
    const struct platform *platform; /* the regional one; NULL for none */
    struct http *http;
    const char *own_address; /* "http://127.0.0.1:8080": where no base_url is set */
    bool demo;               /* every page says so */
    bool virtual_gateway;    /* no SMS really leaves: every page says so */
    bool insecure_lan;       /* plain http beyond loopback: staff pages say so */
};

static inline struct site *site_of(const struct exchange *x)
{
    return x->context;
}

/* The address that citizens' links begin with: the hall's, else the setting's, else our
 * own. */
const char *site_base_url(const struct site *site);

/* A number that citizens can write to; NULL where no gateway brings replies. */
const char *site_own_number(const struct site *site);

/* Where the codes on tickets lead (ticket.qr): to a page that phones can open, else to
 * our number. */
void site_ticket_way(const struct site *site, struct token_way *out);

#endif
