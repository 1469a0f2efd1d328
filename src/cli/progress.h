/*
 * progress.h — how far a long command is, on stderr.
 *
 * On a terminal one line that is written over, from half a second on ("导入
 * 12,300/50,000 25% 约 8 秒"); elsewhere a line every ten seconds, for the journal. A
 * quick command says nothing.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *verb; /* "导入" */
    int64_t total;    /* 0: nobody knows */
    int64_t began_ms, told_ms;
    bool quiet, terminal, shown;
};

void progress_begin(struct progress *p, const char *verb, int64_t total, bool quiet);

/* So many are done for good. Cheap; call it often. */
void progress_tell(struct progress *p, int64_t done);

/* Takes the line off the terminal, so that others can follow. */
void progress_clear(struct progress *p);

enum { PROGRESS_NUMBER = 32 };

/* "12,300". */
const char *progress_number(int64_t number, char out[PROGRESS_NUMBER]);

/* Milliseconds since whenever, for measuring. */
int64_t progress_now_ms(void);

#endif
