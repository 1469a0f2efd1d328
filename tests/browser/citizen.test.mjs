// citizen.test.mjs — the states of a ticket's page that ticket.test.mjs has no ticket for,
// every error of the sheet, and the drafts of Mongolian, looked at on a small phone.
//
// Against a house of its own (tests/flow/house.mjs), whose queue is moved by the desk's
// API. How a page is judged: judge.mjs. What its script does: citizen_script.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, place_of } from "../flow/house.mjs";
import { citizenLanguages, openPage } from "./browser.mjs";
import { judge, judgeEverywhere, weigh } from "./judge.mjs";

let house, base;
const t = {}; // tokens by state

before(async () => {
  house = await House.open({ settings: { pages: { mongolian: "both" }, queue: { sms_alerts: "yes" } } });
  base = `http://127.0.0.1:${house.port}`;
  await cases();
  await queues();
});

after(() => house?.close());

const at = (token, query = "") => `${base}/t/${token}${query}`;

function placed(matter) {
  const { window, clerk } = place_of(matter);
  return [window, clerk];
}

async function take(matter, more = {}) {
  return (await house.take({ matter, ...more })).token;
}

// Takes one and calls it: its case.
async function called(name, matter) {
  t[name] = await take(matter);
  return (await house.call(...placed(matter))).case.id;
}

// Tickets in the queue; each department has windows of its own.
async function queues() {
  t.told = await take("id-card", { phone: house.phone() });
  await called("called", "fund-loan");
  await called("held", "birth");
  await house.act(place_of("birth").window, "hold");
  await called("missed", "eia");
  await miss("eia");
  const moved = await house.take({ matter: "tax-refund" });
  await house.call(...placed("tax-refund"));
  await house.post("desk", `/api/v1/tickets/${moved.id}/transfer`, { window: "C01" });
  t.moved = moved.token;
  const permit = await called("accepted", "build-permit");
  await house.case_act(permit, "start");
  await house.case_act(permit, "accept");
  await house.case_act(await called("served", "school"), "close");
  t.paused = await take("school");
  await house.act(place_of("school").window, "pause", { reason: "午休" });
  t.cancelled = await take("land-use");
}

async function miss(matter) {
  const { window } = place_of(matter);
  await house.act(window, "recall");
  await house.act(window, "recall");
  await house.advance(61);
  await house.act(window, "no-show");
}

// Tickets whose cases are closed.
async function cases() {
  const visit = (more = {}) => house.visit({ matter: "company-change", ...more });
  t.closed = (await visit()).ticket.token;
  t.late = (await visit()).ticket.token;
  t.bad = (await visit({ phone: house.phone() })).ticket.token;
  await house.rate(t.bad, 1);
  t.corrected = (await visit()).ticket.token;
  await house.rate(t.corrected, 2);
  await house.request("POST", `/t/${t.corrected}/rate`, { form: { grade: 4 } });
  t.several = await several();
}

// Four cases, one of them rated: more than a page shows.
async function several() {
  const ticket = await house.take({ matter: "company-change" });
  const first = await house.call(...placed("company-change"));
  await house.case_act(first.case.id, "start");
  const ids = [first.case.id];
  for (const matter of ["food-licence", "company-close", "org-code"])
    ids.push((await house.post("desk", `/api/v1/tickets/${ticket.id}/cases`, { matter }, 201)).case.id);
  for (const id of ids)
    await house.case_act(id, "close");
  await house.request("POST", `/t/${ticket.token}/rate`, { form: { grade: 2, case: ids[1] } });
  return ticket.token;
}

// Looks at each in Chinese and English, where these words must stand.
async function look(said) {
  for (const [name, [zh, en]] of Object.entries(said))
    await judgeEverywhere("phone", at(t[name]), `citizen-${name}`, {
      ready: async (page, lang) => assert.match(await page.textContent("main"), lang === "en" ? en : zh, name),
    });
}

test("the queue: held, missed, moved, paused, accepted, and told by SMS", () => look({
  told: [/快到您了，请回到 1\s楼等候区.*前面没有人了，下一位就是您.*也会发短信到您留的电话/s, /floor 1.*you are next.*you also get a text/s],
  held: [/您的号先留着，窗口会再叫您，不用重新取号/, /Your number is kept/],
  missed: [/已过号。\d+ 月 \d+ 日 \d\d:\d\d 前到服务台可恢复，不用重新取号/, /You missed the call. Ask at the desk before \d+ \w+ \d\d:\d\d to be put back/],
  moved: [/已转到人力资源和社会保障局 C01 号窗口，前面还有 0 人.*在 2\s楼/s, /Moved to .* window C01, 0 people ahead.*on floor 2/s],
  paused: [/本业务暂停叫号，恢复后继续，您的号不变/, /Calling is paused; your place is kept/],
  accepted: [/已受理，正在办理。办结后可在本页评价/, /Accepted and being worked on/],
}));

test("rated: corrected once, a bad one with its progress, several on one ticket", () => look({
  corrected: [/已按您的修改记为“满意”，不能再改。回执 \w{4}-\w{4}-\w{4}-\w{4}/, /Changed to: Satisfied. It cannot be changed again/],
  bad: [/接下来：.*前联系您，.*前答复处理结果。进度看本页。.*处理进度.*已转给工作人员处理/s, /Next: we contact you by .*Progress.*Passed on to be put right/s],
  several: [/评价本次服务(.*您对这次服务满意吗？){3}/s, /Rate this service(.*Were you satisfied with this service\?){3}/s],
}));

