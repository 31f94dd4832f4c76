import { nearness } from "./proximity.ts";
import type { Term } from "./term.ts";

/** Mean nearness to what it calls and to what calls it, by calls. */
export const dependency: Term = {
  name: "dependency",
  score: ({ calls }) => {
    const total = calls.reduce((sum, call) => sum + call.callsPerSecond, 0);
    if (total <= 0) return null;
    return calls.reduce((sum, call) => sum + call.callsPerSecond * nearness(call.rttMs), 0) / total;
  },
};
