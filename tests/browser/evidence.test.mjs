// evidence.test.mjs — quota, indicators and a person's sheet in browsers, with figures in them: a tie is
// decided by a person, a figure is typed with its evidence, and a sheet is printed with its signatures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hall as file, local_date, place_of } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere, picture, weigh } from "./judge.mjs";
import { paper } from "./looks.mjs";

const matter = file.matters.find((m) => m.form !== "four"), place = place_of(matter.code);
const services = ["agent", "appointment", "extended", "early"];
let hall, person, year, storageState;

before(async () => {
  hall = await openHall({ settings: { staff: { session_idle: "24 h", session_max: "24 h" } } });
  const { house } = hall, iso = (ms) => `${new Date(ms + 8 * 3600e3).toISOString().slice(0, 19)}+08:00`;
  year = local_date(house.now()).slice(0, 4);
  for (let i = 0; i < 70; i++)
    await house.expect_any([201], "POST", "/api/v1/cases", { as: "integration", json: { case_no: `E-${i}`, source: "oa", matter: matter.code,
      window: place.window, clerk: place.clerk, accepted_at: iso(house.now() - (1 + (i * 7) % 20) * 86400e3), closed_at: iso(house.now()),
      service: services.filter((_, s) => (i >> s) & 1), decided_at_window: i % 4 !== 0, trips: i % 5, came_again: i % 6 === 0 } });
  for (const grade of [5, 5, 4, 3, 2, 1])
    await house.rate((await house.visit({ matter: matter.code })).ticket.token, grade);
  const texted = await house.surveyed({ matter: matter.code });
  await house.reply(texted.phone, texted.survey.from, "1 脸难看，等得太久");
  await house.rated(texted.case.id);
  person = await hall.logIn("desktop", "organisation");
  storageState = await person.context().storageState();
});
after(() => hall?.close());

test("a tie in the quota waits for a person, who says why", async () => {
  await person.goto(`${hall.base}/assess/${year}/quota?lang=en`);
  await person.selectOption("#split", "fixed");
  await person.fill("#total", "1");
  const inputs = person.locator("input[name^='n.']"), n = await inputs.count();
  for (let i = 0; i < n; i++)
    await inputs.nth(i).fill(i < 2 ? "5" : "0");
  await person.click("form.quota button");
  assert.match(await person.textContent("main"), /Places that wait for a person's decision: 1/);
  const ties = person.locator("input[name=tie]");
  assert.equal(await ties.count(), 2);
  assert.deepEqual([await ties.nth(0).isChecked(), await ties.nth(1).isChecked()], [false, false]);
  await judge(person, "quota-tie", { least: 44 });
  await ties.nth(1).check();
  await person.fill("#reason", "More cases closed per head");
  await person.click("form.quota button");
  assert.match(await person.textContent("main"), /The tie was decided by a person\. Reason: More cases closed per head/);
  assert.deepEqual((await person.locator("tbody tr td:nth-child(6)").allTextContents()).slice(0, 3).map(Number), [0, 1, 0]);
  await judge(person, "quota-decided", { least: 44 });
  await person.goto(`${hall.base}/assess/${year}/quota?lang=en&base=abc`);
  assert.match(await person.title(), /^Error/);
  assert.equal(await person.inputValue("#base"), "abc");
});

test("indicators are read, and a figure is typed with its evidence", async () => {
  const url = `${hall.base}/assess/${year}/indicators`;
  await person.goto(`${url}?lang=en`);
  await person.selectOption("#department", matter.department);
  await person.check("#kind input[value=people]");
  await person.fill("#moved", "9");
  await person.fill("#whole", "8");
  await person.fill("#day", local_date(hall.house.now()));
  await person.fill("#evidence", "List 2026-3");
  await person.click("form[method=post][action*=indicators] button");
  assert.match(await person.title(), /^Error/);
  assert.equal(await person.inputValue("#evidence"), "List 2026-3");
  assert.equal(await person.isChecked("#kind input[value=people]"), true);
  await person.fill("#whole", "10");
  await person.dblclick("form[method=post][action*=indicators] button");
  await person.waitForURL(/saved=1/);
  assert.equal(await person.getByText("90.0% (9/10)").count(), 1, "pressed twice is one figure");
  await judgeEverywhere("desktop", url, "indicators", { least: 44, context: { storageState } });
  await weigh("desktop", url, "staff", { storageState });
  await person.goto(`${url}?lang=zh-CN`);
  await paper(person, "indicators");
});

test("a person's sheet is facts in three parts, printed with cut-off and signatures", async () => {
  await person.goto(`${hall.base}/assess/${year}/person?lang=en`);
  await person.click(`a[href$='/person/${place.clerk}']`);
  await judge(person, "person-sheet", { least: 44 });
  await person.goto(`${hall.base}/assess/${year}/person/${place.clerk}?lang=zh-CN`);
  await paper(person, "person-sheet");
  await person.emulateMedia({ media: "print" });
  for (const part of ["能力", "实绩", "廉洁", "签字"])
    assert.equal(await person.getByRole("heading", { name: part, exact: true }).isVisible(), true, part);
  assert.match(await person.textContent(".signing"), new RegExp(`数据截至：${year}-`));
  await picture(person, "person-sheet-print");
  const pages = (await person.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages <= 5, `${pages} pages of A4`);
  await person.emulateMedia({ media: "screen" });
});
