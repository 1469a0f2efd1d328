/*
 * rates.test.mjs — /rates, GET /api/v1/rates and /public, asked of the running program: the figures
 * are those of the cases behind them, a department learns of its own only, and what is published
 * tells of nobody.
 *
 * Not here: that sums are the recount of any history (tests/unit/rate_store_test.c), that nothing is
 * found by difference (tests/unit/discreet_test.c), who may come in (access.test.mjs).
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, local_date, page_text, place_of } from './house.mjs';
import { add_person } from './people.mjs';

const matters = [...new Map(hall.matters.filter((m) => m.form !== 'four').map((m) => [m.department, m])).values()].slice(0, 3);
const GRADES = [[5, 5, 5, 5, 4, 3, 1], [4, 2], [5, 4, 4, 5, 5, 2]]; /* of each matter, by the ticket's page */
const AS = 'auditor';
let house, head, department, today, month;

const rates = (query) => house.get(AS, `/api/v1/rates?${query}`);
const cells = (html) => [...html.matchAll(/<a href="(\/ratings\?[^"]+)"[^>]*>(\d+)<\/a>/g)]
    .map(([, href, n]) => [href.replaceAll('&amp;', '&'), Number(n)]);

before(async () => {
    house = await House.open({ settings: { staff: { session_idle: '24 h', session_max: '24 h' } } });
    for (const [i, matter] of matters.entries())
        for (const grade of GRADES[i]) {
            const visit = await house.visit({ matter: matter.code });

            await house.rate(visit.ticket.token, grade);
        }
    await house.visit({ matter: matters[0].code }); /* unrated */
    const texted = await house.surveyed({ matter: matters[1].code });
    await house.reply(texted.phone, texted.survey.from, '5');
    await house.rated(texted.case.id);
    await house.reply(house.phone(), texted.survey.from, '1'); /* of nobody we know */
    today = local_date(house.now());
    month = today.slice(0, 7);
    head = await (await add_person(house, 'hall')).log_in();
    department = await (await add_person(house, 'department',
        { place: ['--department', matters[1].department] })).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

test('every rate has numerator, denominator and interval, each channel by itself', async () => {
    const body = await rates(`by=department&from=${today}`);
    const one = (code) => body.rates.find((r) => r.code === code);
    const first = one(matters[0].department), second = one(matters[1].department);

    assert.equal(body.from, today);
    assert.deepEqual(first.participation, { k: 7, n: 8, share: 0.875, low: 0.5291, high: 0.9776, comparable: false });
    assert.equal(first.unrated.k, 1);
    assert.equal(first.channels.length, 1);
    const qr = first.channels[0];
    assert.deepEqual([qr.channel, qr.rated, qr.good.k, qr.strict.k, qr.bad.k], ['ticket_qr', 7, 6, 5, 1]);
    assert.deepEqual(qr.grades, { 5: 4, 4: 1, 3: 1, 2: 0, 1: 1 });
    assert.equal(qr.mean, 4);
    assert.deepEqual(second.channels.map((c) => [c.channel, c.rated]), [['sms', 1], ['ticket_qr', 2]]);
    assert.deepEqual([second.pooled.pooled, second.pooled.of_channels, second.pooled.rated], [true, 2, 3]);
    assert.equal(second.reach.n, 3);
    assert.equal(second.defaults, 0);
    assert.equal(body.linkage.n - body.linkage.k, 1, 'one reply is of nobody');
    assert.equal(first.rectification.bad, 1);
    assert.equal(first.rectification.reply.n, 0, 'its time is not over, and nobody can be rung');
});

test('each way of adding up gives the same sum', async () => {
    const sum = (body) => body.rates.reduce((all, r) => [all[0] + r.closed, all[1] + r.participation.k,
        all[2] + r.pooled.good.k], [0, 0, 0]);
    const whole = sum(await rates(`by=hall&from=${today}`));

    assert.equal(whole[0], GRADES.flat().length + 2);
    for (const by of ['county', 'department', 'window', 'matter', 'clerk', 'day', 'month', 'quarter', 'year'])
        assert.deepEqual(sum(await rates(`by=${by}&from=${today}`)), whole, by);
    assert.equal((await rates(`by=month&from=${today}`)).rates[0].code, month);
    const listed = (await house.get(AS, `/api/v1/ratings?closed_from=${today}&closed_to=${today}&limit=200`)).ratings;
    assert.equal(listed.length, whole[1]);
    assert.equal((await house.get(AS, '/api/v1/ratings?closed_to=2020-01-01')).ratings.length, 0);
    const clerk = place_of(matters[0].code).clerk;
    assert.equal((await house.get(AS, `/api/v1/ratings?clerk=${clerk}&limit=200`)).ratings.length,
        (await rates(`by=clerk&from=${today}&clerk=${clerk}`)).rates[0].participation.k);
});

test('a question that cannot be read is refused by its field', async () => {
    for (const [query, field] of [['by=mood', 'by'], ['from=yesterday', 'from'], ['channel=fax', 'channel'],
        ['from=2026-11-02&to=2026-11-01', 'to'], ['by=day&from=2020-01-01', 'from']]) {
        const problem = await house.refused(422, 'GET', `/api/v1/rates?${query}`, { as: AS });

        assert.equal(problem.errors[0].field, field, query);
        assert.equal((await head.get(`/rates?${query}`)).status, 422, query);
    }
    assert.deepEqual((await rates(`department=${encodeURIComponent("' OR 1=1 --")}`)).rates, []);
});

test('each number on the page leads to the cases behind it', async () => {
    for (const query of ['by=department', 'by=window', 'by=clerk', 'by=matter', 'by=month', 'by=day', 'by=year']) {
        const html = await head.page(`/rates?${query}&from=${today}`), links = cells(html);

        assert.ok(links.length > 4, query);
        for (const [href, n] of links) {
            const list = await head.page(href);
            const rows = (list.match(/<tbody>[\s\S]*?<\/tbody>/)?.[0].match(/<tr/g) ?? []).length;

            assert.equal(rows, n, `${query}: ${href}`);
        }
    }
});

test('a department learns of its own, and not what few people answered', async () => {
    const html = await department.page(`/rates?by=window&from=${today}&lang=en`), text = page_text(html);
    const names = hall.windows.filter((w) => w.department !== matters[1].department).map((w) => w.name);
    const table = page_text(html.match(/<section[\s\S]*<\/section>/)[0]);

    assert.ok(table.includes(hall.windows.find((w) => w.code === place_of(matters[1].code).window).name), table);
    for (const name of names)
        assert.ok(!table.includes(name), name);
    assert.match(text, /Fewer than 5: not shown/);
    assert.ok(!/\(2\/2\)|\(1\/1\)/.test(table.split('Participation')[0]), 'no grades of three people');
    assert.equal(page_text(await department.page(`/rates?by=department&department=${matters[0].department}&from=${today}&lang=en`))
        .includes('No case was closed in this period'), true);
});

test('a month is published when nothing of it can change, whole, and tells of nobody', async () => {
    const early = await house.expect(200, 'GET', '/public?lang=en');

    assert.match(page_text(early.text), /No results are published yet/);
    assert.equal((await house.request('GET', `/public/${month}`)).status, 404);
    await house.advance(60 * 86400); /* a month, 16 days to rate and correct, 7 days */
    const page = await house.expect(200, 'GET', '/public?lang=en'), text = page_text(page.text);

    assert.match(text, new RegExp(`Published results: ${month}`));
    assert.match(text, /Good rate \d+\.\d% \(\d+\/\d+\)/);
    for (const clerk of hall.staff)
        assert.ok(!text.includes(clerk.name), clerk.name);
    /* three raters are not told by themselves, nor the department from which they could be computed */
    const row = (name) => page.text.match(new RegExp(`<th scope="row">${name}</th>([\\s\\S]*?)</tr>`))?.[1];
    const name = (code) => hall.departments.find((d) => d.code === code).name;
    assert.match(row(name(matters[1].department)), /Few raters/);
    const shown = matters.filter((m) => !/Few raters/.test(row(name(m.department))));
    assert.ok(shown.length <= 1, 'another is hidden with it');
    assert.equal((await house.request('GET', '/public/2019-01')).status, 404);
    assert.equal((await house.request('GET', "/public/2026-1'")).status, 404);

    const again = await house.request('GET', '/public?lang=en', { headers: { 'If-None-Match': page.headers.etag } });
    assert.equal(again.status, 304);
    assert.match(page.headers['cache-control'], /public/);
    assert.ok(page_text((await house.expect(200, 'GET', `/public/${month}`)).text).includes('评价结果公布'));
    assert.match((await house.request('GET', '/')).text, /href="\/public"/);
});

test('a hall may publish nothing', async () => {
    const quiet = await House.open({ settings: { public: { publish: 'no' } }, morning: false });

    try {
        assert.equal((await quiet.request('GET', '/public')).status, 404);
        assert.ok(!(await quiet.request('GET', '/')).text.includes('/public'));
    } finally {
        await quiet.close();
    }
});
