// ticket.test.mjs — the ticket's page in the hall that a first start makes: does one tap
// stay one rating? Whether everybody can use it: citizen.test.mjs.
//
// Against the server of BASE_URL with TICKET_WAITING, TICKET_CLOSED … (prepare.mjs prints
// them), or, without these, against a house of its own. How a page is judged: judge.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage } from "./browser.mjs";
import { judge, picture, weigh } from "./judge.mjs";
import { advance, post, prepare, startHouse } from "./prepare.mjs";

let house, base, t;

before(async () => {
  if (process.env.BASE_URL && process.env.TICKET_CLOSED) {
    base = process.env.BASE_URL;
    t = {};
    for (const [name, url] of Object.entries(process.env))
      if (name.startsWith("TICKET_"))
        t[name.slice(7).toLowerCase()] = url;
  } else {
    house = await startHouse();
    base = house.base;
    t = await prepare(base);
  }
});

after(() => house?.stop());

const texts = {
  waiting: /前面还有 \d+ 人/, near: /快到您了/, called: /请到 A02 号窗口/, serving: /正在 A01 号窗口办理/,
  closed: /您对这次服务满意吗？/, several: /您对这次服务满意吗？/, rated: /评价已收到：不满意/,
  rated_good: /评价已收到：非常满意/,
};

test("every state of the ticket's page says what it is", async () => {
  const page = await openPage("phone");
  for (const [name, text] of Object.entries(texts))
    if (t[name]) {
      await page.goto(t[name]);
      assert.match(await page.textContent("main"), text, name);
    }
  await page.context().close();
});

test("without a script: from the buttons to the receipt and the reasons", async () => {
  const url = t.closed_plain || t.closed;
  const page = await openPage("phone", { javaScriptEnabled: false });
  await page.goto(url);
  await page.click("button.g2");
  assert.equal(page.url(), url);
  assert.match(await page.textContent("h1"), /评价已收到：不满意/);
  assert.match(await page.textContent("[role=status]"), /回执 \w{4}-\w{4}-\w{4}-\w{4}，.*记录。.*前可改一次。/);
  assert.equal(await page.$("input:checked"), null, "nothing is chosen beforehand");
  await page.click("summary:has-text('更多原因')");
  await page.check("input[value='214']");
  await page.click("summary:has-text('再评四项')");
  await page.check("input[name=attitude][value='2']");
  await page.fill("textarea", "很".repeat(501));
  await page.click("text=补充提交");
  assert.match(await page.title(), /^错误：/);
  assert.match(await page.textContent(".errors"), /最多 500 字，现在 501 字/);
  assert.equal((await page.inputValue("textarea")).length, 501, "what was typed is kept");
  assert.equal(await page.isChecked("input[value='214']"), true);
  await picture(page, "detail-error");
  await page.fill("textarea", "等太久");
  await page.click("text=补充提交");
  assert.match(await page.textContent("main"), /谢谢，补充的内容已记下。/);
  await page.goto(url);
  await page.click("text=点错了，改一下");
  await picture(page, "change");
  await page.click("button.g4");
  assert.match(await page.textContent("main"), /已按您的修改记为“满意”/);
  assert.equal(await page.$("text=点错了，改一下"), null, "a rating can be changed once");
  await page.context().close();
});

test("a double click, reloading and going back make one rating", async () => {
  const url = t.closed_double || t.closed;
  const page = await openPage("phone");
  await page.goto(url);
  await page.dblclick("button.g5");
  await page.waitForSelector("text=评价已收到");
  const receipt = (await page.textContent("main")).match(/\w{4}-\w{4}-\w{4}-\w{4}/)[0];
  await page.reload();
  assert.match(await page.textContent("main"), new RegExp(receipt));
  await page.goBack();
  await page.goForward().catch(() => {});
  await page.goto(url);
  assert.match(await page.textContent("main"), new RegExp(receipt));
  for (let i = 0; i < 5; i++)
    assert.equal((await post(url + "/rate", { grade: "5" })).status, 303);
  await page.goto(url);
  assert.match(await page.textContent("main"), new RegExp(receipt), "the same again is no new event");
  assert.ok(await page.$("text=点错了，改一下"), "and uses up no change");
  await page.context().close();
});

