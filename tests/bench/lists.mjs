/*
 * lists.mjs — how long a person waits for a list or a search in a store of many ratings.
 *
 *     node tests/bench/lists.mjs RELEASE [RATINGS]      200000 by default; the goal is 50 ms at 10000000
 *
 * A store is filled by the sqlite3 program as the program itself would have filled it (and words by
 * tests/bench/lists.c, since they are sealed): 4,000 ratings a day, one case in five not rated, one in
 * fifty rated badly, one comment in twenty ratings, a window that was rated once a day, one that was
 * rated three times ever, a matter that never was, one survey in a hundred not delivered. Of messages
 * only those are there that lists speak of. Then the real server is asked for every list as each page
 * offers it, as somebody who is logged in; each way is asked for several times and from several places.
 * Beside the time stands the processor time of the whole server, which others on the machine do not lengthen.
 * KEEP=DIR keeps the store there, or takes the one that is there.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import assert from 'node:assert/strict';

import { House, end_all, hall } from '../flow/house.mjs';
import { add_person } from '../flow/people.mjs';

const [, , RELEASE, COUNT] = process.argv;
const RATINGS = Number(COUNT ?? 200000), PER_DAY = 4000, CASES_A_DAY = PER_DAY * 5 / 4, GOAL_MS = 50;
const DAYS = Math.ceil(RATINGS / PER_DAY), DAY = 86400000, TURNS = 7;
const EPOCH = 1577836800000n;

function sqlite(data, text) {
    return execFileSync('sqlite3', ['-init', '/dev/null', '-list', '-noheader', path.join(data, 'yiping.db')],
        { input: text, maxBuffer: 1 << 26 }).toString().trim();
}

const id_floor = (ms) => (BigInt(ms) - EPOCH) << 22n;

/* == The store ======================================================================= */

/* Morning of the newest day, and the days before it; the hall's own dates. */
function days(now_ms) {
    const eight = 8 * 3600000; /* Shanghai */
    const last = Math.floor((now_ms + eight) / DAY) - 1, rows = [];

    for (let n = 0; n < DAYS; n++) {
        const day = last - DAYS + 1 + n, at = new Date(day * DAY);
        rows.push(`(${n}, ${at.getUTCFullYear() * 10000 + (at.getUTCMonth() + 1) * 100 + at.getUTCDate()}, ${day * DAY - eight + 9 * 3600000})`);
    }
    return rows;
}

