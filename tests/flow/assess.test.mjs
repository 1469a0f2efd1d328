/*
 * assess.test.mjs — the organisation department's side of a year, through the real server:
 * papers and qualified assessors, and who may not touch them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, local_date, page_forms, page_text, until } from './house.mjs';
import { add_person } from './people.mjs';
import { give_marks } from './marks.mjs';

let house, organisation, head, audit, ids, year;

before(async () => {
    house = await House.open();
    year = Number(local_date(house.now()).slice(0, 4));
    organisation = await (await add_person(house, 'organisation')).log_in();
    head = await (await add_person(house, 'hall')).log_in();
    audit = await (await add_person(house, 'audit')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

/* The fields of the form on a page that sends to `action`. */
async function fields_of(person, page, action) {
    const form = page_forms(await person.page(page)).find((f) => f.action.startsWith(action));

    assert.ok(form, `a form for ${action} on ${page}`);
    return form.fields;
}

const send = async (person, page, action, more) =>
    person.request('POST', action, { form: { ...await fields_of(person, page, action), ...more } });

test('papers are added by the organisation department alone, and a form is one paper', async () => {
    const page = `/assess/${year}/papers`;
    const paper = { kind: 'training', title: '第一期培训', body: '八学时：口径与回避', people: 'organisation、hall', date: `${year}-03-01` };
    const fields = await fields_of(organisation, page, page);

    for (let i = 0; i < 3; i++)
        assert.equal((await organisation.request('POST', page, { form: { ...fields, ...paper } })).status, 303);
    const text = page_text(await head.page(page));

    assert.equal(text.split('第一期培训').length, 2, 'once, and the hall may read it');
    assert.equal((await head.post(page, { ...paper, once: 'ABCDEFGH12345678' })).status, 403);
    assert.equal((await audit.post(page, { ...paper, once: 'ABCDEFGH12345678' })).status, 403);
    assert.ok(page_text(await audit.page(page)).includes('第一期培训'));
    assert.ok(!page_forms(await head.page(page)).some((f) => f.fields.once), 'no form for the hall');
});

test('a paper that lacks something is refused in words, and what was typed is kept', async () => {
    const page = `/assess/${year}/papers`;
    const refused = await send(organisation, `${page}?lang=en`, page, { kind: 'training', title: '没有人的培训', body: '内容', date: `${year}-03-02` });

    assert.equal(refused.status, 422);
    assert.match(refused.text, /最多 400 字|at most 400 characters/);
    assert.ok(refused.text.includes('没有人的培训') && refused.text.includes('内容'));
    assert.ok(!page_text(await head.page(page)).includes('没有人的培训'));
    const nothing = await send(organisation, page, page, { title: 'x', body: 'y', date: `${year}-03-02` });

    assert.equal(nothing.status, 422, 'no kind is chosen beforehand');
});

test('assessors are put on the list with days, proof and home', async () => {
    const page = `/assess/${year}/papers`, action = `/assess/${year}/assessors`;
    const options = [...(await organisation.page(page)).matchAll(/<option value="(\d+)">([^（]+)（/g)];

    ids = Object.fromEntries(options.map(([, id, name]) => [name, id]));
    assert.ok(ids.organisation && ids.hall && !ids.audit, 'administrators assess nobody');
    const entry = { account: ids.organisation, home: '-', since: `${year}-01-01`, until: `${year}-12-31`, proof: '任命 2026-7' };

    for (const [wrong, value] of [['account', ''], ['home', ''], ['since', ''], ['until', `${year - 1}-12-31`], ['proof', '']])
        assert.equal((await send(organisation, page, action, { ...entry, [wrong]: value })).status, 422, wrong);
    assert.equal((await send(organisation, page, action, entry)).status, 303);
    assert.equal((await send(organisation, page, action, { ...entry, account: ids.hall, home: hall.departments[0].code })).status, 303);
    assert.equal((await head.post(action, { ...entry, once: 'ABCDEFGH12345679' })).status, 403);
    const text = page_text(await audit.page(page));

    assert.ok(text.includes('任命 2026-7') && text.includes(hall.departments[0].name));
});

