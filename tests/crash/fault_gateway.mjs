/*
 * fault_gateway.mjs — a gateway on the other side of the wire that can do everything wrong
 * (facts/trust.md T7), one way at a time.
 *
 * It speaks bytes, not HTTP libraries, so that an answer can be cut anywhere. A message it
 * really took is `taken`; a report follows each of those, repeated until it is acknowledged,
 * as real gateways do. It keeps its own books; nothing here knows the program's.
 */
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';

/* Each fault: what happens to the first attempt of a message that the lot picks. */
export const FAULTS = {
    refuse: { shut_ms: 2500 },                 /* nobody listens for a while */
    connect_timeout: { deaf_ms: 4000 },        /* connections are not even accepted */
    tls_failure: { tls: true },                /* https is asked of somebody who has none */
    silence: { takes: false, does: (s) => s.hold() },
    slow_header: { takes: true, does: (s) => s.drip() },
    reset_before_body: { takes: false, does: (s) => s.cut('HTTP/1.1 202 Accepted\r\nContent-Length: 32\r\n\r\n') },
    reset_after_body: { takes: true, answered: true, does: (s) => s.whole_then_reset() },
    error_accepted: { takes: true, does: (s) => s.answer(599, 'trouble') },
    error_not_accepted: { takes: false, does: (s) => s.answer(599, 'trouble') },
    cut_short: { takes: true, does: (s) => s.cut(`HTTP/1.1 202 Accepted\r\nContent-Length: 400\r\n\r\n0: Acc`) },
    malformed: { takes: true, does: (s) => s.answer(202, '<html>?') },
    throttled: { takes: false, certain: true, does: (s) => s.busy() },
    report_first: { takes: true, answered: true, early: true, does: (s) => s.accept() },
    reports_disorder: { takes: true, answered: true, disorder: true, does: (s) => s.accept() },
};

/* One connection with one request on it. */
class Talk {
    constructor(gateway, socket) {
        this.gateway = gateway;
        this.socket = socket;
        socket.on('error', () => {});
        let head = '';
        socket.on('data', (part) => {
            head += part.toString('latin1');
            const end = head.indexOf('\r\n\r\n');
            if (end < 0 || this.begun)
                return;
            const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
            if (head.length < end + 4 + length)
                return;
            this.begun = true;
            gateway.request(this, head);
        });
    }

    answer(status, body, type = 'text/html') {
        this.socket.end(`HTTP/1.1 ${status} Said\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
    }

    accept() {
        this.answer(...this.gateway.speech.accepted(this.id));
    }

    busy() {
        this.answer(...this.gateway.speech.busy());
    }

    cut(bytes) {
        this.socket.write(bytes, () => this.socket.resetAndDestroy());
    }

    whole_then_reset() {
        const [status, body, type] = this.gateway.speech.accepted(this.id);

        this.socket.write(`HTTP/1.1 ${status} Said\r\nContent-Type: ${type ?? 'text/html'}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
            () => setTimeout(() => this.socket.resetAndDestroy(), 50));
    }

    hold() { /* the client gives up */ }

    drip() {
        const bytes = 'HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\n\r\n0';
        let at = 0;
        const timer = setInterval(() => {
            if (this.socket.destroyed || at === bytes.length)
                clearInterval(timer);
            else
                this.socket.write(bytes[at++]);
        }, 1000);
        timer.unref();
    }
}

/* How the two kinds that the test plays speak. */
export const SPEECHES = {
    kannel: {
        accepted: () => [202, '0: Accepted for delivery'],
        busy: () => [503, 'Temporal failure, try again later.'],
        read(target) {
            const dlr = new URL(target, 'http://x').searchParams.get('dlr-url');

            return { reference: new URL(dlr).searchParams.get('ref'), callback: dlr };
        },
        report(message, type) {
            return { method: 'GET', url: message.callback.replace('%d', type === 'delivered' ? 1 : 8)
                .replace('%A', 'ok').replace('%F', message.reference).replace('%T', Math.floor(Date.now() / 1000)) };
        },
    },
    aliyun: {
        accepted: (id) => [200, JSON.stringify({ Code: 'OK', Message: 'OK', BizId: `${id}^0`, RequestId: 'R' }), 'application/json'],
        busy: () => [429, JSON.stringify({ Code: 'Throttling.User', Message: 'slow down', RequestId: 'R' }), 'application/json'],
        read(target) {
            const fields = new URL(target, 'http://x').searchParams;

            return { reference: fields.get('OutId'), phone: fields.get('PhoneNumbers') };
        },
        report(message, type, gateway) {
            return type !== 'delivered' ? null : {
                method: 'POST', url: gateway.report_url, body: JSON.stringify([{
                    phone_number: message.phone, send_time: '2026-01-01 10:00:00', report_time: '2026-01-01 10:00:05',
                    success: true, err_code: 'DELIVERED', err_msg: '', sms_size: '1', biz_id: `${message.id}^0`,
                    out_id: message.reference }]) };
        },
        query(gateway, fields) {
            const phone = fields.get('PhoneNumber');
            const found = [...gateway.messages.values()].filter((m) => m.phone === phone && m.taken);

            return [200, JSON.stringify({ Code: 'OK', Message: 'OK', RequestId: 'R', TotalCount: String(found.length),
                SmsSendDetailDTOs: { SmsSendDetailDTO: found.map((m) => ({ OutId: m.reference, PhoneNum: m.phone,
                    SendStatus: 3, ErrCode: 'DELIVERED', Content: 'x', SendDate: '2026-01-01 10:00:00' })) } }), 'application/json'];
        },
    },
};

