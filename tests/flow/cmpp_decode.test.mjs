/*
 * cmpp_decode.test.mjs — the second decoder itself is judged by vectors/cmpp.json, so that
 * two decoders that agree are not wrong together.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import * as cmpp from './cmpp_decode.mjs';
import { SHARED } from './house.mjs';

const { vectors } = JSON.parse(fs.readFileSync(path.join(SHARED, 'vectors/cmpp.json')));

for (const v of vectors)
    test(`vector: ${v.name}`, () => {
        const version = v.name.startsWith('cmpp2.0') ? '2.0' : '3.0', bytes = Buffer.from(v.hex, 'hex');
        const { pdus, rest } = cmpp.decode(bytes, version);

        assert.equal(pdus.length, 1);
        assert.equal(rest.length, 0);
        assert.equal(bytes.length, v.length);
        assert.equal(cmpp.encode(pdus[0], version).toString('hex'), v.hex);
        if (v.msg_id)
            assert.equal(String(pdus[0].Msg_Id), v.msg_id);
        if (v.src_id)
            assert.equal(pdus[0].Src_Id, v.src_id);
        if (v.authenticator_hex)
            assert.equal(cmpp.authenticator(v.sp_id, v.secret, v.timestamp_uint32).toString('hex'), v.authenticator_hex);
        if (/connect_resp/.test(v.name))
            assert.deepEqual(pdus[0].AuthenticatorISMG, cmpp.authenticator_ismg(0,
                Buffer.from(vectors.find((o) => o.name === v.name.replace('_resp ok', '')).authenticator_hex, 'hex'),
                'SharedSecret1', version));
        for (let cut = 12; cut < bytes.length; cut++) {
            const short = Buffer.from(bytes.subarray(0, cut));

            short.writeUInt32BE(cut, 0);
            assert.throws(() => cmpp.decode(short, version), `cut to ${cut}`);
        }
    });
