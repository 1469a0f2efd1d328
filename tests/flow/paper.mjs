/*
 * paper.mjs — what an ESC/POS printer makes of a stream of bytes: black dots on paper.
 *
 * Written from the commands' descriptions alone, so that it may judge our dialect. It is strict: a
 * command it does not know, a count that does not fit, a letter that the ROM lacks, ink beyond the
 * paper's width are faults; it then goes on as a cheap printer would, and prints the garbage. Bytes
 * may come in any pieces. Not here: sockets, buffers and troubles (printer.mjs), scanners (picture.mjs).
 *
 * What comes out: `tickets`, cut apart, each { width, height, ink, lines, images, codes, cut }, where
 * `lines` is what a person reads as text; and `faults`.
 */
import { createRequire } from 'node:module';

import { CELL_DOTS, ROW_DOTS, glyph, letter_at } from './letters.mjs';

const qrcode = createRequire(new URL('../browser/package.json', import.meta.url))('qrcode-generator');

export const DOTS_A_MM = 8;
const SPACING_DOTS = 30;
const IMAGE_ROWS_MAX = 2300; /* taller ones are reported to fail */
const CUTTER_DOTS = 96;      /* from the head to the cutter: 12 mm */

const ESC = 0x1b, FS = 0x1c, GS = 0x1d, DLE = 0x10, LF = 0x0a;

/* Eight dots for every byte. */
const DOTS_OF = Array.from({ length: 256 }, (_, byte) =>
    Uint8Array.from({ length: 8 }, (_, i) => byte >> (7 - i) & 1));

const LEVELS = { 0x30: 'L', 0x31: 'M', 0x32: 'Q', 0x33: 'H' };

/*
 * Commands by their bytes: how many follow (a number, or a function of what is there, -1 while that
 * cannot be told), and what to do. `wide` ones belong to no ticket of ours; other programs use them.
 */
const COMMANDS = new Map();

function command(bytes, follow, run, wide = false) {
    COMMANDS.set(Buffer.from(bytes).toString('latin1'), { bytes, follow, run, wide });
}

const u16 = (a, i) => a[i] | a[i + 1] << 8;
const counted = (a) => (a.length < 2 ? -1 : 2 + u16(a, 0));

/* == The paper ========================================================================= */

export class Paper {
    /*
     * `encoding` of the ROM, whether it draws QR codes itself (`native_qr`), whether Chinese mode is
     * on after power-up; `commands: 'wide'` knows more of them. `on_ask(kind, bytes)` is called for a
     * question in the stream; `left_dots` is how much paper there is.
     */
    constructor({ dots = 576, encoding = 'gb18030', native_qr = true, chinese_at_start = false,
        commands = 'sheet', unknown = [], on_ask = () => {}, left_dots = Infinity } = {}) {
        Object.assign(this, { dots, encoding, native_qr, chinese_at_start, on_ask, left_dots });
        this.wide_commands = commands === 'wide';
        this.unknown = new Set(unknown); /* commands that this model lacks, as latin1 */
        this.tickets = [];
        this.faults = [];
        this.power_up();
    }

    /* Everything that was not yet on the paper is forgotten. */
    power_up() {
        this.bytes = Buffer.alloc(0);
        this.at = 0;
        this.taken = 0;
        this.reset();
        this.ticket ??= this.blank();
    }

    reset() {
        Object.assign(this, { chinese: this.chinese_at_start, align: 0, wide: 1, high: 1, bold: false,
            underline: 0, inverse: false, spacing: SPACING_DOTS, left: 0, area: this.dots, page: 0,
            gap: 0, line: [], pen: 0, qr: { size: 3, level: 'L', data: null } });
    }

    blank() {
        return { width: this.dots, height: 0, ink: new Uint8Array(this.dots * 1024), lines: [], images: [],
            codes: [], cut: null };
    }

    get out() {
        return this.left_dots <= 0;
    }

    fault(what) {
        this.faults.push(`byte ${this.taken + this.at}: ${what}`);
    }

    /* -- bytes --------------------------------------------------------------------------- */

    take(bytes) {
        this.taken += this.at;
        this.bytes = Buffer.concat([this.bytes.subarray(this.at), bytes]);
        this.at = 0;
    }

    /* Takes and prints what can be printed. */
    feed(bytes) {
        this.take(bytes);
        while (!this.out && this.step());
        return this;
    }

