/*
 * house.mjs — starts the real program in a folder of its own and speaks HTTP to it.
 *
 * Promise: nothing is left running or lying about; nothing sleeps for a fixed time, waiting
 * is polling with a deadline; no test depends on the time of day, because the house's clock
 * is moved to the next working morning first. Not here: what the answers must be.
 *
 * PROGRAM names another binary, SHARED another folder of shared files, SLOW=3 gives every
 * deadline three times as long (sanitizers).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SHARED = path.resolve(ROOT, process.env.SHARED ?? '../shared');
export const PROGRAM = path.resolve(ROOT, process.env.PROGRAM ?? '.build/release/yiping');
export const HALL_FILE = path.join(SHARED, 'halls/example.json');
export const SLOW = Number(process.env.SLOW ?? 1);

const DAY_MS = 86400e3;
const ZONE_MS = 8 * 3600e3; /* Asia/Shanghai has no summer time */

/* == Waiting ========================================================================= */

/*
 * How long anything may take that must come. It ends what would never come, and says nothing of
 * speed: a machine that does ten things at once is slow, and no fault of the program.
 */
export const PATIENCE_MS = 60000;

/* Asks again and again until `ask` gives something true; fails by name after the deadline. */
export async function until(what, ask, deadline_ms = PATIENCE_MS) {
    const end = performance.now() + deadline_ms * SLOW;

    for (;;) {
        const got = await ask();
        if (got)
            return got;
        if (performance.now() > end)
            assert.fail(`waited ${deadline_ms * SLOW} ms in vain for ${what}`);
        await new Promise((done) => setTimeout(done, 10));
    }
}

/*
 * A promise of speed is one of a machine that has nothing else to do, and other programs may run
 * beside this one: the best of a dozen tries must keep it. `measure(try)` tells how long it took.
 */
export async function within(what, limit_ms, measure) {
    const took = [];

    while (took.length < 12) {
        took.push(await measure(took.length));
        if (took.at(-1) < limit_ms * SLOW)
            return;
    }
    assert.fail(`${what}: ${took.map(Math.round)} ms, ${limit_ms * SLOW} at the most`);
}

/* == Processes ======================================================================= */

const running = new Set(); /* children that lead a process group of their own */
const folders = new Set();

/* For after() where a test may leave a server behind. */
export function end_all() {
    for (const child of running)
        try {
            process.kill(-child.pid, 'SIGKILL');
        } catch { /* it has ended by itself */ }
    for (const folder of folders)
        fs.rmSync(folder, { recursive: true, force: true });
}

process.on('exit', end_all);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.exit(130));

/* A folder that is gone when the test process ends. KEEP=1 leaves it for a look. */
export function scratch_folder(name = 'house') {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), `yiping-${name}-`));

    if (!process.env.KEEP)
        folders.add(folder);
    return folder;
}

export function clean_environment() {
    return Object.fromEntries(Object.entries(process.env)
        .filter(([key]) => !key.startsWith('YIPING_') && key !== 'NODE_TEST_CONTEXT'));
}

export function launch(args, options = {}) {
    const child = spawn(PROGRAM, args, {
        detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: clean_environment(), ...options,
    });

    running.add(child);
    child.on('error', () => running.delete(child));
    child.on('exit', () => running.delete(child));
    return child;
}

/* Runs a command to its end: { code, signal, stdout, bytes, stderr }. */
export async function run(args, { input = '', cwd, deadline_ms = PATIENCE_MS } = {}) {
    const child = launch(args, { cwd });
    const out = [], err = [];
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), deadline_ms * SLOW);

    child.stdout.on('data', (part) => out.push(part));
    child.stderr.on('data', (part) => err.push(part));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [code, signal] = await new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', (...ended) => done(ended));
    });
    clearTimeout(timer);
    const bytes = Buffer.concat(out);
    return { code, signal, bytes, stdout: bytes.toString(), stderr: Buffer.concat(err).toString() };
}

