// gateways.test.mjs — gateways as their keepers meet them: the commands, the addresses that
// gateways call, and what the page and the metrics tell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { House, run, run_well, until, page_text } from './house.mjs';
import { add_person } from './people.mjs';

const cellar = { 'gateway cellar': { kind: 'virtual', access_number: '106900' } };
const reply = { type: 'reply', id: 'r1', phone: '13900001000', to: '106900', text: '5', at: 1 };

async function opened(body, settings = cellar) {
    const house = await House.open({ settings, morning: false });

    try {
        await body(house, (...words) => run(['gateway', ...words, '--data', house.data, '--config', house.config]));
    } finally {
        await house.close();
    }
}

/* The two addresses, as `sample NAME` prints them. */
async function addresses(gateway) {
    const { stdout, code } = await gateway('sample', 'cellar');

    assert.equal(code, 0);
    return stdout.split('\n').filter((line) => line.startsWith('http'));
}

const path_of = (address) => new URL(address).pathname;

test('a sample of each kind, and what is none', async () => {
    for (const kind of ['virtual', 'kannel', 'smstools', 'twilio', 'aliyun', 'tencent', 'cmpp']) {
        const { stdout } = await run_well(['gateway', 'sample', kind]);

        assert.match(stdout, /^\[gateway \S+\]$/m, kind);
        assert.match(stdout, new RegExp(`^kind = ${kind}$`, 'm'));
    }
    const none = await run(['gateway', 'sample', 'pigeon']);
    assert.equal(none.code, 2);
    assert.equal(none.stdout, '');
    assert.match(none.stderr, /kannel/, 'the kinds are named');
    assert.equal((await run(['gateway'])).code, 2);
    assert.equal((await run(['gateway', 'fly'])).code, 2);
    assert.match((await run_well(['gateway', 'status', '--help'])).stdout, /^Examples:/);
});

test('a gateway calls its addresses and is thanked for what is kept', () => opened(async (house, gateway) => {
    const [replies, reports] = await addresses(gateway);
    assert.match(replies, /\/gateways\/cellar\/reply\/[0-9A-Z]{26}$/);
    assert.match(reports, /\/gateways\/cellar\/report\/[0-9A-Z]{26}$/);
    for (let i = 0; i < 2; i++)
        assert.equal((await house.expect(200, 'POST', path_of(replies), { json: reply })).text, '');
    await house.expect(200, 'GET', `${path_of(replies)}?text=%4F%60%00%35&from=%c3%28`);
    await house.refused(404, 'POST', path_of(replies).slice(0, -1), { json: reply });
    await house.refused(404, 'POST', path_of(replies).replace('cellar', 'attic'), { json: reply });
    const said = await until('the reply as read', async () => {
        const { messages } = await house.get(undefined, '/api/v1/dev/messages?phone=13900001000');
        return messages.some((m) => m.direction === 'mo') && messages;
    });
    assert.equal(said.filter((m) => m.direction === 'mo').length, 1, 'twice told is once kept');
    assert.ok(!house.journal.includes(replies.split('/').pop()), 'no secret in the journal');
    assert.doesNotMatch(house.journal, /13900001000/);
}));

test('a message to try a gateway, and how all stand', () => opened(async (house, gateway) => {
    const tried = await gateway('test', '139 0000 1234', '--gateway', 'cellar');
    assert.equal(tried.code, 0, tried.stderr);
    assert.match(tried.stdout, /^cellar: .*delivered to the phone\n$/);
    assert.match(tried.stderr, /cellar/, 'progress is on stderr');
    const { messages } = await house.get(undefined, '/api/v1/dev/messages?phone=13900001234');
    assert.deepEqual(messages.map((m) => [m.direction, m.kind]), [['mt', 'test']]);
    assert.match(messages[0].text, /测试短信/);
    assert.notEqual((await gateway('test', '13900001234', '--gateway', 'attic')).code, 0);
    assert.equal((await gateway('test', 'nobody')).code, 2);
    const status = await gateway('status', '--json');
    assert.equal(status.code, 0, status.stderr);
    const { running, gateways } = JSON.parse(status.stdout);
    assert.equal(running, true);
    assert.deepEqual(gateways.map((g) => [g.name, g.waiting, g.today.accepted]), [['cellar', 0, 1]]);
    const table = (await gateway('status')).stdout;
    assert.match(table, /^GATEWAY +STATE .*\ncellar /);
    assert.doesNotMatch(table, /1390000/);
    const metrics = (await house.request('GET', '/metrics')).text;
    assert.match(metrics, /^yiping_gateway_messages_total\{gateway="cellar",outcome="accepted"\} 1$/m);
    assert.match(metrics, /^yiping_gateway_outbox\{gateway="cellar"\} 0$/m);
    await house.stop();
    const ended = await gateway('status');
    assert.equal(ended.code, 0);
    assert.match(ended.stderr, /No server runs/);
    const refused = await gateway('test', '13900001234');
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /No server runs/);
}));

test('the hall sees its gateways, the clerk does not', () => opened(async (house, gateway) => {
    const [replies] = await addresses(gateway);
    const secret = replies.split('/').pop();

    for (const role of ['hall', 'clerk']) {
        const person = await (await add_person(house, role)).log_in();
        const page = await person.get('/gateways?lang=zh-CN');

        assert.equal(page.status, role === 'hall' ? 200 : 403);
        if (role === 'hall') {
            assert.match(page_text(page.text), /cellar/);
            assert.match(page.text, /\/gateways\/cellar\/reply\/…/);
            assert.ok(!page.text.includes(secret));
        }
    }
}));
