/*
 * smsd.mjs — Debian's smsd with a scripted modem (modem.c) in a folder of its own.
 *
 * Promise: nothing is left running; what the modem was given is judged here by a reader of
 * its own (3GPP TS 23.040, SMS-SUBMIT), not by ours. Not here: what is to be sent.
 *
 *     const shelf = await Smsd.open();     a modem, a spool, smsd running
 *     shelf.settings                       for [gateway …] of the settings file
 *     shelf.mo('8613900001000', '满意')     a reply comes in
 *     shelf.network('fail')                ok, fail, later or none: what becomes of messages
 *     shelf.submitted                      [{ mr, to, text, report }], oldest first
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { ROOT, scratch_folder, until } from './house.mjs';

const SMSD = '/usr/sbin/smsd';
const MODEM = '.build/release/tests/flow/modem';

export const available = fs.existsSync(SMSD);

const running = new Set();

process.on('exit', () => {
    for (const child of running)
        kill(child, 'SIGKILL');
});

/* The whole family: smsd has a process for each modem. */
function kill(child, signal) {
    try {
        process.kill(-child.pid, signal);
    } catch { /* it has ended by itself */ }
}

function launch(command, args, options) {
    const child = spawn(command, args, { detached: true, ...options });

    running.add(child);
    child.ended = new Promise((done) => child.on('close', () => {
        running.delete(child);
        done();
    }));
    child.on('error', () => running.delete(child));
    return child;
}

function utf16be(bytes) {
    return Buffer.from(bytes).swap16().toString('utf16le');
}

