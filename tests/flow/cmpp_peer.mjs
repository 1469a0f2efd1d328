/*
 * cmpp_peer.mjs — a carrier on a loopback port that does what a test tells it: lets us in
 * or not, takes messages, throttles, refuses, is silent, reports early or late or twice,
 * brings replies in three encodings and in parts, and hangs up.
 *
 * Promise: whatever the program sends is decoded strictly (cmpp_decode.mjs); what is wrong
 * with it is in `faults`, and a test that closes the carrier fails on it. Messages are
 * numbered as the protocol says, month to sequence. The port stays the same when the
 * carrier goes and comes.
 */
import assert from 'node:assert/strict';
import net from 'node:net';

import * as cmpp from './cmpp_decode.mjs';
import { until } from './house.mjs';

export class Carrier {
    submits = [];   /* every SUBMIT, with `msg_id` once it was answered */
    texts = [];     /* whole messages: { to, from, text, parts: [submit…] } */
    answers = [];   /* our DELIVER_RESPs */
    logins = [];    /* statuses given */
    farewells = 0;
    faults = [];
    unanswered_most = 0;
    #lines = new Set();
    #long = new Map();
    #sequence = 0;
    #number = 0;

    constructor({ version = '3.0', user = '901234', secret = 'SharedSecret1', account = 'SURVEY',
        number = '106901234' } = {}) {
        Object.assign(this, { version, user, secret, account, number });
        /* What becomes of a SUBMIT: a result, or null for silence. A test replaces it. */
        this.judge = () => 0;
        /* Called with the SUBMIT and its Msg_Id before and after the answer. */
        this.before = this.after = () => {};
    }

    static async open(options) {
        const carrier = new Carrier(options);

        await carrier.listen();
        return carrier;
    }

    async listen(port = this.port ?? 0) {
        this.server = net.createServer((socket) => this.#come(socket));
        await new Promise((done, fail) => {
            this.server.once('error', fail);
            this.server.listen(port, '127.0.0.1', done);
        });
        this.port = this.server.address().port;
    }

    /* Nobody listens any more, and whoever is on the line is cut off. */
    async go_away() {
        const closed = new Promise((done) => this.server.close(done));

        this.hang_up();
        await closed;
    }

    async close() {
        await this.go_away();
        assert.deepEqual(this.faults, [], 'what the program sent was right');
    }

    hang_up() {
        for (const line of this.#lines)
            line.socket.destroy();
    }

    get settings() {
        return { kind: 'cmpp', address: `127.0.0.1:${this.port}`, version: this.version, user: this.user,
            password: this.secret, account: this.account, access_number: this.number };
    }

    #come(socket) {
        const line = { socket, bytes: Buffer.alloc(0), open: false, unanswered: 0 };

        this.#lines.add(line);
        socket.on('error', () => {});
        socket.on('close', () => this.#lines.delete(line));
        socket.on('data', (bytes) => {
            try {
                const { pdus, rest } = cmpp.decode(Buffer.concat([line.bytes, bytes]), this.version);

                line.bytes = rest;
                for (const pdu of pdus)
                    this.#take(line, pdu);
            } catch (trouble) {
                this.faults.push(trouble.message);
                socket.destroy();
            }
        });
    }

    #say(line, pdu) {
        if (!line.socket.destroyed)
            line.socket.write(cmpp.encode(pdu, this.version));
    }

    #take(line, pdu) {
        const { command, sequence } = pdu;

        if (!line.open && command !== cmpp.CONNECT)
            throw new Error(`command ${command} before the log-in`);
        switch (command) {
        case cmpp.CONNECT:
            this.#log_in(line, pdu);
            break;
        case cmpp.SUBMIT:
            this.#submit(line, pdu);
            break;
        case cmpp.DELIVER + cmpp.RESP:
            this.answers.push(pdu);
            break;
        case cmpp.ACTIVE_TEST:
            this.#say(line, { command: cmpp.ACTIVE_TEST + cmpp.RESP, sequence, Reserved: 0 });
            break;
        case cmpp.ACTIVE_TEST + cmpp.RESP:
            this.tested = sequence;
            break;
        case cmpp.TERMINATE:
            this.farewells++;
            this.#say(line, { command: cmpp.TERMINATE + cmpp.RESP, sequence });
            break;
        case cmpp.TERMINATE + cmpp.RESP:
            line.socket.end();
            break;
        default:
            throw new Error(`command ${command.toString(16)}`);
        }
    }

    #log_in(line, pdu) {
        const right = cmpp.authenticator(this.user, this.secret, pdu.Timestamp).equals(pdu.AuthenticatorSource);
        const Status = pdu.Source_Addr !== this.user ? 2 : !right || this.refuse_secret ? 3 : 0;
        const Version = this.version === '2.0' ? 0x20 : 0x30;

