/*
 * printer_words.h — runs `yiping printer …` within a unit test and keeps what it says.
 */
#ifndef TESTS_PRINTER_WORDS_H
#define TESTS_PRINTER_WORDS_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/printer.h"

enum { PRINTER_WORDS_MAX = 16, PRINTER_SAYS_MAX = 8192 };

struct printer_saying {
    int code;
    char out[PRINTER_SAYS_MAX], err[PRINTER_SAYS_MAX];
};

/* What a stream says from now on goes to a file without a name; the stream's own
 * descriptor is given back. */
static inline int printer_listen_in(FILE *stream, int fd, FILE **to)
{
    int own = dup(fd);

    fflush(stream);
    *to = tmpfile();
    assert_non_null(*to);
    assert_true(own >= 0 && dup2(fileno(*to), fd) == fd);
    return own;
}

static inline void printer_listen_out(FILE *stream, int fd, int own, FILE *from,
                                      char text[PRINTER_SAYS_MAX])
{
    size_t n;

    fflush(stream);
    dup2(own, fd);
    close(own);
    rewind(from);
    n = fread(text, 1, PRINTER_SAYS_MAX - 1, from);
    text[n] = '\0';
    fclose(from);
}

/* `words` are parted by blanks; `config` is the text of a settings file. */
static inline void printer_say_words(const char *words, const char *config,
                                     struct printer_saying *saying)
{
    char copy[400], path[] = "/tmp/yiping-printer-XXXXXX", *rest = NULL;
    char *argv[PRINTER_WORDS_MAX + 1] = {NULL};
    int argc = 0, fd = mkstemp(path), own_out, own_err;
    FILE *out, *err;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, config, strlen(config)), (ssize_t)strlen(config));
    close(fd);
    snprintf(copy, sizeof(copy), "printer %s --config %s --data /no/such/folder", words,
             path);
    for (char *w = strtok_r(copy, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest))
        argv[argc++] = w;
    own_out = printer_listen_in(stdout, STDOUT_FILENO, &out);
    own_err = printer_listen_in(stderr, STDERR_FILENO, &err);
    saying->code = cli_printer(argc, argv);
    printer_listen_out(stdout, STDOUT_FILENO, own_out, out, saying->out);
    printer_listen_out(stderr, STDERR_FILENO, own_err, err, saying->err);
    unlink(path);
}

#endif
