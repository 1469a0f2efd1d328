/*
 * daily.test.mjs — the hall's daily records through the real server: the log of windows with its
 * files, its months computed here once more, and who may write what.
 *
 * Not here: each rule by rows (tests/unit/day_log_test.c, multipart_test.c).
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';

import { House, end_all, hall as file, page_forms, page_text, until } from './house.mjs';
import { add_person } from './people.mjs';

const window = file.windows[0], department = window.department;
const other = file.windows.find((w) => w.department !== department);
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000ff00ff0d0a0d0a2d2d', 'hex');
const place = { department: ['--department', department], window_head: ['--window', window.code] };
let house, people = {}, today, year;

before(async () => {
    house = await House.open();
    for (const role of ['hall', 'window_head', 'department', 'organisation', 'audit'])
        people[role] = await (await add_person(house, role, { place: place[role] })).log_in();
    people.stranger = await (await add_person(house, 'window_head', { name: 'stranger', place: ['--window', other.code] })).log_in();
    today = new Date(house.now()).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
    year = Number(today.slice(0, 4));
});
after(async () => {
    await house.close();
    end_all();
});

const log = (more = '') => `/assess/${year}/log${more}`;

/* The hidden fields of the page's own form, and what a person types. */
async function entry(who, fields, target = log()) {
    const form = page_forms(await who.page(target)).find((f) => f.fields.once && !f.fields.corrects);

    return { token: form.fields.token, once: form.fields.once, day: today, window: window.code, kind: 'check', words: '看到的情况', ...fields };
}

/* As a browser sends a form with a file in it. */
function multipart(fields, sent) {
    const boundary = `----WebKitFormBoundary${crypto.randomBytes(8).toString('hex')}`, parts = [];

    for (const [name, value] of Object.entries(fields))
        parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
    if (sent)
        parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${sent.name}"\r\nContent-Type: ${sent.type ?? 'image/png'}\r\n\r\n`), sent.bytes, Buffer.from('\r\n'));
    parts.push(Buffer.from(`--${boundary}--\r\n`));
    return { body: Buffer.concat(parts), headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } };
}

const add = async (who, fields, sent) => who.request('POST', log(), multipart(await entry(who, fields), sent));
const said = (answer) => page_text(answer.text);

test('an entry is written once, with its file, and the file comes back as it was', async () => {
    const fields = await entry(people.hall, { words: '九点窗口无人', kind: 'discipline', points: '-1.50' });
    const send = () => people.hall.request('POST', log(), multipart(fields, { name: '照片.png', bytes: PNG }));
    const first = await send();

    assert.equal(first.status, 303, said(first));
    assert.match(first.headers.location, new RegExp(`/log\\?day=${today}&saved=1`));
    assert.equal((await send()).status, 303, 'the same form again');
    const html = await people.hall.page(log());

    assert.equal(html.match(/九点窗口无人/g).length, 1);
    assert.match(page_text(html), /-1\.50/);
    const href = /href="(\/assess\/\d+\/evidence\/\d+)"/.exec(html)[1];
    const got = await people.hall.get(href);

    assert.equal(got.status, 200);
    assert.deepEqual(got.bytes ?? Buffer.from(got.text, 'latin1'), PNG);
    assert.match(got.headers['content-disposition'], /^attachment; filename="evidence-\d+\.png"$/);
    assert.equal(got.headers['x-content-type-options'], 'nosniff');
    assert.equal(got.headers['content-type'], 'image/png');
    assert.match(page_text(html), new RegExp(crypto.createHash('sha256').update(PNG).digest('hex').slice(0, 16)));
    for (const [role, status] of [['window_head', 200], ['department', 200], ['organisation', 200], ['audit', 200], ['stranger', 404]])
        assert.equal((await people[role].get(href)).status, status, role);
    assert.equal((await house.request('GET', href)).status, 303, 'nobody');
});

