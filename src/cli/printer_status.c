/*
 * printer_status.c — `yiping printer status [NAME]`: asks each printer how it is, says
 * what to do, and tells what waits for it in the data folder.
 *
 * Promise: nothing is printed and nothing changed. A printer that is just busy with a
 * ticket may not take the call; what the running server last saw of it is told then. One
 * that calls the server itself is not asked: what it said there is told.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "cli/printer_part.h"
#include "store/printer_store.h"

struct report {
    const struct printer *printer;
    bool asked, answered; /* polled and shown printers are not called */
    unsigned signs;
    struct error why;
    bool known; /* there is a record of it */
    struct printer_record record;
};

static void ask(struct report *r)
{
    const struct printer *p = r->printer;
    struct way_known known = {0};

    r->signs = PRINTER_UNKNOWN;
    if (p->broken) {
        r->why = p->why;
        return;
    }
    if ((p->way.ops->traits & (WAY_SHOWS | WAY_POLLED)) != 0)
        return;
    r->asked = true;
    r->answered = way_look(&p->way, &known, &r->signs, &r->why);
}

static bool is_polled(const struct printer *p)
{
    return !p->broken && (p->way.ops->traits & WAY_POLLED) != 0;
}

/* What a printer that calls has told the server, which must be there to be told. */
static void take_told(struct report *r, bool served)
{
    if (!served) {
        error_set(&r->why, ERROR_LATER,
                  "The printer calls the server, and no server is running here.");
        return;
    }
    if (!r->known || r->record.way[0] == '\0')
        return;
    r->asked = true;
    r->signs = r->record.signs;
    r->answered = r->signs != 0;
    if (r->record.trouble[0] != '\0')
        error_set(&r->why, ERROR_LATER, "%s", r->record.trouble);
}

static bool is_well(const struct report *r)
{
    if (r->printer->broken || (is_polled(r->printer) && r->why.kind != ERROR_NONE))
        return false;
    return !r->asked || (r->answered && !printer_blocked(r->signs));
}

/* ---- for people ---- */

static void tell_state(const struct report *r)
{
    if (r->printer->broken)
        printf("  设置有误 · the settings are wrong: %s\n", r->why.text);
    else if (is_polled(r->printer) && !r->asked)
        printf("  %s\n", r->why.kind != ERROR_NONE
                             ? r->why.text
                             : "它还没有来取过 · it has not called yet");
    else if (!r->asked)
        printf("  不用连接这台打印机 · it is not called from here\n");
    else if (!r->answered)
        printf("  连不上 · %s\n", r->why.text);
    else if (printer_trouble(r->signs) != NULL)
        printf("  %s\n  %s\n", printer_advice(r->signs, false),
               printer_advice(r->signs, true));
    else if (is_polled(r->printer) && r->signs == PRINTER_UNKNOWN)
        printf("  它还没有来取过 · it has not called yet\n");
    else if ((r->signs & PRINTER_UNKNOWN) != 0)
        printf("  能连上，但它不报告状态；缺纸、开盖时我们看不到\n"
               "  It takes calls and says nothing of itself: an empty roll or an open "
               "cover is not seen.\n");
    else
        printf("  一切正常 · all is well\n");
}

static void tell_record(const struct report *r, bool served)
{
    const struct printer_record *p = &r->record;

    if (!r->known || p->way[0] == '\0')
        return;
    if (!is_well(r) && served && p->trouble[0] == '\0' && !printer_blocked(p->signs))
        printf("  服务刚才还能用它，可能正在打印 · the server can use it; it may just be "
               "printing\n");
    printf("  等待 waiting %" PRId64 ", 已打 printed %" PRId64
           ", 未确认 unconfirmed %" PRId64 ", 失败 failed %" PRId64 "\n",
           p->waiting, p->printed, p->unconfirmed, p->failed);
    if (p->roll_mm > 0)
        printf("  纸 paper: %.1f / %.1f m%s\n", (double)p->used_mm / 1000,
               (double)p->roll_mm / 1000,
               printer_paper_is_low(p) ? " — 快用完了 · nearly used up" : "");
}

