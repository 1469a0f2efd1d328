/*
 * queue.test.mjs — tickets, windows and cases over HTTP, as a queue machine and a desk use
 * them (api.md, "machines and desks").
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, local_date, next_morning, place_of, run_well } from './house.mjs';

let house;

before(async () => { house = await House.open(); });
after(async () => { await house?.close(); });

/* A ticket that was called to its window: { ticket, case, window, clerk }. */
async function called(options = {}) {
    const ticket = await house.take(options);
    const place = place_of(options.matter ?? 'business-licence', options.nth);
    const got = await house.call(place.window, place.clerk);

    assert.equal(got.ticket.id, ticket.id);
    return { ...got, ...place };
}

test('a ticket says everything that the machine prints', async () => {
    const { json } = await house.expect(201, 'POST', '/api/v1/tickets',
        { as: 'machine', json: { matter: 'passport', phone: house.phone(), lang: 'zh-CN' } });
    const { ticket, print } = json;

    assert.match(ticket.id, /^[1-9]\d*$/, 'ids are strings');
    assert.match(ticket.number, /^E\d{3,}$/);
    assert.equal(ticket.matter, 'passport');
    assert.match(ticket.taken_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00$/);
    assert.ok(Math.abs(Date.parse(ticket.taken_at) - house.now()) < 15000, 'taken now, by the house clock');
    assert.equal(String(ticket.local_date).replaceAll('-', ''), local_date(house.now()).replaceAll('-', ''));
    assert.equal(ticket.ahead, 0);
    assert.equal(ticket.wait_min, null, 'no estimate without service times');
    assert.equal(ticket.state, 'waiting');
    assert.match(ticket.short_code, /^[0-9A-HJKMNP-TV-Z]{8}$/);
    assert.ok(ticket.url.endsWith(`/t/${ticket.token}`));
    assert.deepEqual(print, { job: null, state: 'none' });
    assert.equal((await house.ticket(ticket.id)).number, ticket.number);
    assert.equal((await house.take({ matter: 'id-card' })).ahead, 1, 'one waits before the next');
    for (let i = 0; i < 2; i++) {
        const { case: c } = await house.call('E01', '1009');
        await house.case_act(c.id, 'close', {});
    }
});

test('a kiosk with a printer gets a print job, and a reprint another', async () => {
    const { json } = await house.expect(201, 'POST', '/api/v1/tickets',
        { as: 'machine', json: { matter: 'school', kiosk: 'k1' } });
    const again = await house.post('machine', `/api/v1/tickets/${json.ticket.id}/reprint`);

    assert.match(json.print.job, /^\d+$/);
    assert.match(json.print.state, /^(queued|printed|unconfirmed)$/);
    assert.match(again.print.job, /^\d+$/);
    assert.notEqual(again.print.job, json.print.job);
    assert.equal((await house.ticket(json.ticket.id)).number, json.ticket.number, 'the number stays');
    await house.case_act((await house.call('F06', '1024')).case.id, 'close', {});
});

test('a slip comes in four formats and two widths', async () => {
    const ticket = await house.take({ matter: 'marriage' });
    const slip = async (format, printer) => (await house.expect(200, 'GET',
        `/api/v1/tickets/${ticket.id}/slip?format=${format}&printer=${printer}`, { as: 'machine' })).bytes;

    for (const [printer, dots] of [['80mm', 576], ['58mm', 384]]) {
        const png = await slip('png', printer);

        assert.deepEqual([...(await slip('escpos', printer)).subarray(0, 2)], [0x1b, 0x40], 'ESC @ begins');
        assert.equal(png.subarray(1, 4).toString(), 'PNG');
        assert.equal(png.readUInt32BE(16), dots, 'as wide as the paper');
        assert.match((await slip('svg', printer)).toString(), /^(<\?xml[^>]*>\s*)?<svg/);
        assert.ok((await slip('text', printer)).toString().includes(ticket.number));
    }
    await house.refused(422, 'GET', `/api/v1/tickets/${ticket.id}/slip?format=gif&printer=80mm`, { as: 'machine' });
    await house.refused(422, 'GET', `/api/v1/tickets/${ticket.id}/slip?format=png&printer=90mm`, { as: 'machine' });
    await house.refused(404, 'GET', '/api/v1/tickets/12345/slip?format=png&printer=80mm', { as: 'machine' });
    await house.case_act((await house.call('F04', '1022')).case.id, 'close', {});
});

