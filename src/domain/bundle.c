/*
 * bundle.c — making (see bundle.h); reading is bundle_read.c.
 *
 * Promise: what is added to `out` and what is hashed is the same, and what is counted is
 * what a reader of the lines counts.
 */
#include "domain/bundle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Names are the hall's own words; a tab or a line's end in one would break the table. */
static void add_name(struct buf *out, const char *name)
{
    buf_add_byte(out, '\t');
    if (name[0] == '\0')
        buf_add_byte(out, '-');
    for (; *name != '\0'; name++)
        buf_add_byte(out, (unsigned char)*name < ' ' ? ' ' : (unsigned char)*name);
}

/* Hashes what was added since. */
static void seal(struct bundle *b, const struct buf *out, size_t since)
{
    if (out->length > since)
        crypt_digest_add(&b->digest, out->data + since, out->length - since);
}

void bundle_begin(struct bundle *b, const struct bundle_head *head, struct scheme *scheme,
                  struct buf *out)
{
    size_t since = out->length;

    *b = (struct bundle){.head = *head, .scheme = *scheme, .digest = crypt_digest_new()};
    *scheme = (struct scheme){0};
    buf_addf(out, "yiping-assessment\t1\nprogram\t%s\nhall", b->head.program);
    add_name(out, head->hall);
    add_name(out, head->hall_name);
    add_name(out, head->county);
    buf_addf(out, "\nyear\t%d\nmonths\t%d\t%d\ncut\t%" PRId64 "\nscheme\t",
             b->scheme.year, head->from_month, head->to_month, head->cut_ms);
    scheme_write(&b->scheme, out);
    buf_addf(out, "\n#unit\tcode\tname\n");
    seal(b, out, since);
}

void bundle_unit(struct bundle *b, const char *code, const char *name, struct buf *out)
{
    size_t since = out->length;
    struct assess_unit *u = assess_book_unit(&b->book, code);

    snprintf(u->name, sizeof(u->name), "%.*s", (int)sizeof(u->name) - 1, name);
    snprintf(u->department, sizeof(u->department), "%.*s", HALL_CODE_SIZE - 1, code);
    buf_addf(out, "unit\t%s", code);
    add_name(out, name);
    buf_add_byte(out, '\n');
    seal(b, out, since);
}

void bundle_mark(struct bundle *b, size_t part, const char *unit, int32_t score,
                 const char *source, struct buf *out)
{
    size_t since = out->length;
    char text[16];

    assess_book_unit(&b->book, unit)->marks[part] = score;
    assess_score_text(score, text);
    buf_addf(out, "mark\t%s\t%s\t%s", b->scheme.parts[part].code, unit, text);
    add_name(out, source);
    buf_add_byte(out, '\n');
    seal(b, out, since);
}

void bundle_case(struct bundle *b, const struct assess_case *c, struct buf *out)
{
    size_t since = out->length;

    if (b->cases++ == 0)
        buf_addf(out, "%s\n", assess_case_columns);
    assess_case_write(c, out);
    assess_case_count(&b->book, ASSESS_DEPARTMENT, c);
    seal(b, out, since);
}

void bundle_order(struct bundle *b, const struct assess_order *o, struct buf *out)
{
    size_t since = out->length;

    if (b->orders++ == 0)
        buf_addf(out, "%s\n", assess_order_columns);
    assess_order_write(o, out);
    assess_order_count(&b->book, ASSESS_DEPARTMENT, o);
    seal(b, out, since);
}

/* == Results ====================================================================== */

/* What there is not is below 0. */
static void add_points(struct buf *out, int64_t points)
{
    if (points < 0)
        buf_add_text(out, "\t-");
    else
        buf_addf(out, "\t%" PRId64, points);
}

