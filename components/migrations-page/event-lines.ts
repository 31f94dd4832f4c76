import type { MigrationDto, MigrationStepDto } from "../../server/api/shapes/index.ts";
import { bytes, milliseconds, number } from "../ui/format.ts";
import type { PlaceNames } from "../ui/place-name.tsx";
import type { Meaning } from "../ui/status.tsx";
import { hasEnded, isStateful, stepLabel } from "./prepare.ts";

export interface EventLine {
  readonly key: string;
  /** RFC 3339. */
  readonly at: string;
  readonly meaning: Meaning;
  readonly text: string;
}

type Words = (run: MigrationDto, step: MigrationStepDto, nameOf: PlaceNames) => string;

/** What each step has done, in the words of somebody who watches it. */
const DONE: Readonly<Record<string, Words>> = {
  reserve: (run, _step, nameOf) => `Capacity reserved in ${nameOf(run.to)}`,
  deploy: (run, _step, nameOf) => `${nameOf(run.to)} ready, ${isStateful(run) ? "not writable" : "not routed"}`,
  "pre-copy": (_run, step) => `Copied ${bytes(step.bytes)}, the rest fits the pause budget`,
  pause: () => "Gateway holds new requests",
  seal: (run, _step, nameOf) => `${nameOf(run.from)} sealed at epoch ${run.epoch.from}`,
  "final-delta": (_run, step) => `Delta ${bytes(step.bytes ?? 0)} received`,
  verify: (run) => {
    const items = run.receipt?.digest?.items ?? null;
    return items === null ? "Digest equal on both sides" : `Digest equal, ${number(items)} items`;
  },
  commit: () => "Point of no return recorded",
  activate: (run, _step, nameOf) => `${nameOf(run.to)} active at epoch ${run.epoch.to}`,
  publish: () => "Routes live at every entry",
  resume: (run) => (isStateful(run) ? `Held requests released, ${number(run.held.total)}` : "All entries send to the new place"),
  // Only what this watch looks at: it says nothing of latency.
  watch: (_run, step) => `Watched ${milliseconds(lengthOf(step))}, ready, no lasting failures`,
  retire: (run, _step, nameOf) => `${nameOf(run.from)} copy retired`,
};

const RUNNING: Readonly<Record<string, Words>> = {
  deploy: (run, _step, nameOf) => `Starting in ${nameOf(run.to)}`,
  "pre-copy": (_run, step) => `Copying, ${bytes(step.bytes ?? 0)} so far`,
  "final-delta": () => "Delta on its way",
  watch: (run, _step, nameOf) => `Watching ${nameOf(run.to)}`,
  retire: (run, _step, nameOf) => `Retiring the copy in ${nameOf(run.from)}`,
};

const lengthOf = ({ startedAt, endedAt }: MigrationStepDto): number | null =>
  startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);

/** Newest first. */
export function eventLines(run: MigrationDto, nameOf: PlaceNames): readonly EventLine[] {
  const asked = { key: "asked", at: run.createdAt, meaning: "neutral" as const, text: `Asked by ${run.requestedBy.name}` };
  const lines = [asked, ...run.steps.flatMap((step) => linesOf(run, step, nameOf)), ...canaryLines(run, nameOf), ...endOf(run)];
  // Steps of one millisecond keep the order in which they happened.
  return lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) => b.line.at.localeCompare(a.line.at) || b.index - a.index)
    .map(({ line }) => line);
}

function linesOf(run: MigrationDto, step: MigrationStepDto, nameOf: PlaceNames): EventLine[] {
  const { name, state, startedAt, endedAt, error, attempt } = step;
  if (startedAt === null || state === "skipped" || state === "pending") return [];
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const line = (meaning: Meaning, text: string): EventLine => ({
    key: name,
    at: endedAt ?? startedAt,
    meaning,
    text: `${text}${again}`,
  });
  const rounds = roundLines(step);
  if (state === "succeeded")
    return [...rounds, line(name === "commit" ? "info" : "ok", DONE[name]?.(run, step, nameOf) ?? stepLabel(name))];
  if (state === "running") return [...rounds, line("info", RUNNING[name]?.(run, step, nameOf) ?? stepLabel(name))];
  if (state === "failed") return [...rounds, line("crit", `${stepLabel(name)} failed${error ? `: ${error}` : ""}`)];
  return [...rounds, line("neutral", `${stepLabel(name)} undone`)];
}

const TRIAL_ENDS = {
  held: { meaning: "ok", text: "Canary held, the rest of the users follows" },
  "insufficient-data": { meaning: "neutral", text: "Canary: too few requests to compare, the rest follows" },
  returned: { meaning: "warn", text: "Canary did not hold, all users go back" },
} as const satisfies Record<string, { meaning: Meaning; text: string }>;

function canaryLines({ canary, to }: MigrationDto, nameOf: PlaceNames): EventLine[] {
  if (canary === null) return [];
  const begun = `${canary.percent} % of users in ${nameOf(to)}, the rest stays`;
  const end =
    canary.decision === null || canary.decidedAt === null ? null : { at: canary.decidedAt, ...TRIAL_ENDS[canary.decision] };
  return [
    { key: "canary", at: canary.since, meaning: "info", text: begun },
    ...(end === null ? [] : [{ key: "canary end", ...end }]),
  ];
}

/** The journal keeps a round's length, not its time of day: rounds follow each other from the step's beginning. */
function roundLines({ startedAt, roundBytes }: MigrationStepDto): EventLine[] {
  let at = Date.parse(startedAt ?? "");
  return (roundBytes ?? []).map((round, index) => {
    at += round.durationMs;
    return {
      key: `round ${index}`,
      at: new Date(at).toISOString(),
      meaning: "ok",
      text: `Round ${index + 1} done, ${bytes(round.bytes)}`,
    };
  });
}

const ENDS: Readonly<Record<string, { meaning: Meaning; text: string }>> = {
  aborted: { meaning: "neutral", text: "Aborted, the source serves" },
  rolled_back: { meaning: "neutral", text: "Rolled back" },
  failed: { meaning: "crit", text: "Failed" },
};

function endOf(run: MigrationDto): EventLine[] {
  const end = ENDS[run.state];
  return end && hasEnded(run) && run.endedAt !== null ? [{ key: "end", at: run.endedAt, ...end }] : [];
}
