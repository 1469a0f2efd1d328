/*
 * places.test.mjs — kiosks and desks as programs see them: forms that name their press are
 * done once, also by a server that is killed in the middle; what was made for somebody else
 * does nothing; a browser stops being a desk; a shut hall says when it opens.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, http_request, page_text, place_of, run_well } from './house.mjs';

const MATTER = 'business-licence';
const { window: W, clerk: CLERK } = place_of(MATTER);
let house;

before(async () => { house = await House.open({ settings: { kiosk: { office_hours: 'yes' } } }); });
after(async () => { await house?.close(); });

const form = (fields) => ({ body: String(new URLSearchParams(fields)), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
const once = () => randomBytes(16).toString('hex');

/* A form sent; the answer's key of what was said, '' for nothing. */
async function send(place, fields) {
    const answer = await http_request(house.port, 'POST', place, form(fields));

    assert.equal(answer.status, 303, `${place}: ${answer.status} ${page_text(answer.text)}`);
    return answer.headers.location.match(/[?&]m=([\w-]+)/)?.[1] ?? '';
}

const act = (name, fields = {}) => send(`/w/${W}/${name}`, { clerk: CLERK, ...fields });

function rows(sql) {
    const done = spawnSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'yiping.db'), sql], { encoding: 'utf8' });

    assert.equal(done.status, 0, done.stderr);
    return done.stdout.trim() ? JSON.parse(done.stdout) : [];
}

const events = (kind) => rows(`SELECT count(*) AS n FROM events WHERE kind = '${kind}'`)[0].n;

function here() {
    const [row] = rows(`SELECT CAST(d.ticket_id AS TEXT) AS ticket, CAST(c.id AS TEXT) AS id FROM desks d
        LEFT JOIN cases c ON c.ticket_id = d.ticket_id WHERE d.window_code = '${W}' ORDER BY c.ordinal DESC LIMIT 1`);
    return row ?? { ticket: null };
}

test('a press that arrives five times is done once, and says the same each time', async () => {
    const call = { once: once() };

    await house.take({ matter: MATTER, phone: house.phone() });
    await house.take({ matter: MATTER });
    for (let i = 0; i < 5; i++)
        assert.equal(await act('call', call), '');
    const { ticket, id } = here(), about = { here: ticket, case: id };
    const start = { once: once(), ...about }, recall = { once: once(), here: ticket };
    for (let i = 0; i < 3; i++)
        await act('recall', recall);
    for (let i = 0; i < 3; i++)
        await act('start', start);
    const close = { once: once(), outcome: 'done', ...about };
    for (let i = 0; i < 3; i++)
        assert.equal(await act('close', close), 'm_closed_asked', 'also when nobody is there any more');
    assert.deepEqual(['called', 'recalled', 'started', 'closed'].map(events), [1, 1, 1, 1]);
    assert.equal(await act('close', { ...close, outcome: 'refused' }), 'e_changed', 'another act under the same name');
    assert.equal(await act('call', { once: 'x'.repeat(64) }), '');
    for (const bad of ['x'.repeat(65), "a'b", 'a b', 'ä'])
        assert.equal((await http_request(house.port, 'POST', `/w/${W}/recall`, form({ once: bad }))).status, 400, bad);
});

test('what was made for somebody else, or for another act, does nothing', async () => {
    const { ticket, id } = here(), before = rows('SELECT count(*) AS n FROM events')[0].n;

    for (const name of ['start', 'recall', 'hold', 'no-show', 'transfer', 'add-case', 'phone', 'close', 'accept'])
        for (const other of ['1', '0', '-1', 'x'])
            assert.equal(await act(name, { here: other, case: id, window: 'A02', phone: '13900001234', matter: MATTER }), 'e_changed', `${name} ${other}`);
    assert.equal(await act('undo', { undo: '12345' }), 'e_undo');
    assert.equal(rows('SELECT count(*) AS n FROM events')[0].n, before);
    assert.equal(here().ticket, ticket);
    for (const wrong of ['Z99', '', '99', 'A', '2x'])
        assert.equal(await act('transfer', { here: ticket, window: wrong }), 'e_window', wrong);
});

