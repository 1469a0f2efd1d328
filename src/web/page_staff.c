/*
 * page_staff.c — see page_staff.h.
 */
#include "web/page_staff.h"

#include "web/page_account.h"
#include "web/page_accounts.h"
#include "web/page_audit.h"
#include "web/page_cases.h"
#include "web/page_device.h"
#include "web/page_evidence.h"
#include "web/page_export.h"
#include "web/page_first_run.h"
#include "web/page_freeze.h"
#include "web/page_gateways.h"
#include "web/page_hooks.h"
#include "web/page_lab.h"
#include "web/page_log.h"
#include "web/page_indicators.h"
#include "web/page_login.h"
#include "web/page_moves.h"
#include "web/page_orders.h"
#include "web/page_marks.h"
#include "web/page_me.h"
#include "web/page_parallel.h"
#include "web/page_platform.h"
#include "web/page_person_sheet.h"
#include "web/page_praise.h"
#include "web/page_department.h"
#include "web/page_papers.h"
#include "web/page_ranking.h"
#include "web/page_scheme.h"
#include "web/page_quota.h"
#include "web/page_rates.h"
#include "web/page_ratings.h"
#include "web/page_second_assessment.h"
#include "web/page_rechecks.h"
#include "web/page_unlinked.h"
#include "web/page_visits.h"
#include "web/page_inspection.h"
#include "web/page_views.h"
#include "web/page_workbook.h"
#include "web/page_whatif.h"

