// Reads the page again in the background and hands back its new parts: the server draws, the page only exchanges.

let pressed = false;
document.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { pressed = false; }, true);

/** The page at `address` as a document, or null if it could not be had. */
export async function read(address = location.href) {
  const answer = await fetch(address, { headers: { "X-Selaras-Live": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const text = await answer.text();
  if (pressed) await released();
  return new DOMParser().parseFromString(text, "text/html");
}

/** What is exchanged under a pressed button takes the click with it: wait until the click is over. */
function released() {
  return new Promise((done) => {
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(done), { once: true });
  });
}

/** Exchange the elements with these ids, except one that holds the focus or an open form, there or on its way. */
export function exchange(fresh, ids) {
  for (const id of ids) {
    const old = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (!old || !next || old.innerHTML === next.innerHTML) continue;
    if (old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) continue;
    if (old.querySelector("details[open] form, details[open] > [hx-get]")) continue;
    const added = document.importNode(next, true);
    old.replaceWith(added);
    window.htmx?.process(added);
  }
}

/** Call `work` once, `wait` ms after the last of many calls, and at the latest 1 s after the first. */
export function gather(work, wait) {
  let timer;
  let first = 0;
  return (...args) => {
    clearTimeout(timer);
    first ||= Date.now();
    timer = setTimeout(() => { first = 0; work(...args); }, Math.min(wait, Math.max(0, first + 1000 - Date.now())));
  };
}
