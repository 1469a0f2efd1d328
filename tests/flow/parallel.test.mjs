/*
 * parallel.test.mjs — parallel approval through the real server: one case taken in at a window,
 * approvals in several departments at the same time, every order in which another system could
 * tell of it, one question to the citizen, and that rating linked to everybody who took part.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, hall, page_forms, page_text, place_of, run_well, until } from './house.mjs';
import { add_person } from './people.mjs';

const PARENT = 'company-setup';
const CHILDREN = ['business-licence', 'tax-registration', 'seal-carving'];
const HOUR = 3600e3;
let house, numbers = 0;

before(async () => {
    house = await House.open({ settings: { invite: { delay_min: '0 s', delay_max: '1 s' }, promise: { ask_percent: 100 },
        staff: { session_idle: '24 h', session_max: '24 h' } } });
});
after(async () => {
    await house?.close();
    end_all();
});

const iso = (at_ms) => `${new Date(at_ms + 8 * HOUR).toISOString().slice(0, 19)}+08:00`;
const sql = (query) => execFileSync('sqlite3', [`file:${house.data}/yiping.db?mode=ro`, query]).toString().trim();
const department_of = (code) => hall.matters.find((m) => m.code === code).department;

const begin = (id, json, options = {}) => house.request('POST', `/api/v1/cases/${id}/approvals`, { ...(!options.key && { as: 'integration' }), json, ...options });
const step = (id, n, json, options = {}) => house.request('POST', `/api/v1/cases/${id}/approvals/${n}/steps`, { ...(!options.key && { as: 'integration' }), json, ...options });

async function well(answer, status = 201) {
    const got = await answer;

    assert.equal(got.status, status, got.text);
    return got.json;
}

async function refused(answer, status, words) {
    const got = await answer;

    assert.equal(got.status, status, got.text);
    assert.match(got.json.detail, words);
}

/* A case that another system took in yesterday at ten. */
async function imported(changes = {}) {
    const { window, clerk } = place_of(changes.matter ?? PARENT);

    return (await house.post('integration', '/api/v1/cases', { case_no: `P-${++numbers}`, source: 'oa', matter: PARENT, window, clerk,
        accepted_at: iso(house.now() - 24 * HOUR), ...changes }, 201)).case;
}

test('three departments at the same time: clocks, overlap, one issue, one question, four departments linked', async () => {
    const phone = house.phone(), { window, clerk } = place_of(PARENT);
    const ticket = await house.take({ matter: PARENT, phone });
    const called = await house.call(window, clerk);
    const id = called.case.id;

    await house.case_act(id, 'start');
    await refused(begin(id, { matter: CHILDREN[0] }), 409, /not taken in/);
    await house.case_act(id, 'accept');
    for (const matter of CHILDREN)
        await well(begin(id, { matter }));
    const told = await well(step(id, 1, { step: 'review' }));
    assert.equal(told.approval.state, 'running');
    assert.equal(told.approval.promised_days, 3);
    await well(step(id, 0, { step: 'inform' }));
    await well(step(id, 2, { step: 'pause', reason: 'supplement' }));
    await house.advance(3600);
    await well(step(id, 2, { step: 'resume' }));
    for (const n of [1, 2])
        await well(step(id, n, { step: 'approve' }));
    await refused(step(id, 0, { step: 'issue' }), 409, /Not every department/);
    await well(step(id, 3, { step: 'approve', outcome: 'granted' }));
    await well(step(id, 0, { step: 'pay' }));
    await well(step(id, 0, { step: 'issue' }));

    const all = await house.get('integration', `/api/v1/cases/${id}/approvals`);
    assert.deepEqual(all.approvals.map((a) => [a.department.code, a.state]), CHILDREN.map((c) => [department_of(c), 'granted']));
    const [first, second, third] = all.approvals.map((a) => a.working_minutes);
    assert.ok(first >= 60 && first <= 62, `${first}`); /* the hour, and what the test took */
    assert.ok(second < 2, `${second}: the pause stood`);
    assert.ok(all.overlap.overlap_minutes >= 60 && all.overlap.overlap_minutes <= 62);
    assert.ok(Math.abs(all.overlap.serial_minutes - first - second - third) <= 2);
    assert.ok(all.overlap.busy_minutes < all.overlap.serial_minutes);
    assert.equal(all.overlap.pairs.length, 3);
    assert.ok(all.overlap.pairs.find((p) => p.n.join() === '1,3').both_minutes >= 60);
    assert.deepEqual(all.steps.map((s) => s.step),
        ['start', 'start', 'start', 'review', 'inform', 'pause', 'resume', 'approve', 'approve', 'approve', 'pay', 'issue']);

    await house.case_act(id, 'close', {});
    await house.ask();
    const survey = await house.message(phone, /^survey/);
    await house.reply(phone, survey.from, '5554');
    const [rating] = await house.rated(id);
    assert.deepEqual(rating.dims, [5, 5, 5, 4]);
    const took_part = [...new Set([department_of(PARENT), ...CHILDREN.map(department_of)])].sort();
    const record = await house.get('integration', `/api/v1/cases/${id}`);
    assert.deepEqual(record.departments.map((d) => d.code).sort(), took_part);
    assert.equal(record.departments[0].code, department_of(PARENT));
    assert.deepEqual(record.departments.map((d) => d.intake), took_part.map((_, i) => i === 0));
    const line = (await house.get('auditor', '/api/v1/ratings')).ratings.find((r) => r.case.id === id);
    assert.equal(line.department.code, department_of(PARENT), 'it stays the intake\'s');
    assert.deepEqual(line.departments.map((d) => d.code).sort(), took_part);
    assert.equal(sql('SELECT count(*) FROM ratings'), '1');
    assert.equal(sql("SELECT group_concat(DISTINCT department_code) || ' ' || count(DISTINCT window_code) FROM rating_sums"),
        `${department_of(PARENT)} 1`, 'and counts there, once');
    assert.equal(ticket.id, record.ticket.id);
});

