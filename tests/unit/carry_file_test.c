/*
 * carry_file_test.c — messages into spool folders, whole or not at all; files out of
 * them, once each and not before they are whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "work/carry_file.h"

struct scene {
    char root[64], spool[80], draft[80];
};

static void scene_open(struct scene *s)
{
    snprintf(s->root, sizeof(s->root), "/tmp/yiping-file-XXXXXX");
    assert_non_null(mkdtemp(s->root));
    snprintf(s->spool, sizeof(s->spool), "%s/spool", s->root);
    snprintf(s->draft, sizeof(s->draft), "%s/draft", s->root);
    assert_int_equal(mkdir(s->spool, 0700), 0);
    assert_int_equal(mkdir(s->draft, 0700), 0);
}

static int count_files(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;

    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count - 2;
}

static void clear(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *e;

    while (dir != NULL && (e = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), e->d_name, e->d_type == DT_DIR ? AT_REMOVEDIR : 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

static void scene_close(struct scene *s)
{
    clear(s->spool);
    clear(s->draft);
    rmdir(s->root);
}

static void put(const char *folder, const char *name, const char *text, int age_s)
{
    char path[200];
    struct timespec times[2];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= age_s;
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* ---- writing ---- */

static struct answer write_file(const char *draft, const char *folder, const char *name,
                                const char *body, size_t length)
{
    struct request r = request_new();
    struct answer answer = {.body = buf_new(16)};

    r.kind = REQUEST_FILE;
    buf_addf(&r.url, "%s/%s", folder, name);
    buf_add_text(&r.via, draft);
    buf_add(&r.body, body, length);
    carry_file(&r, &answer);
    request_free(&r);
    return answer;
}

static void a_message_appears_whole(void **state)
{
    static const char body[] = "To: 86\nAlphabet: UCS\n\n\0Y}";
    struct scene s;
    struct answer a;
    char path[200], got[64];
    struct stat st;
    FILE *f;

    (void)state;
    scene_open(&s);
    a = write_file(s.draft, s.spool, "7.1", body, sizeof(body));
    assert_int_equal(a.carried, CARRIED_ANSWERED);
    snprintf(path, sizeof(path), "%s/7.1", s.spool);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(got, 1, sizeof(got), f), sizeof(body));
    fclose(f);
    assert_memory_equal(got, body, sizeof(body));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
    assert_int_equal(st.st_nlink, 1);
    assert_int_equal(count_files(s.draft), 0);
    scene_close(&s);
}

static void what_cannot_be_laid_down_was_not_sent(void **state)
{
    struct scene s;
    struct answer a;
    char missing[100], path[200];

    (void)state;
    scene_open(&s);
    snprintf(missing, sizeof(missing), "%s/missing", s.root);
    put(s.spool, "7.1", "older", 0);
    a = write_file(s.draft, s.spool, "7.1", "newer", 5);
    assert_int_equal(a.carried, CARRIED_NOT_SENT);
    assert_non_null(strstr(a.trouble, "there already"));
    snprintf(path, sizeof(path), "%s/7.1", s.spool);
    {
        FILE *f = fopen(path, "r");
        char got[16] = "";

        assert_non_null(fgets(got, sizeof(got), f));
        fclose(f);
        assert_string_equal(got, "older");
    }
    a = write_file(s.draft, missing, "7.2", "x", 1);
    assert_int_equal(a.carried, CARRIED_NOT_SENT);
    a = write_file(missing, s.spool, "7.3", "x", 1);
    assert_int_equal(a.carried, CARRIED_NOT_SENT);
    assert_non_null(strstr(a.trouble, "cannot be made"));
    assert_int_equal(count_files(s.draft), 0);
    assert_int_equal(count_files(s.spool), 1);
    scene_close(&s);
}

/* ---- reading ---- */

static struct carry_folders *watch(struct scene *s)
{
    struct carry_folders *f = carry_folders_new();
    struct gateway_folder folder = {.label = "incoming"};

    snprintf(folder.path, sizeof(folder.path), "%s", s->spool);
    carry_folders_add(f, &folder, 3);
    return f;
}

static void expect(struct carry_folders *f, const char *name, const char *body,
                   struct carry_file_found *found)
{
    struct callback c;

    assert_true(carry_folders_next(f, found, &c));
    assert_string_equal(found->name, name);
    assert_int_equal(found->tag, 3);
    assert_string_equal(buf_text(&c.query), name);
    assert_string_equal(buf_text(&c.body), body);
    assert_string_equal(c.type, "incoming");
    assert_false(c.report);
    callback_free(&c);
}

