// Copies the browser files that Selaras ships from node_modules, with their licences and sha256,
// and draws the icon sprite from the names in icons.txt. Run by `npm ci && npm run vendor`;
// what it writes is committed, so users and tests need no Node.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const modules = join(root, "node_modules");
const shipped = join(root, "src/selaras/interfaces/web/shell/static/vendor");
const forTests = join(root, "tests/vendor");

const files = [
  [shipped, "htmx/htmx.min.js", "htmx.org/dist/htmx.min.js"],
  [shipped, "htmx/LICENSE", "htmx.org/LICENSE"],
  [shipped, "uplot/uPlot.esm.js", "uplot/dist/uPlot.esm.js"],
  [shipped, "uplot/uPlot.min.css", "uplot/dist/uPlot.min.css"],
  [shipped, "uplot/LICENSE", "uplot/LICENSE"],
  [shipped, "icons/LICENSE", "@tabler/icons/LICENSE"],
  [forTests, "axe/axe.min.js", "axe-core/axe.min.js"],
  [forTests, "axe/LICENSE", "axe-core/LICENSE"],
];

const sums = new Map();

function put(base, name, body) {
  const target = join(base, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, body);
  const lines = sums.get(base) ?? [];
  lines.push(`${createHash("sha256").update(body).digest("hex")}  ${name}`);
  sums.set(base, lines);
}

function symbol(name) {
  const source = readFileSync(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const shapes = source
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .split("\n").map((line) => line.trim()).join("");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

for (const [base, name, source] of files) put(base, name, readFileSync(join(modules, source)));
const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean);
put(shipped, "icons/sprite.svg",
  `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join("\n")}\n</svg>\n`);
for (const [base, lines] of sums) writeFileSync(join(base, "SHA256SUMS"), `${lines.sort().join("\n")}\n`);
