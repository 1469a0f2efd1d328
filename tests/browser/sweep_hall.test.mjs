// sweep_hall.test.mjs — every page of citizens and of the hall's own screens, looked at in
// every way (sweep.mjs). The states of the ticket's page: citizen.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { place_of } from "../flow/house.mjs";
import { openHall } from "./hall.mjs";
import { forgotten, patterns, sweep } from "./sweep.mjs";
import { hallPages, staffPages } from "./sweep_pages.mjs";

let hall, people;
const at = {};

before(async () => {
  hall = await openHall();
  const rated = await hall.house.surveyed(), open = await hall.house.visit();
  await hall.house.rate(rated.ticket.token, 2);
  const page = await hall.house.page(rated.ticket.token);
  Object.assign(at, { receipt: page.text.match(/\w{4}-\w{4}-\w{4}-\w{4}/)[0], token: open.ticket.token, kiosk: "k1", window: "A01", hall: "qingcheng", month: "2020-01" });
  at["/t/{token}/detail"] = `/t/${rated.ticket.token}/detail?case=${rated.case.id}`;
  const { window, clerk } = place_of("business-licence");
  for (let i = 0; i < 3; i++)
    await hall.house.take({ phone: hall.house.phone() });
  await hall.house.call(window, clerk);
  people = { kiosk: await hall.becomes("kiosk", "machine", "k1"), desk: await hall.becomes("desktop", "desk", window),
    wall: await hall.becomes("wall", "display", "all") };
});

after(() => hall?.close());

test("every page of the table of access is swept", () => {
  assert.ok(patterns.length > 12, patterns.join(" "));
  assert.deepEqual(forgotten(hallPages, staffPages), []);
});

sweep(hallPages, { people: (as) => people[as],
  address: (pattern) => hall.base + (at[pattern] ?? pattern.replace(/\{(\w+)\}/g, (whole, name) => at[name])) });
