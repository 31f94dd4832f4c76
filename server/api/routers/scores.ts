import { z } from "zod";
import { reportScores } from "../../migration-planning/domain/report-scores.ts";
import { viewOf, type Look } from "../../migration-planning/index.ts";
import { OPEN_STATES } from "../../migration-planning/domain/plan/plan-states.ts";
import type { Breach } from "../../performance-analysis/domain/breach.ts";
import { AppError } from "../../platform/app-error.ts";
import type { Context } from "../context.ts";
import { procedureFor, router } from "../init.ts";
import { paginateWhole, wholeInput } from "../paginate.ts";
import { breachShape, pageOf, scoresShape, type BreachDto, type ScoresDto } from "../shapes/index.ts";

const viewer = procedureFor("viewer");

/** What lasts longest first; what breaks which limit where is one breach. */
const orderOf = ({ since, kind, subject, dataCenter, region }: BreachDto): string =>
  [since, kind, subject, dataCenter ?? "", region ?? ""].join(":");
const toBreach = (breach: Breach): BreachDto => ({ ...breach, since: breach.since.toISOString() });

/** Present place and every candidate, all terms, every refusal, and what the decision rests on. */
export async function readScores({ services }: Pick<Context, "services">, component: string): Promise<ScoresDto> {
  const look = await services.looks.latest();
  if (!look.registry.components.some(({ key }) => key === component))
    throw new AppError("not-found", `no component ${component}`);
  const nomination = look.nominations.find((entry) => entry.component === component) ?? null;
  const { policy, weights, evaluator } = viewOf(look, component);
  const { current, candidates, calls } = reportScores(component, evaluator, nomination);
  const open = await services.plans.list({ states: OPEN_STATES, limit: 200 });
  const plan = open.find(({ moves }) => moves.some((move) => move.component === component));
  const own = (place: NonNullable<typeof current>) => ({ ...place, refusedBy: [...place.refusedBy], terms: { ...place.terms } });
  return {
    component,
    at: look.at.toISOString(),
    policy: policy.name,
    weights: { ...weights },
    threshold: policy.spec.migrationThreshold,
    candidate: nomination?.candidate ?? false,
    evidence: evidenceOf(look, component),
    current: current === null ? null : own(current),
    candidates: candidates.map(own),
    breaches: look.breaches
      .filter((breach) => breach.component === component || breach.dataCenter === current?.dataCenter)
      .map(toBreach),
    calls: [...calls],
    plan: plan?.id ?? null,
  };
}

function evidenceOf({ evaluator, nominations }: Look, component: string): ScoresDto["evidence"] {
  const evidence = evaluator.model.evidence.get(component);
  const nomination = nominations.find((entry) => entry.component === component);
  return {
    requests: evidence?.requests ?? 0,
    windowMs: evidence?.windowMs ?? 0,
    sufficient: evidence !== undefined && evidence.missing.length === 0,
    latencyFrom: evidence?.latencyFrom ?? "none",
    missing: [...(evidence?.missing ?? ["it runs nowhere yet"])],
    ewma: nomination?.combinedScore ?? null,
    cusum: nomination?.cusum ?? null,
  };
}

export const analysisRouter = router({
  breaches: viewer
    .input(wholeInput)
    .output(pageOf(breachShape))
    .query(async ({ ctx, input }) => paginateWhole((await ctx.services.looks.latest()).breaches.map(toBreach), orderOf, input)),
});

export const scoresProcedure = viewer
  .input(z.object({ component: z.string() }))
  .output(scoresShape)
  .query(({ ctx, input }) => readScores(ctx, input.component));
