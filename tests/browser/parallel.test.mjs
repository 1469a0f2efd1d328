// parallel.test.mjs — parallel approvals in browsers: the record of a case with its clocks as a
// chart and a table, and the year's list, for each role that may look; both languages, on
// paper, on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hall as file, place_of } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere, picture, weigh } from "./judge.mjs";

const parent = "company-setup", children = ["business-licence", "tax-registration", "seal-carving"];
let hall, head, organisation, department, stranger, id, year;

const iso = (at) => `${new Date(at + 8 * 3600e3).toISOString().slice(0, 19)}+08:00`;

before(async () => {
  hall = await openHall({ settings: { staff: { session_idle: "24 h", session_max: "24 h" }, promise: { ask_percent: 100 },
    invite: { delay_min: "0 s", delay_max: "1 s" } } });
  const { house } = hall, { window, clerk } = place_of(parent), began = house.now() - 3 * 86400e3;
  const taken = await house.post("integration", "/api/v1/cases",
    { case_no: "OA-1", source: "oa", matter: parent, window, clerk, accepted_at: iso(began) }, 201);
  id = taken.case.id;
  year = iso(began).slice(0, 4);
  for (const matter of children)
    await house.post("integration", `/api/v1/cases/${id}/approvals`, { matter, at: iso(began) }, 201);
  const step = (n, json) => house.post("integration", `/api/v1/cases/${id}/approvals/${n}/steps`, json, 201);
  await step(1, { step: "pause", reason: "supplement", at: iso(began + 3600e3) });
  await step(1, { step: "resume", at: iso(began + 86400e3) });
  await step(1, { step: "approve", at: iso(began + 2 * 86400e3) });
  await step(2, { step: "approve", outcome: "refused", at: iso(began + 86400e3) });
  await denied(house);
  head = await hall.logIn("desktop", "hall");
  organisation = await hall.logIn("desktop", "organisation");
  department = await hall.logIn("desktop", "department", { place: ["--department", "gaj"] });
  stranger = await hall.logIn("desktop", "department", { place: ["--department", "jyj"] });
});
after(() => hall?.close());

// Another case, of which the citizen says that nothing was received.
async function denied(house) {
  const { phone, survey, case: served } = await house.surveyed({ matter: "food-licence" });
  await house.reply(phone, survey.from, "5");
  await house.rated(served.id);
  await house.advance(26 * 3600);
  await house.reply(phone, (await house.message(phone, "promise")).from, "2");
  await house.message(phone, "promise_denied");
}

test("the record shows the clocks as a chart with its table, and who took part", async () => {
  const storageState = await head.context().storageState();

  await head.goto(`${hall.base}/cases/${id}?lang=en`);
  const chart = head.locator("figure svg.clocks");
  assert.equal(await chart.locator(".ran").count(), 4);
  assert.equal(await chart.locator(".stood").count(), 1);
  assert.equal(await chart.locator(".dot").count(), 1, "granted");
  assert.equal(await chart.locator(".cross").count(), 2, "refused: two strokes");
  assert.equal(await chart.locator(".open").count(), 1, "still at work");
  assert.equal(await chart.getAttribute("role"), "img");
  const rows = head.locator("figure tbody tr");
  assert.equal(await rows.count(), 3);
  assert.match(await rows.nth(1).textContent(), /refused/);
  assert.match(await head.textContent("section:has(#parallel)"), /\(intake\)/);
  await judge(head, "parallel-record", { least: 44 });
  await judgeEverywhere("desktop", `${hall.base}/cases/${id}`, "parallel-record", { least: 44, context: { storageState } });
  await head.emulateMedia({ media: "print" });
  assert.equal(await chart.isVisible(), true);
  await picture(head, "parallel-record-paper");
  await head.emulateMedia({ media: "screen" });
});

test("the year's list leads to the case; each sees what is his", async () => {
  const storageState = await organisation.context().storageState();

  await organisation.goto(`${hall.base}/assess/${year}/parallel?lang=en`);
  assert.match(await organisation.textContent("#h-sums ~ div tbody tr"), new RegExp(file.matters.find((m) => m.code === parent).name));
  await organisation.click(`a[href^="/cases/${id}"]`);
  assert.match(organisation.url(), /#parallel$/);
  await judgeEverywhere("desktop", `${hall.base}/assess/${year}/parallel`, "parallel", { least: 44, context: { storageState } });
  await weigh("desktop", `${hall.base}/assess/${year}/parallel`, "staff", { storageState });
  await department.goto(`${hall.base}/assess/${year}/parallel?lang=zh-CN`);
  assert.equal(await department.locator("#h-cases ~ div tbody tr").count(), 1);
  assert.equal(await department.locator('main a[href^="/cases/"]').count(), 0, "no link where it leads nowhere");
  await stranger.goto(`${hall.base}/assess/${year}/parallel?lang=zh-CN`);
  assert.equal(await stranger.locator("table").count(), 0);
  await judge(stranger, "parallel-none", { least: 44 });
  for (const wrong of ["1999", "20266", "x"])
    assert.equal((await organisation.goto(`${hall.base}/assess/${wrong}/parallel`)).status(), 404, wrong);
});

test("what a citizen denies is looked into, and what was found is written down once", async () => {
  const storageState = await head.context().storageState(), url = `${hall.base}/assess/${year}/parallel`;

  await judgeEverywhere("desktop", url, "parallel-denied", { least: 44, context: { storageState } });
  await head.goto(`${url}?lang=en`);
  await head.click("#denied ~ article summary");
  await head.selectOption("select[name=found]", "delivered");
  await head.fill("textarea[name=words]", "Collected at the desk on Friday");
  await judge(head, "parallel-look", { least: 44 });
  await head.click("article form button");
  assert.equal(await head.locator("article form").count(), 0);
  assert.equal(await head.locator("#denied").count(), 0);
});
