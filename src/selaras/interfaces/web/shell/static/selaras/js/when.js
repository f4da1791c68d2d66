// Keeps relative times and time-left bars true while the page stays open.
import { phrase } from "./phrases.js";

const EVERY = 30_000; // ms

function amount(seconds, language) {
  const [n, unit] = seconds < 3570 ? [Math.max(1, Math.round(seconds / 60)), "minute"]
    : seconds < 81_000 ? [Math.max(1, Math.round(seconds / 3600)), "hour"]
      : [Math.max(1, Math.round(seconds / 86_400)), "day"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(n);
}

function refresh() {
  const language = document.documentElement.lang;
  for (const time of document.querySelectorAll("time[data-when]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const span = Math.abs(seconds);
    if (span >= 7 * 86_400) continue;
    const text = span < 45 ? phrase("now") : phrase(seconds > 0 ? "ago" : "in", { time: amount(span, language) });
    if (text && time.textContent !== text) time.textContent = text;
  }
}

export function startTimes() {
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
