/*
 * tickets.test.mjs — a thousand random tickets, printed on paper of our own and read by two scanners.
 *
 * Ticket i takes width and mode in turn (58 and 80 mm; the whole as a picture, text with a code as a
 * picture, text with the printer's own code); each is looked at as printed, after a smear of one dot
 * all around, and tilted by 1.5 degrees. TICKETS=1000 says how many, SEED which; pictures that were
 * not read stay in .build/test/tickets.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { ROOT, scratch_folder } from './house.mjs';
import { COMBINATIONS } from './ticket_judge.mjs';

const TICKETS = Number(process.env.TICKETS ?? 1000);
const SEED = Number(process.env.SEED ?? 20261124);
const WORKERS = 2, BATCH = 20;

const keep = path.join(ROOT, '.build/test/tickets');
const workers = [], faults = [], measured = [];
let pictures = 0;

const templates = fs.readdirSync(path.join(ROOT, 'templates/tickets'))
    .map((name) => /^(.*)\.receipt$/.exec(name)?.[1]).filter(Boolean).sort();

/* One worker takes batch after batch until none is left. */
function work(batches, folder) {
    return new Promise((done, fail) => {
        const worker = new Worker(new URL('ticket_judge.mjs', import.meta.url));
        const next = () => {
            const from = batches.shift();

            if (from === undefined)
                done(worker.terminate());
            else
                worker.postMessage({ from, count: Math.min(BATCH, TICKETS - from), seed: SEED, templates, folder, keep });
        };

        workers.push(worker);
        worker.on('error', fail);
        worker.on('message', (result) => {
            if (result.trouble) {
                fail(new Error(result.trouble));
                return;
            }
            faults.push(...result.faults);
            measured.push(...result.measured);
            pictures += result.pictures;
            next();
        });
        next();
    });
}

test('tickets are printed, smeared, tilted and scanned', async (t) => {
    const folder = scratch_folder('tickets');
    const batches = Array.from({ length: Math.ceil(TICKETS / BATCH) }, (_, n) => n * BATCH);

    fs.rmSync(keep, { recursive: true, force: true });
    fs.mkdirSync(keep, { recursive: true });
    await Promise.all(Array.from({ length: WORKERS }, () => work(batches, folder)));
    t.diagnostic(`seed ${SEED}: ${measured.length} tickets, ${pictures} pictures, two scanners each`);
    assert.equal(measured.length, TICKETS);
    assert.equal(pictures, 3 * TICKETS);
});

after(() => Promise.all(workers.map((worker) => worker.terminate())));

COMBINATIONS.forEach(({ width, mode }, which) => {
    test(`tickets of ${width} in ${mode} mode are read from the paper`, (t) => {
        const mine = measured.filter((m) => m.i % COMBINATIONS.length === which);
        const bad = faults.filter((f) => f.i % COMBINATIONS.length === which);
        const rows = mine.map((m) => m.rows).sort((a, b) => a - b);

        t.diagnostic(`seed ${SEED}: ${mine.length} tickets of ${width}, ${mode}: ` +
            `${rows[0] / 8} to ${rows.at(-1) / 8} mm, modules of ${[...new Set(mine.map((m) => m.module))]} dots, ` +
            `symbols of ${[...new Set(mine.map((m) => m.modules))].sort()} modules`);
        assert.ok(mine.length > 0);
        assert.equal(bad.length, 0, `${bad.length} faults:\n${bad.slice(0, 8).map((f) => f.fault).join('\n')}`);
    });
});
