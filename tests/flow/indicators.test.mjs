/*
 * indicators.test.mjs — the indicators of a year asked of the running program: cases come in by the API
 * and an import, citizens rate them, and what the page says is recomputed here from what was sent.
 *
 * Not here: sums against a recount (tests/unit/trait_store_test.c), intervals (difference_test.c), the word
 * list (complaint_test.c), who may come in (access.test.mjs).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, local_date, page_forms, page_text, place_of, scratch_folder } from './house.mjs';
import { add_person } from './people.mjs';

const SERVICES = ['agent', 'appointment', 'extended', 'early'], FACE = '脸难看，跑了好几趟', DENIED = '没有骂人，就是太慢了';
let house, person, hall, year, department, sent = [];

const iso = (at_ms) => `${new Date(at_ms + 8 * 3600e3).toISOString().slice(0, 19)}+08:00`;
const ask = (query = '', status = 200, who = person) => who.page(`/assess/${year}/indicators?lang=en&${query}`, status);
const tables = (html) => Object.fromEntries([...html.matchAll(/<caption id="(t-\w+)">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/g)]
    .map(([, id, body]) => [id, [...body.matchAll(/<tr[^>]*><th scope="row">([\s\S]*?)<\/th>([\s\S]*?)<\/tr>/g)].map(([, name, rest]) => ({
        name: page_text(name).trim(), cells: [...rest.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell]) => page_text(cell).replace(/\s+/g, ' ').trim()) }))]));
const share = (list, of) => `(${list.filter(of).length}/${list.length})`;

before(async () => {
    house = await House.open();
    year = local_date(house.now()).slice(0, 4);
    person = await (await add_person(house, 'organisation')).log_in();
    hall = await (await add_person(house, 'hall')).log_in();
    const { matter, window, clerk } = { matter: 'eia', ...place_of('eia') };
    for (let i = 0; i < 24; i++) {
        const traits = i < 20 ? { service: SERVICES.filter((_, s) => (i >> s) & 1), decided_at_window: i % 3 !== 0,
            trips: i % 6, came_again: i % 5 === 0 } : {};
        const event = { case_no: `T-${i}`, source: 'oa', matter, window, clerk, accepted_at: iso(house.now() - (1 + i % 9) * 86400e3),
            closed_at: iso(house.now()), ...traits };
        const answer = await house.request('POST', '/api/v1/cases', { as: 'integration', json: event });

        assert.equal(answer.status, 201, answer.text);
        sent.push({ ...event, id: answer.json.case.id });
    }
    department = (await house.get('integration', `/api/v1/cases/${sent[0].id}`)).department;
    /* Three bad ratings: with words that speak of two heads, with words that deny, and with neither. */
    for (const words of [FACE, DENIED, null]) {
        const visit = await house.visit({ matter: 'eia' });

        await house.rate(visit.ticket.token, 1);
        if (words === null)
            continue;
        const form = page_forms((await house.request('GET', `/t/${visit.ticket.token}/detail?lang=zh-CN`)).text).find((f) => 'comment' in f.fields);
        const said = await house.request('POST', form.action, { form: { ...form.fields, comment: words, tag: '115' } });
        assert.equal(said.status, 303, said.text);
    }
});
after(async () => {
    await house.close();
    end_all();
});

test('where cases were decided and how often people came is of the cases that tell', async () => {
    const told = sent.filter((c) => c.trips !== undefined), html = await ask(), row = tables(html)['t-mail'].find((r) => r.name === department.name);

    assert.ok(row.cells[0].includes(share(told, (c) => c.decided_at_window)), row.cells[0]);
    assert.equal(row.cells[1], (told.reduce((sum, c) => sum + c.trips, 0) / told.length).toFixed(2));
    assert.deepEqual(row.cells.slice(2, 8).map(Number), [told.length, ...[0, 1, 2, 3].map((n) => told.filter((c) => c.trips === n).length),
        told.filter((c) => c.trips >= 4).length]);
    assert.ok(row.cells[8].includes(share(told, (c) => c.came_again)));
    assert.ok(row.cells[0].includes('n too small to compare'));
});

test('services are shown with days, a difference, its interval and what it does not mean', async () => {
    const told = sent.filter((c) => c.service), html = await ask(), rows = tables(html)['t-services'];

    assert.equal(rows.length, 4);
    assert.match(page_text(html), /A difference is not an effect/);
    for (const [s, row] of rows.entries()) {
        assert.ok(row.cells[0].includes(share(told, (c) => c.service.includes(SERVICES[s]))), row.name);
        const n = told.filter((c) => c.service.includes(SERVICES[s])).length;
        assert.match(row.cells[3], new RegExp(`^[+-]\\d+\\.\\d [+-]\\d+\\.\\d – [+-]\\d+\\.\\d compared, with : without ${n} : ${told.length - n} n too small`));
        const [value, low, high] = row.cells[3].match(/[+-]\d+\.\d/g).map(Number);
        assert.ok(low <= value && value <= high);
        const days = (with_it) => told.filter((c) => c.service.includes(SERVICES[s]) === with_it);
        assert.ok(Math.abs(value - (Number(row.cells[1]) - Number(row.cells[2]))) < 0.21, `one matter: the plain difference of ${days(true).length}`);
    }
});

test('each case says itself what it was like', async () => {
    const first = sent[3], silent = sent[22];
    const text = page_text(await person.page(`/cases/${first.id}?lang=en`)).replace(/\s+/g, ' ');

    assert.match(text, /Extra services Done for the citizen from end to end Extra services By appointment/);
    assert.match(text, /Decided at the window no, passed on Trips 3 Came again for papers no/);
    assert.ok(!/Trips/.test(page_text(await person.page(`/cases/${silent.id}?lang=en`))));
});

