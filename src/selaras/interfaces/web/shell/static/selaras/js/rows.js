// Tables that are edited as a whole: add a row, take one out. Without this, rows are left empty instead.
// And minutes, said in words while they are typed.
import { phrase } from "./phrases.js";

const bodies = (root) => root.querySelector("tbody");

function clear(row) {
  for (const field of row.querySelectorAll("input, select, textarea")) {
    if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
  }
  for (const words of row.querySelectorAll("[data-words]")) words.textContent = "";
}

function add(table) {
  const rows = bodies(table).rows;
  const fresh = rows[rows.length - 1].cloneNode(true);
  clear(fresh);
  bodies(table).append(fresh);
  fresh.querySelector("input, select, textarea").focus();
}

function take(table, row) {
  if (bodies(table).rows.length === 1) clear(row);
  else row.remove();
  table.querySelector("[data-add]").focus();
}

function inWords(field) {
  const minutes = /^\d{1,8}$/.test(field.value) ? Number(field.value) : 0;
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = [[days, "days"], [days < 10 ? hours : 0, "hours"], [days ? 0 : rest, "minutes"]];
  return parts.filter(([n]) => n).map(([n, unit]) => phrase(unit, { n })).join(" ");
}

export function startRows() {
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-minutes]");
    if (field) field.parentElement.querySelector("[data-words]").textContent = inWords(field);
  });
  for (const button of document.querySelectorAll("[data-rows] button[hidden]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rows] button");
    if (!button) return;
    const table = button.closest("[data-rows]");
    if ("add" in button.dataset) add(table);
    else take(table, button.closest("tr"));
  });
}
