/*
 * citizen.test.mjs — the ticket's one page, as a phone without scripts uses it: forms are
 * posted, the answer is 303, and nothing that is fetched changes anything (facts/ux.md 2).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, page_forms, page_text, place_of } from './house.mjs';

let house;

before(async () => { house = await House.open(); });
after(async () => { await house?.close(); });

const DAY_S = 86400;

async function page(token, query = '') {
    const answer = await house.expect(200, 'GET', `/t/${token}${query}`, { headers: { 'Accept-Language': 'zh-CN' } });

    return { ...answer, said: page_text(answer.text) };
}

async function closed_visit(options = {}) {
    return house.visit({ matter: 'company-change', ...options });
}

function location(answer) {
    assert.equal(answer.status, 303, answer.text.slice(0, 300));
    return answer.headers.location;
}

/* Posts the whole body once more, as a phone that heard no answer does. */
function post(action, fields) {
    return house.request('POST', action, { form: fields });
}

test('before the closing the page shows the place in the queue, and no grade', async () => {
    const { window, clerk } = place_of('food-licence');
    const first = await house.take({ matter: 'food-licence' }), ticket = await house.take({ matter: 'food-licence' });
    const p = await page(ticket.token);

    assert.ok(p.said.includes(ticket.number), p.said);
    assert.match(p.said, /前面还有 ?1 ?人/);
    assert.match(p.text, /<noscript><meta http-equiv="refresh" content="20"><\/noscript>/, 'without a script it renews itself');
    assert.equal((await house.grade_forms(ticket.token)).length, 0);
    const called = await house.call(window, clerk);
    assert.equal(called.ticket.id, first.id);
    assert.match((await page(first.token)).said, new RegExp(`请到 ?${window}`));
    await house.case_act(called.case.id, 'start');
    assert.match((await page(first.token)).said, /办理/);
    const early = await post(`/t/${first.token}/rate`, { grade: '5', case: called.case.id });
    assert.equal(early.status, 409, 'rated before the closing');
    await house.case_act(called.case.id, 'close', {});
    const second = await house.call(window, clerk);
    await house.case_act(second.case.id, 'close', {});
    assert.deepEqual((await house.case(called.case.id)).ratings, []);
});

