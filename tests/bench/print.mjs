// print.mjs — from the press of a button to paper: how long from the request for a ticket to the last
// byte at its TCP printer, with ten machines printing at once.
//
//     node tests/bench/print.mjs        (make bench)     MACHINES=10 TICKETS=40
//
// All machines take a ticket at the same moment, again once every paper is out and every call has
// ended. The printers answer how they are and that they are done. The limit is 20 ms at the median.
import fs from 'node:fs';
import path from 'node:path';

import { House, end_all, hall, scratch_folder, until } from '../flow/house.mjs';
import { SmallPrinter, hall_with_kiosks } from '../flow/small_printer.mjs';

const machines = Number(process.env.MACHINES ?? 10), tickets = Number(process.env.TICKETS ?? 40);
const LIMIT_MS = 20;

const numbers = Array.from({ length: machines }, (_, i) => i + 1);
const printers = await Promise.all(numbers.map(() => SmallPrinter.open()));
const file = path.join(scratch_folder('print'), 'hall.json');
fs.writeFileSync(file, JSON.stringify(hall_with_kiosks(hall, Object.fromEntries(numbers.map((n) => [`k${n}`, `p${n}`])))));

const house = await House.open({ hall_file: file,
  settings: Object.fromEntries(numbers.map((n, i) => [`printer p${n}`, { way: 'tcp', address: printers[i].address }])) });
const took = [];

async function press(n, round) {
  const began = performance.now();

  await house.post('machine', '/api/v1/tickets', { matter: hall.matters[n % hall.matters.length].code, kiosk: `k${n}` }, 201);
  const paper = await printers[n - 1].ticket(round);
  if (round > 0) // the first one loads fonts
    took.push(paper.at - began);
}

for (let round = 0; round < tickets; round++) {
  await Promise.all(numbers.map((n) => press(n, round)));
  await until('the calls to end', () => printers.every((printer) => printer.sockets.size === 0));
}
took.sort((a, b) => a - b);
const at = (part) => took[Math.min(took.length - 1, Math.floor(took.length * part))].toFixed(1);
console.log(`ticket over HTTP to the last byte at a TCP printer, ${machines} machines, ${took.length} tickets:`);
console.log(`  median ${at(0.5)} ms (limit ${LIMIT_MS})   90 % ${at(0.9)} ms   99 % ${at(0.99)} ms`);
await house.close();
await Promise.all(printers.map((printer) => printer.close()));
end_all();
process.exit(Number(at(0.5)) <= LIMIT_MS ? 0 : 1);
