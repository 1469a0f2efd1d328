/*
 * compose.mjs — our drivers of gateways, asked from a test (compose.c).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

import { ROOT } from './house.mjs';

const COMPOSE = path.join(ROOT, '.build/release/tests/flow/compose');

export class Composer {
    constructor() {
        this.child = spawn(COMPOSE, { stdio: ['pipe', 'pipe', 'inherit'] });
        this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
        this.child.on('error', (trouble) => { this.trouble = trouble; });
        process.on('exit', () => this.child.kill('SIGKILL'));
    }

    async ask(what) {
        this.child.stdin.write(`${JSON.stringify(what)}\n`);
        const { value } = await this.lines.next();

        assert.ok(value, `compose ended: ${this.trouble ?? 'is it built? make build-flow'}`);
        return JSON.parse(value);
    }

    async must(what) {
        const answer = await this.ask(what);

        assert.equal(answer.ok, true, answer.why);
        return answer;
    }

    close() {
        this.child.stdin.end();
        return new Promise((done) => this.child.on('close', done));
    }
}

/* The approved texts that a driver asks to register: key → { code, text }. */
export function registered(text) {
    return Object.fromEntries([...text.matchAll(/^(\w+(?:\.en)?) +(\S+)\n {4}(.*)$/gm)]
        .map(([, key, code, form]) => [key, { code, text: form }]));
}
