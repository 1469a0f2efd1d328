/*
 * cloud.test.mjs — three clouds: what goes out is signed as their own packages sign it,
 * what comes back is taken only from them, and a message goes out once whatever they do.
 *
 * The first tests ask the drivers alone; then one house sends through all three, by the
 * phone's first digits, into a simulator that answers as their documents say.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { ALIYUN, Clouds, TENCENT, TWILIO, aliyun_authorization, tencent_authorization, twilio } from './cloud_sim.mjs';
import { Composer, registered } from './compose.mjs';
import { House, until } from './house.mjs';

const SECRET = 's3cret-of-the-clouds';
const PREFIX = { twilio: '137', aliyun: '138', tencent: '136' };
const KEYS = ['survey', 'survey_code', 'survey_four', 'survey_multi', 'remind', 'reason', 'thanks_good', 'thanks_bad', 'clarify',
    'changed', 'already', 'expired', 'unknown', 'optout', 'notme', 'result', 'called', 'near', 'appeal_done'];
const forms = (start) => KEYS.map((key, i) => `${key}:${start}${1001 + i}`).join(',\n    ');

const settings = {
    twilio: { kind: 'twilio', ...TWILIO },
    aliyun: { kind: 'aliyun', ...ALIYUN, forms: forms('SMS_') },
    tencent: { kind: 'tencent', ...TENCENT, forms: forms('44') },
};

let composer, clouds, house, phones = 0;

before(async () => {
    composer = new Composer();
    clouds = await Clouds.open();
    for (const cloud of ['aliyun', 'tencent']) {
        const { text } = await composer.must({ kind: cloud, settings: settings[cloud], do: 'register' });

        clouds.forms[cloud] = Object.fromEntries(Object.values(registered(text)).map(({ code, text: form }) => [code, form]));
    }
});

after(async () => {
    await house?.close();
    await clouds?.close();
    await composer?.close();
});

/* == The drivers, judged by the vendors' packages ==================================== */

const message = { id: 77, attempt: 2, to: '+8613900001000', from: '', text: '【青城政务】满意吗？a+b=c&d %20 ~*()!\'😀', kind: 'survey',
    lang: 'zh-CN', values: { d: '4月2日', w: 'A01', m: '食品 ~*()!\'+&=% 😀"\\' }, now_ms: 1717286399000, nonce: '0123456789abcdef0123456789abcdef' };

