// citizen_script.test.mjs — what the script of a ticket's page adds: the place in the queue
// by itself, a bell on a real change, a second try on a dead network, a kept comment.
//
// The page's clock stands, and is moved by hand (Playwright's); the network by the browser's switch.
// That everything works without a script: ticket.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, place_of, until } from "../flow/house.mjs";
import { openStill } from "./browser.mjs";
import { judge } from "./judge.mjs";

let house, base;

before(async () => {
  house = await House.open();
  base = `http://127.0.0.1:${house.port}`;
});

after(() => house?.close());

const at = (ticket) => `${base}/t/${ticket.token}`;

async function take(matter, count) {
  const all = [];
  for (let i = 0; i < count; i++)
    all.push(await house.take({ matter }));
  return all;
}

// Calls the next of this matter and takes them up.
async function serve(matter) {
  const { window, clerk } = place_of(matter);
  const { case: c } = await house.call(window, clerk);
  await house.case_act(c.id, "close");
}

// A page whose timers wait for us, and which writes down how often it rang and shook.
async function handPage(url) {
  const page = await openStill("phone");
  await page.addInitScript(() => {
    window.rang = 0;
    window.shook = 0;
    window.AudioContext = class {
      currentTime = 0;
      destination = {};
      createOscillator() {
        return { frequency: {}, connect: (to) => to, start() {}, stop() { window.rang += 1 / 6; } };
      }
      createGain() {
        return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to };
      }
      close() {}
    };
    navigator.vibrate = () => { window.shook++; return true; };
  });
  page.asked = [];
  page.on("response", (answer) => /\/state$/.test(answer.url()) && page.asked.push(answer.status()));
  await page.goto(url);
  await page.evaluate(() => { window.same = true; }); // gone after a reload
  return page;
}

const rings = (page) => page.evaluate(() => [Math.round(window.rang), window.shook]);

// Lets the page's time pass and waits for the question that falls due.
async function ask(page, seconds) {
  const answered = page.waitForResponse(/\/state$/);
  await page.clock.fastForward(seconds * 1000);
  return (await answered).status();
}

test("the place follows by itself, and asks no more often than it must", async () => {
  const tickets = await take("id-card", 13);
  const page = await handPage(at(tickets.at(-1)));
  const line = page.locator("#queue .line");

  assert.match(await line.textContent(), /前面还有 12 人/);
  await page.clock.fastForward(29000);
  assert.deepEqual(page.asked, [], "more than ten ahead: every 30 s");
  assert.equal(await ask(page, 2), 304, "nothing has changed since the page itself");
  await serve("id-card");
  await serve("id-card");
  assert.equal(await ask(page, 31), 200);
  await page.waitForFunction(() => document.querySelector("#queue .line").textContent.includes("10"));
  assert.equal(await ask(page, 11), 304, "ten or fewer: every 10 s");
  assert.ok(await page.evaluate(() => window.same), "without a reload");
  assert.deepEqual(await rings(page), [0, 0]);
  await page.context().close();
});

test("it rings and shakes once for each real change, after the bell was pressed", async () => {
  const { window: desk, clerk } = place_of("pension");
  const tickets = await take("pension", 6);
  const page = await handPage(at(tickets.at(-1)));

  await page.click("#ring");
  assert.equal(await page.getAttribute("#ring", "aria-pressed"), "true");
  assert.match(await page.textContent("#said"), /会响铃/);
  await judge(page, "citizen-ring");
  await serve("pension");
  assert.equal(await ask(page, 11), 200);
  await page.waitForFunction(() => document.querySelector("#queue .line").textContent.includes("4 人"));
  assert.deepEqual(await rings(page), [0, 0], "four ahead is no alarm");
  await serve("pension");
  assert.equal(await ask(page, 11), 200);
  await page.waitForSelector("#queue .strong:has-text('快到您了')");
  assert.deepEqual(await rings(page), [1, 1], "near");
  assert.match(await page.title(), /^快到您了/);
  assert.match(await page.textContent("#said"), /快到您了/);
  await serve("pension");
  assert.equal(await ask(page, 6), 200, "three or fewer: every 5 s");
  await page.waitForSelector("#queue :text('前面还有 2 人')");
  assert.deepEqual(await rings(page), [1, 1], "near is told once");
  await serve("pension");
  await serve("pension");
  await house.call(desk, clerk);
  assert.equal(await ask(page, 6), 200);
  await page.waitForSelector(`#queue .strong:has-text('请到 ${desk} 号窗口')`);
  assert.deepEqual(await rings(page), [2, 2], "called");
  assert.equal(await ask(page, 6), 304);
  await house.act(desk, "recall");
  assert.equal(await ask(page, 6), 200);
  await page.waitForFunction(() => window.shook === 3);
  await judge(page, "citizen-called-now");
  assert.ok(await page.evaluate(() => window.same));
  await page.context().close();
});

