/*
 * kannel.test.mjs — a house that sends through a real Kannel: out, in, reports of every
 * kind, and days on which one of the two is away. Nothing is lost and nothing is doubled.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { HALL_FILE, House, KEY_ROLES, end_all, http_request, place_of, run_well, until } from './house.mjs';
import { Kannel, PASSWORD, STATUS_PASSWORD, USER, free_ports } from './kannel.mjs';

const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const ESCAPES = 'id=%I&from=%p&to=%P&text=%b&coding=%c&charset=%C&udh=%u&ts=%T&smsc=%i';
const LINKS = { near: '139', slow: '135', carrier: '136' }; /* and whose phones are behind them */

let house, kannel, port;

/* == The house ======================================================================= */

function settings() {
    const of_link = ([smsc, prefixes]) => [`gateway ${smsc}`, {
        kind: 'kannel', url: kannel.url, user: USER, password: PASSWORD, smsc, prefixes, access_number: '106900',
        status_url: kannel.status_url, status_password: STATUS_PASSWORD, timeout: '5 s',
        callback_base: `http://127.0.0.1:${port}`, callback_secret: SECRET, callers: '127.0.0.1',
    }];

    return {
        invite: {
            delay_min: '0 s', delay_max: '0 s', window: '00:00-24:00', spread: '0 s', reminder: 'no',
            cap_days: 20, cap_30_days: 100,
        },
        ...Object.fromEntries(Object.entries(LINKS).map(of_link)),
    };
}

/* The example hall, open today, with a matter whose name has a picture in it. */
function hall_file(folder) {
    const hall = JSON.parse(fs.readFileSync(HALL_FILE, 'utf8'));
    const file = path.join(folder, 'hall.json');

    hall.matters.find((m) => m.code === 'business-licence').short_name = '执照😀';
    fs.writeFileSync(file, JSON.stringify(hall));
    return file;
}

/* A real gateway's house has no clock of its own to be moved: it lives today. */
async function open_house() {
    const opened = new House();

    await run_well(['init', '--data', opened.data, '--hall', hall_file(opened.folder)]);
    for (const role of KEY_ROLES)
        opened.keys[role] = await opened.add_key(role);
    opened.configure(settings());
    return opened;
}

function start_house() {
    return house.start(['--listen', `127.0.0.1:${port}`]);
}

before(async () => {
    [port] = await free_ports(1);
    kannel = await Kannel.open({
        services: Object.keys(LINKS).map((smsc) => (
            { smsc, url: `http://127.0.0.1:${port}/gateways/${smsc}/reply/${SECRET}?${ESCAPES}` })),
    });
    house = await open_house();
    await start_house();
});

after(async () => {
    await kannel?.close();
    await house?.close();
    end_all();
});

/* == What a test says ================================================================= */

let phones = 0;

/* A fresh number; `ending` is two digits by which the carrier knows what to do. */
function phone_behind(link, ending = '00') {
    return `${LINKS[link]}1${String(++phones).padStart(5, '0')}${ending}`;
}

async function messages(visit, direction = 'mt') {
    return (await house.case(visit.case.id)).messages.filter((m) => m.direction === direction);
}

/* Waits until the case's newest message to the phone is in this state. */
function in_state(visit, state) {
    let all;

    return until(`a message in ${state}`, async () => {
        all = await messages(visit);
        return all.at(-1)?.state === state && all.at(-1);
    }).catch((trouble) => {
        trouble.message += `; it has ${JSON.stringify(all)}`;
        throw trouble;
    });
}

/* A case that was closed and whose survey has arrived behind `link`. */
async function asked(link, phone = phone_behind(link)) {
    const visit = await house.visit({ phone });

    assert.equal(visit.invitation.decision, 'send', JSON.stringify(visit.invitation));
    return { ...visit, phone, survey: await kannel[link].message(phone) };
}

/* The only rating of a case. */
async function rating(visit) {
    const [one, ...more] = await house.rated(visit.case.id);

    assert.equal(more.length, 0);
    return one;
}

/* == Out and in ======================================================================= */

