// Short messages at the foot of the page; they leave by themselves unless somebody is on them.
import { phrase } from "./phrases.js";

const STAYS = 8000; // ms

function leaveLater(toast) {
  let timer = setTimeout(() => toast.remove(), STAYS);
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["mouseleave", "focusout"]) {
    toast.addEventListener(name, () => { timer = setTimeout(() => toast.remove(), STAYS); });
  }
}

/** Show `text`; tone "harm" for what failed. */
export function toast(text, tone = "plain") {
  const shown = document.createElement("div");
  shown.className = "toast";
  shown.dataset.tone = tone;
  shown.textContent = text;
  document.querySelector("#toasts")?.append(shown);
  leaveLater(shown);
}

export function startToasts() {
  const place = document.querySelector("#toasts");
  if (!place) return;
  const adopt = () => {
    for (const shown of place.querySelectorAll("[data-toast]:not([data-adopted])")) {
      shown.dataset.adopted = "";
      leaveLater(shown);
    }
  };
  adopt();
  document.body.addEventListener("htmx:afterSwap", adopt);
  document.body.addEventListener("htmx:oobAfterSwap", adopt);
  document.body.addEventListener("selaras:toast", (event) => toast(event.detail.text, event.detail.tone));
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, () => toast(phrase("failed"), "harm"));
  document.body.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Trigger")) toast(phrase("failed"), "harm");
  });
}
