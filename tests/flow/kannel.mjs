/*
 * kannel.mjs — a real Kannel for the tests: bearerbox and smsbox in a folder of their own,
 * phones behind its fake link, and a carrier behind its SMPP link.
 *
 * Promise: all of it on loopback and free ports; ended with the test process, whatever
 * becomes of the test. Nothing sleeps for a fixed time. Not here: what must be true.
 *
 *   near      the fake link; Kannel reports type 8 and 1 for whatever it takes
 *   carrier   SMPP 3.4, played by the npm package `smpp`: rejects, throttles, reports
 *             early, late, twice, or never
 *   slow      another of these, with two messages a second
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';

import { http_request, scratch_folder, until } from './house.mjs';

const smpp = createRequire(new URL('../browser/package.json', import.meta.url))('smpp');

/* So many ports that nobody listens on; all are held until all are known. */
export async function free_ports(count) {
    const held = await Promise.all(Array.from({ length: count }, () => new Promise((done, fail) => {
        const server = net.createServer().on('error', fail);

        server.listen(0, '127.0.0.1', () => done(server));
    })));
    const ports = held.map((server) => server.address().port);

    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
    return ports;
}

/* == The phones behind a fake link =================================================== */

function bytes_of(field) {
    return Buffer.from(field.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi,
        (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
}

function utf16be(bytes) {
    return Buffer.from(bytes).swap16().toString('utf16le');
}

/* One line of the link: SENDER RECEIVER TYPE DATA. */
function read_line(line) {
    const [, sender, to, kind, rest] = /^(\S*) (\S*) (\S*) ?(.*)$/s.exec(line);

    if (kind === 'ucs-2')
        return { sender, to, kind, text: utf16be(bytes_of(rest)) };
    return { sender, to, kind, text: kind === 'text' ? Buffer.from(rest, 'latin1').toString() : rest };
}

export class Phones {
    received = [];

    constructor(port) {
        this.port = port;
    }

    /* Comes back whenever Kannel does, until it is closed. */
    open() {
        this.wanted = true;
        this.socket = net.connect(this.port, '127.0.0.1');
        let rest = '';

        this.socket.setEncoding('latin1');
        this.socket.on('data', (part) => {
            const lines = (rest + part).split('\n');

            rest = lines.pop();
            this.received.push(...lines.map(read_line));
        });
        this.socket.on('error', () => {});
        this.socket.on('close', () => {
            if (this.wanted)
                this.timer = setTimeout(() => this.open(), 50);
        });
        return this;
    }

    close() {
        this.wanted = false;
        clearTimeout(this.timer);
        this.socket?.destroy();
    }

    /* The messages to one phone. */
    of(phone) {
        return this.received.filter((m) => m.to.endsWith(phone));
    }

    /* Waits for the n-th message to a phone. */
    message(phone, count = 1) {
        return until(`message ${count} to a phone behind Kannel`, () => this.of(phone)[count - 1]);
    }

    send_units(from, to, units) {
        const data = [...units].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('');

        this.socket.write(`${from} ${to} ucs2 ${data}\n`);
    }

    /* A reply: what is plain ASCII goes as such, all else as UCS-2. */
    send(from, to, text) {
        if (/^[ -~]+$/.test(text))
            this.socket.write(`${from} ${to} text ${text}\n`);
        else
            this.send_units(from, to, Buffer.from(text, 'utf16le').swap16());
    }
}

/* == The carrier behind the SMPP link ================================================ */

export class Carrier {
    received = [];  /* every submit, in order, the refused ones too */
    rules = [];     /* [ending of the number, (nth submit of it) => command status] */
    answered = [];  /* the status of each deliver_sm_resp */

    constructor(port) {
        this.port = port;
    }

    async open() {
        this.server = smpp.createServer((session) => {
            this.session = session;
            session.on('error', () => {});
            for (const bind of ['bind_transceiver', 'enquire_link'])
                session.on(bind, (pdu) => session.send(pdu.response()));
            session.on('unbind', (pdu) => {
                session.send(pdu.response());
                session.close();
            });
            session.on('submit_sm', (pdu) => session.send(pdu.response(this.take(pdu))));
        });
        await new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
        return this;
    }

    take(pdu) {
        const to = pdu.destination_addr;
        const before = this.received.filter((m) => m.to === to).length;
        const rule = this.rules.find(([ending]) => to.endsWith(ending))?.[1];
        const status = rule?.(before) ?? 0;
        const message = pdu.short_message.message;
        const m = {
            to, sender: pdu.source_addr, status, id: `C${this.received.length + 1}`, coding: pdu.data_coding,
            text: Buffer.isBuffer(message) ? utf16be(message) : message, reports: pdu.registered_delivery,
        };

        this.received.push(m);
        return status === 0 ? { message_id: m.id } : { command_status: status };
    }

    of(phone) {
        return this.received.filter((m) => m.to.endsWith(phone));
    }

    message(phone, count = 1) {
        return until(`message ${count} to a phone of the carrier`, () => this.of(phone)[count - 1]);
    }

    deliver(pdu) {
        return new Promise((done) => this.session.deliver_sm(pdu, (answer) => {
            this.answered.push(answer.command_status);
            done(answer.command_status);
        }));
    }

    /* A receipt for a message that was taken: DELIVRD, UNDELIV, EXPIRED, ACCEPTD … */
    report(m, stat, err = '000') {
        return this.deliver({
            source_addr: m.to, destination_addr: m.sender, esm_class: 4,
            short_message: `id:${m.id} sub:001 dlvrd:001 submit date:2406010800 done date:2406010801 stat:${stat} err:${err} text:`,
        });
    }

    send(from, to, text) {
        return this.deliver({ source_addr: from, destination_addr: to, data_coding: 8, short_message: text });
    }

    /* One part of a long reply, with the header of 3GPP TS 23.040 9.2.3.24.1. */
    send_part(from, to, text, ref, part, parts) {
        return this.deliver({
            source_addr: from, destination_addr: to, data_coding: 8, esm_class: 0x40,
            short_message: { udh: Buffer.from([5, 0, 3, ref, parts, part]), message: Buffer.from(text, 'utf16le').swap16() },
        });
    }

    /* Kannel comes back once it is open again. */
    close() {
        this.server?.close();
        this.session?.destroy();
    }
}

/* == Kannel =========================================================================== */

const children = new Set();

process.on('exit', () => {
    for (const child of children)
        child.kill('SIGKILL');
});

function conf(groups) {
    return groups.map(([group, keys]) => `group = ${group}\n${Object.entries(keys)
        .map(([key, value]) => `${key} = ${value}\n`).join('')}`).join('\n');
}

export const USER = 'yiping', PASSWORD = 's3 cr&t', STATUS_PASSWORD = 'stat pw';

export class Kannel {
    folder = scratch_folder('kannel');

    /* `services` are [{ smsc, url }]: which address is called for a reply by which link; `smsbox` and `core`
     * change settings of those groups, `env` the environment of both boxes. */
    static async open({ services = [], smsbox = {}, core = {}, env = {} } = {}) {
        const kannel = new Kannel();

        kannel.env = env;
        [kannel.admin, kannel.inner, kannel.sendsms, kannel.near_port, kannel.slow_port, kannel.carrier_port] =
            await free_ports(6);
        kannel.near = new Phones(kannel.near_port).open();
        kannel.carrier = await new Carrier(kannel.carrier_port).open();
        kannel.slow = await new Carrier(kannel.slow_port).open();
        kannel.configure(services, smsbox, core);
        await kannel.start();
        return kannel;
    }

    configure(services, smsbox, core = {}) {
        const here = '"127.0.0.1"', nowhere = '"*.*.*.*"';
        const over_smpp = (id, port, more) => ['smsc', {
            'smsc': 'smpp', 'smsc-id': id, 'allowed-smsc-id': id, host: '127.0.0.1', port, 'transceiver-mode': 'true',
            'smsc-username': 'u', 'smsc-password': 'p', 'system-type': '""', 'reconnect-delay': 1,
            'max-pending-submits': 10, 'wait-ack': 10, 'source-addr-ton': 0, 'source-addr-npi': 1, 'dest-addr-ton': 1,
            'dest-addr-npi': 1, ...more,
        }];

        fs.mkdirSync(path.join(this.folder, 'dlr'), { recursive: true });
        fs.mkdirSync(path.join(this.folder, 'store'), { recursive: true });
        this.config = path.join(this.folder, 'kannel.conf');
        fs.writeFileSync(this.config, conf([
            ['core', {
                'admin-port': this.admin, 'admin-interface': here, 'admin-password': 'adminpw',
                'status-password': `"${STATUS_PASSWORD}"`, 'smsbox-port': this.inner, 'smsbox-interface': here,
                'box-deny-ip': nowhere, 'box-allow-ip': here, 'admin-deny-ip': nowhere, 'admin-allow-ip': here,
                'log-file': `"${this.folder}/bearerbox.log"`, 'log-level': 0,
                'dlr-storage': 'spool', 'dlr-spool': `"${this.folder}/dlr"`,
                'store-type': 'spool', 'store-location': `"${this.folder}/store"`,
                'sms-resend-freq': 1, 'sms-combine-concatenated-mo': 'true', ...core,
            }],
            ['smsc', {
                'smsc': 'fake', 'smsc-id': 'near', 'our-host': here, port: this.near_port, 'connect-allow-ip': here,
                'allowed-smsc-id': 'near',
            }],
            over_smpp('carrier', this.carrier_port),
            over_smpp('slow', this.slow_port, { throughput: 2 }),
            ['smsbox', {
                'bearerbox-host': '127.0.0.1', 'bearerbox-port': this.inner, 'sendsms-port': this.sendsms,
                'sendsms-interface': here, 'sendsms-chars': '"0123456789+ "',
                'log-file': `"${this.folder}/smsbox.log"`, 'log-level': 0,
                'http-request-retry': 1000, 'http-queue-delay': 1, 'http-timeout': 20, 'mo-recode': 'false', ...smsbox,
            }],
            ['sendsms-user', {
                username: USER, password: `"${PASSWORD}"`, concatenation: 'true', 'max-messages': 10,
                'user-deny-ip': nowhere, 'user-allow-ip': here,
            }],
            ...services.map(({ smsc, url }) => ['sms-service', {
                keyword: 'default', 'catch-all': 'true', 'accepted-smsc': smsc, 'get-url': `"${url}"`,
                'max-messages': 0, 'omit-empty': 'true', 'assume-plain-text': 'true',
            }]),
        ]), { mode: 0o600 });
    }

    run(program) {
        const child = spawn(program, ['-v', '4', this.config], {
            cwd: this.folder, stdio: 'ignore',
            env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...this.env },
        });

        children.add(child);
        child.ended = new Promise((done) => child.on('close', done));
        child.on('error', (trouble) => { child.trouble = trouble; });
        child.on('close', () => children.delete(child));
        return child;
    }

    /* The status page; "" while nobody answers. */
    async status() {
        try {
            return (await http_request(this.admin, 'GET',
                `/status.xml?password=${encodeURIComponent(STATUS_PASSWORD)}`)).text;
        } catch {
            return '';
        }
    }

    async start() {
        const running = (child) => {
            if (child.trouble || child.exitCode !== null)
                assert.fail(`${child.spawnfile} does not run: ${child.trouble ?? child.exitCode}; see ${this.folder}`);
        };

        this.bearerbox = this.run('bearerbox');
        await until('bearerbox', async () => {
            running(this.bearerbox);
            return (await this.status()) !== '';
        });
        this.smsbox = this.run('smsbox');
        await until('smsbox and three links', async () => {
            running(this.smsbox);
            const page = await this.status();

            return /<type>smsbox</.test(page) && (page.match(/<status>online/g) ?? []).length === 3 &&
                (await this.ask('/').catch(() => null));
        });
    }

    /* smsbox first: what it was given it then has passed on. */
    async stop(signal = 'SIGTERM') {
        for (const child of [this.smsbox, this.bearerbox]) {
            if (!child || child.exitCode !== null || child.signalCode !== null)
                continue;
            const hurry = setTimeout(() => child.kill('SIGKILL'), 5000);

            child.kill(signal);
            await child.ended;
            clearTimeout(hurry);
        }
    }

    async close() {
        this.near.close();
        this.slow.close();
        this.carrier.close();
        await this.stop('SIGKILL');
    }

    ask(target) {
        return http_request(this.sendsms, 'GET', target);
    }

    get url() {
        return `http://127.0.0.1:${this.sendsms}/cgi-bin/sendsms`;
    }

    get status_url() {
        return `http://127.0.0.1:${this.admin}/status.xml`;
    }
}
