/*
 * inspection.c — see inspection.h.
 *
 * Promise: the private key is written once, into a file of its owner alone, and never
 * shown; opened answers go to stdout and nowhere else. An answer that does not open is
 * named and the others are told (EXIT_PARTLY).
 */
#include "cli/inspection.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/id.h"
#include "base/world.h"
#include "cli/command.h"
#include "store/integrity_store.h"

static const char command[] = "inspection";

/* ---- the pair ---- */

static bool write_key(const char *path, const char *text, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    size_t length = strlen(text);
    bool ok;

    if (fd < 0)
        return error_set(err, ERROR_INPUT,
                         "The file %.100s cannot be made. Is it there already?", path);
    ok = write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
    if (close(fd) != 0 || !ok) {
        unlink(path);
        return error_set(err, ERROR_SETUP,
                         "The key could not be written. Is the disk full?");
    }
    return true;
}

static int keygen(const char *path)
{
    unsigned char private_key[CRYPT_BOX_KEY], public_key[CRYPT_BOX_KEY];
    char text[CRYPT_BOX_TEXT + 1], shown[CRYPT_BOX_TEXT];
    struct error err = {0};
    struct world world;
    bool ok;

    if (path == NULL)
        return command_usage(command, "keygen needs --out FILE for the private key");
    world_real(&world);
    crypt_box_pair(&world, private_key, public_key);
    crypt_hex(private_key, sizeof(private_key), text);
    crypt_hex(public_key, sizeof(public_key), shown);
    strcat(text, "\n");
    ok = write_key(path, text, &err);
    crypt_wipe(private_key, sizeof(private_key));
    crypt_wipe(text, sizeof(text));
    if (!ok)
        return command_fail(command, &err);
    printf("%s\n", shown);
    fprintf(
        stderr,
        "The private key is in %s. Keep it, and a copy, away from the hall's server: "
        "without it no answer can ever be read. The line above is the public key, for "
        "the hall's settings:\n[inspection]\npublic_key = %s\n",
        path, shown);
    return EXIT_DONE;
}

/* ---- opening ---- */

static bool read_key(const char *path, unsigned char key[CRYPT_BOX_KEY],
                     struct error *err)
{
    char text[CRYPT_BOX_TEXT + 8] = "";
    FILE *f = fopen(path, "re");
    bool ok = f != NULL && fgets(text, sizeof(text), f) != NULL;

    if (f != NULL)
        fclose(f);
    text[strcspn(text, "\r\n")] = '\0';
    ok = ok && crypt_box_key_read(text, key);
    crypt_wipe(text, sizeof(text));
    return ok || error_set(err, ERROR_INPUT, "%.100s holds no private key.", path);
}

/* Hexadecimal digits as bytes, given; NULL where they are none. */
static unsigned char *unhex(const char *text, size_t *length)
{
    size_t digits = strlen(text);
    unsigned char *out = digits > 0 && digits % 2 == 0 ? malloc(digits / 2) : NULL;

    for (size_t i = 0; out != NULL && i < digits; i += 2) {
        char pair[3] = {text[i], text[i + 1], '\0'}, *end;

        out[i / 2] = (unsigned char)strtoul(pair, &end, 16);
        if (*end != '\0' || strspn(pair, "0123456789abcdefABCDEF") != 2) {
            free(out);
            out = NULL;
        }
    }
    *length = digits / 2;
    return out;
}

/* One line of the download; false where it does not open. */
static bool open_line(const unsigned char key[CRYPT_BOX_KEY], const char *line,
                      struct error *err)
{
    json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, NULL), *inside;
    const char *id_text = json_string_value(json_object_get(root, "id"));
    const char *box_text = json_string_value(json_object_get(root, "box"));
    struct buf plain = buf_new(1 << 20);
    unsigned char *box = NULL;
    size_t length = 0;
    char *told = NULL;
    int64_t id;
    bool ok = false;

    if (id_text == NULL || box_text == NULL || !id_parse(id_text, &id) ||
        (box = unhex(box_text, &length)) == NULL) {
        error_set(err, ERROR_INPUT, "This is no line of a download of answers.");
    } else if (crypt_box_open(key, integrity_table, id, box, length, &plain, err)) {
        inside = json_loadb(buf_text(&plain), plain.length, 0, NULL);
        json_object_set_new(inside, "id", json_string(id_text));
        told = inside != NULL ? json_dumps(inside, JSON_COMPACT) : NULL;
        json_decref(inside);
        ok = told != NULL ||
             error_set(err, ERROR_INPUT, "An answer was sealed by another version.");
    }
    if (ok)
        printf("%s\n", told);
    free(told);
    free(box);
    buf_free(&plain);
    json_decref(root);
    return ok;
}

static int open_answers(const char *key_path, const char *path)
{
    unsigned char key[CRYPT_BOX_KEY];
    struct error err = {0};
    FILE *f = path == NULL || strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t room = 0, number = 0;
    int refused = 0;

    if (key_path == NULL)
        return command_usage(command, "open needs --key FILE with the private key");
    if (f == NULL)
        return command_usage(command, "%.100s cannot be read", path);
    if (!read_key(key_path, key, &err)) {
        if (f != stdin)
            fclose(f);
        return command_fail(command, &err);
    }
    while (getline(&line, &room, f) > 0) {
        number++;
        if (strncmp(line, "{\"after\":", 9) == 0) {
            fprintf(stderr, "There are more answers; download from here on: %s", line);
        } else if (line[0] != '\n' && !open_line(key, line, &err)) {
            fprintf(stderr, "line %zu: %s\n", number, err.text);
            error_clear(&err);
            refused++;
        }
    }
    free(line);
    if (f != stdin)
        fclose(f);
    crypt_wipe(key, sizeof(key));
    return refused > 0 ? EXIT_PARTLY : EXIT_DONE;
}

int cli_inspection(int argc, char **argv)
{
    const char *out = NULL, *key = NULL, *file = NULL;
    const char *act = argc > 1 ? argv[1] : "";

    for (int i = 2; i < argc; i++)
        if (!command_option(argc, argv, &i, "--out", &out) &&
            !command_option(argc, argv, &i, "--key", &key)) {
            if (file != NULL || argv[i][0] == '-')
                return command_usage(command, "%.60s is not known here", argv[i]);
            file = argv[i];
        }
    if (strcmp(act, "keygen") == 0)
        return keygen(out);
    if (strcmp(act, "open") == 0)
        return open_answers(key, file);
    return command_usage(command, "keygen --out FILE, or open --key FILE [ANSWERS]");
}
