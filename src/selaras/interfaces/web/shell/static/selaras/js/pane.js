// A record beside the list, on screens wide enough; elsewhere a link is a link.
import { read } from "./fresh.js";

const WIDE = matchMedia("(width >= 1200px)");

export function startPane() {
  const frame = document.querySelector("[data-queue]");
  const pane = document.querySelector("#beside");
  let from = null; // the row that is open

  const isOpen = () => frame.classList.contains("is-open");

  async function open(link) {
    const fresh = await read(link.dataset.beside ?? link.href);
    const record = fresh?.querySelector("#record, [data-beside]:not(a)");
    if (!record) {
      location.assign(link.href);
      return;
    }
    from?.classList.remove("is-open");
    from = link.closest("[data-row]");
    from.classList.add("is-open");
    pane.replaceChildren(document.importNode(record, true));
    pane.hidden = false;
    frame.classList.add("is-open");
    pane.scrollTop = 0;
    window.htmx?.process(pane);
    document.dispatchEvent(new CustomEvent("record:shown"));
    from.scrollIntoView({ block: "nearest" });
  }

  function close() {
    frame.classList.remove("is-open");
    pane.hidden = true;
    pane.replaceChildren();
    const row = from && document.getElementById(from.id);
    row?.classList.remove("is-open");
    row?.querySelector(".row-link").focus();
    from = null;
  }

  frame.addEventListener("click", (event) => {
    const link = event.target.closest(".row-link");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (event.target.closest("[data-pane-close]")) {
      event.preventDefault();
      close();
    } else if (link && plain && WIDE.matches) {
      event.preventDefault();
      open(link);
    }
  });
  return { isOpen, close };
}
