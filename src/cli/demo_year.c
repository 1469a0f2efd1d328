/*
 * demo_year.c — see demo_year.h.
 */
#include "cli/demo_year.h"

#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "cli/demo_people.h"
#include "store/clerk_place.h"
#include "store/mark_store.h"
#include "store/paper_store.h"
#include "store/scheme_look.h"
#include "store/sheet_store.h"

#define DAY_MS INT64_C(86400000)

enum { DEPARTMENTS_MOST = 64, LOW = 800000, HIGH = 975000, QUARTERS = 4 };

static const char actor[] = "demo";

static int year_of(const struct store *st, int64_t now_ms)
{
    return hall_local_date(st->frame, now_ms) / 10000;
}

static bool propose(struct store *st, const struct scheme *s, const char *once,
                    const char *reason, int64_t at_ms, struct error *err)
{
    struct buf effect = buf_new(4 << 20);
    enum scheme_verdict verdict;
    int version;
    bool ok = scheme_effect_read(st, s, at_ms, &effect, err) &&
              scheme_propose(st,
                             &(struct scheme_change){.once = once,
                                                     .scheme = s,
                                                     .reason = reason,
                                                     .heard = "各部门，窗口代表，"
                                                              "十二位办事群众",
                                                     .effect = buf_text(&effect),
                                                     .hall_share = SCHEME_HALL_WEIGHT,
                                                     .share_reason = "",
                                                     .actor = actor},
                             at_ms, &verdict, &version, err);

    buf_free(&effect);
    return ok;
}

/* == Before ======================================================================== */

static bool add_papers(struct store *st, int year, int64_t at_ms, struct error *err)
{
    const struct paper_input papers[] = {
        {.once = "demo template",
         .year = year,
         .kind = PAPER_TEMPLATE,
         .title = "年度考核工作流程",
         .body = "一、方案通过后存档。二、每日记录，当日锁定。三、按季打分，写明理由。"
                 "四、封存后评定、签字。",
         .people = "",
         .date = year * 10000 + 105,
         .actor = actor},
        {.once = "demo training",
         .year = year,
         .kind = PAPER_TRAINING,
         .title = "考核人培训",
         .body = "八学时：口径、区间怎么看、回避。测验合格。",
         .people = "hall、organisation",
         .date = year * 10000 + 112,
         .actor = actor},
    };
    bool ok = true;

    for (size_t i = 0; ok && i < LENGTH(papers); i++)
        ok = paper_add(st, &papers[i], at_ms, err);
    return ok;
}

static bool add_assessor(struct store *st, const char *once, int64_t account, int year,
                         int64_t at_ms, struct error *err)
{
    return assessor_add(st,
                        &(struct assessor_input){.once = once,
                                                 .account_id = account,
                                                 .home = "",
                                                 .since = year * 10000 + 101,
                                                 .until = year * 10000 + 1231,
                                                 .proof = "考核人培训合格",
                                                 .actor = actor},
                        at_ms, err);
}

bool demo_year_begin(struct store *st, int64_t hall_account, int64_t organisation_account,
                     int64_t now_ms, struct error *err)
{
    int year = year_of(st, now_ms);
    int64_t start_ms = scheme_year_ms(st, year), at_ms = start_ms - 20 * DAY_MS;
    enum scheme_verdict verdict;
    struct scheme s;

    scheme_first(year, &s);
    return propose(st, &s, "demo scheme", "示范：大厅部分占35%", at_ms, err) &&
           scheme_adopt(st, year, 1, actor, start_ms - 10 * DAY_MS, &verdict, err) &&
           add_papers(st, year, at_ms, err) &&
           add_assessor(st, "demo assessor 1", hall_account, year, at_ms, err) &&
           add_assessor(st, "demo assessor 2", organisation_account, year, at_ms, err);
}

/* == Behind ======================================================================== */

struct departments {
    struct mark_department list[DEPARTMENTS_MOST];
    struct mark_line lines[DEPARTMENTS_MOST];
    size_t count;
};

static void add_department(void *self, const struct department_staff *d)
{
    struct departments *all = self;
    struct mark_department *one = &all->list[all->count];

    if (all->count == DEPARTMENTS_MOST)
        return;
    snprintf(one->code, sizeof(one->code), "%.*s", HALL_CODE_SIZE - 1, d->code);
    snprintf(one->name, sizeof(one->name), "%.*s", HALL_NAME_SIZE - 1, d->name);
    all->count++;
}

static bool add_sheet(struct store *st, struct departments *all, struct lot *lot,
                      int year, const char *part, int64_t now_ms, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char digest[SCHEME_DIGEST], once[64];

    for (size_t i = 0; i < all->count; i++)
        all->lines[i] = (struct mark_line){
            .department = i, .mark = (int32_t)(lot_between(lot, LOW, HIGH) / 100 * 100)};
    crypt_sha256(all->lines, all->count * sizeof(all->lines[0]), hash);
    crypt_hex(hash, sizeof(hash), digest);
    snprintf(once, sizeof(once), "demo sheet %s", part);
    return sheet_import(st,
                        &(struct sheet_input){.once = once,
                                              .year = year,
                                              .part = part,
                                              .name = "示范督查室",
                                              .digest = digest,
                                              .departments = all->list,
                                              .lines = all->lines,
                                              .count = all->count,
                                              .actor = actor},
                        now_ms, err);
}

static bool add_openness(struct store *st, const struct departments *all, struct lot *lot,
                         int year, int quarters, int64_t now_ms, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < all->count; i++)
        for (int q = 1; ok && q <= quarters; q++) {
            enum hall_mark_verdict verdict;
            char once[64];
            int64_t id;

            snprintf(once, sizeof(once), "demo openness %s %d", all->list[i].code, q);
            ok = hall_mark_take(
                st,
                &(struct hall_mark_input){.year = year,
                                          .quarter = q,
                                          .department = all->list[i].code,
                                          .kind = HALL_MARK_OPENNESS,
                                          .mark = (int)lot_between(lot, 85, 98) * 100,
                                          .words = "办事指南与实际一致，两处已更新",
                                          .once = once,
                                          .actor = actor},
                now_ms, &verdict, &id, err);
        }
    return ok;
}

/* Promises weigh more next year, if it is adopted. */
static bool propose_next(struct store *st, int year, int64_t now_ms, struct error *err)
{
    struct scheme s;

    scheme_first(year + 1, &s);
    for (size_t i = 0; i < s.part_count; i++)
        s.parts[i].weight += s.parts[i].measure == MEASURE_PROMISE ? 200
                             : s.parts[i].measure == MEASURE_GOOD  ? -200
                                                                   : 0;
    return propose(st, &s, "demo next scheme", "群众最在意承诺的日子", now_ms, err);
}

bool demo_year_end(struct store *st, int64_t now_ms, struct error *err)
{
    int today = hall_local_date(st->frame, now_ms), year = today / 10000;
    struct departments all = {.count = 0};
    struct lot lot = {.state = (uint64_t)year};

    return departments_staff(st, add_department, &all, err) &&
           add_sheet(st, &all, &lot, year, "targets", now_ms, err) &&
           add_sheet(st, &all, &lot, year, "conduct", now_ms, err) &&
           add_sheet(st, &all, &lot, year, "mutual", now_ms, err) &&
           add_openness(st, &all, &lot, year, (today / 100 % 100 + 2) / 3, now_ms, err) &&
           propose_next(st, year, now_ms, err);
}
