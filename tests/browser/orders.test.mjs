// orders.test.mjs — the whole life of a bad rating in browsers, played by five people: the
// citizen on a phone, the hall, the department, the clerk of the window, the organisation
// department. Every page that they meet is judged, in both languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hall as file, until } from "../flow/house.mjs";
import { openPage } from "./browser.mjs";
import { openHall } from "./hall.mjs";
import { judge, judgeEverywhere } from "./judge.mjs";

const window = file.windows[0];
const matter = file.matters.find((m) => m.department === window.department &&
  (window.matters === "all" || window.matters.includes(m.code)) && m.form !== "four");
const clerkCode = file.staff.find((s) => s.window === window.code).code;
const PHONE = "13912001000";
let hall, head, department, clerk, organisation, citizen, ticket, order;

before(async () => {
  hall = await openHall({ settings: {
    staff: { session_idle: "24 h", session_max: "24 h" }, invite: { delay_min: "0 s", delay_max: "1 s" } } });
  head = await hall.logIn("desktop", "hall");
  department = await hall.logIn("desktop", "department", { place: ["--department", window.department] });
  clerk = await hall.logIn("desktop", "clerk", { place: ["--clerk", clerkCode] });
  organisation = await hall.logIn("desktop", "organisation");
  citizen = await openPage("phone");
});
after(() => hall?.close());

// Opens a form by its summary, fills it in, and presses its button.
async function act(page, name, { words, choose } = {}) {
  await page.goto(`${hall.base}/reviews/${order}`);
  const form = page.locator(`form[action$="/${name}"]`);
  if (await form.locator("xpath=ancestor::details").count() > 0)
    await form.locator("xpath=ancestor::details/summary").click();
  if (choose)
    await form.locator("select").selectOption({ label: choose });
  if (words)
    await form.locator("textarea").fill(words);
  await form.locator("button").click();
}

async function state(page) {
  await page.goto(`${hall.base}/reviews/${order}?lang=zh-CN`);
  return page.locator("h1 .badge").textContent();
}

test("the citizen is not satisfied, and says so on the ticket's page", async () => {
  ticket = await hall.house.take({ matter: matter.code, phone: PHONE });
  const called = await hall.house.call(window.code, clerkCode);
  await hall.house.case_act(called.case.id, "start");
  await hall.house.case_act(called.case.id, "close", {});
  await citizen.goto(`${hall.base}/t/${ticket.token}`);
  await citizen.click("button.g1");
  await citizen.fill("textarea[name=comment]", "窗口让我跑了三趟，每次说的材料都不一样");
  await citizen.click("form[action*=detail] button");
  await citizen.waitForURL(/thanks=1/);
  await head.goto(`${hall.base}/reviews`);
  order = (await head.locator("tbody th a").first().getAttribute("href")).match(/\d+/)[0];
});

test("the hall gives it to the department, which rings, fixes and tells", async () => {
  await judgeEverywhere("desktop", `${hall.base}/reviews`, "orders", { least: 44, context: { storageState: await head.context().storageState() } });
  await act(head, "assign", { choose: department.person.name });
  await act(department, "call");
  assert.match(await department.locator(".good .number").textContent(), new RegExp(PHONE));
  await judge(department, "order-call", { least: 44 });
  await act(department, "contact", { words: "已致歉，约定当天补办" });
  await act(department, "assign", { choose: clerk.person.name });
  await act(clerk, "fix", { words: "材料清单已统一，当天补办" });
  assert.equal(await clerk.locator("form[action$='/call']").count(), 0, "no number for the clerk");
  assert.ok(!(await clerk.textContent("main")).includes(PHONE.slice(-4)));
  await act(department, "feed_back", { words: "清单已统一并补办" });
  assert.equal(await state(head), "待群众评判");
  await judgeEverywhere("desktop", `${hall.base}/reviews/${order}`, "order", { least: 44, context: { storageState: await head.context().storageState() } });
});

test("the citizen judges it twice, and the organisation department sees it through", async () => {
  await citizen.goto(`${hall.base}/t/${ticket.token}`);
  await judge(citizen, "ticket-verdict");
  await citizen.click("button[value=not_satisfied]");
  await citizen.waitForSelector("button[value=not_satisfied]", { state: "detached" });
  assert.equal(await state(head), "待处理");
  await act(department, "contact");
  await act(department, "explain", { words: "三趟分属三个事项，依据办事指南第二条" });
  await act(department, "feed_back", { words: "已当面说明三个事项" });
  await citizen.goto(`${hall.base}/t/${ticket.token}`);
  await citizen.click("button[value=not_satisfied]");
  await citizen.waitForSelector("button[value=not_satisfied]", { state: "detached" });
  assert.equal(await state(head), "督办中");
  await organisation.goto(`${hall.base}/reviews/${order}`);
  assert.ok(!(await organisation.textContent("main")).includes("三趟"), "no words of the citizen");
  await act(organisation, "settle", { words: "已责成部门合并事项" });
  assert.equal(await state(head), "已办结");
  await judge(head, "order-closed", { least: 44 });
  await citizen.goto(`${hall.base}/t/${ticket.token}`);
  assert.match(await citizen.textContent("main"), /已办结/);
});

test("keys alone lead through the list and into a form, and can be switched off", async () => {
  const at = () => head.evaluate(() => document.activeElement.getAttribute("href") ?? document.activeElement.id);
  const other = await hall.house.surveyed();
  await hall.house.rate(other.ticket.token, 1);
  await head.goto(`${hall.base}/reviews?view=open`);
  await head.keyboard.press("j");
  assert.match(await at(), /^\/reviews\/\d+/);
  await head.keyboard.press("Enter");
  await head.waitForURL(/\/reviews\/\d+/);
  await head.keyboard.press("n");
  assert.equal(await at(), "w_note");
  await head.keyboard.type("jkn/?");
  assert.equal(await head.inputValue("#w_note"), "jkn/?", "letters are letters where one writes");
  await head.evaluate(() => document.activeElement.blur());
  await head.keyboard.press("?");
  await judge(head, "order-keys", { least: 44 });
  await head.uncheck("#keys input");
  await head.evaluate(() => document.activeElement.blur());
  await head.keyboard.press("g");
  await head.keyboard.press("r");
  assert.match(head.url(), /\/reviews\/\d+/, "switched off");
  await head.check("#keys input");
  await head.evaluate(() => document.activeElement.blur());
  await until("the ratings", async () => { // the second letter must follow the first soon
    await head.keyboard.press("g");
    await head.keyboard.press("r");
    return /\/ratings/.test(head.url());
  });
  await head.waitForLoadState();
  await head.keyboard.press("/");
  assert.equal(await at(), "q", "a list has a box of its own");
  await head.goto(`${hall.base}/account`);
  await head.keyboard.press("/");
  await head.waitForURL(/\/search/);
});
