/*
 * check.mjs — judges a store from outside: is everything there that was acknowledged, once,
 * and does everything in it fit together? Reads the file with the sqlite3 program and
 * shares no code with the server. `node check.mjs DB [ACKNOWLEDGED.json]` prints the faults.
 *
 * The invariants of facts/trust.md 1.6:
 *   I1 what was acknowledged is present exactly once     I2 one decision for each closed case
 *   I3 one survey a case, but for the uncertain ones     I4 numbers are 1..n
 *   I5 no orphans                                        I7 no claim older than its lease
 *   I8 roll-ups equal a recount
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

/* Each gives the rows that must not exist; the name says what must hold. */
const CHEAP = {
    'I2 every closed case has one decision':
        `SELECT CAST(c.id AS TEXT), (SELECT count(*) FROM invitations i WHERE i.case_id = c.id) n FROM cases c
         WHERE c.state = 'closed' AND n <> 1`,
    'I2 no case has two decisions':
        'SELECT CAST(case_id AS TEXT), count(*) FROM invitations GROUP BY case_id HAVING count(*) > 1',
    'I4 numbers are 1..n':
        `SELECT hall, local_date, series_code, min(serial), max(serial), count(*) FROM tickets
         GROUP BY hall, local_date, series_code
         HAVING min(serial) <> 1 OR max(serial) <> count(*) OR count(DISTINCT serial) <> count(*)`,
    'I4 the counter stands at the last number':
        `SELECT t.hall, t.local_date, t.series_code, t.n, s.last FROM
         (SELECT hall, local_date, series_code, max(serial) n FROM tickets GROUP BY 1, 2, 3) t
         LEFT JOIN series_days s USING (hall, local_date, series_code) WHERE s.last IS NOT t.n`,
    'I8 the count of those who wait':
        `SELECT s.local_date, s.series_code, s.waiting, (SELECT count(*) FROM queue q WHERE q.hall = s.hall
         AND q.local_date = s.local_date AND q.series_code = s.series_code AND q.state = 'waiting') n
         FROM series_days s WHERE s.waiting <> n`,
    'I7 no claim outlives its lease':
        `SELECT CAST(id AS TEXT), state, lease_ms FROM messages WHERE state IN ('CLAIMED', 'SUBMITTING')
         AND (lease_ms IS NULL OR lease_ms < $NOW - 5000)`,
    'a window has one ticket, and that ticket is there':
        `SELECT d.window_code, CAST(d.ticket_id AS TEXT), q.state, q.window_code FROM desks d LEFT JOIN queue q USING (ticket_id)
         WHERE d.ticket_id IS NOT NULL AND (q.state IS NULL OR q.state NOT IN ('called', 'serving') OR q.window_code IS NOT d.window_code)`,
    'a work order has a step for each change':
        `SELECT CAST(s.order_id AS TEXT), s.steps FROM order_states s
         WHERE s.steps <> (SELECT count(*) FROM order_steps p WHERE p.order_id = s.order_id)`,
    'a called ticket stands at its window':
        `SELECT CAST(q.ticket_id AS TEXT), q.state, q.window_code FROM queue q WHERE q.state IN ('called', 'serving')
         AND (SELECT count(*) FROM desks d WHERE d.ticket_id = q.ticket_id AND d.hall = q.hall) <> 1`,
};

