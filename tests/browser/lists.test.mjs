// lists.test.mjs — a person at a list: types over it, chooses below, orders it, keeps a view by a
// name and comes back to it; in a browser without scripts, and by keys.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage } from "./browser.mjs";
import { openHall } from "./hall.mjs";
import { judge } from "./judge.mjs";

let hall, head;

before(async () => {
  hall = await openHall({ settings: { staff: { session_idle: "24 h", session_max: "24 h" } } });
  head = await hall.logIn("desktop", "hall");
  for (const grade of [5, 1, 3, 2]) {
    const served = await hall.house.surveyed();
    await hall.house.rate(served.ticket.token, grade);
  }
});
after(() => hall?.close());

const grades = (page) => page.locator("tbody th .badge").allTextContents();

test("wishes are chosen, ordered, kept by a name and taken away again, everything opened", async () => {
  await head.goto(`${hall.base}/ratings?lang=zh-CN`);
  await head.click("summary:text('选条件')");
  await head.click(".facets a:text('1 非常不满意')");
  await head.click("summary:text('选条件')");
  await head.click(".facets a:text('2 不满意')");
  assert.equal(await head.inputValue("#q"), "grade:1,2");
  await head.click("a:text('差的在前')");
  assert.deepEqual((await grades(head)).map((t) => t[0]), ["1", "2"]);
  await head.click("summary:text('给这个视图起名保存')");
  await head.fill("#view_name", "差评");
  await head.click("form[action='/views'] button");
  assert.equal(await head.locator(".views a[aria-current]:text('差评')").count(), 1, "it is in force");
  for (const summary of await head.locator("main summary").all())
    await summary.click();
  await judge(head, "ratings-box", { least: 44 });
  await head.goto(`${hall.base}/ratings?lang=en`);
  await head.click(".views a:text('差评')");
  assert.deepEqual((await grades(head)).map((t) => t[0]), ["1", "2"]);
  await head.click("a[aria-label$='grade:1,2']");
  assert.equal((await grades(head)).length, 4);
});

test("what cannot be read stays in the box, with what there is", async () => {
  await head.goto(`${hall.base}/ratings?lang=zh-CN`);
  await head.keyboard.press("/");
  await head.keyboard.type("note:1");
  await head.keyboard.press("Enter");
  await head.waitForSelector(".errors");
  assert.equal(await head.inputValue("#q"), "note:1");
  assert.match(await head.textContent(".errors"), /note.*grade: dept: window:/);
  await judge(head, "ratings-unknown", { least: 44 });
  await head.fill("#q", "grade:1,2 has:comment");
  await head.keyboard.press("Enter");
  await head.waitForSelector("text=加上 has:comment 就没有了");
  await judge(head, "ratings-nothing", { least: 44 });
});

test("every list has its box; work orders with the built-in views", async () => {
  for (const [list, summary] of [["reviews", "待联系"], ["cases", "旧的在前"], ["unlinked", "要看哪些"]]) {
    await head.goto(`${hall.base}/${list}?lang=zh-CN`);
    assert.ok((await head.textContent("main")).includes(summary));
    for (const fold of await head.locator("main summary").all())
      await fold.click();
    await judge(head, `${list}-box`, { least: 44 });
  }
});

test("without scripts the same is done by links and forms", async () => {
  const page = await openPage("desktop", { javaScriptEnabled: false, storageState: await head.context().storageState() });
  await page.goto(`${hall.base}/reviews?lang=zh-CN`);
  await page.fill("#q", "owner:none");
  await page.click("form.query button");
  await page.click("summary:text('选条件')");
  await page.click(".facets a:text('1 非常不满意')");
  assert.equal(await page.inputValue("#q"), "owner:none grade:1");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.click("summary:text('给这个视图起名保存')");
  await page.fill("#view_name", "没人办的差评");
  await page.click("form[action='/views'] button");
  await page.click("summary:text('给这个视图起名保存')");
  await page.click("form[action$='/delete'] button");
  assert.equal(await page.locator("text=没人办的差评").count(), 0);
  await page.context().close();
});
