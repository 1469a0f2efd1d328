/*
 * cloudprnt.test.mjs — tickets fetched by a printer that polls: what it is offered, what it is
 * told to keep, and that nothing it may have printed is ever offered again.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { CloudPrinter, png_facts } from './cloud_printer.mjs';
import { House, hall, http_request, run, scratch_folder, until } from './house.mjs';
import { hall_with_kiosks } from './small_printer.mjs';

let house, star, get_only;

const printer = (...words) => run(['printer', ...words, '--config', house.config, '--data', house.data]);
const address_of = async (name) => (await printer('address', name)).stdout.trim();

before(async () => {
    const file = path.join(scratch_folder('cloudprnt'), 'hall.json');

    fs.writeFileSync(file, JSON.stringify(hall_with_kiosks(hall, { k1: 'star', k2: 'getter', k3: 'narrow' })));
    house = await House.open({ hall_file: file, settings: {
        'printer star': { way: 'cloudprnt', silence: '3600 s', job_age: '10 min' },
        'printer getter': { way: 'cloudprnt', silence: '1 s', delete_method: 'get', secret: 'a-secret-of-its-own' },
        'printer narrow': { way: 'cloudprnt', silence: '3600 s', profile: '58mm' } } });
    star = new CloudPrinter(house, await address_of('star'));
    get_only = new CloudPrinter(house, await address_of('getter'));
});
after(() => house?.close());

const take = async (kiosk = 'k1') =>
    (await house.expect(201, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'school', kiosk } })).json.ticket;
const state = async (ticket) => (await house.get('machine', `/api/v1/tickets/${ticket.id}`)).print.state;
const is = async (ticket, wanted, why) => assert.equal(await state(ticket), wanted, why);
const metric = async (line) => new RegExp(`^${line.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm')
    .exec((await house.request('GET', '/metrics')).text)?.[1];
const page = async (target, as) => (await house.expect(200, 'GET', target, { as })).text;

/* Offered and fetched, and nothing said of it yet. */
async function fetched(kiosk = 'k1', by = star) {
    const ticket = await take(kiosk);

    assert.equal((await by.poll()).json.jobReady, true);
    assert.equal((await by.get()).status, 200);
    return ticket;
}

test('poll, get, delete: a ticket is offered, fetched as a picture and known to be printed', async () => {
    assert.deepEqual((await star.poll()).json, { jobReady: false });
    const ticket = await take(), offer = await star.poll();

    assert.match(offer.headers['content-type'], /^application\/json/);
    assert.equal(offer.json.jobReady, true);
    assert.equal(offer.json.mediaTypes[0], 'image/png');
    assert.equal(offer.json.deleteMethod, 'DELETE');
    assert.match(offer.json.jobToken, /^\d+$/);
    await is(ticket, 'queued');
    assert.equal((await star.poll()).json.jobToken, offer.json.jobToken, 'what was not fetched is offered again');

    const got = await star.get();
    assert.equal(got.status, 200);
    assert.equal(got.headers['content-type'], 'image/png');
    assert.equal(Number(got.headers['content-length']), got.bytes.length);
    assert.deepEqual(png_facts(got.bytes), { png: true, width: 576, bits: 1, colour: 0 });

    assert.equal((await star.end()).status, 200);
    await is(ticket, 'printed');
    assert.equal(await metric('yiping_print_jobs_total{printer="star",result="printed"}'), '1');
    assert.notEqual(await metric('yiping_printer_paper_used_metres{printer="star"}'), '0.000');
    assert.deepEqual((await star.poll()).json, { jobReady: false });
    assert.match(await page(`/k/k1?ticket=${ticket.id}`, 'machine'), /请取号票/);
});