test('the page is safe to fetch: headers, no script needed, no grade chosen beforehand', async () => {
    const { ticket, case: c } = await closed_visit();
    const p = await page(ticket.token);
    const [form] = await house.grade_forms(ticket.token);

    assert.match(p.headers['content-type'], /^text\/html; ?charset=utf-8/i);
    assert.match(p.headers['content-security-policy'], /default-src 'none'/);
    assert.match(p.headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.doesNotMatch(p.headers['content-security-policy'], /unsafe/);
    assert.equal(p.headers['x-content-type-options'], 'nosniff');
    assert.match(p.headers['cache-control'], /no-store/);
    assert.ok(p.headers['referrer-policy']);
    assert.equal(p.headers['set-cookie'], undefined);
    assert.doesNotMatch(p.text, /\son[a-z]+\s*=|\sstyle\s*=/, 'no inline handlers or styles');
    assert.doesNotMatch(p.text, /(src|href|action)="(https?:)?\/\//, 'no other host');
    assert.deepEqual(form.choices.filter((x) => x.name === 'grade').map((x) => x.value), ['5', '4', '3', '2', '1']);
    assert.ok(!form.choices.some((x) => x.checked));
    for (const word of ['非常满意', '基本满意', '非常不满意', '企业变更', 'A01'])
        assert.ok(p.said.includes(word), `${word} is on the page: ${p.said}`);
    const head = await house.request('HEAD', `/t/${ticket.token}`);
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    const english = await house.expect(200, 'GET', `/t/${ticket.token}?lang=en`);
    assert.match(page_text(english.text), /Were you satisfied/);
    assert.deepEqual(await house.ratings(c.id), [], 'looking is not rating');
});

test('Mongolian is hidden until the hall offers it', async () => {
    const { ticket } = await closed_visit();

    for (const lang of ['mn', 'mn-Cyrl', 'mn-Mong']) {
        const p = await house.expect(200, 'GET', `/t/${ticket.token}?lang=${lang}`, { headers: { 'Accept-Language': `${lang},en;q=0.5` } });
        assert.match(p.text, /<html lang="en">/);
        assert.doesNotMatch(p.text, /hreflang="mn|\p{Script=Mongolian}|\p{Script=Cyrillic}/u);
    }
});

test('GET and HEAD of every address of a ticket change nothing', async () => {
    const { ticket, case: c } = await closed_visit();
    const t = ticket.token;

    for (const target of [`/t/${t}`, `/t/${t}?grade=5`, `/t/${t}/rate`, `/t/${t}/rate?grade=5&case=${c.id}`,
        `/t/${t}/detail`, `/t/${t}/state`, '/c', `/c?code=${ticket.short_code}`, '/privacy'])
        for (const method of ['GET', 'HEAD']) {
            const answer = await house.request(method, target);

            assert.ok(answer.status < 500, `${method} ${target} → ${answer.status}`);
        }
    assert.deepEqual(await house.ratings(c.id), []);
});

test('one tap is the rating; the same tap again is no second one', async () => {
    const { ticket, case: c } = await closed_visit();
    const [form] = await house.grade_forms(ticket.token);
    const fields = { ...form.fields, grade: '5' };

    await house.advance(100);
    for (const answer of await Promise.all(Array.from({ length: 5 }, () => post(form.action, fields))))
        assert.match(location(answer), new RegExp(`/t/${ticket.token}`));
    const ratings = await house.ratings(c.id);
    assert.equal(ratings.length, 1);
    const [r] = ratings;
    assert.equal(r.grade, 5);
    assert.equal(r.channel, 'ticket_qr');
    assert.equal(r.proof, 'P4');
    assert.equal(r.effective, true);
    assert.ok(r.delay_s >= 100 && r.delay_s < 130, `${r.delay_s} s after the closing`);
    const p = await page(ticket.token);
    assert.match(p.said, /非常满意/);
    assert.match(p.said, /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/, 'a receipt in four parts');
});

test('a rating can be changed once in 24 hours; both stay', async () => {
    const { ticket, case: c } = await closed_visit();

    location(await house.rate(ticket.token, 4));
    const [form] = page_forms((await page(ticket.token)).text).filter((f) => f.choices.some((x) => x.name === 'grade'));
    const change = async (grade) => form
        ? post(form.action, { ...form.fields, grade })
        : post(`/t/${ticket.token}/rate`, { grade, case: c.id });
    location(await change('2'));
    let ratings = await house.ratings(c.id);
    assert.deepEqual(ratings.map((r) => [r.grade, r.effective]).sort(), [[2, true], [4, false]]);
    location(await change('5'));
    ratings = await house.ratings(c.id);
    assert.deepEqual(ratings.map((r) => [r.grade, r.effective]).sort(), [[2, true], [4, false]], 'only once');
    assert.match((await page(ticket.token)).said, /不满意/);
});

test('after 24 hours a rating is settled', async () => {
    const { ticket, case: c } = await closed_visit();

    location(await house.rate(ticket.token, 3));
    await house.advance(DAY_S + 60);
    const p = await page(ticket.token);
    assert.match(p.said, /修改时间已过/);
    assert.equal((await house.grade_forms(ticket.token)).length, 0);
    const answer = await post(`/t/${ticket.token}/rate`, { grade: '1', case: c.id });
    assert.ok([303, 409].includes(answer.status), `${answer.status}`);
    assert.deepEqual((await house.ratings(c.id)).map((r) => r.grade), [3]);
});

test('after the window a rating is late: said so, not counted', async () => {
    const { ticket, case: c } = await closed_visit();

    await house.advance(16 * DAY_S);
    const p = await house.page(ticket.token);
    assert.equal(p.status, 200);
    assert.match(page_text(p.text), /评价时间已过/);
    const answer = await post(`/t/${ticket.token}/rate`, { grade: '5', case: c.id });
    assert.ok([200, 303, 409].includes(answer.status), `${answer.status}`);
    assert.deepEqual(await house.ratings(c.id), []);
    await house.morning();
});

test('damaged, foreign and invented tokens are 404, with a word of help', async () => {
    const { token } = await house.take({ matter: 'business-licence' });
    const other = (s) => s === '0' ? '1' : '0';
    const wrong = [
        token.slice(0, -1) + other(token.at(-1)), other(token[0]) + token.slice(1), token.slice(1), `${token}0`,
        token.slice(0, 14) + other(token[14]) + token.slice(15), '0'.repeat(token.length), 'x', '%00', '..%2f..%2fetc', '%ff%fe',
    ];

    for (const one of wrong) {
        const answer = await house.page(one);

        assert.ok([404, 400].includes(answer.status), `${one} → ${answer.status}`);
        if (/^[0-9A-Z]+$/.test(one)) {
            assert.equal(answer.status, 404, one);
            assert.match(page_text(answer.text), /没有找到这张号票|could not find this ticket/);
        }
        assert.ok([404, 400, 429].includes((await post(`/t/${one}/rate`, { grade: '5' })).status));
    }
    const { case: c } = await house.call('A01', '1001');
    await house.case_act(c.id, 'close', {});
});

test('a post without a grade, or with a wrong one, is told so and rates nothing', async () => {
    const { ticket, case: c } = await closed_visit();
    const [form] = await house.grade_forms(ticket.token);

    for (const grade of [undefined, '', '0', '6', '-1', '5.5', '55', '五', '5 ', 'a']) {
        const answer = await post(form.action, { ...form.fields, ...(grade === undefined ? {} : { grade }) });

        assert.equal(answer.status, 422, `grade ${grade} → ${answer.status}`);
        assert.match(page_text(answer.text), /请选一个评价|choose a grade/i);
    }
    const wrong_case = await post(form.action, { ...form.fields, case: '12345', grade: '5' });
    assert.ok([404, 409, 422].includes(wrong_case.status), `${wrong_case.status}`);
    const twice = await house.request('POST', form.action, { body: 'grade=5&grade=1',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    assert.ok([400, 422].includes(twice.status), `a doubled field → ${twice.status}`);
    assert.deepEqual(await house.ratings(c.id), []);
});

test('a case of another ticket cannot be rated with this token', async () => {
    const mine = await closed_visit(), theirs = await closed_visit();
    const [form] = await house.grade_forms(mine.ticket.token);
    const answer = await post(form.action, { ...form.fields, case: theirs.case.id, grade: '1' });

    assert.ok([404, 409, 422].includes(answer.status), `${answer.status}`);
    assert.deepEqual(await house.ratings(theirs.case.id), []);
});

test('each case of a ticket is rated for itself', async () => {
    const ticket = await house.take({ matter: 'business-licence' });
    assert.match((await house.expect(200, 'GET', `/t/${ticket.token}/detail`)).text, new RegExp(ticket.number), 'a ticket that waits is shown itself');
    const called = await house.call('A01', '1001');

    await house.case_act(called.case.id, 'start');
    const more = (await house.post('desk', `/api/v1/tickets/${ticket.id}/cases`, { matter: 'food-licence' }, 201)).case;
    await house.case_act(called.case.id, 'close', {});
    await house.case_act(more.id, 'close', {});
    const forms = await house.grade_forms(ticket.token);
    assert.equal(forms.length, 2, 'a block for each case');
    location(await house.rate(ticket.token, 5, 0));
    const left = await house.grade_forms(ticket.token);
    location(await post(left.at(-1).action, { ...left.at(-1).fields, grade: '2' }));
    const grades = [...await house.ratings(called.case.id), ...await house.ratings(more.id)].map((r) => r.grade);
    assert.deepEqual(grades.sort(), [2, 5]);
});

test('details come after the grade, and what is too long is told and kept', async () => {
    const { ticket, case: c } = await closed_visit({ phone: house.phone() });
    const early = (await house.expect(200, 'GET', `/t/${ticket.token}/detail?lang=zh-CN`)).text;
    assert.equal(early.match(/<button name="grade"/g)?.length, 5, 'without a rating the page asks for it');
    assert.doesNotMatch(early, /class="good"/, 'and says of none that it is recorded');

    location(await house.rate(ticket.token, 2));
    const detail_page = await house.expect_any([200, 303], 'GET', `/t/${ticket.token}/detail`);
    const html = detail_page.status === 200 && page_forms(detail_page.text).some((f) => /detail/.test(f.action ?? ''))
        ? detail_page.text : (await page(ticket.token)).text;
    const form = page_forms(html).find((f) => /detail/.test(f.action ?? ''));
    assert.ok(form, 'a form for details');
    const comment = Object.keys(form.fields).find((k) => /comment|words|text/.test(k));
    assert.ok(comment, `a field for words among ${Object.keys(form.fields)}`);
    assert.ok(!form.choices.some((x) => x.checked), 'nothing is ticked beforehand');
    const tags = form.choices.filter((x) => /^2\d\d$/.test(x.value));
    assert.equal(tags.length, 8, 'the eight reasons of grade 2');
    const long = '慢'.repeat(501);
    const refused = await post(form.action, { ...form.fields, [comment]: long });
    assert.equal(refused.status, 422);
    assert.ok(refused.text.includes(long), 'what was typed is kept');
    assert.match(page_text(refused.text), /最多 ?500 ?字/);
    const words = '等了两个小时 <b>&"\'</b> 😀';
    location(await post(form.action, { ...form.fields, [comment]: words, [tags[0].name]: tags[0].value }));
    const [rating] = await house.rated(c.id);
    assert.equal(rating.comment, words);
    assert.deepEqual([rating.tags].flat().map(String).join().split(',').filter(Boolean), [tags[0].value]);
    assert.ok(!(await page(ticket.token)).text.includes('<b>&"'), 'words are escaped');
});

test('the short code typed at /c leads to the ticket', async () => {
    const ticket = await house.take({ matter: 'business-licence' });
    const [form] = page_forms((await house.expect(200, 'GET', '/c')).text).filter((f) => f.method === 'post');
    const name = Object.keys(form.fields).find((k) => k !== 'lang' && form.fields[k] === '');
    const typed = (text) => post(form.action || '/c', { ...form.fields, [name]: text });
    const dashed = `${ticket.short_code.slice(0, 4)}-${ticket.short_code.slice(4)}`.toLowerCase();

    for (const text of [ticket.short_code, dashed, ` ${ticket.short_code} `])
        assert.match(location(await typed(text)), new RegExp(`/t/${ticket.token}`));
    assert.ok([404, 422].includes((await typed('00000000')).status));
    assert.equal((await typed('')).status, 422);
    const { case: c } = await house.call('A01', '1001');
    await house.case_act(c.id, 'close', {});
});

test('/state tells a script how the ticket stands, with an ETag', async () => {
    const ticket = await house.take({ matter: 'business-licence' });
    const first = await house.expect(200, 'GET', `/t/${ticket.token}/state`);

    assert.match(first.headers['content-type'], /json/);
    assert.ok(first.headers.etag);
    const same = await house.request('GET', `/t/${ticket.token}/state`, { headers: { 'If-None-Match': first.headers.etag } });
    assert.equal(same.status, 304);
    const { case: c } = await house.call('A01', '1001');
    const moved = await house.request('GET', `/t/${ticket.token}/state`, { headers: { 'If-None-Match': first.headers.etag } });
    assert.equal(moved.status, 200, 'called: it has changed');
    await house.case_act(c.id, 'close', {});
});

/* Called as often and as long ago as a missed call needs. */
async function called_thrice(ticket) {
    const place = place_of(ticket.matter);

    await house.call(place.window, place.clerk);
    await house.act(place.window, 'recall');
    await house.act(place.window, 'recall');
    await house.advance(61);
    return place;
}

test('a missed or cancelled ticket cannot be rated', async () => {
    const ticket = await house.take({ matter: 'business-licence' });
    const { window } = await called_thrice(ticket);

    await house.act(window, 'no-show');
    assert.match((await page(ticket.token)).said, /已过号/);
    assert.equal((await house.grade_forms(ticket.token)).length, 0);
    await house.morning();
    await house.expect(200, 'GET', `/t/${ticket.token}`);
    assert.ok([404, 409].includes((await post(`/t/${ticket.token}/rate`, { grade: '5' })).status));
});

test('privacy is told in plain words', async () => {
    const p = await house.expect(200, 'GET', '/privacy');

    assert.match(page_text(p.text), /电话/);
    assert.match(page_text(p.text), /180/);
});

test('an unknown address is a page that helps, not a riddle', async () => {
    const p = await house.page('', { headers: { Accept: 'text/html' } });

    assert.equal(p.status, 404);
    assert.doesNotMatch(page_text(p.text), /404|oops/i);
});

/* Nobody else may write as long as this lasts. */
async function hold_store() {
    const child = spawn('sqlite3', ['-batch', '-init', '/dev/null', path.join(house.data, 'yiping.db')]);
    const said = new Promise((done) => child.stdout.once('data', done));

    child.stdin.write("BEGIN IMMEDIATE;\nSELECT 'held';\n");
    await said;
    return () => new Promise((done) => {
        child.on('close', done);
        child.stdin.end('ROLLBACK;\n');
    });
}

test('while nothing can be written: said so, another way shown, nothing typed is lost', async () => {
    const { ticket, case: c } = await closed_visit();
    const rated = await closed_visit();
    const [form] = await house.grade_forms(ticket.token);
    location(await house.rate(rated.ticket.token, 2));
    const let_go = await hold_store();
    const [busy, lost] = await Promise.all([
        post(form.action, { ...form.fields, grade: '2' }),
        post(`/t/${rated.ticket.token}/detail`, { case: rated.case.id, comment: '等太久', tag: '214' }),
    ]);
    await let_go();
    assert.equal(busy.status, 503);
    assert.ok(busy.headers['retry-after']);
    const said = page_text(busy.text);
    assert.match(said, new RegExp(`系统暂时不能记录评价。请稍后再试，或直接发短信“${ticket.short_code} 2”到 \\d+（2 就是不满意）`));
    assert.equal(page_forms(busy.text).filter((f) => f.choices.some((x) => x.name === 'grade')).length, 1, 'the buttons are there again');
    assert.equal(lost.status, 503);
    assert.match(page_text(lost.text), /系统暂时不能记录/);
    assert.equal(page_forms(lost.text).find((f) => /detail/.test(f.action ?? '')).fields.comment, '等太久');
    assert.deepEqual(await house.ratings(c.id), []);
    location(await post(form.action, { ...form.fields, grade: '2' }));
    assert.deepEqual((await house.ratings(c.id)).map((r) => r.grade), [2]);
});
