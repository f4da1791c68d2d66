// One stream of changes a page. Each message becomes a `live:<kind>` event on the document; pages decide what to do.
import { phrase } from "./phrases.js";
import { toast } from "./toast.js";

const GRACE = 4000; // ms without a stream before the page says so

let source;
let warn;

function cut(is) {
  clearTimeout(warn);
  const line = document.querySelector("#live-off");
  if (!line) return;
  if (!is) line.hidden = true;
  else warn = setTimeout(() => { line.hidden = false; }, GRACE);
}

function open(address) {
  source = new EventSource(address);
  source.addEventListener("open", () => {
    cut(false);
    document.documentElement.dataset.liveState = "open";
  });
  source.addEventListener("error", () => {
    document.documentElement.dataset.liveState = "cut";
    cut(true);
  });
  source.addEventListener("record", (event) => {
    document.dispatchEvent(new CustomEvent("live:record", { detail: JSON.parse(event.data) }));
  });
  source.addEventListener("alert", (event) => {
    document.dispatchEvent(new CustomEvent("live:alert", { detail: JSON.parse(event.data) }));
  });
  for (const kind of ["duty", "operations"]) {
    source.addEventListener(kind, () => document.dispatchEvent(new CustomEvent(`live:${kind}`)));
  }
  source.addEventListener("presence", (event) => {
    document.dispatchEvent(new CustomEvent("live:presence", { detail: JSON.parse(event.data) }));
  });
  source.addEventListener("resume", () => document.dispatchEvent(new CustomEvent("live:resume")));
  source.addEventListener("reload", () => {
    document.dispatchEvent(new CustomEvent("live:reload"));
    toast(phrase("reload"));
  });
}

export function startLive() {
  const address = document.body.dataset.live;
  if (!address || !("EventSource" in window)) return;
  open(address);
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(address); });
}
