// What a script adds to a citizen's page: the place in the queue by itself, a sound when
// called, a second and a third try on a bad network, and a comment that survives a reload.
// Everything works without it: the page reloads itself every 20 seconds, forms are forms.
"use strict";
(function () {
  const byId = (id) => document.getElementById(id);

  /* -- The queue ------------------------------------------------------------------- */

  const queue = byId("queue"), line = document.createElement("p");
  let timer = 0, last = new Date(), sound = null, awake = null, alerted = "";

  function wait() {
    const ahead = +queue.dataset.ahead;
    clearTimeout(timer);
    if (!document.hidden)
      timer = setTimeout(ask, ahead > 10 ? 30000 : ahead <= 3 ? 5000 : 10000);
  }

  function beep() {
    for (let i = 0; sound && i < 6; i++) {
      const tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + i * 0.35;
      tone.frequency.value = i % 2 ? 660 : 880;
      loud.gain.setValueAtTime(0.4, at);
      loud.gain.exponentialRampToValueAtTime(0.01, at + 0.3);
      tone.connect(loud).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    }
  }

  // Being near is told once, each call of the number is told.
  function wake(alert, words) {
    if (!alert || alert === alerted)
      return;
    if (alert !== "near" || !alerted) {
      byId("said").textContent = words;
      beep();
      if (navigator.vibrate && (!navigator.userActivation || navigator.userActivation.hasBeenActive))
        navigator.vibrate([300, 150, 300, 150, 300]);
    }
    alerted = alert;
  }

  async function renew() {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("queue");
    if (!answer.ok || !now || !now.dataset.state) {
      location.reload();
      return;
    }
    queue.innerHTML = now.innerHTML;
    queue.className = now.className;
    for (const name of ["version", "ahead", "alert"])
      queue.dataset[name] = now.dataset[name];
    const strong = queue.querySelector(".strong");
    document.title = strong ? strong.textContent : page.title;
    if (byId("ring") && !page.getElementById("ring"))
      byId("ring").hidden = true;
    wake(queue.dataset.alert, queue.firstElementChild.textContent);
  }

  async function ask() {
    try {
      const answer = await fetch(queue.dataset.state, { headers: { "If-None-Match": `"${queue.dataset.version}"` } });
      if (answer.status !== 304)
        await renew();
      last = new Date();
      line.remove();
    } catch (e) {
      line.textContent = queue.dataset.stale.replace("{t}", last.toTimeString().slice(0, 5));
      queue.append(line);
    }
    wait();
  }

  // A sound may only be made once the person has asked for it; the screen stays on then.
  async function ring(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    const Context = window.AudioContext || window.webkitAudioContext;
    button.setAttribute("aria-pressed", on);
    byId("said").textContent = on ? button.dataset.on : "";
    if (sound)
      sound.close();
    sound = on && Context ? new Context() : null;
    if (awake)
      awake.release();
    awake = on && navigator.wakeLock ? await navigator.wakeLock.request("screen").catch(() => null) : null;
  }

  if (queue && queue.dataset.state) {
    alerted = queue.dataset.alert;
    document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : ask());
    if (byId("ring")) {
      byId("ring").hidden = false;
      byId("ring").addEventListener("click", () => ring(byId("ring")));
    }
    wait();
  }

  /* -- Forms ------------------------------------------------------------------------ */

  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  // Keeps what is being written until it was sent: for this tab only.
  function keep(form) {
    const words = form.elements.comment, name = `words ${form.elements.case.value}`;
    if (!words)
      return () => {};
    try {
      words.value = words.value || sessionStorage.getItem(name) || "";
      words.addEventListener("input", () => sessionStorage.setItem(name, words.value));
    } catch (e) { /* no storage: nothing is kept */ }
    return () => sessionStorage.removeItem(name);
  }

  function say(form, words) {
    let place = form.querySelector(".sending");
    if (!place) {
      place = document.createElement("p");
      place.className = "sending warning";
      place.setAttribute("role", "status");
      form.append(place);
    }
    place.textContent = words;
    place.hidden = !words;
  }

  // The same body again after 2, 6 and 15 seconds: the server makes one rating of it. A
  // network that keeps silent is as good as none.
  async function send(form, body) {
    for (const seconds of [0, 2, 6, 15]) {
      const patience = new AbortController();
      if (seconds > 0) {
        say(form, form.dataset.sending);
        await pause(seconds);
      }
      const late = setTimeout(() => patience.abort(), 20000);
      try {
        return await fetch(form.action, { method: "POST", body, signal: patience.signal });
      } catch (e) {
        continue;
      } finally {
        clearTimeout(late);
      }
    }
    return null;
  }

  // What the server refused it says best on its own page: the form goes there as forms do.
  function leave(form, body) {
    const plain = document.createElement("form");
    plain.method = "post";
    plain.action = form.action;
    for (const [name, value] of body) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      plain.append(field);
    }
    document.body.append(plain);
    plain.submit();
  }

  function take(form) {
    const forget = keep(form), buttons = form.querySelectorAll("button");
    let pressed = null; // not every browser says so with the form
    form.addEventListener("click", (event) => { pressed = event.target.closest("button") || pressed; });
    form.addEventListener("submit", async (event) => {
      const body = new URLSearchParams(new FormData(form));
      event.preventDefault();
      if (pressed && pressed.name)
        body.set(pressed.name, pressed.value);
      for (const button of buttons)
        button.disabled = true;
      const answer = await send(form, body);
      if (answer && answer.ok) {
        forget();
        location.replace(answer.url);
      } else if (answer) {
        leave(form, body);
      } else {
        say(form, form.dataset.unsent);
        for (const button of buttons)
          button.disabled = false;
      }
    });
  }

  for (const form of document.querySelectorAll("form[data-sending]"))
    take(form);
})();