/* The same, which must succeed. */
export async function run_well(args, options) {
    const done = await run(args, options);

    assert.equal(done.code, 0, `yiping ${args.join(' ')} ended with ${done.code ?? done.signal}: ${done.stderr}`);
    return done;
}

/* == HTTP ============================================================================ */

/* One request: { status, headers, bytes, text, json }. Rejects where no answer came. */
export function http_request(port, method, target, { headers = {}, body, agent, deadline_ms = PATIENCE_MS } = {}) {
    return new Promise((done, fail) => {
        const request = http.request({ host: '127.0.0.1', port, method, path: target, headers, agent }, (answer) => {
            const parts = [];

            answer.on('data', (part) => parts.push(part));
            answer.on('error', fail);
            answer.on('aborted', () => fail(new Error('the answer was cut')));
            answer.on('end', () => {
                const bytes = Buffer.concat(parts);
                const type = answer.headers['content-type'] ?? '';
                let json;

                if (/[/+]json/.test(type) && bytes.length > 0)
                    try {
                        json = JSON.parse(bytes.toString());
                    } catch (trouble) {
                        fail(new Error(`${method} ${target}: no JSON: ${bytes}`, { cause: trouble }));
                        return;
                    }
                done({ status: answer.statusCode, headers: answer.headers, bytes, text: bytes.toString(), json });
            });
        });

        const timer = setTimeout(() => {
            fail(new Error(`no answer to ${method} ${target}`));
            request.destroy();
        }, deadline_ms * SLOW);

        request.on('error', fail);
        request.on('close', () => {
            clearTimeout(timer);
            fail(new Error(`the connection ended before the answer to ${method} ${target}`));
        });
        request.end(body);
    });
}

/* == Pages =========================================================================== */

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function unescape_html(text) {
    return text.replace(/&(#x?)?([0-9a-zA-Z]+);/g, (whole, kind, name) => {
        if (kind === '#x')
            return String.fromCodePoint(parseInt(name, 16));
        if (kind === '#')
            return String.fromCodePoint(parseInt(name, 10));
        return entities[name] ?? whole;
    });
}

/* What a person reads: no tags, no scripts, white space run together. */
export function page_text(html) {
    return unescape_html(html.replace(/<(script|style|svg)[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' '))
        .replace(/\s+/g, ' ').trim();
}

function attributes(tag) {
    const found = {};

    for (const [, name, , quoted, single, plain] of
        tag.matchAll(/([a-zA-Z-]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g))
        found[name.toLowerCase()] = unescape_html(quoted ?? single ?? plain ?? '');
    return found;
}

/* The forms of a page: { method, action, fields: {hidden and text}, choices: [{name, value}], html }. */
export function page_forms(html) {
    return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, inner]) => {
        const form = { ...attributes(head), fields: {}, choices: [], html: inner };

        form.method = (form.method ?? 'get').toLowerCase();
        for (const [, tag, rest] of inner.matchAll(/<(input|button)\b([^>]*)>/g)) {
            const a = attributes(rest);

            if (!a.name)
                continue;
            if (tag === 'button' || ['submit', 'radio', 'checkbox'].includes(a.type))
                form.choices.push({ name: a.name, value: a.value ?? '', checked: 'checked' in a });
            else
                form.fields[a.name] = a.value ?? '';
        }
        for (const [, rest, value] of inner.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g))
            form.fields[attributes(rest).name] = unescape_html(value);
        return form;
    });
}

/* == The hall file, as the tests need it ============================================== */

export const hall = JSON.parse(fs.readFileSync(HALL_FILE, 'utf8'));

/* Where a matter is handled, and by whom: the n-th window of its department. */
export function place_of(code, nth = 0) {
    const matter = hall.matters.find((m) => m.code === code);
    const windows = hall.windows.filter((w) => w.department === matter.department);
    const window = windows[nth % windows.length].code;

    return { window, clerk: hall.staff.find((s) => s.window === window).code, series: matter.series };
}

/* == Days ============================================================================ */

