// sweep.mjs — looks at one page of the house after the other, in every way that is asked.
//
//   const pages = [{ pattern: "/ratings", screen: "desktop", as: "head", kind: "staff" }, …];
//   sweep(pages, { people, address });
//
// Each page becomes a test: it is judged in every language (judge.mjs), seen with text of
// twice the size, in forced colours and on paper (looks.mjs), and weighed as it comes. `people(as)`
// brings whom `as` names, as a page of a browser; `address(pattern)` tells where a page is.
//
// What an entry may say: `screen`, `as` (nobody), `kind` of budget, `name` of its pictures,
// `least` side of a target, `query`, `status` of the answer, `ready(page, lang)`, `paper: false`
// where nobody prints it, `twice: false` where its letters are not read from a hand's distance.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../flow/house.mjs";
import { inLanguage, languages, openPage } from "./browser.mjs";
import { budgets, firstLook, judge, light } from "./judge.mjs";
import { forced, paper, twice } from "./looks.mjs";

// What people look at, by the table of who may come in. The rest is for programs.
const programs = /^\/(api|assets|gateways\/\{|cloudprnt|healthz|readyz|metrics|openapi)|\/(state|events|voice|poll|evidence|names|file|bundles)\b|\.(csv|xlsx|jsonl?)$/;

export const patterns = [...readFileSync(join(ROOT, "src/web/access.c"), "utf8").matchAll(/METHOD_GET,\s*"([^"]+)"/g)]
  .map((found) => found[1]).filter((pattern) => !programs.test(pattern));

const own = new Map(); // pages of nobody, by screen

async function pageOf(entry, people) {
  if (entry.as)
    return people(entry.as);
  if (!own.has(entry.screen))
    own.set(entry.screen, await openPage(entry.screen));
  return own.get(entry.screen);
}

async function look(entry, page, url) {
  const name = entry.name ?? (entry.pattern.replace(/[{}]/g, "").replace(/\W+/g, "-").replace(/^-|-$/g, "") || "home");
  for (const lang of languages.slice().reverse()) { // Chinese first: it is the one for the other looks
    const { answer, asked } = await firstLook(page, inLanguage(url, lang));
    assert.equal(answer.status(), entry.status ?? 200, `${url}: the status`);
    assert.equal(await page.getAttribute("html", "lang"), lang, `${url}: its language`);
    if (budgets[entry.kind] && !entry.status)
      light(asked, entry.kind);
    await entry.ready?.(page, lang);
    await judge(page, `${name}.${lang}`, { least: entry.least ?? (entry.kind === "citizen" || entry.kind === "kiosk" ? 48 : 44), ...entry.judge });
    if (lang !== "zh-CN")
      continue;
    if (entry.twice !== false)
      await twice(page, name);
    await forced(page, name);
    if (entry.paper !== false)
      await paper(page, name);
  }
}

export function sweep(pages, { people, address }) {
  for (const entry of pages)
    test(`${entry.pattern}${entry.query ?? ""}${entry.name ? `, ${entry.name}` : ""}`, async () => {
      const page = await pageOf(entry, people);
      await look(entry, page, address(entry.pattern) + (entry.query ?? ""));
    });
}

// The pages of the table that are in none of these lists.
export function forgotten(...lists) {
  const known = new Set(lists.flat().map((entry) => entry.pattern));
  return patterns.filter((pattern) => !known.has(pattern));
}
