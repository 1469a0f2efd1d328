/*
 * settings_fuzz.c — any bytes as a settings file: no crash, and a file without faults,
 * dumped and read again, gives the same dump.
 *
 * libFuzzer's entry only.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/words.h"
#include "work/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a file in memory; its path goes into `path`. */
static int memory_file(const void *bytes, size_t size, char path[32])
{
    int fd = memfd_create("settings", MFD_CLOEXEC);

    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
        abort();
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

static struct settings *read_bytes(const void *bytes, size_t size, bool *right)
{
    struct settings *s = settings_new(options_table, options_count);
    struct error err = {0};
    char path[32];
    int fd = memory_file(bytes, size, path);

    *right = settings_read_file(s, path, &err);
    if (!*right)
        assert(words_utf8(err.text, strlen(err.text), NULL));
    close(fd);
    return s;
}

/* The dump without its comments, which name files and lines. Given. */
static char *bare_dump(const struct settings *s)
{
    struct buf b = buf_new(1 << 22);
    struct buf bare = buf_new(1 << 22);

    settings_dump(s, true, &b);
    assert(!b.overflowed);
    for (const char *line = buf_text(&b); *line != '\0';) {
        size_t length = strcspn(line, "\n") + 1;

        if (line[0] != '#')
            buf_add(&bare, line, length);
        line += length;
    }
    buf_free(&b);
    return buf_take(&bare);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool right;
    struct settings *s;
    struct settings *again;
    char *first;
    char *second;

    /* A secret's file would be any file of this machine. */
    if (memmem(data, size, "file:", 5) != NULL)
        return 0;
    s = read_bytes(data, size, &right);
    if (!right) {
        settings_free(s);
        return 0;
    }
    first = bare_dump(s);
    again = read_bytes(first, strlen(first), &right);
    assert(right);
    second = bare_dump(again);
    assert(strcmp(first, second) == 0);
    free(first);
    free(second);
    settings_free(s);
    settings_free(again);
    return 0;
}
