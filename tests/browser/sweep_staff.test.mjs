// sweep_staff.test.mjs — every page of staff, looked at in every way (sweep.mjs).
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { hall as file, House, launch, run_well, scratch_folder, until } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";
import { sweep } from "./sweep.mjs";
import { staffPages } from "./sweep_pages.mjs";

let hall, demo, fresh;
const at = {}, people = {};

// The fictitious hall: its links log people in.
async function openDemo() {
  const folder = scratch_folder("demo"), child = launch(["demo", "--listen", "127.0.0.1:0"], { cwd: folder });
  let said = "";
  child.stdin.end();
  child.stdout.resume();
  child.stderr.on("data", (part) => { said += part; });
  const link = await until("a link of the demo", () => said.match(/http:\/\/127\.0\.0\.1:\d+\/login\/\w+/)?.[0]);
  return { link, end: () => new Promise((done) => { child.on("close", done); process.kill(-child.pid, "SIGTERM"); }) };
}

// Something of each kind in the hall's daily records.
async function writeDown(who) {
  const path = `/assess/${at.year}/log`, day = /name="day" type="date" value="([0-9-]+)"/.exec(await who.page(path))[1];
  let forms = 0;
  const add = async (more) => assert.equal((await who.post(path, { once: String(++forms).padStart(16, "0"), day, window: file.windows[0].code, words: "窗口整洁，资料齐全", ...more })).status, 303);
  for (const kind of ["attendance", "check", "praise"])
    await add({ kind });
  const visits = `/assess/${at.year}/visits`;
  await who.post(`${visits}/plans`, { once: String(++forms).padStart(16, "0"), kind: "open", by_risk: "1", by_lot: "1" });
  const plan = /name="plan" value="(\d+)"/.exec(await who.page(visits))[1];
  await who.post(`${visits}/draw`, { plan });
  at["/assess/{year}/visits/plans/{id}"] = `${hall.base}${visits}/plans/${plan}`;
  const rechecks = `/assess/${at.year}/rechecks`;
  await who.post(`${rechecks}/plans`, { once: String(++forms).padStart(16, "0"), from: day, to: day, wanted: "2" });
  await add({ corrects: /name="corrects" value="(\d+)"/.exec(await who.page(path))[1], points: "0", words: "看错了日期" });
}

before(async () => {
  demo = await openDemo();
  at["/login/{link}"] = demo.link;
  hall = await openHall();
  const { house } = hall;
  at.year = new Date(house.now()).toISOString().slice(0, 4);
  at.code = file.departments[0].code;
  at.clerk = file.staff[0].code;
  fresh = await House.open({ morning: false }); // the link of a first start is good for half an hour
  at["/first/{link}"] = `http://127.0.0.1:${fresh.port}${fresh.journal.match(/\/first\/\w+/)[0]}`;
  const { stderr } = await run_well(["key", "add", "--data", house.data, "--role", "desk", "--name", "a desk"]);
  at["/password/{link}"] = `${hall.base}/password/W1035GV7W7S57GV0184EH1RQ3VR69C5VFRJYKG8QRVPAP5PDMWAK`;
  at["/device/{link}"] = hall.base + stderr.match(/\/device\/\w+/)[0];
  for (const grade of [5, 2, 1]) {
    const one = await house.surveyed();
    await house.rate(one.ticket.token, grade);
    at.id = (await house.rated(one.case.id))[0].id;
    at["/cases/{id}"] = `${hall.base}/cases/${one.case.id}`;
  }
  await house.surveyed(); // and one that nobody rates
  await house.reply(house.phone(), "1069012345", "谁发的？");
  const head = await person("head");
  await writeDown(head.person);
  at["/exports/{id}"] = (await head.request.get(`${hall.base}/ratings.xlsx`)).url();
  await until("the workbook", async () => // its page looks again by itself until then
    !(await (await head.request.get(at["/exports/{id}"])).text()).includes("data-again"));
  const reviews = await (await head.request.get(`${hall.base}/reviews`)).text();
  const accounts = await (await (await person("security")).request.get(`${hall.base}/accounts`)).text();
  at["/accounts/{id}"] = hall.base + accounts.match(/\/accounts\/\d+/)[0];
  at["/reviews/{id}"] = hall.base + reviews.match(/\/reviews\/\d+/)[0];
});

after(async () => {
  await demo?.end();
  await fresh?.close();
  await hall?.close();
});

async function person(as) {
  people[as] ??= await (as === "half" ? hall.logIn("desktop", "hall", { half: true }) : hall.logIn("desktop", { head: "hall" }[as] ?? as));
  return people[as];
}

sweep(staffPages, { people: person,
  address: (pattern) => at[pattern] ?? hall.base + pattern.replace(/\{(\w+)\}/g, (whole, name) => at[name]) });
