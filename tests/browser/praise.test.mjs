// praise.test.mjs — thanks to a clerk, and the clerk's own page, in a real browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage } from "./browser.mjs";
import { judge, judgeEverywhere, picture } from "./judge.mjs";
import { account, advance, post, rate, startHouse, takeClosed } from "./prepare.mjs";

let house, base;

before(async () => {
  house = await startHouse();
  base = house.base;
});

after(() => house?.stop());

const days = (count) => advance(base, count * 86400);

async function logIn(page, who, path) {
  await page.goto(`${base}/login?next=${path}`);
  await page.fill("input[name=name]", who.name);
  await page.fill("input[name=password]", who.password);
  await page.click("main button");
}

test("a citizen thanks without a script, and once", async () => {
  const url = await takeClosed(base);
  const page = await openPage("phone", { javaScriptEnabled: false });
  await page.goto(url);
  assert.equal(await page.$("text=谢谢"), null, "nobody is asked to praise");
  await page.click("text=写感谢（和评价分开）");
  assert.equal(await page.textContent("h1"), "写感谢");
  assert.equal(await page.$("input:checked"), null);
  await page.click("text=转给工作人员");
  assert.match(await page.title(), /^错误：请写几句话/);
  await page.fill("textarea", "好".repeat(501));
  await page.click("text=转给工作人员");
  assert.match(await page.textContent(".errors"), /最多 500 字，现在 501 字/);
  assert.equal((await page.inputValue("textarea")).length, 501, "what was typed is kept");
  await page.fill("textarea", "材料少一张，<b>李敏</b>帮我打印了");
  await page.click("text=转给工作人员");
  assert.match(await page.textContent("[role=status]"), /谢谢，已转给工作人员/);
  assert.equal(await page.$("textarea"), null, "one for each matter");
  await picture(page, "thanks-taken");
  await page.click("text=回到号票");
  assert.match(await page.textContent("h1"), /您对这次服务满意吗？/, "nothing was rated by it");
  const again = (words) => post(`${url}/praise`, { words });
  assert.equal((await again("材料少一张，<b>李敏</b>帮我打印了")).status, 303, "the same again is the same");
  const other = await again("还有一句");
  assert.equal(other.status, 409);
  assert.match(await other.text(), /已经写过感谢了[\s\S]*还有一句/, "and what was typed is shown");
  await page.context().close();
});

test("every state of the page is for everybody", async () => {
  const url = await takeClosed(base);
  await judgeEverywhere("phone", `${url}/praise`, "thanks");
  const page = await openPage("phone");
  await page.goto(`${url}/praise`);
  await page.click("text=转给工作人员");
  await judge(page, "thanks-empty");
  await page.fill("textarea", "谢谢");
  await page.click("text=转给工作人员");
  await judge(page, "thanks-done");
  assert.equal((await page.goto(`${base}/t/${"0".repeat(28)}/praise`)).status(), 404);
  await page.context().close();
});

test("a double click is one, in English too; of several matters none is chosen before", async () => {
  const url = await takeClosed(base, { cases: 2 });
  const page = await openPage("phone");
  await page.goto(`${url}/praise?lang=en`);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.equal(await page.$("input:checked"), null);
  await judge(page, "thanks-several.en");
  await page.fill("textarea", "Very kind.");
  await page.click("text=Pass on to the clerk");
  assert.match(await page.textContent(".errors"), /choose which matter/);
  assert.equal(await page.inputValue("textarea"), "Very kind.");
  await page.check("label.tick >> nth=1");
  await page.dblclick("text=Pass on to the clerk");
  await page.waitForSelector("[role=status]");
  assert.equal(await page.locator(".box").count(), 2, "one is done, one may still be thanked for");
  assert.match(await page.textContent("section h2"), /Already thanked/);
  await picture(page, "thanks-one-of-two.en");
  await page.context().close();
});

test("what cannot be thanked for is said with its status", async () => {
  const closed = await takeClosed(base);
  for (const [url, fields, status, text] of [
    [closed, { words: "谢谢", case: "1" }, 404, "没有找到这张号票"],
    [closed, { words: "谢谢", case: "x" }, 404, "没有找到这张号票"],
    [closed, { words: "谢谢", n: "<b>" }, 422, "没有送完整"],
    [closed, { words: " \r\n " }, 422, "请写几句话"],
    [`${base}/t/${"0".repeat(28)}`, { words: "谢谢" }, 404, "没有找到这张号票"],
  ]) {
    const answer = await post(`${url}/praise`, fields);
    const said = await answer.text();
    assert.equal(answer.status, status, JSON.stringify(fields));
    assert.ok(said.includes(text), said);
  }
  for (const method of ["GET", "HEAD"])
    await fetch(`${closed}/praise?words=1&case=1`, { method });
  assert.doesNotMatch(await (await fetch(`${closed}/praise`)).text(), /已写过感谢/, "looking thanks nobody");
});