    /* The job is over: nothing may be half done. */
    end() {
        const left = this.bytes.length - this.at;

        if (left > 0)
            this.fault(`the stream ends within a command: ${left} bytes wait`);
        if (this.line.length > 0)
            this.fault('the stream ends within a line: its text stays in the printer');
        if (this.ticket.height > 0)
            this.fault('the last ticket is not cut');
        return this;
    }

    /* One command or one letter; false where more bytes are needed. */
    step() {
        const { bytes, at } = this, left = bytes.length - at;

        if (left === 0)
            return false;
        const byte = bytes[at];
        if (byte === ESC || byte === FS || byte === GS || byte === DLE)
            return this.step_command();
        if (byte === LF) {
            this.at++;
            this.end_line(true);
        } else if (byte < 0x20 || byte === 0x7f) {
            return this.step_control(byte);
        } else if (byte < 0x80) {
            this.at++;
            this.put(String.fromCharCode(byte), 1);
        } else if (!this.chinese) {
            this.at++;
            if (!this.wide_commands)
                this.fault(`byte ${byte.toString(16)} outside Chinese mode`);
            this.put(byte === 0x95 && this.page === 1 ? '─' : '▯', 1);
        } else {
            return this.step_letter();
        }
        return true;
    }

    /* Zeros before an ESC @ wash a printer out: they end a picture that was cut off, and a line. */
    step_control(byte) {
        let end = this.at;

        while (byte === 0 && end < this.bytes.length && this.bytes[end] === 0)
            end++;
        if (byte === 0 && end + 1 >= this.bytes.length)
            return false;
        if (byte === 0 && this.bytes[end] === ESC && this.bytes[end + 1] === 0x40) {
            this.at = end;
            this.line = [];
            this.pen = 0;
        } else {
            this.fault(`control character ${byte.toString(16).padStart(2, '0')}`);
            this.at++;
        }
        return true;
    }

    step_letter() {
        const { length, letter, fault } = letter_at(this.encoding, this.bytes, this.at);

        if (length === 0)
            return false;
        if (fault)
            this.fault(fault);
        this.put(letter ?? '?', length === 1 ? 1 : 2);
        this.at += length;
        return true;
    }

    step_command() {
        const { bytes, at } = this;

        for (let length = 2; length <= 3; length++) {
            if (bytes.length - at < length)
                return false;
            const name = bytes.toString('latin1', at, at + length), found = COMMANDS.get(name);

            if (!found || this.unknown.has(name) || (found.wide && !this.wide_commands))
                continue;
            const rest = bytes.subarray(at + length);
            const follow = typeof found.follow === 'number' ? found.follow : found.follow(rest);

            if (follow < 0 || rest.length < follow)
                return false;
            found.run(this, rest.subarray(0, follow));
            this.at += length + follow;
            return true;
        }
        this.fault(`unknown command ${bytes.toString('hex', at, at + 3)}`);
        this.at += 2; /* and its arguments are printed as letters */
        return true;
    }

    /* -- lines --------------------------------------------------------------------------- */

    put(letter, cells) {
        const width = (cells * CELL_DOTS + this.gap) * this.wide;

        if (this.pen + width > this.area) {
            this.fault(`a line is wider than ${this.area} dots`);
            this.end_line(false);
        }
        this.line.push({ letter, cells, x: this.pen, wide: this.wide, high: this.high, bold: this.bold,
            underline: this.underline, inverse: this.inverse });
        this.pen += width;
    }

    /* x of something `width` dots wide. */
    place(width) {
        const free = this.area - width;

        return this.left + (this.align === 0 ? 0 : this.align === 1 ? free >> 1 : free);
    }

    end_line(asked) {
        const high = Math.max(1, ...this.line.map((item) => item.high));
        const x = this.place(this.pen), y = this.ticket.height, height = high * ROW_DOTS;

        if (this.line.length > 0 || asked)
            this.advance(Math.max(height, this.spacing));
        if (this.line.length > 0) {
            for (const item of this.line)
                this.draw(item, x + item.x, y + (high - item.high) * ROW_DOTS);
            this.ticket.lines.push({ text: this.spoken(), y, x, width: this.pen, height,
                wide: Math.max(...this.line.map((item) => item.wide)), high, bold: this.line.every((i) => i.bold),
                align: this.align });
        }
        this.line = [];
        this.pen = 0;
    }

