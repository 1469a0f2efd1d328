// bench.mjs — durable tickets and ratings a second over HTTP, beside two limits of the same run:
// (a) the same server and way without the write, (b) a bare SQLite loop with the same rows; and that
// loop with two of them, the rating and the sum of its day.
//
//     node tests/bench/bench.mjs BUILD_DIR HALL.json      (make bench)
//
// Medians of three rounds a row; everything runs on loopback, the load generator beside the server.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [build, hall] = process.argv.slice(2);
const yiping = join(build, 'yiping'), load = join(build, 'bench/load'), bare = join(build, 'bench/bare');
const levels = (process.env.LEVELS ?? '64,128,256,512').split(',').map(Number);
const rounds = Number(process.env.ROUNDS ?? 3), seconds = Number(process.env.SECONDS ?? 2);
const cases = Number(process.env.CASES ?? 400000), many = Number(process.env.MANY ?? 1000000);
const home = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'yiping-bench-'));
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
let server;

const run = (command, ...args) =>
  execFileSync(command, args, { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'inherit'] }).toString();

function start(data) {
  return new Promise((resolve, reject) => {
    server = spawn(yiping, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    server.stderr.on('data', (d) => {
      text += d;
      const port = text.match(/http:\/\/127\.0\.0\.1:(\d+)/);
      if (port) resolve(Number(port[1]));
    });
    server.on('exit', () => reject(new Error(text)));
  });
}
const stop = () => new Promise((resolve) => { server.on('exit', resolve); server.kill('SIGTERM'); });

const attack = (port, connections, file, limit, ...more) =>
  JSON.parse(run(load, '--port', port, '--connections', connections, '--file', file, ...limit, ...more));

// Anonymous memory that the process holds, in MiB.
const anonymous = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)[1]) / 1024;

// Microseconds that the threads of a process have run: others on the machine do not lengthen them.
const busy_us = (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, task) =>
  sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e3, 0);

function row(...cells) {
  console.log(cells.map((c, i) => (i ? String(c).padStart(11) : String(c).padEnd(12))).join(' '));
}

async function ratings() {
  const data = join(home, 'ratings'), file = join(home, 'requests');
  run(yiping, 'init', '--data', data, '--hall', hall);
  const tokens = run(yiping, 'bench-fill', '--data', data, '--cases', cases, '--closed-unrated', '--tokens').trim().split('\n');
  copyFileSync(join(data, 'yiping.db'), join(home, 'bare.db'));
  const port = await start(data);
  let at = 0;
  console.log(`\nratings: POST /t/TOKEN/rate, each its own closed case (${tokens.length} cases)`);
  row('connections', 'ratings/s', 'p50 ms', 'p99 ms', 'max ms', 'no write/s', 'ratio a', 'bare/s', 'ratio b', 'two rows/s', 'us/rating', 'errors');
  for (const connections of levels) {
    const durable = [], plain = [], limit = [], two = [], busy = [];
    let worst = { p50: 0, p99: 0, max: 0 }, errors = 0;
    for (let i = 0; i < rounds; i++) {
      const share = Math.floor(tokens.length / (levels.length * rounds));
      const mine = tokens.slice(at, (at += share));
      writeFileSync(file, mine.map((t) => `POST /t/${t}/rate application/x-www-form-urlencoded grade=5`).join('\n') + '\n');
      const before = busy_us(server.pid);
      const a = attack(port, connections, file, ['--once']);
      busy.push((busy_us(server.pid) - before) / mine.length);
      const b = attack(port, connections, file, ['--seconds', seconds]); // the same again: nothing is written
      for (const [list, few] of [[limit, []], [two, ['few']]]) {
        list.push(JSON.parse(run(bare, join(home, 'bare.db'), '1', ...few)).per_second);
        run('sqlite3', join(home, 'bare.db'), `${['ratings', 'rating_lines', 'rating_days', 'rating_sums', 'clerk_days']
          .map((table) => `DELETE FROM ${table};`).join(' ')} PRAGMA wal_checkpoint(TRUNCATE)`);
      }
      durable.push(a.rps); plain.push(b.rps);
      worst = { p50: Math.max(worst.p50, a.p50_ms), p99: Math.max(worst.p99, a.p99_ms), max: Math.max(worst.max, a.max_ms) };
      errors += a.errors + mine.length - (a.status['303'] ?? 0);
    }
    row(connections, median(durable).toFixed(0), worst.p50.toFixed(1), worst.p99.toFixed(1), worst.max.toFixed(0),
        median(plain).toFixed(0), (median(durable) / median(plain)).toFixed(2), median(limit).toFixed(0),
        (median(durable) / median(limit)).toFixed(2), median(two).toFixed(0), median(busy).toFixed(1), errors);
  }
  await stop();
  const stored = Number(run('sqlite3', join(data, 'yiping.db'), 'SELECT count(*) FROM ratings'));
  console.log(`stored ${stored} ratings, acknowledged ${at}: ${stored === at ? 'equal' : 'DIFFERENT'}`);
}

