/*
 * topics.h — every topic's statements, for the test that prepares each of them on both
 * engines.
 *
 * A topic that is missing here escapes that test: a new file in store/ adds its line.
 */
#ifndef STORE_TOPICS_H
#define STORE_TOPICS_H

#include <stddef.h>

typedef const char *const *topic_statements(size_t *count);

topic_statements store_statements, hall_frame_statements, store_greatest_statements,
    person_statements, hall_statements, hall_import_statements, event_statements,
    ticket_statements, queue_statements, case_statements, invitation_statements,
    rating_statements, message_statements, conversation_statements, inbound_statements,
    account_statements, clerk_days_statements, praise_statements, session_statements,
    key_statements, print_statements, review_statements, review_record_statements,
    idempotency_statements, metrics_statements, receipt_statements, place_statements,
    gateway_statements, printer_statements, desk_statements, help_statements,
    alert_statements, order_statements, second_statements, board_statements,
    unlinked_statements, order_list_statements, appeal_statements, request_statements,
    audit_statements, words_index_statements, case_list_statements, rate_sums_statements,
    rate_fill_statements, rate_statements, order_marks_statements, hook_statements,
    assessor_statements, paper_statements, clerk_place_statements, day_log_statements,
    evidence_statements, hall_mark_statements, scheme_statements, sheet_statements,
    promise_statements, assess_statements, approval_statements, trait_statements,
    trigger_statements, second_assessment_statements, second_result_statements,
    platform_statements, platform_look_statements, assessment_statements,
    visit_statements, visit_plan_statements, indicator_statements,
    rating_lines_statements, review_list_statements, view_statements,
    promise_ask_statements, recheck_statements, recheck_plan_statements,
    recheck_ask_statements, clerk_sheet_statements, place_set_statements,
    erase_statements, message_refs_statements, message_doubt_statements,
    message_cases_statements, message_look_statements, integrity_statements;

#endif
