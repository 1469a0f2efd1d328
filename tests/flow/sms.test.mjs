/*
 * sms.test.mjs — what a citizen with a phone experiences, on the virtual phone: the survey,
 * the answer, the thanks, and everything that people write instead (facts/ux.md 11, 12;
 * facts/domain.md 4.3-4.5; decisions 2-9).
 *
 * Every test begins at ten o'clock of a new working day, with a phone of its own.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { House, local_date, local_minute, next_morning, page_text } from './house.mjs';
import { add_person } from './people.mjs';

let house;

before(async () => { house = await House.open(); });
after(async () => { await house?.close(); });
beforeEach(async () => { await house.morning(); });

const DAY_S = 86400;

function kinds(messages) {
    return messages.filter((m) => m.direction === 'mt').map((m) => m.kind);
}

/* 【signature】 and at most 70 units, as every text to a citizen. */
function well_formed(message) {
    assert.match(message.text, /^【青城政务】/);
    assert.ok(message.text.length <= 70, `${message.text.length} units: ${message.text}`);
}

test('a closed case is asked about once, 30 to 120 minutes later', async () => {
    const phone = house.phone();
    const visit = await house.visit({ matter: 'business-licence', phone });

    assert.equal(visit.invitation.decision, 'send');
    await house.advance(29 * 60);
    assert.deepEqual(await house.messages(phone), [], 'not before half an hour');
    await house.advance(92 * 60);
    const survey = await house.message(phone, /^survey/);
    well_formed(survey);
    assert.equal(survey.kind, 'survey');
    assert.match(survey.text, /A01/);
    assert.match(survey.text, /营业执照/);
    assert.match(survey.text, /5非常满意.*1非常不满意.*拒收回T/);
    assert.ok(survey.text.includes(`${Number(local_date(house.now()).slice(5, 7))}月${Number(local_date(house.now()).slice(8))}日`));
    assert.deepEqual(survey.cases.map((c) => c.case), [visit.case.id]);
    await house.advance(3 * 3600);
    assert.equal(kinds(await house.messages(phone)).length, 1, 'once');
});

test('"5" makes a rating that is proved by the slot, and thanks', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '5');
    const [r] = await house.rated(s.case.id);
    assert.equal(r.grade, 5);
    assert.equal(r.channel, 'sms');
    assert.equal(r.proof, 'P1');
    assert.equal(r.effective, true);
    assert.ok(r.delay_s >= 30 * 60);
    const thanks = await house.message(s.phone, 'thanks_good');
    well_formed(thanks);
    assert.match(thanks.text, /谢谢！.*的办件已记“非常满意”，回执[0-9A-Z]{16}。24小时内再回数字可改一次/);
    const record = await house.case(s.case.id);
    assert.ok(record.messages.some((m) => m.direction === 'mo' && m.text === '5'), 'word for word in the record');
    assert.ok(record.messages.some((m) => m.direction === 'mt'));
    assert.equal((await house.ratings(s.case.id)).length, 1);
});

test('the rating shows on the ticket’s page', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '4');
    await house.rated(s.case.id);
    const p = await house.page(s.ticket.token);
    assert.match(page_text(p.text), /满意/);
    assert.match(page_text(p.text), /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
});

test('"2" asks for the reason; the next words are the comment', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '2');
    const reason = await house.message(s.phone, 'reason');
    well_formed(reason);
    await house.reply(s.phone, reason.from, '等太久了，窗口只开了一个');
    const thanks = await house.message(s.phone, 'thanks_bad');
    well_formed(thanks);
    assert.match(thanks.text, /回执[0-9A-Z]{16}/);
    const ratings = await house.ratings(s.case.id);
    assert.equal(ratings.length, 1);
    assert.equal(ratings[0].grade, 2);
    assert.equal(ratings[0].comment, '等太久了，窗口只开了一个');
});

test('"1 态度太差了" brings its reason with it', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '1 态度太差了');
    await house.message(s.phone, 'thanks_bad');
    const [r] = await house.rated(s.case.id);
    assert.equal(r.grade, 1);
    assert.match(r.comment, /态度太差了/);
    assert.ok(!kinds(await house.messages(s.phone)).includes('reason'));
});

