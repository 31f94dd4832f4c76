import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { milliseconds } from "../ui/format.ts";

type Receipt = NonNullable<MigrationDto["receipt"]>;

/** "61 ms (55–68)", or a dash where nothing was promised. */
export function promisedRange(promised: Receipt["promised"]): string {
  if (!promised) return "–";
  const [low, high] = promised.latencyMsP95Interval ?? [];
  const range = low === undefined || high === undefined ? "" : ` (${Math.round(low)}–${Math.round(high)})`;
  return `${milliseconds(promised.latencyMsP95)}${range}`;
}

export interface Verdict {
  readonly state: Receipt["verdict"];
  readonly words: string;
}

/** One miss is a miss of the plan; what was not observed long enough is no promise kept. */
export function verdictOf(runs: readonly Pick<MigrationDto, "receipt">[]): Verdict {
  const verdicts = runs.flatMap(({ receipt }) => (receipt ? [receipt.verdict] : []));
  const count = (wanted: Receipt["verdict"]): number => verdicts.filter((verdict) => verdict === wanted).length;
  const of = runs.length > 1 ? ` in ${count("missed") > 0 ? count("missed") : count("kept")} of ${runs.length} moves` : "";
  if (count("missed") > 0) return { state: "missed", words: `Promise missed${of}` };
  if (verdicts.length > 0 && count("kept") === runs.length) return { state: "kept", words: `Promise kept${of}` };
  return { state: "insufficient-data", words: "Insufficient data" };
}
