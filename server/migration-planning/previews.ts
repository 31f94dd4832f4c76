import { setImmediate } from "node:timers/promises";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { Planner } from "./domain/planner/planner.ts";
import { confirmDraft, type ConfirmedDraft, type PolicyDraft } from "./domain/preview/confirm-draft.ts";
import type { PreviewInputs } from "./domain/preview/inputs.ts";
import { readInputs } from "./domain/preview/read-inputs.ts";
import type { Look, Looks } from "./look.ts";

export interface Previews {
  /** What a draft is tried on in the browser; a while the same for everybody. */
  inputs(): Promise<PreviewInputs>;
  /** The planner's own answer to a draft. Throws `too-many` where asking would hold up everybody else. */
  confirm(draft: PolicyDraft): Promise<ConfirmedDraft>;
}

const KEPT_MS = 10_000;
/** A large world takes seconds to read: at most a tenth of the time is for that. */
const KEPT_TIMES = 10;
/** The orchestrator may live in this process: so long at once, and then others come first. */
const BREATH_MS = 8;
/** The planner answers in one go: beyond so many components only its own loop asks it. */
const CONFIRM_COMPONENTS_MAX = 200;

export function createPreviews({ looks, planner, clock }: { looks: Looks; planner: Planner; clock: Clock }): Previews {
  let kept: { readonly inputs: Promise<PreviewInputs>; untilMs: number } | null = null;
  return {
    inputs: () => {
      const nowMs = clock.monotonicMs();
      if (!kept || nowMs > kept.untilMs) {
        const inputs = looks.latest().then((look) => readSlowly(look, clock));
        const mine = { inputs, untilMs: Number.POSITIVE_INFINITY };
        kept = mine;
        inputs.then(
          () => (mine.untilMs = nowMs + Math.max(KEPT_MS, KEPT_TIMES * (clock.monotonicMs() - nowMs))),
          () => (kept = null),
        );
      }
      return kept.inputs;
    },
    confirm: async (draft) => {
      const { evaluator, buckets, registry, past } = await looks.latest();
      if (registry.components.length > CONFIRM_COMPONENTS_MAX)
        throw new AppError(
          "conflict",
          `with more than ${CONFIRM_COMPONENTS_MAX} components the planner is asked by its own loop alone`,
          {
            code: "too-many",
          },
        );
      return confirmDraft({ draft, model: evaluator.model, buckets, planner, past });
    },
  };
}

async function readSlowly({ evaluator, buckets, nominations, worldSpeed }: Look, clock: Clock): Promise<PreviewInputs> {
  const forced = new Set(nominations.filter(({ forbidden }) => forbidden.length > 0).map(({ component }) => component));
  const reading = readInputs({ model: evaluator.model, buckets, forced, worldSpeed });
  let sinceMs = clock.monotonicMs();
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
    if (clock.monotonicMs() - sinceMs < BREATH_MS) continue;
    await setImmediate();
    sinceMs = clock.monotonicMs();
  }
}
