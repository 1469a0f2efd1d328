/*
 * printer.test.mjs — the scripted printer alone: it behaves like the printers it stands for.
 */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, test } from 'node:test';

import { until } from './house.mjs';
import { reading } from './paper.mjs';
import { Printer } from './printer.mjs';

const printers = [];

async function open(options) {
    const printer = await Printer.open(options);

    printers.push(printer);
    return printer;
}

after(() => Promise.all(printers.map((printer) => printer.close())));

/* A caller: { send, heard, ended }. */
function call(printer) {
    const caller = { heard: '', ended: null };
    const socket = net.connect(printer.port, '127.0.0.1');

    socket.on('data', (part) => { caller.heard += part.toString('hex'); });
    socket.on('error', (trouble) => { caller.ended = trouble.code; });
    socket.on('close', () => { caller.ended ??= 'closed'; });
    caller.send = (...parts) => parts.forEach((part) => socket.write(Buffer.from(part, 'latin1')));
    caller.hang_up = () => socket.end();
    caller.hears = (hex) => until(`${hex} from the printer`, () => caller.heard === hex)
        .catch((trouble) => assert.fail(`${trouble.message}: ${caller.heard}`));
    return caller;
}

const job = (text) => `\x1b@\x1c&\x1bt\0${text}\n\x1dVB\x18`;

test('real-time questions are answered at once, in every state', async () => {
    const printer = await open(), caller = call(printer);
    const ask = '\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04';

    caller.send(ask);
    await caller.hears('12121212');
    printer.set_cover(true);
    caller.send(job('A'), ask);
    await caller.hears('12121212' + '1a161212');
    assert.equal(printer.pieces().length, 0, 'nothing is printed under an open cover');
    printer.set_cover(false);
    await until('the ticket', () => printer.pieces().length === 1);
    printer.end_paper_after(0);
    caller.send(ask);
    await caller.hears('12121212' + '1a161212' + '1a32127e');
    assert.deepEqual(printer.paper.faults, []);
});

test('questions in the stream wait for what stands before them', async () => {
    const printer = await open({ process_id: 'answers' }), caller = call(printer);

    printer.set_cover(true);
    caller.send(job('A'), '\x1dr\x01', '\x1d(H\x06\x00000001', '\x1da\x0e', '\x10\x04\x01');
    await caller.hears('1a');
    printer.set_cover(false);
    await caller.hears('1a' + '00' + '37223030303100' + '10000000');
    printer.set_cover(true);
    await caller.hears('1a' + '00' + '37223030303100' + '10000000' + '38000000');
    assert.deepEqual(printer.paper.faults, []);
});

test('a channel that is silent says nothing, one that is unknown is printed', async () => {
    const printer = await open({ realtime: 'silent', gs_r: 'silent', asb: 'unknown' }), caller = call(printer);

    caller.send('\x10\x04\x01', '\x1dr\x01', job('A'));
    await until('a ticket', () => printer.pieces().length === 1);
    assert.deepEqual(printer.paper.faults, []);
    caller.send('\x1da\x0eB', '\n');
    await until('a fault', () => printer.paper.faults.length > 0);
    assert.equal(caller.heard, '');
});

test('paper that ends in mid-ticket holds the rest back until there is more', async () => {
    const printer = await open(), caller = call(printer);

    printer.end_paper_after(70);
    caller.send(job('one\ntwo\nthree\nfour'), '\x1dr\x01');
    await until('the end of the roll', () => printer.paper_end);
    caller.send('\x10\x04\x04');
    await caller.hears('7e');
    assert.deepEqual(printer.pieces().map(reading), ['one\ntwo\nthree']);
    printer.load_paper();
    await caller.hears('7e00');
    assert.deepEqual(printer.pieces().map(reading), ['one\ntwo\nthree', 'four']);
});

test('a buffer without back-pressure loses bytes, and what is left is garbage', async () => {
    const picture = `\x1dv0\0\x30\0\x80\0${'\x55'.repeat(0x30 * 0x80)}`; /* 6144 bytes */
    const printer = await open({ buffer_bytes: 1024, overrun: true, bytes_per_s: 20000 }), caller = call(printer);

    caller.send(job(`A\n${picture}`));
    await until('the end of it', () => printer.bytes >= 6144 && printer.buffer.length === 0);
    assert.ok(printer.lost_bytes > 0);
    const before = printer.lost_bytes;
    const slow = await open({ buffer_bytes: 1024, bytes_per_s: 200000 }), patient = call(slow);
    patient.send(job(`A\n${picture}`));
    await until('a ticket', () => slow.pieces()[0]?.cut);
    assert.deepEqual([slow.lost_bytes, slow.paper.faults], [0, []]);
    assert.ok(before > 0);
});

test('a second caller is refused, or hangs until the first has gone', async () => {
    const printer = await open(), first = call(printer);

    first.send('\x10\x04\x01');
    await first.hears('12');
    const second = call(printer);
    await until('a refusal', () => /ECONNRE(FUSED|SET)/.test(second.ended));
    first.hang_up();
    await until('the end of the first', () => printer.line === null && printer.server?.listening);
    const third = call(printer);
    third.send('\x10\x04\x01');
    await third.hears('12');

    const hanging = await open({ second: 'hang' }), one = call(hanging), two = call(hanging);
    one.send('\x10\x04\x01');
    two.send('\x10\x04\x01');
    await one.hears('12');
    await until('the second call', () => hanging.waiting.length === 1);
    assert.equal(two.heard, '');
    one.hang_up();
    await two.hears('12');
});

test('power that goes takes the buffer along', async () => {
    const printer = await open({ bytes_per_s: 2000 }), caller = call(printer);

    caller.send(job('one\ntwo\nthree\nfour\n'.repeat(40)));
    await until('some lines', () => printer.pieces()[0]?.lines.length > 3);
    printer.power_off();
    await until('the end of the call', () => caller.ended);
    assert.equal(caller.ended, 'ECONNRESET');
    const late = call(printer);
    await until('no answer', () => late.ended === 'ECONNREFUSED');
    await printer.power_on();
    const again = call(printer);
    again.send(job('five'));
    await until('a ticket', () => printer.pieces().at(-1)?.cut);
    const [piece, ticket, ...more] = printer.pieces().map(reading);
    assert.match(piece, /^one\ntwo\nthree\nfour/);
    assert.doesNotMatch(piece, /five/);
    assert.deepEqual([ticket, more], ['five', []]);
});
