/*
 * smstools.test.mjs — a citizen with a phone, a modem on a shelf, Debian's smsd and the
 * program: what goes out, what comes back, and what a crash of either leaves behind.
 *
 * The tests share one house and one modem; each has phones of its own. At the end the
 * modem's own record is counted: nothing was sent twice, nothing is left in the spool.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, hall, until } from './house.mjs';
import { Smsd, available } from './smsd.mjs';

const options = { skip: available ? false : 'smsd is not installed' };
let house, shelf;

/* The hall with a face in the name of a matter, so that it goes out to citizens. */
function hall_with_a_face() {
    const with_face = structuredClone(hall), file = path.join(shelf.folder, 'hall.json');

    Object.assign(with_face.matters.find((m) => m.code === 'business-licence'), { short_name: '营业执照😀' });
    fs.writeFileSync(file, JSON.stringify(with_face));
    return file;
}

before(async () => {
    if (!available)
        return;
    shelf = await Smsd.open();
    /* The virtual gateway's clock is moved to a morning first; a real one's stays. */
    house = await House.open({ hall_file: hall_with_a_face() });
    await house.stop();
    house.configure({
        invite: { delay_min: '0 s', delay_max: '0 s', cap_days: 20, cap_30_days: 100 },
        'gateway shelf': shelf.settings,
    });
    await house.start();
});

after(async () => {
    await house?.close();
    await shelf?.close();
});

function digits_of(phone) {
    return `86${phone}`;
}

/* A closed case whose survey has reached the modem. */
async function surveyed(options = {}) {
    const phone = options.phone ?? house.phone(), to = digits_of(phone);
    const before = shelf.to(to).filter((m) => /满意/.test(m.text)).length;
    const visit = await house.visit({ ...options, phone });

    return { ...visit, phone, to, survey: await shelf.message(to, /满意/, before + 1) };
}

/* Several, of a phone each: closed one after another, then waited for together. */
async function surveyed_all(count) {
    const visits = [];

    for (let i = 0; i < count; i++) {
        const phone = house.phone();

        visits.push({ ...await house.visit({ phone }), phone, to: digits_of(phone) });
    }
    return Promise.all(visits.map(async (v) => ({ ...v, survey: await shelf.message(v.to, /满意/) })));
}

async function sent(id) {
    return (await house.case(id)).messages.filter((m) => m.direction === 'mt');
}

/* Waits until the n-th message of a case is in this state. */
function in_state(id, state, nth = 0) {
    let seen;

    return until(`a message that is ${state}`, async () => {
        seen = (await sent(id))[nth]?.state;
        return seen === state;
    }).catch((trouble) => {
        trouble.message += `; it is ${seen}`;
        throw trouble;
    });
}

test('a survey goes out whole, and its way is told', options, async () => {
    shelf.network('later');
    const s = await surveyed();

    assert.match(s.survey.text, /^【青城政务】.*营业执照😀.*拒收回T$/);
    assert.equal(s.survey.report, true);
    assert.equal(s.survey.part, null, 'one part');
    await in_state(s.case.id, 'ACCEPTED');
    shelf.settle();
    await in_state(s.case.id, 'DELIVERED');
    shelf.network('ok');
});

test('replies come in with Chinese and emoji, also in several parts', options, async () => {
    const [good, bad, long] = await surveyed_all(3);
    const story = '等了很久，窗口只开了一个，'.repeat(7) + '😡';

    shelf.mo(good.to, '5');
    shelf.mo(bad.to, '1 态度太差了😡');
    shelf.mo(long.to, `2 ${story}`);
    const [[g], [b], [l]] = [await house.rated(good.case.id), await house.rated(bad.case.id),
        await house.rated(long.case.id)];
    assert.deepEqual([g.grade, b.grade, l.grade], [5, 1, 2]);
    assert.match(b.comment, /态度太差了😡/);
    assert.ok(l.comment.includes(story), l.comment);
    await shelf.message(good.to, /谢谢！.*已记“非常满意”/);
    assert.equal((await house.ratings(good.case.id)).length, 1);
});

