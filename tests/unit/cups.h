/*
 * cups.h — a CUPS of a test's own: cupsd in a private folder, on a loopback port, with
 * queues whose backend behaves as their name says. Ended and removed by cups_stop; it
 * also ends when the test dies.
 *
 * As root cupsd runs its backends as `lp`, whom every Debian has; else as us. Queues are
 * written into printers.conf, so that nobody needs the administrator's programs.
 */
#ifndef TESTS_CUPS_H
#define TESTS_CUPS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compiler.h"

enum { CUPS_PATIENCE_MS = 60000, CUPS_TICK_MS = 10 };

struct cups {
    char folder[40];
    char address[32]; /* HOST:PORT */
    int port;
    pid_t server;
};

/*
 * The one backend: what it does stands in the address. It gets the job's number first
 * and its bytes as the sixth word; 3 holds, 4 stops, 5 cancels and 6 tries again
 * (backend(7)). `busy` waits until the file `go` is there.
 */
static const char cups_backend[] =
    "#!/bin/sh\n"
    "[ $# -eq 0 ] && exit 0\n"
    "cd '%1$s/paper' || exit 1\n"
    "case \"${DEVICE_URI#scripted:/}\" in\n"
    "print) ;;\n"
    "low) echo 'STATE: +media-low-warning' >&2 ;;\n"
    "paper) echo 'STATE: +media-empty-error' >&2; exit 4 ;;\n"
    "stop) exit 4 ;;\n"
    "fail) exit 1 ;;\n"
    "hold) exit 3 ;;\n"
    "cancel) exit 5 ;;\n"
    "retry) exit 6 ;;\n"
    "busy) i=0; while [ ! -e go ] && [ $i -lt 200 ]; do sleep 0.1; i=$((i+1)); done ;;\n"
    "esac\n"
    "cat \"$6\" > part && mv part $1 && echo \"$CONTENT_TYPE\" > type\n";

static const struct {
    const char *name, *state, *accepting, *policy, *uri;
} cups_queues[] = {
    {"print", "Idle", "Yes", "stop-printer", "print"},
    {"low", "Idle", "Yes", "stop-printer", "low"},
    {"paper", "Idle", "Yes", "stop-printer", "paper"},
    {"stop", "Idle", "Yes", "stop-printer", "stop"},
    {"abort", "Idle", "Yes", "abort-job", "fail"},
    {"hold", "Idle", "Yes", "stop-printer", "hold"},
    {"cancel", "Idle", "Yes", "stop-printer", "cancel"},
    {"retry", "Idle", "Yes", "stop-printer", "retry"},
    {"busy", "Idle", "Yes", "stop-printer", "busy"},
    {"ends", "Idle", "Yes", "stop-printer", "busy"},
    {"stopped", "Stopped", "Yes", "stop-printer", "print"},
    {"closed", "Idle", "No", "stop-printer", "print"},
};

static inline FILE *cups_file(const struct cups *c, const char *name, mode_t mode)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", c->folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fchmod(fileno(f), mode), 0);
    return f;
}

static inline void cups_folders(struct cups *c)
{
    static const char *const names[] = {"root",      "state",    "cache",       "spool",
                                        "spool/tmp", "bin",      "bin/backend", "paper",
                                        "data",      "data/mime"};
    const struct passwd *user = getuid() == 0 ? getpwnam("lp") : getpwuid(getuid());
    char path[128];

    strcpy(c->folder, "/tmp/yiping-cups-XXXXXX");
    assert_non_null(user);
    assert_non_null(mkdtemp(c->folder));
    assert_int_equal(chmod(c->folder, 0755), 0);
    for (size_t i = 0; i < LENGTH(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", c->folder, names[i]);
        assert_int_equal(mkdir(path, 0755), 0);
        if (strcmp(names[i], "bin/backend") != 0 && strcmp(names[i], "bin") != 0)
            assert_int_equal(chown(path, user->pw_uid, user->pw_gid), 0);
    }
    snprintf(path, sizeof(path), "%s/bin/daemon", c->folder);
    assert_int_equal(symlink("/usr/lib/cups/daemon", path), 0);
}

/* A port that was free a moment ago. */
static inline void cups_port(struct cups *c)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t size = sizeof(a);

    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    close(fd);
    c->port = ntohs(a.sin_port);
    snprintf(c->address, sizeof(c->address), "127.0.0.1:%d", c->port);
}

