/*
 * options.c — every setting of the program with its kind, bounds, default and sentence.
 *
 * Promise: with nothing set the program runs: one hall on the loopback address, the
 * virtual gateway, the preview printer. Not here: what must hold between
 * settings (options_check.c), what single values look like (options_rule.c), how they are
 * read (base/settings.c).
 */
#include "work/options.h"

#include "work/options_rule.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define KIB    ((int64_t)1024)
#define MIB    (1024 * KIB)
#define GIB    (1024 * MIB)
#define DAY_MS ((int64_t)86400000)

#define TEXT(name, initial, rule, sentence)                                              \
    {                                                                                    \
        name, SETTING_TEXT, NULL, initial, 0, 0, NULL, rule, sentence                    \
    }
#define SECRET(name, sentence)                                                           \
    {                                                                                    \
        name, SETTING_SECRET, NULL, "", 0, 0, NULL, NULL, sentence                       \
    }
#define LIST(name, rule, sentence)                                                       \
    {                                                                                    \
        name, SETTING_LIST, NULL, "", 0, 0, NULL, rule, sentence                         \
    }
#define CHOICE(name, initial, choices, sentence)                                         \
    {                                                                                    \
        name, SETTING_CHOICE, NULL, initial, 0, 0, choices, NULL, sentence               \
    }
#define TRUTH(name, initial, sentence)                                                   \
    {                                                                                    \
        name, SETTING_BOOLEAN, NULL, initial, 0, 0, NULL, NULL, sentence                 \
    }
#define COUNT(name, unit, initial, least, most, sentence)                                \
    {                                                                                    \
        name, SETTING_INTEGER, unit, initial, least, most, NULL, NULL, sentence          \
    }
#define TIME(name, initial, least, most, sentence)                                       \
    {                                                                                    \
        name, SETTING_DURATION, NULL, initial, least, most, NULL, NULL, sentence         \
    }
#define SIZE(name, initial, least, most, sentence)                                       \
    {                                                                                    \
        name, SETTING_BYTES, NULL, initial, least, most, NULL, NULL, sentence            \
    }
#define SPAN(name, initial, sentence)                                                    \
    {                                                                                    \
        name, SETTING_SPAN, NULL, initial, 0, 0, NULL, NULL, sentence                    \
    }

