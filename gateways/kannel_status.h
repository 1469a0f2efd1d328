/*
 * kannel_status.h — how many messages wait inside Kannel, out of bearerbox's status.xml.
 *
 * Two kinds of queue hold messages to phones: bearerbox's own, for those that no link
 * takes now (`gateway/sms/sent/queued`), and one for each link
 * (`gateway/smscs/smsc/queued`). A message stands in one of them only, so the sum counts
 * it once; `storesize` counts them again and is left alone. Any thread.
 */
#ifndef GATEWAYS_KANNEL_STATUS_H
#define GATEWAYS_KANNEL_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * `link` is the smsc-id, "" for all of them; one that the page does not know counts as
 * all. False, with `queued` untouched, where the page does not name bearerbox's own
 * queue.
 */
bool kannel_status_queued(const char *page, size_t length, const char *link,
                          int64_t *queued);

#endif
