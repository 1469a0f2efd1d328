/*
 * catalogues.test.mjs — every string is there in every language, and says the same variables.
 *
 * A family is what stands in templates/pages/FAMILY.LANGUAGE.json. Those whom it is for decide how many
 * languages it has: all have Chinese and English, citizens' pages may have more. Not here: whether a
 * page names only strings that are there (tests/unit/pages_test.c).
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ROOT } from './house.mjs';

const pages = path.join(ROOT, 'templates/pages'), texts = path.join(ROOT, 'templates/sms');
const families = new Map();

for (const name of fs.readdirSync(pages).sort()) {
    const [, family, lang] = /^([^.]+)\.([^.]+)\.json$/.exec(name) ?? [];

    if (family)
        families.set(family, { ...families.get(family), [lang]: name });
}

/* Pairs of a key and its text, also of catalogues within a catalogue; a key that comes twice is told. */
function strings(name) {
    const source = fs.readFileSync(path.join(pages, name), 'utf8'), found = new Map();
    const walk = (value, key) => typeof value === 'string' ? found.set(key, value)
        : Object.entries(value).forEach(([k, v]) => walk(v, key ? `${key}.${k}` : k));

    walk(JSON.parse(source), '');
    const keys = [...source.matchAll(/^\s*"((?:[^"\\]|\\.)*)"\s*:\s*"/gm)].map((m) => m[1]);
    assert.equal(keys.length, found.size, `${name}: a key stands twice, or a line holds two`);
    return found;
}

const variables = (text) => [...new Set(text.match(/\{[a-z_0-9]+\}/g) ?? [])].sort();

test('there are catalogues, each in Chinese and English', () => {
    assert.ok(families.size >= 5, [...families.keys()].join(' '));
    for (const [family, languages] of families)
        assert.ok(languages['zh-CN'] && languages.en, family);
});

for (const [family, languages] of families)
    for (const [lang, name] of Object.entries(languages)) {
        if (lang === 'zh-CN')
            continue;
        test(`${name} has every string of the Chinese one, with its variables, and no other`, () => {
            const chinese = strings(languages['zh-CN']), other = strings(name);

            assert.deepEqual([...chinese.keys()].filter((key) => !other.has(key)), [], 'missing');
            assert.deepEqual([...other.keys()].filter((key) => !chinese.has(key)), [], 'not in Chinese');
            for (const [key, text] of other) {
                assert.ok(text.trim(), `${key} is empty`);
                assert.deepEqual(variables(text), variables(chinese.get(key)), `${key}: ${text}`);
            }
            /* Names of languages, of the product, and what is quoted may stay Chinese. */
            for (const [key, text] of other)
                assert.ok(!/\p{Script=Han}/u.test(text.replace(/中文|一评/g, '')), `${key} is not translated: ${text}`);
        });
    }

test('every text message is there in every language', () => {
    const [first, ...rest] = fs.readdirSync(texts).map((lang) => fs.readdirSync(path.join(texts, lang)).sort());

    assert.ok(rest.length > 0 && first.length > 10);
    for (const other of rest)
        assert.deepEqual(other, first);
    for (const lang of fs.readdirSync(texts))
        for (const name of first)
            assert.ok(fs.readFileSync(path.join(texts, lang, name), 'utf8').trim(), `${lang}/${name} is empty`);
});

/* What the lower floors say where a page shows it: each such sentence stands in the catalogue `faults`. */
const TOLD = ['domain/scheme.c', 'domain/scheme_json.c', 'store/order_store.c', 'store/appeal_store.c', 'store/freeze_bars.c', 'work/freezer.c', 'web/page_order_act.c'];

function sentences(file) {
    const source = fs.readFileSync(path.join(ROOT, 'src', file), 'utf8');
    const calls = source.match(/\b(?:fault|error_set|error_field)\([^;]*?\);/g) ?? [];
    const literals = calls.flatMap((call) => call.match(/(?:"(?:[^"\\]|\\.)*"\s*)+/g) ?? [])
        .map((run) => run.match(/"(?:[^"\\]|\\.)*"/g).map((one) => JSON.parse(one)).join(''));

    /* A sentence ends as one; `"%s" %s.` is made of a rule's own words, which are below. */
    return literals.filter((text) => / .*[.?]$/.test(text) && text !== '"%s" %s.')
        .map((text) => text.replace(/^%s: /, '').replace('%s%s%s', '').replace('too %s', 'too little').replace(/%(?:\.\d+|0\d)?(?:lld|zu|d|s)/g, '7'));
}

test('every sentence that a page shows of a fault is translated', () => {
    const english = [...strings('faults.en.json')].filter(([key]) => key.startsWith('say_'));
    const patterns = english.map(([key, text]) => [key, new RegExp(`^${text.split(/\{[a-z_0-9]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*?')}$`)]);
    const rules = [...fs.readFileSync(path.join(ROOT, 'src/domain/hall_rule.c'), 'utf8').matchAll(/"(is no code;[^]*?|is not UTF-8[^]*?|holds a tab[^]*?|begins or ends[^]*?|is empty; allowed are 1 to 60[^]*?|is too long; allowed are 1 to 60[^]*?)";?[;)]/g)]
        .map(([, text]) => `"7" ${JSON.parse(`"${text.replace(/"\s+"/g, '')}"`)}.`);
    const all = [...TOLD.flatMap(sentences), ...rules];

    assert.ok(all.length > 50 && rules.length >= 6, `${all.length} ${rules.length}`);
    assert.deepEqual(all.filter((text) => !patterns.some(([, pattern]) => pattern.test(text))), []);
});
