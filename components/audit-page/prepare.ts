import { diff } from "../../server/component-registry/domain/diff.ts";
import type { AppRouter } from "../../server/api/root.ts";
import type { inferRouterOutputs } from "@trpc/server";

type Outputs = inferRouterOutputs<AppRouter>["audit"];
export type AuditEntry = Outputs["list"]["items"][number];
export type AuditVerdict = Outputs["verify"];

export interface ValueChange {
  readonly path: string;
  /** Null: there was none, or there is none any more. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What an entry changed, leaf by leaf, as it reads. */
export function changesOf({ before, after }: Pick<AuditEntry, "before" | "after">): readonly ValueChange[] {
  return diff(before ?? null, after ?? null).map((change) => ({
    path: change.path === "" ? "(all)" : change.path,
    before: valueText(change.before),
    after: valueText(change.after),
  }));
}

function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value, null, typeof value === "object" ? 1 : 0);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  edited: "was edited: what it says is not what was written",
  deleted: "was deleted: its number and its place in the chain are empty",
  reordered: "was moved: it does not follow the entry that was before it",
  "cut-off": "and all behind it were cut off: the chain once reached farther",
};

/** The verdict as somebody would say it. */
export function verdictWords({ ok, entries, head, firstBad, problem }: AuditVerdict): string {
  const count = `${new Intl.NumberFormat("en").format(entries)} ${entries === 1 ? "entry" : "entries"}`;
  if (ok) return `The chain is whole: ${count}${head === null ? "" : `, its head is ${head.slice(0, 12)}`}.`;
  const what = problem === null ? "does not fit" : (PROBLEMS[problem] ?? `does not fit: ${problem}`);
  return `The chain is broken. Entry ${firstBad ?? "?"} ${what}. Nothing from there on can be relied on.`;
}

const CSV_COLUMNS = [
  "seq",
  "at",
  "actor_kind",
  "actor",
  "role",
  "action",
  "object_kind",
  "object_id",
  "reason",
  "request_id",
  "hash",
];

export const entryCsvRows = (entries: readonly AuditEntry[]): readonly (readonly (string | number | null)[])[] => [
  CSV_COLUMNS,
  ...entries.map(({ seq, at, actor, action, object, reason, requestId, hash }) => [
    seq,
    at,
    actor.kind,
    actor.name,
    actor.role,
    action,
    object.kind,
    object.id,
    reason,
    requestId,
    hash,
  ]),
];

/** One entry a line, as the API answers it: what was signed can be checked again. */
export const toNdjson = (entries: readonly AuditEntry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");

/** The page of the console where an object is looked at; null where it has none. */
export function hrefOf({ kind, id }: AuditEntry["object"]): string | null {
  switch (kind.toLowerCase()) {
    case "plan":
      return `/plans/${encodeURIComponent(id)}`;
    case "migration":
      return `/migrations/${encodeURIComponent(id)}`;
    case "component":
      return `/components/${id.split("/").map(encodeURIComponent).join("/")}`;
    case "datacenter":
      return `/?place=${encodeURIComponent(id)}`;
    default:
      return null;
  }
}
