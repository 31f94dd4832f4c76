interface Open {
  /** Keys so far; null in a list. */
  readonly keys: Set<string> | null;
  readonly at: string;
  index: number;
}

/**
 * Path of the first key that stands twice in one object of a JSON text, or null; `JSON.parse` takes the last of them without a
 * word, other readers the first. `value` is what the text was parsed to, of a depth that was checked.
 */
export function findRepeatedKey(text: string, value: unknown): string | null {
  return keysIn(value) === colonsIn(text) ? null : pathOfRepeated(text);
}

function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return inner.reduce<number>((sum, entry) => sum + keysIn(entry), Array.isArray(value) ? 0 : inner.length);
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** Outside of strings each stands behind a key: counting them is cheap, and tells whether there is anything to look for. */
function colonsIn(text: string): number {
  let colons = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (isInString && code === BACKSLASH) at += 1;
    else if (!isInString && code === COLON) colons += 1;
  }
  return colons;
}

function pathOfRepeated(text: string): string | null {
  const open: Open[] = [];
  let key = "";
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  let before = "";
  for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
    const [token] = found;
    const inside = open.at(-1);
    if (token === "{" || token === "[") {
      const at = inside ? pathOf(inside, key) : "";
      open.push({ keys: token === "{" ? new Set() : null, at, index: 0 });
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ",") {
      if (inside) inside.index += 1;
    } else if (token !== ":" && inside?.keys && (before === "{" || before === ",")) {
      key = token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
      if (inside.keys.has(key)) return pathOf(inside, key);
      inside.keys.add(key);
    }
    before = token;
  }
  return null;
}

function pathOf({ keys, at, index }: Open, key: string): string {
  if (keys === null) return `${at}[${index}]`;
  return at === "" ? key : `${at}.${key}`;
}
