/*
 * second_assessment.test.mjs — the whole life of a second assessment with the clock moved: a window
 * whose citizens are dissatisfied is called by rule when its month has settled, noticed, planned,
 * measured again, and the result says what the ratings say; on the way the server is killed, buttons
 * are pressed twice, and the wrong people try.
 *
 * Ratings are real ones: cases of another system, asked by SMS, answered. Not here: that rules keep
 * their stated rate of false alarms (tests/unit/trigger_test.c, trial_test.c).
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { DAY_MS, day_text, mine, morning_of, other, rated, settled, settings } from './bad_window.mjs';
import { House, end_all, page_forms, page_text } from './house.mjs';
import { add_person } from './people.mjs';

const people = {};
let house, year, list, record;

async function log_in() {
    for (const person of Object.values(people))
        await person.log_in();
}

async function form_of(person, act) {
    return page_forms(await person.page(record)).find((f) => f.action.split('?')[0] === `${record}/${act}`);
}

async function act(person, name, values = {}, status = 303) {
    const form = await form_of(person, name);

    assert.ok(form, `${person.name} is offered ${name}`);
    const answer = await person.request('POST', form.action, { form: { ...form.fields, words: '说明文字', ...values } });
    assert.equal(answer.status, status, `${name}: ${page_text(answer.text).slice(0, 500)}`);
    return answer;
}

async function state() {
    return /<h1[^>]*>[^<]*<span[^>]*>([^<]+)/.exec(await people.organisation.page(`${record}?lang=en`))[1];
}

async function qualify(person, home) {
    const page = await people.organisation.page(`/assess/${year}/papers`);
    const form = page_forms(page).find((f) => f.action.startsWith(`/assess/${year}/assessors`));
    const account = new RegExp(`<option value="(\\d+)"[^>]*>${person.name}`).exec(page)[1];
    const value = home ?? /<select id="home"[\s\S]*?<\/select>/.exec(page)[0].match(/value="([^"]+)"/)[1];
    const answer = await people.organisation.request('POST', form.action, { form: { ...form.fields, account, home: value,
        since: day_text(house.now()), until: day_text(house.now() + 300 * DAY_MS), proof: '考核员证 2026-01' } });

    assert.equal(answer.status, 303, page_text(answer.text).slice(0, 600));
}

before(async () => {
    house = await House.open({ settings });
    await house.advance_to(morning_of(house, 1, 6));
    year = day_text(house.now()).slice(0, 4);
    list = `/assess/${year}/second`;
    for (const role of ['organisation', 'hall', 'inspection'])
        people[role] = await add_person(house, role);
    people.department = await add_person(house, 'department', { place: ['--department', mine.department] });
    people.window_head = await add_person(house, 'window_head', { place: ['--window', mine.code] });
    people.stranger = await add_person(house, 'department', { name: 'stranger', place: ['--department', other.department] });
    await log_in();
});
after(async () => {
    await house.close();
    end_all();
});

test('a bad month is called when it has settled, once, also where the server is killed', async () => {
    await rated(house, [16, 32], [1, 40]);
    await house.advance_to(morning_of(house, 1, 6));
    await rated(house, [14, 34], [5, 45]); /* before anything is done */
    await house.advance_to(settled(house) - DAY_MS);
    await log_in();
    assert.match(page_text(await people.organisation.page(`${list}?lang=en`)), /No window came into/);
    await house.advance_to(settled(house));
    await house.restart('SIGKILL');
    await house.advance(1);
    await house.advance(1);
    await log_in();
    const page = await people.organisation.page(`${list}?lang=en`);
    const links = [...page.matchAll(/href="(\/assess\/\d+\/second\/\d+)/g)].map((m) => m[1]);

    assert.equal(links.length, 1, 'one, and no second of the same');
    record = links[0];
    assert.match(page_text(page), new RegExp(`${mine.name}.*Below the threshold · Control chart.*Notice to be given`));
    const text = page_text(await people.organisation.page(`${record}?lang=en`));
    assert.match(text, /Bad of rated 16\/32/);
    assert.match(text, /other windows of the hall, same time: 97\.5% \(39\/40\)/);
    assert.match(text, /The rule allows chance in a month 0\.0833%/);
    const svg = /<svg class="chart control"[\s\S]*?<\/svg>/.exec(await people.organisation.page(record))[0];
    assert.equal(svg.split('class="out"').length, 2, 'one month is out');
});