const calendar_file = path.join(SHARED, 'calendar/cn.json');
const calendar = fs.existsSync(calendar_file) ? JSON.parse(fs.readFileSync(calendar_file, 'utf8')) : {};

/* yyyy-mm-dd of the hall's own day. */
export function local_date(at_ms) {
    return new Date(at_ms + ZONE_MS).toISOString().slice(0, 10);
}

export function local_minute(at_ms) {
    return Math.floor(((at_ms + ZONE_MS) % DAY_MS) / 60e3);
}

export function is_working_day(at_ms) {
    const date = local_date(at_ms), year = calendar[date.slice(0, 4)];
    const weekday = new Date(at_ms + ZONE_MS).getUTCDay();

    if (year?.off.includes(date))
        return false;
    return year?.work.includes(date) || (weekday >= 1 && weekday <= 5);
}

/* The instant of hour:00 on the first working day after `now_ms`'s day. */
export function next_morning(now_ms, hour = 10) {
    let day = Math.floor((now_ms + ZONE_MS) / DAY_MS) + 1;

    while (!is_working_day(day * DAY_MS - ZONE_MS))
        day++;
    return day * DAY_MS + hour * 3600e3 - ZONE_MS;
}

/* == The house ======================================================================= */

export function ini(settings) {
    return Object.entries(settings).map(([section, keys]) =>
        `[${section}]\n${Object.entries(keys).map(([k, v]) => `${k} = ${v}\n`).join('')}`).join('\n');
}

export const KEY_ROLES = ['machine', 'desk', 'integration', 'display', 'auditor'];

export class House {
    folder = scratch_folder();
    data = path.join(this.folder, 'data');
    keys = {};
    journal = '';    /* everything the server ever said on stderr */
    offset_ms = 0;   /* of the house's clock */
    phones = 0;
    log_from = 0;    /* where the present life's journal begins */

    /* A hall with keys, running, at ten o'clock of a working day. */
    static async open({ settings = {}, morning = true, hall_file = HALL_FILE } = {}) {
        const house = new House();

        await run_well(['init', '--data', house.data, '--hall', hall_file]);
        for (const role of KEY_ROLES)
            house.keys[role] = await house.add_key(role);
        house.configure(settings);
        await house.start();
        if (morning)
            await house.morning();
        return house;
    }

    async add_key(role, name = `test ${role}`) {
        const { stdout } = await run_well(['key', 'add', '--data', this.data, '--role', role, '--name', name]);

        assert.match(stdout, /^\S+\n$/, 'stdout is the key and nothing else');
        return stdout.trim();
    }

    /* Small disks of build machines must not matter: no free-space limit, no ballast. */
    configure(settings) {
        this.config = path.join(this.folder, 'yiping.ini');
        fs.writeFileSync(this.config, ini({ store: { min_free: 0, ballast: 0, ...settings.store },
            ...Object.fromEntries(Object.entries(settings).filter(([s]) => s !== 'store')) }));
    }

    async start(extra = []) {
        await this.spawn(extra);
        await until('/readyz', async () => {
            this.must_live();
            try {
                return (await this.request('GET', '/readyz')).status === 200;
            } catch {
                return false;
            }
        });
        return this;
    }