test("the hall lists thanks and enters a letter, once; nothing is guessed", async () => {
  const page = await openPage("phone");
  await logIn(page, await account(house.data, "hall"), "/praise");
  assert.match(await page.textContent("main"), /材料少一张，<b>李敏<\/b>帮我打印了/);
  const storageState = await page.context().storageState();
  await judgeEverywhere("phone", `${base}/praise`, "praise-list", { least: 44, context: { storageState } });
  await page.goto(`${base}/praise?lang=zh-CN`);
  await page.click("text=录入感谢");
  assert.equal(await page.$("main input:checked"), null, "nothing is chosen beforehand");
  const save = () => page.click("main button");
  await save();
  assert.match(await page.textContent(".errors"), /请选怎么收到的/);
  await page.check("input[value=letter]");
  await page.fill("#said", "来信：谢谢窗口的同志\n<i>王</i>");
  await save();
  assert.match(await page.textContent(".errors"), /请选工作人员，或填号码/);
  await page.fill("#number", "A999");
  await save();
  assert.match(await page.textContent(".errors"), /没有找到已办结的办件/);
  await page.fill("#number", "a003");
  await save();
  assert.match(await page.textContent(".errors"), /这张号票有几件：\S+-A003-1, \S+-A003-2/, "two cases: which one is asked");
  await judge(page, "praise-which", { least: 44 });
  const number = (await page.textContent(".errors")).match(/[^\s：]+-A003-2/)[0];
  await page.fill("#number", number);
  await page.selectOption("#clerk", "1001");
  await save();
  assert.match(await page.textContent(".errors"), /只填一样/);
  assert.equal(await page.inputValue("#said"), "来信：谢谢窗口的同志\n<i>王</i>", "what was typed is kept");
  await page.selectOption("#clerk", "");
  const twice = new URLSearchParams(await page.$$eval("main form input, main form select, main form textarea", (all) => all
    .filter((e) => e.type !== "radio" || e.checked).map((e) => [e.name, e.value])));
  twice.set("said", twice.get("said").replaceAll("\n", "\r\n")); // as browsers send it
  await page.dblclick("main button");
  await page.waitForSelector("[role=status]");
  assert.match(await page.textContent("[role=status]"), /已录入/);
  assert.match(await page.textContent("article"), /A003[\s\S]*感谢信[\s\S]*录入 hall-account[\s\S]*<i>王<\/i>/);
  const count = await page.locator("article").count();
  const again = await page.request.post(`${base}/praise`, { form: Object.fromEntries(twice), maxRedirects: 0 });
  assert.equal(again.status(), 303, "the same form again is the same");
  await page.reload();
  assert.equal(await page.locator("article").count(), count);
  twice.set("said", "另一封");
  assert.equal((await page.request.post(`${base}/praise`, { form: Object.fromEntries(twice) })).status(), 409);
  twice.set("token", "");
  assert.equal((await page.request.post(`${base}/praise`, { form: Object.fromEntries(twice) })).status(), 403, "a form of nobody's");
  await page.goto(`${base}/praise/new?lang=zh-CN`);
  await page.check("input[value=banner]");
  await page.selectOption("#clerk", "1001");
  await page.selectOption("#window", "A01");
  await page.fill("#said", "锦旗：热情服务");
  await save();
  assert.match(await page.textContent("article"), /锦旗/, "without a case: by clerk and window");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.isVisible("article >> nth=0"), true);
  await page.context().close();
});

// The clock goes forward with each of these, so they stay last and in this order.
test("a clerk sees thanks at once, and ratings only in groups that are old enough", async () => {
  const who = await account(house.data, "clerk", "--clerk", "1001");
  const page = await openPage("phone");
  const shown = async () => {
    await logIn(page, who, "/me"); // sessions end while the clock is moved
    assert.equal(new URL(page.url()).pathname, "/me");
    return page.textContent("main");
  };
  for (const grade of [5, 5, 4, 3])
    await rate(await takeClosed(base), grade);
  assert.match(await shown(), /还没有可以显示的评价。至少 5 个评价为一组，整组满 7 天后才显示。/);
  assert.match(await page.textContent("main"), /材料少一张，<b>李敏<\/b>帮我打印了/, "what a citizen wrote is text");
  await judgeEverywhere("phone", `${base}/me`, "clerk-own-nothing", { least: 44, context: { storageState: await page.context().storageState() } });
  await days(30);
  assert.match(await shown(), /还没有可以显示的评价/, "four are never shown");
  await rate(await takeClosed(base), 1);
  await days(1);
  assert.match(await shown(), /还没有可以显示的评价/, "nor a fifth that is young");
  await days(14);
  assert.match(await shown(), /n = 5/);
  assert.match(await page.textContent("tbody"), /好评率\s*80.0%\s*4\/5\s*37.5% – 96.4%\s*不足 30 个，太少，不作比较/);
  await rate(await takeClosed(base), 1);
  await days(21);
  assert.match(await shown(), /n = 5/, "one more is not to be seen by itself");
  await page.context().close();
});

test("the clerk's own page is for everybody, on a telephone, in high contrast and on paper", async () => {
  const who = await account(house.data, "clerk", "--clerk", "1001").catch(() => ({ name: "clerk-account-1001", password: "Passw0rd-xx" }));
  const page = await openPage("phone");
  await logIn(page, who, "/me");
  const storageState = await page.context().storageState();
  await judgeEverywhere("phone", `${base}/me`, "clerk-own", { least: 44, context: { storageState } });
  await judgeEverywhere("desktop", `${base}/me`, "clerk-own-desktop", { least: 44, context: { storageState } });
  await page.goto(`${base}/me`);
  for (const svg of await page.locator("svg.chart").all()) {
    const [title, desc] = (await svg.getAttribute("aria-labelledby")).split(" ");
    assert.ok((await page.textContent(`#${title}`)).length > 0 && (await page.textContent(`#${desc}`)).length > 0);
    assert.equal(await svg.locator("xpath=ancestor::figure//table").count(), 1, "a table with the same figures");
  }
  await page.emulateMedia({ forcedColors: "active" });
  await picture(page, "clerk-own-forced-colours");
  await page.emulateMedia({ forcedColors: null, media: "print" });
  assert.equal(await page.isVisible("nav"), false);
  assert.equal(await page.isVisible("svg.chart >> nth=0"), true);
  await picture(page, "clerk-own-paper");
  for (const path of ["/ratings", "/gateways", "/praise", "/praise/new"])
    assert.equal((await page.request.get(base + path)).status(), 403, `${path} is not for clerks`);
  await page.context().close();
});
