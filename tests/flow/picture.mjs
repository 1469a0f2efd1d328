/*
 * picture.mjs — pictures of paper: as printed, smeared, tilted, written as PGM and read by scanners.
 *
 * A picture is { width, height, ink }, a byte a dot, 1 where it is black. Not here: how the dots
 * came onto the paper (paper.mjs), what the scanners should find.
 */
import { spawn } from 'node:child_process';
import zlib from 'node:zlib';

/* Thermal bleed: every black dot also blackens its neighbours `right` and `below`, or all around. */
export function smear(picture, around = false) {
    const { width, height } = picture;
    const wide = Uint8Array.from(picture.ink);
    const ink = new Uint8Array(width * height);

    for (let i = 0; i < wide.length; i++)
        if (picture.ink[i]) {
            const x = i % width;

            if (x + 1 < width)
                wide[i + 1] = 1;
            if (around && x > 0)
                wide[i - 1] = 1;
        }
    for (let i = 0; i < wide.length; i++)
        if (wide[i]) {
            ink[i] = 1;
            if (i + width < ink.length)
                ink[i + width] = 1;
            if (around && i >= width)
                ink[i - width] = 1;
        }
    return { width, height, ink };
}

export const BLACK = 0, WHITE = 255;

/* The bytes of a picture as PGM: 8 bits of grey, which both scanners read. */
function pgm(width, height, grey) {
    return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), grey]);
}

export function flat_pgm({ width, height, ink }) {
    const grey = Buffer.alloc(width * height, WHITE);

    for (let i = 0; i < ink.length; i++)
        if (ink[i])
            grey[i] = BLACK;
    return pgm(width, height, grey);
}

/* The paper lies askew under the camera: turned about its middle, dots between dots in grey. */
export function tilted_pgm({ width, height, ink }, degrees) {
    const a = degrees * Math.PI / 180, cos = Math.cos(a), sin = Math.sin(a);
    const out_width = Math.ceil(width * cos + height * Math.abs(sin));
    const out_height = Math.ceil(height * cos + width * Math.abs(sin));
    const grey = Buffer.alloc(out_width * out_height, WHITE);

    for (let y = 0; y < out_height; y++) {
        const dy = y - out_height / 2;
        let sx = width / 2 + (-out_width / 2) * cos + dy * sin;
        let sy = height / 2 + (out_width / 2) * sin + dy * cos;

        for (let x = 0; x < out_width; x++, sx += cos, sy -= sin) {
            if (sx < 0 || sy < 0 || sx >= width - 1 || sy >= height - 1)
                continue;
            const x0 = sx | 0, y0 = sy | 0, i = y0 * width + x0;
            const four = ink[i] + ink[i + 1] + ink[i + width] + ink[i + width + 1];

            if (four === 0)
                continue;
            const fx = sx - x0, fy = sy - y0;
            const dark = four === 4 ? 1 : (ink[i] * (1 - fx) + ink[i + 1] * fx) * (1 - fy) +
                (ink[i + width] * (1 - fx) + ink[i + width + 1] * fx) * fy;

            grey[y * out_width + x] = 255 - Math.round(255 * dark);
        }
    }
    return pgm(out_width, out_height, grey);
}

/* == For a person ====================================================================== */

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), out = Buffer.alloc(8 + body.length);
    let crc = ~0;

    for (const byte of body) {
        crc ^= byte;
        for (let i = 0; i < 8; i++)
            crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(~crc >>> 0, 4 + body.length);
    return out;
}

/* The bytes of a PGM of this file as PNG, to be looked at. */
export function png_of_pgm(bytes) {
    const [head, width, height] = /^P5\n(\d+) (\d+)\n255\n/.exec(bytes.subarray(0, 40).toString('latin1'));
    const w = Number(width), h = Number(height), rows = Buffer.alloc((w + 1) * h), size = Buffer.alloc(13);

    for (let y = 0; y < h; y++)
        bytes.copy(rows, y * (w + 1) + 1, head.length + y * w, head.length + (y + 1) * w);
    size.writeUInt32BE(w, 0);
    size.writeUInt32BE(h, 4);
    size[8] = 8; /* bits of grey */
    return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', size),
        chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/* == Scanners ========================================================================== */

function output_of(command, args) {
    return new Promise((done, fail) => {
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, MAGICK_THREAD_LIMIT: '1', OMP_NUM_THREADS: '1' } });
        const out = [];
        let err = '';

        child.stdout.on('data', (part) => out.push(part));
        child.stderr.on('data', (part) => { err += part; });
        child.on('error', (trouble) => fail(new Error(`${command}: ${trouble.message}. Is it installed? make deps-test`)));
        child.on('close', (code) => done({ code, text: Buffer.concat(out).toString(), err }));
    });
}

function unescape_xml(text) {
    return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}

/* What zbarimg reads in each file: file → [texts]. */
export async function zbar(files) {
    const { text, err } = await output_of('zbarimg', ['-q', '--nodbus', '--xml', '-Sdisable', '-Sqrcode.enable',
        '-Sx-density=3', '-Sy-density=3', ...files]);
    const found = new Map(files.map((file) => [file, []]));

    for (const [, href, inner] of text.matchAll(/<source href='([^']*)'>([\s\S]*?)<\/source>/g)) {
        if (!found.has(unescape_xml(href)))
            throw new Error(`zbarimg speaks of ${href}, which nobody gave it: ${err}`);
        for (const [, data] of inner.matchAll(/<symbol type='QR-Code'[^>]*><data><!\[CDATA\[([\s\S]*?)\]\]><\/data>/g))
            found.get(unescape_xml(href)).push(data);
    }
    return found;
}

/* What ZXingReader reads in each file: file → [texts]. It tells of one code a picture. */
export async function zxing(files) {
    const { text } = await output_of('ZXingReader', ['-format', 'QRCode', '-1', ...files]);
    const found = new Map(files.map((file) => [file, []]));

    for (const line of text.split('\n')) {
        const parts = /^(.*?) QRCode "(.*)"/.exec(line);

        if (parts)
            found.get(parts[1]).push(parts[2]);
    }
    return found;
}