test('nothing is judged before a result is frozen', async () => {
    const refused = await organisation.post(`/assess/${year}/judgements`, { once: 'ABCDEFGH1234567A', department: hall.departments[1].code, words: '良好', signed: '王', digest: 'a'.repeat(64) });

    assert.equal(refused.status, 422);
    assert.match(page_text(refused.text), /没有封存|not frozen/);
});

/* What the form for a proposal sends as it stands. */
const proposal = (more) => ({ reason: '上年意见', heard: '各部门、窗口代表', ...more });
const propose = (year_, more, person = organisation) =>
    send(person, `/assess/${year_}/scheme`, `/assess/${year_}/scheme?`, proposal(more));

test('the life of a scheme: proposed, adopted, frozen as its year starts', async () => {
    const next = year + 1, page = `/assess/${next}/scheme`;

    assert.match(page_text(await organisation.page(page)), /还没有方案|no scheme yet/);
    assert.equal((await propose(next, { reason: '' })).status, 422);
    assert.equal((await propose(next, { heard: '' })).status, 422);
    const sum = await propose(next, { w_good: '7.50' });

    assert.equal(sum.status, 422);
    assert.match(page_text(sum.text), /99\.50.*0\.50/);
    assert.ok(sum.text.includes('value="7.50"') && sum.text.includes('各部门、窗口代表'), 'typed values stay');
    assert.equal((await propose(next, { w_good: '8.001' })).status, 422);
    const share = await propose(next, { w_good: '9.00', w_targets: '39.00' });

    assert.equal(share.status, 422, 'another share of the hall wants a reason');
    assert.match(page_text(share.text), /大厅部分合计 36\.00 %，规定是 35\.00 %/);
    const part = { n1_code: 'more', n1_name: '别的', n1_name_en: 'More', n1_weight: '1.00', n1_source: 'records', n1_measure: 'mark', w_targets: '39.00' };
    const sham = await propose(next, { ...part, n1_owner: 'outside', n1_hall: '1', share_reason: '凑数' });

    assert.equal(sham.status, 422, 'what another office marks is not of the hall');
    assert.match(page_text(sham.text), /第 13 个部分“属于大厅部分”：别的单位打分的部分，不属于大厅部分/);
    const rule = await propose(next, { draws: '1' });

    assert.equal(rule.status, 422, "the scheme's own rules");
    assert.match(page_text(rule.text), /规则“模拟次数”：只能是 1000 到 100000 的整数。/);
    assert.doesNotMatch(rule.text, /<p lang="en"/, 'no English under a Chinese heading');

    const fields = await fields_of(organisation, page, `${page}?`);

    for (let i = 0; i < 2; i++)
        assert.equal((await organisation.request('POST', page, { form: { ...fields, ...proposal() } })).status, 303);
    assert.equal((await organisation.page(page)).split('>SHA-256<').length, 2, 'one version');
    const stale = await organisation.request('POST', page, { form: { ...fields, ...proposal(), once: 'ABCDEFGH1234567B' } });

    assert.equal(stale.status, 409, 'based on nothing while there is a version');
    assert.equal((await propose(next, { w_good: '9.00', w_promise: '4.00', peers: `a 甲组: ${hall.departments[0].code} ${hall.departments[1].code}` })).status, 303);
    assert.doesNotMatch(page_text(await organisation.page(page)), /大厅部分不是规定的/);
    assert.equal((await propose(next, { w_good: '10.00', w_targets: '39.00', share_reason: '市委常委会纪要第七号' })).status, 303);
    assert.match(page_text(await head.page(page)), /大厅部分不是规定的 35\.00 % 市委常委会纪要第七号/);
    assert.equal((await propose(next, { w_good: '9.00', w_targets: '40.00', share_reason: '用不上' })).status, 303);
    assert.doesNotMatch(page_text(await head.page(page)), /用不上/);
    assert.equal((await organisation.post(`${page}/1/adopt`)).status, 409, 'not the newest');
    assert.equal((await organisation.post(`${page}/9/adopt`)).status, 409);
    assert.equal((await organisation.post(`${page}/freeze`)).status, 409, 'nothing was adopted');
    for (const person of [head, audit]) {
        assert.equal((await person.post(`${page}/4/adopt`)).status, 403);
        assert.equal((await person.post(`${page}/freeze`)).status, 403);
        assert.equal((await person.post(page, proposal())).status, 403);
        assert.match(page_text(await person.page(page)), /上年意见/);
        assert.ok(!page_forms(await person.page(page)).some((f) => f.fields.once));
    }
    assert.equal((await organisation.post(`${page}/4/adopt`)).status, 303);
    assert.match(page_text(await organisation.page(page)), /甲组/);

    await house.advance_to(Date.parse(`${next}-01-01T00:00:00+08:00`) + 1000);
    await organisation.log_in();
    const frozen = page_text(await organisation.page(page));

    assert.match(frozen, /冻结时间|Frozen since/);
    assert.ok(!page_forms(await organisation.page(page)).some((f) => f.fields.based_on !== undefined), 'no form any more');
    for (const [target, more] of [[page, proposal({ based_on: '4', once: 'ABCDEFGH1234567C' })], [`${page}/4/adopt`, {}], [`${page}/freeze`, {}]]) {
        const refused = await organisation.post(target, more);

        assert.equal(refused.status, 409, target);
        assert.match(page_text(refused.text), /已经冻结|is frozen/);
    }
});

