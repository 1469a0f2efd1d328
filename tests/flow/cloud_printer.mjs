/*
 * cloud_printer.mjs — a printer that polls (Star CloudPRNT, HTTP), each call made by the test.
 *
 * Promise: it says what firmware says, in the shapes of the vendor's guide. Not here: what a
 * ticket looks like on paper, and when to poll.
 */
import { http_request } from './house.mjs';

const MAC = '00:11:62:0a:0b:0c';

export class CloudPrinter {
    token = null; /* of the job that was offered last */

    constructor(house, address) {
        this.house = house;
        this.path = new URL(address).pathname;
    }

    call(method, query = '', body, headers = {}) {
        return http_request(this.house.port, method, `${this.path}${query ? `?${query}` : ''}`, { body,
            headers: body === undefined ? headers
                : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers } });
    }

    /* The server's answer; what it offers is kept. */
    async poll(status = '200%20OK', more = {}) {
        const answer = await this.call('POST', '', JSON.stringify({ status: '23 86 00 00 00 00 00 00 00 00 00',
            printerMAC: MAC, statusCode: status, printingInProgress: false, clientAction: null, ...more }));

        if (answer.status === 200)
            this.token = answer.json.jobToken ?? null;
        return answer;
    }

    get(type = 'image/png', token = this.token) {
        return this.call('GET', new URLSearchParams({ uid: 'CP-1', type, mac: MAC, ...(token ? { token } : {}) }).toString());
    }

    end(code = '200%20OK', token = this.token, more = '') {
        return this.call('DELETE', `uid=CP-1&code=${code}&mac=${MAC}${token ? `&token=${token}` : ''}${more}`);
    }

    /* What firmware does with a job: fetch, print, say so. The bytes of it. */
    async print() {
        const { bytes } = await this.get();

        await this.end();
        return bytes;
    }
}

/* Width of a PNG, and whether it is grey of one bit. */
export function png_facts(bytes) {
    return { png: bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a', width: bytes.readUInt32BE(16),
        bits: bytes[24], colour: bytes[25] };
}
