/*
 * integrity.test.mjs — "were you asked for anything beyond the guide?": asked last and only where
 * the hall's settings name the inspection's key; sealed before it is stored; counted for the hall,
 * opened by the inspection on its own machine, and followed by an order that the hall never sees.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, page_text, run, run_well } from './house.mjs';
import { add_person } from './people.mjs';

const WORDS = '窗口说要另外交两百块快办费';
let house, head, inspection, key, file;

before(async () => {
    const scratch = new House();

    key = path.join(scratch.folder, 'inspection.key');
    const made = await run_well(['inspection', 'keygen', '--out', key]);
    house = await House.open({ settings: { inspection: { public_key: made.stdout.trim() } } });
    head = await (await add_person(house, 'hall')).log_in();
    inspection = await (await add_person(house, 'inspection')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

async function rated(grade = 5) {
    const visit = await house.visit();
    const id = visit.case?.id ?? visit.closed?.case?.id ?? visit.id;

    await house.expect(303, 'POST', `/t/${visit.ticket.token}/rate`, { form: { case: id, grade } });
    return { token: visit.ticket.token, id };
}
const detail = (status, r, form) => house.expect(status, 'POST', `/t/${r.token}/detail`, { form: { case: r.id, ...form } });
const dump = () => execFileSync('sqlite3', ['-init', '/dev/null', `file:${house.data}/yiping.db?mode=ro`, '.dump'], { maxBuffer: 1 << 28 }).toString();

test('a key is made once, into a file of its owner alone', async () => {
    assert.equal(fs.statSync(key).mode & 0o777, 0o600);
    const again = await run(['inspection', 'keygen', '--out', key]);
    assert.equal(again.code, 3, again.stderr);
    assert.match(again.stderr, /there already/);
    assert.equal((await run(['inspection', 'keygen'])).code, 2);
    const wrong = new House();
    fs.writeFileSync(path.join(wrong.folder, 'x.ini'), '[inspection]\npublic_key = 00\n');
    const checked = await run(['check', '--config', path.join(wrong.folder, 'x.ini')]);
    assert.notEqual(checked.code, 0);
    assert.match(checked.stdout + checked.stderr, /64 hexadecimal digits/);
});

test('the question stands last, nothing is ticked, and it may be left out', async () => {
    const r = await rated(), page = (await house.expect(200, 'GET', `/t/${r.token}?lang=zh-CN`)).text;
    const form = page.match(/<form method="post" action="[^"]*\/detail[^]*?<\/form>/)[0];
    assert.ok(form.indexOf('name="beyond"') > form.indexOf('name="contact"'));
    assert.ok(form.indexOf('name="beyond"') > form.indexOf('name="comment"'));
    assert.ok(!/ checked/.test(form));
    await detail(303, r, { comment: '谢谢' });
    await detail(422, r, { beyond_words: WORDS });
    const kept = await detail(422, r, { beyond: 'yes', beyond_words: '长'.repeat(501) });
    assert.ok(kept.text.includes('长长长'));
    assert.equal((dump().match(/INSERT INTO integrity_answers/g) ?? []).length, 0);
});

test('an answer is in the store and in the journal in no way that can be read', async () => {
    const r = await rated(), said = await detail(303, r, { beyond: 'yes', beyond_words: WORDS });
    assert.match(said.headers.location, /thanks=1/);
    const text = dump() + house.journal;
    assert.equal((text.match(/INSERT INTO integrity_answers/g) ?? []).length, 1);
    for (const piece of [WORDS, '快办费', Buffer.from(WORDS).toString('hex')])
        assert.ok(!text.toLowerCase().includes(piece.toLowerCase()), piece);
    for (const name of fs.readdirSync(house.data))
        if (fs.statSync(path.join(house.data, name)).isFile())
            assert.ok(!fs.readFileSync(path.join(house.data, name)).includes(Buffer.from(WORDS)), name);
    /* a case gives three answers, and the fourth is not lost without a word */
    await detail(303, r, { beyond: 'no' });
    await detail(303, r, { beyond: 'no' });
    assert.match(page_text((await detail(422, r, { beyond: 'yes' })).text), /三次/);
});

