// desk.js — the desk's page by keys, live, and through a server that is away.
//
// It sends the page's own forms and shows the page that comes back; nothing is known here
// that the server does not say. What is pressed while the server is away is kept in this
// browser with its time and a name of its own (`once`), and sent when it is back: the server
// does each name once. Without this script the same page works by reloading.
"use strict";
(function () {
  const LOOK_MS = 2000, GUARD_MS = 1500, PATIENCE_MS = 8000, MOST_KEPT = 20;
  const root = document.documentElement;
  const place = document.getElementById("desk").dataset.window;
  const shelf = "desk " + place + " ";
  let tag = null, away = false, seen = new Date(), guarded = 0, unguard = 0, sending = false, tries = 0, skew = 0, presses = 0, held = 0;

  const desk = () => document.getElementById("desk");
  const visible = (e) => e.getClientRects().length > 0;
  const say = (text, n) => text.replace("{n}", n).replace("{t}", seen.toTimeString().slice(0, 8));

  // == What is kept until the server has it =====================================
  let memory = {}; // where the browser keeps nothing for us

  function keep(name, value) {
    try {
      if (value === null)
        localStorage.removeItem(name);
      else
        localStorage.setItem(name, value);
    } catch (e) { /* private windows: until the page is closed */ }
    if (value === null)
      delete memory[name];
    else
      memory[name] = value;
  }

  function kept() {
    const all = new Map(Object.entries(memory));
    try {
      for (let i = 0; i < localStorage.length; i++)
        all.set(localStorage.key(i), localStorage.getItem(localStorage.key(i)));
    } catch (e) { /* as above */ }
    return [...all].filter(([name]) => name.startsWith(shelf))
      .map(([name, text]) => ({ name, ...JSON.parse(text) }))
      .sort((a, b) => a.at - b.at || a.order - b.order);
  }

  function preference(name, fallback) {
    try {
      return localStorage.getItem(name) ?? fallback;
    } catch (e) {
      return fallback;
    }
  }

  // == What the page says =======================================================
  function tell() {
    const net = document.getElementById("net"), waiting = kept().length;
    const text = !away ? "" : say(net.dataset.away, 0) +
      (waiting > 0 ? " " + say(net.dataset.kept, waiting) : "");
    if (net.textContent === text)
      return;
    net.replaceChildren();
    if (text) {
      const p = document.createElement("p");
      p.className = "warning";
      p.textContent = text;
      net.append(p);
    }
  }

  function note(text, bad) {
    const p = document.createElement("p");
    p.className = bad ? "errors" : "good";
    p.setAttribute("role", bad ? "alert" : "status");
    p.textContent = text;
    document.getElementById("said").replaceChildren(p);
  }

  // == Showing a page ===========================================================
  const typing = () => {
    const e = document.activeElement;
    return e && e.matches("input:not([type=hidden]):not([type=checkbox]),select,textarea") &&
      desk().contains(e) && (e.tagName === "SELECT" || e.value !== e.defaultValue || e.closest("details[open]"));
  };

  function show(html, answered) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const now = page.getElementById("desk");
    if (!now)
      return false;
    const old = desk(), focus = document.activeElement && document.activeElement.id;
    const was = old.querySelector("[data-ticket]")?.dataset.ticket;
    if (!answered) {
      now.querySelector("#said").replaceWith(old.querySelector("#said"));
      for (const open of old.querySelectorAll("details[open]"))
        [...now.querySelectorAll("details")].find((d) => d.dataset.key === open.dataset.key &&
          d.querySelector("summary").textContent === open.querySelector("summary").textContent)
          ?.setAttribute("open", "");
    }
    now.querySelector("#net").replaceWith(old.querySelector("#net"));
    const chosen = old.querySelector("#clerk"), next = now.querySelector("#clerk");
    if (chosen && next && !answered)
      next.value = chosen.value;
    old.replaceWith(now);
    document.title = page.title;
    if (focus && focus !== "desk")
      document.getElementById(focus)?.focus();
    if (now.querySelector("[data-ticket]")?.dataset.ticket !== was || answered)
      guard();
    settle();
    return true;
  }

  function guard() {
    guarded = performance.now() + GUARD_MS;
    root.classList.add("guarded");
    clearTimeout(unguard);
    unguard = setTimeout(() => root.classList.remove("guarded"), GUARD_MS);
  }

  // What the page cannot know by itself: seconds, and what this browser prefers.
  function settle() {
    const box = desk(), letters = document.getElementById("letters");
    skew = Number(box.dataset.now) - Date.now();
    if (letters) {
      letters.checked = preference("letters", "on") === "on";
      letters.onchange = () => {
        keep("letters", letters.checked ? "on" : "off");
        root.classList.toggle("letters", letters.checked);
      };
    }
    const to = document.getElementById("to");
    if (to)
      to.oninput = () => {
        document.getElementById("toname").textContent = windowNamed(to.value) || "";
      };
    tick();
    tell();
  }

  // "3" is the window 3 of one's own letter, as the server reads it.
  function windowNamed(text) {
    const letter = place.replace(/\d.*$/, ""), typed = text.trim().toLowerCase();
    for (const o of document.querySelectorAll("#windows option")) {
      const code = o.value.toLowerCase(), rest = code.slice(letter.length);
      if (code === typed || (/^\d+$/.test(typed) && code.startsWith(letter.toLowerCase()) &&
          /^\d+$/.test(rest) && Number(rest) === Number(typed)))
        return o.value + " " + o.textContent;
    }
    return "";
  }

  function tick() {
    const now = Date.now() + skew;
    for (const e of document.querySelectorAll("[data-until]")) {
      const left = Math.ceil((Number(e.dataset.until) - now) / 1000);
      e.hidden = left <= 0;
      const span = e.querySelector("[data-left]");
      if (span)
        span.textContent = say(span.dataset.left, Math.max(0, left));
    }
    for (const e of document.querySelectorAll("[data-since]")) {
      const s = Math.max(0, Math.floor((now - Date.parse(e.dateTime)) / 1000));
      e.textContent = Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");
    }
    for (const e of document.querySelectorAll("[data-ready]")) {
      const calls = Number(e.dataset.calls), left = Math.ceil((Number(e.dataset.ready) - now) / 1000);
      const rule = document.getElementById("miss");
      e.disabled = calls > 0 || left > 0;
      if (rule && e.disabled)
        rule.textContent = [e.firstChild.textContent.trim(), calls > 0 && say(e.dataset.need, calls),
          left > 0 && say(e.dataset.wait, left)].filter(Boolean).join(" · ");
      else if (rule)
        rule.textContent = "";
    }
  }

  // == Looking ==================================================================
  const query = () => {
    const q = new URLSearchParams(location.search);
    q.delete("m");
    return q.size > 0 || q.toString() ? "?" + q : "";
  };

  async function ask(url, options) {
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      return await fetch(url, { cache: "no-store", signal: stop.signal, ...options });
    } finally {
      clearTimeout(late);
    }
  }

  async function look() {
    if (sending || document.hidden)
      return;
    if (kept().length > 0)
      return void send();
    const before = presses;
    try {
      const answer = await ask("/w/" + encodeURIComponent(place) + query(),
        { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status >= 500)
        throw new Error(String(answer.status));
      const html = answer.status === 200 ? await answer.text() : "";
      reached();
      if (sending || presses !== before || typing() || performance.now() < held)
        return; // it is of a desk that has changed since, or somebody is at work on this one
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        show(html, false);
      } else if (answer.status !== 304) {
        location.reload(); // this browser is no desk any more, or the window is gone
      }
    } catch (e) {
      lost();
    }
  }

  function reached() {
    seen = new Date();
    tries = 0;
    if (away) {
      away = false;
      tag = null;
    }
    tell();
  }

  function lost() {
    away = true;
    tries++;
    tell();
  }

  // == Acting ===================================================================
  let order = 0;

  function press(act, fields) {
    if (kept().length >= MOST_KEPT)
      return;
    presses++;
    const name = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((b) => b.toString(16).padStart(2, "0")).join("");
    fields.delete("once");
    keep(shelf + name, JSON.stringify({ act, once: name, at: Date.now(), order: order++, body: String(fields) }));
    guard();
    if (away)
      foresee(act, fields);
    tell();
    send(); // which may find that it is away
  }

  // While the server is away the next button is offered that must follow, no more. It heeds
  // nobody for a moment, as whatever is new here.
  function foresee(act, fields) {
    const forms = [...document.querySelectorAll("#desk form[data-act]")];
    const hide = (e, is) => {
      if (e.hidden !== is)
        guard();
      e.hidden = is;
    };
    const only = (wanted) => {
      for (const f of forms.filter((g) => ["call", "start"].includes(g.dataset.act)))
        hide(f, f.dataset.act !== wanted);
      for (const c of document.querySelectorAll("[data-cases]"))
        hide(c, wanted !== "close");
    };
    if (act === "start")
      only("close");
    else if (["close", "accept"].includes(act) && fields.has("here") && document.querySelectorAll("form.case").length === 1)
      only("call");
    else if (["hold", "no-show", "transfer"].includes(act))
      only("call");
    else if (act === "call")
      only("");
  }

  async function send() {
    if (sending)
      return;
    sending = true;
    root.classList.add("busy");
    let done = 0, html = null, mark = null;
    const late = away;
    try {
      for (let item = kept()[0]; item; item = kept()[0]) {
        const body = new URLSearchParams(item.body);
        body.set("once", item.once);
        body.set("late", String(Math.max(0, Date.now() - item.at)));
        keep(item.name, JSON.stringify({ ...item, name: undefined, tried: true }));
        const answer = await ask("/w/" + encodeURIComponent(place) + "/" + item.act + query(), { method: "POST", body });
        if (answer.status >= 500 || answer.status === 429)
          throw new Error(String(answer.status));
        html = await answer.text(); // whole, or it is sent again
        mark = answer.headers.get("ETag");
        keep(item.name, null);
        done++;
        if (!answer.ok)
          html = null;
        history.replaceState(null, "", query() || location.pathname);
        if (!answer.ok) {
          note(document.getElementById("net").dataset.lost, true);
          tag = null;
        }
      }
      reached();
      if (html) {
        tag = mark;
        show(html, true);
        if (late && done > 0 && !document.querySelector("#said .errors"))
          note(say(document.getElementById("net").dataset.back, done), false);
      }
    } catch (e) {
      const last = kept().pop();
      lost();
      if (last)
        foresee(last.act, new URLSearchParams(last.body));
    }
    sending = false;
    root.classList.remove("busy");
    if (!away && kept().length > 0)
      send();
  }

  // What was not sent yet can be taken back here: the server has never heard of it.
  function unsay() {
    const last = kept().pop();
    if (!last || last.tried)
      return false;
    keep(last.name, null);
    tag = null;
    tell();
    return true;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (!form.dataset.act)
      return;
    event.preventDefault();
    if (button && button.matches(".primary") && performance.now() < guarded)
      return;
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name)
      fields.set(button.name, button.value);
    const clerk = document.getElementById("clerk");
    if (clerk && !fields.get("clerk"))
      fields.set("clerk", clerk.value);
    const path = (button && button.getAttribute("formaction")) || form.getAttribute("action");
    form.closest("details")?.removeAttribute("open");
    if (form.querySelector(".masked"))
      form.reset();
    press(path.replace(/\?.*$/, "").split("/").pop(), fields);
  });

  // What is drawn anew under a finger that is down would lose its press.
  document.addEventListener("pointerdown", () => { held = performance.now() + 5000; });
  document.addEventListener("pointerup", () => { held = performance.now() + 300; });

  // == Keys =====================================================================
  function openTool(details) {
    for (const other of document.querySelectorAll("details[name=tool][open]"))
      if (other !== details)
        other.open = false;
    details.open = !details.open;
    if (details.open)
      details.querySelector("input:not([type=hidden]),select,button")?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const e = event.target;
    if (event.key === "Escape") {
      for (const open of document.querySelectorAll("details[name=tool][open]"))
        open.open = false;
      document.activeElement.blur();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing)
      return;
    if (e.matches("input:not([type=checkbox]),select,textarea"))
      return;
    const code = event.code === "Slash" && event.shiftKey ? "Help" : event.code;
    if (code !== "Space" && preference("letters", "on") !== "on")
      return;
    if (code === "Space" && e.matches("summary,a,[type=checkbox],button:not(.primary)"))
      return;
    const found = [...document.querySelectorAll("[data-key]")].filter((b) => b.dataset.key === code && (b.tagName === "DETAILS" ? visible(b) : visible(b)));
    if (found.length === 0 && code !== "KeyU")
      return;
    event.preventDefault();
    if (code === "KeyU" && away && unsay())
      return void location.reload();
    const it = found[0];
    if (!it)
      return;
    if (it.tagName === "DETAILS")
      openTool(it);
    else if (code === "Space" && !it.matches(".primary"))
      it.focus(); // several cases: each wants an outcome of its own
    else if (!it.disabled)
      it.click();
  });
  document.addEventListener("keyup", (event) => {
    if (event.code === "Space" && event.target.matches(".primary"))
      event.preventDefault(); // keydown has pressed it
  });

  root.classList.add("keys");
  root.classList.toggle("letters", preference("letters", "on") === "on");
  if (location.search.includes("m="))
    history.replaceState(null, "", location.pathname + query());
  settle();
  setInterval(tick, 1000);
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  window.addEventListener("online", look);
  if (kept().length > 0)
    send();
})();
