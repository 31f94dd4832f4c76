import type { Tx } from "../../platform/db/client.ts";
import type { AutomaticMove, AutoRunRecord } from "../domain/auto-run.ts";
import { neverStopped } from "../domain/auto-run.ts";
import type { AutoRunReader, AutoRunUnit } from "../ports.ts";

/** Rows were written by this program only, so their JSON is trusted. */
export const autoRunReaderOf = (tx: Tx): AutoRunReader => ({
  read: async (policy) => {
    const row = await tx.autoRun.findUnique({ where: { policy } });
    return row ? { ...row, resumedBy: row.resumedBy as unknown as AutoRunRecord["resumedBy"] } : neverStopped(policy);
  },
  moves: (policy, limit) => tx.$queryRaw<AutomaticMove[]>`
    select m.id as migration, m.component_key as component, m.from_data_center as "from", m.to_data_center as "to",
      p.id as plan, p.state as "planState", m.state, m.receipt->>'verdict' as verdict,
      coalesce(m.ended_at, m.created_at) as at, p.ended_at as "settledAt"
    from migration m join plan p on p.id = m.plan_id
    where p.content->>'policy' = ${policy} and p.decision->'by'->>'kind' = 'system' and p.decision->'by'->>'name' = 'planner'
    order by m.id desc limit ${limit}`,
});

export const autoRunUnitOf = (tx: Tx): AutoRunUnit => ({
  ...autoRunReaderOf(tx),
  write: async ({ policy, resumedBy, ...plain }) => {
    const data = { ...plain, ...(resumedBy === null ? {} : { resumedBy: { ...resumedBy } }) };
    await tx.autoRun.upsert({ where: { policy }, create: { policy, ...data }, update: data });
  },
});
