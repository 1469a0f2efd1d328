/*
 * spoken.c — see spoken.h.
 */
#include "domain/spoken.h"

#include <string.h>

#include "base/compiler.h"
#include "base/text.h"

/* Longer written words stand before shorter ones that they begin with. */
const struct spoken_clip spoken_clips[] = {
    {"qing", "请", "qing3", NULL},
    {"hao-dao", "号，到", "hao4 dao4", NULL},
    {"hao-pingmu", "号，请看屏幕", "hao4 qing3 kan4 ping2 mu4", NULL},
    {"hao-chuangkou", "号窗口", "hao4 chuang1 kou3", "号窗口"},
    {"zonghe-chuangkou", "综合窗口", "zong1 he2 chuang1 kou3", "综合窗口"},
    {"zixun-chuangkou", "咨询窗口", "zi1 xun2 chuang1 kou3", "咨询窗口"},
    {"shouli-chuangkou", "受理窗口", "shou4 li3 chuang1 kou3", "受理窗口"},
    {"chujian-chuangkou", "出件窗口", "chu1 jian4 chuang1 kou3", "出件窗口"},
    {"shoufei-chuangkou", "收费窗口", "shou1 fei4 chuang1 kou3", "收费窗口"},
    {"chuangkou", "窗口", "chuang1 kou3", "窗口"},
    {"zixun-tai", "咨询台", "zi1 xun2 tai2", "咨询台"},
    {"fuwu-tai", "服务台", "fu2 wu4 tai2", "服务台"},
    {"daoban-tai", "导办台", "dao3 ban4 tai2", "导办台"},
    {"hao", "号", "hao4", "号"},
    {"lou", "楼", "lou2", "楼"},
    {"ceng", "层", "ceng2", "层"},
    {"qu", "区", "qu1", "区"},
    {"ting", "厅", "ting1", "厅"},
    {"shi", "十", "shi2", "十"},
    {"0", "零", "ling2", "0"},
    {"1", "一", "yi1", "1"},
    {"2", "二", "er4", "2"},
    {"3", "三", "san1", "3"},
    {"4", "四", "si4", "4"},
    {"5", "五", "wu3", "5"},
    {"6", "六", "liu4", "6"},
    {"7", "七", "qi1", "7"},
    {"8", "八", "ba1", "8"},
    {"9", "九", "jiu3", "9"},
    {"A", "A", "A", "a"},
    {"B", "B", "B", "b"},
    {"C", "C", "C", "c"},
    {"D", "D", "D", "d"},
    {"E", "E", "E", "e"},
    {"F", "F", "F", "f"},
    {"G", "G", "G", "g"},
    {"H", "H", "H", "h"},
    {"I", "I", "I", "i"},
    {"J", "J", "J", "j"},
    {"K", "K", "K", "k"},
    {"L", "L", "L", "l"},
    {"M", "M", "M", "m"},
    {"N", "N", "N", "n"},
    {"O", "O", "O", "o"},
    {"P", "P", "P", "p"},
    {"Q", "Q", "Q", "q"},
    {"R", "R", "R", "r"},
    {"S", "S", "S", "s"},
    {"T", "T", "T", "t"},
    {"U", "U", "U", "u"},
    {"V", "V", "V", "v"},
    {"W", "W", "W", "w"},
    {"X", "X", "X", "x"},
    {"Y", "Y", "Y", "y"},
    {"Z", "Z", "Z", "z"},
};
const size_t spoken_clip_count = LENGTH(spoken_clips);

/* Chinese numerals in names say the same as digits do. */
static const struct {
    const char *written, *name;
} numerals[] = {{"〇", "0"}, {"零", "0"}, {"一", "1"}, {"二", "2"},
                {"三", "3"}, {"四", "4"}, {"五", "5"}, {"六", "6"},
                {"七", "7"}, {"八", "8"}, {"九", "9"}};

enum { NAME_MOST = 512 };

const struct spoken_clip *spoken_find(const char *name)
{
    for (size_t i = 0; i < spoken_clip_count; i++)
        if (strcmp(spoken_clips[i].name, name) == 0)
            return &spoken_clips[i];
    return NULL;
}

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* The clip that a name goes on with, and how many bytes it takes; NULL for another word.
 */