test('the hall reads how many, of months that are over and from five on', async () => {
    assert.match(page_text(await head.page('/inspection?lang=zh-CN')), /还没有哪个月有回答/);
    for (let i = 0; i < 3; i++)
        await detail(303, await rated(), { beyond: 'no' });
    await house.advance(40 * 86400);
    for (const person of [head, inspection]) {
        person.cookie = '';
        await person.log_in();
    }
    assert.match(page_text(await head.page('/inspection?lang=zh-CN')), /\d{4}-\d\d 6/);
    const token = await head.token();
    for (const act of ['answers', 'hints'])
        assert.equal((await head.request('POST', `/inspection/${act}`, { form: { token, case_no: 'x' } })).status, 403);
    assert.ok(!(await head.page('/inspection')).includes('/inspection/answers'));
});

test('the inspection takes them away, and opens them without a server', async () => {
    const sent = await inspection.request('POST', '/inspection/answers', { form: { token: await inspection.token() } });
    assert.equal(sent.status, 200);
    file = path.join(house.folder, 'integrity.jsonl');
    fs.writeFileSync(file, sent.text);
    assert.equal(new Set(sent.text.trim().split('\n').map((l) => l.length - JSON.parse(l).id.length)).size, 1, 'all of one size');
    const opened = await run_well(['inspection', 'open', '--key', key, file]);
    const answers = opened.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(answers.length, 6);
    assert.equal(answers.filter((a) => a.answer === 'yes').length, 1);
    assert.equal(answers.find((a) => a.answer === 'yes').words, WORDS);
    assert.match(dump(), /export\.integrity/);

    const stranger = path.join(house.folder, 'other.key');
    await run_well(['inspection', 'keygen', '--out', stranger]);
    const foreign = await run(['inspection', 'open', '--key', stranger, file]);
    assert.equal(foreign.code, 7);
    assert.equal(foreign.stdout, '');
    const broken = sent.text.trim().split('\n');
    broken[0] = broken[0].replace(/"id":"\d+"/, '"id":"12345"');
    fs.writeFileSync(stranger + '.jsonl', `${broken.join('\n')}\nnonsense\n`);
    const partly = await run(['inspection', 'open', '--key', key, stranger + '.jsonl']);
    assert.equal(partly.code, 7);
    assert.equal(partly.stdout.trim().split('\n').length, 5);
    assert.match(partly.stderr, /line 1: /);
});

test('a hint is followed by an order that only the inspection sees', async () => {
    const opened = await run_well(['inspection', 'open', '--key', key, file]);
    const hint = opened.stdout.trim().split('\n').map((line) => JSON.parse(line)).find((a) => a.answer === 'yes');
    const token = await inspection.token();
    const made = await inspection.request('POST', '/inspection/hints', { form: { token, case_no: hint.case_no } });
    assert.equal(made.status, 303);
    const order = made.headers.location;
    assert.equal((await inspection.get(order)).status, 200);
    assert.equal((await head.get(order)).status, 404);
    const id = order.match(/\d+/)[0];
    for (const view of ['open', 'due', 'overdue', 'contact', 'closed', 'mine'])
        assert.ok(!(await head.page(`/reviews?view=${view}`)).includes(id), view);
    assert.ok((await inspection.page('/reviews?view=open')).includes(id));
    assert.equal((await inspection.request('POST', '/inspection/hints', { form: { token, case_no: hint.case_no } })).status, 409);
    assert.equal((await inspection.request('POST', '/inspection/hints', { form: { token, case_no: 'none' } })).status, 422);
    const record = JSON.stringify(await house.get('auditor', `/api/v1/cases/${(await house.get('auditor', '/api/v1/ratings')).ratings[0].case?.id ?? 1}`).catch(() => ({})));
    assert.ok(!record.includes(id));
});

test('without a key nothing is asked, and what is sent is not kept', async () => {
    const plain = await House.open();
    const visit = await plain.visit(), id = visit.case?.id ?? visit.closed?.case?.id ?? visit.id;
    await plain.expect(303, 'POST', `/t/${visit.ticket.token}/rate`, { form: { case: id, grade: 5 } });
    assert.ok(!(await plain.expect(200, 'GET', `/t/${visit.ticket.token}`)).text.includes('beyond'));
    await plain.expect(303, 'POST', `/t/${visit.ticket.token}/detail`, { form: { case: id, beyond: 'yes', beyond_words: WORDS } });
    assert.equal(execFileSync('sqlite3', ['-init', '/dev/null', path.join(plain.data, 'yiping.db'), 'SELECT count(*) FROM integrity_answers']).toString().trim(), '0');
    await plain.close();
});