test('the code on the picture is the address of the ticket', async (t) => {
    const ticket = await take(), file = path.join(house.folder, 'ticket.png');
    let read;

    await star.poll();
    fs.writeFileSync(file, await star.print());
    try {
        read = execFileSync('zbarimg', ['-q', '--raw', file], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
    } catch (trouble) {
        if (trouble.code === 'ENOENT')
            return t.skip('zbarimg is not installed');
        throw trouble;
    }
    assert.equal(read, ticket.url);
});

test('the picture is as wide as the profile says', async () => {
    const narrow = new CloudPrinter(house, await address_of('narrow'));

    await take('k3');
    await narrow.poll();
    assert.equal(png_facts(await narrow.print()).width, 384);
});

test('a double get is served the same bytes, and does not consume the job', async () => {
    const ticket = await fetched();
    const first = await star.get(), second = await star.get();

    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.ok(first.bytes.equals(second.bytes) && png_facts(first.bytes).png);
    await star.end('OK'); /* the newer guide's word */
    await is(ticket, 'printed');
    assert.equal((await star.get()).status, 404, 'what has ended is not served any more');
});

test('a type that was not offered is refused and the job stays', async () => {
    const ticket = await take();

    await star.poll();
    assert.equal((await star.get('text/plain')).status, 415);
    await is(ticket, 'queued');
    await star.end('510');
    await is(ticket, 'queued');
    await star.poll();
    await star.print();
    await is(ticket, 'printed');
});

test('older firmware names no token', async () => {
    const ticket = await take();

    await star.poll();
    assert.equal((await star.get('image/png', null)).status, 200);
    assert.equal((await star.end('200 OK'.replace(' ', '%20'), null)).status, 200);
    await is(ticket, 'printed');
});

test('error codes: what the printer is to get again is kept, what it can never print fails', async () => {
    for (const [code, wanted] of [['410', 'queued'], ['420%20Cover%20open', 'queued'], ['411', 'queued'], ['499', 'queued'],
        ['520', 'queued'], ['510', 'failed'], ['511', 'failed'], ['512', 'failed'], ['521', 'failed'],
        ['unconfirmed', 'unconfirmed'], ['', 'unconfirmed'], ['700', 'unconfirmed']]) {
        const ticket = await fetched();

        assert.equal((await star.end(code)).status, 200, code);
        assert.equal(await state(ticket), wanted, `code ${code}`);
        if (wanted === 'queued') {
            await star.poll();
            await star.print();
            await is(ticket, 'printed');
        }
    }
});

test('after a lost delete the ticket is unconfirmed and never offered again; a late word counts', async () => {
    const ticket = await fetched(), lost = star.token;

    assert.deepEqual((await star.poll()).json, { jobReady: false }, 'not again by itself');
    await is(ticket, 'unconfirmed');
    assert.match(await page(`/k/k1?ticket=${ticket.id}`, 'machine'), /请拍照或记下号码/);
    assert.equal((await star.get('image/png', lost)).status, 404);
    await star.end('410', lost);
    await is(ticket, 'unconfirmed', 'a late complaint does not bring it back');

    const next = await take();
    await star.poll();
    await star.get();
    await star.end('200%20OK', lost, '&retry=1');
    await is(ticket, 'printed');
    await is(next, 'queued', 'sending: the other one is not meant');
    await star.end();
    await is(next, 'printed');
});

test('a person prints it again, and the paper differs', async () => {
    const ticket = await fetched(), first = (await star.get()).bytes;

    assert.ok(png_facts(first).png);
    await star.poll();
    await is(ticket, 'unconfirmed');
    await house.post('machine', `/api/v1/tickets/${ticket.id}/reprint`);
    await star.poll();
    const again = await star.print();
    assert.ok(png_facts(again).png && !again.equals(first), 'it is marked');
    await is(ticket, 'printed');
});

test('while it prints nothing is offered and nothing is lost', async () => {
    const ticket = await fetched(), other = await take();
    const token = star.token;

    assert.deepEqual((await star.poll('200%20OK', { printingInProgress: true })).json, { jobReady: false });
    assert.deepEqual((await star.poll('220%20Printing')).json, { jobReady: false });
    await star.end('200%20OK', token);
    await is(ticket, 'printed');
    await star.poll();
    await star.print();
    await is(other, 'printed');
});

test('paper and cover are seen from the poll: kiosk, desk, metrics and the command', async () => {
    const ticket = await take();

    assert.deepEqual((await star.poll('410%20Out%20of%20paper')).json, { jobReady: false });
    assert.equal(await metric('yiping_printer_up{printer="star"}'), '0');
    assert.equal(await metric('yiping_printer_sign{printer="star",sign="paper_end"}'), '1');
    assert.match(await page(`/k/k1?ticket=${ticket.id}`, 'machine'), /请拍照或记下号码/);
    assert.match(await page('/w/E01', 'desk'), /打印机 star.*没有纸了.*1 张号票在等打印/s);
    const told = await printer('status', 'star');
    assert.equal(told.code, 5);
    assert.match(told.stdout, /star: cloudprnt, 80mm\n.*装一卷新纸/s);

    await star.poll('420');
    assert.match(await page('/w/E01', 'desk'), /盖子/);
    await star.poll('411');
    assert.equal(await metric('yiping_printer_up{printer="star"}'), '0');
    const near = await star.poll('211%20Paper%20low');
    assert.equal(near.json.jobReady, true, 'it still prints');
    assert.equal(await metric('yiping_printer_sign{printer="star",sign="paper_near_end"}'), '1');
    await star.print();
    await is(ticket, 'printed');
    await star.poll();
    assert.equal(await metric('yiping_printer_up{printer="star"}'), '1');
    assert.equal((await printer('status', 'star')).code, 0);
});

test('a printer that breaks down in mid-ticket and recovers gets no second copy by itself', async () => {
    const ticket = await fetched();

    await star.poll('410');
    await is(ticket, 'queued', 'it may still tell');
    assert.deepEqual((await star.poll()).json, { jobReady: false });
    await is(ticket, 'unconfirmed');
});

test('one that fetched and is never heard of again leaves its ticket unconfirmed', async () => {
    const ticket = await fetched();

    await house.advance(120);
    await until('the ticket to be unconfirmed', async () => (await state(ticket)) === 'unconfirmed');
    const late = await take();
    await house.advance(1200);
    assert.deepEqual((await star.poll()).json, { jobReady: false }, 'its number is over');
    await is(late, 'failed');
});

test('a server that is killed in between offers nothing twice, and takes the late word', async () => {
    const told = await fetched(), token = star.token;

    await house.restart('SIGKILL');
    await is(told, 'unconfirmed');
    assert.deepEqual((await star.poll()).json, { jobReady: false });
    await star.end('200%20OK', token, '&retry=2');
    await is(told, 'printed');
});

test('deleteMethod GET, and a printer that falls silent is away', async () => {
    const ticket = await take('k2'), offer = await get_only.poll();

    assert.equal(offer.json.deleteMethod, 'GET');
    await get_only.get();
    assert.equal((await get_only.call('GET', `mac=1&code=200%20OK&token=${get_only.token}&delete`)).status, 200);
    await is(ticket, 'printed');
    assert.equal(await metric('yiping_printer_up{printer="getter"}'), '1');
    await until('silence to be seen', async () => (await metric('yiping_printer_up{printer="getter"}')) === '0');
    assert.match(await page('/w/E01', 'desk'), /打印机 getter.*没有应答/s);
    assert.match((await printer('status', 'getter')).stdout, /has not called for 1 s/);
    await get_only.poll();
    assert.equal(await metric('yiping_printer_up{printer="getter"}'), '1');
});

test('a wrong secret, a wrong name and no key get nothing, and words that are none are refused', async () => {
    const ask = (target, method = 'POST', headers = {}, body = '{"statusCode":"200 OK"}') =>
        http_request(house.port, method, target, { headers: { ...headers, 'Content-Length': Buffer.byteLength(body) }, body });
    const ticket = await take(), right = star.path, key = { Authorization: `Bearer ${house.keys.machine}` };

    assert.equal((await ask(`${right.slice(0, -1)}x`)).status, 404);
    assert.equal((await ask(right.replace('star', 'getter'))).status, 404, 'each has its own');
    assert.equal((await ask(right.replace('star', 'nobody'))).status, 404);
    assert.equal((await http_request(house.port, 'GET', `${right}/cloudprnt-setting.json`)).status, 404);
    assert.equal((await ask('/cloudprnt/star')).status, 401);
    assert.equal((await ask('/cloudprnt/star', 'POST', { Authorization: 'Bearer nonsense' })).status, 401);
    assert.equal((await ask('/cloudprnt/star', 'POST', { Authorization: `Bearer ${house.keys.integration}` })).status, 403);
    assert.equal((await ask('/cloudprnt/star', 'DELETE')).status, 401);
    assert.equal((await http_request(house.port, 'GET', '/cloudprnt/star')).status, 401);
    assert.equal((await ask('/cloudprnt/nobody', 'POST', key)).status, 404);
    assert.equal((await ask('/cloudprnt/star', 'POST', key)).json.jobReady, true);
    assert.equal((await ask('/cloudprnt/getter', 'POST', { Authorization: 'Bearer a-secret-of-its-own' })).status, 200);
    assert.equal((await ask(right, 'POST', {}, '{"statusCode":')).status, 400);
    assert.equal((await ask(right, 'POST', {}, '{}')).status, 422);
    assert.equal((await http_request(house.port, 'HEAD', `${right}?type=image/png`)).status, 405);
    assert.equal((await star.get('image/png', '12')).status, 404);
    assert.equal((await star.get('image/png', 'x')).status, 404);
    assert.equal((await star.end('200%20OK', '12')).status, 200);
    await is(ticket, 'queued', 'nothing of this touched it');
    for (let i = 0; i < 12; i++)
        await ask(`/cloudprnt/star/wrong-secret-${i}`);
    assert.equal((await ask('/cloudprnt/star/wrong-secret')).status, 429);
    assert.equal((await star.poll()).status, 200, 'what is right is never refused');
    assert.ok(!house.journal.includes(right.split('/').pop()), 'no secret in the journal');
});

test('what a printer says of itself is text and no more', async () => {
    const poll = (more) => star.poll('499', { signs: ['paper_end', 'no_such_sign', 7], ...more });

    assert.equal((await poll({ trouble: '\u001b[31mred\u0007\n' })).status, 200);
    assert.equal(await metric('yiping_printer_sign{printer="star",sign="paper_end"}'), '1');
    const { stdout } = await printer('status', 'star', '--json');
    assert.match(stdout, /" \[31mred  "/);
    assert.equal((await poll({ trouble: 'x'.repeat(240) })).status, 422);
    assert.equal((await poll({ trouble: 'x'.repeat(239) })).status, 200);
    assert.equal((await poll({ trouble: 7 })).status, 422);
    assert.equal((await poll({ signs: 'paper_end' })).status, 200);
    assert.equal((await star.poll('x'.repeat(201))).status, 422);
    assert.equal((await star.end('%1b%5b31m', '12', '&reason=%ff')).status, 400);
    await star.poll();
});

test('settings that cannot hold are named', async () => {
    const file = path.join(house.folder, 'wrong.ini');

    fs.writeFileSync(file, '[printer a]\nway = cloudprnt\nconfirm = answered\nsecret = short\nsilence = 0 s\n');
    const { code, stdout, stderr } = await run(['check', '--config', file]);
    assert.equal(code, 3);
    assert.match(stdout + stderr, /says itself what it printed/);
    assert.match(stdout + stderr, /secret: It stands in an address/);
    assert.match(stdout + stderr, /silence/);
});

test('the command tells the address, and what cannot be done from here', async () => {
    assert.match(await address_of('getter'), /\/cloudprnt\/getter\/a-secret-of-its-own$/);
    const trial = await printer('test', 'star');
    assert.equal(trial.code, 2);
    assert.match(trial.stderr, /calls the server/);
    assert.match((await printer('profile', 'star')).stdout, /delete_method +delete /);
});