test("looking changes nothing", async () => {
  const url = t.closed_looks || t.closed;
  const version = async () => (await (await fetch(url + "/state")).json()).version;
  const first = await version();
  for (const path of ["", "/state", "/detail", "/rate", "?grade=5", "?change=1", "/rate?grade=5&case=1"])
    for (const method of ["GET", "HEAD"])
      await fetch(url + path, { method });
  assert.equal(await version(), first);
  assert.match(await (await fetch(url)).text(), /您对这次服务满意吗？/);
  const etag = (await fetch(url + "/state")).headers.get("etag");
  assert.equal((await fetch(url + "/state", { headers: { "If-None-Match": etag } })).status, 304);
});

test("what cannot be rated is said with its status", async () => {
  const say = async (url, fields) => {
    const answer = await post(url + "/rate", fields);
    return [answer.status, await answer.text()];
  };
  const closed = t.closed_looks || t.closed;
  for (const [url, fields, status, text] of [
    [closed, {}, 422, "错误：请选一个评价。"],
    [closed, { grade: "6" }, 422, "错误：请选一个评价。"],
    [closed, { grade: "5", case: "1" }, 404, "没有找到这张号票"],
    [closed, { grade: "5", case: "x" }, 404, "没有找到这张号票"],
    [closed, { grade: "5", n: "<b>" }, 422, "错误："],
    [t.waiting, { grade: "5" }, 409, "办结后才能评价"],
    [t.several || closed, t.several ? { grade: "5" } : {}, 422, "错误："],
    [`${base}/t/${"0".repeat(28)}`, { grade: "5" }, 404, "没有找到这张号票"],
  ]) {
    const [got, body] = await say(url, fields);
    assert.equal(got, status, `${JSON.stringify(fields)}: ${body.slice(0, 300)}`);
    assert.ok(body.includes(text), `${text} in ${body}`);
  }
});

test("the first look is small: at most 14 kB and two requests", async () => {
  for (const url of [t.closed, t.waiting, t.rated].filter(Boolean))
    await weigh("phone", url, "citizen");
});

test("forced colours and the keyboard alone", async () => {
  const page = await openPage("phone", { forcedColors: "active", hasTouch: false, isMobile: false });
  const url = t.closed;
  await page.goto(url);
  await picture(page, "forced-colours");
  const met = [];
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    met.push(await page.evaluate(() => document.activeElement.value || document.activeElement.textContent.trim()));
  }
  assert.deepEqual(met.filter((v) => /^[1-5]$/.test(v)), ["5", "4", "3", "2", "1"], "the order of the buttons");
  await page.context().close();
});

test("after its time: the end, a note, and no way to rate", { skip: process.env.BASE_URL ? "moves the clock" : false }, async () => {
  await advance(base, 40 * 86400);
  for (const [name, text] of [["closed_late", /评价时间已过（办结后 5 个工作日）/], ["rated", /您已评价：不满意，修改时间已过。回执/],
    ["waiting", /这张号没有办理业务，不能评价/]]) {
    const page = await openPage("phone");
    await page.goto(t[name]);
    assert.match(await page.textContent("main"), text);
    await judge(page, `over-${name}`);
    await page.context().close();
  }
  const late = await post(t.closed_late + "/rate", { grade: "5" });
  assert.equal(late.status, 409);
  assert.match(await late.text(), /评价时间已过/);
  const page = await openPage("phone", { javaScriptEnabled: false });
  await page.goto(t.closed_late);
  await page.fill("textarea", "想补充一句");
  await page.click("text=补充提交");
  assert.match(await page.textContent("main"), /谢谢，补充的内容已记下。/);
  await page.context().close();
});
