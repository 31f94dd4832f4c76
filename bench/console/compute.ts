import { compilePreview } from "../../server/migration-planning/domain/preview/compile.ts";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import { previewMoves } from "../../server/migration-planning/domain/preview/preview-moves.ts";
import { median, quantile } from "../statistics.ts";
import type { Figure } from "./figure.ts";
import { randomOf } from "./synthetic-world.ts";

const WARM = 100;
const STEPS = 400;

/** Each step has other weights and another threshold, as a hand on a slider makes them. */
export function computeFigures(inputs: PreviewInputs): readonly Figure[] {
  const random = randomOf(11);
  const compiled = compilePreview(inputs);
  const step = (): number => {
    const weights = {
      performance: random(),
      proximity: random(),
      dependency: random(),
      cost: random(),
      carbon: random(),
      headroom: random(),
      stability: random(),
    };
    const begin = performance.now();
    previewMoves(compiled, { weights, migrationThreshold: 40 + 40 * random(), cooldownMinutes: 0, inScope: () => true });
    return performance.now() - begin;
  };
  for (let index = 0; index < WARM; index += 1) step();
  const times = Array.from({ length: STEPS }, step);
  console.log(
    `  ${inputs.components.length} components × ${inputs.places.length} places, ${STEPS} steps: median ${median(times).toFixed(2)} ms`,
  );
  return [{ what: `${inputs.components.length} components computed, p95`, value: quantile(times, 0.95), unit: "ms", limit: 5 }];
}