test('"改3" corrects once; both stay', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '5');
    await house.message(s.phone, 'thanks_good');
    await house.reply(s.phone, s.survey.from, '改3');
    const changed = await house.message(s.phone, 'changed');
    well_formed(changed);
    assert.match(changed.text, /基本满意.*非常满意/);
    const ratings = await house.ratings(s.case.id);
    assert.deepEqual(ratings.map((r) => [r.grade, r.effective]).sort(), [[3, true], [5, false]]);
    await house.reply(s.phone, s.survey.from, '1');
    await house.message(s.phone, 'already');
    assert.equal((await house.ratings(s.case.id)).length, 2, 'a second change is not taken');
});

test('after 24 hours a digit changes nothing any more', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '5');
    await house.message(s.phone, 'thanks_good');
    await house.advance(DAY_S + 60);
    await house.reply(s.phone, s.survey.from, '1');
    well_formed(await house.message(s.phone, 'already'));
    assert.deepEqual((await house.ratings(s.case.id)).map((r) => r.grade), [5]);
});

test('after the window the answer is kept, and makes no rating', async () => {
    const s = await house.surveyed();

    await house.advance(16 * DAY_S);
    await house.reply(s.phone, s.survey.from, '5');
    well_formed(await house.message(s.phone, 'expired'));
    const record = await house.case(s.case.id);
    assert.deepEqual(record.ratings, []);
    assert.ok(record.messages.some((m) => m.direction === 'mo' && m.text === '5'), 'linked and shown');
});

test('who opts out is told so once and is not asked again', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, 'T');
    well_formed(await house.message(s.phone, 'optout'));
    const next = await house.visit({ matter: 'business-licence', phone: s.phone });
    assert.equal(next.invitation.decision, 'opted_out');
    assert.equal(next.invitation.due_at, null);
    await house.advance(2 * DAY_S);
    assert.deepEqual(kinds(await house.messages(s.phone)), ['survey', 'optout']);
    assert.deepEqual(await house.ratings(s.case.id), []);
    assert.ok((await house.grade_forms(next.ticket.token)).length > 0, 'the QR stays open');
});

test('an opt-out stops a text that was decided but not sent', async () => {
    const s = await house.surveyed();
    const next = await house.visit({ matter: 'org-code', phone: s.phone });

    assert.equal(next.invitation.decision, 'delayed');
    await house.reply(s.phone, s.survey.from, '退订');
    await house.message(s.phone, 'optout');
    await house.advance(3 * DAY_S);
    assert.deepEqual(kinds(await house.messages(s.phone)), ['survey', 'optout']);
    assert.equal((await house.case(next.case.id)).invitation.decision, 'delayed', 'the decision stands');
});

test('"not mine" ends it without a rating', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '打错了，不是我办的 5');
    well_formed(await house.message(s.phone, 'notme'));
    await house.reply(s.phone, s.survey.from, '5');
    await house.message(s.phone, 'unknown');
    assert.deepEqual(await house.ratings(s.case.id), []);
});

test('what cannot be read is asked back once, and can still be answered', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '一般般');
    well_formed(await house.message(s.phone, 'clarify'));
    await house.reply(s.phone, s.survey.from, '锟斤拷\ufffd\ufffd');
    const long = '这么长的短信一部手机写不出来。'.repeat(230);
    await house.reply(s.phone, s.survey.from, long);
    assert.ok((await house.messages(s.phone)).some((m) => m.text === long), 'ten kilobytes are kept as they came');
    await house.reply(s.phone, s.survey.from, '3');
    const [r] = await house.rated(s.case.id);
    assert.equal(r.grade, 3);
    await house.message(s.phone, 'thanks_good');
    assert.equal(kinds(await house.messages(s.phone)).filter((k) => k === 'clarify').length, 1);
});

test('replies that look like grades and are none stay unrated', async () => {
    const s = await house.surveyed();

    for (const text of ['5分钟', '满意吗？', '12345', '0', '6', '', '   ', '4.5', '您有1个未接来电'])
        await house.reply(s.phone, s.survey.from, text);
    await house.message(s.phone, 'clarify');
    await house.reply(s.phone, s.survey.from, '4');
    const ratings = await house.rated(s.case.id);
    assert.deepEqual(ratings.map((r) => r.grade), [4]);
});

