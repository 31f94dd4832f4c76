import { stringify } from "yaml";

export type Format = "json" | "yaml" | "table";

/** Prints a value as asked; a table shows the facts that a person looks for first. */
export function print(value: unknown, format: Format): void {
  if (format === "json") console.log(JSON.stringify(value, null, 2));
  else if (format === "yaml") console.log(stringify(value).trimEnd());
  else console.log(table(Array.isArray(value) ? value : [value]));
}

type Row = Record<string, string>;

function table(items: readonly unknown[]): string {
  const rows = items.map(rowOf);
  const [first] = rows;
  if (!first) return "nothing";
  const columns = Object.keys(first);
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    line(columns.map((column) => column.toUpperCase())),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
  ].join("\n");
}

interface Manifest {
  readonly kind?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Manifests as name and state; everything else by its plain fields. */
function rowOf(item: unknown): Row {
  if (typeof item !== "object" || item === null) return { value: String(item) };
  const { kind, metadata, status } = item as Manifest;
  if (kind !== undefined && metadata) {
    const { application, name, from, to, generation } = metadata;
    const title =
      application !== undefined
        ? `${text(application)}/${text(name)}`
        : from !== undefined
          ? `${text(from)}/${text(to)}`
          : text(name);
    const placements = (status?.["placements"] ?? []) as { dataCenter: string }[];
    const where = placements.length > 0 ? { in: placements.map((placement) => placement.dataCenter).join(",") } : {};
    return { name: title, generation: text(generation), ...(status ? { state: text(status["state"]) } : {}), ...where };
  }
  return Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => typeof value !== "object" || value === null)
      .map(([key, value]) => [key, text(value)]),
  );
}

const text = (value: unknown): string =>
  value === null || value === undefined ? "-" : typeof value === "string" ? value : JSON.stringify(value);