test('files are known by their bytes, and what is wrong is said with everything kept', async () => {
    for (const [sent, status, words] of [
        [{ name: 'a.png', bytes: Buffer.from('<script>alert(1)</script>\0') }, 422, /只收 JPEG/],
        [{ name: 'a.pdf', bytes: Buffer.from('MZ\x90\0', 'latin1') }, 422, /只收 JPEG/],
        [{ name: 'a.png', bytes: Buffer.concat([PNG, Buffer.alloc(5 << 20)]) }, 413, /文件太大/],
    ]) {
        const answer = await add(people.hall, { words: '留下的字' }, sent);

        assert.equal(answer.status, status, sent.name);
        assert.match(said(answer), words);
        assert.match(answer.text, /留下的字<\/textarea>/);
    }
    const broken = multipart(await entry(people.hall, {}));

    broken.body = broken.body.subarray(0, broken.body.length - 6);
    assert.equal((await people.hall.request('POST', log(), broken)).status, 400);
    assert.ok(!(await people.hall.page(log())).includes('<blockquote lang="">留下的字'));
});

test('a window writes of itself without gain, and cannot undo what the hall wrote', async () => {
    const head = people.window_head;

    assert.equal((await add(head, { kind: 'praise', words: '自己表扬自己', points: '50' })).status, 303);
    assert.match(page_text(await head.page(log())), /表扬：0\.00/);
    assert.match(said(await add(head, { window: other.code })), /请选您能记录的窗口/);
    const html = await people.hall.page(log());
    const id = /name="corrects" value="(\d+)"/.exec(html.slice(html.indexOf('九点窗口无人')))[1];

    assert.equal((await add(head, { corrects: id, words: '不是这样' })).status, 409);
    assert.equal((await add(people.stranger, { corrects: id, words: '不是这样' })).status, 422);
    for (const role of ['organisation', 'department', 'audit'])
        assert.equal((await people[role].post(log(), { words: 'x' })).status, 403, role);
    assert.ok(!(await people.stranger.page(log())).includes('九点窗口无人'));
    assert.equal((await add(people.hall, { corrects: id, points: '-0.50', words: '时间看错了' })).status, 303);
    assert.equal((await add(people.hall, { corrects: id, points: '0', words: '再改' })).status, 409);
    const seen = page_text(await people.hall.page(log()));

    assert.match(seen, /已更正，不再计分/);
    assert.match(seen, /时间看错了/);
});

test('what is written when the day is over comes late, and counts', async () => {
    await house.advance(86400);
    for (const role of Object.keys(people))
        await people[role].log_in();
    assert.equal((await add(people.hall, { kind: 'complaint', words: '昨天的投诉' })).status, 303);
    const day = page_text(await people.hall.page(log(`?day=${today}`)));

    assert.match(day, /补记（当天日志已锁定）[\s\S]*昨天的投诉/);
    const later = new Date(Date.parse(today) + 3 * 86400000).toISOString().slice(0, 10);

    if (later.startsWith(`${year}`))
        assert.match(said(await add(people.hall, { day: later })), /这一天还没有到/);
    assert.match(said(await add(people.hall, { day: '2026-02-30' })), /请填这一年里的一天/);
});

test('the month is 100.00 and its points, computed here once more', async () => {
    const month = Number(today.slice(5, 7));
    const html = await people.hall.page(log(`?day=${today}&department=${department}&lang=en`));
    const rows = [...html.slice(html.indexOf('id="t-months"')).matchAll(/<tr><th scope="row">([\s\S]*?)<\/th>([\s\S]*?)<\/tr>/g)]
        .map(([, name, rest]) => ({ name: page_text(name).trim(), cells: [...rest.matchAll(/<td>(.*?)<\/td>/g)].map(([, c]) => c) }));
    const row = rows.find((r) => r.name === window.name);

    /* -1.50 became -0.50; praise of itself 0; the complaint by the rule -1.00 */
    assert.equal(row.cells[month - 1], '98.5000');
    for (const who of ['window_head', 'department'])
        assert.match(await people[who].page(log(`?day=${today}`)), /98\.5000/);
    assert.doesNotMatch(await people.stranger.page(log(`?day=${today}`)), /98\.5000/);
});