    /* What a person reads, with a space wherever a cell or more is empty. */
    spoken() {
        let text = '', at = 0;

        for (const item of this.line) {
            if (item.x - at >= CELL_DOTS && text !== '')
                text += ' ';
            text += item.letter;
            at = item.x + item.cells * CELL_DOTS * item.wide;
        }
        return text.replace(/ +/g, ' ').trim();
    }

    draw({ letter, cells, wide, high, bold, underline, inverse }, x, y) {
        const { rows } = glyph(letter, cells), width = cells * CELL_DOTS;

        for (let gy = 0; gy < ROW_DOTS; gy++) {
            let bits = letter === ' ' ? 0 : rows[gy];

            if (bold)
                bits |= bits >> 1;
            if (underline > 0 && gy >= ROW_DOTS - underline)
                bits = -1;
            if (inverse)
                bits = ~bits;
            for (let gx = 0; gx < width; gx++)
                if (bits >> (width - 1 - gx) & 1)
                    this.black(x + gx * wide, y + gy * high, wide, high);
        }
    }

    /* -- dots ---------------------------------------------------------------------------- */

    advance(rows) {
        const t = this.ticket, need = (t.height + rows) * t.width;

        if (need > t.ink.length) {
            const more = new Uint8Array(Math.max(need, t.ink.length * 2));

            more.set(t.ink);
            t.ink = more;
        }
        t.height += rows;
        this.left_dots -= rows;
    }

    black(x, y, width, height) {
        const t = this.ticket, end = Math.min(x + width, t.width);

        for (let row = y; row < y + height; row++)
            if (end > x)
                t.ink.fill(1, row * t.width + x, row * t.width + end);
    }

    /* Rows of packed dots where the line stands. */
    image(stride, rows, data, { wide = 1, high = 1, name }) {
        const width = stride * 8 * wide, height = rows * high, y = this.ticket.height;

        this.must_be_at_start(name);
        if (width > this.area)
            this.fault(`${name}: ${width} dots are wider than ${this.area}`);
        if (stride === 0 || rows === 0 || rows > IMAGE_ROWS_MAX)
            this.fault(`${name}: ${stride} bytes by ${rows} rows`);
        const x = Math.max(0, this.place(width)), t = this.ticket;
        this.advance(height);
        for (let row = 0; row < rows; row++)
            for (let i = 0; i < stride; i++) {
                const byte = data[row * stride + i], at = x + i * 8;

                if (byte === 0 || (wide === 1 && at >= t.width))
                    continue;
                if (wide === 1 && high === 1 && at + 8 <= t.width) {
                    t.ink.set(DOTS_OF[byte], (y + row) * t.width + at);
                    continue;
                }
                for (let bit = 0; bit < 8; bit++)
                    if (byte >> (7 - bit) & 1)
                        this.black(x + (i * 8 + bit) * wide, y + row * high, wide, high);
            }
        t.images.push({ x, y, width, height });
    }

    must_be_at_start(name) {
        if (this.line.length === 0)
            return;
        this.fault(`${name} within a line`);
        this.end_line(false);
    }

    draw_code() {
        const { size, level, data } = this.qr;

        this.must_be_at_start('GS ( k');
        if (!data) {
            this.fault('GS ( k prints a code that was not stored');
            return;
        }
        if (this.chinese)
            this.fault('GS ( k in Chinese mode comes out empty on some printers');
        const code = qrcode(0, level);
        code.addData(data.toString('latin1'), 'Byte');
        code.make();
        const modules = code.getModuleCount(), side = modules * size;
        const x = this.place(side), y = this.ticket.height;
        if (side > this.area) {
            this.fault(`a code of ${side} dots is wider than ${this.area}`);
            return;
        }
        this.advance(side);
        for (let my = 0; my < modules; my++)
            for (let mx = 0; mx < modules; mx++)
                if (code.isDark(my, mx))
                    this.black(x + mx * size, y + my * size, size, size);
        this.ticket.codes.push({ x, y, side, size, level, text: data.toString() });
    }

    /* -- the cutter ---------------------------------------------------------------------- */

    /* `feed` < 0: where the paper stands, which leaves what was printed last inside. */
    cut(kind, feed) {
        this.must_be_at_start('GS V');
        if (feed >= 0) {
            this.advance(feed);
        } else {
            const t = this.ticket, from = Math.max(0, t.height - CUTTER_DOTS) * t.width;

            if (t.ink.subarray(from, t.height * t.width).includes(1))
                this.fault('cut without feeding: the last lines stay in the printer');
        }
        this.tear(kind);
    }

