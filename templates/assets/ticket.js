// Asks for the ticket's state and takes over the page's new middle when it changed.
// Without this script the page reloads itself every 20 seconds.
"use strict";
(function () {
  let tag = null, timer = 0, ahead = 4, last = new Date();
  const line = document.createElement("p");

  function box() {
    return document.getElementById("queue");
  }

  function wait() {
    clearTimeout(timer);
    if (!document.hidden)
      timer = setTimeout(ask, ahead > 10 ? 30000 : ahead <= 3 ? 5000 : 10000);
  }

  async function renew() {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("queue");

    if (!answer.ok || !now || !box()) {
      location.reload();
      return;
    }
    const before = box().textContent;
    if (now.textContent !== before) {
      const strong = now.querySelector(".strong");
      if (strong && !before.includes(strong.textContent) && navigator.vibrate &&
          navigator.userActivation && navigator.userActivation.hasBeenActive)
        navigator.vibrate([200, 100, 200]);
      box().innerHTML = now.innerHTML;
      document.title = strong ? strong.textContent : page.title;
    }
  }

  async function ask() {
    try {
      const answer = await fetch(box().dataset.state, tag ? { headers: { "If-None-Match": tag } } : {});
      last = new Date();
      line.remove();
      if (answer.status === 200) {
        const state = await answer.json();
        ahead = state.ahead;
        if (tag)
          await renew();
        tag = answer.headers.get("ETag");
      }
    } catch (e) {
      line.textContent = box().dataset.stale.replace("{t}", last.toTimeString().slice(0, 5));
      box().append(line);
    }
    wait();
  }

  document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : ask());
  ask();
})();
