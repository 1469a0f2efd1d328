// judge.mjs — what is asked of every page, and what a first look at it may weigh.
//
//   const page = await openPage("phone");
//   await page.goto(url);
//   await judge(page, "ticket-closed");                   // a citizen's, kiosk's or hall's page
//   await judge(page, "ratings", { least: 44 });          // a staff page
//   await judgeEverywhere("phone", url, "code");          // in every language, one picture each
//   await weigh("phone", url, "citizen");                 // its bytes and requests, or it fails
//
// `judge` demands: no violation of WCAG 2.2 AA or of good practice (axe), no complaint of
// the browser, one h1, no word that was not filled in, targets and text that are large
// enough, and no sideways scroll at 320 px with text of 30 px. It leaves two pictures,
// .build/screenshots/NAME.png and NAME-30px.png, for a person to look at, and the page as
// it was. All that is wrong is told at once.
//
// Options: `least` is the side of a target: 48 px (44 on staff pages, whose text may be
// 15 px, too); `text` another floor for text; `reflow: false` where a page is for one
// screen only and cannot be narrow (say why).
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inLanguage, languages, openPage } from "./browser.mjs";

export const pictures = join(dirname(fileURLToPath(import.meta.url)), "..", "..", ".build", "screenshots");
mkdirSync(pictures, { recursive: true });

// As short as it comes: every page that is judged reads it anew.
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// The whole page, by the browser's quickest way to make a PNG: hundreds are made in a run.
export async function picture(page, name) {
  const wire = await page.context().newCDPSession(page);
  const [width, height] = await page.evaluate(() => [Math.max(innerWidth, document.documentElement.scrollWidth),
    Math.max(innerHeight, document.documentElement.scrollHeight)]);
  const { data } = await wire.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true,
    captureBeyondViewport: true, clip: { x: 0, y: 0, width, height, scale: 1 } });
  writeFileSync(join(pictures, `${name}.png`), data, "base64");
  await wire.detach();
}

