// A record that is open: new entries arrive, others are seen, drafts stay.
import { exchange, gather, read } from "./fresh.js";
import { announce, phrase } from "./phrases.js";
import { toast } from "./toast.js";

const QUIET = 300; // ms
const PRESENT = 15_000; // ms between two words that one is here
const record = () => document.querySelector("#record");

/** Add the entries that came since, exchange header and side, say who did it. */
function merge(fresh) {
  const here = record();
  const next = fresh.querySelector("#record");
  if (!here || !next || here.dataset.id !== next.dataset.id) return;
  const known = new Set([...here.querySelectorAll("[data-entry]")].map((entry) => entry.dataset.entry));
  const list = here.querySelector("#timeline");
  let last = null;
  for (const entry of next.querySelectorAll("[data-entry]")) {
    if (known.has(entry.dataset.entry)) continue;
    last = document.importNode(entry, true);
    list.append(last);
  }
  const by = last?.dataset.by;
  if (by && last.dataset.person !== document.body.dataset.me) {
    toast(phrase("changed", { name: by }));
    announce(phrase("changed", { name: by }));
  }
  exchange(fresh, ["record-head", "record-verbs", "record-side"]);
  // The version the forms hold stays as it was where something is typed: the server then says what came between.
  if (!here.querySelector("details.verb[open]")) {
    for (const field of here.querySelectorAll('input[name="seen"]')) field.value = next.dataset.version;
  }
  here.dataset.version = next.dataset.version;
}

function startPresence() {
  let typing = false;
  document.addEventListener("input", (event) => { typing ||= Boolean(event.target.closest("#record textarea")); });
  const say = async () => {
    const here = record();
    if (!here?.dataset.presence || document.hidden) return;
    const body = new FormData();
    body.set("typing", typing ? "1" : "");
    typing = false;
    const token = JSON.parse(document.body.getAttribute("hx-headers"));
    const answer = await fetch(here.dataset.presence, { method: "POST", body, headers: token }).catch(() => null);
    const line = here.querySelector("#presence");
    if (answer?.ok && line) line.innerHTML = await answer.text();
  };
  say();
  setInterval(say, PRESENT);
  document.addEventListener("record:shown", say);
}

export function startRecord() {
  const look = gather(async () => {
    const here = record();
    if (!here) return;
    const fresh = await read(here.dataset.address);
    if (fresh) merge(fresh);
  }, QUIET);
  document.addEventListener("live:record", (event) => {
    const here = record();
    const about = event.detail?.id;
    if (here && (!about || String(about) === here.dataset.id)) look();
  });
  document.addEventListener("live:resume", look);
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.('[data-draft]');
    if (field && !field.value.trim()) field.setAttribute("aria-invalid", "true");
  });
  startPresence();
}
