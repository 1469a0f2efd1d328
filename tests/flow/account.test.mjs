/*
 * account.test.mjs — a person's own account through the real server: second factor, codes on
 * paper, password, sessions; and what nobody may do with them.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, end_all, page_forms, page_text, run, scratch_folder } from './house.mjs';
import { PASSWORD, Person, add_person, totp } from './people.mjs';

/* A good password but for one thing: it became known somewhere. */
const KNOWN = 'Quiet-Herons-17';
let house, system, hall;

before(async () => {
    const known = path.join(scratch_folder('known'), 'known.txt');

    fs.writeFileSync(known, [...Array(2000).keys(), KNOWN].map((password) =>
        createHash('sha1').update(`${password}`).digest('hex').toUpperCase()).sort()
        .map((hash, i) => `${hash}:${i}\r\n`).join(''));
    house = await House.open({ settings: { staff: { breached_passwords: known } } });
    system = await add_person(house, 'system');
    hall = await add_person(house, 'hall');
});
after(async () => {
    await house.close();
    end_all();
});

test('the independent codes are those of the RFC', () => {
    assert.equal(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59000, 8), '94287082');
    assert.equal(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 20000000000000, 8), '65353130');
});

test('an administrator gets nowhere before the second factor is set up', async () => {
    await system.log_in({ second: false });
    for (const target of ['/gateways', '/account', '/second', '/account/password']) {
        const sent = await system.get(target);

        assert.equal(sent.status, 303, target);
        assert.match(sent.headers.location, /^\/account\/second\?next=/);
    }
    const html = await system.page('/account/second?lang=zh-CN');

    assert.match(html, /<svg viewBox="-4 -4 \d+ \d+"/);
    const form = page_forms(html).find((f) => f.fields.sealed);
    const wrong = await system.request('POST', '/account/second', { form: { ...form.fields, code: '000000' } });
    assert.equal(wrong.status, 401);
    assert.match(page_text(wrong.text), /验证码不对/);
    await system.set_device();
    assert.equal(system.paper.length, 8);
    assert.equal(new Set(system.paper).size, 8);
    await system.page('/gateways');
});

test('a secret sealed for one account is no good for another', async () => {
    const html = await system.page('/account/second');
    const form = page_forms(html).find((f) => f.fields.sealed);
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(html)[1];

    await hall.log_in();
    const stolen = await hall.post('/account/second', { sealed: form.fields.sealed, code: totp(secret, house.now()) });
    assert.equal(stolen.status, 422);
    assert.equal((await hall.post('/account/second', { sealed: 'zz', code: '1' })).status, 422);
});

test('the code is asked after each password, and taken once', async () => {
    const stale = new Person(house, 'system', 'system');

    await system.log_in({ second: false });
    const half = system.cookie;
    const asked = await system.get('/gateways?lang=en');
    assert.equal(asked.headers.location, '/second?next=%2Fgateways%3Flang%3Den');
    assert.equal((await system.show_code('123456')).status, 401);
    const code = await system.code();
    assert.equal((await system.show_code(code)).status, 303);
    assert.notEqual(system.cookie, half, 'a fresh session');
    await system.page('/gateways');
    stale.cookie = half;
    assert.equal((await stale.get('/gateways')).headers.location, '/login?next=%2Fgateways', 'the half session is over');
    await system.log_in({ second: false });
    assert.equal((await system.show_code(code)).status, 401, 'the same code again');
    assert.equal((await system.show_code(totp(system.secret, house.now() - 60000))).status, 401, 'an old code');
    assert.equal((await system.show_code()).status, 303);
});

test('a code on paper works once, as people type it', async () => {
    const typed = system.paper[0].toLowerCase().replaceAll('-', ' ');

    await system.log_in({ second: false });
    assert.equal((await system.show_code(typed)).status, 303);
    assert.match(page_text(await system.page('/account?lang=zh-CN')), /备用码： 7/);
    await system.log_in({ second: false });
    assert.equal((await system.show_code(system.paper[0])).status, 401);
    assert.equal((await system.show_code(system.paper[1])).status, 303);
});

test('five wrong codes lock the second factor for half an hour', async () => {
    await system.log_in({ second: false });
    for (let i = 0; i < 5; i++)
        assert.equal((await system.show_code('000000')).status, 401);
    assert.equal((await system.show_code()).status, 429, 'the right one comes too late');
    await system.log_in({ second: false });
    assert.equal((await system.show_code()).status, 429, 'another log-in does not help');
    await house.advance(30 * 60);
    await system.log_in({ second: false });
    assert.equal((await system.show_code()).status, 303);
});

