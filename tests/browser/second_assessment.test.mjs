// second_assessment.test.mjs — a second assessment in browsers: the list and the record are judged
// in both languages and on paper, notice and plan are given by hand and by keys alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DAY_MS, day_text, mine, morning_of, other, rated, settled, settings } from "../flow/bad_window.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere, picture } from "./judge.mjs";

let hall, organisation, department, list, record;

before(async () => {
  hall = await openHall({ settings });
  const { house } = hall;
  await house.advance_to(morning_of(house, 1, 6));
  list = `${hall.base}/assess/${day_text(house.now()).slice(0, 4)}/second`;
  await rated(house, [16, 32], [1, 40]);
  await house.advance_to(morning_of(house, 1, 6));
  await house.advance_to(settled(house));
  organisation = await hall.logIn("desktop", "organisation");
  department = await hall.logIn("desktop", "department", { place: ["--department", mine.department] });
});
after(() => hall?.close());

test("the list says what the rules are, and leads to the record", async () => {
  const storageState = await organisation.context().storageState();
  await organisation.goto(`${list}?lang=en`);
  assert.equal(await organisation.locator("table tbody tr").count(), 1);
  assert.equal(await organisation.locator("main dt").count(), 3);
  await organisation.click("table a");
  record = organisation.url().split("?")[0];
  await judgeEverywhere("desktop", list, "second-list", { least: 44, context: { storageState } });
  await judgeEverywhere("desktop", record, "second-record", { least: 44, context: { storageState } });
});

test("the chart says by its shape what is out, and the table says the same", async () => {
  await organisation.goto(`${record}?lang=zh-CN`);
  assert.equal(await organisation.locator("svg.control .out").count(), 1);
  assert.equal(await organisation.locator("figure table tbody tr", { hasText: "报警" }).count(), 1);
  await organisation.click("dl a[href^='/ratings']");
  assert.equal(await organisation.locator("tbody tr").count(), 32);
});

test("somebody who is not qualified is told so, with his words kept", async () => {
  await organisation.goto(`${record}?lang=en`);
  await organisation.click("details[open] summary, details:has(#w_notice) summary");
  await organisation.fill("#w_notice", "Please write a plan.");
  await organisation.click("details:has(#w_notice) button");
  assert.match(await organisation.title(), /^Error/);
  assert.equal(await organisation.inputValue("#w_notice"), "Please write a plan.");
  await judge(organisation, "second-refused", { least: 44 });
});

test("notice and plan, by keys alone", async () => {
  const year = list.match(/assess\/(\d{4})/)[1], now = hall.house.now();
  await organisation.goto(`${hall.base}/assess/${year}/papers?lang=en`);
  await organisation.click("details:has(#account) summary");
  await organisation.selectOption("#account", await organisation.locator("#account option", { hasText: organisation.person.name }).getAttribute("value"));
  await organisation.selectOption("#home", other.department);
  await organisation.fill("#since", day_text(now));
  await organisation.fill("#until", day_text(now + 300 * DAY_MS));
  await organisation.fill("#proof", "certificate 2026-01");
  await organisation.click("details:has(#account) button");
  await organisation.goto(`${record}?lang=en`);
  await organisation.focus("details:has(#w_notice) summary");
  await organisation.keyboard.press("Enter");
  await organisation.keyboard.press("Tab");
  await organisation.keyboard.type("Please write a plan.");
  await organisation.keyboard.press("Tab");
  await organisation.keyboard.press("Enter");
  await organisation.waitForSelector("text=Plan to be written");

  await department.goto(`${record}?lang=en`);
  await department.click("details:has(#w_plan) summary");
  const first = await department.getAttribute("#d_plan", "min");
  assert.equal(first, day_text(now + DAY_MS));
  await department.fill("#d_plan", first);
  await department.fill("#w_plan", "One more person at the window.");
  await department.click("details:has(#w_plan) button");
  await department.waitForSelector("text=To be measured again");
  await judge(department, "second-planned", { least: 44 });
});

test("on paper there are figures, signatures and no buttons", async () => {
  await organisation.goto(`${record}?lang=zh-CN`);
  assert.equal(await organisation.locator(".signatures").isVisible(), false);
  await organisation.emulateMedia({ media: "print" });
  assert.equal(await organisation.locator(".signatures").isVisible(), true);
  assert.equal(await organisation.locator("details").first().isVisible(), false);
  assert.equal(await organisation.locator("figure table").isVisible(), true);
  await picture(organisation, "second-paper");
  await organisation.emulateMedia({ media: "screen" });
});
