// wall.test.mjs — the hall's screen in a browser: read from afar, one call after another,
// and right again by itself after a cut.
//
// The page is asked through a wire of the test's own, which can be cut, or go dumb, while
// the server stands, ends or begins anew. What the page waits for passes eight times as
// fast (`hurry`), sound too, so that order is what is judged; `later` moves its clocks. What
// stands for a moment only the page itself writes down as it comes: `told`, `sight`.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { HALL_FILE, House, PATIENCE_MS, hall, run_well, until } from "../flow/house.mjs";
import { openPage, screens } from "./browser.mjs";
import { judge, judgeEverywhere, picture, weigh } from "./judge.mjs";

const code = hall.hall.code, HURRY = 8;
const clerk_of = (window) => hall.staff.find((s) => s.window === window).code;
const desks = ["A01", "A02", "A03"].map((window) => ({ window, clerk: clerk_of(window) }));

// A wire to the house: cut() ends it and refuses, hush() takes and says nothing, mend().
class Wire {
  sockets = new Set();
  asked = 0; // for events
  state = "good";

  constructor(house) {
    this.server = net.createServer((near) => {
      near.on("data", (bytes) => { this.asked += bytes.includes("/events"); });
      if (this.state === "cut")
        return near.destroy();
      this.sockets.add(near);
      near.on("close", () => this.sockets.delete(near)).on("error", () => {});
      if (this.state === "dumb")
        return near.resume();
      const far = net.connect(house.port, "127.0.0.1");
      this.sockets.add(far);
      far.on("close", () => { this.sockets.delete(far); near.destroy(); }).on("error", () => {});
      near.on("close", () => far.destroy());
      near.pipe(far);
      far.on("data", (bytes) => this.state === "dumb" || near.write(bytes));
    });
  }

  async open() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.base = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  cut() {
    this.state = "cut";
    this.sockets.forEach((s) => s.destroy());
  }

  hush() {
    this.state = "dumb";
  }

  mend() {
    this.state = "good";
  }

  close() {
    this.cut();
    this.server.close();
  }
}

function hurry(times) {
  const timeout = window.setTimeout, interval = window.setInterval;
  const steady = performance.now.bind(performance), wall = Date.now;
  let ahead = 0;
  window.setTimeout = (act, ms) => timeout(act, ms < 30000 ? ms / times : ms); // its patience with a sound stays
  window.setInterval = (act, ms) => interval(act, ms / times);
  performance.now = () => steady() + ahead;
  Date.now = () => wall() + ahead;
  window.later = (ms) => { ahead += ms; };
  window.told = [];
  document.addEventListener("play", (e) => { e.target.playbackRate = times; }, true);
  for (const what of ["playing", "ended"])
    document.addEventListener(what, (e) => window.told.push([what, new URL(e.target.src).pathname.split("/").pop()]), true);
  addEventListener("DOMContentLoaded", () => {
    const call = document.getElementById("call");
    new MutationObserver(() => {
      const now = [call.hidden ? "hides" : "shows", document.getElementById("call-number").textContent];
      if (String(window.told.findLast(([what]) => /s$/.test(what) && what !== "ends")) !== String(now))
        window.told.push(now);
      if (!call.hidden)
        window.sight = { window: document.getElementById("call-window").textContent, box: call.getBoundingClientRect().toJSON(),
          flash: call.getAnimations().map((a) => a.effect.getTiming()).map((t) => [t.iterations, t.duration]) };
    }).observe(call, { attributes: true, attributeFilter: ["hidden"] });
  });
}

let house, wire, url;

before(async () => {
  house = await House.open();
  await run_well(["voice", "make", "--data", house.data]);
  await house.restart();
  wire = await new Wire(house).open();
  url = `${wire.base}/screen/${code}`;
});

after(async () => {
  wire?.close();
  await house?.close();
});

async function openWall({ query = "", screen = "wall", times = HURRY, options = {} } = {}) {
  const page = await openPage(screen, options);
  await page.addInitScript(hurry, times);
  await page.goto(url + query);
  return page;
}

const numbers = (page) => page.evaluate(() => [...document.querySelectorAll(".calls .number")].map((e) => e.textContent));
const shown = (page, number) => until(`${number} on the wall`, async () => (await numbers(page))[0] === number);
const told = (page) => page.evaluate(() => window.told);
const fills = (page, number) => until(`${number} to fill the screen`, async () =>
  (await told(page)).some(([what, which]) => what === "shows" && which === number));

