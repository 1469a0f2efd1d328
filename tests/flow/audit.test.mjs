/*
 * audit.test.mjs — what people do stands in the audit and can be found again: by whom, what and
 * when, page by page, and as JSON lines. Nothing personal stands in it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, local_date, page_forms, page_text, until } from './house.mjs';
import { PASSWORD, add_person } from './people.mjs';

/* A syslog that counts octets (RFC 6587). One that is deaf drops what comes next, and its line. */
class Receiver {
    heard = [];
    deaf = false;
    sockets = new Set();

    async open() {
        this.server = net.createServer((socket) => {
            let rest = Buffer.alloc(0);

            this.sockets.add(socket);
            socket.on('error', () => {});
            socket.on('close', () => this.sockets.delete(socket));
            socket.on('data', (part) => {
                if (this.deaf) {
                    this.deaf = false;
                    socket.destroy();
                    return;
                }
                rest = Buffer.concat([rest, part]);
                for (let blank; (blank = rest.indexOf(' ')) > 0;) {
                    const length = Number(rest.subarray(0, blank));

                    assert.ok(length > 0, `octets are counted: ${rest}`);
                    if (rest.length < blank + 1 + length)
                        break;
                    this.heard.push(rest.subarray(blank + 1, blank + 1 + length).toString());
                    rest = rest.subarray(blank + 1 + length);
                }
            });
        });
        await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
        this.port = this.server.address().port;
        return this;
    }

    ids() {
        return new Set(this.heard.map((line) => / id="(\d+)"/.exec(line.replace('\ufeff', ' '))?.[1]));
    }

    close() {
        for (const socket of this.sockets)
            socket.destroy();
        this.server.close();
    }
}

let house, audit, organisation, hall, receiver;

before(async () => {
    receiver = await new Receiver().open();
    house = await House.open({ settings: { audit: { syslog: `127.0.0.1:${receiver.port}` } } });
    audit = await (await add_person(house, 'audit')).log_in();
    organisation = await (await add_person(house, 'organisation')).log_in();
    hall = await add_person(house, 'hall');
});
after(async () => {
    await house.close();
    receiver.close();
    end_all();
});

/* Every event that the filter finds, as the export tells it; follows the cursor. */
async function exported(query = '') {
    const sent = await audit.post(`/audit/export${query}`);

    assert.equal(sent.status, 200, sent.text.slice(0, 300));
    assert.match(sent.headers['content-type'], /^application\/x-ndjson/);
    return sent.text.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

test('log-ins, failures, locks and second factors are events', async () => {
    await hall.log_in();
    await hall.post('/logout');
    for (let i = 0; i < 5; i++)
        await house.request('POST', '/login', { form: { name: 'hall', password: `wrong-${i}` } });
    await house.request('POST', '/login', { form: { name: 'S3cret-typed-as-name', password: 'x' } });
    const events = await exported();
    const actions = events.map((e) => e.action);

    for (const action of ['account.added', 'account.password', 'second.set', 'session.started', 'session.ended',
        'login.failed', 'account.locked', 'key.added', 'hall.imported', 'audit.exported'])
        assert.ok(actions.includes(action), action);
    assert.equal(actions.filter((a) => a === 'login.failed').length, 6);
    assert.ok(events.some((e) => e.action === 'login.failed' && e.object === 'unknown name'));
    for (const e of events)
        assert.deepEqual(Object.keys(e), ['id', 'at', 'actor', 'action', 'object', 'detail']);
    const all = JSON.stringify(events);
    for (const secret of [PASSWORD, 'wrong-0', 'S3cret-typed-as-name', audit.secret, ...Object.values(house.keys).map((k) => k.split('.')[1])])
        assert.ok(!all.includes(secret), 'no secret stands in the audit');
});

test('the filters are in the address and each narrows the list', async () => {
    const today = local_date(house.now());
    const rows = [
        ['?action=login.failed', (e) => e.action === 'login.failed', 6],
        ['?actor=organisation', (e) => e.actor.startsWith('account '), 1],
        ['?actor=command', (e) => e.actor === 'command', 8],
        ['?object=audit', (e) => e.object === 'audit', 1],
        [`?from=${today}&to=${today}&action=login.failed`, (e) => e.action === 'login.failed', 6],
        [`?to=2020-01-01`, () => false, 0],
        ['?actor=nobody-of-this-name', () => false, 0],
    ];

    for (const [query, fits, least] of rows) {
        const events = (await exported(query)).filter((e) => !e.next);

        assert.ok(events.every(fits), query);
        assert.ok(events.length >= least, `${query}: ${events.length}`);
    }
    assert.equal((await audit.get('/audit?from=yesterday')).status, 422);
    assert.equal((await audit.get('/audit?cursor=x')).status, 422);
    assert.match(page_text(await audit.page('/audit?actor=organisation&lang=zh-CN')), /organisation 登录/);
    assert.ok(!(await audit.page('/audit?action=login.failed&lang=en')).includes('Made a key</th>'));
});

test('pages go on where the last one ended, newest first, and miss nothing', async () => {
    const whole = (await exported()).filter((e) => !e.next).map((e) => e.id);
    const again = await audit.page('/audit');

    for (let i = 0; i < 100; i++)
        await audit.post('/account/sessions');
    const seen = [];
    let url = '/audit?lang=en';

    for (let pages = 0; url; pages++) {
        assert.ok(pages < 20);
        const html = await audit.page(url);

        seen.push(...[...html.matchAll(/<tr><td><time datetime="([^"]+)"/g)].map(([, at]) => at));
        url = /href="([^"]+)" rel="next"/.exec(html)?.[1].replaceAll('&amp;', '&');
    }
    assert.ok(seen.length > whole.length && again.length > 0);
    assert.deepEqual(seen, [...seen].sort().reverse());
});

