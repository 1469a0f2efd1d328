/*
 * reply_words.h — the words that the reader of replies knows, and what each is good for.
 *
 * Chinese words are in simplified characters, Latin ones in lower case. A word may be
 * good for several things. Const data; any thread.
 */
#ifndef DOMAIN_REPLY_WORDS_H
#define DOMAIN_REPLY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

#define W_SAT   (UINT64_C(1) << 0) /* 满意 */
#define W_ADV5  (UINT64_C(1) << 1) /* 非常, 很: makes 满意 a 5 and 不满意 a 1 */
#define W_TOP   (UINT64_C(1) << 2) /* 极: the same, before 不满意 only */
#define W_NOT   (UINT64_C(1) << 3) /* 不 */
#define W_NOT2  (UINT64_C(1) << 4) /* 不太, 不是很: with 满意 a 2 */
#define W_NOT1  (UINT64_C(1) << 5) /* 一点也不, 根本不: with 满意 a 1 */
#define W_QUITE (UINT64_C(1) << 6) /* 比较 */
#define W_BASIC (UINT64_C(1) << 7) /* 基本 */
#define W_HEDGE (UINT64_C(1) << 8) /* an adverb that the rules do not list: 挺, 有点 */
#define W_SURE                                                                           \
    (UINT64_C(1) << 9) /* strengthens a phrase that has its adverb: 都, 真的          \
                        */
#define W_SUBJ    (UINT64_C(1) << 10) /* may stand before a bare 满意: 我, 感到 */
#define W_TAKE    (UINT64_C(1) << 11) /* counts for no comment: 我, 的, 了, 或 */
#define W_PART    (UINT64_C(1) << 12) /* a particle at the end: 吧, 啊 */
#define W_DE      (UINT64_C(1) << 13) /* 的 */
#define W_ALT     (UINT64_C(1) << 14) /* 或, 还是 */
#define W_LEAD    (UINT64_C(1) << 15) /* leads in a grade: 回复, 我选 */
#define W_SCORE   (UINT64_C(1) << 16) /* 分, 星, stars */
#define W_UNIT    (UINT64_C(1) << 17) /* a unit that makes a number no grade */
#define W_UNITEN  (UINT64_C(1) << 18) /* the same in English */
#define W_UNITADJ (UINT64_C(1) << 19) /* may stand before an English unit: long */
#define W_AFTER   (UINT64_C(1) << 20) /* after 分 it tells minutes: 左右, 内 */
#define W_ORD     (UINT64_C(1) << 21) /* 第 */
#define W_NEG     (UINT64_C(1) << 22) /* 没有, 谈不上: denies what follows */
#define W_DENY    (UINT64_C(1) << 23) /* 不是, 并不: denies, but mildly */
#define W_REFUSE  (UINT64_C(1) << 24) /* after a grade it takes it back: 不给 */
#define W_ASK     (UINT64_C(1) << 25) /* 吗, 为什么 */
#define W_COND    (UINT64_C(1) << 26) /* 如果 */
#define W_DOUBT                                                                          \
    (UINT64_C(1) << 27) /* wished, past, hearsay, coerced: 希望, 本来, 让我给 */
#define W_MOCK     (UINT64_C(1) << 28) /* 才怪: no grade in the whole message */
#define W_CONJ     (UINT64_C(1) << 29) /* begins a clause: 但是, 谢谢 */
#define W_CONTRAST (UINT64_C(1) << 30) /* 但是, 就是 */
#define W_FILLER   (UINT64_C(1) << 31) /* thanks */
#define W_GIVE     (UINT64_C(1) << 32) /* 打, 给: 打了5分 is a grade, 等了5分 is none */
#define W_SPEND                                                                          \
    (UINT64_C(1) << 33) /* 等, 花, 扣: what goes before minutes and lost points */
#define W_THING    (UINT64_C(1) << 34) /* what can be graded: 态度, 窗口, 小王 */
#define W_PRAISE   (UINT64_C(1) << 35) /* strong praise */
#define W_GOOD     (UINT64_C(1) << 36) /* mild praise */
#define W_MEH      (UINT64_C(1) << 37) /* 一般, 还行 */
#define W_BLAME    (UINT64_C(1) << 38) /* strong blame */
#define W_SOFT     (UINT64_C(1) << 39) /* blame of the service itself, less strong: 太慢 */
#define W_BAD      (UINT64_C(1) << 40) /* blame of anything: 难, 远 */
#define W_OBJ      (UINT64_C(1) << 41) /* may follow a bare 满意: 你们, 这次 */
#define W_NOPHRASE (UINT64_C(1) << 42) /* holds 满意 and is no phrase: 满意度 */
#define W_BLOCKAFTER                                                                     \
    (UINT64_C(1) << 43)               /* begins with 分 or 星 and is no score: 分局  \
                                       */
#define W_SATEN   (UINT64_C(1) << 44) /* satisfied */
#define W_DISEN   (UINT64_C(1) << 45) /* dissatisfied */
#define W_NEUEN   (UINT64_C(1) << 46) /* neutral */
#define W_VERYEN  (UINT64_C(1) << 47) /* very */
#define W_BASICEN (UINT64_C(1) << 48) /* basically */
#define W_NOTEN   (UINT64_C(1) << 49) /* not */
#define W_SUBJEN  (UINT64_C(1) << 50) /* may stand before satisfied: i, am */
#define W_LEAD2   (UINT64_C(1) << 51) /* English words that lead in a lone number */
#define W_SLIP                                                                             \
    (UINT64_C(1) << 52) /* 打错, 按错: a slip of the finger, unless said of a document \
                         */
#define W_SAY (UINT64_C(1) << 53) /* 代表, means: says what a grade stands for */
#define W_TOUCH                                                                          \
    (UINT64_C(1) << 54) /* a unit only where it touches the number: 3楼上, but 5 楼上 */

#define W_APART                                                                            \
    (UINT64_C(1) << 55) /* 上次, 听说: a grade of another time or person, which one of \
                           now and mine must not contradict */

struct reply_word {
    const char *text;
    uint64_t classes; /* W_…; 0 for a word that only shadows shorter ones */
    int thing;        /* which thing a W_THING names */
};

/* The longest word that the text begins with, or NULL. */
const struct reply_word *reply_word_longest(const char *text, size_t length);

/* The word that these bytes are, or NULL. */
const struct reply_word *reply_word_exact(const char *text, size_t length);

/* Whether the table is in the order that the search needs; for the tests. */
bool reply_words_sorted(void);

#endif
