/*
 * settings_test.c — settings: kinds, places of faults, who wins, and the dump; then the
 * program's own table and the commands that show it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/settings.h"
#include "base/words.h"
#include "cli/check.h"
#include "work/options.h"

static const char *rule_lower(const char *text)
{
    if (strspn(text, "abcdefghijklmnopqrstuvwxyz") == strlen(text))
        return NULL;
    return "small letters";
}

static const struct setting table[] = {
    {"net.name", SETTING_TEXT, NULL, "box", 0, 0, NULL, rule_lower, "A name."},
    {"net.many", SETTING_INTEGER, "things", "7", -5, 100, NULL, NULL, "A count."},
    {"net.on", SETTING_BOOLEAN, NULL, "no", 0, 0, NULL, NULL, "A switch."},
    {"net.wait", SETTING_DURATION, NULL, "90 s", 1000, 864000000, NULL, NULL, "A time."},
    {"net.room", SETTING_BYTES, NULL, "64 KiB", 1, 1 << 30, NULL, NULL, "A size."},
    {"net.open", SETTING_SPAN, NULL, "09:00-20:00", 0, 0, NULL, NULL,
     "A part of the day."},
    {"net.mode", SETTING_CHOICE, NULL, "fast", 0, 0, "fast slow", NULL, "A choice."},
    {"net.hosts", SETTING_LIST, NULL, "", 0, 0, NULL, rule_lower, "Some hosts."},
    {"net.key", SETTING_SECRET, NULL, "", 0, 0, NULL, NULL, "A secret."},
    {"line *.kind", SETTING_CHOICE, NULL, "one", 0, 0, "one two", NULL, "A kind."},
    {"line *.key", SETTING_SECRET, NULL, "", 0, 0, NULL, NULL, "Its secret."},
    {"line *.rate", SETTING_INTEGER, NULL, "20", 1, 50, NULL, NULL, "Its rate."},
};

static struct settings *fresh(void)
{
    return settings_new(table, LENGTH(table));
}

/* A file with this text; its path goes into `path`. */
static void write_file(const char *text, size_t length, char path[64])
{
    int fd;

    strcpy(path, "/tmp/settings-test-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    close(fd);
}

static bool read_text(struct settings *s, const char *text, struct error *err)
{
    char path[64];
    bool ok;

    write_file(text, strlen(text), path);
    ok = settings_read_file(s, path, err);
    unlink(path);
    return ok;
}

/* A value of a kind: what it is worth, or a word of what is allowed instead. */
static const struct {
    const char *name, *value;
    int64_t worth;
    const char *word; /* NULL: right */
} values[] = {
    {"net.many", "100", 100, NULL},
    {"net.many", "-5", -5, NULL},
    {"net.many", "101", 0, "from -5 to 100, in things"},
    {"net.many", "7 things", 0, "whole numbers"},
    {"net.many", "", 0, "whole numbers"},
    {"net.many", "0x10", 0, "whole numbers"},
    {"net.many", "99999999999999999999999", 0, "whole numbers"},
    {"net.on", "yes", 1, NULL},
    {"net.on", "off", 0, NULL},
    {"net.on", "true", 1, NULL},
    {"net.on", "Yes", 0, "yes and no"},
    {"net.wait", "30 min", 1800000, NULL},
    {"net.wait", "3d", 259200000, NULL},
    {"net.wait", "8 h", 28800000, NULL},
    {"net.wait", "30", 0, "a number with s, min, h or d, from 1 s to 10 d"},
    {"net.wait", "30 m", 0, "min"},
    {"net.wait", "-1 s", 0, "s, min"},
    {"net.wait", "0", 0, "from 1 s"},
    {"net.wait", "9223372036854775807 d", 0, "s, min"},
    {"net.room", "512 MiB", 512 << 20, NULL},
    {"net.room", "65536", 65536, NULL},
    {"net.room", "64kb", 0, "KiB"},
    {"net.room", "2 GiB", 0, "to 1 GiB"},
    {"net.open", "08:30 - 24:00", 8 * 60 + 30, NULL},
    {"net.open", "20:00-09:00", 0, "as in 09:00-20:00"},
    {"net.open", "9:00-20:00", 0, "09:00"},
    {"net.open", "09:00", 0, "two times"},
    {"net.open", "09:00-20:61", 0, "two times"},
    {"net.mode", "slow", 1, NULL},
    {"net.mode", "slo", 0, "fast, slow"},
    {"net.mode", "fast slow", 0, "fast, slow"},
    {"net.name", "abc", 0, NULL},
    {"net.name", "", 0, NULL},
    {"net.name", "ABC", 0, "small letters"},
    {"net.name", "a\nb", 0, "small letters"},
    {"net.name", "\xff", 0, "small letters"},
    {"net.hosts", "a, b,c  d", 4, NULL},
    {"net.hosts", "a, B", 0, "any number of: small letters"},
};

static int64_t worth(const struct settings *s, const char *name)
{
    int from, to;

    if (strcmp(name, "net.many") == 0)
        return settings_int(s, name);
    if (strcmp(name, "net.on") == 0)
        return settings_bool(s, name);
    if (strcmp(name, "net.wait") == 0)
        return settings_ms(s, name);
    if (strcmp(name, "net.room") == 0)
        return settings_bytes(s, name);
    if (strcmp(name, "net.hosts") == 0)
        return (int64_t)settings_list(s, name, NULL, NULL);
    if (strcmp(name, "net.open") == 0) {
        settings_span(s, name, &from, &to);
        return from;
    }
    return -1;
}

static void kinds_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(values); i++) {
        struct settings *s = fresh();
        struct error err = {0};
        bool ok = settings_set(s, values[i].name, values[i].value, SETTINGS_FLAG, &err);
        int64_t got = worth(s, values[i].name);

        if (ok != (values[i].word == NULL) ||
            (ok && got != -1 && got != values[i].worth) ||
            (!ok && strstr(err.text, values[i].word) == NULL))
            fail_msg("%s = %s: %s", values[i].name, values[i].value, err.text);
        if (!ok) {
            assert_int_equal(err.kind, ERROR_SETUP);
            assert_string_equal(err.field, values[i].name);
            assert_true(words_utf8(err.text, strlen(err.text), NULL));
        }
        settings_free(s);
    }
}

