/*
 * cmpp.test.mjs — a citizen with a phone, a carrier on a line of CMPP and the program:
 * what goes out, what comes back, and what happens when the carrier throttles, refuses,
 * hangs up, is silent or gone.
 *
 * One house and one carrier of 3.0 for most; each test has phones of its own. The carrier
 * decodes strictly with a decoder of its own (cmpp_decode.mjs); its faults fail the end.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Carrier } from './cmpp_peer.mjs';
import { House, until } from './house.mjs';

const GBK_VERY_GOOD_5 = Buffer.from('b7c7b3a3c2fad2e235', 'hex'); /* 非常满意5 */
const SURVEY = /满意/, THANKS = /谢谢/;

let house, carrier;

/* The virtual gateway's clock is moved to a morning first; a real one's stays. */
async function house_of(c, more = {}) {
    const made = await House.open();

    await made.stop();
    made.configure({
        invite: { delay_min: '0 s', delay_max: '0 s', cap_days: 20, cap_30_days: 100 },
        'gateway carrier': { ...c.settings, ...more },
    });
    await made.start();
    return made;
}

before(async () => {
    carrier = await Carrier.open();
    house = await house_of(carrier);
    await carrier.on_the_line();
});

after(async () => {
    await house?.close();
    await carrier?.close();
});

beforeEach(() => {
    carrier.judge = () => 0;
    carrier.before = carrier.after = () => {};
});

async function surveyed(on = house, by = carrier) {
    const phone = on.phone(), visit = await on.visit({ phone });

    return { ...visit, phone, survey: await by.message(phone, SURVEY) };
}

async function sent(id, on = house) {
    return (await on.case(id)).messages.filter((m) => m.direction === 'mt');
}

function in_state(id, state, on = house) {
    let seen;

    return until(`a message that is ${state}`, async () => {
        seen = (await sent(id, on))[0]?.state;
        return seen === state;
    }).catch((trouble) => {
        trouble.message += `; it is ${seen}`;
        throw trouble;
    });
}

function utf16be(text) {
    return Buffer.from(text, 'utf16le').swap16();
}

/* ---- out and back ---- */

test('a survey goes out, its report comes, the answer is a rating', async () => {
    const s = await surveyed();

    assert.match(s.survey.text, /^【青城政务】/);
    assert.match(s.survey.from, /^106901234\d\d$/, 'a slot behind the access number');
    await carrier.report(s.survey.parts[0], 'DELIVRD');
    await in_state(s.case.id, 'DELIVERED');
    await carrier.reply(s.phone, s.survey.from, utf16be('满意5'));
    const [rating] = await house.rated(s.case.id);
    assert.equal(rating.grade, 5);
    assert.equal(rating.channel, 'sms');
    await carrier.message(s.phone, THANKS);
});

test('replies in GBK, in ASCII and in parts that come in the wrong order', async () => {
    const gbk = await surveyed(), ascii = await surveyed(), long = await surveyed();
    const part = (ref, n, text) => Buffer.concat([Buffer.from([5, 0, 3, ref, 2, n]), utf16be(text)]);

    await carrier.reply(gbk.phone, gbk.survey.from, GBK_VERY_GOOD_5, { fmt: 15 });
    await carrier.reply(ascii.phone, ascii.survey.from, Buffer.from('4'), { fmt: 0 });
    await carrier.reply(long.phone, long.survey.from, part(9, 2, '谢谢你们。'), { udhi: 1 });
    await carrier.reply(long.phone, long.survey.from, part(9, 1, '5，窗口的同志很耐心，'), { udhi: 1 });
    assert.equal((await house.rated(gbk.case.id))[0].grade, 5);
    assert.equal((await house.rated(ascii.case.id))[0].grade, 4);
    assert.equal((await house.rated(long.case.id))[0].grade, 5);
});

test('the same reply twice is one rating, and both are acknowledged', async () => {
    const s = await surveyed(), id = carrier.new_id();

    await carrier.reply(s.phone, s.survey.from, utf16be('5'), { id });
    await carrier.reply(s.phone, s.survey.from, utf16be('5'), { id });
    await house.rated(s.case.id);
    await carrier.message(s.phone, THANKS);
    await house.get('integration', `/api/v1/cases/${s.case.id}`);
    assert.equal((await house.ratings(s.case.id)).length, 1);
    assert.equal(carrier.texts.filter((m) => m.to === s.phone && THANKS.test(m.text)).length, 1);
});

/* ---- reports ---- */