async function call(desk = desks[0]) {
  const ticket = await house.take();
  return { ...ticket, ...await house.call(desk.window, desk.clerk) };
}

async function finish(one) {
  await house.case_act(one.case.id, "close", { outcome: "done" });
}

const minute = (clock) => parseInt(clock, 10) * 60 + parseInt(clock.slice(3), 10);

// The browser itself complains of every cut.
function forgive(page) {
  page.bad.push = (text) => /net::ERR_|status of 50/.test(text) ? 0 : Array.prototype.push.call(page.bad, text);
}

// All that must be seen is within the screen, and nothing is cut off.
async function fits(page, name) {
  const bad = await page.evaluate(() => {
    const out = [], root = document.documentElement;
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth)
      out.push(`scrolls: ${root.scrollWidth}x${root.scrollHeight}`);
    for (const e of document.querySelectorAll(".calls li, .waiting li, .card:not([hidden]), footer p, h1")) {
      const box = e.getBoundingClientRect(), frame = e.closest("section, footer, header").getBoundingClientRect();
      if (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.bottom > frame.bottom + 1)
        out.push(`cut: ${e.className} ${e.textContent.trim().slice(0, 20)}`);
    }
    for (const e of document.querySelectorAll(".calls b"))
      if (e.getBoundingClientRect().bottom > e.parentElement.getBoundingClientRect().bottom + 4 || e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 1 || e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
        out.push(`too wide: ${e.textContent}`);
    const rows = [...document.querySelectorAll(".calls .number")].map((e) => e.getBoundingClientRect());
    const windows = [...document.querySelectorAll(".calls .window")].map((e) => e.getBoundingClientRect());
    rows.forEach((r, i) => { if (r.right > windows[i].left + 1) out.push("a number touches its window"); });
    return out;
  });
  await picture(page, name);
  assert.deepEqual(bad, [], name);
}

test("before the first call it says so, in every language", async () => {
  await judgeEverywhere("wall", url, "wall-empty", { ready: (page) => page.waitForSelector(".none") });
});

test("it weighs no more than a wall's page may", async () => {
  await weigh("wall", url, "wall");
});

test("a call fills the screen, flashes three times, then stands on top of the list", async () => {
  const page = await openWall();
  const one = await call();

  await fills(page, one.number);
  const { window, box, flash } = await page.evaluate(() => window.sight);
  assert.equal(window, hall.windows.find((w) => w.code === desks[0].window).name);
  assert.equal(flash.length, 1);
  const [[times, ms]] = flash;
  assert.ok(times <= 3 && ms >= 1000 / 3, `${times} flashes of ${ms} ms`);
  assert.deepEqual([box.width, box.height], [1920, 1080]);
  await page.waitForSelector("#call", { state: "hidden" });
  assert.deepEqual(await numbers(page), [one.number]);
  const still = await openWall({ times: 0.1, options: { reducedMotion: "reduce" } }); // a minute to be judged in, for six seconds
  await house.act(desks[0].window, "recall");
  await fills(still, one.number);
  assert.equal(await still.evaluate(() => document.getElementById("call").getAnimations({ subtree: true }).length), 0);
  await judge(still, "wall-call", { reflow: false }); // it fills the screen
  assert.ok(await still.locator("#call").isVisible(), "and is what was judged");
  await finish(one);
  await still.context().close();
  await page.context().close();
});

test("calls never overlap: three at once are shown and spoken one after the other", async () => {
  const page = await openWall();
  const button = page.locator("#sound");

  await button.waitFor();
  assert.equal(await button.textContent(), "点一下打开声音");
  await button.click();
  await button.waitFor({ state: "hidden" });
  await page.evaluate(() => { window.told.length = 0; });
  const all = await Promise.all(desks.map((d) => call(d)));
  const said = await until("three calls to their end", async () => {
    const now = await told(page);
    return now.filter(([what]) => what === "ended").length === 3 && now.filter(([what]) => what === "hides").length === 3 ? now : null;
  });
  const text = JSON.stringify(said);

  let playing = null, showing = null, sounds = [], shows = [];
  for (const [what, which] of said)
    if (what === "playing") {
      assert.ok(playing === null || playing === which, `sound upon sound: ${text}`);
      if (playing === null)
        sounds.push(which);
      playing = which;
    } else if (what === "ended") {
      assert.equal(which, playing, text);
      playing = null;
    } else if (what === "shows") {
      assert.ok(showing === null && playing === null, `shown before the last was over: ${text}`);
      shows.push(showing = which);
    } else {
      showing = null;
    }
  const order = (await page.evaluate(() => [...document.querySelectorAll(".calls li")].map((r) => [r.dataset.call, r.querySelector(".number").textContent]))).slice(0, 3).reverse();
  assert.deepEqual(shows, order.map(([, number]) => number), text);
  assert.deepEqual(sounds, order.map(([id]) => id), "each with its own sound");
  assert.deepEqual([...shows].sort(), all.map((one) => one.number).sort());
  for (const one of all)
    await finish(one);
  assert.deepEqual(page.bad, []);
  await page.context().close();
});