for (const what of ['compose', 'query']) {
    test(`aliyun: its package signs our ${what} the same`, async () => {
        const r = await composer.must({ kind: 'aliyun', settings: settings.aliyun, do: what, message, sent_ms: message.now_ms });
        const host = new URL(r.url).host;

        assert.equal(r.method, 'POST');
        assert.equal(r.body, '');
        assert.equal(host, 'dysmsapi.aliyuncs.com');
        assert.equal(r.headers.Authorization, aliyun_authorization({ ...r, headers: { ...r.headers, host } }));
        assert.equal(r.headers['x-acs-date'], '2024-06-01T23:59:59Z');
        assert.equal(r.headers['x-acs-signature-nonce'], message.nonce);
    });

    test(`tencent: its package signs our ${what} the same`, async () => {
        const r = await composer.must({ kind: 'tencent', settings: settings.tencent, do: what, message, sent_ms: message.now_ms });

        assert.equal(r.url, 'https://sms.tencentcloudapi.com/');
        assert.equal(r.headers.Authorization, tencent_authorization(r));
        assert.match(r.headers.Authorization, /\/2024-06-01\/sms\//, 'the day is of UTC');
    });
}

/* The package's own client, sending to a local port: the same parameters in the same places. */
test('aliyun: its client asks for the same as we do', async () => {
    const require = createRequire(new URL('../browser/package.json', import.meta.url));
    const sdk = require('@alicloud/dysmsapi20170525'), { $OpenApiUtil } = require('@alicloud/openapi-core');
    const seen = [], take = clouds.aliyun;

    clouds.aliyun = (request, body) => {
        seen.push({ method: request.method, url: request.url, body, headers: request.headers });
        return [200, { Code: 'OK', Message: 'OK', BizId: '1^0', RequestId: 'R' }];
    };
    try {
        const client = new sdk.default(new $OpenApiUtil.Config({ accessKeyId: ALIYUN.user, accessKeySecret: ALIYUN.password,
            endpoint: new URL(clouds.url).host, protocol: 'http' }));

        await client.sendSms(new sdk.SendSmsRequest({ phoneNumbers: '13900001000', signName: '青城政务', templateCode: 'SMS_1001',
            templateParam: JSON.stringify(message.values), outId: '77.2' }));
    } finally {
        clouds.aliyun = take;
    }
    const r = await composer.must({ kind: 'aliyun', settings: { ...settings.aliyun, url: clouds.url }, do: 'compose', message });
    const own = new URL(r.url), theirs = new URL(seen[0].url, clouds.url);

    assert.equal(seen.length, 1);
    assert.deepEqual([...own.searchParams].sort(), [...theirs.searchParams].sort());
    assert.equal(own.pathname, theirs.pathname);
    assert.equal(seen[0].method, r.method);
    assert.equal(seen[0].body, r.body);
    for (const name of ['x-acs-action', 'x-acs-version', 'x-acs-content-sha256', 'content-type'])
        assert.equal(r.headers[name], seen[0].headers[name], name);
});

test('twilio: its package takes what we take, and nothing else', async () => {
    const base = 'https://pj.example.gov.cn', path = `/gateways/cloud/reply/${SECRET}`;
    const { getExpectedTwilioSignature: sign } = createRequire(new URL('../browser/package.json', import.meta.url))('twilio/lib/webhooks/webhooks');
    const params = { Body: '满意 +&=😀', From: '+8613900001000', To: TWILIO.access_number, FromCity: '', Media: ['b', 'a', 'a'] };
    const body = new URLSearchParams(Object.entries(params).flatMap(([k, v]) => [v].flat().map((one) => [k, one]))).toString();
    const rows = [
        [base + path, params, true], [`${base}:443${path}`, params, true], [`${base}${path}?x=1`, params, false],
        [base + path, { ...params, Body: '5' }, false], [`http://pj.example.gov.cn${path}`, params, false],
    ];

    for (const [url, signed, right] of rows) {
        const signature = sign(TWILIO.password, url, signed);

        assert.equal(twilio.validateRequest(TWILIO.password, signature, base + path, params), right, `the package: ${url}`);
        const { ok } = await composer.ask({ kind: 'twilio', settings: settings.twilio, base_url: base, secret: SECRET, do: 'verify',
            callback: { report: false, query: '', type: 'application/x-www-form-urlencoded', signature, body } });

        assert.equal(ok, right, `ours: ${url}`);
    }
});

/* == One house, three clouds ========================================================= */

function section(cloud) {
    return { ...settings[cloud], url: clouds.url, prefixes: PREFIX[cloud], callback_secret: SECRET };
}

/* The virtual gateway's clock is moved to a morning first; a real one's stays. */
test('a house opens with three clouds', async () => {
    house = await House.open();
    await house.stop();
    house.configure({
        invite: { delay_min: '0 s', delay_max: '0 s', cap_days: 20, cap_30_days: 100 },
        ...Object.fromEntries(Object.keys(settings).map((cloud) => [`gateway ${cloud}`, section(cloud)])),
    });
    await house.start();
    clouds.now = () => house.now();
    for (const cloud of Object.keys(settings))
        clouds.callbacks[cloud] = Object.fromEntries(['reply', 'report'].map((what) =>
            [what, `http://127.0.0.1:${house.port}/gateways/${cloud}/${what}/${SECRET}`]));
});

function phone_of(cloud) {
    return `${PREFIX[cloud]}${String(50000000 + ++phones)}`;
}

/* The n-th message to a phone that says so. */
function arrived(phone, pattern, count = 1) {
    return until(`${pattern} to ${phone}; sent ${JSON.stringify(clouds.to(phone))} refused ${JSON.stringify(clouds.refused.at(-1))}`, () => {
        const all = clouds.to(phone).filter((m) => pattern.test(m.text));

        return all.length >= count ? all[count - 1] : null;
    });
}

/* Our own view of the messages to the citizen of a case. */
async function states(id) {
    return (await house.case(id)).messages.filter((m) => m.direction === 'mt').map((m) => m.state);
}

for (const cloud of Object.keys(settings)) {
    test(`${cloud}: asked, answered, thanked, and the reports are booked`, async () => {
        const phone = phone_of(cloud), visit = await house.visit({ phone });
        const survey = await arrived(phone, /满意吗/);

        assert.equal(survey.cloud, cloud, 'by the phone’s first digits');
        assert.match(survey.text, /^【青城政务】您\d+月\d+日在?.*A0?1.*办结的.*，满意吗？回5非常满意/);
        await until('acceptance', async () => (await states(visit.case.id))[0] === 'ACCEPTED');
        Clouds.thanked(cloud, await clouds.report([survey], true));
        await until('delivery', async () => (await states(visit.case.id))[0] === 'DELIVERED');

        Clouds.thanked(cloud, await clouds.reply(survey, '5'));
        const [rating] = await house.rated(visit.case.id);
        assert.equal(rating.grade, 5);
        const thanks = await arrived(phone, /谢谢/);
        assert.match(thanks.text, /办件已记“非常满意”，回执[0-9A-Z]{16}/);

        Clouds.thanked(cloud, await clouds.report([thanks], false));
        await until('a failure', async () => (await states(visit.case.id)).includes('UNDELIVERED'));
    });

    test(`${cloud}: the same reply and report again change nothing`, async () => {
        const phone = phone_of(cloud), visit = await house.visit({ phone });
        const survey = await arrived(phone, /满意吗/);

        survey.reply_time = Math.floor(house.now() / 1000);
        for (let i = 0; i < 3; i++) {
            Clouds.thanked(cloud, await clouds.reply(survey, '4', `again ${phone}`));
            Clouds.thanked(cloud, await clouds.report([survey], true));
        }
        await arrived(phone, /谢谢/);
        assert.equal((await house.rated(visit.case.id)).length, 1);
        assert.equal(clouds.to(phone).length, 2, 'a survey and a thanks');
    });

    test(`${cloud}: no answer leaves it uncertain, and its report settles that`, async () => {
        const phone = phone_of(cloud);

        clouds.next(cloud, 'lost');
        const visit = await house.visit({ phone });
        await until('uncertainty', async () => (await states(visit.case.id))[0] === 'UNKNOWN');
        const survey = await arrived(phone, /满意吗/);

        Clouds.thanked(cloud, await clouds.report([survey], true));
        await until('certainty', async () => (await states(visit.case.id))[0] === 'DELIVERED');
        assert.equal(clouds.to(phone).length, 1, 'never twice');
    });
}

test('throttled, a message is sent later, and once', async () => {
    const answers = {
        twilio: { status: 429, body: { code: 20429, message: 'Too Many Requests' } },
        aliyun: { status: 400, body: { Code: 'Throttling.User', Message: 'x' } },
        tencent: { status: 200, body: { Response: { Error: { Code: 'RequestLimitExceeded', Message: 'x' }, RequestId: 'R' } } },
    };
    const visits = [];

    for (const [cloud, answer] of Object.entries(answers)) {
        const phone = phone_of(cloud);

        clouds.next(cloud, answer);
        visits.push({ phone, visit: await house.visit({ phone }) });
        await until('the refusal', async () => (await states(visits.at(-1).visit.case.id))[0] === 'RETRY');
        assert.deepEqual(clouds.to(phone), []);
    }
    for (const { phone, visit } of visits) {
        await until('acceptance', async () => (await states(visit.case.id))[0] === 'ACCEPTED');
        assert.equal(clouds.to(phone).length, 1);
    }
});

test('a phone that a cloud holds on its black list has opted out', async () => {
    const refusals = {
        twilio: { status: 400, body: { code: 21610, message: 'Attempt to send to unsubscribed recipient' } },
        aliyun: { status: 200, body: { Code: 'isv.CUSTOMER_REFUSED', Message: 'x' } },
        tencent: { status: 200, body: { Response: { SendStatusSet: [{ SerialNo: '', Code: 'FailedOperation.PhoneNumberInBlacklist', Message: 'x' }] } } },
    };

    for (const [cloud, refusal] of Object.entries(refusals)) {
        const phone = phone_of(cloud);

        clouds.next(cloud, refusal);
        const visit = await house.visit({ phone });
        await until('refusal', async () => (await states(visit.case.id))[0] === 'REFUSED');
        const again = await house.visit({ phone });
        assert.notEqual(again.invitation.decision, 'send', `${cloud} ${again.invitation.decision}`);
    }
});

test('a batch of reports settles every message in it', async () => {
    for (const cloud of ['aliyun', 'tencent']) {
        const visits = [];

        for (let i = 0; i < 3; i++) {
            const phone = phone_of(cloud), visit = await house.visit({ phone });

            visits.push({ visit, survey: await arrived(phone, /满意吗/) });
        }
        Clouds.thanked(cloud, await clouds.report(visits.map((v) => v.survey), true));
        for (const { visit } of visits)
            await until('delivery', async () => (await states(visit.case.id))[0] === 'DELIVERED');
    }
});

test('who is not the cloud is not heard', async () => {
    const phone = phone_of('twilio'), visit = await house.visit({ phone });
    const survey = await arrived(phone, /满意吗/), { reply, report } = clouds.callbacks.twilio;
    const params = { MessageSid: `SM${'f'.repeat(32)}`, From: survey.to, To: TWILIO.access_number, Body: '1' };

    assert.equal((await clouds.twilio_call(reply, params, 'another token')).status, 403);
    assert.equal((await clouds.call('twilio', reply, 'application/x-www-form-urlencoded', 'Body=1&From=1')).status, 403);
    assert.equal((await clouds.twilio_call(report, params, 'another token')).status, 403);
    for (const cloud of ['aliyun', 'tencent'])
        assert.equal((await clouds.call(cloud, clouds.callbacks[cloud].reply.replace(SECRET, 'another'), 'application/json', '[]')).status, 404);
    assert.deepEqual(await house.ratings(visit.case.id), []);
});

test('nothing was sent twice, and no secret or number is in the journal', async () => {
    const counts = {};

    for (const m of clouds.sent)
        counts[m.id] = (counts[m.id] ?? 0) + 1;
    assert.ok(clouds.sent.length > 20);
    assert.ok(Object.values(counts).every((n) => n === 1));
    assert.deepEqual(clouds.refused, []);
    for (const secret of [TWILIO.password, ALIYUN.password, TENCENT.password, SECRET])
        assert.ok(!house.journal.includes(secret));
    for (const m of clouds.sent)
        assert.ok(!house.journal.includes(m.to.slice(-11)), 'a phone number');
});