test('a sheet of another office is taken as a whole, and the newest counts', async () => {
    const now = year + 1, page = `/assess/${now}/scheme`, action = `/assess/${now}/sheets`;
    const [a, b] = hall.departments, sheet = (text, more = {}) =>
        send(organisation, page, action, { part: 'targets', name: '发改委', sheet: text, ...more });
    const wrong = await sheet(`${a.code},91.5\n没有这个局,90\n${b.name},101\n${a.name},90`);

    assert.equal(wrong.status, 422);
    const said = page_text(wrong.text);

    for (const line of [2, 3, 4])
        assert.match(said, new RegExp(`(行|Line) ${line}[:：]`), `line ${line}`);
    assert.doesNotMatch(said, /(行|Line) 1:/);
    assert.equal((await sheet('')).status, 422);
    assert.equal((await sheet(`${a.code},90`, { part: 'openness' })).status, 422, "the hall's own part");
    assert.equal((await sheet(`${a.code},90`, { name: '' })).status, 422);
    assert.match(page_text(await organisation.page(page)), /还没有导入|No sheet/);
    assert.equal((await sheet(`部门\t得分\n${a.name}\t91.5\n${b.code}\t88\n`)).status, 303);
    assert.equal((await sheet(`${a.code},92\n${b.code},88\n`, { name: '发改委（更正）' })).status, 303);
    await head.log_in();
    const text = page_text(await head.page(page));

    assert.ok(text.includes('发改委（更正）') && /已被新表代替|replaced by a newer/.test(text));
    assert.equal((await head.post(action, { part: 'targets', name: 'x', sheet: `${a.code},1`, once: 'ABCDEFGH1234567D' })).status, 403);
});

