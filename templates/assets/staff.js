// Keys for staff: j and k go through a list, Enter opens, / searches, ? tells them all. On a
// work order a letter opens its form. Everything can be done without them, and they can be
// switched off (WCAG 2.1.4). Keys are read by their place, since Chinese input methods
// swallow letters.
"use strict";
(function () {
  const box = document.getElementById("keys");
  if (document.querySelector("[data-again]")) // something is being made: look again
    setTimeout(() => location.reload(), 1000);

  // Weights of a scheme are added up while they are typed; the server adds them itself.
  const sum = document.getElementById("weights-sum");
  if (sum) {
    const add = () => {
      let hundredths = 0;
      for (const field of sum.form.elements)
        if (/^w_/.test(field.name) ? field.value.trim() !== ""
            : /^n\d_weight$/.test(field.name) && sum.form.elements[field.name.replace("weight", "code")].value.trim() !== "")
          hundredths += /^\d{1,3}(\.\d{1,2})?$/.test(field.value.trim()) ? Math.round(field.value * 100) : NaN;
      sum.value = Number.isNaN(hundredths) ? "?" : (hundredths / 100).toFixed(2);
    };
    sum.form.addEventListener("input", add);
    sum.parentElement.hidden = false;
    add();
  }

  const list = () => [...document.querySelectorAll("tbody th a")];
  let second = "";

  function on(value) {
    try {
      if (value !== undefined)
        localStorage.setItem("staff keys", value ? "on" : "off");
      return (localStorage.getItem("staff keys") ?? "on") === "on";
    } catch (e) { /* a private window: on until the page goes */
      return true;
    }
  }

  function move(by) {
    const links = list(), at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next) {
      next.focus();
      next.closest("tr").scrollIntoView({ block: "nearest" });
    }
  }

  // A form that stands behind this letter opens, and its first field waits.
  function open(code) {
    const form = document.querySelector(`details[data-key="${code}"]`);
    if (!form)
      return false;
    form.open = true;
    form.scrollIntoView({ block: "nearest" });
    (form.querySelector("select, textarea, button") ?? form).focus();
    return true;
  }

  function copy() {
    const number = document.querySelector("[data-copy]");
    if (number && navigator.clipboard)
      navigator.clipboard.writeText(number.dataset.copy);
    return number !== null;
  }

  function go(code) {
    const to = { KeyD: "/reviews?view=due", KeyO: "/reviews?view=open", KeyR: "/ratings" }[code];
    if (to)
      location.href = to;
  }

  function search() {
    const field = document.querySelector("input[name=q]");
    if (field)
      field.select();
    else
      location.href = "/search";
    return true;
  }

  const acts = {
    KeyJ: () => move(1), KeyK: () => move(-1), Slash: search, Period: copy,
    KeyG: () => { second = "g"; setTimeout(() => { second = ""; }, 1500); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing)
      return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea"))
      return;
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
      box.open = !box.open;
      box.querySelector("summary").focus();
      event.preventDefault();
      return;
    }
    if (!on())
      return;
    if (second === "g") {
      second = "";
      return go(event.code);
    }
    if (acts[event.code] ? acts[event.code]() !== false : open(event.code))
      event.preventDefault();
  });

  // What is being made elsewhere is looked at again by itself.
  if (document.querySelector("[data-again]"))
    setTimeout(() => location.reload(), 2000);

  if (box) {
    const choice = box.querySelector("input");
    box.hidden = false;
    choice.checked = on();
    choice.addEventListener("change", () => on(choice.checked));
  }
})();
