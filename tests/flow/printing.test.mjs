/*
 * printing.test.mjs — the real server and printers with troubles: what is said of each ticket is what
 * happened to the paper, and no number ever comes out twice.
 *
 * One house, a printer for each trouble, all at once; then the house dies in mid-ticket.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { House, end_all, hall, scratch_folder, until, within } from './house.mjs';
import { reading } from './paper.mjs';
import { flat_pgm, smear, tilted_pgm, zbar, zxing } from './picture.mjs';
import { Printer } from './printer.mjs';
import { place_symbols, symbol_fault } from './qr_place.mjs';

/* name → [how the printer is, how the settings speak of it] */
const PRINTERS = {
    well: [{}],
    wide: [{ dots: 576 }, { profile: '80mm', status_timeout: 10000 }],
    picture: [{ dots: 576 }, { profile: 'picture', status_timeout: 10000 }],
    draws: [{ native_qr: true }, { profile: 'draws', status_timeout: 10000 }],
    ids: [{ process_id: 'answers' }, { confirm: 'process_id' }],
    no_ids: [{ process_id: 'silent' }, { confirm: 'process_id', confirm_timeout: '1 s' }],
    asb: [{ gs_r: 'silent' }, { confirm: 'state' }],
    mute: [{ realtime: 'silent', gs_r: 'silent', asb: 'silent' }, { status_timeout: 100 }],
    cover: [{}], empty: [{ left_dots: 0 }], cutter: [{}], runs_out: [{}], dies: [{}],
    dies_mute: [{ realtime: 'silent', gs_r: 'silent' }, { status_timeout: 100 }],
    busy: [{ second: 'refuse' }], hangs: [{ second: 'hang' }, { connect_timeout: '1 s' }],
    slow: [{ bytes_per_s: 4000 }],
    drops: [{}, { status_timeout: 10000, confirm_timeout: '2 s' }],
    small: [{ buffer_bytes: 2048, overrun: true, bytes_per_s: 400000 }, { chunk_bytes: 512, chunk_delay: 20 }],
    crash: [{}, { chunk_bytes: 256, chunk_delay: 40 }],
};
const PROFILES = {
    'profile picture': { dots: 576, columns: 48, qr_dots: 8, encoding: 'raster' },
    'profile draws': { dots: 384, columns: 32, qr_dots: 7, qr: 'native' },
};
const REPRINTED = '补打';

const printers = {};
let house;

before(async () => {
    const file = path.join(scratch_folder('printing'), 'hall.json'), settings = { ...PROFILES };

    /* Whoever answers may take his time. */
    for (const [name, [options, terms = { status_timeout: 10000 }]] of Object.entries(PRINTERS)) {
        printers[name] = await Printer.open(options);
        settings[`printer ${name}`] = { way: 'tcp', address: printers[name].address, profile: '58mm', ...terms };
    }
    fs.writeFileSync(file, JSON.stringify({ ...hall, kiosks: Object.keys(PRINTERS).map((name) => ({ code: name, printer: name })) }));
    house = await House.open({ settings, hall_file: file });
});

after(async () => {
    await Promise.all(Object.values(printers).map((printer) => printer.close()));
    await house?.close();
    end_all();
});

/* == Tickets and what is said of them ================================================== */

const taken = new Map(); /* printer → tickets, in their order */

/* Somebody takes a ticket at the kiosk beside this printer: { id, number, url, job }. */
async function take(name) {
    const { ticket, print } = await house.post('machine', '/api/v1/tickets', { matter: 'business-licence', kiosk: name }, 201);

    assert.match(print.state, /^(queued|sending|printed)$/);
    const mine = { ...ticket, job: print.job };
    taken.set(name, [...taken.get(name) ?? [], mine]);
    return mine;
}

/* A person asks for the same number once more. */
async function reprint(ticket) {
    ticket.job = (await house.post('machine', `/api/v1/tickets/${ticket.id}/reprint`)).print.job;
}

async function state(ticket) {
    return (await house.get('machine', `/api/v1/tickets/${ticket.id}`)).print.state;
}

function becomes(ticket, wanted) {
    let last;

    return until(`print job of ${ticket.number} to be ${wanted}`, async () => (last = await state(ticket)) === wanted)
        .catch((trouble) => assert.fail(`${trouble.message}; it is ${last}`));
}

