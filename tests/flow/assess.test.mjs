/*
 * assess.test.mjs — the organisation department's side of a year, through the real server:
 * papers and qualified assessors, and who may not touch them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, local_date, page_forms, page_text, run_well } from './house.mjs';
import { add_person } from './people.mjs';

let house, organisation, head, audit, ids, year;

before(async () => {
    house = await House.open();
    year = Number(local_date(house.now()).slice(0, 4));
    organisation = await (await add_person(house, 'organisation')).log_in();
    head = await (await add_person(house, 'hall')).log_in();
    audit = await (await add_person(house, 'audit')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

/* The fields of the form on a page that sends to `action`. */
async function fields_of(person, page, action) {
    const form = page_forms(await person.page(page)).find((f) => f.action.startsWith(action));

    assert.ok(form, `a form for ${action} on ${page}`);
    return form.fields;
}

const send = async (person, page, action, more) =>
    person.request('POST', action, { form: { ...await fields_of(person, page, action), ...more } });

test('papers are added by the organisation department alone, and a form is one paper', async () => {
    const page = `/assess/${year}/papers`;
    const paper = { kind: 'training', title: '第一期培训', body: '八学时：口径与回避', people: 'organisation、hall', date: `${year}-03-01` };
    const fields = await fields_of(organisation, page, page);

    for (let i = 0; i < 3; i++)
        assert.equal((await organisation.request('POST', page, { form: { ...fields, ...paper } })).status, 303);
    const text = page_text(await head.page(page));

    assert.equal(text.split('第一期培训').length, 2, 'once, and the hall may read it');
    assert.equal((await head.post(page, { ...paper, once: 'ABCDEFGH12345678' })).status, 403);
    assert.equal((await audit.post(page, { ...paper, once: 'ABCDEFGH12345678' })).status, 403);
    assert.ok(page_text(await audit.page(page)).includes('第一期培训'));
    assert.ok(!page_forms(await head.page(page)).some((f) => f.fields.once), 'no form for the hall');
});

test('a paper that lacks something is refused in words, and what was typed is kept', async () => {
    const page = `/assess/${year}/papers`;
    const refused = await send(organisation, `${page}?lang=en`, page, { kind: 'training', title: '没有人的培训', body: '内容', date: `${year}-03-02` });

    assert.equal(refused.status, 422);
    assert.match(refused.text, /最多 400 字|at most 400 characters/);
    assert.ok(refused.text.includes('没有人的培训') && refused.text.includes('内容'));
    assert.ok(!page_text(await head.page(page)).includes('没有人的培训'));
    const nothing = await send(organisation, page, page, { title: 'x', body: 'y', date: `${year}-03-02` });

    assert.equal(nothing.status, 422, 'no kind is chosen beforehand');
});

test('assessors are put on the list with days, proof and home', async () => {
    const page = `/assess/${year}/papers`, action = `/assess/${year}/assessors`;
    const options = [...(await organisation.page(page)).matchAll(/<option value="(\d+)">(\S+) \(/g)];

    ids = Object.fromEntries(options.map(([, id, name]) => [name, id]));
    assert.ok(ids.organisation && ids.hall && !ids.audit, 'administrators assess nobody');
    const entry = { account: ids.organisation, home: '-', since: `${year}-01-01`, until: `${year}-12-31`, proof: '任命 2026-7' };

    for (const [wrong, value] of [['account', ''], ['home', ''], ['since', ''], ['until', `${year - 1}-12-31`], ['proof', '']])
        assert.equal((await send(organisation, page, action, { ...entry, [wrong]: value })).status, 422, wrong);
    assert.equal((await send(organisation, page, action, entry)).status, 303);
    assert.equal((await send(organisation, page, action, { ...entry, account: ids.hall, home: hall.departments[0].code })).status, 303);
    assert.equal((await head.post(action, { ...entry, once: 'ABCDEFGH12345679' })).status, 403);
    const text = page_text(await audit.page(page));

    assert.ok(text.includes('任命 2026-7') && text.includes(hall.departments[0].name));
});

test('nothing is judged before a result is frozen', async () => {
    const refused = await organisation.post(`/assess/${year}/judgements`, { once: 'ABCDEFGH1234567A', department: hall.departments[1].code, words: '良好', signed: '王', digest: 'a'.repeat(64) });

    assert.equal(refused.status, 422);
    assert.match(page_text(refused.text), /没有封存|not frozen/);
});
