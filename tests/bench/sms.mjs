// sms.mjs — messages a second, durable before and after each, beside what a plain load generator
// with as many fresh connections gets out of the same server in the same run.
//
//     node tests/bench/sms.mjs BUILD    (make bench)     MESSAGES=6000 CONNECTIONS=32
//
// (1) a trivial HTTP gateway, (2) Debian's Kannel on loopback with delivery reports. The generator is ab
// (apache2-utils) without keep-alive, before and after ours; the mean of both counts. It asks for what we ask for,
// a survey of one message with all its parameters, over as many connections as we have messages in flight (as many
// as a local Kannel gets where the settings say nothing). Ours counts from the first message to the last booking,
// out of the store. Both use processors: what ours spends on a message, with its reports, stands beside,
// for a machine that does other things too changes the rest.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';

import { House, end_all, place_of, scratch_folder, until } from '../flow/house.mjs';
import { Kannel, PASSWORD, USER, free_ports } from '../flow/kannel.mjs';

const messages = Number(process.env.MESSAGES ?? 6000), connections = Number(process.env.CONNECTIONS ?? 32);
const DELAY_S = 15, LOOK_MS = 250, SECRET = '0123456789abcdef0123456789abcdef';
const run = promisify(execFile), pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function sql(house, text) {
  const { stdout } = await run('sqlite3', ['-json', '-readonly', path.join(house.data, 'yiping.db'), text]);
  return stdout.trim() ? JSON.parse(stdout)[0] : {};
}

