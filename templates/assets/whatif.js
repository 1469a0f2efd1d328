// The page of trials: a slider beside each weight, the sum while one types, and a button that
// says how much is missing. Without this the server says the same after the form is sent.
"use strict";
(function () {
  const form = document.getElementById("trial");
  if (!form)
    return;
  const inputs = [...form.querySelectorAll("input[name^='w.']")];
  const button = form.querySelector("button"), sum = document.getElementById("sum");
  const ready = button.textContent;

  // Whole hundredths, or NaN for what the server would refuse.
  const hundredths = (text) =>
    /^(0|[1-9]\d{0,2})(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : NaN;
  const said = (n) => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, "0")}`;

  function tell() {
    const all = inputs.reduce((n, input) => n + hundredths(input.value), 0), off = 10000 - all;
    sum.textContent = Number.isNaN(all) ? "?" : said(all);
    button.textContent = Number.isNaN(all) || off === 0 ? ready :
      form.dataset[off > 0 ? "missing" : "over"].replace("{n}", said(Math.abs(off)));
    button.disabled = off !== 0;
  }

  for (const input of inputs) {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 100, step: 0.01 });
    slider.setAttribute("aria-label",
      `${form.querySelector(`label[for="${CSS.escape(input.id)}"]`).textContent.trim()}: ${form.dataset.slider}`);
    const follow = () => {
      slider.value = input.value;
      slider.setAttribute("aria-valuetext", `${input.value} %`);
    };
    slider.addEventListener("input", () => {
      input.value = said(Math.round(Number(slider.value) * 100));
      follow();
      tell();
    });
    input.addEventListener("input", () => {
      follow();
      tell();
    });
    input.after(slider);
    follow();
  }
  tell();
})();
