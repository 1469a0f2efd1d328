// day.test.mjs — a morning in a hall, played by browsers at once: a kiosk, two desks, the
// hall's screen, three citizens with their phones, the virtual phone and the head of the
// hall. What everybody sees in the end must be the same, and right.
//
// 1 leaves a phone number at the kiosk and rates on the page before any text is sent;
// 2 leaves none, and is not satisfied; 3 leaves a number, has two cases, and answers the
// text on the virtual phone. A fourth is still waiting.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { scratch_folder, until } from "../flow/house.mjs";
import { openPage } from "./browser.mjs";
import { choose, openHall, settled } from "./hall.mjs";
import { picture } from "./judge.mjs";

const MATTER = "营业执照核发", SERIES = "企业综合";
const numbers = ["A001", "A002", "A003", "A004"];
const folder = scratch_folder("day");
let hall, kiosk, desks, screen, virtual, head;
const phones = [], citizens = [], told = []; // by citizen: number to call, page, { number, code, url }

before(async () => {
  hall = await openHall();
  kiosk = await hall.becomes("kiosk", "machine", "k1");
  desks = [await hall.becomes("desktop", "desk", "A01"), await hall.becomes("desktop", "desk", "A02")];
  screen = await hall.becomes("wall", "display", "all");
  virtual = await openPage("desktop");
});

after(() => hall?.close());

const everybody = () => [kiosk, ...desks, screen, virtual, head, ...citizens];

function sees(page, text, what = "main") {
  const wanted = text instanceof RegExp ? text : new RegExp(text);
  return until(`${wanted} on a page`, async () => wanted.test((await page.locator(what).first().innerText()).replace(/\s+/g, " ")))
    .catch(async (trouble) => {
      await picture(page, "day-trouble");
      trouble.message += `; it says ${(await page.locator("main").innerText()).replace(/\s+/g, " ").slice(0, 400)}`;
      throw trouble;
    });
}

// The code on the kiosk's screen, read by a scanner as a phone's camera does it.
async function scan(page) {
  const file = join(folder, "code.png");
  await page.locator("svg.qr").screenshot({ path: file });
  return execFileSync("zbarimg", ["-q", "--nodbus", "--raw", file]).toString().trim();
}

async function takeNumber(phone) {
  await kiosk.goto(`${hall.base}/k/k1`);
  await kiosk.getByRole("link", { name: SERIES }).click();
  await kiosk.getByRole("link", { name: MATTER }).click();
  await kiosk.waitForSelector("#phone");
  if (phone) {
    await kiosk.fill("#phone", phone);
    await kiosk.fill("#phone2", phone);
    await kiosk.getByRole("button", { name: "确定" }).click();
  } else {
    await kiosk.locator("button[name=without]").click();
  }
  await kiosk.waitForSelector("svg.qr");
  const text = await kiosk.locator("main").innerText();
  return { number: text.match(/[A-Z]\d{3}/)[0], code: text.match(/\b[0-9A-Z]{8}\b/)[0], url: await scan(kiosk) };
}

// Presses the desk's one main key, and the desk has somebody, serves them, or is free again.
async function main(desk, there) {
  await settled(desk); // a press that comes too soon after another is not heeded
  await desk.keyboard.press("Space");
  await until("what follows at a desk", () => there(desk));
}

const has = (number) => async (desk) => (await desk.locator(".number").allInnerTexts()).includes(number);
const serves = async (desk) => await desk.locator("form.case:visible").count() > 0;
const free = async (desk) => await desk.locator(".number").count() === 0;

async function tell(kind, to) {
  return (await hall.house.messages(to)).filter((m) => m.direction === "mt" && m.kind === kind);
}

test("three citizens take numbers at the kiosk, and a fourth; their phones show their place", async () => {
  for (const phone of [hall.house.phone(), null, hall.house.phone(), null]) {
    const ticket = await takeNumber(phone);
    phones.push(phone);
    told.push(ticket);
  }
  assert.deepEqual(told.map((ticket) => ticket.number), numbers);
  for (const { code, url } of told.slice(0, 3)) {
    const page = await openPage("phone");
    if (citizens.length === 1) { // one types the code, the others scan it
      await page.goto(`${hall.base}/c`);
      await page.fill("input[name=code]", code);
      await page.click("main form button");
    } else {
      await page.goto(hall.base + new URL(url).pathname);
    }
    citizens.push(page);
  }
  for (const [i, page] of citizens.entries()) {
    await sees(page, numbers[i]);
    await sees(page, i === 0 ? /前面(还有 0|没有)|快到您了/ : /快到您了|前面还有 [12] 人/);
  }
  await sees(screen, /A 企业综合 4/);
});

test("two desks call; the screen and the phones say so by themselves", async () => {
  await main(desks[0], has("A001"));
  await main(desks[1], has("A002"));
  await sees(citizens[0], /请到 A01 号窗口/);
  await sees(citizens[1], /请到 A02 号窗口/);
  await sees(screen, /A002 .*A02.* A001 .*A01/);
  await sees(screen, /A 企业综合 2/);
  await sees(citizens[2], /快到您了/);
});

