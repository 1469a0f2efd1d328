/*
 * quota.test.mjs — the excellence quota asked of the running program: what the page says is recomputed
 * here from its address with integers of this language, ties wait for a person, and the workbook says
 * the same as the page.
 *
 * Not here: each rule by rows (tests/unit/quota_test.c), who may come in (access.test.mjs).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, hall as file, page_text, scratch_folder } from './house.mjs';
import { add_person } from './people.mjs';

const departments = [...file.departments].sort((a, b) => (a.code < b.code ? -1 : 1));
let house, person;

const staffed = (code) => file.staff.filter((s) => file.windows.some((w) => w.code === s.window && w.department === code)).length;
const rows_of = (html) => [...html.matchAll(/<tr><th scope="row">([\s\S]*?)<\/th>([\s\S]*?)<\/tr>/g)].map(([, name, rest]) => ({
    name: page_text(name).trim(), cells: [...rest.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell]) => page_text(cell).trim()) }));
const places_of = (html) => rows_of(html).map((row) => Number(row.cells[4]));
const typed = (numbers) => departments.map((d, i) => `n.${encodeURIComponent(d.code)}=${numbers[i] ?? 0}`).join('&');
const ask = (query, status = 200) => person.page(`/assess/2026/quota?lang=en&${query}`, status);

before(async () => {
    house = await House.open();
    person = await (await add_person(house, 'organisation')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

test('staff of each department come from the hall file', async () => {
    const html = await ask('');

    assert.match(page_text(html), /This is a calculation\. It names nobody/);
    for (const d of departments)
        assert.ok(html.includes(`name="n.${d.code}" value="${staffed(d.code)}"`), d.code);
    for (const clerk of file.staff)
        assert.ok(!html.includes(clerk.name), clerk.name);
    assert.deepEqual(places_of(html), departments.map((d) => Math.floor(staffed(d.code) * 2000 / 10000)));
});

test('every step is there, and sums match', async () => {
    const numbers = departments.map((_, i) => [12, 13, 7, 31, 4][i % 5]);
    const all = numbers.reduce((a, b) => a + b);

    for (const [round, up] of [['floor', () => 0n], ['half_up', (r) => r >= 5000n ? 1n : 0n], ['ceiling', (r) => r > 0n ? 1n : 0n]]) {
        const html = await ask(`base=20.00&hall=5.50&round=${round}&split=each&${typed(numbers)}`);
        const want = numbers.map((n) => { const x = BigInt(n) * 2550n; return Number(x / 10000n + up(x % 10000n)); });

        assert.deepEqual(places_of(html), want, round);
        assert.equal(rows_of(html)[0].cells[1], `12 × 25.50 ÷ 100 = 3.0600`);
        const sum = want.reduce((a, b) => a + b);
        assert.match(page_text(html), new RegExp(`given \\+ open = total: ${sum} \\+ 0 = ${sum}`));
    }
    const html = await ask(`base=20&split=shared&round=half_up&${typed(numbers)}`);
    const total = Math.floor((all * 2000 + 5000) / 10000), text = page_text(html);
    const [, sum, open] = text.match(/given \+ open = total: (\d+) \+ (\d+) = (\d+)/).map(Number);

    assert.equal(sum + open, total);
    assert.equal(places_of(html).reduce((a, b) => a + b), sum);
    assert.match(rows_of(html)[0].cells[1], new RegExp(`^${total} × 12 ÷ ${all} = \\d+ \\+ \\d+/${all}$`));
});

test('a tie waits until a person decides it and says why', async () => {
    const three = [3, 3, 3], query = `base=20&split=fixed&total=2&${typed(three)}`;
    const tie = (...at) => at.map((i) => `&tie=${encodeURIComponent(departments[i].code)}`).join('');
    const open = await ask(query);

    assert.match(page_text(open), /Places that wait for a person's decision: 2/);
    assert.deepEqual(places_of(open).slice(0, 3), [0, 0, 0]);
    assert.equal((open.match(/<input type="checkbox" name="tie"/g) ?? []).length, 3);
    assert.ok(!/name="tie"[^>]* checked/.test(open), 'nothing is chosen beforehand');
    for (const wrong of [tie(0, 2), `${tie(0)}&reason=x`, `${tie(0, 1, 2)}&reason=x`, `${tie(0, 2)}&reason=%20`]) {
        const html = await ask(query + wrong);

        assert.match(page_text(html), /was not applied/, wrong);
        assert.deepEqual(places_of(html).slice(0, 3), [0, 0, 0], wrong);
    }
    const decided = await ask(`${query}${tie(0, 2)}&reason=${encodeURIComponent('<b>most cases</b>')}`);

    assert.deepEqual(places_of(decided).slice(0, 3), [1, 0, 1]);
    assert.ok(decided.includes('&lt;b&gt;most cases&lt;/b&gt;') && !decided.includes('<b>most'));
    assert.match(page_text(decided), /decided by a person\. Reason: <b>most cases<\/b>/);
});

test('what cannot be calculated is told by its field, and kept', async () => {
    for (const [query, field] of [['base=101', 'base'], ['base=', 'base'], ['base=20,5', 'base'], ['base=60&hall=41', 'hall'],
        ['round=lot', 'round'], ['split=fixed', 'total'], ['split=fixed&total=99999999', 'total'], ['split=fixed&total=-1', 'total'],
        [`n.${departments[0].code}=many`, `n.${departments[0].code}`], [`n.${departments[0].code}=100001`, `n.${departments[0].code}`],
        [`reason=${'x'.repeat(201)}`, 'reason']]) {
        const html = await ask(query, 422);

        assert.ok(html.includes(`<a href="#${field}">`), query);
        assert.equal((await person.get(`/assess/2026/quota.xlsx?${query}`)).status, 422, query);
    }
    assert.ok((await ask('base=20,5', 422)).includes('value="20,5"'));
    for (const year of ['26', '1999', '2026x', '20260', '%00'])
        assert.ok([400, 404].includes((await person.get(`/assess/${year}/quota`)).status), year);
});

test('the workbook says what the page says', async () => {
    const query = `base=20&hall=5&round=half_up&split=shared&${typed([12, 13, 7, 31, 4])}`;
    const html = await ask(query), link = html.match(/href="(\/assess\/2026\/quota\.xlsx[^"]*)"/)[1].replaceAll('&amp;', '&');
    const answer = await person.get(link), out = path.join(scratch_folder('quota'), 'quota.xlsx');

    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-disposition'], /filename="quota-2026\.xlsx"/);
    fs.writeFileSync(out, answer.bytes);
    const book = JSON.parse(execFileSync('python3', [path.join(import.meta.dirname, 'tables.py'), out]));
    const [about, data] = Object.values(book);
    const page = rows_of(html);

    assert.ok(JSON.stringify(about.rows).includes('It names nobody'));
    assert.deepEqual(data.rows.slice(1).map((row) => [row[1], row[3], row[6][0]]),
        page.map((row) => [row.name, row.cells[1], Number(row.cells[4])]));
});
