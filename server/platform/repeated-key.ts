interface Open {
  /** Keys so far; null in a list. */
  readonly keys: Set<string> | null;
  readonly at: string;
  index: number;
}

/**
 * Path of the first key that stands twice in one object of a JSON text, or null; `JSON.parse` takes the last of them without a
 * word, other readers the first. The text must be valid JSON, of a depth that was checked.
 */
export function findRepeatedKey(text: string): string | null {
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