    /* What there is becomes a ticket of its own. */
    tear(kind = null) {
        const t = this.ticket;

        t.ink = t.ink.slice(0, t.height * t.width);
        t.cut = kind;
        this.tickets.push(t);
        this.ticket = this.blank();
    }
}

export function reading(ticket) {
    return ticket.lines.map((line) => line.text).join('\n');
}

/* Interprets one whole job. */
export function interpret(bytes, options) {
    return new Paper(options).feed(bytes).end();
}

/* == Commands ========================================================================== */

const esc = (letter) => [ESC, letter.charCodeAt(0)];
const fs = (letter) => [FS, letter.charCodeAt(0)];
const gs = (letters) => [GS, ...Buffer.from(letters, 'latin1')];

/* n as a number or as the digit of that number. */
const choice = (n, most) => (n <= most ? n : n >= 0x30 && n <= 0x30 + most ? n - 0x30 : -1);

function choose(p, name, n, most) {
    const chosen = choice(n, most);

    if (chosen < 0)
        p.fault(`${name} ${n}`);
    return Math.max(0, chosen);
}

command(esc('@'), 0, (p) => {
    if (p.line.length > 0)
        p.fault('ESC @ within a line: its text is lost');
    p.reset();
});
command(esc('a'), 1, (p, [n]) => {
    if (p.line.length > 0)
        p.fault('ESC a within a line is not obeyed');
    else
        p.align = choose(p, 'ESC a', n, 2);
});
command(gs('!'), 1, (p, [n]) => {
    p.wide = (n >> 4) + 1;
    p.high = (n & 15) + 1;
    if (n & 0x88)
        p.fault(`GS ! ${n}: eight times is the most`);
});
command(esc('E'), 1, (p, [n]) => { p.bold = (n & 1) === 1; });
command(esc('-'), 1, (p, [n]) => { p.underline = choose(p, 'ESC -', n, 2); });
command(fs('-'), 1, (p, [n]) => { p.underline = choose(p, 'FS -', n, 2); });
command(gs('B'), 1, (p, [n]) => { p.inverse = (n & 1) === 1; });
command(esc('2'), 0, (p) => { p.spacing = SPACING_DOTS; });
command(esc('3'), 1, (p, [n]) => { p.spacing = n; });
command(esc('d'), 1, (p, [n]) => {
    if (p.line.length > 0)
        p.end_line(true);
    p.advance(n * p.spacing);
});
command(esc('J'), 1, (p, [n]) => {
    if (p.line.length > 0)
        p.fault('ESC J within a line');
    p.advance(n);
});
command(gs('V'), (a) => (a.length === 0 ? -1 : [0x41, 0x42].includes(a[0]) ? 2 : 1), (p, [m, n]) => {
    if (m === 0x41 || m === 0x42)
        p.cut(m === 0x41 ? 'full' : 'partial', n);
    else
        p.cut(choose(p, 'GS V', m, 1) === 0 ? 'full' : 'partial', -1);
});
command(esc('t'), 1, (p, [n]) => {
    p.page = n;
    if (n !== 0 && !p.wide_commands)
        p.fault(`ESC t ${n}: a code page that not every printer has`);
});
command(fs('&'), 0, (p) => { p.chinese = true; });
command(fs('.'), 0, (p) => { p.chinese = false; });
command(esc('$'), 2, (p, a) => { p.pen = u16(a, 0); });
command(gs('L'), 2, (p, a) => { p.left = u16(a, 0); });
command(gs('W'), 2, (p, a) => { p.area = Math.min(u16(a, 0), p.dots - p.left); });

/* GS v 0 m xL xH yL yH, then exactly x*y bytes. */
command(gs('v0'), (a) => (a.length < 5 ? -1 : 5 + u16(a, 1) * u16(a, 3)), (p, a) => {
    const m = choose(p, 'GS v 0', a[0], 3);

    p.image(u16(a, 1), u16(a, 3), a.subarray(5), { wide: m & 1 ? 2 : 1, high: m & 2 ? 2 : 1, name: 'GS v 0' });
});

