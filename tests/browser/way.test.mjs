// way.test.mjs — the whole way from the queue machine to the receipt, three times: with
// scripts off, with nothing but a keyboard, and with hands that press twice, go back, reload
// and send again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../flow/house.mjs";
import { openPage } from "./browser.mjs";
import { openHall, settled } from "./hall.mjs";

const SERIES = "企业综合", MATTER = "营业执照核发", plain = { javaScriptEnabled: false };
let hall;

before(async () => {
  hall = await openHall();
});

after(() => hall?.close());

const text = async (page) => (await page.innerText("main")).replace(/\s+/g, " ");
const numberOn = async (page) => (await text(page)).match(/\b[A-Z]\d{3}\b/)[0];
const codeOn = async (page) => (await text(page)).match(/\b[0-9A-HJKMNP-TV-Z]{8}\b/)[0];

// The next number that the hall gives: how many were taken meanwhile shows in it.
async function next() {
  return Number((await hall.house.take({ matter: "business-licence" })).number.slice(1));
}

// Everybody who waits is served, so that the next to come is the next to be called.
async function empty(window, clerk) {
  for (let one = await hall.house.call(window, clerk); one; one = await hall.house.call(window, clerk)) {
    await hall.house.case_act(one.case.id, "start");
    await hall.house.case_act(one.case.id, "close");
  }
}

// Buttons of the hall heed nobody for a moment after they came, by their stylesheet; where
// scripts are off the browser's driver cannot wait for that by itself.
async function pressed(page, button) {
  const it = page.locator(button).first();
  await until("a button that heeds", () => it.evaluate((e) => getComputedStyle(e).pointerEvents !== "none"));
  await it.click();
}

test("scripts are off: from the queue machine to the receipt, and the receipt is checked", async () => {
  const phone = hall.house.phone();
  const kiosk = await hall.becomes("kiosk", "machine", "k1", plain), desk = await hall.becomes("desktop", "desk", "A01", plain);
  const citizen = await openPage("phone", plain);

  await pressed(kiosk, `main a:has-text("${SERIES}")`);
  await pressed(kiosk, `main a:has-text("${MATTER}")`);
  for (const digit of phone.slice(0, 3)) // the pad works without a script, a press a page
    await kiosk.locator(".pad button", { hasText: new RegExp(`^${digit}$`) }).click();
  assert.equal(await kiosk.inputValue("#phone"), phone.slice(0, 3));
  await kiosk.fill("#phone", phone);
  await kiosk.fill("#phone2", phone);
  await pressed(kiosk, "button:has-text('确定')");
  const number = await numberOn(kiosk), code = await codeOn(kiosk);

  await citizen.goto(`${hall.base}/c`);
  await citizen.fill("input[name=code]", code.toLowerCase());
  await citizen.click("main form button");
  assert.match(await text(citizen), new RegExp(number));
  const ticket = citizen.url();

  await pressed(desk, "form[action*='/call'] button.primary");
  assert.match(await desk.innerText(".number"), new RegExp(number));
  await citizen.goto(ticket);
  assert.match(await text(citizen), /请到 A01 号窗口/);
  await pressed(desk, "form[action*='/start'] button.primary");
  await pressed(desk, "form.case button.primary");
  assert.match(await desk.innerText("#said"), /已办结/);

  await citizen.goto(ticket);
  await citizen.click("button[name=grade][value='1']");
  assert.match(await text(citizen), /评价已收到：非常不满意/);
  assert.equal(citizen.url(), ticket, "the answer is the ticket's page again");
  const receipt = (await text(citizen)).match(/\w{4}-\w{4}-\w{4}-\w{4}/)[0];
  await citizen.locator("fieldset input[type=checkbox]").first().check();
  await citizen.fill("textarea", "等了很久");
  await citizen.click("text=补充提交");
  assert.match(await text(citizen), /补充的内容已记下/);
  await citizen.goto(`${hall.base}/c`);
  await citizen.fill("input[name=code]", receipt);
  await citizen.click("main form button");
  assert.match(await text(citizen), /非常不满意/);

  const { ratings } = await hall.house.get("integration", "/api/v1/ratings");
  assert.deepEqual(ratings.map((one) => [one.grade, one.comment]), [[1, "等了很久"]]);
  for (const page of [kiosk, desk, citizen])
    await page.context().close();
});

// Who has the focus shows it, and is where the eye is.
async function focus(page) {
  const seen = await page.evaluate(() => {
    const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
    return { what: `${e.tagName} ${e.textContent.trim().slice(0, 20)}`, name: (e.innerText || e.value || e.getAttribute("aria-label") || "").trim(),
      id: e.id, outline: s.outlineStyle === "none" ? 0 : parseFloat(s.outlineWidth),
      inside: box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.right <= innerWidth + 1 };
  });
  assert.ok(seen.outline >= 3, `${seen.what}: its outline is ${seen.outline} px`);
  assert.ok(seen.inside, `${seen.what} is out of sight`);
  return seen;
}

