/*
 * qr_sms.test.mjs — the QR code of a hall whose pages no phone can open: it opens a text to the hall's
 * number, which rates by the ticket's short code (P5). From the paper to the rating.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { House, place_of, until } from './house.mjs';

let house;

before(async () => { house = await House.open({ settings: { ticket: { qr: 'sms' } } }); });
after(async () => { await house?.close(); });

/* What a phone's camera reads on the paper. */
async function scan(ticket, format = 'png') {
    const slip = await house.expect(200, 'GET', `/api/v1/tickets/${ticket.id}/slip?format=${format}&printer=58mm`, { as: 'machine' });
    const file = path.join(house.folder, `${ticket.number}.${format}`);

    fs.writeFileSync(file, slip.bytes);
    const { stdout } = await promisify(execFile)('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file]);
    return stdout.trim();
}

/* { to, text } as a phone opens it: the number ends with the first colon. */
function open_text(code) {
    const [, to, text] = /^smsto:(\+?\d+):(.*)$/.exec(code) ?? [];

    assert.ok(to, `${code} opens a text`);
    return { to, text };
}

async function close_visit(ticket) {
    const { window, clerk } = place_of(ticket.matter);
    const called = await house.call(window, clerk);

    assert.equal(called.ticket.id, ticket.id);
    await house.case_act(called.case.id, 'close');
    return called.case.id;
}

test('the paper, the screen and the API carry the same text, and say how to rate', async () => {
    const ticket = await house.take();
    const slip = await house.expect(200, 'GET', `/api/v1/tickets/${ticket.id}/slip?format=text&printer=58mm`, { as: 'machine' });

    assert.equal(await scan(ticket), ticket.qr);
    assert.equal(open_text(ticket.qr).text, `${ticket.short_code}:`);
    for (const word of ['5非常满意', '4满意', '3基本满意', '2不满意', '1非常不满意'])
        assert.ok(slip.text.replace(/\s/g, '').includes(word), slip.text);
    assert.match(ticket.url, /\/t\//, 'its page is there all the same');
    await close_visit(ticket);
});

test('from the paper to the rating: scan, add a digit, send', async () => {
    const ticket = await house.take(), mine = house.phone();
    const { to, text } = open_text(await scan(ticket));

    await house.reply(mine, to, `${text}5`);
    const early = await house.message(mine, 'early');
    assert.match(early.text, new RegExp(`${ticket.number}号还没办结`));
    const id = await close_visit(ticket);
    assert.deepEqual(await house.ratings(id), [], 'nothing is rated before the closing');
    await house.reply(mine, to, `${text}2`);
    const [rating] = await house.rated(id);
    assert.deepEqual([rating.grade, rating.channel, rating.proof], [2, 'ticket_sms', 'P5']);
    const reason = await house.message(mine, 'reason');
    await house.reply(mine, reason.from, '等太久');
    await until('the reason', async () => (await house.ratings(id))[0].comment === '等太久');
    await house.reply(mine, to, `${text}4`);
    const all = await house.rated(id, 2);
    assert.deepEqual(all.map((r) => [r.grade, r.effective]).sort(), [[2, false], [4, true]], 'once corrected');
});

test('somebody else\'s code is nobody\'s: a wrong one rates nothing', async () => {
    const ticket = await house.take(), mine = house.phone();
    const id = await close_visit(ticket);
    const wrong = ticket.short_code.replace(/.$/, (last) => last === 'A' ? 'B' : 'A');
    const { to } = open_text(ticket.qr);

    await house.reply(mine, to, `${wrong}:5`);
    await house.message(mine, 'unknown');
    assert.deepEqual(await house.ratings(id), []);
});

test('a hall with an address keeps its pages, unless it says otherwise', async () => {
    await house.stop();
    house.configure({});
    await house.start();
    const ticket = await house.take();
    assert.match(ticket.qr, /^https:\/\/[^/]+\/t\//);
    assert.equal(ticket.qr, ticket.url);
    assert.equal(await scan(ticket), ticket.qr);
});
