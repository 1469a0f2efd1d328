// browser.mjs — one Chromium for each test file, and pages as the hall's screens show them.
//
//   const page = await openPage("phone");                 // or kiosk, desktop, wall
//   await page.goto(base + "/c");
//   …
//   await page.context().close();
//
// Promise: a press is over, and what was waited for is there, when the whole page stands, so that
// nothing is read of half a page. On a page of `openStill` time passes only by page.clock, so that
// what a slow machine lets pass is no time of the page's.
//
// The browser starts with the first page and ends with the file. A page remembers
// everything that it complained about in `page.bad`: errors of scripts, what the content
// security policy refused, requests to other hosts. A document that came with an error's
// status is no complaint: whoever asked for it says which status is right; nor is what a
// test brings about and names in `page.forgives`, a pattern.
// Not here: whether a page is good (judge.mjs), a house to open (prepare.mjs).
//
// CHROME names the browser.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { PATIENCE_MS } from "../flow/house.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.CHROME || ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

// What people have before them. A phone is as narrow as phones get.
export const screens = {
  phone: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
  kiosk: { viewport: { width: 1080, height: 1920 }, hasTouch: true },
  desktop: { viewport: { width: 1366, height: 768 } },
  wall: { viewport: { width: 1920, height: 1080 } },
};

// The languages in which every page must be there: one catalogue of the hall's pages each.
// Citizens' pages have more, where a hall's settings offer them.
const languagesOf = (catalogue) => readdirSync(join(root, "templates", "pages"))
  .map((name) => name.match(new RegExp(`^${catalogue}\\.(.+)\\.json$`))?.[1]).filter(Boolean).sort();
export const languages = languagesOf("hall"), citizenLanguages = languagesOf("citizen");

let launched;

export function browser() {
  launched ??= chromium.launch({ executablePath: program, args: ["--no-sandbox"], timeout: PATIENCE_MS });
  return launched;
}

after(async () => (await launched)?.close());

// What acts on a page, or waits for something on it, ends with the page's last byte and script.
function whole(of, pageOf, ...acts) {
  for (const name of acts) {
    const plain = of[name];
    of[name] = async function (...given) {
      const got = await plain.apply(this, given);
      await pageOf(this).waitForLoadState();
      return got;
    };
  }
}

let locators = false;

function steady(page) {
  whole(page, () => page, "click", "waitForSelector");
  if (!locators)
    whole(Object.getPrototypeOf(page.locator("body")), (locator) => locator.page(), "click", "waitFor");
  locators = true;
  return page;
}

function remember(page) {
  const first = () => new URL(page.url()).origin;
  page.bad = [];
  page.on("console", (said) => {
    const about = said.location().url;
    if (page.forgives?.test(said.text()))
      return;
    if (said.type() === "error" && !(/status of \d+/.test(said.text()) && page.documents.has(about)))
      page.bad.push(`console: ${said.text()} (${about})`);
  });
  page.on("pageerror", (trouble) => page.bad.push(`script: ${trouble}`));
  page.documents = new Set();
  page.on("request", (asked) => {
    if (asked.isNavigationRequest())
      page.documents.add(asked.url());
    else if (/^http/.test(asked.url()) && page.url().startsWith("http") && !asked.url().startsWith(first()))
      page.bad.push(`a request to another host: ${asked.url()}`);
  });
  return page;
}

// A page of its own on one of the screens; `options` as for a context of Playwright, for
// instance { javaScriptEnabled: false } or { forcedColors: "active" }.
export async function openPage(screen, options = {}) {
  const context = await (await browser()).newContext({ locale: "zh-CN", ...screens[screen], ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return anotherPage(context);
}

// One more page with the same cookies.
export async function anotherPage(context) {
  return remember(steady(await context.newPage()));
}

// A page whose time stands: its timers wait for page.clock.runFor or fastForward. Pages that share
// its cookies share its clock.
export async function openStill(screen, options) {
  const page = await openPage(screen, options);
  await page.clock.install({ time: Date.now() - 3600e3 });
  await page.clock.pauseAt(Date.now());
  page.stands = true;
  return page;
}

// The same address in another language.
export function inLanguage(url, lang) {
  const there = new URL(url);
  there.searchParams.set("lang", lang);
  return there.href;
}