/* GS ( k pL pH cn fn …: cn 31 is QR. */
command(gs('(k'), counted, (p, a) => {
    const [cn, fn, ...rest] = a.subarray(2);
    const least = { 0x41: 2, 0x43: 1, 0x45: 1, 0x51: 1, 0x52: 1 }[fn];

    if (!p.native_qr) { /* the letters of the command come out, as on printers without it */
        p.fault('GS ( k, which this printer lacks');
        for (const byte of a)
            if (byte >= 0x20 && byte < 0x7f)
                p.put(String.fromCharCode(byte), 1);
        p.end_line(false);
    } else if (cn !== 0x31 || (fn !== 0x50 && rest.length !== least)) {
        p.fault(`GS ( k ${cn} ${fn} with ${rest.length} bytes`);
    } else if (fn === 0x41 && (rest[0] !== 0x32 || rest[1] !== 0)) {
        p.fault(`GS ( k: model ${rest}`);
    } else if (fn === 0x43) {
        p.qr.size = rest[0];
        if (rest[0] < 1 || rest[0] > 16)
            p.fault(`GS ( k: ${rest[0]} dots a module`);
    } else if (fn === 0x45) {
        p.qr.level = LEVELS[rest[0]] ?? 'L';
        if (!LEVELS[rest[0]])
            p.fault(`GS ( k: level ${rest[0]}`);
    } else if (fn === 0x50) {
        p.qr.data = Buffer.from(rest.slice(1));
        if (rest[0] !== 0x30 || rest.length < 2 || rest.length > 1018)
            p.fault(`GS ( k stores ${rest.length - 1} bytes`);
    } else if (fn === 0x51) {
        p.draw_code();
    } else if (fn === 0x52) {
        p.on_ask('qr_size', a);
    }
});

/* Questions in the stream; real-time ones are answered when they arrive and stand here for nothing. */
command([DLE, 4], 1, (p, [n]) => {
    if (n < 1 || n > 4)
        p.fault(`DLE EOT ${n}`);
});
command([DLE, 5], 1, () => {});
command(gs('r'), 1, (p, a) => p.on_ask('paper', a));
command(gs('a'), 1, (p, a) => p.on_ask('asb', a));
command(gs('I'), 1, (p, a) => p.on_ask('identity', a));
command(gs('(H'), counted, (p, a) => {
    const id = a.subarray(4);

    if (a.length !== 8 || a[2] !== 0x30 || a[3] !== 0x30 || id.some((d) => d < 0x20 || d > 0x7e))
        p.fault(`GS ( H ${a.toString('hex')}`);
    else
        p.on_ask('process_id', id);
});
command(gs('(D'), counted, () => {});

/* What other programs send. */
command(esc('M'), 1, (p, [n]) => { choose(p, 'ESC M', n, 1); }, true);
command(esc(' '), 1, (p, [n]) => { p.gap = n; }, true);
command(esc('{'), 1, (p, [n]) => { if (n & 1) p.fault('ESC { upside down'); }, true);
command(esc('\\'), 2, (p, a) => { p.pen = Math.max(0, p.pen + a.readInt16LE(0)); }, true);
command(fs('S'), 2, (p, [n1, n2]) => { if (n1 || n2) p.fault('FS S with a distance'); }, true);
command(fs('C'), 1, (p, [n]) => { if (n !== 0 && n !== 0x30) p.fault(`FS C ${n}`); }, true);
command([FS, 0x28, 0x41], counted, () => {}, true);

/* GS ( L and GS 8 L: an image of `x` dots by `y` is kept, then printed. */
function keep_image(p, a) {
    const [m, fn, tone, bx, by, colour] = a, x = u16(a, 6), y = u16(a, 8), stride = Math.ceil(x / 8);

    if (m !== 0x30 || fn !== 0x70 || tone !== 0x30 || colour !== 0x31 || a.length !== 10 + stride * y)
        p.fault(`GS ( L keeps ${x} by ${y} dots in ${a.length} bytes`);
    else
        p.kept = { stride, rows: y, data: Buffer.from(a.subarray(10)), wide: bx, high: by };
}

command(gs('8L'), (a) => (a.length < 4 ? -1 : 4 + a.readUInt32LE(0)), (p, a) => keep_image(p, a.subarray(4)), true);
command(gs('(L'), counted, (p, a) => {
    if (a.length !== 4 || ![2, 0x32].includes(a[3]))
        keep_image(p, a.subarray(2));
    else if (!p.kept)
        p.fault('GS ( L prints an image that was not kept');
    else
        p.image(p.kept.stride, p.kept.rows, p.kept.data, { ...p.kept, name: 'GS ( L' });
}, true);