test('the QR code of a slip holds the ticket’s address', async (t) => {
    const ticket = await house.take({ matter: 'fund-withdraw' });
    const file = path.join(house.folder, 'slip.png');
    const { bytes } = await house.expect(200, 'GET',
        `/api/v1/tickets/${ticket.id}/slip?format=png&printer=80mm`, { as: 'machine' });

    await house.case_act((await house.call('F05', '1023')).case.id, 'close', {});
    fs.writeFileSync(file, bytes);
    let read;
    try {
        read = execFileSync('zbarimg', ['-q', '--raw', file], { stdio: ['ignore', 'pipe', 'ignore'] });
    } catch (trouble) {
        if (trouble.code === 'ENOENT')
            return t.skip('zbarimg is not installed');
        throw trouble;
    }
    assert.equal(read.toString().trim(), ticket.url);
});

test('who waits longest is called first, and nobody is 204', async () => {
    const { window, clerk } = place_of('invoice');
    const first = await house.take({ matter: 'invoice' }), second = await house.take({ matter: 'tax-refund' });

    assert.equal(second.ahead, 1);
    for (const ticket of [first, second]) {
        const got = await house.call(window, clerk);

        assert.equal(got.ticket.id, ticket.id);
        assert.equal(got.ticket.state, 'called');
        assert.deepEqual([got.ticket.ahead, got.ticket.wait_min], [0, null], 'nobody stands before one who was called');
        assert.equal(got.case.state, 'waiting');
        await house.refused(409, 'POST', `/api/v1/windows/${window}/call`, { as: 'desk', json: { clerk } });
        await house.case_act(got.case.id, 'start');
        assert.equal((await house.ticket(ticket.id)).state, 'serving');
        await house.refused(409, 'POST', `/api/v1/windows/${window}/call`, { as: 'desk', json: { clerk } });
        await house.case_act(got.case.id, 'close', { outcome: 'done' });
        assert.equal((await house.ticket(ticket.id)).state, 'done');
    }
    assert.equal(await house.call(window, clerk), null);
});

test('a missed call: three calls and a minute first, then it can be put back', async () => {
    const c = await called({ matter: 'land-use' });

    await house.refused(409, 'POST', `/api/v1/windows/${c.window}/no-show`, { as: 'desk', json: {} });
    await house.act(c.window, 'recall');
    await house.act(c.window, 'recall');
    await house.refused(409, 'POST', `/api/v1/windows/${c.window}/no-show`, { as: 'desk', json: {} });
    await house.advance(61);
    await house.act(c.window, 'no-show');
    assert.equal((await house.ticket(c.ticket.id)).state, 'missed');
    assert.equal(await house.call(c.window, c.clerk), null, 'a missed ticket does not wait');
    await house.post('desk', `/api/v1/tickets/${c.ticket.id}/restore`);
    assert.equal((await house.ticket(c.ticket.id)).state, 'waiting');
    const again = await house.call(c.window, c.clerk);
    assert.equal(again.ticket.id, c.ticket.id);
    assert.equal(again.case.id, c.case.id, 'the same case goes on');
    await house.case_act(again.case.id, 'close', {});
});

test('a missed ticket cannot be put back after its time', async () => {
    const c = await called({ matter: 'land-use' });

    await house.act(c.window, 'recall');
    await house.act(c.window, 'recall');
    await house.advance(61);
    await house.act(c.window, 'no-show');
    await house.advance(31 * 60);
    await house.refused(409, 'POST', `/api/v1/tickets/${c.ticket.id}/restore`, { as: 'desk', json: {} });
});

