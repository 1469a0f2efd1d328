/*
 * weak_line.mjs — the network between an agent and its server: passes HTTP on, and breaks where
 * it is told to.
 */
import http from 'node:http';

export class WeakLine {
    down = false;  /* no call comes through */
    faults = [];   /* { method, how: 'lost' | 'unanswered' | 'cut', times }: the next calls of a method */
    seen = [];     /* "METHOD status" of all that came through */

    static async open(house) {
        const line = new WeakLine();

        line.house = house;
        line.server = http.createServer((request, answer) => line.pass(request, answer));
        line.server.keepAliveTimeout = 1000;
        await new Promise((done) => line.server.listen(0, '127.0.0.1', done));
        line.url = `http://127.0.0.1:${line.server.address().port}`;
        return line;
    }

    /* lost: it never arrives; unanswered: it arrives, its answer does not; cut: half of the answer does. */
    break_next(method, how, times = 1) {
        this.faults.push({ method, how, times });
    }

    fault_of(method) {
        const fault = this.faults.find((f) => f.method === method && f.times > 0);

        if (fault)
            fault.times--;
        return fault?.how;
    }

    pass(request, answer) {
        const how = this.down ? 'lost' : this.fault_of(request.method);
        const parts = [];

        answer.on('error', () => {});
        if (how === 'lost') {
            request.socket.destroy();
            return;
        }
        request.on('data', (part) => parts.push(part));
        request.on('end', () => {
            const body = Buffer.concat(parts);
            const onward = http.request({ host: '127.0.0.1', port: this.house.port, method: request.method,
                path: request.url, headers: { ...request.headers, connection: 'close' } }, (got) => {
                const bytes = [];

                got.on('data', (part) => bytes.push(part));
                got.on('end', () => this.answer(request, answer, got, Buffer.concat(bytes), how));
            });

            onward.on('error', () => request.socket.destroy());
            onward.end(body);
        });
    }

    answer(request, answer, got, bytes, how) {
        this.seen.push(`${request.method} ${got.statusCode}`);
        if (how === 'unanswered') {
            request.socket.destroy();
            return;
        }
        answer.writeHead(got.statusCode, { 'Content-Type': got.headers['content-type'] ?? 'text/plain', 'Content-Length': bytes.length });
        if (how === 'cut')
            answer.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
        else
            answer.end(bytes);
    }

    async close() {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }
}
