/*
 * small_printer.mjs — a network printer that knows the commands we send, for the spool's own
 * tests: it answers how it is, ends of jobs, and keeps the words of each ticket.
 *
 * Promise: commands are read in full, so that nothing inside a picture is taken for one. Not
 * here: what the paper looks like, serial lines, dropped bytes (printer.mjs).
 */
import net from 'node:net';

const words = new TextDecoder('gb18030');

const TWO = new Set([0x1b40, 0x1b32, 0x1c26, 0x1c2e]);

/* How many bytes the command (or the run of text) at `i` has; 0 where it is not all there yet. */
function length_at(b, i) {
    const first = b[i], second = b[i + 1], left = b.length - i;

    if (first !== 0x10 && first !== 0x1b && first !== 0x1c && first !== 0x1d) {
        let end = i + 1;

        while (end < b.length && b[end] >= 0x20)
            end++;
        return end - i;
    }
    if (left < 2)
        return 0;
    if (first === 0x1d && second === 0x76)
        return left < 8 ? 0 : 8 + (b[i + 4] + 256 * b[i + 5]) * (b[i + 6] + 256 * b[i + 7]);
    if (first === 0x1d && second === 0x28)
        return left < 5 ? 0 : 5 + b[i + 3] + 256 * b[i + 4];
    if (first === 0x1d && second === 0x56)
        return left < 3 ? 0 : b[i + 2] >= 0x41 ? 4 : 3;
    return TWO.has(first * 256 + second) ? 2 : 3;
}

export class SmallPrinter {
    realtime = [0, 0x12, 0x12, 0x12, 0x12]; /* to DLE EOT 1 to 4; 0 is silence */
    answers = true;  /* GS r */
    delay_ms = 0;    /* before that answer */
    takes = Infinity; /* bytes of a job until it breaks off */
    tickets = [];    /* words of each, and when its last byte had come */
    calls = 0;

    static async open() {
        const printer = new SmallPrinter();

        printer.sockets = new Set();
        printer.server = net.createServer({ allowHalfOpen: true }, (socket) => printer.call(socket));
        await new Promise((done) => printer.server.listen(0, '127.0.0.1', done));
        printer.port = printer.server.address().port;
        return printer;
    }

    get address() {
        return `127.0.0.1:${this.port}`;
    }

    paper_out() {
        this.realtime = [0, 0x1a, 0x32, 0x12, 0x7e];
    }

    cover_open() {
        this.realtime = [0, 0x1a, 0x16, 0x12, 0x12];
    }

    well() {
        this.realtime = [0, 0x12, 0x12, 0x12, 0x12];
    }

    call(socket) {
        const ticket = { parts: [], length: 0 };
        let held = Buffer.alloc(0);

        this.calls++;
        this.sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => {});
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('end', () => socket.end());
        socket.on('data', (part) => {
            const bytes = held.length > 0 ? Buffer.concat([held, part]) : part;
            let i = 0;

            for (let n; i < bytes.length; i += n) {
                n = length_at(bytes, i);
                if (n === 0 || n > bytes.length - i)
                    break;
                this.command(socket, ticket, bytes.subarray(i, i + n));
            }
            held = bytes.subarray(i);
        });
    }

    command(socket, ticket, bytes) {
        const [first, second, third] = bytes;

        if (first === 0x10 && second === 0x04) {
            if (this.realtime[third])
                socket.write(Buffer.from([this.realtime[third]]));
            return;
        }
        if (first === 0x1d && second === 0x72) {
            if (this.answers)
                setTimeout(() => socket.write(Buffer.from([0])), this.delay_ms).unref();
            return;
        }
        ticket.length += bytes.length;
        if (ticket.length >= this.takes) {
            socket.resetAndDestroy();
            return;
        }
        if (first >= 0x20 || first === 0x0a)
            ticket.parts.push(bytes);
        if (first === 0x1d && second === 0x56) {
            this.tickets.push({ text: words.decode(Buffer.concat(ticket.parts)), at: performance.now() });
            this.came?.();
        }
    }

    /* Waits for the n-th ticket, counted from 0. */
    async ticket(n) {
        while (this.tickets.length <= n)
            await new Promise((done) => { this.came = done; });
        return this.tickets[n];
    }

    async close() {
        for (const socket of this.sockets)
            socket.destroy();
        await new Promise((done) => this.server.close(done));
    }
}

/* The hall file with kiosks that print on these printers: { code: printer }. */
export function hall_with_kiosks(hall, kiosks) {
    return { ...hall, kiosks: Object.entries(kiosks).map(([code, printer]) => ({ code, printer })) };
}
