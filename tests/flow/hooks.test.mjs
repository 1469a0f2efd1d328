/*
 * hooks.test.mjs — other systems are told what happens (Standard Webhooks 1.0): a real receiver on
 * loopback judges headers, signatures and bodies by Node's own cryptography, answers badly, is gone,
 * and the house is killed in the middle. Nothing is lost and nothing invented.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { House, end_all, page_forms, place_of, run, until } from './house.mjs';
import { add_person } from './people.mjs';
import { misfits } from './schema.mjs';

const KEY = crypto.randomBytes(32), OLD = crypto.randomBytes(24);
const secret = (key) => `whsec_${key.toString('base64')}`;
const WORDS = '等得实在太久';

/* What came in, in order: { id, at, signatures, body, json }; answers what `answer` says. */
class Receiver {
    got = [];
    answer = () => 200;
    waiting = [];

    static async open(port = 0) {
        const r = new Receiver();

        r.server = http.createServer((request, response) => {
            const parts = [];

            request.on('data', (part) => parts.push(part));
            request.on('end', () => {
                const body = Buffer.concat(parts).toString();
                const one = { id: request.headers['webhook-id'], at: request.headers['webhook-timestamp'],
                    signatures: request.headers['webhook-signature'], path: request.url, method: request.method,
                    type: request.headers['content-type'], body, json: JSON.parse(body) };
                const said = r.answer(one);

                r.got.push(one);
                if (said === null)
                    return; /* never answered */
                const { status, headers = {} } = typeof said === 'number' ? { status: said } : said;
                response.writeHead(status, headers).end();
            });
        });
        await new Promise((done) => r.server.listen(port, '127.0.0.1', done));
        r.port = r.server.address().port;
        return r;
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }

    of(type) {
        return this.got.filter((one) => one.json.type === type);
    }

    async first(type, fits = () => true) {
        return until(`${type} at the receiver`, () => this.of(type).find(fits));
    }
}

function settings(port, more = {}) {
    return { webhooks: { allow: `127.0.0.1:${port}` },
        'webhook oa': { url: `http://127.0.0.1:${port}/in`, secret: `${secret(KEY)} ${secret(OLD)}` },
        'webhook few': { url: `http://127.0.0.1:${port}/few`, types: 'rating.recorded, gateway.down', secret: secret(OLD) }, ...more };
}

let house, receiver, document;

before(async () => {
    receiver = await Receiver.open();
    house = await House.open({ settings: settings(receiver.port) });
    document = (await house.expect(200, 'GET', '/openapi.json')).json;
});
after(async () => {
    await house?.close();
    await receiver?.close();
    end_all();
});

function judge(one) {
    const keys = one.path === '/in' ? [KEY, OLD] : [OLD];
    const right = keys.map((key) => `v1,${crypto.createHmac('sha256', key).update(`${one.id}.${one.at}.${one.body}`).digest('base64')}`);

    assert.equal(one.method, 'POST');
    assert.match(one.type, /^application\/json/);
    assert.match(one.id, /^msg_[1-9][0-9]*$/);
    assert.equal(one.signatures, right.join(' '), 'signed by each secret');
    assert.ok(/^\d+$/.test(one.at) && Number(one.at) >= Math.floor(Date.parse(one.json.timestamp) / 1000), 'the time of this try');
    assert.ok(Buffer.byteLength(one.body) < 20000);
    assert.deepEqual(Object.keys(one.json), ['type', 'timestamp', 'data']);
    const said = document.webhooks?.[one.json.type];
    assert.ok(said, `${one.json.type} is in the document`);
    assert.deepEqual(misfits(document, said.post.requestBody.content['application/json'].schema, one.json), [], one.body);
}

test('a bad rating is told from the ticket to the work order, thin and signed', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, `1 ${WORDS}`);
    const [rating] = await house.rated(s.case.id);
    const recorded = await receiver.first('rating.recorded', (one) => one.path === '/in');

    assert.deepEqual(recorded.json.data, { case: s.case.id, rating: rating.id, grade: 1, channel: 'sms' });
    assert.equal((await receiver.first('ticket.taken')).json.data.ticket, s.ticket.id);
    assert.deepEqual((await receiver.first('ticket.called')).json.data, { ticket: s.ticket.id, case: s.case.id });
    assert.deepEqual((await receiver.first('case.closed')).json.data, { ticket: s.ticket.id, case: s.case.id });
    assert.equal((await receiver.first('invitation.sent')).json.data.case, s.case.id);
    assert.equal((await receiver.first('review.opened')).json.data.rating, rating.id);
    await receiver.first('rating.recorded', (one) => one.path === '/few');
    assert.ok(receiver.got.filter((one) => one.path === '/few').every((one) => one.json.type === 'rating.recorded'), 'only what it wants');
    receiver.got.forEach(judge);
    const all = receiver.got.map((one) => one.body).join('\n');
    for (const private_word of [s.phone, WORDS, s.ticket.token, s.ticket.short_code, rating.receipt])
        assert.ok(!all.includes(private_word), 'no phone, word, token or receipt');
    assert.equal(receiver.of('rating.sealed').length, 0, 'it can still be changed');
    await house.advance(25 * 3600);
    assert.equal((await receiver.first('rating.sealed')).json.data.grade, 1);
    assert.equal(receiver.of('rating.sealed').length, 1);
});