test("the first is done, and taps 5 before anybody asks", async () => {
  await main(desks[0], serves);
  await main(desks[0], free);
  await sees(desks[0], /评不评都可以/, "#said");
  const [page] = citizens;
  await sees(page, /您对这次服务满意吗/);
  await page.locator("button[name=grade][value='5']").first().click();
  await sees(page, /评价已收到：非常满意/);
});

test("the second is not satisfied, and says so without a script", async () => {
  await main(desks[1], serves);
  await main(desks[1], free);
  const page = await openPage("phone", { javaScriptEnabled: false });
  await page.goto(citizens[1].url());
  await page.locator("button[name=grade][value='2']").first().click();
  await sees(page, /评价已收到：不满意/);
  await page.context().close();
  await citizens[1].reload();
  await sees(citizens[1], /评价已收到：不满意/);
});

test("the third has two cases; the text comes, and the answer counts for each", async () => {
  const desk = desks[0];
  await main(desk, has("A003"));
  await main(desk, serves);
  await desk.locator("summary", { hasText: "再办一件" }).click();
  await choose(desk, "#add", { index: 1 });
  await desk.locator("form[action*='/add-case'] button").click();
  await until("two cases at the desk", async () => await desk.locator("form.case:visible").count() === 2);
  const done = desk.locator("form.case button[value=done]:visible");
  for (let left = 2; left > 0; left--)
    await until("the case is closed", async () => {
      if (await done.count() === left)
        await done.first().click().catch(() => {}); // the page may change meanwhile
      return await done.count() < left;
    });
  await hall.house.ask();
  const number = phones[2];
  const [asked] = await until("the text", async () => { const all = await tell("survey_multi", number); return all.length > 0 && all; });
  assert.equal(asked.cases.length, 2);
  await virtual.goto(`${hall.base}/phone?phone=${number}`);
  await sees(virtual, asked.text.slice(-20));
  for (const [i, { letter }] of asked.cases.entries()) {
    await virtual.fill("#text", `${letter}${4 - i}`);
    await virtual.locator("form", { has: virtual.locator("#text") }).locator("button").click();
    await until("thanks", async () => (await hall.house.messages(number)).filter((m) => m.kind === "thanks_good").length > i);
  }
});

test("in the end everybody sees the same, and the right numbers", async () => {
  await sees(screen, /A 企业综合 1/);
  await sees(screen, /A003 .*A01/);
  for (const [desk, called, served] of [[desks[0], 2, 2], [desks[1], 1, 1]]) {
    await desk.reload();
    const day = await desk.locator("table.day td").allInnerTexts();
    assert.deepEqual(day.slice(0, 3).map(Number), [called, served, 0], "called, served, missed");
  }
  await sees(citizens[0], /非常满意/);
  await sees(citizens[1], /不满意/);
  await citizens[2].reload();
  await sees(citizens[2], /满意[\s\S]*基本满意/);
  const receipts = [];
  for (const page of citizens)
    receipts.push(...(await page.innerText("main")).match(/\w{4}-\w{4}-\w{4}-\w{4}/g));
  assert.equal(new Set(receipts).size, 4, `${receipts}`);

  const { ratings } = await hall.house.get("integration", "/api/v1/ratings");
  const known = ratings.map((one) => [one.ticket?.number ?? one.case.ticket, one.grade, one.channel, one.window.code ?? one.window]);
  assert.deepEqual(known.sort(), [["A001", 5, "ticket_qr", "A01"], ["A002", 2, "ticket_qr", "A02"], ["A003", 3, "sms", "A01"], ["A003", 4, "sms", "A01"]]);
  assert.deepEqual((await tell("survey", phones[0])).length, 0, "whoever rated on the page is not asked again");

  head = await hall.logIn("desktop", "hall");
  await head.goto(`${hall.base}/ratings?lang=zh-CN`);
  const rows = (await head.locator("tbody tr").allInnerTexts()).map((row) => row.replace(/\s+/g, " "));
  assert.equal(rows.length, 4, rows.join("\n"));
  for (const [number, word] of [["A001", "5 非常满意"], ["A002", "2 不满意"], ["A003", "4 满意"], ["A003", "3 基本满意"]])
    assert.ok(rows.some((row) => row.includes(number) && row.includes(word)), `${number} ${word} in\n${rows.join("\n")}`);
  const metrics = (await hall.house.request("GET", "/metrics")).text;
  for (const [channel, grade] of [["ticket_qr", 5], ["ticket_qr", 2], ["sms", 4], ["sms", 3]])
    assert.match(metrics, new RegExp(`yiping_ratings_total\\{channel="${channel}",grade="${grade}"\\} 1\\b`));
  await sees(await fourth(), /A004/);
  assert.deepEqual(everybody().flatMap((page) => page.bad), []);
});

// Who still waits is the next, and has seen nothing of the others.
async function fourth() {
  const page = await openPage("phone");
  await page.goto(hall.base + new URL(told[3].url).pathname);
  await sees(page, /前面(还有 0|没有)|快到您了/);
  return page;
}