/* A file, the line and key of its one fault, and a word of it. */
static const struct {
    const char *text;
    int line;
    const char *key, *word;
} files[] = {
    {"[net]\nname = a\n\n; comment\n  # comment\nmany = 3\n", 0, NULL, NULL},
    {"\xEF\xBB\xBF[net]\r\nname = a\r\n", 0, NULL, NULL},
    {"[net]\nname : a ; said afterwards\n", 0, NULL, NULL},
    {"[net]\nname =\n", 0, NULL, NULL},
    {"[net]\nhosts = a,\n  b, c\n  d\nmany = 3\n", 0, NULL, NULL},
    {"[line a]\nkind = two\n[line  b ]\nkind = one\n", 0, NULL, NULL},
    {"[net]\nnmae = a\n", 2, "net.nmae",
     "perhaps \"name\" is meant; allowed here are name"},
    {"[net]\nrate = 3\n", 2, "net.rate", "\"line *.rate\" is meant"},
    {"[net]\nzzzzzzzzz = 3\n", 2, "net.zzzzzzzzz",
     "not known; allowed here are name, many"},
    {"\n[nets]\nname = a\nmany = x\n", 2, "nets",
     "perhaps [net] is meant; allowed are net, line"},
    {"[line]\nkind = one\n", 1, "line", "[line NAME]"},
    {"[line a b]\nkind = one\n", 1, "line a b", "[line NAME]"},
    {"[net x]\nname = a\n", 1, "net x", "allowed is [net]"},
    {"[line aaaaaaaaaabbbbbbbbbbccccccccccdddd]\nkind = one\n", 1,
     "line aaaaaaaaaabbbbbbbbbbccccccccccdddd", "1 to 32 letters"},
    {"[empty]\n", 1, "empty", "not known"},
    {"name = a\n", 1, "name", "before any section"},
    {"[net]\nname\n", 2, "", "no \"=\""},
    {"[net\nname = a\n", 1, "", "no \"]\""},
    {"[net]\nmany = 3\nmany = 4\n", 3, "net.many", "twice, first in line 2"},
    {"[net]\nmany = 3\n 4\n", 3, "net.many", "indented"},
    {"[net]\nmany = many\n", 2, "net.many", "\"many\" does not do"},
    {"[line a]\nrate = 51\n", 2, "line a.rate", "from 1 to 50"},
    {"[net]\nhosts = a\n  B\n", 3, "net.hosts", "small letters"},
    {"[net]\nkey = file:/nowhere/at/all\n", 2, "net.key",
     "\"/nowhere/at/all\" cannot be read"},
};

