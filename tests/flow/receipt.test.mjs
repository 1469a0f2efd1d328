// receipt.test.mjs — our tickets beside the reference implementation of their language (npm's
// receiptline): where every character stands, how large and how heavy it is, must be the same.
//
// The reference gets the document that `yiping slip --format receiptline` writes, and a printer that
// notes what it is told to print. Ours is read from the SVG and from the ESC/POS bytes. What differs on
// purpose stands in the table `differences`, each with its reason. The last tests take a hall's own
// templates through the running server.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, test } from 'node:test';

import { House, ROOT, end_all, hall, run, run_well, scratch_folder, until } from './house.mjs';

const receiptline = createRequire(new URL('../browser/package.json', import.meta.url))('receiptline');

after(end_all);

const PAPERS = { '58mm': { dots: 384, columns: 32 }, '80mm': { dots: 576, columns: 48 } };
const CELL = 12, BASELINE = 21; // dots; of printers.md 2 and of printers/svg.c

const folder = scratch_folder('receipt');
let files = 0;

function file_of(text, ending) {
  const file = path.join(folder, `${files++}.${ending}`);

  fs.writeFileSync(file, text);
  return file;
}

function slip_args(template, values, paper, format) {
  return ['slip', '--template', template, '--values', file_of(JSON.stringify(values), 'json'), '--printer', paper, '--format', format];
}

async function slip(...words) {
  return (await run_well(slip_args(...words))).bytes;
}

/* == What is printed, as lists of rows: {kind, marks: [{c, x, wide, high, bold}]}, x in half cells == */

const mark_line = (row) => row.marks.map((m) => `${m.c}@${m.x / 2}${m.wide > 1 || m.high > 1 ? `*${m.wide}x${m.high}` : ''}${m.bold ? 'b' : ''}${m.under ? 'u' : ''}${m.inverse ? 'i' : ''}`).join(' ');

function as_lines(rows) {
  return rows.filter((row) => row.kind !== 'text' || row.marks.length > 0)
    .map((row) => `${row.kind} ${row.kind === 'text' ? mark_line(row) : row.what ?? ''}`);
}

/* A printer for receiptline that notes what it is told. */
function reference(document, columns) {
  const rows = [];
  const sizes = (n) => (n < 3 ? [n === 1 || n === 0 ? n + 1 : 1, n === 2 ? 2 : 1] : [n - 1, n - 1]);
  let marks = [], left = 0, x = 0, style;
  const plain = () => { style = { wide: 1, high: 1, bold: false, under: false, inverse: false }; return ''; };
  const row = (kind, what) => { rows.push({ kind, what, marks }); marks = []; return ''; };
  const command = Object.assign({}, receiptline.commands.text, {
    open: () => plain(), close: () => '', command: () => assert.fail('a command got through'),
    area: (l) => { left = l; x = 2 * l; return ''; }, align: () => '',
    absolute: (at) => { x = 2 * (left + at); return ''; },
    relative: (by) => { x += 2 * by; return ''; },
    normal: plain, em: () => { style.bold = true; return ''; },
    ul: () => { style.under = true; return ''; }, iv: () => { style.inverse = true; return ''; },
    wh: (n) => { [style.wide, style.high] = sizes(n); return ''; },
    text(text, encoding) {
      for (const c of Array.from(text)) {
        if (c !== ' ')
          marks.push({ c, x, ...style });
        x += 2 * style.wide * this.measureText(c, encoding);
      }
      return '';
    },
    hr: (cells) => { row('rule', `${left}+${cells}`); return ''; },
    lf() { return rows.at(-1)?.kind === 'rule' && !rows.at(-1).ended ? (rows.at(-1).ended = true, '') : row('text'); },
    cut: () => row('cut'),
    qrcode: (symbol) => row('qr', symbol.data),
  });

  receiptline.transform(document.replace(/\n$/, ''), { cpl: columns, encoding: 'gb18030', command });
  return rows;
}

