/*
 * import.test.mjs — `yiping import cases`: the same file again does no harm, every line that
 * is refused is named, a kill in the middle loses nothing, and a server beside it goes on.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';

import { end_all, HALL_FILE, House, launch, PROGRAM, run, run_well, scratch_folder, until } from './house.mjs';

const MANY = Number(process.env.MANY ?? 20000);

after(end_all);

async function fresh() {
    const folder = scratch_folder('import');
    const data = path.join(folder, 'data');

    await run_well(['init', '--data', data, '--hall', HALL_FILE]);
    return { folder, data };
}

function write(folder, name, text) {
    const file = path.join(folder, name);

    fs.writeFileSync(file, text);
    return file;
}

function sql(data, text) {
    return execFileSync('sqlite3', ['-readonly', '-init', '/dev/null', '-cmd', '.timeout 5000', '-list', '-noheader',
        path.join(data, 'yiping.db'), text], { maxBuffer: 1 << 28 }).toString().trim();
}

const event = (n, changes = {}) => ({ case_no: `OA-${n}`, source: 'oa', matter: 'eia', window: 'F02', clerk: '1020',
    accepted_at: '2026-03-02T10:00:00+08:00', ...changes });
const closed = (n, changes = {}) => event(n, { closed_at: '2026-03-09T10:00:00+08:00', ...changes });
const jsonl = (events) => events.map((e) => `${JSON.stringify(e)}\n`).join('');
const COLUMNS = ['case_no', 'matter', 'window', 'clerk', 'phone', 'accepted_at', 'closed_at', 'parent', 'source'];
const csv = (events) => `${COLUMNS.join(',')}\r\n${events.map((e) => COLUMNS
    .map((c) => `"${(e[c] ?? '').replaceAll('"', '""')}"`).join(',')).join('\r\n')}\r\n`;
const counts = (added, late, same, refused) => ({ lines: added + late + same + refused, added, closed: late, same,
    refused, dry_run: false });
const last = (done) => JSON.parse(done.stdout.trim().split('\n').at(-1));
/* All that a line could have changed. */
const facts = (data) => sql(data, 'SELECT * FROM cases; SELECT * FROM invitations; SELECT * FROM messages;'
    + ' SELECT * FROM events; SELECT * FROM closing_days; SELECT count(*) FROM phones');

for (const [name, write_as] of [['cases.jsonl', jsonl], ['cases.csv', csv]])
    test(`${name}: taken once, closed by a later line, decided once`, async () => {
        const { folder, data } = await fresh();
        const first = write(folder, name, write_as([closed(1), event(2), closed(3, { phone: '13900001003' }),
            event(4, { parent: 'OA-1' })]));
        const second = write(folder, `more-${name}`, write_as([event(2), closed(2), closed(2), closed(1)]));
        const args = (file) => ['import', 'cases', file, '--data', data, '--json'];

        const dry = await run([...args(first), '--dry-run']);
        assert.equal(dry.code, 0, dry.stderr);
        assert.deepEqual(last(dry), { ...counts(4, 0, 0, 0), dry_run: true });
        assert.equal(sql(data, 'SELECT count(*) FROM cases'), '0');
        assert.equal(sql(data, 'SELECT count(*) FROM phones'), '0');
        assert.deepEqual(last(await run_well(args(first))), counts(4, 0, 0, 0));
        const before = facts(data);
        assert.deepEqual(last(await run_well(args(first))), counts(0, 0, 4, 0));
        assert.equal(facts(data), before, 'the same file again changes nothing');
        const dry_second = await run([...args(second), '--dry-run']);
        assert.deepEqual(last(dry_second), { ...counts(0, 1, 3, 0), dry_run: true });
        assert.deepEqual(last(await run_well(args(second))), counts(0, 1, 3, 0));
        assert.equal(sql(data, 'SELECT c.case_no, i.decision FROM cases c JOIN invitations i ON i.case_id = c.id'
            + ' ORDER BY 1'), 'OA-1|no_phone\nOA-2|no_phone\nOA-3|excluded');
        assert.equal(sql(data, "SELECT count(*) FROM cases c JOIN cases p ON p.id = c.parent_id"
            + " WHERE c.case_no = 'OA-4' AND p.case_no = 'OA-1'"), '1');
        assert.match(sql(data, "SELECT actor, action FROM audit_events WHERE action LIKE 'import%'"),
            /^command\|import\.cases\ncommand\|import\.cases\.done\n/);
    });