function fill(data, now_ms) {
    const tables = ['cases', 'ratings', 'tickets', 'invitations', 'messages', 'message_cases', 'message_states',
        'rating_details', 'rating_lines', 'work_orders', 'order_states', 'readings', 'inbound', 'closings', 'rating_days', 'clerk_days'];
    const indexes = sqlite(data, `SELECT name || '|' || replace(sql, char(10), ' ') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
        AND tbl_name IN (${tables.map((t) => `'${t}'`)})`).split('\n').map((row) => row.split(/\|(.*)/s));
    const id = (ms) => `(((${ms}) - ${EPOCH}) << 22)`;
    const rows = days(now_ms), H = sqlite(data, 'SELECT max(hall) FROM halls');

    sqlite(data, `
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000; PRAGMA temp_store = MEMORY;
${indexes.map(([name]) => `DROP INDEX ${name};`).join('')}
CREATE TEMP TABLE d (n INTEGER PRIMARY KEY, date INTEGER, base INTEGER);
INSERT INTO d VALUES ${rows.join(',')};
CREATE TEMP TABLE w AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, code, department_id FROM windows;
CREATE TEMP TABLE m AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, code FROM matters;
CREATE TEMP TABLE k AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, code FROM clerks;
CREATE TEMP TABLE s (n INTEGER PRIMARY KEY);
WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${CASES_A_DAY - 1}) INSERT INTO s SELECT n FROM c;
/* x: the case's number; the newest window is rated once a day, the one before it three times ever, the newest matter never */
CREATE TEMP VIEW x AS SELECT d.n * ${CASES_A_DAY} + s.n AS x, s.n AS s, d.date AS date, d.base + s.n * ${Math.floor(8 * 3600000 / CASES_A_DAY)} AS at
    FROM d CROSS JOIN s;
CREATE TEMP VIEW y AS SELECT x.*, CASE WHEN x IN (501, ${Math.floor(DAYS / 2) * CASES_A_DAY + 501}, ${(DAYS - 2) * CASES_A_DAY + 501})
        THEN (SELECT count(*) - 2 FROM w) WHEN s = 77 THEN (SELECT count(*) - 1 FROM w)
        ELSE (x * 7919 + x / 13) % (SELECT count(*) - 2 FROM w) END AS window,
    (x * 104729 + x / 7) % (SELECT count(*) - 1 FROM m) AS matter, (x * 7919 + x / 13) % (SELECT count(*) FROM k) AS clerk,
    CASE WHEN x * 7727 % 1000 < 6 THEN 1 WHEN x * 7727 % 1000 < 20 THEN 2 WHEN x * 7727 % 1000 < 60 THEN 3
        WHEN x * 7727 % 1000 < 250 THEN 4 WHEN x * 7727 % 1000 < 995 THEN 5 ELSE 0 END AS grade FROM x;
INSERT INTO tickets (id, hall, local_date, series_code, serial, matter_id, lang, short_code, ahead, taken_ms)
    SELECT ${id('at - 600000')}, ${H}, date, 'A', s + 1, m.id, 'zh-CN', printf('%08X', x), 0, at - 600000 FROM y JOIN m ON m.n = y.matter ORDER BY x;
INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no, matter_id, window_id, clerk_id, state, outcome, opened_ms, closed_ms, rate_until_ms, changed_ms)
    SELECT ${id('at')}, ${H}, ${id('at - 600000')}, ${H}, 'yiping', printf('QC-%d-A%03d-1', date, s + 1), m.id, w.id, k.id, 'closed', 'done', at,
    at + 600000, at + 500000000, at + 600000 FROM y JOIN m ON m.n = y.matter JOIN w ON w.n = y.window JOIN k ON k.n = y.clerk ORDER BY x;
INSERT INTO closings (case_id, hall, local_date, ratable) SELECT ${id('at')}, ${H}, date, 1 FROM x ORDER BY x;
INSERT INTO invitations (id, hall, case_id, decision, reason, message_id, due_ms, decided_ms)
    SELECT ${id('at + 600000')}, ${H}, ${id('at')}, 'send', '', CASE WHEN s % 100 = 3 THEN ${id('at + 600000')} END, at + 2400000, at + 600000 FROM x ORDER BY x;
INSERT INTO ratings (id, hall, case_id, round, grade, attitude, efficiency, quality, integrity, channel, proof, receipt, delay_s, local_date, rated_ms)
    SELECT ${id('at + 1320000')}, ${H}, ${id('at')}, 0, nullif(grade, 0), CASE grade WHEN 0 THEN 4 END, CASE grade WHEN 0 THEN 5 END,
    CASE grade WHEN 0 THEN 5 END, CASE grade WHEN 0 THEN 5 END, CASE WHEN x % 3 = 0 THEN 'ticket_qr' WHEN x % 977 = 0 THEN 'paper' ELSE 'sms' END,
    'P' || (1 + x % 5), printf('%08X%08X', x * 2654435761 % 4294967296, x), 720 + x % 100 * 1000, date, at + 1320000
    FROM y WHERE s % 5 <> 0 OR s = 77 ORDER BY x;
INSERT INTO rating_details (id, hall, case_id, rating_id, tags, tag_set, contact, at_ms)
    SELECT ${id('at + 1400000')}, ${H}, ${id('at')}, ${id('at + 1320000')}, grade || '01,' || grade || '03', 2, x % 2, at + 1400000
    FROM y WHERE s % 5 <> 0 AND grade > 0 AND x % 10 = 1 ORDER BY x;
CREATE TEMP TABLE o AS SELECT row_number() OVER (ORDER BY x) AS n, x, at, date, grade, window FROM y
    WHERE grade IN (1, 2) AND s % 5 <> 0 AND s <> 77 ORDER BY x;
INSERT INTO work_orders (id, hall, number, kind, case_id, rating_id, opened_ms)
    SELECT ${id('at + 1320000')}, ${H}, printf('%d%07d', date / 10000, n), 'rating', ${id('at')}, ${id('at + 1320000')}, at + 1320000 FROM o;
INSERT INTO order_states (order_id, hall, kind, state, reach, round, tries, level, paused_for, paused_ms, begun_ms, contact_due_ms, fix_due_ms,
    verdict_due_ms, raised_ms, due_ms, look_ms, department_code, window_code, owner_id, steps, changed_ms)
    SELECT ${id('at + 1320000')}, ${H}, 'rating', CASE WHEN o.n > (SELECT max(n) FROM o) - 1200 THEN CASE o.n % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'contacted'
    WHEN 2 THEN 'fixing' ELSE 'fed_back' END ELSE 'closed' END, 'phone', 0, 0, 0, '', 0, at, at + ${DAY}, at + ${5 * DAY}, at + ${9 * DAY}, 0,
    at + ${6 * DAY} + o.n % 1000, 9223372036854775807, e.code, w.code, NULL, 3, at FROM o JOIN w ON w.n = o.window
    JOIN departments e ON e.id = w.department_id ORDER BY o.n;
INSERT INTO rating_lines (rating_id, hall, case_id, later_id, round, window_id, matter_id, clerk_id, local_date, closed_date, grade, channel, proof,
    delay_s, tags, commented, contact, ordered, praised)
    SELECT r.id, ${H}, r.case_id, 0, 0, c.window_id, c.matter_id, c.clerk_id, r.local_date, r.local_date, coalesce(r.grade, 0), r.channel, r.proof, r.delay_s,
    coalesce(t.tags, ''), 0, coalesce(t.contact, 0), CASE WHEN r.grade IN (1, 2) THEN 1 ELSE 0 END, 0 FROM ratings r JOIN cases c ON c.id = r.case_id
    LEFT JOIN (SELECT rating_id, tags, contact FROM rating_details) t ON t.rating_id = r.id ORDER BY r.id;
INSERT INTO rating_days (hall, local_date, window_code, matter_code, channel, grade, department_code, ratings)
    SELECT ${H}, l.local_date, w.code, m.code, l.channel, l.grade, e.code, count(*) FROM rating_lines l JOIN w ON w.id = l.window_id JOIN m ON m.id = l.matter_id
    JOIN departments e ON e.id = w.department_id GROUP BY 1, 2, 3, 4, 5, 6, 7;
INSERT INTO clerk_days (hall, clerk_code, local_date, channel, measure, grade, ratings)
    SELECT ${H}, k.code, l.local_date, l.channel, 0, l.grade, count(*) FROM rating_lines l JOIN k ON k.id = l.clerk_id GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO messages (id, hall, kind, lang, phone_id, case_id, state, attempt, due_ms, expires_ms, changed_ms, created_ms)
    SELECT ${id('at + 600000')}, ${H}, 'survey', 'zh-CN', 1, NULL, CASE x % 3 WHEN 0 THEN 'UNDELIVERED' WHEN 1 THEN 'EXPIRED' ELSE 'REFUSED' END, 1, at, at, at, at FROM x WHERE s % 100 = 3 ORDER BY x;
INSERT INTO message_cases (message_id, ordinal, hall, case_id) SELECT ${id('at + 600000')}, ${H}, 1, ${id('at')} FROM x WHERE s % 100 = 3 ORDER BY x;
INSERT INTO message_states (id, hall, message_id, state, attempt, detail, at_ms) SELECT ${id('at + 700000')}, ${H}, ${id('at + 600000')}, 'REFUSED', 1, 'ABSENT', at + 700000 FROM x WHERE s % 100 = 3 ORDER BY x;
INSERT INTO words (id, hall, sealed) VALUES (1, ${H}, x'00');
INSERT INTO inbound (id, hall, gateway, kind, once, recipient, words_id, state, received_ms, due_ms, part, parts, part_ref)
    SELECT ${id('at + 900000')}, ${H}, 'virtual', 'reply', 'bench ' || x, '106900', 1, 'READ', at, at, 1, 1, 0 FROM x WHERE s % 100 = 9 ORDER BY x;
INSERT INTO readings (id, hall, inbound_id, outcome, act, proof, case_id, at_ms, trouble)
    SELECT ${id('at + 901000')}, ${H}, ${id('at + 900000')}, 'unclear', CASE x % 3 WHEN 0 THEN 'unlinked' WHEN 1 THEN 'asked_back' ELSE 'late' END, 'P0',
    CASE WHEN x % 3 = 2 THEN ${id('at')} END, at, '' FROM x WHERE s % 100 = 9 ORDER BY x;
DELETE FROM words WHERE id = 1;
INSERT INTO series_days (hall, local_date, series_code, last, waiting) SELECT ${H}, date, 'A', ${CASES_A_DAY}, 0 FROM d;
${indexes.map(([, text]) => `${text};`).join('\n')}
`);
    console.log(execFileSync(path.join(RELEASE, 'bench', 'lists'), [data, '20']).toString().trim());
}

