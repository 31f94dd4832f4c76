import type { Term } from "./term.ts";

/** Between the dearest place (0) and the cheapest (100), as the scheduler framework of Kubernetes normalises a score over nodes. */
export const cost: Term = {
  name: "cost",
  score: ({ cost: known }) => {
    if (known === null) return null;
    const { usdPerHour, least, most } = known;
    return most > least ? Math.min(100, Math.max(0, (100 * (most - usdPerHour)) / (most - least))) : 100;
  },
};
