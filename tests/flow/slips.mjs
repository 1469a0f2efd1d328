/*
 * slips.mjs — tickets as the program makes them (slips.c), and random ones to make.
 *
 * Not here: any judgement on them.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';

import { ROOT } from './house.mjs';

const SLIPS = path.join(ROOT, '.build/release/tests/flow/slips');

/* The bytes of each order (slips.c tells what an order is). */
export function slips(orders) {
    return new Promise((done, fail) => {
        const child = spawn(SLIPS, { stdio: ['pipe', 'pipe', 'pipe'] });
        const out = [];
        let err = '';

        child.stdout.on('data', (part) => out.push(part));
        child.stderr.on('data', (part) => { err += part; });
        child.on('error', (trouble) => fail(new Error(`${trouble.message}: is it built? make build-flow`)));
        child.stdin.on('error', () => {});
        child.on('close', (code) => {
            const bytes = Buffer.concat(out), made = [];

            for (let at = 0; at + 4 <= bytes.length;) {
                const length = bytes.readUInt32LE(at);

                made.push(bytes.subarray(at + 4, at + 4 + length));
                at += 4 + length;
            }
            if (code !== 0 || made.length !== orders.length)
                fail(new Error(`slips ended with ${code} after ${made.length} of ${orders.length}: ${err}`));
            else
                done(made);
        });
        child.stdin.end(orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
    });
}

/* == Chance ============================================================================ */

/* The same numbers for the same seed, on every machine (mulberry32). */
export function chance(seed) {
    let a = seed >>> 0;
    const next = () => {
        a = a + 0x6d2b79f5 >>> 0;
        let t = Math.imul(a ^ a >>> 15, 1 | a);

        t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
        return ((t ^ t >>> 14) >>> 0) / 4294967296;
    };
    const upto = (n) => Math.floor(next() * n);

    return { next, upto, from: (least, most) => least + upto(most - least + 1),
        pick: (list) => list[upto(list.length)], one_in: (n) => upto(n) === 0 };
}

const gbk = new TextDecoder('gb18030');
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; /* no I, L, O, U */
const HOST = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ODD = ['“', '”', '（', '）', '、', '·', '—', '…', '℃', '①', 'Ⅷ', 'α', 'Я', '×', '－', ' ', 'A', 'b', '7',
    '|', '{', '}', '-', '=', '~', '_', '"', '`', '^', '\\', '&', '<', '%', '{{', '}}'];
const BEYOND_GBK = ['𬱖', '䶮', '㑇', '𠮷', '😀'];

const hanzi = (c) => gbk.decode(Uint8Array.of(c.from(0xb0, 0xd6), c.from(0xa1, 0xfe)));
const rare = (c) => gbk.decode(Uint8Array.of(c.from(0x81, 0xa0), c.from(0x80, 0xfe)));

function words(c, least, most) {
    let text = '';

    for (let left = c.from(least, most); left > 0; left--)
        text += c.one_in(12) ? c.pick(ODD) : c.one_in(40) ? rare(c) : hanzi(c);
    return c.one_in(60) ? text + c.pick(BEYOND_GBK) : text;
}

const symbols = (c, count, alphabet = SYMBOLS) => Array.from({ length: count }, () => c.pick(alphabet)).join('');

function url(c) {
    const token = symbols(c, c.pick([8, 12, 16, 16, 16, 26]));
    const host = symbols(c, c.pick([4, 9, 14, 20, 40, 60]), HOST);
    const place = c.one_in(4) ? `:${c.from(1024, 65535)}` : c.pick(['.gov.cn', '.cn', '.example']);

    return `http${c.one_in(5) ? '' : 's'}://${host}${place}/t/${token}`.slice(0, 106);
}

/* The values of ticket `i`: within what the program takes, and some of it unkind. */
export function random_values(seed, i) {
    const c = chance(seed * 1000003 + i), values = {
        hall: words(c, 2, 22), service: words(c, 2, 40), number: c.pick('ABCDEFGHJKMNPUVWY') + c.from(1, 9999),
        window_hint: words(c, 3, 30), taken_at: `2026-11-${c.from(10, 30)} ${c.from(10, 17)}:${c.from(10, 59)}`,
        qr_url: url(c), short_code: symbols(c, 8), caption: words(c, 4, 16) };

    if (!c.one_in(4))
        values.ahead = String(c.from(1, 240));
    if (!c.one_in(3))
        values.wait_min = `${c.from(1, 30)}–${c.from(31, 180)}`;
    if (c.one_in(3))
        values.root = symbols(c, 16, '0123456789abcdef').replace(/(....)(?=.)/g, '$1 ');
    return values;
}

/* Whether a printer's own letters hold all of it. */
export function in_rom(text) {
    return !BEYOND_GBK.some((odd) => text.includes(odd)) && !/[\u{10000}-\u{10ffff}]/u.test(text);
}