test('the same reply id twice is one reply', async () => {
    const s = await house.surveyed();

    await house.reply(s.phone, s.survey.from, '5', 'push-1');
    await house.rated(s.case.id);
    await house.reply(s.phone, s.survey.from, '5', 'push-1');
    await house.message(s.phone, 'thanks_good');
    const record = await until_quiet(s);
    assert.equal(record.messages.filter((m) => m.direction === 'mo').length, 1);
    assert.equal(record.ratings.length, 1);
    assert.equal(kinds(await house.messages(s.phone)).filter((k) => k === 'thanks_good').length, 1);
});

/* After a reply of another phone has been answered, everything pushed before it was read. */
async function until_quiet(s) {
    const probe = house.phone();

    await house.reply(probe, s.survey.from, '喂');
    await house.message(probe, 'unknown').catch(() => {});
    return house.case(s.case.id);
}

test('a reply from a phone that nobody asked is not linked', async () => {
    const s = await house.surveyed();
    const stranger = house.phone();

    await house.reply(stranger, s.survey.from, '1');
    const answer = await house.message(stranger, 'unknown');
    well_formed(answer);
    assert.deepEqual(await house.ratings(s.case.id), []);
    assert.equal((await house.case(s.case.id)).messages.filter((m) => m.direction === 'mo').length, 0);
});

test('staff see what became no rating, newest first, and link nothing by hand', async () => {
    const s = await house.surveyed();
    const stranger = house.phone();

    await house.reply(stranger, s.survey.from, '等了<b>两</b>小时，1');
    await house.message(stranger, 'unknown');
    await house.reply(s.phone, s.survey.from, '什么意思');
    await house.message(s.phone, 'clarify');
    await house.advance(16 * DAY_S);
    await house.reply(s.phone, s.survey.from, '5');
    await house.message(s.phone, 'expired');

    for (const [role, status] of [['hall', 200], ['inspection', 200], ['clerk', 403], ['department', 403], ['organisation', 403]]) {
        const person = await (await add_person(house, role)).log_in();
        const page = await person.get('/unlinked?lang=zh-CN');

        assert.equal(page.status, status, role);
        if (status !== 200)
            continue;
        const rows = page.text.split('<tr>').slice(2).map(page_text);

        assert.match(rows[0], / 5 超过期限，未计入 .*营业执照/, 'the case of a late one is known');
        assert.match(rows[1], /什么意思 没看懂/);
        assert.match(rows[2], /等了.*小时，1 未关联到办件 —/);
        assert.ok(!page.text.includes('<b>两'), 'words are escaped');
        assert.ok(rows[2].includes(stranger.slice(-2)), 'a masked number');
        assert.ok(!page.text.includes(stranger) && !page.text.includes(s.phone), 'no whole number');
        assert.ok(!/<form[^>]*method="post"[^>]*unlinked|<button[^>]*link/.test(page.text), 'nothing to link by');
    }
});

test('two cases of one phone are asked together, each with a letter', async () => {
    const phone = house.phone();
    const first = await house.visit({ matter: 'business-licence', phone });
    const second = await house.visit({ matter: 'tax-registration', phone });

    assert.equal(second.invitation.decision, 'asked_together');
    await house.ask();
    const survey = await house.message(phone, /^survey/);
    well_formed(survey);
    assert.equal(kinds(await house.messages(phone)).length, 1, 'one text for both');
    const letters = Object.fromEntries(survey.cases.map((c) => [c.case, c.letter]));
    assert.match(letters[first.case.id], /^[ABCEFGHJKMPUVWY]$/);
    assert.match(letters[second.case.id], /^[ABCEFGHJKMPUVWY]$/);
    assert.notEqual(letters[first.case.id], letters[second.case.id]);
    for (const word of ['2件', letters[first.case.id], letters[second.case.id]])
        assert.ok(survey.text.includes(word), survey.text);

    await house.reply(phone, survey.from, '5');
    well_formed(await house.message(phone, /^(clarify|clarify_.*|ask_letter)$/));
    assert.deepEqual(await house.ratings(first.case.id), [], 'a bare digit is asked back, never guessed');
    assert.deepEqual(await house.ratings(second.case.id), []);
    await house.reply(phone, survey.from, `${letters[second.case.id]}2`);
    await house.reply(phone, survey.from, `${letters[first.case.id].toLowerCase()} 5`);
    assert.equal((await house.rated(first.case.id))[0].grade, 5);
    const [r] = await house.rated(second.case.id);
    assert.equal(r.grade, 2);
    assert.match(r.proof, /^P[12]$/);
});

