/*
 * ranking.test.mjs — how departments stand, through the real server: who shares a band, who
 * has no place, the arithmetic of every part done again from what the page shows, and who
 * may look.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, hall, local_date, page_forms, page_text, run_well } from './house.mjs';
import { give_openness, give_sheet } from './marks.mjs';
import { add_person } from './people.mjs';

const matters = [...new Map(hall.matters.filter((m) => m.form !== 'four').map((m) => [m.department, m])).values()].slice(0, 3);
const [many, few, one] = matters.map((m) => m.department);
const GRADES = [[...Array(30).fill(5), 4, 3, 2, 1], [5, 5, 4, 1], [5]];
let house, organisation, year;

before(async () => {
    house = await House.open();
    year = Number(local_date(house.now()).slice(0, 4));
    for (const [i, grades] of GRADES.entries())
        for (const [n, grade] of grades.entries()) {
            const visit = await house.visit({ matter: matters[i].code });

            await house.rate(visit.ticket.token, grade);
            if (i === 0 && n < 3) /* so few that they are hidden from the department */
                await house.expect(303, 'POST', `/t/${visit.ticket.token}/detail`, { form: { case: visit.case.id, attitude: n === 0 ? 3 : 5 } });
        }
    organisation = await (await add_person(house, 'organisation')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

const rows_of = (html) => [...html.matchAll(/<tr>.*?<\/tr>/gs)].map((m) => page_text(m[0]));
const name_of = (code) => hall.departments.find((d) => d.code === code).name;

test('who has enough ratings is ranked, who has not says why, and the page says of when it is', async () => {
    const moved = await organisation.get('/assess?lang=en');

    assert.equal(moved.status, 303);
    assert.equal(moved.headers.location, `/assess/${year}?lang=en`);
    const html = await organisation.page(`/assess/${year}?lang=en`), text = page_text(html);
    const rows = rows_of(html), row = (code) => rows.find((r) => r.includes(name_of(code)));

    assert.match(row(many), /Band 1.* 34 100\.0% \(34\/34\)/s);
    assert.match(row(many), /94\.1% \(32\/34\)/, 'good, by its channel');
    assert.match(row(many), /91\.2% \(31\/34\)/, 'strict, by its channel');
    assert.match(row(few), / 4 100\.0% \(4\/4\).*too few ratings, not ranked/s);
    assert.match(row(one), /too few ratings, not ranked/);
    assert.match(text, /Data up to: .*\d{2}:\d{2}/);
    assert.match(text, /not the official result/);
    assert.match(text, /Parts left out: .*Openness/);
    assert.ok(html.includes('<svg class="chart intervals"'), 'the chart');
    for (const anchor of html.matchAll(/href="#(g-\w+)"/g))
        assert.ok(html.includes(`id="${anchor[1]}"`), anchor[1]);
});

test('each line of a department can be done again, and the sum is the total', async () => {
    const html = await organisation.page(`/assess/${year}/dept/${many}?lang=en`);
    const lines = [...html.matchAll(/<tr id="part-(\w+)">.*?<\/tr>/gs)];
    const total = Number(/<tfoot>.*?<strong>([0-9.]+)<\/strong>/s.exec(html)[1]);
    let sum = 0;

    assert.ok(lines.length >= 3);
    for (const [line, code] of lines) {
        const cells = [...line.matchAll(/<td class="sum">(.*?)<\/td>/gs)].map((m) => page_text(m[1].replace(/<br>.*/s, '')));
        const [left, score] = cells[0].split(' = ');

        if (score !== undefined) {
            const value = Function(`return ${left.replace(/×/g, '*').replace(/÷/g, '/').replace(/−/g, '-')}`)();

            assert.ok(Math.abs(value - Number(score)) < 0.0001, `${code}: ${cells[0]}`);
        }
        const [, weight, of, points] = /^([0-9.]+) % × ([0-9.]+) = ([0-9.]+)$/.exec(cells[1]);

        assert.equal(of, score ?? cells[0], code);
        assert.equal(Math.round(Number(weight) * Number(of) * 1e6), Math.round(Number(points) * 1e8), code);
        sum += Math.round(Number(points) * 1e8);
    }
    assert.equal(sum, Math.round(total * 1e8));
    assert.match(page_text(html), new RegExp(`Good rate.*\\(32 − `), 'the good rate is adjusted');
    const shown = page_text(await organisation.page(`/assess/${year}?lang=en`));

    assert.ok(shown.includes(`${(total + 1e-9).toFixed(2)}`), 'the same points as in the ranking');
});

test('a figure leads to its cases', async () => {
    const html = await organisation.page(`/assess/${year}?lang=en`);
    const link = [...html.matchAll(/<td><a href="(\/ratings\?[^"]+)">(\d+)<\/a>/g)].map((m) => m.slice(1));

    for (const [href, n] of link.filter(([, count]) => count > 0)) {
        const list = await organisation.page(href.replace(/&amp;/g, '&'));

        assert.equal([...list.matchAll(/<tbody>.*<\/tbody>/gs)].join('').split('<tr').length - 1, Number(n), href);
    }
});

test('the points lead to which rating moved them', async () => {
    const html = await organisation.page(`/assess/${year}/dept/${many}?lang=en`);
    const [, href] = /href="(\/assess\/\d+\/dept\/[^"]+\/moves\?[^"]+)"/.exec(html);

    assert.match(page_text(await organisation.page(href)), /Which rating moved which point/);
});

test('it can be rolled up and filtered, and a question that means nothing is refused', async () => {
    const text = async (query) => page_text(await organisation.page(`/assess/${year}?lang=en&${query}`));
    const window = hall.windows.find((w) => w.department === many);

    assert.match(await text('by=window'), new RegExp(`${window.name}.*32/34`, 's'));
    assert.match(await text('by=window'), /marks are given to departments/);
    assert.match(await text('by=hall'), new RegExp(`${hall.hall.name}.* 39 `, 's'));
    assert.match(await text('by=county'), new RegExp(hall.hall.county));
    assert.match(await text('by=clerk'), /32\/34/);
    const quarter = Math.floor((Number(local_date(house.now()).slice(5, 7)) - 1) / 3) + 1;

    assert.match(await text(`period=q${quarter}`), /32\/34/);
    assert.doesNotMatch(await text(`period=q${quarter % 4 + 1}`), /32\/34/);
    assert.match(await text('channel=ticket_qr'), /32\/34/);
    assert.doesNotMatch(await text('channel=sms'), /32\/34/);
    for (const bad of ['by=moon', 'period=q5', 'channel=smoke'])
        assert.equal((await organisation.get(`/assess/${year}?${bad}`)).status, 422, bad);
    assert.equal((await organisation.get('/assess/12?lang=en')).status, 404);
    assert.equal((await organisation.get(`/assess/${year}/dept/nobody`)).status, 404);
});

test('a department sees its own alone, nothing of fewer than five raters; a clerk nothing', async () => {
    const own = await (await add_person(house, 'department', { name: 'own', place: ['--department', many] })).log_in();
    const small = await (await add_person(house, 'department', { name: 'small', place: ['--department', few] })).log_in();
    const clerk = await (await add_person(house, 'clerk')).log_in();

    assert.match(page_text(await own.page(`/assess/${year}/dept/${many}?lang=en`)), /32\/34/);
    const foot = (html) => /<tfoot>.*?<strong>([^<]+)<\/strong>/s.exec(html)[1];
    const part = (html) => page_text(/<tr id="part-attitude">.*?<\/tr>/s.exec(html)[0]);
    const all = await organisation.page(`/assess/${year}/dept/${many}?lang=en`), narrow = await own.page(`/assess/${year}/dept/${many}?lang=en`);
    const [low, high] = foot(narrow).split(' – ').map(Number);

    assert.match(part(all), /\b3 3 /, 'k and n of all three');
    assert.match(part(narrow), /Fewer than 5 people rated/);
    assert.ok(high - low > 0.2 && low <= Number(foot(all)) && Number(foot(all)) <= high, `${foot(narrow)}: no subtraction tells the part`);
    assert.ok(!narrow.includes(foot(all)));
    assert.ok((await own.page('/reviews')).includes(`href="/assess/${year}/dept/${many}"`), 'a way there from the menu');
    assert.equal((await own.get(`/assess/${year}/dept/${few}`)).status, 404);
    assert.equal((await own.get(`/assess/${year}`)).status, 403);
    assert.equal((await own.get(`/assess/${year}/ranking.xlsx`)).status, 403);
    const hidden = page_text(await small.page(`/assess/${year}/dept/${few}?lang=en`));

    assert.match(hidden, /Fewer than 5 people rated/);
    assert.doesNotMatch(hidden, /3\/4|75\.0/);
    assert.equal((await clerk.get(`/assess/${year}/dept/${many}`)).status, 403);
});

test('the workbook has the rows of the page', async () => {
    const book = await organisation.get(`/assess/${year}/ranking.xlsx?lang=en`);

    assert.equal(book.status, 200);
    assert.match(book.headers['content-disposition'], /ranking-\d{4}\.xlsx/);
    assert.ok(book.bytes.length > 4000 && book.bytes.subarray(0, 2).toString() === 'PK');
});

test('a change of the scheme says what it would have done to this year', async () => {
    const page = `/assess/${year + 1}/scheme`;
    const form = page_forms(await organisation.page(page)).find((f) => f.fields.based_on !== undefined);
    const sent = await organisation.request('POST', page, { form: { ...form.fields, adjust: '1', w_good: '3.00', w_promise: '10.00', reason: '承诺更要紧', heard: '各部门' } });

    assert.equal(sent.status, 303, page_text(sent.text).slice(0, 500));
    const html = await organisation.page(`${page}?lang=en`), rows = rows_of(/<section[^>]*id="versions".*?<\/section>/s.exec(html)[0]);
    const row = rows.find((r) => r.includes(name_of(many)));
    const [before, after, points] = /(\d+\.\d\d) (\d+\.\d\d) ([+-]\d+\.\d\d) \d+ \d+ -?\d+$/.exec(row).slice(1).map(Number);

    assert.ok(after > before && Math.abs(after - before - points) < 0.011, row);
    assert.match(page_text(html), /Effect on the year before: \d{4}/);
    assert.match(page_text(html), /Compared with scheme \(what a year begins with\)/);
});

/* The totals of a bundle made now, in hundred-millionths of a point; null where there is none. */
async function bundle_totals(name) {
    const file = path.join(house.folder, name);

    await run_well(['assess', '--data', house.data, '--year', String(year), '--quiet', file]);
    return Object.fromEntries(fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('total\t'))
        .map((line) => line.split('\t')).map(([, unit, , total]) => [unit, total === '-' ? null : total]));
}