test('hold frees the window; the ticket comes back by restore or transfer', async () => {
    const c = await called({ matter: 'hygiene-licence' });

    await house.case_act(c.case.id, 'start');
    await house.act(c.window, 'hold');
    assert.equal((await house.ticket(c.ticket.id)).state, 'held');
    assert.equal(await house.call(c.window, c.clerk), null);
    await house.post('desk', `/api/v1/tickets/${c.ticket.id}/restore`);
    assert.equal((await house.call(c.window, c.clerk)).ticket.id, c.ticket.id);
    await house.act(c.window, 'hold');
    await house.post('desk', `/api/v1/tickets/${c.ticket.id}/transfer`, { window: c.window });
    assert.equal((await house.call(c.window, c.clerk)).ticket.id, c.ticket.id);
    await house.case_act(c.case.id, 'close', {});
});

test('a transferred ticket waits for that window alone, of another department too', async () => {
    const c = await called({ matter: 'eia' }); /* F02 */

    await house.post('desk', `/api/v1/tickets/${c.ticket.id}/transfer`, { window: 'F03' });
    const t = await house.ticket(c.ticket.id);
    assert.equal(t.state, 'waiting');
    assert.equal(await house.call('F02', '1020'), null, 'the first window is free and gets nobody');
    const got = await house.call('F03', '1021');
    assert.equal(got.ticket.id, c.ticket.id);
    await house.case_act(got.case.id, 'close', {});
    const record = await house.case(got.case.id);
    assert.equal(record.window.code, 'F03', 'the rating will be of who handled it');
    assert.equal(record.clerk.code, '1021');
    await house.refused(409, 'POST', `/api/v1/tickets/${c.ticket.id}/transfer`, { as: 'desk', json: { window: 'F02' } });
});

test('a paused window calls nobody until it is resumed', async () => {
    const { window, clerk } = place_of('teacher-cert');
    const ticket = await house.take({ matter: 'teacher-cert' });

    await house.act(window, 'pause', { reason: '午休' });
    await house.refused(409, 'POST', `/api/v1/windows/${window}/call`, { as: 'desk', json: { clerk } });
    await house.act(window, 'resume');
    const got = await house.call(window, clerk);
    assert.equal(got.ticket.id, ticket.id);
    await house.case_act(got.case.id, 'close', {});
});

test('undo works for ten seconds, and never on a closing', async () => {
    const c = await called({ matter: 'road-transport' });

    await house.act(c.window, 'undo');
    assert.equal((await house.ticket(c.ticket.id)).state, 'waiting');
    const again = await house.call(c.window, c.clerk);
    assert.equal(again.ticket.id, c.ticket.id, 'in its old place');
    assert.equal(again.case.id, c.case.id);
    await house.case_act(c.case.id, 'start');
    await house.act(c.window, 'undo');
    assert.equal((await house.ticket(c.ticket.id)).state, 'called');
    await house.case_act(c.case.id, 'start');
    await house.advance(11);
    await house.refused(409, 'POST', `/api/v1/windows/${c.window}/undo`, { as: 'desk', json: {} });
    await house.case_act(c.case.id, 'close', {});
    await house.refused(409, 'POST', `/api/v1/windows/${c.window}/undo`, { as: 'desk', json: {} });
});

test('accept ends the visit; the case is paused, resumed and closed later', async () => {
    const c = await called({ matter: 'pension', phone: house.phone() });

    await house.case_act(c.case.id, 'start');
    assert.equal((await house.case_act(c.case.id, 'accept')).case.state, 'accepted');
    assert.equal((await house.ticket(c.ticket.id)).state, 'done', 'the citizen goes home');
    assert.equal(await house.call(c.window, c.clerk), null, 'the window is free');
    assert.equal((await house.case_act(c.case.id, 'pause', { reason: '补正材料' })).case.state, 'paused');
    await house.refused(409, 'POST', `/api/v1/cases/${c.case.id}/close`, { as: 'desk', json: {} });
    assert.equal((await house.case_act(c.case.id, 'resume', { reason: '已补正' })).case.state, 'accepted');
    await house.advance(2 * 86400);
    const closed = await house.case_act(c.case.id, 'close', { outcome: 'done' });
    assert.equal(closed.case.state, 'closed');
    assert.equal(closed.invitation.decision, 'send');
});