static void expect_none(struct carry_folders *f)
{
    struct carry_file_found found;
    struct callback c;

    if (carry_folders_next(f, &found, &c)) {
        callback_free(&c);
        fail_msg("%s comes though it should not", found.name);
    }
}

static void the_oldest_first_and_only_whole_ones(void **state)
{
    struct scene s;
    struct carry_folders *f;
    struct carry_file_found a, b;
    char path[200], *large = calloc(1, GATEWAY_BODY_MOST + 2);

    (void)state;
    scene_open(&s);
    put(s.spool, "GSM1.b", "first", 60);
    put(s.spool, "GSM1.a", "second", 30);
    put(s.spool, "young", "somebody may be writing it", 0);
    put(s.spool, ".hidden", "x", 60);
    put(s.spool, "GSM1.c.LOCK", "x", 60);
    memset(large, 'x', GATEWAY_BODY_MOST + 1);
    put(s.spool, "large", large, 60);
    free(large);
    snprintf(path, sizeof(path), "%s/link", s.spool);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    snprintf(path, sizeof(path), "%s/pipe", s.spool);
    assert_int_equal(mkfifo(path, 0600), 0);
    f = watch(&s);
    carry_folders_look(f, 1000);
    expect(f, "GSM1.b", "first", &a);
    expect(f, "GSM1.a", "second", &b);
    expect_none(f);
    assert_true(carry_folders_next_ms(f) == 4000); /* for the young one */
    carry_folders_over(f, &a, true);
    carry_folders_over(f, &b, false); /* the disk was full */
    assert_int_equal(count_files(s.spool), 7);
    carry_folders_look(f, 4000);
    expect(f, "GSM1.a", "second", &b);
    carry_folders_over(f, &b, true);
    assert_int_equal(count_files(s.spool), 6);
    carry_folders_free(f);
    scene_close(&s);
}

static void what_is_finished_comes_at_once(void **state)
{
    struct scene s;
    struct carry_folders *f;
    struct carry_file_found found;
    char from[200], to[200], path[200];
    int fd;

    (void)state;
    scene_open(&s);
    f = watch(&s);
    carry_folders_look(f, 0);
    expect_none(f);
    assert_true(carry_folders_fd(f) >= 0);
    put(s.draft, "x", "moved in", 0);
    snprintf(from, sizeof(from), "%s/x", s.draft);
    snprintf(to, sizeof(to), "%s/b.moved", s.spool);
    assert_int_equal(rename(from, to), 0);
    put(s.spool, "a.written", "written here", 0);
    snprintf(path, sizeof(path), "%s/half", s.spool);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "ha", 2), 2);
    carry_folders_look(f, 1);
    expect(f, "b.moved", "moved in", &found);
    carry_folders_over(f, &found, true);
    expect(f, "a.written", "written here", &found);
    expect_none(f); /* it is with somebody until it is over */
    carry_folders_over(f, &found, true);
    expect_none(f);
    assert_int_equal(write(fd, "lf", 2), 2);
    close(fd);
    carry_folders_look(f, 2);
    expect(f, "half", "half", &found);
    carry_folders_over(f, &found, true);
    assert_int_equal(count_files(s.spool), 0);
    carry_folders_free(f);
    scene_close(&s);
}

/* As smsd lays a reply down: an empty file, and another under the same name. */
static void only_the_file_that_was_read_is_taken_away(void **state)
{
    struct scene s;
    struct carry_folders *f;
    struct carry_file_found found;
    char path[200];

    (void)state;
    scene_open(&s);
    f = watch(&s);
    carry_folders_look(f, 0);
    put(s.spool, "GSM1.a", "", 0);
    carry_folders_look(f, 1);
    expect_none(f);
    assert_int_equal(count_files(s.spool), 1);
    snprintf(path, sizeof(path), "%s/GSM1.a", s.spool);
    assert_int_equal(unlink(path), 0);
    put(s.spool, "GSM1.a", "5", 0);
    carry_folders_look(f, 2);
    expect(f, "GSM1.a", "5", &found);
    put(s.spool, "GSM1.a", "55", 0); /* while it is made durable */
    carry_folders_look(f, 3);
    expect_none(f);
    carry_folders_over(f, &found, true);
    assert_int_equal(count_files(s.spool), 1);
    expect(f, "GSM1.a", "55", &found);
    carry_folders_over(f, &found, true);
    assert_int_equal(count_files(s.spool), 0);
    put(s.spool, "left", "", 60); /* by a writer that died */
    carry_folders_look(f, carry_folders_next_ms(f));
    expect_none(f);
    carry_folders_free(f);
    scene_close(&s);
}

