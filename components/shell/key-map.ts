/** Every key that the console takes: what acts on them and what the help shows are the same list. */

export interface Page {
  readonly key: string;
  readonly href: string;
  readonly label: string;
}

/** Behind `g`. */
export const PAGES: readonly Page[] = [
  { key: "m", href: "/", label: "Map" },
  { key: "c", href: "/components", label: "Components" },
  { key: "d", href: "/data-centers", label: "Data centres" },
  { key: "u", href: "/users", label: "Users & traffic" },
  { key: "p", href: "/plans", label: "Plans" },
  { key: "r", href: "/migrations", label: "Migrations" },
  { key: "w", href: "/policy", label: "Policy" },
  { key: "n", href: "/routing", label: "Routing" },
  { key: "o", href: "/connectivity", label: "Connectivity" },
  { key: "l", href: "/alerts", label: "Alerts" },
  { key: "a", href: "/audit", label: "Audit" },
  { key: "s", href: "/settings", label: "Settings" },
];

export interface Shortcut {
  readonly keys: string;
  readonly what: string;
  /** Where it counts: everywhere, or on these pages alone. */
  readonly on: string;
}

export const EVERYWHERE = "Everywhere";

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: "Ctrl K", what: "Search, or run a command", on: EVERYWHERE },
  { keys: "/", what: "Filter the list", on: EVERYWHERE },
  { keys: "j", what: "Next row", on: EVERYWHERE },
  { keys: "k", what: "Row before", on: EVERYWHERE },
  { keys: "Enter", what: "Open the row", on: EVERYWHERE },
  { keys: "x", what: "Mark the row", on: EVERYWHERE },
  { keys: "Escape", what: "Back: out of a dialog, a selection, an object", on: EVERYWHERE },
  { keys: ".", what: "Live: back to now, everything read again", on: EVERYWHERE },
  { keys: ",", what: "Replay what happened, or hold the replay", on: EVERYWHERE },
  { keys: "u", what: "Times in UTC, or local", on: EVERYWHERE },
  { keys: "Shift F", what: "Freeze new moves, or end the freeze", on: EVERYWHERE },
  { keys: "[", what: "Open or collapse the rail", on: EVERYWHERE },
  { keys: "?", what: "This help", on: EVERYWHERE },
  { keys: "v", what: "Map or matrix as a table", on: "Map, users, connectivity, routing" },
  { keys: "a", what: "Approve", on: "Plan" },
  { keys: "r", what: "Reject", on: "Plan" },
  { keys: "s", what: "Silence the alert", on: "Alerts" },
  ...PAGES.map(({ key, label }) => ({ keys: `g ${key}`, what: label, on: EVERYWHERE })),
];

/** Where Escape leads from an object: to the list that it stands in. */
export function aboveOf(path: string): string | null {
  const [first, ...rest] = path.split("/").filter((part) => part !== "");
  return first !== undefined && rest.length > 0 ? `/${first}` : null;
}
