// Keeps the hall's screen up to date. What is shown comes from the server whole; nothing is made up here.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const settings = at("screen").dataset, board = at("board"), cards = at("cards"), voice = at("voice");
  const SHOW = 6000, CARD = 10000, STALE = 15000, SILENT = 12000, NEW = 15000, TOO_LATE = 90000;
  const rest = (ms) => new Promise((done) => setTimeout(done, ms));

  // What was the last sign that the screen is right, by two clocks: one stands while a machine sleeps.
  let heard, server = Number(settings.now), offset = Number(settings.offset);
  const mark = () => { heard = { steady: performance.now(), wall: Date.now() }; };
  const since = () => Math.max(performance.now() - heard.steady, Date.now() - heard.wall);
  const now = () => server + performance.now() - heard.steady;
  const clock = (ms) => new Date(ms + offset * 1000).toISOString().slice(11, 16);
  mark();

  // -- Calls: one after another, each shown and spoken to its end.

  const seen = new Set(), queue = [];
  let busy = false, sound = false, ready = Promise.resolve();

  const listed = () => [...board.querySelectorAll("[data-call]")];
  listed().forEach((row) => seen.add(row.dataset.call));

  function look() {
    for (const row of listed().reverse()) {
      const call = { id: row.dataset.call, at: Number(row.dataset.at), size: row.className,
        number: row.querySelector(".number").textContent, window: row.querySelector(".window").textContent };
      if (!seen.has(call.id) && now() - call.at < NEW)
        queue.push(call);
      seen.add(call.id);
    }
    while (seen.size > 500) // the oldest stand first
      seen.delete(seen.values().next().value);
    if (!busy)
      announce();
  }

  async function announce() {
    busy = true;
    await ready;
    for (let call; (call = queue.shift());)
      if (now() - call.at < TOO_LATE)
        await Promise.all([show(call), speak(`${call.id}${queue.length > 3 ? "?times=1" : ""}`)]);
    busy = false;
  }

  async function show(call) {
    at("call-number").textContent = call.number;
    at("call-window").textContent = call.window;
    at("call").className = call.size;
    at("call").hidden = false;
    await rest(SHOW);
    at("call").hidden = true;
  }

  // -- Sound: there is one player, so calls cannot overlap.

  function play(what, volume) {
    voice.src = settings.voice + what;
    voice.volume = volume;
    return new Promise((done, failed) => {
      voice.onended = done;
      voice.onerror = () => done(); // shown it is all the same
      setTimeout(done, 30000);
      voice.play().catch((trouble) => trouble.name === "NotAllowedError" ? failed(trouble) : done());
    });
  }

  async function speak(what) {
    if (sound)
      await play(what, 1).catch(ask);
  }

  function ask() {
    sound = false;
    at("sound").hidden = false;
  }

  if (settings.voice) {
    // A browser that may play at once plays this unheard.
    ready = play("chime", 0).then(() => { sound = true; }, ask);
    at("sound").onclick = () => play("chime", 1).then(() => {
      sound = true;
      at("sound").hidden = true;
    }, ask);
  }

  // -- What the server says.

  let source, last;

  function connect() {
    last = performance.now();
    source?.close();
    source = new EventSource(settings.events);
    const on = (name, act) => source.addEventListener(name, (event) => { last = performance.now(); act(event.data); });
    on("board", (html) => { board.innerHTML = html; });
    on("cards", (html) => { cards.innerHTML = html; turn(); });
    on("beat", (text) => {
      const beat = JSON.parse(text);
      if (beat.build !== settings.build) {
        location.reload();
        return;
      }
      server = beat.now;
      offset = beat.offset;
      at("date").textContent = beat.date;
      mark();
      look();
      tick();
    });
  }

  function turn() {
    const all = [...cards.children];
    all.forEach((card, i) => { card.hidden = i !== Math.floor(now() / CARD) % all.length; });
  }

  function tick() {
    const stale = since() > STALE, text = stale ? at("stale").dataset.text.replace("{t}", clock(server)) : "";
    document.body.classList.toggle("stale", stale);
    if (at("stale").textContent !== text)
      at("stale").textContent = text;
    at("clock").textContent = clock(now());
    at("clock").dateTime = new Date(now()).toISOString();
    turn();
    if (performance.now() - last > SILENT)
      connect();
  }

  connect();
  setInterval(tick, 1000);
})();
