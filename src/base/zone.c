/*
 * zone.c — reads time zone files and turns instants into local time and back.
 *
 * Promise: a name never leaves the folder of zones; a broken or hostile file is refused,
 * never read past its end; what was loaded stays true although the system's files change.
 * Changes that the file lists are searched; after its last one the footer's rule holds
 * (zone_rule.c). Not here: zones that count leap seconds, which no wall clock shows.
 */
#include "base/zone.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/zone_rule.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum {
    NAME_MAX_BYTES = 64,
    FILE_MAX_BYTES = 1 << 18,
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    TYPES_MAX = 256
};

#define FIRST_S (-62135596800LL + 86400) /* 0001-01-02: a local year is never 0 … */
#define LAST_S  (253402300799LL - 86400) /* 9999-12-30: … nor 10000 */

struct zone {
    size_t change_count;
    int64_t *change_s;          /* ascending */
    unsigned char *change_type; /* what holds from that change on */
    size_t type_count;
    int32_t offset_s[TYPES_MAX];
    bool has_rule;
    struct zone_rule rule;
};

/* ---- reading a TZif file ---- */

struct tzif_header {
    size_t ut_count, standard_count, leap_count, change_count, type_count, name_bytes;
};

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t read_i64(const unsigned char *p)
{
    return (int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4));
}

static bool header_read(const unsigned char *p, size_t length, struct tzif_header *out)
{
    if (length < HEADER_BYTES || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return false;
    out->ut_count = read_u32(p + 20);
    out->standard_count = read_u32(p + 24);
    out->leap_count = read_u32(p + 28);
    out->change_count = read_u32(p + 32);
    out->type_count = read_u32(p + 36);
    out->name_bytes = read_u32(p + 40);
    return out->ut_count <= TYPES_MAX && out->standard_count <= TYPES_MAX &&
           out->leap_count <= FILE_MAX_BYTES && out->change_count <= FILE_MAX_BYTES &&
           out->type_count <= TYPES_MAX && out->name_bytes <= FILE_MAX_BYTES;
}

/* The bytes of a data block whose times are `time_bytes` long. */
static size_t block_bytes(const struct tzif_header *h, size_t time_bytes)
{
    return h->change_count * (time_bytes + 1) + h->type_count * TYPE_BYTES +
           h->name_bytes + h->leap_count * (time_bytes + 4) + h->standard_count +
           h->ut_count;
}

/* Takes changes and types out of a block that is known to be whole. */
static bool block_take(const unsigned char *p, const struct tzif_header *h,
                       struct zone *z)
{
    const unsigned char *types = p + h->change_count * 8;
    const unsigned char *offsets = types + h->change_count;

    if (h->leap_count != 0 || h->type_count == 0)
        return false;
    z->type_count = h->type_count;
    for (size_t i = 0; i < h->type_count; i++) {
        z->offset_s[i] = (int32_t)read_u32(offsets + i * TYPE_BYTES);
        if (z->offset_s[i] < -86400 || z->offset_s[i] > 86400)
            return false;
    }
    z->change_count = h->change_count;
    z->change_s = memory_new((h->change_count + 1) * sizeof(z->change_s[0]));
    z->change_type = memory_new(h->change_count + 1);
    for (size_t i = 0; i < h->change_count; i++) {
        z->change_s[i] = read_i64(p + i * 8);
        z->change_type[i] = types[i];
        if (types[i] >= h->type_count || (i > 0 && z->change_s[i] <= z->change_s[i - 1]))
            return false;
    }
    return true;
}

/* The footer is "\n", a rule that may be empty, "\n". */
static bool footer_take(const unsigned char *p, size_t length, struct zone *z)
{
    const unsigned char *end;

    if (length < 2 || p[0] != '\n')
        return false;
    end = memchr(p + 1, '\n', length - 1);
    if (end == NULL)
        return false;
    if (end == p + 1)
        return true;
    z->has_rule = true;
    return zone_rule_parse((const char *)p + 1, (size_t)(end - p - 1), &z->rule);
}

/* Skips the block of 32-bit times that old readers want and reads the one behind it. */
static bool tzif_take(const unsigned char *p, size_t length, struct zone *z)
{
    struct tzif_header h;
    size_t skip;

    if (!header_read(p, length, &h))
        return false;
    skip = HEADER_BYTES + block_bytes(&h, 4);
    if (skip > length || !header_read(p + skip, length - skip, &h))
        return false;
    p += skip + HEADER_BYTES;
    length -= skip + HEADER_BYTES;
    return block_bytes(&h, 8) <= length && block_take(p, &h, z) &&
           footer_take(p + block_bytes(&h, 8), length - block_bytes(&h, 8), z);
}

bool zone_parse(const void *bytes, size_t length, struct zone **out, struct error *err)
{
    struct zone *z = memory_new(sizeof(*z));

    if (length > FILE_MAX_BYTES || !tzif_take(bytes, length, z)) {
        zone_free(z);
        return error_set(err, ERROR_SETUP,
                         "The time zone file cannot be used. Install the package tzdata "
                         "anew, or choose another zone.");
    }
    *out = z;
    return true;
}

/* Letters, digits, + - _ and single slashes between them: no dots, so no way out. */
static bool name_is_plain(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= NAME_MAX_BYTES || name[length - 1] == '/')
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = name[i];

        if (c == '/' && (i == 0 || name[i - 1] == '/'))
            return false;
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && strchr("+-_/", c) == NULL)
            return false;
    }
    return true;
}