    async spawn(extra = []) {
        const args = ['serve', '--data', this.data, '--listen', '127.0.0.1:0'];

        if (this.config)
            args.push('--config', this.config);
        this.log_from = this.journal.length;
        this.ended = null;
        const child = launch([...args, ...extra], { cwd: this.folder });
        this.child = child;
        child.stdin.end();
        child.stdout.resume();
        child.stderr.setEncoding('utf8');
        child.stderr.on('data', (part) => { this.journal += part; });
        child.on('error', (trouble) => { this.ended = { trouble }; });
        child.on('close', (code, signal) => { if (this.child === child) this.ended = { code, signal }; });
        this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
        this.port = await until('an address on stderr', () => {
            this.must_live();
            return /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.journal.slice(this.log_from))?.[1];
        });
    }

    must_live() {
        if (this.ended)
            assert.fail(`the server ended with ${JSON.stringify(this.ended)}: ${this.journal.slice(this.log_from)}`);
    }

    /* Ends the server by a signal and waits for it: { code, signal, took_ms }. */
    async stop(signal = 'SIGTERM') {
        const began = performance.now();

        if (!this.child || this.ended)
            return this.ended ?? {};
        process.kill(-this.child.pid, signal);
        await until(`the end by ${signal}`, () => this.ended);
        this.agent.destroy();
        return { ...this.ended, took_ms: performance.now() - began };
    }

    async restart(signal = 'SIGTERM') {
        await this.stop(signal);
        return this.start();
    }

    /* For after(): everything ends, the folder goes. */
    async close() {
        await this.stop('SIGKILL');
        if (!process.env.KEEP)
            fs.rmSync(this.folder, { recursive: true, force: true });
        folders.delete(this.folder);
    }

    /* -- asking ------------------------------------------------------------------ */

    /* `as` names a role whose key is sent; `json` or `form` is the body. */
    request(method, target, { as, key, json, form, body, headers = {}, ...rest } = {}) {
        const sent = { ...headers };

        if (as)
            key = this.keys[as];
        if (key)
            sent.Authorization = `Bearer ${key}`;
        if (json !== undefined) {
            body = JSON.stringify(json);
            sent['Content-Type'] ??= 'application/json';
        } else if (form !== undefined) {
            body = new URLSearchParams(form).toString();
            sent['Content-Type'] ??= 'application/x-www-form-urlencoded';
        }
        if (body !== undefined)
            sent['Content-Length'] = Buffer.byteLength(body);
        else if (method === 'POST')
            sent['Content-Length'] = 0;
        return http_request(this.port, method, target, { headers: sent, body, agent: this.agent, ...rest });
    }

    async expect(status, method, target, options) {
        const answer = await this.request(method, target, options);

        assert.equal(answer.status, status,
            `${method} ${target} ${options?.json ? JSON.stringify(options.json) : ''} → ${answer.status} ${answer.text.slice(0, 600)}`);
        return answer;
    }

    async get(as, target) {
        return (await this.expect(200, 'GET', target, { as })).json;
    }

    async post(as, target, json, status = 200) {
        return (await this.expect(status, 'POST', target, { as, json: json ?? {} })).json;
    }

    /* A refusal: problem+json with the right status, title and detail; its body. */
    async refused(status, method, target, options) {
        const answer = await this.expect(status, method, target, options);

        assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
        assert.equal(answer.json.status, status);
        assert.ok(answer.json.title?.length > 0 && answer.json.detail?.length > 0, answer.text);
        return answer.json;
    }

    /* -- the clock ---------------------------------------------------------------- */

    now() {
        return Date.now() + this.offset_ms;
    }

    async advance(seconds) {
        await this.post(undefined, '/api/v1/dev/clock', { advance_s: Math.ceil(seconds) });
        this.offset_ms += Math.ceil(seconds) * 1000;
    }

    async advance_to(at_ms) {
        await this.advance((at_ms - this.now()) / 1000);
    }

    /* Ten o'clock of the next working day: whatever was asked today asks nobody's patience. */
    async morning(hour) {
        await this.advance_to(next_morning(this.now(), hour));
    }

    /* -- the queue ---------------------------------------------------------------- */

    phone() {
        return `139${String(70000000 + ++this.phones)}`;
    }

    async take({ matter = 'business-licence', ...rest } = {}) {
        return (await this.post('machine', '/api/v1/tickets', { matter, ...rest }, 201)).ticket;
    }

    async ticket(id, as = 'machine') {
        const body = await this.get(as, `/api/v1/tickets/${id}`);

        return body.ticket ?? body;
    }

    /* { ticket, case }, or null where nobody waits. */
    async call(window, clerk) {
        const answer = await this.request('POST', `/api/v1/windows/${window}/call`, { as: 'desk', json: { clerk } });

        if (answer.status === 204)
            return null;
        assert.equal(answer.status, 200, `call to ${window}: ${answer.status} ${answer.text}`);
        return answer.json;
    }

    act(window, what, json, status = 200) {
        return this.post('desk', `/api/v1/windows/${window}/${what}`, json, status);
    }

    case_act(id, what, json, status = 200) {
        return this.post('desk', `/api/v1/cases/${id}/${what}`, json, status);
    }

    case(id, as = 'integration') {
        return this.get(as, `/api/v1/cases/${id}`);
    }

    /* From the ticket to the closing: { ticket, case, invitation }. */
    async visit({ matter = 'business-licence', nth = 0, outcome = 'done', close_phone, ...rest } = {}) {
        const ticket = await this.take({ matter, ...rest });
        const { window, clerk } = place_of(matter, nth);
        const called = await this.call(window, clerk);

        assert.equal(called?.ticket.id, ticket.id, 'the one who waits is called');
        await this.case_act(called.case.id, 'start');
        const closed = await this.case_act(called.case.id, 'close',
            close_phone ? { outcome, phone: close_phone } : { outcome });
        return { ticket, case: closed.case, invitation: closed.invitation };
    }

    /* -- the virtual phone --------------------------------------------------------- */

    async messages(phone) {
        return (await this.get(undefined, `/api/v1/dev/messages?phone=${phone}`)).messages;
    }

    /* The n-th message of a kind to this phone (the newest by default); waits for it. */
    message(phone, kind, count = 1) {
        return until(`message ${count} of ${kind} to a phone`, async () => {
            const all = (await this.messages(phone)).filter((m) => m.direction === 'mt' &&
                (kind instanceof RegExp ? kind.test(m.kind) : m.kind === kind));

            return all.length >= count ? all[count - 1] : null;
        }).catch(async (trouble) => {
            trouble.message += `; it has ${JSON.stringify((await this.messages(phone)).map((m) => [m.direction, m.kind, m.text]))}`;
            throw trouble;
        });
    }

    reply(phone, to, text, id) {
        return this.expect_any([200, 201, 202, 204], 'POST', '/api/v1/dev/replies',
            { json: { phone, to, text, ...(id ? { id } : {}) } });
    }

    async expect_any(statuses, method, target, options) {
        const answer = await this.request(method, target, options);

        assert.ok(statuses.includes(answer.status), `${method} ${target} → ${answer.status} ${answer.text}`);
        return answer;
    }

    /* Past the longest delay before a survey. */
    async ask() {
        await this.advance(2 * 3600 + 5 * 60);
    }

    /* A closed case whose survey has arrived: { ...visit, phone, survey }. */
    async surveyed(options = {}) {
        const phone = options.phone ?? this.phone();
        const visit = await this.visit({ ...options, phone });

        assert.equal(visit.invitation.decision, 'send');
        await this.ask();
        return { ...visit, phone, survey: await this.message(phone, /^survey/) };
    }

    /* The effective rating of a case, waited for where `count` says that it comes. */
    async ratings(id) {
        return (await this.case(id)).ratings;
    }

    rated(id, count = 1) {
        return until(`${count} rating(s) of a case`, async () => {
            const all = await this.ratings(id);

            return all.length >= count ? all : null;
        });
    }

    /* -- the citizen's page --------------------------------------------------------- */

    page(token, options) {
        return this.request('GET', `/t/${token}`, { headers: { Accept: 'text/html' }, ...options });
    }

    /* The forms that take a grade, one for each case of the ticket. */
    async grade_forms(token) {
        return page_forms((await this.expect(200, 'GET', `/t/${token}`)).text)
            .filter((f) => f.method === 'post' && f.choices.some((c) => c.name === 'grade'));
    }

    /* Presses a grade on the page. */
    async rate(token, grade, which = 0) {
        const form = (await this.grade_forms(token))[which];

        assert.ok(form, 'the page has a form to rate');
        assert.ok(form.choices.some((c) => c.name === 'grade' && c.value === String(grade)));
        return this.request('POST', form.action || `/t/${token}`, { form: { ...form.fields, grade: String(grade) } });
    }
}
