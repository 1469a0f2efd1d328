/*
 * way.c — one call to a printer from beginning to end, whatever carries it.
 *
 * Promise: what became of a job is said honestly. Before its first byte has left, every
 * trouble is DELIVERY_NOTHING and the job may be tried again; afterwards only a level
 * that the settings accept makes it DELIVERY_PRINTED. Not here: queues, repeats and
 * threads (work/spool.c).
 */
#include "printers/printer.h"

#include <assert.h>
#include <string.h>

static const struct way_ops *const ways[] = {&way_preview,  &way_file,   &way_tcp,
                                             &way_device,   &way_serial, &way_cups,
                                             &way_cloudprnt};

static const char *const levels[] = {"none",     "written",    "drained", "state",
                                     "answered", "process_id", "reported"};

const char *confirmation_word(enum confirmation level)
{
    return levels[level];
}

int confirmation_find(const char *word)
{
    for (size_t i = 0; i < LENGTH(levels); i++)
        if (strcmp(levels[i], word) == 0)
            return (int)i;
    return -1;
}

bool way_read(struct way *way, const char *address, struct error *err)
{
    size_t length = strcspn(address, ":");
    const char *rest = address + length + (address[length] == ':');

    *way = (struct way){.terms = {.connect_ms = 4000,
                                  .status_ms = 500,
                                  .write_ms = 30000,
                                  .confirm_ms = 10000,
                                  .drain_ms = 2000,
                                  .baud = 9600,
                                  .confirm_auto = true}};
    for (size_t i = 0; i < LENGTH(ways); i++)
        if (strlen(ways[i]->name) == length &&
            memcmp(ways[i]->name, address, length) == 0) {
            assert(ways[i]->read != NULL && ways[i]->open != NULL &&
                   ways[i]->send != NULL);
            way->ops = ways[i];
            return ways[i]->read(way, rest, err);
        }
    return error_set(err, ERROR_SETUP,
                     "A printer's address begins with preview, file:, tcp:, device:, "
                     "serial: or cups:, "
                     "or is cloudprnt, not \"%.60s\".",
                     address);
}

static bool ask(struct way_call *call, struct error *err)
{
    const struct way_ops *ops = call->way->ops;

    return ops->ask == NULL || call->way->terms.ask == WAY_ASK_NO || ops->ask(call, err);
}

/* Whether a job may go to a printer that has said this of itself. */
static bool may_send(const struct way_call *call, struct error *err)
{
    if (printer_blocked(call->signs))
        return error_set(err, ERROR_LATER, "%s", printer_advice(call->signs, true));
    if (call->way->terms.ask == WAY_ASK_YES && call->way->ops->ask != NULL &&
        (call->signs & PRINTER_UNKNOWN) != 0)
        return error_set(err, ERROR_LATER,
                         "The printer takes the call but does not say how it is. If this "
                         "model cannot, write status = auto.");
    return true;
}

/* Which level makes a job printed. */
static enum confirmation wanted(const struct way_call *call)
{
    const struct way_terms *terms = &call->way->terms;

    return terms->confirm_auto ? CONFIRMED_WRITTEN : terms->confirm;
}

static bool confirm(struct way_call *call, enum confirmation *reached, struct error *err)
{
    *reached = CONFIRMED_WRITTEN;
    return call->way->ops->confirm == NULL || call->way->ops->confirm(call, reached, err);
}

static void close_call(struct way_call *call, enum confirmation *reached)
{
    if (call->way->ops->close != NULL)
        call->way->ops->close(call, reached);
}

/* What is to be said of a job of which some bytes left; the first sentence wins. */
static bool judge(const struct way_call *call, bool whole, struct way_result *out,
                  struct error *err)
{
    if (whole && out->reached >= wanted(call)) {
        out->fate = DELIVERY_PRINTED;
        return true;
    }
    if (call->sent == 0) {
        error_set(err, ERROR_LATER,
                  "The printer took the call but no ticket. Is it ready?");
        err->kind = ERROR_LATER;
        return false;
    }
    out->fate = DELIVERY_UNCONFIRMED;
    error_set(err, ERROR_BROKEN,
              "The printer did not confirm this ticket. Look whether it was printed "
              "before printing it again.");
    err->kind = ERROR_BROKEN;
    return false;
}

bool way_carry(const struct way *way, struct way_known *known, const struct buf *job,
               int print_ms, struct way_result *out, struct error *err)
{
    struct way_call call = {.way = way,
                            .known = known,
                            .fd = -1,
                            .signs = PRINTER_UNKNOWN,
                            .print_ms = print_ms};
    bool whole = false;

    *out = (struct way_result){.fate = DELIVERY_NOTHING};
    if (!way->ops->open(&call, err))
        return false;
    if (!ask(&call, err) || !may_send(&call, err)) {
        close_call(&call, &out->reached);
        out->signs = call.signs;
        out->reached = CONFIRMED_NOT;
        return false;
    }
    whole = way->ops->send(&call, job, err) && confirm(&call, &out->reached, err);
    close_call(&call, &out->reached);
    out->signs = call.signs;
    if (call.sent > 0)
        known->torn = true; /* until we know better */
    if (judge(&call, whole, out, err)) {
        known->torn = false;
        if ((out->signs & PRINTER_UNKNOWN) != 0)
            out->signs |= PRINTER_ONLINE; /* it takes calls, and says no more */
        return true;
    }
    return false;
}

bool way_look(const struct way *way, struct way_known *known, unsigned *signs,
              struct error *err)
{
    struct way_call call = {
        .way = way, .known = known, .fd = -1, .signs = PRINTER_UNKNOWN};
    enum confirmation reached = CONFIRMED_NOT;
    bool ok;

    *signs = 0;
    if (!way->ops->open(&call, err))
        return false;
    ok = ask(&call, err);
    close_call(&call, &reached);
    if (ok)
        *signs = call.signs | ((call.signs & PRINTER_UNKNOWN) != 0 ? PRINTER_ONLINE : 0u);
    return ok;
}
