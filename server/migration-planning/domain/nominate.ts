import type { Bucket } from "../../performance-analysis/domain/bucket.ts";
import { refusalsOf, type Refusal } from "./constraints/index.ts";
import { decideMigration, type Decision } from "./decide-migration.ts";
import type { Evaluator } from "./predict/evaluate.ts";
import { scoreSeries } from "./score-series.ts";

export interface Nomination extends Decision {
  readonly component: string;
  /** Constraints that forbid the place where it runs now. */
  readonly forbidden: readonly Refusal[];
}

/** Room that it takes itself is there, and a cordon is for what is new: neither makes a place forbidden for what runs in it. */
const NOT_ABOUT_PRESENT = new Set(["capacity", "cordoned", "unreachable"]);

/** Asks `decideMigration` about every one of these components that runs. */
export function nominate(
  evaluator: Evaluator,
  buckets: readonly Bucket[],
  threshold: number,
  components: ReadonlySet<string>,
): readonly Nomination[] {
  const { model } = evaluator;
  const places = new Map(model.registry.dataCenters.map((place) => [place.name, place]));
  return model.registry.components.flatMap((component): Nomination[] => {
    if (!components.has(component.key)) return [];
    const place = places.get(model.present.get(component.key) ?? "");
    const judged = evaluator.judge(component.key, model.present);
    if (!place || !judged) return [];
    const forbidden = refusalsOf({ component, destination: place, registry: model.registry, now: model.now }).filter(
      ({ constraint }) => !NOT_ABOUT_PRESENT.has(constraint),
    );
    const series = scoreSeries(component, place, buckets, model);
    const missing = model.evidence.get(component.key)?.missing ?? ["nothing was measured"];
    const { performance: _performance, proximity: _proximity, ...otherTerms } = judged.terms;
    const decision = decideMigration(
      { forbidden, otherTerms },
      { scores: series.performance, missing },
      { scores: series.proximity },
      { weights: model.weights, migrationThreshold: threshold },
    );
    return [{ component: component.key, forbidden, ...decision }];
  });
}
