/*
 * letters.mjs — the scripted printer's own font: GNU Unifont's bitmaps at 12x24 and 24x24 dots.
 *
 * Also says which double-byte codes such a font holds at all. Nothing of this is shared with the
 * program. Not here: where on the paper a letter stands (paper.mjs).
 */
import fs from 'node:fs';

const HEX_FILE = process.env.UNIFONT ?? '/usr/share/unifont/unifont.hex';

export const CELL_DOTS = 12;
export const ROW_DOTS = 24;

let lines = null; /* code point → hexadecimal rows of 16 */
const drawn = new Map();

function load() {
    lines = new Map();
    for (const line of fs.readFileSync(HEX_FILE, 'latin1').split('\n')) {
        const colon = line.indexOf(':');

        if (colon > 0)
            lines.set(parseInt(line.slice(0, colon), 16), line.slice(colon + 1));
    }
}

/*
 * { cells: 1 or 2, rows: 24 numbers whose lowest bits are the dots, the leftmost highest }. A letter
 * that Unifont lacks is a box. `cells` is the printer's choice: one byte is one cell, two are two.
 */
export function glyph(letter, cells) {
    const key = letter + cells, known = drawn.get(key);

    if (known)
        return known;
    if (!lines)
        load();
    const hex = lines.get(letter.codePointAt(0)), width = CELL_DOTS * cells;
    const from = hex ? hex.length / 4 : 0; /* 8 or 16 dots */
    const rows = [];

    for (let y = 0; y < ROW_DOTS; y++) {
        let bits = 0;

        for (let x = 0; x < width; x++) {
            const sx = Math.floor(x * 2 / 3), sy = Math.floor(y * 2 / 3);
            const box = sx === 0 || sy === 0 || sy === 15 || sx === width * 2 / 3 - 1;
            const dot = hex ? sx < from && parseInt(hex.slice(sy * from / 4, (sy + 1) * from / 4), 16) >> (from - 1 - sx) & 1
                : box;

            bits = bits << 1 | (dot ? 1 : 0);
        }
        rows.push(bits);
    }
    const made = { cells, rows };
    drawn.set(key, made);
    return made;
}

/* == Which letters the ROM holds ======================================================= */

const gb18030 = new TextDecoder('gb18030', { fatal: true });
const big5 = new TextDecoder('big5', { fatal: true });
const utf8 = new TextDecoder('utf-8', { fatal: true });

/* Two-byte codes that GB 18030 added to GBK: a font that says GBK draws nothing there. */
function after_gbk(lead, trail) {
    const code = lead << 8 | trail;

    return (lead === 0xfe && trail >= 0x50) || code === 0xa2e3 || code === 0xa8bf ||
        (code >= 0xa6d9 && code <= 0xa6df) || (code >= 0xa6ec && code <= 0xa6ed) || code === 0xa6f3 ||
        code === 0xa8bc || (code >= 0xa989 && code <= 0xa995);
}

function decoded(decoder, bytes) {
    try {
        const text = decoder.decode(bytes), point = text.codePointAt(0);

        if ([...text].length !== 1 || (point >= 0xe000 && point <= 0xf8ff) || point === 0xfffd)
            return null;
        return text;
    } catch {
        return null;
    }
}

/*
 * The letter that begins at bytes[at], which is not ASCII: { length, letter, fault }. `length` is 0
 * where more bytes are needed; `letter` is null where the font has none.
 */
export function letter_at(encoding, bytes, at) {
    const lead = bytes[at], left = bytes.length - at;

    if (encoding === 'utf-8') {
        const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;

        if (left < length)
            return { length: 0 };
        const letter = length > 1 ? decoded(utf8, bytes.subarray(at, at + length)) : null;
        return { length: letter ? length : 1, letter, fault: letter ? null : 'no UTF-8' };
    }
    if (lead === 0x80 || lead === 0xff)
        return { length: 1, letter: null, fault: `byte ${lead.toString(16)} begins no letter` };
    if (left < 2)
        return { length: 0 };
    const trail = bytes[at + 1];

    if (encoding !== 'big5' && trail >= 0x30 && trail <= 0x39)
        return { length: 2, letter: null, fault: 'a letter of four bytes: the ROM has the two-byte part only' };
    if (trail < 0x40 || trail === 0x7f || trail === 0xff)
        return { length: 2, letter: null, fault: `${lead.toString(16)}${trail.toString(16)} is no letter` };
    if (encoding !== 'big5' && after_gbk(lead, trail))
        return { length: 2, letter: null, fault: `${lead.toString(16)}${trail.toString(16)} is not in GBK` };
    const letter = decoded(encoding === 'big5' ? big5 : gb18030, bytes.subarray(at, at + 2));

    return { length: 2, letter, fault: letter ? null : `${lead.toString(16)}${trail.toString(16)} has no glyph` };
}