test('a department alone, and one that has nothing', async () => {
    const other = (await ask()).match(/<option value="([^"]+)">/g).map((o) => o.match(/"([^"]*)"/)[1]).find((code) => code && code !== department.code);

    assert.equal(tables(await ask(`department=${department.code}`))['t-mail'].length, 1);
    assert.equal(tables(await ask(`department=${other}`))['t-mail'], undefined);
    assert.equal(tables(await ask(`department=${encodeURIComponent("' OR 1=1")}`))['t-mail'], undefined);
});

test('complaint heads by tags and by words, apart; what is denied is doubtful', async () => {
    const row = tables(await ask())['t-heads'].find((r) => r.name === department.name);
    const [n, tagged, worded, erased, ...heads] = row.cells;
    /* enter, face, words, done: tags, words, doubtful of each; 115 speaks of face and of done */

    assert.deepEqual([n, tagged, worded, erased].map(Number), [3, 2, 2, 0]);
    assert.deepEqual(heads, ['0', '0', '0', '2', '1', '0', 'no such tag', '0', '1', '2', '2', '0']);
    const html = await ask();
    assert.ok(!html.includes(FACE) && !html.includes(DENIED), 'no words of citizens are shown');
});

test('figures of concentration are typed with evidence, and only appended', async () => {
    const good = { in: department.code, kind: 'matters', moved: '18', whole: '20', day: local_date(house.now()), evidence: '<b>清单 2026-3</b>' };
    const form = async (fields, who = person) => {
        const found = page_forms(await ask('', 200, who)).find((f) => 'once' in f.fields);

        return who.request('POST', found.action, { form: { ...found.fields, ...fields } });
    };
    for (const [field, value] of [['in', 'nobody'], ['in', ''], ['kind', ''], ['kind', 'all'], ['moved', '-1'], ['moved', '1.5'], ['moved', '21'],
        ['whole', ''], ['whole', '0'], ['day', '2026-02-30'], ['day', '2019-01-01'], ['day', `${Number(year) + 1}-01-01`], ['evidence', ' '], ['evidence', 'x'.repeat(301)]]) {
        const answer = await form({ ...good, [field]: value });

        assert.equal(answer.status, 422, `${field}=${value}`);
        assert.ok(answer.text.includes('<a href="#'), field);
        assert.ok(field === 'evidence' || answer.text.includes('清单 2026-3'), 'what was typed is kept');
    }
    assert.equal(tables(await ask())['t-moved'], undefined, 'nothing was kept');
    const found = page_forms(await ask()).find((f) => 'once' in f.fields);
    const twice = [1, 2].map(() => person.request('POST', found.action, { form: { ...found.fields, ...good } }));
    for (const answer of await Promise.all(twice))
        assert.equal(answer.status, 303, answer.text);
    assert.equal((await form({ ...good, moved: '19', evidence: 'later' })).status, 303);
    const html = await ask(), rows = tables(html)['t-moved'];

    assert.equal(rows.length, 1);
    assert.equal(rows[0].cells[1], '95.0% (19/20)');
    assert.equal((html.match(/90\.0% \(18\/20\)/g) ?? []).length, 1, 'the first stays, once');
    assert.ok(html.includes('&lt;b&gt;清单 2026-3&lt;/b&gt;') && !html.includes('<b>清单'));
    assert.equal(page_forms(await ask('', 200, hall)).some((f) => 'once' in f.fields), false, 'the hall types none');
    assert.equal((await hall.post(`/assess/${year}/indicators`, good)).status, 403);
});

test('the weights of citizens, records and assessors sum to the whole and to the hall\'s part', async () => {
    const rows = tables(await ask())['t-sources'], sum = (i) => rows.reduce((s, r) => s + Math.round(parseFloat(r.cells[i]) * 100), 0);

    assert.deepEqual(rows.map((r) => r.name), ['Citizens', 'Records', 'Assessors']);
    assert.equal(sum(0), 10000);
    assert.equal(sum(1), 3500);
    assert.ok(Math.abs(sum(2) - 10000) <= 1, 'rounded shares of the hall\'s part');
});

test('the workbook has the same figures', async () => {
    const html = await ask(), link = html.match(/href="(\/assess\/\d+\/indicators\.xlsx[^"]*)"/)[1].replaceAll('&amp;', '&');
    const answer = await person.get(link), out = path.join(scratch_folder('indicators'), 'i.xlsx');

    assert.equal(answer.status, 200, answer.text);
    fs.writeFileSync(out, answer.bytes);
    const [about, data] = JSON.parse(execFileSync('python3', [path.join(import.meta.dirname, 'tables.py'), out]));
    const told = sent.filter((c) => c.trips !== undefined);
    const window = data.rows.find((row) => row[1] === department.name && row[2] === 'Decided at the window');

    assert.ok(JSON.stringify(about.rows).includes('weight laboratory'));
    assert.deepEqual([window[3][0], window[4][0]], [told.filter((c) => c.decided_at_window).length, told.length]);
    assert.ok(data.rows.some((row) => row[2] === 'Matters' && row[3]?.[0] === 19 && row[4]?.[0] === 20));
    assert.ok(data.rows.some((row) => row[0] === 'Doubtful' && row[2] === 'Harsh words' && row[3]?.[0] === 1));
});
