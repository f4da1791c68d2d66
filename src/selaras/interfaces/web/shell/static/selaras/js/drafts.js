// Text that was not sent is kept in this browser, a record and a field at a time, until it is sent.
import { phrase } from "./phrases.js";

const AGE = 14 * 86_400_000; // ms; older drafts are thrown away
const key = (field) => `selaras:draft:${document.body.dataset.me}:${field.dataset.draft}`;

function restore(field) {
  const kept = JSON.parse(localStorage.getItem(key(field)) ?? "null");
  if (!kept || field.value || Date.now() - kept.at > AGE) return;
  field.value = kept.text;
  const note = document.createElement("p");
  note.className = "field-help";
  note.textContent = phrase("draft");
  field.after(note);
}

function keep(field) {
  if (field.value.trim()) localStorage.setItem(key(field), JSON.stringify({ text: field.value, at: Date.now() }));
  else localStorage.removeItem(key(field));
}

export function startDrafts() {
  const all = (root) => root.querySelectorAll?.("[data-draft]") ?? [];
  for (const field of all(document)) restore(field);
  document.addEventListener("input", (event) => { if (event.target.matches("[data-draft]")) keep(event.target); });
  document.addEventListener("submit", (event) => {
    for (const field of all(event.target)) {
      field.dataset.sent = field.value;
      localStorage.removeItem(key(field));
    }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => { for (const field of all(event.target)) restore(field); });
  document.body.addEventListener("htmx:sendError", (event) => { for (const field of all(event.target)) keep(field); });
}
