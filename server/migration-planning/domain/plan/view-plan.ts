import type { PlanMigration, PlanRecord } from "./plan-record.ts";

/** A plan as the public API answers it (`server/api/shapes/plan.ts`). */
export function viewPlan<State extends string>(plan: PlanRecord, migrations: readonly PlanMigration<State>[]) {
  const { content, decision } = plan;
  return {
    id: plan.id,
    state: plan.state,
    hash: plan.hash,
    policy: content.policy,
    policyGeneration: content.policyGeneration,
    createdAt: plan.createdAt.toISOString(),
    expiresAt: plan.expiresAt.toISOString(),
    proposedBy: { kind: plan.proposedBy.kind, name: plan.proposedBy.name },
    summary: content.summary,
    moves: content.moves.map(({ epoch: _epoch, policy: _policy, ...move }) => {
      const migration = migrations.find(({ component }) => component === move.component);
      return {
        ...move,
        before: { ...move.before, terms: { ...move.before.terms } },
        after: {
          ...move.after,
          terms: { ...move.after.terms },
          latencyMsP95Interval: move.after.latencyMsP95Interval === null ? null : [...move.after.latencyMsP95Interval],
        },
        risks: [...move.risks],
        refused: [...move.refused],
        regions: move.regions.map((change) => ({
          ...change,
          latencyMsP95: { ...change.latencyMsP95, interval: [...change.latencyMsP95.interval] },
        })),
        why: [...move.why],
        alternatives: [...move.alternatives],
        migration: migration?.id ?? null,
        migrationState: migration?.state ?? null,
      };
    }),
    totals: content.totals,
    gap: content.gap,
    decision: decision === null ? null : { ...decision, by: { kind: decision.by.kind, name: decision.by.name } },
    weights: Object.fromEntries(Object.entries(content.weights)) as Record<string, number>,
    guardRails: [...content.guardRails],
    drain: content.drain === undefined ? null : { ...content.drain, stays: [...content.drain.stays] },
    note: plan.note,
    supersededBy: plan.supersededBy,
    endedAt: plan.endedAt?.toISOString() ?? null,
  };
}