test('a corrected rating is sealed as it was corrected, and once', async () => {
    await house.morning();
    const s = await house.surveyed({ matter: 'food-licence' });
    const mine = (type) => receiver.of(type).filter((one) => one.json.data.case === s.case.id);

    await house.reply(s.phone, s.survey.from, '2');
    await house.rated(s.case.id);
    await house.reply(s.phone, s.survey.from, '改5');
    await house.rated(s.case.id, 2);
    await until('the sealed one', () => mine('rating.sealed').length > 0);
    assert.deepEqual(mine('rating.corrected').map((one) => one.json.data.grade), [5]);
    await house.advance(26 * 3600);
    assert.deepEqual(mine('rating.sealed').map((one) => one.json.data.grade), [5]);
    receiver.got.forEach(judge);
});

test('somebody who does not come is told', async () => {
    await house.morning();
    const ticket = await house.take({ matter: 'invoice' }), { window, clerk } = place_of('invoice');

    await house.call(window, clerk);
    await house.act(window, 'recall');
    await house.act(window, 'recall');
    await house.advance(90);
    await house.act(window, 'no-show');
    await receiver.first('ticket.noshow', (one) => one.json.data.ticket === ticket.id);
    receiver.got.forEach(judge);
});

test('what fails is tried again under the same id, as late as is asked for, until it is taken', async () => {
    await house.morning();
    receiver.got = [];
    let times = 0;
    receiver.answer = (one) => one.json.type !== 'ticket.taken' ? 200
        : [500, { status: 302, headers: { Location: '/elsewhere' } }, { status: 503, headers: { 'Retry-After': '7200' } }, 204][times++];
    await house.take();
    await until('the first try', () => times === 1);
    await house.advance(0); /* answered once what came of it is booked */
    await house.advance(6);
    assert.equal(times, 2);
    await house.advance(331);
    assert.equal(times, 3, 'a redirect is no success and is not followed');
    await house.advance(3600);
    assert.equal(times, 3, 'it asked for two hours');
    await house.advance(3601);
    assert.equal(times, 4);
    await house.advance(30 * 3600);
    assert.equal(times, 4);
    assert.equal(new Set(receiver.of('ticket.taken').map((one) => one.id)).size, 1);
    assert.equal(new Set(receiver.of('ticket.taken').map((one) => one.at)).size, 4, 'each try has its own time');
    assert.ok(receiver.got.every((one) => one.path !== '/elsewhere'));
    receiver.got.forEach(judge);
    receiver.answer = () => 200;
    const { text } = await house.expect(200, 'GET', '/metrics');
    assert.match(text, /^yiping_webhook_deliveries_total\{result="delivered"\} [1-9]/m);
    assert.match(text, /^yiping_webhook_deliveries_total\{result="retried"\} 3$/m);
});

test('killed and away in the middle: all come, each under one id, none is invented', async () => {
    await house.morning();
    receiver.got = [];
    const taken = [];

    receiver.answer = () => null; /* they hang */
    for (let i = 0; i < 4; i++)
        taken.push((await house.take()).id);
    await until('some are on their way', () => receiver.of('ticket.taken').length === 4);
    await house.stop('SIGKILL');
    const before = receiver.of('ticket.taken').map((one) => [one.id, one.body]);
    receiver.server.closeAllConnections();
    receiver.answer = () => 200;
    await house.start();
    await until('all again', () => receiver.of('ticket.taken').length >= 8);
    assert.deepEqual(new Map(receiver.of('ticket.taken').map((one) => [one.id, one.body])), new Map(before), 'the same ids and bodies');

    await receiver.close(); /* nobody listens */
    for (let i = 0; i < 3; i++)
        taken.push((await house.take()).id);
    await house.restart();
    const again = await Receiver.open(receiver.port);
    again.got = receiver.got;
    receiver = again;
    await house.advance(7);
    await house.advance(400);
    const ids = new Map();
    for (const one of receiver.of('ticket.taken')) {
        assert.ok(!ids.has(one.json.data.ticket) || ids.get(one.json.data.ticket) === one.id);
        ids.set(one.json.data.ticket, one.id);
    }
    assert.deepEqual([...ids.keys()].sort(), taken.sort());
    receiver.got.forEach(judge);
});