describe('through Kannel', () => {
    test('a survey arrives with its slot, and its answer rates that case', async () => {
        const visit = await asked('near');

        assert.match(visit.survey.sender, /^106900[1-9][0-9]$/);
        assert.equal(visit.survey.to, `+86${visit.phone}`);
        assert.equal(visit.survey.kind, 'ucs-2');
        assert.match(visit.survey.text, /^【青城政务】/);
        assert.match(visit.survey.text, /执照😀/, 'Chinese and pictures arrive whole');
        await in_state(visit, 'DELIVERED');
        assert.equal((await messages(visit))[0].text, visit.survey.text);

        kannel.near.send(visit.phone, visit.survey.sender, '5');
        const one = await rating(visit);
        assert.equal(one.grade, 5);
        assert.equal(one.channel, 'sms');
        assert.match((await kannel.near.message(visit.phone, 2)).text, /谢谢/);
        assert.equal(kannel.near.of(visit.phone).length, 2);
    });

    test('two open surveys of one phone have two slots, and each answer finds its own', async () => {
        const first = await asked('near');
        const visit = await house.visit({ phone: first.phone });
        const survey = await kannel.near.message(first.phone, 2);

        assert.notEqual(survey.sender, first.survey.sender);
        kannel.near.send(first.phone, survey.sender, '4');
        assert.equal((await rating(visit)).grade, 4);
        assert.deepEqual(await house.ratings(first.case.id), []);
        kannel.near.send(first.phone, first.survey.sender, '5');
        assert.equal((await rating(first)).grade, 5);
    });

    test('Chinese words and pictures come back byte for byte', async () => {
        const text = '很满意😀 谢谢†你'; /* U+2020 is two blanks for Kannel, written as "++" */
        const visit = await asked('near');

        kannel.near.send(visit.phone, visit.survey.sender, text);
        assert.equal((await rating(visit)).grade, 5);
        assert.deepEqual((await messages(visit, 'mo')).map((m) => m.text), [text]);
    });

    test('a long answer is one answer, whichever part comes first', async () => {
        const visit = await asked('carrier');
        const words = ['4 ', '办事大厅的工作人员很耐心，就是等得有点久，希望多开一个窗口，也希望把需要带的材料一次说清楚，'];

        await kannel.carrier.send_part(`86${visit.phone}`, visit.survey.sender, '谢谢。', 9, 2, 2);
        await kannel.carrier.send_part(`86${visit.phone}`, visit.survey.sender, words.join(''), 9, 1, 2);
        assert.equal((await rating(visit)).grade, 4);
        assert.deepEqual((await messages(visit, 'mo')).map((m) => m.text), [`${words.join('')}谢谢。`]);
    });

    test('a damaged answer is kept, makes no rating and does not stop the next', async () => {
        const visit = await asked('near');

        kannel.near.send_units(visit.phone, visit.survey.sender, Buffer.from([0x6e, 0xe1, 0x61, 0x0f, 0x00]));
        await until('the damaged answer', async () => (await messages(visit, 'mo')).length === 1);
        assert.deepEqual(await house.ratings(visit.case.id), []);
        kannel.near.send(visit.phone, visit.survey.sender, '3');
        assert.equal((await rating(visit)).grade, 3);
    });
});

/* == Reports ========================================================================== */

