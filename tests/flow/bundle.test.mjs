/*
 * bundle.test.mjs — a year out of a real store as a bundle, worked out again by the program
 * without the store, and by a few dozen lines of Python; every change to it is found out.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { end_all, House, launch, local_date, run, run_well } from './house.mjs';

const MATTERS = ['company-change', 'business-licence', 'pension', 'marriage'];
let house, year, bundle;

after(async () => { await house?.close(); end_all(); });

before(async () => {
    house = await House.open();
    year = Math.floor(Number(String(local_date(house.now())).replaceAll('-', '')) / 10000);
    for (let i = 0; i < 24; i++) {
        const { ticket } = await house.visit({ matter: MATTERS[i % MATTERS.length] });

        if (i % 3 !== 2)
            await house.rate(ticket.token, [5, 4, 2, 5, 3, 1, 5][i % 7]);
    }
    bundle = path.join(house.folder, 'year.yiping');
});

const assess = (file, ...more) => run_well(['assess', '--data', house.data, '--year', String(year), ...more, file]);
const recompute = (file) =>
    execFileSync('python3', [path.join(import.meta.dirname, 'recompute.py'), file], { stdio: 'pipe' }).toString();

test('the bundle is made beside the server, and says in figures what it holds', async () => {
    const { stderr } = await assess(bundle);
    const text = fs.readFileSync(bundle, 'utf8');

    assert.match(stderr, /24 cases, \d+ work orders, \d+ departments/);
    assert.match(stderr, /\d+ departments have no total: "Targets of the year" has no marks/);
    assert.match(stderr, /个部门没有总分：缺“政务公开”的打分/);
    assert.equal(text.match(/^case\t/gm).length, 24);
    assert.equal(text.match(/^case\t.*\t(sms|ticket_qr|desk)\t/gm).length, 16);
    assert.match(text, /^unit\t\S+\t\S+/m);
    assert.match(text, /^facts\t[0-9a-f]{64}$/m);
    assert.match(text, /^results\t[0-9a-f]{64}\n$/m);
    assert.doesNotMatch(text, /(^|\D)1[3-9]\d{9}(\D|$)/, 'no phone');
    const audit = execFileSync('sqlite3', ['-readonly', path.join(house.data, 'yiping.db'),
        "SELECT count(*) FROM audit_events WHERE action = 'assess.bundle'"]).toString().trim();
    assert.equal(audit, '1');
});

test('it is worked out again elsewhere, byte for byte', async () => {
    const { stdout } = await run_well(['replay', '--json', bundle]);
    const told = JSON.parse(stdout);

    assert.equal(told.same, true);
    assert.equal(told.cases, 24);
    await run_well(['replay', '--quiet', '--results', path.join(house.folder, 'results'), bundle]);
    const results = fs.readFileSync(path.join(house.folder, 'results'), 'utf8');
    assert.ok(fs.readFileSync(bundle, 'utf8').endsWith(results));
    assert.match((await run_well(['replay', bundle])).stdout, /一致[\s\S]*The same/);
});

test('the same year gives the same facts but for the instant, and the same results', async () => {
    const again = path.join(house.folder, 'again.yiping');

    await assess(again);
    const lines = (file) => fs.readFileSync(file, 'utf8').split('\n').filter((line) => /^(case|order|score|total)\t/.test(line));
    assert.deepEqual(lines(again), lines(bundle));
});

test('a few dozen lines of Python agree to the last digit', () => {
    assert.match(recompute(bundle), /\d+ lines agree to the last digit/);
});

const text_of = () => fs.readFileSync(bundle, 'utf8');
const tampered = [
    ['a better grade', (t) => t.replace(/^(case\t.*\tticket_qr\t\S+)\t2\t/m, '$1\t5\t'), 6, /not those that were frozen/],
    ['a case left out', (t) => t.replace(/^case\t.*\n/m, ''), 6, /not those that were frozen/],
    ['another score', (t) => t.replace(/^(score\t.*\t)(\d)(\d+\.\d{4})$/m, (all, head, digit, rest) =>
        `${head}${(Number(digit) + 1) % 10}${rest}`), 6, /第 \d+ 行[\s\S]*Line \d+ is not what follows/],
    ['a line behind the end', (t) => `${t}more\n`, 6, /Line \d+/],
    ['a scheme that is no JSON any more', (t) => t.replace('"weight":', '"weight"!'), 6, /Line \d+: The scheme is not JSON/],
    ['a word of the scheme', (t) => t.replace('"measure":"good"', '"measure":"gold"'), 6, /Line \d+: parts\[\d+\]\.measure/],
    ['its end missing', (t) => t.slice(0, -200), 6, /ends in/],
    ['nothing', () => '', 6, /before its results/],
    ['something else', () => 'hello\n', 6, /Line 1: this is not the head of an assessment/],
    ['bytes', () => Buffer.from([0, 255, 10, 0, 10]), 6, /Line 1/],
];

for (const [what, change, code, says] of tampered)
    test(`replay finds out: ${what}`, async () => {
        const file = path.join(house.folder, 'tampered.yiping');
        const changed = change(text_of());

        assert.notEqual(changed.toString(), text_of());
        fs.writeFileSync(file, changed);
        const answer = await run(['replay', '--quiet', file]);
        assert.equal(answer.code, code, answer.stderr);
        assert.match(answer.stderr, says);
    });

test('what is asked wrongly is told', async () => {
    for (const [args, code, says] of [
        [['assess', '--year', '2026', 'x'], 2, /data folder/],
        [['assess', '--data', house.data, 'x'], 2, /year/],
        [['assess', '--data', house.data, '--year', '2026', '--from', '202513', 'x'], 2, /Months/],
        [['assess', '--data', house.data, '--year', '2026'], 2, /one file/],
        [['replay'], 2, /one bundle/],
        [['replay', '/nowhere/at/all'], 3, /cannot be read/],
    ]) {
        const answer = await run(args);

        assert.equal(answer.code, code, args.join(' '));
        assert.match(answer.stderr, says);
    }
});

test('a pipe that closes leaves nothing behind', async () => {
    const half = launch(['assess', '--data', house.data, '--year', String(year), '--quiet', '-'], { stdio: ['ignore', 'pipe', 'pipe'] });

    half.stdout.destroy();
    await new Promise((done) => half.on('exit', done));
    assert.deepEqual(fs.readdirSync(house.folder).filter((name) => name.endsWith('.part')), []);
});