/* child table, column, parent table: every value is found there (NULL is none). */
const LINKS = [
    ['tickets', 'matter_id', 'matters'], ['queue', 'ticket_id', 'tickets'], ['tickets', 'id', 'queue', 'ticket_id'],
    ['tickets', 'phone_id', 'phones'], ['cases', 'ticket_id', 'tickets'], ['cases', 'matter_id', 'matters'],
    ['cases', 'window_id', 'windows'], ['cases', 'clerk_id', 'clerks'], ['cases', 'phone_id', 'phones'],
    ['cases', 'parent_id', 'cases'], ['matters', 'department_id', 'departments'], ['windows', 'department_id', 'departments'],
    ['invitations', 'case_id', 'cases'], ['invitations', 'message_id', 'messages'], ['invitations', 'phone_id', 'phones'],
    ['ratings', 'case_id', 'cases'], ['ratings', 'inbound_id', 'inbound'],
    ['rating_details', 'case_id', 'cases'], ['rating_details', 'rating_id', 'ratings'], ['rating_details', 'words_id', 'words'],
    ['rating_details', 'inbound_id', 'inbound'], ['notes', 'case_id', 'cases'], ['notes', 'words_id', 'words'],
    ['work_orders', 'rating_id', 'ratings'], ['work_orders', 'case_id', 'cases'], ['work_orders', 'id', 'order_states', 'order_id'],
    ['order_states', 'order_id', 'work_orders'], ['order_steps', 'order_id', 'work_orders'], ['order_steps', 'words_id', 'words'],
    ['messages', 'phone_id', 'phones'], ['messages', 'case_id', 'cases'], ['messages', 'conversation_id', 'conversations'],
    ['message_cases', 'message_id', 'messages'], ['message_cases', 'case_id', 'cases'], ['message_states', 'message_id', 'messages'],
    ['conversations', 'message_id', 'messages'], ['conversations', 'phone_id', 'phones'],
    ['inbound', 'words_id', 'words'], ['inbound', 'phone_id', 'phones'], ['readings', 'inbound_id', 'inbound'],
    ['readings', 'case_id', 'cases'], ['readings', 'rating_id', 'ratings'], ['readings', 'conversation_id', 'conversations'],
    ['optouts', 'phone_id', 'phones'], ['events', 'ticket_id', 'tickets'], ['events', 'case_id', 'cases'],
    ['events', 'window_id', 'windows'], ['events', 'clerk_id', 'clerks'],
    ['services', 'ticket_id', 'tickets'], ['services', 'window_id', 'windows'], ['services', 'clerk_id', 'clerks'],
    ['message_refs', 'message_id', 'messages'], ['message_refs', 'phone_id', 'phones'],
    ['praises', 'case_id', 'cases'], ['praises', 'clerk_id', 'clerks'], ['praises', 'window_id', 'windows'], ['praises', 'words_id', 'words'],
    ['ticket_alerts', 'message_id', 'messages'], ['ticket_alerts', 'ticket_id', 'tickets'],
    ['print_jobs', 'ticket_id', 'tickets'], ['desks', 'ticket_id', 'tickets'],
];

const RECOUNT = `SELECT r.hall, r.local_date, w.code window_code, m.code matter_code, r.channel, COALESCE(r.grade, 0) grade,
    d.code department_code, count(*) n FROM ratings r JOIN cases c ON c.id = r.case_id JOIN windows w ON w.id = c.window_id
    JOIN matters m ON m.id = c.matter_id JOIN departments d ON d.id = w.department_id
    WHERE r.round = (SELECT max(x.round) FROM ratings x WHERE x.case_id = r.case_id) GROUP BY 1, 2, 3, 4, 5, 6, 7`;
const DAY_KEY = '(hall, local_date, window_code, matter_code, channel, grade, department_code)';

/* A dimension stands in the rating, or beside its grade in the newest detail that names any. */
const BESIDE = `(SELECT max(y.id) FROM rating_details y WHERE y.case_id = r.case_id
    AND COALESCE(y.attitude, y.efficiency, y.quality, y.integrity) IS NOT NULL)`;
const CLERK_RECOUNT = ['COALESCE(r.grade, 0)', ...['attitude', 'efficiency', 'quality', 'integrity']
    .map((d) => `CASE WHEN r.grade IS NULL THEN r.${d} ELSE (SELECT ${d} FROM rating_details WHERE id = ${BESIDE}) END`)]
    .map((value, measure) => `SELECT hall, clerk_code, local_date, channel, ${measure} measure, grade, count(*) n FROM
        (SELECT r.hall, k.code clerk_code, r.local_date, r.channel, ${value} grade FROM ratings r JOIN cases c ON c.id = r.case_id
         JOIN clerks k ON k.id = c.clerk_id WHERE r.round = (SELECT max(x.round) FROM ratings x WHERE x.case_id = r.case_id))
        WHERE grade IS NOT NULL GROUP BY 1, 2, 3, 4, 6`).join(' UNION ALL ');