test('a second closing answers the same and decides nothing anew', async () => {
    const c = await called({ matter: 'household', phone: house.phone() });

    await house.case_act(c.case.id, 'start');
    const first = await house.case_act(c.case.id, 'close', { outcome: 'done' });
    assert.equal(first.case.id, c.case.id);
    assert.match(first.case.case_no, /^qingcheng-\d{8}-E\d{3,}-1$/);
    assert.match(first.case.closed_at, /\+08:00$/);
    assert.ok(first.invitation.reason.length > 0);
    assert.match(first.invitation.due_at, /\+08:00$/);
    await house.advance(60);
    assert.deepEqual(await house.case_act(c.case.id, 'close', { outcome: 'done' }), first);
    assert.deepEqual(await house.case_act(c.case.id, 'close', { outcome: 'refused', phone: house.phone() }), first);
    const wait_min = (Date.parse(first.invitation.due_at) - Date.parse(first.case.closed_at)) / 60e3;
    assert.ok(wait_min >= 30 && wait_min <= 120, `asked ${wait_min} min after the closing`);
});

test('a reopened case closes again without another decision', async () => {
    const phone = house.phone();

    await house.morning();
    const visit = await house.visit({ matter: 'company-change', phone });
    assert.equal((await house.case_act(visit.case.id, 'reopen', { reason: '材料有误' })).case.state, 'accepted');
    await house.ask();
    assert.deepEqual(await house.messages(phone), [], 'an unsent text is withdrawn');
    const again = await house.case_act(visit.case.id, 'close', { outcome: 'done' });
    assert.equal(again.case.state, 'closed');
    assert.equal(again.invitation.id, visit.invitation.id);
    assert.equal(again.invitation.decision, visit.invitation.decision);
    await house.ask();
    assert.deepEqual(await house.messages(phone), []);
});

test('one more case on a ticket has a number of its own', async () => {
    const c = await called({ matter: 'food-licence' });

    await house.case_act(c.case.id, 'start');
    const more = (await house.post('desk', `/api/v1/tickets/${c.ticket.id}/cases`, { matter: 'org-code' }, 201)).case;
    assert.equal(more.case_no, c.case.case_no.replace(/-1$/, '-2'));
    assert.equal(more.state, 'serving');
    await house.case_act(c.case.id, 'close', {});
    assert.equal((await house.ticket(c.ticket.id)).state, 'serving', 'one case is still open');
    await house.case_act(more.id, 'close', {});
    assert.equal((await house.ticket(c.ticket.id)).state, 'done');
    await house.refused(409, 'POST', `/api/v1/tickets/${c.ticket.id}/cases`, { as: 'desk', json: { matter: 'org-code' } });
});

test('desks that call at once get different people', async () => {
    const tickets = [];

    for (let i = 0; i < 10; i++)
        tickets.push(await house.take({ matter: 'business-licence' }));
    const windows = [['A01', '1001'], ['A02', '1002'], ['A03', '1003'], ['A04', '1004']];
    const served = [];
    let guard = 0;
    while (served.length < 10 && guard++ < 20) {
        const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => house.request('POST',
            `/api/v1/windows/${windows[i % 4][0]}/call`, { as: 'desk', json: { clerk: windows[i % 4][1] } })));
        const got = answers.filter((a) => a.status === 200).map((a) => a.json);

        for (const a of answers)
            assert.ok([200, 204, 409].includes(a.status), a.text);
        assert.ok(got.length <= 4, 'a window has one ticket at a time');
        for (const { ticket, case: c } of got) {
            served.push(ticket.id);
            await house.case_act(c.id, 'close', {});
        }
    }
    assert.deepEqual([...served].sort(), tickets.map((t) => t.id).sort(), 'each once');
});

test('twenty machines at once: numbers without gap or double', async () => {
    const tickets = await Promise.all(Array.from({ length: 20 }, () => house.take({ matter: 'tax-declare' })));
    const numbers = tickets.map((t) => Number(t.number.slice(1))).sort((a, b) => a - b);

    numbers.forEach((n, i) => assert.equal(n, numbers[0] + i));
    assert.equal(new Set(tickets.map((t) => t.short_code)).size, 20);
    assert.equal(new Set(tickets.map((t) => t.token)).size, 20);
});

