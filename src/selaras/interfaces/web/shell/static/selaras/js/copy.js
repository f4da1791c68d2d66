// Buttons that copy the text of another element.
import { phrase } from "./phrases.js";
import { toast } from "./toast.js";

async function copy(place) {
  try {
    await navigator.clipboard.writeText(place.textContent);
    toast(phrase("copied"));
  } catch {
    // No clipboard without https: mark the text, so that the keyboard copies it.
    getSelection().selectAllChildren(place);
  }
}

export function startCopy() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(document.getElementById(button.dataset.copy));
  });
}