test('a sheet of several parts is shown before it is taken, and is as many sheets', async () => {
    const now = year + 1, page = `/assess/${now}/scheme`, action = `/assess/${now}/sheets`;
    const [a, b, c] = hall.departments, text = `部门\t年度目标任务\tconduct\n${a.name}\t95\t70.5\n${c.code}\t60\t\n`;
    const several = (sheet, more = {}) => send(organisation, page, action, { part: '', name: '综合表', sheet, ...more });
    const said = async (answer) => page_text((await answer).text);

    assert.match(await said(several(`部门,openness\n${a.code},1`)), /(行|Line) 1[:：] ?(没有这样一个由分数表填的部分|a sheet fills no part)/);
    assert.match(await said(several(`部门,targets\n${a.code},1\n没有,2\n${b.code},x`)), /(行|Line) 3[:：].*(行|Line) 4[:：]/s);
    assert.equal((await several(text, { name: '' })).status, 422);
    const shown = await several(text), preview = /<section class="card" id="preview".*?<\/section>/s.exec(shown.text)[0];
    const rows = [...preview.matchAll(/<tr>(.*?)<\/tr>/gs)].map((m) => page_text(m[1]));

    assert.equal(shown.status, 200);
    assert.ok(rows.some((r) => r.includes(a.name) && /92\.0000 → 95\.0000.*— → 70\.5000/.test(r)), rows.join('\n'));
    assert.ok(rows.some((r) => r.includes(b.name) && /88\.0000 → —/.test(r)), 'whoever is not in it loses his marks');
    assert.ok(rows.some((r) => r.includes(c.name) && /— → 60\.0000.* —/.test(r)), rows.join('\n'));
    assert.ok(!(await organisation.page(page)).includes('综合表'), 'nothing was taken yet');
    const { fields } = page_forms(shown.text).find((f) => f.fields.seen === '1');
    const sheet = /<textarea name="sheet" hidden>([^<]*)<\/textarea>/.exec(shown.text)[1];

    for (let i = 0; i < 2; i++)
        assert.equal((await organisation.request('POST', action, { form: { ...fields, sheet } })).status, 303);
    const html = await organisation.page(page);

    assert.equal(html.split('综合表').length, 3, 'a sheet of each part, once');
    assert.match(await said(several(text)), /不变 2|as before 2/);
    const boundary = '----sheet', part = (name, value, file = '') => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
    const upload = (bytes) => organisation.request('POST', action, { headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        body: Buffer.concat([Buffer.from(part('token', fields.token) + part('once', 'ABCDEFGH1234567F') + part('part', '') + part('name', '文件') + `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n`), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]) });

    assert.match(await said(upload(Buffer.from(`\ufeff部门,mutual\r\n${b.name},81.25\r\n`))), /— → 81\.2500/);
    assert.match(await said(upload(Buffer.from([0xb2, 0xbf, 0xc3, 0xc5, 0x2c, 0x31]))), /不是 UTF-8|not UTF-8/);
    assert.equal((await head.post(action, { part: '', seen: '1', name: 'x', sheet, once: 'ABCDEFGH1234567G' })).status, 403);
});

test('the frozen result is judged and signed, by who is qualified and comes from elsewhere', async () => {
    const page = `/assess/${year}/papers`, action = `/assess/${year}/judgements`, scheme = `/assess/${year}/scheme`;
    const [home, other] = hall.departments;

    assert.equal((await propose(year, { adjust: '1' })).status, 303);
    assert.equal((await organisation.post(`${scheme}/1/adopt`)).status, 303);
    assert.match(page_text(await organisation.page(`${scheme}?lang=en`)), /adopted when its year had already started/);
    await house.advance(40 * 86400);
    await organisation.log_in();
    await head.log_in();
    await give_marks(organisation, head, year, [home.code]);
    await house.advance(60);
    assert.equal((await organisation.post(`/assess/${year}/freeze`, { final: '1', sure: '1' })).status, 303);
    await until('the year is frozen', async () => /name="digest"/.test(await organisation.page(page)));
    const { digest } = await fields_of(organisation, page, action);
    const judgement = { department: other.code, words: '良好', signed: '王主任' };
    const sign = (more) => send(organisation, `${page}?lang=en`, action, { ...judgement, ...more });
    const expired = await sign();

    assert.match(digest, /^[0-9a-f]{64}$/);
    assert.equal(expired.status, 403);
    assert.match(page_text(expired.text), /不在有资格|not on the list/);
    assert.ok(expired.text.includes('王主任'), 'what was typed is kept');
    assert.equal((await send(organisation, page, `/assess/${year}/assessors`,
        { account: ids.organisation, home: home.code, since: `${year}-01-01`, until: `${year + 1}-12-31`, proof: '续任' })).status, 303);
    assert.equal((await sign({ department: home.code })).status, 403, 'his own department');
    assert.equal((await sign({ digest: 'a'.repeat(64) })).status, 422, 'another result');
    assert.equal((await sign({ words: '' })).status, 422);
    assert.equal((await sign()).status, 303);
    await head.log_in();
    assert.equal((await head.post(action, { ...judgement, digest, once: 'ABCDEFGH1234567E' })).status, 403);
    const text = page_text(await head.page(page));

    assert.ok(text.includes('王主任') && text.includes(digest) && text.includes(other.name));
    const late = await send(organisation, scheme, `/assess/${year}/sheets`, { part: 'targets', name: '迟到', sheet: `${home.code},90` });

    assert.equal(late.status, 409);
    assert.match(page_text(late.text), /已经封存|is frozen/);
    assert.match(page_text(await organisation.page(`/assess/${year}?lang=en`)), /This year is frozen/);
});