test('the same Idempotency-Key does a thing once', async () => {
    const headers = { 'Idempotency-Key': 'once-1' };
    const ask = (json) => house.request('POST', '/api/v1/tickets', { as: 'machine', json, headers });
    const first = await ask({ matter: 'social-card' });

    assert.equal(first.status, 201);
    const again = await ask({ matter: 'social-card' });
    assert.equal(again.status, 201);
    assert.deepEqual(again.json, first.json);
    assert.equal((await ask({ matter: 'pension' })).status, 422, 'another body');
    const many = await Promise.all(Array.from({ length: 8 }, () => house.request('POST', '/api/v1/tickets',
        { as: 'machine', json: { matter: 'social-card' }, headers: { 'Idempotency-Key': 'once-2' } })));
    for (const answer of many)
        assert.ok([201, 409].includes(answer.status), answer.text);
    assert.equal(new Set(many.filter((a) => a.status === 201).map((a) => a.json.ticket.id)).size, 1);
    const next = await house.take({ matter: 'social-card' });
    assert.equal(Number(next.number.slice(1)), Number(first.json.ticket.number.slice(1)) + 2, 'two were taken');

    const got = await house.call('C01', '1012');
    const close = (h, json) => house.request('POST', `/api/v1/cases/${got.case.id}/close`, { as: 'desk', json, headers: h });
    const closed = await close({ 'Idempotency-Key': 'c1' }, {});
    assert.deepEqual((await close({ 'Idempotency-Key': 'c1' }, {})).json, closed.json);
    assert.equal((await close({ 'Idempotency-Key': 'c1' }, { outcome: 'refused' })).status, 422);
    const call = () => house.request('POST', '/api/v1/windows/C01/call',
        { as: 'desk', json: { clerk: '1012' }, headers: { 'Idempotency-Key': 'call-1' } });
    const one = await call(), two = await call();
    assert.equal(one.status, 200);
    assert.deepEqual(two.json, one.json, 'a call that is repeated calls nobody else');
    await house.case_act(one.json.case.id, 'close', {});
    for (let more; (more = await house.call('C01', '1012'));)
        await house.case_act(more.case.id, 'close', {});
});

test('an Idempotency-Key outlives a restart', async () => {
    const ask = () => house.expect(201, 'POST', '/api/v1/tickets',
        { as: 'machine', json: { matter: 'birth' }, headers: { 'Idempotency-Key': 'durable' } });
    const first = (await ask()).json;

    await house.restart();
    assert.deepEqual((await ask()).json, first);
    await house.case_act((await house.call('F01', '1019')).case.id, 'close', {});
});

