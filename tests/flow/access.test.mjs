/*
 * access.test.mjs — the table of who may do what, cell by cell: every route as every role, and
 * as nobody, with real requests, against what `yiping roles --json` says, which is the very
 * table that the server decides by.
 *
 * A new route is walked without a word here, unless it wants a body that is right in form before
 * it says who may come (WAYS). What a view shows and hides is looked for in the answers themselves. Requests carry a proxy's mark,
 * so that nothing is open because it is asked on the machine itself.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, hall, run_well, until } from './house.mjs';
import { PEOPLE, add_person } from './people.mjs';

const MACHINES = ['machine', 'desk', 'integration', 'display', 'auditor'];
const PROXY = { Via: '1.1 test' };
const WORDS = '等得实在太久';
const PHONE = '13912345678', MASKED = '139****5678';

let house, table, people = {}, rated, place;

/* A bad rating with words, by SMS, at the first window of the first department that has a matter. */
async function rate_badly() {
    const window = hall.windows[0];
    const matter = hall.matters.find((m) => m.department === window.department &&
        (window.matters === 'all' || window.matters.includes(m.code)) && m.form !== 'four');
    const clerk = hall.staff.find((s) => s.window === window.code).code;
    const ticket = await house.take({ matter: matter.code, phone: PHONE });
    const called = await house.call(window.code, clerk);

    await house.case_act(called.case.id, 'start');
    await house.case_act(called.case.id, 'close', {});
    await house.ask();
    const survey = await house.message(PHONE, /^survey/);
    await house.reply(PHONE, survey.from, `1 ${WORDS}`);
    const seen = await until('the rating', async () =>
        (await house.get('integration', '/api/v1/ratings')).ratings[0]);
    return { ticket, case: called.case, rating: seen, window: window.code, department: window.department, clerk };
}

async function enter(role, options) {
    const person = await add_person(house, role, options);

    person.headers = PROXY;
    return person.log_in();
}

before(async () => {
    house = await House.open();
    table = JSON.parse((await run_well(['roles', '--json'])).stdout);
    rated = await rate_badly();
    place = { department: ['--department', rated.department], window_head: ['--window', rated.window],
        clerk: ['--clerk', rated.clerk] };
    for (const role of PEOPLE)
        people[role] = await enter(role, place[role] && { place: place[role] });
    const other = hall.departments.find((d) => d.code !== rated.department).code;
    people.stranger = await enter('department', { name: 'stranger', place: ['--department', other] });
});
after(async () => {
    await house.close();
    end_all();
});

/* How each route is asked: the path's names filled in, and a body that is right in form. */
const fresh = { json: () => ({}) };
const WAYS = {
    '/cloudprnt/{name}': { json: () => ({ statusCode: '200 OK', printingInProgress: false }) },
    '/api/v1/tickets': { json: () => ({ matter: hall.matters[0].code }) },
    '/api/v1/cases': { json: () => ({ case_no: `x${Math.random()}`, matter: rated.rating.matter.code, window: rated.window,
        clerk: rated.clerk, accepted_at: new Date(house.now()).toISOString(), source: 'test' }) },
    '/api/v1/tickets/{id}/cases': { json: () => ({ matter: hall.matters[0].code }) },
    '/api/v1/tickets/{id}/transfer': { json: () => ({ window: rated.window }) },
    '/api/v1/windows/{code}/call': { json: () => ({ clerk: rated.clerk }) },
    '/api/v1/cases/{id}/approvals/{n}/steps': { json: () => ({ step: 'review' }) },
    '/api/v1/cases/{id}/pause': { json: () => ({ reason: 'r' }) },
    '/api/v1/cases/{id}/resume': { json: () => ({ reason: 'r' }) },
    '/api/v1/cases/{id}/reopen': { json: () => ({ reason: 'r' }) },
};
const NAMES = {
    '/api/v1/tickets/{id}': () => rated.ticket.id,
    '/api/v1/cases/{id}': () => rated.case.id,
    '/api/v1/optouts/{phone}': () => PHONE,
    '/ratings/{id}': () => rated.rating.id,
    '/k/{kiosk}': () => hall.kiosks[0].code,
    '/w/{window}/{act}': () => `${rated.window}/call`,
    '/w/{window}': () => rated.window,
    '/api/v1/windows/{code}': () => rated.window,
};

function path_of(route) {
    let path = route;

    for (const [prefix, value] of Object.entries(NAMES))
        if (path.startsWith(prefix))
            path = prefix.replace(/\{.*\}/, value()) + path.slice(prefix.length);
    return path.replace(/\{\w+\}/g, 'x');
}

function is_api(route) {
    return route.startsWith('/api/') || route.startsWith('/cloudprnt/');
}

