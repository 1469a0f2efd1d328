/*
 * asvs.test.mjs — OWASP ASVS 5.0, levels 1 and 2, a row per item of our sheet of security facts: what
 * proves it. Most items are tried here on the running server; `by` names another test, which must
 * exist under that name; `built` names a text in our own source that decides it; `none` says why an
 * item does not apply; `open` says honestly what is missing, and is counted.
 *
 * A number of the sheet without a row fails, and so does a row that is not in the sheet.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { House, ROOT, end_all } from './house.mjs';
import { PASSWORD, Person, add_person } from './people.mjs';

/* The numbers of the sheet: section: items. */
const SHEET = {
    '1.1': [1, 2], '1.2': [1, 2, 3, 4, 5, 10], '1.3': [3, 6, 7, 10], '1.4': [1, 2, 3], '1.5': [2],
    '2.1': [1, 2, 3], '2.2': [1, 2, 3], '2.3': [1, 2, 3, 4], '2.4': [1, 2],
    '3.2': [1, 2], '3.3': [1, 2, 3, 4], '3.4': [1, 2, 3, 4, 5, 6], '3.5': [1, 2, 3], '3.7': [2],
    '4.1': [1, 2, 3], '4.2': [1], '5.1': [1], '5.2': [1, 2], '5.3': [2], '5.4': [1, 2],
    '6.1': [1, 2, 3], '6.2': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], '6.3': [1, 2, 3, 4], '6.4': [1, 2, 3, 4],
    '6.5': [1, 2, 3, 4, 5], '6.6': [1, 2, 3],
    '7.1': [1, 2], '7.2': [1, 2, 3, 4], '7.3': [1, 2], '7.4': [1, 2, 3, 4, 5], '7.5': [1, 2],
    '8.1': [1, 2], '8.2': [1, 2, 3], '8.3': [1], '8.4': [1], '9.1': [1, 2, 3], '9.2': [1, 2, 3],
    '11.1': [1, 2], '11.2': [1, 2, 3], '11.3': [1, 2, 3], '11.4': [1, 2, 3, 4], '11.5': [1],
    '12.1': [1, 2, 3], '12.2': [1, 2], '12.3': [1, 2, 3, 4], '13.1': [1], '13.2': [1, 2, 3, 4, 5], '13.3': [1, 2],
    '13.4': [1, 2, 3, 4, 5], '14.1': [1, 2], '14.2': [1, 2, 3, 4, 7], '14.3': [1, 2, 3],
    '15.1': [1, 2, 3], '15.2': [1, 2, 3], '15.3': [1, 2, 3, 4, 5, 6, 7], '15.4': [1, 2],
    '16.1': [1], '16.2': [1, 2, 3, 4, 5], '16.3': [1, 2, 3, 4], '16.4': [1, 2, 3], '16.5': [1, 2, 3],
};

let house, hall, system;

before(async () => {
    house = await House.open();
    hall = await (await add_person(house, 'hall')).log_in();
    system = await (await add_person(house, 'system')).log_in();
});
after(async () => {
    await house.close();
    end_all();
});

/* == What is tried here ============================================================== */

const get = (target, headers) => house.request('GET', target, { headers });
const header = async (name, target = '/login') => (await get(target)).headers[name];

/* The status line of raw bytes; '' where the connection just ends. */
function raw(bytes) {
    return new Promise((done) => {
        const socket = net.connect(house.port, '127.0.0.1', () => socket.end(bytes));
        let said = '';

        socket.on('data', (part) => { said += part; });
        socket.on('error', () => done(said.split('\r\n')[0]));
        socket.on('close', () => done(said.split('\r\n')[0]));
    });
}

