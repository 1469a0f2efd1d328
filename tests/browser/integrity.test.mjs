// integrity.test.mjs — the question that stands last, on a phone: nothing ticked, answered or left
// out, with a mistake brought back; and what the inspection finds of it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { House, run_well } from "../flow/house.mjs";
import { openPage } from "./browser.mjs";
import { openHall } from "./hall.mjs";
import { judge } from "./judge.mjs";

let hall, key, citizen, served;

before(async () => {
  key = join(new House().folder, "inspection.key");
  const made = await run_well(["inspection", "keygen", "--out", key]);
  hall = await openHall({ settings: { inspection: { public_key: made.stdout.trim() } } });
  served = await hall.house.visit();
  citizen = await openPage("phone");
});
after(() => hall?.close());

test("a citizen answers, corrects the mistake and is thanked", async () => {
  await citizen.goto(`${hall.base}/t/${served.ticket.token}?lang=zh-CN`);
  await citizen.click("button.g2");
  const last = citizen.locator("form.detail fieldset").last();
  assert.match(await last.textContent(), /办指南以外/);
  assert.equal(await citizen.locator("form.detail :checked").count(), 0);
  await judge(citizen, "integrity-question");
  await citizen.fill("textarea[name=beyond_words]", "要我另外交两百块");
  citizen.forgives = /status of 422/; // as it should be
  await citizen.click("form.detail button");
  await citizen.waitForSelector("text=请先选");
  assert.equal(await citizen.inputValue("textarea[name=beyond_words]"), "要我另外交两百块");
  await judge(citizen, "integrity-mistake");
  await citizen.check("input[name=beyond][value=yes]");
  await citizen.click("form.detail button");
  await citizen.waitForURL(/thanks=1/);
  assert.ok(!(await citizen.content()).includes("两百块"), "it is not shown again");
});

test("the inspection takes it away sealed, and reads it elsewhere", async () => {
  const inspection = await hall.logIn("desktop", "inspection");
  await inspection.goto(`${hall.base}/inspection?lang=zh-CN`);
  await judge(inspection, "inspection", { least: 44 });
  const [download] = await Promise.all([inspection.waitForEvent("download"), inspection.click("form[action='/inspection/answers'] button")]);
  const file = join(hall.house.folder, "answers.jsonl");
  await download.saveAs(file);
  const opened = await run_well(["inspection", "open", "--key", key, file]);
  const answer = JSON.parse(opened.stdout);
  assert.equal(answer.words, "要我另外交两百块");
  await inspection.fill("#case_no", answer.case_no);
  await inspection.click("form[action='/inspection/hints'] button");
  await inspection.waitForURL(/\/reviews\/\d+/);
  await judge(inspection, "inspection-order", { least: 44 });
});