test('an answer of 410 switches the endpoint off; the system administrator sees it, switches it on and sends again', async () => {
    await house.morning();

    receiver.got = [];
    receiver.answer = () => 410;
    const gone = await house.take();
    await receiver.first('ticket.taken');
    await house.advance(2 * 86400);
    const held = await house.take();
    await house.advance(2 * 86400);
    assert.equal(receiver.of('ticket.taken').filter((one) => one.path === '/in').length, 1, 'nothing more is sent');
    const admin = await (await add_person(house, 'system')).log_in();
    let page = await admin.page('/webhooks');
    assert.ok(page.includes('127.0.0.1') && page.includes('410'), 'it is shown');
    for (const key of [KEY, OLD])
        assert.ok(!page.includes(key.toString('base64')), 'no secret is shown');
    receiver.answer = () => 200;
    const on = page_forms(page).find((f) => /\/webhooks\/endpoints\/oa\/on$/.test(f.action));
    assert.equal((await admin.request('POST', on.action, { form: on.fields })).status, 303);
    await receiver.first('ticket.taken', (one) => one.json.data.ticket === held.id);
    page = await admin.page('/webhooks');
    const resend = page_forms(page).filter((f) => /\/webhooks\/deliveries\/\d+\/resend$/.test(f.action));
    const first = receiver.of('ticket.taken').find((one) => one.json.data.ticket === gone.id);
    const mine = resend.find((f) => f.action.includes(first.id.slice(4)));
    assert.equal((await admin.request('POST', mine.action, { form: mine.fields })).status, 303);
    await until('it comes again', () => receiver.of('ticket.taken').filter((one) => one.id === first.id).length === 2);
    assert.equal((await admin.request('POST', '/webhooks/deliveries/1/resend', { form: mine.fields })).status, 404);
    receiver.got.forEach(judge);
});

test('who takes a call and says nothing is given up on after the time that is set, and tried again', async () => {
    await house.morning();
    receiver.got = [];
    house.configure(settings(receiver.port, { webhooks: { allow: `127.0.0.1:${receiver.port}`, timeout: '1 s' } }));
    await house.restart();
    let hanging = true;
    receiver.answer = () => (hanging ? null : 200);
    const ticket = await house.take(), mine = () => receiver.of('ticket.taken').filter((one) => one.json.data.ticket === ticket.id);
    const admin = await (await add_person(house, 'system', { name: 'system2' })).log_in();

    await until('the page tells it', async () => (await admin.page('/webhooks')).includes('no answer in time'));
    hanging = false;
    await house.advance(6);
    await until('the second try', () => mine().length === 2);
    assert.equal(new Set(mine().map((one) => one.id)).size, 1);
    receiver.got.forEach(judge);
});

test('an invitation that fails is told', async () => {
    await house.morning();
    receiver.got = [];
    receiver.answer = () => 200;
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { refuse: true } });
    const visit = await house.visit({ phone: house.phone() });
    await house.ask();
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { refuse: false } });
    assert.equal((await receiver.first('invitation.failed')).json.data.case, visit.case.id);
    assert.equal(receiver.of('invitation.sent').length, 0);
    receiver.got.forEach(judge);
});

test('an endpoint that the settings name no more is told nothing; what waited for it goes when it is back', async () => {
    await house.morning();
    receiver.got = [];
    receiver.answer = () => 500;
    const before = await house.take();
    await receiver.first('ticket.taken', (one) => one.json.data.ticket === before.id);
    const { 'webhook oa': oa, ...rest } = settings(receiver.port);
    receiver.answer = () => 200;
    receiver.got = [];
    house.configure(rest);
    await house.restart();
    const meanwhile = await house.take();
    await house.advance(3600);
    assert.equal(receiver.of('ticket.taken').length, 0);
    const admin = await (await add_person(house, 'system', { name: 'system3' })).log_in();
    assert.match(await admin.page('/webhooks'), /ticket\.taken/, 'its rows are still shown');
    house.configure({ ...rest, 'webhook oa': oa });
    await house.restart();
    await receiver.first('ticket.taken', (one) => one.json.data.ticket === before.id);
    assert.equal(receiver.of('ticket.taken').filter((one) => one.json.data.ticket === meanwhile.id).length, 0, 'nobody was to be told then');
    receiver.got.forEach(judge);
});

test('settings that name a host beyond the list, or a poor secret, are refused by name', async () => {
    const other = new House();

    for (const [key, change] of [['webhook oa.url', { url: 'http://127.0.0.2:1/in' }], ['webhook oa.url', { url: '' }],
        ['webhook oa.secret', { secret: 'whsec_c2hvcnQ=' }], ['webhook oa.types', { types: 'rating.deleted' }]]) {
        const all = settings(9, {});
        Object.assign(all['webhook oa'], { types: 'rating.recorded' }, change);
        other.configure(all);
        const done = await run(['check', '--config', other.config]);
        assert.notEqual(done.code, 0);
        assert.ok(`${done.stderr}${done.stdout}`.includes(key), `${key}: ${done.stderr}`);
    }
});