test("the hall's marks: only its own role, only whoever is on the list of assessors", async () => {
    const at = `/assess/${year}/marks?department=${department}&quarter=${Math.ceil(Number(today.slice(5, 7)) / 3)}&kind=openness`;
    const form = page_forms(await people.hall.page(at)).find((f) => f.fields.once);
    const mark = async (who, more) => who.request('POST', `/assess/${year}/marks`, { form: { ...form.fields, token: await who.token(), mark: '92.50', words: '公开栏内容齐全', ...more } });

    for (const role of ['window_head', 'department', 'organisation', 'audit'])
        assert.equal((await mark(people[role])).status, 403, role);
    const unqualified = await mark(people.hall);

    assert.equal(unqualified.status, 403);
    assert.match(said(unqualified), /不在考核人名单上/);
    assert.match(unqualified.text, /公开栏内容齐全<\/textarea>/);
    assert.match(said(await mark(people.hall, { mark: '100.01' })), /分数写成/);
    assert.match(said(await mark(people.hall, { words: '' })), /请写明情况/);
    assert.match(said(await mark(people.hall, { quarter: '5' })), /请从表中选/);
    const page = page_text(await people.hall.page(`/assess/${year}/marks?lang=zh-CN`));

    assert.match(page, /日常服务不在这里另打分，由每日记录得出/);
    assert.doesNotMatch(page, /早先的打分/, 'nothing is collected that no part of the year is made of');
    assert.equal(page_forms(await people.hall.page(at.replace('openness', 'service'))).find((f) => f.fields.once), undefined);
    assert.match(page_text(await people.hall.page(at)), /这个季度还没有打分/);
    assert.equal((await people.window_head.get(at)).status, 403);
});

const sha = (text) => crypto.createHash('sha256').update(text).digest('hex');

/* The rows of a table of a page, as texts. */
function table(html, id) {
    const part = html.slice(html.indexOf(`id="${id}"`));

    return [...part.slice(0, part.indexOf('</table>')).matchAll(/<tr><th scope="row">([\s\S]*?)<\/th>([\s\S]*?)<\/tr>/g)]
        .map(([, head, rest]) => [page_text(head).trim(), ...[...rest.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, c]) => page_text(c).trim())]);
}

const visits = (more = '') => `/assess/${year}/visits${more}`;
const fresh = () => crypto.randomBytes(8).toString('hex').toUpperCase();
const act = async (who, to, form) => who.request('POST', visits(to), { form: { token: await who.token(), once: fresh(), ...form } });

test('a plan is announced by the hash of its seed, drawn once, and drawn again here', async () => {
    const { hall, organisation } = people;

    assert.match(said(await act(hall, '/plans', { kind: 'procedure', by_risk: '1', by_lot: '1' })), /请选您这一方能做的类别/);
    assert.match(said(await act(hall, '/plans', { kind: 'open', by_risk: '0', by_lot: '0' })), /两项写整数/);
    assert.equal((await act(hall, '/plans', { kind: 'open', by_risk: '1', by_lot: '2' })).status, 303);
    const before = await hall.page(visits());
    const commitment = /<code>([0-9a-f]{64})<\/code>/.exec(before)[1], plan = /name="plan" value="(\d+)"/.exec(before)[1];

    assert.equal(before.match(/<code>[0-9a-f]{64}<\/code>/g).length, 1, 'the seed is not there yet');
    assert.equal((await act(organisation, '/draw', { plan })).status, 422, 'it is the hall\'s');
    assert.equal((await hall.get(visits(`/plans/${plan}`))).status, 404, 'not drawn');
    assert.equal((await act(hall, '/draw', { plan })).status, 303);
    assert.equal((await act(hall, '/draw', { plan })).status, 303);
    const html = await organisation.page(visits(`/plans/${plan}`));
    const [, seed] = [...html.matchAll(/<code>([0-9a-f]{64})<\/code>/g)].map(([, text]) => text);
    const rows = table(html, 't-candidates');

    assert.equal(sha(seed), commitment);
    assert.equal(rows.length, file.windows.length);
    const order = rows.map((r, i) => ({ code: r[0], risk: Math.round(Number(r[1]) * 100), lot: r[8], reason: r[7], i }));
    const byRisk = [...order].sort((a, b) => b.risk - a.risk || (a.code < b.code ? -1 : 1));

    for (const r of order)
        assert.equal(r.lot, sha(`${seed}:${r.code}`));
    const drawn = byRisk.slice(1).sort((a, b) => (a.lot < b.lot ? -1 : 1)).slice(0, 2).map((r) => r.code);

    assert.deepEqual(order.filter((r) => r.reason === '风险').map((r) => r.code), [byRisk[0].code]);
    assert.deepEqual(order.filter((r) => r.reason === '抽签').map((r) => r.code).sort(), drawn.sort());
    assert.deepEqual(table(await hall.page(visits()), 't-open').map((r) => r[0]).sort(), [byRisk[0].code, ...drawn].sort());
});

