// looks.mjs — a page with text of twice the size, in forced colours and on paper.
//
//   await twice(page, "ratings");            // sizes in rem: nothing is cut off or runs out of the screen
//   await forced(page, "ratings");           // drawings and frames are still to be seen
//   await paper(page, "ratings");            // no navigation, no buttons, as wide as A4, tables whole
//
// Each leaves a picture, NAME-200.png, NAME-forced.png, NAME-paper.png, and the page as it
// was. Not here: what is asked of the page as it stands (judge.mjs).
import assert from "node:assert/strict";
import { picture } from "./judge.mjs";

// What is wider than the screen without scrolling by itself, and what is cut off.
function spilt(page, width) {
  return page.evaluate((least) => {
    const flow = (e) => getComputedStyle(e).overflowX;
    const inside = (e) => e && (/auto|scroll/.test(flow(e)) || inside(e.parentElement));
    const shown = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && !e.closest(".skip"));
    const wide = shown.filter((e) => e.getBoundingClientRect().right > least + 1 && !inside(e.parentElement))
      .map((e) => `too wide: ${e.tagName} ${e.textContent.trim().slice(0, 20)}`);
    const cut = shown.filter((e) => /hidden|clip/.test(flow(e)) && e.tagName !== "svg" && e.clientWidth > 1 &&
      (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
      .map((e) => `cut off: ${e.tagName} ${e.textContent.trim().slice(0, 20)}`);
    return [...wide.slice(0, 3), ...cut.slice(0, 3)];
  }, width);
}

export async function twice(page, name) {
  const screen = page.viewportSize();
  const width = Math.max(screen.width, 412); // an ordinary phone; the narrowest is judged with 30 px
  await page.setViewportSize({ width, height: screen.height });
  await page.evaluate(() => { document.documentElement.style.fontSize = `${2 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px`; });
  const bad = await spilt(page, width);
  await picture(page, `${name}-200`);
  await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
  await page.setViewportSize(screen);
  assert.deepEqual(bad, [], `${name} with text of 200 %`);
}

// Words take the colours of their reader by themselves; drawings only where the sheet says so.
export async function forced(page, name) {
  await page.emulateMedia({ forcedColors: "active" });
  const bad = await page.evaluate(() => {
    const probe = document.createElement("p");
    document.body.append(probe);
    const paint = (style, colour) => { probe.style.setProperty(style, colour); return getComputedStyle(probe).getPropertyValue(style); };
    const ground = paint("background-color", "Canvas");
    probe.remove();
    const bare = (e) => {
      const s = getComputedStyle(e);
      return [s.fill, s.stroke].every((c) => c === "none" || c === ground || /^rgba\(.*, 0\)$/.test(c));
    };
    const lost = [...document.querySelectorAll("svg")].filter((e) => e.checkVisibility())
      .filter((e) => [...e.querySelectorAll("path, circle, rect, line, polyline, polygon, text")].every(bare))
      .map((e) => `a drawing is not to be seen: ${e.outerHTML.slice(0, 60)}`);
    const flat = [...document.querySelectorAll("button, .button, input, select, textarea")].filter((e) => e.checkVisibility())
      .filter((e) => !e.matches("[type=radio], [type=checkbox]") && !e.closest(".squares") && parseFloat(getComputedStyle(e).borderTopWidth) === 0)
      .map((e) => `no frame: ${e.outerHTML.slice(0, 60)}`);
    return [...lost, ...flat];
  });
  await picture(page, `${name}-forced`);
  await page.emulateMedia({ forcedColors: "none" });
  assert.deepEqual(bad, [], `${name} in forced colours`);
}

// A4 without margins, at 96 dots an inch.
export async function paper(page, name) {
  const screen = page.viewportSize();
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 680, height: 1009 });
  const bad = await spilt(page, 680);
  bad.push(...await page.evaluate(() => {
    const seen = (e) => e.checkVisibility();
    return [
      ...[...document.querySelectorAll("nav, button, .button, input:not([type=hidden]), select, .skip")].filter(seen)
        .map((e) => `on paper: ${e.outerHTML.slice(0, 60)}`).slice(0, 3),
      ...[...document.querySelectorAll("thead")].filter((e) => seen(e) && getComputedStyle(e).display !== "table-header-group")
        .map(() => "a table's head is not repeated"),
      ...document.querySelector("main").innerText.trim() ? [] : ["an empty sheet"],
    ];
  }));
  await picture(page, `${name}-paper`);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize(screen);
  assert.deepEqual(bad, [], `${name} on paper`);
}
