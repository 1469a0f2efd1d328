// praise.test.mjs — thanks to a clerk in a real browser: apart from the rating, once, with
// scripts off, in every language, and found by the staff.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage } from "./browser.mjs";
import { judge, judgeEverywhere, picture } from "./judge.mjs";
import { post, startHouse, takeClosed } from "./prepare.mjs";

let house, base;

before(async () => {
  house = await startHouse();
  base = house.base;
});

after(() => house?.stop());

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