test('each side has its own visits, and a mystery visit is seen by its own side alone', async () => {
    const { hall, organisation, window_head, stranger, department: rated } = people;

    assert.equal((await act(organisation, '', { kind: 'mystery', window: window.code })).status, 303);
    assert.match(await organisation.page(visits()), /暗访/);
    assert.ok(!table(await hall.page(visits()), 't-open').some((r) => r[1] === '暗访'), 'the hall does not see it coming');
    assert.ok(!(await window_head.page(visits())).includes('暗访 ·'));
    const id = /visit=(\d+)/.exec((await organisation.page(visits())).split('暗访</td>')[1])[1];

    assert.equal((await act(hall, '/results', { visit: id, on: today, score: '90', words: 'x' })).status, 422, "the organisation's");
    assert.equal((await act(organisation, '/results', { visit: id, on: today, score: '90', words: '态度好' })).status, 403, 'not on the list of assessors');
    for (const who of [window_head, stranger, rated])
        assert.equal((await act(who, '', { kind: 'open', window: window.code })).status, 403);
    assert.equal((await act(hall, '', { kind: 'open', window: 'nowhere' })).status, 422);
});

/* The organisation department puts an account on the list of assessors. */
async function qualify(name, home) {
    const { organisation } = people, at = `/assess/${year}/papers`, html = await organisation.page(at);
    const account = new RegExp(`<option value="(\\d+)"[^>]*>${name}\\b`).exec(html)[1];
    const form = page_forms(html).find((f) => f.action?.includes('/assessors'));
    const answer = await organisation.request('POST', `/assess/${year}/assessors`, { form: { ...form.fields, account, home,
        since: `${year}-01-01`, until: `${year}-12-31`, proof: '培训合格' } });

    assert.equal(answer.status, 303, page_text(answer.text).slice(0, 400));
}

test('a qualified assessor marks and reports, but not the department that he comes from', async () => {
    const { hall, window_head, organisation } = people;
    const quarter = Math.ceil(Number(today.slice(5, 7)) / 3);
    const at = `/assess/${year}/marks?department=${department}&quarter=${quarter}&kind=openness`;
    const give = async (more) => {
        const form = page_forms(await hall.page(at)).find((f) => f.fields.once);

        return hall.request('POST', `/assess/${year}/marks`, multipart({ ...form.fields, words: '公开栏内容齐全', ...more }, { name: 'a.png', bytes: PNG }));
    };

    await qualify('hall', department);
    assert.match(said(await give({ mark: '92.5' })), /您来自这个部门/);
    assert.equal((await add(hall, { words: '来自这里' })).status, 403, 'nor does he write its log');
    await qualify('hall', '-');
    const first = page_forms(await hall.page(at)).find((f) => f.fields.once).fields;

    assert.equal((await give({ mark: '92.5' })).status, 303);
    assert.equal((await hall.request('POST', `/assess/${year}/marks`, { form: { ...first, once: fresh(), mark: '10', words: '同时' } })).status, 409, 'two at once');
    assert.equal((await give({ mark: '93.25', words: '复核后更正' })).status, 303);
    const html = await people.department.page(at);

    assert.match(page_text(html), /已更正，不再计入[\s\S]*复核后更正/);
    assert.equal(table(html, 't-openness').find((r) => r[quarter] === '93.25')[5], '93.2500');
    const visit = table(await hall.page(visits()), 't-open').find((r) => r[2] === '大厅');
    const id = new RegExp(`visit=(\\d+)[^"]*" aria-label="填写结果：${visit[0]}"`).exec(await hall.page(visits()))[1];
    const report = (more) => act(hall, '/results', { visit: id, on: today, score: '88', words: '台面整洁，无人离岗', ...more });

    assert.match(said(await report({ score: '101' })), /分数写成/);
    assert.match(said(await report({ on: `${year - 1}-12-31` })), /请填这一年里的一天/);
    assert.equal((await report()).status, 303);
    assert.equal((await report({ words: '再来' })).status, 409, 'a second first result');
    assert.match(await organisation.page(visits()), /台面整洁，无人离岗/);
    assert.equal((await window_head.page(visits())).includes('台面整洁'), visit[0] === window.code);
});