// Goes on with one key until the focus is on what bears these words.
async function walk(page, key, words, most = 40) {
  const met = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key);
    const here = await focus(page);
    if (here.name.includes(words))
      return;
    met.push(here.name.slice(0, 12));
  }
  assert.fail(`${key} never came to ${words}: ${met.join(" | ")}`);
}

test("with nothing but a keyboard: queue machine, desk and the five grades", async () => {
  await empty("A02", "1002");
  const kiosk = await hall.becomes("kiosk", "machine", "k2"), desk = await hall.becomes("desktop", "desk", "A02");

  await until("the first tile has the focus", () => kiosk.evaluate(() => document.activeElement.matches(".tiles a")));
  await walk(kiosk, "ArrowRight", "税务");
  await walk(kiosk, "ArrowLeft", SERIES);
  await kiosk.keyboard.press("Enter");
  await until("the matters", () => kiosk.locator(`.tiles a:has-text("${MATTER}")`).count());
  if (!(await kiosk.evaluate(() => document.activeElement.textContent)).includes(MATTER))
    await walk(kiosk, "Tab", MATTER);
  await kiosk.keyboard.press("Enter");
  await until("the phone's page", () => kiosk.locator("#phone").count());
  const phone = hall.house.phone();
  await kiosk.keyboard.type(phone + phone);
  assert.deepEqual(await kiosk.$$eval(".masked", (all) => all.map((e) => e.value)), [phone, phone]);
  await walk(kiosk, "Tab", "确定");
  await kiosk.keyboard.press("Enter");
  await until("a number", () => kiosk.locator("svg.qr").count());
  const number = await numberOn(kiosk);

  const press = async (key, there) => {
    await settled(desk);
    await desk.keyboard.press(key);
    await until(`what ${key} does`, there);
  };
  const here = async () => await desk.locator(".number").count() > 0;
  await press("Space", here);
  assert.equal((await desk.innerText(".number")).trim(), number);
  await press("KeyR", async () => /已呼叫 ?2 次|2 次/.test(await text(desk)));
  await press("KeyH", async () => !await here());
  await desk.keyboard.press("Slash");
  await until("the field to find a number", () => desk.evaluate(() => document.activeElement.id === "find"));
  await desk.keyboard.type(number);
  await desk.keyboard.press("Enter");
  await until("the number that was found", async () => (await desk.locator(".found").innerText().catch(() => "")).includes(number));
  const onIt = () => desk.evaluate((of) => document.activeElement.matches(".found button") && document.activeElement.textContent.includes(of), number);
  const gone = async () => await desk.locator(".found button").count() === 0;
  await until("them to wait again", async () => { // the page may be drawn anew under the keys
    if (!await gone())
      await desk.keyboard.press(await onIt() ? "Enter" : "Tab");
    return gone();
  });
  await press("Space", here);
  assert.equal((await desk.innerText(".number")).trim(), number, "who was held is called again");
  await desk.context().close();
  await kiosk.context().close();

  const citizen = await openPage("desktop");
  const done = await hall.house.visit({ matter: "tax-refund" });
  await citizen.goto(`${hall.base}/t/${done.ticket.token}`);
  await walk(citizen, "Tab", "不满意");
  await citizen.keyboard.press("Enter");
  await until("the receipt", async () => /评价已收到：不满意/.test(await text(citizen)));
  await citizen.context().close();
});

test("hands that press twice, go back, reload and send again take one number", async () => {
  const kiosk = await hall.becomes("kiosk", "machine", "k1");
  const was = await next();
  let sent;
  kiosk.on("request", (asked) => { if (asked.method() === "POST" && asked.url().includes("/tickets")) sent = asked; });

  await kiosk.click(`main a:has-text("${SERIES}")`);
  await kiosk.click(`main a:has-text("${MATTER}")`);
  await kiosk.dblclick("button[name=without]");
  await until("a number", () => kiosk.locator("svg.qr").count());
  const number = await numberOn(kiosk);
  assert.equal(Number(number.slice(1)), was + 1);
  await kiosk.reload();
  assert.equal(await numberOn(kiosk), number, "the same ticket after reloading");
  const form = Object.fromEntries(new URLSearchParams(sent.postData())), url = sent.url();
  const again = await Promise.all(Array.from({ length: 5 }, () => kiosk.request.post(url, { form })));
  for (const answer of again) {
    assert.ok(answer.ok(), `${answer.status()}`);
    assert.match(await answer.text(), new RegExp(`\\b${number}\\b`));
  }
  await kiosk.goBack();
  await kiosk.goForward();
  assert.equal(await next(), was + 2, "one number was taken, and no more");
  await kiosk.context().close();
});