const struct route page_staff_routes[] = {
    {METHOD_GET, "/login", page_login, 0, 0},
    {METHOD_POST, "/login", page_login_post, 0, 0},
    {METHOD_POST, "/logout", page_logout_post, 0, 0},
    {METHOD_GET, "/login/{link}", page_login_link, 0, 0},
    {METHOD_POST, "/login/{link}", page_login_link_post, 0, 0},
    {METHOD_GET, "/second", page_second, 0, 0},
    {METHOD_POST, "/second", page_second_post, 0, 0},
    {METHOD_GET, "/account", page_account, 0, 0},
    {METHOD_POST, "/account/sessions", page_account_sessions_post, 0, 0},
    {METHOD_GET, "/account/second", page_second_set, 0, 0},
    {METHOD_POST, "/account/second", page_second_set_post, 0, 0},
    {METHOD_GET, "/account/password", page_password, 0, 0},
    {METHOD_POST, "/account/password", page_password_post, 0, 0},
    {METHOD_GET, "/password/{link}", page_password_link, 0, 0},
    {METHOD_POST, "/password/{link}", page_password_link_post, 0, 0},
    {METHOD_GET, "/first/{link}", page_first_run, 0, 0},
    {METHOD_POST, "/first/{link}", page_first_run_post, 0, 0},
    {METHOD_GET, "/device/{link}", page_device, 0, 0},
    {METHOD_POST, "/device/{link}", page_device_post, 0, 0},
    {METHOD_GET, "/accounts", page_accounts, 0, 0},
    {METHOD_POST, "/accounts", page_accounts_post, 0, 0},
    {METHOD_GET, "/accounts/{id}", page_person, 0, 0},
    {METHOD_POST, "/accounts/{id}/role", page_person_role, 0, 0},
    {METHOD_POST, "/accounts/{id}/password", page_person_password, 0, 0},
    {METHOD_POST, "/accounts/{id}/second", page_person_second, 0, 0},
    {METHOD_POST, "/accounts/{id}/unlock", page_person_unlock, 0, 0},
    {METHOD_POST, "/accounts/{id}/sessions", page_person_sessions, 0, 0},
    {METHOD_POST, "/accounts/{id}/end", page_person_end, 0, 0},
    {METHOD_POST, "/requests/{id}/grant", page_request_grant, 0, 0},
    {METHOD_POST, "/requests/{id}/refuse", page_request_refuse, 0, 0},
    {METHOD_GET, "/keys", page_keys, 0, 0},
    {METHOD_POST, "/keys", page_keys_post, 0, 0},
    {METHOD_POST, "/keys/{id}/end", page_key_end, 0, 0},
    {METHOD_GET, "/audit", page_audit, 0, 0},
    {METHOD_POST, "/audit/export", page_audit_export_post, 0, 0},
    {METHOD_GET, "/gateways", page_gateways, 0, 0},
    {METHOD_GET, "/webhooks", page_hooks, 0, 0},
    {METHOD_POST, "/webhooks/endpoints/{name}/on", page_hook_on_post, 0, 0},
    {METHOD_POST, "/webhooks/deliveries/{id}/resend", page_hook_resend_post, 0, 0},
    {METHOD_GET, "/platform", page_platform, 0, 0},
    {METHOD_POST, "/platform/records/{id}/resend", page_platform_resend_post, 0, 0},
    {METHOD_GET, "/unlinked", page_unlinked, 0, 0},
    {METHOD_GET, "/inspection", page_inspection, 0, 0},
    {METHOD_POST, "/inspection/answers", page_inspection_answers_post, 0, 0},
    {METHOD_POST, "/inspection/hints", page_inspection_hint_post, 0, 0},
    {METHOD_POST, "/views", page_view_post, 0, 0},
    {METHOD_POST, "/views/{id}/rename", page_view_rename_post, 0, 0},
    {METHOD_POST, "/views/{id}/delete", page_view_delete_post, 0, 0},
    {METHOD_GET, "/me", page_me, 0, 0},
    {METHOD_GET, "/assess/{year}/log", page_log, 0, 0},
    {METHOD_POST, "/assess/{year}/log", page_log_post, 0, DAILY_UPLOAD},
    {METHOD_GET, "/assess/{year}/marks", page_marks, 0, 0},
    {METHOD_POST, "/assess/{year}/marks", page_marks_post, 0, DAILY_UPLOAD},
    {METHOD_GET, "/assess/{year}/visits", page_visits, 0, 0},
    {METHOD_GET, "/assess/{year}/visits/plans/{id}", page_visit_plan, 0, 0},
    {METHOD_POST, "/assess/{year}/visits", page_visits_post, 0, 0},
    {METHOD_POST, "/assess/{year}/visits/plans", page_visit_announce_post, 0, 0},
    {METHOD_POST, "/assess/{year}/visits/draw", page_visit_draw_post, 0, 0},
    {METHOD_POST, "/assess/{year}/visits/results", page_visit_result_post, 0,
     DAILY_UPLOAD},
    {METHOD_GET, "/assess/{year}/rechecks", page_rechecks, 0, 0},
    {METHOD_GET, "/assess/{year}/rechecks/names/{id}", page_recheck_names, 0, 0},
    {METHOD_POST, "/assess/{year}/rechecks/plans", page_recheck_announce_post, 0, 0},
    {METHOD_POST, "/assess/{year}/rechecks/draw", page_recheck_draw_post, 0, 0},
    {METHOD_POST, "/assess/{year}/rechecks/call", page_recheck_call_post, 0, 0},
    {METHOD_POST, "/assess/{year}/rechecks/ask", page_recheck_ask_post, 0, 0},
    {METHOD_POST, "/assess/{year}/rechecks/answers", page_recheck_answer_post, 0, 0},
    {METHOD_GET, "/assess/{year}/evidence/{id}", page_evidence, 0, 0},
    {METHOD_GET, "/assess", page_assess, 0, 0},
    {METHOD_GET, "/assess/{year}", page_ranking, 0, 0},
    {METHOD_GET, "/assess/{year}/ranking.xlsx", page_ranking_sheet, 0, 0},
    {METHOD_GET, "/assess/{year}/dept/{code}", page_department, 0, 0},
    {METHOD_GET, "/assess/{year}/scheme", page_scheme, 0, 0},
    {METHOD_POST, "/assess/{year}/scheme", page_scheme_post, 0, 0},
    {METHOD_POST, "/assess/{year}/scheme/{version}/adopt", page_scheme_adopt, 0, 0},
    {METHOD_POST, "/assess/{year}/scheme/freeze", page_scheme_freeze, 0, 0},
    {METHOD_POST, "/assess/{year}/sheets", page_sheet_post, 0, 1 << 20},
    {METHOD_GET, "/assess/{year}/papers", page_papers, 0, 0},
    {METHOD_POST, "/assess/{year}/papers", page_paper_post, 0, 0},
    {METHOD_POST, "/assess/{year}/assessors", page_assessor_post, 0, 0},
    {METHOD_POST, "/assess/{year}/judgements", page_judgement_post, 0, 0},
    {METHOD_GET, "/assess/{year}/indicators", page_indicators, 0, 0},
    {METHOD_GET, "/assess/{year}/indicators.xlsx", page_indicators_sheet, 0, 0},
    {METHOD_POST, "/assess/{year}/indicators", page_indicators_post, 0, 0},
    {METHOD_GET, "/assess/{year}/freeze", page_freeze, 0, 0},
    {METHOD_POST, "/assess/{year}/freeze", page_freeze_post, 0, 0},
    {METHOD_GET, "/assess/{year}/bundles/{id}", page_bundle, 0, 0},
    {METHOD_GET, "/assess/{year}/dept/{code}/moves", page_moves, 0, 0},
    {METHOD_GET, "/assess/{year}/person", page_people, 0, 0},
    {METHOD_GET, "/assess/{year}/person/{clerk}", page_person_sheet, 0, 0},
    {METHOD_GET, "/assess/{year}/person/{clerk}/sheet.xlsx", page_person_book, 0, 0},
    {METHOD_GET, "/assess/{year}/whatif", page_whatif, 0, 0},
    {METHOD_GET, "/assess/{year}/whatif.xlsx", page_whatif_sheet, 0, 0},
    {METHOD_GET, "/assess/{year}/lab", page_lab, 0, 0},
    {METHOD_GET, "/assess/{year}/lab.xlsx", page_lab_sheet, 0, 0},
    {METHOD_GET, "/assess/{year}/quota", page_quota, 0, 0},
    {METHOD_GET, "/assess/{year}/quota.xlsx", page_quota_sheet, 0, 0},
    {METHOD_GET, "/assess/{year}/parallel", page_parallel, 0, 0},
    {METHOD_POST, "/assess/{year}/parallel", page_parallel_post, 0, 0},
    {METHOD_GET, "/praise", page_praise, 0, 0},
    {METHOD_GET, "/praise/new", page_praise_new, 0, 0},
    {METHOD_POST, "/praise", page_praise_post, 0, 0},
    {METHOD_GET, "/rates", page_rates, 0, 0},
    {METHOD_GET, "/ratings", page_ratings, 0, 0},
    {METHOD_GET, "/ratings.csv", page_export, 0, 0},
    {METHOD_GET, "/ratings.xlsx", page_export, 0, 0},
    {METHOD_GET, "/exports/{id}", page_workbook, 0, 0},
    {METHOD_GET, "/exports/{id}/file", page_workbook_file, 0, 0},
    {METHOD_GET, "/ratings/{id}", page_rating, 0, 0},
    {METHOD_GET, "/cases", page_cases, 0, 0},
    {METHOD_GET, "/cases/{id}", page_case, 0, 0},
    {METHOD_GET, "/search", page_search, 0, 0},
    {METHOD_GET, "/assess/{year}/second", page_second_list, 0, 0},
    {METHOD_GET, "/assess/{year}/second/{id}", page_second_record, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/notice", page_second_act, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/dismiss", page_second_act, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/plan", page_second_act, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/return", page_second_act, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/measure", page_second_act, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/sign", page_second_act, 0, 0},
    {METHOD_POST, "/assess/{year}/second/{id}/note", page_second_act, 0, 0},
    {METHOD_GET, "/reviews", page_orders, 0, 0},
    {METHOD_GET, "/reviews/{id}", page_order, 0, 0},
    {METHOD_POST, "/reviews/{id}/verify", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/contact", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/unreached", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/fix", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/fix_long", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/explain", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/feed_back", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/settle", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/note", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/assign", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/transfer", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/pause", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/resume", page_order_step, 0, 0},
    {METHOD_POST, "/reviews/{id}/call", page_order_call, 0, 0},
    {METHOD_POST, "/reviews/{id}/appeal", page_order_appeal, 0, 0},
    {METHOD_POST, "/reviews/{id}/decide", page_order_decide, 0, 0},
};
const size_t page_staff_route_count = LENGTH(page_staff_routes);