static void files_tell_place_and_way_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(files); i++) {
        struct settings *s = fresh();
        struct error err = {0};
        bool ok = read_text(s, files[i].text, &err);
        const struct settings_fault *f;
        char place[32];

        if (files[i].word == NULL) {
            if (!ok)
                fail_msg("%s\n-> %s", files[i].text, err.text);
            settings_free(s);
            continue;
        }
        f = settings_fault_count(s) > 0 ? settings_fault_at(s, 0) : NULL;
        if (ok || f->line != files[i].line || strcmp(f->key, files[i].key) != 0 ||
            strstr(f->text, files[i].word) == NULL)
            fail_msg("%s\n-> %s", files[i].text, err.text);
        if (files[i].line != 1 || files[i].key[0] != '\0')
            if (settings_fault_count(s) != 1)
                fail_msg("%s\n-> more than one fault", files[i].text);
        snprintf(place, sizeof(place), ":%d: ", files[i].line);
        assert_non_null(strstr(err.text, place));
        settings_free(s);
    }
}

static void hostile_lines_are_faults(void **state)
{
    struct settings *s = fresh();
    struct error err = {0};
    char text[1200] = "[net]\nname = ";
    char path[64];

    (void)state;
    memset(text + strlen(text), 'a', 1000);
    strcpy(text + 1013, "\nmany = x\n");
    assert_false(read_text(s, text, &err));
    assert_int_equal(settings_fault_count(s), 2);
    assert_int_equal(settings_fault_at(s, 0)->line, 2);
    assert_non_null(strstr(settings_fault_at(s, 0)->text, "too long"));
    assert_int_equal(settings_fault_at(s, 1)->line, 3);
    settings_free(s);

    s = fresh();
    error_clear(&err);
    write_file("[net]\nname = a\0b\n", 17, path);
    assert_false(settings_read_file(s, path, &err));
    assert_non_null(strstr(err.text, "NUL"));
    unlink(path);
    error_clear(&err);
    assert_false(settings_read_file(s, path, &err));
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, "cannot be opened"));
    settings_free(s);
}

static void stronger_sources_win(void **state)
{
    struct settings *s = fresh();
    struct error err = {0};
    char *environment[] = {
        "YIPING_NET_MANY=2", "YIPING_NET_NAME=env", "YIPING_LINE_M_1_RATE=9",
        "YIPING_OTHER=1",    "PATH=/bin",           NULL};

    (void)state;
    assert_int_equal(settings_source(s, "net.many"), SETTINGS_DEFAULT);
    assert_true(settings_set(s, "net.many", "3", SETTINGS_FLAG, &err));
    assert_true(read_text(
        s, "[net]\nmany = 1\nname = file\nroom = 5\n[line m-1]\nkind = two\n", &err));
    assert_true(settings_read_environment(s, "YIPING_", environment, &err));
    assert_int_equal(settings_int(s, "net.many"), 3);
    assert_string_equal(settings_text(s, "net.name"), "env");
    assert_int_equal(settings_bytes(s, "net.room"), 5);
    assert_int_equal(settings_int(s, settings_key("line", "m-1", "rate").text), 9);
    assert_string_equal(settings_text(s, "line m-1.kind"), "two");
    assert_int_equal(settings_source(s, "net.name"), SETTINGS_ENVIRONMENT);
    assert_int_equal(settings_source(s, "net.room"), SETTINGS_FILE);
    /* A later file cannot take back what the environment said. */
    assert_true(read_text(s, "[net]\nname = later\nroom = 6\n", &err));
    assert_string_equal(settings_text(s, "net.name"), "env");
    assert_int_equal(settings_bytes(s, "net.room"), 6);
    settings_free(s);
}

