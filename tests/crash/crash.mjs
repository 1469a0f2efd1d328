/*
 * crash.mjs — kills the server again and again in the middle of its work, on one store, and
 * judges after each restart with check.mjs.
 *
 *   CYCLES=200   how often         SEED=n   what is done when; printed, and settable
 *   CLIENTS=6    how many at once  KEEP=1   leaves the folder for a look
 *
 * A kill leaves the page cache alone, so this proves recovery, not power loss.
 */
import path from 'node:path';

import { House, until } from '../flow/house.mjs';
import { check, unread } from './check.mjs';
import { Load, random_of } from './load.mjs';

const cycles = Number(process.env.CYCLES ?? 200);
const clients = Number(process.env.CLIENTS ?? 6);
const seed = Number(process.env.SEED ?? Date.now() % 1000000);
const random = random_of(seed);

console.log(`crash: seed ${seed}, ${cycles} cycles, ${clients} clients`);
const house = await House.open();
const db = path.join(house.data, 'yiping.db');
const load = new Load(house, seed);
const began = performance.now();
let slowest_ms = 0;

function give_up(cycle, faults) {
    console.log(`crash: cycle ${cycle}, seed ${seed}, ${faults.length} faults`);
    faults.slice(0, 20).forEach((f) => console.log(`  ${f}`));
    console.log(house.journal.slice(-3000));
    console.log(`0 passed, 1 failed (SEED=${seed})`);
    process.exit(1);
}

/* What the journal of one life must not hold. */
function secrets(journal) {
    return /137[56]\d{7}/.test(journal) || Object.values(house.keys).some((k) => journal.includes(k));
}

for (let cycle = 1; cycle <= cycles; cycle++) {
    const life_ms = 5 + random() * 245;
    let over = false;
    const killed = new Promise((done) => setTimeout(done, life_ms)).then(() => house.stop('SIGKILL')).then(() => { over = true; });

    await Promise.all([killed, load.run(clients, () => over)]);
    if (secrets(house.journal))
        give_up(cycle, [`I9 the journal holds a phone or a key: ${house.journal.slice(-2000)}`]);
    house.journal = '';
    const start = performance.now();
    await house.start();
    await load.sync();
    slowest_ms = Math.max(slowest_ms, performance.now() - start);
    if (load.strange.length)
        give_up(cycle, load.strange);
    const deep = cycle % 10 === 0 || cycle === cycles;
    if (deep)
        await until('every reply to be read', () => unread(db) === 0);
    const faults = check(db, { acknowledged: load.list, deep });
    if (faults.length)
        give_up(cycle, faults);
}
await house.stop('SIGTERM');
const faults = check(db, { acknowledged: load.list });
if (faults.length)
    give_up('the end', faults);
for (const [kind, count] of Object.entries(load.done))
    if (count === 0 && cycles >= 100)
        give_up('the end', [`the load never did: ${kind}`]);
const { tickets, closings, pages, replies } = load.list;
console.log(`crash: ${cycles} kills in ${((performance.now() - began) / 1000).toFixed(0)} s; acknowledged and found: ` +
    `${tickets.length} tickets, ${closings.length} closings, ${Object.keys(pages).length} rated pages, ${replies.length} replies; ` +
    `slowest start ${slowest_ms.toFixed(0)} ms`);
console.log(`done: ${JSON.stringify(load.done)}`);
console.log(`${cycles} passed, 0 failed`);
await house.close();
