// daily.test.mjs — the hall's daily records in a browser: an entry with a file,
// what is wrong said beside what was typed, a correction, a mark, a plan that is drawn.
//
// Not here: each rule (tests/flow/daily.test.mjs), every page in every way (sweep_staff.test.mjs).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { hall as file } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";
import { judge, picture } from "./judge.mjs";

const window = file.windows[0], seen = Buffer.from("%PDF-1.4\nwhat was seen\n");
let hall, head, year;

before(async () => {
  hall = await openHall();
  year = new Date(hall.house.now()).toISOString().slice(0, 4);
  head = await hall.logIn("desktop", "hall");
});
after(() => hall?.close());

const go = (page) => head.goto(`${hall.base}/assess/${year}/${page}`);

test("an entry with a file is written, and its file comes back as a download", async () => {
  await go("log");
  assert.equal(await head.inputValue("#window"), "", "nothing is chosen beforehand");
  assert.equal(await head.inputValue("#kind"), "");
  await head.selectOption("#window", window.code);
  await head.selectOption("#kind", "discipline");
  await head.fill("#points", "3");
  await head.fill("#words", "九点窗口无人<b>值守</b>");
  await head.click("section[aria-labelledby=h-add] button[type=submit]");
  assert.match(await head.title(), /^错误：/);
  assert.match(await head.textContent(".errors"), /不能加分/);
  assert.equal(await head.inputValue("#words"), "九点窗口无人<b>值守</b>", "what was typed is kept");
  await judge(head, "daily-log-wrong", { least: 44 });
  await head.fill("#points", "-1.50");
  await head.setInputFiles("#file", { name: "照片.pdf", mimeType: "application/pdf", buffer: seen });
  await head.click("section[aria-labelledby=h-add] button[type=submit]");
  assert.match(await head.textContent("[role=status]"), /已记下/);
  assert.match(await head.textContent("article"), /-1\.50[\s\S]*九点窗口无人<b>值守<\/b>/);
  const [download] = await Promise.all([head.waitForEvent("download"), head.click("text=照片.pdf")]);
  assert.match(download.suggestedFilename(), /^evidence-\d+\.pdf$/);
  assert.deepEqual(await readFile(await download.path()), seen);
  assert.match(await head.textContent("article"), new RegExp(createHash("sha256").update(seen).digest("hex").slice(0, 16)));
});

test("a mistake is corrected by another entry, and both stay", async () => {
  await go("log");
  await head.click("summary:has-text('更正')");
  await head.fill("details[open] input[name=points]", "-0.50");
  await head.fill("details[open] textarea", "只离开了两分钟");
  await head.click("details[open] button");
  const entries = await head.locator("article").allTextContents();
  assert.equal(entries.length, 2);
  assert.match(entries[0], /已更正，不再计分/);
  assert.match(entries[1], /更正[\s\S]*只离开了两分钟/);
  const month = new Date(hall.house.now()).getUTCMonth();
  assert.equal(await head.locator("table tbody tr").first().locator("td").nth(month).textContent(), "99.5000");
  await picture(head, "daily-log-corrected");
});

test("a plan is announced and drawn, and says why each window was chosen", async () => {
  await go("visits");
  await head.selectOption("#plan-kind", "open");
  await head.fill("#by_risk", "1");
  await head.fill("#by_lot", "1");
  await head.click("text=公布摘要");
  assert.equal(await head.locator("article code").count(), 1, "the hash, and not the seed");
  await head.click("text=现在抽");
  assert.equal(await head.locator("article code").count(), 2);
  await head.click("text=看名单和依据");
  const [commitment, seed] = await head.locator("main code").allTextContents();
  assert.equal(createHash("sha256").update(seed).digest("hex"), commitment);
  assert.equal(await head.locator("tbody strong").count(), 2);
  await judge(head, "daily-plan", { least: 44 });
  await go("visits");
  await head.click("text=填写结果");
  await head.fill("#score", "90");
  await head.fill("#words", "台面整洁");
  await head.click("text=记下结果");
  assert.match(await head.textContent(".errors"), /不在考核人名单上/);
  assert.equal(await head.inputValue("#words"), "台面整洁");
});
