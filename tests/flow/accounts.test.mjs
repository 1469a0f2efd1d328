/*
 * accounts.test.mjs — the three administrators through the real server: one asks, another
 * grants; what is ended stays ended; keys have a department, addresses and a last day.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, page_forms, page_text, run, run_well } from './house.mjs';
import { PASSWORD, Person, add_person } from './people.mjs';

let house, system, security, audit, meadow;

before(async () => {
    house = await House.open();
    [system, security, audit] = await Promise.all(['system', 'security', 'audit'].map((role) => add_person(house, role)));
    for (const person of [system, security, audit])
        await person.log_in();
});
after(async () => {
    await house.close();
    end_all();
});

/* The actions of the forms on a page, without those of the frame. */
async function actions(person, target) {
    return page_forms(await person.page(target)).map((f) => f.action).filter((a) => a && a !== '/logout');
}

async function ask(person, target, form, status = 303) {
    const answer = await person.post(target, form);

    assert.equal(answer.status, status, `${target}: ${answer.status} ${page_text(answer.text).slice(0, 400)}`);
    return answer;
}

/* Grants the newest of what waits: the answer's key and link. */
async function grant(person, status = 200) {
    const form = (await actions(person, '/accounts')).filter((a) => a.endsWith('/grant')).at(-1);

    assert.ok(form, `${person.role} may grant something`);
    const answer = await ask(person, form, {}, status);
    const codes = [...answer.text.matchAll(/<code>([^<]+)<\/code>/g)].map(([, code]) => code);

    return { action: form, key: codes.find((c) => /^\d+\.\w+$/.test(c)), link: codes.find((c) => c.includes('://')) };
}

async function account_path(name) {
    return new RegExp(`href="(/accounts/\\d+)[^"]*">${name}<`).exec(await security.page('/accounts'))[1];
}

test('an account is asked for by one and granted by another, and opened by its owner alone', async () => {
    await ask(system, '/accounts', { name: 'meadow', role: 'department', place: hall.departments[0].code });
    assert.ok(!(await system.page('/accounts')).includes('/grant'), 'who asked does not grant');
    const id = /\/requests\/(\d+)\//.exec(await system.page('/accounts'))[1];
    await ask(system, `/requests/${id}/grant`, {}, 403);
    await ask(audit, `/requests/${id}/grant`, {}, 403);
    assert.equal((await house.request('POST', '/login', { form: { name: 'meadow', password: PASSWORD } })).status, 401);
    const { link } = await grant(security);
    assert.match(link, /\/password\/[0-9A-Z]{52}$/);
    await ask(security, `/requests/${id}/grant`, {}, 404);
    assert.equal((await house.request('POST', '/login', { form: { name: 'meadow', password: PASSWORD } })).status, 401);

    const way = new URL(link).pathname;
    assert.match(page_text((await house.expect(200, 'GET', way)).text), /meadow|修改密码/);
    await house.expect(200, 'HEAD', way);
    const weak = { fresh: 'Meadow-12345', again: 'Meadow-12345' };
    await house.expect(422, 'POST', way, { form: weak });
    await house.expect(303, 'POST', way, { form: { fresh: PASSWORD, again: PASSWORD } });
    await house.expect(404, 'POST', way, { form: { fresh: PASSWORD, again: PASSWORD } });
    await house.expect(404, 'GET', way);
    meadow = await new Person(house, 'meadow', 'department').log_in();
    await meadow.page('/ratings');
});

test('what is wrong with a request is said, and what was typed is kept', async () => {
    const rows = [
        [{ name: 'meadow', role: 'hall', place: '' }, 409],
        [{ name: 'two words', role: 'hall', place: '' }, 422],
        [{ name: 'brook', role: 'machine', place: '' }, 422],
        [{ name: 'brook', role: '', place: '' }, 422],
        [{ name: 'brook', role: 'department', place: '' }, 422],
        [{ name: 'brook', role: 'department', place: 'nowhere' }, 422],
        [{ name: 'brook', role: 'hall', place: hall.departments[0].code }, 422],
    ];

    for (const [form, status] of rows) {
        const answer = await ask(system, '/accounts?lang=zh-CN', form, status);

        assert.match(answer.text, /<title>错误：/);
        assert.ok(answer.text.includes(`value="${form.name}"`), JSON.stringify(form));
    }
    assert.deepEqual((await actions(system, '/accounts')).filter((a) => a.includes('/requests/')), []);
});

