/*
 * paper.test.mjs — the judge judged: our interpreter of ESC/POS knows every command of the sheet,
 * prints what another program (receiptline) sends, and misses no byte that is wrong.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';

import { scratch_folder } from './house.mjs';
import { Paper, interpret, reading } from './paper.mjs';
import { flat_pgm, smear, tilted_pgm, zbar, zxing } from './picture.mjs';
import { place_symbols, symbol_fault } from './qr_place.mjs';
import { chance, random_values, slips } from './slips.mjs';

const receiptline = createRequire(new URL('../browser/package.json', import.meta.url))('receiptline');

const bytes = (...parts) => Buffer.concat(parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)));
const START = bytes('\x1b@\x1c&\x1bt\0');
const CUT = bytes('\x1dVB\x18');
const DOWN = 0x18; /* dots that CUT feeds */

/* Where the ink of a ticket lies: [left, top, right, bottom], the last two behind it. */
function ink_box({ width, height, ink }) {
    let box = null;

    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
            if (ink[y * width + x]) {
                box ??= [x, y, x + 1, y + 1];
                box = [Math.min(box[0], x), box[1], Math.max(box[2], x + 1), y + 1];
            }
    return box;
}

const square = (n, side = 8) => bytes('\x1dv0\0', [side / 8, 0, side, 0], Array(side * side / 8).fill(n));

test('what is on the paper after a few commands', () => {
    const table = [
        { say: bytes(square(0xff)), box: [0, 0, 8, 8], height: 8 },
        { say: bytes('\x1ba\x01', square(0xff)), box: [188, 0, 196, 8], height: 8 },
        { say: bytes('\x1ba\x02', square(0xff)), box: [376, 0, 384, 8], height: 8 },
        { say: bytes('\x1dv0\x03', [1, 0, 2, 0], [0xf0, 0x80]), box: [0, 0, 8, 4], height: 4 },
        { say: bytes('\x1bJ\x0a', square(0x01)), box: [7, 10, 8, 18], height: 18 },
        { say: bytes('\x1bd\x02', square(0x80)), box: [0, 60, 1, 68], height: 68 },
        { say: bytes('A\n'), text: 'A', height: 30 },
        { say: bytes('\x1d!\x11A\n'), text: 'A', height: 48 },
        { say: bytes('\x1b3\x00A\nB\n\x1b2'), text: 'A\nB', height: 48 },
        { say: bytes('\x1d!\x55', [0xce, 0xd2], '\n'), text: '我', height: 144, wider: 150 },
        { say: bytes('\x1bE\x01A\x1bE\x00B C\n'), text: 'AB C', height: 30 },
        { say: bytes([0x81, 0x40, 0xfd, 0x93], '\n'), text: '丂龘', height: 30 },
        { say: bytes('\x1c.\x1d(k\x03\0\x31C\x06\x1d(k\x03\0\x31E\x31\x1d(k\x06\0\x31P\x30abc\x1d(k\x03\0\x31Q\x30'),
            box: [0, 0, 126, 126], height: 126 },
        { say: bytes('\x10\x04\x01\x1dr\x01\x1da\x0e\x1d(H\x06\0\x30\x30', '0001', 'A\n'), text: 'A', height: 30 },
    ];

    for (const { say, box, text = '', height, wider } of table) {
        const paper = interpret(bytes(START, say, CUT), { dots: 384 }), [ticket] = paper.tickets;

        assert.deepEqual(paper.faults, [], say.toString('hex'));
        assert.equal(paper.tickets.length, 1);
        assert.equal(ticket.height, height + DOWN, say.toString('hex'));
        assert.equal(reading(ticket), text);
        assert.equal(ticket.cut, 'partial');
        if (box)
            assert.deepEqual(ink_box(ticket), box, say.toString('hex'));
        if (wider)
            assert.ok(ink_box(ticket)[2] >= wider - 24);
    }
});

