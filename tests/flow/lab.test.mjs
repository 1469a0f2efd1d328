/*
 * lab.test.mjs — other weights, tried in the running program: what the address asks is what the page
 * says, points move as weights do, nothing changes by it, and a trial can be sent on as a proposal.
 *
 * Not here: the arithmetic of effective weights, ranges and chance (tests/unit/weights_lab_test.c).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, hall, local_date, page_forms, page_text, scratch_folder } from './house.mjs';
import { add_person } from './people.mjs';

/* Matters of four departments, and the grades that they get. */
const GRADES = { 'business-licence': [5, 5, 4, 5], pension: [1, 4, 5, 2], marriage: [5, 3, 1, 5], mortgage: [2, 5, 5, 4] };
const MARKS = { scjg: 70, rsj: 99.25, mzj: 80.5, zrzy: 93 };
let house, organisation, head, year;

const at = (page, query = '') => `/assess/${year}/${page}?lang=en&${query}`;
const rows_of = (html, caption) => {
    const table = html.split('<table').find((t) => t.includes(`id="${caption}"`)).split('</table>')[0];

    return [...table.matchAll(/<tr[^>]*><th scope="row">([\s\S]*?)<\/th>([\s\S]*?)<\/tr>/g)].map(([, name, rest]) => ({
        name: page_text(name).trim(), cells: [...rest.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, cell]) => page_text(cell).trim()) }));
};
const name_of = (code) => hall.departments.find((d) => d.code === code).name;

async function form_of(page, action) {
    const form = page_forms(await organisation.page(page)).find((f) => f.action.startsWith(action));

    assert.ok(form, `a form for ${action} on ${page}`);
    return form.fields;
}

before(async () => {
    house = await House.open();
    year = Number(local_date(house.now()).slice(0, 4));
    organisation = await (await add_person(house, 'organisation')).log_in();
    head = await (await add_person(house, 'hall')).log_in();
    for (const [matter, grades] of Object.entries(GRADES))
        for (const grade of grades) {
            const { ticket } = await house.visit({ matter });

            await house.rate(ticket.token, grade);
        }
});
after(async () => {
    await house.close();
    end_all();
});

test('a year without comparable points says so, on both pages', async () => {
    assert.match(page_text(await head.page(at('whatif'))), /nothing to try|compared are the points of the hall|left out and only the points of the others are compared: \S/);
    assert.match(page_text(await head.page(at('lab'))), /Fewer than two departments/);
});

/* Two parts: the good rate, and a sheet that is pasted in. */
test('a small scheme and a sheet make points to compare', async () => {
    const scheme = `/assess/${year}/scheme`, fields = await form_of(scheme, `${scheme}?`);

    for (const name of Object.keys(fields))
        if (name.startsWith('w_'))
            fields[name] = { w_good: '35.00', w_targets: '65.00' }[name] ?? '';
    assert.equal((await organisation.request('POST', scheme, { form: { ...fields, comparable: '1', prior_weight: '10', reason: '小方案', heard: '各部门' } })).status, 303);
    const sheet = await form_of(scheme, `/assess/${year}/sheets`);

    assert.equal((await organisation.request('POST', `/assess/${year}/sheets`, { form: { ...sheet, part: 'targets', name: '目标', sheet: Object.entries(MARKS).map(([code, mark]) => `${code},${mark}`).join('\n') } })).status, 303);
    const rows = rows_of(await head.page(at('whatif')), 't-result').filter((row) => row.cells.length === 6);

    assert.deepEqual(rows.map((row) => row.name).sort(), Object.keys(MARKS).map(name_of).sort());
    assert.deepEqual(rows.map((row) => row.cells[4]), ['1', '2', '3', '4']);
    for (const { cells } of rows)
        assert.ok(cells[0] === cells[1] && cells[2] === '+0.00' && cells[5] === '–', cells);
});

const points = async (good, targets) => Object.fromEntries(
    rows_of(await head.page(at('whatif', `w.good=${good}&w.targets=${targets}`)), 't-result').map((row) => [row.name, row.cells]));