/* What the store says made it printed. */
function level(ticket) {
    const done = spawnSync('sqlite3', ['-readonly', '-init', '/dev/null', '-list', '-noheader',
        path.join(house.data, 'yiping.db'), `SELECT coalesce(level, '') FROM print_jobs WHERE id = ${BigInt(ticket.job)}`],
    { encoding: 'utf8' });

    assert.equal(done.status, 0, done.stderr);
    return done.stdout.trim();
}

const page = async (target, as) => (await house.expect(200, 'GET', target, { as })).text;

/*
 * The person at the kiosk is told that the number counts without paper, the desk which printer it
 * is and what to do (`advice`), the house's watchers the same (`sign`; '' where nothing answers).
 */
async function must_be_told(name, ticket, advice, sign) {
    const shown = await page(`/k/${name}?ticket=${ticket.id}`, 'machine'), metrics = await page('/metrics');

    assert.match(shown, /请拍照或记下号码/);
    assert.ok(shown.includes(ticket.number) && shown.includes('<svg class="qr"'), 'number and code stay on the screen');
    assert.match(await page('/w/E01', 'desk'), new RegExp(`打印机 ${name}</b>[^<]*${advice}`));
    assert.match(metrics, new RegExp(`^yiping_printer_up\\{printer="${name}"\\} 0$`, 'm'));
    if (sign)
        assert.match(metrics, new RegExp(`^yiping_printer_sign\\{printer="${name}",sign="${sign}"\\} 1$`, 'm'));
}

/* Once all is well nobody is told of it any more. */
async function must_be_well(name) {
    await until(`${name} to be well`, async () =>
        (await page('/metrics')).includes(`yiping_printer_up{printer="${name}"} 1\n`));
    assert.doesNotMatch(await page('/w/E01', 'desk'), new RegExp(`打印机 ${name}</b>`));
}

/* The last piece of paper is this ticket, whole; `faults` is how many there were before it. */
function must_be_whole(printer, ticket, faults = 0) {
    const pieces = printer.pieces(), piece = pieces.at(-1);

    assert.deepEqual(printer.paper.faults.slice(faults, faults + 3), []);
    assert.equal(piece.cut, 'partial');
    if (piece.lines.length > 0) /* else all of it is a picture */
        assert.ok(reading(piece).split('\n').includes(ticket.number), reading(piece));
    const symbols = place_symbols(piece);
    assert.equal(symbols.length, 1);
    assert.equal(symbol_fault(piece, symbols[0]), null);
}

async function printed(name, wanted_level) {
    const printer = printers[name], faults = printer.paper.faults.length, ticket = await take(name);

    await becomes(ticket, 'printed');
    assert.equal(level(ticket), wanted_level);
    must_be_whole(printer, ticket, faults);
    if (printer.pieces().at(-1).lines.length > 0)
        assert.equal(printer.papers_with(ticket.number), 1);
    return ticket;
}

/* Whatever comes next is taken for dots. */
function inside_picture(printer) {
    const { bytes, at } = printer.paper;

    return printer.buffer.length === 0 && bytes.toString('latin1', at, at + 3) === '\x1dv0';
}

/* == Troubles, each with a printer of its own ========================================== */