static void tell(const struct report *r, bool served)
{
    const struct printer *p = r->printer;

    printf("%s: %s%s%s, %s\n", p->name, p->way_name, p->way.address[0] != '\0' ? " " : "",
           p->way.address, p->profile.name[0] != '\0' ? p->profile.name : "-");
    tell_state(r);
    tell_record(r, served);
}

/* ---- for programs ---- */

static json_t *report_json(const struct report *r)
{
    json_t *signs = json_array();

    for (int i = 0; i < PRINTER_SIGNS; i++)
        if ((r->signs >> i & 1) != 0)
            json_array_append_new(signs, json_string(printer_sign_word(i)));
    return json_pack("{s:s, s:s, s:b, s:b, s:o, s:s?, s:I, s:I, s:I, s:I}", "name",
                     r->printer->name, "way", r->printer->way_name, "well", is_well(r),
                     "answers", r->answered, "signs", signs, "trouble",
                     r->why.kind != ERROR_NONE           ? r->why.text
                     : printer_trouble(r->signs) != NULL ? printer_advice(r->signs, true)
                                                         : NULL,
                     "waiting", (json_int_t)r->record.waiting, "printed",
                     (json_int_t)r->record.printed, "unconfirmed",
                     (json_int_t)r->record.unconfirmed, "failed",
                     (json_int_t)r->record.failed);
}

/* ---- any ---- */

/* The store is only looked at where there is one. */
static bool open_folder(const char *path, struct folder *f)
{
    struct error ignored = {0};
    char store[1100];

    snprintf(store, sizeof(store), "%s/yiping.db", path);
    return access(store, F_OK) == 0 && folder_open(path, FOLDER_MUST_EXIST, f, &ignored);
}

static bool report_one(const struct printer *p, struct folder *f, bool served,
                       json_t *list)
{
    struct report r = {.printer = p};
    struct error ignored = {0};

    ask(&r);
    if (f != NULL &&
        !printer_record_get(&f->store, p->name, &r.record, &r.known, &ignored))
        r.known = false;
    if (is_polled(p))
        take_told(&r, served);
    if (list != NULL)
        json_array_append_new(list, report_json(&r));
    else
        tell(&r, served);
    return is_well(&r);
}

int printer_status(const struct printer_words *w, const struct settings *s)
{
    static struct printers all;
    const char *data = printer_folder_of(w, s);
    json_t *list = w->json ? json_array() : NULL;
    bool well = true, served = folder_is_served(data), opened;
    size_t told = 0;
    struct folder f;

    printers_read(s, &all);
    opened = open_folder(data, &f);
    for (size_t i = 0; i < all.count; i++) {
        if (w->name != NULL && strcmp(w->name, all.list[i].name) != 0)
            continue;
        well &= report_one(&all.list[i], opened ? &f : NULL, served, list);
        told++;
    }
    if (opened)
        folder_close(&f);
    if (list != NULL) {
        json_t *object = json_pack("{s:b, s:o}", "running", served, "printers", list);

        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    }
    if (told > 0)
        return well ? EXIT_DONE : EXIT_NETWORK;
    if (w->name == NULL) {
        fprintf(stderr, "设置里没有打印机，号票显示在屏幕上。\nThe settings name no "
                        "printer: tickets are shown on the screen.\n");
        return EXIT_DONE;
    }
    return command_usage("printer", "The settings have no section [printer %.40s].",
                         w->name);
}

/* ---- a new roll ---- */

static bool new_roll(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    (void)now_ms;
    return printer_record_new_roll(st, self, err);
}

int printer_roll(const struct printer_words *w, const struct settings *s)
{
    struct error err = {0};
    struct printer p;
    struct folder f;
    int code = EXIT_DONE;
    char name[sizeof(p.name)];

    if (!printer_of_words(w, s, &p, &code))
        return code;
    if (!folder_open(printer_folder_of(w, s), FOLDER_MUST_EXIST, &f, &err))
        return command_fail("printer roll", &err);
    snprintf(name, sizeof(name), "%s", p.name);
    if (!folder_write(&f, new_roll, name, &err))
        code = command_fail("printer roll", &err);
    folder_close(&f);
    return code;
}
