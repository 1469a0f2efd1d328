// kiosk.test.mjs — a queue machine in a real browser: one press takes one ticket, a number
// is typed twice and never seen, an abandoned screen forgets, and every fault of printer and
// server says what to do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hall as file, scratch_folder, until } from "../flow/house.mjs";
import { choose as choose_at, openHall } from "./hall.mjs";
import { openPage, openStill } from "./browser.mjs";
import { judge, picture, weigh } from "./judge.mjs";

const PHONE = "13900001234";
const small = { kiosk: { width: 1080, height: 1920 }, old: { width: 1024, height: 768 } };
let hall, kiosk, cookies;

before(async () => {
  const own = join(scratch_folder("kiosk"), "hall.json");
  writeFileSync(own, JSON.stringify({ ...file, kiosks: [{ code: "k1", printer: "preview" }, { code: "k2", printer: "front" }] }));
  hall = await openHall({ hall_file: own, settings: { "printer front": { way: "tcp", address: "127.0.0.1:1", connect_timeout: "1 s" } } });
  kiosk = await hall.becomes("kiosk", "machine", "k1");
  cookies = await kiosk.context().storageState();
  // Somebody stands before this one, however long the pictures take.
  await kiosk.addInitScript(() => setInterval(() => document.dispatchEvent(new Event("pointerdown")), 1000));
});

after(() => hall?.close());