// Our pages have no frames, so one run sees all; only what is wrong comes back from the page. It needs
// a little time, also on a page whose time stands.
async function axe(page) {
  let over = false;
  await page.evaluate(axeSource);
  const judged = page.evaluate((values) => axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values } })
    .then(({ violations }) => violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`)), rules)
    .finally(() => { over = true; });
  while (page.stands && !over) {
    await page.clock.runFor(1);
    await new Promise((done) => setTimeout(done, 20));
  }
  return judged;
}

// Links within a sentence are exempt; a field within its label is as large as the label.
function targets(page, least) {
  return page.evaluate((px) => [...document.querySelectorAll("button, summary, a.button, nav a, footer a, select, input, textarea, label.tick, [role=button]")]
    .flatMap((e) => {
      const own = e.getBoundingClientRect();
      const box = e.closest("label")?.getBoundingClientRect() ?? own;
      const need = e.closest(".squares") ? Math.min(px, 44) : px; // five of them in 320
      const low = e.matches(".grades button, main > form > button") && own.height < 59.5;
      const small = box.height < need - 0.5 || box.width < need - 0.5;
      return own.width > 0 && (low || small)
        ? [`small target, ${Math.round(box.width)} x ${Math.round(box.height)}: ${e.outerHTML.slice(0, 90)}`] : [];
    }), least);
}

// Sizes of letters as they are seen, in drawings too.
function letters(page, floor) {
  return page.evaluate((px) => [...document.querySelectorAll("body *")].flatMap((e) => {
    const own = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
    if (!own || !e.getClientRects().length || e.matches("script, style, option, .skip"))
      return [];
    const scale = e.ownerSVGElement ? e.getScreenCTM().a : 1;
    return parseFloat(getComputedStyle(e).fontSize) * scale < px - 0.1 ? [`small text: ${e.tagName} ${own.slice(0, 30)}`] : [];
  }), floor);
}

function words(page) {
  return page.evaluate(() => {
    const bad = [], text = document.body.innerText;
    const unfilled = text.match(/.{0,20}(\{\{|\}\}|\bundefined\b|\bNaN\b|\[object|\bnull\b).{0,20}/);
    if (unfilled)
      bad.push(`not filled in: ${unfilled[0]}`);
    const titles = document.querySelectorAll("h1").length;
    if (titles !== 1)
      bad.push(`${titles} h1`);
    return bad;
  });
}

// Something that scrolls by itself, such as a wide table, may hold what is wider. A phone's
// window grows with what is too wide for it, so nothing is compared with the window.
async function narrow(page, name) {
  const screen = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await page.evaluate(() => { document.documentElement.style.fontSize = "30px"; });
  const bad = await page.evaluate((width) => {
    const inside = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || inside(e.parentElement));
    const wide = [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".skip") && !inside(e.parentElement))
      .map((e) => `too wide at 30 px: ${e.tagName} ${e.getAttribute("class") ?? ""} ${e.textContent.trim().slice(0, 20)}`);
    const sideways = document.documentElement.scrollWidth > width;
    return [...wide.slice(0, 3), ...sideways ? ["sideways scroll at 30 px"] : []];
  }, 320);
  await picture(page, `${name}-30px`);
  await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
  await page.setViewportSize(screen);
  return bad;
}

export async function judge(page, name, { least = 48, text = least < 48 ? 15 : 18, reflow = true } = {}) {
  await page.waitForLoadState();
  const bad = [...await axe(page), ...await targets(page, least), ...await letters(page, text), ...await words(page)];
  await picture(page, name);
  if (reflow)
    bad.push(...await narrow(page, name));
  assert.deepEqual([...page.bad, ...bad], [], name);
}

// The page of this address on a screen in each language: pictures NAME.LANGUAGE.png.
// `speaks` lists other languages; `ready(page, lang)` may look at its words or bring it into the state that is meant.
export async function judgeEverywhere(screen, url, name, { ready, context = {}, speaks = languages, ...options } = {}) {
  const page = await openPage(screen, context);
  for (const lang of speaks) {
    await page.goto(inLanguage(url, lang));
    assert.equal(await page.getAttribute("html", "lang"), lang, `${name}: the language of the page`);
    await ready?.(page, lang);
    await judge(page, `${name}.${lang}`, options);
  }
  await page.context().close();
}

/* -- What a first look weighs -------------------------------------------------------- */

// On the wire, heads included. Sound that a hall's screen fetches is not counted.
export const budgets = {
  citizen: { bytes: 14 * 1024, requests: 2 },
  kiosk: { bytes: 60 * 1024, requests: 6 },
  desk: { bytes: 60 * 1024, requests: 6 },
  staff: { bytes: 120 * 1024, requests: 8 },
  wall: { bytes: 150 * 1024, requests: Infinity },
};

// The answer, and what was asked for until the page had loaded: [{ url, type, bytes }]. A stream that stays
// open is counted as far as it came.
export async function firstLook(page, url) {
  const wire = await page.context().newCDPSession(page);
  const asked = new Map(), done = [];
  let looking = true;
  await wire.send("Page.enable");
  await wire.send("Network.enable");
  await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
  wire.on("Network.requestWillBeSent", (e) => {
    if (looking && /^http/.test(e.request.url))
      asked.set(e.requestId, { url: e.request.url, type: e.type, bytes: 0, open: true });
  });
  wire.on("Network.dataReceived", (e) => {
    if (asked.has(e.requestId))
      asked.get(e.requestId).bytes += e.encodedDataLength;
  });
  for (const end of ["Network.loadingFinished", "Network.loadingFailed"])
    wire.on(end, (e) => {
      const one = asked.get(e.requestId);
      if (one)
        Object.assign(one, { open: false, bytes: Math.max(one.bytes, e.encodedDataLength ?? 0) });
      done.splice(0).forEach((wake) => wake());
    });
  wire.on("Page.loadEventFired", () => { looking = false; }); // in order with the rest: what follows is no first look
  const answer = await page.goto(url, { waitUntil: "load" });
  const waiting = () => [...asked.values()].some((one) => one.open && one.type !== "EventSource" && one.type !== "Media");
  while (waiting())
    await new Promise((wake) => done.push(wake));
  await wire.detach();
  return { answer, asked: [...asked.values()] };
}

// What was asked for at a first look, or it fails.
export function light(asked, kind) {
  const allowed = budgets[kind], all = asked.filter((one) => one.type !== "Media");
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const list = all.map((one) => `${one.bytes} ${one.url}`).join("\n");
  assert.ok(bytes > 0 && bytes <= allowed.bytes, `${bytes} bytes, ${allowed.bytes} allowed:\n${list}`);
  assert.ok(all.length <= allowed.requests, `${all.length} requests, ${allowed.requests} allowed:\n${list}`);
  return { bytes, requests: all.length };
}

export async function weigh(screen, url, kind, context = {}) {
  const page = await openPage(screen, context), { asked } = await firstLook(page, url);
  await page.context().close();
  return light(asked, kind);
}
