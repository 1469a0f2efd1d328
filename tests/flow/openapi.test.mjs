/*
 * openapi.test.mjs — /openapi.json is held against the program: its calls are the routes, its
 * examples are taken by the real server, what it does not declare is refused, and every real
 * answer fits the schema that is promised for it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, end_all, run_well } from './house.mjs';
import { add_person } from './people.mjs';
import { misfits } from './schema.mjs';

const window_code = 'A01';
let house, document, table;
const answered = new Set(); /* "POST /api/v1/tickets 201" */

before(async () => {
    house = await House.open();
    document = (await house.expect(200, 'GET', '/openapi.json')).json;
    table = JSON.parse((await run_well(['roles', '--json'])).stdout);
});
after(async () => {
    await house?.close();
    end_all();
});

const is_api = (route) => /^\/(api\/|healthz$|readyz$|metrics$|openapi\.json$)/.test(route);

function operations() {
    return Object.entries(document.paths).flatMap(([route, path]) =>
        Object.entries(path).map(([method, call]) => ({ name: `${method.toUpperCase()} ${route}`, route, method: method.toUpperCase(), call })));
}

const operation = (name) => operations().find((o) => o.name === name);
const resolve = (schema) => schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema;
const body_schema = (call) => Object.values(call.requestBody?.content ?? {})[0]?.schema;
const examples = (name) => resolve(body_schema(operation(name).call)).examples;

/* One real request by a call of the document; its answer must be promised and fit. */
async function ask(as, name, { path = {}, query = '', json, status = 200, by, form } = {}) {
    const { method, route, call } = operation(name);
    const target = route.replace(/\{(\w+)\}/g, (_, word) => path[word]) + query;

    if (json !== undefined)
        assert.deepEqual(misfits(document, body_schema(call), json), [], `${name} is asked as declared`);
    const answer = form ? await by.post(target, form) : await house.request(method, target, { as, json });
    assert.equal(answer.status, status, `${name} ${JSON.stringify(json ?? '')} → ${answer.status} ${answer.text.slice(0, 300)}`);
    const promised = call.responses[String(status)] ?? call.responses.default;
    const type = answer.headers['content-type'];

    answered.add(`${name} ${call.responses[String(status)] ? status : 'default'}`);
    if (!promised.content) {
        assert.equal(answer.bytes.length, 0);
        return answer;
    }
    assert.ok(type in promised.content, `${name} answers ${type}, promised are ${Object.keys(promised.content)}`);
    answered.add(`${name} ${status} ${type}`);
    if (answer.json)
        assert.deepEqual(misfits(document, promised.content[type].schema, answer.json), [], `${name} answered ${answer.text.slice(0, 600)}`);
    return answer;
}

test('every route of the API is in the document, by every method, and nothing else', () => {
    const routes = table.filter((r) => is_api(r.route)).map((r) => `${r.method} ${r.route}`).sort();

    assert.equal(document.openapi, '3.1.0');
    assert.deepEqual(operations().map((o) => o.name).sort(), routes);
    assert.ok(routes.length >= 30);
    assert.equal(new Set(operations().map((o) => o.call.operationId)).size, routes.length);
});

test('the document names who may come as the table of roles does', () => {
    for (const row of table.filter((r) => is_api(r.route))) {
        const { call } = operation(`${row.method} ${row.route}`);
        const said = call.security.flatMap((one) => Object.values(one)[0]).sort();
        const may = Object.entries(row.roles).filter(([, cell]) => cell !== null && cell !== 'anybody').map(([role]) => role);

        assert.deepEqual(said, may.sort(), `${row.method} ${row.route}`);
        for (const one of call.security)
            assert.ok(Object.keys(one)[0] in document.components.securitySchemes);
    }
    assert.equal(document.components.securitySchemes.key.scheme, 'bearer');
});

test('names in paths are declared, tags and references lead somewhere, nothing is unused', () => {
    const text = JSON.stringify(document), tags = document.tags.map((t) => t.name);

    for (const { name, route, call } of operations()) {
        const named = call.parameters.filter((p) => p.in === 'path').map((p) => p.name);

        assert.deepEqual(named, [...route.matchAll(/\{(\w+)\}/g)].map((m) => m[1]), name);
        assert.ok(tags.includes(call.tags[0]) && call.tags.length === 1, name);
        assert.ok(call.summary.length > 5 && call.responses.default, name);
    }
    for (const [, ref] of text.matchAll(/"\$ref":"([^"]+)"/g))
        assert.ok(ref.slice(2).split('/').reduce((o, step) => o?.[step], document), `${ref} is there`);
    for (const schema of Object.keys(document.components.schemas))
        assert.ok(text.includes(`"#/components/schemas/${schema}"`), `${schema} is used`);
});

