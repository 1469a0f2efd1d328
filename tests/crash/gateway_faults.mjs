/*
 * gateway_faults.mjs — fourteen gateways, each with a fault of its own, 300 messages through
 * each at once, the program killed in the middle of each; then both sides' books are
 * compared.
 *
 *   MESSAGES=300   through each     KILLS=4    how often at least it is killed     SEED=n
 *   KIND=kannel    no query call    KIND=aliyun   with one
 *
 * What must hold (facts/trust.md 1.3, T7): no message was taken twice but those counted as
 * resent, and none of those where the gateway can be asked; what a report speaks of is
 * delivered in our books; every message has a final or a shown state; every request that
 * reached the gateway is an attempt that was durable first.
 */
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';

import { end_all, House, place_of, until } from '../flow/house.mjs';
import { FAULTS, FaultGateway } from './fault_gateway.mjs';
import { random_of } from './load.mjs';

const kind = process.env.KIND ?? 'kannel';
const messages = Number(process.env.MESSAGES ?? 300);
const kills = Number(process.env.KILLS ?? 4);
const seed = Number(process.env.SEED ?? Date.now() % 1000000);
const random = random_of(seed);
const faults = [];
const SECRET = '0123456789abcdefghijklmnop';

console.log(`gateway faults: ${kind}, seed ${seed}, ${messages} messages through each, ${kills} kills`);

function sql(text) {
    const done = spawnSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'yiping.db'), text], { encoding: 'utf8', maxBuffer: 1 << 28 });

    if (done.status !== 0)
        throw new Error(done.stderr);
    return done.stdout.trim() ? JSON.parse(done.stdout) : [];
}

async function free_port() {
    const server = net.createServer();

    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address();
    await new Promise((done) => server.close(done));
    return port;
}

/* == The house and its gateways ====================================================== */

const names = Object.keys(FAULTS);
const port = await free_port();
const gateways = [];
const settings = { invite: { delay_min: '1 h', delay_max: '1 h', window: '00:00-24:00', spread: '0 s' }, sms: { settle: '4 s' } };

for (const [i, fault] of names.entries()) {
    const gateway = await new FaultGateway(kind, fault, random).open();

    gateway.name = fault;
    gateway.prefix = `139${String(10 + i)}`;
    gateway.report_url = `http://127.0.0.1:${port}/gateways/${fault}/report/${SECRET}`;
    gateways.push(gateway);
    settings[`gateway ${fault}`] = {
        kind, prefixes: gateway.prefix, in_flight: 16, timeout: '1 s', callback_secret: SECRET,
        callback_base: `http://127.0.0.1:${port}`, access_number: `1069${String(100 + i)}`,
        url: `${FAULTS[fault].tls ? 'https' : 'http'}://127.0.0.1:${gateway.port}/cgi-bin/sendsms`, user: 'u', password: 'p',
        ...(kind === 'aliyun' ? { sign_name: '青城政务', forms: 'survey:SMS_1 survey_four:SMS_2 survey_multi:SMS_3 survey_code:SMS_4 remind:SMS_5' } : {}),
    };
}

const house = await House.open({ settings, morning: false });

await house.stop();
await house.start(['--listen', `127.0.0.1:${port}`]);

async function close_cases(gateway) {
    const place = place_of('food-licence');

    for (let i = 0; i < messages; i++) {
        const now = new Date().toISOString();

        await house.post('integration', '/api/v1/cases', { case_no: `${gateway.name}-${i}`, matter: 'food-licence',
            window: place.window, clerk: place.clerk, phone: `${gateway.prefix}${String(100000 + i)}`, accepted_at: now, closed_at: now, source: 'fault' }, 201);
    }
}

/* All messages are there and fall due together, so that each gateway has its own under way
 * when the program dies. */
await Promise.all(gateways.map(close_cases));
await house.stop();
spawnSync('sqlite3', [path.join(house.data, 'yiping.db'), `UPDATE messages SET due_ms = ${Date.now()}`]);
for (const gateway of gateways)
    await gateway.begin();
await house.start(['--listen', `127.0.0.1:${port}`]);

/* == Killing ========================================================================= */

/* Where a message is under way at this moment, or waits after it was refused a connection. */
const under_way = () => sql(`SELECT DISTINCT gateway FROM messages WHERE state = 'SUBMITTING'
    OR (gateway = 'refuse' AND state = 'RETRY')`).map((row) => row.gateway);
const missed = new Set(names);
let killed = 0;