test('a report that overtakes the answer to its message finds it', async () => {
    carrier.before = (pdu) => { carrier.report(pdu, 'DELIVRD', undefined); };
    const s = await surveyed();

    await in_state(s.case.id, 'DELIVERED');
});

test('reports that come twice, late and in the wrong order end in the right state', async () => {
    const twice = await surveyed(), failed = await surveyed();

    await carrier.report(twice.survey.parts[0], 'DELIVRD');
    await carrier.report(twice.survey.parts[0], 'DELIVRD');
    await carrier.report(twice.survey.parts[0], 'ACCEPTD');
    await carrier.report(failed.survey.parts[0], 'ACCEPTD');
    await carrier.report(failed.survey.parts[0], 'MK:0001');
    await in_state(twice.case.id, 'DELIVERED');
    await in_state(failed.case.id, 'UNDELIVERED');
});

/* ---- bad days ---- */

test('a throttled message goes later, once', async () => {
    let throttled = 0;
    const phone = house.phone();

    carrier.judge = (pdu) => (pdu.Dest_terminal_Id === phone && throttled++ < 1 ? 8 : 0);
    const visit = await house.visit({ phone });
    await carrier.message(phone, SURVEY);
    await in_state(visit.case.id, 'ACCEPTED');
    assert.equal(carrier.submits.filter((p) => p.Dest_terminal_Id === phone).length, 2);
    assert.equal(carrier.texts.filter((m) => m.to === phone).length, 1);
});

test('a refused message is not sent again', async () => {
    const phone = house.phone();

    carrier.judge = (pdu) => (pdu.Dest_terminal_Id === phone ? 13 : 0);
    const visit = await house.visit({ phone });
    await in_state(visit.case.id, 'REFUSED');
    assert.equal(carrier.submits.filter((p) => p.Dest_terminal_Id === phone).length, 1);
});

test('a line that breaks between message and answer leaves it unknown, and is made again', async () => {
    const phone = house.phone();

    carrier.judge = (pdu) => (pdu.Dest_terminal_Id === phone ? 'hang up' : 0);
    const visit = await house.visit({ phone });
    await in_state(visit.case.id, 'UNKNOWN');
    carrier.judge = () => 0;
    await carrier.on_the_line();
    const next = await surveyed();
    await in_state(next.case.id, 'ACCEPTED');
    assert.equal(carrier.submits.filter((p) => p.Dest_terminal_Id === phone).length, 1, 'never again');
});

test('while the carrier is away messages wait, and then go once', async () => {
    await carrier.go_away();
    const phone = house.phone(), visit = await house.visit({ phone });

    await carrier.listen();
    await carrier.on_the_line();
    await carrier.message(phone, SURVEY);
    await in_state(visit.case.id, 'ACCEPTED');
    assert.equal(carrier.submits.filter((p) => p.Dest_terminal_Id === phone).length, 1);
});

test('a carrier that says goodbye is answered and called again', async () => {
    const before = carrier.logins.length;

    carrier.terminate();
    await until('another log-in', () => carrier.logins.length > before);
    await carrier.on_the_line();
});

test('a test of the line is answered', () => carrier.test_line());

test('never more than sixteen without an answer', () => {
    assert.ok(carrier.unanswered_most <= 16, `${carrier.unanswered_most} at once`);
});

/* ---- other carriers ---- */

test('2.0: a survey, its report, the answer, and goodbye', async () => {
    const old = await Carrier.open({ version: '2.0' });
    const its = await house_of(old);

    try {
        const s = await surveyed(its, old);

        await old.report(s.survey.parts[0], 'DELIVRD');
        await in_state(s.case.id, 'DELIVERED', its);
        await old.reply(s.phone, s.survey.from, GBK_VERY_GOOD_5, { fmt: 15 });
        assert.equal((await its.rated(s.case.id))[0].grade, 5);
        await its.stop();
        assert.equal(old.farewells, 1, 'the program says goodbye when it ends');
    } finally {
        await its.close();
        await old.close();
    }
});

test('a refused secret sends nothing, says so without the secret, and stays calm', async () => {
    const strict = await Carrier.open();
    const its = await house_of(strict, { password: 'WrongSecret' });

    try {
        const phone = its.phone();

        await its.visit({ phone });
        await until('a refused log-in', () => strict.logins.includes(3));
        assert.equal(strict.submits.length, 0);
        assert.ok(strict.logins.length < 5, `${strict.logins.length} log-ins`);
        assert.ok(!its.journal.includes('WrongSecret'));
        assert.equal((await its.request('GET', '/readyz')).status, 200);
    } finally {
        await its.close();
        await strict.close();
    }
});