async function tickets() {
  const data = join(home, 'tickets'), file = join(home, 'requests');
  run(yiping, 'init', '--data', data, '--hall', hall);
  const key = run(yiping, 'key', 'add', '--data', data, '--role', 'machine', '--name', 'bench').trim();
  const port = await start(data);
  const matters = JSON.parse(readFileSync(hall, 'utf8')).matters.map((m) => m.code);
  writeFileSync(file, matters.map((m) => `POST /api/v1/tickets application/json {"matter":"${m}"}`).join('\n') + '\n');
  writeFileSync(file + '.bad', matters.map((m) => `POST /api/v1/tickets application/json {"matter":"${m}-none"}`).join('\n') + '\n');
  console.log('\ntickets: POST /api/v1/tickets');
  row('connections', 'tickets/s', 'p50 ms', 'p99 ms', 'max ms', 'no write/s', 'ratio a');
  for (const connections of levels) {
    const durable = [], plain = [];
    let worst = { p50: 0, p99: 0, max: 0 };
    for (let i = 0; i < rounds; i++) {
      const a = attack(port, connections, file, ['--seconds', seconds], '--header', `Authorization: Bearer ${key}`);
      const b = attack(port, connections, file + '.bad', ['--seconds', seconds], '--header', `Authorization: Bearer ${key}`);
      durable.push((a.status['201'] ?? 0) / a.seconds); plain.push(b.rps);
      worst = { p50: Math.max(worst.p50, a.p50_ms), p99: Math.max(worst.p99, a.p99_ms), max: Math.max(worst.max, a.max_ms) };
    }
    row(connections, median(durable).toFixed(0), worst.p50.toFixed(1), worst.p99.toFixed(1), worst.max.toFixed(0),
        median(plain).toFixed(0), (median(durable) / median(plain)).toFixed(2));
  }
  await stop();
}

async function memory() {
  const data = join(home, 'memory'), file = join(home, 'requests');
  run(yiping, 'init', '--data', data, '--hall', hall);
  const tokens = run(yiping, 'bench-fill', '--data', data, '--cases', many, '--closed-unrated', '--tokens').trim().split('\n');
  const port = await start(data);
  const some = tokens.filter((_, i) => i % Math.ceil(tokens.length / 20000) === 0);
  writeFileSync(file, some.map((t) => `POST /t/${t}/rate application/x-www-form-urlencoded grade=4`).join('\n') + '\n');
  attack(port, 256, file, ['--once']);
  writeFileSync(file, some.map((t) => `GET /t/${t} - `).join('\n') + '\n');
  const pages = attack(port, 64, file, ['--seconds', seconds]);
  console.log(`\nmemory: ${many} cases; ${pages.rps.toFixed(0)} ticket pages/s, p99 ${pages.p99_ms} ms; anonymous RSS ${anonymous(server.pid).toFixed(1)} MiB (goal: under 64)`);
  await stop();
}

try {
  await ratings();
  await tickets();
  await memory();
} finally {
  server?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
