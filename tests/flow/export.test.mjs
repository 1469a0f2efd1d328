/*
 * export.test.mjs — ratings as files: CSV that no spreadsheet reckons with, XLSX with real dates
 * and texts, the record of other platforms; by the command and from the page, by role.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { end_all, HALL_FILE, House, launch, page_forms, run, run_well, scratch_folder, until } from './house.mjs';
import { add_person } from './people.mjs';

let house, hostile, sms;
const COMMENT = '=HYPERLINK("http://x","y"),\n办得慢；"急"';

after(async () => { await house?.close(); end_all(); });

before(async () => {
    house = await House.open();
    for (const grade of [5, 4, 2]) {
        const visit = await house.visit();
        const answer = await house.rate(visit.ticket.token, grade);
        assert.equal(answer.status, 303, answer.text);
        hostile = visit;
    }
    const form = page_forms((await house.expect(200, 'GET', `/t/${hostile.ticket.token}/detail`)).text)
        .find((f) => f.action.endsWith('/detail'));
    const said = await house.request('POST', form.action, { form: { ...form.fields, comment: COMMENT, contact: '1' } });
    assert.equal(said.status, 303, said.text);
    sms = await house.surveyed();
    await house.reply(sms.phone, sms.survey.from, '4');
    await house.rated(sms.case.id);
});

/* With eyes that are not ours (tables.py). */
function table(file) {
    return JSON.parse(execFileSync('python3', [path.join(import.meta.dirname, 'tables.py'), file], { maxBuffer: 1 << 28 }));
}

function sql(data, text) {
    return execFileSync('sqlite3', ['-readonly', '-init', '/dev/null', '-list', '-noheader',
        path.join(data, 'yiping.db'), text], { maxBuffer: 1 << 28 }).toString().trim();
}

const out = (name) => path.join(house.folder, name);
const ratings = (name, ...more) => run_well(['export', 'ratings', '--data', house.data, ...more, out(name)]);
const records = (rows) => rows.slice(1).map((row) => Object.fromEntries(rows[0].map((name, i) => [name, row[i]])));

function judge_csv(file, whole) {
    const bytes = fs.readFileSync(file);
    assert.equal(bytes.subarray(0, 3).toString('hex'), 'efbbbf');
    assert.ok(bytes.toString().endsWith('\r\n'));
    const rows = table(file);
    rows[0][0] = rows[0][0].replace('\ufeff', '');
    assert.equal(rows[0][0], '办件编号');
    const all = records(rows);
    assert.equal(all.length, 4);
    const bad = all.find((r) => r['等级'] === '2');
    assert.equal(bad['评价的话'].replaceAll('\r', ''), whole ? `'${COMMENT}` : '');
    assert.equal(bad['办件编号'], hostile.case.case_no);
    assert.equal(bad['渠道编码'], 'ticket_qr');
    assert.equal(bad['回执'] !== '', whole);
    assert.match(bad['评价时间'], whole ? /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/ : /^\d{4}-\d\d-\d\d$/);
    assert.ok(!bytes.includes(sms.phone), 'no phone leaves');
    for (const row of rows)
        for (const cell of row)
            assert.doesNotMatch(cell, /^[=+\-@\t\r]/, 'no cell begins a formula');
    return all;
}

function judge_xlsx(file, whole) {
    const [about, data] = table(file);
    assert.deepEqual([about.name, data.name], ['说明', '数据']);
    const said = Object.fromEntries(about.rows.map((r) => [r[0], r[1]]));
    for (const key of ['时间范围', '筛选条件', '口径', '程序版本', '等级'])
        assert.ok(said[key], key);
    assert.ok('日志根' in said && !said['日志根'], 'no log yet, no root');
    assert.deepEqual(said['主动评价好评率'], [0.75, '0.0%']);
    assert.match(said['主动评价好评率 (n/N)'], /^3\/4 /);
    assert.equal(data.frozen, '1');
    assert.equal(data.filter, `A1:AC${data.rows.length}`);
    const all = records(data.rows);
    assert.equal(all.length, 4);
    const bad = all.find((r) => r['等级']?.[0] === 2);
    assert.equal(typeof bad['办件编号'], 'string');
    assert.equal(typeof bad['票号'], 'string');
    assert.equal(bad['评价时间'][1], whole ? 'yyyy-mm-dd hh:mm:ss' : 'yyyy-mm-dd');
    const day = new Date(Math.round((bad['办结时间'][0] - 25569) * 86400e3)).toISOString().slice(0, 19);
    assert.equal(day, hostile.case.closed_at.slice(0, 19), 'a real date in local time');
    assert.equal(bad['评价的话']?.replaceAll('\r', '').replaceAll('_x000D_', ''), whole ? COMMENT : undefined);
}