test("where the browser may play at once there is no button, and ?sound=off is silent", async () => {
  const own = await chromium.launch({ executablePath: process.env.CHROME || "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"], timeout: PATIENCE_MS });
  const page = await own.newPage({ viewport: screens.wall.viewport });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(hurry, HURRY);
  await page.goto(url);
  await until("the chime, unheard", async () => (await told(page)).some(([what]) => what === "playing"));
  const one = await call();
  await until("the call", async () => (await told(page)).some(([what, which]) => what === "ended" && which !== "chime"));
  assert.ok(await page.locator("#sound").isHidden());
  await own.close();
  const mute = await openWall({ query: "?sound=off" });
  await house.act(desks[0].window, "recall");
  await fills(mute, one.number);
  assert.ok(await mute.locator("#sound").isHidden());
  assert.deepEqual((await told(mute)).filter(([what]) => what === "playing"), []);
  await mute.context().close();
  await finish(one);
});

test("after a cut it says since when it stands, and is right again by itself", async () => {
  const page = await openWall({ query: "?sound=off" });
  const before = await call();
  await shown(page, before.number);
  await page.waitForSelector("#call", { state: "hidden" });
  const clock = await page.textContent("#clock");

  forgive(page);
  wire.cut();
  await page.evaluate(() => window.later(16000));
  const stale = page.locator("#stale");
  await until("that it stands", async () => (await stale.textContent()) !== "");
  const [, since] = (await stale.textContent()).match(/^画面停在 (\d\d:\d\d)，正在重新连接$/);
  assert.ok((minute(since) - minute(clock) + 1440) % 1440 <= 1, `the time of the last sign: ${since} after ${clock}`);
  assert.equal((await numbers(page))[0], before.number, "never blank");
  await judge(page, "wall-stale", { reflow: false }); // it is the same page as above
  await finish(before);
  const missed = await call();
  await house.restart("SIGKILL");
  await house.advance(60);
  wire.mend();
  await shown(page, missed.number);
  await until("that it goes on", async () => (await stale.textContent()) === "");
  assert.ok(!(await told(page)).some(([what, which]) => what === "shows" && which === missed.number), "what is old is not called anew");
  await finish(missed);
  const next = await call();
  await fills(page, next.number);
  await finish(next);
  await page.context().close();
});

test("a wire that goes dumb is noticed, too", async () => {
  const page = await openWall({ query: "?sound=off" });
  const one = await call();
  await shown(page, one.number);
  forgive(page);
  wire.hush();
  const asked = wire.asked;
  await page.evaluate(() => window.later(13000));
  await until("another try", () => wire.asked > asked);
  await finish(one);
  const next = await call();
  wire.mend();
  await page.evaluate(() => window.later(13000));
  await shown(page, next.number);
  await finish(next);
  await page.context().close();
});

test("promise cards stand, one at a time, for ten seconds each", async () => {
  const page = await openWall({ query: "?sound=off" });
  const card = () => page.evaluate(() => [...document.querySelectorAll(".card:not([hidden]) h2")].map((e) => e.textContent));
  const seen = new Set();

  for (let i = 0; i < 3; i++) {
    const first = await card();
    assert.equal(first.length, 1);
    seen.add(first[0]);
    await until("the next card", async () => { // a beat from the server puts the page's clock right again
      await page.evaluate(() => window.later(300));
      return (await card())[0] !== first[0];
    });
  }
  assert.ok(seen.size > 1, [...seen].join());
  assert.equal(await page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => e.matches("marquee") || e.getAnimations().length).length), 0, "nothing moves");
  await page.context().close();
});