test('what cases were like comes in with them, by cell or by field', async () => {
    const { folder, data } = await fresh();
    const head = `${COLUMNS.join(',')},service,decided_at_window,trips,came_again`;
    const row = (n, traits) => `${COLUMNS.map((c) => closed(n)[c] ?? '').join(',')},${traits}`;
    const table = write(folder, 'traits.csv', `${[head, row(1, 'agent early,false,2,true'), row(2, 'none,,,'), row(3, ',,,')].join('\r\n')}\r\n`);
    const wrong = write(folder, 'wrong.csv', `${[head, row(4, 'cake,,,'), row(5, ',yes,,'), row(6, ',,100,'), row(7, ',,,')].join('\r\n')}\r\n`);

    assert.deepEqual(last(await run_well(['import', 'cases', table, '--data', data, '--json'])), counts(3, 0, 0, 0));
    const again = write(folder, 'again.jsonl', jsonl([closed(3, { trips: 0 }), closed(1, { trips: 2 })]));
    assert.deepEqual(last(await run_well(['import', 'cases', again, '--data', data, '--json'])), counts(0, 0, 2, 0));
    assert.equal(sql(data, 'SELECT c.case_no, t.services, t.at_window, t.trips, t.came_again FROM case_traits t'
        + ' JOIN cases c ON c.id = t.case_id ORDER BY t.id'), 'OA-1|9|0|2|1\nOA-2|0|||\nOA-3|||0|');
    assert.equal(sql(data, 'SELECT sum(cases) FROM trait_sums'), '3');
    const refused = await run(['import', 'cases', wrong, '--data', data, '--json']);
    assert.equal(refused.code, 7, refused.stderr);
    assert.deepEqual(refused.stdout.trim().split('\n').slice(0, 3).map((line) => JSON.parse(line).field),
        ['service', 'decided_at_window', 'trips']);
});

test('lines that are refused are named with number, field and reason; the others are taken', async () => {
    const { folder, data } = await fresh();
    const file = write(folder, 'bad.jsonl', [JSON.stringify(closed(1)), '', '{"case_no":', JSON.stringify(event(2,
        { matter: 'none' })), JSON.stringify(event(3, { phone: '12345' })), JSON.stringify(closed(4,
        { accepted_at: '2026-03-10T10:00:00+08:00' })), JSON.stringify(event(5, { accepted_at: '2999-01-01T00:00:00Z' })),
    JSON.stringify({ ...event(6), grade: '5' }), JSON.stringify(event(7, { parent: 'OA-99' })), JSON.stringify(event(8,
        { window: 'F02', matter: 'business-licence' })), `${JSON.stringify(event(9)).slice(0, -1)},"x":"${'y'.repeat(70000)}"}`,
    JSON.stringify(event(10))].join('\n'));
    const expect = [[3, null], [4, 'matter'], [5, 'phone'], [6, 'closed_at'], [7, 'accepted_at'], [8, 'grade'],
        [9, 'parent'], [10, 'window'], [11, null]];

    for (const more of [['--dry-run'], []]) {
        const done = await run(['import', 'cases', file, '--data', data, '--json', ...more]);
        const report = done.stdout.trim().split('\n').map((line) => JSON.parse(line));

        assert.equal(done.code, 7, done.stderr);
        assert.deepEqual(report.slice(0, -1).map((r) => [r.line, r.field]), expect);
        for (const r of report.slice(0, -1))
            assert.ok(done.stderr.includes(`${file}:${r.line}: ${r.field ? `${r.field}: ` : ''}${r.reason}`), r.reason);
        assert.deepEqual(report.at(-1), { ...counts(2, 0, 0, 9), dry_run: more.length > 0 });
        assert.ok(!done.stderr.includes('12345'), 'no number is told');
    }
    assert.equal(sql(data, 'SELECT case_no FROM cases ORDER BY 1'), 'OA-1\nOA-10');
    assert.equal(sql(data, 'SELECT count(*) FROM phones'), '0', 'a refused line leaves nothing');
    const none = write(folder, 'none.jsonl', 'x\n');
    assert.equal((await run(['import', 'cases', none, '--data', data])).code, 1);
});