const rechecks = (more = '') => `/assess/${year}/rechecks${more}`;
const recheck = async (who, to, form) => who.request('POST', rechecks(to), { form: { token: await who.token(), once: fresh(), ...form } });
const link = (html) => [...html.matchAll(/rechecks\?recheck=(\d+)[^>]*>([^<]+)</g)].map(([, id, case_no]) => ({ id, case_no }));

test('closed cases are drawn by lot once no rating can be swayed, and drawn again here', async () => {
    const { hall, organisation } = people;
    const closed = [];

    for (let i = 0; i < 4; i++)
        closed.push(await house.visit({ matter: file.matters[0].code, phone: `1391234000${i}` }));
    const without = await house.visit({ matter: file.matters[0].code });
    const plan = { from: today, to: new Date(Date.parse(today) + 20 * 86400000).toISOString().slice(0, 10), wanted: '2' };

    if (plan.to.slice(0, 4) !== `${year}`)
        plan.to = `${year}-12-31`;
    assert.match(said(await recheck(hall, '/plans', { ...plan, wanted: '0' })), /1 到 200/);
    assert.match(said(await recheck(hall, '/plans', { ...plan, to: `${year - 1}-01-01` })), /请填这一年里的一天/);
    assert.equal((await recheck(hall, '/plans', plan)).status, 303);
    const draw = async (who) => recheck(who, '/draw', { plan: /name="plan" value="(\d+)"/.exec(await hall.page(rechecks()))[1] });

    assert.equal((await draw(organisation)).status, 422, "the hall's");
    assert.equal((await draw(hall)).status, 303);
    assert.equal(link(await hall.page(rechecks())).length, 0, 'they may still be rated');
    await house.advance(16 * 86400);
    for (const role of Object.keys(people))
        await people[role].log_in();
    assert.equal((await recheck(hall, '/plans', plan)).status, 303);
    assert.equal((await draw(hall)).status, 303);
    const html = await hall.page(rechecks()), drawn = link(html);
    const [, seed, digest] = [...html.matchAll(/<code>([0-9a-f]{64})<\/code>/g)].map(([, text]) => text);
    const names = (await hall.get(/href="([^"]+names\/\d+)"/.exec(html)[1])).text;
    const ids = names.trim().split('\n');

    assert.equal(sha(names), digest);
    for (const c of closed)
        assert.ok(ids.includes(c.case.id), 'each stood to be drawn');
    assert.ok(!ids.includes(without.case.id), 'but for whom nobody can ring');
    const want = [...ids].sort((a, b) => (sha(`${seed}:${a}`) < sha(`${seed}:${b}`) ? -1 : 1)).slice(0, 2);
    const all = new Map(closed.map((c) => [c.case.id, c.case.case_no]));

    assert.deepEqual(drawn.map((d) => d.case_no), want.map((id) => all.get(id)));
});