describe('reports of a carrier', () => {
    const endings = [
        { name: 'delivered', stats: ['DELIVRD'], state: 'DELIVERED' },
        { name: 'not delivered', stats: ['UNDELIV'], state: 'UNDELIVERED' },
        { name: 'expired', stats: ['EXPIRED'], state: 'EXPIRED' },
        { name: 'buffered, then delivered', stats: ['ACCEPTD', 'DELIVRD'], state: 'DELIVERED' },
        { name: 'twice', stats: ['DELIVRD', 'DELIVRD'], state: 'DELIVERED' },
        { name: 'failed after it was delivered', stats: ['DELIVRD', 'UNDELIV'], state: 'DELIVERED' },
    ];

    for (const { name, stats, state } of endings)
        test(`${name}: ${state}`, async () => {
            const visit = await asked('carrier');

            assert.equal(visit.survey.reports & 1, 1, 'a report is asked for');
            await in_state(visit, 'ACCEPTED');
            for (const stat of stats)
                assert.equal(await kannel.carrier.report(visit.survey, stat, stat === 'DELIVRD' ? '000' : '027'), 0);
            await in_state(visit, state);
            assert.equal((await messages(visit)).length, 1);
        });

    test('rejected by the carrier (type 16): UNDELIVERED, and never tried again', async () => {
        kannel.carrier.rules.push(['11', () => 0x0b]); /* ESME_RINVDSTADR */
        const visit = await asked('carrier', phone_behind('carrier', '11'));

        await in_state(visit, 'UNDELIVERED');
        assert.equal(kannel.carrier.of(visit.phone).length, 1);
    });

    test('a full queue at the carrier: it goes out once, later', async () => {
        kannel.carrier.rules.push(['14', (nth) => (nth < 1 ? 0x14 : 0)]); /* ESME_RMSGQFUL */
        const visit = await asked('carrier', phone_behind('carrier', '14'));

        await kannel.carrier.message(visit.phone, 2);
        assert.deepEqual(kannel.carrier.of(visit.phone).map((m) => m.status), [0x14, 0]);
        await kannel.carrier.report(kannel.carrier.of(visit.phone)[1], 'DELIVRD');
        await in_state(visit, 'DELIVERED');
        assert.equal(kannel.carrier.of(visit.phone).length, 2);
    });

    test('throttled by the carrier: each goes out once, later', async () => {
        kannel.carrier.rules.push(['58', (nth) => (nth < 2 ? 0x58 : 0)]); /* ESME_RTHROTTLED */
        const numbers = ['58', '00', '00'].map((ending) => phone_behind('carrier', ending));
        const visits = [];

        for (const phone of numbers)
            visits.push({ ...await house.visit({ phone }), phone });
        for (const [i, visit] of visits.entries()) {
            const taken = await until('the carrier to take it', () =>
                kannel.carrier.of(visit.phone).find((m) => m.status === 0));

            await in_state(visit, 'ACCEPTED');
            await kannel.carrier.report(taken, 'DELIVRD');
            await in_state(visit, 'DELIVERED');
            assert.deepEqual(kannel.carrier.of(visit.phone).map((m) => m.status), i === 0 ? [0x58, 0x58, 0] : [0]);
        }
    });

    test('a link of two messages a second holds up nobody else and loses nothing', async () => {
        const visits = [];
        const began_ms = performance.now();

        for (let i = 0; i < 7; i++) {
            const phone = phone_behind('slow');

            visits.push({ ...await house.visit({ phone }), phone });
        }
        await in_state(await asked('near'), 'DELIVERED');
        for (const visit of visits) {
            await kannel.slow.report(await kannel.slow.message(visit.phone), 'DELIVRD');
            await in_state(visit, 'DELIVERED');
        }
        assert.ok(performance.now() - began_ms > 1500, 'the link was slow indeed');
        assert.equal(kannel.slow.received.length, visits.length);
    });
});

/* == One of the two is away =========================================================== */

/* Stands where the house stood and says 503 to everything; the addresses that were called. */
async function closed_door() {
    const called = new Set();
    const server = http.createServer((request, answer) => {
        called.add(request.url);
        answer.writeHead(503, { Connection: 'close' }).end();
    });

    await new Promise((done, fail) => server.on('error', fail).listen(port, '127.0.0.1', done));
    return {
        called,
        close: () => new Promise((done) => {
            server.close(done);
            server.closeAllConnections?.();
        }),
    };
}

