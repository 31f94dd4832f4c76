import type { Term } from "./term.ts";

/** State of this size makes a move twice as unwelcome as one without any. */
const STATE_MIB = 1024;
/** Hours after which a move is forgotten to 1/e. */
const MEMORY_HOURS = 6;
const MOVE_POINTS = 20;

/**
 * 100 for staying. Elsewhere: 20 points for moving at all, up to 30 for its state, up to 50 for having moved a short while ago,
 * so that a component which wanders scores lower everywhere but where it is.
 */
export const stability: Term = {
  name: "stability",
  score: ({ component, isPresent, hoursSinceMove }) => {
    if (isPresent) return 100;
    const { sizeMiB } = component.spec.state;
    const state = 30 * (sizeMiB / (sizeMiB + STATE_MIB));
    const recent = hoursSinceMove === null ? 0 : 50 * Math.exp(-Math.max(0, hoursSinceMove) / MEMORY_HOURS);
    return 100 - MOVE_POINTS - state - recent;
  },
};
