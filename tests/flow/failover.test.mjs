/*
 * failover.test.mjs — several gateways at once: what certainly was not sent goes another way,
 * what may have been sent never does, and one that cannot work at all stops nobody.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';

import { end_all, House, run_well, until } from './house.mjs';
import { free_ports } from './kannel.mjs';

after(end_all);

/* A gateway that speaks sendsms: `says` is "take", "busy" or "silent"; `sent` are receivers. */
class Gateway {
    sent = [];
    says = 'take';

    constructor(name, port) {
        this.name = name;
        this.port = port;
    }

    async open() {
        this.server = http.createServer((request, answer) => {
            this.sent.push(new URL(request.url, 'http://x').searchParams.get('to').slice(-11));
            if (this.says === 'take')
                answer.writeHead(202, { Connection: 'close' }).end('0: Accepted for delivery');
            else if (this.says === 'busy')
                answer.writeHead(503, { Connection: 'close' }).end('Temporal failure, try again later.');
        });
        await new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
    }

    async close() {
        this.server?.closeAllConnections();
        await new Promise((done) => (this.server ? this.server.close(done) : done()));
        this.server = undefined;
    }

    settings(order, more = {}) {
        return { kind: 'kannel', order, url: `http://127.0.0.1:${this.port}/cgi-bin/sendsms`, user: 'u', password: 'p', access_number: `10690${order}`,
            timeout: '1 s', callback_base: 'http://127.0.0.1:1', callback_secret: '0123456789abcdef0123456789', ...more };
    }
}

async function with_house(body, more = {}) {
    const ports = await free_ports(2);
    const first = new Gateway('first', ports[0]), second = new Gateway('second', ports[1]);
    const house = await House.open({ morning: false, settings: {
        invite: { delay_min: '0 s', delay_max: '0 s', window: '00:00-24:00', spread: '0 s', reminder: 'no', cap_days: 20, cap_30_days: 100 },
        'gateway first': first.settings(1, more.first), 'gateway second': second.settings(2, more.second), ...more.others } });

    try {
        await body({ house, first, second });
    } finally {
        await house.close();
        await first.close();
        await second.close();
    }
}

let phones = 0;

async function ask(house) {
    const phone = `1390001${String(++phones).padStart(4, '0')}`;

    return { ...await house.visit({ phone }), phone };
}

function stands(house, visit, states) {
    return until(`the message in ${states}`, async () => {
        const message = (await house.case(visit.case.id)).messages.find((m) => m.direction === 'mt');

        return states.includes(message?.state) && message;
    });
}

async function status(house, name) {
    const { stdout } = await run_well(['gateway', 'status', '--json', '--data', house.data, '--config', house.config]);

    return JSON.parse(stdout).gateways.find((g) => g.name === name);
}

test('the first one takes what it can, and the second nothing', () => with_house(async ({ house, first, second }) => {
    await first.open();
    await second.open();
    for (let i = 0; i < 3; i++)
        await stands(house, await ask(house), ['ACCEPTED']);
    assert.deepEqual([first.sent.length, second.sent.length], [3, 0]);
}));

test('nobody listens at the first: all of it goes by the second, once', () => with_house(async ({ house, first, second }) => {
    const visits = [];

    await second.open();
    for (let i = 0; i < 5; i++)
        visits.push(await ask(house));
    for (const visit of visits)
        await stands(house, visit, ['ACCEPTED']);
    assert.deepEqual(second.sent.toSorted(), visits.map((v) => v.phone).toSorted());
    const down = await status(house, 'first');
    assert.equal(down.state, 'resting');
    assert.match(down.last_error, /refused|connect/i);
    await first.open();
    await until('the first one to be tried again', async () => {
        await stands(house, await ask(house), ['ACCEPTED']);
        return first.sent.length > 0;
    });
    await stands(house, await ask(house), ['ACCEPTED']);
    await until('the first one to be ready', async () => (await status(house, 'first')).state === 'ready');
    const all = [...first.sent, ...second.sent];
    assert.equal(new Set(all).size, all.length, 'nothing went by both');
}));

test('what may have been sent stays where it is', () => with_house(async ({ house, first, second }) => {
    first.says = 'silent';
    await first.open();
    await second.open();
    const visit = await ask(house);

    await stands(house, visit, ['UNKNOWN']);
    assert.deepEqual(first.sent, [visit.phone]);
    let asked = 1;
    for (; asked < 10 && second.sent.length === 0; asked++)
        await stands(house, await ask(house), ['UNKNOWN', 'ACCEPTED']);
    const all = [...first.sent, ...second.sent];
    assert.equal(new Set(all).size, all.length, 'nothing went by both');
    assert.equal(all.length, asked);
    assert.equal((await stands(house, visit, ['UNKNOWN'])).state, 'UNKNOWN');
    assert.ok(second.sent.length > 0, 'who is silent again and again is as good as down');
}));

test('a gateway that refuses for now is tried again and not passed by in a hurry', () => with_house(async ({ house, first, second }) => {
    first.says = 'busy';
    await first.open();
    await second.open();
    const visit = await ask(house);

    await until('a first try', () => first.sent.length > 0);
    first.says = 'take';
    await stands(house, visit, ['ACCEPTED']);
    assert.equal(second.sent.length, 0);
}));

test('one whose folder is missing says so, and the rest goes on', () => with_house(async ({ house, second }) => {
    await second.open();
    const visit = await ask(house);

    await stands(house, visit, ['ACCEPTED']);
    assert.deepEqual(second.sent, [visit.phone]);
    const broken = await status(house, 'first');
    assert.equal(broken.state, 'broken');
    assert.match(broken.last_error, /nowhere/, broken.last_error);
}, { first: { kind: 'smstools', folder: '/nowhere/spool', url: '' } }));
