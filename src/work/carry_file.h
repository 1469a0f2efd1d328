/*
 * carry_file.h — lays a message into a spool folder, whole or not at all, and takes away
 * the files that a gateway laid down for us.
 *
 * Writing syncs the disk and so takes some milliseconds; reading does not. Courier
 * thread.
 */
#ifndef WORK_CARRY_FILE_H
#define WORK_CARRY_FILE_H

#include "gateways/gateway.h"

/*
 * Writes `body` to a new file in the folder `via`, syncs it, moves it to the path `url`
 * and syncs the folder there. A file that stands there already is never replaced.
 * CARRIED_ANSWERED once it is there for good, with an empty body and no status; CUT where
 * it was moved and may not survive a loss of power; NOT_SENT else.
 */
void carry_file(const struct request *request, struct answer *out);

/* ---- folders that a gateway fills ---- */

struct carry_folders;

struct carry_folders *carry_folders_new(void);
void carry_folders_free(struct carry_folders *f);

/* Watches one more; `tag` comes back with each of its files. Borrows nothing. */
void carry_folders_add(struct carry_folders *f, const struct gateway_folder *folder,
                       int tag);

/* Readable when something came; -1 where nothing is watched. */
int carry_folders_fd(const struct carry_folders *f);

/* Takes up what came, and looks through all folders now and then. Never blocks. */
void carry_folders_look(struct carry_folders *f, int64_t now_ms);

/* When carry_folders_look wants to be called though nothing came; INT64_MAX for never. */
int64_t carry_folders_next_ms(const struct carry_folders *f);

/* One file that is to be kept. */
struct carry_file_found {
    int tag, folder;
    char name[256];
};

/*
 * The next file, with its bytes as a callback: type is the folder's label, query the
 * file's name. False where there is none now. It comes once, until carry_folders_over
 * says what became of it. `out` is filled only where true; the caller frees it.
 */
NODISCARD bool carry_folders_next(struct carry_folders *f, struct carry_file_found *found,
                                  struct callback *out);

/* Kept for good: the file is taken away. Not kept: it comes again when next looked. */
void carry_folders_over(struct carry_folders *f, const struct carry_file_found *found,
                        bool kept);

/* The first folder of this tag that cannot be read, as a sentence; false for none. */
bool carry_folders_trouble(const struct carry_folders *f, int tag, char out[160]);

#endif
