// sweep_pages.mjs — the pages of the house, and who looks at each on what screen.
//
// Those of citizens and of the hall's screens are swept in sweep_hall.test.mjs, those of
// staff in sweep_staff.test.mjs; every page that the table of access knows is in a list.
export const hallPages = [
  { pattern: "/", screen: "phone", kind: "citizen" },
  { pattern: "/privacy", screen: "phone", kind: "citizen" },
  { pattern: "/c", screen: "phone", kind: "citizen" },
  { pattern: "/c/{receipt}", screen: "phone", kind: "citizen" },
  { pattern: "/t/{token}", screen: "phone", kind: "citizen", name: "sweep-ticket" },
  { pattern: "/t/{token}/detail", screen: "phone", kind: "citizen" },
  { pattern: "/t/{token}/praise", screen: "phone", kind: "citizen" },
  { pattern: "/nowhere", screen: "phone", kind: "citizen", status: 404 },
  { pattern: "/phone", screen: "desktop", kind: "staff", paper: false },
  { pattern: "/k/{kiosk}", screen: "kiosk", as: "kiosk", kind: "kiosk", paper: false },
  { pattern: "/w/{window}", screen: "desktop", as: "desk", kind: "desk" },
  { pattern: "/screen/{hall}", screen: "wall", as: "wall", kind: "wall", paper: false, twice: false },
];

export const staffPages = [
  { pattern: "/first/{link}", screen: "desktop", kind: "staff", paper: false },
  { pattern: "/login", screen: "desktop", kind: "staff", paper: false },
  { pattern: "/login/{link}", screen: "desktop", kind: "staff", paper: false },
  { pattern: "/password/{link}", screen: "desktop", status: 404, paper: false },
  { pattern: "/second", screen: "desktop", as: "half", kind: "staff", paper: false },
  { pattern: "/account", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/account/second", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/account/password", screen: "desktop", as: "head", kind: "staff", paper: false },
  { pattern: "/device/{link}", screen: "desktop", kind: "staff", paper: false },
  { pattern: "/me", screen: "desktop", as: "clerk", kind: "staff" },
  { pattern: "/praise", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/praise/new", screen: "desktop", as: "head", kind: "staff", paper: false },
  { pattern: "/ratings", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/ratings/{id}", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/unlinked", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/cases", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/cases/{id}", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/search", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/accounts", screen: "desktop", as: "system", kind: "staff" },
  { pattern: "/accounts/{id}", screen: "desktop", as: "system", kind: "staff" },
  { pattern: "/keys", screen: "desktop", as: "security", kind: "staff" },
  { pattern: "/audit", screen: "desktop", as: "audit", kind: "staff" },
  { pattern: "/gateways", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/reviews", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/reviews/{id}", screen: "desktop", as: "head", kind: "staff" },
  { pattern: "/reviews/{id}", name: "reviews-department", screen: "desktop", as: "department", kind: "staff" },
];
