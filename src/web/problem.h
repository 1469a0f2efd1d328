/*
 * problem.h — an error as an answer: a page for people, application/problem+json (RFC
 * 9457) for machines. The kind alone decides the status (decisions 30).
 */
#ifndef WEB_PROBLEM_H
#define WEB_PROBLEM_H

#include "base/error.h"
#include "web/exchange.h"

int problem_status(enum error_kind kind);

/* Answers an error. /api, /gateways, /cloudprnt and whoever does not accept HTML get
 * JSON. Loop. */
void problem_answer(struct exchange *x, const struct error *err);

/* The same for one kind and sentence. */
void problem_say(struct exchange *x, enum error_kind kind, const char *text);

/* What the loop itself refuses (http_config.problem). */
void problem_of_loop(struct exchange *x, int status, const char *text);

#endif
