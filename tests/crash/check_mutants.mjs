/*
 * check_mutants.mjs — the checker checked: a store that was made by a real load is damaged in
 * one way after another, and check.mjs must find each. A judge that never says no is none.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { House, until } from '../flow/house.mjs';
import { check, outcomes, unread } from './check.mjs';
import { Load } from './load.mjs';

const seed = Number(process.env.SEED ?? 7);
let passed = 0, failed = 0;

function verdict(name, ok, more = '') {
    if (ok)
        passed++;
    else
        failed++;
    if (!ok)
        console.log(`FAILED ${name} ${more}`);
}

const house = await House.open();
const load = new Load(house, seed);
const db = path.join(house.data, 'yiping.db'), copy = path.join(house.folder, 'mutant.db');

/* Enough of everything; the load ends by itself. */
const enough = () => load.list.replies.length >= 5 && Object.keys(load.list.pages).length >= 8 && load.list.tickets.length >= 60;
await until('a load with everything in it', async () => {
    const end = performance.now() + 300;

    await load.run(6, () => performance.now() > end, 1);
    return enough();
});
await until('every reply to be read', () => unread(db) === 0);
await load.take(); /* somebody waits */
await house.stop();

const sound = check(db, { acknowledged: load.list });
verdict('the store as it is', sound.length === 0, JSON.stringify(sound));

const drop = (...names) => names.map((n) => `DROP INDEX ${n};`).join('');
const copy_row = (table, where, set) => `CREATE TEMP TABLE t AS SELECT * FROM ${table} ${where} LIMIT 1; UPDATE t SET ${set}; INSERT INTO ${table} SELECT * FROM t;`;
const one = (table, where = '') => `(SELECT rowid FROM ${table} ${where} ORDER BY rowid LIMIT 1)`;
const closed = load.list.closings[0].case, paged = Object.entries(load.list.pages).find(([, a]) => a.at(-1).acked)[0];
const reply = load.list.replies[0].id, ticket = load.list.tickets[0].id;

