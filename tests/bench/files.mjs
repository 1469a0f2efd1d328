/*
 * files.mjs — many cases in and many ratings out, killed in the middle, with figures: seconds,
 * rows a second, and the most memory that the program ever held.
 *
 *     node tests/bench/files.mjs [CASES]     1000000 by default
 *
 * Cases come in by `yiping import cases`, killed a few times and run again; what is then in the
 * store is judged by the sqlite3 program. Their ratings are written by that program, too (how
 * ratings come in is measured elsewhere), and leave as CSV, XLSX and a record of another platform.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = path.resolve(ROOT, process.env.PROGRAM ?? '.build/release/yiping');
const HALL = path.join(path.resolve(ROOT, process.env.SHARED ?? '../shared'), 'halls/example.json');
const CASES = Number(process.argv[2] ?? 1000000);
const KILLS = [0.1, 0.35, 0.7];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'yiping-files-'));
const data = path.join(folder, 'data');
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

function sql(text, ...more) {
    return execFileSync('sqlite3', [...more, '-init', '/dev/null', '-list', '-noheader', path.join(data, 'yiping.db'), text])
        .toString().trim();
}

const cases = () => Number(sql('SELECT count(*) FROM cases', '-readonly'));

/* Runs the program; `kill` is asked a few times a second whether it is time. */
async function run(args, codes, kill = () => false) {
    const began = performance.now();
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '', memory_kib = 0;

    child.stdout.on('data', (part) => { said += part; });
    child.stderr.on('data', (part) => { said += part; });
    const timer = setInterval(() => {
        try {
            const status = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');
            memory_kib = Math.max(memory_kib, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0));
        } catch { /* it has ended */ }
        if (kill())
            child.kill('SIGKILL');
    }, 100);
    const [code, signal] = await new Promise((done) => child.on('close', (...ended) => done(ended)));
    clearInterval(timer);
    assert.ok(signal === 'SIGKILL' || codes.includes(code), `${args.join(' ')}: ${code} ${said.slice(-2000)}`);
    return { signal, seconds: (performance.now() - began) / 1000, memory_kib };
}

function tell(what, rows, { seconds, memory_kib }, more = '') {
    console.log(`${what}: ${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} a second, `
        + `${(memory_kib / 1024).toFixed(1)} MiB at the most${more}`);
}

/* -- in ------------------------------------------------------------------------------- */

await run(['init', '--data', data, '--hall', HALL], [0]);
const file = path.join(folder, 'cases.jsonl');
const out = fs.createWriteStream(file);
for (let i = 0; i < CASES; i++) {
    const line = JSON.stringify({ source: 'oa', case_no: `OA-${i}`, matter: 'eia', window: 'F02', clerk: '1020',
        ...i % 3 ? {} : { phone: `139${String(i).padStart(8, '0')}` }, accepted_at: '2026-03-02T10:00:00+08:00',
        closed_at: '2026-03-09T10:00:00+08:00' });
    if (!out.write(`${line}\n`))
        await new Promise((done) => out.once('drain', done));
}
await new Promise((done) => out.end(done));

const args = ['import', 'cases', file, '--data', data];
let there = 0, spent = 0, memory_kib = 0;
for (const part of KILLS) {
    const killed = await run(args, [0], () => cases() > part * CASES);
    const now = cases();
    assert.ok(now >= there, `${now} cases after ${there}`);
    there = now;
    spent += killed.seconds;
    memory_kib = Math.max(memory_kib, killed.memory_kib);
    console.log(`killed after ${killed.seconds.toFixed(1)} s with ${there} cases in the store (${killed.signal})`);
}
const last = await run(args, [0]);
tell('import in four runs', CASES, { seconds: spent + last.seconds, memory_kib: Math.max(memory_kib, last.memory_kib) });
tell('the same file again', CASES, await run(args, [0]));
tell('dry run', CASES, await run([...args, '--dry-run'], [0]));
assert.equal(cases(), CASES);
assert.equal(sql("SELECT count(*), count(DISTINCT case_id) FROM invitations", '-readonly'), `${CASES}|${CASES}`);
assert.equal(sql("SELECT sum(closings) FROM closing_days", '-readonly'), String(CASES));
assert.equal(sql("SELECT count(*), count(DISTINCT case_id) FROM events WHERE kind = 'closed'", '-readonly'), `${CASES}|${CASES}`);

/* -- out ------------------------------------------------------------------------------ */

sql(`INSERT INTO ratings (id, hall, case_id, round, grade, channel, proof, receipt, delay_s, local_date, rated_ms)
    SELECT id, hall, id, 0, 1 + id % 5, 'sms', 'P1', 'BENCHBENCHBENCH0', 60, 20260309, closed_ms + 60000 FROM cases;
    INSERT INTO rating_lines (rating_id, hall, case_id, later_id, round, window_id, matter_id, clerk_id, local_date,
        closed_date, grade, channel, proof, delay_s, tags, commented, contact, ordered, praised)
    SELECT r.id, r.hall, r.case_id, 0, 0, c.window_id, c.matter_id, c.clerk_id, r.local_date, 0, r.grade, r.channel,
        r.proof, r.delay_s, '', 0, 0, 0, 0 FROM ratings r JOIN cases c ON c.id = r.case_id;
    UPDATE departments SET credit_code = '11350200MB00000010'`);
for (const [what, name, ...more] of [['CSV', 'r.csv'], ['JSON lines', 'r.jsonl'], ['XLSX', 'r.xlsx'],
    ['record', 'n.jsonl', '--mapping', 'national']]) {
    const target = path.join(folder, name);
    const command = ['export', what === 'record' ? 'record' : 'ratings', ...more, '--data', data, target];
    const killed = await run(command, [0], () => fs.existsSync(`${target}.part`));
    assert.ok(killed.signal === null || !fs.existsSync(target), 'a killed export leaves no file of that name');
    const done = await run(command, [0]);
    tell(what, CASES, done, `, ${(fs.statSync(target).size / 1048576).toFixed(0)} MiB`);
    if (name !== 'r.xlsx')
        assert.equal(Number(execFileSync('wc', ['-l', target]).toString().split(' ')[0]), CASES + (name === 'r.csv'));
    fs.rmSync(target);
}
