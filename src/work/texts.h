/*
 * texts.h — the texts of messages: those that came with the program, and in front of them
 * a hall's own.
 *
 * A hall lays its own as LANG/KEY.txt into a folder (setting sms.texts); each is checked
 * at start by the rules that the build holds ours to, with the hall's own signature. Read
 * once, then never changed; any thread.
 */
#ifndef WORK_TEXTS_H
#define WORK_TEXTS_H

#include "base/compiler.h"
#include "base/error.h"

struct texts;

/*
 * Reads a folder; "" is none, and *out is then NULL. ERROR_SETUP names the file and its
 * trouble; also where a file is there that nobody would ever send. `signature` is the
 * hall's, "" where there is no hall yet. *out is given.
 */
NODISCARD bool texts_open(const char *folder, const char *signature, struct texts **out,
                          struct error *err);
void texts_free(struct texts *t);

/*
 * The text of this key in the language, else in Chinese: the hall's own (`t` may be
 * NULL), else ours. NULL where there is none. Borrowed.
 */
const char *texts_find(const struct texts *t, const char *key, const char *lang);

/*
 * How many of our own texts, those left aside that the hall has written itself, do not
 * pass with this signature; such a text leaves in two parts. `first` says which is one of
 * them. With "" the measure is what every build must pass.
 */
int texts_unfit(const struct texts *t, const char *signature, struct error *first);

#endif
