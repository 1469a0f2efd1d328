/*
 * cloud_sim.mjs — Twilio, Alibaba Cloud SMS and Tencent Cloud SMS on one loopback port, as
 * their documents say that they answer and call.
 *
 * Promise: a request is taken only where the vendor's own package signs it the same way;
 * approved texts are filled as the vendor fills them, and refused where a variable is
 * missing, empty or too many. Everything taken stands in `sent`. Not here: what must be
 * true of it.
 *
 *   clouds.next('aliyun', fault)   the next message meets: { status, body } an answer of
 *                                  that kind, 'cut' no answer and not taken, 'lost' taken
 *                                  and no answer
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../browser/package.json', import.meta.url));
const twilio = require('twilio');
const { OpenApiUtil } = require('@alicloud/openapi-core');
const tc3 = require('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign').default;
const { getExpectedTwilioSignature } = require('twilio/lib/webhooks/webhooks');

export { twilio };

export const TWILIO = { account: 'AC00000000000000000000000000000001', password: '12345abcdef67890fedcba0987654321',
    access_number: '+15005550006' };
export const ALIYUN = { user: 'LTAI5tTESTKEYID000000001', password: 'TestAccessKeySecret00000000001', sign_name: '青城政务' };
export const TENCENT = { user: 'AKIDTESTTESTTESTTESTTESTTESTTEST0001', password: 'TestSecretKeyTestSecretKey000001',
    account: '1400006666', sign_name: '青城政务' };

const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/* What Alibaba Cloud's package would have signed for this request. */
export function aliyun_authorization({ method, url, headers }, account = ALIYUN) {
    const { pathname, searchParams } = new URL(url, 'http://x');
    const signed = Object.fromEntries(Object.entries(headers)
        .map(([k, v]) => [k.toLowerCase(), v]).filter(([k]) => k === 'host' || k === 'content-type' || k.startsWith('x-acs-')));

    return OpenApiUtil.getAuthorization({ method, pathname, query: Object.fromEntries(searchParams), headers: signed },
        'ACS3-HMAC-SHA256', digest, account.user, account.password);
}

/* What Tencent Cloud's package would have signed for this request. */
export function tencent_authorization({ url, headers, body }, account = TENCENT) {
    const lower = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));

    return tc3.sign3({ method: 'POST', url, payload: JSON.parse(body), timestamp: Number(lower['x-tc-timestamp']),
        service: 'sms', secretId: account.user, secretKey: account.password,
        headers: { 'Content-Type': lower['content-type'] } });
}

/* "20261123" and "2026-11-23 10:42:00" in China. */
function china(at_ms) {
    const text = new Date(at_ms + 8 * 3600e3).toISOString();

    return { day: text.slice(0, 10).replaceAll('-', ''), time: text.slice(0, 19).replace('T', ' ') };
}

export class Clouds {
    sent = [];       /* { cloud, to, text, reference, id, at_ms, … } */
    refused = [];    /* what was not taken, and why */
    faults = { twilio: [], aliyun: [], tencent: [] };
    nonces = new Set();
    forms = {};      /* cloud → code → text */
    now = Date.now;  /* the house's clock */
    callbacks = {};  /* cloud → { reply, report } */

    static async open() {
        const clouds = new Clouds();

        clouds.server = http.createServer((request, answer) => {
            const parts = [];

            request.on('data', (part) => parts.push(part));
            request.on('end', () => clouds.take(request, Buffer.concat(parts).toString(), answer));
        });
        await new Promise((done) => clouds.server.listen(0, '127.0.0.1', done));
        clouds.url = `http://127.0.0.1:${clouds.server.address().port}`;
        return clouds;
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }

    next(cloud, ...faults) {
        this.faults[cloud].push(...faults);
    }

    to(phone) {
        return this.sent.filter((m) => m.to.endsWith(phone));
    }

    /* -- requests ------------------------------------------------------------------- */