const struct setting options_table[] = {
    /* Who may come, and how long we wait for them. */
    TEXT("server.listen", "127.0.0.1:8080", rule_listen,
         "The address and port on which the server answers."),
    TEXT("server.base_url", "", rule_base_url,
         "The address that citizens' phones can reach; it is printed into QR codes. Left "
         "empty, the hall file's is used, else the address listened on."),
    TRUTH("server.insecure_lan", "no",
          "Allows plain http on an address beyond this machine; every staff page then "
          "carries "
          "a warning."),
    LIST("server.trusted_addresses", rule_network,
         "Addresses of the hall's own network, which are exempt from the limits on "
         "connections."),
    COUNT("server.max_connections", "connections", "2000", 10, 100000,
          "How many connections may be open at once."),
    COUNT("server.max_per_address", "connections", "50", 1, 100000,
          "How many connections one address may have open that is not trusted."),
    TIME("server.header_deadline", "10 s", SECOND, 5 * MINUTE,
         "How long a client may take to send the head of a request."),
    TIME("server.body_deadline", "30 s", SECOND, 10 * MINUTE,
         "How long a client may take to send the body of a request."),
    TIME("server.idle", "15 s", SECOND, 10 * MINUTE,
         "How long a connection may stay open without a request."),
    SIZE("server.max_body", "64 KiB", 4 * KIB, 16 * MIB,
         "The longest body of a request; gateways' and citizens' are far shorter."),
    TIME("server.drain", "10 s", 0, 5 * MINUTE,
         "How long requests in hand may take to end when the server is stopped."),

    /* Where everything is kept. */
    TEXT("store.data", "./yiping-data", rule_path,
         "The folder that holds the database, the keys and the settings made by pages."),
    SIZE("store.min_free", "512 MiB", 0, 1024 * GIB,
         "Below this free space new tickets and imports are refused; ratings still go "
         "in."),
    SIZE("store.ballast", "64 MiB", 0, 16 * GIB,
         "A file of this size is kept so that it can be removed when the disk is full."),

    /* When citizens are asked. */
    TIME("invite.delay_min", "30 min", 0, 30 * DAY_MS,
         "The soonest that a citizen is asked after a case was closed."),
    TIME(
        "invite.delay_max", "120 min", 0, 30 * DAY_MS,
        "The latest that a citizen is asked after a case was closed, within the window."),
    SPAN("invite.window", "09:00-20:00",
         "The part of the day, by the hall's clock, in which citizens may be asked."),
    TIME(
        "invite.spread", "60 min", 0, 12 * HOUR,
        "What falls outside the window is asked at a random time within this span of the "
        "next opening."),
    TRUTH("invite.reminder", "yes",
          "Whether one reminder is sent to who has not answered."),
    TIME("invite.remind_after", "3 d", HOUR, 30 * DAY_MS,
         "How long after the closing the reminder is sent."),
    COUNT("invite.open_working_days", "working days", "5", 1, 60,
          "How long a case may be rated after the later of its closing and its first "
          "message."),
    COUNT("invite.open_days_max", "days", "15", 1, 180,
          "A case may be rated no longer than this after its closing."),
    COUNT("invite.cap_days", "messages a day", "1", 1, 20,
          "How many invitations one phone may get in a day."),
    COUNT("invite.cap_30_days", "messages in 30 days", "4", 1, 100,
          "How many invitations one phone may get in thirty days."),
    TIME("invite.correction", "24 h", 0, 7 * DAY_MS,
         "How long a rating may be changed, once."),
    TIME("invite.slot_rest", "30 d", DAY_MS, 365 * DAY_MS,
         "How long a slot of a phone rests before it is used again."),

    TEXT(
        "sms.texts", "", rule_path,
        "A folder with the hall's own message texts, as LANG/KEY.txt (zh-CN/survey.txt); "
        "each is checked at start, the others are ours. Gateways of the kinds aliyun and "
        "tencent send the texts that are registered there instead."),
    TIME("sms.settle", "10 min", SECOND, 24 * HOUR,
         "A message that may have gone out is sent again, once, only where its gateway "
         "can "
         "be asked and has no trace of it so long afterwards; it is asked after a "
         "twentieth, a fifth and the whole of this time."),

    TEXT("ticket.template", "normal", rule_ticket,
         "What tickets are printed from: normal, large, bilingual, mongolian or the name "
         "of a "
         "hall's own template. NAME.en is taken for who reads English, where it is "
         "there."),
    CHOICE("ticket.qr", "auto", "auto page sms",
           "What a ticket's QR code opens: its page, or a text to the hall's number "
           "(smsto:), "
           "which "
           "rates without the internet. auto takes the page where base_url is set."),
    TEXT("ticket.folder", "", rule_path,
         "A folder with the hall's own ticket templates, as NAME.receipt or "
         "NAME.LANG.receipt; "
         "they stand before ours, are checked at start, and a change is taken up at "
         "once."),

    /* The hall's screen. */
    TEXT("screen.recordings", "", rule_path,
         "A folder with clips that staff of the hall recorded, as WAV files with the "
         "names that yiping voice list shows; they stand before the machine's voice. "
         "Read at start."),

    /* Citizens' pages. */
    CHOICE(
        "pages.mongolian", "off", "off cyrillic traditional both",
        "Which script of Mongolian citizens' pages offer beside Chinese and English. The "
        "texts are drafts: a native reader must pass them first."),

    TEXT(
        "inspection.public_key", "", rule_box_key,
        "The public key of the discipline inspection, as yiping inspection keygen prints "
        "it. With one the integrity question stands last on the page of a rated ticket; "
        "answers are sealed to it at once and nobody here can read them."),

    /* The queue in the hall. */
    COUNT("queue.noshow_calls", "calls", "3", 1, 10,
          "How often a number must have been called before it may be marked as missed."),
    TIME("queue.noshow_after", "60 s", 0, HOUR,
         "How long after the first call a number may be marked as missed."),
    TIME(
        "queue.undo", "10 s", 0, 5 * MINUTE,
        "How long a clerk may take back what was done at the window, but for a closing."),
    TIME("queue.restore_after", "30 min", 0, 12 * HOUR,
         "How long after it was missed a number can be put back at the desk."),
    COUNT(
        "queue.near", "people", "3", 1, 50,
        "With this many people ahead a ticket's page says that it is nearly their turn."),
    TRUTH("queue.sms_alerts", "no",
          "Whether who left a phone is also told by SMS when it is nearly their turn and "
          "when "
          "they are called. Each is a message that is paid for; no survey's limit counts "
          "them."),
    TRUTH("desk.keypad", "no",
          "Whether the desks have a keypad at which citizens type their own number."),
    TRUTH("kiosk.office_hours", "no",
          "Whether queue machines give numbers during the hall's office hours only."),

    /* Promised days, and whether a recorded end is true. */
    COUNT(
        "promise.ask_percent", "%", "0", 0, 100,
        "Of the cases with promised days and the parallel ones that are closed as done, "
        "so many are asked by SMS whether that is true, once their rating is settled. 0: "
        "nobody is asked, 100: everybody."),
    COUNT("promise.open_working_days", "working days", "5", 1, 30,
          "So long an answer to that question is taken."),

    /* Putting bad grades right. */
    COUNT("work_order.contact_days", "working days", "1", 1, 30,
          "Within this time the citizen must have been contacted."),
    COUNT("work_order.fix_days", "working days", "5", 1, 60,
          "Within this time a simple matter must have been put right."),
    COUNT("work_order.fix_long_days", "working days", "15", 1, 120,
          "Within this time a complex matter must have been put right, counted from the "
          "rating."),
    COUNT("work_order.verdict_days", "working days", "5", 1, 30,
          "So long the citizen may say whether what was done is enough."),
    COUNT("work_order.escalate_days", "working days", "1", 1, 30,
          "An overdue work order goes up once more after this time: window head, "
          "department, hall, organisation department."),
    COUNT("work_order.tries", "calls", "3", 1, 20,
          "After so many calls that reached nobody the matter is put right without."),

    /* The daily log of windows, and what shows that it is so. */
    COUNT("daily.attendance", "hundredths of a point", "-100", -10000, 0,
          "What an entry about attendance counts where the hall names no points."),
    COUNT("daily.discipline", "hundredths of a point", "-200", -10000, 0,
          "The same of an entry about discipline."),
    COUNT("daily.check", "hundredths of a point", "0", -10000, 10000,
          "The same of a check."),
    COUNT("daily.praise", "hundredths of a point", "50", 0, 10000,
          "The same of praise; what a window writes of itself never adds points."),
    COUNT("daily.complaint", "hundredths of a point", "-100", -10000, 0,
          "The same of a complaint."),
    TIME("daily.lock", "24 h", HOUR, 2 * DAY_MS,
         "How long after its midnight a day's log is closed; what is written of it later "
         "is flagged late."),
    SIZE("daily.file_most", "5 MiB", 16 * KIB, 10 * MIB,
         "The largest file that may be added to an entry, a mark or a visit."),
    COUNT("assess.hall_share", "hundredths of a per cent", "3500", 0, 10000,
          "How much of a department's year is the hall's part. A scheme with another "
          "share is taken only with a reason, which is kept and shown."),
    /* Windows that are looked at a second time: rules and how often they may call one
     * where nothing is wrong, then the clocks. */
    COUNT("second_assessment.threshold", "hundredths of a per cent", "8500", 5000, 9999,
          "A window is called whose good rate lies below this with its whole interval."),
    COUNT("second_assessment.threshold_alarms", "of 10,000 window-years", "100", 0, 5000,
          "So often may the rule of the threshold call a window that keeps it; 0: never "
          "look."),
    COUNT("second_assessment.chart_alarms", "of 10,000 window-years", "100", 0, 5000,
          "So often may the control chart call a window where nothing changed; 0: never "
          "look."),
    COUNT("second_assessment.bottom_alarms", "of 10,000 window-years", "100", 0, 5000,
          "So often may the rule of the bottom call a window that is like the others; 0: "
          "never look."),
    COUNT("second_assessment.tolerance", "hundredths", "150", 100, 1000,
          "Odds of a bad rating of up to so many times the baseline's are the usual ups "
          "and "
          "downs."),
    COUNT("second_assessment.base_months", "months", "12", 1, 12,
          "So many months before are a window's own baseline."),
    COUNT("second_assessment.base_least", "ratings", "100", 20, 100000,
          "With fewer ratings in them it is compared with the other windows."),
    COUNT("second_assessment.bottom_months", "months", "2", 2, 6,
          "So many months in a row at the bottom call a window."),
    COUNT("second_assessment.bottom_places", "places", "1", 1, 20,
          "So many of the lowest places count as the bottom."),
    COUNT("second_assessment.bottom_least", "ratings", "30", 30, 100000,
          "A window with fewer ratings in a month has no place in it."),
    COUNT("second_assessment.bottom_windows", "windows", "5", 3, 1000,
          "With fewer windows that have a place there is no bottom."),
    COUNT("second_assessment.verdict_level", "of 10,000", "250", 10, 1000,
          "So often may the result say worked, or worse, where nothing changed."),
    COUNT("second_assessment.verdict_tolerance", "hundredths", "125", 100, 1000,
          "A change of up to so many times that of the other windows shows nothing yet."),
    COUNT("second_assessment.verdict_least", "ratings", "30", 30, 100000,
          "With fewer ratings before or after, nothing can be shown."),
    COUNT("second_assessment.notice_days", "working days", "3", 1, 60,
          "Within this time the organisation department gives notice or says why not."),
    COUNT("second_assessment.plan_days", "working days", "5", 1, 60,
          "Within this time after the notice the window's own side writes a plan."),
    COUNT("second_assessment.measure_days", "working days", "5", 1, 60,
          "Within this time after a plan came into force the hall begins to measure "
          "again."),
    COUNT("second_assessment.sign_days", "working days", "5", 1, 60,
          "Within this time after the ratings have settled the result is signed."),
    COUNT("second_assessment.measure_least", "days", "28", 7, 183,
          "A re-measurement takes so many days at the least."),
    COUNT("second_assessment.measure_most", "days", "183", 28, 366,
          "A re-measurement takes so many days at the most."),
    COUNT("second_assessment.plan_most", "days", "60", 1, 183,
          "A plan comes into force so many days ahead at the most."),

    /* Which windows are visited: the parts of the risk, and where each is full. */
    COUNT("visits.bad_weight", "hundredths of a point", "4000", 0, 10000,
          "What the upper bound of a window's bad rate counts when it is full."),
    COUNT("visits.since_weight", "hundredths of a point", "3000", 0, 10000,
          "The same of the time since the last visit."),
    COUNT("visits.overdue_weight", "hundredths of a point", "2000", 0, 10000,
          "The same of overdue work orders."),
    COUNT("visits.log_weight", "hundredths of a point", "1000", 0, 10000,
          "The same of complaints, discipline and late entries in the log."),
    COUNT("visits.bad_full", "thousandths", "200", 1, 1000,
          "From this upper bound of the bad rate on its part is full."),
    COUNT("visits.days_full", "days", "90", 1, 3650,
          "From so many days since the last visit on that part is full."),
    COUNT("visits.overdue_full", "work orders", "4", 1, 1000,
          "From so many overdue work orders on that part is full."),
    COUNT("visits.log_full", "entries", "5", 1, 1000,
          "From so many remarks in the log on that part is full."),
    COUNT("visits.look_back_days", "days", "90", 1, 366,
          "How far ratings and the log are looked back at for a plan."),

    /* What the excellence quota's calculation begins with. */
    COUNT("quota.base", "hundredths of a per cent", "2000", 0, 10000,
          "The base share of window staff who may be graded excellent."),
    COUNT("quota.hall", "hundredths of a per cent", "0", 0, 10000,
          "What is added to it for the hall."),
    CHOICE("quota.round", "floor", "floor half_up ceiling",
           "How a part of a place is rounded."),

    /* What a clerk sees of the own ratings; it can be less, never more. */
    COUNT(
        "clerk.least", "ratings", "5", 5, 1000,
        "A clerk's own page adds so many ratings at a time at the least, that nobody can "
        "be told from it."),
    COUNT(
        "clerk.hold_days", "days", "7", 7, 365,
        "How many whole days old a rating is before it counts on the clerk's own page."),

    /* What everybody may read at /public. */
    TRUTH("public.publish", "yes",
          "Whether results are published at /public, as the rules demand."),
    COUNT("public.least", "raters", "5", 5, 1000,
          "Windows and departments of fewer raters in a month are not published by "
          "themselves, nor others from which they could be computed."),
    COUNT("public.delay_days", "days", "7", 1, 365,
          "So long after nothing of it can change any more a month is published."),

    /* People who log in. */
    CHOICE("staff.password_profile", "mlps3", "mlps3 asvs",
           "The rules for passwords: mlps3 (ten characters of three classes, changed "
           "every 90 "
           "days) or asvs (eight characters, no forced change)."),
    COUNT("staff.password_days", "days", "90", 1, 3650,
          "With the profile mlps3 a password older than this must be changed."),
    TEXT(
        "staff.breached_passwords", "", rule_path,
        "A file of passwords that became known, none of which can be chosen: their SHA-1 "
        "in order, one a line, as Have I Been Pwned gives them out. Empty: our 10,000 "
        "commonest ones alone."),
    TIME("staff.recent", "15 min", MINUTE, 8 * HOUR,
         "Sensitive acts ask for another log-in when the last is longer ago."),
    COUNT("staff.phone_views", "numbers", "20", 1, 1000,
          "How many phone numbers a day an account may look at to ring citizens."),
    TIME("staff.session_idle", "15 min", MINUTE, 24 * HOUR,
         "A session ends after this time without a request."),
    TIME("staff.session_max", "8 h", 5 * MINUTE, 24 * HOUR,
         "A session ends after this time in any case."),
    COUNT("staff.lock_failures", "failures", "5", 3, 20,
          "After this many wrong passwords an account is locked."),
    COUNT("staff.lock_minutes", "minutes", "30", 1, 1440,
          "How long an account stays locked."),
    TIME("staff.lock_span", "15 min", MINUTE, 24 * HOUR,
         "Only wrong passwords within this time count towards the lock."),
    COUNT("staff.address_failures", "failures a minute", "20", 1, 1000,
          "After this many wrong passwords one address has to wait."),

    /* The journal and what is kept how long. */
    CHOICE("log.level", "info", "error warning notice info debug",
           "The least important events that are written to the journal."),
    TEXT(
        "audit.syslog", "", rule_syslog,
        "Where every audit event is told to as well (RFC 5424): the socket of this "
        "machine's syslog, /dev/log, which sends it on to another machine, or TCP; empty "
        "is nowhere. The first time all events that there are go out."),
    TRUTH("audit.insecure", "no",
          "Allows audit.syslog to name another machine by TCP without TLS, where the "
          "network between is closed."),
    COUNT("phones.keep_days", "days", "180", 1, 3650,
          "Phone numbers and comments are erased this long after the rating is settled."),

    /* One section for each gateway; without any the virtual one is in force. */
    CHOICE("gateway *.kind", "virtual",
           "virtual kannel smstools twilio aliyun tencent cmpp",
           "Which kind of gateway this is."),
    TEXT("gateway *.access_number", "", rule_access_number,
         "The number that citizens see as the sender and reply to, without a slot's "
         "digits."),
    CHOICE("gateway *.slots", "auto", "auto extension letters one",
           "How several open questions of one phone are told apart: by two digits behind "
           "the access number, by a letter in the text, or never more than one. auto is "
           "extension where the kind promises it, letters elsewhere."),
    LIST("gateway *.prefixes", rule_prefix,
         "Phones that begin so go through this gateway first, as in 139, 1705 or +852; "
         "none means every phone."),
    COUNT("gateway *.order", NULL, "0", 0, 1000,
          "Of several gateways that take a phone the one with the smallest order is "
          "asked first."),
    COUNT("gateway *.in_flight", "messages", "0", 0, 512,
          "How many messages may be on their way at once; 0 is the kind's own default, 4 "
          "for most."),
    COUNT("gateway *.rate", "messages a second", "0", 0, 100000,
          "How many messages go out in a second at the most; 0 is no limit."),
    TIME("gateway *.timeout", "10 s", SECOND, 2 * MINUTE,
         "How long one exchange with the gateway may take."),
    TEXT("gateway *.callback_base", "", rule_base_url,
         "The address by which this gateway reaches us; empty is server.base_url, else "
         "the address listened on."),
    SECRET("gateway *.callback_secret",
           "The last part of the addresses that this gateway calls; empty is one derived "
           "from the key file, which `yiping gateway sample` prints."),
    LIST(
        "gateway *.callers", rule_network,
        "Addresses and networks from which this gateway may call; none means any. Behind "
        "a proxy the proxy's own address is what counts, so let the proxy judge then."),
    TEXT("gateway *.url", "", rule_url,
         "Where messages are handed over; empty is the vendor's own address."),
    TEXT("gateway *.status_url", "", rule_url,
         "kannel: the address of status.xml, for back-pressure."),
    SECRET("gateway *.status_password", "kannel: the status password."),
    TEXT("gateway *.user", "", NULL,
         "The user, account or key id by which the gateway knows us."),
    SECRET("gateway *.password", "The password, token or secret that goes with it."),
    TEXT("gateway *.account", "", NULL,
         "twilio: the account SID; tencent: the SMS application id; cmpp: the service "
         "id."),
    TEXT("gateway *.smsc", "", NULL,
         "kannel: the link to use; empty is Kannel's choice."),
    TEXT("gateway *.folder", "", rule_path,
         "smstools: the spool folder that holds outgoing, sent, failed, incoming and "
         "report."),
    TEXT("gateway *.sign_name", "", NULL,
         "aliyun, tencent: the approved signature, without its brackets."),
    LIST("gateway *.forms", rule_form,
         "aliyun, tencent: the approved template for each text, as in survey:SMS_1234."),
    TEXT("gateway *.region", "", NULL, "aliyun, tencent: the region."),
    TEXT("gateway *.address", "", rule_host_port,
         "cmpp: the host and port of the carrier's gateway."),
    CHOICE("gateway *.version", "3.0", "3.0 2.0", "cmpp: the version of the protocol."),
    TIME("gateway *.active_test", "30 s", SECOND, 10 * MINUTE,
         "cmpp: how long a quiet connection waits before it is tested."),

    /* One section for each other system that is told what happens. */
    LIST("webhooks.allow", rule_hook_host,
         "The only hosts that are told anything; an address elsewhere is refused."),
    TIME("webhooks.timeout", "15 s", SECOND, MINUTE,
         "How long an answer of another system is waited for."),
    TEXT("webhook *.url", "", rule_url, "The address that is told (Standard Webhooks)."),
    LIST("webhook *.types", rule_hook_type,
         "What it is told of, as in rating.recorded review.opened; empty is everything."),
    SECRET("webhook *.secret",
           "What it is signed with: whsec_ and Base64, from "
           "echo whsec_$(openssl rand -base64 32). While it changes, the new one and the "
           "old one with a blank between."),

    /* The regional platform, to which settled ratings are handed over. */
    TEXT("platform.url", "", rule_url,
         "Where settled ratings are handed over, one record a request; empty is "
         "nowhere."),
    TEXT("platform.query_url", "", rule_url,
         "Where the platform is asked what it has of a case; empty where it cannot be."),
    TEXT("platform.name", "regional", rule_ticket,
         "What we call the platform. Under a new name everything is handed over anew."),
    TEXT("platform.mapping", "national", rule_path,
         "What records look like and what answers mean: national, province-sms7, or a "
         "file of one's own."),
    TEXT("platform.key_header", "Authorization", rule_header,
         "The header in which the key is sent."),
    SECRET("platform.key", "The key by which the platform knows us, as it stands in "
                           "that header."),
    COUNT("platform.batch", "records", "8", 1, 32,
          "How many records may be on their way at once."),
    COUNT("platform.rate", "records", "10", 1, 1000,
          "How many records a second may leave."),
    TIME("platform.timeout", "15 s", SECOND, 5 * MINUTE,
         "How long an answer is waited for."),
    TRUTH("platform.insecure", "no",
          "Allows plain http to another machine, where the network between is closed: "
          "records hold phones."),

    /* One section for each printer; without any the preview is in force. */
    TEXT("printer *.profile", "80mm", NULL,
         "What the printer is: 80mm, 58mm or a [profile NAME] of this file."),
    CHOICE(
        "printer *.way", "preview", "preview file tcp device serial cups cloudprnt",
        "How bytes get to the printer; cloudprnt: it calls this server and fetches, as "
        "`yiping printer address NAME` and `yiping print-agent` tell."),
    TEXT("printer *.path", "", rule_path,
         "The folder or device, for the ways file, device and serial."),
    TEXT(
        "printer *.address", "", rule_host_port,
        "The printer's host and port, for the way tcp; for cups that of the CUPS server, "
        "where it is not this machine's own."),
    TEXT("printer *.queue", "", rule_queue,
         "cups: the name of the queue, as lpstat -p tells it. The program must be built "
         "with CUPS=1."),
    CHOICE("printer *.format", "escpos", "escpos png",
           "cups: what the queue gets: escpos, the printer's own bytes, for a raw queue; "
           "png for one with a driver."),
    CHOICE("printer *.baud", "9600",
           "1200 2400 4800 9600 19200 38400 57600 115200 230400 460800 921600",
           "serial: the speed, as the printer's own test slip says it."),
    CHOICE("printer *.parity", "none", "none even odd",
           "serial: the parity; there are always eight bits and one stop bit."),
    CHOICE("printer *.flow", "rts_cts", "rts_cts xon_xoff none",
           "serial: how the printer holds us up when it is full: by the cable's CTS, by "
           "characters, or not at all (then set chunk_bytes and chunk_delay)."),
    CHOICE(
        "printer *.status", "auto", "auto yes no",
        "Whether the printer is asked how it is before a ticket is sent: auto (ask; "
        "one that never answers gets its tickets all the same), yes (send only after a "
        "good answer) or no."),
    CHOICE("printer *.confirm", "auto", "auto written drained state answered process_id",
           "What has to be seen to call a ticket printed: auto is answered (GS r) where "
           "the printer knows it, else drained; process_id (GS ( H) is for Epson."),
    TIME("printer *.connect_timeout", "4 s", SECOND, MINUTE,
         "How long a printer may take to take a call; most serve one caller at a time."),
    COUNT("printer *.status_timeout", "ms", "500", 10, 10000,
          "How long a printer may take to say how it is."),
    TIME("printer *.write_timeout", "30 s", SECOND, 10 * MINUTE,
         "How long a ticket may take to leave us; slow serial lines need more."),
    TIME("printer *.confirm_timeout", "10 s", SECOND, 10 * MINUTE,
         "How long, beyond its printing, the word that a ticket came out may take."),
    SIZE("printer *.chunk_bytes", "0", 0, MIB,
         "Tickets are sent in pieces of this size to printers that drop what comes too "
         "fast; 0 sends them at once."),
    COUNT("printer *.chunk_delay", "ms", "0", 0, 10000,
          "The pause between two such pieces."),
    TIME("printer *.status_every", "60 s", 0, DAY_MS,
         "How often a printer is asked how it is while it has nothing to do; 0 s never."),
    TIME("printer *.job_age", "15 min", SECOND, DAY_MS,
         "A ticket that could not be printed for so long is not printed any more: its "
         "number may be over."),
    SECRET(
        "printer *.secret",
        "cloudprnt: the last part of the address that this printer calls; empty is one "
        "derived from the key file, which `yiping printer address` prints."),
    TIME("printer *.silence", "30 s", SECOND, DAY_MS,
         "cloudprnt: a printer that has not called for so long counts as away; allow for "
         "several of the polls that are set in it, and for the longest ticket."),
    CHOICE("printer *.delete_method", "delete", "delete get",
           "cloudprnt: how the printer says what became of a ticket; get where a proxy "
           "lets no DELETE through."),
    COUNT(
        "printer *.roll", "metres", "0", 0, 1000,
        "The length of a new roll of paper. Where the printer has no sensor, the end is "
        "foretold from what was printed; 0 does not."),

    /* Printers that differ from the built-in 80mm and 58mm. */
    COUNT("profile *.dots", "dots", "576", 200, 2000, "The printable width."),
    COUNT("profile *.columns", "cells", "48", 16, 160,
          "How many cells of 12 dots stand in a line; a Chinese character takes two."),
    COUNT("profile *.qr_dots", "dots", "8", 6, 8,
          "The size of one module of the QR code."),
    COUNT("profile *.band_rows", "rows", "128", 24, 256,
          "How many rows of dots one picture command carries."),
    CHOICE(
        "profile *.dialect", "escpos", "escpos image",
        "escpos: commands and letters; image: one PNG, as CloudPRNT printers want it."),
    CHOICE("profile *.encoding", "gb18030", "gb18030 gbk big5 utf-8 raster",
           "The encoding of the printer's own letters, or raster for the whole ticket."),
    CHOICE("profile *.qr", "raster", "raster native",
           "Who draws the QR code: we do (raster), or the printer by GS ( k (native)."),
    CHOICE("profile *.qr_shave", "no", "no yes",
           "Thinner squares in the QR code, for paper on which they bleed."),
    CHOICE("profile *.cutter", "partial", "partial full none", "How paper is cut."),
};

const size_t options_count = LENGTH(options_table);
