/*
 * load.mjs — clients of all kinds who keep their own list of what was acknowledged.
 *
 * Promise: a fact stands in `list` only after its 2xx or 303 was read whole; what was asked
 * and not answered stands there as possible. Retries repeat the same body, as real clients
 * do. Which thing is done next follows from the seed alone.
 */
import { local_minute, next_morning, page_forms, place_of } from '../flow/house.mjs';

/* mulberry32: small, and the same everywhere. */
export function random_of(seed) {
    let a = seed >>> 0;

    return () => {
        a = (a + 0x6d2b79f5) >>> 0;
        let t = Math.imul(a ^ (a >>> 15), 1 | a);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const MATTERS = ['business-licence', 'food-licence', 'invoice', 'tax-declare', 'id-card', 'passport', 'social-card',
    'land-use', 'mortgage', 'fund-withdraw', 'marriage', 'divorce'];

class Cut extends Error {} /* the server is gone: this round is over */

export class Load {
    list = { tickets: [], closings: [], pages: {}, replies: [] };
    calls = 0;         /* acknowledged calls, for the count at the end */
    refused = 0;       /* 503 */
    strange = [];      /* answers that no contract foresees */
    desks = new Map(); /* window → case in hand, or 'unknown' */
    to_rate = [];      /* { case, token } closed, not rated by the page yet */
    to_ask = new Map();   /* phone → [case]: will answer by SMS */
    to_repeat = [];    /* replies that were not acknowledged */
    open_tokens = new Map(); /* ticket id → token */
    moving_s = 0; /* seconds by which the clock may have been moved without our knowing */
    done = { take: 0, call: 0, start: 0, close: 0, page: 0, correct: 0, reply: 0, clock: 0 };

    constructor(house, seed) {
        this.house = house;
        this.random = random_of(seed);
        this.serial = 0;
        this.windows = [...new Set(MATTERS.flatMap((m) => [0, 1].map((n) => JSON.stringify(place_of(m, n)))))].map((s) => JSON.parse(s));
        this.busy = new Set();
    }

    pick(list) {
        return list[Math.floor(this.random() * list.length)];
    }

    chance(p) {
        return this.random() < p;
    }

    /* Phones come again now and then, so that texts are joined, delayed and capped. */
    phone() {
        const n = this.chance(0.3) ? Math.floor(this.random() * 40) : 1000 + this.serial;

        return `137${String(50000000 + n)}`;
    }

    async ask(method, target, options, expected) {
        let answer;

        try {
            answer = await this.house.request(method, target, { deadline_ms: 5000, ...options });
        } catch (trouble) {
            throw new Cut(trouble.message);
        }
        if (answer.status === 503)
            this.refused++;
        else if (!expected.includes(answer.status))
            this.strange.push(`${method} ${target.replace(/\/t\/\w+/, '/t/…')} ${JSON.stringify(options.json ?? {})} → ${answer.status} ${answer.text.slice(0, 200)}`);
        return answer;
    }

    /* -- the kinds of client ------------------------------------------------------ */

    async take() {
        const json = { matter: this.pick(MATTERS) };
        const headers = this.chance(0.3) ? { 'Idempotency-Key': `take-${++this.serial}` } : {};

        this.serial++;
        if (this.chance(0.7))
            json.phone = this.phone();
        if (this.chance(0.2))
            json.kiosk = 'k1';
        const answer = await this.ask('POST', '/api/v1/tickets', { as: 'machine', json, headers }, [201]);
        if (answer.status !== 201)
            return;
        const { ticket } = answer.json;
        this.list.tickets.push({ id: ticket.id, number: ticket.number, local_date: ticket.local_date });
        this.taken_ms = Date.parse(ticket.taken_at);
        this.open_tokens.set(ticket.id, { token: ticket.token, phone: json.phone });
        this.done.take++;
    }

    /* One step of one desk: who stands there decides which. */
    async desk() {
        const place = this.pick(this.windows);

        if (this.busy.has(place.window))
            return;
        this.busy.add(place.window);
        try {
            await this.desk_step(place);
        } finally {
            this.busy.delete(place.window);
        }
    }

    async desk_step(place) {
        const here = this.desks.get(place.window);

        if (!here) {
            this.desks.set(place.window, { unknown: true });
            const answer = await this.ask('POST', `/api/v1/windows/${place.window}/call`, { as: 'desk', json: { clerk: place.clerk } }, [200, 204, 409]);
            if (answer.status !== 200) {
                if (answer.status !== 409)
                    this.desks.delete(place.window);
                return;
            }
            this.stand(place.window, answer.json);
            this.done.call++;
        } else if (here.unknown) {
            await this.find_out(place.window);
        } else if (!here.started) {
            const answer = await this.ask('POST', `/api/v1/cases/${here.case}/start`, { as: 'desk', json: {} }, [200, 409]);
            if (answer.status === 409)
                this.desks.delete(place.window); /* cancelled over night */
            else if (answer.status === 200)
                here.started = true;
            this.done.start++;
        } else {
            await this.close(place.window, here);
        }
    }

    stand(window, { ticket, case: c }) {
        this.desks.set(window, { case: c.id, ticket: ticket.id });
    }

    /* Before the answer to a call was lost, somebody may have been called: recall tells. */
    async find_out(window) {
        const answer = await this.ask('POST', `/api/v1/windows/${window}/recall`, { as: 'desk', json: {} }, [200, 409]);

        if (answer.status === 200)
            this.stand(window, answer.json);
        else if (answer.status === 409)
            this.desks.delete(window);
    }

    async close(window, here) {
        if (here.json === undefined) {
            here.json = this.chance(0.5) ? { outcome: this.pick(['done', 'refused', 'withdrawn']) } : {};
            if (this.chance(0.3))
                here.json.phone = here.phone = this.phone();
        }
        const answer = await this.ask('POST', `/api/v1/cases/${here.case}/close`, { as: 'desk', json: here.json }, [200, 409]);
        if (answer.status !== 200 && answer.status !== 409)
            return;
        this.desks.delete(window);
        if (answer.status === 409)
            return;
        const { invitation } = answer.json;
        const ticket = this.open_tokens.get(here.ticket);
        this.list.closings.push({ case: here.case, outcome: here.json.outcome ?? 'done', invitation: invitation.id, decision: invitation.decision });
        this.done.close++;
        this.open_tokens.delete(here.ticket);
        const asked = invitation.id && ['send', 'asked_together', 'delayed'].includes(invitation.decision);
        const phone = here.phone ?? ticket?.phone;
        if (asked && phone && this.chance(0.6))
            this.to_ask.set(phone, [...(this.to_ask.get(phone) ?? []), { case: here.case, closed_ms: this.house.now() }]);
        else if (ticket)
            this.to_rate.push({ case: here.case, token: ticket.token, closed_ms: this.house.now() });
    }

    async page() {
        const at = this.to_rate.findIndex((r) => !this.busy.has(r.case));

        if (at < 0)
            return;
        const one = this.to_rate[at];
        if (this.house.now() - one.closed_ms > 3 * 86400e3) {
            this.to_rate.splice(at, 1); /* nearly late */
            return;
        }
        this.busy.add(one.case);
        try {
            await this.rate(one);
            if (one.count && !this.chance(0.2))
                this.to_rate.splice(this.to_rate.indexOf(one), 1);
        } finally {
            this.busy.delete(one.case);
        }
    }

    async rate(one) {
        const page = await this.ask('GET', `/t/${one.token}`, {}, [200, 404]);
        if (page.status !== 200)
            return;
        const form = page_forms(page.text).find((f) => f.method === 'post' && f.choices.some((c) => c.name === 'grade') &&
            (!f.fields.case || f.fields.case === one.case));
        const grade = 1 + Math.floor(this.random() * 5);
        const attempts = this.list.pages[one.case] ??= [];
        const at_ms = this.house.now();
        const attempt = { grade, acked: false, at_ms, settled: false };
        attempts.push(attempt);
        const fields = { case: one.case, ...form?.fields, grade: String(grade) }; /* without a form: a change */
        const answer = await this.ask('POST', `/t/${one.token}/rate`, { form: fields }, [303]);
        attempt.acked = answer.status === 303;
        /* The clock may have been moved meanwhile, or just now without an answer. */
        attempt.settled = attempts.length > 1 &&
            Math.max(at_ms, this.house.now()) + this.moving_s * 1000 - attempts[0].at_ms > 12 * 3600e3;
        one.count = (one.count ?? 0) + 1;
        this.done[attempts.length > 1 ? 'correct' : 'page']++;
    }

    /* Looks at a phone, and answers a survey that has come. */
    async sms() {
        if (this.to_repeat.length > 0) {
            const again = this.to_repeat.shift();
            await this.send(again);
            return;
        }
        const phone = this.pick([...this.to_ask.keys()]);
        if (!phone || this.busy.has(phone))
            return;
        this.busy.add(phone);
        try {
            await this.answer_survey(phone);
        } finally {
            this.busy.delete(phone);
        }
    }

    async answer_survey(phone) {
        const looked = await this.ask('GET', `/api/v1/dev/messages?phone=${phone}`, {}, [200]);
        if (looked.status !== 200)
            return;
        const waiting = this.to_ask.get(phone) ?? [];
        for (const m of looked.json.messages.filter((m) => m.direction === 'mt' && m.kind.startsWith('survey')))
            for (const { case: id, letter } of m.cases) {
                const one = waiting.find((w) => w.case === id);

                if (!one)
                    continue;
                waiting.splice(waiting.indexOf(one), 1);
                if (waiting.length === 0)
                    this.to_ask.delete(phone);
                if (this.house.now() - one.closed_ms > 3 * 86400e3)
                    continue;
                const grade = 1 + Math.floor(this.random() * 5);
                await this.send({ id: `r${++this.serial}`, case: id, grade, phone, to: m.from, text: `${letter ?? ''}${grade}` });
                return;
            }
    }

    async send(reply) {
        this.to_repeat.push(reply);
        const { id, phone, to, text } = reply;
        const answer = await this.ask('POST', '/api/v1/dev/replies', { json: { id, phone, to, text } }, [200, 201, 202, 204]);
        if (answer.status >= 300)
            return;
        this.to_repeat.splice(this.to_repeat.indexOf(reply), 1);
        this.list.replies.push({ id, case: reply.case, grade: reply.grade });
        this.done.reply++;
    }

    /* Time goes on by minutes; after seven in the evening the next morning comes. */
    async clock() {
        const now = this.house.now();
        const late = local_minute(now) > 19 * 60 || local_minute(now) < 9 * 60;
        const s = late ? Math.ceil((next_morning(now) - now) / 1000) : 300 + Math.floor(this.random() * 3000);
        this.moving_s += s;
        const answer = await this.ask('POST', '/api/v1/dev/clock', { json: { advance_s: s } }, [200, 204]);

        if (answer.status < 300) {
            this.house.offset_ms += s * 1000;
            this.moving_s -= s;
            this.done.clock++;
        }
    }

    /* After a restart: a move of the clock may have been made and not answered. */
    async sync() {
        const took = this.list.tickets.length;

        await this.take();
        if (this.list.tickets.length > took)
            this.house.offset_ms = this.taken_ms - Date.now();
        this.moving_s = 0;
    }

    /* One client: does one thing after another until the server is gone or `over` says so. */
    async client(over) {
        const kinds = [['take', 4], ['desk', 9], ['page', 3], ['sms', 3]];
        const total = kinds.reduce((n, [, w]) => n + w, 0);

        while (!over()) {
            let draw = this.random() * total;
            const [kind] = kinds.find(([, w]) => (draw -= w) < 0);

            try {
                await this[kind]();
            } catch (trouble) {
                if (!(trouble instanceof Cut))
                    throw trouble;
                return;
            }
            await new Promise(setImmediate); /* a kind with nothing to do must not spin */
        }
    }

    /* `clients` at once; one of them moves the clock now and then. */
    async run(clients, over, clock_chance = 0.5) {
        const all = Array.from({ length: clients }, () => this.client(over));

        if (this.chance(clock_chance))
            all.push(this.clock().catch((trouble) => {
                if (!(trouble instanceof Cut))
                    throw trouble;
            }));
        await Promise.all(all);
    }
}

