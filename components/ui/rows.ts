"use client";

/** Rows of lists by keys: whatever table or list a page shows, its rows can be walked, opened and marked. */

const ROWS = "main tbody tr, main [data-row]";
const OPENS = "a[href], button:not(:disabled)";

/** What opens the row, or the row itself where nothing does. */
function handleOf(row: HTMLElement): HTMLElement {
  const inside = row.matches(OPENS) ? row : row.querySelector<HTMLElement>(OPENS);
  if (inside) return inside;
  row.tabIndex = -1;
  return row;
}

const isShown = (row: HTMLElement): boolean => row.offsetParent !== null && row.closest("dialog, [role=grid]") === null;

/** Focus goes `step` rows on, to the first one from outside; false where there is no row. */
export function walkRows(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter(isShown);
  if (rows.length === 0) return false;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, here + step))];
  if (!next) return false;
  handleOf(next).focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** Marks the row that has the focus, where rows can be marked. */
export function markRow(): boolean {
  const row = document.activeElement?.closest<HTMLElement>("tr, [data-row]");
  const box = row?.querySelector<HTMLInputElement>("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}
