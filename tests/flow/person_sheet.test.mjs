/*
 * person_sheet.test.mjs — the facts about a clerk's year asked of the running program: they are those of
 * his cases as another key reads them one by one, every look is recorded, and nothing judges him.
 *
 * Not here: the sums (tests/unit/clerk_sheet_test.c, rate_store_test.c), who may come in (access.test.mjs).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, hall as file, local_date, page_forms, page_text, place_of, scratch_folder } from './house.mjs';
import { add_person } from './people.mjs';

const matter = file.matters.find((m) => m.form !== 'four');
const place = place_of(matter.code), clerk = file.staff.find((s) => s.code === place.clerk);
let house, person, inspection, hall, department, year, list, excluded_order;

const ask = (who = person, code = clerk.code, status = 200, lang = 'en') => who.page(`/assess/${year}/person/${code}?lang=${lang}`, status);
const table = (html, id) => [...(html.match(new RegExp(`<caption id="${id}">[\\s\\S]*?<tbody>([\\s\\S]*?)</tbody>`))?.[1] ?? '')
    .matchAll(/<tr><th scope="row">([\s\S]*?)<\/th>([\s\S]*?)<\/tr>/g)].map(([, name, rest]) => ({ name: page_text(name).trim(),
    cells: [...rest.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell]) => page_text(cell).replace(/\s+/g, ' ').trim()) }));
const fact = (html, name) => page_text(html.match(new RegExp(`<dt>${name}</dt><dd>([\\s\\S]*?)</dd>`))[1]).replace(/\s+/g, ' ').trim();
const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', `file:${house.data}/yiping.db?mode=ro`, text]).toString().trim();

before(async () => {
    house = await House.open({ settings: { staff: { session_idle: '24 h', session_max: '24 h' } } });
    year = local_date(house.now()).slice(0, 4);
    person = await (await add_person(house, 'organisation')).log_in();
    inspection = await (await add_person(house, 'inspection')).log_in();
    hall = await (await add_person(house, 'hall')).log_in();
    department = await (await add_person(house, 'department', { place: ['--department', matter.department] })).log_in();
    for (const grade of [5, 5, 4, 3, 2, 1])
        await house.rate((await house.visit({ matter: matter.code })).ticket.token, grade);
    const texted = await house.surveyed({ matter: matter.code });
    await house.reply(texted.phone, texted.survey.from, '5');
    await house.rated(texted.case.id);
    await house.visit({ matter: matter.code }); /* unrated */
    await house.advance(25 * 3600); /* nobody can change them any more, and sessions are over */
    for (const who of [person, inspection, hall, department])
        await who.log_in();
    const orders = [...(await hall.page('/reviews?view=open')).matchAll(/\/reviews\/(\d+)/g)].map((m) => m[1]);
    excluded_order = orders[0];
    for (const [who, name, detail] of [[department, 'appeal', 'mistake'], [hall, 'decide', 'excluded']]) {
        const form = page_forms(await who.page(`/reviews/${excluded_order}`)).find((f) => f.action.includes(`/${name}`));

        assert.equal((await who.request('POST', form.action, { form: { ...form.fields, detail, words: '录像证实' } })).status, 303);
    }
    list = (await house.get('auditor', `/api/v1/ratings?clerk=${clerk.code}&limit=200`)).ratings;
});
after(async () => {
    await house.close();
    end_all();
});

test('the list leads to each clerk and says nothing of anybody', async () => {
    const html = await person.page(`/assess/${year}/person?lang=en`);

    for (const one of file.staff)
        assert.ok(html.includes(`href="/assess/${year}/person/${encodeURIComponent(one.code)}"`) && html.includes(one.name), one.code);
    assert.ok(!/\d+(\.\d+)?%/.test(page_text(html)));
});

test('ratings stand channel by channel, as they are read one by one, and are never pooled', async () => {
    const html = await ask(), rows = table(html, 't-channels');
    const excluded = sql('SELECT r.channel, r.grade FROM appeals a JOIN ratings r ON r.id = a.rating_id').split('|');

    assert.deepEqual(rows.map((r) => r.name), ['SMS', 'ticket QR']);
    for (const [name, channel] of [['SMS', 'sms'], ['ticket QR', 'ticket_qr']]) {
        const row = rows.find((r) => r.name === name);
        const grades = list.filter((r) => r.channel === channel).map((r) => r.grade);
        if (excluded[0] === channel)
            grades.splice(grades.indexOf(Number(excluded[1])), 1);

        assert.equal(Number(row.cells[0]), grades.length, name);
        assert.ok(row.cells[1].includes(`(${grades.filter((g) => g >= 3).length}/${grades.length})`), row.cells[1]);
        assert.ok(row.cells[3].includes(`(${grades.filter((g) => g <= 2).length}/${grades.length})`), row.cells[3]);
        assert.deepEqual(row.cells.slice(4, 9).map(Number), [5, 4, 3, 2, 1].map((g) => grades.filter((x) => x === g).length));
        assert.match(row.cells[1], /n too small to compare/);
        assert.equal(Number(row.cells[10]), excluded[0] === channel ? 1 : 0);
    }
    assert.ok(!/pooled|total score|rank \d|verdict:/i.test(page_text(html.match(/<main[\s\S]*<\/main>/)[0])));
});