test('an answer is no rating; the number is shown to the hall alone, with a second factor', async () => {
    const { hall, organisation, window_head } = people;
    const [one, two] = link(await hall.page(rechecks()));
    const at = rechecks(`?recheck=${one.id}`);
    const answer = async (who, form) => recheck(who, '/answers', { recheck: one.id, seen: '', outcome: 'true', steered: '', words: '', ...form });
    const before = (await house.get('integration', '/api/v1/ratings')).ratings.length;

    assert.equal((await window_head.get(rechecks())).status, 403);
    assert.equal((await recheck(organisation, '/call', { recheck: one.id })).status, 403);
    const refused = await recheck(hall, '/call', { recheck: one.id });

    assert.equal(refused.status, 303);
    assert.match(refused.headers.location, /^\/account\/second/);
    await hall.set_device();
    const called = await recheck(hall, '/call', { recheck: one.id });

    assert.equal(called.status, 200);
    assert.match(called.text, /<strong>\+861391234000\d<\/strong>/);
    assert.doesNotMatch(await hall.page(at), /1391234000\d/, 'once');
    assert.equal((await answer(organisation)).status, 422, "the hall's");
    assert.match(said(await answer(hall, { outcome: 'perhaps' })), /请选回答/);
    assert.equal((await answer(hall, { outcome: 'unreached' })).status, 303);
    assert.equal((await answer(hall)).status, 409, 'the answer that was seen is not the newest');
    const seen = /name="seen" value="(\d+)"/.exec(await hall.page(at))[1];

    assert.equal((await answer(hall, { seen, outcome: 'not_true', steered: '1', words: '证还没有拿到' })).status, 303);
    const html = await hall.page(at);

    assert.match(page_text(html), /不属实[\s\S]*有人要求打分[\s\S]*证还没有拿到/);
    assert.match(page_text(await hall.page('/reviews?view=open&lang=zh-CN')), /称办结不实/, 'somebody looks into it');
    assert.equal((await answer(hall, { seen: /name="seen" value="(\d+)"/.exec(html)[1], outcome: 'not_true', steered: '1', words: '证还没有拿到' })).status, 303);
    assert.equal(page_text(await hall.page('/reviews?view=open&lang=zh-CN')).split('称办结不实').length, 2, 'one work order');
    assert.ok(!(await organisation.page(rechecks())).includes('证还没有拿到'));
    assert.deepEqual(table(html, 't-sums')[0].slice(1, 8), ['2', '0', '1', '0', '0', '1', table(html, 't-sums')[0][7]]);
    assert.equal((await house.get('integration', '/api/v1/ratings')).ratings.length, before);
    assert.ok(two.id !== one.id);
});

test('by SMS a 1 or 2 answers the re-check and never rates', async () => {
    const { hall, organisation } = people;
    const [, two] = link(await hall.page(rechecks()));
    const before = (await house.get('integration', '/api/v1/ratings')).ratings.length;

    assert.equal((await recheck(organisation, '/ask', { recheck: two.id })).status, 422, "the hall's");
    assert.equal((await recheck(hall, '/ask', { recheck: two.id })).status, 303);
    assert.equal((await recheck(hall, '/ask', { recheck: two.id })).status, 303);
    const asked = async () => (await house.get('machine', '/api/v1/dev/messages')).messages.filter((m) => m.kind === 'recheck');
    const [message, ...more] = await until('the question', async () => ((found) => found.length > 0 && found)(await asked()));

    assert.equal(more.length, 0);
    assert.match(message.text, /这不是评分：属实回1，没拿到结果回2/);
    await house.reply(message.to, message.from, '1');
    const html = await until('the answer', async () => ((page) => page.includes('本人短信回答') && page)(await hall.page(rechecks(`?recheck=${two.id}`))));

    assert.match(page_text(html), /回答： ?属实 · 本人短信回答/);
    assert.equal((await recheck(hall, '/answers', { recheck: two.id, seen: '', outcome: 'not_true', steered: '', words: '' })).status, 409, 'his own answer stands');
    assert.equal((await house.get('integration', '/api/v1/ratings')).ratings.length, before);
});

test('a disk that is short of room takes no file, and says so', async () => {
    const full = await House.open({ settings: { store: { min_free: '1024 GiB' } } });
    const who = await (await add_person(full, 'hall')).log_in();
    const fields = await entry(who, { day: new Date(full.now()).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' }) });
    const refused = await who.request('POST', log(), multipart(fields, { name: 'a.png', bytes: PNG }));

    assert.equal(refused.status, 503);
    assert.match(said(refused), /磁盘空间不足/);
    assert.equal((await who.request('POST', log(), multipart(fields))).status, 303, 'without it the same form is taken');
    await full.close();
});
