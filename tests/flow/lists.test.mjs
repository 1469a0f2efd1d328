/*
 * lists.test.mjs — what staff type and choose over their lists, in which order they read them, and
 * the views they keep: all of it in the address, by links and forms, without a script.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, page_forms, page_text, unescape_html } from './house.mjs';
import { add_person } from './people.mjs';

const first = hall.windows[0];
const other = hall.windows.find((w) => w.department !== first.department);
let house, head, department, clerk, cases = [];

function matter_of(window) {
    return hall.matters.find((m) => m.department === window.department &&
        (window.matters === 'all' || window.matters.includes(m.code)) && m.form !== 'four').code;
}

async function served(window, rating, detail) {
    const ticket = await house.take({ matter: matter_of(window), phone: `1391300${1000 + cases.length}` });
    const called = await house.call(window.code, hall.staff.find((s) => s.window === window.code).code);

    await house.case_act(called.case.id, 'start');
    await house.case_act(called.case.id, 'close', {});
    if (rating)
        await house.expect(303, 'POST', `/t/${ticket.token}/rate`, { form: { case: called.case.id, grade: rating } });
    if (detail)
        await house.expect(303, 'POST', `/t/${ticket.token}/detail`, { form: { case: called.case.id, ...detail } });
    cases.push({ id: called.case.id, window: window.code, rating, detail, number: ticket.number, token: ticket.token });
    return cases.at(-1);
}

before(async () => {
    house = await House.open({ settings: { staff: { session_idle: '24 h', session_max: '24 h' } } });
    head = await (await add_person(house, 'hall')).log_in();
    department = await (await add_person(house, 'department', { place: ['--department', first.department] })).log_in();
    clerk = await (await add_person(house, 'clerk',
        { place: ['--clerk', hall.staff.find((s) => s.window === first.code).code] })).log_in();
    for (const [window, rating, detail] of [[first, 5], [other, 1, { comment: '材料来回跑了三趟' }], [first, 3],
        [other, 5, { attitude: 2 }], [first, 2], [other, 4], [first, 0]])
        await served(window, rating, detail);
});
after(async () => {
    await house.close();
    end_all();
});

const listed = (html) => [...html.matchAll(/<th scope="row"><a href="\/ratings\/\d+[^>]*><span class="badge [^"]*">(\d)/g)].map((m) => +m[1]);
const ask = async (person, list, fields, status) => person.page(`/${list}?${new URLSearchParams(fields)}`, status);
const href_of = (html, text) => unescape_html(html.match(new RegExp(`<a [^>]*href="([^"]*)"[^>]*>${text}</a>`))?.[1] ?? '');

test('what is typed narrows the ratings, each part and all together', async () => {
    for (const [q, grades] of [['', [4, 2, 5, 3, 1, 5]], ['grade:1,2', [2, 1]], ['-grade:5', [4, 2, 3, 1]],
        [`window:${first.code}`, [2, 3, 5]], [`-window:${first.code}`, [4, 5, 1]], ['has:comment', [1]],
        [`dept:${other.department} -has:order`, [4]], ['has:order', [2, 5, 1]], ['channel:ticket_qr grade:5', [5, 5]],
        ['channel:sms', []], ['is:late', []], ['grade：1，2', [2, 1]]])
        assert.deepEqual(listed(await ask(head, 'ratings', { q })), grades, q);
});

test('orders of the list; the older fields of its address stand in the box', async () => {
    assert.deepEqual(listed(await ask(head, 'ratings', { sort: 'oldest' })), [5, 1, 3, 5, 2, 4]);
    assert.deepEqual(listed(await ask(head, 'ratings', { sort: 'worst' })), [1, 2, 3, 4, 5, 5]);
    assert.deepEqual(listed(await ask(head, 'ratings', { sort: 'best', q: '-grade:5' })), [4, 3, 2, 1]);
    await ask(head, 'ratings', { sort: 'nonsense' }, 422);
    const html = await ask(head, 'ratings', { grade: '1', window: other.code, from: '2026-01-01' });
    assert.ok(html.includes(`value="window:${other.code} grade:1 after:2025-12-31"`), html.match(/id="q"[^>]*/)[0]);
    assert.deepEqual(listed(html), [1]);
});

