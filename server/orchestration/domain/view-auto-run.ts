import type { PolicyRecord } from "../../component-registry/domain/registry.ts";
import { isOpenAt, nextClosing, nextOpening } from "../../migration-planning/domain/plan/change-windows.ts";
import { autoRunState, brokenPromises, type AutomaticMove, type AutoRunRecord } from "./auto-run.ts";
import type { Freeze } from "./freeze.ts";

export interface AutoRunQuestion {
  readonly policy: PolicyRecord;
  readonly record: AutoRunRecord;
  readonly moves: readonly AutomaticMove[];
  /** Null: none that is in force. */
  readonly freeze: Freeze | null;
  readonly worldNow: Date | null;
  readonly worldSpeed: number;
  readonly now: Date;
  readonly waiting: readonly WaitingPlan[];
}

/** An open plan that may run by itself; `heldBy` is empty where the next pass runs it. */
interface WaitingPlan {
  readonly plan: string;
  readonly summary: string;
  readonly heldBy: { readonly rail: string; readonly message: string }[];
}

export type AutoRunView = ReturnType<typeof viewAutoRun>;

const SHOWN = 10;

/** How one policy's automatic moves stand, as the public API answers it (`server/api/shapes/auto-run.ts`). */
export function viewAutoRun(question: AutoRunQuestion) {
  const { policy, record, moves, freeze, waiting } = question;
  const { spec } = policy;
  const state = autoRunState(spec, record, freeze);
  const broken = brokenPromises(moves, record);
  return {
    policy: policy.name,
    mode: spec.mode,
    applications: [...spec.applications],
    state,
    ...standing(state, { record, freeze }),
    missed: broken.length,
    stopAfterMissed: spec.guardRails.stopAfterMissed,
    missedMoves: broken.slice(0, SHOWN).map(moveView),
    lastMoves: moves.slice(0, SHOWN).map(moveView),
    window: windowOf(question),
    waiting: [...waiting],
    resumed:
      record.resumedAt === null || record.resumedBy === null
        ? null
        : { at: record.resumedAt.toISOString(), by: { ...record.resumedBy }, reason: record.resumeReason ?? "" },
  };
}

function standing(
  state: ReturnType<typeof autoRunState>,
  { record, freeze }: Pick<AutoRunQuestion, "record" | "freeze">,
): { since: string | null; why: string | null } {
  if (state === "stopped") return { since: record.stoppedAt?.toISOString() ?? null, why: record.why };
  if (state === "frozen")
    return { since: freeze?.since.toISOString() ?? null, why: freeze && `frozen by ${freeze.by.name}: ${freeze.reason}` };
  return { since: state === "running" ? (record.resumedAt?.toISOString() ?? null) : null, why: null };
}

const moveView = ({ migration, component, from, to, plan, state, verdict, at }: AutomaticMove) => ({
  migration,
  component,
  from,
  to,
  plan,
  state,
  verdict,
  at: at.toISOString(),
});

/** Null where any hour is allowed. Times are the world's clock; `changesAt` is the same moment by the wall clock. */
function windowOf({ policy, worldNow, worldSpeed, now }: AutoRunQuestion) {
  const { windows } = policy.spec.guardRails;
  if (windows.length === 0) return null;
  if (worldNow === null) return { open: false, worldNow: null, worldChangesAt: null, changesAt: null };
  const open = isOpenAt(windows, worldNow);
  const change = open ? nextClosing(windows, worldNow) : nextOpening(windows, worldNow);
  const wallMs = change === null ? null : now.getTime() + (change.getTime() - worldNow.getTime()) / worldSpeed;
  return {
    open,
    worldNow: worldNow.toISOString(),
    worldChangesAt: change?.toISOString() ?? null,
    changesAt: wallMs === null ? null : new Date(wallMs).toISOString(),
  };
}
