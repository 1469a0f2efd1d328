// prepare.mjs — a house of its own with tickets in every state, for the browser tests.
//
// It goes the way people go: numbers come from the kiosk's form, cases are closed at the
// desk's, a typed short code leads to the ticket's page. Needs the built program, and
// nothing that is running already. As a program it prints the addresses as shell
// variables and stays until it is ended.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { next_morning, PATIENCE_MS } from "../flow/house.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.YIPING || join(root, ".build", "release", "yiping");

// Starts the server on a free port, at ten in the morning of a working day: {base, stop}.
export async function startHouse() {
  const data = await mkdtemp(join(tmpdir(), "yiping-browser-"));
  const child = spawn(program, ["serve", "--data", join(data, "d"), "--listen", "127.0.0.1:0"],
    { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const base = await new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error("no address:\n" + said)), PATIENCE_MS);
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) {
        clearTimeout(late);
        found(address[0]);
      }
    });
    child.on("exit", (code) => failed(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const ended = new Promise((done) => child.on("exit", done));
  await advance(base, (next_morning(Date.now()) - Date.now()) / 1000);
  return {
    base,
    data: join(data, "d"),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

// Moves the house's clock.
export async function advance(base, seconds) {
  const moved = await fetch(`${base}/api/v1/dev/clock`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ advance_s: Math.ceil(seconds) }),
  });
  if (!moved.ok)
    throw new Error(`the clock: ${moved.status} ${await moved.text()}`);
}

// An account of this role: {name, password}; `more` as in "--clerk", "1001".
export async function account(data, role, ...more) {
  const it = { name: [role, "account", ...more.slice(1)].join("-"), password: "Passw0rd-xx" };
  const child = spawn(program, ["user", "add", "--data", data, "--role", role, "--name", it.name, ...more],
    { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(`${it.password}\n`);
  const code = await new Promise((done) => child.on("exit", done));
  if (code !== 0)
    throw new Error(`user add ended with ${code}`);
  return it;
}

// Sends a form and follows nothing.
export function post(url, fields) {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
}

async function mustMove(answer, what) {
  if (answer.status !== 303)
    throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return answer.headers.get("location");
}

// Takes a number at the first kiosk: the address of its page.
export async function take(base, { matter = "general", phone = "" } = {}) {
  const home = await (await fetch(base + "/")).text();
  const kiosk = home.match(/href="(\/k\/[^"?]+)/)[1];
  const screen = await mustMove(await post(`${base}${kiosk}/tickets`, { matter, phone }), "take");
  const code = (await (await fetch(base + screen)).text()).match(/<b>([0-9A-Z]{8})<\/b>/)[1];
  return base + await mustMove(await post(base + "/c", { code }), "short code");
}

// Presses a button at a desk; a sentence of trouble is an error.
export async function press(base, window, act, fields = {}) {
  const place = await mustMove(await post(`${base}/w/${window}/${act}`, { clerk: "1001", ...fields }), act);
  if (place.includes("m=e_"))
    throw new Error(`${act} at ${window}: ${place}`);
}

// The cases that stand at a window.
export async function casesAt(base, window) {
  const page = await (await fetch(`${base}/w/${window}`)).text();
  return [...new Set([...page.matchAll(/name="case" value="(\d+)"/g)].map((m) => m[1]))];
}

// A ticket whose cases were closed just now; nobody else may be waiting.
export async function takeClosed(base, { cases = 1, ...wish } = {}) {
  const url = await take(base, wish);
  await press(base, "A01", "call");
  const [first] = await casesAt(base, "A01");
  await press(base, "A01", "start", { case: first });
  for (let i = 1; i < cases; i++)
    await press(base, "A01", "add-case", { matter: "private" });
  for (const id of await casesAt(base, "A01"))
    await press(base, "A01", "close", { case: id });
  return url;
}

export async function rate(url, grade, fields = {}) {
  await mustMove(await post(url + "/rate", { grade, ...fields }), "rate");
}

// One ticket of every kind, the waiting ones last.
export async function prepare(base) {
  const t = {};
  t.closed = await takeClosed(base);
  t.closed_plain = await takeClosed(base);
  t.closed_double = await takeClosed(base);
  t.closed_late = await takeClosed(base);
  t.closed_looks = await takeClosed(base);
  t.several = await takeClosed(base, { cases: 2 });
  t.rated = await takeClosed(base, { phone: "13900001234" });
  await rate(t.rated, 2);
  t.rated_good = await takeClosed(base);
  await rate(t.rated_good, 5);
  t.serving = await take(base);
  await press(base, "A01", "call");
  await press(base, "A01", "start", { case: (await casesAt(base, "A01"))[0] });
  t.called = await take(base, { matter: "private" });
  await press(base, "A02", "call", { clerk: "1002" });
  t.near = await take(base);
  for (let i = 0; i < 4; i++)
    t.waiting = await take(base, { matter: "permit" });
  return t;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const house = await startHouse();
  const t = await prepare(house.base);
  console.log(`BASE_URL=${house.base}`);
  for (const [name, url] of Object.entries(t))
    console.log(`TICKET_${name.toUpperCase()}=${url}`);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => house.stop().then(() => process.exit(0)));
}
