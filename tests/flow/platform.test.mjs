/*
 * platform.test.mjs — settled ratings are handed over to a regional platform that answers well, badly,
 * late or not at all, while the house is killed in the middle. Judged from outside: every settled rating
 * is there exactly once and as it was given, and nothing is called arrived that is there otherwise.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, hall as hall_file, page_forms, run, run_well, until } from './house.mjs';
import { add_person } from './people.mjs';

const KEY = 'Bearer k-17-secret';
const WORDS = '排队两小时';

/* A platform: `has` by case number; `mood(record, times)` says how it takes a record, `told` whether it
 * tells what it has when it says "already". */
class Platform {
    has = new Map();
    requests = [];
    mood = () => 'ok';
    asked = () => 'ok';
    told = true;
    times = new Map();

    static async open() {
        const p = new Platform();

        p.server = http.createServer((request, response) => {
            const parts = [];

            request.on('data', (part) => parts.push(part));
            request.on('end', () => p.take(request, JSON.parse(Buffer.concat(parts).toString()), response));
        });
        await new Promise((done) => p.server.listen(0, '127.0.0.1', done));
        p.port = p.server.address().port;
        return p;
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }

    take(request, body, response) {
        const no = body.case_no, say = (status, json, headers = {}) =>
            response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(json === null ? '' : JSON.stringify(json));

        this.requests.push({ path: request.url, key: request.headers.authorization, body });
        if (request.url === '/has') {
            const mood = this.asked(body);
            if (mood === 'hang')
                return;
            return this.has.has(no) ? say(200, { code: '0', data: this.has.get(no) }) : say(200, { code: '404', message: '无此件' });
        }
        const times = (this.times.get(no) ?? 0) + 1;
        this.times.set(no, times);
        const mood = this.mood(body, times);
        if (mood === 'refuse')
            return say(200, { code: '7', message: `字段不合规范 ${body.phone}` });
        if (mood === 'later')
            return say(429, null, { 'Retry-After': '600' });
        if (mood === 'stranger')
            return say(401, { code: '0' });
        if (mood === 'broken')
            return say(500, { code: '9' });
        if (this.has.has(no))
            return say(200, { code: '1001', message: '已评价', ...(this.told ? { data: this.has.get(no) } : {}) });
        this.has.set(no, body);
        if (mood === 'hang')
            return; /* it has it, and says nothing */
        if (mood === 'reset')
            return request.socket.destroy();
        if (mood === 'broken after')
            return say(502, null);
        if (mood === 'cut')
            return response.writeHead(200, { 'Content-Length': '50' }).write('{"code"', () => request.socket.destroy());
        return say(200, { code: 0, message: '成功' });
    }

    of(no) {
        return this.requests.filter((r) => r.path === '/in' && r.body.case_no === no);
    }
}

function settings(p, more = {}) {
    return { platform: { url: `http://127.0.0.1:${p.port}/in`, query_url: `http://127.0.0.1:${p.port}/has`,
        mapping: 'national', key: KEY, timeout: '1 s', rate: 1000, ...more } };
}

function sql(data, text) {
    return execFileSync('sqlite3', ['-readonly', '-init', '/dev/null', '-list', '-noheader', path.join(data, 'yiping.db'), text],
        { maxBuffer: 1 << 28 }).toString().trim();
}

let house, platform, hall;

before(async () => {
    platform = await Platform.open();
    house = await House.open({ settings: settings(platform) });
    hall = await (await add_person(house, 'hall')).log_in();
});
after(async () => {
    await house?.close();
    await platform?.close();
    end_all();
});

const LICENCES = hall_file.matters.find((m) => m.code === 'business-licence').department;

async function order_act(person, id, act, fields) {
    const form = page_forms(await person.page(`/reviews/${id}`)).find((f) => f.action.endsWith(`/${act}`));
    const done = await person.request('POST', form.action, { form: { ...form.fields, ...fields } });

    assert.equal(done.status, 303, done.text.slice(0, 300));
}

/* A case rated `text` by SMS; its number. */
async function rated(text, options = {}) {
    const s = await house.surveyed(options);

    await house.reply(s.phone, s.survey.from, text);
    await house.rated(s.case.id);
    return { ...s, no: s.case.case_no };
}

function states() {
    return Object.fromEntries(sql(house.data, `SELECT c.case_no, p.state FROM platform_records p JOIN cases c ON c.id = p.case_id`)
        .split('\n').filter(Boolean).map((l) => l.split('|')));
}

