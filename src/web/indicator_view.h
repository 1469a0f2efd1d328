/*
 * indicator_view.h — the indicators of a year as a page and a workbook show them.
 *
 * Gathered from the store on a reader thread, then told as JSON for templates or as rows
 * of a sheet. Nothing is shown without what it is a share of; complaint heads are counted
 * by tags and by words apart; what was typed says by whom and where it stands.
 */
#ifndef WEB_INDICATOR_VIEW_H
#define WEB_INDICATOR_VIEW_H

#include <jansson.h>

#include "domain/complaint.h"
#include "domain/indicator.h"
#include "domain/scheme.h"
#include "store/indicator_store.h"
#include "web/sheet.h"
#include "web/staff_words.h"

/* What bad ratings of a department speak of. */
struct complaint_unit {
    char code[CODE_SIZE], name[NAME_SIZE];
    int64_t n, tagged, worded, erased;
    int64_t by_tag[COMPLAINT_HEADS], by_word[COMPLAINT_HEADS], doubtful[COMPLAINT_HEADS];
};

/* A figure of concentration; owns its texts. */
struct moved_figure {
    char department[CODE_SIZE], name[NAME_SIZE], *evidence, *by;
    enum concentration_kind kind;
    int64_t moved, whole, at_ms;
    int day;
    bool newest; /* the one that counts */
};

struct indicator_view {
    struct staff_words words;
    int year;
    const char *department; /* only this one; NULL for all. Borrowed */
    struct indicators in;
    struct complaints *heads;
    struct complaint_unit *complaints;
    size_t complaint_count;
    struct moved_figure *moved;
    size_t moved_count;
    struct scheme scheme;
    int scheme_version; /* 0: none was written, this is what a year begins with */
    bool scheme_adopted;
};

/* Zeroed but for words, year and department. ERROR_BROKEN; also then: _free. */
NODISCARD bool indicator_view_read(struct store *st, struct indicator_view *v,
                                   int64_t now_ms, struct error *err);
void indicator_view_free(struct indicator_view *v);

/* Adds everything that the page shows to `data`. */
void indicator_view_put(const struct indicator_view *v, json_t *data);

/* Fills a sheet; its columns and rows, and what explains them. */
void indicator_view_sheet(const struct indicator_view *v, struct sheet *s);

/* Shared with the workbook: the word PREFIX_NAME of the catalogue; the names of sources;
 * their weights in hundredths of a per cent, of the whole and of the hall's part. */
const char *indicator_word(const struct indicator_view *v, const char *prefix,
                           const char *name);
extern const char *const indicator_sources[PART_SOURCES];
void indicator_weigh(const struct scheme *s, enum part_source source, int *whole,
                     int *hall);

#endif