test('only audit and organisation look, and nobody changes anything there', async () => {
    await house.advance(3600); /* the lock of the first test is over */
    await organisation.log_in();
    assert.equal((await organisation.get('/audit')).status, 200);
    await hall.log_in();
    assert.equal((await hall.get('/audit')).status, 403);
    assert.equal((await hall.post('/audit/export')).status, 403);
    await audit.log_in();
    const actions = page_forms(await audit.page('/audit')).filter((f) => f.method === 'post').map((f) => f.action);
    assert.deepEqual(actions.sort(), ['/audit/export', '/logout']);
    await house.refused(403, 'GET', '/api/v1/ratings', { as: 'machine' });
    const refused = (await exported('?action=access.refused')).map((e) => e.object);
    for (const tried of ['GET /audit', 'POST /audit/export', 'GET /api/v1/ratings'])
        assert.ok(refused.includes(tried), `${tried} is in ${refused}`);
});

test('every event reaches a syslog, also when its line breaks with one on the way', async () => {
    const all = async () => (await exported()).filter((e) => !e.next);
    const misses = (events) => events.filter((e) => !receiver.ids().has(e.id));

    await audit.log_in();
    const events = await all();
    await until('all that stood in the audit', () => misses(events).length === 0);
    receiver.deaf = true;
    await house.request('POST', '/login', { form: { name: 'audit', password: 'wrong-for-syslog' } });
    await until('the line to break', () => !receiver.deaf);
    const failed = (await all()).filter((e) => e.action === 'login.failed')[0];
    await until('the failure on the next line', () => misses([failed]).length === 0);

    const line = receiver.heard.find((l) => l.includes(`id="${failed.id}"`));
    assert.match(line, /^<84>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ yiping \d+ login\.failed - \ufeffid="/);
    const key = receiver.heard.find((l) => / key\.added - /.test(l));
    assert.match(key, /^<85>1 /);
    for (const secret of [PASSWORD, 'wrong-for-syslog', audit.secret, ...Object.values(house.keys).map((k) => k.split('.')[1])])
        assert.ok(!receiver.heard.join('\n').includes(secret), 'no secret leaves');
});

test('a socket in the file system is told the same, from where it stood', async () => {
    const socket = path.join(house.folder, 'log'), reader = spawn('python3', ['-u', '-c', `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    sys.stdout.write(s.recv(65536).decode() + "\\n")`, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';

    try {
        reader.stdout.on('data', (part) => { heard += part; });
        await until('the socket', () => fs.existsSync(socket));
        await house.stop();
        house.configure({ audit: { syslog: socket } });
        await house.start();
        await house.request('POST', '/login', { form: { name: 'audit', password: 'wrong-again' } });
        await until('a failure in the socket', () => /<84>1 \S+ \S+ yiping \d+ login\.failed - /.test(heard));
    } finally {
        reader.kill();
    }
});
