// The queue: keys, selection, a record beside the list, and live rows that never move the one under the cursor.
import { exchange, gather, read } from "./fresh.js";
import { isTyping } from "./frame.js";
import { announce, phrase } from "./phrases.js";
import { startPane } from "./pane.js";

const QUIET = 400; // ms without news before the list is read again
const rows = () => [...document.querySelectorAll("#rows [data-row]")];
let waiting = null; // the newer list, as a document, until somebody asks for it

function current() {
  return document.activeElement?.closest?.("[data-row]") ?? document.querySelector("#rows .is-open");
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  next.querySelector(".row-link").focus();
  next.scrollIntoView({ block: "nearest" });
}

function countChosen() {
  const n = document.querySelectorAll("#rows input:checked").length;
  document.querySelector(".bulk-count").textContent = n ? phrase("chosen", { n }) : "";
}

function choose(row) {
  const box = row?.querySelector('input[type="checkbox"]');
  if (!box) return;
  box.checked = !box.checked;
  countChosen();
}

/** Press the button of the bar that has this key, for those chosen or else for the row under the cursor. */
function press(event) {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && /^[a-z]$/.test(event.key);
  const button = plain && document.querySelector(`#bulk-bar [data-key="${event.key}"]`);
  if (!button) return false;
  if (!document.querySelector("#rows input:checked")) choose(current());
  if (document.querySelector("#rows input:checked")) button.click();
  return true;
}

function keys(event, pane) {
  if (isTyping(event) && event.target.type !== "checkbox") return;
  if (event.key === "j" || event.key === "ArrowDown") move(1);
  else if (event.key === "k" || event.key === "ArrowUp") move(-1);
  else if (event.key === "x") choose(current());
  else if (press(event)) { /* done by the button */ }
  else if (event.key === "Escape" && pane.isOpen()) pane.close();
  else return;
  event.preventDefault();
}

/** Replace rows that changed, leave those in place that no longer belong, count those that are new. */
function merge(fresh) {
  const here = new Map(rows().map((row) => [row.id, row]));
  const there = new Map([...fresh.querySelectorAll("#rows [data-row]")].map((row) => [row.id, row]));
  for (const [id, row] of here) {
    const next = there.get(id);
    row.classList.toggle("is-gone", !next);
    if (!next || next.dataset.version === row.dataset.version) continue;
    replaceRow(row, document.importNode(next, true));
  }
  const added = [...there.keys()].filter((id) => !here.has(id)).length;
  waiting = added ? fresh : null;
  const button = document.querySelector("#fresh");
  button.hidden = !added;
  button.querySelector("span").textContent = phrase("fresh", { n: added });
  if (added) announce(phrase("fresh", { n: added }));
  exchange(fresh, ["views", "strip", "trend"]);
}

function replaceRow(row, next) {
  const focused = row.contains(document.activeElement) ? document.activeElement.className : null;
  const chosen = row.querySelector("input:checked") !== null;
  next.classList.toggle("is-open", row.classList.contains("is-open"));
  next.classList.add("is-changed");
  const box = next.querySelector('input[type="checkbox"]');
  if (box) box.checked = chosen;
  row.replaceWith(next);
  if (focused) next.querySelector(focused === "row-link" ? ".row-link" : "input")?.focus();
}

function showFresh() {
  if (!waiting) return;
  const place = document.querySelector("#rows");
  place.replaceChildren(...[...waiting.querySelector("#rows").childNodes].map((node) => document.importNode(node, true)));
  waiting = null;
  document.querySelector("#fresh").hidden = true;
  rows()[0]?.querySelector(".row-link").focus();
}

export function startQueue() {
  const pane = startPane();
  const look = gather(async () => {
    const fresh = await read();
    if (fresh?.querySelector("#rows")) merge(fresh);
  }, QUIET);
  document.addEventListener("keydown", (event) => keys(event, pane));
  document.addEventListener("change", (event) => { if (event.target.matches("#rows input")) countChosen(); });
  document.querySelector("#fresh").addEventListener("click", showFresh);
  document.querySelector("[data-bulk-clear]")?.addEventListener("click", () => {
    for (const box of document.querySelectorAll("#rows input:checked")) box.checked = false;
    countChosen();
  });
  // Another list than the one the newer rows were read for.
  document.body.addEventListener("htmx:afterSwap", () => {
    waiting = null;
    document.querySelector("#fresh").hidden = true;
  });
  const kind = document.querySelector("#console") ? "live:alert" : "live:record";
  for (const name of [kind, "live:resume", "live:views"]) document.addEventListener(name, look);
}