test('each sees what is his', async () => {
    for (const who of ['hall', 'inspection', 'department', 'window_head'])
        assert.ok((await people[who].page(list)).includes(record), who);
    assert.ok(!(await people.stranger.page(list)).includes(record));
    await people.stranger.page(record, 404);
    await people.hall.page(record.replace(`/${year}/`, `/${year - 1}/`), 404);
    assert.match(await people.hall.page(record), /href="\/ratings\?closed_from=[\d-]+&amp;closed_to=[\d-]+&amp;window=/);
    assert.doesNotMatch(await people.department.page(record), /href="\/ratings\?closed_from/);
    assert.equal(await form_of(people.hall, 'notice'), undefined);
    assert.equal(await form_of(people.department, 'plan'), undefined, 'no plan before the notice');
});

test('who decides is qualified, and not of the department', async () => {
    const told = await act(people.organisation, 'notice', { words: '留着这句话' }, 403);
    assert.ok(told.text.includes('留着这句话') && /考核资格/.test(told.text));
    await qualify(people.organisation, mine.department);
    await act(people.organisation, 'notice', {}, 403);
    assert.equal(await state(), 'Notice to be given');
    await qualify(people.organisation, other.department);
    await act(people.organisation, 'notice', { words: '' }, 422);
    await act(people.organisation, 'notice', { words: '长'.repeat(1001) }, 422);
});

test('notice, plan, another plan, a day named beforehand; pressed twice each is once', async () => {
    const form = await form_of(people.organisation, 'notice');
    const sent = { ...form.fields, words: '请在期限内提交方案' };
    for (let i = 0; i < 2; i++)
        assert.equal((await people.organisation.request('POST', form.action, { form: sent })).status, 303);
    assert.equal((await people.organisation.page(record)).split('请在期限内提交方案').length, 2, 'one step');

    const today = house.now(), tomorrow = today + DAY_MS;
    await act(people.department, 'plan', { day: day_text(today) }, 422);
    await act(people.department, 'plan', { day: 'soon' }, 422);
    const late = await form_of(people.window_head, 'plan');
    await act(people.department, 'plan', { day: day_text(tomorrow), words: '加派一人' });
    const answer = await people.window_head.request('POST', late.action, { form: { ...late.fields, day: day_text(tomorrow), words: '我写的还在' } });
    assert.equal(answer.status, 409, 'somebody was first');
    assert.ok(answer.text.includes('我写的还在'));
    await act(people.organisation, 'return', { words: '没有写谁负责' });
    await act(people.window_head, 'plan', { day: day_text(tomorrow), words: '加派一人，李敏负责' });
    assert.equal(await state(), 'To be measured again');

    await act(people.hall, 'measure', { day: day_text(tomorrow + 27 * DAY_MS) }, 403);
    await qualify(people.hall);
    await act(people.hall, 'measure', { day: day_text(tomorrow + 26 * DAY_MS) }, 422);
    await act(people.hall, 'measure', { day: day_text(tomorrow + 27 * DAY_MS), words: '' });
    assert.equal(await state(), 'Being measured');
    assert.equal(await form_of(people.department, 'plan'), undefined, 'what is measured is not planned anew');
    assert.equal(await form_of(people.organisation, 'sign'), undefined, 'nothing to sign yet');
    const none = await people.organisation.post(`${record}/sign`, { words: '想早点签', steps: '7' });
    assert.equal(none.status, 409);
});

test('the result is what the ratings say, and whoever signs cannot change it', async () => {
    await house.advance(5 * DAY_MS / 1000);
    await rated(house, [0, 40], [5, 45]);
    await house.advance((27 + 17) * DAY_MS / 1000);
    await log_in();
    await act(people.organisation, 'sign', { words: '继续保持' });
    assert.equal(await state(), 'Result signed');
    const text = page_text(await people.department.page(`${record}?lang=en`));
    assert.match(text, /Result: Worked/);
    assert.match(text, /SMS 58\.8% \(20\/34\).* 100\.0% \(40\/40\).* 88\.9% \(40\/45\).* 88\.9% \(40\/45\)/);
    assert.match(text, /clearly fewer bad ratings after the plan/);
    for (const name of ['notice', 'plan', 'measure', 'sign', 'note'])
        for (const person of Object.values(people))
            if (person !== people.stranger)
                assert.equal(await form_of(person, name), undefined, name);
    assert.match(page_text(await people.inspection.page(`${list}?lang=en`)), /Result signed.*Worked/);
});