test("without scripts it is the same page, and loads itself anew", async () => {
  const page = await openPage("wall", { javaScriptEnabled: false });
  const one = await call();

  await page.goto(url);
  assert.equal((await numbers(page))[0], one.number);
  assert.equal(await page.getAttribute("meta[http-equiv=refresh]", "content"), "10");
  assert.equal(await page.locator(".card:not([hidden])").count(), 1);
  assert.ok(await page.locator("#sound").isHidden());
  await finish(one);
  const next = await call();
  await page.reload();
  assert.equal((await numbers(page))[0], next.number);
  await fits(page, "wall-no-script");
  await finish(next);
  await page.context().close();
});

// Digits of 1/200 of the distance: 50 mm for ten metres, on a screen of 55 inches (1209 mm).
const LEAST = 50 / 1209;

test("six calls and all counts can be read from ten metres, on screens of every shape", async () => {
  for (let i = 0; i < 6; i++)
    await finish(await call(desks[i % 3]));
  const standing = await call();
  for (const [name, width, height] of [["wall-wide", 1920, 1080], ["wall-portrait", 1080, 1920], ["wall-4k", 3840, 2160], ["wall-hd", 1280, 720], ["wall-old", 1024, 768]]) {
    const page = await openWall({ query: "?sound=off", options: { viewport: { width, height } } });
    await page.waitForSelector(".calls li:nth-child(6)");
    // In one step: the board is made anew with each event, and what has left the page has no size.
    const size = await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector(".calls .number")).fontSize));
    if (Math.max(width, height) / Math.min(width, height) > 1.5)
      assert.ok(size * 0.714 >= Math.max(width, height) * LEAST * 0.999, `${name}: digits of ${size * 0.714} px`);
    await fits(page, name);
    await page.context().close();
  }
  await judgeEverywhere("wall", url, "wall", { ready: (page) => page.waitForSelector(".calls li:nth-child(6)") });
  const forced = await openWall({ query: "?sound=off", options: { forcedColors: "active" } });
  await forced.waitForSelector(".calls li:nth-child(6)");
  await fits(forced, "wall-forced-colours");
  await forced.context().close();
  const english = await openWall({ query: "?lang=en" }); // with the button, which takes room
  await english.locator("#sound").waitFor();
  await fits(english, "wall-english");
  await english.context().close();
  await finish(standing);
});

test("a large hall with long names fits, too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "yiping-wall-"));
  const large = JSON.parse(readFileSync(HALL_FILE, "utf8"));
  const names = ["3号窗口", "社会保险综合受理12号窗口", "不动产登记与交易税收一窗受理05号窗口",
    "进驻部门授权到位后由首席代表统一受理并当场出具电子证照的企业全生命周期综合服务专区08号窗口"];
  large.windows.forEach((w, i) => { w.name = names[i % names.length] + (i < names.length ? "" : `（${i}）`); });
  large.hall.name = "青城市人民政府政务服务管理局第二政务服务中心（高新技术产业开发区分中心）";
  const letters = [..."GHIJKLMNOPQR"];
  large.series.push(...letters.map((letter) => ({ letter, name: `第${letter}类综合受理业务` })));
  large.matters.filter((m) => m.department === large.matters[0].department).slice(1, 1 + letters.length)
    .forEach((m, i) => { m.series = letters[i]; });
  const others = large.matters.filter((m) => m.department !== large.matters[0].department);
  letters.forEach((letter, i) => { (others[i * 2] ?? large.matters[i]).series = letter; });
  writeFileSync(join(folder, "hall.json"), JSON.stringify(large));
  const big = await House.open({ hall_file: join(folder, "hall.json") });
  try {
    for (const desk of large.windows.filter((w) => w.department === large.matters.find((m) => m.code === "business-licence").department).slice(0, 4)) {
      await big.take();
      const { case: one } = await big.call(desk.code, clerk_of(desk.code));
      await big.case_act(one.id, "close", { outcome: "done" });
    }
    for (const [name, width, height] of [["wall-large-hall", 1920, 1080], ["wall-large-hall-portrait", 1080, 1920]]) {
      const page = await openPage("wall", { viewport: { width, height } });
      await page.goto(`http://127.0.0.1:${big.port}/screen/${code}?sound=off`);
      await page.waitForSelector(".calls li");
      await fits(page, name);
      await page.context().close();
    }
  } finally {
    await big.close();
    rmSync(folder, { recursive: true });
  }
});