static void environment_slips_are_told(void **state)
{
    static const struct {
        const char *variable, *word;
    } rows[] = {
        {"YIPING_NET_MANNY=3", "perhaps YIPING_NET_MANY is meant"},
        {"YIPING_LINE_NOBODY_RATE=3", "no setting"},
        {"YIPING_NET_MANY=lots", "YIPING_NET_MANY: \"lots\""},
        {"YIPING_NET_KEY=hunter2", "file:PATH"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct settings *s = fresh();
        struct error err = {0};
        char *environment[] = {(char *)rows[i].variable, NULL};

        assert_false(settings_read_environment(s, "YIPING_", environment, &err));
        if (strstr(err.text, rows[i].word) == NULL)
            fail_msg("%s -> %s", rows[i].variable, err.text);
        assert_null(strstr(err.text, "hunter2"));
        settings_free(s);
    }
}

static void note_name(void *context, const char *name)
{
    strcat(context, name);
    strcat(context, ";");
}

static void instances_and_lists_come_in_order(void **state)
{
    struct settings *s = fresh();
    struct error err = {0};
    char seen[64] = "";

    (void)state;
    assert_true(
        read_text(s,
                  "[line b]\nrate = 2\n[net]\nhosts = x y,\n   z\n[line a]\nrate=3\n"
                  "[line b]\nkind = two\n",
                  &err));
    assert_int_equal(settings_instances(s, "line", note_name, seen), 2);
    assert_int_equal(settings_list(s, "net.hosts", note_name, seen), 3);
    assert_string_equal(seen, "b;a;x;y;z;");
    assert_true(settings_instance_exists(s, "line", "a"));
    assert_false(settings_instance_exists(s, "line", "c"));
    assert_true(settings_set(s, "line c.rate", "4", SETTINGS_FLAG, &err));
    assert_int_equal(settings_int(s, "line c.rate"), 4);
    assert_false(settings_set(s, "line c.none", "4", SETTINGS_FLAG, &err));
    assert_false(settings_set(s, "net", "4", SETTINGS_FLAG, &err));
    settings_free(s);
}

static void secrets_stay_secret(void **state)
{
    struct settings *s = fresh();
    struct error err = {0};
    struct buf b = buf_new(1 << 16);
    char path[64];
    char text[200];

    (void)state;
    write_file("from a file\nsecond line\n", 24, path);
    snprintf(text, sizeof(text), "[net]\nkey = hunter2\n[line a]\nkey = file:%s\n", path);
    assert_true(read_text(s, text, &err));
    unlink(path);
    assert_string_equal(settings_text(s, "net.key"), "hunter2");
    assert_string_equal(settings_text(s, "line a.key"), "from a file");
    settings_dump(s, false, &b);
    assert_null(strstr(buf_text(&b), "hunter2"));
    assert_non_null(strstr(buf_text(&b), "# key = (set, hidden)"));
    buf_clear(&b);
    settings_dump(s, true, &b);
    assert_non_null(strstr(buf_text(&b), "key = hunter2\n"));
    assert_null(strstr(buf_text(&b), "from a file"));
    buf_free(&b);
    settings_free(s);
}

static void dump_can_be_read_again(void **state)
{
    struct settings *s = fresh();
    struct settings *again = fresh();
    struct error err = {0};
    struct buf b = buf_new(1 << 16);
    char list[600] = "";

    (void)state;
    for (int i = 0; i < 60; i++)
        strcat(list, "abcdefgh ");
    assert_true(read_text(s, "[net]\nmany = 9\n[line a]\nrate = 3\n", &err));
    assert_true(settings_set(s, "net.hosts", list, SETTINGS_FLAG, &err));
    settings_dump(s, true, &b);
    assert_non_null(strstr(buf_text(&b), "# A count.\n"));
    assert_non_null(strstr(buf_text(&b), ":2\nmany = 9\n"));
    assert_non_null(strstr(buf_text(&b), "# from the command line\n"));
    if (!read_text(again, buf_text(&b), &err))
        fail_msg("%s\n%s", err.text, buf_text(&b));
    assert_int_equal(settings_int(again, "net.many"), 9);
    assert_int_equal(settings_int(again, "line a.rate"), 3);
    assert_int_equal(settings_list(again, "net.hosts", NULL, NULL), 60);
    buf_free(&b);
    settings_free(s);
    settings_free(again);
}

/* ---- the program's table -------------------------------------------------------- */

static const struct {
    const char *text, *key, *word; /* word NULL: right */
} options[] = {
    {"", NULL, NULL},
    {"[server]\nlisten = [::1]:0\nbase_url = https://[::1]:8443\n", NULL, NULL},
    {"[server]\nlisten = 0.0.0.0:80\n", NULL, NULL},
    {"[server]\ntrusted_addresses = 10.0.0.0/8, ::1, 192.168.0.0/16\n", NULL, NULL},
    {"[gateway main]\nkind = virtual\naccess_number = 106900\n", NULL, NULL},
    {"[gateway a]\nkind = kannel\nurl = http://[::1]:13013/cgi-bin/sendsms?x=1\n"
     "user = u\npassword = p\naccess_number = 106900\nprefixes = 139, 1705 +852\n"
     "callers = 10.0.0.0/8, ::1\ncallback_base = https://sms.example.cn:8443\n"
     "callback_secret = abcdefgh-ABCDEFGH_0\n",
     NULL, NULL},
    {"[gateway a]\nkind = smstools\nfolder = /var/spool/sms\n"
     "[gateway b]\nkind = aliyun\nuser = u\npassword = p\nsign_name = s\n"
     "forms = survey:SMS_1, thanks_good:SMS_2\n",
     NULL, NULL},
    {"[gateway a]\nkind = virtual\n[gateway b]\nkind = virtual\n", NULL, NULL},
    {"[printer front]\nway = tcp\naddress = 10.0.0.9:9100\nprofile = wide\n"
     "[profile wide]\ndots = 640\n",
     NULL, NULL},
    {"[server]\nlisten = localhost:80\n", "server.listen", "127.0.0.1:8080"},
    {"[server]\nlisten = 127.0.0.1:65536\n", "server.listen", "a port"},
    {"[server]\nbase_url = https://a.cn/x\n", "server.base_url", "without path"},
    {"[server]\nbase_url = http://a.cn\nlisten = 0.0.0.0:80\n", "server.listen",
     "insecure_lan"},
    {"[server]\ntrusted_addresses = 10.0.0.0/33\n", "server.trusted_addresses",
     "10.0.0.0/8"},
    {"[server]\ntrusted_addresses = 10.0.0/8\n", "server.trusted_addresses", "networks"},
    {"[invite]\ndelay_min = 3 h\n", "invite.delay_min", "invite.delay_max"},
    {"[gateway a]\nkind = smpp\n", "gateway a.kind", "virtual"},
    {"[gateway a]\naccess_number = 10690123456789012345\n", "gateway a.access_number",
     "20 digits"},
    {"[gateway a]\naccess_number = 1069x\n", "gateway a.access_number", "3 to 20"},
    {"[gateway a]\nkind = kannel\nuser = u\npassword = p\naccess_number = 1069\n",
     "gateway a.kind", "\"url\""},
    {"[gateway a]\nkind = smstools\n", "gateway a.kind", "\"folder\""},
    {"[gateway a]\nkind = twilio\nuser = u\npassword = p\naccess_number = 1069\n",
     "gateway a.kind", "\"account\""},
    {"[gateway a]\nkind = aliyun\nuser = u\npassword = p\nsign_name = s\n",
     "gateway a.kind", "\"forms\""},
    {"[gateway a]\nkind = tencent\nuser = u\npassword = p\naccount = 1\n"
     "forms = survey:1\n",
     "gateway a.kind", "\"sign_name\""},
    {"[gateway a]\nkind = cmpp\nuser = u\npassword = p\naccess_number = 1069\n",
     "gateway a.kind", "\"address\""},
    {"[gateway a]\nkind = smstools\nfolder = /s\n[gateway b]\nkind = virtual\n",
     "gateway b.kind", "reaches nobody"},
    {"[gateway a]\nprefixes = 13x\n", "gateway a.prefixes", ""},
    {"[gateway a]\nprefixes = 139,+\n", "gateway a.prefixes", ""},
    {"[gateway a]\nforms = survey\n", "gateway a.forms", "survey:SMS_1234"},
    {"[gateway a]\nforms = :SMS_1\n", "gateway a.forms", "survey:SMS_1234"},
    {"[gateway a]\nurl = ftp://a.cn/x\n", "gateway a.url", ""},
    {"[gateway a]\nurl = http://a.cn:99999/x\n", "gateway a.url", ""},
    {"[gateway a]\ncallback_base = http://a.cn/x\n", "gateway a.callback_base",
     "without path"},
    {"[gateway a]\ncallers = 10.0.0.0/40\n", "gateway a.callers", ""},
    {"[gateway a]\ncallback_secret = short\n", "gateway a.callback_secret", "16 to 79"},
    {"[gateway a]\ncallback_secret = abcdefghijklmnop/qrst\n",
     "gateway a.callback_secret", "16 to 79"},
    {"[gateway a]\nin_flight = 600\n", "gateway a.in_flight", "512"},
    {"[printer p]\nway = tcp\n", "printer p.way", "\"address\""},
    {"[printer p]\nway = device\n", "printer p.way", "\"path\""},
    {"[printer p]\nway = serial\n", "printer p.way", "\"path\""},
    {"[printer p]\nway = serial\npath = /dev/ttyS0\nbaud = 9601\n", "printer p.baud",
     "9600"},
    {"[printer p]\nway = serial\npath = /dev/ttyS0\nconfirm = drained\n",
     "printer p.confirm", "serial line"},
    {"[printer p]\nway = cups\n", "printer p.way", "\"queue\""},
    {"[printer p]\nway = cups\nqueue = a b\n", "printer p.queue", "without blanks"},
    {"[printer p]\nway = cups\nqueue = a\nconfirm = answered\n", "printer p.confirm",
     "CUPS passes"},
    {"[printer p]\nway = tcp\naddress = a:1\nformat = png\n", "printer p.format",
     "Only the way cups"},
    {"[printer p]\nprofile = 76mm\n", "printer p.profile", "58mm"},
    {"[printer preview]\nway = file\npath = /tmp/x\n", "printer preview.way",
     "otherwise"},
    {"[log]\nlevel = loud\n", "log.level", "error, warning, notice, info, debug"},
    {"[staff]\npassword_profile = none\n", "staff.password_profile", "mlps3, asvs"},
};

static void options_hang_together(void **state)
{
    char *environment[] = {NULL};

    (void)state;
    for (size_t i = 0; i < LENGTH(options); i++) {
        struct settings *s = settings_new(options_table, options_count);
        struct error err = {0};
        char path[64];
        bool ok;

        write_file(options[i].text, strlen(options[i].text), path);
        ok = options_read(s, path, environment, &err);
        unlink(path);
        if (ok != (options[i].word == NULL) ||
            (!ok && (strcmp(err.field, options[i].key) != 0 ||
                     strstr(err.text, options[i].word) == NULL)))
            fail_msg("%s -> %s %s", options[i].text, err.field, err.text);
        settings_free(s);
    }
}

static void defaults_are_those_that_were_decided(void **state)
{
    struct settings *s = settings_new(options_table, options_count);
    struct error err = {0};
    int from, to;

    (void)state;
    assert_true(options_check(s, &err));
    settings_span(s, "invite.window", &from, &to);
    assert_int_equal(from, 9 * 60);
    assert_int_equal(to, 20 * 60);
    assert_int_equal(settings_ms(s, "invite.delay_min"), 30 * 60000);
    assert_int_equal(settings_bytes(s, "server.max_body"), 65536);
    assert_int_equal(settings_bytes(s, "store.min_free"), 512 << 20);
    assert_int_equal(settings_int(s, "phones.keep_days"), 180);
    assert_string_equal(settings_text(s, "store.data"), "./yiping-data");
    assert_true(options_listen_is_safe(s, ""));
    assert_true(settings_set(s, "server.listen", "10.0.0.1:80", SETTINGS_FLAG, &err));
    assert_false(options_listen_is_safe(s, "http://a.cn"));
    assert_true(options_listen_is_safe(s, "https://a.cn"));
    for (size_t i = 0; i < options_count; i++) {
        size_t length = strlen(options_table[i].sentence);

        assert_true(length > 10 && options_table[i].sentence[length - 1] == '.');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(options_table[k].name, options_table[i].name);
    }
    settings_free(s);
}

/* ---- the commands --------------------------------------------------------------- */

/* Runs a command with stdout and stderr in `out` and `err`; returns its exit code. */
static int run(int (*command)(int, char **), char **argv, char *out, char *err,
               size_t size)
{
    FILE *caught[2] = {tmpfile(), tmpfile()};
    char *texts[2] = {out, err};
    int saved[2];
    int argc = 0;
    int code;

    while (argv[argc] != NULL)
        argc++;
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        assert_non_null(caught[i]);
        saved[i] = dup(i + 1);
        dup2(fileno(caught[i]), i + 1);
    }
    code = command(argc, argv);
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(saved[i], i + 1);
        close(saved[i]);
        rewind(caught[i]);
        texts[i][fread(texts[i], 1, size - 1, caught[i])] = '\0';
        fclose(caught[i]);
    }
    return code;
}