test('wrong calls and files say what to do', async () => {
    const { folder, data } = await fresh();
    const rows = [
        [['import'], 2, /cases/], [['import', 'cases', '--data', data], 2, /file/],
        [['import', 'cases', 'x'], 2, /--data/], [['import', 'cases', 'x', '--data', data, '--format', 'xml'], 2, /jsonl/],
        [['import', 'cases', path.join(folder, 'no.csv'), '--data', data], 3, /cannot be read/],
        [['import', 'cases', write(folder, 'a.csv', 'case_nr,x\n'), '--data', data], 3, /a\.csv:1: .*case_no/],
        [['import', 'cases', write(folder, 'b.csv', 'case_no\n1\n'), '--data', data], 3, /no column/],
        [['import', 'cases', write(folder, 'c.csv', ''), '--data', data], 3, /columns/],
        [['import', 'cases', '-', '--data', path.join(folder, 'no')], 1, /init/],
    ];

    for (const [args, code, pattern] of rows) {
        const done = await run(args);
        assert.equal(done.code, code, `${args.join(' ')}: ${done.stderr}`);
        assert.match(done.stderr, pattern);
        assert.equal(done.stdout, '');
    }
    const piped = await run(['import', 'cases', '-', '--data', data, '--json'], { input: `\ufeff${csv([closed(1)])}` });
    assert.equal(piped.code, 0, piped.stderr);
    assert.deepEqual(last(piped), counts(1, 0, 0, 0));
});

/* Every second case is closed, every third has a phone. */
const many = (n) => Array.from({ length: n }, (_, i) => event(i, { ...i % 2 ? { closed_at: '2026-03-09T10:00:00+08:00' } : {},
    ...i % 3 ? {} : { phone: `139${String(i).padStart(8, '0')}` } }));

function whole(data) {
    assert.equal(sql(data, "SELECT count(*) FROM cases c LEFT JOIN (SELECT case_id, count(*) AS n FROM events"
        + " WHERE kind = 'imported' GROUP BY case_id) e ON e.case_id = c.id WHERE e.n IS NOT 1"), '0',
    'a case has its event');
    assert.equal(sql(data, "SELECT count(*) FROM cases c LEFT JOIN (SELECT case_id, count(*) AS n FROM invitations"
        + " GROUP BY case_id) i ON i.case_id = c.id WHERE coalesce(i.n, 0) <> (c.state = 'closed')"), '0',
    'a closed case has one decision');
    assert.equal(sql(data, 'SELECT sum(closings) FROM closing_days') || '0',
        sql(data, "SELECT count(*) FROM cases WHERE state = 'closed'"), 'the roll-up counts each closing');
}

