/*
 * assets.test.mjs — what pages cost on the wire: packed texts, files that a browser keeps for
 * ever, and no secret beside a stranger's words in one packed answer.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';

import { end_all, House } from './house.mjs';

let house, ticket;

before(async () => {
    house = await House.open({});
    ticket = (await house.post('machine', '/api/v1/tickets', { matter: 'food-licence' }, 201)).ticket;
});
after(end_all);

const get = (target, headers = {}) => house.request('GET', target, { headers });
const packed = { 'Accept-Encoding': 'gzip' };

test('a page is the same packed and plain', async () => {
    const target = `/t/${ticket.token}`;
    const plain = await get(target), small = await get(target, packed);
    const steady = (page) => page.replace(/name="n" value="[^"]+"/g, '');

    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(plain.headers.vary, 'Accept-Encoding');
    assert.equal(small.headers['content-encoding'], 'gzip');
    assert.equal(small.headers.vary, 'Accept-Encoding');
    assert.equal(small.headers['content-length'], String(small.bytes.length));
    assert.equal(steady(zlib.gunzipSync(small.bytes).toString()), steady(plain.text));
    assert.ok(small.bytes.length < plain.bytes.length / 2);
});

test('a citizen page and what it asks for are within 14 kB and two requests', async () => {
    const page = await get(`/t/${ticket.token}`, packed);
    const text = zlib.gunzipSync(page.bytes).toString();
    const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1]);
    let bytes = page.bytes.length;

    assert.ok(files.length <= 1, `${files}`);
    for (const file of files)
        bytes += (await get(file, packed)).bytes.length;
    assert.ok(bytes <= 14 * 1024, `${bytes} bytes`);
});

test('a file is kept for ever by its hash and asked for by its name', async () => {
    const page = await get('/login');
    const named = /href="(\/assets\/yiping\.[0-9a-f]{16}\.css)"/.exec(page.text)[1];
    const file = await get(named);

    assert.equal(file.status, 200);
    assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(file.headers['content-type'], 'text/css; charset=utf-8');
    for (const other of ['/assets/yiping.css', '/assets/yiping.0123456789abcdef.css']) {
        const plain = await get(other);

        assert.equal(plain.text, file.text);
        assert.equal(plain.headers['cache-control'], 'public, max-age=3600');
        const again = await get(other, { 'If-None-Match': plain.headers.etag });
        assert.equal(again.status, 304);
        assert.equal(again.bytes.length, 0);
    }
    for (const none of ['/assets/none.css', '/assets/.css', '/assets/yiping.0123456789abcde.css', '/assets/..%2f..%2fpages%2fhome.html'])
        assert.ok([400, 404].includes((await get(none)).status), none);
});

test('a packed file has a weak tag, by which it is known again', async () => {
    const small = await get('/assets/yiping.css', packed);

    assert.match(small.headers.etag, /^W\/"[0-9a-f]{16}"$/);
    assert.equal(zlib.gunzipSync(small.bytes).toString(), (await get('/assets/yiping.css')).text);
    assert.equal((await get('/assets/yiping.css', { ...packed, 'If-None-Match': small.headers.etag })).status, 304);
});

test('nothing is packed where a cookie and a query come together', async () => {
    const target = `/t/${ticket.token}`;

    assert.equal((await get(`${target}?lang=en`, packed)).headers['content-encoding'], 'gzip');
    assert.equal((await get(target, { ...packed, Cookie: 'a=b' })).headers['content-encoding'], 'gzip');
    assert.equal((await get(`${target}?lang=en`, { ...packed, Cookie: 'a=b' })).headers['content-encoding'], undefined);
});

test('small answers and pictures go as they are', async () => {
    assert.equal((await get('/healthz', packed)).headers['content-encoding'], undefined);
    const slip = await house.request('GET', `/api/v1/tickets/${ticket.id}/slip?format=png&printer=80mm`, { as: 'machine', headers: packed });
    assert.equal(slip.status, 200);
    assert.equal(slip.headers['content-encoding'], undefined);
});
