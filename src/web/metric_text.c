/*
 * metric_text.c — see metric_text.h.
 */
#include "web/metric_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/memory.h"

static const struct metric {
    const char *name, *type, *help;
} metrics[] = {
    {"yiping_build_info", "gauge", "Always 1; the labels name the build."},
    {"yiping_http_requests_total", "counter", "Requests answered, by route and class."},
    {"yiping_http_request_duration_seconds", "histogram",
     "Time from the first byte of a request to its answer."},
    {"yiping_http_connections", "gauge", "Connections that are open."},
    {"yiping_http_turned_away_total", "counter", "Connections beyond the limit."},
    {"yiping_http_cut_total", "counter", "Connections ended because they took too long."},
    {"yiping_queue_waiting", "gauge", "People who wait now, by series."},
    {"yiping_tickets_total", "counter", "Tickets taken."},
    {"yiping_ratings_total", "gauge",
     "Ratings as they stand: a correction moves one. Grade 0: four grades, no overall."},
    {"yiping_ratings_today", "gauge", "Today's ratings as they stand."},
    {"yiping_ratings_unlinked_total", "counter",
     "Replies that gave a grade but belong to no case."},
    {"yiping_closings_today", "gauge", "Cases closed today, by the decision on asking."},
    {"yiping_sms_open", "gauge", "Messages on their way, by state."},
    {"yiping_sms_outbox", "gauge", "Messages that are due and not sent."},
    {"yiping_sms_oldest_unsent_seconds", "gauge", "How long the oldest of them waits."},
    {"yiping_inbound_unread", "gauge",
     "Calls of gateways that are stored, not read yet."},
    {"yiping_work_orders_opened_total", "counter", "Work orders ever opened."},
    {"yiping_reviews_open", "gauge", "Work orders that are not closed, by state."},
    {"yiping_reviews_overdue", "gauge", "Work orders whose clock has run out."},
    {"yiping_gateway_up", "gauge", "1 where the gateway takes messages."},
    {"yiping_gateway_outbox", "gauge", "Messages that wait for the gateway."},
    {"yiping_gateway_oldest_unsent_seconds", "gauge",
     "How long the oldest waits for it."},
    {"yiping_gateway_unknown_open", "gauge", "Messages of which nobody knows the end."},
    {"yiping_gateway_messages_total", "counter", "What became of messages, by gateway."},
    {"yiping_printer_up", "gauge", "1 where the printer prints."},
    {"yiping_printer_sign", "gauge", "1 for each trouble that the printer reports."},
    {"yiping_printer_paper_low", "gauge", "1 where the roll ends soon."},
    {"yiping_printer_paper_used_metres", "gauge", "Paper used of the roll."},
    {"yiping_print_jobs_waiting", "gauge", "Tickets that wait for the printer."},
    {"yiping_print_oldest_waiting_seconds", "gauge", "How long the oldest waits for it."},
    {"yiping_print_jobs_total", "counter", "Tickets, by how their printing ended."},
    {"yiping_webhook_deliveries_total", "counter", "Calls of other systems, by result."},
    {"yiping_platform_records", "gauge", "Ratings for the platform, by state."},
    {"yiping_platform_oldest_unsent_seconds", "gauge", "How long the oldest waits."},
    {"yiping_platform_last_success_timestamp_seconds", "gauge",
     "When the platform last took ratings."},
    {"yiping_db_batches_total", "counter", "Transactions written."},
    {"yiping_db_commands_total", "counter", "Commands written in them."},
    {"yiping_db_commands_failed_total", "counter", "Commands that failed."},
    {"yiping_db_write_seconds_total", "counter", "Time that the writer was at work."},
    {"yiping_db_commands_waiting", "gauge", "Commands that wait for the writer."},
    {"yiping_db_size_bytes", "gauge", "The store's files."},
    {"yiping_disk_free_bytes", "gauge", "Room on the disk of the data folder."},
    {"process_cpu_seconds_total", "counter", "Time of the processor."},
    {"process_resident_memory_bytes", "gauge", "Resident memory."},
};

struct line {
    const char *text; /* not ended by a zero */
    size_t length;    /* with its line break */
    size_t metric;    /* LENGTH(metrics) where it has no row */
};

/* Is a line's name, `length` long, the metric's, or one of the three of a histogram? */
static bool is_of(const struct metric *m, const char *name, size_t length)
{
    static const char *const parts[] = {"_bucket", "_sum", "_count"};
    size_t whole = strlen(m->name);

    if (length < whole || memcmp(name, m->name, whole) != 0)
        return false;
    if (length == whole)
        return true;
    for (size_t i = 0; m->type[0] == 'h' && i < LENGTH(parts); i++)
        if (length - whole == strlen(parts[i]) &&
            memcmp(name + whole, parts[i], length - whole) == 0)
            return true;
    return false;
}

/* Neighbours are mostly of one metric: `guess` is the one of the line before. */
static size_t find_metric(const struct line *l, size_t guess)
{
    size_t name = 0;

    while (name < l->length && strchr("{ \n", l->text[name]) == NULL)
        name++;
    if (guess < LENGTH(metrics) && is_of(&metrics[guess], l->text, name))
        return guess;
    for (size_t i = 0; i < LENGTH(metrics); i++)
        if (is_of(&metrics[i], l->text, name))
            return i;
    return LENGTH(metrics);
}

static size_t part_lines(const struct buf *lines, struct line *out)
{
    const char *at = buf_text(lines), *end = at + lines->length, *stop;
    size_t count = 0;

    for (; at < end && (stop = memchr(at, '\n', (size_t)(end - at))) != NULL;
         at = stop + 1)
        if (out == NULL) {
            count++;
        } else {
            out[count] = (struct line){.text = at, .length = (size_t)(stop - at) + 1};
            out[count].metric = find_metric(&out[count], count > 0 ? out[count - 1].metric
                                                                   : LENGTH(metrics));
            count++;
        }
    return count;
}

void metric_text(const struct buf *lines, struct buf *out)
{
    size_t count = part_lines(lines, NULL);
    struct line *parted = memory_new((count + 1) * sizeof(*parted));

    part_lines(lines, parted);
    for (size_t m = 0; m <= LENGTH(metrics); m++) {
        bool begun = m == LENGTH(metrics);

        for (size_t i = 0; i < count; i++) {
            if (parted[i].metric != m)
                continue;
            if (!begun)
                buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", metrics[m].name,
                         metrics[m].help, metrics[m].name, metrics[m].type);
            begun = true;
            buf_add(out, parted[i].text, parted[i].length);
        }
    }
    free(parted);
}
