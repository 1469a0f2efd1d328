// citizen.test.mjs — every state of a ticket's page and every error of the sheet, looked
// at on a small phone in every language, Mongolian drafts among them.
//
// Against a house of its own (tests/flow/house.mjs), whose queue is moved by the desk's
// API. How a page is judged: judge.mjs. What its script does: citizen_script.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, place_of } from "../flow/house.mjs";
import { citizenLanguages as speaks, openPage } from "./browser.mjs";
import { judge, judgeEverywhere, weigh } from "./judge.mjs";

let house, base;
const t = {}; // tokens by state

before(async () => {
  house = await House.open({ settings: { pages: { mongolian: "both" }, queue: { sms_alerts: "yes" } } });
  base = `http://127.0.0.1:${house.port}`;
  await cases();
  await queues();
});

after(() => house?.close());

const at = (token, query = "") => `${base}/t/${token}${query}`;

async function take(matter, more = {}) {
  return (await house.take({ matter, ...more })).token;
}

// One ticket in every state of the queue; each department has a queue of its own.
async function queues() {
  for (let i = 0; i < 4; i++)
    t.waiting = await take("food-licence", { phone: house.phone() });
  t.many = await take("food-licence");
  t.near = (await queue("id-card", 2)).at(-1);
  t.called = (await queue("fund-loan", 1))[0];
  await house.call(...placed("fund-loan"));
  t.serving = (await queue("taxi", 1))[0];
  await house.case_act((await house.call(...placed("taxi"))).case.id, "start");
  t.held = (await queue("birth", 1))[0];
  await house.call(...placed("birth"));
  await house.act(place_of("birth").window, "hold");
  t.missed = (await queue("eia", 1))[0];
  await miss("eia");
  const moved = await house.take({ matter: "tax-refund" });
  await house.call(...placed("tax-refund"));
  await house.post("desk", `/api/v1/tickets/${moved.id}/transfer`, { window: "C01" });
  t.moved = moved.token;
  t.accepted = (await queue("build-permit", 1))[0];
  const permit = await house.call(...placed("build-permit"));
  await house.case_act(permit.case.id, "start");
  await house.case_act(permit.case.id, "accept");
  t.sensitive = (await queue("divorce", 1))[0];
  await paused();
}

function placed(matter) {
  const { window, clerk } = place_of(matter);
  return [window, clerk];
}

async function queue(matter, count) {
  const tokens = [];
  for (let i = 0; i < count; i++)
    tokens.push(await take(matter));
  return tokens;
}

async function miss(matter) {
  const { window } = place_of(matter);
  await house.call(...placed(matter));
  await house.act(window, "recall");
  await house.act(window, "recall");
  await house.advance(61);
  await house.act(window, "no-show");
}

// The only window of this matter calls somebody, takes them up, and pauses.
async function paused() {
  t.paused = (await queue("school", 2))[1];
  const { case: c } = await house.call(...placed("school"));
  await house.case_act(c.id, "close");
  await house.act(place_of("school").window, "pause", { reason: "午休" });
}

// One ticket in every state of its cases.
async function cases() {
  const visit = (more = {}) => house.visit({ matter: "company-change", ...more });
  t.closed = (await visit()).ticket.token;
  t.closed_plain = (await visit()).ticket.token;
  t.four = (await visit({ matter: "company-setup" })).ticket.token;
  const bad = await visit({ phone: house.phone() });
  t.bad = bad.ticket.token;
  await house.rate(t.bad, 1);
  t.good = (await visit({ phone: house.phone() })).ticket.token;
  await house.rate(t.good, 5);
  t.corrected = (await visit()).ticket.token;
  await house.rate(t.corrected, 2);
  await house.request("POST", `/t/${t.corrected}/rate`, { form: { grade: 4 } });
  t.several = await several();
}

// Four cases: one to be rated, one rated, and more than a page shows.
async function several() {
  const ticket = await house.take({ matter: "company-change" });
  const called = await house.call(...placed("company-change"));
  assert.equal(called.ticket.id, ticket.id);
  await house.case_act(called.case.id, "start");
  const ids = [called.case.id];
  for (const matter of ["food-licence", "company-close", "org-code"])
    ids.push((await house.post("desk", `/api/v1/tickets/${ticket.id}/cases`, { matter }, 201)).case.id);
  for (const id of ids)
    await house.case_act(id, "close");
  await house.request("POST", `/t/${ticket.token}/rate`, { form: { grade: 2, case: ids[1] } });
  return ticket.token;
}

/* -- Every state --------------------------------------------------------------------- */

// What the sheet says in Chinese and in English.
const said = {
  waiting: [/前面还有 3 人/, /3 people ahead/],
  near: [/快到您了，请回到1 楼等候区/, /Nearly your turn, please come back to the waiting area on floor 1/],
};

test("every state of the queue", async () => {
  for (const [name, text] of Object.entries(t))
    await judgeEverywhere("phone", at(text), `citizen-${name}`, { speaks: ["zh-CN", "en"] });
});
