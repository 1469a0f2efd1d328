/*
 * orders.test.mjs — the whole life of a bad rating as its people play it: the hall gives it to a
 * department, somebody there rings, fixes and tells, the citizen judges by SMS; and what nobody may
 * do on the way.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { House, end_all, hall, page_forms, page_text, until } from './house.mjs';
import { add_person } from './people.mjs';

const WORDS = '等得实在太久';
let house, hall_person, department, stranger, clerk, organisation, phones = 0;

/* A case of the first window's department, rated 1 by SMS; the order's id and the citizen's number. */
async function rated_bad() {
    const phone = `1391200${String(1000 + phones++)}`;
    const window = hall.windows[0];
    const matter = hall.matters.find((m) => m.department === window.department &&
        (window.matters === 'all' || window.matters.includes(m.code)) && m.form !== 'four');
    const staff = hall.staff.find((s) => s.window === window.code).code;

    const ticket = await house.take({ matter: matter.code, phone });
    const called = await house.call(window.code, staff);
    await house.case_act(called.case.id, 'start');
    await house.case_act(called.case.id, 'close', {});
    await house.advance(5);
    const survey = await house.message(phone, /^survey/);
    await house.reply(phone, survey.from, `1 ${WORDS}`);
    const id = await until('the order', async () =>
        [...(await hall_person.page('/reviews?view=open')).matchAll(/\/reviews\/(\d+)\?/g)].map((m) => m[1])
            .find((order) => !known.has(order)));
    known.add(id);
    return { id, phone, ticket, case: called.case };
}
const known = new Set();

