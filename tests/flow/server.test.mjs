/*
 * server.test.mjs — the life of the server: first run, second run, stopping with work in
 * hand, a store from the future (facts/ux.md 13, 15).
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';

import { clean_environment, end_all, House, http_request, launch, run, scratch_folder, SLOW, until, within } from './house.mjs';

after(end_all);

/* `yiping serve` in an empty folder: { child, journal(), port, took_ms }. */
async function first_run(cwd, args = ['serve', '--listen', '127.0.0.1:0'], more = {}) {
    const began = performance.now();
    const child = launch(args, { cwd, env: { ...clean_environment(), ...more } });
    let journal = '';

    child.stdin.end();
    child.stdout.resume();
    child.stderr.on('data', (part) => { journal += part; });
    const port = await until('the address', () => {
        assert.equal(child.exitCode, null, journal);
        return /http:\/\/127\.0\.0\.1:(\d+)/.exec(journal)?.[1];
    });
    await until('/readyz', async () => {
        try {
            return (await http_request(port, 'GET', '/readyz')).status === 200;
        } catch {
            return false;
        }
    });
    return { child, port, journal: () => journal, took_ms: performance.now() - began };
}

async function stop(child, signal = 'SIGTERM') {
    const ended = new Promise((done) => child.on('exit', (code, how) => done({ code, how })));

    process.kill(-child.pid, signal);
    return ended;
}

test('serve alone, in an empty folder, is a working hall within two seconds', async () => {
    let folder, first;

    await within('a first start', 2000, async () => {
        if (first)
            await stop(first.child);
        folder = scratch_folder('first');
        first = await first_run(folder);
        return first.took_ms;
    });
    await http_request(first.port, 'GET', '/healthz');
    assert.ok(fs.statSync(path.join(folder, 'yiping-data')).isDirectory());
    assert.equal(fs.statSync(path.join(folder, 'yiping-data')).mode & 0o777, 0o700);
    assert.equal((await http_request(first.port, 'GET', '/phone')).status, 200, 'the virtual phone is in force');
    const page = await http_request(first.port, 'GET', '/');
    assert.ok(page.status < 400, `/ → ${page.status}`);
    const said = first.journal();
    assert.ok(said.trimEnd().split('\n').length <= 8, said);
    assert.match(said, /yiping-data/);
    const link = new RegExp(`http://127\\.0\\.0\\.1:${first.port}(/[^\\s"'，。]{20,})`).exec(said)?.[1];
    assert.ok(link, `a one-time link to make the first accounts: ${said}`);
    const setup = await http_request(first.port, 'GET', link);
    assert.equal(setup.status, 200);
    assert.equal((await http_request(first.port, 'GET', link)).status, 200, 'looking does not spend it');
    assert.equal((await stop(first.child)).code, 0);

    const second = await first_run(folder);
    assert.ok(second.journal().trimEnd().split('\n').length <= 8);
    await stop(second.child);
});

test('a second server on the same folder is refused', async () => {
    const house = await House.open({ morning: false });

    try {
        const second = await run(['serve', '--data', house.data, '--listen', '127.0.0.1:0'], { cwd: house.folder });
        assert.equal(second.code, 4, second.stderr);
        assert.ok(second.stderr.length > 0);
        await house.expect(200, 'GET', '/readyz');
        await house.take();
    } finally {
        await house.close();
    }
});

test('a port that is taken, and an address that is none, are told in a sentence', async () => {
    const house = await House.open({ morning: false });

    try {
        const other = scratch_folder('port');
        const taken = await run(['serve', '--data', path.join(other, 'd'), '--listen', `127.0.0.1:${house.port}`], { cwd: other });
        assert.notEqual(taken.code, 0);
        assert.match(taken.stderr, new RegExp(String(house.port)));
        const wrong = await run(['serve', '--data', path.join(other, 'd'), '--listen', 'nowhere'], { cwd: other });
        assert.ok([2, 3].includes(wrong.code), `${wrong.code}: ${wrong.stderr}`);
    } finally {
        await house.close();
    }
});

test('a store of a newer program is left alone', async () => {
    const house = await House.open({ morning: false });

    try {
        const { ticket } = { ticket: await house.take() };
        await house.stop();
        const db = path.join(house.data, 'yiping.db');
        execFileSync('sqlite3', [db, "INSERT INTO schema_versions (version, name, applied_ms) VALUES (9999, 'future', 0)"]);
        const before = fs.readFileSync(db);
        const refused = await run(['serve', '--data', house.data, '--listen', '127.0.0.1:0', '--config', house.config]);
        assert.equal(refused.code, 4, `${refused.code} ${refused.stderr}`);
        assert.match(refused.stderr, /newer|更新/i);
        assert.ok(fs.readFileSync(db).equals(before), 'not one byte changed');
        execFileSync('sqlite3', [db, 'DELETE FROM schema_versions WHERE version = 9999']);
        await house.start();
        assert.equal((await house.ticket(ticket.id)).number, ticket.number);
    } finally {
        await house.close();
    }
});

