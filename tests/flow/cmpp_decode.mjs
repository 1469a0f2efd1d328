/*
 * cmpp_decode.mjs — a second decoder and encoder of CMPP, written from the protocol's own
 * table of fields and sharing nothing with the program: what the carrier of the tests
 * reads and says, 2.0 and 3.0.
 *
 * A layout is a list of [name, kind, width in 2.0, width in 3.0]; a field that a version
 * has not got is 0 wide. Anything that does not add up throws.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';

export const CONNECT = 1, TERMINATE = 2, SUBMIT = 4, DELIVER = 5, ACTIVE_TEST = 8, RESP = 0x80000000;

const n = (name, two, three = two) => [name, 'number', two, three];
const t = (name, two, three = two) => [name, 'text', two, three];
const b = (name, two, three = two) => [name, 'bytes', two, three];
const result = [['Msg_Id', 'id', 8, 8], n('Result', 1, 4)];

const layouts = new Map([
    [CONNECT, [t('Source_Addr', 6), b('AuthenticatorSource', 16), n('Version', 1), n('Timestamp', 4)]],
    [CONNECT + RESP, [n('Status', 1, 4), b('AuthenticatorISMG', 16), n('Version', 1)]],
    [SUBMIT, [['Msg_Id', 'id', 8, 8], n('Pk_total', 1), n('Pk_number', 1), n('Registered_Delivery', 1),
        n('Msg_level', 1), t('Service_Id', 10), n('Fee_UserType', 1), t('Fee_terminal_Id', 21, 32),
        n('Fee_terminal_type', 0, 1), n('TP_pId', 1), n('TP_udhi', 1), n('Msg_Fmt', 1), t('Msg_src', 6),
        t('FeeType', 2), t('FeeCode', 6), t('ValId_Time', 17), t('At_Time', 17), t('Src_Id', 21),
        n('DestUsr_tl', 1), t('Dest_terminal_Id', 21, 32), n('Dest_terminal_type', 0, 1),
        ['Msg_Content', 'counted', 1, 1], t('LinkID', 8, 20)]],
    [SUBMIT + RESP, result],
    [DELIVER, [['Msg_Id', 'id', 8, 8], t('Dest_Id', 21), t('Service_Id', 10), n('TP_pid', 1), n('TP_udhi', 1),
        n('Msg_Fmt', 1), t('Src_terminal_Id', 21, 32), n('Src_terminal_type', 0, 1), n('Registered_Delivery', 1),
        ['Msg_Content', 'counted', 1, 1], t('LinkID', 8, 20)]],
    [DELIVER + RESP, result],
    [ACTIVE_TEST, []],
    [ACTIVE_TEST + RESP, [n('Reserved', 1)]],
    [TERMINATE, []],
    [TERMINATE + RESP, []],
]);

const report_layout = [['Msg_Id', 'id', 8, 8], t('Stat', 7), t('Submit_time', 10), t('Done_time', 10),
    t('Dest_terminal_Id', 21, 32), n('SMSC_sequence', 4)];

function read_fields(layout, bytes, version) {
    const out = {};
    let at = 0;

    for (const [name, kind, two, three] of layout) {
        const width = version === '2.0' ? two : three;

        if (width === 0)
            continue;
        const field = bytes.subarray(at, at + width);
        assert.equal(field.length, width, `${name} is cut`);
        at += width;
        if (kind === 'number') {
            out[name] = field.readUIntBE(0, width);
        } else if (kind === 'id') {
            out[name] = field.readBigUInt64BE();
        } else if (kind === 'bytes') {
            out[name] = field;
        } else if (kind === 'counted') {
            out[name] = bytes.subarray(at, at + field[0]);
            assert.equal(out[name].length, field[0], `${name} is cut`);
            at += field[0];
        } else {
            const end = field.indexOf(0);

            out[name] = field.toString('latin1', 0, end < 0 ? width : end);
            assert.ok(end < 0 || field.subarray(end).every((byte) => byte === 0), `${name} is filled with NUL`);
        }
    }
    assert.equal(at, bytes.length, 'nothing is left');
    return out;
}

function write_fields(layout, fields, version) {
    return Buffer.concat(layout.map(([name, kind, two, three]) => {
        const width = version === '2.0' ? two : three, out = Buffer.alloc(width), value = fields[name];

        if (width === 0 || value === undefined)
            return kind === 'counted' ? Buffer.from([0]) : out;
        if (kind === 'number')
            out.writeUIntBE(value, 0, width);
        else if (kind === 'id')
            out.writeBigUInt64BE(value);
        else if (kind === 'bytes')
            value.copy(out);
        else if (kind === 'counted')
            return Buffer.concat([Buffer.from([value.length]), value]);
        else
            out.write(value, 'latin1');
        return out;
    }));
}

/* Splits a stream: { pdus: [{ command, sequence, …fields }], rest }. */
export function decode(bytes, version) {
    const pdus = [];

    while (bytes.length >= 12) {
        const total = bytes.readUInt32BE(0), command = bytes.readUInt32BE(4);

        assert.ok(total >= 12 && total < 1000, `Total_Length ${total}`);
        if (bytes.length < total)
            break;
        assert.ok(layouts.has(command), `command ${command.toString(16)}`);
        pdus.push({ command, sequence: bytes.readUInt32BE(8),
            ...read_fields(layouts.get(command), bytes.subarray(12, total), version) });
        bytes = bytes.subarray(total);
    }
    return { pdus, rest: bytes };
}

export function encode({ command, sequence, ...fields }, version) {
    const body = write_fields(layouts.get(command), fields, version), head = Buffer.alloc(12);

    head.writeUInt32BE(12 + body.length, 0);
    head.writeUInt32BE(command, 4);
    head.writeUInt32BE(sequence, 8);
    return Buffer.concat([head, body]);
}

export function encode_report(fields, version) {
    return write_fields(report_layout, fields, version);
}

const md5 = (...parts) => crypto.createHash('md5').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();

export function authenticator(source, secret, timestamp) {
    return md5(source, Buffer.alloc(9), secret, String(timestamp).padStart(10, '0'));
}

export function authenticator_ismg(status, source_authenticator, secret, version) {
    const bytes = Buffer.alloc(version === '2.0' ? 1 : 4);

    bytes.writeUIntBE(status, 0, bytes.length);
    return md5(bytes, source_authenticator, secret);
}

export function utf16be(text) {
    return Buffer.from(text, 'utf16le').swap16();
}

export function from_utf16be(bytes) {
    return Buffer.from(bytes).swap16().toString('utf16le');
}