test('at most three are asked together; the fourth waits', async () => {
    const phone = house.phone();
    const visits = [];

    for (const matter of ['business-licence', 'tax-registration', 'id-card', 'mortgage'])
        visits.push(await house.visit({ matter, phone }));
    assert.deepEqual(visits.map((v) => v.invitation.decision).slice(0, 3), ['send', 'asked_together', 'asked_together']);
    assert.match(visits[3].invitation.decision, /^(delayed|capped)$/);
    await house.ask();
    const survey = await house.message(phone, /^survey/);
    well_formed(survey);
    assert.equal(survey.cases.length, 3);
    assert.equal(kinds(await house.messages(phone)).length, 1);
});

test('a case closed after the text was claimed waits for the next day', async () => {
    const s = await house.surveyed();
    const next = await house.visit({ matter: 'invoice', phone: s.phone });

    assert.equal(next.invitation.decision, 'delayed');
    assert.notEqual(next.invitation.due_at.slice(0, 10), local_date(house.now()));
    await house.advance(2 * 3600);
    assert.equal(kinds(await house.messages(s.phone)).length, 1, 'not today');
    await house.advance_to(next_morning(house.now(), 12));
    const later = await house.message(s.phone, /^survey/, 2);
    assert.deepEqual(later.cases.map((c) => c.case), [next.case.id]);
    assert.notEqual(later.from, s.survey.from, 'a slot of its own');
    await house.reply(s.phone, s.survey.from, '5'); /* answers the first, by its number */
    assert.equal((await house.rated(s.case.id))[0].grade, 5);
    assert.deepEqual(await house.ratings(next.case.id), []);
});

test('a phone is asked four times in thirty days at the most', async () => {
    const phone = house.phone();
    const decisions = [];

    for (let i = 0; i < 5; i++) {
        decisions.push((await house.visit({ matter: 'fund-withdraw', phone })).invitation.decision);
        await house.ask();
        await house.morning();
    }
    assert.deepEqual(decisions.slice(0, 4), ['send', 'send', 'send', 'send']);
    assert.match(decisions[4], /^(delayed|capped)$/);
    assert.ok(kinds(await house.messages(phone)).filter((k) => k.startsWith('survey')).length <= 4);
});

test('without a phone nobody is asked, and the decision says so', async () => {
    const visit = await house.visit({ matter: 'school' });

    assert.equal(visit.invitation.decision, 'no_phone');
    assert.equal(visit.invitation.due_at, null);
});

test('a phone given at the closing replaces the one of the ticket', async () => {
    const before = house.phone(), given = house.phone();

    await house.visit({ matter: 'marriage', phone: before, close_phone: given });
    await house.ask();
    await house.message(given, /^survey/);
    assert.deepEqual(await house.messages(before), []);
});

test('a sensitive matter is not named', async () => {
    const s = await house.surveyed({ matter: 'divorce' });

    well_formed(s.survey);
    assert.match(s.survey.text, /您办理的事项/);
    for (const word of ['离婚', '民政', '登记'])
        assert.ok(!s.survey.text.includes(word), s.survey.text);
    await house.reply(s.phone, s.survey.from, '1');
    await house.reply(s.phone, s.survey.from, '态度');
    await house.message(s.phone, 'thanks_bad');
    for (const m of await house.messages(s.phone))
        assert.ok(!m.text.includes('离婚'), m.text);
});

