// kiosk.js — what a queue machine does besides its pages: arrows, the number pad at once, and
// that whatever an abandoned screen holds is forgotten. It fetches the same pages and sends the
// same forms; a press whose answer was lost is sent again under its own name (`once`), so that
// one press takes one number. Where the server does not answer the screen says where help is.
"use strict";
(function () {
  const IDLE_S = 30, COUNT_S = 10, LIVE_S = 10, TAKE_MS = 20000, PATIENCE_MS = 6000, LONG = 11;
  let touched = now(), looked = now(), held = 0, left = 0, busy = false, looking = false, ways = 0, gone = false, chosen = null;

  const kiosk = () => document.getElementById("kiosk");
  const still = () => document.getElementById("still");
  const fresh = kiosk().dataset.fresh;
  const words = Object.assign({}, still().dataset);

  function now() {
    return performance.now() / 1000;
  }

  // == Pages ====================================================================
  function stops(wanted) {
    return [...kiosk().querySelectorAll("a,button,input:not([type=hidden])")]
      .filter((e) => e.getClientRects().length > 0 && (!wanted || wanted(e)));
  }

  function show(page, url) {
    const next = page.getElementById("kiosk"), href = document.activeElement?.getAttribute?.("href");
    if (!next)
      return false;
    document.title = page.title;
    document.body.className = page.body.className;
    document.documentElement.lang = page.documentElement.lang;
    kiosk().replaceWith(next);
    if (url)
      history.replaceState(null, "", url);
    gone = false;
    left = Number(next.dataset.stays || 0);
    (stops((e) => href && e.getAttribute("href") === href)[0] || field() || stops()[0])?.focus({ preventScroll: true });
    return true;
  }

  // The machine's own words where the server has none for us; what was typed is gone.
  function recover() {
    if (gone)
      return;
    gone = true;
    const box = kiosk().cloneNode(false), h = document.createElement("h1");
    const text = document.createElement("div"), told = document.createElement("div");
    delete box.dataset.start;
    delete box.dataset.stays;
    text.className = "words";
    told.setAttribute("role", "alert");
    h.textContent = words.away;
    told.append(h);
    text.append(told);
    const shade = document.createElement("div");
    shade.id = "still";
    shade.hidden = true;
    box.append(text, shade);
    kiosk().replaceWith(box);
  }

  async function ask(url, options) {
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(url, { cache: "no-store", signal: stop.signal, ...options });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return { answer, page };
    } finally {
      clearTimeout(late);
    }
  }

  // Goes to a page; `until` is how long a form may be sent again.
  async function go(url, options, until) {
    if (busy)
      return;
    busy = true;
    ways++;
    looked = now();
    for (let wait = 500; ; wait *= 2) {
      try {
        const { answer, page } = await ask(url, options);
        if (answer.status < 500 && answer.status !== 429) {
          const kept = !options || answer.redirected ? answer.url : null;
          if (!show(page, kept))
            location.replace(fresh);
          break;
        }
        if (answer.status >= 500 && performance.now() >= until) {
          recover();
          break;
        }
      } catch (e) { /* no answer: below */ }
      if (!(performance.now() < until)) {
        recover();
        break;
      }
      veil(words.wait);
      await new Promise((done) => setTimeout(done, wait));
    }
    busy = false;
  }

  function forget() {
    for (const e of kiosk().querySelectorAll("input"))
      e.value = "";
    go(fresh);
  }

  // == The number pad ===========================================================
  function field() {
    const one = document.getElementById("phone"), two = document.getElementById("phone2");
    if (!one)
      return null;
    return chosen === two || chosen === one ? chosen : one.value.length < LONG ? one : two;
  }

  function type(key) {
    let e = field();
    const one = document.getElementById("phone");
    if (key === "clear") {
      one.value = document.getElementById("phone2").value = "";
      e = one;
    } else if (key === "back") {
      if (e.value === "" && e !== one)
        e = one;
      e.value = e.value.slice(0, -1);
    } else if (e.value.length < LONG) {
      e.value += key;
    }
    onward(e);
  }

  function onward(e) {
    const two = document.getElementById("phone2");
    if (e !== two && e.value.length >= LONG)
      two.focus();
    else
      e.focus();
  }

  // Two numbers that differ, or are none, need no server to be told so; it looks all the same.
  function wrong(form) {
    const one = document.getElementById("phone"), two = document.getElementById("phone2");
    const text = one.value !== two.value ? form.dataset.twice
      : one.value !== "" && one.value.length < LONG ? form.dataset.none : null;
    if (!text)
      return false;
    const box = document.createElement("div"), p = document.createElement("p");
    box.className = "errors";
    box.id = "alert";
    box.setAttribute("role", "alert");
    p.textContent = text;
    box.append(p);
    const about = kiosk().querySelector(".words");
    about.querySelector("#alert, h1 ~ p")?.remove();
    about.append(box);
    for (const e of [one, two]) {
      e.value = "";
      e.setAttribute("aria-invalid", "true");
      e.setAttribute("aria-describedby", "alert");
    }
    one.focus();
    return true;
  }

  // == Abandoned screens ========================================================
  function veil(text, button) {
    const shade = still(), box = document.createElement("div"), p = document.createElement("p");
    p.className = "strong";
    p.textContent = text;
    box.append(p);
    if (button) {
      const count = document.createElement("p");
      count.id = "count";
      button.className = "wide";
      box.setAttribute("role", "alertdialog");
      box.setAttribute("aria-label", text);
      box.append(count, button);
    }
    shade.replaceChildren(box);
    shade.hidden = false;
  }

  function unveil() {
    if (!still().hidden && !busy) {
      still().hidden = true;
      still().replaceChildren();
      (field() || stops()[0])?.focus({ preventScroll: true });
    }
  }

  function doubt(seconds) {
    if (still().hidden) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words.go;
      button.onclick = () => { touched = now(); unveil(); };
      veil(words.ask, button);
      button.focus();
    }
    document.getElementById("count").textContent = words.text.replace("{n}", seconds);
  }

  function isFresh() {
    return "start" in kiosk().dataset && location.pathname + location.search === fresh;
  }

  function tick() {
    const idle = now() - touched, box = kiosk();
    if (busy)
      return;
    if (gone) {
      if (now() - looked >= 3)
        again(fresh);
    } else if (box.dataset.stays !== undefined) {
      left--;
      if (left <= 0)
        "looking" in box.dataset ? again(location.href) : forget();
    } else if (!isFresh()) {
      if (idle >= IDLE_S + COUNT_S)
        forget();
      else if (idle >= IDLE_S)
        doubt(Math.ceil(IDLE_S + COUNT_S - idle));
    } else if (now() - looked >= LIVE_S) {
      again(fresh);
    }
  }

  // Looks without disturbing: a page that is as it was stays, and who goes on meanwhile goes on.
  async function again(url) {
    const before = ways;
    if (busy || looking)
      return;
    looking = true;
    looked = now();
    try {
      const { answer, page } = await ask(url).finally(() => { looking = false; });
      if (ways !== before)
        return;
      const next = page.getElementById("kiosk");
      if (answer.status >= 500)
        recover();
      else if (!next)
        location.replace(fresh);
      else if (gone || (next.innerHTML !== kiosk().innerHTML && now() >= held))
        show(page, answer.url);
      else if (next.dataset.stays)
        left = Number(next.dataset.stays);
    } catch (e) {
      if (ways === before)
        recover();
    }
  }

  // == Keys and fingers =========================================================
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The nearest in that direction; what lies beside the way counts less than what is on it.
  function move([dx, dy]) {
    const from = document.activeElement, a = from.getBoundingClientRect();
    const all = stops((e) => e !== from && (still().hidden || still().contains(e)));
    if (!kiosk().contains(from))
      return void all[0]?.focus();
    let best = null, least = Infinity;
    for (const e of all) {
      const b = e.getBoundingClientRect();
      const x = (b.left + b.right - a.left - a.right) / 2, y = (b.top + b.bottom - a.top - a.bottom) / 2;
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along > 4 && along + 3 * aside < least) {
        least = along + 3 * aside;
        best = e;
      }
    }
    best?.focus();
  }

  document.addEventListener("keydown", (event) => {
    touched = now();
    if (busy || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (arrows[event.key]) {
      event.preventDefault();
      move(arrows[event.key]);
    } else if (field() && still().hidden && !event.target.matches("input") && /^[0-9]$/.test(event.key)) {
      type(event.key);
    } else if (event.key === "Enter" && event.target.id === "phone" && event.target.value !== "") {
      event.preventDefault();
      document.getElementById("phone2").focus();
    } else if (field() && still().hidden && event.key === "Backspace") {
      event.preventDefault();
      type("back");
    }
  });
  for (const kind of ["pointerdown", "input", "wheel"])
    document.addEventListener(kind, () => {
      touched = now();
      if (kiosk().dataset.stays && !("looking" in kiosk().dataset))
        left = Number(kiosk().dataset.stays);
    }, { passive: true });
  // What is drawn anew under a finger that is down would lose its press.
  document.addEventListener("pointerdown", () => { held = now() + 5; });
  document.addEventListener("pointerup", () => { held = now() + 0.3; });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".masked"))
      chosen = event.target;
  });
  document.addEventListener("input", (event) => event.target.matches(".masked") && onward(event.target));

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]"), key = event.target.closest?.("[name=key]");
    if (key) {
      event.preventDefault();
      type(key.value);
    } else if (link && kiosk().contains(link)) {
      event.preventDefault();
      go(link.href);
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    if (button?.name)
      body.set(button.name, button.value);
    if ("take" in form.dataset && !busy && !button?.name && wrong(form))
      return;
    if ("take" in form.dataset && !busy)
      for (const e of form.querySelectorAll(".masked"))
        e.value = ""; // it is on its way, and no business of whoever comes next
    go(form.action, { method: "POST", body }, performance.now() + TAKE_MS);
  });

  window.addEventListener("pageshow", (event) => event.persisted && forget());
  document.documentElement.classList.add("script"); // pages follow each other at once: kiosk.css
  left = Number(kiosk().dataset.stays || 0);
  (field() || stops()[0])?.focus({ preventScroll: true });
  setInterval(tick, 1000);
})();