test('what cannot be read is said with what there is; what left nothing is named', async () => {
    for (const [list, q, says] of [['ratings', 'foo:1', /“foo”.*grade: dept:/], ['ratings', '等太久', /“等太久”.*grade:/],
        ['ratings', 'grade:9', /“grade:”.*“9”.*1 2 3 4 5/], ['ratings', 'owner:me', /“owner”/], ['cases', 'grade:1', /“grade”.*state:/],
        ['unlinked', 'dept:yb', /“dept”.*state:/], ['reviews', 'is:corrected', /“corrected”.*overdue/]]) {
        const html = await ask(head, list, { q, lang: 'zh-CN' }, 422);
        assert.match(page_text(html), says, q);
        assert.ok(html.includes('role="alert"') && !html.includes('<tbody>'));
        assert.ok(html.includes(`value="${q}"`), 'what was typed is still there');
    }
    const none = page_text(await ask(head, 'ratings', { q: `grade:1,2 window:${first.code} has:comment -channel:sms`, lang: 'zh-CN' }));
    assert.match(none, /加上 has:comment 就没有了/);
    assert.match(page_text(await ask(head, 'ratings', { q: 'channel:sms grade:1', lang: 'zh-CN' })), /符合 channel:sms 的一条也没有/);
    assert.match(page_text(await ask(head, 'reviews', { q: 'grade:1,2 is:overdue', lang: 'en' })), /With is:overdue nothing is left/);
    assert.match(page_text(await ask(head, 'cases', { view: 'unrated', q: `window:${other.code}`, lang: 'en' })), /nothing at all with window:/);
    const evil = await ask(head, 'ratings', { q: 'dept:"""><script>alert(1)</script>"' });
    assert.ok(!evil.includes('<script>alert'));
});