const DEEP = {
    'the file is whole': "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    'I5 foreign keys hold': 'SELECT "table", CAST(rowid AS TEXT), parent FROM pragma_foreign_key_check',
    ...Object.fromEntries(LINKS.map(([child, column, parent, key = 'id']) => [`I5 ${child}.${column} is in ${parent}`,
        `SELECT CAST(${column} AS TEXT) FROM ${child} WHERE ${column} IS NOT NULL AND ${column} NOT IN (SELECT ${key} FROM ${parent})`])),
    'I5 a rating leads to a window, a clerk, a matter and a department':
        `SELECT CAST(r.id AS TEXT) FROM ratings r LEFT JOIN cases c ON c.id = r.case_id LEFT JOIN windows w ON w.id = c.window_id
         LEFT JOIN clerks k ON k.id = c.clerk_id LEFT JOIN matters m ON m.id = c.matter_id
         LEFT JOIN departments d ON d.id = w.department_id
         WHERE c.id IS NULL OR w.id IS NULL OR k.id IS NULL OR m.id IS NULL OR d.id IS NULL`,
    'I8 ratings of the day, counted too many': `SELECT a.* FROM rating_days a LEFT JOIN (${RECOUNT}) b USING ${DAY_KEY}
         WHERE a.ratings <> COALESCE(b.n, 0)`,
    'I8 ratings of the day, not counted': `SELECT b.* FROM (${RECOUNT}) b LEFT JOIN rating_days a USING ${DAY_KEY}
         WHERE b.n <> COALESCE(a.ratings, 0)`,
    "I8 a clerk's days are the recount":
        `SELECT * FROM (SELECT hall, clerk_code, local_date, channel, measure, grade, ratings a FROM clerk_days WHERE ratings <> 0)
         FULL JOIN (${CLERK_RECOUNT}) USING (hall, clerk_code, local_date, channel, measure, grade) WHERE a IS NOT n`,
    'I8 closings are counted by decision':
        `SELECT * FROM (SELECT decision, sum(closings) a FROM closing_days GROUP BY 1) FULL JOIN
         (SELECT decision, count(*) b FROM invitations GROUP BY 1) USING (decision) WHERE a IS NOT b`,
    'I8 each first closing has its day':
        `SELECT CAST(i.case_id AS TEXT) FROM invitations i FULL JOIN closings n ON n.case_id = i.case_id WHERE i.id IS NULL OR n.hall IS NULL`,
    'I8 rates: closings of each span are the cases':
        'SELECT span, sum(closed) a, (SELECT count(*) FROM closings) b FROM case_sums GROUP BY 1 HAVING a <> b',
    'I8 rates: ratings of each span are the effective ones':
        `SELECT span, channel, sum(g0 + g1 + g2 + g3 + g4 + g5) a, sum(g1 + 2 * g2 + 3 * g3 + 4 * g4 + 5 * g5) g,
         (SELECT count(*) || ' ' || COALESCE(sum(r.grade), 0) FROM ratings r WHERE r.channel = x.channel
          AND r.round = (SELECT max(y.round) FROM ratings y WHERE y.case_id = r.case_id)) b
         FROM rating_sums x WHERE measure IN (0, 5) GROUP BY 1, 2 HAVING a || ' ' || g <> b`,
    'I8 rates: orders of each span are the marks':
        'SELECT span, sum(orders) a, (SELECT count(*) FROM order_marks WHERE gone = 0) b FROM order_sums GROUP BY 1 HAVING a <> b',
    'I8 what gateways did is counted':
        `SELECT * FROM (SELECT gateway, lower(what) what, sum(n) a FROM gateway_counts WHERE what IN ('submitted', 'unknown') GROUP BY 1, 2)
         FULL JOIN (SELECT detail gateway, 'submitted' what, count(*) b FROM message_states WHERE state = 'SUBMITTING' GROUP BY 1
                    UNION ALL SELECT t.detail, 'unknown', count(*) FROM message_states s JOIN message_states t ON t.message_id = s.message_id
                    AND t.attempt = s.attempt AND t.state = 'SUBMITTING' WHERE s.state = 'UNKNOWN' GROUP BY 1) USING (gateway, what) WHERE a IS NOT b`,
    'I3 what goes again after an uncertain attempt is counted':
        `SELECT COALESCE((SELECT sum(n) FROM gateway_counts WHERE what = 'resent'), 0) a, count(*) b FROM messages WHERE resent = 2
         HAVING a <> b`,
    'I3 only what is UNKNOWN is asked after':
        "SELECT CAST(id AS TEXT), state FROM messages WHERE ask_ms IS NOT NULL AND state <> 'UNKNOWN'",
    'a correction has a first rating':
        `SELECT CAST(case_id AS TEXT) FROM ratings WHERE round = 1 AND case_id NOT IN (SELECT case_id FROM ratings WHERE round = 0)`,
    'a rating was made once in each round':
        'SELECT CAST(case_id AS TEXT), round, count(*) FROM ratings GROUP BY 1, 2 HAVING count(*) > 1',
    'receipts are different': 'SELECT receipt, count(*) FROM ratings GROUP BY 1 HAVING count(*) > 1',
    'a bad rating has one work order':
        `SELECT CAST(r.id AS TEXT), (SELECT count(*) FROM work_orders o WHERE o.rating_id = r.id) n FROM ratings r
         WHERE n <> (min(COALESCE(r.grade, 5), COALESCE(r.attitude, 5), COALESCE(r.efficiency, 5),
                         COALESCE(r.quality, 5), COALESCE(r.integrity, 5)) <= 2)`,
    'a rating was not made before the closing': 'SELECT CAST(id AS TEXT), delay_s FROM ratings WHERE delay_s < 0',
    'what was read has one reading, what is new has none':
        `SELECT CAST(i.id AS TEXT), i.state, (SELECT count(*) FROM readings r WHERE r.inbound_id = i.id) n FROM inbound i
         WHERE n <> (i.state = 'READ')`,
    'the same news is stored once': 'SELECT gateway, kind, once, count(*) FROM inbound GROUP BY 1, 2, 3 HAVING count(*) > 1',
    'a rating by reply has its reading':
        `SELECT CAST(r.id AS TEXT) FROM ratings r WHERE r.inbound_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM readings d WHERE d.inbound_id = r.inbound_id AND d.rating_id = r.id)`,
    'one reply makes one rating at the most':
        'SELECT CAST(inbound_id AS TEXT), count(*) FROM ratings WHERE inbound_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1',
    'I3 one survey a case, but for the uncertain and those that a citizen wished for':
        `SELECT CAST(mc.case_id AS TEXT), count(*) FROM message_cases mc JOIN messages m ON m.id = mc.message_id
         WHERE m.kind LIKE 'survey%' AND COALESCE(m.detail, '') <> '{"wished":true}' AND m.state NOT IN ('NEW', 'CLAIMED', 'RETRY', 'UNKNOWN', 'WITHDRAWN', 'REFUSED')
         GROUP BY 1 HAVING count(*) > 1`,
    'I3 a message went out again only where that was certain or shown':
        `SELECT CAST(message_id AS TEXT), sum(state = 'SUBMITTING') s, sum(state IN ('RETRY', 'UNKNOWN')) r FROM message_states
         GROUP BY 1 HAVING s > 1 + r`,
    'I3 a gateway accepted a message once, but for the uncertain':
        `SELECT CAST(message_id AS TEXT) FROM message_states GROUP BY 1
         HAVING sum(state = 'ACCEPTED') > 1 + sum(state = 'UNKNOWN')`,
    'a message is where its last step left it':
        `SELECT CAST(m.id AS TEXT), m.state, s.state FROM messages m JOIN message_states s ON s.id =
         (SELECT max(x.id) FROM message_states x WHERE x.message_id = m.id) WHERE s.state <> m.state`,
    'a message to be sent has a case to ask about':
        `SELECT CAST(id AS TEXT) FROM messages m WHERE kind LIKE 'survey%' AND state <> 'WITHDRAWN'
         AND NOT EXISTS (SELECT 1 FROM message_cases c WHERE c.message_id = m.id)`,
    'an invitation that asks has a message':
        `SELECT CAST(case_id AS TEXT), decision FROM invitations
         WHERE (decision IN ('send', 'delayed', 'asked_together')) <> (message_id IS NOT NULL)`,
    'a visit that is over has no case at a window':
        `SELECT CAST(c.id AS TEXT), c.state FROM cases c JOIN queue q USING (ticket_id)
         WHERE q.state = 'done' AND c.state IN ('waiting', 'serving')`,
    'a ticket that is served has a case that is served':
        `SELECT CAST(q.ticket_id AS TEXT) FROM queue q WHERE q.state = 'serving'
         AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.ticket_id = q.ticket_id AND c.state = 'serving')`,
    'a visit that is over was written once':
        `SELECT CAST(q.ticket_id AS TEXT), (SELECT count(*) FROM services s WHERE s.ticket_id = q.ticket_id) n
         FROM queue q WHERE q.state = 'done' AND n <> 1`,
};