/* One request as this role; staff send the token of their own session's forms. */
async function ask(row, role) {
    const method = row.method, path = path_of(row.route), way = WAYS[row.route] ?? fresh;
    const options = { headers: { ...PROXY } };
    const person = people[role];

    if (method !== 'GET') {
        if (is_api(row.route) && !row.route.includes('/optouts/'))
            options.json = way.json();
        else
            options.form = person ? { token: await person.token() } : {};
    }
    if (person) {
        const kept = person.cookie;
        const answer = await person.request(method, path, options);

        if (row.route === '/logout' && answer.status === 303) { /* so that the walk can go on */
            person.cookie = '';
            await person.log_in();
        } else if (row.route !== '/account/second' && row.route !== '/account/password') {
            person.cookie = kept;
        }
        return answer;
    }
    return house.request(method, path, { ...options, ...(role !== 'nobody' && { as: role }) });
}

/* Who shows nothing that counts is asked to log in; who may not is told so. */
function refused_as(row, role, answer) {
    const machine = MACHINES.includes(role);

    if (is_api(row.route) && !row.route.includes('/optouts/'))
        return answer.status === (machine ? 403 : 401);
    if (/^\/[kw]\//.test(row.route))
        return answer.status === 401; /* no device cookie */
    if (row.route.startsWith('/screen/'))
        return answer.status === (machine ? 403 : 401); /* a key will do, too */
    if (people[role])
        return answer.status === 403;
    if (row.route.includes('/optouts/'))
        return answer.status === 401;
    return answer.status === 303 && answer.headers.location.startsWith('/login');
}

function let_in(answer) {
    return ![401, 403].includes(answer.status) &&
        !(answer.status === 303 && answer.headers.location.startsWith('/login'));
}

test('the table has every role', () => {
    const roles = ['nobody', ...MACHINES, ...PEOPLE];

    assert.ok(table.length > 60);
    for (const row of table)
        assert.deepEqual(Object.keys(row.roles).sort(), [...roles].sort());
});

test('every route answers every role as its cell says', async () => {
    const wrong = [];
    let cells = 0;

    for (const row of table)
        for (const [role, cell] of Object.entries(row.roles)) {
            if (cell === 'anybody' && role !== 'nobody')
                continue; /* who one is makes no difference; nobody stands for all */
            /* A device's page wants that device's cookie, which devices.test.mjs has. */
            if (/^\/[kw]\//.test(row.route) && cell !== null)
                continue;
            const answer = await ask(row, role);
            const right = cell === 'anybody' ? row.route === '/login' || let_in(answer)
                : cell === null ? refused_as(row, role, answer)
                    : let_in(answer) || (row.route === '/logout' && answer.headers.location === '/login');

            cells++;
            if (!right)
                wrong.push(`${row.method} ${row.route} as ${role}: ${JSON.stringify(cell)?.slice(0, 40)} → ${answer.status} ${answer.headers.location ?? ''} ${answer.text.slice(0, 90)}`);
        }
    assert.deepEqual(wrong, []);
    console.log(`access: ${cells} cells of ${table.length} routes`);
});

/* What each view shows of the bad rating, in the record and in the list. */
test('a view shows what it says and nothing more', async () => {
    const record = table.find((r) => r.method === 'GET' && r.route === '/ratings/{id}').roles;
    const seen = [];

    for (const role of PEOPLE) {
        const view = record[role];

        if (view === null)
            continue;
        const html = await people[role].page(`/ratings/${rated.rating.id}?lang=zh-CN`);
        const list = await people[role].page('/ratings?lang=zh-CN');

        seen.push(role);
        assert.equal(html.includes(WORDS), view.words, `${role}: words`);
        assert.equal(html.includes(MASKED), view.phone !== 'none', `${role}: masked phone`);
        assert.ok(!html.includes(PHONE) && !list.includes(PHONE), `${role}: the whole number`);
        assert.equal(html.includes(rated.rating.receipt.slice(0, 4)), view.rater, `${role}: receipt`);
        assert.equal(list.includes(`/ratings/${rated.rating.id}`), true, `${role}: the list`);
    }
    assert.ok(seen.includes('department') && seen.includes('organisation') && seen.includes('hall'), seen.join());
    for (const as of ['integration', 'auditor', 'desk']) {
        const body = JSON.stringify(await house.get(as, `/api/v1/cases/${rated.case.id}`));

        assert.equal(body.includes(WORDS), as !== 'desk', `${as}: words`);
        assert.equal(body.includes('"ratings"'), as !== 'desk', `${as}: grades`);
        assert.ok(!body.includes(PHONE));
    }
});

test('a department is confined to its own', async () => {
    assert.equal((await people.stranger.get(`/ratings/${rated.rating.id}`)).status, 404);
    for (const target of ['/ratings', `/ratings?department=${rated.department}`, `/ratings?window=${rated.window}`])
        assert.ok(!(await people.stranger.page(target)).includes(`/ratings/${rated.rating.id}`), target);
});
