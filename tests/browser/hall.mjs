// hall.mjs — a hall whose screens are browsers: kiosks, desks, walls, phones, staff.
//
//   const hall = await openHall({ settings });               // the example hall, at ten in the morning
//   const kiosk = await hall.becomes("kiosk", "machine", "k1");   // by the link of `yiping key add`
//   const desk = await hall.becomes("desktop", "desk", "A01");
//   const head = await hall.logIn("desktop", "hall");        // a person with this role
//   await settled(desk);                                   // what was pressed there is done
//   const phone = await openPage("phone");
//   …
//   await hall.close();
//
// Each is a browser of its own, with cookies of its own; `becomes` also takes the context
// of one that is there. `hall.house` is the House of tests/flow/house.mjs: its clock, its
// virtual phone, its API. Not here: what the pages must show.
import assert from "node:assert/strict";
import { House, run_well } from "../flow/house.mjs";
import { add_person } from "../flow/people.mjs";
import { openPage } from "./browser.mjs";

// Waits until what was pressed at a desk has settled, and its main button heeds again.
export function settled(desk) {
  return desk.waitForFunction(() => !document.documentElement.matches(".busy, .guarded"), null, { polling: 50 });
}

// Chooses on a desk's page as a person does, who is at the list: while somebody is, the page stays as it is.
export async function choose(desk, list, option) {
  await desk.focus(list);
  await desk.selectOption(list, option);
}

export async function openHall(options = {}) {
  const house = await House.open(options);
  return new Hall(house);
}

class Hall {
  people = 0;

  constructor(house) {
    this.house = house;
    this.base = `http://127.0.0.1:${house.port}`;
  }

  close() {
    return this.house.close();
  }

  // A browser that was made this kiosk, desk or wall; it stands at its own page.
  async becomes(screen, role, place, options = {}) {
    const { stderr } = await run_well(["key", "add", "--data", this.house.data, "--role", role, "--name", `${role} ${place}`]);
    const link = stderr.match(/\/device\/\w+/)?.[0];
    assert.ok(link, `a link for ${role}: ${stderr}`);
    const page = await openPage(screen, options);
    await page.goto(this.base + link);
    await page.selectOption("#place", place);
    await page.click("main button[type=submit]");
    assert.ok(!page.url().includes("/device/"), await page.textContent("main"));
    return page;
  }

  // A person of the house who has logged in, with the second factor where the house asks for
  // one; `half` stops before it. `place` as for add_person of people.mjs.
  async logIn(screen, role, { half = false, place, ...options } = {}) {
    const person = await add_person(this.house, role, { name: `person-${++this.people}`, place });
    await person.log_in();
    if (half) {
      if (!person.secret)
        await person.set_device();
      await person.log_in({ second: false });
    }
    const page = await openPage(screen, options), [name, value] = person.cookie.split("=");
    await page.context().addCookies([{ name, value, domain: "127.0.0.1", path: "/", httpOnly: true, secure: name.startsWith("__") }]);
    page.person = person;
    await page.goto(`${this.base}/account`);
    return page;
  }
}