        if (pdu.Version !== Version)
            throw new Error(`version ${pdu.Version}`);
        line.open = Status === 0;
        this.logins.push(Status);
        this.#say(line, { command: cmpp.CONNECT + cmpp.RESP, sequence: pdu.sequence, Status, Version,
            AuthenticatorISMG: cmpp.authenticator_ismg(Status, pdu.AuthenticatorSource, this.secret, this.version) });
        if (Status !== 0)
            line.socket.end();
    }

    /* month 4, day 5, hour 5, minute 6, second 6, gateway 22, sequence 16 bits */
    #msg_id() {
        const d = new Date();
        const fields = [[d.getMonth() + 1, 4], [d.getDate(), 5], [d.getHours(), 5], [d.getMinutes(), 6],
            [d.getSeconds(), 6], [123456, 22], [++this.#number % 65536, 16]];

        return fields.reduce((id, [value, bits]) => (id << BigInt(bits)) | BigInt(value), 0n);
    }

    #submit(line, pdu) {
        const Result = this.judge(pdu);
        const msg_id = this.#msg_id();

        this.#check(pdu);
        this.submits.push(pdu);
        this.unanswered_most = Math.max(this.unanswered_most, ++line.unanswered);
        if (Result === null)
            return;
        if (Result === 'hang up') {
            line.socket.destroy();
            return;
        }
        if (Result === 0) {
            pdu.msg_id = msg_id;
            this.#join(pdu);
            this.before(pdu, msg_id);
        }
        setImmediate(() => {
            line.unanswered--;
            this.#say(line, { command: cmpp.SUBMIT + cmpp.RESP, sequence: pdu.sequence,
                Msg_Id: Result === 0 ? msg_id : 0n, Result });
            if (Result === 0)
                this.after(pdu, msg_id);
        });
    }

    #check(pdu) {
        assert.equal(pdu.Msg_Id, 0n);
        assert.equal(pdu.Registered_Delivery, 1);
        assert.equal(pdu.Msg_Fmt, 8);
        assert.equal(pdu.Service_Id, this.account);
        assert.equal(pdu.Msg_src, this.user);
        assert.ok(pdu.Src_Id.startsWith(this.number) && /^\d{1,20}$/.test(pdu.Src_Id), `Src_Id ${pdu.Src_Id}`);
        assert.equal(pdu.DestUsr_tl, 1);
        assert.match(pdu.Dest_terminal_Id, /^1\d{10}$/);
        assert.ok(pdu.Msg_Content.length <= 140);
        assert.equal(pdu.TP_udhi, pdu.Pk_total > 1 ? 1 : 0);
        if (pdu.TP_udhi === 1)
            assert.deepEqual([...pdu.Msg_Content.subarray(0, 3), ...pdu.Msg_Content.subarray(4, 6)],
                [5, 0, 3, pdu.Pk_total, pdu.Pk_number]);
    }

    /* What the phone shows once all parts are there. */
    #join(pdu) {
        const long = pdu.TP_udhi === 1;
        const key = `${pdu.Dest_terminal_Id} ${long ? pdu.Msg_Content[3] : `- ${pdu.sequence}`}`;
        const parts = this.#long.get(key) ?? [];

        parts[pdu.Pk_number - 1] = pdu;
        this.#long.set(key, parts);
        if (parts.filter(Boolean).length < pdu.Pk_total)
            return;
        this.#long.delete(key);
        this.texts.push({ to: pdu.Dest_terminal_Id, from: pdu.Src_Id, parts,
            text: parts.map((p) => cmpp.from_utf16be(p.Msg_Content.subarray(long ? 6 : 0))).join('') });
    }

    /* -- what it tells -------------------------------------------------------------- */

    line() {
        const line = [...this.#lines].find((one) => one.open);

        assert.ok(line, 'somebody is on the line');
        return line;
    }

    on_the_line() {
        return until('a log-in at the carrier', () => [...this.#lines].some((one) => one.open));
    }

    /* Says it, and waits until it was acknowledged with this result. */
    async deliver(fields, wanted = 0) {
        const sequence = ++this.#sequence;

        this.#say(this.line(), { command: cmpp.DELIVER, sequence, ...fields });
        if (wanted === undefined)
            return;
        const answer = await until('an answer to DELIVER', () => this.answers.find((a) => a.sequence === sequence));
        assert.equal(answer.Result, wanted);
        assert.equal(answer.Msg_Id, fields.Msg_Id);
    }

    report(submit, Stat, wanted = 0) {
        const Msg_Content = cmpp.encode_report({ Msg_Id: submit.msg_id, Stat, Submit_time: '2406010800',
            Done_time: '2406010801', Dest_terminal_Id: submit.Dest_terminal_Id, SMSC_sequence: 42 }, this.version);

        return this.deliver({ Msg_Id: submit.msg_id, Dest_Id: submit.Src_Id, Service_Id: this.account,
            Src_terminal_Id: submit.Dest_terminal_Id, Registered_Delivery: 1, Msg_Content }, wanted);
    }

    /* `bytes` in the encoding `fmt`; the same `id` again is the same reply again. */
    reply(phone, to, bytes, { fmt = 8, udhi = 0, id = this.#msg_id(), wanted = 0 } = {}) {
        return this.deliver({ Msg_Id: id, Dest_Id: to, Service_Id: this.account, TP_udhi: udhi, Msg_Fmt: fmt,
            Src_terminal_Id: `86${phone}`, Registered_Delivery: 0, Msg_Content: bytes }, wanted);
    }

    new_id() {
        return this.#msg_id();
    }

    test_line() {
        const sequence = ++this.#sequence;

        this.#say(this.line(), { command: cmpp.ACTIVE_TEST, sequence });
        return until('an answer to ACTIVE_TEST', () => this.tested === sequence);
    }

    terminate() {
        this.#say(this.line(), { command: cmpp.TERMINATE, sequence: ++this.#sequence });
    }

    /* The n-th whole text to a phone that says this. */
    message(phone, pattern, count = 1) {
        return until(`message ${count} like ${pattern} at the carrier`, () =>
            this.texts.filter((one) => one.to === phone && pattern.test(one.text))[count - 1], 15000);
    }
}