function rows(sql) {
  const done = spawnSync("sqlite3", ["-json", "-readonly", join(hall.house.data, "yiping.db"), sql], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim() ? JSON.parse(done.stdout) : [];
}

const taken = () => rows("SELECT count(*) AS n FROM tickets")[0].n;
const shows = (pattern, page = kiosk) => until(`${pattern} on the screen`, async () => pattern.test(await page.locator("#kiosk").innerText()));
const number = (page = kiosk) => page.locator("[data-ticket]").getAttribute("data-ticket");

async function start(query = "", page = kiosk) {
  await page.goto(`${hall.base}/k/k1${query}`);
}

// Goes by tiles to the screen of the phone.
async function choose(page = kiosk) {
  while (await page.locator(".tiles a").count() > 0) {
    const before = await page.locator("h1").innerText();
    await page.locator(".tiles a").first().click();
    await until("the next screen", async () => await page.locator("h1").innerText() !== before);
  }
}

async function dial(digits, page = kiosk) {
  for (const digit of digits)
    await page.click(`.pad button[value="${digit}"]`);
}

// What is new on a screen heeds nobody for a moment, by the stylesheet; where scripts are off
// the browser's driver cannot wait for that by itself.
async function heeding(page, selector) {
  const it = page.locator(selector).first();
  await until(`${selector} that heeds`, () => it.evaluate((e) => getComputedStyle(e).pointerEvents !== "none"));
  return it;
}

// In reach of whoever sits in a wheelchair: nothing to touch in the upper third.
async function inReach(page, name) {
  for (const [screen, size] of Object.entries(small)) {
    await page.setViewportSize(size);
    const high = await page.$$eval("a, button, input:not([type=hidden])", (all) => all
      .filter((e) => e.getClientRects().length && !e.matches(".skip") && e.getBoundingClientRect().top < innerHeight / 3)
      .map((e) => e.textContent.trim() || e.id));
    assert.deepEqual(high, [], `${name} on ${screen}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), `${name} scrolls on ${screen}`);
    await picture(page, `kiosk-${name}-${screen}`);
  }
  await page.setViewportSize(small.kiosk);
}

async function judged(name, page = kiosk) {
  await inReach(page, name);
  await judge(page, `kiosk-${name}`);
}

test("every screen is for everybody, and in reach", async () => {
  await start();
  assert.equal(await kiosk.locator(".tiles li").count(), 6, "six tiles at most");
  for (const tile of await kiosk.locator(".tiles a").all())
    assert.ok((await tile.boundingBox()).height >= 120 && /\d+ 人在等/.test(await tile.innerText()));
  await judged("start");
  await kiosk.locator(".tiles a").last().click();
  await shows(/请选部门/);
  await judged("departments");
  await start();
  await kiosk.locator(".tiles a").first().click();
  await shows(/请选要办的事/);
  await judged("matters");
  await kiosk.click("text=更多业务");
  await until("the second page", async () => await kiosk.locator(".tiles li").count() < 6);
  await start("?lang=en");
  await judged("start-en");
  await choose();
  await judged("phone-en");
  await start("?large=1");
  await judged("start-large");
  await choose();
  await dial(PHONE);
  await judged("phone-large");
  await kiosk.click("[name=without]");
  await kiosk.waitForSelector("[data-ticket]");
  await judged("ticket-large");
});

test("a number is typed twice and shown as dots; a slip of the finger takes no ticket", async () => {
  const before = taken();
  await start();
  await choose();
  await dial(PHONE);
  assert.equal(await kiosk.evaluate(() => document.activeElement.id), "phone2", "on to the second one");
  await dial("13900001235");
  assert.equal(await kiosk.evaluate(() => getComputedStyle(document.getElementById("phone")).webkitTextSecurity), "disc");
  await judged("phone");
  await kiosk.click(".answers button:first-child");
  await shows(/两次输入的手机号不一样/);
  assert.deepEqual(await kiosk.$$eval(".masked", (all) => all.map((e) => e.value)), ["", ""], "it cannot be seen, so both begin anew");
  assert.equal(taken(), before);
  await judged("mismatch");
  await dial("1390000");
  await kiosk.click("#phone2");
  await dial("1390000");
  await kiosk.click(".answers button:first-child");
  await shows(/手机号不对/);
  for (const [one, two] of [[PHONE, "13900001235"], [PHONE, ""], ["12345", "12345"], ["1390000123x", "1390000123x"]]) {
    const answer = await kiosk.request.post(`${hall.base}/k/k1/tickets`, { form: { matter: "invoice", once: "b".repeat(32), phone: one, phone2: two }, maxRedirects: 0 });
    assert.equal(answer.status(), 422, `the server looks, too: ${one} ${two}`);
  }
  assert.equal(taken(), before);
  const [ok, none] = await Promise.all([0, 1].map(async (i) => kiosk.locator(".answers button").nth(i).boundingBox()));
  assert.deepEqual([ok.width, ok.height], [none.width, none.height], "leaving none is as large");
  await dial(PHONE + PHONE);
  await kiosk.click(".answers button:first-child");
  await kiosk.waitForSelector("[data-ticket]");
  assert.ok(!(await kiosk.content()).includes("1234"));
  assert.equal(rows("SELECT count(*) AS n FROM tickets WHERE phone_id IS NOT NULL")[0].n, 1);
  await judged("ticket");
});

test("a double press, going back and loading again print no second ticket, without a script too", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await openPage("kiosk", { javaScriptEnabled, storageState: cookies }), before = taken();
    await start("", page);
    await page.goto(`${hall.base}/k/k1?matter=invoice`);
    await (await heeding(page, "[name=without]")).dblclick();
    await page.waitForSelector("[data-ticket]");
    const first = await number(page);
    assert.equal(taken(), before + 1);
    await page.reload();
    assert.equal(await number(page), first);
    if (!javaScriptEnabled) {
      await page.goBack();
      await page.goForward();
      assert.equal(await number(page), first);
    }
    assert.equal(taken(), before + 1);
    assert.equal(rows("SELECT count(*) AS n FROM print_jobs")[0].n, taken(), "one paper each");
    await page.context().close();
  }
});

test("without a script the number pad works and the page goes back by itself", async () => {
  const page = await openPage("kiosk", { javaScriptEnabled: false, storageState: cookies });
  await start("?series=F", page);
  assert.match(await page.content(), /http-equiv="refresh" content="90; url=\/k\/k1"/);
  await (await heeding(page, ".tiles a")).click();
  await (await heeding(page, ".tiles a")).click();
  await dial(PHONE + PHONE.slice(0, -1) + "9", page);
  await page.click(".pad [value=back]");
  await dial("4", page);
  assert.deepEqual(await page.$$eval(".masked", (all) => all.map((e) => e.value)), [PHONE, PHONE]);
  await (await heeding(page, ".answers button:first-child")).click();
  assert.ok(await number(page));
  assert.match(await page.content(), /http-equiv="refresh" content="60; url=\/k\/k1"/);
  await page.context().close();
});

test("arrows and Enter suffice", async () => {
  const before = taken();
  await start();
  const at = () => kiosk.evaluate(() => document.activeElement.textContent.trim().slice(0, 4));
  assert.equal(await at(), "企业综合", "the first tile has the focus");
  await kiosk.keyboard.press("ArrowRight");
  assert.match(await at(), /^税务/);
  await kiosk.keyboard.press("ArrowDown");
  assert.match(await at(), /^不动产/);
  await kiosk.keyboard.press("Enter");
  await shows(/请选要办的事/);
  await kiosk.keyboard.press("Enter");
  await shows(/再输一遍/);
  await kiosk.keyboard.type(PHONE);
  await kiosk.keyboard.type(PHONE);
  await kiosk.keyboard.press("Enter");
  await kiosk.waitForSelector("[data-ticket]");
  assert.equal(taken(), before + 1);
});

test("a service whose windows are all paused is grey, with the reason and the time", async () => {
  const tax = file.windows.filter((w) => w.department === file.matters.find((m) => m.series === "B").department);
  for (const w of tax)
    await hall.house.act(w.code, "pause", { reason: "午休" });
  const desk = await hall.becomes("desktop", "desk", tax[0].code);
  await hall.house.act(tax[0].code, "resume");
  await desk.goto(`${hall.base}/w/${tax[0].code}`);
  await desk.locator("summary", { hasText: "暂停" }).click();
  await choose_at(desk, "#until", "30");
  await desk.click("details[open] button");
  await desk.waitForSelector("text=本窗口暂停叫号");
  await start();
  const tile = kiosk.locator(".tile.closed");
  assert.match((await tile.innerText()).replace(/\s+/g, " "), /税务 午休 预计 \d\d:\d\d 恢复/);
  assert.equal(await tile.locator("a").count(), 0);
  await judged("closed");
  for (const w of tax)
    await hall.house.act(w.code, "resume");
  await start();
  assert.equal(await tile.count(), 0);
  await desk.context().close();
});

test("an abandoned screen asks, counts down and forgets", async () => {
  const page = await openStill("kiosk", { storageState: cookies });
  await start("?lang=en", page);
  await page.locator(".tiles a").first().click();
  await shows(/Choose what/, page);
  await page.locator(".tiles a").first().click();
  await shows(/Once more/, page);
  await dial("139", page);
  await page.clock.runFor(31000);
  await shows(/Are you still there\?\s+Back to the start in \d+ seconds/, page);
  await judge(page, "kiosk-still");
  await page.click("#still button");
  assert.equal(await page.inputValue("#phone"), "139", "whoever is there goes on");
  await page.clock.runFor(42000);
  await shows(/您要办什么业务/, page);
  assert.equal(page.url(), `${hall.base}/k/k1`, "and the language is as it was");
  assert.ok(!(await page.content()).includes("139"));
  await page.context().close();
});

test("who touches a tile while the screen looks for news goes on, and stays there", async () => {
  const page = await openStill("kiosk", { storageState: cookies });
  let let_go;
  await start("", page);
  await page.route(`${hall.base}/k/k1`, async (route) => {
    const response = await route.fetch();
    await new Promise((done) => { let_go = done; });
    return route.fulfill({ response });
  });
  await page.clock.runFor(11000);
  await until("a look for news", () => let_go);
  await page.locator(".tiles a").first().click();
  await shows(/请选要办的事/, page);
  let_go();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.locator(".tiles a").first().click();
  await shows(/再输一遍/, page);
  await page.context().close();
});

test("with a printer that is away the number and its code stay for a minute", async () => {
  const page = await hall.becomes("kiosk", "machine", "k2");
  await choose(page);
  await page.click("[name=without]");
  await shows(/打印机出了问题，号码仍然有效。请拍照或记下号码。/, page);
  assert.equal(await page.locator("#kiosk").getAttribute("data-stays"), "60");
  await judged("printer", page);
  const desk = await hall.becomes("desktop", "desk", "A01");
  assert.match(await desk.locator("main").innerText(), /打印机 front/);
  await desk.context().close();
  await page.context().close();
});

// == A server that is away ==========================================================

test("taken while the server is away: it says so, and one ticket comes of it", async () => {
  const base = new URL(hall.base), before = taken();
  kiosk.bad.push = (line) => /net::ERR_/.test(line) ? 0 : Array.prototype.push.call(kiosk.bad, line);
  await start();
  await choose();
  await hall.house.stop("SIGKILL");
  await kiosk.click("[name=without]");
  await shows(/正在取号，请稍候/);
  await hall.house.start(["--listen", `127.0.0.1:${base.port}`]);
  await kiosk.waitForSelector("[data-ticket]");
  assert.equal(taken(), before + 1);
  await start();
  await hall.house.stop("SIGKILL");
  await kiosk.locator(".tiles a").first().click();
  await shows(/取号机正在恢复，请到服务台人工取号/);
  await judged("away");
  await hall.house.start(["--listen", `127.0.0.1:${base.port}`]);
  await shows(/您要办什么业务/);
});

test("the first look is light", async () => {
  await weigh("kiosk", `${hall.base}/k/k1`, "kiosk", { storageState: cookies });
});
