/*
 * freeze.test.mjs — a year frozen from the page: drafts at any time, for good once it is
 * settled, by the organisation department alone; the file replays; no appeal is heard after it.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { end_all, House, local_date, page_forms, page_text, run, run_well, until } from './house.mjs';
import { give_marks, give_openness } from './marks.mjs';
import { add_person } from './people.mjs';

let house, year, organisation, hall, department, bad;

after(async () => { await house?.close(); end_all(); });

before(async () => {
    house = await House.open();
    year = Number(String(local_date(house.now())).slice(0, 4));
    for (const grade of [5, 4, 2, 3]) {
        const visit = await house.visit({ matter: 'business-licence', ...(grade === 2 && { close_phone: '13812345678' }) });

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
});

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

    const early = await organisation.post(`/assess/${year}/freeze?lang=en`, { final: '1', sure: '1' });
    assert.equal(early.status, 409);
    assert.match(page_text(early.text), /no scheme of this year was adopted/i);
    assert.match(page_text(early.text), /can still come or change until/);
    assert.match(page_text(early.text), /1 bad rating.* whose time to be put right still runs/);
    hall = await (await add_person(house, 'hall')).log_in();
    assert.equal((await hall.post(`/assess/${year}/freeze`)).status, 403);
    assert.equal(bundles(await hall.page(at())).length, 1);
});

/* What stands in the way of a final freeze, as the page says it. */
const bars = (html) => [...(/<ul class="bars">([\s\S]*?)<\/ul>/.exec(html)?.[1] ?? '').matchAll(/<li>([\s\S]*?)<\/li>/g)].map((m) => page_text(m[1]));
const freeze = (lang = 'en') => organisation.post(`/assess/${year}/freeze?lang=${lang}`, { final: '1', sure: '1' });

test('for good is refused while marks are missing: which part, of whom, and who owes it', async () => {
    const page = `/assess/${year}/scheme`, { code, name } = bad.department;
    const { fields } = page_forms(await organisation.page(page)).find((f) => f.action.startsWith(`${page}?`));
    assert.equal((await organisation.request('POST', page, { form: { ...fields, reason: '上年意见', heard: '各部门' } })).status, 303);
    assert.equal((await organisation.post(`${page}/1/adopt`)).status, 303);
    await house.advance_to(Date.UTC(year + 1, 0, 1, 3));
    await organisation.log_in();
    assert.match(bars(await organisation.page(at())).join('\n'), /can still come or change until/, 'the year is over, but not settled');
    assert.equal((await freeze()).status, 409);
    await house.advance_to(Date.UTC(year + 1, 0, 25, 3));
    await organisation.log_in();
    const html = await organisation.page(at()), told = bars(html);

    assert.equal(told.length, 4, told.join('\n'));
    assert.ok(told.some((t) => t.includes('Openness of information') && t.includes(name) && t.includes('the hall')), told.join('\n'));
    assert.ok(told.some((t) => t.includes('Targets of the year') && t.includes(name) && t.includes("another office's sheet")), told.join('\n'));
    assert.doesNotMatch(html, /name="sure"/);
    assert.match(page_text(html), /A draft made now has no totals/);
    const refused = await freeze();

    assert.equal(refused.status, 409);
    assert.match(page_text(refused.text), /Targets of the year/);
    const chinese = await freeze('zh-CN');

    assert.match(page_text(chinese.text), new RegExp(`缺.*${name}`));
    assert.doesNotMatch(bars(chinese.text).join(''), /[a-z]{4}/, 'no English under Chinese headings');
    await hall.log_in();
    await give_openness(organisation, hall, year, [code]);
    assert.equal(bars(await organisation.page(at())).length, 3);
});

test('a year that is over and settled is frozen for good, once', async () => {
    await give_marks(organisation, hall, year, [bad.department.code]);
    await house.advance(60); /* what was written in the moment before the cut may be missing in it */
    await house.case_act(bad.case.id, 'reopen', { reason: '补件' });
    const html = await organisation.page(at());
    const form = page_forms(html).find((f) => f.fields.final === '1');

    assert.match(page_text(html), /Cases of the year that are open again .*: 1 /, 'what may still change is told');

    assert.ok(form, page_text(html));
    assert.doesNotMatch(html, /name="sure"[^>]*checked/);
    const answer = await organisation.post(`/assess/${year}/freeze?lang=en`, { final: '1', sure: '1' });
    assert.equal(answer.status, 303, answer.text);
    const done = await made(2);
    assert.match(page_text(done), /Frozen for good/);
    assert.match(fs.readFileSync(await take(organisation, bundles(done)[0], 'totals.yiping'), 'utf8'),
        new RegExp(`^total\\t${bad.department.code}\\t\\d+\\t\\d+\\t`, 'm'), 'with totals');
    const told = JSON.parse((await run_well(['replay', '--json', await take(organisation, bundles(done)[0], 'final.yiping')])).stdout);
    assert.equal(told.same, true);
    assert.ok((await organisation.page(`/assess/${year}`)).includes(String(BigInt(`0x${told.facts.slice(0, 16)}`))), 'the page draws with the seed of the bundle');
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