describe('printers', { concurrency: true }, () => {
    test('one that is well: printed, and it has answered for it', () => printed('well', 'answered'));

    for (const name of ['wide', 'picture', 'draws'])
        test(`paper of its kind (${name}): printed, and it has answered for it`, () => printed(name, 'answered'));

    test('one with process ids: printed is what it says has printed', () => printed('ids', 'process_id'));

    test('process ids that do not come: the ticket is unconfirmed', async () => {
        const ticket = await take('no_ids');

        await becomes(ticket, 'unconfirmed');
        assert.equal(printers.no_ids.papers_with(ticket.number), 1);
    });

    test('one that tells of its changes only: printed as far as its state says', () => printed('asb', 'state'));

    test('no status channel: printed at the level of the line, sooner once that is known', async () => {
        await printed('mute', 'drained');
        await printed('mute', 'drained');
        await within('it is asked no more', 2000, async (again) => {
            const began = performance.now();
            await printed('mute', 'drained');
            assert.equal(printers.mute.pieces().length, 3 + again);
            return performance.now() - began;
        });
        await must_be_well('mute');
    });

    for (const [name, what, spoil, mend, advice, sign] of [
        ['cover', 'an open cover', (p) => p.set_cover(true), (p) => p.set_cover(false), '盖子', 'cover_open'],
        ['empty', 'no paper', () => {}, (p) => p.load_paper(), '没有纸', 'paper_end'],
        ['cutter', 'a stuck cutter', (p) => { p.cutter_stuck = true; }, (p) => { p.cutter_stuck = false; p.print(); }, '切刀',
            'cutter_error']])
        test(`${what} before the ticket: it waits, people are told, and it goes later`, async () => {
            const printer = printers[name];

            spoil(printer);
            const ticket = await take(name);
            const { calls } = printer;
            await until('two looks', () => printer.calls >= calls + 2);
            await becomes(ticket, 'queued');
            await must_be_told(name, ticket, `${advice}.*1 张`, sign);
            assert.equal(printer.pieces().length, 0);
            assert.match(printer.buffer.toString('latin1'), /^(\x10\x04[\x01-\x04])*$/, 'questions only, nothing of the ticket');
            mend(printer);
            await becomes(ticket, 'printed');
            must_be_whole(printer, ticket);
            await must_be_well(name);
        });

    test('paper that ends in mid-ticket: unconfirmed, and never printed again by itself', async () => {
        const printer = printers.runs_out, first = await printed('runs_out', 'answered');

        printer.end_paper_after(250);
        const torn = await take('runs_out');
        await becomes(torn, 'unconfirmed');
        await must_be_told('runs_out', torn, '没有纸', 'paper_end');
        assert.equal(printer.papers_with(torn.number), 1);
        const waits = await take('runs_out'), { calls } = printer;
        await until('another look', () => printer.calls > calls + 1);
        await becomes(waits, 'queued');
        printer.load_paper();
        await becomes(waits, 'printed');
        assert.equal(await state(torn), 'unconfirmed');
        for (const ticket of [first, torn, waits])
            assert.equal(printer.papers_with(ticket.number), 1, ticket.number);
        assert.deepEqual(printer.paper.faults.slice(0, 3), []);
        await must_be_well('runs_out');

        await reprint(torn);
        await becomes(torn, 'printed');
        must_be_whole(printer, torn);
        const papers = printer.pieces().map(reading).filter((text) => text.split('\n').includes(torn.number));
        assert.deepEqual(papers.map((text) => text.includes(REPRINTED)), [false, true]);
    });

    for (const name of ['dies', 'dies_mute'])
        test(`power that goes in mid-ticket (${name}): unconfirmed, and the next one comes out`, async () => {
            const printer = printers[name];

            await printed(name, name === 'dies' ? 'answered' : 'drained');
            printer.bytes_per_s = 3000;
            const torn = await take(name);
            await until('half a ticket', () => printer.papers_with(torn.number) === 1);
            assert.equal(printer.pieces().at(-1).cut, null);
            printer.power_off();
            await becomes(torn, 'unconfirmed');
            const next = await take(name);
            await until('a call in vain', async () => (await page('/metrics')).includes(`yiping_printer_up{printer="${name}"} 0\n`));
            await must_be_told(name, next, '没有应答', '');
            await becomes(next, 'queued');
            printer.bytes_per_s = Infinity;
            await printer.power_on();
            await becomes(next, 'printed');
            assert.equal(await state(torn), 'unconfirmed');
            assert.equal(printer.papers_with(torn.number), 1);
            must_be_whole(printer, next);
        });

    for (const name of ['busy', 'hangs'])
        test(`another caller on the line (${name}): the ticket waits until it has gone`, async () => {
            const printer = printers[name];

            await until('the first look to be over', () => printer.calls > 0 && printer.line === null);
            const other = net.connect(printer.port, '127.0.0.1');
            other.on('error', () => {});
            await until('the other caller', () => printer.line !== null);
            const ticket = await take(name);
            await until('a call in vain', () => new RegExp(`printer\\.trouble.*name=${name} `).test(house.journal));
            await becomes(ticket, 'queued');
            assert.equal(printer.pieces().length, 0);
            other.end();
            await becomes(ticket, 'printed');
            must_be_whole(printer, ticket);
        });

    test('a slow one: printed when the paper is out, not before', async () => {
        const ticket = await take('slow');

        await until('half a ticket', () => printers.slow.papers_with(ticket.number) === 1);
        assert.equal(await state(ticket), 'queued', 'nobody has said that it came out');
        assert.match(await page(`/k/slow?ticket=${ticket.id}`, 'machine'), /正在打印|取号票|稍/);
        await becomes(ticket, 'printed');
        assert.equal(level(ticket), 'answered');
        must_be_whole(printers.slow, ticket);
    });

    test('bytes lost in a small buffer: unconfirmed, never sent again, and the next one is whole', async () => {
        const printer = printers.drops;

        await printed('drops', 'answered');
        Object.assign(printer, { overrun: true, buffer_bytes: 2048, bytes_per_s: 1 });
        const before_bytes = printer.bytes, ticket = await take('drops');
        await becomes(ticket, 'unconfirmed');
        assert.ok(printer.lost_bytes > 0, 'the trouble did happen');
        Object.assign(printer, { overrun: false, bytes_per_s: Infinity });
        assert.ok(inside_picture(printer), 'and left it within a picture');
        assert.ok(printer.papers_with(ticket.number) <= 1);
        const once = printer.bytes - before_bytes;
        assert.ok(once < 12000, `${once} bytes are one ticket`);

        const faults = printer.paper.faults.length, next = await take('drops');
        await becomes(next, 'printed');
        must_be_whole(printer, next, faults);
        assert.equal(await state(ticket), 'unconfirmed');
    });

    test('pieces with pauses: a small buffer loses nothing', async () => {
        const ticket = await printed('small', 'answered');

        assert.equal(printers.small.lost_bytes, 0);
        assert.ok(ticket);
    });
});

