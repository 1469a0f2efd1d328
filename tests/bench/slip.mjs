// slip.mjs — microseconds a ticket, beside what the issue allows and beside npm's receiptline on the same
// ticket in the same run.
//
//     node tests/bench/slip.mjs BUILD_DIR          (make bench)     ROUNDS=1000
//
// One core each. "new" draws every letter of each ticket, fonts are warm; "kept" goes on with what was drawn.
// receiptline makes ESC/POS with a raster QR code and SVG; it has no full picture.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [build] = process.argv.slice(2), rounds = Number(process.env.ROUNDS ?? 1000);
const limits = { text: 100, 'raster new': 450, 'raster kept': 100 };
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const letters = (n) => Array.from({ length: n }, () => symbols[Math.random() * 32 | 0]).join('');

// The built-in ticket as receiptline writes it, with values of its own each time.
const ticket = () => `{width:*;text:wrap}
^^^"新城区政务服务中心
^^不动产登记
"^^^^^^^${letters(1)}${100 + (Math.random() * 900 | 0)}
"^^请到 3、4、5 号窗口区域等候
^^前面等候 ${Math.random() * 60 | 0} 人，约 20–35 分钟
取号时间 2026-11-23 09:${10 + (Math.random() * 50 | 0)}
{option:qrcode,8,m;code:https://pj.example.cn/t/${letters(26)}}
扫码评价本次服务
^^短码 "${letters(4)}-${letters(4)}
评不评、评几分都由您决定。
=`;

function receiptline() {
  try {
    return createRequire(new URL('../browser/package.json', import.meta.url))('receiptline');
  } catch {
    return undefined;
  }
}

function median(work) {
  const times = [];
  for (let i = 0; i < 50 + rounds / 5; i++) {
    const doc = ticket(), start = process.hrtime.bigint();
    work(doc);
    if (i >= 50) times.push(Number(process.hrtime.bigint() - start) / 1e3);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

const other = receiptline(), beside = {};
if (other) {
  for (const [profile, cpl] of [['80mm', 48], ['58mm', 32]]) {
    beside[`text ${profile}`] = median((doc) => other.transform(doc, { cpl, encoding: 'gb18030', command: 'escpos' }));
    beside[`svg ${profile}`] = median((doc) => other.transform(doc, { cpl, encoding: 'gb18030', command: 'svg' }));
  }
}

const row = (...cells) => console.log(cells.map((c, i) => (i ? String(c).padStart(10) : String(c).padEnd(18))).join(' '));
console.log(`a ticket, in µs, one core (${rounds} of each)`);
row('', 'median', 'least', 'p99', 'allowed', 'receiptline', 'bytes', 'rows');
for (const line of execFileSync(join(build, 'bench/slip'), [rounds]).toString().trim().split('\n')) {
  const m = JSON.parse(line), name = `${m.name} ${m.profile}`;
  row(name, m.us, m.least_us, m.p99_us, limits[m.name] ?? '', beside[name]?.toFixed(0) ?? '', m.bytes || '', m.rows || '');
}
if (!other) console.log('receiptline is not installed: npm ci --prefix tests/browser');