// A request as ours composes it: a survey at its usual length, our reference in the address of the report.
function sample(url, smsc, report_url) {
  const text = '【青城政务】您11月29日在A01窗口办结的食品许可，满意吗？回5非常满意 4满意 3基本满意 2不满意 1非常不满意，拒收回T';
  const units = [...Buffer.from(text, 'utf16le').swap16()].map((byte) => /[\w.~-]/.test(String.fromCharCode(byte)) && byte < 128
    ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  const pairs = (fields) => Object.entries(fields).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `${url}?${pairs({ username: USER, password: PASSWORD, from: '10690011', to: '+8613900000000', coding: 2 })}&text=${units}&${
    pairs({ ...(smsc ? { smsc } : {}), 'dlr-mask': 31, 'dlr-url': `${report_url}?ref=7396141872488448000.1&type=%d&a=%A&fid=%F&ts=%T` })}`;
}

// What ab gets: requests a second, each on a connection of its own. This process must not stand still
// meanwhile: it plays the phones behind Kannel.
async function plain(url) {
  const { stdout } = await run('ab', ['-q', '-n', messages, '-c', connections, url], { maxBuffer: 1 << 26 });
  const refused = /Non-2xx responses: +(\d+)/.exec(stdout);
  if (refused)
    throw new Error(`the server refused ${refused[1]} requests of the plain generator`);
  return Number(/Requests per second: +([\d.]+)/.exec(stdout)[1]);
}

async function close_cases(house) {
  const place = place_of('food-licence'), closed_at = new Date().toISOString();
  let next = 0;

  await Promise.all(Array.from({ length: 16 }, async () => {
    for (let i = next++; i < messages; i = next++)
      await house.post('integration', '/api/v1/cases', { case_no: `B${i}`, matter: 'food-licence', window: place.window,
        clerk: place.clerk, phone: `139${String(10000000 + i)}`, accepted_at: closed_at, closed_at, source: 'bench' }, 201);
  }));
}

// Processor time of a process so far, in milliseconds (ticks of 10 ms, proc(5)).
function spent_ms(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function booked(house, states) {
  const end = performance.now() + 120000;
  while ((await sql(house, `SELECT count(*) n FROM messages WHERE state IN (${states})`)).n < messages) {
    if (performance.now() > end)
      throw new Error('not every message was booked within two minutes');
    await pause(LOOK_MS); // a look takes a processor from those that are measured
  }
}

// All messages are queued and due before the server starts again.
async function ours(gateway, reports) {
  const [port] = await free_ports(1), listen = ['--listen', `127.0.0.1:${port}`];
  const house = await House.open({ morning: false, settings: {
    invite: { delay_min: `${DELAY_S} s`, delay_max: `${DELAY_S} s`, window: '00:00-24:00', spread: '0 s', reminder: 'no' },
    'gateway city': { kind: 'kannel', user: USER, password: PASSWORD, access_number: '106900', in_flight: connections,
      callback_base: `http://127.0.0.1:${port}`, callback_secret: SECRET, ...gateway } } });
  await house.stop();
  await house.start(listen);
  await close_cases(house);
  await house.stop();
  await pause(DELAY_S * 1000 + 500);
  await house.start(listen);
  await booked(house, reports ? "'DELIVERED'" : "'ACCEPTED', 'DELIVERED'");
  const cpu = spent_ms(house.child.pid) / messages;
  const { first, last } = await sql(house,
    "SELECT min(at_ms) first, max(at_ms) last FROM message_states WHERE state IN ('SUBMITTING', 'ACCEPTED')");
  const told = (await sql(house, "SELECT max(at_ms) last FROM message_states WHERE state = 'DELIVERED'")).last;
  await house.close();
  return { sent: messages / (last - first) * 1000, told: told ? messages / (told - first) * 1000 : 0, cpu };
}

const line = (...cells) => console.log(cells.map((c, i) => (i ? String(c).padStart(12) : String(c).padEnd(24))).join(' '));

// ab, ours, ab; `settled` waits until the server has nothing left to do.
async function compare(name, url, gateway, reports, settled = async () => {}) {
  const before = await plain(url);
  await settled();
  const mine = await ours(gateway, reports);
  await settled();
  const bare = (before + await plain(url)) / 2;
  line(name, bare.toFixed(0), mine.sent.toFixed(0), (mine.sent / bare).toFixed(2), mine.told.toFixed(0), mine.cpu.toFixed(2));
}

// Messages end their connection, as in Kannel's own world; reports may keep theirs.
async function serve() {
  const server = http.createServer((request, answer) => {
    answer.writeHead(202, { 'Content-Length': 26, ...(request.url.includes('type=') ? {} : { Connection: 'close' }) });
    answer.end('0: Accepted for delivery\r\n');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  console.log(`http://127.0.0.1:${server.address().port}/cgi-bin/sendsms`);
}

// In a process of its own, so that neither generator shares a loop with it.
async function apart() {
  const child = spawn(process.execPath, [process.argv[1], 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  return new Promise((done) => child.stdout.once('data', (d) => done(String(d).trim())));
}

// A Kannel that is not slower than it need be: its spool of one file a message is read through for each, its
// journal at level 0 is ten lines a message. What is left is its own.
function quick_kannel(build) {
  return Kannel.open({
    core: { 'dlr-storage': 'internal', 'store-type': 'file', 'store-location': `"${path.join(scratch_folder('store'), 'kannel')}"`, 'log-level': 4 },
    smsbox: { 'log-level': 4, 'max-pending-requests': 8 },
    env: { LD_PRELOAD: path.resolve(build, 'bench/nodelay.so') },
  });
}

if (process.argv[2] === 'serve') {
  await serve();
} else {
  const server = await apart();
  line('', 'ab/s', 'ours/s', 'ratio', 'reported/s', 'CPU ms each');
  await compare('trivial HTTP gateway', sample(server, null, server), { url: server }, false);

  const kannel = await quick_kannel(process.argv[2] ?? '.build/release');
  const settled = () => until('Kannel to pass on what it has', async () => /<storesize>0</.test(await kannel.status()), 60000);
  await compare('Kannel with reports', sample(kannel.url, 'near', server), { url: kannel.url, smsc: 'near' }, true, settled);
  await kannel.close();
  end_all();
  process.exit(0);
}