const state_of = (no) => states()[no];

/* So late that all that was given by now is settled, at an hour at which nobody is asked anything. */
async function settle() {
    await house.advance(25 * 3600);
}

async function status(exit = 0) {
    const done = await run(['platform', 'status', '--data', house.data, '--config', house.config, '--json']);

    assert.equal(done.code, exit, done.stderr);
    return JSON.parse(done.stdout);
}

test('a rating goes once its time to be changed is over, once, with its key, as the mapping says', async () => {
    const s = await rated(`2 ${WORDS}`), four = await rated('5555', { matter: 'food-licence' });

    await house.advance(3600);
    assert.equal(platform.requests.length, 0, 'it can still be changed');
    await settle();
    assert.deepEqual(states(), { [s.no]: 'accepted', [four.no]: 'accepted' });
    const [one] = platform.of(s.no);
    assert.equal(one.key, KEY);
    assert.equal(one.body.grade, '2');
    assert.equal(one.body.channel, '6', 'SMS is SMS');
    assert.equal(one.body.free_text, `2 ${WORDS}`);
    assert.equal(one.body.phone, s.phone);
    await house.advance(3600);
    await house.restart();
    await house.advance(3600);
    assert.equal(platform.requests.length, 2, 'once');
    assert.deepEqual(platform.requests.map((r) => r.body.case_no), [s.no, four.no], 'in order');
    assert.ok(!house.journal.includes(s.phone) && !house.journal.includes('k-17'), 'neither phone nor key in the journal');
    assert.match(sql(house.data, "SELECT object, detail FROM audit_events WHERE action = 'platform.push' LIMIT 1"), /^regional\|records=\d mapping=national@\S+ phones=yes$/m);
});

test('a corrected rating goes as it was corrected, and only so', async () => {
    await house.morning();
    const s = await rated('1');

    await house.reply(s.phone, s.survey.from, '改5');
    await house.rated(s.case.id, 2);
    await settle();
    assert.deepEqual(platform.of(s.no).map((r) => r.body.grade), ['5']);
    assert.equal(state_of(s.no), 'accepted');
});

test('"already rated" is success only where it is the same; else a person sees both', async () => {
    await house.morning();
    const same = await rated('4'), other = await rated('1 态度不好', { matter: 'food-licence' }), silent = await rated('3', { matter: 'invoice' });

    /* what the platform has from elsewhere */
    platform.has.set(same.no, { case_no: same.no, grade: 4, channel: '6', assess_number: '1' });
    platform.has.set(other.no, { case_no: other.no, grade: '5', channel: '7', assess_number: '1', free_text: '服务好' });
    platform.has.set(silent.no, { case_no: silent.no, channel: '6' });
    await settle();
    assert.equal(state_of(same.no), 'already');
    assert.equal(state_of(other.no), 'conflict');
    assert.equal(state_of(silent.no), 'unknown', 'it does not say which grade it has: no success');
    const page = await (await hall.log_in()).page('/platform?lang=en');
    assert.match(page, new RegExp(`${other.no}[\\s\\S]*?there already, different[\\s\\S]*?grade 1 ≠ 5`));
    assert.match(page, /channel 6 ≠ 7/);
    assert.ok(!page.includes('服务好') && !page.includes('态度不好'), 'words are named, not shown');
    assert.ok(!page.includes('k-17'));
    const system = await (await add_person(house, 'system')).log_in();
    const seen = await system.page('/platform?lang=en');
    assert.ok(seen.includes(other.no) && !seen.includes('≠ 5'), 'no grade for whoever sees none');
    const told = await status(7);
    assert.equal(told.records.conflict, 1);
    assert.deepEqual(told.wanting.map((w) => [w.case_no, w.state]), [[other.no, 'conflict']]);

    /* the platform's people take theirs out; a person here sends again */
    platform.has.delete(other.no);
    platform.has.set(silent.no, { case_no: silent.no, grade: '3', channel: '6' });
    const form = page_forms(page).find((f) => /\/platform\/records\/\d+\/resend$/.test(f.action));
    assert.equal((await hall.request('POST', form.action, { form: form.fields })).status, 303);
    await house.advance(3700);
    assert.equal(state_of(other.no), 'accepted');
    assert.equal(platform.has.get(other.no).grade, '1');
    assert.equal(state_of(silent.no), 'already', 'asked again by itself');
    await hall.log_in();
    assert.equal((await hall.post(form.action)).status, 409, 'it has arrived');
    assert.equal((await hall.post('/platform/records/1/resend')).status, 404);
    assert.equal(sql(house.data, "SELECT count(*) FROM audit_events WHERE action = 'platform.resend'"), '1');
    await status(0);
});

