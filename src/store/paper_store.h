/*
 * paper_store.h — the organisation department's papers of a year: process templates,
 * training, supervision of procedure, and the final judgement that it signs.
 *
 * Nothing is edited: a better template is another one. A judgement names the frozen
 * result that it is about by its digest, so that nobody can put another result under a
 * signature. Any thread's store; what adds on the writer, inside its transaction.
 */
#ifndef STORE_PAPER_STORE_H
#define STORE_PAPER_STORE_H

#include "store/assessor_store.h"

enum paper_kind { PAPER_TEMPLATE, PAPER_TRAINING, PAPER_SUPERVISION, PAPER_KINDS };

enum {
    PAPER_TITLE = 80,   /* characters */
    PAPER_BODY = 20000, /* characters */
    PAPER_PEOPLE = 400, /* characters */
    PAPER_DIGEST = 65,  /* 64 hexadecimal digits and a NUL */
};

/* "template", "training", "supervision"; PAPER_KINDS for another word. */
const char *paper_kind_name(enum paper_kind kind);
enum paper_kind paper_kind_parse(const char *word);

struct paper_input {
    const char *once; /* of the form; the same twice is one */
    int year;
    enum paper_kind kind;
    const char *title, *body, *people; /* people may be "" but of a training */
    int date;                          /* yyyymmdd, on which it took place */
    const char *actor;
};

/* ERROR_INPUT names the field: "title", "body", "people", "date". */
NODISCARD bool paper_add(struct store *st, const struct paper_input *in, int64_t now_ms,
                         struct error *err);

/* Borrowed in the callback. */
struct paper {
    int64_t id, at_ms;
    enum paper_kind kind;
    int date;
    const char *title, *body, *people;
    const char *by; /* name of the account that wrote it down */
};

/* Those of a year, by kind, in each newest first. */
typedef void paper_each(void *self, const struct paper *p);
NODISCARD bool papers_each(struct store *st, int year, paper_each *each, void *self,
                           struct error *err);

struct judgement_input {
    const char *once;
    int year;
    const char *department;
    const char *body;
    const char *digest; /* of the frozen result */
    const char *signed_name;
    int64_t account_id;
    const char *actor;
    int date; /* the hall's own day */
};

/*
 * Signs. ERROR_INPUT names the field: "department", "body", "signed", "digest";
 * ERROR_DENIED where the account is not qualified or comes from that department.
 */
NODISCARD bool judgement_sign(struct store *st, const struct judgement_input *in,
                              int64_t now_ms, struct error *err);

/* Borrowed in the callback. */
struct judgement {
    int64_t id, at_ms;
    const char *department, *department_name;
    const char *body, *digest, *signed_name, *by;
    bool newest; /* the one of this department that stands */
};

/* Those of a year, by department, in each newest first. */
typedef void judgement_each(void *self, const struct judgement *j);
NODISCARD bool judgements_each(struct store *st, int year, judgement_each *each,
                               void *self, struct error *err);

#endif
