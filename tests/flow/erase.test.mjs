/*
 * erase.test.mjs — 180 days after a rating is settled the number and the words are gone from the whole
 * data folder; the rating, its receipt and its place stay, and whoever opted out is still left alone.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { House, end_all } from './house.mjs';
import { add_person } from './people.mjs';

const WORDS = '排队排了两个小时', DAY = 86400;
let house;

before(async () => { house = await House.open(); });
after(async () => { await house?.close(); end_all(); });

function rows(text) {
    return execFileSync('sqlite3', ['-readonly', '-init', '/dev/null', '-list', '-noheader', `${house.data}/yiping.db`, text]).toString().trim();
}

test('number and words go, the rating stays', async () => {
    const s = await house.surveyed(), off = await house.surveyed({ matter: 'food-licence' });

    await house.reply(s.phone, s.survey.from, `4 ${WORDS}`);
    const [rated] = await house.rated(s.case.id);
    await house.reply(off.phone, off.survey.from, 'T');
    await house.advance(179 * DAY);
    assert.equal((await house.case(s.case.id)).ratings[0].comment, `4 ${WORDS}`);
    assert.equal(rows('SELECT count(*) FROM phones'), '2');
    await house.advance(3 * DAY);
    await house.advance(1);
    const now = await house.case(s.case.id), [left] = now.ratings;
    assert.equal(left.comment ?? null, null, 'the words are gone');
    assert.deepEqual([left.id, left.grade, left.rated_at, left.receipt], [rated.id, rated.grade, rated.rated_at, rated.receipt], 'the rating is as it was');
    assert.equal(rows('SELECT count(*) FROM phones'), '1', 'who opted out must be known to be left alone');
    assert.equal(rows("SELECT count(*) FROM words w JOIN inbound i ON i.words_id = w.id WHERE length(w.sealed) > 0"), '0', 'raw replies hold the number');
    assert.match(rows("SELECT object, detail FROM audit_events WHERE action = 'erased' ORDER BY id"), /^phones\|count=1 days=180$/m);

    /* Pages that showed them go on without. */
    const hall = await (await add_person(house, 'hall')).log_in();
    const page = await hall.page(`/ratings/${rated.id}`);
    assert.ok(!page.includes(WORDS) && !page.includes(`${s.phone.slice(0, 3)}****${s.phone.slice(-4)}`));
    await hall.page(`/cases/${s.case.id}`);
    assert.ok(!(await hall.page('/search?q=%E4%B8%A4%E4%B8%AA%E5%B0%8F%E6%97%B6')).includes(s.case.case_no), 'nor is it found by its words');

    /* The same person comes again: a number like any other; the one who opted out is not asked. */
    await house.morning();
    const again = await house.visit({ phone: s.phone }), silent = await house.visit({ matter: 'food-licence', phone: off.phone });
    assert.equal(again.invitation.decision, 'send');
    assert.equal(silent.invitation.decision, 'opted_out');
});
