/*
 * printer.mjs — a network printer on a raw port, with the troubles that printers have.
 *
 * What comes out is on `paper` (paper.mjs). It answers real-time questions (DLE EOT) as soon as they
 * arrive, all others (GS r, GS a, GS ( H) in their place in the stream, to whoever is connected then.
 * Each channel can be taken away. Its buffer may let go of bytes, its head may be slow, it may be
 * busy with another caller, lose its paper or its power. Loopback and one thread; nothing sleeps.
 */
import net from 'node:net';

import { Paper, reading } from './paper.mjs';

const TICK_MS = 5;
const DLE = 0x10, EOT = 0x04;

export class Printer {
    static async open(options) {
        const printer = new Printer(options);

        await printer.listen(0);
        return printer;
    }

    /*
     * realtime, gs_r, asb, process_id: 'answers', 'silent' (the command is known and nothing comes
     * back) or 'unknown' (its bytes are printed; not for realtime, which no printer prints).
     * second: what a second caller meets, 'refuse' or 'hang'. overrun: bytes that find the buffer
     * full are lost. The rest is Paper's.
     */
    constructor({ realtime = 'answers', gs_r = 'answers', asb = 'answers', process_id = 'unknown',
        bytes_per_s = Infinity, buffer_bytes = 65536, overrun = false, second = 'refuse', ...paper } = {}) {
        const unknown = Object.entries({ '\x1dr': gs_r, '\x1da': asb, '\x1d(H': process_id })
            .filter(([, how]) => how === 'unknown').map(([command]) => command);

        Object.assign(this, { realtime, gs_r, asb, process_id, buffer_bytes, overrun, second });
        this.paper = new Paper({ dots: 384, native_qr: false, unknown, on_ask: (...a) => this.asked(...a), ...paper });
        this.cover_open = this.paper_near_end = this.cutter_stuck = false;
        this.buffer = Buffer.alloc(0);
        this.line = null;      /* the caller it listens to */
        this.waiting = [];     /* callers that hang */
        this.calls = this.refused = this.lost_bytes = this.bytes = 0;
        this.asb_signs = 0;
        this.last_asb = '';
        this.questions = { realtime: 0, paper: 0, asb: 0, process_id: 0 };
        this.port = 0;
        this.powered = true;
        this.bytes_per_s = bytes_per_s;
    }

    /* -- the line -------------------------------------------------------------------------- */

    get address() {
        return `127.0.0.1:${this.port}`;
    }

    listen(port) {
        this.server = net.createServer({ allowHalfOpen: true }, (socket) => this.called(socket));
        return new Promise((done, fail) => {
            this.server.once('error', fail);
            this.server.listen(port, '127.0.0.1', () => {
                this.port = this.server.address().port;
                done();
            });
        });
    }

    /* Whoever calls now is refused. */
    unlisten() {
        const { server } = this;

        this.server = null;
        server?.close();
    }

    called(socket) {
        this.calls++;
        socket.setNoDelay(true);
        socket.on('error', () => {});
        if (!this.line)
            this.answer(socket);
        else if (this.second === 'hang')
            this.waiting.push(socket.pause());
        else
            this.refuse(socket);
    }

    refuse(socket) {
        this.refused++;
        socket.resetAndDestroy();
    }

    answer(socket) {
        let heard = [0, 0]; /* the two bytes before */

        this.line = socket;
        if (this.second === 'refuse')
            this.unlisten();
        socket.on('data', (part) => {
            for (const byte of part) {
                if (heard[0] === DLE && heard[1] === EOT)
                    this.asked_now(byte);
                heard = [heard[1], byte];
            }
            this.receive(part);
        });
        socket.on('end', () => socket.end());
        socket.on('close', () => this.free(socket));
        socket.resume();
    }

    free(socket) {
        if (this.line !== socket)
            return;
        this.line = null;
        const next = this.waiting.shift();
        if (next)
            this.answer(next);
        else if (this.powered && !this.server)
            this.listen(this.port).catch(() => {}); /* it was closed for good meanwhile */
    }

    say(bytes) {
        if (this.line && !this.line.destroyed && this.line.writable)
            this.line.write(Buffer.from(bytes));
    }

    /* -- what it says of itself ------------------------------------------------------------ */

    get paper_end() {
        return this.paper.out;
    }

    get offline() {
        return this.cover_open || this.paper_end || this.cutter_stuck;
    }

    asked_now(n) {
        const signs = {
            1: this.offline ? 0x08 : 0,
            2: (this.cover_open ? 0x04 : 0) | (this.paper_end ? 0x20 : 0) | (this.cutter_stuck ? 0x40 : 0),
            3: this.cutter_stuck ? 0x08 : 0,
            4: (this.paper_near_end || this.paper_end ? 0x0c : 0) | (this.paper_end ? 0x60 : 0),
        };

        if (!(n in signs))
            return;
        this.questions.realtime++;
        if (this.realtime === 'answers')
            this.say([0x12 | signs[n]]);
    }

