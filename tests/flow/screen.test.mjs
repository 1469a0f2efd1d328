/*
 * screen.test.mjs — the hall's screen as a browser on the wall has it: who may open it, how
 * soon a call is there, that it heals, and how calls sound.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, hall, next_morning, place_of, run, run_well, until, within } from './house.mjs';

const HALL = hall.hall.code, PROXY = { 'X-Forwarded-For': '203.0.113.9' };
const A = place_of('business-licence'), E = place_of('passport');

let house;

before(async () => {
    house = await House.open();
    await run_well(['voice', 'make', '--data', house.data]);
    await house.restart();
});
after(async () => { await house?.close(); });

/* A stream of server-sent events, read as a browser does: { all, id, next(), close() }. */
class Events {
    all = [];
    id = '';
    text = '';

    constructor(query = '', headers = {}) {
        this.opened = new Promise((done, fail) => {
            this.request = http.get({ host: '127.0.0.1', port: house.port, headers, agent: false,
                path: `/screen/${HALL}/events${query}` }, (answer) => {
                this.answer = answer;
                answer.setEncoding('utf8');
                answer.on('data', (part) => this.take(part));
                answer.on('close', () => { this.ended = true; });
                done(this);
            });
            this.request.on('error', (trouble) => { this.ended = true; fail(trouble); });
        });
    }

    take(part) {
        this.text += part;
        for (let end; (end = this.text.indexOf('\n\n')) >= 0; this.text = this.text.slice(end + 2)) {
            const event = { at: performance.now(), data: [] };

            for (const line of this.text.slice(0, end).split('\n')) {
                const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? assert.fail(`no event line: ${line}`);

                if (name === 'data')
                    event.data.push(value);
                else
                    event[name] = value;
            }
            event.data = event.data.join('\n');
            this.id = event.id ?? this.id;
            this.all.push(event);
        }
    }

    count(name) {
        return this.all.filter((e) => e.event === name).length;
    }

    board() {
        return read_board(this.all.findLast((e) => e.event === 'board').data);
    }

    /* The first board that shows this, waited for. */
    shows(what, right) {
        return until(what, () => this.all.some((e) => e.event === 'board') && right(this.board()));
    }

    close() {
        this.request.destroy();
    }
}

async function events(query, headers) {
    const stream = await new Events(query, headers).opened;

    assert.equal(stream.answer.statusCode, 200);
    assert.match(stream.answer.headers['content-type'], /^text\/event-stream/);
    await until('the first state', () => stream.count('beat') > 0);
    return stream;
}

/* What a person reads on the board. */
function read_board(html) {
    const calls = [...html.matchAll(/<li class="([^"]*)" data-call="(\d+)" data-at="(\d+)"><b class="number">([^<]*)<\/b> <span>[^<]*<\/span> <b class="window">([^<]*)<\/b>/g)]
        .map(([, size, id, at, number, window]) => ({ id, at: Number(at), number, window, standing: /standing/.test(size) }));
    const waiting = Object.fromEntries([...html.matchAll(/<b>(\w+)<\/b> <span>[^<]*<\/span> <b class="count">(\d+)</g)]
        .map(([, series, count]) => [series, Number(count)]));

    return { calls, waiting };
}

const window_name = (code) => hall.windows.find((w) => w.code === code).name;

async function page(query = '', options = {}) {
    return house.request('GET', `/screen/${HALL}${query}`, options);
}

