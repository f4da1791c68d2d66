// Pages that only show: the parts named in data-refresh are read again when something changes, from the page's own
// address or, where that one answers posts, from data-refresh-from.
import { exchange, gather, read } from "./fresh.js";

const QUIET = 800; // ms

export function startRefresh() {
  const place = document.querySelector("[data-refresh]");
  const look = gather(async () => {
    const fresh = await read(place.dataset.refreshFrom);
    if (fresh) exchange(fresh, place.dataset.refresh.split(" "));
  }, QUIET);
  const names = ["live:record", "live:alert", "live:duty", "live:operations", "live:resume"];
  for (const name of names) document.addEventListener(name, look);
}