const unescaped = (text) => text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" })[name]);

/* Ours, from the picture that readers can take text from. */
function from_svg(svg, { dots, columns }) {
  const margin = (dots - columns * CELL) / 2, rows = [];
  const parts = /<text transform="translate\((\d+),(\d+)\) scale\((\d),(\d)\)"( font-weight="bold")?( text-decoration="underline")?( fill="#fff")?>(.*?)<\/text>|<path d="M(\d+),(\d+)h(\d+)v2h-\d+z"\/>|<path shape-rendering[^>]*>|<path d="M0,(\d+)h/gs;
  let bottom;

  for (const [whole, left, y, wide, high, bold, under, inverse, inner, rule, , width] of svg.matchAll(parts)) {
    if (rule !== undefined) {
      rows.push({ kind: 'rule', what: `${(rule - margin) / CELL}+${width / CELL}`, marks: [] });
    } else if (left === undefined) {
      rows.push({ kind: whole.includes('shape') ? 'qr' : 'cut', marks: [] });
    } else {
      const low = y - BASELINE * high + 24 * high;

      if (low !== bottom || rows.at(-1)?.kind !== 'text')
        rows.push({ kind: 'text', marks: [] });
      bottom = low;
      for (const [, at, length, text] of inner.matchAll(/<tspan x="(\d+)" textLength="(\d+)"[^>]*>(.*?)<\/tspan>/gs)) {
        const letters = Array.from(unescaped(text));

        letters.forEach((c, i) => c !== ' ' && rows.at(-1).marks.push({
          c, x: (left - margin) / 6 + 2 * wide * (at / CELL + i * length / CELL / letters.length),
          wide: +wide, high: +high, bold: !!bold, under: !!under, inverse: !!inverse }));
      }
    }
  }
  return rows;
}

/* Ours, from the bytes that a printer gets: text lines only, without places. */
function from_escpos(bytes) {
  const decode = new TextDecoder('gb18030'), lines = [];
  let at = 0, letters = [], wide = 1, high = 1, bold = false, pending = [];
  const flush = () => {
    for (const c of decode.decode(Uint8Array.from(pending)))
      if (c !== ' ')
        letters.push(`${c}*${wide}x${high}${bold ? 'b' : ''}`);
    pending = [];
  };
  const skips = { '1b40': 2, '1b61': 3, '1b64': 3, '1b4a': 3, '1b74': 3, '1b24': 4, '1c26': 2, '1c2e': 2, '1d56': 4, '1b32': 2, '1b33': 3, '1d4c': 4 };

  while (at < bytes.length) {
    const two = bytes.subarray(at, at + 2).toString('hex');

    if (bytes[at] === 0x0a) {
      flush();
      lines.push(letters.join(' '));
      letters = [];
      at++;
    } else if (two === '1d21' || two === '1b45') {
      flush();
      if (two === '1b45')
        bold = (bytes[at + 2] & 1) === 1;
      else
        [wide, high] = [(bytes[at + 2] >> 4) + 1, (bytes[at + 2] & 15) + 1];
      at += 3;
    } else if (two === '1d76') {
      at += 8 + (bytes.readUInt16LE(at + 4)) * bytes.readUInt16LE(at + 6);
      lines.push('picture');
    } else if (bytes[at] < 0x20) {
      assert.ok(two in skips, `command ${two} at ${at}`);
      at += two === '1d56' && bytes[at + 2] < 0x41 ? 3 : skips[two];
    } else {
      pending.push(bytes[at++]);
    }
  }
  return lines.filter((line) => line !== '' && line !== 'picture' && !/^(-\*1x1 ?){8,}$/.test(line));
}