/* == The house dies ==================================================================== */

test('a house that is killed in mid-picture: unconfirmed, not sent again, and the next one is whole', async () => {
    const printer = printers.crash, ticket = await take('crash');

    await until('half a picture', () => printer.papers_with(ticket.number) === 1 && inside_picture(printer));
    await house.restart('SIGKILL');
    await becomes(ticket, 'unconfirmed');
    assert.ok(inside_picture(printer));
    await printed('crash', 'answered');
    assert.equal(await state(ticket), 'unconfirmed');
    assert.equal(printer.papers_with(ticket.number), 1);
});

/* == All the paper ===================================================================== */

test('no number is on two papers, on any printer, but where a person asked for it', () => {
    const seen = new Map();

    for (const [name, printer] of Object.entries(printers))
        for (const text of printer.pieces().map(reading).filter((t) => !t.includes(REPRINTED)))
            for (const number of text.split('\n').filter((line) => /^[A-Z]\d{3,4}$/.test(line))) {
                assert.equal(seen.get(number), undefined, `${number} on ${name} again`);
                seen.set(number, name);
            }
    assert.ok(seen.size > 20, `${seen.size} numbers`);
});

test('every whole ticket says its address to two scanners, smeared and tilted too', async () => {
    const folder = scratch_folder('paper'), wanted = new Map();

    for (const [name, printer] of Object.entries(printers)) {
        const pieces = printer.pieces().filter((piece) => piece.cut && place_symbols(piece).length === 1);

        pieces.forEach((piece, i) => { /* the number may be a picture, or on the end of the old roll */
            const numbers = reading(piece).split('\n');
            const told = taken.get(name).filter((ticket) => numbers.includes(ticket.number)).slice(-1);
            for (const [how, bytes] of [['printed', flat_pgm(piece)], ['smeared', flat_pgm(smear(piece, true))],
                ['tilted', tilted_pgm(piece, 1.5)]]) {
                const file = path.join(folder, `${name}-${i}-${how}.pgm`);

                fs.writeFileSync(file, bytes);
                wanted.set(file, (told.length > 0 ? told : taken.get(name)).map((ticket) => ticket.url));
            }
        });
    }
    assert.ok(wanted.size > 60, `${wanted.size} pictures`);
    const [by_zbar, by_zxing] = await Promise.all([zbar([...wanted.keys()]), zxing([...wanted.keys()])]);
    for (const [file, urls] of wanted) {
        const texts = by_zbar.get(file);

        assert.ok(texts.length === 1 && urls.includes(texts[0]), `${file}: zbarimg reads ${texts}, not ${urls}`);
        assert.deepEqual(by_zxing.get(file), texts, `${file}: ZXingReader`);
    }
});
