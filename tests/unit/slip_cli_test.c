/*
 * slip_cli_test.c — `yiping slip`: exit codes, what is on stdout, and sentences that name
 * the place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli/slip.h"
#include "tests/unit/drawing.h"

enum { WORDS_MAX = 12, BYTES_MAX = 65536 };

static void put(const char *name, const char *text)
{
    FILE *f = fopen(name, "wb");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static size_t get(const char *name, char bytes[BYTES_MAX])
{
    FILE *f = fopen(name, "rb");
    size_t n;

    assert_non_null(f);
    n = fread(bytes, 1, BYTES_MAX - 1, f);
    bytes[n] = '\0';
    fclose(f);
    return n;
}

/* Runs the command with its words parted by blanks; stdout and stderr go to files. */
static int run(const char *words)
{
    char copy[400], *argv[WORDS_MAX + 1] = {NULL}, *rest = NULL;
    int argc = 0, out, err, code, real_out, real_err;

    snprintf(copy, sizeof(copy), "%s", words);
    for (char *w = strtok_r(copy, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest))
        argv[argc++] = w;
    fflush(stdout);
    fflush(stderr);
    real_out = dup(STDOUT_FILENO);
    real_err = dup(STDERR_FILENO);
    out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    code = cli_slip(argc, argv);
    fflush(stdout);
    fflush(stderr);
    dup2(real_out, STDOUT_FILENO);
    dup2(real_err, STDERR_FILENO);
    close(out);
    close(err);
    close(real_out);
    close(real_err);
    return code;
}

static const struct {
    const char *words;
    int code;
    const char *out, *err; /* parts; NULL: must be empty */
} rows[] = {
    {"slip --values good.json", 0, "A023", NULL},
    {"slip --template normal --values good.json --printer 80mm --format text", 0,
     "评不评、评几分都由您决定。", NULL},
    {"slip --template=normal.en --values=good.json --printer=58mm", 0, "20–35 min", NULL},
    {"slip --template normal --values good.json --format png", 0, "\x89PNG", NULL},
    {"slip --template normal --values good.json --format svg", 0, "<svg", NULL},
    {"slip --template normal --values good.json --format escpos", 0, "\x1B@\x1C&\x1Bt",
     NULL},
    {"slip --template own.receipt --values good.json", 0, "A023!", NULL},
    {"slip --template ./own.receipt --values empty.json", 0, "!", NULL},
    {"slip --help", 0, "--template FILE", NULL},
    {"slip", 0, "青城市政务服务中心", NULL}, /* a sample */
    {"slip --template normal.en", 0, "Floor 2, windows", NULL},
    {"slip --template own.receipt", 0, "A023!", NULL},
    {"slip --template half.receipt", 3, NULL, /* its other half is read without values */
     "half.receipt: Template line 2, column 2: image is refused"},
    {"slip --template half.receipt --values good.json", 0, "A023", NULL},
    {"slip --template own.receipt --format receiptline --values good.json", 0, "A023!",
     NULL},
    {"slip --template large --format template", 0, "{{#ahead}}", NULL},
    {"slip --config house.conf --printer front", 0, "own normal\n--------------------\n",
     NULL},
    {"slip --config house.conf --printer narrow --template own.receipt", 0, "!", NULL},
    {"slip --config house.conf --printer 58mm --template large", 0, "约等", NULL},
    {"slip --config house.conf --printer back", 3, NULL, "no printer profile back"},
    {"slip --config none.conf", 3, NULL, "none.conf"},
    {"slip --values", 2, NULL, "a value is missing after --values"},
    {"slip --colour red", 2, NULL, "there is no option --colour"},
    {"slip --values good.json --format pdf", 2, NULL,
     "escpos, png, svg, text, receiptline or template, not pdf"},
    {"slip --values good.json more", 2, NULL, "it takes options only, not more"},
    {"slip --template bad.receipt --values good.json", 3, NULL,
     "bad.receipt: Template line 2, column 2: there is no property \"colour\""},
    {"slip --template raw.receipt --values good.json", 3, NULL,
     "Template line 1, column 1: raw values are refused"},
    {"slip --values good.json --printer 76mm", 3, NULL, "no printer profile \"76mm\""},
    {"slip --template none.receipt --values good.json", 1, NULL,
     "none.receipt cannot be"},
    {"slip --values none.json", 1, NULL, "none.json cannot be opened"},
    {"slip --values list.json", 1, NULL, "must hold a JSON object"},
    {"slip --values broken.json", 1, NULL, "broken.json, line 2, column"},
    {"slip --values unknown.json", 1, NULL, "a ticket has no value \"phone\""},
    {"slip --values wrong.json", 1, NULL, "\"hall\" must be a text, a number or a list"},
    {"slip --values long.json", 3, NULL, "more than 106 bytes"},
};

static void prepare(void)
{
    put("good.json",
        "{\"hall\":\"厅\",\"number\":\"A023\",\"ahead\":12,\"wait_min\":[20,35],"
        "\"root\":null}");
    put("empty.json", "{}");
    put("own.receipt", "{{number}}!");
    put("half.receipt", "{{number}}{{^number}}\n{image:A}\n{{/number}}");
    put("house.conf", "[ticket]\nfolder = own\n[printer front]\nway = preview\n"
                      "profile = narrow\n[profile narrow]\ndots = 240\ncolumns = 20\n");
    assert_int_equal(mkdir("own", 0700), 0);
    put("own/normal.receipt", "|own normal\n-\n");
    put("bad.receipt", "a\n{colour:red}\n");
    put("raw.receipt", "{{{hall}}}");
    put("list.json", "[1]");
    put("broken.json", "{\"hall\":\n x}");
    put("unknown.json", "{\"phone\":\"1\"}");
    put("wrong.json", "{\"hall\":true}");
    put("long.json",
        "{\"qr_url\":"
        "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggggggggh"
        "hhhhhhhhhiiiiiiiiiijjjjjjjjjjkkkkkkk\"}");
}

static bool matches(const char *bytes, size_t length, const char *part)
{
    return part == NULL ? length == 0 : memmem(bytes, length, part, strlen(part)) != NULL;
}

static void codes_and_words(void **state)
{
    static const char *const files[] = {
        "good.json",    "empty.json",  "own.receipt",        "bad.receipt", "raw.receipt",
        "list.json",    "broken.json", "unknown.json",       "wrong.json",  "long.json",
        "half.receipt", "house.conf",  "own/normal.receipt", "out",         "err"};
    static char out[BYTES_MAX], err[BYTES_MAX];
    char folder[] = "/tmp/slipXXXXXX", home[400];

    (void)state;
    assert_non_null(getcwd(home, sizeof(home)));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    prepare();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int code = run(rows[i].words);
        size_t out_length = get("out", out), err_length = get("err", err);

        if (code != rows[i].code || !matches(out, out_length, rows[i].out) ||
            !matches(err, err_length, rows[i].err))
            fail_msg("%s: %d, «%s», «%s»", rows[i].words, code, out, err);
    }
    for (size_t i = 0; i < LENGTH(files); i++)
        unlink(files[i]);
    rmdir("own");
    assert_int_equal(chdir(home), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_and_words)};

    return cmocka_run_group_tests_name("slip_cli", tests, NULL, forget_fonts);
}