static inline void cups_configure(const struct cups *c, const char *more,
                                  const char *types)
{
    const char *d = c->folder;
    FILE *f = cups_file(c, "cups-files.conf", 0644);

    fprintf(
        f,
        "ServerRoot %s/root\nServerBin %s/bin\nDataDir %s/data\nRequestRoot %s/spool\n"
        "TempDir %s/spool/tmp\nCacheDir %s/cache\nStateDir %s/state\n"
        "AccessLog %s/access\nErrorLog %s/errors\nPageLog %s/pages\nPrintcap\n",
        d, d, d, d, d, d, d, d, d, d);
    if (getuid() == 0)
        fputs("User lp\nGroup lp\nSystemGroup root\n", f);
    fclose(f);
    f = cups_file(c, "cupsd.conf", 0644);
    fprintf(f,
            "LogLevel warn\nListen %s\nBrowsing No\nWebInterface No\n"
            "DefaultAuthType None\n%s"
            "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            "<Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n"
            "</Policy>\n",
            c->address, more);
    fclose(f);
    f = cups_file(c, "root/printers.conf", 0600);
    for (size_t i = 0; i < LENGTH(cups_queues); i++)
        fprintf(f,
                "<Printer %s>\nDeviceURI scripted:/%s\nState %s\nAccepting %s\n"
                "ErrorPolicy %s\n</Printer>\n",
                cups_queues[i].name, cups_queues[i].uri, cups_queues[i].state,
                cups_queues[i].accepting, cups_queues[i].policy);
    fclose(f);
    f = cups_file(c, "data/mime/mime.types", 0644);
    fputs(types, f);
    fclose(f);
    f = cups_file(c, "bin/backend/scripted", 0755);
    fprintf(f, cups_backend, d);
    fclose(f);
}

static inline bool cups_answers(const struct cups *c)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)c->port),
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool there = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

    close(fd);
    return there;
}

/* What cupsd said last, where it does not run. */
static inline void cups_mourn(const struct cups *c)
{
    char path[128], text[2000] = "";
    FILE *f;

    snprintf(path, sizeof(path), "%s/errors", c->folder);
    f = fopen(path, "r");
    if (f != NULL) {
        text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
        fclose(f);
    }
    fail_msg("cupsd does not run:\n%s", text);
}

#define CUPS_TYPES "application/octet-stream\napplication/vnd.cups-raw\n"
#define CUPS_PNG   "image/png png string(0,<89>PNG)\n"

/* `more` is added to cupsd.conf; `types` are what it takes (mime.types(5)). */
static inline void cups_start(struct cups *c, const char *more, const char *types)
{
    char config[64], files[64];

    cups_folders(c);
    cups_port(c);
    cups_configure(c, more, types);
    snprintf(config, sizeof(config), "%s/cupsd.conf", c->folder);
    snprintf(files, sizeof(files), "%s/cups-files.conf", c->folder);
    c->server = fork();
    if (c->server == 0) {
        int log = open("/dev/null", O_RDWR);

        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(log, STDIN_FILENO);
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        execl("/usr/sbin/cupsd", "cupsd", "-f", "-c", config, "-s", files, (char *)NULL);
        _exit(127);
    }
    for (int left = CUPS_PATIENCE_MS / CUPS_TICK_MS; !cups_answers(c); left--) {
        if (left == 0 || waitpid(c->server, NULL, WNOHANG) != 0)
            cups_mourn(c);
        poll(NULL, 0, CUPS_TICK_MS);
    }
}

/* The bytes of a job that came out, or -1. */
static inline ssize_t cups_paper(const struct cups *c, const char *name, char *bytes,
                                 size_t size)
{
    char path[128];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "%s/paper/%s", c->folder, name);
    fd = open(path, O_RDONLY);
    if (fd < 0)
        return -1;
    n = read(fd, bytes, size);
    close(fd);
    return n;
}

static inline int cups_remove(const char *path, const struct stat *s, int kind,
                              struct FTW *place)
{
    (void)s;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void cups_stop(struct cups *c)
{
    int left = CUPS_PATIENCE_MS / CUPS_TICK_MS;

    fclose(cups_file(c, "paper/go", 0644));
    kill(c->server, SIGTERM);
    while (waitpid(c->server, NULL, WNOHANG) == 0 && left-- > 0)
        poll(NULL, 0, CUPS_TICK_MS);
    if (left <= 0) {
        kill(c->server, SIGKILL);
        waitpid(c->server, NULL, 0);
    }
    nftw(c->folder, cups_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
