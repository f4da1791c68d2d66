// Tables that are edited as a whole: add a row, take one out. Without this, rows are left empty instead.
const bodies = (root) => root.querySelector("tbody");

function clear(row) {
  for (const field of row.querySelectorAll("input, select, textarea")) {
    if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
  }
}

function add(table) {
  const rows = bodies(table).rows;
  const fresh = rows[rows.length - 1].cloneNode(true);
  clear(fresh);
  bodies(table).append(fresh);
  fresh.querySelector("input, select, textarea").focus();
}

function take(table, row) {
  if (bodies(table).rows.length === 1) clear(row);
  else row.remove();
  table.querySelector("[data-add]").focus();
}

export function startRows() {
  for (const button of document.querySelectorAll("[data-rows] button[hidden]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rows] button");
    if (!button) return;
    const table = button.closest("[data-rows]");
    if ("add" in button.dataset) add(table);
    else take(table, button.closest("tr"));
  });
}