test('a request is taken back by who asked and refused by another', async () => {
    for (const decider of [system, security]) {
        await ask(system, '/accounts', { name: 'brook', role: 'hall', place: '' });
        const refuse = (await actions(decider, '/accounts')).find((a) => a.endsWith('/refuse'));

        await ask(decider, refuse, {});
        await ask(decider, refuse, {}, 404);
        assert.ok(!(await security.page('/accounts')).includes('brook'));
    }
});

test('a role, a password and a lost device take two; sessions end with them', async () => {
    const path = await account_path('meadow');
    await meadow.log_in();

    await ask(system, `${path}/role`, { role: 'hall', place: '' }, 403);
    await ask(security, `${path}/role`, { role: 'hall', place: '' });
    await ask(security, (await actions(security, '/accounts')).find((a) => a.endsWith('/refuse')), {});
    await ask(security, `${path}/role`, { role: 'hall', place: '' });
    await meadow.page('/ratings');
    assert.equal((await meadow.get('/gateways')).status, 403);
    await grant(system);
    assert.equal((await meadow.get('/ratings')).status, 303, 'the session ended with the role');
    await meadow.log_in();
    await meadow.page('/gateways');

    await ask(security, `${path}/password`, {});
    const { link } = await grant(system);
    assert.equal((await house.request('POST', '/login', { form: { name: 'meadow', password: PASSWORD } })).status, 401,
        'the old password is over at once');
    await house.expect(422, 'POST', new URL(link).pathname, { form: { fresh: PASSWORD, again: PASSWORD } });
    await house.expect(303, 'POST', new URL(link).pathname, { form: { fresh: 'Pas5ure-xx', again: 'Pas5ure-xx' } });
    await meadow.log_in({ password: 'Pas5ure-xx' });
    await meadow.set_device();
    await meadow.log_in({ password: 'Pas5ure-xx', second: false });
    assert.match((await meadow.get('/ratings')).headers.location, /^\/second/);
    await ask(security, `${path}/second`, {});
    await grant(system);
    await meadow.log_in({ password: 'Pas5ure-xx', second: false });
    await meadow.page('/ratings');
});

test('the security administrator unlocks, logs out and ends; nobody ends the last of his kind', async () => {
    const path = await account_path('meadow');
    const meadow = new Person(house, 'meadow', 'hall');

    for (let i = 0; i < 5; i++)
        await house.request('POST', '/login', { form: { name: 'meadow', password: 'wrong' } });
    assert.equal((await house.request('POST', '/login', { form: { name: 'meadow', password: 'Pas5ure-xx' } })).status, 429);
    assert.match(page_text(await security.page(`${path}?lang=zh-CN`)), /被锁/);
    await ask(security, `${path}/unlock`, {});
    await meadow.log_in({ password: 'Pas5ure-xx' });
    await ask(security, `${path}/sessions`, {});
    assert.equal((await meadow.get('/ratings')).status, 303);
    await meadow.log_in({ password: 'Pas5ure-xx' });
    await ask(security, `${path}/end`, {});
    assert.equal((await meadow.get('/ratings')).status, 303);
    assert.equal((await house.request('POST', '/login', { form: { name: 'meadow', password: 'Pas5ure-xx' } })).status, 401);
    assert.equal((await ask(security, `${path}/end`, {}, 409)).status, 409);
    await ask(security, await account_path('system') + '/end', {}, 409);
    await ask(security, await account_path('security') + '/end', {}, 409);
    await ask(system, '/accounts', { name: 'meadow', role: 'hall', place: '' }, 409);
});

test('a sensitive act long after the log-in asks who it is', async () => {
    const path = await account_path('meadow');

    await security.log_in();
    const token = await security.token();
    for (let i = 0; i < 2; i++) {
        await house.advance(10 * 60);
        await security.page('/account');
    }
    const sent = await security.request('POST', `${path}/unlock`, { form: { token } });
    assert.equal(sent.status, 303);
    assert.match(sent.headers.location, /^\/login\?again=1/);
    await security.log_in();
    await ask(security, `${path}/unlock`, {});
    await system.log_in();
    await audit.log_in();
});

