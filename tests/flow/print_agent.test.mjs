/*
 * print_agent.test.mjs — tickets that an agent fetches and prints in the hall's own network: over
 * lines that break, with servers and agents that are killed, and never twice.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, hall, ini, launch, run, scratch_folder, until, within } from './house.mjs';
import { SmallPrinter, hall_with_kiosks } from './small_printer.mjs';
import { WeakLine } from './weak_line.mjs';

const folder = scratch_folder('agent');
const key_file = path.join(folder, 'machine.key'), config = path.join(folder, 'agent.conf');
let house, front, line, agent;

before(async () => {
    const file = path.join(folder, 'hall.json');

    front = await SmallPrinter.open();
    fs.writeFileSync(file, JSON.stringify(hall_with_kiosks(hall, { k1: 'front' })));
    house = await House.open({ hall_file: file,
        settings: { 'printer front': { way: 'cloudprnt', silence: '2 s', secret: 'only-for-this-printer' } } });
    line = await WeakLine.open(house);
    fs.writeFileSync(key_file, `${house.keys.machine}\n`);
    fs.writeFileSync(config, ini({ 'printer front': { way: 'tcp', address: front.address, status_timeout: 10000 } }));
    start();
});
after(async () => {
    await stop('SIGKILL');
    await house?.close();
    await line?.close();
    await front?.close();
});

const words = (file = key_file) => ['print-agent', '--server', `${line.url}/`, '--key-file', file, '--printer', 'front', '--config', config];

function start(file) {
    const child = launch(words(file));

    agent = { child, said: '', ended: null };
    const mine = agent;
    child.stdin.end();
    child.stdout.resume();
    child.stderr.on('data', (part) => { mine.said += part; });
    child.on('close', (code, signal) => { mine.ended = { code, signal }; });
}

async function stop(signal) {
    if (agent && !agent.ended) {
        agent.child.kill(signal);
        await until(`the agent's end by ${signal}`, () => agent.ended);
    }
    return agent?.ended;
}

const take = async () =>
    (await house.expect(201, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'school', kiosk: 'k1' } })).json.ticket;
const state = async (ticket) => (await house.get('machine', `/api/v1/tickets/${ticket.id}`)).print.state;
const becomes = (ticket, wanted) => until(`${ticket.number} to be ${wanted}`, async () => (await state(ticket)) === wanted);
const metric = async (what) => new RegExp(`^${what.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm')
    .exec((await house.request('GET', '/metrics')).text)?.[1];
const measures = (what, value) => until(`${what} ${value}`, async () => (await metric(what)) === value);

/* One that comes out, exactly once, however the line breaks. */
async function once(ticket, printed) {
    await becomes(ticket, 'printed');
    assert.equal(front.tickets.length, printed + 1);
    assert.ok(front.tickets[printed].text.includes(ticket.number));
}

test('a ticket comes out of the printer that only the agent reaches, soon', async () => {
    await measures('yiping_printer_up{printer="front"}', '1');
    await within('from the ticket to its paper', 1000, async (nth) => {
        const began = performance.now(), ticket = await take(), paper = await front.ticket(nth);

        await once(ticket, nth);
        assert.equal(await metric('yiping_print_jobs_total{printer="front",result="printed"}'), `${nth + 1}`);
        return paper.at - began;
    });
    assert.match((await run(['printer', 'status', '--config', house.config, '--data', house.data])).stdout,
        /front: cloudprnt, 80mm\n.*all is well/s);
});

test('what the agent sees of the printer stands on the server, and the ticket waits', async () => {
    const printed = front.tickets.length;

    front.paper_out();
    const ticket = await take();
    await measures('yiping_printer_sign{printer="front",sign="paper_end"}', '1');
    const { text } = await house.expect(200, 'GET', `/k/k1?ticket=${ticket.id}`, { as: 'machine' });
    assert.match(text, /请拍照或记下号码/);
    assert.equal(await state(ticket), 'queued');
    assert.equal(front.tickets.length, printed);
    front.well();
    await once(ticket, printed);
});