test('every wrong byte is a fault', () => {
    const table = [
        [bytes('\x1bX'), /unknown command/], [bytes('\x1dz\x01'), /unknown command/],
        [bytes('\x1bM\0'), /unknown command/], [bytes('A\x09B\n'), /control character 09/],
        [bytes('A\n\0'), /control character 00/], [bytes('A\x7f\n'), /control character 7f/],
        [bytes([0x99, 0x33, 0xc3, 0x36], '\n'), /four bytes/], [bytes([0xfe, 0x9f], '\n'), /not in GBK/],
        [bytes([0xff], '\n'), /begins no letter/], [bytes([0xb0, 0x20], '\n'), /is no letter/],
        [bytes([0xaa, 0xa1], '\n'), /no glyph/], [bytes('\x1c.', [0xb0, 0xa1], '\n'), /outside Chinese mode/],
        [bytes('A\x1ba\x01\n'), /ESC a within a line/], [bytes('\x1ba\x03'), /ESC a 3/],
        [bytes('\x1d!\x88A\n'), /eight times/], [bytes('A'.repeat(33), '\n'), /wider than 384/],
        [bytes('\x1d!\x70', 'ABCDE\n'), /wider than 384/],
        [bytes('\x1dv0\0', [49, 0, 1, 0], Array(49).fill(0)), /392 dots are wider/],
        [bytes('A', square(1), '\n'), /GS v 0 within a line/], [bytes('\x1dv0\0', [0, 0, 1, 0]), /0 bytes/],
        [bytes('\x1dv0\x04', [1, 0, 1, 0, 0]), /GS v 0 4/],
        [bytes('\x1d(k\x03\0\x31Q\x30'), /not stored/], [bytes('\x1d(k\x04\0\x31A\x31\0'), /model/],
        [bytes('\x1d(k\x03\0\x31C\x11'), /17 dots/],
        [bytes('\x1d(k\x06\0\x31P\x30abc\x1d(k\x03\0\x31Q\x30'), /in Chinese mode/],
        [bytes('\x1c.\x1d(k\x03\0\x31C\x10\x1d(k\x0a\0\x31P\x30abcdefg\x1d(k\x03\0\x31C\x10\x1d(k\x03\0\x31Q\x30'), null],
        [bytes('\x1d(H\x06\0\x30\x30', '000\x01'), /GS \( H/], [bytes('\x10\x04\x05'), /DLE EOT 5/],
        [bytes('A\n\x1dV\0'), /last lines stay/], [bytes('\x1dVC\0'), /GS V/], [bytes('A\x1b@'), /its text is lost/],
        [bytes('\x1bt\x11'), /code page/], [bytes('A\x1bJ\x05\n'), /ESC J within/],
    ];

    for (const [say, why] of table) {
        const { faults } = interpret(bytes(START, say, CUT), { dots: 384 });

        if (why)
            assert.match(faults.join('\n'), why, say.toString('hex'));
        else
            assert.deepEqual(faults, [], say.toString('hex'));
    }
    assert.match(interpret(bytes(START, 'A\n')).faults.join(), /not cut/);
    assert.match(interpret(bytes(START, 'A\n', CUT, 'B')).faults.join(), /within a line/);
    assert.match(interpret(bytes(START, CUT, '\x1dv0')).faults.join(), /within a command/);
    assert.match(interpret(bytes(START, '\x1c.\x1d(k\x03\0\x31Q\x30', CUT), { native_qr: false }).faults.join(), /lacks/);
    assert.match(interpret(bytes(START, '\x1d(H\x06\0\x30\x30', '0001', CUT), { unknown: ['\x1d(H'] }).faults.join(), /unknown/);
});

test('zeros before an ESC @ wash a printer out', () => {
    const whole = square(0xff, 64), zeros = Buffer.alloc(8192);

    for (const left of [bytes(), whole.subarray(0, 6), whole.subarray(0, 200), bytes('half a line'), bytes([0xb0])]) {
        const paper = interpret(bytes(START, left, zeros, START, 'A\n', CUT));

        assert.deepEqual(paper.faults.filter((fault) => !/is no letter|0 rows/.test(fault)), []);
        assert.equal(reading(paper.tickets[0]), 'A');
    }
    assert.match(interpret(bytes(START, '\0A\n', CUT)).faults.join(), /control character 00/);
    assert.notDeepEqual(interpret(bytes(START, whole.subarray(0, 200), START, 'A\n', CUT)).faults, []);
});

test('questions are passed on in their order', () => {
    const asked = [];
    const paper = new Paper({ on_ask: (kind, a) => asked.push(`${kind} ${Buffer.from(a).toString('latin1')}`) });

    for (const byte of bytes(START, 'A\n\x1dr\x01\x1d(H\x06\0\x30\x30', '~ 9!', '\x1da\x0e', CUT, '\x1dr1'))
        paper.feed(Buffer.of(byte));
    assert.deepEqual(paper.faults, []);
    assert.deepEqual(asked, ['paper \x01', 'process_id ~ 9!', 'asb \x0e', 'paper 1']);
});

/* == The program's own tickets ========================================================= */

const MODES = { text: {}, raster: { encoding: 'raster' } };
const look = (paper) => JSON.stringify([paper.faults, paper.tickets.map((t) => [t.height, t.images, t.codes, reading(t)])]);

async function some_slips(count, seed) {
    const orders = Array.from({ length: count }, (_, i) => ({ template: 'normal', profile: '58mm',
        set: Object.values(MODES)[i % 2], values: random_values(seed, i) }));

    return slips(orders);
}

test('bytes may come in any pieces', async () => {
    const c = chance(3);

    for (const job of await some_slips(6, 3)) {
        const whole = interpret(job, { dots: 384 }), paper = new Paper({ dots: 384 });

        for (let at = 0, next; at < job.length; at = next) {
            next = at + c.from(1, 200);
            paper.feed(job.subarray(at, next));
        }
        assert.equal(look(paper.end()), look(whole));
        assert.ok(Buffer.from(paper.tickets[0].ink).equals(Buffer.from(whole.tickets[0].ink)));
        assert.deepEqual(whole.faults, []);
    }
});

/* Where the commands of pictures stand in a job: [offset of GS, bytes of data]. */
function picture_commands(job) {
    const found = [];

    for (let at = job.indexOf('\x1dv0\0', 0, 'latin1'); at >= 0;) {
        const length = job.readUInt16LE(at + 4) * job.readUInt16LE(at + 6);

        found.push([at, length]);
        at = job.indexOf('\x1dv0\0', at + 8 + length, 'latin1');
    }
    return found;
}

test('no wrong count of a picture passes unseen', async () => {
    const c = chance(4);
    let mutants = 0;

    for (const job of await some_slips(30, 4)) {
        const good = look(interpret(job, { dots: 384 })), pictures = picture_commands(job);
        const [at, length] = c.pick(pictures);
        const wrong = [4, 5, 6, 7].flatMap((field) => [1, -1].map((by) => {
            const copy = Buffer.from(job);

            copy[at + field] = copy[at + field] + by & 255;
            return copy;
        }));

        wrong.push(bytes(job.subarray(0, at + 8 + length - 1), job.subarray(at + 8 + length)), /* one byte short */
            bytes(job.subarray(0, at + 8 + length), [c.upto(256)], job.subarray(at + 8 + length)), /* one too many */
            bytes(job.subarray(0, at + 8), job.subarray(at + 8 + Math.ceil(length / 2))), /* a hole */
            job.subarray(0, at + 8 + (length >> 1)) /* cut off */);
        for (const mutant of wrong) {
            mutants++;
            assert.notEqual(look(interpret(mutant, { dots: 384 })), good, `a mutant at ${at} passes`);
        }
    }
    assert.equal(mutants, 30 * 12);
});

/* == Another program's ================================================================= */

const TICKET = `{width:*}
"^^^临江市政务服务中心
^企业设立登记
-
"^^^^^A023
^^请到3、4、5号窗口
{width:*,*}
|前面等候 |12 人|
|预计等候 |约 25 分钟|
{width:*}
{code:https://pj.example.gov.cn/t/ABCDEFGHJKMNPQRS;option:qrcode,7,m}
扫码评价本次服务
短码 7K3M-Q2XZ
`;

test('receiptline\'s bytes come out as receiptline means them', () => {
    for (const cpl of [32, 48])
        for (const command of ['escpos', 'epson', 'citizen', 'fit', 'generic']) {
            const display = { cpl, encoding: 'gb18030', spacing: false };
            const job = Buffer.from(receiptline.transform(TICKET, { ...display, command, cutting: true }), 'binary');
            const text = receiptline.transform(TICKET, { ...display, command: 'text' });
            const paper = interpret(job, { dots: cpl * 12, commands: 'wide' }), [ticket] = paper.tickets;
            const squeezed = (words) => words.split('\n').map((line) => line.replace(/\s+/g, '')).filter(Boolean);

            assert.deepEqual(paper.faults, [], command);
            assert.equal(paper.tickets.length, 1, command);
            assert.deepEqual(squeezed(reading(ticket)).map((line) => line.replace(/─/g, '-')),
                squeezed(text.toString()).map((line) => line.replace(/─/g, '-')), `${command} ${cpl}`);
            const symbols = place_symbols(ticket);
            assert.equal(symbols.length, 1, command);
            assert.equal(symbols[0].m, 7);
        }
});

/* == Where a code is hard to read ====================================================== */

test('a code is found to the dot, and its troubles are named', () => {
    const job = bytes(START, '\x1c.\x1ba\x01\x1bJ\x18\x1d(k\x03\0\x31C\x06\x1d(k\x03\0\x31E\x31',
        '\x1d(k\x0b\0\x31P\x30', 'https://', '\x1d(k\x03\0\x31Q\x30\x1bJ\x18', CUT);
    const { faults, tickets: [ticket] } = interpret(job, { dots: 384 });
    const [symbol, ...more] = place_symbols(ticket);

    assert.deepEqual(faults, []);
    assert.deepEqual(symbol, { x: 129, y: 24, m: 6, modules: 21, side: 126 });
    assert.equal(more.length, 0);
    assert.equal(symbol_fault(ticket, symbol), null);

    const dotted = (x, y) => ({ ...ticket, ink: Uint8Array.from(ticket.ink, (dot, i) => (i === y * 384 + x ? 1 : dot)) });
    assert.match(symbol_fault(dotted(symbol.x - 24, symbol.y), symbol), /quiet zone/);
    assert.match(symbol_fault(dotted(symbol.x + 125, symbol.y + 126 + 23), symbol), /quiet zone/);
    assert.equal(symbol_fault(dotted(symbol.x - 25, symbol.y), symbol), null);
    assert.match(symbol_fault(dotted(symbol.x + 10, symbol.y + 10), symbol), /of one colour/);
    assert.deepEqual(place_symbols(smear(ticket, true)), [], 'a smeared one is no exact one');
});

test('both scanners read what is there, and nothing where it is spoilt', async () => {
    const [job] = await slips([{ template: 'normal', profile: '58mm', values: random_values(5, 1) }]);
    const { tickets: [ticket] } = interpret(job, { dots: 384 }), [{ x, y, side }] = place_symbols(ticket);
    const spoilt = { ...ticket, ink: Uint8Array.from(ticket.ink) }, folder = scratch_folder('scan');
    const files = ['good.pgm', 'tilted.pgm', 'spoilt.pgm'].map((name) => path.join(folder, name));

    for (let row = y + (side >> 1); row < y + side; row++)
        spoilt.ink.fill(0, row * ticket.width + x, row * ticket.width + x + (side * 3 >> 2));
    fs.writeFileSync(files[0], flat_pgm(ticket));
    fs.writeFileSync(files[1], tilted_pgm(ticket, 10));
    fs.writeFileSync(files[2], flat_pgm(spoilt));
    const url = random_values(5, 1).qr_url;
    for (const scanner of [zbar, zxing])
        assert.deepEqual([...(await scanner(files)).values()], [[url], [url], []], scanner.name);
});
