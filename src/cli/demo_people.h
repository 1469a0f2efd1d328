/*
 * demo_people.h — the made-up citizens of the demo: what they do by lot, what they write.
 *
 * The lot is seeded, so the same demo tells the same story; it is never used for secrets.
 * Phone numbers have the pattern 1390000xxxx, which belongs to nobody here.
 */
#ifndef CLI_DEMO_PEOPLE_H
#define CLI_DEMO_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/phone.h"

struct lot {
    uint64_t state;
};

/* A number from 0 to `count` - 1; count is at least 1. */
uint32_t lot_below(struct lot *l, uint32_t count);

/* From `low` to `high`, both drawn too. */
int64_t lot_between(struct lot *l, int64_t low, int64_t high);

bool lot_chance(struct lot *l, int percent);

/* The number of the n-th citizen, 0 to 9999. */
void people_phone(int n, struct phone *out);

/* A grade as a good hall gets them: mostly 5 and 4. */
int people_grade(struct lot *l);

/* How somebody writes this grade in a reply; `four` is the form with four digits. */
const char *people_reply(struct lot *l, int grade, bool four);

/* Four grades around one; an entry of 0 stands for none. */
void people_dims(struct lot *l, int grade, int dims[4]);

/* What somebody adds in words to this grade. */
const char *people_words(struct lot *l, int grade);

/* Up to three reasons of the list for this grade, as codes parted by commas. */
void people_tags(struct lot *l, int grade, char *out, size_t size);

/* Words that say nothing that could be read as a grade. */
const char *people_unclear(struct lot *l);

/* What somebody writes whom nobody asked. */
const char *people_question(struct lot *l);

#endif