/* Reads a whole small file; the length, or -1. */
static ssize_t file_read(const char *path, unsigned char *bytes, size_t room)
{
    struct stat st;
    size_t length = 0;
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -1;
    }
    while (length < room && (got = read(fd, bytes + length, room - length)) > 0)
        length += (size_t)got;
    close(fd);
    return got < 0 ? -1 : (ssize_t)length;
}

bool zone_load(const char *name, struct zone **out, struct error *err)
{
    char path[sizeof(ZONE_FOLDER) + NAME_MAX_BYTES];
    unsigned char *bytes;
    ssize_t length = -1;
    bool ok;

    bytes = memory_new(FILE_MAX_BYTES + 1);
    if (name_is_plain(name)) {
        snprintf(path, sizeof(path), "%s%s", ZONE_FOLDER, name);
        length = file_read(path, bytes, FILE_MAX_BYTES + 1);
    }
    if (length < 0) {
        free(bytes);
        return error_field(err, "timezone",
                           "There is no time zone “%.60s” on this machine. Write it as "
                           "in Asia/Shanghai; the package tzdata brings the list.",
                           name);
    }
    ok = zone_parse(bytes, (size_t)length, out, err);
    free(bytes);
    return ok;
}

void zone_free(struct zone *z)
{
    if (z == NULL)
        return;
    free(z->change_s);
    free(z->change_type);
    free(z);
}

/* ---- asking ---- */

