// One field that searches and commands: Ctrl-K or `/`. Commands are links on the page; records are asked of the server.
import { isTyping } from "./frame.js";
import { announce, phrase } from "./phrases.js";

const WAIT = 120; // ms after the last key, before the server is asked

const box = document.querySelector("#palette");
const field = document.querySelector("#palette-input");
const found = document.querySelector("#palette-found");
let asked = 0;
let timer;

const options = () => [...box.querySelectorAll('[role="option"]:not([hidden])')];

function choose(option) {
  for (const other of box.querySelectorAll('[aria-selected="true"]')) other.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function step(by) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(at + by + all.length) % all.length]);
}

function narrowCommands(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const option of box.querySelectorAll('#palette-commands [role="option"]')) {
    option.hidden = !words.every((word) => option.textContent.toLowerCase().includes(word));
  }
}

async function askServer(text) {
  const mine = ++asked;
  if (text.trim().length < 2) {
    found.replaceChildren();
    return;
  }
  const answer = await fetch(`${box.dataset.search}?q=${encodeURIComponent(text)}`).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  found.innerHTML = await answer.text();
  choose(options()[0]);
  if (!options().length) announce(phrase("nothing"));
}

function typed() {
  narrowCommands(field.value);
  choose(options()[0]);
  clearTimeout(timer);
  timer = setTimeout(() => askServer(field.value), WAIT);
}

function open(text = "") {
  if (box.open) return;
  box.showModal();
  field.value = text;
  typed();
}

function keys(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    box.querySelector('[aria-selected="true"]')?.click();
  }
}

export function startPalette() {
  if (!box) return;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    } else if (event.key === "/" && !isTyping(event)) {
      event.preventDefault();
      open();
    }
  });
  field.addEventListener("input", typed);
  field.addEventListener("keydown", keys);
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
}
