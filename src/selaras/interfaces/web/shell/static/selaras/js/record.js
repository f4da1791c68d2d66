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
  exchange(fresh, ["record-head", "record-verbs", "record-acts", "record-side"]);
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

/** Call `look` again after what was sent from here is answered; tells how many were sent and whether one is under way. */
function watchOwn(look) {
  const own = { sent: 0, open: 0 };
  const counts = (change) => (event) => {
    if (event.detail.target?.id !== "record") return;
    own.open += change;
    if (change > 0) own.sent += 1;
    else look();
  };
  document.body.addEventListener("htmx:beforeRequest", counts(1));
  document.body.addEventListener("htmx:afterRequest", counts(-1));
  return own;
}

export function startRecord() {
  // The answer to what one sent draws the record whole: a look beside it would show the outcome first, and the answer
  // then close the form that somebody quick has opened; a look begun before it would show what was.
  const look = gather(async () => {
    const here = record();
    if (!here || own.open) return;
    const { sent } = own;
    const fresh = await read(here.dataset.address);
    if (fresh && sent === own.sent) merge(fresh);
  }, QUIET);
  const own = watchOwn(look);
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
  // The form of a move comes below its button, where the page may end.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    event.target.closest?.("details.verb")?.scrollIntoView({ block: "nearest" });
  });
  startPresence();
}
