/*
 * search.test.mjs — staff find a case by what they have of it, see what nobody rated and what did
 * not arrive; words only where they may read them, and never out of the store's own files.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { House, end_all, hall, page_text, until } from './house.mjs';
import { add_person } from './people.mjs';

const WORDS = '窗口换了三个人都说材料不齐';
let house, head, organisation, rated, unrated, rating;

async function served(phone) {
    const window = hall.windows[0];
    const matter = hall.matters.find((m) => m.department === window.department &&
        (window.matters === 'all' || window.matters.includes(m.code)) && m.form !== 'four');
    const ticket = await house.take({ matter: matter.code, phone });
    const called = await house.call(window.code, hall.staff.find((s) => s.window === window.code).code);

    await house.case_act(called.case.id, 'start');
    const closed = await house.case_act(called.case.id, 'close', {});
    return { ...closed.case, ticket };
}

before(async () => {
    house = await House.open({ settings: { invite: { delay_min: '0 s', delay_max: '1 s' } } });
    rated = await served('13912001000');
    await house.expect(303, 'POST', `/t/${rated.ticket.token}/rate`, { form: { case: rated.id, grade: 2 } });
    await house.expect(303, 'POST', `/t/${rated.ticket.token}/detail`, { form: { case: rated.id, comment: WORDS } });
    rating = (await house.get('integration', '/api/v1/ratings')).ratings[0];
    unrated = await served('13912001001');
    head = await (await add_person(house, 'hall')).log_in();
    organisation = await (await add_person(house, 'organisation')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

/* Ids of the cases that a search shows. */
async function found(person, typed, status = 200) {
    const html = await person.page(`/search?q=${encodeURIComponent(typed)}`, status);

    return [...html.matchAll(/href="\/cases\/(\d+)\?/g)].map((m) => m[1]);
}

test('a case is found by what somebody has of it', async () => {
    const rows = [
        [rated.ticket.number, [rated.id]],
        [unrated.ticket.number.toLowerCase(), [unrated.id]],
        [rated.case_no, [rated.id]],
        [rating.receipt, [rated.id]],
        [rating.receipt.replace(/(.{4})(?=.)/g, '$1-').toLowerCase(), [rated.id]],
        ['材料', [rated.id]],
        ['三个人都说', [rated.id]],
        ['材料不全', []],
        ['Z999', []],
        ["' OR 1=1 --", []],
        ['%', [], 422],
        ['料', [], 422],
        ['', []],
    ];

    for (const [typed, ids, status] of rows)
        assert.deepEqual(await found(head, typed, status), ids, typed);
});

test('words are not searched for whom they are closed to', async () => {
    assert.deepEqual(await found(organisation, '三个人都说'), []);
    assert.deepEqual(await found(organisation, rated.case_no), [rated.id]);
    const page = await organisation.page(`/cases/${rated.id}`);
    assert.ok(!page.includes(WORDS));
});

test('no character of the words stands in the store', () => {
    const dump = execFileSync('sqlite3', [`file:${house.data}/yiping.db?mode=ro`, '.dump']).toString();

    assert.ok(dump.includes('word_pairs'));
    for (const piece of [WORDS, WORDS.slice(0, 2), WORDS.slice(5, 7), '三个人'])
        assert.ok(!dump.includes(`'${piece}`) && !dump.includes(WORDS), piece);
});

test('who was not rated is listed, and leaves the list with a rating', async () => {
    const list = await head.page('/cases?view=unrated');

    assert.ok(list.includes(`/cases/${unrated.id}?`) && !list.includes(`/cases/${rated.id}?`));
    assert.match(page_text(await head.page(`/cases/${unrated.id}?lang=zh-CN`)), /还没有人评/);
    await house.expect(303, 'POST', `/t/${unrated.ticket.token}/rate`, { form: { case: unrated.id, grade: 5 } });
    assert.ok(!(await head.page('/cases?view=unrated')).includes(`/cases/${unrated.id}?`));
    await head.page('/cases/1', 404);
    await head.page('/cases/x', 404);
    await head.page('/cases?view=nonsense&before=x');
});

test('an invitation that did not arrive is listed with its case', async () => {
    await house.expect(200, 'PUT', '/api/v1/dev/faults', { json: { refuse: true } });
    const lost = await served('13912001002');
    await house.advance(5);
    await until('the refusal', async () =>
        (await head.page('/cases?view=failed')).includes(`/cases/${lost.id}?`));
});
