/*
 * schema.mjs — does a value fit a schema of the document at /openapi.json (JSON Schema 2020-12)?
 *
 * Only the words that the document uses are known; another one is an error of the document, so that
 * nothing is passed over. A field that no schema declares is an error of the answer, unless the
 * schema says `additionalProperties: true`.
 */
const kind = (v) => v === null ? 'null' : Array.isArray(v) ? 'array' : Number.isInteger(v) ? 'integer' : typeof v;

const FORMATS = {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    date: /^\d{4}-\d\d-\d\d$/,
};

const SAID = new Set(['description', 'examples', 'default']);

/* Each word: what is wrong with the value, or nothing. `of` asks about a part. */
const WORDS = {
    $ref: (name, v, s, of) => of(of.schema(name), v, ''),
    type: (types, v) => [types].flat().some((t) => t === kind(v) || (t === 'number' && kind(v) === 'integer'))
        ? [] : [`is ${kind(v)}, not ${types}`],
    enum: (values, v) => values.includes(v) ? [] : [`${JSON.stringify(v)} is none of ${values}`],
    pattern: (p, v) => typeof v !== 'string' || new RegExp(p, 'u').test(v) ? [] : [`"${v}" is not like ${p}`],
    format: (name, v) => typeof v !== 'string' || FORMATS[name].test(v) ? [] : [`"${v}" is no ${name}`],
    minimum: (n, v) => typeof v !== 'number' || v >= n ? [] : [`${v} is under ${n}`],
    maximum: (n, v) => typeof v !== 'number' || v <= n ? [] : [`${v} is over ${n}`],
    minLength: (n, v) => typeof v !== 'string' || [...v].length >= n ? [] : [`is shorter than ${n}`],
    maxLength: (n, v) => typeof v !== 'string' || [...v].length <= n ? [] : [`is longer than ${n}`],
    minItems: (n, v) => !Array.isArray(v) || v.length >= n ? [] : [`has fewer than ${n}`],
    maxItems: (n, v) => !Array.isArray(v) || v.length <= n ? [] : [`has more than ${n}`],
    maxProperties: (n, v) => kind(v) !== 'object' || Object.keys(v).length <= n ? [] : [`has more than ${n} fields`],
    items: (part, v, s, of) => Array.isArray(v) ? v.flatMap((one, i) => of(part, one, `[${i}]`)) : [],
    required: (names, v) => kind(v) !== 'object' ? [] : names.filter((n) => !(n in v)).map((n) => `lacks ${n}`),
    properties: (parts, v, s, of) => kind(v) !== 'object' ? [] : Object.entries(v).flatMap(([name, one]) =>
        name in parts ? of(parts[name], one, `.${name}`)
            : s.additionalProperties === true ? [] : [`has ${name}, which is not declared`]),
    additionalProperties: (yes) => yes === true ? [] : ['says of additionalProperties what is not understood'],
    oneOf: (parts, v, s, of) => parts.filter((p) => of(p, v, '').length === 0).length === 1 ? []
        : ['fits none or several of its schemas'],
};

/* All that is wrong, as sentences; an empty list where the value fits. */
export function misfits(document, schema, value, where = '$') {
    const of = (part, v, at) => misfits(document, part, v, `${where}${at}`);

    of.schema = (name) => {
        const found = name.split('/').slice(1).reduce((o, step) => o?.[step], document);

        if (!found)
            throw new Error(`the document lacks ${name}`);
        return found;
    };
    return Object.entries(schema).flatMap(([word, said]) => {
        if (SAID.has(word))
            return [];
        if (!WORDS[word])
            throw new Error(`schema.mjs does not know the word ${word}`);
        return WORDS[word](said, value, schema, of).map((s) => s.startsWith('$') ? s : `${where} ${s}`);
    });
}