test('what was handled, promised, put right and appealed against is there, in three parts', async () => {
    const html = await ask(), text = page_text(html);

    for (const part of ['Capacity', 'Delivery', 'Integrity'])
        assert.match(html, new RegExp(`<h2[^>]*>${part}</h2>`));
    assert.equal(table(html, 't-matters').reduce((sum, r) => sum + Number(r.cells[1]), 0), 8);
    assert.deepEqual(table(html, 't-windows').map((r) => [Number(r.cells[1]), r.cells[3]]), [[8, clerk.window === place.window ? 'yes' : 'covered']]);
    assert.equal(fact(html, 'Closed cases'), '8');
    assert.match(fact(html, 'Participation'), /\(7\/8\)/);
    const orders = table(html, 't-orders');
    assert.equal(orders.length, 2, 'also the one that counts no more');
    assert.deepEqual(orders.map((o) => o.cells[5]).sort(), ['taken out by an appeal', 'yes']);
    assert.ok(html.includes(`href="/reviews/${excluded_order}"`));
    assert.equal(fact(html, 'Appeals: rating taken out'), '1');
    for (const caveat of [/The year is not over/, /In 2 of 2 channels there are fewer than 30/, /not added up/, /of 1 matters, 8 of them/,
        /1 of 8 cases that could be rated were not rated/, /1 ratings were taken out/, /is no proof/])
        assert.match(text, caveat);
    assert.match(text, /no verdict, no ranking and no score of a person/);
    assert.ok(html.includes('录像证实') === false, 'no words');
    const zh = page_text(await ask(person, clerk.code, 200, 'zh-CN'));
    for (const part of ['能力', '实绩', '廉洁', '样本太少，不作比较', '制表', '已听取本人意见'])
        assert.ok(zh.includes(part), part);
});

test('sealed answers are a number to the inspection, and closed to everybody else', async () => {
    assert.equal(fact(await ask(inspection), 'Sealed integrity answers'), '0');
    assert.match(fact(await ask(person), 'Sealed integrity answers'), /closed here/);
    for (const who of [hall, department])
        assert.equal((await who.get(`/assess/${year}/person/${clerk.code}`)).status, 403);
});

test('each look is an audit event, also of a workbook; a look at nobody is none', async () => {
    const looks = () => Number(sql("SELECT count(*) FROM audit_events WHERE action = 'person.looked'"));
    const before = looks();

    await ask();
    assert.equal(looks(), before + 1);
    assert.match(sql("SELECT actor, object, detail FROM audit_events WHERE action = 'person.looked' ORDER BY id DESC LIMIT 1"),
        new RegExp(`^account \\d+\\|clerk ${clerk.code}\\|year=${year}$`));
    for (const code of ['nobody', "' OR 1=1 --", '<b>'])
        assert.equal((await person.get(`/assess/${year}/person/${encodeURIComponent(code)}`)).status, 404, code);
    assert.equal((await person.get(`/assess/99/person/${clerk.code}`)).status, 404);
    assert.equal((await hall.get(`/assess/${year}/person/${clerk.code}`)).status, 403);
    assert.equal(looks(), before + 1);
    const link = (await ask()).match(/href="(\/assess\/\d+\/person\/[^"]*sheet\.xlsx[^"]*)"/)[1].replaceAll('&amp;', '&');
    const answer = await person.get(link), out = path.join(scratch_folder('person'), 'p.xlsx');
    assert.equal(answer.status, 200, answer.text.slice(0, 200));
    assert.equal(looks(), before + 3);
    fs.writeFileSync(out, answer.bytes);
    const [about, data] = JSON.parse(execFileSync('python3', [path.join(import.meta.dirname, 'tables.py'), out]));
    const row = (what, of = '') => data.rows.find((r) => r[1] === what && (r[2] ?? '') === of);
    assert.ok(JSON.stringify(about.rows).includes('no score of a person'));
    assert.deepEqual([row('Participation')[3][0], row('Participation')[4][0]], [7, 8]);
    assert.equal(row('Active good rate', 'SMS')[4][0], 1);
    assert.equal(row('Active good rate', 'SMS')[8], 'n too small to compare');
    assert.equal(data.rows.some((r) => r[1] === 'Sealed integrity answers'), false);
});

test('a year in which nothing happened says so', async () => {
    const html = await person.page(`/assess/2020/person/${clerk.code}?lang=en`);

    assert.match(page_text(html), /No case was closed in this year/);
    assert.match(page_text(html), /nothing can be said about satisfaction/);
    assert.ok(!/NaN|undefined/.test(html));
});