test('each example of a body fits its schema and is taken by the server, each answer fits its own', async () => {
    const [take, plain] = examples('POST /api/v1/tickets'), phone = take.phone;
    const ticket = (await ask('machine', 'POST /api/v1/tickets', { json: take, status: 201 })).json.ticket;
    const next = (await ask('machine', 'POST /api/v1/tickets', { json: plain, status: 201 })).json.ticket;
    const [call] = examples('POST /api/v1/windows/{code}/call');
    const at = { path: { code: window_code } };
    const act = async (what, count = 1) => {
        const name = `POST /api/v1/windows/{code}/${what}`;

        for (let i = 0; i < count; i++)
            var got = await ask('desk', name, { ...at, json: examples(name)[i % examples(name).length] });
        return got.json;
    };

    await ask('machine', 'GET /api/v1/tickets/{id}', { path: ticket });
    await ask('desk', 'GET /api/v1/tickets/{id}', { path: ticket });
    for (const format of ['escpos', 'png', 'svg', 'text'])
        await ask('machine', 'GET /api/v1/tickets/{id}/slip', { path: ticket, query: `?format=${format}&printer=58mm` });
    await ask('machine', 'POST /api/v1/tickets/{id}/reprint', { path: ticket, json: {} });

    /* called, serving, and one more case */
    let served = (await ask('desk', 'POST /api/v1/windows/{code}/call', { ...at, json: call })).json;
    await act('recall', 2);
    await ask('desk', 'POST /api/v1/cases/{id}/start', { path: served.case, json: {} });
    const more = (await ask('desk', 'POST /api/v1/tickets/{id}/cases',
        { path: ticket, json: examples('POST /api/v1/tickets/{id}/cases')[0], status: 201 })).json.case;
    const [full, empty] = examples('POST /api/v1/cases/{id}/close');
    const closed = (await ask('desk', 'POST /api/v1/cases/{id}/close', { path: served.case, json: full })).json;
    assert.equal(closed.invitation.decision, 'send');
    await ask('desk', 'POST /api/v1/cases/{id}/close', { path: more, json: empty });

    /* missed, held, sent on, called back */
    served = (await ask('desk', 'POST /api/v1/windows/{code}/call', { ...at, json: call })).json;
    assert.equal(served.ticket.id, next.id);
    await act('undo');
    served = (await ask('desk', 'POST /api/v1/windows/{code}/call', { ...at, json: call })).json;
    await act('recall', 3);
    await house.advance(90);
    await act('no-show');
    await ask('desk', 'POST /api/v1/tickets/{id}/restore', { path: next, json: {} });
    served = (await ask('desk', 'POST /api/v1/windows/{code}/call', { ...at, json: call })).json;
    await act('hold');
    await ask('desk', 'POST /api/v1/tickets/{id}/transfer', { path: next, json: examples('POST /api/v1/tickets/{id}/transfer')[0] });
    served = (await ask('desk', 'POST /api/v1/windows/{code}/call', { path: { code: 'A02' }, json: { clerk: '1002' } })).json;
    await ask('desk', 'POST /api/v1/cases/{id}/start', { path: served.case, json: {} });
    await ask('desk', 'POST /api/v1/cases/{id}/accept', { path: served.case, json: {} });
    for (const what of ['pause', 'resume'])
        await ask('desk', `POST /api/v1/cases/{id}/${what}`, { path: served.case, json: examples(`POST /api/v1/cases/{id}/${what}`)[0] });
    await ask('desk', 'POST /api/v1/cases/{id}/close', { path: served.case, json: empty });
    await ask('desk', 'POST /api/v1/cases/{id}/reopen', { path: served.case, json: examples('POST /api/v1/cases/{id}/reopen')[0] });
    await ask('desk', 'POST /api/v1/windows/{code}/call', { ...at, json: call, status: 204 });
    await act('pause');
    await act('resume');

    /* a case of another system, open and closed */
    const [event] = examples('POST /api/v1/cases');
    const taken = (await ask('integration', 'POST /api/v1/cases', { json: event, status: 201 })).json;
    /* which is a parallel approval: every example, and the same once more */
    const begin = 'POST /api/v1/cases/{id}/approvals', step = 'POST /api/v1/cases/{id}/approvals/{n}/steps';
    const moment = (await ask('desk', begin, { path: taken.case, json: examples(begin)[0], status: 201 })).json.step.at;
    await ask('integration', begin, { path: taken.case, json: { ...examples(begin)[0], at: moment } });
    await ask('integration', begin, { path: taken.case, json: examples(begin)[1], status: 201 });
    for (const json of examples(step))
        var told = (await ask('integration', step, { path: { ...taken.case, n: 1 }, json, status: 201 })).json;
    await ask('integration', step, { path: { ...taken.case, n: 1 }, json: { ...examples(step).at(-1), at: told.step.at } });
    await ask('integration', step, { path: { ...taken.case, n: 0 }, json: { step: 'pay' }, status: 201 });
    for (const as of ['desk', 'integration', 'auditor'])
        await ask(as, 'GET /api/v1/cases/{id}/approvals', { path: taken.case });
    await ask('integration', 'POST /api/v1/cases', { json: { ...event, closed_at: '2026-11-24T10:00:00+08:00' } });

    /* the phone answers */
    await house.ask();
    const survey = await house.message(phone, /^survey/);
    await ask(undefined, 'GET /api/v1/dev/messages', { query: `?phone=${phone}` });
    const asked = survey.cases.find((c) => c.case === closed.case.id);
    await ask(undefined, 'POST /api/v1/dev/replies', { json: { ...examples('POST /api/v1/dev/replies')[0], to: survey.from, text: `${asked.letter ?? ''}1 等太久` } });
    await house.rated(closed.case.id);
    for (const as of ['integration', 'auditor', 'desk'])
        await ask(as, 'GET /api/v1/cases/{id}', { path: closed.case });
    await ask('integration', 'GET /api/v1/cases/{id}', { path: taken.case });
    const list = (await ask('auditor', 'GET /api/v1/ratings', { query: '?grade=1&channel=sms&limit=5&from=2026-01-01' })).json;
    assert.equal(list.ratings.length, 1);
    const rates = (await ask('auditor', 'GET /api/v1/rates', { query: '?by=window&from=2026-01-01' })).json;
    assert.ok(rates.rates.length > 0);
    for (const json of examples('PUT /api/v1/dev/faults'))
        await ask(undefined, 'PUT /api/v1/dev/faults', { json });
    await ask(undefined, 'GET /api/v1/dev/faults');
    await ask(undefined, 'POST /api/v1/dev/clock', { json: examples('POST /api/v1/dev/clock')[0] });
    for (const name of ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /openapi.json'])
        await ask(undefined, name);

    /* somebody opts out and comes to the desk */
    await house.reply(phone, survey.from, 'T');
    await house.message(phone, 'optout');
    await ask(undefined, 'POST /api/v1/optouts/{phone}/end', { path: { phone }, form: {}, by: await (await add_person(house, 'hall')).log_in() });
});

test('no promised answer was left out', () => {
    for (const { name, call } of operations())
        for (const [status, promised] of Object.entries(call.responses))
            for (const type of Object.keys(status === 'default' ? {} : promised.content ?? { '': 0 }))
                assert.ok(answered.has(`${name} ${status}${type && ` ${type}`}`), `${name} ${status} ${type} was seen`);
});

test('what is not declared is refused by name, what is required is missed, refusals are problems', async () => {
    for (const { name, route, method, call } of operations()) {
        const schema = body_schema(call);
        const target = route.replace('{id}', '1').replace('{code}', window_code);
        const as = call.security.length > 0 ? Object.values(call.security[0])[0][0] : undefined;

        if (!schema || 'application/x-www-form-urlencoded' in call.requestBody.content)
            continue;
        const answer = await house.request(method, target, { as, json: { ...(resolve(schema).examples?.[0]), colour: 'red' } });
        assert.equal(answer.status, 422, `${name}: ${answer.text}`);
        assert.equal(answer.json.errors[0].field, 'colour', name);
        assert.deepEqual(misfits(document, document.components.schemas.Problem, answer.json), []);
        for (const field of resolve(schema).required ?? []) {
            if (name.endsWith('/pause') || name.endsWith('/resume') || name.endsWith('/reopen'))
                continue; /* that there is such a case is asked first */
            const { [field]: gone, ...rest } = resolve(schema).examples[0];
            const without = await house.request(method, target, { as, json: rest });

            assert.ok(gone !== undefined && without.status === 422 && without.json.errors[0].field === field, `${name} without ${field}: ${without.status} ${without.text}`);
        }
    }
});

test('the validator itself is strict', () => {
    const fits = (schema, value) => misfits(document, schema, value).length === 0;
    const named = { $ref: '#/components/schemas/Named' };

    assert.ok(fits(named, { code: 'a', name: 'b' }));
    for (const wrong of [{ code: 'a' }, { code: 1, name: 'b' }, { code: 'a', name: 'b', phone: '139' }, [], null])
        assert.ok(!fits(named, wrong), JSON.stringify(wrong));
    assert.ok(!fits({ $ref: '#/components/schemas/Instant' }, '2026-11-23 10:00'));
    assert.ok(!fits({ $ref: '#/components/schemas/Grade' }, 6));
    assert.ok(!fits({ $ref: '#/components/schemas/Channel' }, 'system'));
    assert.throws(() => fits({ nonsense: 1 }, 1));
});