/* The total at the foot of a department's page, as the bundle writes it. */
async function page_total(code) {
    const foot = /<tfoot>(.*?)<\/tfoot>/s.exec(await organisation.page(`/assess/${year}/dept/${code}?lang=en`))[1];
    const [, total] = /Total<\/th><td>(?:<strong>)?([^<]+)</.exec(foot);

    return total === '—' ? null : String(BigInt(total.replace('.', '')));
}

test('page and bundle have the same totals, and no total while marks are missing', async () => {
    const head = await (await add_person(house, 'hall')).log_in();
    const agree = async (name, there) => {
        const totals = await bundle_totals(name);

        for (const code of [many, few, one]) {
            assert.equal(await page_total(code), totals[code], code);
            assert.equal(totals[code] !== null, there.includes(code), `${name} ${code}`);
        }
    };
    const text = async (query = '') => page_text(await organisation.page(`/assess/${year}?lang=en${query}`));

    await agree('none.yiping', []);
    assert.match(await text(), /There is no total yet: parts lack marks/);
    assert.match(await text(), /“Openness of information” lacks marks of 3 department\(s\): .*To be given by the hall/);
    assert.match(rows_of(await organisation.page(`/assess/${year}?lang=en`)).find((r) => r.includes(name_of(many))), /Band 1.* \d\d\.\d\d — /, 'points so far, and no total');
    await give_openness(organisation, head, year, [many, few]);
    for (const part of ['targets', 'conduct'])
        await give_sheet(organisation, year, part, [many, few, one]);
    await agree('some.yiping', []);
    await give_sheet(organisation, year, 'mutual', [many, few, one]);
    await agree('most.yiping', [many, few]);
    assert.doesNotMatch(await text(), /There is no total yet/);
    assert.match(rows_of(await organisation.page(`/assess/${year}?lang=en`)).find((r) => r.includes(name_of(one))), /No marks yet: Openness of information/);
    await give_openness(organisation, head, year, [one]);
    await agree('all.yiping', [many, few, one]);
    assert.doesNotMatch(await text(), /lacks marks/);
});
