/*
 * integration.test.mjs — what other systems use: cases handled elsewhere, the record of a
 * case, the list of ratings, health and metrics, and a journal that tells no secrets.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, local_date, place_of } from './house.mjs';

let house;

before(async () => { house = await House.open(); });
after(async () => { await house?.close(); });

function iso(at_ms) {
    return `${new Date(at_ms + 8 * 3600e3).toISOString().slice(0, 19)}+08:00`;
}

let numbers = 0;

function case_event(changes = {}) {
    return { case_no: `OA-${++numbers}`, source: 'oa', matter: 'eia', window: 'F02', clerk: '1020',
        accepted_at: iso(house.now() - 86400e3), ...changes };
}

function send(json, options = {}) {
    return house.request('POST', '/api/v1/cases', { as: 'integration', json, ...options });
}

test('a case of another system is taken once per source and number', async () => {
    const phone = house.phone();
    const event = case_event({ phone, closed_at: iso(house.now()) });
    const first = await send(event), again = await send(event);

    assert.equal(first.status, 201, first.text);
    assert.equal(again.status, 200, again.text);
    assert.deepEqual(again.json, first.json);
    assert.equal(first.json.case.case_no, event.case_no);
    assert.equal(first.json.case.state, 'closed');
    assert.equal(first.json.invitation.decision, 'send');
    const other = await send({ ...event, source: 'other' });
    assert.equal(other.status, 201);
    assert.notEqual(other.json.case.id, first.json.case.id);
    const many = await Promise.all(Array.from({ length: 10 }, () => send({ ...event, case_no: 'race-1' })));
    assert.equal(new Set(many.map((a) => a.json.case.id)).size, 1);
    assert.equal(many.filter((a) => a.status === 201).length, 1);
    await house.ask();
    const survey = await house.message(phone, /^survey/);
    await house.reply(phone, survey.from, `${survey.cases.find((c) => c.case === first.json.case.id).letter ?? ''}5`);
    assert.equal((await house.rated(first.json.case.id))[0].grade, 5);
});

test('an open case of another system closes by its next event', async () => {
    const event = case_event();
    const open = await send(event);

    assert.equal(open.json.case.state, 'accepted');
    assert.equal(open.json.invitation, null);
    const closed = await send({ ...event, closed_at: iso(house.now()) });
    assert.equal(closed.status, 200);
    assert.equal(closed.json.case.id, open.json.case.id);
    assert.equal(closed.json.case.state, 'closed');
    assert.equal(closed.json.invitation.decision, 'no_phone');
    const child = await send(case_event({ parent: event.case_no }));
    assert.equal(child.status, 201, child.text);
});

test('what the case was like is told by another system, also later, and by the desk', async () => {
    const event = case_event({ service: ['agent', 'early'], decided_at_window: false });
    const { id } = (await send(event)).json.case;
    const told = async () => {
        const { service, decided_at_window, trips, came_again } = (await house.get('integration', `/api/v1/cases/${id}`)).case;

        return { service, decided_at_window, trips, came_again };
    };

    assert.deepEqual(await told(), { service: ['agent', 'early'], decided_at_window: false, trips: undefined, came_again: undefined });
    await send({ ...event, closed_at: iso(house.now()), trips: 2 });
    assert.equal((await send({ ...event, came_again: true, service: [] })).status, 200);
    assert.deepEqual(await told(), { service: [], decided_at_window: false, trips: 2, came_again: true });
    for (const [field, value] of [['service', 'agent'], ['service', ['cake']], ['trips', -1], ['trips', 1.5], ['trips', '1'],
        ['came_again', 1], ['decided_at_window', 'true']]) {
        const problem = await house.refused(422, 'POST', '/api/v1/cases', { as: 'integration', json: case_event({ [field]: value }) });

        assert.equal(problem.errors[0].field, field);
    }
    await house.take({ matter: 'eia' });
    const called = await house.call('F02', '1020');
    await house.case_act(called.case.id, 'start');
    await house.case_act(called.case.id, 'close', { decided_at_window: true, trips: 1, came_again: false });
    const closed = (await house.get('integration', `/api/v1/cases/${called.case.id}`)).case;
    assert.deepEqual([closed.state, closed.decided_at_window, closed.trips, closed.came_again, closed.service], ['closed', true, 1, false, undefined]);
});

test('a phone that comes with the closing event is asked', async () => {
    const event = case_event(), phone = house.phone();

    assert.equal((await send(event)).status, 201);
    const closed = await send({ ...event, phone, closed_at: iso(house.now()) });
    assert.equal(closed.json.invitation.decision, 'send', closed.text);
});

test('a case closed long ago is taken and nobody is asked', async () => {
    const old = await send(case_event({ phone: house.phone(), accepted_at: iso(house.now() - 60 * 86400e3),
        closed_at: iso(house.now() - 30 * 86400e3) }));

    assert.equal(old.status, 201, old.text);
    assert.equal(old.json.invitation.decision, 'excluded');
});

test('a repeated request with an Idempotency-Key tells the same', async () => {
    const event = case_event({ closed_at: iso(house.now()) });
    const headers = { 'Idempotency-Key': 'import-1' };
    const first = await send(event, { headers }), again = await send(event, { headers });

    assert.equal(first.status, 201);
    assert.equal(again.status, first.status, 'the same status too');
    assert.deepEqual(again.json, first.json);
    assert.equal((await send({ ...event, clerk: '1021' }, { headers })).status, 422);
});

test('what a case event gets wrong is named', async () => {
    const rows = [
        ['matter', { matter: 'no-such' }], ['window', { window: 'Z99' }], ['clerk', { clerk: 'x' }],
        ['window', { window: 'A01' }], ['phone', { phone: '123' }], ['accepted_at', { accepted_at: 'yesterday' }],
        ['accepted_at', { accepted_at: '2026-11-23T10:00:00' }], ['closed_at', { closed_at: iso(house.now() - 5 * 86400e3) }],
        ['closed_at', { closed_at: iso(house.now() + 86400e3) }], ['parent', { parent: 'nobody' }],
        ['case_no', { case_no: '' }], ['case_no', { case_no: 'x'.repeat(200) }], ['source', { source: undefined }],
    ];

    for (const [field, change] of rows) {
        const answer = await send(case_event(change));

        assert.equal(answer.status, 422, `${JSON.stringify(change)} → ${answer.status} ${answer.text}`);
        assert.equal(answer.json.errors?.[0].field, field, `${JSON.stringify(change)}: ${answer.text}`);
    }
    assert.equal((await send(case_event(), { as: 'machine' })).status, 403);
    assert.equal((await send(case_event(), { as: 'auditor' })).status, 403);
});

test('the record of a case leads from the rating to everybody concerned', async () => {
    await house.morning();
    const s = await house.surveyed({ matter: 'food-licence' });

    await house.reply(s.phone, s.survey.from, '3 等得久');
    await house.rated(s.case.id);
    await house.message(s.phone, 'thanks_good');
    for (const role of ['integration', 'auditor']) {
        const r = await house.case(s.case.id, role);

        assert.equal(r.case.id, s.case.id);
        assert.equal(r.ticket.id, s.ticket.id);
        assert.equal(r.ticket.number, s.ticket.number);
        assert.equal(r.matter.code, 'food-licence');
        assert.equal(r.window.code, 'A01');
        assert.equal(r.department.code, 'scjg');
        assert.equal(r.clerk.code, '1001');
        assert.equal(r.invitation.decision, 'send');
        const mt = r.messages.filter((m) => m.direction === 'mt'), mo = r.messages.filter((m) => m.direction === 'mo');
        assert.deepEqual(mo.map((m) => m.text), ['3 等得久']);
        assert.ok(mt[0].text.includes('食品许可'), mt[0].text);
        assert.match(mt[0].state, /^(ACCEPTED|DELIVERED)$/);
        assert.match(mt[0].at, /\+08:00$/);
        assert.equal(r.ratings.length, 1);
        for (const key of ['id', 'grade', 'dims', 'tags', 'comment', 'channel', 'proof', 'delay_s', 'rated_at', 'effective'])
            assert.ok(key in r.ratings[0], key);
        assert.match(r.ratings[0].comment, /等得久/);
        assert.ok(!JSON.stringify(r).includes(s.phone), 'a phone is never given whole');
    }
    const other = await send(case_event({ closed_at: iso(house.now()) }));
    assert.equal((await house.case(other.json.case.id)).ticket, null);
    await house.refused(404, 'GET', '/api/v1/cases/12345', { as: 'integration' });
    await house.refused(404, 'GET', '/api/v1/cases/x', { as: 'integration' });
});

test('the list of ratings filters, and pages without gap or double', async () => {
    await house.morning();
    const day = local_date(house.now());
    const made = [];

    for (const [matter, grade] of [['id-card', 5], ['id-card', 2], ['passport', 4], ['mortgage', 5], ['mortgage', 1],
        ['land-use', 3], ['id-card', 5]]) {
        const visit = await house.visit({ matter });

        await house.rate(visit.ticket.token, grade);
        made.push({ id: visit.case.id, matter, grade, window: place_of(matter).window });
    }
    const list = async (query) => house.get('auditor', `/api/v1/ratings?from=${day}&to=${day}${query}`);
    const case_of = (r) => typeof r.case === 'object' ? r.case.id : r.case;
    const cases = (page) => page.ratings.map(case_of);
    const wanted = (test_) => made.filter(test_).map((m) => m.id).sort();
    const all = await list('');
    assert.deepEqual(cases(all).sort(), wanted(() => true));
    assert.equal(all.next, null);
    for (const r of all.ratings) {
        assert.ok(JSON.stringify(r).includes('E0') || JSON.stringify(r).includes('D0'), 'window and ticket are named');
        assert.equal(r.channel, 'ticket_qr');
    }
    assert.deepEqual(cases(await list('&matter=id-card')).sort(), wanted((m) => m.matter === 'id-card'));
    assert.deepEqual(cases(await list('&department=zrzy')).sort(), wanted((m) => ['mortgage', 'land-use'].includes(m.matter)));
    assert.deepEqual(cases(await list('&window=E01')).sort(), wanted((m) => m.window === 'E01'));
    assert.deepEqual(cases(await list('&grade=5')).sort(), wanted((m) => m.grade === 5));
    assert.deepEqual(cases(await list('&grade=5&matter=id-card')).sort(), wanted((m) => m.grade === 5 && m.matter === 'id-card'));
    assert.deepEqual(cases(await list('&channel=ticket_qr')).length, made.length);
    assert.deepEqual(cases(await list('&channel=sms')), []);
    const paged = [];
    let cursor = '', pages = 0;
    do {
        const page = await list(`&limit=3${cursor && `&cursor=${cursor}`}`);

        assert.ok(page.ratings.length <= 3);
        paged.push(...cases(page));
        cursor = page.next;
        assert.ok(++pages < 10);
    } while (cursor);
    assert.equal(pages, 3);
    assert.deepEqual(paged, cases(all), 'in the same order');
    for (const bad of ['grade=6', 'grade=x', 'channel=fax', 'from=today', 'limit=0', 'limit=100000', 'cursor=%27']) {
        const answer = await house.request('GET', `/api/v1/ratings?${bad}`, { as: 'auditor' });

        assert.equal(answer.status, 422, `${bad} → ${answer.status}`);
    }
    assert.deepEqual((await house.get('auditor', '/api/v1/ratings?from=2020-01-01&to=2020-12-31')).ratings, []);
    for (const role of ['machine', 'desk', 'display'])
        await house.refused(403, 'GET', '/api/v1/ratings', { as: role });
    await house.refused(401, 'GET', '/api/v1/ratings');
});

test('only the effective rating of a corrected case is listed', async () => {
    await house.morning();
    const day = local_date(house.now());
    const visit = await house.visit({ matter: 'taxi' });

    await house.rate(visit.ticket.token, 5);
    await house.request('POST', `/t/${visit.ticket.token}/rate`, { form: { grade: '2', case: visit.case.id } });
    const { ratings } = await house.get('integration', `/api/v1/ratings?from=${day}&matter=taxi`);
    assert.deepEqual(ratings.map((r) => r.grade), [2]);
    assert.equal((await house.ratings(visit.case.id)).length, 2);
});

test('health, readiness and metrics', async () => {
    await house.expect(200, 'GET', '/healthz');
    await house.expect(200, 'GET', '/readyz');
    const { text } = await house.expect(200, 'GET', '/metrics');

    for (const name of ['yiping_http_requests_total', 'yiping_tickets_total', 'yiping_ratings_total', 'yiping_sms_outbox',
        'yiping_build_info', 'process_resident_memory_bytes', 'yiping_reviews_overdue', 'yiping_ratings_unlinked_total', 'yiping_db_size_bytes'])
        assert.ok(new RegExp(`^${name}[ {]`, 'm').test(text), `${name} is among the metrics`);
    assert.ok(text.endsWith('\n'));
    const families = new Map();
    let family;
    for (const line of text.trimEnd().split('\n')) {
        const [, what, name, rest] = /^# (HELP|TYPE) (\w+) (.+)$/.exec(line) ?? [];

        if (what === 'HELP') {
            assert.ok(!families.has(name), `${name} stands in one place`);
            families.set(name, family = { name, samples: new Set() });
        } else if (what === 'TYPE') {
            assert.equal(name, family.name);
            assert.match(family.type = rest, /^(counter|gauge|histogram)$/);
        } else {
            const [, sample, labels = ''] = /^([a-z_]+)(\{(?:[a-z_]+="(?:\\.|[^"\\])*",?)*\})? [-+0-9.eE]+(?:Inf|NaN)?$/.exec(line) ?? [];

            assert.ok(sample, line);
            assert.match(sample.slice(family.name.length), family.type === 'histogram' ? /^_(bucket|sum|count)$/ : /^$/, `${line} under ${family.name}`);
            assert.ok(!family.samples.has(sample + labels), `twice: ${line}`);
            family.samples.add(sample + labels);
        }
    }
    assert.ok([...families.values()].every((f) => f.type && f.samples.size));
    assert.ok(!/"[^"]*1\d{10}[^"]*"/.test(text), 'no phone in a label');
    assert.ok(!/qingcheng-\d{8}/.test(text), 'no case in a label');
});

test('the journal and the addresses hold no phone, token, key or word of a citizen', async () => {
    await house.morning();
    const words = '这句话不可以出现在日志里';
    const s = await house.surveyed({ matter: 'company-close' });

    await house.reply(s.phone, s.survey.from, `2 ${words}`);
    await house.message(s.phone, 'thanks_bad');
    await house.request('POST', `/t/${s.ticket.token}/rate`, { form: { grade: '1', case: s.case.id } });
    await house.page(`${s.ticket.token.slice(0, -1)}!`);
    await house.request('POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'x', phone: s.phone } });
    await house.request('POST', '/api/v1/tickets', { key: `${house.keys.machine}x`, json: { matter: 'x' } });
    await house.request('POST', `/api/v1/cases/${s.case.id}/close`, { as: 'desk', json: { phone: `${s.phone}9` } });
    await house.stop();
    const secrets = { phone: s.phone, 'phone without its first digits': s.phone.slice(3), token: s.ticket.token,
        'short code': s.ticket.short_code, words, ...house.keys };
    for (const [name, value] of Object.entries(secrets))
        assert.ok(!house.journal.includes(value), `the journal holds the ${name}: ${house.journal.split('\n').find((l) => l.includes(value))}`);
    for (const key of Object.values(house.keys))
        assert.ok(!house.journal.includes(key.split('.').at(-1)), 'a half of a key');
    await house.start();
});

test('the store holds no phone and no words in the clear', async () => {
    const fs = await import('node:fs');
    const words = 'plain-words-that-must-be-sealed';
    const s = await house.surveyed({ matter: 'company-close' }).catch(async () => {
        await house.morning();
        return house.surveyed({ matter: 'company-close' });
    });

    await house.reply(s.phone, s.survey.from, `2 ${words}`);
    await house.message(s.phone, 'thanks_bad');
    await house.stop();
    for (const name of fs.readdirSync(house.data, { recursive: false })) {
        const file = `${house.data}/${name}`;

        if (!fs.statSync(file).isFile())
            continue;
        const bytes = fs.readFileSync(file);
        assert.ok(!bytes.includes(s.phone), `${name} holds a phone`);
        assert.ok(!bytes.includes(words), `${name} holds words`);
        if (!/\.db(-wal|-shm)?$/.test(name))
            assert.equal(fs.statSync(file).mode & 0o077, 0, `${name} is readable for others`);
    }
    assert.equal(fs.statSync(house.data).mode & 0o077, 0, 'the folder is private');
    await house.start();
});
