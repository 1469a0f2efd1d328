/*
 * people.mjs — staff of the house in tests: they are made by the command, log in as a person
 * does, and set up their second factor where the house asks for one.
 *
 * The codes of the second factor are computed here from the secret on the page, by Node's own
 * cryptography and nothing of the program's (RFC 6238, RFC 4648).
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';

import { hall, page_forms, run_well } from './house.mjs';

export const PEOPLE = ['system', 'security', 'audit', 'clerk', 'window_head', 'department', 'hall',
    'organisation', 'inspection'];
export const PASSWORD = 'Passw0rd-xx';

const SYMBOLS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function base32_decode(text) {
    let bits = '';

    for (const symbol of text.replace(/\s/g, ''))
        bits += SYMBOLS.indexOf(symbol).toString(2).padStart(5, '0');
    return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

export function totp(secret, at_ms, digits = 6) {
    const counter = Buffer.alloc(8);

    counter.writeBigUInt64BE(BigInt(Math.floor(at_ms / 30000)));
    const mac = crypto.createHmac('sha1', base32_decode(secret)).update(counter).digest();
    const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;

    return String(number % 10 ** digits).padStart(digits, '0');
}

export class Person {
    cookie = '';
    secret = null; /* of the second factor, base32 */
    headers = {};  /* sent with every request */
    used = -1;     /* the last half minute whose code was taken */

    constructor(house, name, role) {
        Object.assign(this, { house, name, role, password: PASSWORD });
    }

    request(method, target, options = {}) {
        return this.house.request(method, target,
            { ...options, headers: { ...this.headers, ...options.headers, ...(this.cookie && { Cookie: this.cookie }) } }).then((answer) => {
            for (const line of [answer.headers['set-cookie'] ?? []].flat())
                if (/^(__Host-)?sid=/.test(line))
                    this.cookie = line.split(';')[0];
            return answer;
        });
    }

    get(target, options) {
        return this.request('GET', target, options);
    }

    async page(target, status = 200) {
        const answer = await this.get(target);

        assert.equal(answer.status, status, `${this.role} ${target}: ${answer.status} ${answer.headers.location ?? ''} ${answer.text.slice(0, 300)}`);
        return answer.text;
    }

    /* A form's token as this session has it. */
    async token(target = '/account') {
        const form = page_forms(await this.page(target)).find((f) => f.fields.token);

        assert.ok(form, `a form on ${target}`);
        return form.fields.token;
    }

    async post(target, form = {}) {
        return this.request('POST', target, { form: { token: await this.token(), ...form } });
    }

    /* A code that was not used yet; waits for the next half minute by moving the house's clock. */
    async code() {
        if (Math.floor(this.house.now() / 30000) <= this.used)
            await this.house.advance(30);
        this.used = Math.floor(this.house.now() / 30000);
        return totp(this.secret, this.house.now());
    }

    async log_in({ password = this.password, second = true } = {}) {
        this.cookie = '';
        const entered = await this.request('POST', '/login', { form: { name: this.name, password } });

        assert.equal(entered.status, 303, `${this.name} logs in: ${entered.status} ${entered.text.slice(0, 300)}`);
        if (!second)
            return this;
        const first = await this.get('/account');

        if (first.status === 303 && first.headers.location.startsWith('/second'))
            await this.show_code();
        else if (first.status === 303 && first.headers.location.startsWith('/account/second'))
            await this.set_device();
        await this.page('/account');
        return this;
    }

    async show_code(code) {
        const form = page_forms(await this.page('/second')).find((f) => 'next' in f.fields);

        return this.request('POST', '/second', { form: { ...form.fields, code: code ?? await this.code() } });
    }

    /* Reads the secret off the page, as a person without a camera does; the codes on paper. */
    async set_device() {
        const html = await this.page('/account/second');
        const form = page_forms(html).find((f) => f.fields.sealed);

        this.secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(html)[1].replace(/ /g, '');
        this.used = -1;
        const done = await this.request('POST', '/account/second', { form: { ...form.fields, code: await this.code() } });

        assert.equal(done.status, 200, done.text.slice(0, 300));
        this.paper = [...done.text.matchAll(/<code>([0-9A-Z-]{29})<\/code>/g)].map(([, code]) => code);
        return done;
    }
}

const PLACES = {
    clerk: ['--clerk', hall.staff[0].code],
    window_head: ['--window', hall.windows[0].code],
    department: ['--department', hall.departments[0].code],
};

/* Makes an account with the command; `place` is [flag, code] where it is not the first of the hall. */
export async function add_person(house, role, { name = role, place = PLACES[role] ?? [] } = {}) {
    await run_well(['user', 'add', '--data', house.data, '--role', role, '--name', name, ...place],
        { input: `${PASSWORD}\n` });
    return new Person(house, name, role);
}
