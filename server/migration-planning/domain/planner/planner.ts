import type { Evaluator } from "../predict/evaluate.ts";
import type { Move } from "../predict/placement.ts";

/** What is asked of a planner. */
export interface PlanningProblem {
  readonly evaluator: Evaluator;
  /** Components that should move, best reason first; others may follow them. */
  readonly candidates: readonly string[];
  /** Of those, the ones whose present place is forbidden: they have to go, even where nothing is gained. */
  readonly forced: readonly string[];
  /** Whether a component may be moved at all now: it runs in one place and nothing moves it already. */
  readonly movable: (component: string) => boolean;
  readonly movesMax: number;
}

/** Moves in the order in which they do the least harm on the way; empty where nothing is worth it. */
export interface PlanningSolution {
  readonly moves: readonly Move[];
  /** How many placements were judged. */
  readonly evaluations: number;
}

/** Finds a better placement for all components together. Every planner obeys every constraint exactly. */
export interface Planner {
  readonly name: string;
  readonly propose: (problem: PlanningProblem) => PlanningSolution;
}