export class FaultGateway {
    messages = new Map(); /* reference → { requests, taken, reports } */
    requests = 0;
    calls = 0;

    constructor(kind, fault, random) {
        this.kind = kind;
        this.speech = SPEECHES[kind];
        this.fault = fault;
        this.rules = FAULTS[fault];
        this.random = random;
    }

    async open() {
        this.server = net.createServer((socket) => new Talk(this, socket));
        await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
        this.port = this.server.address().port;
        return this;
    }

    /* What is wrong from the beginning: called once the program sends. */
    async begin() {
        if (this.rules.shut_ms) {
            this.server.close();
            setTimeout(() => {
                this.server = net.createServer((socket) => new Talk(this, socket)).listen(this.port, '127.0.0.1');
            }, this.rules.shut_ms);
        }
        if (this.rules.deaf_ms)
            await this.become_deaf();
    }

    /* A stopped process with a full backlog: SYNs are dropped, as by a dead host. */
    async become_deaf() {
        await new Promise((done) => this.server.close(done));
        const deaf = spawn(process.execPath, ['-e', `require('net').createServer(()=>{}).listen({port:${this.port},host:'127.0.0.1',backlog:1},()=>console.log('up'))`],
            { stdio: ['ignore', 'pipe', 'inherit'] });
        this.deaf = deaf;
        await new Promise((done) => deaf.stdout.once('data', done));
        deaf.kill('SIGSTOP');
        const fill = Array.from({ length: 8 }, () => net.connect(this.port, '127.0.0.1').on('error', () => {}));
        await new Promise((done) => setTimeout(done, 50));
        setTimeout(() => {
            deaf.kill('SIGKILL');
            fill.forEach((s) => s.destroy());
            const again = () => {
                this.server = net.createServer((socket) => new Talk(this, socket));
                this.server.on('error', () => setTimeout(again, 100));
                this.server.listen(this.port, '127.0.0.1');
            };
            deaf.on('exit', again);
        }, this.rules.deaf_ms);
    }

    request(talk, head) {
        const target = /^\S+ (\S+)/.exec(head)[1];
        const fields = new URL(target, 'http://x').searchParams;

        if (fields.has('PhoneNumber') || /x-acs-action: *QuerySendDetails/i.test(head)) {
            this.calls++;
            talk.answer(...this.speech.query(this, fields));
            return;
        }
        const { reference, ...rest } = this.speech.read(target);
        const known = this.messages.get(reference) ?? { reference, id: reference, requests: 0, taken: 0, ...rest };

        this.requests++;
        known.requests++;
        this.messages.set(reference, known);
        talk.id = reference;
        setTimeout(() => this.decide(talk, known), 40 + 80 * this.random()); /* time to be killed in */
    }

    decide(talk, message) {
        const faulty = this.rules.does && message.requests === 1 && message.reference.endsWith('.1') && this.random() < 0.3;

        message.faulty ||= faulty;
        if (!faulty) {
            message.taken++;
            talk.accept();
            this.report(message, ['buffered', 'delivered']);
            return;
        }
        message.taken += this.rules.takes ? 1 : 0;
        if (this.rules.early)
            this.report(message, ['delivered']).then(() => this.rules.does(talk));
        else
            this.rules.does(talk);
        if (this.rules.disorder)
            this.report(message, this.random() < 0.3 ? [] : ['delivered', 'buffered', 'delivered']);
        else if (this.rules.takes && !this.rules.early)
            this.report(message, ['buffered', 'delivered']);
    }

    async report(message, types) {
        message.reported ||= types.includes('delivered');
        for (const type of types) {
            const call = this.speech.report(message, type, this);

            if (call)
                await this.deliver(call);
        }
    }

    /* Until it is acknowledged: the program may be dead for a while. */
    async deliver({ method, url, body }) {
        for (;;) {
            const status = await new Promise((done) => {
                const request = http.request(url, { method, agent: false, headers: body ? { 'Content-Type': 'application/json' } : {}, timeout: 5000 },
                    (answer) => { answer.resume(); answer.on('end', () => done(answer.statusCode)).on('error', () => done(0)); });

                request.on('error', () => done(0)).on('timeout', () => request.destroy());
                request.end(body);
            });
            if (status === 200 || this.closed)
                return;
            await new Promise((done) => setTimeout(done, 200));
        }
    }

    close() {
        this.closed = true;
        this.deaf?.kill('SIGKILL');
        this.server?.close();
    }
}
