// rates.test.mjs — the rates of a period and what is published, in browsers: judged in both
// languages, from the filters to the cases behind a number, on paper and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hall as file, local_date, place_of } from "../flow/house.mjs";
import { inLanguage, openPage } from "./browser.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere, picture, weigh } from "./judge.mjs";

const matters = [...new Map(file.matters.filter((m) => m.form !== "four").map((m) => [m.department, m])).values()].slice(0, 3);
let hall, head, department, today;

before(async () => {
  hall = await openHall({ settings: { staff: { session_idle: "24 h", session_max: "24 h" } } });
  const { house } = hall;
  for (const [i, grades] of [[5, 5, 4, 5, 3, 1, 5, 5, 4], [4, 2, 5], [5, 4, 4, 5, 5, 2]].entries())
    for (const grade of grades)
      await house.rate((await house.visit({ matter: matters[i].code })).ticket.token, grade);
  const texted = await house.surveyed({ matter: matters[0].code });
  await house.reply(texted.phone, texted.survey.from, "2");
  await house.rated(texted.case.id);
  today = local_date(house.now());
  head = await hall.logIn("desktop", "hall");
  department = await hall.logIn("desktop", "department", { place: ["--department", matters[1].department] });
});
after(() => hall?.close());

test("a period is chosen, and a number leads to its cases", async () => {
  const storageState = await head.context().storageState();
  await head.goto(`${hall.base}/rates?lang=en`);
  await head.selectOption("#by", "window");
  await head.fill("#from", today);
  await head.click("form.filters button");
  assert.match(head.url(), /by=window/);
  const cell = head.locator("tbody td a").first(), n = Number(await cell.textContent());
  await cell.click();
  assert.equal(await head.locator("tbody tr").count(), n);
  await judgeEverywhere("desktop", `${hall.base}/rates?from=${today}`, "rates", { least: 44, context: { storageState } });
  await judgeEverywhere("desktop", `${hall.base}/rates?by=month&channel=ticket_qr`, "rates-month", { least: 44, context: { storageState } });
  await weigh("desktop", `${hall.base}/rates?by=window&from=${today}`, "staff", { storageState });
});

test("a question that cannot be answered says so, and keeps what was chosen", async () => {
  await head.goto(`${hall.base}/rates?by=clerk&from=2026-12-31&to=2026-01-01&lang=en`);
  assert.match(await head.title(), /^Error/);
  assert.equal(await head.inputValue("#by"), "clerk");
  await judge(head, "rates-trouble", { least: 44 });
});

test("a department sees its own", async () => {
  await department.goto(`${hall.base}/rates?by=window&from=${today}&lang=zh-CN`);
  const main = await department.textContent("main section");
  assert.ok(main.includes(file.windows.find((w) => w.code === place_of(matters[1].code).window).name));
  assert.match(main, /不足 5 件/);
  await judge(department, "rates-department", { least: 44 });
});

test("on paper there are figures and no buttons", async () => {
  await head.goto(`${hall.base}/rates?from=${today}&lang=zh-CN`);
  await head.emulateMedia({ media: "print" });
  assert.equal(await head.locator("form.filters").isVisible(), false);
  assert.equal(await head.locator("table").first().isVisible(), true);
  await picture(head, "rates-paper");
  await head.emulateMedia({ media: "screen" });
});

test("what is published is read on a phone, without log-in and without scripts", async () => {
  await judgeEverywhere("phone", `${hall.base}/public`, "public-nothing");
  await hall.house.advance(60 * 86400);
  await judgeEverywhere("phone", `${hall.base}/public`, "public");
  await weigh("phone", `${hall.base}/public`, "citizen");
  const page = await openPage("phone", { javaScriptEnabled: false });
  await page.goto(inLanguage(`${hall.base}/`, "en"));
  await page.click("a[href^='/public']");
  assert.match(await page.textContent("h1"), new RegExp(`Published results.*${today.slice(0, 7)}`));
  await page.locator("summary").first().click();
  await page.locator("details[open] table").first().waitFor();
  await picture(page, "public-open");
  await page.context().close();
});