test('a printer that breaks off leaves its ticket unconfirmed and takes the next', async () => {
    const printed = front.tickets.length;

    front.takes = 1500;
    const ticket = await take();
    await becomes(ticket, 'unconfirmed');
    front.takes = Infinity;
    await once(await take(), printed);
    assert.equal(await state(ticket), 'unconfirmed');
});

for (const [method, how] of [['POST', 'unanswered'], ['GET', 'lost'], ['GET', 'unanswered'], ['GET', 'cut'],
    ['DELETE', 'lost'], ['DELETE', 'unanswered']])
    test(`the line breaks: ${method} ${how}`, async () => {
        const printed = front.tickets.length;

        line.break_next(method, how, method === 'DELETE' ? 2 : 1);
        await once(await take(), printed);
        await until('the line to have broken', () => line.faults.every((f) => f.times === 0));
        assert.equal(front.tickets.length, printed + 1);
    });

test('a network that is away for a while: silence is seen, the ticket comes later', async () => {
    const printed = front.tickets.length;

    line.down = true;
    await measures('yiping_printer_up{printer="front"}', '0');
    const ticket = await take();
    line.down = false;
    await once(ticket, printed);
    await until('the agent to tell it', () => /server_away.*server_back/s.test(agent.said));
    await measures('yiping_printer_up{printer="front"}', '1');
});

test('a server that is killed while the agent prints learns the outcome afterwards', async () => {
    const printed = front.tickets.length;

    front.delay_ms = 1500; /* before the printer says that it is done */
    const ticket = await take();
    await front.ticket(printed);
    await house.restart('SIGKILL');
    assert.notEqual(await state(ticket), 'failed');
    await once(ticket, printed);
    front.delay_ms = 0;
});

test('an agent that is killed between print and report: unconfirmed, never printed twice', async () => {
    const printed = front.tickets.length;

    front.delay_ms = 60000;
    const ticket = await take();
    await front.ticket(printed);
    await stop('SIGKILL');
    front.delay_ms = 0;
    assert.equal(await state(ticket), 'queued', 'nobody has said that it came out');
    start();
    await becomes(ticket, 'unconfirmed');
    await once(await take(), printed + 1);
    assert.equal(await state(ticket), 'unconfirmed');
});

test('it ends by a signal, and the printer\'s own secret is as good as a key', async () => {
    const secret_file = path.join(folder, 'secret'), printed = front.tickets.length;

    assert.deepEqual(await stop('SIGTERM'), { code: 0, signal: null });
    assert.ok(!agent.said.includes(house.keys.machine));
    fs.writeFileSync(secret_file, 'only-for-this-printer');
    start(secret_file);
    await once(await take(), printed);
});

test('a key that is none is told, and the agent goes on asking', async () => {
    const wrong = path.join(folder, 'wrong.key');

    await stop('SIGINT');
    fs.writeFileSync(wrong, 'no-key-of-anybody\n');
    start(wrong);
    await until('the key to be refused twice', () =>
        line.seen.filter((s) => s === 'POST 401').length >= 2);
    await until('the agent to tell it', () => /does not take this key/.test(agent.said));
    assert.equal(agent.said.match(/server_away/g).length, 1, 'said once');
    assert.deepEqual(await stop('SIGTERM'), { code: 0, signal: null });
});

test('words that do not fit together are told', async () => {
    const with_words = (more) => run(['print-agent', '--key-file', key_file, '--printer', 'front', ...more]);

    assert.equal((await run(['print-agent'])).code, 2);
    assert.equal((await with_words(['--server', line.url, 'more'])).code, 2);
    assert.match((await with_words(['--server', line.url])).stderr, /no section \[printer front\]/);
    assert.match((await with_words(['--server', 'ftp://x', '--config', config])).stderr, /begins with https/);
    assert.match((await run([...words('/no/such/key')])).stderr, /key file/);
    assert.match((await with_words(['--server', line.url, '--config', house.config])).stderr, /how to reach the printer/);
    assert.equal((await run(['print-agent', '--help'])).stdout, (await run(['help', 'print-agent'])).stdout);
});
