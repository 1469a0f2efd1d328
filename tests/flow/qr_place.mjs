/*
 * qr_place.mjs — where on a picture a QR symbol stands, to the dot.
 *
 * It looks for exact finder patterns (ISO/IEC 18004), so it finds printed symbols and no photographs.
 * What the symbol says is for scanners (picture.mjs).
 */
const FINDER = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];

function dark({ width, height, ink }, x, y) {
    return x >= 0 && y >= 0 && x < width && y < height && ink[y * width + x] === 1;
}

/* Whether all m by m dots of a module have the colour of its first. */
function whole_module(picture, x, y, m) {
    const first = dark(picture, x, y);

    for (let dy = 0; dy < m; dy++)
        for (let dx = 0; dx < m; dx++)
            if (dark(picture, x + dx, y + dy) !== first)
                return false;
    return true;
}

function finder(picture, x, y, m) {
    const middle = m >> 1;

    return FINDER.every((row, my) => [...row].every((bit, mx) =>
        dark(picture, x + mx * m + middle, y + my * m + middle) === (bit === '1')));
}

/* Runs of black dots in a row that may be the upper edge of a finder: [x, dots a module]. */
function *edges({ width, ink }, y, least, most) {
    const end = (y + 1) * width;

    for (let at = ink.indexOf(1, y * width); at >= 0 && at < end;) {
        let stop = ink.indexOf(0, at);

        if (stop < 0 || stop > end)
            stop = end;
        const length = stop - at, m = length / 7;
        if (Number.isInteger(m) && m >= least && m <= most)
            yield [at - y * width, m];
        at = ink.indexOf(1, stop);
    }
}

function symbol_at(picture, x, y, m) {
    if (!finder(picture, x, y, m))
        return null;
    for (let modules = 21; modules <= 65; modules += 4) {
        const far = (modules - 7) * m;

        if (finder(picture, x + far, y, m) && finder(picture, x, y + far, m))
            return { x, y, m, modules, side: modules * m };
    }
    return null;
}

/* The symbols whose modules have from `least` to `most` dots: [{ x, y, m, modules, side }]. */
export function place_symbols(picture, least = 2, most = 16) {
    const found = [];

    for (let y = 0; y < picture.height; y++)
        for (const [x, m] of edges(picture, y, least, most)) {
            const inside = found.some((s) => x >= s.x && x < s.x + s.side && y >= s.y && y < s.y + s.side);
            const symbol = inside ? null : symbol_at(picture, x, y, m);

            if (symbol)
                found.push(symbol);
        }
    return found;
}

/* Why this symbol would be hard to read, or null: its modules are whole, four white ones lie around. */
export function symbol_fault(picture, { x, y, m, modules, side }) {
    const quiet = 4 * m, { width, height } = picture;

    for (let my = 0; my < modules; my++)
        for (let mx = 0; mx < modules; mx++)
            if (!whole_module(picture, x + mx * m, y + my * m, m))
                return `module ${mx},${my} is not ${m} by ${m} dots of one colour`;
    if (x < quiet || y < quiet || x + side + quiet > width || y + side + quiet > height)
        return `the quiet zone of ${quiet} dots leaves the paper: ${x},${y} and ${side} of ${width} by ${height}`;
    for (let py = y - quiet; py < y + side + quiet; py++)
        for (let px = x - quiet; px < x + side + quiet; px++) {
            const within = px >= x && px < x + side && py >= y && py < y + side;

            if (!within && dark(picture, px, py))
                return `ink in the quiet zone at ${px},${py}`;
        }
    return null;
}