test('facets and the list of places build the same query', async () => {
    let html = await ask(head, 'ratings', { lang: 'en', sort: 'worst' });
    html = await head.page(href_of(html, '1 very dissatisfied'));
    html = await head.page(href_of(html, '2 dissatisfied'));
    assert.ok(html.includes('value="grade:1,2"'));
    assert.deepEqual(listed(html), [1, 2], 'the order stays');
    const form = html.match(/<form class="row" method="get"[^]*?<select id="add"[^]*?<\/form>/)[0];
    const fields = Object.fromEntries([...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map((m) => [m[1], unescape_html(m[2])]));
    assert.ok(form.includes(`<option value="dept:${other.department}">`));
    html = await head.page(`/ratings?${new URLSearchParams({ ...fields, add: `dept:${other.department}` })}`);
    assert.ok(html.includes(`value="grade:1,2 dept:${other.department}"`));
    assert.deepEqual(listed(html), [1]);
    html = await head.page(href_of(html, '1 very dissatisfied'));
    assert.ok(html.includes(`value="grade:2 dept:${other.department}"`), 'a second press takes it away');
});

test('a kept view is an address by a name, its owner’s alone', async () => {
    const wish = { q: `grade:1,2 window:${first.code}`, sort: 'worst' };
    let html = await ask(head, 'ratings', { ...wish, lang: 'zh-CN' });
    const form = page_forms(html).find((f) => f.action === '/views');
    const kept = await head.request('POST', '/views', { form: { ...form.fields, name: '差评 "1号"' } });
    assert.equal(kept.status, 303);
    html = await head.page(kept.headers.location);
    assert.deepEqual(listed(html), [2]);
    assert.ok(html.includes('差评 &quot;1号&quot;'));
    const id = html.match(/\/views\/(\d+)\/rename/)[1];
    assert.ok(!(await head.page('/cases')).includes('差评'), 'of another list');
    assert.ok(!(await department.page('/ratings')).includes('差评'), 'of another person');

    const token = await department.token(), own = await head.token();
    for (const act of ['rename', 'delete'])
        assert.equal((await department.request('POST', `/views/${id}/${act}`, { form: { token, name: 'x' } })).status, 404, act);
    assert.equal((await head.request('POST', '/views', { form: { ...form.fields, token, name: 'x' } })).status, 403, 'a foreign token');
    assert.equal((await head.request('POST', '/views', { form: { ...form.fields, name: '' } })).status, 422);
    assert.equal((await head.request('POST', '/views', { form: { ...form.fields, name: '长'.repeat(41) } })).status, 422);
    assert.equal((await head.request('POST', '/views', { form: { ...form.fields, list: '/evil.example', name: 'x' } })).status, 404);
    assert.equal((await clerk.request('POST', '/views', { form: { token: await clerk.token(), list: 'ratings', query: '', name: 'x' } })).status, 404);

    /* the same name twice is one view; only a list's own fields are kept */
    const again = await head.request('POST', '/views', { form: { ...form.fields, name: '差评 "1号"', query: 'q=grade:1&next=//evil.example&cursor=0000000000001' } });
    assert.equal(again.headers.location, '/ratings?q=grade%3A1');
    html = await head.page('/ratings');
    assert.equal([...html.matchAll(/\/views\/\d+\/rename/g)].length, 1);
    assert.ok(html.includes('<a href="/ratings?q=grade%3A1">差评'));

    await head.request('POST', '/views', { form: { ...form.fields, name: '乙' } });
    assert.equal((await head.request('POST', `/views/${id}/rename`, { form: { token: own, name: '乙' } })).status, 422, 'a name is one view’s');
    assert.equal((await head.request('POST', `/views/${id}/rename`, { form: { token: own, name: '甲' } })).status, 303);
    html = await head.page('/ratings');
    assert.ok(html.includes('>甲</a>') && !html.includes('差评'));
    assert.equal((await head.request('POST', `/views/${id}/delete`, { form: { token: own } })).status, 303);
    assert.equal((await head.request('POST', `/views/${id}/delete`, { form: { token: own } })).status, 404);
    assert.ok(!(await head.page('/ratings')).includes('>甲</a>'));
    for (let i = 0; i < 29; i++)
        assert.equal((await head.request('POST', '/views', { form: { ...form.fields, name: `v${i}` } })).status, 303);
    assert.equal((await head.request('POST', '/views', { form: { ...form.fields, name: 'one more' } })).status, 422);
});

test('a department filters and orders its bad ratings, and sees no other', async () => {
    assert.deepEqual(listed(await ask(department, 'ratings', {})), [2]);
    for (const q of [`window:${other.code}`, `dept:${other.department}`, '-grade:2'])
        assert.deepEqual(listed(await ask(department, 'ratings', { q })), [], q);
    assert.deepEqual(listed(await ask(department, 'ratings', { q: `-window:${other.code}`, sort: 'best' })), [2]);
});

test('work orders: qualifiers, orders, and every built-in view with its count', async () => {
    const numbers = (html) => [...html.matchAll(/<th scope="row"><a href="\/reviews\/\d+[^>]*>(\d+)</g)].map((m) => m[1]);
    const all = numbers(await ask(head, 'reviews', { sort: 'oldest' }));
    assert.equal(all.length, 3);
    assert.deepEqual(numbers(await ask(head, 'reviews', { sort: 'newest' })), all.toReversed());
    for (const [q, want] of [['grade:1', [all[0]]], ['grade:5', [all[1]]], [`dept:${first.department}`, [all[2]]], ['owner:none', all],
        ['owner:me', []], ['state:open', all], ['-state:open', []], ['has:comment', [all[0]]], ['is:overdue', []]])
        assert.deepEqual(numbers(await ask(head, 'reviews', { q, sort: 'oldest' })), want, q);
    const text = page_text(await ask(head, 'reviews', { lang: 'zh-CN' }));
    for (const view of ['今日到期', '已超期', '待联系', '整改中', '待反馈', '申诉中', '待群众评判', '感谢', '未关联', '全部未结'])
        assert.match(text, new RegExp(`${view}\\s*\\d`), view);
    assert.match(text, /待联系\s*3/);
    assert.deepEqual(numbers(await ask(department, 'reviews', {})), [all[2]]);
});

test('cases: the view, its qualifiers and its order', async () => {
    const last = cases.at(-1);
    for (const [fields, there] of [[{ view: 'unrated' }, true], [{ view: 'unrated', q: `window:${first.code}` }, true],
        [{ view: 'unrated', q: `-window:${first.code}` }, false], [{ view: 'unrated', q: 'before:2020-01-01' }, false],
        [{ view: 'unrated', sort: 'oldest' }, true], [{ view: 'failed', q: 'state:REFUSED' }, false]])
        assert.equal((await ask(head, 'cases', fields)).includes(`/cases/${last.id}?`), there, JSON.stringify(fields));
    assert.ok((await ask(head, 'cases', { view: 'failed' })).includes('name="view" value="failed"'), 'the box keeps the view');
});

test('pages: nothing twice, nothing missed, while ratings come in and are corrected', async () => {
    for (let i = 0; i < 54; i++)
        await served(i % 2 ? first : other, 1 + i % 5);
    for (const sort of ['newest', 'oldest', 'worst', 'best']) {
        let html = await ask(head, 'ratings', { sort, lang: 'en' });
        const ids = (page) => [...page.matchAll(/<th scope="row"><a href="\/ratings\/(\d+)\?/g)].map((m) => m[1]);
        const seen = ids(html), total = cases.filter((c) => c.rating).length;
        assert.equal(seen.length, 50, sort);
        await served(first, 1);
        const early = cases.filter((c) => c.rating)[0];
        await house.expect_any([303, 409], 'POST', `/t/${early.token}/rate`, { form: { case: early.id, grade: early.rating === 5 ? 4 : 5 } });
        html = await head.page(href_of(html, 'More'));
        seen.push(...ids(html));
        assert.equal(seen.length, total, sort);
        assert.equal(new Set(seen).size, total, sort);
        assert.equal(href_of(html, 'More'), '');
    }
    await ask(head, 'ratings', { cursor: '0000000000001' }); /* without its list it begins anew */
    await ask(head, 'ratings', { cursor: 'x' }, 422);
});