test('the command writes CSV, XLSX and JSON lines of the same ratings', async () => {
    await ratings('r.csv');
    judge_csv(out('r.csv'), true);
    await ratings('r.xlsx');
    judge_xlsx(out('r.xlsx'), true);
    await ratings('r.jsonl');
    const lines = fs.readFileSync(out('r.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
    assert.equal(lines.length, 4);
    assert.equal(lines.find((l) => l.grade === 2).comment.replaceAll('\r', ''), COMMENT);
    assert.equal(lines[0].channel, 'sms', 'newest first');
    const piped = await run_well(['export', 'ratings', '--data', house.data, '--format', 'csv', '--no-bom', '--grade', '2', '-']);
    assert.equal(piped.stdout.split('\r\n').length, 3);
    assert.ok(piped.stdout.startsWith('办件编号'));
    const nobody = await run_well(['export', 'ratings', '--data', house.data, '--no-bom', '--clerk', 'nobody', '-']);
    assert.equal(nobody.stdout.split('\r\n').length, 2);
    const workbook = await run_well(['export', 'ratings', '--data', house.data, '--format', 'xlsx', '-']);
    assert.equal(workbook.bytes.subarray(0, 2).toString(), 'PK');
    assert.match(sql(house.data, "SELECT actor, object, detail FROM audit_events WHERE action = 'export.ratings' ORDER BY id DESC"),
        /command\|-\|xlsx\ncommand\|-\|csv clerk=nobody\ncommand\|-\|csv grade=2\n/);
    assert.deepEqual(fs.readdirSync(house.data).filter((n) => /^export-/.test(n)), [], 'nothing is left behind');
    for (const [args, code] of [[['--grade', '9', 'x'], 2], [['--format', 'pdf', 'x'], 2], [['/no/such/x.csv'], 3], [[], 2]])
        assert.equal((await run(['export', 'ratings', '--data', house.data, ...args])).code, code, args.join(' '));
});

test('the record of other platforms: SMS is SMS, nothing is filled in', async () => {
    for (const [name, code] of [['national', '6'], ['province-sms7', '7']]) {
        await run_well(['export', 'record', '--mapping', name, '--data', house.data, out(`${name}.jsonl`)]);
        const lines = fs.readFileSync(out(`${name}.jsonl`), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
        const one = lines.find((l) => l.case_no === sms.case.case_no);
        assert.equal(lines.length, 4);
        assert.equal(one.channel, code);
        assert.equal(one.phone, sms.phone);
        assert.equal(one.grade, '4');
        assert.ok(lines.every((l) => l.assess_number === '1' && l.user_name === null && l.cert_no === null));
    }
    assert.match(sql(house.data, "SELECT detail FROM audit_events WHERE action = 'export.record' LIMIT 1"), /^national@2026\.1 phones=yes/);
    const map = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../templates/records/national.json')));
    const write = (name, change) => {
        const copy = structuredClone(map);
        change(copy);
        fs.writeFileSync(out(name), JSON.stringify(copy));
        return run(['export', 'record', '--mapping', out(name), '--data', house.data, '--format', 'csv', out('x.csv')]);
    };
    const by_default = await write('default.json', (m) => { m.codes.channel.sms = '7'; });
    assert.equal(by_default.code, 3);
    assert.match(by_default.stderr, /system default/);
    assert.ok(!fs.existsSync(out('x.csv')));
    const no_qr = await write('no_qr.json', (m) => { m.codes.channel.ticket_qr = null; });
    assert.equal(no_qr.code, 7, no_qr.stderr);
    assert.equal(table(out('x.csv')).length, 2, 'only the one by SMS');
    assert.equal(no_qr.stderr.match(/no code for "ticket_qr"/g).length, 3);
});

test('a file that was being written when the command was killed is not there', async () => {
    const folder = scratch_folder('export'), data = path.join(folder, 'data');
    await run_well(['init', '--data', data, '--hall', HALL_FILE]);
    await run_well(['bench-fill', '--data', data, '--cases', '6000']);
    const count = Number(sql(data, 'SELECT count(*) FROM ratings'));
    assert.ok(count > 1500, `${count}`);
    for (const name of ['k.csv', 'k.xlsx']) {
        const file = path.join(folder, name);
        const child = launch(['export', 'ratings', '--data', data, file]);
        const ended = new Promise((done) => child.on('close', (code, signal) => done(signal)));
        await until('the beginning', () => fs.existsSync(`${file}.part`));
        child.kill('SIGKILL');
        assert.equal(await ended, 'SIGKILL');
        assert.ok(!fs.existsSync(file));
        await run_well(['export', 'ratings', '--data', data, file]);
        const rows = name === 'k.csv' ? table(file) : table(file)[1].rows;
        assert.equal(rows.length - 1, count);
        assert.equal(new Set(rows.map((r) => r[0])).size, count + 1, 'each case once');
    }
});

/* A workbook as a person gets it: its page, looked at until it is whole, then the file. */
async function workbook(person, query = '') {
    const begun = await person.get(`/ratings.xlsx${query}`);

    assert.equal(begun.status, 303, begun.text.slice(0, 300));
    const where = begun.headers.location, link = `${where}/file`;
    assert.match(where, /^\/exports\/[0-9A-Z]{26}$/);
    await until('the whole workbook', async () => (await person.page(where)).includes(`href="${link}"`));
    return { where, link, answer: await person.get(link) };
}

const fetch_of = { csv: (person) => person.get('/ratings.csv?lang=zh-CN'),
    xlsx: async (person) => (await workbook(person, '?lang=zh-CN')).answer };

/* == From the page ================================================================== */

const people = {};

test('people: each role gets what its view shows, and no other gets anything', async () => {
    for (const role of ['hall', 'inspection', 'organisation', 'audit', 'department', 'system'])
        people[role] = await (await add_person(house, role)).log_in();
    const whole = { hall: true, inspection: true, organisation: false, audit: false };

    for (const [role, sees] of Object.entries(whole)) {
        const list = await people[role].page('/ratings?grade=2&lang=zh-CN');
        assert.match(list, /href="\/ratings\.csv\?[^"]*q=grade%3A2[^"]*"/, role);
        assert.match(list, /href="\/ratings\.xlsx\?[^"]*q=grade%3A2[^"]*"/, role);
        for (const [kind, judge] of [['csv', judge_csv], ['xlsx', judge_xlsx]]) {
            const answer = await fetch_of[kind](people[role]);
            assert.equal(answer.status, 200, `${role}: ${answer.text.slice(0, 200)}`);
            assert.match(answer.headers['content-disposition'], new RegExp(`^attachment; filename="ratings-\\d{8}\\.${kind}"$`));
            assert.equal(answer.headers['x-content-type-options'], 'nosniff');
            fs.writeFileSync(out(`${role}.${kind}`), answer.bytes);
            judge(out(`${role}.${kind}`), sees);
        }
    }
    for (const kind of ['csv', 'xlsx']) {
        for (const role of ['department', 'system'])
            assert.equal((await people[role].get(`/ratings.${kind}`)).status, 403, role);
        assert.equal((await house.request('GET', `/ratings.${kind}`)).status, 303, 'who is not logged in is sent to log in');
        assert.equal((await people.hall.get(`/ratings.${kind}?grade=9`)).status, 422);
    }
    assert.ok(!(await people.department.page('/ratings')).includes('/ratings.csv'));
    assert.equal(sql(house.data, "SELECT count(*) FROM audit_events WHERE action = 'export.ratings' AND actor LIKE 'account %'"), '8');
    const few = await people.hall.get('/ratings.csv?grade=2&bom=0&lang=en');
    assert.ok(few.text.startsWith('Case number,'));
    assert.equal(few.text.split('\r\n').length, 3);
    assert.equal((await people.hall.get('/ratings.csv?channel=paper&bom=0')).text.split('\r\n').length, 2, 'none: the header alone');
});

test('a workbook is its asker\'s alone, for a quarter of an hour, and not more than two at once', async () => {
    const { where, link, answer } = await workbook(people.hall, '?grade=2');
    assert.equal(answer.status, 200);
    const page = await people.hall.page(`${where}?lang=en`);
    assert.match(page, /It is whole\. Rows: 1</);
    assert.match(page, /Only you can fetch it, until/);
    for (const role of ['inspection', 'organisation', 'audit'])
        for (const path of [where, link])
            assert.equal((await people[role].get(path)).status, 404, `${role} ${path}`);
    assert.equal((await people.system.get(link)).status, 403);
    assert.equal((await house.request('GET', link)).status, 303);
    assert.equal((await people.hall.get('/exports/00000000000000000000000000/file')).status, 404);
    await house.advance(14 * 60);
    assert.equal((await people.hall.get(link)).status, 200);
    await house.advance(61);
    assert.equal((await people.hall.get(link)).status, 404, 'its time is over');
    const begun = await Promise.all([1, 2, 3, 4, 5, 6].map(() => people.hall.get('/ratings.xlsx')));
    assert.ok(begun.every((a) => [303, 429].includes(a.status)), begun.map((a) => a.status).join(' '));
    await house.restart();
    await people.hall.log_in();
    assert.equal((await people.hall.get(link)).status, 404);
});

test('many ratings: pages go on meanwhile, who leaves harms nobody, a cut is seen', async () => {
    const big = await House.open();

    try {
        await run_well(['bench-fill', '--data', big.data, '--cases', '9000'], { deadline_ms: 120000 });
        const count = Number(sql(big.data, 'SELECT count(*) FROM ratings'));
        const hall = await (await add_person(big, 'hall')).log_in();
        const downloads = [hall.get('/ratings.csv'), workbook(hall).then((w) => w.answer), hall.get('/ratings.csv')];
        const began = performance.now();
        let over = false, slowest = 0, pages = 0;

        Promise.all(downloads).then(() => { over = true; }, () => { over = true; });
        while (!over) {
            const from = performance.now();
            await hall.page('/ratings');
            slowest = Math.max(slowest, performance.now() - from);
            pages++;
        }
        const took_ms = performance.now() - began, answers = await Promise.all(downloads);
        assert.ok(pages > 2 && slowest < Math.max(1500, took_ms / 3), `${pages} pages in ${took_ms} ms, the slowest ${slowest} ms`);
        for (const [i, kind] of ['csv', 'xlsx', 'csv'].entries()) {
            const file = path.join(big.folder, `many.${kind}`);
            fs.writeFileSync(file, answers[i].bytes);
            const rows = kind === 'csv' ? table(file) : table(file)[1].rows;
            assert.equal(rows.length - 1, count);
            assert.equal(new Set(rows.map((r) => r[0])).size, count + 1, 'each case once');
        }
        const cookie = { Cookie: hall.cookie };
        const { link, answer: whole } = await workbook(hall);
        const leave = (where) => new Promise((done) => {
            const request = http.get({ host: '127.0.0.1', port: big.port, path: where, headers: cookie },
                (answer) => answer.once('data', () => { request.destroy(); done(); }));
            request.on('error', done);
        });
        await Promise.all([leave('/ratings.csv'), leave(link), leave('/ratings.csv')]);
        assert.deepEqual((await hall.get(link)).bytes, whole.bytes, 'as often as one likes');
        assert.equal((await hall.get('/ratings.csv')).bytes.length, answers[0].bytes.length);
        /* Ended while it sends: a part must not pass for the whole. */
        const got = await new Promise((done) => {
            let bytes = 0;

            http.get({ host: '127.0.0.1', port: big.port, path: '/ratings.csv', headers: cookie }, (answer) => {
                answer.once('data', () => { answer.pause(); big.stop('SIGTERM').then(() => answer.resume()); });
                answer.on('data', (part) => { bytes += part.length; });
                answer.on('end', () => done(answer.complete ? bytes : 'cut'));
                answer.on('error', () => done('cut'));
            });
        });
        assert.ok(got === 'cut' || got === answers[0].bytes.length, `${got} of ${answers[0].bytes.length} bytes passed for all`);
        assert.deepEqual(fs.readdirSync(big.data).filter((n) => /^export-/.test(n)), []);
    } finally {
        await big.close();
    }
});
