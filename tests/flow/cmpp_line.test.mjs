/*
 * cmpp_line.test.mjs — the driver's own bytes, on a real connection, judged by the second
 * decoder: 2.0, Src_Id and content, which Wireshark cannot judge (decisions 37).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

import { Carrier } from './cmpp_peer.mjs';
import { ROOT, until } from './house.mjs';

const PROGRAM = path.join(ROOT, '.build/release/tests/flow/cmpp_line');
const SIGNED = '【青城政务】';

for (const version of ['2.0', '3.0'])
    test(`a line of ${version}`, async () => {
        const carrier = await Carrier.open({ version });
        const child = spawn(PROGRAM, [version, String(carrier.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
        const ended = new Promise((done) => child.on('close', done));
        let said = '';

        child.stdout.setEncoding('utf8').on('data', (part) => { said += part; });
        try {
            await until('three messages', () => carrier.texts.length === 3);
            const [short, long, face] = carrier.texts;

            for (const one of carrier.texts) {
                assert.equal(one.to, '13900001000');
                assert.equal(one.from, '10690123410');
            }
            assert.equal(short.text, `${SIGNED}请回复1-5`);
            assert.equal(long.text, `${SIGNED}${'测'.repeat(134)}请回复1-5`);
            assert.equal(face.text, `${SIGNED}${'测'.repeat(60)}😀请回复1-5`);
            assert.deepEqual(long.parts.map((p) => p.Msg_Content.length), [140, 140, 6 + 2 * 12]);
            assert.deepEqual(face.parts.map((p) => p.Msg_Content.length), [6 + 2 * 66, 6 + 2 * 8],
                'the face is whole in the second part');
            assert.notEqual(long.parts[0].Msg_Content[3], face.parts[0].Msg_Content[3], 'references differ');
            await until('three outcomes', () => (said.match(/^outcome \d 0 /gm) ?? []).length === 3);
            assert.ok(said.includes(`outcome 0 0 ${short.parts[0].msg_id}\n`), said);

            await carrier.report(short.parts[0], 'DELIVRD');
            await carrier.reply('13900001000', short.from, Buffer.from('b7c7b3a3c2fad2e235', 'hex'), { fmt: 15 });
            await carrier.test_line();
            assert.ok(said.includes(`news 1 13900001000 ${short.parts[0].msg_id} DELIVRD\n`), said);
            assert.ok(said.includes('news 0 8613900001000 10690123410 非常满意5\n'), said);
            carrier.terminate();
            assert.equal(await ended, 0);
            assert.match(said, /end The gateway "carrier": it ended the connection\.\n$/);
        } finally {
            child.kill('SIGKILL');
            await ended;
            await carrier.close();
        }
    });