test('form four takes four digits, or one', async () => {
    const s = await house.surveyed({ matter: 'property-transfer' });

    assert.equal(s.survey.kind, 'survey_four');
    well_formed(s.survey);
    await house.reply(s.phone, s.survey.from, '55');
    await house.message(s.phone, 'clarify');
    await house.reply(s.phone, s.survey.from, '5 4 4 2');
    const [r] = await house.rated(s.case.id);
    assert.equal(r.grade, null, 'no overall grade is made up');
    assert.deepEqual(Array.isArray(r.dims) ? r.dims : Object.values(r.dims), [5, 4, 4, 2]);

    const record = async (id, person, lang) => page_text((await person.get(`/cases/${id}?lang=${lang}`)).text);
    const head = await add_person(house, 'hall', { name: 'four' });
    const zh = await record(s.case.id, await head.log_in(), 'zh-CN'), en = await record(s.case.id, head, 'en');
    assert.match(zh, / · 没读懂 · 没看懂，已请重答/);
    assert.match(zh, / · 态度 5 · 效率 4 · 质量 4 · 廉洁 2 · 已记为评价/, 'a reply is told in words');
    assert.match(en, / · not understood · /);
    assert.match(en, / · attitude 5 · efficiency 4 · quality 4 · integrity 2 · taken as the rating/);
    assert.ok(![zh, en].some((page) => /dims=|unclear/.test(page)), 'and not as a code');

    await house.morning();
    const one = await house.surveyed({ matter: 'build-permit' });
    await house.reply(one.phone, one.survey.from, '4');
    assert.equal((await house.rated(one.case.id))[0].grade, 4);
    assert.match(await record(one.case.id, await head.log_in(), 'zh-CN'), / · 读作 4（满意） · 已记为评价/);
});

test('a text that begins with the short code answers that ticket (P5)', async () => {
    const visit = await house.visit({ matter: 'passport' });
    const anybody = house.phone();
    const number = (await house.surveyed({ matter: 'household' })).survey.from;
    const access = number.slice(0, -2);

    await house.reply(anybody, access, `${visit.ticket.short_code} 5`);
    const [r] = await house.rated(visit.case.id);
    assert.equal(r.grade, 5);
    assert.equal(r.channel, 'ticket_sms');
    assert.equal(r.proof, 'P5');
    const worded = await house.visit({ matter: 'passport' });
    await house.reply(anybody, access, `${worded.ticket.short_code} 2 等太久`);
    const [w] = await house.rated(worded.case.id);
    assert.equal(w.grade, 2);
    assert.match(w.comment, /等太久/);
});

test('a digit typed straight behind the short code is the grade', async () => {
    const anybody = house.phone();

    for (let i = 0; i < 5; i++) {
        const visit = await house.visit({ matter: 'passport' });

        await house.reply(anybody, '1069012345', `${visit.ticket.short_code}5`);
        assert.equal((await house.ratings(visit.case.id))[0]?.grade, 5, `${visit.ticket.short_code}5`);
    }
});

test('quiet hours: what falls due in the evening comes the next morning', async () => {
    const phone = house.phone();

    await house.advance(9 * 3600 + 50 * 60); /* ten to eight in the evening */
    const visit = await house.visit({ matter: 'business-licence', phone });
    const due = local_minute(Date.parse(visit.invitation.due_at));
    assert.ok(due >= 9 * 60 && due <= 10 * 60, `due ${visit.invitation.due_at}`);
    await house.advance(12 * 3600); /* ten to eight in the morning */
    assert.deepEqual(await house.messages(phone), []);
    await house.advance(2 * 3600 + 15 * 60);
    const survey = await house.message(phone, /^survey/);
    await house.advance(13 * 3600); /* late in the evening: an answer is answered at once */
    await house.reply(phone, survey.from, '5');
    await house.message(phone, 'thanks_good');
});

test('a rating by the page withdraws the text; a text after it is no second rating', async () => {
    const phone = house.phone();
    const visit = await house.visit({ matter: 'business-licence', phone });

    await house.rate(visit.ticket.token, 5);
    await house.ask();
    assert.deepEqual(await house.messages(phone), [], 'nothing left to ask');
    const record = await house.case(visit.case.id);
    assert.equal(record.invitation.decision, 'send', 'the decision stands');
    assert.ok(record.messages.some((m) => m.state === 'WITHDRAWN'), JSON.stringify(record.messages));

    const s = await house.surveyed({ matter: 'org-code' });
    await house.rate(s.ticket.token, 3);
    await house.reply(s.phone, s.survey.from, '3');
    await house.message(s.phone, 'thanks_good');
    assert.equal((await house.ratings(s.case.id)).length, 1);
});