export function hex_of(text) {
    return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

/* An SMS-SUBMIT as smsd hands it to a modem. Only UCS-2 is read: we send nothing else. */
export function submit_read(hex) {
    const pdu = Buffer.from(hex, 'hex');
    let at = 1 + pdu[0];
    const first = pdu[at];

    assert.equal(first & 0x03, 1, `no SMS-SUBMIT: ${hex}`);
    at += 2;
    const digits = pdu[at], octets = Math.ceil(digits / 2);
    const to = pdu.subarray(at + 2, at + 2 + octets).toString('hex').replace(/(.)(.)/g, '$2$1').slice(0, digits);
    at += 2 + octets + 1;
    assert.equal(pdu[at] & 0x0c, 0x08, `not UCS-2: ${hex}`);
    at += 1 + ((first & 0x18) === 0x10 ? 1 : (first & 0x18) === 0 ? 0 : 7);
    let data = pdu.subarray(at + 1);
    assert.equal(data.length, pdu[at], `cut: ${hex}`);
    const part = first & 0x40 ? [...data.subarray(1, data[0] + 1)] : null;
    if (part)
        data = data.subarray(data[0] + 1);
    return { to, text: utf16be(data), report: (first & 0x20) !== 0, part };
}

export class Smsd {
    submitted = [];
    refused = 0;
    folder = scratch_folder('smsd');
    spool = path.join(this.folder, 'spool');
    tty = path.join(this.folder, 'tty');

    static async open() {
        const shelf = new Smsd();

        shelf.lay_out();
        await shelf.plug_in();
        await shelf.start();
        return shelf;
    }

    get settings() {
        return { kind: 'smstools', folder: this.spool };
    }

    lay_out() {
        const folders = ['outgoing', 'checked', 'sent', 'failed', 'incoming', 'report'];

        for (const name of folders)
            fs.mkdirSync(path.join(this.spool, name), { recursive: true });
        fs.writeFileSync(path.join(this.folder, 'smsd.conf'), [
            'devices = shelf', `logfile = ${this.folder}/smsd.log`, 'loglevel = 7',
            ...folders.map((name) => `${name} = ${this.spool}/${name}`),
            `pidfile = ${this.folder}/smsd.pid`, `infofile = ${this.folder}/smsd.working`,
            'delaytime = 1', 'delaytime_mainprocess = 1', 'errorsleeptime = 1', 'blocktime = 1',
            'receive_before_send = no', 'autosplit = 3', 'decode_unicode_text = no', 'incoming_utf8 = yes',
            'internal_combine = yes', 'trust_outgoing = yes', 'umask = 0007',
            '[shelf]', `device = ${this.tty}`, 'incoming = yes', 'report = yes', 'check_memory_method = 31',
            /* A modem that is always ready is asked less. */
            'pre_init = no', 'check_network = no', 'baudrate = 115200', 'rtscts = no', ''].join('\n'));
    }

    async plug_in() {
        const program = path.join(ROOT, MODEM);

        execFileSync('make', ['--no-print-directory', MODEM],
            { cwd: ROOT, stdio: 'ignore', env: { ...process.env, MAKEFLAGS: '' } });
        let ready = false, rest = '';
        this.modem = launch(program, [this.tty], { stdio: ['pipe', 'pipe', 'inherit'] });
        this.modem.stdin.on('error', () => {});
        this.modem.stdout.setEncoding('utf8').on('data', (part) => {
            const lines = (rest + part).split('\n');

            rest = lines.pop();
            for (const line of lines) {
                const [word, ...values] = line.split(' ');

                ready ||= word === 'ready';
                if (word === 'submit')
                    this.submitted.push({ mr: Number(values[0]), ...submit_read(values[1]) });
                this.refused += word === 'refused';
            }
        });
        await until('the modem', () => ready);
    }

    async start() {
        const log = path.join(this.folder, 'smsd.log');
        const from = fs.existsSync(log) ? fs.statSync(log).size : 0;

        this.smsd = launch(SMSD, ['-t', `-c${this.folder}/smsd.conf`], { stdio: 'ignore', cwd: this.folder });
        await until('smsd to look at its modem', () => fs.existsSync(log) &&
            fs.readFileSync(log).subarray(from).includes('Checking device for incoming SMS'));
    }

    /* Ended as Debian ends it; `signal` SIGKILL is a power cut. */
    async stop(signal = 'SIGTERM') {
        kill(this.smsd, signal);
        await until('the end of smsd', () => !running.has(this.smsd), 15000).catch(() => kill(this.smsd, 'SIGKILL'));
        await this.smsd.ended;
    }

    async close() {
        for (const child of [this.smsd, this.modem]) {
            kill(child, 'SIGKILL');
            await child.ended;
        }
        if (!process.env.KEEP)
            fs.rmSync(this.folder, { recursive: true, force: true });
    }

    /* -- the network ---------------------------------------------------------------- */

    tell(line) {
        this.modem.stdin.write(`${line}\n`);
    }

    mo(from, text) {
        this.tell(`mo ${from} ${hex_of(text)}`);
    }

    network(fate) {
        this.tell(`report ${fate}`);
    }

    settle() {
        this.tell('settle');
    }

    refuse(number) {
        this.tell(`refuse ${number}`);
    }

    /* The n-th message to a number whose text fits; waits for it. */
    message(to, fits, count = 1) {
        return until(`message ${count} like ${fits} at the modem`, () => {
            const all = this.to(to).filter((m) => fits.test(m.text));

            return all.length >= count ? all[count - 1] : null;
        }).catch((trouble) => {
            trouble.message += `; it has ${JSON.stringify(this.submitted)}`;
            throw trouble;
        });
    }

    to(number) {
        return this.submitted.filter((m) => m.to === number);
    }

    /* -- the spool ------------------------------------------------------------------ */

    files(name) {
        return fs.readdirSync(path.join(this.spool, name)).filter((file) => !file.startsWith('smsd_script.'));
    }

    /* Everything that was placed has gone its way. */
    quiet() {
        return until('smsd to have nothing to do', () =>
            ['outgoing', 'checked'].every((name) => this.files(name).length === 0), 15000);
    }

    /* A file as ours are placed: whole, by renaming. */
    place(name, bytes) {
        const made = path.join(this.spool, name);

        fs.writeFileSync(made, bytes);
        fs.renameSync(made, path.join(this.spool, 'outgoing', name));
    }
}
