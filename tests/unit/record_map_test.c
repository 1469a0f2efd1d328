/*
 * record_map_test.c — what leaves for other platforms (domain/record_map.h): for each
 * mapping that we ship, SMS arrives as SMS and never as "system default".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/pack.h"
#include "domain/record_map.h"

static struct zone *zone;

static struct record_facts facts(const char *channel)
{
    struct record_facts f = {.zone = zone};

    f.text[RECORD_AREA_NAME] = "白鹭县";
    f.text[RECORD_DEPT_CODE] = "11350200MB00000010";
    f.text[RECORD_DEPT_NAME] = "医保局";
    f.text[RECORD_TASK_CODE] = "YB-01";
    f.text[RECORD_TASK_NAME] = "医保参保登记";
    f.text[RECORD_CASE_NO] = "BL-20261123-A023-1";
    f.text[RECORD_CASE_STATE] = "closed";
    f.text[RECORD_CASE_KIND] = "instant";
    f.text[RECORD_CLERK_NO] = "C-1";
    f.text[RECORD_CLERK_NAME] = "李敏";
    f.text[RECORD_CHANNEL] = channel;
    f.text[RECORD_GRADE] = "4";
    f.at_ms[0] = INT64_C(1795399200000);
    f.at_ms[2] = INT64_C(1795399199000);
    return f;
}

static const char *value(const json_t *record, const char *key)
{
    json_t *v = json_object_get(record, key);

    assert_non_null(v);
    return json_string_value(v);
}

static struct record_map *shipped(const struct pack_file *file)
{
    struct record_map *m;
    struct error err = {0};

    if (!record_map_parse((const char *)file->bytes, file->length, &m, &err))
        fail_msg("%s: %s", file->name, err.text);
    return m;
}

/* What the receiver takes this code for. */
static const char *meaning(const struct pack_file *file, const char *code)
{
    static char out[32];
    json_t *root = json_loadb((const char *)file->bytes, file->length, 0, NULL);

    snprintf(out, sizeof(out), "%s",
             json_string_value(
                 json_object_get(json_object_get(root, "receiver_channels"), code)));
    json_decref(root);
    return out;
}

static void one_shipped(const struct pack_file *file)
{
    static const struct {
        const char *channel, *means; /* NULL: refused */
    } table[] = {
        {"sms", "sms"},  {"ticket_sms", "sms"}, {"ticket_qr", "qr"}, {"desk", "terminal"},
        {"paper", NULL}, {"phone_audit", NULL}, {"wechat", NULL},    {"", NULL},
        {NULL, NULL},    {"default", NULL},
    };
    struct record_map *m = shipped(file);

    for (size_t i = 0; i < LENGTH(table); i++) {
        struct record_facts f = facts(table[i].channel);
        struct error err = {0};
        json_t *record = NULL;
        bool ok = record_map_fill(m, &f, &record, &err);

        if (ok != (table[i].means != NULL))
            fail_msg("%s: %s: %s", file->name, table[i].channel, err.text);
        if (!ok) {
            assert_string_equal(err.field, "channel");
            continue;
        }
        assert_string_equal(meaning(file, value(record, "channel")), table[i].means);
        assert_string_equal(value(record, "assess_number"), "1");
        assert_string_equal(value(record, "grade"), "4");
        assert_string_equal(value(record, "clerk_no"), "C1");
        assert_null(value(record, "user_name"));
        assert_null(value(record, "cert_type"));
        assert_null(value(record, "cert_no"));
        assert_null(value(record, "phone"));
        assert_null(value(record, "accepted_at"));
        json_decref(record);
    }
    record_map_free(m);
}

static void each_shipped(void **state)
{
    size_t count;
    const struct pack_file *files = pack_below("templates/records/", &count);

    (void)state;
    assert_true(count >= 2);
    for (size_t i = 0; i < count; i++)
        one_shipped(&files[i]);
}

