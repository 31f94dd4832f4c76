import type { Term } from "./term.ts";

/** The scarcest resource's free share with the component in the place: the least of them is what runs out first. */
export const headroom: Term = {
  name: "headroom",
  score: ({ freeShare }) => Math.min(100, Math.max(0, 100 * freeShare)),
};
