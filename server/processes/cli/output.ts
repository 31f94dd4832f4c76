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
  const widths = columns.map((column) => Math.max(heading(column).length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(columns.map(heading)), ...rows.map((row) => line(columns.map((column) => row[column] ?? "")))].join("\n");
}

/** `pauseMs` as PAUSE MS. */
const heading = (column: string): string => column.replace(/([A-Z])/g, " $1").toUpperCase();

/** What a person looks for first, by the field that tells the kind; everything is there with -o json. */
const COLUMNS: readonly (readonly [tell: string, columns: readonly string[]])[] = [
  ["steps", ["id", "component", "from", "to", "state", "step", "waitingFor", "pauseMs", "createdAt"]],
  ["restarts", ["name", "component", "dataCenter", "state", "epoch", "restarts", "pid", "startedAt"]],
  ["silence", ["id", "severity", "message", "since", "plan", "silence"]],
  ["previousHash", ["seq", "at", "actor", "action", "object", "reason"]],
];

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
  const columns = COLUMNS.find(([tell]) => tell in item)?.[1];
  const entries = columns
    ? columns.map((column) => [column, (item as Record<string, unknown>)[column]] as const)
    : Object.entries(item).filter(([, value]) => isPlain(value));
  return Object.fromEntries(entries.map(([key, value]) => [key, text(value)]));
}

const isPlain = (value: unknown): boolean =>
  typeof value !== "object" || value === null || (Array.isArray(value) && value.every((inner) => typeof inner === "string"));

/** Of an object, its name, code or id stands for it. */
function text(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(text).join(",");
  if (typeof value !== "object") return JSON.stringify(value);
  const { name, code, id } = value as Readonly<Record<string, unknown>>;
  const [named] = [name, code, id].filter((part) => part !== undefined);
  return named === undefined ? JSON.stringify(value) : text(named);
}