test("drafts of Mongolian say that they are, and hold together on a small screen", async () => {
  const speaks = citizenLanguages.filter((lang) => lang.startsWith("mn"));
  assert.equal(speaks.length, 2);
  const ready = async (page, lang) => {
    assert.match(await page.textContent(".draft"), /译文草稿，未经母语者审校.*Draft, not yet checked by a native reader/);
    const mode = await page.evaluate(() => getComputedStyle(document.querySelector("h1")).writingMode);
    assert.equal(mode, lang === "mn-Mong" ? "vertical-lr" : "horizontal-tb");
  };
  for (const name of ["closed", "bad", "told", "called"])
    await judgeEverywhere("phone", at(t[name]), `citizen-${name}`, { speaks, ready });
  for (const path of ["c", "privacy"])
    await judgeEverywhere("phone", `${base}/${path}`, `citizen-${path}`, { speaks, ready });
  const page = await openPage("phone", { locale: "mn-CN" });
  await page.goto(at(t.closed));
  assert.equal(await page.getAttribute("html", "lang"), "mn-Mong", "whoever's phone reads it");
  await page.click("button.g5");
  await page.waitForSelector("#case .rc");
  assert.equal(await page.getAttribute("html", "lang"), "mn-Mong");
  await page.context().close();
});

test("every error of the sheet is a page that keeps what was sent", async () => {
  const page = await openPage("phone");
  const send = async (url, fields, shot, status, words) => {
    await page.goto(`${base}/privacy`);
    const shown = page.waitForNavigation();
    await page.evaluate(([action, sent]) => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = action;
      for (const [name, value] of Object.entries(sent)) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        form.append(field);
      }
      document.body.append(form);
      form.submit();
    }, [url, fields]);
    const got = (await shown).status();
    assert.equal(got, status, `${shot}: ${got}`);
    assert.match(await page.title(), words);
    await judge(page, `citizen-${shot}`);
  };

  await send(at(t.late, "/rate"), {}, "error-grade", 422, /^错误：请选一个评价。/);
  await send(at(t.several, "/rate"), { grade: 5 }, "error-case", 422, /^错误：请选要评价的是哪一件。/);
  await send(at(t.told, "/rate"), { grade: 5 }, "error-early", 409, /^错误：事情还没办结/);
  await send(at(t.bad, "/detail"), { comment: "很".repeat(501) }, "error-long", 422, /^错误：想说的话最多 500 字，现在 501 字/);
  await send(at(t.bad, "/detail"), { tag: "510" }, "error-tag", 422, /^错误：选的原因和评价不相符/);
  await send(`${base}/c`, { code: "K7QM-3RXD" }, "error-code", 404, /^错误：没有找到这个短码或回执/);
  await send(`${base}/c`, { code: "什么" }, "error-code-empty", 422, /^错误：请输入 8 位短码或 16 位回执/);
  await page.context().close();
});

test("a receipt is checked as it is typed, small letters and dashes or not", async () => {
  const page = await openPage("phone");
  await page.goto(at(t.corrected));
  const receipt = (await page.textContent(".rc")).trim();
  for (const typed of [receipt, receipt.toLowerCase(), receipt.replaceAll("-", ""), ` ${receipt.replaceAll("-", " ")} `]) {
    await page.goto(`${base}/c`);
    await page.fill("#code", typed);
    await page.click("main button");
    assert.match(await page.textContent("main"), /记录的评价：满意。/, typed);
  }
  await judge(page, "citizen-receipt");
  await page.context().close();
});

test("a first look weighs at most 14 kB and two requests, in every language", async () => {
  for (const lang of citizenLanguages)
    for (const name of ["closed", "bad", "told"])
      await weigh("phone", at(t[name], `?lang=${lang}`), "citizen");
});

test("too many wrong tries are told to wait; what was given is not lost", async () => {
  let status;
  for (let i = 0; i < 200 && status !== 429; i++)
    status = (await house.request("GET", `/t/${"0".repeat(27)}${i % 10}`)).status;
  assert.equal(status, 429);
  await judgeEverywhere("phone", `${base}/t/${"0".repeat(28)}`, "citizen-too-many", {
    ready: async (page, lang) => assert.match(await page.textContent("h1"), lang === "en" ? /Please wait a minute. Nothing was lost/ : /请过 1 分钟再试。您的评价没有丢。/),
  });
});

test("when the time is over: late, settled, cancelled, and too late to be put back", async () => {
  await house.advance(2 * 3600);
  await look({ missed: [/已过号，恢复的时间也过了/, /too late to be put back/] });
  await house.advance(40 * 86400);
  await look({
    late: [/评价时间已过（办结后 5 个工作日）。您仍可留言，留言会转给工作人员，不计分。/, /The rating period is over \(5 working days\)/],
    bad: [/您已评价：非常不满意，修改时间已过。回执 /, /The time to change is over. Receipt /],
    cancelled: [/这张号没有办理业务，不能评价。要投诉或咨询请到服务台或拨 12345。/, /No service was given on this ticket/],
  });
});