test('when it was pressed stands beside what is booked late', async () => {
    const { ticket, id } = here();

    await act('start', { once: once(), here: ticket, case: id, late: '7000' });
    assert.equal(rows("SELECT detail FROM events WHERE kind = 'pressed_earlier'")[0].detail, 'start 7000 ms before');
    await act('close', { once: once(), here: ticket, case: id, outcome: 'done', late: '100' });
    assert.equal(events('pressed_earlier'), 1);
});

test('killed at any instant: every press is done once', async () => {
    const COUNT = 6, port = house.port;
    const first = events('called');

    for (let i = 0; i < COUNT; i++)
        await house.take({ matter: MATTER });
    for (let i = 0; i < COUNT; i++) {
        const steps = [['call', {}], ['start', {}], ['close', { outcome: 'done' }]];

        for (const [name, fields] of steps) {
            const press = { once: once(), ...fields };
            if (name !== 'call')
                Object.assign(press, { here: here().ticket, case: here().id });
            const sent = act(name, press).catch(() => null);
            if (name === steps[i % 3][0]) {
                await new Promise((done) => setTimeout(done, Math.random() * 6));
                await house.stop('SIGKILL');
                await sent;
                await house.start(['--listen', `127.0.0.1:${port}`]);
            } else {
                await sent;
            }
            assert.doesNotMatch(await act(name, press), /^e_/, `${name}: sent again under its name`);
        }
    }
    assert.equal(events('called'), first + COUNT);
    assert.deepEqual(rows(`SELECT kind, case_id, count(*) AS n FROM events WHERE kind IN ('called', 'started', 'closed')
        GROUP BY kind, case_id HAVING count(*) > 1`), [], 'nothing twice');
    assert.deepEqual(rows(`SELECT count(*) AS n FROM queue WHERE state <> 'done'`), [{ n: 0 }], 'nothing lost');
    assert.equal(here().ticket, null);
});

test('a browser stops being a desk by a command', async () => {
    const { stderr } = await run_well(['key', 'add', '--data', house.data, '--role', 'desk', '--name', 'a desk']);
    const made = await http_request(house.port, 'POST', stderr.match(/\/device\/\w+/)[0], form({ place: W }));
    const cookie = made.headers['set-cookie'][0].split(';')[0];
    const look = () => http_request(house.port, 'GET', `/w/${W}`, { headers: { Cookie: cookie, 'X-Forwarded-For': '192.0.2.7' } });

    assert.equal((await look()).status, 200);
    const { stdout } = await run_well(['device', 'list', '--data', house.data]);
    const [id, role, place, state] = stdout.trim().split('\n').at(-1).split('\t');
    assert.deepEqual([role, place, state], ['desk', W, 'good']);
    await run_well(['device', 'end', '--data', house.data, id]);
    const refused = await look();
    assert.equal(refused.status, 401);
    assert.match(page_text(refused.text), /还没有设置|no kiosk or desk/);
    assert.match((await run_well(['device', 'list', '--data', house.data])).stdout, new RegExp(`^${id}\tdesk\t${W}\tended`, 'm'));
});

test('outside office hours the kiosk says when the hall opens', async () => {
    const screen = async () => page_text((await http_request(house.port, 'GET', '/k/k1?lang=zh')).text);

    await house.morning(10);
    assert.doesNotMatch(await screen(), /不在办公时间/);
    await house.morning(13);
    assert.match(await screen(), /现在不在办公时间 13:30 开始|现在不在办公时间 14:00 开始|现在不在办公时间 14:30 开始/);
    await house.morning(20);
    assert.match(await screen(), /现在不在办公时间 \d+ 月 \d+ 日 0[89]:\d\d 开始/);
});