test('a second case of a phone gets a letter, and each answer finds its case', options, async () => {
    const first = await surveyed();
    const second = await surveyed({ phone: first.phone, matter: 'tax-registration' });
    const letter = /回([ABCEFGHJKMPUVWY])5非常满意/.exec(second.survey.text)?.[1];

    assert.ok(letter, second.survey.text);
    shelf.mo(first.to, `${letter}2`);
    const [two] = await house.rated(second.case.id);
    assert.equal(two.grade, 2);
    assert.equal(two.proof, 'P2');
    assert.deepEqual(await house.ratings(first.case.id), []);
});

test('a message that the modem refuses ends as undelivered', options, async () => {
    const phone = house.phone();
    shelf.refuse(digits_of(phone));
    const visit = await house.visit({ phone });

    await in_state(visit.case.id, 'UNDELIVERED');
    assert.deepEqual(shelf.to(digits_of(phone)), []);
    assert.equal(shelf.refused, 3, 'as often as smsd tries');
});

test('while smsd is away messages wait in its folder, and go out once; one that never arrives is told', options, async () => {
    await shelf.stop();
    const phone = house.phone(), visit = await house.visit({ phone });

    await in_state(visit.case.id, 'ACCEPTED');
    assert.equal(shelf.files('outgoing').length, 1);
    shelf.network('fail');
    await shelf.start();
    await shelf.message(digits_of(phone), /满意/);
    await in_state(visit.case.id, 'EXPIRED');
    shelf.network('ok');
    assert.equal(shelf.to(digits_of(phone)).length, 1);
});

test('the program is killed: what came meanwhile is taken up, and nothing goes twice', options, async () => {
    shelf.network('later');
    const [answered, told] = await surveyed_all(2);

    await in_state(told.case.id, 'ACCEPTED');
    await house.stop('SIGKILL');
    shelf.settle();
    shelf.mo(answered.to, '4');
    await until('a reply and a report to lie there', () => shelf.files('incoming').length > 0 &&
        shelf.files('report').length > 0);
    shelf.network('ok');
    await house.start();
    assert.equal((await house.rated(answered.case.id))[0].grade, 4);
    await in_state(told.case.id, 'DELIVERED');
    await house.restart('SIGKILL');
    assert.equal((await house.ratings(answered.case.id)).length, 1);
});

test('killed while a message leaves: it went once, or a person sees that nobody knows', options, async () => {
    const visits = [];

    for (const wait_ms of [0, 2, 5, 10, 20, 40]) {
        const phone = house.phone(), visit = await house.visit({ phone });

        await new Promise((done) => setTimeout(done, wait_ms)); /* the moment of the kill, not a wait */
        await house.restart('SIGKILL');
        visits.push({ to: digits_of(phone), id: visit.case.id });
    }
    for (const { to, id } of visits) {
        let state;

        await until('a message that went or is unknown', async () => {
            state = (await sent(id))[0]?.state;
            return state === 'DELIVERED' || state === 'UNKNOWN';
        });
        await shelf.quiet();
        await until('a message whose state and way agree', async () => {
            state = (await sent(id))[0].state;
            return shelf.to(to).length === (state === 'DELIVERED' ? 1 : 0);
        });
    }
});

test('all was taken away, what is others’ lies there still, and nothing went twice', options, async () => {
    fs.writeFileSync(path.join(shelf.spool, 'sent/alarm.1'), 'To: 8613900009999\n\nhot');
    fs.writeFileSync(path.join(shelf.spool, 'incoming/shelf-concatenated'), 'half a reply');
    const s = await surveyed();

    shelf.mo(s.to, '3');
    await house.rated(s.case.id);
    await shelf.message(s.to, /谢谢/);
    await until('empty folders', () => ['outgoing', 'checked', 'failed', 'report']
        .every((name) => shelf.files(name).length === 0));
    await until('others’ files alone', () => shelf.files('sent').length === 1);
    assert.deepEqual(shelf.files('incoming'), ['shelf-concatenated']);
    assert.deepEqual(fs.readdirSync(shelf.spool).filter((name) => name.startsWith('.')), [], 'no drafts');
    const texts = shelf.submitted.map((m) => `${m.to} ${m.part ?? ''} ${m.text}`);
    assert.equal(new Set(texts).size, texts.length, 'no text twice to one phone');
});