/* The same in all: the reference's rows from our document, ours from SVG and from bytes. */
async function agrees(template, values, paper) {
  const document = (await slip(template, values, paper, 'receiptline')).toString();
  const theirs = reference(document, PAPERS[paper].columns);
  const [drawn, sent] = await Promise.all([slip(template, values, paper, 'svg'), slip(template, values, paper, 'escpos'), same_text(template, values, paper, document)]);
  const svg = from_svg(drawn.toString(), PAPERS[paper]);
  const without = (lines) => lines.map((line) => (line.startsWith('qr') ? 'qr' : line));
  const last_cut = (lines) => (lines.at(-1)?.startsWith('cut') ? lines.slice(0, -1) : lines); // a picture ends there

  assert.deepEqual(last_cut(without(as_lines(svg))), last_cut(without(as_lines(theirs))), `${paper}\n${document}`);
  for (const row of theirs.filter((r) => r.kind === 'qr'))
    assert.equal(row.what, values.qr_url);
  const bytes = from_escpos(sent);
  const letters = theirs.filter((r) => r.kind === 'text' && r.marks.length > 0 && !r.marks.some((m) => m.under || m.inverse)) // those are pictures
    .map((r) => r.marks.map((m) => `${m.c}*${m.wide}x${m.high}${m.bold ? 'b' : ''}`).join(' '));
  assert.deepEqual(bytes, letters, `${paper}, bytes\n${document}`);
}

/* Plain text: the same letters in the same lines; lines without large letters to the blank. */
async function same_text(template, values, paper, document) {
  const { columns } = PAPERS[paper];
  const wanted = receiptline.transform(document, { cpl: columns, encoding: 'gb18030', command: 'text' }).split('\n');
  const mine = (await slip(template, values, paper, 'text')).toString().split('\n').filter((line) => !/[█▀▄]/.test(line));
  const letters = (lines) => lines.map((line) => line.replace(/ /g, '')).filter((line) => line !== '' && !/^(- ?)+$/.test(line));

  assert.deepEqual(letters(mine), letters(wanted), `${paper}, text\n${document}`);
  if (!/\^|–|…|½/.test(document)) // one size, and no letter that is narrower on a screen
    assert.deepEqual(mine.map((line) => line.trimEnd()).filter((l) => l !== '' && !/^(- )+-?$/.test(l)), // a cut is shown
      wanted.map((line) => line.trimEnd()).filter((l) => l !== ''), `${paper}, blanks\n${document}`);
}

const values = { hall: '青城政务大厅', service: '营业执照', number: 'A023', window_hint: '请到2楼3、4窗口等候', ahead: 12,
  wait_min: [20, 35], taken_at: '2026-11-24 09:41', qr_url: 'https://pj.example.cn/t/7K3M9QXR2TBC5DFG', short_code: 'K7QM3RXD',
  caption: '扫码评价', root: '1284 7QF2K' };

/* == Tests ======================================================================================== */

const shipped = fs.readdirSync(path.join(ROOT, 'templates/tickets')).map((file) => path.basename(file, '.receipt'));

test('the shipped tickets stand as the reference lays them out', async () => {
  assert.ok(['normal', 'normal.en', 'large', 'large.en', 'bilingual', 'mongolian'].every((name) => shipped.includes(name)));
  for (const name of shipped.filter((n) => n !== 'mongolian')) { // its columns are ours alone
    for (const paper of Object.keys(PAPERS)) {
      /* words that are too long for a line end where we say: {break:words} is ours */
      const template = file_of(fs.readFileSync(path.join(ROOT, 'templates/tickets', `${name}.receipt`), 'utf8').replace(';break:words', ''), 'receipt');

      await agrees(template, values, paper);
      await agrees(template, { ...values, wait_min: null, root: null }, paper);
      await agrees(template, { number: 'B001', hall: values.hall }, paper);
      await agrees(template, { ...values, hall: '青城市人民政府政务服务中心', service: '不动产登记（一手房转移登记）' }, paper);
    }
  }
});

