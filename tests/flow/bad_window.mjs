/*
 * bad_window.mjs — a window whose citizens are dissatisfied, beside one where they are not: real
 * cases of another system, asked by SMS and answered, on days that the clock is moved to.
 */
import { hall } from './house.mjs';

export const DAY_MS = 86400e3;
const ZONE_MS = 8 * 3600e3; /* Asia/Shanghai */

export const mine = hall.windows[0];
export const other = hall.windows.find((w) => w.department !== mine.department);

/* What such a house is opened with. */
export const settings = {
    staff: { session_idle: '24 h', session_max: '24 h', password_days: 3650 },
    invite: { delay_min: '0 s', delay_max: '1 s' },
    second_assessment: { base_least: 20 },
};

export const day_text = (ms) => new Date(ms + ZONE_MS).toISOString().slice(0, 10);

/* Ten o'clock of a day of the month that is `months` after the present one. */
export function morning_of(house, months, day) {
    const local = new Date(house.now() + ZONE_MS);

    return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, day, 2);
}

/* Ten o'clock of the day on which no rating of the last month can change any more: 15 days to rate,
 * one to correct. */
export const settled = (house) => morning_of(house, 0, 1) + 16 * DAY_MS;

function matter_of(window) {
    return hall.matters.find((m) => m.form !== 'four' && m.department === window.department &&
        (window.matters === 'all' || window.matters.includes(m.code)));
}

let cases = 0;

/* Some at once, so that they share their way to the disk. */
async function each(list, fn) {
    for (let i = 0; i < list.length; i += 16)
        await Promise.all(list.slice(i, i + 16).map(fn));
}

/* Closed cases of both windows, rated by SMS: `[bad, n]` of each. */
export async function rated(house, at_mine, at_other) {
    const all = [[mine, at_mine], [other, at_other]].flatMap(([window, [bad, n]]) =>
        Array.from({ length: n }, (_, i) => ({ window, case_no: `S-${++cases}`, phone: house.phone(), grade: i < bad ? '1' : '5' })));
    const now = new Date(house.now()).toISOString();

    await each(all, ({ window, case_no, phone }) => house.post('integration', '/api/v1/cases', { case_no, phone, source: 'oa',
        matter: matter_of(window).code, window: window.code, clerk: hall.staff.find((s) => s.window === window.code).code,
        accepted_at: now, closed_at: now }, 201));
    await house.advance(5);
    await each(all, async ({ phone, grade }) => house.reply(phone, (await house.message(phone, /^survey/)).from, grade));
}
