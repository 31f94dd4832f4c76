import type { Term, TermQuestion } from "./term.ts";

/** Milliseconds after which nearness has fallen to 1/e. */
const SCALE_MS = 100;
const PREFERENCE_POINTS = 10;

/**
 * 100 · e^(−rtt/100 ms): 0 ms 100, 70 ms 50, 140 ms 25. Distance decay of the gravity models (A. G. Wilson, "A family of spatial
 * interaction models", Environment and Planning A 3, 1971), over the round-trip time that is measured where it is, and follows
 * from the distance where it is not.
 */
export const nearness = (rttMs: number): number => 100 * Math.exp(-Math.max(0, rttMs) / SCALE_MS);

/** Mean nearness over the requests of the users that the gateway saw; a preference of the manifest adds up to 10, capped at 100. */
export const proximity: Term = {
  name: "proximity",
  score: (question) => {
    const requests = question.users.reduce((sum, group) => sum + group.requestsPerSecond, 0);
    if (requests <= 0) return null;
    const mean = question.users.reduce((sum, group) => sum + group.requestsPerSecond * nearness(group.rttMs), 0) / requests;
    return Math.min(100, mean + preference(question));
  },
};

function preference({ component, place }: TermQuestion): number {
  const { prefer } = component.spec.placement;
  const preferred = prefer.dataCenters.includes(place.name) || prefer.countries.includes(place.spec.location.country);
  return preferred ? PREFERENCE_POINTS : 0;
}