static const struct spoken_clip *clip_at(const char *text, size_t *bytes)
{
    for (size_t i = 0; i < LENGTH(numerals); i++)
        if (begins(text, numerals[i].written)) {
            *bytes = strlen(numerals[i].written);
            return spoken_find(numerals[i].name);
        }
    for (size_t i = 0; i < spoken_clip_count; i++) {
        const char *written = spoken_clips[i].written;

        if (written != NULL && begins(text, written)) {
            *bytes = strlen(written);
            return &spoken_clips[i];
        }
    }
    return NULL;
}

static bool is_number(const struct spoken_clip *clip)
{
    return (clip->name[0] >= '0' && clip->name[0] <= '9') ||
           strcmp(clip->name, "shi") == 0;
}

static bool is_sign(const struct spoken_clip *clip)
{
    return is_number(clip) || clip->name[1] == '\0';
}

static bool has_number(const struct spoken *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (is_number(s->clips[i]))
            return true;
    return false;
}

/* A name of signs only, such as A01 or 3, is that of a window. */
static void name_as_window(struct spoken *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!is_sign(s->clips[i]))
            return;
    if (s->count < SPOKEN_MOST)
        s->clips[s->count++] = spoken_find("hao-chuangkou");
}

static bool is_gap(const char *text)
{
    return *text == ' ' || *text == '-' || *text == '_' || *text == '.';
}

/*
 * Parts the name where it has words that are not known. *pieces counts those with a
 * number in them, the last of which is kept; *strange tells of such words. False where it
 * is too long.
 */
static bool part_name(const char *name, struct spoken *kept, int *pieces, bool *strange)
{
    struct spoken piece = {0};
    size_t bytes = 1;

    *kept = piece;
    *pieces = 0;
    *strange = false;
    for (const char *at = name;; at += bytes) {
        const struct spoken_clip *clip = clip_at(at, &bytes);
        uint32_t cp;

        if (clip != NULL) {
            if (piece.count == SPOKEN_MOST)
                return false;
            piece.clips[piece.count++] = clip;
            continue;
        }
        bytes = 1;
        if (is_gap(at))
            continue;
        *pieces += has_number(&piece);
        if (has_number(&piece) || *at == '\0')
            *kept = has_number(&piece) || *pieces == 0 ? piece : *kept;
        piece.count = 0;
        if (*at == '\0')
            return true;
        *strange = true;
        bytes = text_next(at, strlen(at), &cp);
    }
}

/* Roman numerals and fractions would come apart into letters and digits. */
static bool has_odd_number(const char *name)
{
    size_t length = strlen(name), bytes;
    uint32_t cp;

    for (; (bytes = text_next(name, length, &cp)) > 0; name += bytes, length -= bytes)
        if (text_classify(cp) == TEXT_NUMBER)
            return true;
    return false;
}

enum spoken_reading spoken_window(const char *name, struct spoken *out)
{
    struct buf plain = buf_new(NAME_MOST);
    enum spoken_reading reading = SPOKEN_NOT;
    bool strange;
    int pieces;

    *out = (struct spoken){0};
    if (!has_odd_number(name) && text_normalise(name, strlen(name), &plain) &&
        !plain.overflowed && part_name(buf_text(&plain), out, &pieces, &strange) &&
        out->count > 0 && (!strange || pieces == 1)) {
        name_as_window(out);
        reading = strange ? SPOKEN_PART : SPOKEN_WHOLE;
    }
    buf_free(&plain);
    if (reading == SPOKEN_NOT)
        out->count = 0;
    return reading;
}

bool spoken_same(const struct spoken *a, const struct spoken *b)
{
    return a->count == b->count &&
           memcmp(a->clips, b->clips, a->count * sizeof(a->clips[0])) == 0;
}

static bool add(struct spoken *out, const struct spoken_clip *clip)
{
    if (clip == NULL || out->count == SPOKEN_MOST)
        return false;
    out->clips[out->count++] = clip;
    return true;
}

bool spoken_call(const char *number, const struct spoken *window, struct spoken *out)
{
    bool ok = number[0] != '\0';

    *out = (struct spoken){0};
    ok = ok && add(out, spoken_find("qing"));
    for (; ok && *number != '\0'; number++)
        ok = ((*number >= '0' && *number <= '9') || (*number >= 'A' && *number <= 'Z')) &&
             add(out, spoken_find((const char[]){*number, '\0'}));
    ok = ok && add(out, spoken_find(window != NULL ? "hao-dao" : "hao-pingmu"));
    for (size_t i = 0; ok && window != NULL && i < window->count; i++)
        ok = add(out, window->clips[i]);
    if (!ok)
        out->count = 0;
    return ok;
}