/* Division that rounds down, also below zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

static int64_t clamp_s(int64_t s)
{
    return s < FIRST_S ? FIRST_S : s > LAST_S ? LAST_S : s;
}

/* The offset that holds at an instant. */
static int32_t offset_at(const struct zone *z, int64_t utc_s)
{
    size_t low = 0, high = z->change_count;

    if (z->has_rule &&
        (z->change_count == 0 || utc_s >= z->change_s[z->change_count - 1]))
        return zone_rule_offset(&z->rule, utc_s);
    while (low < high) { /* changes before `low` are over, those from `high` on to come */
        size_t middle = low + (high - low) / 2;

        if (z->change_s[middle] <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    return z->offset_s[low > 0 ? z->change_type[low - 1] : 0];
}

/* Spreads a count of local seconds over the fields. */
static void local_fill(int64_t local_s, int32_t offset_s, struct local_time *out)
{
    int64_t day = floor_div(local_s, 86400);
    int second = (int)(local_s - day * 86400);

    out->day_number = (int32_t)day;
    day_civil(out->day_number, &out->year, &out->month, &out->day);
    out->hour = second / 3600;
    out->minute = second / 60 % 60;
    out->second = second % 60;
    out->weekday = day_weekday(out->day_number);
    out->offset_s = offset_s;
}

void zone_local(const struct zone *z, int64_t utc_ms, struct local_time *out)
{
    int64_t utc_s = clamp_s(floor_div(utc_ms, 1000));
    int32_t offset_s = offset_at(z, utc_s);

    local_fill(utc_s + offset_s, offset_s, out);
}

/*
 * A day before and a day after, the zone's offset is on either side of any change that
 * could touch this local time; the one that leads to itself is right, the earlier first.
 */
static int64_t local_to_utc(const struct zone *z, int64_t local_s)
{
    int32_t before, after;

    local_s = clamp_s(local_s);
    before = offset_at(z, local_s - 86400);
    after = offset_at(z, local_s + 86400);
    if (offset_at(z, local_s - before) != before &&
        offset_at(z, local_s - after) == after)
        return (local_s - after) * 1000;
    return (local_s - before) * 1000;
}

int64_t zone_utc(const struct zone *z, const struct civil *local)
{
    int64_t s = (int64_t)day_number(local->year, local->month, local->day) * 86400;

    return local_to_utc(z, s + local->hour * 3600 + local->minute * 60 + local->second);
}

int64_t zone_day_utc(const struct zone *z, int32_t number, int minute)
{
    return local_to_utc(z, (int64_t)number * 86400 + minute * 60);
}

/* ---- ISO 8601 ---- */

void zone_iso(const struct zone *z, int64_t utc_ms, char out[ZONE_ISO])
{
    int64_t utc_s = clamp_s(floor_div(utc_ms, 1000));
    int32_t minutes = offset_at(z, utc_s) / 60;
    unsigned away = (unsigned)(minutes < 0 ? -minutes : minutes);
    struct local_time t;

    local_fill(utc_s + minutes * 60, minutes * 60, &t);
    snprintf(out, ZONE_ISO, "%04u-%02u-%02uT%02u:%02u:%02u%c%02u:%02u",
             (unsigned)t.year % 10000, (unsigned)t.month % 100, (unsigned)t.day % 100,
             (unsigned)t.hour % 100, (unsigned)t.minute % 100, (unsigned)t.second % 100,
             minutes < 0 ? '-' : '+', away / 60 % 100, away % 60);
}

/* Two digits of at most `most`, moving on; -1 where there are none. */
static int two_digits(const char **at, int most)
{
    const char *p = *at;
    int value;

    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return -1;
    value = (p[0] - '0') * 10 + (p[1] - '0');
    *at += 2;
    return value <= most ? value : -1;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

/* ".250" in milliseconds; 0 where there is no fraction, -1 where it is broken. */
static int take_fraction(const char **at)
{
    int ms = 0, digits = 0;

    if (!take_char(at, '.'))
        return 0;
    for (; **at >= '0' && **at <= '9' && digits < 10; (*at)++, digits++) {
        if (digits < 3)
            ms = ms * 10 + (**at - '0');
    }
    for (int i = digits; i < 3; i++)
        ms *= 10;
    return digits >= 1 && digits <= 9 ? ms : -1;
}

/* "Z" or "+08:00" in seconds. */
static bool take_offset(const char **at, int *seconds)
{
    bool west = **at == '-';
    int hours, minutes;

    *seconds = 0;
    if (take_char(at, 'Z'))
        return true;
    if (!take_char(at, '+') && !take_char(at, '-'))
        return false;
    if ((hours = two_digits(at, 23)) < 0 || !take_char(at, ':') ||
        (minutes = two_digits(at, 59)) < 0)
        return false;
    *seconds = (hours * 60 + minutes) * (west ? -60 : 60);
    return true;
}

bool zone_parse_iso(const char *text, int64_t *utc_ms)
{
    char date[DAY_TEXT] = {0};
    const char *at = text;
    int hour, minute, second, ms, offset;
    int32_t number;

    if (strnlen(text, DAY_TEXT) < DAY_TEXT)
        return false;
    memcpy(date, text, DAY_TEXT - 1);
    at += DAY_TEXT - 1;
    if (!day_parse(date, &number) || !take_char(&at, 'T'))
        return false;
    if ((hour = two_digits(&at, 23)) < 0 || !take_char(&at, ':') ||
        (minute = two_digits(&at, 59)) < 0 || !take_char(&at, ':') ||
        (second = two_digits(&at, 59)) < 0 || (ms = take_fraction(&at)) < 0 ||
        !take_offset(&at, &offset) || *at != '\0')
        return false;
    *utc_ms =
        ((int64_t)number * 86400 + hour * 3600 + minute * 60 + second - offset) * 1000 +
        ms;
    return true;
}
