/*
 * commands.test.mjs — the command line (api.md): what stands on stdout, what on stderr, and
 * the exit codes of facts/ux.md 14.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';

import { end_all, hall, HALL_FILE, House, KEY_ROLES, ROOT, run, run_well, scratch_folder, SHARED } from './house.mjs';

after(end_all);

async function fresh_hall() {
    const folder = scratch_folder('command');
    const data = path.join(folder, 'data');

    await run_well(['init', '--data', data, '--hall', HALL_FILE]);
    return { folder, data };
}

test('init makes a private folder, and refuses one that holds a hall', async () => {
    const { data } = await fresh_hall();

    assert.equal(fs.statSync(data).mode & 0o777, 0o700);
    for (const name of fs.readdirSync(data))
        assert.equal(fs.statSync(path.join(data, name)).mode & 0o077, 0, name);
    const again = await run(['init', '--data', data, '--hall', HALL_FILE]);
    assert.notEqual(again.code, 0);
    assert.match(again.stderr, /\S/);
    assert.equal(again.stdout, '');
});

test('init names what is wrong in a hall file, and leaves nothing behind', async () => {
    const folder = scratch_folder('halls');
    const broken = (name, change) => {
        const copy = structuredClone(hall);

        change(copy);
        fs.writeFileSync(path.join(folder, name), JSON.stringify(copy));
        return [name, copy];
    };
    const rows = [
        [broken('key.json', (h) => { h.windows[0].colour = 'red'; }), /colour/],
        [broken('ref.json', (h) => { h.windows[0].department = 'none'; }), /none/],
        [broken('twice.json', (h) => { h.matters[1].code = h.matters[0].code; }), /company-setup/],
        [broken('zone.json', (h) => { h.hall.timezone = 'Mars/Olympus'; }), /Mars/],
        [broken('form.json', (h) => { h.matters[0].form = 'five'; }), /five|overall/],
    ];
    fs.writeFileSync(path.join(folder, 'syntax.json'), '{"hall":\n{,}}');
    rows.push([['syntax.json'], /2/]);

    for (const [[name], pattern] of rows) {
        const data = path.join(folder, `data-${name}`);
        const done = await run(['init', '--data', data, '--hall', path.join(folder, name)]);

        assert.ok([1, 2, 3].includes(done.code), `${name}: ${done.code}`);
        assert.match(done.stderr, pattern, name);
        assert.ok(done.stderr.includes(name), `${name} is named: ${done.stderr}`);
        assert.ok(!fs.existsSync(path.join(data, 'yiping.db')), `${name} left a store`);
    }
    const absent = await run(['init', '--data', path.join(folder, 'x'), '--hall', path.join(folder, 'absent.json')]);
    assert.notEqual(absent.code, 0);
    assert.match(absent.stderr, /absent\.json/);
});

test('hall export gives the hall file back; import of it changes nothing', async () => {
    const { folder, data } = await fresh_hall();
    const out = await run_well(['hall', 'export', '--data', data]);
    const back = JSON.parse(out.stdout);
    const codes = (list) => list.map((x) => x.code ?? x.letter).sort();

    for (const part of ['departments', 'windows', 'matters', 'series', 'staff', 'kiosks'])
        assert.deepEqual(codes(back[part]), codes(hall[part]), part);
    assert.deepEqual(back.hall, hall.hall);
    const file = path.join(folder, 'out.json');
    await run_well(['hall', 'export', '--data', data, file]);
    assert.deepEqual(JSON.parse(fs.readFileSync(file)), back);
    await run_well(['hall', 'import', '--data', data, file]);
    assert.deepEqual(JSON.parse((await run_well(['hall', 'export', '--data', data])).stdout), back);
    fs.writeFileSync(file, JSON.stringify({ ...back, extra: 1 }));
    const wrong = await run(['hall', 'import', '--data', data, file]);
    assert.equal(wrong.code, 3);
    assert.equal(wrong.stderr.match(/extra/g).length, 1, `a fault is told once: ${wrong.stderr}`);
    const other = structuredClone(back);
    other.windows[0].name = other.hall.name = '另一个名字';
    fs.writeFileSync(file, JSON.stringify(other));
    assert.match((await run_well(['hall', 'import', '--data', data, '--dry-run', file])).stderr, /dry run.* 2 changed/);
    assert.deepEqual(JSON.parse((await run_well(['hall', 'export', '--data', data])).stdout), back, 'a dry run writes nothing');
});

test('key add prints one key and nothing else', async () => {
    const { data } = await fresh_hall();
    const keys = new Set();

    for (const role of KEY_ROLES) {
        const { stdout } = await run_well(['key', 'add', '--data', data, '--role', role, '--name', `k ${role}`]);

        assert.match(stdout, /^[^\s.]+\.[^\s.]+\n$/);
        keys.add(stdout);
    }
    assert.equal(keys.size, KEY_ROLES.length);
    for (const role of ['hall', 'root', '']) {
        const done = await run(['key', 'add', '--data', data, '--role', role, '--name', 'x']);

        assert.equal(done.stdout, '');
        assert.ok([1, 2].includes(done.code), `${role}: ${done.code}`);
    }
});

test('what is listed for people is there for programs, too', async () => {
    const house = await House.open({ morning: false });
    const list = async (of, name) => JSON.parse((await run_well([of, 'list', '--data', house.data, '--json'])).stdout)[name];

    try {
        const { stderr } = await run_well(['key', 'add', '--data', house.data, '--role', 'desk', '--name', 'tablet']);
        const place = hall.windows[0].code, link = new URL(stderr.match(/https?:\S+/)[0]).pathname;
        await house.request('POST', link, { form: { place } });
        const devices = await list('device', 'devices');
        assert.deepEqual(devices.map((d) => [d.kind, d.ended]), [['desk', false]]);
        assert.ok(devices[0].name.includes(place), devices[0].name);
        const keys = await list('key', 'keys');
        assert.deepEqual([...new Set(keys.map((k) => k.role))].sort(), [...KEY_ROLES].sort());
        assert.ok(keys.every((k) => /^\d+$/.test(k.id) && k.ended === false));
        const clips = await list('voice', 'clips');
        assert.ok(clips.length > 50 && clips.every((c) => c.file.endsWith('.wav') && typeof c.there === 'boolean'));
    } finally {
        await house.close();
    }
});

test('user add takes the password from stdin', async () => {
    const { data } = await fresh_hall();
    const add = (name, role, password) => run(['user', 'add', '--data', data, '--role', role, '--name', name], { input: password });

    const made = await add('zhang', 'hall', 'Qing-Cheng-2026\n');
    assert.equal(made.code, 0, made.stderr);
    assert.ok(!`${made.stdout}${made.stderr}`.includes('Qing-Cheng-2026'));
    assert.notEqual((await add('zhang', 'hall', 'Qing-Cheng-2026\n')).code, 0, 'the name is taken');
    assert.notEqual((await add('li', 'hall', 'short\n')).code, 0, 'too short a password');
    assert.notEqual((await add('wang', 'hall', '')).code, 0, 'no password');
    assert.notEqual((await add('zhao', 'emperor', 'Qing-Cheng-2026\n')).code, 0, 'no such role');
});

test('commands on a folder without a store say so', async () => {
    const folder = scratch_folder('empty');

    for (const args of [['hall', 'export'], ['key', 'add', '--role', 'desk', '--name', 'x']]) {
        const done = await run([...args, '--data', path.join(folder, 'none')]);

        assert.notEqual(done.code, 0, args.join(' '));
        assert.equal(done.stdout, '');
        assert.match(done.stderr, /none/);
        assert.ok(!fs.existsSync(path.join(folder, 'none')), 'looking makes no folder');
    }
});

test('a key file of another folder is refused: with it no reply would find its case', async () => {
    const { data } = await fresh_hall(), other = await fresh_hall();
    const add = () => run(['key', 'add', '--data', data, '--role', 'auditor', '--name', 'a']);

    await add();
    fs.copyFileSync(path.join(data, 'yiping.key'), path.join(data, 'kept'));
    fs.copyFileSync(path.join(other.data, 'yiping.key'), path.join(data, 'yiping.key'));
    const done = await add();
    assert.equal(done.code, 3, done.stderr);
    assert.equal(done.stdout, '');
    assert.match(done.stderr, /yiping\.key is not the one with which this store was made/);
    fs.renameSync(path.join(data, 'kept'), path.join(data, 'yiping.key'));
    assert.equal((await add()).code, 0);
});

test('read-reply reads every example as it is written', async () => {
    const rows = fs.readFileSync(path.join(SHARED, 'replies/dev.tsv'), 'utf8').trimEnd().split('\n').slice(1).map((l) => l.split('\t'));

    for (const form of ['overall', 'four']) {
        const mine = rows.filter((r) => r[0] === form);
        const { stdout } = await run_well(['read-reply', '--form', form], { input: mine.map((r) => `${r[1]}\n`).join('') });
        const read = stdout.trimEnd().split('\n').map((l) => JSON.parse(l));

        assert.equal(read.length, mine.length, 'one line out for each line in');
        mine.forEach(([, text, outcome, comment], i) => {
            assert.equal(read[i].outcome, outcome, `${form} ${JSON.stringify(text)}`);
            assert.equal(read[i].comment, comment === 'y', `${form} ${JSON.stringify(text)}`);
            assert.deepEqual(read[i].dims, outcome.startsWith('dims=') ? [...outcome.slice(5)].map(Number) : null);
        });
    }
    const hostile = await run_well(['read-reply'], { input: Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a, 0x0a]), Buffer.from(`${'5'.repeat(100000)}\n`), Buffer.from('5')]) });
    const lines = hostile.stdout.trimEnd().split('\n').map((l) => JSON.parse(l));
    assert.equal(lines.length, 4, 'a last line without its end counts');
    assert.equal(lines[3].outcome, '5');
    assert.equal((await run_well(['read-reply'], { input: '' })).stdout, '');
});

test('sms-count counts as vectors say', async () => {
    const { stdout } = await run_well(['sms-count', '--carrier', 'cn'], {
        input: [69, 70, 71, 134, 135, 160, 201, 202, 500].map((n) => `${'中'.repeat(n)}\n`).join('') });
    const counted = stdout.trimEnd().split('\n').map((l) => JSON.parse(l));

    assert.deepEqual(counted.map((c) => c.parts), [1, 1, 2, 2, 3, 3, 3, 4, 8]);
    const gsm = JSON.parse((await run_well(['sms-count'], { input: 'Hello {}\n' })).stdout);
    assert.deepEqual([gsm.encoding, gsm.units, gsm.parts], ['gsm7', 10, 1]);
    const emoji = JSON.parse((await run_well(['sms-count'], { input: '😀\n' })).stdout);
    assert.deepEqual([emoji.encoding, emoji.units], ['ucs2', 2]);
});

test('slip renders without a server', async (t) => {
    const folder = path.join(ROOT, 'templates/tickets');
    const template = fs.readdirSync(folder).find((f) => f.endsWith('.receipt'));

    if (!template)
        return t.skip('no template is packed yet');
    const values = path.join(scratch_folder('slip'), 'values.json');
    fs.writeFileSync(values, JSON.stringify({ hall: '青城市政务服务中心', service: '营业执照', number: 'A023', window_hint: '1楼',
        ahead: 3, wait_min: '10-20', taken_at: '2026-11-24 10:00', qr_url: 'https://pj.example.cn/t/0123456789ABCDEFGHJKMNPQRSTV',
        short_code: '0123ABCD', caption: '', root: '' }));
    const slip = (format, ...more) => run(['slip', '--template', path.join(folder, template), '--values', values,
        '--printer', '80mm', '--format', format, ...more]);
    for (const [format, begins] of [['escpos', Buffer.from([0x1b, 0x40])], ['png', Buffer.from('\x89PNG', 'latin1')], ['svg', Buffer.from('<')]]) {
        const done = await slip(format);

        assert.equal(done.code, 0, done.stderr);
        assert.ok(done.bytes.subarray(0, begins.length).equals(begins), format);
    }
    assert.match((await slip('text')).stdout, /A023/);
    assert.equal((await slip('gif')).code, 2);
    assert.deepEqual((await slip('escpos')).bytes, (await slip('escpos')).bytes, 'the same bytes every time');
});

test('check reads a settings file and names line, key and what is allowed', async () => {
    const folder = scratch_folder('check');
    const file = path.join(folder, 'y.ini');

    fs.writeFileSync(file, '[server]\nlisten = 127.0.0.1:8080\n');
    assert.equal((await run(['check', '--config', file])).code, 0);
    for (const [text, pattern] of [['[server]\nlisten = nowhere\n', /2/], ['[server]\ncolour = red\n', /colour/],
        ['[invite]\nwindow = 25:00-26:00\n', /window/], ['[server\nlisten = 1\n', /1/]]) {
        fs.writeFileSync(file, text);
        const done = await run(['check', '--config', file]);

        assert.equal(done.code, 3, `${text} → ${done.code}`);
        assert.match(done.stderr + done.stdout, pattern);
        assert.match(done.stderr + done.stdout, /y\.ini/);
    }
    const absent = await run(['check', '--config', path.join(folder, 'absent.ini')]);
    assert.notEqual(absent.code, 0);
    fs.writeFileSync(file, '[server]\ncolour = red\n');
    assert.equal((await run(['serve', '--data', path.join(folder, 'd'), '--config', file])).code, 3, 'serve refuses it too');
});

test('wrong use is exit 2, with the nearest word; help and version are exit 0', async () => {
    const typo = await run(['sevre']);
    assert.equal(typo.code, 2);
    assert.match(typo.stderr, /serve/);
    assert.equal((await run(['serve', '--no-such'])).code, 2);
    assert.equal((await run(['key'])).code, 2);
    assert.equal((await run(['init'])).code, 2);
    const topic = await run(['help', 'sevre']);
    assert.equal(topic.code, 2);
    assert.match(topic.stderr, /Did you mean serve/);
    for (const args of [['--help'], ['-h'], ['help', 'serve'], ['version'], ['--version']]) {
        const done = await run(args);

        assert.equal(done.code, 0, args.join(' '));
        assert.match(done.stdout, /yiping/i);
    }
});

test('output to a closed pipe or a full device is a failure, not a crash', async () => {
    const { data } = await fresh_hall();
    const { spawn } = await import('node:child_process');
    const { PROGRAM } = await import('./house.mjs');
    const full = fs.openSync('/dev/full', 'w');

    for (const args of [['hall', 'export', '--data', data], ['roles'], ['help'], ['voice', 'list', '--data', data],
        ['key', 'add', '--data', data, '--role', 'auditor', '--name', 'lost']]) {
        const child = spawn(PROGRAM, args, { stdio: ['ignore', full, 'pipe'] });
        const code = new Promise((done) => child.on('close', (c, signal) => done(c ?? signal)));
        let said = '';

        child.stderr.on('data', (part) => { said += part; });
        assert.ok([1, 3].includes(await code), `${args}: ${await code}`);
        assert.match(said, /could not be written/, args.join(' '));
    }
    fs.closeSync(full);
});

test('keys may be added while the server runs', async () => {
    const house = await House.open({ morning: false });

    try {
        const key = await house.add_key('machine', 'later');
        await house.expect(201, 'POST', '/api/v1/tickets', { key, json: { matter: 'eia' } });
    } finally {
        await house.close();
    }
});