/* Rows of several queries in one snapshot. Retries where the writer holds the file. */
function read(db, queries, now_ms) {
    const script = ['.bail on', '.timeout 10000', 'BEGIN;',
        ...queries.map((q) => `SELECT json_group_array(json_array(${columns(q)})) FROM (${q.replaceAll('$NOW', now_ms)});`), 'COMMIT;'];
    const done = spawnSync('sqlite3', ['-readonly', '-init', '/dev/null', '-list', '-noheader', db],
        { input: script.join('\n'), maxBuffer: 1 << 28, encoding: 'utf8' });

    if (done.error || done.status !== 0)
        throw new Error(`sqlite3: ${done.error ?? done.stderr}`);
    const lines = done.stdout.split('\n').filter(Boolean);
    if (lines.length !== queries.length)
        throw new Error(`sqlite3 answered ${lines.length} of ${queries.length} queries: ${done.stderr}`);
    return lines.map((l) => JSON.parse(l));
}

/* json_array(*) does not exist: count the columns by asking for them by name once. */
const named = new Map();

function columns(query) {
    return named.get(query) ?? '*';
}

function name_columns(db, queries) {
    const unknown = queries.filter((q) => !named.has(q));
    if (unknown.length === 0)
        return;
    const script = unknown.map((q, i) => `CREATE TEMP VIEW v${i} AS ${q.replaceAll('$NOW', '0')};` +
        `SELECT group_concat('"' || replace(name, '"', '""') || '"', ', ') FROM pragma_table_info('v${i}');`);
    const done = spawnSync('sqlite3', ['-readonly', '-init', '/dev/null', '-list', '-noheader', db],
        { input: ['.bail on', '.timeout 10000', ...script].join('\n'), encoding: 'utf8' });

    if (done.error || done.status !== 0)
        throw new Error(`sqlite3: ${done.error ?? done.stderr}`);
    done.stdout.split('\n').filter(Boolean).forEach((line, i) => named.set(unknown[i], line));
}

