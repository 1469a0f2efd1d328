/*
 * folder.h — a data folder: the database, and beside it the key file.
 *
 *     DIR/yiping.db   the store          DIR/yiping.key   the secret, mode 0600
 *     DIR/lock        held by the one server of the folder
 */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "store/store.h"

struct folder {
    char path[1024];
    struct world world;
    struct keyring keys;
    struct store store;
    int lock; /* -1 where it is not held */
};

enum folder_use {
    FOLDER_MUST_EXIST, /* a command beside a server that may be running */
    FOLDER_MAY_CREATE, /* yiping init */
    FOLDER_SERVE, /* the server: takes the lock, makes the folder where it is missing */
};

/* Opens a folder for writing. The clock is that of the folder (decisions 21). */
NODISCARD bool folder_open(const char *path, enum folder_use use, struct folder *out,
                           struct error *err);
void folder_close(struct folder *f);

/* Whether a server holds the folder now. */
bool folder_is_served(const char *path);

/*
 * A command that wrote beside a server tells it to look: folder_knock touches the lock,
 * and the server's descriptor, -1 where there is none, is readable then. folder_heard
 * reads it empty.
 */
void folder_knock(const char *path);
int folder_listen(const struct folder *f);
void folder_heard(int fd);

/* Runs one change in a transaction of its own. */
typedef bool folder_change(struct store *st, void *self, int64_t now_ms,
                           struct error *err);
NODISCARD bool folder_write(struct folder *f, folder_change *change, void *self,
                            struct error *err);

#endif