static void add_scores(const struct bundle *b, struct buf *out)
{
    char text[16];

    buf_add_text(out, "#score\tunit\tpart\tk\tn\tprior_rate\tprior_weight\tscore\n");
    for (size_t u = 0; u < b->book.count; u++)
        for (size_t p = 0; p < b->scheme.part_count; p++) {
            const struct part_score *s = &b->scores[u].parts[p];

            buf_addf(out, "score\t%s\t%s", b->book.units[u].code,
                     b->scheme.parts[p].code);
            if (!measure_counted(b->scheme.parts[p].measure)) {
                buf_add_text(out, "\t-\t-\t-\t-");
            } else {
                buf_addf(out, "\t%" PRId64 "\t%" PRId64, s->count.k, s->count.n);
                add_points(out, s->prior_rate);
                buf_addf(out, "\t%d", s->prior_weight);
            }
            assess_score_text(s->score, text);
            buf_addf(out, "\t%s\n", s->score == ASSESS_NONE ? "-" : text);
        }
}

static void add_totals(const struct bundle *b, struct buf *out)
{
    buf_add_text(out, "#total\tunit\thall\ttotal\tranked\tclosed\tratable\trated\t"
                      "excluded\tout_of\n");
    for (size_t i = 0; i < b->book.count; i++) {
        const struct assess_unit *u = &b->book.units[i];

        buf_addf(out, "total\t%s", u->code);
        add_points(out, b->scores[i].hall);
        add_points(out, b->scores[i].total);
        buf_addf(out, "\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%d\n",
                 b->scores[i].ranked, u->closed, u->ratable, u->rated, u->excluded,
                 b->scores[i].out_of);
    }
}

static void add_standings(const struct bundle *b, struct buf *out)
{
    buf_add_text(out, "#standing\tpeers\tplace\tband\tunit\tlow\thigh\tbest\tworst\n");
    for (size_t i = 0; i < b->standings.count; i++) {
        const struct standing *s = &b->standings.list[i];

        buf_addf(out, "standing\t%s\t%d\t%d\t%s",
                 s->peer < b->scheme.peer_count ? b->scheme.peers[s->peer].code : "-",
                 s->place, s->band, b->book.units[s->unit].code);
        add_points(out, s->place > 0 ? s->low : ASSESS_NONE);
        add_points(out, s->place > 0 ? s->high : ASSESS_NONE);
        buf_addf(out, "\t%d\t%d\n", s->place_low, s->place_high);
    }
}

static void add_pairs(const struct bundle *b, struct buf *out)
{
    const struct standings *s = &b->standings;

    buf_add_text(out, "#ahead\tunit\tunit\thalf_draws\n");
    for (size_t i = 0; i < s->count; i++)
        for (size_t j = i + 1; j < s->count; j++)
            if (s->list[i].place > 0 && s->list[j].place > 0 &&
                s->list[i].peer == s->list[j].peer)
                buf_addf(out, "ahead\t%s\t%s\t%" PRIu32 "\n",
                         b->book.units[s->list[i].unit].code,
                         b->book.units[s->list[j].unit].code, s->ahead[i * s->count + j]);
}

void bundle_end(struct bundle *b, const struct standing_progress *progress,
                struct buf *out)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    size_t since = out->length;
    uint64_t seed = 0;

    crypt_digest_end(&b->digest, hash);
    crypt_hex(hash, sizeof(hash), b->facts);
    for (int i = 0; i < 8; i++)
        seed = seed << 8 | hash[i];
    assess_book_sum(&b->book);
    b->scores = assess_scores(&b->scheme, &b->book);
    standings_draw(&b->scheme, &b->book, b->scores, seed, progress, &b->standings);
    buf_addf(out, "facts\t%s\nseed\t%" PRIu64 "\t%d\n", b->facts, seed,
             b->standings.draws);
    add_scores(b, out);
    add_totals(b, out);
    add_standings(b, out);
    add_pairs(b, out);
    crypt_sha256(out->data + since, out->length - since, hash);
    crypt_hex(hash, sizeof(hash), b->results);
    buf_addf(out, "results\t%s\n", b->results);
}

void bundle_free(struct bundle *b)
{
    unsigned char unused[CRYPT_HASH_BYTES];

    if (b->digest.state != NULL)
        crypt_digest_end(&b->digest, unused);
    scheme_free(&b->scheme);
    assess_book_free(&b->book);
    free(b->scores);
    standings_free(&b->standings);
    buf_free(&b->expected);
    *b = (struct bundle){0};
}