test('with words kept together nothing else changes', async () => {
  for (const name of shipped.filter((n) => n !== 'mongolian'))
    for (const paper of Object.keys(PAPERS)) {
      const letters = async (template) => as_lines(from_svg((await slip(template, values, paper, 'svg')).toString(), PAPERS[paper]))
        .flatMap((line) => line.replace(/@[\d.]+/g, '').replace(/^text /, '').split(' ')).filter((l) => l !== '');
      const plain = file_of(fs.readFileSync(path.join(ROOT, 'templates/tickets', `${name}.receipt`), 'utf8').replace(';break:words', ''), 'receipt');

      assert.deepEqual(await letters(name), await letters(plain), `${name} ${paper}`);
    }
});

const constructs = [
  ['where a column leans', 'a\n|a\na|\n|a|\n| a |\n|a |\n| a|\n a \n|a|b|\n|a | b|\n|a |b|c |\na|b\n|a|\na |b\na| b\n| a|b |\n'],
  ['sizes', '^a\n^^a\n^^^a\n^^^^a\n^^^^^a\n^^^^^^a\n^^^^^^^a\na^b^c^^d^^e\n^^^号^^^码\n^a^^b^c'],
  ['weight, to the end of a column', '"a"b\n|"a|b|\n^"号"码'],
  ['underlined and white on black', '_a_b\n`号`码_c\n|_a|b`c|d|\n^_a"b^`c'],
  ['blanks', 'a~~b\n|~a\na~|\n~\n|a  b\n|  a  b  |'],
  ['escapes', '\\\\ \\| \\{ \\} \\- \\= \\~ \\_ \\" \\` \\^\n\\-\n\\=\n\\x41\\x7e\\x7C\n|a\\nb\\nc|d|\n\\\\\\\\'],
  ['rules', '-\n---\n{width:4,4}\n-\n{align:left}\n-\n{align:right;border:0}\n-\n{width:4,*}\n-\n{width:auto}\n-\n{align:center;width:5,6,7;border:2}\n-'],
  ['a cut among other lines', 'a\n=\nb\n===\nc'],
  ['rules and cuts between pipes', '|-|\na\n|---\n-|\n| - |\n|=|\nb\n|-|-|\n|-=|\n= |'],
  ['tabs', '\t|a\t|\tb|\n\ta\t\na\tb|c\t\td\n|\t-\t|'],
  ['widths', '{width:8,*}\n|ab |cd |\n|ab | cd|\n| ab|cd|\n{w:4 4 *}\n|a |b |c |\n{width:*,8,*}\n|a|b|c|\n{width:5,5}\n|a |b|\n{width:10,10;align:left}\n|a |b|\n{align:right}\n|a |b|'],
  ['a column of no width is not there', '{width:0,*}\n|a |b|\n{width:6,0,*}\n|a |b |c |'],
  ['columns that are not filled', '{width:6,6,6}\n|a\n|a |b'],
  ['borders', '{width:4,4;border:0}\n|ab |cd |\n{border:1}\n|ab |cd |\n{border:2}\n|ab |cd |\n{border:none}\n|ab |cd |\n{border:space}\n|ab |cd |\n{width:*,*,*;b:2}\n|a |b |c |'],
  ['texts that wrap', '{width:8}\n|abcdefghijklmnop qrs |\n| abcdefghijklm|\nabcdefghijk\n号码号码号码号\n|号码a号码b号码 |\n^abcdefg\n|^^^号码号码 |\n|a b c d e f g h |\n|ab^^cd^^efghijkl |'],
  ['columns that wrap together', '{width:6,*,9}\n|abcdefghijkl |号码号码号码号码号码号码号码号码号码号码 | 12345678901234|\n|a |b | c|'],
  ['half a character is never printed', '{width:7}\n|号码号码号 |\n{width:5}\na号码号码'],
  ['odd widths in the middle', '{width:7}\nab\nabcdef\n号\n{width:9}\n^a\n号a'],
  ['properties over several lines', '{align:left;width:6;border:2}\n|a |\n{width:auto}\n|a |b |\n{_:nothing}\n{comment:nothing;a:right}\n{w:5}\n|a |'],
  ['marks and signs that take two cells', '|“号码”—号…码·号×℃ |\n（号）【码】《号》、。，：；！？'],
  ['a code', '{code:https://pj.example.cn/t/7K3M9QXR2TBC5DFG;option:qrcode,7,m}\n扫码\n{option:qrcode,8,m}\n{code:https://pj.example.cn/t/7K3M9QXR2TBC5DFG}'],
  ['values that look like markup', '|{{hall}}|{{service}}|\n^{{hall}}\n{{hall}} |{{hall}}\n{{hall}}',
    { hall: '{|}-~_"`^\\;: ', service: '=^^^\\n\\x41' }],
  ['values that look like lines', '{{hall}}\n{{service}}\n{{number}}', { hall: '---', service: '===', number: '{code:x}' }],
  ['blanks at the ends of values', '{width:12,*}\n|{{hall}} | {{hall}}|\n|{{hall}}|\n{{hall}}', { hall: ' a  b ' }],
  ['lists and sections', '{width:8,*}\n{{#window_hint}}\n|{{.}} |{{number}}|\n{{/window_hint}}\n{{^root}}\n|none |\n{{/root}}', { window_hint: ['3、4', '号码', 'a|b'], number: 'A1' }],
];

