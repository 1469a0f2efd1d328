/*
 * printers.test.mjs — tickets of real kiosks on their way to network printers: paper that is
 * out, a printer that breaks off, a server that is killed, and what people are told of it.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, hall, run, scratch_folder, until } from './house.mjs';
import { SmallPrinter, hall_with_kiosks } from './small_printer.mjs';

let house, front, side;

const section = (printer) => ({ way: 'tcp', address: printer.address, status_timeout: 10000, job_age: '60 s' });

before(async () => {
    const file = path.join(scratch_folder('printers'), 'hall.json');

    [front, side] = [await SmallPrinter.open(), await SmallPrinter.open()];
    fs.writeFileSync(file, JSON.stringify(hall_with_kiosks(hall,
        { k1: 'front', k2: 'side', k3: 'wrong', k4: 'nobody', k5: 'preview' })));
    house = await House.open({ hall_file: file, settings: {
        'printer front': section(front), 'printer side': section(side),
        'printer wrong': { way: 'file', path: '/no/such/folder' } } });
});
after(async () => {
    await house?.close();
    await front?.close();
    await side?.close();
});

const take = async (kiosk, matter = 'school') =>
    (await house.expect(201, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter, kiosk } })).json;
const state = async (ticket) => (await house.get('machine', `/api/v1/tickets/${ticket.id}`)).print.state;
const becomes = (ticket, wanted) => until(`${ticket.number} to be ${wanted}`, async () => (await state(ticket)) === wanted);
const metric = async (line) => new RegExp(`^${line.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm')
    .exec((await house.request('GET', '/metrics')).text)?.[1];
const measures = (line, value) => until(`${line} ${value}`, async () => (await metric(line)) === String(value));

/* The page of a kiosk or a desk, as the browser shows it that was made one. */
async function page(target, as) {
    return (await house.expect(200, 'GET', target, { as })).text;
}

test('a ticket comes out, and is known to have come out', async () => {
    const { ticket, print } = await take('k1');

    assert.equal(print.state, 'queued');
    const paper = await front.ticket(front.tickets.length > 0 ? front.tickets.length - 1 : 0);
    assert.ok(paper.text.includes(ticket.number), paper.text);
    assert.ok(!paper.text.includes('补打'));
    await becomes(ticket, 'printed');
    await measures('yiping_print_jobs_total{printer="front",result="printed"}', 1);
    assert.match(await page(`/k/k1?ticket=${ticket.id}`, 'machine'), /请取号票/);
});

test('a reprint has the same number and is marked', async () => {
    const { ticket } = await take('k1');

    await becomes(ticket, 'printed');
    const before_it = front.tickets.length;
    await house.post('machine', `/api/v1/tickets/${ticket.id}/reprint`);
    const paper = await front.ticket(before_it);
    assert.ok(paper.text.includes(ticket.number) && paper.text.includes('补打'), paper.text);
    await becomes(ticket, 'printed');
});

test('without paper a ticket waits, people are told, and the other printer goes on', async () => {
    const printed = front.tickets.length;

    front.paper_out();
    const { ticket } = await take('k1');
    await measures('yiping_printer_up{printer="front"}', 0);
    await measures('yiping_printer_sign{printer="front",sign="paper_end"}', 1);
    await measures('yiping_printer_up{printer="side"}', 1);
    const kiosk = await page(`/k/k1?ticket=${ticket.id}`, 'machine');
    assert.match(kiosk, /请拍照或记下号码/);
    assert.ok(kiosk.includes(ticket.number) && kiosk.includes('<svg class="qr"'), 'number and code stay');
    assert.match(await page('/w/E01', 'desk'), /打印机 front.*没有纸了.*1 张号票在等打印/s);
    assert.match(await page('/w/E01?lang=en', 'desk'), /Put a new roll in/);

    const other = (await take('k2')).ticket;
    await becomes(other, 'printed');
    assert.equal(await state(ticket), 'queued');
    assert.equal(front.tickets.length, printed, 'not a byte of it left');

    front.well();
    await becomes(ticket, 'printed');
    assert.equal(front.tickets.length, printed + 1);
    await measures('yiping_printer_up{printer="front"}', 1);
    assert.doesNotMatch(await page('/w/E01', 'desk'), /打印机 front/);
});