const FACTS = {
    tickets: `SELECT CAST(id AS TEXT) id, series_code || printf('%03d', serial) number, local_date FROM tickets`,
    closings: `SELECT CAST(c.id AS TEXT) id, c.state, c.outcome, CAST(i.id AS TEXT) invitation, i.decision
               FROM cases c LEFT JOIN invitations i ON i.case_id = c.id WHERE c.closed_ms IS NOT NULL`,
    ratings: `SELECT CAST(case_id AS TEXT) "case", round, grade, channel FROM ratings ORDER BY case_id, round`,
    replies: `SELECT i.once, i.state, r.act, CAST(r.case_id AS TEXT) "case", g.grade FROM inbound i
              LEFT JOIN readings r ON r.inbound_id = i.id LEFT JOIN ratings g ON g.id = r.rating_id WHERE i.kind = 'reply'`,
};

function by(rows, key) {
    const map = new Map();

    for (const row of rows)
        map.set(row[key], [...(map.get(row[key]) ?? []), row]);
    return map;
}

/*
 * What (first, corrected) a case's ratings may be after these attempts; '' for none. One
 * that was `settled` came when the time to correct may have been over.
 */
export function outcomes(attempts) {
    let states = new Set([',']);

    for (const { grade, acked, settled } of attempts) {
        const next = new Set(acked && !settled ? [] : states);

        for (const state of states) {
            const [first, second] = state.split(',');
            const now = second || first;

            if (now === String(grade) || second)
                next.add(state);
            else
                next.add(first ? `${first},${grade}` : `${grade},`);
        }
        if (acked) /* whatever was said, the case is rated */
            next.delete(',');
        states = next;
    }
    return states;
}