test(`${MANY} cases, killed in the middle and run again`, async () => {
    const { folder, data } = await fresh();
    const file = write(folder, 'many.jsonl', jsonl(many(MANY)));
    const args = ['import', 'cases', file, '--data', data, '--json'];
    let there = 0, kills = 0;

    for (const [part, how] of [[0.05, 'SIGKILL'], [0.3, 'SIGINT'], [0.6, 'SIGKILL']]) {
        const child = launch(args);
        const ended = new Promise((done) => child.on('close', (code, signal) => done(signal ?? code)));

        await until('some cases', () => child.exitCode !== null
            || Number(sql(data, 'SELECT count(*) FROM cases')) > part * MANY);
        child.kill(how);
        const end = await ended;
        assert.ok(end === 0 || end === (how === 'SIGINT' ? 130 : how), `${how}: ${end}`);
        kills += end !== 0;
        const now = Number(sql(data, 'SELECT count(*) FROM cases'));
        assert.ok(now >= there, 'nothing is lost');
        there = now;
        whole(data);
    }
    assert.ok(kills > 0 && there < MANY, `killed ${kills} times at ${there}`);
    const done = last(await run_well(args));
    assert.equal(done.added, MANY - there);
    assert.equal(done.same, there);
    whole(data);
    assert.equal(sql(data, "SELECT count(*) FROM cases WHERE state = 'closed'"), String(MANY / 2));
    const before = facts(data);
    assert.deepEqual(last(await run_well(args)), counts(0, 0, MANY, 0));
    assert.equal(facts(data), before);
});

test('a terminal sees how far it is; a pipe does not', async () => {
    const { folder, data } = await fresh();
    const file = write(folder, 'shown.jsonl', jsonl(many(MANY)));
    const command = `${PROGRAM} import cases ${file} --data ${data}`;
    const child = spawn('script', ['-qfec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let shown = '';

    child.stdout.on('data', (part) => { shown += part; });
    /* Another writer holds the store for a moment, so that the quickest machine takes its half second. */
    await until('some cases', () => sql(data, 'SELECT count(*) FROM cases') !== '0');
    execFileSync('sqlite3', [path.join(data, 'yiping.db'), '.timeout 5000', 'BEGIN IMMEDIATE', '.shell sleep 0.6', 'ROLLBACK']);
    await new Promise((done) => child.on('close', done));
    assert.match(shown, /\r导入 [\d,]+\/20,000 \d+% 约 \d+ 秒/);
    assert.match(shown, /20,000 行：新增 20,000/);
    const piped = await run_well(['import', 'cases', file, '--data', data, '--dry-run']);
    assert.ok(!/导入 /.test(piped.stderr), piped.stderr);
    assert.equal((await run_well(['import', 'cases', file, '--data', data, '--quiet'])).stderr, '');
});

test('beside a running server: desks go on, and who is to be asked is asked', async () => {
    const house = await House.open();

    try {
        const iso = (at) => `${new Date(at + 8 * 3600e3).toISOString().slice(0, 19)}+08:00`;
        const phone = house.phone();
        const events = Array.from({ length: 6000 }, (_, i) => event(i));
        events.splice(100, 0, event('ask', { phone, accepted_at: iso(house.now() - 86400e3), closed_at: iso(house.now() - 1000) }));
        const file = write(house.folder, 'beside.jsonl', jsonl(events));
        const import_ = run(['import', 'cases', file, '--data', house.data, '--config', house.config, '--json']);
        const began = performance.now();
        let over = false, slowest = 0, tickets = 0;

        import_.then(() => { over = true; });
        while (!over) {
            const from = performance.now();
            await house.take();
            tickets++;
            slowest = Math.max(slowest, performance.now() - from);
        }
        const done = await import_;
        assert.equal(done.code, 0, done.stderr);
        assert.deepEqual(last(done), counts(6001, 0, 0, 0));
        assert.ok(tickets > 3, `${tickets} tickets meanwhile`);
        assert.ok(slowest < Math.max(2000, (performance.now() - began) / 3), `a ticket took ${slowest} ms`);
        await house.ask();
        const survey = await house.message(phone, /^survey/);
        assert.ok(survey.cases.length === 1);
    } finally {
        await house.close();
    }
});
