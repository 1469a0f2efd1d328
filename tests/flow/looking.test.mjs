/*
 * looking.test.mjs — looking changes nothing: every page and answer that is fetched by GET or HEAD,
 * as link previews, scanners and browsers that guess ahead do it, leaves the store as it was.
 *
 * The addresses come from the table of who may come in (src/web/access.c), so a new page is looked at
 * without being named here. Not here: gateways and printers, which may be called by GET.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, ROOT, run_well } from './house.mjs';

const rows = [...fs.readFileSync(path.join(ROOT, 'src/web/access.c'), 'utf8')
    .matchAll(/\{METHOD_(GET|POST),\s*"([^"]+)",/g)].map(([, method, pattern]) => ({ method, pattern }))
    .filter(({ pattern }) => !/^\/(gateways\/|cloudprnt)/.test(pattern));

/* What goes on by itself: leases, how gateways and printers stand, and when our own keys were last used. */
const BACKGROUND = /^INSERT INTO (servers|gateway_states|printer_states|marks|api_key_uses) /;
/* Traces on purpose: who of the staff looked at what, when a session was last seen, what a key may not do. */
const TRACES = /^INSERT INTO (audit_events|sessions) /;

const AGENTS = ['Mozilla/5.0 MicroMessenger/8.0', 'facebookexternalhit/1.1', 'TelegramBot (like TwitterBot)', ''];
const QUERIES = ['', '?grade=5', '?grade=1&case=1&n=x', '?change=1', '?lang=en', '?m=ok', '?clerk=1001&matter=id-card&phone=13900000000',
    '?_method=POST'];

let house, values, cookie, closed;

before(async () => {
    house = await House.open();
    const good = await house.surveyed(), open = await house.visit();
    await house.rate(good.ticket.token, 2);
    const rated = (await house.rated(good.case.id))[0];
    const receipt = (await house.page(good.ticket.token)).text.match(/\w{4}-\w{4}-\w{4}-\w{4}/)[0];
    const waiting = await house.take();
    closed = open.case.id;

    await house.take({ matter: 'id-card', phone: house.phone() });
    values = { token: [open.ticket.token, good.ticket.token, waiting.token], receipt: [receipt], kiosk: ['k1'], window: ['A01'],
        code: ['A01'], id: [open.case.id, good.case.id, open.ticket.id, waiting.id, rated.id],
        name: ['yiping.css'], link: ['W1035GV7W7S57GV0184EH1RQ3VR69C5VFRJYKG8QRVPAP5PDMWAK'] };
    await run_well(['user', 'add', '--data', house.data, '--role', 'hall', '--name', 'head'], { input: 'Passw0rd-xx\n' });
    const came = await house.request('POST', '/login', { form: { name: 'head', password: 'Passw0rd-xx' } });
    assert.equal(came.status, 303, came.text);
    cookie = came.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
});
after(() => house.close());

/* The whole store as text, without what `but` names. */
function stored(...but) {
    return execFileSync('sqlite3', ['-readonly', '-init', '/dev/null', path.join(house.data, 'yiping.db'), '.dump'], { maxBuffer: 1 << 28 })
        .toString().split('\n').filter((line) => ![BACKGROUND, ...but].some((kind) => kind.test(line))).sort();
}

/* Every address that a pattern stands for. */
function addresses(pattern) {
    const name = /\{(\w+)\}/.exec(pattern)?.[1];

    return name ? (values[name] ?? values.id).flatMap((value) => addresses(pattern.replace(`{${name}}`, value))) : [pattern];
}

/* { status, text }; of a stream that stays open no more than its head. */
function look(method, address, headers) {
    return new Promise((done, fail) => {
        const request = http.request({ host: '127.0.0.1', port: house.port, method, path: address, headers, agent: house.agent }, (answer) => {
            let text = '';

            if (/event-stream/.test(answer.headers['content-type'])) {
                done({ status: answer.statusCode, text });
                request.destroy();
            }
            answer.on('data', (part) => { text += part; });
            answer.on('end', () => done({ status: answer.statusCode, text }));
        });

        request.on('error', fail);
        request.end();
    });
}

async function look_at_all(headers) {
    const met = {};
    let n = 0;

    for (const { method, pattern } of rows)
        for (const address of addresses(pattern))
            for (const query of QUERIES)
                for (const how of ['GET', 'HEAD']) {
                    const answer = await look(how, address + query, { 'User-Agent': AGENTS[n++ % AGENTS.length], ...headers });

                    met[answer.status] = (met[answer.status] ?? 0) + 1;
                    assert.ok(answer.status < 500, `${how} ${address}${query} → ${answer.status} ${answer.text}`);
                    if (method === 'POST' && how === 'GET' && !rows.some((r) => r.method === 'GET' && r.pattern === pattern))
                        assert.ok(answer.status >= 300, `${how} ${address}${query} → ${answer.status}`);
                }
    return met;
}

test('the table of addresses is read', () => {
    assert.ok(rows.length > 60, `${rows.length} rows`);
    assert.ok(rows.some((r) => r.method === 'POST' && r.pattern === '/t/{token}/rate'));
});

for (const [who, headers, ...but] of [
    ['nobody', () => ({})],
    ['a kiosk', () => ({ Authorization: `Bearer ${house.keys.machine}` }), TRACES],
    ['a desk', () => ({ Authorization: `Bearer ${house.keys.desk}` }), TRACES],
    ['another system', () => ({ Authorization: `Bearer ${house.keys.integration}` }), TRACES],
    ['staff', () => ({ Cookie: cookie }), TRACES],
])
    test(`${who} looks at every address, and the store is as it was`, async (t) => {
        await house.case_act(closed, 'close');
        const was = stored(...but), met = await look_at_all(headers());

        t.diagnostic(JSON.stringify(met));
        assert.ok(met[200] > 50, JSON.stringify(met));
        await house.case_act(closed, 'close'); /* decides nothing, but waits for what was written before */
        const now = stored(...but), known = new Set(was);

        assert.deepEqual(now.filter((line) => !known.has(line)).slice(0, 5), []);
        assert.equal(now.length, was.length);
    });
