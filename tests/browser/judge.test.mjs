// judge.test.mjs — the judge sees what is wrong: pages with one fault each, and one with none.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { openPage } from "./browser.mjs";
import { firstLook, judge } from "./judge.mjs";

const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:";
const sheet = "html{font-size:18px}body{font:1rem/1.5 sans-serif;color:#1a1a1a;background:#fff}a,button{color:#0b4f9e}"
  + "button{font:inherit;min-height:60px;min-width:60px;background:#fff}.low{min-height:30px}.small{font-size:12px}"
  + ".pale{color:#bbb}.wide{width:400px}.scroll{overflow-x:auto}";

const page_of = (main, head = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/sheet.css">${head}</head><body><main><h1>A page</h1>${main}</main></body></html>`;

const good = "<p>Words.</p><button>Go on</button><div class='scroll' tabindex='0' role='region' aria-label='Numbers'><p class='wide'>1 2 3</p></div>";
const faults = {
  "low contrast": ["<p class='pale'>Words.</p>", /color-contrast/],
  "a field without a name": ["<input>", /label/],
  "a second h1": ["<h1>Another</h1>", /2 h1/],
  "a small target": ["<button class='low'>Go</button>", /small target/],
  "small text": ["<p class='small'>Words.</p>", /small text/],
  "a drawing with small text": ["<svg viewBox='0 0 1000 100' width='100' role='img' aria-label='x'><text y='20' font-size='20'>12</text></svg>", /small text/],
  "what is too wide": ["<p class='wide'>Words.</p>", /too wide at 30 px[\s\S]*sideways scroll/],
  "a word that was not filled in": ["<p>Number undefined</p>", /not filled in/],
  "a style that the policy refuses": ["<p style='color:red'>Words.</p>", /console: .*Content Security Policy/],
  "a script with an error": ["<p>Words.</p>", /script: .*lost/, "<script src='/bad.js'></script>"],
  "a file that is missing": ["<p>Words.</p>", /console: .*404/, "<script src='/none.js'></script>"],
};

let server, base;

before(async () => {
  server = http.createServer((asked, answer) => {
    const name = decodeURIComponent(asked.url.slice(1)), [main, , head] = faults[name] ?? [good];
    if (name === "sheet.css")
      answer.writeHead(200, { "Content-Type": "text/css" }).end(sheet);
    else if (name === "bad.js")
      answer.writeHead(200, { "Content-Type": "text/javascript" }).end("lost.found();");
    else if (name === "none.js" || name === "favicon.ico")
      answer.writeHead(404).end();
    else
      answer.writeHead(name === "gone" ? 404 : 200, { "Content-Type": "text/html", "Content-Security-Policy": policy })
        .end(page_of(main, head));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

test("a good page passes, also one that says that it is not there", async () => {
  for (const name of ["good", "gone"])
    for (const screen of ["phone", "desktop"]) {
      const page = await openPage(screen);
      await page.goto(`${base}/${name}`);
      await judge(page, `judged-${name}`);
      await page.context().close();
    }
});

test("each fault is seen, and nothing beside it", async () => {
  const page = await openPage("phone");
  for (const [name, [, complaint]] of Object.entries(faults)) {
    await page.goto(`${base}/${encodeURIComponent(name)}`);
    await assert.rejects(judge(page, "judged-fault"), (trouble) => {
      const told = trouble.actual.join("\n");
      assert.match(told, complaint, name);
      assert.ok(trouble.actual.length <= 3, told);
      return true;
    }, name);
    page.bad.length = 0;
  }
  await page.context().close();
});

test("a first look is weighed on the wire", async () => {
  const page = await openPage("phone");
  const { asked: all } = await firstLook(page, `${base}/good`);
  assert.deepEqual(all.map((one) => new URL(one.url).pathname), ["/good", "/sheet.css"]);
  const body = Buffer.byteLength(sheet);
  assert.ok(all[1].bytes > body && all[1].bytes < body + 600, `${all[1].bytes} of ${body}`);
  await page.context().close();
});
