// assess.test.mjs — a year's assessment in browsers: a scheme is proposed without scripts, a
// department's points are followed down to the cases, and what is printed lies across on A4.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hall as file, local_date } from "../flow/house.mjs";
import { inLanguage, openPage } from "./browser.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere, picture, weigh } from "./judge.mjs";

const matters = [...new Map(file.matters.filter((m) => m.form !== "four").map((m) => [m.department, m])).values()].slice(0, 3);
let hall, organisation, department, year;

before(async () => {
  hall = await openHall({ settings: { staff: { session_idle: "24 h", session_max: "24 h", recent: "8 h" } } });
  const { house } = hall;
  year = Number(local_date(house.now()).slice(0, 4));
  for (const [i, grades] of [[...Array(28).fill(5), 4, 3, 2], [...Array(20).fill(4), ...Array(10).fill(1)], [5, 2]].entries())
    for (const grade of grades)
      await house.rate((await house.visit({ matter: matters[i].code })).ticket.token, grade);
  organisation = await hall.logIn("desktop", "organisation");
  department = await hall.logIn("desktop", "department", { place: ["--department", matters[0].department] });
});
after(() => hall?.close());

test("a scheme is proposed and adopted without scripts; what is missing to 100.00 is said", async () => {
  const page = await openPage("desktop", { javaScriptEnabled: false, storageState: await organisation.context().storageState() });
  const at = `${hall.base}/assess/${year + 1}/scheme`;

  await page.goto(inLanguage(at, "en"));
  assert.equal(await page.inputValue("#w_good"), "8.00");
  await page.fill("#w_good", "6.25");
  await page.fill("#reason", "Hearing of 3 November");
  await page.fill("#heard", "all departments");
  await page.click("text=Propose a new version >> nth=-1");
  assert.match(await page.textContent(".errors"), /98\.25; 1\.75 is missing/);
  assert.equal(await page.inputValue("#w_good"), "6.25");
  assert.equal(await page.inputValue("#heard"), "all departments");
  await picture(page, "assess-scheme-trouble");
  await page.fill("#w_promise", "6.75");
  await page.click("text=Propose a new version >> nth=-1");
  assert.match(await page.textContent("#versions"), /Hearing of 3 November/);
  await page.click("text=Adopt version 1");
  assert.match(await page.textContent("main"), /In force is version 1\. It is frozen as the year starts/);
  await page.context().close();
  await organisation.goto(inLanguage(at, "en"));
  assert.equal(await organisation.textContent("#weights-sum"), "100.00");
  await organisation.fill("#w_good", "8.05");
  assert.equal(await organisation.textContent("#weights-sum"), "101.80");
  await organisation.fill("#w_good", "8,05");
  assert.equal(await organisation.textContent("#weights-sum"), "?");
  await judgeEverywhere("desktop", at, "assess-scheme", { least: 44, context: { storageState: await organisation.context().storageState() } });
});

test("bands are shown with their meaning, and a name leads down to the cases", async () => {
  const storageState = await organisation.context().storageState();

  await organisation.goto(`${hall.base}/assess/${year}?lang=en`);
  const rows = await organisation.locator("figure tbody tr").allTextContents();

  assert.match(rows[0], /Band 1/);
  assert.match(rows[1], /Band 2/, "the two can be told apart");
  assert.match(rows.at(-1), /too few ratings, not ranked/);
  await organisation.click(`main tbody a[href*="/dept/${matters[0].department}"] >> nth=0`);
  assert.match(await organisation.textContent("#part-good"), /\(30 − /);
  await organisation.click("#part-good a >> nth=0");
  assert.equal(await organisation.locator("tbody tr").count(), 31);
  await judgeEverywhere("desktop", `${hall.base}/assess/${year}`, "assess", { least: 44, context: { storageState } });
  await judgeEverywhere("desktop", `${hall.base}/assess/${year}/dept/${matters[0].department}`, "assess-department", { least: 44, context: { storageState } });
  await weigh("desktop", `${hall.base}/assess/${year}`, "staff", { storageState });
});

test("a department reads its own points, and no other's", async () => {
  await department.goto(`${hall.base}/assess/${year}/dept/${matters[0].department}?lang=zh-CN`);
  assert.match(await department.textContent("#part-good"), /\(30 − /);
  await judge(department, "assess-own", { least: 44 });
  assert.equal((await department.goto(`${hall.base}/assess/${year}/dept/${matters[1].department}`)).status(), 404);
});

test("on paper it lies across, with a block for signatures and without buttons", async () => {
  await organisation.goto(`${hall.base}/assess/${year}?lang=zh-CN`);
  await organisation.emulateMedia({ media: "print" });
  assert.equal(await organisation.locator("form.filters").isVisible(), false);
  assert.equal(await organisation.locator(".signatures").isVisible(), true);
  await picture(organisation, "assess-paper");
  const pdf = await organisation.pdf({ preferCSSPageSize: true });
  const boxes = [...pdf.toString("latin1").matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/g)];

  assert.ok(boxes.length > 0 && boxes.every(([, width, height]) => Number(width) > Number(height)), "A4, across");
  await organisation.emulateMedia({ media: "screen" });
});
