/*
 * freeze.test.mjs — a year frozen from the page: drafts at any time, for good once it is
 * settled, by the organisation department alone; the file replays; no appeal is heard after it.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { end_all, House, local_date, page_forms, page_text, run, run_well, until } from './house.mjs';
import { add_person } from './people.mjs';

let house, year, organisation, department, bad;

after(async () => { await house?.close(); end_all(); });

before(async () => {
    house = await House.open();
    year = Number(String(local_date(house.now())).slice(0, 4));
    for (const grade of [5, 4, 2, 3]) {
        const visit = await house.visit({ matter: 'business-licence' });

        await house.rate(visit.ticket.token, grade);
        if (grade === 2)
            bad = await house.case(visit.case.id);
    }
    organisation = await (await add_person(house, 'organisation')).log_in();
});

const at = (rest = '') => `/assess/${year}/freeze?lang=en${rest}`;
const bundles = (html) => [...html.matchAll(/href="(\/assess\/\d+\/bundles\/\d+)"/g)].map((m) => m[1]);
const made = (count) => until('a bundle is listed', async () => {
    const html = await organisation.page(at());

    assert.doesNotMatch(html, /could not be made/, page_text(html));
    return bundles(html).length === count && !html.includes('data-again') && html;
}, 30000);

async function take(person, href, name) {
    const answer = await person.get(href), file = path.join(house.folder, name);

    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-disposition'], /^attachment; filename="assess-\d{4}-[0-9a-f]{16}\.yiping"$/);
    fs.writeFileSync(file, answer.text);
    return file;
}

test('a draft is made while the hall goes on, and replays', async () => {
    assert.equal((await organisation.post(`/assess/${year}/freeze`)).status, 303);
    const html = await made(1);

    assert.match(page_text(html), /Draft/);
    const file = await take(organisation, bundles(html)[0], 'draft.yiping');
    const told = JSON.parse((await run_well(['replay', '--json', file])).stdout);
    assert.equal(told.same, true);
    assert.equal(told.cases, 4);
    assert.ok(html.includes(told.results) && html.includes(told.facts));
    assert.equal((await organisation.get(`/assess/${year - 1}/bundles/1`)).status, 404);
});

test('which rating moved which point is told, and a bad one took something', async () => {
    const code = bad.department.code;
    const html = await organisation.page(`/assess/${year}/dept/${code}/moves?lang=en`);
    const rows = [...html.matchAll(/<tr><th scope="row">([\s\S]*?)<\/tr>/g)].map((m) => page_text(m[1]));

    assert.ok(rows.some((row) => /good \(3 or more\)[\s\S]*\+\d\.\d{6}/.test(row)), rows.join('\n'));
    assert.ok(rows.some((row) => /bad \(1 or 2\)[\s\S]*−\d\.\d{6}/.test(row)), rows.join('\n'));
    assert.match(html, /href="\/ratings\?department=\w+&amp;channel=ticket_qr/);
    assert.equal((await organisation.get(`/assess/${year}/dept/nobody/moves`)).status, 404);
});

test('for good is refused while ratings can change, without a tick, and to others', async () => {
    const untouched = await organisation.post(`/assess/${year}/freeze?lang=en`, { final: '1' });
    assert.equal(untouched.status, 422);
    assert.match(page_text(untouched.text), /Tick the box/);
    assert.doesNotMatch(untouched.text, /name="sure"/, 'there is no such form yet');

    assert.equal((await organisation.post(`/assess/${year}/freeze?lang=en`, { final: '1', sure: '1' })).status, 303);
    await until('it is told why not', async () =>
        /No scheme of \d+ was adopted/.test(page_text(await organisation.page(at()))));
    const hall = await (await add_person(house, 'hall')).log_in();
    assert.equal((await hall.post(`/assess/${year}/freeze`)).status, 403);
    assert.equal(bundles(await hall.page(at())).length, 1);
});

test('a year that is over and settled is frozen for good, once', async () => {
    const page = `/assess/${year}/scheme`;
    const { fields } = page_forms(await organisation.page(page)).find((f) => f.action.startsWith(`${page}?`));
    assert.equal((await organisation.request('POST', page, { form: { ...fields, reason: '上年意见', heard: '各部门' } })).status, 303);
    assert.equal((await organisation.post(`${page}/1/adopt`)).status, 303);
    await house.advance_to(Date.UTC(year + 1, 0, 25, 3));
    await organisation.log_in();
    const html = await organisation.page(at());
    const form = page_forms(html).find((f) => f.fields.final === '1');

    assert.ok(form, page_text(html));
    assert.doesNotMatch(html, /name="sure"[^>]*checked/);
    const answer = await organisation.post(`/assess/${year}/freeze?lang=en`, { final: '1', sure: '1' });
    assert.equal(answer.status, 303, answer.text);
    const done = await made(2);
    assert.match(page_text(done), /Frozen for good/);
    assert.equal(JSON.parse((await run_well(['replay', '--json', await take(organisation, bundles(done)[0], 'final.yiping')])).stdout).same, true);
    assert.equal((await organisation.post(`/assess/${year}/freeze?lang=en`, { final: '1', sure: '1' })).status, 409);
    assert.deepEqual(fs.readdirSync(house.data).filter((name) => name.endsWith('.part')), []);
});

test('no appeal is heard about a frozen year', async () => {
    department = await (await add_person(house, 'department', { place: ['--department', bad.department.code] })).log_in();
    const [order] = (await department.page('/reviews?view=all')).match(/\/reviews\/\d+/);
    const answer = await department.request('POST', `${order}/appeal?lang=en`, { form: { token: await department.token(), detail: 'mistake', words: 'not ours' } });

    assert.equal(answer.status, 403);
    assert.doesNotMatch(await department.page(order), /\/appeal/);
    assert.match(page_text(answer.text), /frozen/);
});