test('refusals name what is wrong, with the status of decisions 30', async () => {
    const taken = await house.take({ matter: 'discharge' });
    const c = await house.call('F02', '1020');
    const closed = await house.case_act(c.case.id, 'close', {});
    const T = '/api/v1/tickets', token = taken.token;
    const field = (body) => body.errors?.map((e) => e.field ?? e.name ?? e.pointer ?? '').join() ?? '';
    const rows = [
        /* status, method, path, options, field */
        [422, 'POST', T, { as: 'machine', json: { matter: 'no-such' } }, 'matter'],
        [422, 'POST', T, { as: 'machine', json: {} }, 'matter'],
        [422, 'POST', T, { as: 'machine', json: { matter: 7 } }, 'matter'],
        [422, 'POST', T, { as: 'machine', json: { matter: 'eia', phone: '12345' } }, 'phone'],
        [422, 'POST', T, { as: 'machine', json: { matter: 'eia', phone: '1390000000a' } }, 'phone'],
        [422, 'POST', T, { as: 'machine', json: { matter: 'eia', phone: '139000000001' } }, 'phone'],
        [422, 'POST', T, { as: 'machine', json: { matter: 'eia', lang: 'xx' } }, 'lang'],
        [422, 'POST', T, { as: 'machine', json: { matter: 'eia', kiosk: 'nowhere' } }, 'kiosk'],
        [400, 'POST', T, { as: 'machine', body: '{"matter":', headers: { 'Content-Type': 'application/json' } }],
        [422, 'POST', T, { as: 'machine', body: '', headers: { 'Content-Type': 'application/json' } }],
        [400, 'POST', T, { as: 'machine', body: Buffer.from([0x7b, 0x22, 0x6d, 0xff, 0xfe, 0x22, 0x7d]), headers: { 'Content-Type': 'application/json' } }],
        [400, 'POST', T, { as: 'machine', body: '{"matter":"eia\\u0000"}', headers: { 'Content-Type': 'application/json' } }],
        [400, 'POST', T, { as: 'machine', body: '{"matter":"eia","matter":"eia"}', headers: { 'Content-Type': 'application/json' } }],
        [413, 'POST', T, { as: 'machine', body: `{"matter":"${'x'.repeat(2 << 20)}"}`, headers: { 'Content-Type': 'application/json' } }],
        [401, 'POST', T, { json: { matter: 'eia' } }],
        [401, 'POST', T, { key: 'nonsense', json: { matter: 'eia' } }],
        [401, 'POST', T, { key: `${house.keys.machine.slice(0, -1)}${house.keys.machine.endsWith('A') ? 'B' : 'A'}`, json: { matter: 'eia' } }],
        [403, 'POST', T, { as: 'desk', json: { matter: 'eia' } }],
        [403, 'POST', T, { as: 'display', json: { matter: 'eia' } }],
        [403, 'POST', T, { as: 'auditor', json: { matter: 'eia' } }],
        [404, 'GET', `${T}/1`, { as: 'machine' }],
        [404, 'GET', `${T}/${token}`, { as: 'machine' }],
        [404, 'GET', `${T}/99999999999999999999999`, { as: 'machine' }],
        [403, 'POST', '/api/v1/windows/A01/call', { as: 'machine', json: { clerk: '1001' } }],
        [404, 'POST', '/api/v1/windows/Z99/call', { as: 'desk', json: { clerk: '1001' } }],
        [422, 'POST', '/api/v1/windows/A01/call', { as: 'desk', json: { clerk: 'nobody' } }, 'clerk'],
        [422, 'POST', '/api/v1/windows/A01/call', { as: 'desk', json: {} }, 'clerk'],
        [409, 'POST', '/api/v1/windows/A01/recall', { as: 'desk', json: {} }],
        [409, 'POST', '/api/v1/windows/A01/hold', { as: 'desk', json: {} }],
        [409, 'POST', '/api/v1/windows/A01/no-show', { as: 'desk', json: {} }],
        [404, 'POST', '/api/v1/cases/1/close', { as: 'desk', json: {} }],
        [404, 'POST', '/api/v1/cases/abc/start', { as: 'desk', json: {} }],
        [409, 'POST', `/api/v1/cases/${closed.case.id}/start`, { as: 'desk', json: {} }],
        [409, 'POST', `/api/v1/cases/${closed.case.id}/accept`, { as: 'desk', json: {} }],
        [409, 'POST', `/api/v1/cases/${closed.case.id}/pause`, { as: 'desk', json: { reason: 'x' } }],
        [403, 'POST', `/api/v1/cases/${closed.case.id}/close`, { as: 'machine', json: {} }],
        [409, 'POST', `/api/v1/tickets/${taken.id}/restore`, { as: 'desk', json: {} }],
        [404, 'POST', `/api/v1/tickets/${taken.id}/transfer`, { as: 'desk', json: { window: 'Z99' } }],
        [404, 'POST', '/api/v1/nothing', { as: 'desk', json: {} }],
        [404, 'GET', '/api/v1/', { as: 'desk' }],
        [405, 'DELETE', T, { as: 'machine' }],
    ];

    for (const [status, method, target, options, name] of rows) {
        const label = `${method} ${target.slice(0, 60)} ${JSON.stringify(options).slice(0, 120)}`;
        const answer = await house.request(method, target, options);

        assert.equal(answer.status, status, `${label} → ${answer.status} ${answer.text.slice(0, 300)}`);
        assert.match(answer.headers['content-type'] ?? '', /problem\+json/, label);
        assert.equal(answer.json.status, status, label);
        assert.ok(answer.json.detail, label);
        if (name)
            assert.equal(field(answer.json), name, `${label}: ${answer.text}`);
    }
    await house.expect(200, 'GET', '/healthz');
});

