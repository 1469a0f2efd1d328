// lab.test.mjs — other weights in a browser: the slider and the number are one, the sum is told
// while one types, a trial is shared by its address; both pages judged, and read on paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { local_date, page_forms } from "../flow/house.mjs";
import { add_person } from "../flow/people.mjs";
import { openPage } from "./browser.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere } from "./judge.mjs";

const GRADES = { "business-licence": [5, 5, 4, 5], pension: [1, 4, 5, 2], marriage: [5, 3, 1, 5], mortgage: [2, 5, 5, 4] };
let hall, page, year;

before(async () => {
  hall = await openHall({ settings: { staff: { session_idle: "24 h", session_max: "24 h" } } });
  const { house } = hall;
  year = local_date(house.now()).slice(0, 4);
  for (const [matter, grades] of Object.entries(GRADES))
    for (const grade of grades)
      await house.rate((await house.visit({ matter })).ticket.token, grade);
  const person = await (await add_person(house, "organisation")).log_in();
  const scheme = `/assess/${year}/scheme`;
  const form = async (action) => page_forms(await person.page(scheme)).find((f) => f.action.startsWith(action)).fields;
  const fields = await form(`${scheme}?`);
  for (const name of Object.keys(fields))
    if (name.startsWith("w_"))
      fields[name] = { w_good: "35.00", w_targets: "65.00" }[name] ?? "";
  assert.equal((await person.request("POST", scheme, { form: { ...fields, comparable: "1", prior_weight: "10", reason: "r", heard: "h" } })).status, 303);
  assert.equal((await person.request("POST", `/assess/${year}/sheets`, { form: { ...await form(`/assess/${year}/sheets`), part: "targets", name: "s", sheet: "scjg,70\nrsj,99.25\nmzj,80.5\nzrzy,93" } })).status, 303);
  page = await hall.logIn("desktop", "hall");
});
after(() => hall?.close());

test("the number, the slider and the sum go together", async () => {
  await page.goto(`${hall.base}/assess/${year}/whatif?lang=en`);
  const good = page.locator("[id='w.good']"), targets = page.locator("[id='w.targets']");
  const slider = page.getByRole("slider", { name: /Good rate/ }), button = page.locator("#trial button");
  assert.equal(await slider.inputValue(), "35");
  await good.fill("40.25");
  assert.equal(await slider.inputValue(), "40.25");
  assert.equal(await page.textContent("#sum"), "105.25");
  assert.equal(await button.textContent(), "5.25 too much");
  assert.ok(await button.isDisabled());
  await slider.focus();
  await page.keyboard.press("Home");
  assert.equal(await good.inputValue(), "0.00");
  assert.equal(await button.textContent(), "35.00 is missing");
  await good.fill("40,25");
  assert.equal(await page.textContent("#sum"), "?");
  await good.fill("70.00");
  await targets.fill("30");
  assert.equal(await button.textContent(), "Try");
  await button.click();
  assert.match(page.url(), /w\.good=70\.00&w\.targets=30/);
  const table = await page.textContent("#h-result ~ .scroll >> nth=1");
  const other = await openPage("desktop", { storageState: await page.context().storageState() });
  await other.goto(page.url());
  assert.equal(await other.textContent("#h-result ~ .scroll >> nth=1"), table, "the address is the whole question");
  assert.match(await other.textContent("[role=note]"), /changes no official result/);
  await other.context().close();
});

test("the server says the same without a script", async () => {
  const context = { storageState: await page.context().storageState(), javaScriptEnabled: false };
  const plain = await openPage("desktop", context);
  await plain.goto(`${hall.base}/assess/${year}/whatif?lang=en`);
  assert.equal(await plain.getByRole("slider").count(), 0);
  await plain.fill("[id='w.good']", "40.25");
  await plain.click("#trial button");
  assert.match(await plain.title(), /^Error/);
  assert.match(await plain.textContent("[role=alert]"), /5\.25 more than 100\.00/);
  await plain.context().close();
  await page.goto(`${hall.base}/assess/${year}/whatif?lang=en&w.good=40.25`);
  await judge(page, "whatif-trouble", { least: 44 });
});

test("both pages are judged, and show on paper what was asked", async () => {
  const storageState = await page.context().storageState();
  await judgeEverywhere("desktop", `${hall.base}/assess/${year}/whatif?w.good=70.00&w.targets=30.00`, "whatif", { least: 44, context: { storageState } });
  await judgeEverywhere("desktop", `${hall.base}/assess/${year}/lab?k=1`, "lab", { least: 44, context: { storageState } });
  await page.goto(`${hall.base}/assess/${year}/whatif?w.good=70.00&w.targets=30.00&lang=en`);
  await page.emulateMedia({ media: "print" });
  const paper = await page.locator("main").innerText();
  assert.match(paper, /A trial\. It changes no official result/);
  assert.match(paper, /35\.00\s+70\.00/);
  assert.ok(!await page.locator("#trial").isVisible());
  await page.emulateMedia({ media: null });
});
