/*
 * marks.mjs — the marks that a year needs before it can be frozen for good, given as people
 * give them: the hall's for openness, by a qualified assessor, and other offices' sheets.
 *
 * The daily log marks by itself whoever closed a case.
 */
import assert from 'node:assert/strict';

import { page_forms } from './house.mjs';

async function fields_of(person, page, action) {
    const form = page_forms(await person.page(page)).find((f) => f.action.startsWith(action) && f.fields.once);

    assert.ok(form, `a form for ${action} on ${page}`);
    return form.fields;
}

async function send(person, page, action, more) {
    const answer = await person.request('POST', action, { form: { ...await fields_of(person, page, action), ...more } });

    assert.equal(answer.status, 303, answer.text.slice(0, 400));
}

/* Another office's sheet fills one part of a year. */
export async function give_sheet(organisation, year, part, departments, mark = 90) {
    await send(organisation, `/assess/${year}/scheme`, `/assess/${year}/sheets`,
        { part, name: `表：${part}`, sheet: departments.map((code, i) => `${code},${mark - i}`).join('\n') });
}

export async function give_openness(organisation, hall, year, departments) {
    const papers = `/assess/${year}/papers`;
    const [, account] = new RegExp(`<option value="(\\d+)">${hall.name}（`).exec(await organisation.page(papers));

    await send(organisation, papers, `/assess/${year}/assessors`,
        { account, home: '-', since: `${year}-01-01`, until: `${year + 2}-12-31`, proof: '培训合格' });
    for (const department of departments) {
        const page = `/assess/${year}/marks?department=${department}&quarter=4&kind=openness`;

        await send(hall, page, `/assess/${year}/marks`, { mark: '92.50', words: '公开栏内容齐全' });
    }
}

/* All of them, for the parts that a year begins with. */
export async function give_marks(organisation, hall, year, departments) {
    await give_openness(organisation, hall, year, departments);
    for (const part of ['targets', 'conduct', 'mutual'])
        await give_sheet(organisation, year, part, departments);
}