test('points move with the weights, and places with the points', async () => {
    const good = await points('100.00', '0.00'), marks = await points('0', '100'), mixed = await points('70.5', '29.50');

    for (const [code, mark] of Object.entries(MARKS)) {
        const name = name_of(code);

        assert.equal(Number(marks[name][1]), mark);
        assert.ok(Math.abs(Number(mixed[name][1]) - 0.705 * Number(good[name][1]) - 0.295 * mark) < 0.011, name);
        assert.ok(Math.abs(Number(mixed[name][1]) - Number(mixed[name][0]) - Number(mixed[name][2])) < 0.011, name);
        const better = Object.keys(MARKS).filter((other) => MARKS[other] > mark).length;

        assert.equal(Number(marks[name][4]), better + 1);
        const moved = Number(marks[name][3]) - Number(marks[name][4]);

        assert.equal(marks[name][5], moved === 0 ? '–' : `${moved > 0 ? '▲' : '▼'} ${Math.abs(moved)}`);
    }
    assert.equal(good[name_of('scjg')][4], '1', 'the best rated');
});

test('the rules for few ratings are tried in the address, too', async () => {
    const rows = async (query) => rows_of(await head.page(at('whatif', query)), 't-result').filter((row) => row.cells.length === 6);
    const plain = await rows('w=35.00,65.00'), drawn = await rows('w=35.00,65.00&prior_rate=0.00&prior_weight=10000');

    assert.ok(plain.every(({ cells }) => cells[2] === '+0.00'), 'the list of the address is the scheme');
    assert.ok(drawn.every(({ cells }) => Number(cells[2]) < -10), 'drawn to nothing with all might');
    const few = await rows('comparable=1000000'), html = await head.page(at('whatif', 'comparable=1000000&adjust=yes'));

    assert.ok(few.length === plain.length && few.every(({ cells }) => /^\d+$/.test(cells[3]) && !/^\d+$/.test(cells[4])), 'a place now, and none then');
    assert.match(html, /href="\/assess\/\d+\/whatif\?w=35\.00,65\.00&amp;comparable=1000000&amp;adjust=yes/);
    for (const [query, field] of [['w=35.00', 'weights'], ['w=35.00,65.00,0', 'weights'], ['w=35.00,65.x', 'weights'], ['prior_weight=-1', 'prior_weight'],
        ['prior_rate=101', 'prior_rate'], ['comparable=0', 'comparable'], ['adjust=perhaps', 'adjust']]) {
        const wrong = await head.get(at('whatif', query));

        assert.equal(wrong.status, 422, query);
        assert.ok(wrong.text.includes(`href="#${field}"`), query);
    }
    const form = page_forms(await organisation.page(at('whatif', 'prior_weight=25&prior_rate=95.00'))).find((f) => f.fields.based_on !== undefined);

    assert.equal(form.fields.prior_weight, '25');
    assert.equal(form.fields.prior_rate, '95.00');
});

test('weights that do not sum to 100.00 say how much is missing, and stay', async () => {
    for (const [query, said, status] of [['w.good=25.00', /90\.00; 10\.00 is missing/, 422], ['w.good=35.01', /100\.01, which is 0\.01 more/, 422],
        ['w.good=35.001', /two decimals/, 422], ['w.good=-1', /two decimals/, 422], ['w.good=', /two decimals/, 422],
        ['hall=101', /two decimals/, 422], [`w.good=${encodeURIComponent('<b>')}`, /two decimals/, 422]]) {
        const html = await head.page(at('whatif', query), status), text = page_text(html);

        assert.match(text, said, query);
        assert.ok(!html.includes('t-result') && !html.includes('<b>'), 'nothing is computed');
        assert.ok(html.includes(`value="${query.split('=')[1].startsWith('%3C') ? '&lt;b&gt;' : query.startsWith('w.') ? query.split('=')[1] : ''}`), 'what was typed stays');
        assert.equal((await head.get(at('whatif.xlsx', query))).status, 422);
    }
    const html = await head.page(at('whatif', 'hall=42.42'));

    assert.ok(html.includes('name="w.good" value="42.42"') && html.includes('name="w.targets" value="57.58"'));
});

test('the workbook says what the page says', async () => {
    const query = 'w.good=70.00&w.targets=30.00', rows = rows_of(await head.page(at('whatif', query)), 't-result');
    const answer = await head.get(at('whatif.xlsx', query)), out = path.join(scratch_folder('lab'), 'whatif.xlsx');

    fs.writeFileSync(out, answer.bytes);
    const [about, data] = Object.values(JSON.parse(execFileSync('python3', [path.join(import.meta.dirname, 'tables.py'), out])));

    assert.ok(JSON.stringify(about.rows).includes('A trial.') && JSON.stringify(about.rows).includes('35.00 → 70.00'));
    const placed = data.rows.slice(1).filter((row) => row[5] !== undefined && row[5] !== null && row[5] !== '');

    assert.deepEqual(data.rows.slice(1).map((row) => row[1]), rows.map((row) => row.name));
    assert.equal(placed.length, Object.keys(MARKS).length);
});

test('the laboratory: shares sum to 100, the address is the whole question', async () => {
    const html = await head.page(at('lab', 'k=1&range=10.00&seed=7')), text = page_text(html);
    const effects = rows_of(html, 't-effects'), chances = rows_of(html, 't-chance');
    const share = (row) => Number(row.cells[1].replace(/ %[\s\S]*/, ''));

    assert.ok(Math.abs(share(effects[0]) + share(effects[1]) - 100) <= 0.02);
    assert.equal(effects.length, 4);
    assert.match(text, /weighs 35\.00 % in name and (decides \d+\.\d\d % of the differences|works against the totals \(-\d+\.\d\d %\))/);
    assert.deepEqual(effects.slice(0, 2).map((row) => row.cells[0]), ['35.00 %', '65.00 %']);
    assert.deepEqual(chances.map((row) => row.name).sort(), Object.keys(MARKS).map(name_of).sort());
    for (let i = 0; i < 6; i++)
        assert.ok(Math.abs(chances.reduce((sum, row) => sum + parseFloat(row.cells[i]), 0) - 100) < 0.5, 'somebody is always first, and last');
    assert.equal(await head.page(at('lab', 'k=1&range=10.00&seed=7')).then((again) => JSON.stringify(rows_of(again, 't-chance'))), JSON.stringify(chances));
    const other = rows_of(await head.page(at('lab', 'k=1&range=10.00&seed=8')), 't-chance');

    assert.notDeepEqual(other.map((row) => row.cells), chances.map((row) => row.cells));
});

test('one step outside the range somebody else is first', async () => {
    const html = await head.page(at('lab', 'k=1')), [first] = rows_of(html, 't-range');
    const [low, high] = first.cells.slice(0, 2).map((cell) => Math.round(parseFloat(cell) * 100));
    const first_at = async (weight) => rows_of(await head.page(at('whatif', `hall=${(weight / 100).toFixed(2)}`)), 't-result')[0].name;
    const now = await first_at(3500);

    assert.ok(low <= 3500 && high >= 3500 && (low > 0 || high < 10000));
    assert.equal(await first_at(low), now);
    assert.equal(await first_at(high), now);
    for (const outside of [low - 1, high + 1])
        if (outside >= 0 && outside <= 10000)
            assert.notEqual(await first_at(outside), now, `${outside}`);
});

test('what the laboratory cannot do is told by its field', async () => {
    for (const [query, field] of [['k=0', 'k'], ['k=101', 'k'], ['k=x', 'k'], ['range=5.555', 'range'], ['range=-1', 'range'],
        ['seed=-1', 'seed'], ['seed=1234567890123456', 'seed'], ['group=nobody', 'group']]) {
        assert.ok((await head.page(at('lab', query), 422)).includes(`<a href="#${field}">`), query);
        assert.equal((await head.get(at('lab.xlsx', query))).status, 422, query);
    }
    assert.match(page_text(await head.page(at('lab', 'k=4'))), /there is no range[\s\S]*nothing to draw/);
    assert.equal((await head.get(at('lab.xlsx', 'k=2'))).headers['content-disposition'], 'attachment; filename="weights-' + year + '.xlsx"');
    for (const page of ['lab', 'whatif'])
        assert.ok([400, 404].includes((await head.get(`/assess/1999/${page}`)).status));
});

test('a trial is sent on as a proposal by the organisation department alone', async () => {
    const page = at('whatif', 'w.good=40.25&w.targets=59.75');

    assert.ok(!page_forms(await head.page(page)).some((f) => f.fields.based_on !== undefined), 'no form for the hall');
    const fields = await form_of(page, `/assess/${year}/scheme`);
    const send = (more) => organisation.request('POST', `/assess/${year}/scheme`, { form: { ...fields, ...more } });

    const words = { reason: '试算之后', heard: '各部门', share_reason: '市里定了新的比例' };

    assert.equal((await send({ ...words, reason: '' })).status, 422);
    assert.equal((await send({ ...words, share_reason: '' })).status, 422, 'the share of the hall is another one');
    assert.equal((await send(words)).status, 303);
    assert.equal((await send(words)).status, 303, 'once');
    const scheme = await organisation.page(`/assess/${year}/scheme?lang=en`);

    assert.match(page_text(scheme), /试算之后/);
    assert.ok(scheme.includes('value="40.25"') && scheme.includes('value="59.75"'));
    assert.match(page_text(await head.page(at('whatif'))), /version 2/);
});