/* == Asking ========================================================================== */

/* Milliseconds that the threads of the server have run. */
function busy_ms(pid) {
    let ns = 0;

    for (const task of fs.readdirSync(`/proc/${pid}/task`))
        ns += Number(fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    return ns / 1e6;
}

async function measure(person, target, seen) {
    const times = [];

    for (let i = 0; i < TURNS; i++) {
        const before = busy_ms(seen.pid), began = performance.now(), answer = await person.request('GET', target);
        times.push(performance.now() - began);
        seen.busy.push(busy_ms(seen.pid) - before);
        assert.equal(answer.status, 200, `${target}: ${answer.status} ${answer.text.slice(0, 300)}`);
        seen.html = answer.text;
    }
    return times;
}

const rows_of = (html) => (html.match(/<th scope="row">/g) ?? []).length;
const next_of = (html) => html.match(/<a class="button plain" href="([^"]*)" rel="next"/)?.[1].replaceAll('&amp;', '&');

let over = 0;
const all = [];

/* One way to ask, its second page, and a page a good way further on where there is one. */
async function tell(person, what, target) {
    const seen = { pid: person.house.child.pid, busy: [] }, times = await measure(person, target, seen), first = times[0];
    let rows = rows_of(seen.html), pages = 1;

    for (let next = next_of(seen.html); next && pages < 3; next = next_of(seen.html), pages++)
        times.push(...await measure(person, next, seen));
    const middle = (list) => list.slice().sort((a, b) => a - b)[list.length >> 1];
    const median = middle(times), worst = Math.max(...times);
    all.push(...times);
    over += median > GOAL_MS;
    console.log(`${median > GOAL_MS ? '!' : ' '} ${what.padEnd(58)} ${String(rows).padStart(3)} rows  first ${first.toFixed(1).padStart(7)}  median ${median.toFixed(1).padStart(7)}  worst ${worst.toFixed(1).padStart(7)} ms  busy ${middle(seen.busy).toFixed(1).padStart(7)} ms`);
}