describe('one of the two is away', () => {
    test('the house: replies and reports wait in Kannel, and come once', async () => {
        const visits = [await asked('near'), await asked('near'), await asked('near')];
        const reported = await asked('carrier');

        for (const visit of visits)
            await in_state(visit, 'DELIVERED');
        await in_state(reported, 'ACCEPTED');
        assert.equal((await house.stop()).code, 0);
        const door = await closed_door();
        for (const [i, visit] of visits.entries())
            kannel.near.send(visit.phone, visit.survey.sender, ['5', '满意😀', '3'][i]);
        await kannel.carrier.report(reported.survey, 'DELIVRD');
        await until('four calls at a closed door', () => door.called.size >= 4);
        await door.close();
        await start_house();

        for (const [i, visit] of visits.entries())
            assert.equal((await rating(visit)).grade, [5, 4, 3][i]);
        await in_state(reported, 'DELIVERED');
        /* Kannel calls again where our answer was lost: neither the very same calls change
         * anything, nor those that its own ids show to be the same. */
        for (const url of door.called)
            for (const again of [url, url.replace(/ts=\d+/, 'ts=1780000000')])
                assert.equal((await http_request(port, 'GET', again)).status, 200);
        await until('all of them read', async () =>
            /^yiping_inbound_unread 0$/m.test((await house.expect(200, 'GET', '/metrics')).text));
        for (const visit of visits) {
            const more = await house.case(visit.case.id);

            assert.equal(more.messages.filter((m) => m.direction === 'mo').length, 1);
            assert.equal(more.ratings.length, 1);
        }
    });

    test('Kannel: messages wait and go out once; what it held outlives its restart', async () => {
        kannel.slow.close();
        const phone = phone_behind('slow');
        const held = { ...await house.visit({ phone }), phone };
        await in_state(held, 'ACCEPTED'); /* "3: Queued for later delivery" */

        await kannel.stop();
        const visits = [];
        for (let i = 0; i < 3; i++)
            visits.push(await house.visit({ phone: phone_behind('near') }));
        for (const visit of visits)
            await in_state(visit, 'RETRY');
        await kannel.slow.open();
        await kannel.start();
        await kannel.slow.report(await kannel.slow.message(held.phone), 'DELIVRD');

        for (const visit of [...visits, held]) {
            const message = await in_state(visit, 'DELIVERED'); /* the house tries again in its own time */

            assert.equal((await messages(visit)).length, 1, message.text);
        }
        assert.equal(kannel.slow.of(held.phone).length, 1);
        const texts = kannel.near.received.map((m) => m.sender + m.to + m.text);
        assert.equal(new Set(texts).size, texts.length, 'nothing came twice');
    });

    test('a full Kannel: what is over waits with us, and all of it goes out once', async () => {
        const { window, clerk } = place_of('food-licence');
        const closed = [];
        const close = async (count) => {
            for (let i = 0; i < count; i++) {
                const now = new Date().toISOString(), phone = phone_behind('carrier');

                closed.push(phone);
                await house.post('integration', '/api/v1/cases', { case_no: `full-${closed.length}`, matter: 'food-licence', window, clerk,
                    phone, accepted_at: now, closed_at: now, source: 'full' }, 201);
            }
        };
        const carrier = async () => JSON.parse((await run_well(['gateway', 'status', '--json', '--data', house.data, '--config', house.config])).stdout)
            .gateways.find((g) => g.name === 'carrier');
        const before = kannel.carrier.received.length;

        kannel.carrier.close();
        await close(150);
        const full = await until('more inside Kannel than four times what may be in flight', async () => {
            const now = await carrier();
            return now.queued_inside > 128 && now;
        });
        assert.equal(full.state, 'busy', JSON.stringify(full));
        await close(20);
        await until('twenty that wait with us', async () => (await carrier()).waiting === 20);
        await in_state(await asked('near'), 'DELIVERED'); /* nobody else waits */
        assert.equal((await carrier()).waiting, 20);
        await kannel.carrier.open();
        for (const phone of closed)
            await kannel.carrier.message(phone);
        assert.equal(kannel.carrier.received.length - before, closed.length);
        assert.equal(new Set(kannel.carrier.received.slice(before).map((m) => m.to)).size, closed.length, 'nothing came twice');
    });

    test('the journal holds no whole number, no text and no secret', () => {
        for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), STATUS_PASSWORD, SECRET, '很满意'])
            assert.ok(!house.journal.includes(secret), `the journal says "${secret}"`);
        assert.doesNotMatch(house.journal, /13[569]1\d{7}/);
    });
});
