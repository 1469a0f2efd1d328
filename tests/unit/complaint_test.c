/*
 * complaint_test.c — what citizens' tags and words say of the four complaint heads, by
 * the table that is shipped; what they deny is never counted as said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/pack.h"
#include "domain/complaint.h"
#include "domain/tag.h"

enum { E = 1, F = 2, W = 4, D = 8 };

static struct complaints *shipped(void)
{
    const struct pack_file *file = pack_find("templates/indicators/complaints.json");
    struct complaints *c = NULL;
    struct error err = {0};

    assert_non_null(file);
    if (!complaints_parse((const char *)file->bytes, file->length, &c, &err))
        fail_msg("%s", err.text);
    return c;
}

static void words(void **state)
{
    static const struct {
        const char *text;
        unsigned said, doubtful;
    } rows[] = {
        {"门难进，脸难看，话难听，事难办", E | F | W | D, 0},
        {"", 0, 0},
        {"很好", 0, 0},
        {"不满意", 0, 0},
        {"窗口态度不好", 0, 0},
        {"办事员脸色难看，还骂人", F | W, 0},
        {"跑了好几趟，每次都说材料不对", D, 0},
        {"1 等得实在太久", D, 0},
        {"推诿，踢皮球", D, 0},
        {"电话没人接", E, 0},
        {"说话冲！！", W, 0},
        {"拉着个脸 爱答不理", F, 0},
        /* what is denied is doubtful */
        {"没有门难进", 0, E},
        {"不再是门难进脸难看", 0, E | F},
        {"现在没有脸难看的了，就是事难办", D, F},
        {"并没有骂人", 0, W},
        {"没办成，还推诿", D, 0}, /* the clause has ended */
        {"没办成。门难进", E, 0},
        {"不是说好了吗？事难办", D, 0},
        {"不知道为什么那个人一直爱答不理", F, 0}, /* too far off to deny it */
        {"非常难办", D, 0},
        {"特别难办", D, 0},
        {"无故推诿", D, 0},
        {"绝不刁难人", 0, D},
        {"无推诿，无刁难", 0, D},
        {"不给脸色看", 0, F},
        {"很不耐烦", F, 0},
        /* said once is said, whatever else is denied */
        {"没有骂人，但是说话难听", W, 0},
        /* width and case */
        {"ＴＯＯ ＳＬＯＷ", D, 0},
        {"He SHOUTED AT me", W, 0},
        {"He did not shout", 0, 0},
        {"was not too slow", 0, D},
        {"没有脸难看，没有脸难看，脸难看", F, 0},
        {"脸不难看", 0, 0},
        {"\xff\xfe脸难看", 0, 0}, /* no text */
    };
    struct complaints *c = shipped();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        unsigned doubtful, said = complaint_of_words(c, rows[i].text, &doubtful);

        if (said != rows[i].said || doubtful != rows[i].doubtful)
            fail_msg("%s: said %u, doubtful %u", rows[i].text, said, doubtful);
    }
    complaints_free(c);
}

static void tags(void **state)
{
    static const struct {
        const char *tags;
        unsigned said;
    } rows[] = {
        {"", 0},        {"214", F},         {"115", F | D},     {"209,213", D},
        {"212", E},     {"112,214", E | F}, {"517", 0},         {"314", 0},
        {"2", 0},       {"21", 0},          {"2144", 0},        {",,", 0},
        {"214,214", F}, {"214 ,", 0},       {"108,109,110", D},
    };
    struct complaints *c = shipped();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (complaint_of_tags(c, rows[i].tags) != rows[i].said)
            fail_msg("%s: %u", rows[i].tags, complaint_of_tags(c, rows[i].tags));
    assert_false(complaints_has_tag(c, COMPLAINT_WORDS));
    assert_true(complaints_has_tag(c, COMPLAINT_FACE));
    complaints_free(c);
}

/* Each tag in force of a bad grade speaks of some head, and no other tag of any. */
static void every_bad_tag_has_its_head(void **state)
{
    struct complaints *c = shipped();

    (void)state;
    for (int code = 100; code < 600; code++) {
        const struct tag *tag = tag_find(code);
        char text[8];

        snprintf(text, sizeof(text), "%d", code);
        if ((complaint_of_tags(c, text) != 0) != (tag != NULL && code < 300))
            fail_msg("%d", code);
    }
    complaints_free(c);
}

static void tables_that_are_none(void **state)
{
    static const char *const rows[] = {
        "",
        "[]",
        "{\"version\":1,\"heads\":[]}",
        "{\"version\":0,\"denials\":[],\"heads\":[{},{},{},{}]}",
        "{\"version\":1,\"denials\":[],\"denials_before\":[],\"heads\":["
        "{\"code\":\"sour_face\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"sour_face\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"harsh_words\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"hard_to_enter\",\"tags\":[],\"words\":[]}]}",
        "{\"version\":1,\"denials\":[],\"denials_before\":[],\"heads\":["
        "{\"code\":\"sour_face\",\"tags\":[\"517\"],\"words\":[]},"
        "{\"code\":\"hard_to_get_done\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"harsh_words\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"hard_to_enter\",\"tags\":[],\"words\":[]}]}",
        "{\"version\":1,\"heads\":["
        "{\"code\":\"sour_face\",\"tags\":[],\"words\":[\"\"]},"
        "{\"code\":\"hard_to_get_done\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"harsh_words\",\"tags\":[],\"words\":[]},"
        "{\"code\":\"hard_to_enter\",\"tags\":[],\"words\":[]}]}",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct complaints *c;
        struct error err = {0};

        if (complaints_parse(rows[i], strlen(rows[i]), &c, &err))
            fail_msg("%s", rows[i]);
        assert_int_equal(err.kind, ERROR_SETUP);
        assert_null(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(tags),
        cmocka_unit_test(every_bad_tag_has_its_head),
        cmocka_unit_test(tables_that_are_none),
    };

    return cmocka_run_group_tests_name("complaint", tests, NULL, NULL);
}