    take(request, body, answer) {
        const cloud = request.headers['x-acs-action'] ? 'aliyun' : request.headers['x-tc-action'] ? 'tencent' : 'twilio';
        const say = (status, json) => {
            answer.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
            answer.end(typeof json === 'string' ? json : JSON.stringify(json));
        };
        const [status, json, message] = this[cloud](request, body);

        if (!message) {
            if (status !== 200 || (json.Code ?? 'OK') !== 'OK' || json.Response?.Error ||
                (json.Response?.SendStatusSet ?? []).some((one) => one.Code !== 'Ok'))
                this.refused.push({ cloud, status, json });
            return say(status, json);
        }
        const fault = this.faults[cloud].shift();

        if (fault && typeof fault === 'object')
            return say(fault.status, fault.body);
        if (fault !== 'cut')
            this.sent.push({ cloud, at_ms: this.now(), ...message });
        if (fault)
            return request.socket.destroy();
        return say(status, json);
    }

    twilio(request, body) {
        const url = new URL(request.url, this.url), list = `/2010-04-01/Accounts/${TWILIO.account}/Messages.json`;
        const form = new URLSearchParams(body);
        const login = `Basic ${Buffer.from(`${TWILIO.account}:${TWILIO.password}`).toString('base64')}`;
        const wrong = (status, code, message) => [status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }];

        if (request.headers.authorization !== login)
            return wrong(401, 20003, 'Authenticate');
        if (url.pathname !== list)
            return wrong(404, 20404, 'The requested resource was not found');
        if (request.method === 'GET')
            return [200, this.twilio_list(url.searchParams)];
        if (!/^\+[1-9]\d{7,14}$/.test(form.get('To') ?? ''))
            return wrong(400, 21211, `The 'To' number ${form.get('To')} is not a valid phone number.`);
        if (form.get('From') !== TWILIO.access_number)
            return wrong(400, 21606, `The From phone number ${form.get('From')} is not valid`);
        const sid = `SM${(this.sent.length + 1).toString(16).padStart(32, '0')}`;

