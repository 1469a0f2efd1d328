/*
 * ticket_judge.mjs — prints random tickets on paper and has two scanners read their codes.
 *
 * A worker thread: told { from, count, seed, templates, folder }, it answers with faults, one
 * sentence each, and what it measured. Each ticket goes through one width and one mode (its number
 * decides), as it is, smeared, and tilted. Not here: how many there are (tickets.test.mjs).
 */
import fs from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';

import { interpret, reading } from './paper.mjs';
import { flat_pgm, png_of_pgm, smear, tilted_pgm, zbar, zxing } from './picture.mjs';
import { place_symbols, symbol_fault } from './qr_place.mjs';
import { in_rom, random_values, slips } from './slips.mjs';

export const WIDTHS = { '58mm': 384, '80mm': 576 };
export const MODES = {
    raster: { encoding: 'raster' },
    text: {},
    native: { qr: 'native' },
};
export const COMBINATIONS = Object.keys(WIDTHS).flatMap((width) => Object.keys(MODES).map((mode) => ({ width, mode })));

const LEAST_MODULE = 6; /* dots */

/* Ticket i: its order for slips.c, and how it is to be judged. */
export function order_of(seed, i, templates) {
    const { width, mode } = COMBINATIONS[i % COMBINATIONS.length];
    const template = templates[Math.floor(i / COMBINATIONS.length) % templates.length];

    return { width, mode, order: { template, profile: width, set: MODES[mode], values: random_values(seed, i) } };
}

const squeezed = (text) => text.replace(/[\s-]+/g, '');

/* What is wrong with the text on the paper. */
function text_faults(ticket, mode, values) {
    const faults = [], whole = squeezed(reading(ticket));

    if (mode === 'raster')
        return ticket.lines.length > 0 ? [`raster mode prints text: ${reading(ticket)}`] : [];
    for (const name of ['hall', 'service', 'number', 'window_hint', 'ahead', 'wait_min', 'taken_at', 'caption',
        'short_code', 'root']) {
        const text = values[name] ?? '';

        if (in_rom(text) ? !whole.includes(squeezed(text)) : ticket.images.length === 0)
            faults.push(`${name} "${text}" is not on the paper:\n${reading(ticket)}`);
    }
    return faults;
}

/* What is wrong with the paper, before any scanner looks; `found` is told what was measured. */
export function paper_faults(bytes, { width, mode, order }, found = {}) {
    const paper = interpret(bytes, { dots: WIDTHS[width], native_qr: mode === 'native' });
    const faults = [...paper.faults];

    if (paper.tickets.length !== 1)
        return [...faults, `${paper.tickets.length} cuts`];
    const [ticket] = paper.tickets, symbols = place_symbols(ticket);
    if (symbols.length !== 1)
        faults.push(`${symbols.length} codes on the paper`);
    for (const symbol of symbols) {
        const fault = symbol_fault(ticket, symbol);

        if (symbol.m < LEAST_MODULE)
            faults.push(`modules of ${symbol.m} dots`);
        if (fault)
            faults.push(fault);
        found.module = symbol.m;
        found.modules = symbol.modules;
    }
    if (mode === 'native' && (ticket.codes.length !== 1 || ticket.codes[0].text !== order.values.qr_url))
        faults.push(`the printer was told to draw ${JSON.stringify(ticket.codes)}`);
    if (mode !== 'native' && ticket.codes.length > 0)
        faults.push('a code was left to a printer that draws none');
    faults.push(...text_faults(ticket, mode, order.values));
    found.ticket = ticket;
    found.rows = ticket.height;
    return faults;
}

/* The three pictures of a ticket, written into the folder: [{ file, how }]. */
function write_pictures(folder, i, ticket) {
    const tilt = i % 2 ? 1.5 : -1.5;

    return [['printed', flat_pgm(ticket)], ['smeared', flat_pgm(smear(ticket, true))], ['tilted', tilted_pgm(ticket, tilt)]]
        .map(([how, bytes]) => {
            const file = path.join(folder, `${i}-${how}.pgm`);

            fs.writeFileSync(file, bytes);
            return { file, how };
        });
}

async function scan(pictures, keep) {
    const files = pictures.map((p) => p.file), faults = [];
    const [by_zbar, by_zxing] = await Promise.all([zbar(files), zxing(files)]);

    for (const { file, how, i, url } of pictures) {
        let bad = false;

        for (const [scanner, texts] of [['zbarimg', by_zbar.get(file)], ['ZXingReader', by_zxing.get(file)]])
            if (texts.length !== 1 || texts[0] !== url) {
                faults.push(`ticket ${i}, ${how}: ${scanner} reads ${JSON.stringify(texts)}, not "${url}"`);
                bad = true;
            }
        if (bad)
            fs.writeFileSync(path.join(keep, path.basename(file).replace(/pgm$/, 'png')),
                png_of_pgm(fs.readFileSync(file)));
        fs.unlinkSync(file);
    }
    return faults;
}

async function judge({ from, count, seed, templates, folder, keep }) {
    const jobs = Array.from({ length: count }, (_, n) => order_of(seed, from + n, templates));
    const made = await slips(jobs.map((job) => job.order));
    const faults = [], pictures = [], measured = [];

    made.forEach((bytes, n) => {
        const i = from + n, job = jobs[n], found = {};

        for (const fault of paper_faults(bytes, job, found))
            faults.push({ i, fault: `ticket ${i} (${job.order.template}, ${job.width}, ${job.mode}): ${fault}` });
        measured.push({ i, bytes: bytes.length, rows: found.rows, module: found.module, modules: found.modules });
        if (found.ticket)
            pictures.push(...write_pictures(folder, i, found.ticket).map((p) => ({ ...p, i, url: job.order.values.qr_url })));
    });
    const scanned = (await scan(pictures, keep)).map((fault) => ({ i: Number(/\d+/.exec(fault)[0]), fault }));
    return { faults: [...faults, ...scanned], measured, pictures: pictures.length };
}

parentPort?.on('message', (order) => {
    judge(order).then((result) => parentPort.postMessage(result),
        (trouble) => parentPort.postMessage({ trouble: trouble.stack }));
});
