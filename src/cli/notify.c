/*
 * notify.c — see notify.h.
 */
#include "cli/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or a name of the abstract kind, which begins with @. */
static socklen_t address_of(const char *name, struct sockaddr_un *out)
{
    size_t length = strlen(name);

    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((name[0] != '/' && name[0] != '@') || length >= sizeof(out->sun_path))
        return 0;
    memcpy(out->sun_path, name, length);
    if (name[0] == '@')
        out->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

/* A manager that does not listen is no trouble of ours. */
void notify_say(const char *news)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to;
    socklen_t length;
    int fd;

    if (name == NULL || (length = address_of(name, &to)) == 0)
        return;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, news, strlen(news), MSG_NOSIGNAL | MSG_DONTWAIT,
                 (struct sockaddr *)&to, length);
    close(fd);
}

unsigned notify_watchdog_ms(void)
{
    const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    unsigned long long wait_us = us != NULL ? strtoull(us, NULL, 10) : 0;

    if (pid != NULL && strtol(pid, NULL, 10) != (long)getpid())
        return 0;
    return wait_us / 2000 > 3600000 ? 3600000 : (unsigned)(wait_us / 2000);
}