while (killed < kills || (missed.size > 0 && killed < 8 * kills)) {
    await until('one whose fault was not met yet', () => under_way().some((name) => missed.has(name)), 2000).catch(() => {});
    if (killed < kills) /* at any moment; whom chance has passed over meets it at once */
        await new Promise((done) => setTimeout(done, random() * 400));
    await house.stop('SIGKILL');
    killed++;
    for (const name of under_way())
        missed.delete(name);
    await house.start(['--listen', `127.0.0.1:${port}`]);
}
console.log(`killed ${killed} times`);
if (missed.size > 0)
    faults.push(`never killed while a message was under way at: ${[...missed].join(', ')}`);

/* == Quiet =========================================================================== */

const stuck = ['tls_failure']; /* waits for a person, and says so */

/* What is still on its way: open in our books, or told by a gateway and not yet in them. A
 * message that was sent again and is unknown once more stays so, and is shown. */
function unsettled() {
    const told = new Set(gateways.flatMap((g) => [...g.messages.values()].filter((m) => m.reported).map((m) => m.reference.split('.')[0])));
    const moving = kind === 'aliyun' ? "(state = 'UNKNOWN' AND resent = 0)" : "state = ''";

    return sql(`SELECT CAST(id AS TEXT) id, gateway, state FROM messages WHERE kind LIKE 'survey%'
                AND gateway NOT IN ('${stuck.join("','")}')
                AND (state IN ('NEW', 'CLAIMED', 'SUBMITTING', 'RETRY', 'ACCEPTED') OR ${moving})`)
        .filter((row) => row.gateway !== 'reports_disorder' || row.state !== 'ACCEPTED' || told.has(row.id));
}

await until('everything to have a final or a shown state', () => unsettled().length === 0, 300000)
    .catch((trouble) => faults.push(`${trouble.message}: ${JSON.stringify(unsettled().slice(0, 5))}`));

/* == Both sides' books =============================================================== */

const rows = sql(`SELECT CAST(m.id AS TEXT) id, m.gateway, m.state, m.attempt, m.resent,
    (SELECT count(*) FROM message_states s WHERE s.message_id = m.id AND s.state = 'UNKNOWN') unknown
    FROM messages m WHERE m.kind LIKE 'survey%'`);
const table = [];

for (const gateway of gateways) {
    const mine = new Map(rows.filter((r) => r.gateway === gateway.name).map((r) => [r.id, r]));
    const taken = new Map();
    const books = { taken: 0, doubled: 0, unknown: 0, resent: 0, delivered: 0, states: {} };

    if (mine.size !== messages)
        faults.push(`${gateway.name}: ${mine.size} messages of ${messages}`);
    for (const m of gateway.messages.values()) {
        const [id, attempt] = m.reference.split('.');
        const row = mine.get(id);

        if (!row || Number(attempt) > row.attempt)
            faults.push(`${gateway.name}: request ${m.reference} was never durable`);
        if (m.requests > 1)
            faults.push(`${gateway.name}: attempt ${m.reference} came ${m.requests} times`);
        if (m.taken)
            taken.set(id, [...(taken.get(id) ?? []), m]);
    }
    for (const row of mine.values()) {
        const got = taken.get(row.id) ?? [];

        books.taken += got.length;
        books.states[row.state] = (books.states[row.state] ?? 0) + 1;
        books.unknown += row.unknown > 0 ? 1 : 0;
        books.resent += row.resent === 2 ? 1 : 0;
        books.delivered += row.state === 'DELIVERED' ? 1 : 0;
        if (got.length > 1) {
            books.doubled++;
            if (row.resent === 0 || kind === 'aliyun')
                faults.push(`${gateway.name}: ${row.id} was taken ${got.length} times, unknown ${row.unknown}`);
        }
        if (got.some((m) => m.reported) && row.state !== 'DELIVERED')
            faults.push(`${gateway.name}: ${row.id} is reported and stands as ${row.state}`);
        if (row.state === 'DELIVERED' && got.length === 0)
            faults.push(`${gateway.name}: ${row.id} is delivered and was never taken`);
    }
    table.push({ fault: gateway.name, requests: gateway.requests, ...books, states: JSON.stringify(books.states) });
    gateway.close();
}
console.table(table);
if (/13[0-9]{9}|0123456789abcdefgh/.test(house.journal))
    faults.push('the journal holds a phone or a secret');
await house.close();
end_all();
faults.slice(0, 30).forEach((f) => console.log(`  ${f}`));
console.log(faults.length === 0 ? `${names.length} passed, 0 failed` : `0 passed, ${faults.length} failed (SEED=${seed})`);
process.exit(faults.length === 0 ? 0 : 1);