test("a hidden page asks nothing, and asks at once when it is seen again", async () => {
  const [ticket] = await take("mortgage", 1);
  const page = await handPage(at(ticket));
  const show = (hidden) => page.evaluate((is) => {
    Object.defineProperty(document, "hidden", { value: is, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

  await show(true);
  await page.clock.fastForward(60000);
  assert.deepEqual(page.asked, []);
  const answered = page.waitForResponse(/\/state$/);
  await show(false);
  assert.equal((await answered).status(), 304);
  await page.context().close();
});

test("a dead network is told with the time of what is shown, and forgotten afterwards", async () => {
  const [ticket] = await take("marriage", 1);
  const page = await handPage(at(ticket));

  page.forgives = /ERR_INTERNET_DISCONNECTED/;
  await page.context().setOffline(true);
  await page.clock.fastForward(6000);
  await page.waitForSelector("#queue :text-matches('画面停在 \\\\d\\\\d:\\\\d\\\\d，正在重新连接')");
  await judge(page, "citizen-stale");
  await page.context().setOffline(false);
  await ask(page, 6);
  await page.waitForFunction(() => !document.querySelector("#queue").textContent.includes("画面停在"));
  await page.context().close();
});

test("a grade on a dead network is tried again after 2, 6 and 15 s, and is one rating", async () => {
  const { ticket, case: c } = await house.visit({ matter: "company-change" });
  const page = await handPage(at(ticket));
  const tries = [];
  page.on("requestfailed", (request) => request.method() === "POST" && tries.push(request.url()));

  await page.evaluate(() => { // the clock is moved on once the page waits for it
    const set = window.setTimeout;
    window.waits = [];
    window.setTimeout = (then, ms) => { window.waits.push(ms); return set(then, ms); };
  });
  page.forgives = /ERR_INTERNET_DISCONNECTED/;
  await page.context().setOffline(true);
  await page.click("button.g4");
  await page.waitForSelector(":text('网络不通，评价还没送出，正在再试…')");
  assert.equal(await page.isDisabled("button.g5"), true, "one grade at a time");
  await judge(page, "citizen-no-network");
  for (const seconds of [2, 6, 15]) {
    await page.waitForFunction((ms) => window.waits.includes(ms), seconds * 1000);
    await page.clock.fastForward(seconds * 1000 + 100);
  }
  await page.waitForSelector(":text('还没送出。您填的都在本页')");
  await until("all tries to be told", () => tries.length >= 4);
  assert.equal(tries.length, 4);
  assert.equal(await page.isDisabled("button.g5"), false);
  await page.evaluate(() => { window.waits = []; });
  await page.click("button.g4");
  await page.waitForSelector(":text('正在再试')");
  await page.waitForFunction(() => window.waits.includes(2000));
  await page.context().setOffline(false);
  await page.clock.fastForward(2100);
  await page.waitForSelector("h1:has-text('评价已收到：满意')");
  assert.deepEqual((await house.ratings(c.id)).map((r) => r.grade), [4]);
  await page.context().close();
});

test("what is being written survives a reload, and is forgotten once it was sent", async () => {
  const { ticket, case: c } = await house.visit({ matter: "company-change" });
  await house.rate(ticket.token, 3);
  const page = await handPage(at(ticket));

  await page.fill("textarea", "等了很久");
  await page.reload();
  assert.equal(await page.inputValue("textarea"), "等了很久");
  await page.fill("textarea", "很".repeat(501));
  await page.click("text=补充提交");
  await page.waitForSelector(".errors");
  assert.equal((await page.inputValue("textarea")).length, 501, "the server's page keeps it, too");
  await page.fill("textarea", "等了很久");
  await page.click("text=补充提交");
  await page.waitForSelector(":text('谢谢，补充的内容已记下。')");
  assert.equal((await house.rated(c.id))[0].comment, "等了很久");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.context().close();
});
