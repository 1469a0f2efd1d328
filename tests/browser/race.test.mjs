// race.test.mjs — desks that press at the same moment: nobody is called twice, nobody is
// passed over, and one press, however often it arrives, calls one person.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";

const MATTER = "business-licence", WINDOWS = ["A01", "A02", "A03"];
let hall, desks;

before(async () => {
  hall = await openHall();
  desks = await Promise.all(WINDOWS.map((window) => hall.becomes("desktop", "desk", window)));
});

after(() => hall?.close());

const call = (page) => page.locator("form[action*='/call'] button").first();

// The number of whoever stands at this desk; null where the desk says that nobody waits.
async function called(page) {
  await until("an answer to the call", async () => await page.locator(".number").count() > 0 ||
    await page.locator(".good", { hasText: "现在没人等候" }).count() > 0);
  const here = page.locator(".number");
  return await here.count() > 0 ? (await here.first().textContent()).trim() : null;
}

async function look() {
  await Promise.all(desks.map((page, i) => page.goto(`${hall.base}/w/${WINDOWS[i]}`)));
}

// Whoever stands at the desks is served to the end.
async function serve() {
  await look();
  for (const page of desks) {
    const id = page.locator("input[name=case]").first();
    if (await id.count() === 0)
      continue;
    const here = await id.inputValue();
    await hall.house.case_act(here, "start");
    await hall.house.case_act(here, "close");
  }
  await look();
}

async function crowd(count) {
  const numbers = [];
  for (let i = 0; i < count; i++)
    numbers.push((await hall.house.take({ matter: MATTER })).number);
  return numbers;
}

test("three desks and seven people: each is called once, in their order", async () => {
  const waiting = await crowd(7), met = [];
  await look();
  for (const expected of [3, 3, 1]) {
    await Promise.all(desks.map((page) => call(page).click()));
    const now = (await Promise.all(desks.map(called))).filter(Boolean);
    assert.equal(now.length, expected, `${now}`);
    assert.deepEqual([...now].sort(), waiting.slice(met.length, met.length + expected), "the longest waiting first");
    met.push(...now);
    await serve();
  }
  assert.deepEqual([...met].sort(), waiting);
});

test("two desks and one person: one gets them, the other is told that nobody waits", async () => {
  const [only] = await crowd(1);
  await look();
  await Promise.all(desks.slice(0, 2).map((page) => call(page).click()));
  const got = await Promise.all(desks.slice(0, 2).map(called));
  assert.deepEqual(got.filter(Boolean), [only]);
  await serve();
});

test("a double press, and a press that arrives five times, call one person", async () => {
  const [first, second] = await crowd(2), [page] = desks;
  await look();
  await call(page).dblclick();
  assert.equal(await called(page), first);
  await serve();
  await look();
  const form = page.locator("form[action*='/call']").first();
  const fields = Object.fromEntries(await form.evaluate((f) => [...new FormData(f)]));
  const action = await form.evaluate((f) => f.action);
  const answers = await Promise.all(Array.from({ length: 5 }, () => page.request.post(action, { form: fields, maxRedirects: 0 })));
  assert.ok(answers.every((answer) => answer.status() < 500));
  await look();
  assert.equal(await called(page), second);
  assert.equal(await desks[1].locator(".number").count(), 0);
  const [state] = await Promise.all([hall.house.take({ matter: MATTER })]);
  assert.equal(state.ahead, 0, "nobody else was called or left behind");
  await serve();
});