enum { CAUGHT = 128 * 1024 };

static void check_tells_all_faults(void **state)
{
    static char out[CAUGHT], err[CAUGHT];
    char path[64], hall[64], expected[200];
    char *lines[] = {"check", "--config", path, "--hall", hall, NULL};
    char *json[] = {"check", "--config", path, "--json", NULL};
    char *right[] = {"check", "--hall", "templates/halls/first.json", NULL};
    char *absent[] = {"check", "--config", "/nowhere.conf", NULL};
    char *wrong[] = {"check", "--colour", NULL};
    char *word[] = {"check", "everything", NULL};
    const char text[] = "[server]\nlistn = 1\nidle = 5\n";

    (void)state;
    write_file(text, strlen(text), path);
    write_file("{\n\"hall\": }", 11, hall);
    assert_int_equal(run(cli_check, lines, out, err, CAUGHT), 3);
    snprintf(expected, sizeof(expected), "%s:2: server.listn: This key", path);
    assert_non_null(strstr(out, expected));
    snprintf(expected, sizeof(expected), "%s:3: server.idle: \"5\"", path);
    assert_non_null(strstr(out, expected));
    snprintf(expected, sizeof(expected), "%s:2: This is not JSON", hall);
    assert_non_null(strstr(out, expected));
    assert_int_equal(run(cli_check, json, out, err, CAUGHT), 3);
    assert_non_null(strstr(out, "{\"ok\":false,\"faults\":[{\"file\":"));
    assert_non_null(strstr(out, "\"line\":2,\"key\":\"server.listn\""));
    unlink(path);
    unlink(hall);
    assert_int_equal(run(cli_check, right, out, err, CAUGHT), 0);
    assert_string_equal(out, "");
    assert_string_equal(err, "configuration is right\n");
    assert_int_equal(run(cli_check, absent, out, err, CAUGHT), 3);
    assert_non_null(strstr(out, "/nowhere.conf: "));
    assert_int_equal(run(cli_check, wrong, out, err, CAUGHT), 2);
    assert_int_equal(run(cli_check, word, out, err, CAUGHT), 2);
}