test('one reminder on the third day, to who has not answered', async () => {
    const silent = await house.surveyed({ matter: 'business-licence' });
    const answered = await house.surveyed({ matter: 'business-licence' });

    await house.reply(answered.phone, answered.survey.from, '5');
    await house.rated(answered.case.id);
    await house.advance(4 * DAY_S);
    const remind = await house.message(silent.phone, 'remind');
    well_formed(remind);
    await house.advance(4 * DAY_S);
    assert.equal(kinds(await house.messages(silent.phone)).filter((k) => k === 'remind').length, 1);
    assert.ok(!kinds(await house.messages(answered.phone)).includes('remind'));
    await house.morning();
});

test('the reminder can be answered like the survey', async () => {
    const s = await house.surveyed({ matter: 'business-licence' });

    await house.advance(4 * DAY_S);
    const remind = await house.message(s.phone, 'remind');
    await house.reply(s.phone, remind.from, '4');
    assert.equal((await house.rated(s.case.id))[0].grade, 4);
});

test('an English ticket is asked in English', async () => {
    const s = await house.surveyed({ matter: 'passport', lang: 'en' });

    assert.match(s.survey.text, /Rate|satisfied/);
    assert.match(s.survey.text, /^【/);
    await house.reply(s.phone, s.survey.from, 'very satisfied');
    assert.equal((await house.rated(s.case.id))[0].grade, 5);
});

test('nothing is sent twice and nothing forgotten over a restart', async () => {
    const phones = [];

    for (let i = 0; i < 5; i++) {
        phones.push(house.phone());
        await house.visit({ matter: 'invoice', phone: phones.at(-1) });
    }
    await house.restart('SIGKILL');
    await house.ask();
    const surveys = [];
    for (const phone of phones)
        surveys.push(await house.message(phone, /^survey/));
    await house.reply(phones[0], surveys[0].from, '5');
    await house.message(phones[0], 'thanks_good');
    await house.restart('SIGKILL');
    for (const [i, phone] of phones.entries()) {
        const got = kinds(await house.messages(phone));

        assert.deepEqual(got.filter((k) => k.startsWith('survey')), ['survey'], `phone ${i}`);
    }
    await house.reply(phones[1], surveys[1].from, '4');
    await house.message(phones[1], 'thanks_good');
});

test('the virtual phone answers only on loopback and to whom it understands', async () => {
    await house.expect(200, 'GET', '/phone');
    for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP'])
        assert.ok([403, 404].includes((await house.request('GET', '/api/v1/dev/messages?phone=13970000001',
            { headers: { [header]: header === 'Forwarded' ? 'for=1.2.3.4' : '1.2.3.4' } })).status), header);
    await house.refused(422, 'POST', '/api/v1/dev/clock', { json: { advance_s: -5 } });
    await house.refused(422, 'POST', '/api/v1/dev/clock', { json: {} });
    await house.refused(422, 'POST', '/api/v1/dev/replies', { json: { phone: 'x', to: '1', text: '5' } });
});

test('gateway down: the text waits and goes out later; refused: it says so', async () => {
    const down = house.phone();

    await house.visit({ matter: 'invoice', phone: down });
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { down: true } });
    await house.ask();
    assert.ok((await house.messages(down)).every((m) => m.state === 'RETRY'), 'nothing has arrived');
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { down: false } });
    await house.advance(20 * 60);
    await house.message(down, /^survey/);

    const s = { phone: house.phone() };
    const visit = await house.visit({ matter: 'tax-refund', phone: s.phone });
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { refuse: true } });
    await house.ask();
    const record = await house.case(visit.case.id);
    assert.ok(record.messages.some((m) => m.state === 'REFUSED'), JSON.stringify(record.messages));
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { refuse: false } });
});

test('replies and reports that are pushed twice count once', async () => {
    const s = await house.surveyed({ matter: 'invoice' });

    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { twice: true } });
    await house.reply(s.phone, s.survey.from, '5');
    await house.message(s.phone, 'thanks_good');
    await house.expect_any([200, 204], 'PUT', '/api/v1/dev/faults', { json: { twice: false } });
    await until_quiet(s);
    assert.equal((await house.ratings(s.case.id)).length, 1);
    assert.equal(kinds(await house.messages(s.phone)).filter((k) => k === 'thanks_good').length, 1);
});