test('every construct of the subset stands as the reference lays it out', async () => {
  for (const [what, template, more] of constructs)
    for (const paper of Object.keys(PAPERS))
      await agrees(file_of(template, 'receipt'), more ?? values, paper).catch((error) => {
        error.message = `${what}: ${error.message}`;
        throw error;
      });
});

/* What we do on purpose otherwise. `ours` is the text, or a part of what is refused with. */
const differences = [
  ['{command:\\x1b@}', 'line 1, column 2: command is refused', 'raw bytes could make a printer do anything (printers.md 2)'],
  ['a\n{x:abc}', 'line 2, column 2: command is refused', 'by its letter too'],
  ['{image:iVBORw0KGgo=}', 'line 1, column 2: image is refused', 'a ticket of 100 mm has no room; a logo is printed on the roll'],
  ['{code:123456;option:code128}', 'option is qrcode', 'no scanner in a hall reads bar codes off tickets'],
  ['{code:a;option:qrcode,9}', 'option is qrcode, then 3 to 8', 'the reference makes 3 of 9 without a word'],
  ['{border:line}', 'border is none, space', 'lines between columns are a picture or another code page (printers.md 1.2)'],
  ['a\\qb', 'line 1, column 2: this backslash escapes nothing', 'the reference drops it without a word'],
  ['a{b', 'line 1, column 2: \'{\' stands in a text', 'the reference drops the whole line'],
  ['{colour:red}', 'line 1, column 2: there is no property "colour"', 'a slip of the pen is told'],
  ['{width:20,20}\n|a|b|', 'line 2, column 1: its columns do not fit', 'the reference makes columns narrower until they do'],
  ['{width:20,*}\n|a|b|c|', 'line 2', 'the reference drops the third column'],
  ['^^^^^^^^a', 'seven \'^\' are the largest', 'the reference prints it six times as large'],
  ['{text:nowrap;width:6}\n|^^^ABCD |', 'ABCD', 'nothing of a number is lost: it shrinks; the reference prints AB (printers.md 6)'],
  ['{width:3}\n|^^^号码 |', '号\n码', 'a character that is too large shrinks; the reference leaves it out'],
  ['{width:9;break:words}\n|one two three |', 'one two\nthree', 'ours: words stay whole where a template asks for it'],
  ['|e\u0301', 'e\u0301', 'the reference composes letters anew; we print what came'],
];