static void config_dump_can_be_checked(void **state)
{
    static char out[CAUGHT], err[CAUGHT];
    char path[64];
    char *dump[] = {"config", "dump", "--config", path, NULL};
    char *all[] = {"config", "dump", "--secrets", NULL};
    char *none[] = {"config", NULL};
    char *check[] = {"check", "--config", path, NULL};
    const char text[] = "[server]\nidle = 20 s\n";

    (void)state;
    write_file(text, strlen(text), path);
    assert_int_equal(run(cli_config, dump, out, err, CAUGHT), 0);
    assert_non_null(strstr(out, "listen = 127.0.0.1:8080\n"));
    assert_non_null(strstr(out, "idle = 20 s\n"));
    unlink(path);
    assert_int_equal(run(cli_config, none, out, err, CAUGHT), 2);
    assert_int_equal(run(cli_config, all, out, err, CAUGHT), 0);
    write_file(out, strlen(out), path);
    assert_int_equal(run(cli_check, check, out, err, CAUGHT), 0);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_read),
        cmocka_unit_test(files_tell_place_and_way_out),
        cmocka_unit_test(hostile_lines_are_faults),
        cmocka_unit_test(stronger_sources_win),
        cmocka_unit_test(environment_slips_are_told),
        cmocka_unit_test(instances_and_lists_come_in_order),
        cmocka_unit_test(secrets_stay_secret),
        cmocka_unit_test(dump_can_be_read_again),
        cmocka_unit_test(options_hang_together),
        cmocka_unit_test(defaults_are_those_that_were_decided),
        cmocka_unit_test(check_tells_all_faults),
        cmocka_unit_test(config_dump_can_be_checked),
    };

    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