test('a number that is too old is not printed any more', async () => {
    const printed = front.tickets.length;

    front.cover_open();
    const { ticket } = await take('k1');
    await measures('yiping_printer_sign{printer="front",sign="cover_open"}', 1);
    await house.advance(120);
    await becomes(ticket, 'failed');
    front.well();
    await becomes((await take('k1')).ticket, 'printed'); /* whoever comes next lets it be looked at */
    assert.equal(front.tickets.length, printed + 1);
    assert.equal(await state(ticket), 'failed');
});

test('a printer that breaks off leaves its ticket unconfirmed, for a person to decide', async () => {
    front.takes = 1500;
    const { ticket } = await take('k1');
    await becomes(ticket, 'unconfirmed');
    assert.match(await page(`/k/k1?ticket=${ticket.id}`, 'machine'), /请拍照或记下号码/);
    front.takes = Infinity;
    const printed = front.tickets.length;
    const next = (await take('k1')).ticket;
    await becomes(next, 'printed');
    assert.equal(front.tickets.length, printed + 1, 'only the next one came out');
    assert.equal(await state(ticket), 'unconfirmed');
});

test('a server that is killed while it prints sends nothing twice', async () => {
    const printed = front.tickets.length;

    front.delay_ms = 60000; /* the last answer is on its way for ever */
    const { ticket } = await take('k1');
    await front.ticket(printed);
    assert.equal(await state(ticket), 'queued', 'nobody has said that it came out');
    await house.restart('SIGKILL');
    front.delay_ms = 0;
    assert.equal(await state(ticket), 'unconfirmed');
    const next = (await take('k1')).ticket;
    await becomes(next, 'printed');
    assert.equal(front.tickets.length, printed + 2);
    assert.equal(await state(ticket), 'unconfirmed');
});

test('wrong settings and unknown names fail with a reason, the preview shows', async () => {
    const wrong = (await take('k3')).ticket, nobody = (await take('k4')).ticket, shown = (await take('k5')).ticket;

    await becomes(wrong, 'failed');
    await becomes(nobody, 'failed');
    await becomes(shown, 'printed');
    assert.match(await page('/w/E01', 'desk'), /打印机 wrong.*请找管理员查看/s);
    assert.match(await page(`/k/k5?ticket=${shown.id}`, 'machine'), /没有接打印机/);
});

/* -- the command line ---------------------------------------------------------------- */

const printer = (...words) => run(['printer', ...words, '--config', house.config, '--data', house.data]);

test('printer status says in words what is wrong', async () => {
    const well = await printer('status', 'front');
    assert.equal(well.code, 0, well.stderr);
    assert.match(well.stdout, /front: tcp 127\.0\.0\.1, 80mm\n.*all is well/s);
    assert.match(well.stdout, /printed \d+/);

    side.paper_out();
    const empty = await printer('status', 'side');
    assert.notEqual(empty.code, 0);
    assert.match(empty.stdout, /装一卷新纸.*Put a new roll in/s);
    const all = JSON.parse((await printer('status', '--json')).stdout);
    assert.equal(all.running, true);
    assert.deepEqual(all.printers.map((p) => [p.name, p.well]), [['front', true], ['side', false], ['wrong', false]]);
    assert.ok(all.printers[1].signs.includes('paper_end'));
    side.well();
    assert.equal((await printer('status', 'nobody')).code, 2);
});

test('printer test prints a slip, profile tells what is recommended', async () => {
    const printed = side.tickets.length, done = await printer('test', 'side');

    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /GS r/);
    const { text } = await side.ticket(printed);
    assert.ok(text.includes('side') && text.includes('123456789012345678901234567890123456789012345678'), text);
    side.cover_open();
    const refused = await printer('test', 'side');
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /nothing was sent.*cover is open/s);
    side.well();

    const profile = await printer('profile', 'front');
    assert.match(profile.stdout, /qr_dots +8 /);
    assert.match(profile.stdout, /confirm +auto /);
    assert.match((await printer('profile', '58mm')).stdout, /dots +384 /);
    assert.equal((await printer('roll', 'side')).code, 0);
    assert.equal((await printer('stats', 'side')).code, 2);
});
