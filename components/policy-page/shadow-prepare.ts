import type { AutoRunDto, ShadowDto } from "../../server/api/shapes/index.ts";
import { timeAndZone } from "../ui/format.ts";

/** "Auto would have run 9 of 10 plans in 7 days. 8 kept, 1 missed." */
export function shadowInWords({ plans, wouldHaveRun, kept, missed, notRun }: ShadowDto, draft = false): string {
  const who = draft ? "Auto with this draft" : "Auto";
  if (plans === 0) return "Nothing was proposed in 7 days that auto could have run.";
  const outcomes = [
    kept > 0 ? `${kept} kept` : "",
    missed > 0 ? `${missed} missed` : "",
    notRun > 0 ? `${notRun} that nobody ran` : "",
  ].filter((words) => words !== "");
  return `${who} would have run ${wouldHaveRun} of ${plans} ${plans === 1 ? "plan" : "plans"} in 7 days${outcomes.length === 0 ? "" : `: ${outcomes.join(", ")}`}.`;
}

/** Which guard rails would have held plans back, the most frequent first. */
export const heldBackInWords = ({ heldBack }: ShadowDto): string =>
  heldBack.length === 0
    ? ""
    : `Held back by ${[...heldBack]
        .sort((a, b) => b.count - a.count)
        .map(({ rail, count }) => `${rail} (${count})`)
        .join(", ")}.`;

/** How the policy's automatic moves stand, in one sentence. */
export function autoRunInWords({ state, why, missed, stopAfterMissed, window, waiting }: AutoRunDto): string {
  if (state === "off") return "";
  if (state === "stopped")
    return `Auto has stopped: ${why ?? "a promise was broken"}. Nothing runs by itself until it is resumed.`;
  if (state === "frozen") return `Auto waits while new moves are frozen${why === null ? "" : `: ${why}`}.`;
  const next =
    window !== null && !window.open
      ? ` No change window is open${window.changesAt === null ? "" : `, the next opens at ${timeAndZone(window.changesAt)}`}.`
      : "";
  const promises = stopAfterMissed === 0 ? "" : ` ${missed} of ${stopAfterMissed} broken promises.`;
  const waits =
    waiting.length === 0 ? "" : ` ${waiting.length} ${waiting.length === 1 ? "plan waits" : "plans wait"} for a guard rail.`;
  return `Auto runs.${next}${promises}${waits}`;
}