/* name, SQL that does the damage, what the checker must complain about */
const mutants = [
    ['a ticket lost', `DELETE FROM tickets WHERE id = ${ticket};`, /I1|I4/],
    ['the last ticket lost', 'DELETE FROM queue WHERE ticket_id = (SELECT max(id) FROM tickets); DELETE FROM tickets WHERE id = (SELECT max(id) FROM tickets);', /I1|I4/],
    ['a ticket renumbered', `${drop('tickets_number')} UPDATE tickets SET serial = serial + 1000 WHERE id = ${ticket};`, /I4/],
    ['a ticket doubled', `${drop('tickets_number', 'tickets_short')} ${copy_row('tickets', '', 'id = id + 1')}`, /I4|I5/],
    ['a ticket of another day', `UPDATE tickets SET local_date = local_date + 1 WHERE id = ${ticket};`, /I1|I4/],
    ['a counter too high', 'UPDATE series_days SET last = last + 1;', /I4/],
    ['a waiting count too high', 'UPDATE series_days SET waiting = waiting + 1;', /I8/],
    ['somebody in the queue forgotten', "DELETE FROM queue WHERE state = 'waiting';", /I8/],
    ['a case lost', `DELETE FROM cases WHERE id = ${closed};`, /I1|I5/],
    ['a closing undone', `UPDATE cases SET state = 'serving' WHERE id = ${closed};`, /I1/],
    ['an outcome changed', `UPDATE cases SET outcome = CASE outcome WHEN 'done' THEN 'refused' ELSE 'done' END WHERE id = ${closed};`, /I1/],
    ['a decision lost', `DELETE FROM invitations WHERE case_id = ${closed};`, /I2/],
    ['a decision doubled', `${drop('invitations_case')} ${copy_row('invitations', `WHERE case_id = ${closed}`, 'id = id + 1')}`, /I2/],
    ['a decision changed', `UPDATE invitations SET decision = 'capped' WHERE case_id = ${closed};`, /I1/],
    ['a rating lost', `DELETE FROM ratings WHERE case_id = ${paged};`, /I1/],
    ['a rating changed', `UPDATE ratings SET grade = 6 - grade, grade = CASE grade WHEN 3 THEN 4 ELSE 6 - grade END WHERE case_id = ${paged};`, /I1/],
    ['a rating doubled', `${drop('ratings_case')} ${copy_row('ratings', `WHERE case_id = ${paged}`, 'id = id + 1')}`, /a rating was made once|I1/],
    ['a rating of another case', `UPDATE ratings SET case_id = 4711 WHERE case_id = ${paged};`, /I1|I5/],
    ['a rating of no window', 'UPDATE cases SET window_id = 4711 WHERE id = (SELECT case_id FROM ratings LIMIT 1);', /I5/],
    ['a rating of no clerk', 'UPDATE cases SET clerk_id = 4711 WHERE id = (SELECT case_id FROM ratings LIMIT 1);', /I5/],
    ['a rating of no matter', 'UPDATE cases SET matter_id = 4711 WHERE id = (SELECT case_id FROM ratings LIMIT 1);', /I5/],
    ['a window lost', 'DELETE FROM windows WHERE id = (SELECT window_id FROM cases LIMIT 1);', /I5/],
    ['a day counted too high', `UPDATE rating_days SET ratings = ratings + 1 WHERE rowid = ${one('rating_days', 'WHERE ratings > 0')};`, /I8/],
    ['a day not counted', `DELETE FROM rating_days WHERE rowid = ${one('rating_days', 'WHERE ratings > 0')};`, /I8/],
    ['a day under another channel', `UPDATE rating_days SET channel = 'paper' WHERE rowid = ${one('rating_days', 'WHERE ratings > 0')};`, /I8/],
    ["a clerk's day counted too high", `UPDATE clerk_days SET ratings = ratings + 1 WHERE rowid = ${one('clerk_days')};`, /I8 a clerk's days/],
    ["a clerk's day given to another", `UPDATE clerk_days SET clerk_code = 'nobody' WHERE rowid = ${one('clerk_days', 'WHERE ratings > 0')};`, /I8 a clerk's days/],
    ["a clerk's day lost", `DELETE FROM clerk_days WHERE rowid = ${one('clerk_days', 'WHERE ratings > 0')};`, /I8 a clerk's days/],
    ['closings counted too low', `UPDATE closing_days SET closings = closings - 1 WHERE rowid = ${one('closing_days')};`, /I8/],
    ['a closing without its day', 'DELETE FROM closings WHERE case_id = (SELECT max(case_id) FROM closings);', /I8 each first closing/],
    ['a month of closings counted too low', 'UPDATE case_sums SET closed = closed - 1 WHERE span = 1 AND closed = (SELECT max(closed) FROM case_sums WHERE span = 1);', /I8 rates: closings/],
    ['a month of ratings counted too high', 'UPDATE rating_sums SET g5 = g5 + 1 WHERE span = 3 AND measure = 0;', /I8 rates: ratings/],
    ['a grade counted as another', 'UPDATE rating_sums SET g1 = g5, g2 = g1, g3 = g2, g4 = g3, g5 = g4 WHERE measure = 0;', /I8 rates: ratings/],
    ['an order counted twice', 'UPDATE order_sums SET orders = orders + 1 WHERE span = 0;', /I8 rates: orders/],
    ['a bad rating without its work order', 'DELETE FROM order_steps; DELETE FROM work_orders;', /work order/],
    ['a work order that stands nowhere', 'DELETE FROM order_states;', /order_states/],
    ['a step that was lost', 'DELETE FROM order_steps;', /a step for each change/],
    ['a work order for a good rating', "INSERT INTO work_orders (id, hall, number, kind, case_id, rating_id, opened_ms) SELECT id + 1, hall, '20990001', 'rating', case_id, id, 0 FROM ratings WHERE grade >= 3 LIMIT 1;", /work order/],
    ['a gateway that counts too much', "UPDATE gateway_counts SET n = n + 1 WHERE what = 'submitted';", /I8 what gateways did/],
    ['one that is known and asked after', 'UPDATE messages SET ask_ms = 1 WHERE id = (SELECT max(id) FROM messages);', /I3 only what is UNKNOWN/],
    ['one that went again uncounted', 'UPDATE messages SET resent = 2 WHERE id = (SELECT max(id) FROM messages);', /I3 what goes again/],
    ['a claim that outlived its lease', "UPDATE messages SET state = 'CLAIMED', lease_ms = 1000 WHERE id = (SELECT max(id) FROM messages);", /I7/],
    ['a submission without a lease', "UPDATE messages SET state = 'SUBMITTING', lease_ms = NULL WHERE id = (SELECT max(id) FROM messages);", /I7/],
    ['a second survey for a case', `INSERT INTO message_cases SELECT (SELECT max(message_id) FROM message_cases), 9, hall, case_id, NULL FROM message_cases
        WHERE message_id = (SELECT message_id FROM message_cases JOIN messages m ON m.id = message_id WHERE m.state IN ('ACCEPTED', 'DELIVERED') LIMIT 1) LIMIT 1;
        UPDATE messages SET state = 'ACCEPTED' WHERE id = (SELECT max(message_id) FROM message_cases);`, /I3/],
    ['a message sent twice', "INSERT INTO message_states SELECT id + 4000000, hall, message_id, state, attempt, detail, at_ms FROM message_states WHERE state IN ('SUBMITTING', 'ACCEPTED') ORDER BY id LIMIT 2;", /I3|last step/],
    ['a reply lost', `DELETE FROM readings WHERE inbound_id IN (SELECT id FROM inbound WHERE once = '${reply}'); DELETE FROM inbound WHERE once = '${reply}';`, /I1|I5/],
    ['a reply not read', `DELETE FROM readings WHERE inbound_id = (SELECT id FROM inbound WHERE once = '${reply}');`, /I1|reading/],
    ['a reply rated another case', `UPDATE readings SET case_id = ${paged} WHERE inbound_id = (SELECT id FROM inbound WHERE once = '${reply}');`, /I1/],
    ['words lost', 'DELETE FROM words WHERE id = (SELECT words_id FROM inbound LIMIT 1);', /I5/],
    ['a phone lost', 'DELETE FROM phones WHERE id = (SELECT phone_id FROM cases WHERE phone_id IS NOT NULL LIMIT 1);', /I5/],
    ['two windows with one ticket', "UPDATE queue SET state = 'called', window_code = 'A01' WHERE ticket_id = (SELECT max(id) FROM tickets);", /window|I8/],
    ['a visit that ended twice', `${copy_row('services', '', 'id = id + 1')}`, /visit/],
    ['a message without its step', "UPDATE messages SET state = 'NO_REPORT' WHERE state IN ('ACCEPTED', 'DELIVERED');", /last step/],
];

for (const [name, sql, pattern] of mutants) {
    let faults;

    fs.copyFileSync(db, copy);
    try {
        execFileSync('sqlite3', ['-bail', copy], { input: `PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;\n${sql}`, stdio: ['pipe', 'pipe', 'pipe'] });
        faults = check(copy, { acknowledged: load.list });
    } catch (trouble) {
        verdict(name, false, `the damage could not be done: ${trouble.stderr ?? trouble}`);
        continue;
    }
    verdict(name, faults.some((f) => pattern.test(f)), `was not found; the checker said ${JSON.stringify(faults)}`);
}

/* A page of a file overwritten: integrity_check or a query says so. */
fs.copyFileSync(db, copy);
const size = fs.statSync(copy).size, file = fs.openSync(copy, 'r+');
fs.writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, Math.floor(size / 8192) * 4096);
fs.closeSync(file);
let broken;
try {
    broken = check(copy, { acknowledged: load.list }).length > 0;
} catch {
    broken = true;
}
verdict('a page of the file overwritten', broken);

/* What the list of attempts allows. */
const same = (attempts, ...wanted) => verdict(`attempts ${JSON.stringify(attempts)}`,
    JSON.stringify([...outcomes(attempts)].sort()) === JSON.stringify(wanted.sort()), [...outcomes(attempts)].join(' '));
same([], ',');
same([{ grade: 5, acked: true }], '5,');
same([{ grade: 5, acked: false }], ',', '5,');
same([{ grade: 5, acked: true }, { grade: 5, acked: true }], '5,');
same([{ grade: 5, acked: true }, { grade: 2, acked: true }], '5,2');
same([{ grade: 5, acked: true }, { grade: 2, acked: true }, { grade: 1, acked: true }], '5,2');
same([{ grade: 5, acked: false }, { grade: 2, acked: true }], '2,', '5,2');

console.log(`${passed} passed, ${failed} failed`);
await house.close();
process.exit(failed ? 1 : 0);
