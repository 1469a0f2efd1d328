/*
 * praise.test.mjs — thanks through the real server: who sees which, who may enter them, and
 * what other systems are told.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, page_forms, page_text, place_of } from './house.mjs';
import { add_person } from './people.mjs';

const MATTER = hall.matters[0].code, WORDS = '窗口的同志帮我把材料补齐了';
const place = place_of(MATTER);
const department = hall.windows.find((w) => w.code === place.window).department;
const elsewhere = hall.windows.find((w) => w.department !== department);
let house, visit;

before(async () => {
    house = await House.open();
    visit = await house.visit({ matter: MATTER });
    await house.expect(303, 'POST', `/t/${visit.ticket.token}/praise`, { form: { words: WORDS } });
});

after(async () => {
    await house.close();
    end_all();
});

/* What each role reads on the list: the words, the case, the way to enter some. */
const ROWS = [
    ['hall', [], { words: true, number: true, enters: true }],
    ['inspection', [], { words: true, number: true }],
    ['organisation', [], { listed: true }],
    ['audit', [], { listed: true }],
    ['department', ['--department', department], { words: true, enters: true }],
    ['department', ['--department', elsewhere.department], { enters: true }],
    ['window_head', ['--window', place.window], { words: true }],
    ['window_head', ['--window', elsewhere.code], {}],
    ['clerk', ['--clerk', place.clerk], null],
    ['system', [], null],
    ['security', [], null],
];

test('each role sees its own thanks, and only who may know the rater sees the case', async () => {
    for (const [i, [role, tie, sees]] of ROWS.entries()) {
        const person = await add_person(house, role, { name: `person-${i}`, place: tie });

        await person.log_in();
        const list = await person.get('/praise'), form = await person.get('/praise/new');

        assert.equal(list.status, sees ? 200 : 403, `${role} ${tie}`);
        assert.equal(form.status, sees?.enters ? 200 : 403, `${role} enters`);
        if (!sees)
            continue;
        const text = page_text(list.text);

        assert.equal(text.includes(WORDS), sees.words === true, `${role} ${tie}: words`);
        assert.equal(text.includes(visit.ticket.number), sees.number === true, `${role} ${tie}: case`);
        assert.equal(list.text.includes('<article'), sees.words === true || sees.listed === true, `${role} ${tie}`);
        if (!sees.enters)
            assert.equal((await person.post('/praise', { once: '0123456789ABCDEF' })).status, 403);
    }
});

test("a department enters what is its own, and nobody's clerk thanks herself", async () => {
    const person = await add_person(house, 'department', { name: 'enterer', place: ['--department', elsewhere.department] });
    const clerk = hall.staff.find((s) => s.window === elsewhere.code).code;

    await person.log_in();
    const fields = page_forms(await person.page('/praise/new')).find((f) => f.fields.once).fields;
    const send = (more) => person.post('/praise', { once: fields.once, way: 'letter', said: '谢谢', ...more });

    assert.match((await send({ number: visit.case.case_no })).text, /没有找到已办结的办件|no closed case/, "another department's case is as good as absent");
    assert.match((await send({ clerk: place.clerk, window: place.window })).text, /请选窗口|Choose a window/);
    assert.equal((await send({ clerk, window: elsewhere.code })).status, 303);
    assert.match(page_text(await person.page('/praise')), /录入 enterer|entered by enterer/, 'who entered it stands beside it');
});

test('other systems read thanks with the case, desks do not, and ratings know nothing of them', async () => {
    const record = await house.case(visit.case.id);

    assert.equal(record.praises.length, 1);
    assert.equal(record.praises[0].words, WORDS);
    assert.equal(record.praises[0].way, 'page');
    assert.equal(typeof record.praises[0].id, 'string');
    assert.equal(record.ratings.length, 0);
    assert.equal((await house.case(visit.case.id, 'desk')).praises, undefined);
    assert.equal((await house.get('integration', '/api/v1/ratings')).ratings.length, 0);
});

test('a desk writes down what was said with the case it closed last, told apart and in the audit', async () => {
    const said = '谢谢，讲得很清楚', other = await house.visit({ matter: MATTER });
    const desk = async () => (await house.expect(200, 'GET', `/w/${place.window}?lang=zh-CN`)).text;
    const html = await desk(), form = page_forms(html).find((f) => f.action.includes('/praise'));
    const send = async (fields) => (await house.expect(303, 'POST', form.action, { form: { ...form.fields, ...fields } })).headers.location;
    const twice = { once: form.fields.once, case: other.case.id, words: said };

    assert.ok(html.includes(`<option value="${other.case.id}">`), 'the case that was closed last');
    assert.ok(!html.includes(`<option value="${visit.case.id}">`), 'and no other');
    assert.match(await send(twice), /m=m_praise/);
    assert.match(await send(twice), /m=m_praise/, 'a second press');
    assert.match(await send({ ...twice, once: 'B'.repeat(form.fields.once.length), words: '更好的话' }), /m=e_praise/);
    assert.match(await send({ ...twice, once: 'C'.repeat(form.fields.once.length), words: '' }), /m=e_input/);
    assert.match(await send({ ...twice, once: 'D'.repeat(form.fields.once.length), words: 'x'.repeat(501) }), /m=e_input/);
    const away = hall.windows.find((w) => w.code !== place.window).code;

    assert.match((await house.expect(303, 'POST', `/w/${away}/praise`, { form: { ...twice, once: 'E'.repeat(form.fields.once.length) } })).headers.location, /m=e_input/, "another window's case");
    assert.ok(!(await desk()).includes(said), 'nothing of it stands on the desk');
    const { praises } = await house.get('auditor', `/api/v1/cases/${other.case.id}`);

    assert.deepEqual(praises.map((p) => [p.way, p.words ?? said]), [['desk', said]]);
    const head = await (await add_person(house, 'hall', { name: 'head-of-thanks' })).log_in();

    assert.match(page_text(await head.page('/praise?lang=zh-CN')), /窗口代记，未核实/);
    const clerk = await (await add_person(house, 'clerk', { name: 'thanked', place: ['--clerk', place.clerk] })).log_in();

    assert.match(page_text(await clerk.page('/me?lang=zh-CN')), /窗口代记，未核实/);
    const audit = await (await add_person(house, 'audit', { name: 'auditing' })).log_in();

    assert.match(page_text(await audit.page('/audit?lang=zh-CN')), /窗口代记感谢/);
});

test('thanks stand on the record of a rating for whoever may know who rated', async () => {
    const person = await add_person(house, 'hall', { name: 'reader' });

    await house.rate(visit.ticket.token, 1);
    const [rating] = await house.ratings(visit.case.id);

    await person.log_in();
    assert.ok((await person.page(`/ratings/${rating.id}`)).includes(WORDS));
    const head = await add_person(house, 'department', { name: 'own', place: ['--department', department] });

    await head.log_in();
    assert.ok(!(await head.page(`/ratings/${rating.id}`)).includes(WORDS), 'thanks may be signed, and this rating is a bad one');
});