test('a call is on the screen at once, and what happens to it follows', async () => {
    const stream = await events();

    assert.deepEqual(stream.board().calls, []);
    const ticket = await house.take();
    await stream.shows('who waits', (b) => b.waiting.A === 1);
    const before = house.now(), called = await house.call(A.window, A.clerk), after = house.now();
    await stream.shows('the call', (b) => b.calls.length === 1);
    const [call] = stream.board().calls;
    assert.deepEqual([call.number, call.window, call.standing], [ticket.number, window_name(A.window), true]);
    assert.ok(call.at >= before - 50 && call.at <= after + 50, `with its time: ${call.at} of ${before} to ${after}`);
    assert.equal(stream.board().waiting.A, 0);

    await house.act(A.window, 'recall');
    await stream.shows('the recall', (b) => b.calls[0].id !== call.id);
    assert.equal(stream.board().calls.length, 1, 'one line a person');
    await house.act(A.window, 'undo');
    await stream.shows('that it was taken back', (b) => b.calls.length === 0 && b.waiting.A === 1);

    const again = await house.call(A.window, A.clerk);
    assert.equal(again.case.id, called.case.id);
    await house.case_act(again.case.id, 'start');
    await stream.shows('that the person is there', (b) => b.calls.length === 1 && !b.calls[0].standing);
    await house.case_act(again.case.id, 'close', { outcome: 'done' });
    assert.match((await page()).text, new RegExp(`>${ticket.number}<`), 'a page without a script says the same');
    stream.close();
});

