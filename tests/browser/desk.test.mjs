// desk.test.mjs — a clerk's desk in a real browser: one main button and its keys, what is
// never shown, and a server that is away: no press is lost and none is done twice.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "../flow/house.mjs";
import { choose, openHall, settled } from "./hall.mjs";
import { inLanguage, openPage, openStill } from "./browser.mjs";
import { judge, picture, weigh } from "./judge.mjs";

const MATTER = "business-licence", PROMISE = "food-licence", W = "A01";
const CLERK = "1001", PHONE = "13900001234";
let hall, desk;

before(async () => {
  hall = await openHall({ settings: { desk: { keypad: "yes" } } });
  desk = await hall.becomes("desktop", "desk", W);
});

after(() => hall?.close());

const house = () => hall.house;
const take = (wish = {}) => house().take({ matter: MATTER, ...wish });

// What the store holds, as rows; the server may be running.
function rows(sql) {
  const done = spawnSync("sqlite3", ["-json", "-readonly", join(house().data, "yiping.db"), sql], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim() ? JSON.parse(done.stdout) : [];
}

const events = (kind) => rows(`SELECT count(*) AS n FROM events WHERE kind = '${kind}'`)[0].n;
const state = () => desk.locator(".state").textContent();
const shows = (pattern) => until(`${pattern} on the desk`, async () => pattern.test(await state()));
const said = (pattern) => until(`${pattern} said`, async () => pattern.test(await desk.locator("#said").textContent()));
const here = async () => (await desk.locator("[data-ticket] .number").textContent()).trim();

// Presses the main button by its key, once what was pressed before has settled.
async function space(page = desk) {
  await settled(page);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Space");
}

async function serve() {
  await space();
  await until("somebody", async () => await desk.locator("[data-ticket]").count() > 0);
  await space();
  await shows(/开始办理/);
}

async function close() {
  await space();
  await until("the end", async () => await desk.locator("[data-ticket]").count() === 0);
}

async function look(lang = "zh-CN") {
  await desk.goto(inLanguage(`${hall.base}/w/${W}`, lang));
}

async function judged(name, ready = async () => {}, speaks = ["en", "zh-CN"]) {
  for (const lang of speaks) {
    await look(lang);
    await ready();
    assert.equal(await desk.getAttribute("html", "lang"), lang);
    await judge(desk, `desk-${name}.${lang}`, { least: 44 });
  }
}

test("every state is for everybody", async () => {
  await look();
  assert.match(await state(), /现在没人等候。/);
  await judged("empty", undefined, ["zh-CN"]);
  await take();
  await serve();
  await close();
  await shows(/上一位 A\d+，\d\d:\d\d 办结。/);
  await judged("last", undefined, ["zh-CN"]);
  for (let i = 0; i < 12; i++)
    await take({ matter: i % 3 ? MATTER : PROMISE });
  await house().post("machine", "/api/v1/tickets", { matter: MATTER, kiosk: "k1" }, 201);
  await judged("waiting");
  assert.equal(await desk.locator(".queue tbody tr").count(), 10 + 1, "ten of them, and the day's numbers");
  await space();
  await shows(/已呼叫\s*1 次/);
  await judged("called", undefined, ["zh-CN"]);
  await space();
  await shows(/开始办理/);
  await judged("serving");
  for (const key of ["KeyT", "KeyP", "Slash", "Shift+Slash"])
    await judged(`panel-${key.replace(/\W/g, "")}`, () => desk.keyboard.press(key), ["zh-CN"]);
  await desk.keyboard.press("Escape");
  await desk.click("text=再办一件");
  await choose(desk, "#add", "org-code");
  await desk.click("details[open] button");
  await until("two cases", async () => await desk.locator("form.case").count() === 2);
  await judged("several", undefined, ["zh-CN"]);
  for (const outcome of ["done", "refused"]) {
    await desk.locator(`form.case .row:not([hidden]) [value=${outcome}]`).first().click();
    await until("one case less", async () => await desk.locator("form.case .row:not([hidden])").count() === (outcome === "done" ? 1 : 0));
  }
  assert.deepEqual(rows("SELECT outcome FROM cases WHERE ordinal > 1 OR id IN (SELECT min(id) FROM cases WHERE ticket_id IN (SELECT ticket_id FROM cases WHERE ordinal = 2)) ORDER BY id"),
    [{ outcome: "done" }, { outcome: "refused" }]);
  await desk.keyboard.press("KeyP");
  await choose(desk, "#until", "30");
  await desk.click("details[open] button");
  await shows(/本窗口暂停叫号/);
  assert.match(await state(), /午休 预计 \d\d:\d\d 恢复/);
  await judged("paused");
  await space();
  await shows(/人等候/);
  assert.deepEqual(await desk.locator(".day td").allTextContents(), ["2", "2", "0", "0", "0"]);
});

test("letters are keys, but not in a field, and not where somebody has switched them off", async () => {
  await look();
  await space();
  await shows(/已呼叫\s*1 次/);
  const number = await here();
  await desk.keyboard.press("KeyR");
  await shows(/已呼叫\s*2 次/);
  assert.ok(await desk.isDisabled("[data-key=KeyX]"), "no no-show before three calls and a minute");
  await desk.keyboard.press("KeyX");
  assert.equal(await here(), number);
  await desk.keyboard.press("KeyR");
  await shows(/已呼叫\s*3 次/);
  await house().advance(61);
  await look();
  await desk.keyboard.press("KeyX");
  await until("the no-show", async () => await desk.locator("[data-ticket]").count() === 0);
  await desk.keyboard.press("KeyU");
  await until("them back", async () => await desk.locator("[data-ticket]").count() === 1);
  assert.equal(await here(), number, "undone");
  await desk.keyboard.press("KeyH");
  await until("the hold", async () => await desk.locator("[data-ticket]").count() === 0);
  assert.match(await desk.locator(".away").textContent(), new RegExp(`${number}.*挂起`, "s"));
  await desk.keyboard.press("Slash");
  await desk.keyboard.type(number.toLowerCase());
  assert.equal(await desk.inputValue("#find"), number.toLowerCase(), "letters are letters in a field");
  await desk.keyboard.press("Enter");
  await desk.waitForSelector(".found");
  assert.match(await desk.locator(".found").textContent(), new RegExp(`${number}.*挂起`, "s"));
  await desk.click(".found button");
  await until("them waiting", async () => await desk.locator(".away").count() === 0);
  await look();
  await desk.keyboard.press("Shift+Slash");
  await desk.uncheck("#letters");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("KeyP");
  assert.equal(await desk.locator("details[open]").count(), 0, "switched off");
  assert.ok(await desk.locator("summary kbd").first().isHidden());
  await look();
  await desk.keyboard.press("KeyP");
  assert.equal(await desk.locator("details[open]").count(), 0, "and stays so");
  await desk.locator("summary", { hasText: "按键" }).click();
  await desk.check("#letters");
});

test("a number is transferred by a digit, and a press made for another person does nothing", async () => {
  await look();
  await space();
  await until("somebody", async () => await desk.locator("[data-ticket]").count() > 0);
  const number = await here();
  const old = Object.fromEntries(await desk.locator("form[data-act=start]").evaluate((f) => [...new FormData(f)]));
  await desk.keyboard.press("KeyT");
  await desk.keyboard.type("2");
  assert.match(await desk.locator("#toname").textContent(), /A02/);
  await desk.keyboard.press("Enter");
  await until("them gone", async () => await desk.locator("[data-ticket]").count() === 0);
  assert.equal(rows(`SELECT window_code FROM queue WHERE ticket_id = ${old.here}`)[0].window_code, "A02", number);
  await serve();
  const before = rows("SELECT count(*) AS n FROM events")[0].n;
  for (const act of ["recall", "hold", "no-show", "start"]) {
    const answer = await desk.request.post(`${hall.base}/w/${W}/${act}`, { form: { ...old, once: "" }, maxRedirects: 0 });
    assert.match(answer.headers().location, /m=e_changed/, act);
  }
  assert.equal(rows("SELECT count(*) AS n FROM events")[0].n, before, "nothing was done");
  await close();
});

test("a double press of the space bar starts nobody unseen", async () => {
  const started = events("started");
  const page = await openStill("desktop", { storageState: await desk.context().storageState() }); // no time passes between presses
  await page.goto(`${hall.base}/w/${W}`);
  await space(page);
  await page.keyboard.press("Space");
  await until("somebody", async () => await page.locator("[data-ticket]").count() > 0);
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  assert.match(await page.locator(".state").textContent(), /已呼叫\s*1 次/);
  assert.equal(events("started"), started);
  await page.context().close();
  await look();
  await space();
  await shows(/开始办理/);
  await close();
});

test("a page that was asked for before a press, or comes under a finger, takes no press away", async () => {
  const page = await openStill("desktop", { storageState: await desk.context().storageState() });
  const looks = []; // whoever asked for the page, and waits
  const look_again = async (n) => {
    await page.clock.runFor(2000);
    await until(`look ${n}`, () => looks.length === n);
  };
  await take();
  await page.goto(`${hall.base}/w/${W}`);
  await page.route(`**/w/${W}*`, async (route) => {
    if (route.request().method() !== "GET")
      return route.continue();
    const response = await route.fetch();
    await new Promise((done) => looks.push(done));
    return route.fulfill({ response });
  });
  await look_again(1);
  await page.keyboard.press("Space");
  await until("somebody", async () => await page.locator("[data-ticket]").count() > 0);
  const number = await page.locator("[data-ticket] .number").textContent();
  looks[0](); // of a desk without anybody
  await look_again(2);
  assert.deepEqual(await page.locator("[data-ticket] .number").allTextContents(), [number]);
  await take();
  looks[1]();
  await look_again(3);
  await page.hover("form[data-act=start] .primary");
  await page.mouse.down();
  looks[2](); // one more waits
  await look_again(4);
  await page.mouse.up();
  await until("the start", async () => /开始办理/.test(await page.locator(".state").textContent()));
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
  await look();
  await close();
});

test("a number is typed twice by the citizen and is nowhere on the screen", async () => {
  await look();
  await serve();
  const put = async (one, two) => {
    await desk.locator("summary", { hasText: "补留手机号" }).click();
    await desk.fill("#phone", one);
    await desk.fill("#phone2", two);
    await desk.click("details[open] button");
  };
  await put(PHONE, "13900001235");
  await said(/两次输入的手机号不一样/);
  assert.match(await state(), /没有留/);
  await put(PHONE, PHONE);
  await said(/手机号已记下/);
  assert.match(await state(), /已留（不显示）/);
  assert.ok(!(await desk.content()).includes("1234"), "not even its end");
  assert.equal(rows("SELECT detail FROM events WHERE kind = 'phone_left'").at(-1).detail, "keypad");
  await space();
  await said(/已办结。请告诉群众：您会收到一条评价短信，评不评都可以。/);
  assert.doesNotMatch(await desk.locator("body").innerText(), /满意|分\b|差评|好评/);
});

test("somebody at a kiosk calls, and one desk goes", async () => {
  const kiosk = await hall.becomes("kiosk", "machine", "k1");
  await kiosk.click(".foot form button");
  await kiosk.waitForSelector(".good");
  await until("the call at the desk", async () => /取号机 k1 有人需要帮助/.test((await desk.locator("main").innerText()).replace(/\s+/g, " ")));
  await judge(desk, "desk-help.zh-CN", { least: 44 });
  await desk.locator("form[data-act=help] button").click();
  await until("the call answered", async () => await desk.locator("form[data-act=help]").count() === 0);
  assert.deepEqual([events("help_asked"), events("help_answered")], [1, 1]);
  await kiosk.context().close();
});

test("without a script: call, start, close, and back to the call", async () => {
  const page = await openPage("desktop", { javaScriptEnabled: false, storageState: await desk.context().storageState() });
  await page.goto(`${hall.base}/w/${W}`);
  await page.click("form[data-act=call] .primary");
  await page.click("form[data-act=start]:not([hidden]) .primary");
  await page.click("form.case .primary");
  assert.match(await page.locator("#said").textContent(), /已办结/);
  assert.ok(await page.locator("form[data-act=call] .primary").isVisible());
  await picture(page, "desk-no-script");
  await page.context().close();
});

// == A server that is away ==========================================================

const port = () => new URL(hall.base).port;

// The browser complains of a server that is away, as it should: no fault of the page.
function forgive() {
  desk.bad.push = (line) => /net::ERR_/.test(line) ? 0 : Array.prototype.push.call(desk.bad, line);
}

async function restart() {
  await house().start(["--listen", `127.0.0.1:${port()}`]);
}

test("the press that finds the server away offers what must follow, and not itself again", async () => {
  await take();
  await look();
  await serve();
  const page = await openStill("desktop", { storageState: await desk.context().storageState() });
  page.forgives = /net::ERR_/;
  await page.goto(`${hall.base}/w/${W}`);
  await page.route("**/w/**", (route) => route.abort());
  await page.keyboard.press("Space"); // close
  await until("the banner", async () => /已记下 1 项操作/.test(await page.locator("#net").textContent()));
  assert.equal(await page.locator("form.case:visible").count(), 0);
  await page.clock.runFor(1900); // it heeds again
  await page.keyboard.press("Space");
  await until("two kept", async () => /已记下 2 项操作/.test(await page.locator("#net").textContent()));
  const kept = await page.evaluate(() => Object.values(localStorage).filter((text) => text.includes("act")).map((text) => JSON.parse(text)));
  assert.deepEqual(kept.sort((a, b) => a.order - b.order).map((one) => one.act), ["close", "call"]);
  await page.context().close();
  await close();
});

test("pressed while the server is away: kept, shown, done once when it is back", async () => {
  await look();
  await serve();
  const number = await here(), closed = events("closed"), called = events("called");
  forgive();
  await house().stop("SIGKILL");
  await space(); // close
  await until("the banner", async () => /服务器连不上.*已记下 1 项操作/s.test(await desk.locator("#net").textContent()));
  assert.equal(await here(), number, "the last state stays");
  await space(); // call, which must follow
  await until("two kept", async () => /已记下 2 项操作/.test(await desk.locator("#net").textContent()));
  await judge(desk, "desk-away.zh-CN", { least: 44 });
  await restart();
  await until("both done", async () => (await desk.locator("#net").textContent()) === "" && await here() !== number);
  assert.match(await desk.locator("#said").textContent(), /补上了 2 项操作/);
  assert.deepEqual([events("closed"), events("called")], [closed + 1, called + 1]);
});

test("killed after it was done and before it was answered: not done again", async () => {
  await look();
  const called = events("called"), before = rows("SELECT count(*) AS n FROM events")[0].n;
  let arrived = 0;
  await desk.route("**/w/*/start*", async (route) => {
    if (arrived++ > 0)
      return route.continue();
    const asked = route.request();
    const answer = await desk.request.post(asked.url(), { data: asked.postData(), maxRedirects: 0,
      headers: { "content-type": "application/x-www-form-urlencoded" } });
    assert.equal(answer.status(), 303);
    await house().stop("SIGKILL"); // the browser never hears of it
    return route.abort();
  });
  await space();
  await until("the banner", async () => /已记下 1 项操作/.test(await desk.locator("#net").textContent()));
  await restart();
  await shows(/开始办理/);
  assert.ok(arrived >= 2, "sent again"); // how often in vain, while the server was away, is no matter
  assert.equal(rows("SELECT count(*) AS n FROM events")[0].n, before + 1, "and done once");
  assert.equal(events("called"), called);
  await desk.unroute("**/w/*/start*");
  await close();
});

test("a browser that is closed while the server is away brings it all the next time", async () => {
  await look();
  await serve();
  const id = rows(`SELECT CAST(ticket_id AS TEXT) AS id FROM desks WHERE window_code = '${W}'`)[0].id;
  const cookies = await desk.context().storageState();
  await house().stop("SIGKILL");
  await space();
  await until("the banner", async () => /已记下 1 项操作/.test(await desk.locator("#net").textContent()));
  const kept = await desk.context().storageState();
  await desk.context().close();
  await restart();
  assert.equal(kept.origins[0].localStorage.length > 0, true);
  desk = await openPage("desktop", { storageState: { cookies: cookies.cookies, origins: kept.origins } });
  await look();
  await until("it closed", async () => rows(`SELECT state FROM queue WHERE ticket_id = ${id}`)[0].state === "done");
  await until("the desk free", async () => await desk.locator("[data-ticket]").count() === 0);
});

test("a call that was pressed long ago calls nobody", async () => {
  const form = { once: "a".repeat(32), clerk: CLERK, late: String(11 * 60 * 1000) };
  const answer = await desk.request.post(`${hall.base}/w/${W}/call`, { form, maxRedirects: 0 });
  assert.match(answer.headers().location, /m=e_late/);
  assert.equal(rows(`SELECT ticket_id FROM desks WHERE window_code = '${W}'`)[0].ticket_id, null);
});

test("the first look is light", async () => {
  const cookies = await desk.context().storageState();
  await weigh("desktop", `${hall.base}/w/${W}`, "desk", { storageState: { cookies: cookies.cookies, origins: [] } });
});
