// The frame: theme at once, menus that close, the phone's drawer.
function keepTheme() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[data-preference="theme"]');
    if (!button) return;
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    for (const other of document.querySelectorAll('button[data-preference="theme"]')) {
      other.setAttribute("aria-pressed", String(other.value === button.value));
    }
    const body = new FormData(button.form);
    body.set("theme", button.value);
    fetch(button.form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  });
}

function closeMenus() {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    }
  }, true);
}

function drawer() {
  const rail = document.querySelector("#rail");
  const opener = document.querySelector("[data-rail-toggle]");
  if (!rail || !opener) return;
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", "rail");
  const set = (open) => {
    rail.classList.toggle("is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    (open ? rail.querySelector("a") : opener).focus();
  };
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    set(!rail.classList.contains("is-open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && rail.classList.contains("is-open")) set(false);
  });
  document.addEventListener("click", (event) => {
    const outside = !rail.contains(event.target) && !opener.contains(event.target);
    if (outside && rail.classList.contains("is-open")) set(false);
  });
}

export function startFrame() {
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  document.querySelector("[data-focus]")?.focus();
  keepTheme();
  closeMenus();
  drawer();
}

/** Whether a key press belongs to a field and not to the page. */
export function isTyping(event) {
  return event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]") !== null
    || event.ctrlKey || event.metaKey || event.altKey;
}
