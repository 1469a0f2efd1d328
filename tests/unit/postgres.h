/*
 * postgres.h — a PostgreSQL 15 of a test's own: a cluster in a private folder, reached by
 * a socket in that folder and by nothing else, ended and removed by postgres_stop. The
 * server also ends when the test dies.
 *
 * PostgreSQL refuses to run as root; then it runs as the user `postgres`, whom the Debian
 * package brings. Nothing here survives a power cut: sync is off. Included once in a
 * test.
 */
#ifndef TESTS_POSTGRES_H
#define TESTS_POSTGRES_H

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/compiler.h"

#define POSTGRES_PROGRAMS "/usr/lib/postgresql/15/bin/"

struct postgres {
    char folder[32];
    pid_t server;
    PGconn *connection;
};

/* In the child: the rights of `postgres` where we are root, and an end with the parent.
 */
static inline void postgres_step_down(const struct postgres *p)
{
    const struct passwd *user = getpwnam("postgres");

    if (getuid() == 0) {
        if (user == NULL || chown(p->folder, user->pw_uid, user->pw_gid) != 0 ||
            setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 ||
            setuid(user->pw_uid) != 0)
            _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

/* Starts a program whose output goes to FOLDER/log. */
static inline pid_t postgres_spawn(const struct postgres *p, char *const *words)
{
    pid_t child = fork();
    int log;

    if (child != 0)
        return child;
    postgres_step_down(p);
    log = chdir(p->folder) == 0 ? open("log", O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(126);
    execv(words[0], words);
    _exit(127);
}

static inline bool postgres_init(const struct postgres *p)
{
    char *words[] = {(char *)POSTGRES_PROGRAMS "initdb",
                     (char *)"-D",
                     (char *)"data",
                     (char *)"-U",
                     (char *)"yiping",
                     (char *)"-A",
                     (char *)"trust",
                     (char *)"-E",
                     (char *)"UTF8",
                     (char *)"--locale=C",
                     (char *)"--no-sync",
                     NULL};
    pid_t child = postgres_spawn(p, words);
    int status = -1;

    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Asks until the server takes connections; false when it has ended or 30 s are over. */
static inline bool postgres_connect(struct postgres *p)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    char where[128];

    snprintf(where, sizeof(where), "host=%s user=yiping dbname=postgres", p->folder);
    for (int tries = 0; tries < 1500; tries++) {
        p->connection = PQconnectdb(where);
        if (PQstatus(p->connection) == CONNECTION_OK)
            return true;
        PQfinish(p->connection);
        p->connection = NULL;
        if (waitpid(p->server, NULL, WNOHANG) != 0) {
            p->server = 0;
            return false;
        }
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    }
    return false;
}

static inline int postgres_remove(const char *path, const struct stat *s, int kind,
                                  struct FTW *place)
{
    (void)s;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void postgres_tell_log(const struct postgres *p)
{
    char path[64], line[512];
    FILE *log;

    snprintf(path, sizeof(path), "%s/log", p->folder);
    log = fopen(path, "r");
    while (log != NULL && fgets(line, sizeof(line), log) != NULL)
        fputs(line, stderr);
    if (log != NULL)
        fclose(log);
}

static inline void postgres_stop(struct postgres *p)
{
    PQfinish(p->connection);
    if (p->server > 0) {
        kill(p->server, SIGQUIT);
        waitpid(p->server, NULL, 0);
    }
    nftw(p->folder, postgres_remove, 16, FTW_DEPTH | FTW_PHYS);
    *p = (struct postgres){0};
}

/* False after telling why; everything is then gone again. */
NODISCARD static inline bool postgres_start(struct postgres *p)
{
    char *words[] = {(char *)POSTGRES_PROGRAMS "postgres",
                     (char *)"-D",
                     (char *)"data",
                     (char *)"-k",
                     p->folder,
                     (char *)"-c",
                     (char *)"listen_addresses=",
                     (char *)"-c",
                     (char *)"fsync=off",
                     NULL};

    *p = (struct postgres){.folder = "/tmp/yiping-pg-XXXXXX"};
    if (mkdtemp(p->folder) == NULL) {
        perror("/tmp");
        return false;
    }
    if (postgres_init(p) && (p->server = postgres_spawn(p, words)) > 0 &&
        postgres_connect(p))
        return true;
    postgres_tell_log(p);
    postgres_stop(p);
    return false;
}

#endif