/* A report is read after what names the message that it is of. */
static void folders_are_read_in_their_order(void **state)
{
    struct scene s;
    struct carry_folders *f = carry_folders_new();
    struct gateway_folder first = {.label = "incoming"}, second = {.label = "incoming"};
    struct carry_file_found found;

    (void)state;
    scene_open(&s);
    snprintf(first.path, sizeof(first.path), "%s", s.spool);
    snprintf(second.path, sizeof(second.path), "%s", s.draft);
    carry_folders_add(f, &first, 3);
    carry_folders_add(f, &second, 3);
    put(s.draft, "a", "report", 90);
    put(s.spool, "b", "sent", 60);
    put(s.spool, "c", "sent", 30);
    carry_folders_look(f, 0);
    expect(f, "b", "sent", &found);
    expect(f, "c", "sent", &found);
    expect(f, "a", "report", &found);
    expect_none(f);
    carry_folders_free(f);
    scene_close(&s);
}

static bool begins_with_g(const char *name)
{
    return name[0] == 'G';
}

static void a_folder_may_hold_what_is_others(void **state)
{
    struct scene s;
    struct carry_folders *f = carry_folders_new();
    struct gateway_folder folder = {.label = "incoming", .takes = begins_with_g};
    struct carry_file_found found;

    (void)state;
    scene_open(&s);
    snprintf(folder.path, sizeof(folder.path), "%s", s.spool);
    carry_folders_add(f, &folder, 3);
    put(s.spool, "script", "x", 60);
    put(s.spool, "GSM1.a", "5", 60);
    carry_folders_look(f, 0);
    put(s.spool, "script.2", "x", 0);
    carry_folders_look(f, 1);
    expect(f, "GSM1.a", "5", &found);
    carry_folders_over(f, &found, true);
    expect_none(f);
    assert_int_equal(count_files(s.spool), 2);
    carry_folders_free(f);
    scene_close(&s);
}

static void a_folder_that_is_not_there_says_so_and_is_tried_again(void **state)
{
    struct scene s;
    struct carry_folders *f;
    struct carry_file_found found;
    char why[160];

    (void)state;
    scene_open(&s);
    rmdir(s.spool);
    f = watch(&s);
    carry_folders_look(f, 0);
    assert_true(carry_folders_trouble(f, 3, why));
    assert_non_null(strstr(why, s.spool));
    assert_false(carry_folders_trouble(f, 4, why));
    assert_int_equal(mkdir(s.spool, 0700), 0);
    carry_folders_look(f, 1);
    assert_true(carry_folders_trouble(f, 3, why));
    carry_folders_look(f, carry_folders_next_ms(f));
    assert_false(carry_folders_trouble(f, 3, why));
    put(s.spool, "a", "x", 0);
    carry_folders_look(f, 3001);
    expect(f, "a", "x", &found);
    carry_folders_over(f, &found, true);
    rmdir(s.spool); /* and when it goes while it is watched */
    carry_folders_look(f, 3002);
    assert_true(carry_folders_trouble(f, 3, why));
    carry_folders_free(f);
    scene_close(&s);
}

static void many_files_all_come(void **state)
{
    struct scene s;
    struct carry_folders *f;
    struct carry_file_found found;
    struct callback c;
    char name[32];
    int come = 0;

    (void)state;
    scene_open(&s);
    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof(name), "f%03d", i);
        put(s.spool, name, "x", 3600 - i);
    }
    f = watch(&s);
    for (int64_t now_ms = 0; now_ms < 60000; now_ms += 3000) {
        carry_folders_look(f, now_ms);
        while (carry_folders_next(f, &found, &c)) {
            callback_free(&c);
            carry_folders_over(f, &found, true);
            come++;
        }
    }
    assert_int_equal(come, 600);
    assert_int_equal(count_files(s.spool), 0);
    carry_folders_free(f);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_appears_whole),
        cmocka_unit_test(what_cannot_be_laid_down_was_not_sent),
        cmocka_unit_test(the_oldest_first_and_only_whole_ones),
        cmocka_unit_test(what_is_finished_comes_at_once),
        cmocka_unit_test(only_the_file_that_was_read_is_taken_away),
        cmocka_unit_test(folders_are_read_in_their_order),
        cmocka_unit_test(a_folder_may_hold_what_is_others),
        cmocka_unit_test(a_folder_that_is_not_there_says_so_and_is_tried_again),
        cmocka_unit_test(many_files_all_come),
    };

    return cmocka_run_group_tests_name("carry_file", tests, NULL, NULL);
}