test('a key: asked, granted, shown once, confined, expiring and ended', async () => {
    const department = hall.departments[0].code;

    for (const [form, status] of [
        [{ name: 'k', role: 'integration', place: 'nowhere', addresses: '', expires: '' }, 422],
        [{ name: 'k', role: 'desk', place: department, addresses: '', expires: '' }, 422],
        [{ name: 'k', role: 'integration', place: '', addresses: '10.1.0.0/99', expires: '' }, 422],
        [{ name: 'k', role: 'integration', place: '', addresses: '', expires: '2020-01-01' }, 422],
        [{ name: '', role: 'integration', place: '', addresses: '', expires: '' }, 422],
        [{ name: 'k', role: 'hall', place: '', addresses: '', expires: '' }, 422],
    ])
        await ask(security, '/keys', form, status);
    const day = new Date(house.now() + 2 * 86400e3).toISOString().slice(0, 10);

    await ask(security, '/keys', { name: 'reports', role: 'integration', place: department, addresses: '127.0.0.0/8', expires: day });
    const { key } = await grant(system);
    assert.ok(key);
    assert.equal((await house.request('GET', '/api/v1/ratings', { key })).status, 200);
    assert.match(page_text(await security.page('/keys?lang=en')), /reports .*127\.0\.0\.0\/8/);
    await house.advance(3 * 86400);
    assert.equal((await house.request('GET', '/api/v1/ratings', { key })).status, 401, 'it has expired');

    await security.log_in();
    await system.log_in();
    await ask(security, '/keys', { name: 'far', role: 'auditor', place: '', addresses: '10.0.0.0/8 192.0.2.7', expires: '' });
    const far = (await grant(system)).key;
    assert.equal((await house.request('GET', '/api/v1/ratings', { key: far })).status, 403, 'from another network');
    await ask(security, '/keys', { name: 'kiosk 9', role: 'machine', place: '', addresses: '', expires: '' });
    const machine = await grant(system);
    assert.match(machine.link, /\/device\//);
    await house.expect(201, 'POST', '/api/v1/tickets', { key: machine.key, json: { matter: hall.matters.at(-1).code } });
    await ask(security, `/keys/${machine.key.split('.')[0]}/end`, {});
    await house.refused(401, 'POST', '/api/v1/tickets', { key: machine.key, json: { matter: hall.matters.at(-1).code } });
    await ask(security, `/keys/${machine.key.split('.')[0]}/end`, {}, 409);
});

test('a key of one department sees no other', async () => {
    const other = hall.departments.at(-1).code;
    const made = await run_well(['key', 'add', '--data', house.data, '--role', 'integration', '--name', 'one', '--department', other]);
    const done = await house.visit({});

    assert.equal((await house.request('GET', `/api/v1/cases/${done.case.id}`, { key: made.stdout.trim() })).status, 404);
    assert.equal((await house.request('GET', `/api/v1/cases/${done.case.id}`, { as: 'integration' })).status, 200);
});

test('whoever holds the machine can put it right by commands', async () => {
    const data = ['--data', house.data];

    await run_well(['user', 'add', ...data, '--role', 'hall', '--name', 'river'], { input: `${PASSWORD}\n` });
    await run_well(['user', 'password', ...data, '--name', 'river'], { input: 'Pas5ure-xx\n' });
    assert.equal((await run(['user', 'password', ...data, '--name', 'river'], { input: 'Password-2026\n' })).code, 2);
    const river = new Person(house, 'river', 'hall');
    await river.log_in({ password: 'Pas5ure-xx' });
    await run_well(['user', 'unlock', ...data, '--name', 'river']);
    await run_well(['user', 'second', ...data, '--name', 'river']);
    await run_well(['user', 'end', ...data, '--name', 'river']);
    assert.equal((await river.get('/ratings')).status, 303);
    assert.notEqual((await run(['user', 'end', ...data, '--name', 'nobody'])).code, 0);
    assert.notEqual((await run(['user', 'end', ...data, '--name', 'system'])).code, 0, 'the last one stays');
    assert.match((await run_well(['user', 'list', ...data])).stdout, /river\t-\tended/);
});