before(async () => {
    const window = hall.windows[0];

    house = await House.open({ settings: { staff: { session_idle: '24 h', session_max: '24 h' }, invite: { delay_min: '0 s', delay_max: '1 s' } } });
    hall_person = await (await add_person(house, 'hall')).log_in();
    department = await (await add_person(house, 'department', { place: ['--department', window.department] })).log_in();
    const other = hall.departments.find((d) => d.code !== window.department).code;
    stranger = await (await add_person(house, 'department', { name: 'stranger', place: ['--department', other] })).log_in();
    clerk = await (await add_person(house, 'clerk', { place: ['--clerk', hall.staff.find((s) => s.window === window.code).code] })).log_in();
    organisation = await (await add_person(house, 'organisation')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

/* The form for an act on the order's page as this person sees it. */
async function form_of(person, id, act) {
    const forms = page_forms(await person.page(`/reviews/${id}`));

    return forms.find((f) => f.action === `/reviews/${id}/${act}`);
}

async function act(person, id, name, values = {}, status = 303) {
    const form = await form_of(person, id, name);

    assert.ok(form, `${person.name} is offered ${name}`);
    const answer = await person.request('POST', form.action, { form: { ...form.fields, ...values } });
    assert.equal(answer.status, status, `${name}: ${page_text(answer.text).slice(0, 400)}`);
    return answer;
}

async function state(id) {
    return /<h1[^>]*>\d+ <span[^>]*>([^<]+)/.exec(await hall_person.page(`/reviews/${id}?lang=en`))[1];
}

test('a bad rating is given, rung, fixed, told, and judged by the citizen', async () => {
    const { id, phone } = await rated_bad();

    /* Each sees it as he may. */
    assert.ok((await hall_person.page(`/reviews/${id}`)).includes(WORDS));
    assert.ok((await department.page(`/reviews/${id}`)).includes(WORDS));
    assert.ok(!(await organisation.page(`/reviews/${id}`)).includes(WORDS));
    await stranger.page(`/reviews/${id}`, 404);
    await clerk.page(`/reviews/${id}`, 404); /* until it is given to her */

    /* Nobody sees the number but the one who has it. */
    assert.equal(await form_of(department, id, 'call'), undefined);
    assert.equal(await form_of(hall_person, id, 'call'), undefined);
    const form = await form_of(hall_person, id, 'assign');
    const options = form.options?.detail ?? [...(await hall_person.page(`/reviews/${id}`))
        .matchAll(/<option value="(\d+)">([^<]+)</g)].map(([, value, text]) => ({ value, text }));
    const hand = (options.find((o) => o.text === 'department') ?? {}).value;
    assert.ok(hand, 'the department can be given it');
    await act(hall_person, id, 'assign', { detail: hand });
    const rung = await act(department, id, 'call', {}, 200);
    assert.ok(rung.text.includes(`+86${phone}`), 'the number, once');
    assert.ok(!(await department.page(`/reviews/${id}`)).includes(phone), 'and not again');
    assert.match(execFileSync('sqlite3', [`file:${house.data}/yiping.db?mode=ro`,
        "SELECT actor, object FROM audit_events WHERE action = 'phone.seen'"]).toString(),
        new RegExp(`^account \\d+\\|order ${id}\n$`), 'the look is in the audit');

    /* The way there is. */
    assert.equal(await form_of(department, id, 'fix'), undefined, 'no fix before the citizen was spoken with');
    await act(department, id, 'contact', { words: '已致歉，群众要求补办' });
    await act(department, id, 'fix', { words: '当天补办' });
    await act(department, id, 'feed_back', { words: '已补办并致歉' });
    assert.equal(await state(id), 'Waiting for the verdict');
    await house.advance(5);
    const told = await house.message(phone, /^result/);
    assert.match(told.text, /已补办并致歉/);
    await house.reply(phone, told.from, '2');
    await house.reply(phone, told.from, '满意');
    await until('the verdict', async () => await state(id) === 'Closed');
    const page = page_text(await department.page(`/reviews/${id}?lang=zh-CN`));
    assert.match(page, /群众评判 满意/);
    assert.equal((await form_of(department, id, 'note')), undefined, 'a closed order is closed');
});

test('the citizen judges on the page of the ticket, and is heard once', async () => {
    const { id, ticket, case: served } = await rated_bad();
    const path = `/t/${ticket.token}`;

    async function judged(verdict, status = 303) {
        return house.expect(status, 'POST', `${path}/verdict`, { form: { case: served.id, verdict } });
    }
    async function fix() {
        await act(department, id, 'contact');
        await act(department, id, 'fix');
        await act(department, id, 'feed_back', { words: '已补办并致歉' });
    }
    assert.ok(!(await house.request('GET', path)).text.includes('/verdict'));
    await judged('satisfied'); /* nobody has asked yet */
    assert.equal(await state(id), 'Open');
    await fix();
    const asked = (await house.request('GET', path)).text;
    assert.ok(asked.includes('已补办并致歉') && page_forms(asked).some((f) => f.action.startsWith(`${path}/verdict`)));
    await judged('5', 422);
    await judged('', 422);
    assert.equal(await state(id), 'Waiting for the verdict');
    await judged('not_satisfied');
    await judged('not_satisfied');
    await judged('satisfied');
    assert.equal(await state(id), 'Open', 'opened once more');
    await fix();
    await judged('not_satisfied');
    assert.equal(await state(id), 'Supervised');
    assert.equal(await form_of(department, id, 'settle'), undefined, 'the rated side does not end its own supervision');
    await act(organisation, id, 'settle', { words: '督办完毕' });
    assert.equal(await state(id), 'Closed');
});

test('a second press does nothing, and two people do not overwrite each other', async () => {
    const { id } = await rated_bad();
    const form = await form_of(department, id, 'verify');
    const sent = { ...form.fields, words: '查过监控' };
    const first = await department.request('POST', form.action, { form: sent });
    const again = await department.request('POST', form.action, { form: sent });

    assert.deepEqual([first.status, again.status], [303, 303]);
    assert.equal((await department.page(`/reviews/${id}`)).split('查过监控').length, 2, 'one step');
    const note = await form_of(hall_person, id, 'note');
    await act(department, id, 'note', { words: '先到的' });
    const late = await hall_person.request('POST', note.action, { form: { ...note.fields, words: '我写的还在' } });
    assert.equal(late.status, 409);
    assert.ok(late.text.includes('我写的还在') && late.text.includes('先到的'));
});

test('what is missing is told, and what was typed is kept', async () => {
    const { id } = await rated_bad();
    const long = '长'.repeat(501);

    const answer = await act(department, id, 'verify', { words: long }, 422);
    assert.ok(answer.text.includes(long));
    assert.match(page_text(answer.text), /最多 500 字/, 'in Chinese on a Chinese page');
    for (const [who, name, detail, said] of [[department, 'pause', 'holiday', /请选暂停计时的原因/],
        [hall_person, 'transfer', 'nowhere', /请选本大厅的另一个部门/], [hall_person, 'assign', '1', /请从名单中选一个人/]])
        assert.match(page_text((await act(who, id, name, { detail }, 422)).text), said);
    const early = await form_of(department, id, 'verify');
    const refused = await department.request('POST', `/reviews/${id}/feed_back`, { form: { ...early.fields, words: '已办' } });

    assert.equal(refused.status, 409);
    assert.match(page_text(refused.text), /工单 \S+ 现在的状态不能这样办/);
    assert.doesNotMatch(page_text(refused.text), /刚被别人改过/, 'nobody else has changed it');
    const none = await department.request('POST', `/reviews/${id}/verify`, { form: { words: 'x' } });
    assert.equal(none.status, 403, 'no token, no act');
});

test('a transfer takes it along, and an appeal is decided outside', async () => {
    const { id } = await rated_bad();
    const other = hall.departments.find((d) => d.code !== hall.windows[0].department).code;

    await house.advance(25 * 3600); /* the citizen can change it no more, and sessions are over */
    for (const person of [hall_person, department, stranger])
        await person.log_in();
    await act(department, id, 'appeal', { detail: 'malice', words: '当天没有等候' });
    assert.equal(await form_of(department, id, 'decide'), undefined);
    assert.ok((await hall_person.page('/reviews?view=appeal')).includes(`/reviews/${id}?`));
    await act(hall_person, id, 'decide', { detail: 'excluded', words: '监控证实' });
    assert.ok(page_text(await department.page(`/reviews/${id}?lang=zh-CN`)).includes('不计入，照样展示'));
    await act(hall_person, id, 'transfer', { detail: other });
    await department.page(`/reviews/${id}`, 404);
    await stranger.page(`/reviews/${id}`);
    /* The rating itself stands as it was given. */
    const ratings = (await house.get('integration', '/api/v1/ratings')).ratings;
    assert.ok(ratings.some((r) => r.grade === 1));
});

test('the views count what they show, and begin with the most overdue', async () => {
    await house.advance(5 * 86400);
    await hall_person.log_in();
    const list = await hall_person.page('/reviews?view=open&lang=en');
    const counts = Object.fromEntries([...list.matchAll(/view=(\w+)&amp;lang=en"[^>]*>[^<]*<b>(\d+)/g)]
        .map(([, view, n]) => [view, Number(n)]));

    for (const [view, n] of Object.entries(counts)) {
        const page = await hall_person.page(`/reviews?view=${view}`);
        assert.equal([...page.matchAll(/<a href="\/reviews\/\d+/g)].length, n, view);
    }
    assert.ok(counts.overdue >= 1, 'days later contacts are overdue');
    await hall_person.page('/reviews?view=nonsense&after=x.y');
});

/* == Numbers ========================================================================= */

const noted = (action) => Number(execFileSync('sqlite3', [`file:${house.data}/yiping.db?mode=ro`,
    `SELECT count(*) FROM audit_events WHERE action = '${action}'`]).toString());

async function given() {
    const one = await rated_bad();
    const [, hand] = [...(await hall_person.page(`/reviews/${one.id}`)).matchAll(/<option value="(\d+)">([^<]+)</g)]
        .find(([, , text]) => text === 'department');

    await act(hall_person, one.id, 'assign', { detail: hand });
    return one;
}

test('a number is shown only to somebody who has just logged in', async () => {
    await house.morning();
    await hall_person.log_in();
    await department.log_in();
    const one = await given(), before = noted('phone.seen');

    await house.advance(15 * 60);
    const turned = await act(department, one.id, 'call');
    assert.equal(turned.headers.location, `/login?again=1&next=%2Freviews%2F${one.id}`, 'and leads back');
    assert.ok(!turned.text.includes(one.phone));
    assert.equal(noted('phone.seen'), before);
    await department.log_in();
    assert.ok((await act(department, one.id, 'call', {}, 200)).text.includes(`+86${one.phone}`));
    assert.equal(noted('phone.seen'), before + 1);
});

test('an account looks at so many numbers a day, and is told what to do then', async () => {
    await house.morning();
    house.configure({ staff: { session_idle: '24 h', session_max: '24 h', phone_views: 2 }, invite: { delay_min: '0 s', delay_max: '1 s' } });
    await house.restart();
    await hall_person.log_in();
    const all = [await given(), await given(), await given()], before = noted('phone.seen');

    await department.log_in();
    assert.match((await act(department, all[0].id, 'call', {}, 200)).text, /1 \/ 2/);
    /* Two presses at once: the last look is given once. */
    const forms = [await form_of(department, all[1].id, 'call'), await form_of(department, all[2].id, 'call')];
    const both = await Promise.all(forms.map((f) => department.request('POST', f.action, { form: f.fields })));
    assert.deepEqual(both.map((a) => a.status).sort(), [200, 429]);
    const refused = both.findIndex((a) => a.status === 429), left = all[1 + refused];
    assert.ok(!both[refused].text.includes(left.phone));
    assert.match(both[refused].text, /请明天再打，或请大厅把工单交给别人[\s\S]*2 \/ 2/);
    assert.equal(noted('phone.seen'), before + 2);
    assert.equal(noted('phone.refused'), 1);
    await house.morning();
    await department.log_in();
    assert.ok((await act(department, left.id, 'call', {}, 200)).text.includes(`+86${left.phone}`), 'the next day');
});