test('what cannot follow is refused, in whatever order it comes, and leaves no trace', async () => {
    const { id } = await imported(), now = house.now(), at = (hours) => iso(now - 24 * HOUR + hours * HOUR);

    await refused(step(id, 0, { step: 'issue' }), 409, /No department has taken part/);
    await refused(step(id, 1, { step: 'review' }), 404, /no approval of this number/);
    await refused(begin(id, { matter: CHILDREN[0], at: at(-1) }), 409, /not taken in by then/);
    await refused(begin(id, { matter: CHILDREN[0], at: iso(house.now() + HOUR) }), 422, /future/);
    await refused(begin(id, {}), 422, /which matter/);
    await refused(begin(id, { matter: 'nothing' }), 422, /no matter nothing/);
    await refused(begin(id, { department: 'nobody' }), 422, /no department nobody/);
    await refused(begin(id, { matter: CHILDREN[1], department: 'gaj' }), 422, /department swj's/);
    await refused(begin(id, { matter: CHILDREN[0], promised_days: -1 }), 422, /Promised days/);
    await refused(begin('99', { matter: CHILDREN[0] }), 404, /no such case/);
    await well(begin(id, { matter: CHILDREN[0], at: at(1) }));
    await refused(begin(id, { matter: CHILDREN[0], at: at(2) }), 409, /takes part already, as number 1/);
    await well(begin(id, { department: 'gaj', promised_days: 4, at: at(1) }));
    await refused(step(id, 1, { step: 'dance' }), 422, /A step is inform/);
    await refused(step(id, 1, { step: 'start' }), 422, /POST …\/approvals/);
    await refused(step(id, 1, { step: 'pay' }), 409, /case as a whole/);
    await refused(step(id, 0, { step: 'approve' }), 409, /belongs to a department/);
    await refused(step(id, 0, { step: 'accept' }), 409, /intake is the case's own/);
    await refused(step(id, 1, { step: 'pause' }), 422, /A clock stands for/);
    await refused(step(id, 1, { step: 'pause', reason: 'lunch' }), 422, /A clock stands for/);
    await refused(step(id, 1, { step: 'review', reason: 'survey' }), 422, /Only a pause/);
    await refused(step(id, 1, { step: 'review', outcome: 'granted' }), 422, /Only approve/);
    await refused(step(id, 1, { step: 'approve', outcome: 'maybe' }), 422, /granted or refused/);
    await refused(step(id, 1, { step: 'resume' }), 409, /nothing to resume/);
    await well(step(id, 1, { step: 'pause', reason: 'survey', at: at(2) }));
    await refused(step(id, 1, { step: 'pause', reason: 'survey', at: at(3) }), 409, /stands/);
    await refused(step(id, 1, { step: 'pause', reason: 'experts', at: at(2) }), 409, /another result or reason/);
    await refused(step(id, 1, { step: 'approve', at: at(3) }), 409, /stands/);
    await well(step(id, 1, { step: 'resume', at: at(4) }));
    await refused(step(id, 1, { step: 'review', at: at(3) }), 409, /told last/);
    await refused(step(id, 0, { step: 'issue', at: at(5) }), 409, /Not every department/);
    await well(step(id, 1, { step: 'approve', at: at(5) }));
    await refused(step(id, 1, { step: 'approve', at: at(6) }), 409, /decided already/);
    await refused(step(id, 1, { step: 'approve', outcome: 'refused', at: at(5) }), 409, /another result/);
    await refused(step(id, 'x', { step: 'review' }), 404, /no approval of this number/);
    await refused(step(id, 12345, { step: 'review' }), 404, /no approval of this number/);
    const facts = sql(`SELECT group_concat(told) FROM (SELECT n || step AS told FROM approval_steps WHERE case_id = ${id} ORDER BY id)`);
    assert.equal(facts, '1start,2start,1pause,1resume,1approve');

    /* the closing: never refused, and what happened before it may be told after it */
    const closed = await house.post('desk', `/api/v1/cases/${id}/close`, {});
    assert.equal(closed.case.state, 'closed');
    await house.advance(60);
    await refused(step(id, 2, { step: 'approve' }), 409, /closed before that/);
    await refused(begin(id, { matter: CHILDREN[1] }), 409, /closed before that/);
    await well(step(id, 2, { step: 'approve', outcome: 'refused', at: at(6) }));
    await refused(step(id, 0, { step: 'issue', at: at(7) }), 409, /has refused/);
});

test('the same told twice is one step, with a key and without, also at the same time', async () => {
    const { id } = await imported(), at = iso(house.now() - HOUR);
    const key = { headers: { 'Idempotency-Key': `parallel-${id}` } };
    const first = await well(begin(id, { matter: CHILDREN[2], at }, key));

    assert.deepEqual(await well(begin(id, { matter: CHILDREN[2], at }, key)), first, 'with its key it is the same answer');
    assert.deepEqual(await well(begin(id, { matter: CHILDREN[2], at }), 200), first);
    await refused(begin(id, { matter: CHILDREN[1], at }, key), 422, /./);
    const many = await Promise.all(Array.from({ length: 8 }, () => step(id, 1, { step: 'review', at })));
    assert.equal(many.filter((a) => a.status === 201).length, 1);
    assert.equal(many.filter((a) => a.status === 200).length, 7);
    assert.equal(new Set(many.map((a) => a.json.step.id)).size, 1);
    const issues = await (async () => {
        await well(step(id, 1, { step: 'approve', at }));
        return Promise.all(Array.from({ length: 8 }, () => step(id, 0, { step: 'issue' })));
    })();
    assert.equal(issues.filter((a) => a.status === 201).length, 1);
    assert.ok(issues.every((a) => [200, 201, 409].includes(a.status)));
    assert.equal(sql(`SELECT count(*) FROM approval_steps WHERE case_id = ${id} AND step = 'issue'`), '1');
    await house.restart();
    assert.deepEqual(await well(begin(id, { matter: CHILDREN[2], at }, key)).then((a) => a.step), first.step, 'and after a restart');
});

test('a case that names its parent is an approval of it, and asks nobody', async () => {
    const phone = house.phone(), day = house.now() - 24 * HOUR;
    const parent = await imported({ phone });
    const child = (matter, changes = {}) => {
        const { window, clerk } = place_of(matter);

        return house.request('POST', '/api/v1/cases', { as: 'integration', json: { case_no: `C-${++numbers}`, source: 'oa', matter, window, clerk,
            phone, accepted_at: iso(day + HOUR), parent: parent.case_no, ...changes } });
    };
    const licence = await child(CHILDREN[0], { closed_at: iso(day + 3 * HOUR) });
    assert.equal(licence.status, 201, licence.text);
    assert.equal(licence.json.invitation.decision, 'excluded');
    assert.match(licence.json.invitation.reason, /with its parent/);
    const tax = await child(CHILDREN[1]);
    assert.equal(tax.json.invitation, null);
    /* one that lies before the parent's intake: taken in, linked, and left out of the clocks */
    const early = await child(CHILDREN[2], { accepted_at: iso(day - 2 * HOUR) });
    assert.equal(early.status, 201, early.text);

    let all = await house.get('integration', `/api/v1/cases/${parent.id}/approvals`);
    assert.deepEqual(all.approvals.map((a) => [a.matter, a.state, a.case]),
        [[CHILDREN[0], 'granted', licence.json.case.id], [CHILDREN[1], 'running', tax.json.case.id]]);
    await house.post('desk', `/api/v1/cases/${tax.json.case.id}/close`, { outcome: 'refused' });
    all = await house.get('integration', `/api/v1/cases/${parent.id}/approvals`);
    assert.equal(all.approvals[1].state, 'refused');
    await refused(begin(tax.json.case.id, { matter: CHILDREN[2] }), 409, /itself part/);
    const record = await house.get('integration', `/api/v1/cases/${parent.id}`);
    assert.equal(record.departments.length, 3, 'also the one that was left out of the clocks took part');
    assert.match(sql(`SELECT detail FROM events WHERE case_id = ${parent.id} AND kind = 'approval_left_out'`), /not taken in by then/);

    /* told again, nothing is told twice; and of four closings one asks */
    await house.post('desk', `/api/v1/cases/${parent.id}/close`, {});
    assert.equal(sql(`SELECT count(*) FROM invitations i JOIN cases c ON c.id = i.case_id WHERE (c.id = ${parent.id} OR c.parent_id = ${parent.id}) AND i.message_id IS NOT NULL`), '1');
    assert.equal(sql(`SELECT sum(n.ratable) FROM closings n JOIN cases c ON c.id = n.case_id WHERE c.id = ${parent.id} OR c.parent_id = ${parent.id}`), '1');
    await house.ask();
    await house.message(phone, /^survey/);
    assert.equal((await house.messages(phone)).filter((m) => /^survey/.test(m.kind)).length, 1);
});

test('a file of case events makes the same approvals, once', async () => {
    const day = house.now() - 48 * HOUR, event = (case_no, matter, changes) => {
        const { window, clerk } = place_of(matter);

        return { case_no, source: 'file', matter, window, clerk, accepted_at: iso(day), ...changes };
    };
    const lines = [event('F-1', PARENT), event('F-2', CHILDREN[0], { parent: 'F-1', closed_at: iso(day + 2 * HOUR) }),
        event('F-3', CHILDREN[1], { parent: 'F-1' }), event('F-1', PARENT, { closed_at: iso(day + 5 * HOUR) }),
        event('F-3', CHILDREN[1], { parent: 'F-1', closed_at: iso(day + 4 * HOUR) })];
    const file = path.join(house.folder, 'events.jsonl');
    const facts = () => sql("SELECT group_concat(told) FROM (SELECT s.n || s.step || coalesce(s.granted, '') || ((s.at_ms - c.accepted_ms) / 3600000) AS told"
        + " FROM approval_steps s JOIN cases c ON c.id = s.case_id WHERE c.source = 'file' ORDER BY s.n, s.id)");

    fs.writeFileSync(file, lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
    await run_well(['import', 'cases', file, '--data', house.data]);
    assert.equal(facts(), '1start0,1approve12,2start0,2approve14');
    await run_well(['import', 'cases', file, '--data', house.data]);
    assert.equal(facts(), '1start0,1approve12,2start0,2approve14');
    const id = sql("SELECT id FROM cases WHERE source = 'file' AND case_no = 'F-1'");
    const all = await until('the clocks', async () => house.get('integration', `/api/v1/cases/${id}/approvals`));
    assert.deepEqual(all.approvals.map((a) => a.state), ['granted', 'granted']);
});

test('a key of one department speaks for that department alone', async () => {
    const { id } = await imported();
    const { stdout } = await run_well(['key', 'add', '--data', house.data, '--role', 'integration', '--name', 'police', '--department', 'gaj']);
    const key = stdout.trim();

    await refused(begin(id, { matter: CHILDREN[1] }, { key }), 403, /gaj alone/);
    await refused(begin(id, { department: 'swj' }, { key }), 403, /gaj alone/);
    await well(begin(id, { matter: CHILDREN[2] }, { key }));
    await well(begin(id, { matter: CHILDREN[1] }));
    await well(step(id, 1, { step: 'review' }, { key }));
    await refused(step(id, 2, { step: 'approve' }, { key }), 403, /gaj alone/);
    await refused(step(id, 0, { step: 'pay' }, { key }), 403, /gaj alone/);
    assert.equal((await house.request('GET', `/api/v1/cases/${id}/approvals`, { key })).status, 200);
    const other = await imported();
    assert.equal((await house.request('GET', `/api/v1/cases/${other.id}/approvals`, { key })).status, 404);
    for (const as of ['machine', 'display', 'auditor'])
        assert.equal((await begin(id, { matter: CHILDREN[0] }, { as })).status, 403, as);
    assert.equal((await begin(id, { matter: CHILDREN[0] }, { as: 'desk' })).status, 201);
});

test('the citizen is asked whether the end is true; a denial waits for somebody to look into it', async () => {
    const phone = house.phone();
    const { id } = await imported({ phone });

    await well(begin(id, { matter: CHILDREN[0] }));
    await well(step(id, 1, { step: 'approve' }));
    await house.post('desk', `/api/v1/cases/${id}/close`, {});
    await house.ask();
    const survey = await house.message(phone, /^survey/);
    await house.reply(phone, survey.from, '5554');
    await house.rated(id);
    await house.advance(23 * 3600);
    assert.equal((await house.messages(phone)).filter((m) => m.kind === 'promise').length, 0, 'not before the rating is settled');
    await house.advance(3 * 3600);
    const asked = await house.message(phone, 'promise');
    assert.notEqual(asked.from, survey.from);
    assert.match(asked.text, /属实回1，没拿到结果回2/);
    assert.deepEqual(asked.cases, [{ case: id, letter: null }]);
    await house.reply(phone, asked.from, '2');
    await house.message(phone, 'promise_denied');
    const record = await until('the answer', async () => {
        const got = await house.get('integration', `/api/v1/cases/${id}`);
        return got.attested.length > 0 && got;
    });
    assert.deepEqual(record.attested.map((a) => [a.received, a.found]), [[false, null]]);
    assert.equal(record.ratings.length, 1, 'it is no rating');
    assert.equal(record.case.state, 'closed', 'and opens nothing by itself');
    assert.ok(!('attested' in await house.get('desk', `/api/v1/cases/${id}`)));

    const head = await (await add_person(house, 'hall')).log_in();
    const own = await (await add_person(house, 'department', { place: ['--department', department_of(PARENT)] })).log_in();
    const other = await (await add_person(house, 'department', { name: 'stranger', place: ['--department', 'gaj'] })).log_in();
    const organisation = await (await add_person(house, 'organisation')).log_in();
    const year = iso(house.now()).slice(0, 4), list = `/assess/${year}/parallel?lang=zh-CN`;
    const form_of = async (person) => page_forms(await person.page(list)).find((f) => f.fields.case === id);
    assert.match(page_text(await organisation.page(list)), /群众说没拿到结果/);
    assert.equal(await form_of(organisation), undefined, 'the organisation looks, and does not write');
    assert.equal(await form_of(other), undefined, 'others hear nothing of it');

    /* a person has it, with a deadline, and nobody of the window that recorded the end */
    const window_head = await (await add_person(house, 'window_head', { place: ['--window', place_of(PARENT).window] })).log_in();
    const clerk = await (await add_person(house, 'clerk', { place: ['--clerk', place_of(PARENT).clerk] })).log_in();
    const order = sql(`SELECT id FROM work_orders WHERE kind = 'denied' AND case_id = ${id}`), at = `/reviews/${order}?lang=zh-CN`;
    const settle = async (person) => page_forms(await person.page(at)).find((f) => f.action.endsWith('/settle'));
    for (const person of [head, own])
        assert.match(page_text(await person.page('/reviews?view=open&lang=zh-CN')), /称办结不实/, person.role);
    for (const person of [window_head, clerk, other])
        assert.equal((await person.get(at)).status, 404, person.role);
    assert.doesNotMatch(page_text(await window_head.page('/reviews?view=open&lang=zh-CN')), /称办结不实/);
    assert.match(page_text(await own.page(at)), /可以打电话/);
    const hands = /<select id="d_assign"[^]*?<\/select>/.exec(await head.page(at))[0];
    const names = (person) => hands.includes(`>${person.name}<`);
    assert.ok(names(own) && !names(window_head) && !names(clerk), 'it is given to the department');
    assert.equal(await settle(own), undefined, 'the department does not end it');
    const form = await form_of(own), fields = form.fields;
    const post = (person, values) => person.request('POST', form.action, { form: { ...fields, ...values } });
    assert.equal((await post(own, { found: '', words: 'x' })).status, 422);
    assert.equal((await post(own, { found: 'untrue', words: '' })).status, 422);
    assert.equal((await post(other, { ...(await stranger_token(other)), found: 'delivered', words: 'x' })).status, 404);
    assert.equal((await post(own, { found: 'untrue', words: '证还没有制作' })).status, 303);
    assert.equal((await post(own, { found: 'delivered', words: '改口' })).status, 409, 'what was found out stays');
    assert.equal(await form_of(own), undefined);
    const page = page_text(await head.page(`/cases/${id}?lang=zh-CN`));
    assert.match(page, /没拿到结果[^]*核对：记录不实[^]*证还没有制作/);
    assert.match(page, /已答复，截止前可以改答[^]*称办结不实/);
    const end = await settle(head);
    const finish = (values) => head.request('POST', end.action, { form: { ...end.fields, ...values } });
    assert.equal((await finish({ detail: '', words: 'x' })).status, 422);
    assert.equal((await finish({ detail: 'untrue', words: '证已补发' })).status, 303);
    assert.equal(sql(`SELECT state FROM order_states WHERE order_id = ${order}`), 'closed');
    assert.match(page_text(await head.page(at)), /备注 记录不实[^]*证还没有制作[^]*办结 记录不实[^]*证已补发/);
    assert.match(page_text(await head.page(list)), /答复的办件 1 其中说过没拿到 1 记录不实 1 结果其实已送达 0/);
    assert.equal(sql("SELECT group_concat(action || ' ' || detail, ', ') FROM (SELECT action, detail FROM audit_events WHERE action LIKE 'denial.%' ORDER BY id)"),
        `denial.opened case ${id}, denial.looked untrue, denial.settled untrue`);
    assert.equal((await house.get('auditor', `/api/v1/cases/${id}`)).attested[0].found, 'untrue');
});

/* The token of another session's forms. */
async function stranger_token(person) {
    return { token: await person.token() };
}

test('the citizen reads usual, promised and taken days; the screen tells that several departments work', async () => {
    const { window, clerk } = place_of(PARENT), day = 24 * HOUR;

    /* what is usual: most cases of the year took as long as these */
    for (let i = 0; i < 40; i++)
        await imported({ accepted_at: iso(house.now() - 7 * day), closed_at: iso(house.now() - HOUR) });
    const ticket = await house.take({ matter: PARENT, phone: house.phone() });
    const path = `/t/${ticket.token}?lang=zh-CN`;
    const read = async () => page_text((await house.request('GET', path)).text);

    assert.match(await read(), /承诺 5 个工作日内办结/);
    const called = await house.call(window, clerk);
    await house.case_act(called.case.id, 'start');
    await house.case_act(called.case.id, 'accept');
    const taken = sql(`SELECT taken FROM promise_days WHERE matter_code = '${PARENT}' ORDER BY cases DESC LIMIT 1`);
    assert.match(await read(), new RegExp(`平常 ${taken} 个工作日，承诺 5 个，已用 0 个`));
    await well(begin(called.case.id, { matter: CHILDREN[0] }));
    await well(begin(called.case.id, { matter: CHILDREN[1] }));
    await house.case_act(called.case.id, 'close', {});
    assert.match(await read(), new RegExp(`平常 ${taken} 个工作日，承诺 5 个，实际 0 个`));
    const screen = page_text((await house.expect(200, 'GET', `/screen/${hall.hall.code}?lang=zh-CN`, { as: 'display' })).text);
    assert.match(screen, new RegExp(`平常 ${taken} 天 承诺 5 天[^]*\\d 个部门同时办理`));
});
