import type pg from "pg";
import type { Proposal, ProposalVerdict } from "../../migration-planning/domain/shadow/shadow.ts";
import { LEASE_HOLDS } from "./leased.ts";

/** A proposal that nobody decided goes after a day, all but its figures; those go after a month. */
export const FORGET_PLANS = `with in_office as (select 1 where ${LEASE_HOLDS}),
  gone as (delete from plan where state in ('superseded', 'expired') and ended_at < now() - interval '1 day'
    and exists (select from in_office) returning *),
  kept as (insert into forgotten_plan (id, state, content, created_at, expires_at, ended_at)
    select id, state, geostitch_plan_digest(content), created_at, expires_at, ended_at from gone
    where proposed_by->>'kind' = 'system' and jsonb_array_length(content->'moves') > 0)
  delete from forgotten_plan where created_at < now() - interval '30 days' and exists (select from in_office)`;

interface Row extends Omit<Proposal, "content" | "verdicts"> {
  readonly content: Proposal["content"];
  readonly verdicts: readonly ProposalVerdict[] | null;
}

/** Rows were written by this program only, so their JSON is trusted. A move that went back has broken its promise. */
export async function listProposals(
  pool: pg.Pool,
  { policy, from, to }: { policy: string; from: Date; to: Date },
): Promise<readonly Proposal[]> {
  const { rows } = await pool.query<Row>(
    `with proposal as (
       select id, state, geostitch_plan_digest(content) as content, created_at, expires_at, ended_at from plan
       where created_at >= $2 and created_at < $3 and content->>'policy' = $1 and proposed_by->>'kind' = 'system'
         and proposed_by->>'name' = 'planner' and jsonb_array_length(content->'moves') > 0
       union all
       select id, state, content, created_at, expires_at, ended_at from forgotten_plan
       where created_at >= $2 and created_at < $3 and content->>'policy' = $1)
     select id, state, content, created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt",
       (select jsonb_agg(case when migration.state = 'rolled_back' then 'missed'
          else coalesce(migration.receipt->>'verdict', 'insufficient-data') end)
        from migration where migration.plan_id = proposal.id) as verdicts
     from proposal order by created_at, id`,
    [policy, from, to],
  );
  return rows.map((row) => ({ ...row, verdicts: row.verdicts ?? [] }));
}