test('"already" without a word of what is there: it is asked', async () => {
    await house.morning();
    const same = await rated('4'), other = await rated('2', { matter: 'food-licence' });

    platform.told = false;
    platform.has.set(same.no, { case_no: same.no, grade: '4' });
    platform.has.set(other.no, { case_no: other.no, grade: '3' });
    await settle();
    platform.told = true;
    assert.equal(state_of(same.no), 'already');
    assert.equal(state_of(other.no), 'conflict');
    platform.has.delete(other.no);
    const form = page_forms(await (await hall.log_in()).page('/platform')).find((f) => /resend$/.test(f.action));
    await hall.request('POST', form.action, { form: form.fields });
    await house.advance(10);
    assert.equal(state_of(other.no), 'accepted');
});

test('refused, away, unknown: each ends as it should, and nothing is doubled or called arrived before', async () => {
    await house.morning();
    const kinds = ['refuse', 'later', 'stranger', 'broken', 'broken after', 'hang', 'reset', 'cut'];
    const cases = {}, kind_of = new Map();
    let well = false;

    platform.mood = (record, times) => !well || times === 1 ? kind_of.get(record.case_no) ?? 'ok' : 'ok';
    for (const [i, kind] of kinds.entries()) {
        if (i === 4)
            await house.morning();
        cases[kind] = await rated(String(i % 5 + 1), { matter: ['business-licence', 'food-licence', 'invoice'][i % 3] });
        kind_of.set(cases[kind].no, kind);
    }
    await settle();
    const asked_after = ['broken after', 'hang', 'reset', 'cut'];
    let now = states();
    for (let i = 0; i < 60 && asked_after.some((kind) => now[cases[kind].no] !== 'already'); i++, now = states())
        await house.advance(900); /* one tries after each rest */
    assert.equal(now[cases.refuse.no], 'refused');
    assert.equal(now[cases.later.no], 'waiting');
    assert.equal(now[cases.stranger.no], 'waiting');
    assert.equal(now[cases.broken.no], 'unknown', 'asked each time, it is not there, and is broken again');
    for (const kind of asked_after) {
        assert.equal(now[cases[kind].no], 'already', `${kind}: asked after, it was there`);
        assert.equal(platform.of(cases[kind].no).length, 1, `${kind}: not sent twice`);
    }
    const told = await status(7);
    assert.ok(told.oldest_rated_at && told.last_error, JSON.stringify(told));
    const page = await (await hall.log_in()).page('/platform?lang=en');
    assert.match(page, /refused/);
    assert.ok(page.includes('字段不合规范') && !page.includes(cases.refuse.phone), 'its words without the number in them');
    const { text } = await house.expect(200, 'GET', '/metrics');
    assert.match(text, /^yiping_platform_records\{state="refused"\} 1$/m);
    assert.match(text, /^yiping_platform_oldest_unsent_seconds [1-9]/m);
    well = true;
    for (let i = 0; i < 6; i++)
        await house.advance(3700);
    now = states();
    for (const kind of kinds.filter((k) => k !== 'refuse'))
        assert.match(now[cases[kind].no], /^(accepted|already)$/, kind);
    for (const [kind, s] of Object.entries(cases))
        if (kind !== 'refuse')
            assert.equal(platform.has.get(s.no).grade, String(kinds.indexOf(kind) % 5 + 1));
});

test('what has no place in the mapping never leaves; what an appeal excludes later is told', async () => {
    await house.morning();
    platform.mood = () => 'ok';
    const s = await rated('1');
    await settle();
    assert.equal(state_of(s.no), 'accepted');
    const file = path.join(house.folder, 'own.json');
    const map = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../templates/records/national.json')));
    map.codes.channel.ticket_qr = null;
    fs.writeFileSync(file, JSON.stringify(map));
    house.configure(settings(platform, { mapping: file }));
    await house.restart();
    const visit = await house.visit({ matter: 'food-licence' });
    await house.rate(visit.ticket.token, 4);
    await settle();
    assert.equal(state_of(visit.case.case_no), 'unfit');
    assert.equal(platform.of(visit.case.case_no).length, 0);
    assert.match(await (await hall.log_in()).page('/platform?lang=en'), /cannot be handed over[\s\S]*ticket_qr/);
    const department = await add_person(house, 'department', { place: ['--department', LICENCES] });
    const id = sql(house.data, `SELECT id FROM work_orders WHERE case_id = ${s.case.id}`);
    await order_act(await department.log_in(), id, 'appeal', { detail: 'malice', words: '当天没有等候' });
    await order_act(await hall.log_in(), id, 'decide', { detail: 'excluded', words: '监控证实' });
    assert.match(await hall.page('/platform?lang=en'), new RegExp(`Changed after it was handed over[\\s\\S]*${s.no}[\\s\\S]*excluded on appeal`));
});