    asked(kind, bytes) {
        this.questions[kind]++;
        if (kind === 'paper' && this.gs_r === 'answers')
            this.say([(this.paper_near_end ? 0x03 : 0) | (this.paper_end ? 0x0c : 0)]);
        if (kind === 'process_id' && this.process_id === 'answers')
            this.say([0x37, 0x22, ...bytes, 0]);
        if (kind === 'asb' && this.asb === 'answers') {
            this.asb_signs = bytes[0];
            this.last_asb = '';
            this.tell();
        }
    }

    /* Four bytes at once, and again whenever something changes. */
    tell() {
        const status = [0x10 | (this.offline ? 0x08 : 0) | (this.cover_open ? 0x20 : 0), this.cutter_stuck ? 0x08 : 0,
            (this.paper_near_end ? 0x03 : 0) | (this.paper_end ? 0x0c : 0), 0];

        if (this.asb_signs === 0 || this.last_asb === String(status))
            return;
        this.last_asb = String(status);
        this.say(status);
    }

    /* -- the buffer and the head ----------------------------------------------------------- */

    /* How fast the head empties the buffer; Infinity is at once. */
    get bytes_per_s() {
        return this.speed;
    }

    set bytes_per_s(speed) {
        this.speed = speed;
        clearInterval(this.ticking);
        this.since = performance.now();
        this.spare = 0;
        if (speed !== Infinity)
            this.ticking = setInterval(() => this.tick(), TICK_MS).unref();
        this.print();
    }

    /* Bytes that the head can have taken since it was asked last. */
    due() {
        const now = performance.now(), bytes = Math.floor((now - this.since) * this.speed / 1000);

        this.since += bytes * 1000 / this.speed;
        return bytes;
    }

    /* Where we look late, bytes may have come and wait unread; what the head could have taken of them is kept. */
    tick() {
        const held_up = performance.now() - this.since > 2 * TICK_MS, due = this.due();

        this.spare = held_up && !this.offline ? Math.max(0, due - this.buffer.length) : 0;
        this.burn(due);
    }

    /* What comes in one piece because we looked late came in time for a head that went on burning. */
    receive(part) {
        const late = this.speed === Infinity ? 0 : this.due() + this.spare;
        const room = Math.max(0, this.buffer_bytes + late - this.buffer.length);
        const taken = this.overrun ? part.subarray(0, room) : part;

        this.spare = 0;
        this.bytes += part.length;
        this.lost_bytes += part.length - taken.length;
        this.buffer = Buffer.concat([this.buffer, taken]);
        if (!this.overrun && this.buffer.length > this.buffer_bytes)
            this.line?.pause();
        this.burn(late);
        this.print();
    }

    print() {
        if (this.speed === Infinity)
            this.burn(this.buffer?.length ?? 0);
    }

    /* So many bytes of the buffer are printed. */
    burn(count) {
        if (!this.powered || this.offline)
            return;
        this.paper.take(this.buffer.subarray(0, count));
        this.buffer = this.buffer.subarray(count);
        while (!this.offline && this.paper.step());
        if (this.buffer.length <= this.buffer_bytes)
            this.line?.resume();
        this.tell();
    }

    /* -- what happens to it ---------------------------------------------------------------- */

    set_cover(open) {
        this.cover_open = open;
        this.tell();
        this.print();
    }

    /* The roll ends after so many rows of dots. */
    end_paper_after(dots) {
        this.paper.left_dots = dots;
        this.tell();
    }

    /* The end of the old roll falls out, and what was left in the buffer goes on the new one. */
    load_paper() {
        if (this.paper.ticket.height > 0)
            this.paper.tear();
        this.paper.left_dots = Infinity;
        this.tell();
        this.burn(0);
        this.print();
    }

    /* All that was not yet on the paper is gone; callers find the line dead. */
    power_off() {
        this.powered = false;
        this.unlisten();
        for (const socket of [this.line, ...this.waiting])
            socket?.resetAndDestroy();
        this.line = null;
        this.waiting = [];
        this.buffer = Buffer.alloc(0);
        this.asb_signs = 0;
        this.paper.power_up();
        if (this.paper.ticket.height > 0)
            this.paper.tear();
    }

    power_on() {
        this.powered = true;
        return this.listen(this.port);
    }

    /* -- looking --------------------------------------------------------------------------- */

    /* Every piece of paper that has come out, the one still in the printer too. */
    pieces() {
        const { ticket, tickets } = this.paper;

        return ticket.height > 0 ? [...tickets, ticket] : tickets;
    }

    /* How many pieces of paper show this number as a line of its own. */
    papers_with(number) {
        return this.pieces().filter((piece) => reading(piece).split('\n').includes(number)).length;
    }

    async close() {
        this.powered = false;
        clearInterval(this.ticking);
        for (const socket of [this.line, ...this.waiting])
            socket?.destroy();
        await new Promise((done) => (this.server ? this.server.close(done) : done()));
    }
}