test('a new password: the old one is asked, the rules hold, other sessions end', async () => {
    const other = new Person(house, 'hall', 'hall');
    const rows = [
        [{ old: 'wrong', fresh: 'Pas5ure-xx', again: 'Pas5ure-xx' }, 401, /现在的密码不对/],
        [{ old: PASSWORD, fresh: 'Pas5ure-xx', again: 'Pas5ure-xy' }, 422, /不一样/],
        [{ old: PASSWORD, fresh: 'short', again: 'short' }, 422, /太短/],
        [{ old: PASSWORD, fresh: 'alllettersalone', again: 'alllettersalone' }, 422, /至少三类/],
        [{ old: PASSWORD, fresh: 'Hall-12345678', again: 'Hall-12345678' }, 422, /用户名/],
        [{ old: PASSWORD, fresh: 'Password-2026', again: 'Password-2026' }, 422, /人人先猜/],
        [{ old: PASSWORD, fresh: 'My-Yiping-2026', again: 'My-Yiping-2026' }, 422, /本程序/],
        [{ old: PASSWORD, fresh: KNOWN, again: KNOWN }, 422, /已在别处泄露/],
        [{ old: PASSWORD, fresh: PASSWORD, again: PASSWORD }, 422, /最近用过/],
    ];

    await hall.log_in();
    await other.log_in();
    for (const [form, status, says] of rows) {
        const answer = await hall.post('/account/password?lang=zh-CN', form);

        assert.equal(answer.status, status, form.fresh);
        assert.match(page_text(answer.text), says);
        assert.ok(!answer.text.includes(form.fresh), 'nothing typed is shown');
    }
    const old = hall.cookie;
    const done = await hall.post('/account/password', { old: PASSWORD, fresh: 'Pas5ure-xx', again: 'Pas5ure-xx' });
    assert.equal(done.status, 303, done.text);
    assert.notEqual(hall.cookie, old);
    await hall.page('/account');
    assert.equal((await other.get('/account')).status, 303, 'the other session has ended');
    await other.log_in({ password: 'Pas5ure-xx' });
    const back = await hall.post('/account/password?lang=zh-CN', { old: 'Pas5ure-xx', fresh: PASSWORD, again: PASSWORD });
    assert.equal(back.status, 422, 'it was one of the last five');
    assert.match(page_text(back.text), /最近用过/);
});

test('a password that became known elsewhere is refused to commands, too', async () => {
    const add = (name, config, input) =>
        run(['user', 'add', '--data', house.data, '--config', config, '--role', 'clerk', '--clerk', '1001', '--name', name],
            { input });
    const refused = await add('crane', house.config, `${KNOWN}\n`);
    const unread = await add('crane', '/nowhere/yiping.ini', `${KNOWN}\n`);

    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /became known elsewhere/);
    assert.notEqual(unread.code, 0, 'where nobody knows, no account is made');
});

test('after ninety days the password must be changed before anything else', async () => {
    const old = await add_person(house, 'organisation');

    await house.advance(90 * 86400 + 3600);
    await old.log_in({ second: false });
    const sent = await old.get('/ratings');
    assert.equal(sent.status, 303);
    assert.match(sent.headers.location, /^\/account\/password\?next=/);
    const html = await old.page('/account/password?lang=zh-CN');
    assert.match(page_text(html), /已经用得太久/);
    const form = page_forms(html).find((f) => 'fresh' in f.fields);
    const done = await old.request('POST', '/account/password',
        { form: { token: form.fields.token, old: PASSWORD, fresh: 'Pas5ure-xx', again: 'Pas5ure-xx' } });
    assert.equal(done.status, 303);
    await old.page('/ratings');
});

test('a session ends when idle, when old, at log-out, and by its owner', async () => {
    const one = await add_person(house, 'inspection');
    const two = new Person(house, 'inspection', 'inspection');

    await one.log_in();
    await two.log_in();
    assert.match(await one.page('/account'), /127\.0\.0\.1/);
    assert.equal((await one.post('/account/sessions')).status, 303);
    assert.equal((await two.get('/account')).status, 303);
    await one.page('/account');
    await house.advance(15 * 60);
    assert.equal((await one.get('/account')).status, 303);
    await one.log_in();
    assert.equal((await one.post('/logout')).status, 303);
    assert.equal((await one.get('/account')).status, 303);
});