test('what differs is refused by line and column, or loses less', async () => {
  for (const [template, ours, why] of differences) {
    const file = file_of(template, 'receipt');
    const done = await run(slip_args(file, values, '58mm', 'text'));
    const said = done.code === 0 ? done.stdout.split('\n').map((line) => line.trim()).join('\n') : done.stderr;

    assert.ok(done.code === 0 || done.code === 3, `${template}: ${done.code}`);
    assert.ok(said.includes(ours), `${JSON.stringify(template)} (${why}): ${said}`);
  }
});

test('every character that a printer draws is as wide as the reference says', async () => {
  const decode = new TextDecoder('gb18030'), lines = [], other = [];
  let letters = [];

  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      const c = low === 0x7f ? '' : decode.decode(Uint8Array.of(high, low));

      if (c.length === 1 && !/[\ue000-\uf8ff\ufffd\u3000]/.test(c))
        letters.push(c);
      if (letters.length === 15)
        lines.push(letters.splice(0));
    }
  lines.push(letters);
  assert.ok(lines.length > 1400, `${lines.length} lines`);
  for (let i = 0; i < lines.length; i += 120) {
    const template = lines.slice(i, i + 120).map((line) => `|${line.join('')}x`).join('\n');

    for (const { marks } of from_svg((await slip(file_of(template, 'receipt'), {}, '58mm', 'svg')).toString(), PAPERS['58mm']))
      marks.slice(1).forEach((mark, n) => mark.x - marks[n].x !== 4 && other.push(marks[n].c));
  }
  /* Those that are narrower in our cells are never sent as text: the line is a picture. */
  assert.ok(other.length < 10, other.join(''));
  for (const c of other)
    assert.deepEqual(from_escpos(await slip(file_of(`|${c}`, 'receipt'), {}, '58mm', 'escpos')), [], c);
});

/* == A hall's own templates, in the server ======================================================== */

test('a hall\'s own template is taken up while the server runs, and a wrong one is not', async () => {
  const own = scratch_folder('tickets'), file = path.join(own, 'normal.receipt');

  fs.writeFileSync(file, '|FIRST {{number}}\n');
  const house = await House.open({ settings: { ticket: { folder: own } } });
  const ticket = (await house.post('machine', '/api/v1/tickets', { matter: hall.matters[0].code }, 201)).ticket;
  const printed = async () => (await house.expect(200, 'GET', `/api/v1/tickets/${ticket.id}/slip?format=text&printer=58mm`, { as: 'machine' })).text;

  assert.equal(await printed(), `FIRST ${ticket.number}\n`);
  fs.writeFileSync(file, '|SECOND {{number}}\n');
  await until('the change', async () => (await printed()) === `SECOND ${ticket.number}\n`);
  fs.writeFileSync(file, '|THIRD {{number}}\n{command:A}\n');
  await until('the journal to say why not', () => /tickets\.kept .*normal\.receipt: Template line 2, column 2: command is refused/.test(house.journal));
  assert.equal(await printed(), `SECOND ${ticket.number}\n`);
  fs.writeFileSync(file, '|FOURTH {{number}}\n');
  await until('the cure', async () => (await printed()) === `FOURTH ${ticket.number}\n`);
  await house.close();
});

test('a wrong template of the hall ends the start with its line and column', async () => {
  const own = scratch_folder('tickets'), config = file_of(`[ticket]\nfolder = ${own}\n`, 'conf');

  fs.writeFileSync(path.join(own, 'mine.receipt'), 'a\n{{person}}\n');
  const done = await run(['serve', '--data', path.join(folder, 'data'), '--listen', '127.0.0.1:0', '--config', config]);
  assert.notEqual(done.code, 0);
  const why = /mine\.receipt: Template line 2, column 1: a ticket has no variable "person"/;
  assert.match(done.stderr, why);
  const checked = await run(['check', '--config', config]);
  assert.equal(checked.code, 3);
  assert.match(checked.stdout, why);
});
