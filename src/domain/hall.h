/*
 * hall.h — the hall file: who and what a government service hall consists of.
 *
 * A JSON text in UTF-8 with these parts (api.md names them; * may be left out):
 *   hall        {code, name, county, timezone, signature, base_url*, hours*}
 *   departments [{code, name, credit_code*}]
 *   windows     [{code, name, floor*, department, matters: [codes] or "all"}]
 *   matters     [{code, name, short_name, department, series, kind, statutory_days,
 *                 promised_days, usual_days*, sensitive*, form*, parallel*: [codes],
 *                 materials*: [texts]}]
 *   series      [{letter, name}]
 *   staff       [{code, name, window, phone*}]
 *   agents*     [{phone, name}]
 *   kiosks*     [{code, printer}]
 *   calendar*   {off*: [dates], work*: [dates]}, the hall's own days off and days worked
 *               beside those of the country
 * Left out, hours are 09:00-12:00 and 13:30-17:30, sensitive is false, form is "overall",
 * base_url is "" (the server's own address).
 *
 * A file is right as a whole or not taken at all. The first fault is in `err`, all of
 * them come from hall_check. Pure; a parsed file does not change and any thread may read
 * it.
 */
#ifndef DOMAIN_HALL_H
#define DOMAIN_HALL_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/error.h"

/* Ceilings. Sizes of texts are bytes with the NUL; a character has up to four bytes. */
enum {
    HALL_CODE_SIZE = 33,
    HALL_NAME_CHARS = 60,
    HALL_NAME_SIZE = 4 * HALL_NAME_CHARS + 1,
    HALL_SHORT_CHARS = 12, /* a matter's short name and the signature */
    HALL_SHORT_SIZE = 4 * HALL_SHORT_CHARS + 1,
    HALL_CREDIT_SIZE = 19,
    HALL_ZONE_SIZE = 64,
    HALL_URL_SIZE = 272,
    HALL_PHONE_SIZE = 25,
    HALL_DATE_SIZE = 11,
    HALL_HOURS_MANY = 6,
    HALL_MATERIALS_MANY = 12, /* of a matter; each as long as a name */
    HALL_MANY = 2000,         /* departments, windows, matters, kiosks; calendar days */
    HALL_PEOPLE_MANY = 10000, /* staff, agents */
    HALL_DAYS_MOST = 3650,
    HALL_FILE_BYTES = 8 * 1024 * 1024,
};

enum hall_kind {
    HALL_KIND_INSTANT, /* done while the citizen waits (即办件) */
    HALL_KIND_PROMISE, /* done within a promised number of days (承诺件) */
};

enum hall_form {
    HALL_FORM_OVERALL, /* one grade is asked */
    HALL_FORM_FOUR,    /* attitude, efficiency, quality, integrity */
};

struct hall_head {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
    char county[HALL_NAME_SIZE];
    char timezone[HALL_ZONE_SIZE]; /* as in the IANA database; only its form is checked */
    char signature[HALL_SHORT_SIZE]; /* without 【】 */
    char base_url[HALL_URL_SIZE];    /* http(s)://host[:port], or "" */
    int hours[HALL_HOURS_MANY][2];   /* minutes of the day, ascending, not overlapping */
    size_t hours_count;
};

struct hall_department {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
    char credit_code[HALL_CREDIT_SIZE]; /* "" where left out */
};

/* `department`, `matters`, `parallel` and `window` are places in the file's arrays. */
struct hall_window {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
    bool has_floor;
    int floor;
    size_t department;
    bool all_matters; /* written "all"; `matters` is filled all the same */
    size_t *matters;
    size_t matter_count;
};

struct hall_matter {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
    char short_name[HALL_SHORT_SIZE];
    size_t department;
    char series; /* 'A' to 'Z' */
    enum hall_kind kind;
    int statutory_days;
    int promised_days;
    int usual_days; /* -1 where left out */
    bool sensitive; /* a text message must not name it */
    enum hall_form form;
    size_t *parallel;
    size_t parallel_count;
    char *materials; /* what to bring, one a line; NULL where left out */
};

struct hall_series {
    char letter;
    char name[HALL_NAME_SIZE];
};

struct hall_clerk {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
    size_t window;
    char phone[HALL_PHONE_SIZE]; /* as written; "" where left out */
};

struct hall_agent {
    char phone[HALL_PHONE_SIZE]; /* as written */
    char name[HALL_NAME_SIZE];
};

struct hall_kiosk {
    char code[HALL_CODE_SIZE];
    char printer[HALL_CODE_SIZE]; /* a [printer NAME] of the settings, or "preview" */
};

struct hall_day {
    char date[HALL_DATE_SIZE]; /* YYYY-MM-DD */
};

struct hall_file {
    struct hall_head hall;
    struct hall_department *departments;
    struct hall_window *windows;
    struct hall_matter *matters;
    struct hall_series *series;
    struct hall_clerk *staff;
    struct hall_agent *agents;
    struct hall_kiosk *kiosks;
    struct hall_day *days_off;
    struct hall_day *days_worked;
    size_t department_count;
    size_t window_count;
    size_t matter_count;
    size_t series_count;
    size_t staff_count;
    size_t agent_count;
    size_t kiosk_count;
    size_t off_count;
    size_t worked_count;
};

/* One fault. Either `line` says where the JSON breaks, or `path` names the field. */
struct hall_fault {
    int line;       /* 0 unless the text is no JSON */
    char path[112]; /* "windows[3].department"; "" for the file as a whole */
    char text[320]; /* one sentence: what is wrong and what is allowed */
};

enum { HALL_FAULTS_MOST = 100 };

struct hall_faults {
    struct hall_fault
        items[HALL_FAULTS_MOST]; /* fields first, then what is doubled or absent */
    size_t count;
    bool more; /* there were others beyond the hundredth */
};

/*
 * Reads a hall file. `file_name` is only for the sentence ("FILE: windows[3].department:
 * …") and may be NULL. ERROR_MALFORMED where it is no JSON, ERROR_TOO_LARGE, else
 * ERROR_INPUT with the path in `field`. `out` is given (hall_free), untouched on failure.
 */
NODISCARD bool hall_parse(const char *json, size_t length, const char *file_name,
                          struct hall_file **out, struct error *err);

/* True where there is no fault; otherwise `out` tells all of them. */
NODISCARD bool hall_check(const char *json, size_t length, struct hall_faults *out);

void hall_free(struct hall_file *file);

/*
 * The hall file as JSON, given (json_decref). Written with JSON_INDENT(1) it is the
 * canonical form: every part in the order above, defaults spelled out, what is empty or
 * unknown left out. Parsing that form and writing it again gives the same bytes.
 */
json_t *hall_to_json(const struct hall_file *file);

/* Places in the arrays; HALL_NONE where there is no such code. */
#define HALL_NONE ((size_t)-1)
size_t hall_find_department(const struct hall_file *file, const char *code);
size_t hall_find_window(const struct hall_file *file, const char *code);
size_t hall_find_matter(const struct hall_file *file, const char *code);

#endif