test('SIGTERM lets requests in hand end, takes no new ones, and exits with 0', async () => {
    const house = await House.open({ morning: false });

    try {
        /* A request whose body is half sent is in hand. */
        const body = JSON.stringify({ matter: 'business-licence' });
        const socket = net.connect(Number(house.port), '127.0.0.1');
        let answer = '';

        socket.setEncoding('utf8');
        socket.on('data', (part) => { answer += part; });
        socket.on('error', () => {});
        socket.write(`POST /api/v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${house.keys.machine}\r\n` +
            `Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
        await until('100 Continue: the head has been read', () => /^HTTP\/1\.1 100/.test(answer));
        socket.write(body.slice(0, 10));
        const load = Promise.allSettled(Array.from({ length: 30 }, () => house.request('POST', '/api/v1/tickets',
            { as: 'machine', json: { matter: 'invoice' } })));
        const stopping = house.stop('SIGTERM');
        socket.write(body.slice(10));
        const ended = await stopping;
        assert.equal(ended.code, 0, JSON.stringify(ended));
        assert.ok(ended.took_ms < 11000 * SLOW, `${ended.took_ms} ms`);
        await until('the end of the connection', () => socket.destroyed || socket.readableEnded, 2000);
        assert.match(answer, /\r\n\r\nHTTP\/1\.1 201/, 'the request in hand was answered');
        const done = (await load).filter((r) => r.status === 'fulfilled').map((r) => r.value);
        await house.start();
        for (const a of done) {
            assert.ok([201, 503].includes(a.status), a.text);
            if (a.status === 201)
                assert.equal((await house.ticket(a.json.ticket.id)).number, a.json.ticket.number, 'what was answered is kept');
        }
    } finally {
        await house.close();
    }
});

test('a quiet server stops at once', async () => {
    const house = await House.open({ morning: false });

    try {
        await within('an end', 2000, async (again) => {
            if (again)
                await house.start();
            const ended = await house.stop('SIGTERM');
            assert.equal(ended.code, 0);
            return ended.took_ms;
        });
    } finally {
        await house.close();
    }
});

test('a service manager hears that the server is ready, lives and stops; a hangup ends nothing', async () => {
    const folder = scratch_folder('manager'), socket = path.join(folder, 'notify');
    const reader = spawn('python3', ['-u', '-c', `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    sys.stdout.write(s.recv(65536).decode() + "\\n")`, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';

    try {
        reader.stdout.on('data', (part) => { heard += part; });
        await until('the socket', () => fs.existsSync(socket));
        const first = await first_run(folder, ['serve', '--listen', '127.0.0.1:0'],
            { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '100000' });
        await until('to be ready and alive', () => /^READY=1\n[\s\S]*^WATCHDOG=1$/m.test(heard));
        process.kill(-first.child.pid, 'SIGHUP');
        await until('the hangup', () => first.journal().includes('server.hangup'));
        assert.equal((await http_request(first.port, 'GET', '/healthz')).status, 200);
        assert.equal((await stop(first.child)).code, 0);
        await until('the stop', () => /^STOPPING=1$/m.test(heard));
    } finally {
        reader.kill();
    }
});

test('the clock’s offset is durable and only grows', async () => {
    const house = await House.open();

    try {
        const before = await house.take();
        await house.restart();
        const after = await house.take();
        assert.ok(Date.parse(after.taken_at) >= Date.parse(before.taken_at));
        assert.equal(Number(after.number.slice(1)), Number(before.number.slice(1)) + 1);
        assert.ok(Math.abs(Date.parse(after.taken_at) - house.now()) < 15000);
    } finally {
        await house.close();
    }
});

test('requests that could be read in two ways are refused', async () => {
    const house = await House.open({ morning: false });
    const raw = (text) => new Promise((done) => {
        const socket = net.connect(Number(house.port), '127.0.0.1');
        let got = '';

        socket.setEncoding('latin1');
        socket.on('data', (part) => { got += part; });
        socket.on('error', () => {});
        socket.on('close', () => done(got));
        socket.end(text);
    });

    try {
        for (const head of ['Content-Length: 2\r\nContent-Length: 3', 'Content-Length: 2\r\nTransfer-Encoding: chunked',
            'Content-Length: -1', 'Content-Length: 1x']) {
            const got = await raw(`POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n{}`);
            assert.match(got, /^HTTP\/1\.1 4\d\d/, `${head}: ${got.slice(0, 80)}`);
            assert.doesNotMatch(got, /^HTTP\/1\.1 20/);
        }
        const long = await raw(`GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
        assert.match(long, /^HTTP\/1\.1 4(14|31|00)/);
        await house.expect(200, 'GET', '/healthz');
    } finally {
        await house.close();
    }
});
