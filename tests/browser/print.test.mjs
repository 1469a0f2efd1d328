// print.test.mjs — reports on paper: each sheet says which hall, what was asked for and when, has its
// number and is A4; nothing of a table is cut.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hall as file } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";
import { paper } from "./looks.mjs";

let hall, head, id;

before(async () => {
  hall = await openHall();
  for (const grade of [5, 2, 1]) {
    const one = await hall.house.surveyed();
    await hall.house.rate(one.ticket.token, grade);
    id = (await hall.house.rated(one.case.id))[0].id;
  }
  head = await hall.logIn("desktop", "hall");
});
after(() => hall?.close());

const reports = [
  ["rates", "/rates?lang=en&from=2026-01-01", "from 2026-01-01"],
  ["ratings", "/ratings?lang=en&q=grade%3A2", "grade:2"],
  ["rating", () => `/ratings/${id}?lang=en`, ""],
  ["reviews", "/reviews?lang=en&view=open", "list open"],
];

for (const [name, at, asked] of reports)
  test(name, async () => {
    await head.goto(hall.base + (typeof at === "function" ? at() : at));
    const line = head.locator(".on-paper");
    assert.equal(await line.isVisible(), false, "not on the screen");
    await head.emulateMedia({ media: "print" });
    const said = await line.innerText();
    assert.ok(await line.isVisible() && await head.locator("header .hall").isVisible());
    assert.equal(await head.locator("header .hall").innerText(), file.hall.name);
    assert.ok(said.includes(asked) && /Data as of .*\d\d:\d\d/.test(said), said);
    const numbered = await head.evaluate(() => {
      const all = (rules) => [...rules].flatMap((r) => [r, ...r.cssRules ? all(r.cssRules) : []]);
      return [...document.styleSheets].flatMap((s) => all(s.cssRules)).some((r) => r.constructor.name === "CSSMarginRule" && r.cssText.includes("counter(pages)"));
    });
    assert.ok(numbered, "sheets have numbers");
    await head.emulateMedia({ media: null });
    const pdf = (await head.pdf({ preferCSSPageSize: true })).toString("latin1");
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, w, h]) => [Number(w), Number(h)]);
    assert.ok(boxes.length > 0 && boxes.every(([w, h]) => Math.abs(Math.min(w, h) - 595) < 1 && Math.abs(Math.max(w, h) - 842) < 1), JSON.stringify(boxes));
    await paper(head, `print-${name}`);
  });
