import { toCsv } from "./download.ts";

type Cell = string | number | boolean | null;

/** `{status: {state: "ready"}, tags: ["a", "b"]}` → `{"status.state": "ready", tags: "a b"}`: what a spreadsheet can hold. */
export function flatten(value: object, prefix = ""): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, Cell][] => {
      const name = prefix === "" ? key : `${prefix}.${key}`;
      if (inner === undefined || typeof inner === "function") return [];
      if (inner === null || typeof inner !== "object") return [[name, inner as Cell]];
      if (!Array.isArray(inner)) return Object.entries(flatten(inner, name));
      const isPlain = inner.every((entry) => typeof entry !== "object" || entry === null);
      return [[name, isPlain ? inner.join(" ") : JSON.stringify(inner)]];
    }),
  );
}

/** A column stands where any row has it, in the order in which rows bring them; an unknown field is empty. */
export function rowsToCsv(rows: readonly object[]): string {
  const flat = rows.map((row) => flatten(row));
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  return columns.length === 0 ? "" : toCsv([columns, ...flat.map((row) => columns.map((column) => row[column]))]);
}

export const rowsToJson = (rows: readonly object[]): string => `${JSON.stringify(rows, null, 2)}\n`;

/** A call of the HTTP API as a shell takes it; key and server are the reader's own. */
export const curlOf = (path: string): string =>
  `curl -H "Authorization: Bearer $GEOSTITCH_API_KEY" "$GEOSTITCH_SERVER/api/v1${path}"`;