test('a closing refuses what it cannot understand and leaves the case open', async () => {
    const c = await called({ matter: 'taxi' });

    assert.equal((await house.refused(422, 'POST', `/api/v1/cases/${c.case.id}/close`,
        { as: 'desk', json: { outcome: 'excellent' } })).errors[0].field, 'outcome');
    assert.equal((await house.refused(422, 'POST', `/api/v1/cases/${c.case.id}/close`,
        { as: 'desk', json: { phone: '0471-1234567' } })).errors[0].field, 'phone');
    assert.equal((await house.ticket(c.ticket.id)).state, 'called');
    assert.equal((await house.case_act(c.case.id, 'close', { outcome: 'withdrawn' })).invitation.decision, 'no_phone');
});

test('a desk sees neither token nor phone nor grade', async () => {
    const phone = house.phone();
    const visit = await house.visit({ matter: 'org-code', phone });
    const tail = phone.slice(-4);

    assert.ok([303, 200].includes((await house.rate(visit.ticket.token, 5)).status));
    await house.rated(visit.case.id);
    const seen = await house.get('desk', `/api/v1/cases/${visit.case.id}`);
    for (const secret of [phone, `+86${phone}`, visit.ticket.token, visit.ticket.short_code, `****${tail}`])
        assert.ok(!JSON.stringify(seen).includes(secret), `${secret} is not for the desk`);
    assert.ok(!seen.ratings?.length && !seen.messages?.some((m) => m.direction === 'mo'));
    assert.ok(!/"grade"/.test(JSON.stringify(seen)));
    assert.equal(seen.case.id, visit.case.id);
    await house.refused(403, 'GET', `/api/v1/cases/${visit.case.id}`, { as: 'machine' });
    await house.refused(403, 'GET', '/api/v1/ratings', { as: 'desk' });
    await house.refused(401, 'GET', `/api/v1/cases/${visit.case.id}`);
});

test('numbers begin again on each local day, not on the UTC day', async () => {
    const matter = 'presale', number = async () => Number((await house.take({ matter })).number.slice(1));

    await house.advance_to(next_morning(house.now(), 0) + 23.5 * 3600e3); /* half past eleven at night */
    const late = await house.take({ matter });
    assert.equal(await number(), Number(late.number.slice(1)) + 1);
    await house.advance(3600);
    const early = await house.take({ matter }); /* half past midnight */
    assert.equal(Number(early.number.slice(1)), 1);
    assert.notEqual(early.local_date, late.local_date);
    assert.equal(early.ahead, 0, 'nobody of yesterday is ahead');
    await house.advance(7 * 3600); /* half past seven: the UTC day has not changed */
    assert.equal(await number(), 2);
    await house.advance(3600); /* half past eight: it has */
    assert.equal(await number(), 3);
    const got = await house.call('D04', '1018');
    assert.equal(got.ticket.id, early.id, 'yesterday’s tickets are not called today');
    await house.case_act(got.case.id, 'close', {});
    await house.morning();
    assert.match((await house.ticket(late.id)).state, /^(waiting|cancelled)$/); /* cancelled within a minute */
    assert.equal(await house.call('D04', '1018'), null);
});

test('a hall file goes out, comes back changed, and what a case points to stays', async () => {
    const file = path.join(house.folder, 'hall.json');

    await house.stop();
    const { stdout } = await run_well(['hall', 'export', '--data', house.data]);
    const exported = JSON.parse(stdout);
    assert.equal(exported.hall.code, 'qingcheng');
    exported.matters.find((m) => m.code === 'eia').name = '环评审批（新）';
    exported.windows = exported.windows.filter((w) => w.code !== 'F06');
    exported.matters = exported.matters.filter((m) => m.department !== 'jyj');
    exported.departments = exported.departments.filter((d) => d.code !== 'jyj');
    exported.staff = exported.staff.filter((s) => s.window !== 'F06');
    fs.writeFileSync(file, JSON.stringify(exported));
    await run_well(['hall', 'import', '--data', house.data, file]);
    await house.start();
    await house.refused(422, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'school' } });
    await house.refused(404, 'POST', '/api/v1/windows/F06/call', { as: 'desk', json: { clerk: '1001' } });
    const { case: c } = await called({ matter: 'eia' });
    await house.case_act(c.id, 'close', {});
    assert.equal((await house.case(c.id)).matter.name, '环评审批（新）');
});