async function csp_is_strict() {
    const csp = await header('content-security-policy');

    for (const part of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"])
        assert.ok(csp.includes(part), part);
    assert.ok(!/unsafe|\*|https?:/.test(csp), csp);
}

async function cookie_line(headers = {}) {
    const answer = await house.request('POST', '/login', { form: { name: 'hall', password: PASSWORD }, headers });

    return [answer.headers['set-cookie']].flat()[0];
}

async function unescaped_name_is_escaped() {
    const answer = await house.request('POST', '/login', { form: { name: '"><script>x</script>', password: 'x' } });

    assert.ok(!answer.text.includes('<script>x') && answer.text.includes('&lt;script&gt;'));
}

async function form_without_token_is_refused() {
    const answer = await hall.request('POST', '/account/sessions', { form: {} });

    assert.equal(answer.status, 403);
    assert.equal((await hall.request('POST', '/account/sessions', { form: { token: await hall.token() },
        headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403);
    assert.equal((await hall.request('POST', '/account/sessions', { form: { token: await hall.token() },
        headers: { Origin: 'https://elsewhere.example' } })).status, 403);
}

async function same_answer_for_unknown_names() {
    const known = await house.request('POST', '/login', { form: { name: 'hall', password: 'x' } });
    const stranger = await house.request('POST', '/login', { form: { name: 'haxx', password: 'x' } });

    assert.equal(known.status, stranger.status);
    assert.equal(known.text.replaceAll('hall', ''), stranger.text.replaceAll('haxx', '').replaceAll('hall', ''));
}

async function errors_tell_nothing() {
    for (const target of ['/nowhere', '/api/v1/cases/x', '/t/%ff', "/ratings/' OR 1=1"]) {
        const answer = await get(encodeURI(target), { Accept: 'text/html' });

        assert.ok(!/sqlite|\.c:|stack|SELECT/i.test(answer.text), target);
    }
}

async function is_status(status, method, target, options) {
    await house.expect(status, method, target, options);
}

/* No string ever reaches a shell: the program starts none. */
function no_shell_is_called() {
    for (const folder of ['src/base', 'src/domain', 'src/store', 'src/work', 'src/web', 'gateways', 'printers'])
        for (const file of fs.readdirSync(path.join(ROOT, folder)).filter((f) => f.endsWith('.c')))
            assert.doesNotMatch(fs.readFileSync(path.join(ROOT, folder, file), 'utf8'), /\b(system|popen|execvp?|execlp?)\(/, file);
}

const journal_is_clean = () => {
    for (const secret of [PASSWORD, system.secret, hall.cookie.split('=')[1], ...Object.values(house.keys).map((k) => k.split('.')[1])])
        assert.ok(!house.journal.includes(secret));
};

const by = (file, name) => ({ by: file, name });
const built = (file, text) => ({ built: file, text });
const none = (why) => ({ none: why });
const open = (what) => ({ open: what });

/* == The table ======================================================================= */

const ITEMS = {
    '1.1.1': by('unit/form_test.c', 'form_parse'),
    '1.1.2': unescaped_name_is_escaped,
    '1.2.1': unescaped_name_is_escaped,
    '1.2.2': by('unit/form_test.c', 'query_add'),
    '1.2.3': async () => JSON.parse((await get('/api/v1/cases/%22%7D')).text),
    '1.2.4': by('unit/statements_test.c', 'test_sqlite'),
    '1.2.5': no_shell_is_called,
    '1.2.10': by('flow/export.test.mjs', 'the command writes CSV, XLSX and JSON lines of the same ratings'),
    '1.3.3': by('unit/text_test.c', 'text_'),
    '1.3.6': built('src/web/router.c', 'Promise'),
    '1.3.7': by('unit/mustache_test.c', 'mustache'),
    '1.3.10': built('src/base/compiler.h', 'PRINTF_LIKE'),
    '1.4.1': built('Makefile', 'fsanitize=address,undefined'),
    '1.4.2': built('Makefile', 'fsanitize=address,undefined'),
    '1.4.3': built('Makefile', 'fsanitize=address,undefined'),
    '1.5.2': async () => is_status(400, 'POST', '/api/v1/tickets', { as: 'machine', body: '{"a":1,"a":2}' }),
    '2.1.1': by('flow/commands.test.mjs', 'init names what is wrong in a hall file, and leaves nothing behind'),
    '2.1.2': by('flow/integration.test.mjs', 'the record of a case leads from the rating to everybody concerned'),
    '2.1.3': built('src/work/options.c', 'staff.lock_failures'),
    '2.2.1': async () => is_status(422, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'nothing' } }),
    '2.2.2': async () => is_status(422, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'x', phone: 'abc' } }),
    '2.2.3': by('flow/integration.test.mjs', 'what a case event gets wrong is named'),
    '2.3.1': by('flow/queue.test.mjs', 'close'),
    '2.3.2': by('flow/citizen.test.mjs', 'a rating can be changed once in 24 hours; both stay'),
    '2.3.3': by('crash/crash.mjs', 'kill'),
    '2.3.4': by('flow/integration.test.mjs', 'a repeated request with an Idempotency-Key tells the same'),
    '2.4.1': by('unit/tries_test.c', 'tries_wrong'),
    '2.4.2': open('human timing is judged by no detector yet'),
    '3.2.1': async () => assert.equal(await header('x-content-type-options'), 'nosniff'),
    '3.2.2': unescaped_name_is_escaped,
    '3.3.1': async () => assert.match(await cookie_line({ Via: '1.1 x' }), /^__Host-sid=.*; Secure/),
    '3.3.2': async () => assert.match(await cookie_line(), /SameSite=Strict/),
    '3.3.3': async () => assert.match(await cookie_line({ Via: '1.1 x' }), /^__Host-sid=[^;]+; Path=\//),
    '3.3.4': async () => assert.match(await cookie_line(), /HttpOnly/),
    '3.4.1': by('unit/http_test.c', 'Strict-Transport-Security'),
    '3.4.2': async () => assert.equal((await get('/login', { Origin: 'https://elsewhere.example' })).headers['access-control-allow-origin'], undefined),
    '3.4.3': csp_is_strict,
    '3.4.4': async () => assert.equal(await header('x-content-type-options', '/api/v1/ratings'), 'nosniff'),
    '3.4.5': async () => assert.match(await header('referrer-policy'), /same-origin|no-referrer/),
    '3.4.6': csp_is_strict,
    '3.5.1': form_without_token_is_refused,
    '3.5.2': form_without_token_is_refused,
    '3.5.3': async () => {
        for (const target of ['/logout', '/account/sessions', '/audit/export'])
            assert.equal((await hall.get(target)).status, 405, target);
    },
    '3.7.2': async () => {
        const sent = await house.request('POST', '/login', { form: { name: 'hall', password: PASSWORD, next: '//elsewhere.example/' } });
        assert.equal(sent.headers.location, '/ratings');
    },
    '4.1.1': async () => assert.match(await header('content-type'), /charset=utf-8/),
    '4.1.2': built('src/web/http_open.c', 'http_open'),
    '4.1.3': built('src/web/http_guard.c', 'is_forwarding'),
    '4.2.1': async () => {
        for (const head of ['Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', 'Content-Length: 1\r\nContent-Length: 1\r\n'])
            assert.match(await raw(`POST /login HTTP/1.1\r\nHost: x\r\n${head}\r\n`), /^HTTP\/1\.1 400/);
    },
    '5.1.1': built('src/web/http.h', 'body_bytes'),
    '5.2.1': async () => is_status(413, 'POST', '/login', { body: 'x'.repeat(70000), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
    '5.2.2': none('nobody uploads a file'),
    '5.3.2': async () => { for (const p of ['/assets/..%2f..%2fkey', '/assets/%2e%2e']) assert.ok((await get(p)).status >= 400, p); },
    '5.4.1': built('src/web/page_audit.c', 'attachment; filename='),
    '5.4.2': built('src/web/page_audit.c', 'attachment; filename='),
    '6.1.1': by('unit/account_store_test.c', 'guessing_is_locked_out'),
    '6.1.2': by('unit/password_test.c', 'PASSWORD_NAMED'),
    '6.1.3': built('README.md', 'set up a second factor'),
    '6.2.1': by('unit/password_test.c', 'PASSWORD_SHORT'),
    '6.2.2': by('flow/account.test.mjs', 'a new password: the old one is asked, the rules hold, other sessions end'),
    '6.2.3': by('flow/account.test.mjs', 'a new password: the old one is asked, the rules hold, other sessions end'),
    '6.2.4': by('unit/password_test.c', 'the_whole_list_is_found'),
    '6.2.5': by('unit/password_test.c', 'pastureandmeadow1'),
    '6.2.6': async () => assert.match((await get('/login')).text, /name="password" type="password"/),
    '6.2.7': async () => assert.match((await get('/login')).text, /autocomplete="current-password"/),
    '6.2.8': by('unit/password_test.c', 'PassWord'),
    '6.2.9': by('unit/password_test.c', 'a_hundred_and_twenty_eight_fit'),
    '6.2.10': built('src/web/session.c', 'PASSWORD_MLPS3'),
    '6.2.11': by('flow/account.test.mjs', 'a new password: the old one is asked, the rules hold, other sessions end'),
    '6.2.12': by('flow/account.test.mjs', 'a password that became known elsewhere is refused to commands, too'),
    '6.3.1': by('unit/account_store_test.c', 'guessing_is_locked_out'),
    '6.3.2': async () => assert.equal((await house.request('POST', '/login', { form: { name: 'admin', password: 'admin' } })).status, 401),
    '6.3.3': by('flow/account.test.mjs', 'an administrator gets nowhere before the second factor is set up'),
    '6.3.4': by('flow/access.test.mjs', 'every route answers every role as its cell says'),
    '6.4.1': by('flow/accounts.test.mjs', 'an account is asked for by one and granted by another, and opened by its owner alone'),
    '6.4.2': async () => assert.ok(!/question|hint for your password/i.test((await get('/login?lang=en')).text)),
    '6.4.3': by('flow/accounts.test.mjs', 'a role, a password and a lost device take two; sessions end with them'),
    '6.4.4': by('flow/accounts.test.mjs', 'a role, a password and a lost device take two; sessions end with them'),
    '6.5.1': by('flow/account.test.mjs', 'the code is asked after each password, and taken once'),
    '6.5.2': built('src/store/second_store.h', '120 random bits'),
    '6.5.3': built('src/store/second_store.c', 'world->random'),
    '6.5.4': built('src/store/second_store.h', '120 random bits'),
    '6.5.5': by('unit/totp_test.c', 'what_is_taken'),
    '6.6.1': none('no code travels by SMS or telephone'),
    '6.6.2': by('flow/account.test.mjs', 'a secret sealed for one account is no good for another'),
    '6.6.3': by('flow/account.test.mjs', 'five wrong codes lock the second factor for half an hour'),
    '7.1.1': built('src/work/options.c', 'staff.session_idle'),
    '7.1.2': built('src/store/session_store.h', 'administrator also when the same person logs in elsewhere'),
    '7.2.1': by('unit/session_test.c', 'session_check'),
    '7.2.2': built('src/store/secret.h', '260 random bits'),
    '7.2.3': built('src/store/secret.h', '260 random bits'),
    '7.2.4': by('flow/account.test.mjs', 'the code is asked after each password, and taken once'),
    '7.3.1': by('flow/account.test.mjs', 'a session ends when idle, when old, at log-out, and by its owner'),
    '7.3.2': by('unit/session_test.c', 'idle_and_age_end_it'),
    '7.4.1': by('flow/account.test.mjs', 'a session ends when idle, when old, at log-out, and by its owner'),
    '7.4.2': by('flow/accounts.test.mjs', 'the security administrator unlocks, logs out and ends; nobody ends the last of his kind'),
    '7.4.3': by('flow/account.test.mjs', 'a new password: the old one is asked, the rules hold, other sessions end'),
    '7.4.4': async () => assert.match(await hall.page('/account'), /action="\/logout"/),
    '7.4.5': by('flow/accounts.test.mjs', 'the security administrator unlocks, logs out and ends; nobody ends the last of his kind'),
    '7.5.1': by('flow/accounts.test.mjs', 'a sensitive act long after the log-in asks who it is'),
    '7.5.2': by('flow/account.test.mjs', 'a session ends when idle, when old, at log-out, and by its owner'),
    '8.1.1': by('flow/access.test.mjs', 'the table has every role'),
    '8.1.2': built('src/web/access.c', 'static const struct access_view views'),
    '8.2.1': by('flow/access.test.mjs', 'every route answers every role as its cell says'),
    '8.2.2': by('flow/access.test.mjs', 'a department is confined to its own'),
    '8.2.3': by('flow/access.test.mjs', 'a view shows what it says and nothing more'),
    '8.3.1': by('flow/access.test.mjs', 'every route answers every role as its cell says'),
    '8.4.1': by('flow/accounts.test.mjs', 'a key of one department sees no other'),
    '9.1.1': async () => { /* a token of another session is none */
        const other = await new Person(house, 'hall', 'hall').log_in();
        assert.equal((await hall.request('POST', '/account/sessions', { form: { token: await other.token() } })).status, 403);
    },
    '9.1.2': none('no signed token names its own algorithm here'),
    '9.1.3': none('no signed token names its own key here'),
    '9.2.1': by('flow/citizen.test.mjs', 'damaged, foreign and invented tokens are 404, with a word of help'),
    '9.2.2': by('unit/key_store_test.c', 'LINK_DEVICE'),
    '9.2.3': by('unit/key_store_test.c', 'LINK_DEVICE'),
    '11.1.1': built('src/store/keyring.h', 'belongs into the backup'),
    '11.1.2': built('src/store/keyring.h', 'struct crypt_key'),
    '11.2.1': built('src/base/crypt.c', 'EVP_'),
    '11.2.2': open('the suite of algorithms is not a setting yet'),
    '11.2.3': built('src/base/crypt.h', 'AES-256-GCM'),
    '11.3.1': built('src/base/crypt.c', '"AES-256-GCM"'),
    '11.3.2': built('src/base/crypt.c', '"AES-256-GCM"'),
    '11.3.3': built('src/base/crypt.h', 'bound to the place it is kept in'),
    '11.4.1': built('src/base/crypt.c', 'EVP_sha256'),
    '11.4.2': built('src/base/crypt.h', 'scrypt (RFC 7914)'),
    '11.4.3': built('src/base/crypt.h', 'SHA-1 and MD5 only where the other side'),
    '11.4.4': built('src/base/crypt.h', 'scrypt (RFC 7914)'),
    '11.5.1': built('src/base/world.c', 'getrandom'),
    '12.1.1': none('TLS ends at the proxy in front'),
    '12.1.2': none('TLS ends at the proxy in front'),
    '12.1.3': none('nobody logs in by a client certificate'),
    '12.2.1': built('README.md', 'put a TLS proxy in front'),
    '12.2.2': built('README.md', 'put a TLS proxy in front'),
    '12.3.1': built('src/work/carry_http.c', 'CURLOPT_PROTOCOLS'),
    '12.3.2': built('src/work/carry_http.c', 'curl_easy_setopt'),
    '12.3.3': built('src/web/session.c', 'Passwords do not travel over plain http'),
    '12.3.4': none('no service of our own is called inside'),
    '13.1.1': built('README.md', 'Gateways call'),
    '13.2.1': by('flow/gateways.test.mjs', 'a gateway calls its addresses and is thanked for what is kept'),
    '13.2.2': built('.yiping.service', 'CapabilityBoundingSet'),
    '13.2.3': by('unit/account_store_test.c', 'nobodys_hash_is_well_formed'),
    '13.2.4': built('gateways/gateway.h', 'request'),
    '13.2.5': built('src/work/carry_http.c', 'FOLLOWLOCATION'),
    '13.3.1': by('flow/commands.test.mjs', 'init makes a private folder, and refuses one that holds a hall'),
    '13.3.2': built('src/store/keyring.c', 'chmod 600'),
    '13.4.1': async () => { for (const p of ['/.git/config', '/.git/HEAD', '/Makefile']) assert.equal((await get(p)).status, 404, p); },
    '13.4.2': errors_tell_nothing,
    '13.4.3': async () => { for (const p of ['/assets', '/assets/']) assert.equal((await get(p)).status, 404, p); },
    '13.4.4': async () => assert.match(await raw('TRACE / HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 (405|501|404)/),
    '13.4.5': async () => {
        const answer = await get('/login');
        assert.equal(answer.headers.server, undefined);
        assert.equal(answer.headers['x-powered-by'], undefined);
    },
    '14.1.1': built('src/store/schema/0001_start.sql', 'Phones and words: sealed, and erasable'),
    '14.1.2': built('src/web/access.h', 'which of a rating'),
    '14.2.1': by('flow/integration.test.mjs', 'the journal and the addresses hold no phone, token, key or word of a citizen'),
    '14.2.2': async () => assert.match((await hall.get('/ratings')).headers['cache-control'], /no-store/),
    '14.2.3': csp_is_strict,
    '14.2.4': by('flow/integration.test.mjs', 'the store holds no phone and no words in the clear'),
    '14.2.7': by('flow/erase.test.mjs', 'number and words go, the rating stays'),
    '14.3.1': async () => {
        const one = await new Person(house, 'hall', 'hall').log_in();
        const left = await one.post('/logout');
        assert.match([left.headers['set-cookie']].flat()[0], /Max-Age=0/);
    },
    '14.3.2': async () => assert.match((await hall.get('/account')).headers['cache-control'], /no-store/),
    '14.3.3': async () => assert.ok(!/localStorage|sessionStorage/.test((await hall.page('/account')))),
    '15.1.1': built('.deps.sh', 'libmicrohttpd'),
    '15.1.2': built('.deps.sh', 'libmicrohttpd'),
    '15.1.3': built('src/work/hasher.h', 'at most two at once'),
    '15.2.1': built('.deps.sh', 'libmicrohttpd'),
    '15.2.2': by('unit/http_clients_test.c', '503'),
    '15.2.3': async () => { for (const p of ['/phone', '/api/v1/dev/messages']) assert.equal((await get(p, { Via: '1.1 x' })).status, 404, p); },
    '15.3.1': by('flow/access.test.mjs', 'a view shows what it says and nothing more'),
    '15.3.2': built('src/work/carry_http.c', 'FOLLOWLOCATION'),
    '15.3.3': async () => is_status(422, 'POST', '/api/v1/tickets', { as: 'machine', json: { matter: 'x', state: 'done' } }),
    '15.3.4': built('src/web/http_guard.c', 'is_forwarding'),
    '15.3.5': built('Makefile', '-Wall -Wextra'),
    '15.3.6': none('pages work without script and hold no prototype to pollute'),
    '15.3.7': async () => is_status(400, 'POST', '/login', { body: 'name=%ff', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
    '15.4.1': built('Makefile', 'fsanitize=thread'),
    '15.4.2': by('flow/orders.test.mjs', 'a second press does nothing, and two people do not overwrite each other'),
    '16.1.1': built('src/base/log.h', 'key=value'),
    '16.2.1': by('flow/audit.test.mjs', 'log-ins, failures, locks and second factors are events'),
    '16.2.2': built('src/base/world.h', 'wall_ms'),
    '16.2.3': built('src/base/log.c', 'STDERR_FILENO'),
    '16.2.4': by('flow/audit.test.mjs', 'log-ins, failures, locks and second factors are events'),
    '16.2.5': journal_is_clean,
    '16.3.1': by('flow/audit.test.mjs', 'log-ins, failures, locks and second factors are events'),
    '16.3.2': by('flow/audit.test.mjs', 'only audit and organisation look, and nobody changes anything there'),
    '16.3.3': by('flow/audit.test.mjs', 'log-ins, failures, locks and second factors are events'),
    '16.3.4': built('src/web/page.c', 'page.broken'),
    '16.4.1': by('unit/http_hostile_test.c', 'control'),
    '16.4.2': by('unit/statements_test.c', 'test_facts_stay'),
    '16.4.3': by('flow/audit.test.mjs', 'every event reaches a syslog, also when its line breaks with one on the way'),
    '16.5.1': errors_tell_nothing,
    '16.5.2': by('flow/failover.test.mjs', 'nobody listens at the first: all of it goes by the second, once'),
    '16.5.3': by('flow/access.test.mjs', 'every route answers every role as its cell says'),
};

/* == The walk ======================================================================== */

const NUMBERS = Object.entries(SHEET).flatMap(([section, items]) => items.map((n) => `${section}.${n}`));

test('every number of the sheet has a row, and no other', () => {
    assert.deepEqual(Object.keys(ITEMS).sort(), [...NUMBERS].sort());
});

test('login gives the same answer for known and unknown names', same_answer_for_unknown_names);

test('each row is proved', async () => {
    const wrong = [], kinds = {};

    for (const [number, row] of Object.entries(ITEMS)) {
        const kind = typeof row === 'function' ? 'tried' : Object.keys(row)[0];

        kinds[kind] = (kinds[kind] ?? 0) + 1;
        try {
            if (typeof row === 'function')
                await row();
            else if (row.by)
                assert.ok(fs.readFileSync(path.join(ROOT, 'tests', row.by), 'utf8').includes(row.name), `${row.by}: ${row.name}`);
            else if (row.built)
                assert.ok(fs.readFileSync(path.join(ROOT, row.built), 'utf8').includes(row.text), `${row.built}: ${row.text}`);
            else
                assert.ok((row.none ?? row.open).length > 10);
        } catch (trouble) {
            wrong.push(`${number}: ${trouble.message}`);
        }
    }
    console.log(`asvs: ${Object.entries(kinds).map(([k, n]) => `${n} ${k}`).join(', ')}`);
    assert.deepEqual(wrong, []);
});
