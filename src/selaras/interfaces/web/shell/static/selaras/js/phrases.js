// What scripts say, in the reader's language: filled from the page, so that no script holds a sentence.
const known = new Map();
for (const part of document.querySelector("#phrases")?.content.querySelectorAll("[data-k]") ?? []) {
  known.set(part.dataset.k, part.textContent);
}

/** The phrase `key` with `%(name)s` filled in. */
export function phrase(key, params = {}) {
  return (known.get(key) ?? "").replace(/%\((\w+)\)s/g, (_, name) => params[name] ?? "");
}

/** Tell people who do not see the change, politely. */
export function announce(text) {
  const place = document.querySelector("#announce");
  if (place) place.textContent = text;
}