async function main() {
    const house = new House();
    const kept = process.env.KEEP;

    if (kept) {
        fs.mkdirSync(kept, { recursive: true });
        fs.rmSync(house.data, { recursive: true, force: true });
        fs.symlinkSync(path.resolve(kept), house.data);
    }
    const there = kept && fs.existsSync(path.join(kept, 'filled'));
    const began = Date.now();
    if (!there) {
        execFileSync(path.join(RELEASE, 'yiping'), ['init', '--data', house.data, '--hall', path.resolve(RELEASE, '..', '..', process.env.SHARED ?? '../shared', 'halls/example.json')], { stdio: 'ignore' });
        fill(house.data, began);
        fs.writeFileSync(path.join(house.data, 'filled'), '');
    }
    console.log(`${sqlite(house.data, 'SELECT count(*) FROM ratings')} ratings, ${(fs.statSync(path.join(house.data, 'yiping.db')).size / 1e9).toFixed(1)} GB, filled in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    house.configure({ staff: { session_idle: '24 h', session_max: '24 h' } });
    await house.start();
    const name = `bench${Date.now()}`, head = await (await add_person(house, 'hall', { name })).log_in();
    const windows = hall.windows, last = windows.at(-1), rare = windows.at(-2), first = windows[0];
    const department = await (await add_person(house, 'department', { name: `${name}d`, place: ['--department', first.department] })).log_in();
    const [day, later] = sqlite(house.data, `SELECT min(local_date), max(local_date) FROM (SELECT local_date FROM series_days WHERE series_code = 'A' ORDER BY local_date LIMIT ${Math.max(1, DAYS >> 1)})`).split('|').map((d) => d.replace(/(....)(..)(..)/, '$1-$2-$3'));
    const [receipt, number] = sqlite(house.data, 'SELECT r.receipt, c.case_no FROM ratings r JOIN cases c ON c.id = r.case_id ORDER BY r.id LIMIT 1 OFFSET 77').split('|');
    const q = (list, query, more = {}) => `/${list}?${new URLSearchParams({ ...more, ...(query && { q: query }) })}`;

    for (const sort of ['newest', 'oldest', 'worst', 'best'])
        for (const wish of ['', 'grade:1', 'grade:1,2', 'grade:four', 'channel:paper', 'channel:ticket_qr', 'proof:P3', 'is:late', 'is:praise', 'is:corrected',
            'has:comment', 'has:contact', 'has:order', 'tag:103', `window:${first.code}`, `window:${last.code}`, `window:${rare.code}`, `window:${rare.code} grade:1`,
            `dept:${first.department}`, `dept:${last.department}`, `dept:${first.department} grade:1`, `matter:${hall.matters[0].code}`, `matter:${hall.matters.at(-1).code}`,
            `clerk:${hall.staff[0].code}`, `window:${last.code} grade:1,2 has:comment`, `-channel:sms -channel:ticket_qr`, `after:${later}`, `before:${later}`,
            `after:${day} before:${later} grade:2 matter:${hall.matters[1].code}`, 'is:praise grade:1'])
            await tell(head, `ratings ${sort} ${wish}`, q('ratings', wish, { sort }));
    for (const wish of ['', 'grade:1', `window:${rare.code}`])
        await tell(department, `ratings of a department ${wish}`, q('ratings', wish));
    for (const view of ['unrated', 'failed'])
        for (const sort of ['newest', 'oldest'])
            for (const wish of ['', `window:${first.code}`, `window:${rare.code}`, `dept:${first.department}`, 'state:send', 'state:excluded', 'state:REFUSED', `before:${later}`])
                await tell(head, `cases ${view} ${sort} ${wish}`, q('cases', wish, { view, sort }));
    for (const sort of ['newest', 'oldest'])
        for (const wish of ['', 'state:late', 'has:case', `before:${later}`])
            await tell(head, `unlinked ${sort} ${wish}`, q('unlinked', wish, { sort }));
    for (const view of ['due', 'overdue', 'contact', 'fix', 'tell', 'verdict', 'supervised', 'appeal', 'mine', 'open', 'closed'])
        for (const sort of ['due', 'newest', 'oldest'])
            for (const wish of ['', 'grade:1', `window:${rare.code}`, 'has:comment -owner:me'])
                await tell(head, `reviews ${view} ${sort} ${wish}`, q('reviews', wish, { view, sort }));
    for (const view of ['open', 'closed'])
        await tell(department, `reviews of a department ${view}`, q('reviews', '', { view }));
    for (const typed of ['A1', `A${CASES_A_DAY}`, number, receipt, receipt.replace(/(.{4})(?=.)/g, '$1-'), 'QC-20000101-A001-1', '0000000000000000', '电梯停用', '窗口', '材料来回', '谢谢', '没有这句话'])
        await tell(head, `search ${typed}`, `/search?${new URLSearchParams({ q: typed })}`);
    all.sort((a, b) => a - b);
    console.log(`\n${RATINGS} ratings: median ${all[all.length >> 1].toFixed(1)} ms, 99 % ${all[Math.floor(all.length * 0.99)].toFixed(1)} ms, worst ${all.at(-1).toFixed(1)} ms; ${over} ways with a median over ${GOAL_MS} ms`);
    await house.stop();
    end_all();
    fs.rmSync(house.folder, { recursive: true, force: true });
    process.exitCode = over > 0 ? 1 : 0;
}

await main();