static void codes_of_both(void **state)
{
    static const struct {
        const char *file, *sms, *kind, *at;
    } table[] = {
        {"templates/records/national.json", "6", "2", "2026-11-23 10:00:00"},
        {"templates/records/province-sms7.json", "7", "1", "20261123100000"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        struct record_map *m = shipped(pack_find(table[i].file));
        struct record_facts f = facts("sms");
        struct error err = {0};
        json_t *record;

        assert_true(record_map_fill(m, &f, &record, &err));
        assert_string_equal(value(record, "channel"), table[i].sms);
        assert_string_equal(value(record, "case_kind"), table[i].kind);
        assert_string_equal(value(record, "rated_at"), table[i].at);
        json_decref(record);
        record_map_free(m);
    }
}

static void four_dimensions(void **state)
{
    size_t count;
    const struct pack_file *files = pack_below("templates/records/", &count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct record_map *m = shipped(&files[i]);
        struct record_facts f = facts("sms");
        struct error err = {0};
        json_t *record;

        f.text[RECORD_GRADE] = "";
        assert_true(record_map_fill(m, &f, &record, &err));
        assert_true(json_is_null(json_object_get(record, "grade")));
        json_decref(record);
        record_map_free(m);
    }
}

static void refusals(void **state)
{
    static const struct {
        enum record_source source;
        const char *text, *field;
    } table[] = {
        {RECORD_DEPT_CODE, "", "dept_code"},
        {RECORD_DEPT_CODE, "1135020000000000001", "dept_code"},
        {RECORD_CASE_NO, "123456789012345678901234567890123456789012345678901",
         "case_no"},
        {RECORD_CLERK_NO, "12345678901", "clerk_no"},
        {RECORD_CASE_STATE, "open", "case_state"},
        {RECORD_CASE_KIND, "other", "case_kind"},
        {RECORD_TASK_NAME, "\xff", "task_name"},
    };
    struct record_map *m = shipped(pack_find("templates/records/national.json"));

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        struct record_facts f = facts("sms");
        struct error err = {0};
        json_t *record;

        f.text[table[i].source] = table[i].text;
        if (record_map_fill(m, &f, &record, &err) || strcmp(err.field, table[i].field))
            fail_msg("row %zu: %s: %s", i, err.field, err.text);
    }
    record_map_free(m);
}

#define HEAD   "{'mapping':'m','version':'1','time':'yyyyMMddHHmmss',"
#define MEAN   "'receiver_channels':{'3':'qr','5':'terminal','6':'sms','7':'default'},"
#define KIND   "'case_kind':{'instant':'1','promise':'2'},'case_state':{'closed':'3'}"
#define GOOD   "'desk':'5','paper':null,'phone_audit':null}," KIND "},"
#define FIELDS "'fields':[{'name':'channel','from':'channel'}]}"

static void wrong_tables(void **state)
{
    static const struct {
        const char *json, *field; /* field NULL: right */
    } table[] = {
        {HEAD MEAN
         "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD FIELDS,
         NULL},
        {HEAD MEAN
         "'codes':{'channel':{'sms':'7','ticket_qr':'3','ticket_sms':'6'," GOOD FIELDS,
         "channel"},
        {HEAD MEAN
         "'codes':{'channel':{'sms':'6','ticket_qr':'7','ticket_sms':'6'," GOOD FIELDS,
         "channel"},
        {HEAD MEAN
         "'codes':{'channel':{'sms':'6','ticket_qr':'6','ticket_sms':'6'," GOOD FIELDS,
         "channel"},
        {HEAD MEAN
         "'codes':{'channel':{'sms':'3','ticket_qr':'3','ticket_sms':'6'," GOOD FIELDS,
         "channel"},
        {HEAD MEAN
         "'codes':{'channel':{'sms':'9','ticket_qr':'3','ticket_sms':'6'," GOOD FIELDS,
         "channel"},
        {HEAD MEAN "'codes':{'channel':{'ticket_qr':'3','ticket_sms':'6'," GOOD FIELDS,
         "channel"},
        {HEAD MEAN "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6',"
                   "'other':'7'," GOOD FIELDS,
         "channel"},
        {HEAD
         "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD FIELDS,
         "receiver_channels"},
        {HEAD MEAN "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD
                   "'fields':[{'name':'g','from':'grade','required':true}]}",
         "g"},
        {HEAD MEAN "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD
                   "'fields':[{'name':'assess_number','constant':'2'}]}",
         "assess_number"},
        {HEAD MEAN "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD
                   "'fields':[{'name':'x','from':'cert'}]}",
         "x"},
        {HEAD MEAN "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD
                   "'fields':[{'name':'x','form':'grade'}]}",
         "fields"},
        {HEAD MEAN "'codes':{'channel':{'sms':'6','ticket_qr':'3','ticket_sms':'6'," GOOD
                   "'fields':[]}",
         "fields"},
        {"{'mapping':'m','time':'yyyyMMddHHmmss'}", "version"},
        {"{'mapping':'m','version':'1','time':'now'}", "time"},
        {"[]", ""},
        {"{", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        char json[1024];
        struct record_map *m = NULL;
        struct error err = {0};
        bool ok;

        snprintf(json, sizeof(json), "%s", table[i].json);
        for (char *p = json; *p != '\0'; p++)
            *p = *p == '\'' ? '"' : *p;
        ok = record_map_parse(json, strlen(json), &m, &err);
        if (ok != (table[i].field == NULL) || (!ok && strcmp(err.field, table[i].field)))
            fail_msg("row %zu: %s: %s", i, err.field, err.text);
        if (ok)
            record_map_free(m);
    }
}

static int open_zone(void **state)
{
    struct error err = {0};

    (void)state;
    return zone_load("Asia/Shanghai", &zone, &err) ? 0 : -1;
}

static int close_zone(void **state)
{
    (void)state;
    zone_free(zone);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shipped),    cmocka_unit_test(codes_of_both),
        cmocka_unit_test(four_dimensions), cmocka_unit_test(refusals),
        cmocka_unit_test(wrong_tables),
    };

    return cmocka_run_group_tests_name("record_map", tests, open_zone, close_zone);
}