        return [201, { sid, status: 'queued', num_segments: '1', error_code: null, error_message: null, from: form.get('From'), to: form.get('To') },
            { to: form.get('To'), text: form.get('Body'), id: sid, callback: form.get('StatusCallback') }];
    }

    twilio_list(params) {
        const messages = this.sent.filter((m) => m.cloud === 'twilio' && m.to === params.get('To')).reverse()
            .map((m) => ({ sid: m.id, body: m.text, to: m.to, from: TWILIO.access_number, direction: 'outbound-api', status: 'delivered',
                error_code: null, date_created: new Date(m.at_ms).toUTCString().replace('GMT', '+0000') }));

        return { messages, next_page_uri: null, page: 0, page_size: Number(params.get('PageSize')), uri: '/x' };
    }

    /* The approved text with its variables; a sentence where it cannot be filled. */
    fill(cloud, code, value, count) {
        const text = this.forms[cloud]?.[code];
        const marks = text?.match(cloud === 'aliyun' ? /\$\{\w+\}/g : /\{\d+\}/g) ?? [];

        if (text === undefined)
            return { wrong: 'template' };
        if (count !== undefined && count !== marks.length)
            return { wrong: 'count' };
        for (const mark of marks)
            if (typeof value(mark) !== 'string' || value(mark) === '')
                return { wrong: mark };
        return { text: `【青城政务】${marks.reduce((t, mark) => t.replace(mark, () => value(mark)), text)}` };
    }

    aliyun(request, body) {
        const { searchParams: p } = new URL(request.url, this.url), h = request.headers;
        const wrong = (status, Code, Message = Code) => [status, { Code, Message, RequestId: 'R' }];

        if (h.authorization !== aliyun_authorization({ method: request.method, url: request.url, headers: h }) ||
            body !== '' || h['x-acs-content-sha256'] !== digest)
            return wrong(400, 'SignatureDoesNotMatch');
        if (Math.abs(Date.parse(h['x-acs-date']) - this.now()) > 900e3)
            return wrong(400, 'InvalidTimeStamp.Expired');
        if (this.nonces.has(h['x-acs-signature-nonce']))
            return wrong(400, 'SignatureNonceUsed');
        this.nonces.add(h['x-acs-signature-nonce']);
        if (h['x-acs-version'] !== '2017-05-25')
            return wrong(404, 'InvalidVersion');
        if (h['x-acs-action'] === 'QuerySendDetails')
            return [200, this.aliyun_details(p)];
        if (h['x-acs-action'] !== 'SendSms')
            return wrong(404, 'InvalidAction.NotFound');
        if (!/^1[3-9]\d{9}$/.test(p.get('PhoneNumbers')))
            return wrong(200, 'isv.MOBILE_NUMBER_ILLEGAL');
        if (p.get('SignName') !== ALIYUN.sign_name)
            return wrong(200, 'isv.SMS_SIGNATURE_ILLEGAL');
        const params = JSON.parse(p.get('TemplateParam'));
        const filled = this.fill('aliyun', p.get('TemplateCode'), (mark) => params[mark.slice(2, -1)]);

        if (filled.wrong)
            return wrong(200, filled.wrong === 'template' ? 'isv.SMS_TEMPLATE_ILLEGAL' : 'isv.TEMPLATE_MISSING_PARAMETERS');
        const id = `${900000000000 + this.sent.length}^0`;

        return [200, { Code: 'OK', Message: 'OK', BizId: id, RequestId: 'R' },
            { to: p.get('PhoneNumbers'), text: filled.text, reference: p.get('OutId'), id, extension: p.get('SmsUpExtendCode') }];
    }

    aliyun_details(p) {
        const list = this.sent.filter((m) => m.cloud === 'aliyun' && m.to === p.get('PhoneNumber') && china(m.at_ms).day === p.get('SendDate'))
            .map((m) => ({ OutId: m.reference, SendStatus: 3, ErrCode: 'DELIVERED', PhoneNum: m.to, Content: m.text,
                SendDate: china(m.at_ms).time, ReceiveDate: china(m.at_ms).time, TemplateCode: 'SMS' }));

        return { Code: 'OK', Message: 'OK', RequestId: 'R', TotalCount: String(list.length), SmsSendDetailDTOs: { SmsSendDetailDTO: list } };
    }

    tencent(request, body) {
        const h = request.headers, wrong = (Code, Message = Code) => [200, { Response: { Error: { Code, Message }, RequestId: 'R' } }];

        if (h.authorization !== tencent_authorization({ url: `${this.url}/`, headers: h, body }))
            return wrong('AuthFailure.SignatureFailure');
        if (Math.abs(Number(h['x-tc-timestamp']) * 1000 - this.now()) > 300e3)
            return wrong('AuthFailure.SignatureExpire');
        const q = JSON.parse(body);

        if (q.SmsSdkAppId !== TENCENT.account)
            return wrong('InvalidParameterValue.SdkAppIdNotExist');
        if (h['x-tc-action'] === 'PullSmsSendStatusByPhoneNumber')
            return [200, { Response: { RequestId: 'R', PullSmsSendStatusSet: this.sent
                .filter((m) => m.cloud === 'tencent' && m.to === q.PhoneNumber && m.at_ms >= q.BeginTime * 1000)
                .map((m) => ({ SerialNo: m.id, ReportStatus: 'SUCCESS', Description: 'DELIVRD', SessionContext: m.reference,
                    UserReceiveTime: Math.floor(m.at_ms / 1000), PhoneNumber: m.to, CountryCode: '86' })) } }];
        const filled = this.fill('tencent', q.TemplateId, (mark) => q.TemplateParamSet[mark.slice(1, -1) - 1], q.TemplateParamSet.length);
        const id = `5000:10457106691570536578${String(this.sent.length).padStart(5, '0')}`, [to] = q.PhoneNumberSet;
        const status = (Code, more) => ({ Response: { RequestId: 'R', SendStatusSet: [{ SerialNo: '', PhoneNumber: to, Fee: 0,
            SessionContext: q.SessionContext, Code, Message: Code, IsoCode: 'CN', ...more }] } });

        if (q.PhoneNumberSet.length !== 1 || q.SignName !== TENCENT.sign_name || filled.wrong)
            return [200, status('FailedOperation.TemplateIncorrectOrUnapproved')];
        return [200, status('Ok', { SerialNo: id, Fee: 1, Message: 'send success' }),
            { to, text: filled.text, reference: q.SessionContext, id, extension: q.ExtendCode }];
    }

    /* -- calls ---------------------------------------------------------------------- */

    async call(cloud, url, type, body, headers = {}) {
        const answer = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': type, ...headers } });
        const text = await answer.text();

        return { status: answer.status, type: answer.headers.get('content-type'), text };
    }

    async twilio_call(url, params, token = TWILIO.password) {
        return this.call('twilio', url, 'application/x-www-form-urlencoded', new URLSearchParams(params).toString(),
            { 'X-Twilio-Signature': getExpectedTwilioSignature(token, url, params) });
    }

    /* The vendor is content, else it would call again. */
    static thanked(cloud, { status, type, text }) {
        assert.equal(status, 200, text);
        if (cloud === 'twilio') {
            assert.match(type, /^text\/xml/);
            assert.equal(text, '<Response/>');
        } else if (cloud === 'aliyun') {
            assert.equal(JSON.parse(text).code, 0);
        } else {
            assert.deepEqual(JSON.parse(text), { result: 0, errmsg: 'OK' });
        }
    }

    /* A citizen's reply to a message; `id` makes it the same reply again. */
    async reply(message, text, id = `${message.id}/${text}`) {
        const { cloud, to } = message, at = china(this.now()), key = Buffer.from(id).toString('hex').slice(-32);
        const url = this.callbacks[cloud].reply, mobile = to.slice(-11);

        if (cloud === 'twilio')
            return this.twilio_call(url, { MessageSid: `SM${key}`, SmsSid: `SM${key}`, AccountSid: TWILIO.account, From: to,
                To: TWILIO.access_number, Body: text, NumMedia: '0', FromCity: '' });
        if (cloud === 'aliyun')
            return this.call(cloud, url, 'application/json', JSON.stringify([{ phone_number: mobile, content: text, send_time: at.time,
                dest_code: '10691234', sequence_id: Number.parseInt(key.slice(-10), 16) }]));
        return this.call(cloud, url, 'application/json', JSON.stringify({ extend: '', mobile, nationcode: '86', sign: '青城政务', text,
            time: message.reply_time ?? Math.floor(this.now() / 1000) }));
    }

    /* Reports of several messages of one cloud, as it batches them. */
    async report(messages, good) {
        const [{ cloud }] = messages, at = china(this.now()).time;

        if (cloud === 'twilio') {
            const status = good ? 'delivered' : 'undelivered';

            return this.twilio_call(messages[0].callback, { MessageSid: messages[0].id, SmsSid: messages[0].id, MessageStatus: status,
                SmsStatus: status, AccountSid: TWILIO.account, To: messages[0].to, From: TWILIO.access_number,
                ...(good ? {} : { ErrorCode: '30003' }) });
        }
        if (cloud === 'aliyun')
            return this.call(cloud, this.callbacks.aliyun.report, 'application/json', JSON.stringify(messages.map((m) => ({
                phone_number: m.to, send_time: at, report_time: at, success: good, err_code: good ? 'DELIVERED' : 'MOBILE_NOT_ON_SERVICE',
                err_msg: good ? '用户接收成功' : '停机', sms_size: '1', biz_id: m.id, out_id: m.reference }))));
        return this.call(cloud, this.callbacks.tencent.report, 'application/json', JSON.stringify(messages.map((m) => ({
            user_receive_time: at, nationcode: '86', mobile: m.to.slice(3), report_status: good ? 'SUCCESS' : 'FAIL',
            errmsg: good ? 'DELIVRD' : 'MK:0001', description: 'x', sid: m.id, ext: m.reference }))));
    }
}