test('settings: a wrong mapping, plain http to elsewhere, no way to ask', async () => {
    const other = new House();

    for (const [key, change] of [['platform.mapping', { mapping: 'provincial' }], ['platform.url', { url: 'http://platform.example.cn/in' }],
        ['platform.key_header', { key_header: 'X: y' }], ['platform.batch', { batch: 99 }]]) {
        other.configure(settings({ port: 9 }, change));
        const done = await run(['check', '--config', other.config]);
        assert.notEqual(done.code, 0);
        assert.ok(`${done.stderr}${done.stdout}`.includes(key), `${key}: ${done.stderr}`);
    }
    other.configure(settings({ port: 9 }, { url: 'http://platform.example.cn/in', insecure: 'yes' }));
    await run_well(['check', '--config', other.config]);
});

/* == A thousand records, and a house that is killed while they go ===================== */

test('killed in the middle, again and again: each settled rating is there once, as it was given', async () => {
    const many = new House(), p = await Platform.open();
    let seed = 7;
    const lot = (n) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
    const moods = ['hang', 'reset', 'broken', 'broken after', 'cut'];

    await run_well(['init', '--data', many.data, '--hall', path.join(import.meta.dirname, '../data/halls/example.json')]);
    await run_well(['bench-fill', '--data', many.data, '--cases', '4000']);
    /* the platform knows only what it stored; what it forgets to say is found by asking, or by "already" */
    let hold = Infinity, held = 0; /* from so many on it stores, and says nothing */
    p.mood = (record, times) => {
        if (p.has.size >= hold)
            return held++, 'hang';
        return times === 1 && lot(60) === 0 ? moods[lot(moods.length)] : 'ok';
    };
    for (const [i, more] of [{ query_url: '' }, {}, { query_url: '' }, {}].entries()) {
        many.configure(settings(p, { batch: 32, timeout: '2 s', ...more }));
        await many.start();
        [hold, held] = [p.has.size + 60, 0];
        if (i === 0)
            many.advance(25 * 3600).catch(() => {}); /* not waited for: it would answer once all went */
        await until(`some more arrive, and some are on their way (${i})`, () => held >= 8);
        await many.stop('SIGKILL');
        assert.ok(Number(sql(many.data, "SELECT count(*) FROM platform_records WHERE state IN ('sending', 'unknown')")) >= 8);
    }
    p.mood = () => 'ok';
    await many.start();
    const left = () => Number(sql(many.data, "SELECT count(*) FROM platform_records WHERE state IN ('waiting', 'sending', 'unknown')"));
    for (let i = 0; i < 40 && (left() > 0 || i < 3); i++)
        await many.advance(3700);
    const facts = sql(many.data, `SELECT c.case_no, r.grade, r.channel FROM ratings r JOIN cases c ON c.id = r.case_id
        WHERE NOT EXISTS (SELECT 1 FROM ratings n WHERE n.case_id = r.case_id AND n.round > r.round)`).split('\n').filter(Boolean).map((l) => l.split('|'));
    const codes = { sms: '6', ticket_qr: '3', ticket_sms: '6', desk: '5' };

    assert.ok(facts.length > 800, `${facts.length}`);
    assert.equal(p.has.size, facts.length);
    for (const [no, grade, channel] of facts) {
        const there = p.has.get(no);
        assert.ok(there, no);
        assert.equal(there.grade, grade === '' ? null : grade, no);
        assert.equal(there.channel, codes[channel], no);
    }
    const ends = Object.fromEntries(sql(many.data, 'SELECT state, count(*) FROM platform_records GROUP BY state').split('\n').map((l) => l.split('|')));
    assert.deepEqual(Object.keys(ends).sort(), ['accepted', 'already'], JSON.stringify(ends));
    assert.equal(Number(ends.accepted) + Number(ends.already), facts.length);
    assert.ok(Number(ends.already) >= 4 * 8, 'each kill met some on their way');
    await many.close();
    await p.close();
});