/*
 * I1. `list` is what the client knows:
 *   tickets  [{ id, number, local_date }]      closings [{ case, outcome, invitation, decision }]
 *   pages    { CASE: [{ grade, acked }] }      ratings by the page, in their order
 *   replies  [{ id, case, grade }]             replies that were acknowledged
 */
function check_facts(list, facts, faults) {
    const tickets = by(facts.tickets, 0), closings = by(facts.closings, 0), ratings = by(facts.ratings, 0);
    const replies = by(facts.replies, 0);
    const say = (text) => faults.push(`I1 ${text}`);

    for (const t of list.tickets ?? []) {
        const [row, ...more] = tickets.get(t.id) ?? [];

        if (!row || more.length)
            say(`ticket ${t.id} ${t.number} is there ${row ? 1 + more.length : 0} times`);
        else if (row[1] !== t.number || row[2] !== Number(String(t.local_date).replaceAll('-', '')))
            say(`ticket ${t.id} was ${t.number} of ${t.local_date} and is ${row[1]} of ${row[2]}`);
    }
    for (const c of list.closings ?? []) {
        const [row, ...more] = closings.get(c.case) ?? [];

        if (!row || more.length)
            say(`closing of ${c.case} is there ${row ? 1 + more.length : 0} times`);
        else if (row[1] !== 'closed' || row[2] !== c.outcome || row[3] !== c.invitation || row[4] !== c.decision)
            say(`closing ${JSON.stringify(c)} is ${JSON.stringify(row)}`);
    }
    for (const [id, attempts] of Object.entries(list.pages ?? {})) {
        const rows = ratings.get(id) ?? [];
        const is = `${rows[0]?.[2] ?? ''},${rows[1]?.[2] ?? ''}`;

        if (rows.length > 2 || !outcomes(attempts).has(is))
            say(`case ${id} was rated ${JSON.stringify(attempts)} and holds ${is}`);
    }
    for (const r of list.replies ?? []) {
        const [row, ...more] = replies.get(r.id) ?? [];
        const made = (ratings.get(r.case) ?? []).filter((x) => x[3] === 'sms');

        if (!row || more.length)
            say(`reply ${r.id} is there ${row ? 1 + more.length : 0} times`);
        else if (row[1] === 'READ' && (row[3] !== r.case || row[4] !== r.grade || made.length !== 1))
            say(`reply ${JSON.stringify(r)} was read as ${JSON.stringify(row)}, ratings ${JSON.stringify(made)}`);
    }
}

/* The faults found, as sentences; none is an empty list. */
export function check(db, { acknowledged, deep = true } = {}) {
    const rules = { ...CHEAP, ...(deep ? DEEP : {}) };
    const queries = [...Object.values(rules), ...Object.values(FACTS)];
    const clock = "SELECT COALESCE((SELECT number FROM marks WHERE name = 'clock_offset_ms'), 0) offset";
    const faults = [];

    name_columns(db, [...queries, clock]);
    const [[[offset]]] = read(db, [clock]);
    const rows = read(db, queries, Date.now() + offset);
    Object.keys(rules).forEach((name, i) => {
        if (rows[i].length > 0)
            faults.push(`${name}: ${rows[i].length} × ${JSON.stringify(rows[i].slice(0, 3))}`);
    });
    if (acknowledged)
        check_facts(acknowledged, Object.fromEntries(Object.keys(FACTS).map((name, i) =>
            [name, rows[Object.keys(rules).length + i]])), faults);
    return faults;
}

/* How many replies nobody has read yet. */
export function unread(db) {
    const query = "SELECT count(*) n FROM inbound WHERE state = 'NEW'";

    name_columns(db, [query]);
    return read(db, [query])[0][0][0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [db, file] = process.argv.slice(2);
    const faults = check(db, file ? { acknowledged: JSON.parse(fs.readFileSync(file, 'utf8')) } : {});

    faults.forEach((f) => console.log(f));
    console.log(`${faults.length} faults`);
    process.exit(faults.length ? 1 : 0);
}
