/*
 * queue_alerts.test.mjs — the SMS that says "nearly your turn" and "you are called", through the whole
 * server: the desk calls, the virtual phone gets the text. When one is withdrawn: tests/unit/alert_test.c.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, page_text, place_of } from './house.mjs';

let house;

before(async () => { house = await House.open({ settings: { queue: { sms_alerts: 'yes', near: 2 } } }); });
after(async () => { await house?.close(); });

async function kinds(phone) {
    return (await house.messages(phone)).filter((m) => m.direction === 'mt').map((m) => m.kind);
}

test('whoever left a phone is told when near and when called, once each', async () => {
    const { window, clerk } = place_of('id-card'), tickets = [];

    for (let i = 0; i < 5; i++)
        tickets.push({ phone: house.phone(), ...await house.take({ matter: 'id-card', phone: `139${70000000 + house.phones}` }) });
    const page = await house.expect(200, 'GET', `/t/${tickets[4].token}`, { headers: { 'Accept-Language': 'zh-CN' } });
    assert.match(page_text(page.text), /也会发短信到您留的电话/);

    const called = await house.call(window, clerk);
    const text = await house.message(tickets[0].phone, 'called');
    assert.ok(text.text.includes(`请${tickets[0].number}号到1楼${window}窗口办理`), text.text);
    assert.deepEqual(text.cases, [{ case: called.case.id, letter: null }], 'it belongs to the case that is called for');
    const near = await house.message(tickets[3].phone, 'near');
    assert.ok(near.text.includes(`${tickets[3].number}号：前面2人`), near.text);
    await house.act(window, 'recall');
    await house.case_act(called.case.id, 'close');
    await house.call(window, clerk);
    await house.message(tickets[1].phone, 'called');
    await house.message(tickets[4].phone, 'near');
    assert.deepEqual(await kinds(tickets[0].phone), ['called']);
    assert.deepEqual(await kinds(tickets[3].phone), ['near']);
    assert.deepEqual(await kinds(tickets[2].phone), [], 'who was near from the start is told when called');
});

test('the record of the case shows the text among its messages', async () => {
    const { window, clerk } = place_of('pension'), phone = house.phone();

    await house.take({ matter: 'pension', phone });
    const { case: c } = await house.call(window, clerk);
    await house.message(phone, 'called');
    const record = await house.case(c.id);
    assert.deepEqual(record.messages.map((m) => m.kind), ['called']);
});

test('an opt-out from surveys leaves alerts alone', async () => {
    const { window, clerk } = place_of('mortgage'), { phone, survey } = await house.surveyed({ matter: 'mortgage' });

    await house.reply(phone, survey.from, 'T');
    await house.message(phone, 'optout');
    await house.take({ matter: 'mortgage', phone });
    await house.call(window, clerk);
    await house.message(phone, 'called');
});
