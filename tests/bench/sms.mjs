// sms.mjs — messages a second, durable before and after each, beside what a plain load generator
// with as many fresh connections gets out of the same server in the same run.
//
//     node tests/bench/sms.mjs          (make bench)     MESSAGES=6000 CONNECTIONS=32
//
// (1) a trivial HTTP gateway, (2) Debian's Kannel on loopback with delivery reports. The generator is ab
// (apache2-utils) without keep-alive. Ours counts from the first message to the last booking, out of the store.
import { execFileSync, spawnSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';

import { House, end_all, place_of, until } from '../flow/house.mjs';
import { Kannel, PASSWORD, USER, free_ports } from '../flow/kannel.mjs';

const messages = Number(process.env.MESSAGES ?? 6000), connections = Number(process.env.CONNECTIONS ?? 32);
const DELAY_S = 15;

function sql(house, text) {
  const done = spawnSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'yiping.db'), text], { encoding: 'utf8' });
  return done.stdout.trim() ? JSON.parse(done.stdout)[0] : {};
}

// What ab gets: requests a second, each on a connection of its own.
function plain(url) {
  const out = execFileSync('ab', ['-q', '-n', messages, '-c', connections, url], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return Number(/Requests per second: +([\d.]+)/.exec(out)[1]);
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

// All messages are queued and due before the server starts again.
async function ours(gateway, reports) {
  const [port] = await free_ports(1), listen = ['--listen', `127.0.0.1:${port}`];
  const house = await House.open({ morning: false, settings: {
    invite: { delay_min: `${DELAY_S} s`, delay_max: `${DELAY_S} s`, window: '00:00-24:00', spread: '0 s', reminder: 'no' },
    'gateway city': { kind: 'kannel', user: USER, password: PASSWORD, access_number: '106900', in_flight: connections,
      callback_base: `http://127.0.0.1:${port}`, callback_secret: '0123456789abcdef0123456789abcdef', ...gateway } } });
  await house.stop();
  await house.start(listen);
  await close_cases(house);
  await house.stop();
  await new Promise((done) => setTimeout(done, DELAY_S * 1000 + 500));
  await house.start(listen);
  await until('every message to be booked', () => sql(house,
    `SELECT count(*) n FROM messages WHERE state IN (${reports ? "'DELIVERED'" : "'ACCEPTED', 'DELIVERED'"})`).n === messages, 120000);
  const { first, last } = sql(house, "SELECT min(at_ms) first, max(at_ms) last FROM message_states WHERE state IN ('SUBMITTING', 'ACCEPTED')");
  const told = sql(house, "SELECT max(at_ms) last FROM message_states WHERE state = 'DELIVERED'").last;
  await house.close();
  return { sent: messages / (last - first) * 1000, told: told ? messages / (told - first) * 1000 : 0 };
}

const line = (...cells) => console.log(cells.map((c, i) => (i ? String(c).padStart(12) : String(c).padEnd(24))).join(' '));

async function trivial() {
  const server = http.createServer((request, answer) => {
    answer.writeHead(202, { Connection: 'close', 'Content-Length': 25 });
    answer.end('0: Accepted for delivery\n');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}/cgi-bin/sendsms`;
  return { server, url };
}

// In a process of its own, so that neither generator shares a loop with it.
async function apart() {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [process.argv[1], 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((done) => child.stdout.once('data', (d) => done(String(d).trim())));
  return { url, stop: () => child.kill('SIGKILL') };
}

if (process.argv[2] === 'serve') {
  console.log((await trivial()).url);
} else {
  line('', 'ab/s', 'ours/s', 'ratio', 'reported/s');
  const server = await apart();
  const bare = plain(`${server.url}?to=1`), mine = await ours({ url: server.url }, false);
  line('trivial HTTP gateway', bare.toFixed(0), mine.sent.toFixed(0), (mine.sent / bare).toFixed(2));

  const kannel = await Kannel.open({ core: { 'dlr-storage': 'internal' } });
  const text = 'n%E1a%0F'.repeat(20);
  const k = plain(`${kannel.url}?username=${encodeURIComponent(USER)}&password=${encodeURIComponent(PASSWORD)}&from=106900&to=8613900000000&smsc=near&coding=2&text=${text}&dlr-mask=31&dlr-url=${encodeURIComponent(`${server.url}?ref=1.1&type=%d&a=%A&fid=%F&ts=%T`)}`);
  const m = await ours({ url: kannel.url, smsc: 'near' }, true);
  line('Kannel with reports', k.toFixed(0), m.sent.toFixed(0), (m.sent / k).toFixed(2), m.told.toFixed(0));
  server.stop();
  await kannel.close();
  end_all();
  process.exit(0);
}
