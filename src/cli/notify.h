/*
 * notify.h — tells the service manager how the server is, as sd_notify(3) does: one
 * datagram to $NOTIFY_SOCKET. Without that variable nothing happens. Any thread.
 */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

/* "READY=1", "STOPPING=1", "WATCHDOG=1"; several are parted by a line break. */
void notify_say(const char *news);

/* How often WATCHDOG=1 is to be said, in milliseconds: half of what the manager waits; 0
 * where it does not watch this process. */
unsigned notify_watchdog_ms(void);

#endif