test('a call reaches 64 screens fast, and while nothing happens they cost nothing', async () => {
    const streams = await Promise.all(Array.from({ length: 64 }, () => events()));
    const took = [];

    await within('a call to 64 screens', 500, async () => {
        const ticket = await house.take();
        const begun = performance.now();

        const { case: one } = await house.call(A.window, A.clerk);
        await Promise.all(streams.map((s) => s.shows(ticket.number, (b) => b.calls[0]?.number === ticket.number)));
        took.push(Math.max(...streams.map((s) => s.all.findLast((e) => e.event === 'board').at)) - begun);
        await house.case_act(one.id, 'close', { outcome: 'done' });
        return took.at(-1);
    });
    const cpu = () => fs.readFileSync(`/proc/${house.child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
        .slice(11, 13).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
    const beats = streams.map((s) => s.count('beat'));
    const spent = cpu(), begun = performance.now();

    await until('a sign of life to each', () => streams.every((s, i) => s.count('beat') > beats[i] + 1));
    const share = (cpu() - spent) / (performance.now() - begun);
    console.log(`screen: from the press at the desk to the last of 64 screens ${took.map(Math.round).join(' ')} ms; idle ${(100 * share).toFixed(1)} % of a processor`);
    assert.ok(share < 0.1, `64 idle screens take ${share} of a processor`);
    streams.forEach((s) => s.close());
    await until('that they have left', async () =>
        Number(/yiping_http_connections (\d+)/.exec((await house.request('GET', '/metrics')).text)[1]) < 20);
});

test('a screen that comes back gets what it lacks, also after a restart', async () => {
    const first = await events();
    const { id } = first;

    first.close();
    const same = await events('', { 'Last-Event-ID': id });
    assert.equal(same.count('board'), 0, 'nothing that it has');
    same.close();
    const ticket = await house.take();
    const { case: one } = await house.call(A.window, A.clerk);
    const later = await events('', { 'Last-Event-ID': id });
    assert.equal(later.board().calls[0].number, ticket.number, 'what it missed');
    await house.case_act(one.id, 'close', { outcome: 'done' });

    await house.restart('SIGKILL');
    await until('the end of the stream', () => later.ended);
    const born = await events('', { 'Last-Event-ID': later.id });
    assert.equal(born.board().calls[0].number, ticket.number, 'an id of another life is not believed');
    assert.notEqual(born.id, later.id);
    born.close();
});

test('a drain ends the streams', async () => {
    await within('a drain with a stream', 5000, async () => {
        const stream = await events();
        const { took_ms } = await house.stop();

        await until('the end of the stream', () => stream.ended);
        await house.start();
        return took_ms;
    });
});

test('a zone shows its own windows only', async () => {
    const a = await house.take(), e = await house.take({ matter: 'passport' });
    const calls = [await house.call(A.window, A.clerk), await house.call(E.window, E.clerk)];
    const floor = hall.windows.find((w) => w.code === E.window).floor;
    const department = hall.windows.find((w) => w.code === E.window).department;

    for (const zone of [E.window, department, `${E.window},${E.window}`]) {
        const { calls: shown, waiting } = read_board((await page(`?zone=${zone}`)).text);

        assert.ok(shown.some((c) => c.number === e.number) && !shown.some((c) => c.number === a.number), zone);
        assert.ok(E.series in waiting && !(A.series in waiting), `${zone}: ${Object.keys(waiting)}`);
    }
    assert.ok(read_board((await page(`?zone=${floor}`)).text).calls.some((c) => c.number === e.number));
    const stream = await events(`?zone=${E.window}`);
    assert.ok(!stream.board().calls.some((c) => c.number === a.number));
    stream.close();
    for (const zone of ['99', 'nowhere', '%25', 'x'.repeat(300), ','])
        assert.equal((await page(`?zone=${zone}`)).status, 404, zone);
    for (const { case: one } of calls)
        await house.case_act(one.id, 'close', { outcome: 'done' });
});

test('it is the screen of this hall, and only whoever may sees it', async () => {
    for (const other of ['other', HALL.toUpperCase(), `${HALL}x`])
        for (const tail of ['', '/events', '/voice/chime'])
            assert.equal((await house.request('GET', `/screen/${other}${tail}`)).status, 404, other + tail);
    for (const tail of ['', '/events', '/voice/chime']) {
        const target = `/screen/${HALL}${tail}`;

        assert.equal((await house.request('GET', target, { headers: PROXY })).status, 401, tail);
        assert.equal((await house.request('GET', target, { headers: PROXY, as: 'desk' })).status, 403, tail);
        assert.equal((await house.request('GET', target, { headers: { ...PROXY, Cookie: 'device=nobody' } })).status, 401);
        if (tail !== '/events')
            assert.equal((await house.request('GET', target, { headers: PROXY, as: 'display' })).status, 200, tail);
    }
    const keyed = await events('', { ...PROXY, Authorization: `Bearer ${house.keys.display}` });
    keyed.close();
});

/* The cookie of a browser that was made a display for this place. */
async function display(place) {
    const { stderr } = await run_well(['key', 'add', '--data', house.data, '--role', 'display', '--name', 'wall']);
    const link = /\/device\/\S+/.exec(stderr)[0];
    const form = await house.expect(200, 'GET', link);

    assert.match(form.text, /<option value="all">/);
    const made = await house.expect(303, 'POST', link, { form: { place } });
    return { made, cookie: made.headers['set-cookie'][0].split(';')[0] };
}

test('a link makes a browser a display, for the hall or a floor', async () => {
    const { made, cookie } = await display('all');

    assert.equal(made.headers.location, `/screen/${HALL}`);
    assert.equal((await page('', { headers: { ...PROXY, Cookie: cookie } })).status, 200);
    const stream = await events('', { ...PROXY, Cookie: cookie });
    stream.close();
    assert.equal((await house.request('GET', '/w/A01', { headers: { ...PROXY, Cookie: cookie } })).status, 403, 'no desk');
    assert.equal((await display('1')).made.headers.location, `/screen/${HALL}?zone=1`);
    const { stdout } = await run_well(['device', 'list', '--data', house.data]);
    const [id] = /^(\d+)\tscreen\tall\tgood/m.exec(stdout).slice(1);
    await run_well(['device', 'end', '--data', house.data, id]);
    assert.equal((await page('', { headers: { ...PROXY, Cookie: cookie } })).status, 401, 'ended is ended');
});

test('nothing of a person is on it', async () => {
    const phone = house.phone();
    const ticket = await house.take({ phone });
    const { case: one } = await house.call(A.window, A.clerk);
    const stream = await events();
    const text = (await page()).text + stream.all.map((e) => e.data).join();

    for (const secret of [phone, phone.slice(-4), ticket.token, ticket.short_code, ticket.id, one.id, one.case_no,
        ...hall.staff.map((s) => s.name)])
        assert.ok(!text.includes(secret), secret);
    stream.close();
    await house.case_act(one.id, 'close', { outcome: 'done' });
});

/* == Voice ========================================================================= */

/* Samples of a WAV file that must be plain: mono, 16 bits, 22,050 a second. */
function samples(bytes) {
    assert.equal(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16), 'RIFFWAVEfmt ');
    assert.deepEqual([bytes.readUInt16LE(20), bytes.readUInt16LE(22), bytes.readUInt32LE(24), bytes.readUInt16LE(34)],
        [1, 1, 22050, 16]);
    assert.equal(bytes.readUInt32LE(40), bytes.length - 44);
    return bytes.subarray(44);
}

async function voice(call, query = '') {
    const answer = await house.expect(200, 'GET', `/screen/${HALL}/voice/${call}${query}`);

    assert.equal(answer.headers['content-type'], 'audio/wav');
    return samples(answer.bytes);
}

test('a call is spoken: the chime, then twice the same sentence', async () => {
    const ticket = await house.take();
    const { case: one } = await house.call(A.window, A.clerk);
    const [call] = read_board((await page()).text).calls;
    const chime = await voice('chime'), once = await voice(call.id, '?times=1'), twice = await voice(call.id);
    const { stdout: list } = await run_well(['voice', 'list', '--data', house.data]);
    const seconds = Object.fromEntries(list.trim().split('\n').map((l) => l.split('\t')).map(([file, , s]) => [file, parseFloat(s)]));
    const digits = [...ticket.number].map((d) => `${d}.wav`);
    const words = ['qing.wav', ...digits, 'hao-dao.wav', ...[...A.window].map((d) => `${d}.wav`), 'chuangkou.wav'];
    const spoken = words.reduce((sum, w) => sum + seconds[w], 0) + 0.04 * (words.length - 1);

    assert.equal(call.number, ticket.number);
    assert.deepEqual(once.subarray(0, chime.length), chime);
    assert.deepEqual(twice.subarray(0, once.length), once);
    const sentence = once.subarray(chime.length + 2 * Math.floor(0.25 * 22050));
    assert.deepEqual(twice.subarray(twice.length - sentence.length), sentence, 'the second time the same');
    assert.ok(Math.abs(sentence.length / 2 / 22050 - spoken) < 0.01 * words.length,
        `${sentence.length / 2 / 22050} s of ${spoken} s`);
    for (const wrong of ['0', '1', ticket.id, one.id, 'x', `${call.id}0`, '%00', '..%2f..%2fyiping.key'])
        assert.ok([400, 404].includes((await house.request('GET', `/screen/${HALL}/voice/${wrong}`)).status), wrong);
    await house.case_act(one.id, 'close', { outcome: 'done' });
    await house.advance_to(next_morning(house.now(), 10));
    assert.equal((await house.request('GET', `/screen/${HALL}/voice/${call.id}`)).status, 404, 'yesterday is over');
});

/* What espeak-ng makes of it, in its own signs: a number behind each syllable is its tone. */
test('the machine says each syllable of a clip in its tone', async () => {
    const TONES = { 1: ['55'], 2: ['35'], 3: ['214', '21'], 4: ['51'] };
    const { stdout } = await run_well(['voice', 'list', '--data', house.data]);
    const clips = stdout.trim().split('\n').map((line) => line.split('\t'));

    assert.equal(clips.length, 55);
    for (const [, words, , pinyin] of clips) {
        const said = execFileSync('espeak-ng', ['-v', 'cmn-latn-pinyin', '-q', '-x', pinyin]).toString();
        const heard = said.match(/\d+/g) ?? [], wanted = pinyin.match(/\d/g);

        if (wanted) {
            assert.equal(heard.length, wanted.length, `${words}: ${said}`);
            wanted.forEach((tone, i) => assert.ok(TONES[tone].includes(heard[i]), `${words}: ${said}`));
        } else {
            assert.match(pinyin, /^[A-Z]$/);
            assert.ok(heard.length >= 1 && heard.length <= 2, `${words}: ${said}`);
        }
    }
});

test('without clips only the chime sounds, and the start says so', async () => {
    fs.rmSync(path.join(house.data, 'voice', 'qing.wav'));
    await house.restart();
    assert.match(house.journal.slice(house.log_from), /voice\.incomplete clips=54 of=55/);
    const ticket = await house.take();
    await house.call(A.window, A.clerk);
    const [call] = read_board((await page()).text).calls;

    assert.equal(call.number, ticket.number);
    assert.deepEqual(await voice(call.id), await voice('chime'));
    const { code, stderr } = await run(['voice', 'make', '--data', path.join(house.folder, 'nowhere')]);
    assert.equal(code, 3);
    assert.match(stderr, /nowhere/);
});
