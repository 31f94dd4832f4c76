import type { PlanDto } from "../../server/api/shapes/index.ts";
import type { Role } from "../../server/identity/domain/roles.ts";
import { milliseconds, timeAndZone } from "../ui/format.ts";
import { roleReason } from "../ui/role-reason.ts";
import { wordOf } from "../ui/status.tsx";
import type { PlanMode } from "./mode-prepare.ts";
import { isRunning, listOf, shortName, titleOf } from "./prepare.ts";

export interface Circumstances {
  readonly role: Role | null;
  /** The most careful of its components; null while the policies are not known. */
  readonly mode: PlanMode | null;
  /** Until when and by whom, in words; null while nothing is frozen. */
  readonly frozen: string | null;
  /** Why nothing can be decided at the moment that is looked at; null while it is now. */
  readonly past: string | null;
  readonly now: number;
}

export interface Decision {
  /** Why it cannot be approved or rejected now; null where it can. */
  readonly approveOff: string | null;
  readonly rejectOff: string | null;
  /** The plan that took its place. */
  readonly successor: string | null;
}

/** What may be done with a plan, and in words why not. */
export function decisionOf(plan: PlanDto, { role, mode, frozen, past, now }: Circumstances): Decision {
  const closed = closedBecause(plan, now);
  const rights = roleReason(role, "approver");
  const nothing = plan.moves.length === 0 ? "It moves nothing." : null;
  return {
    approveOff: past ?? closed ?? rights ?? modeReason(mode) ?? nothing ?? frozen,
    rejectOff: past ?? closed ?? rights,
    successor: plan.supersededBy,
  };
}

function modeReason(own: PlanMode | null): string | null {
  if (own === null || (own.mode !== "recommend" && own.mode !== "observe")) return null;
  const of = own.components.length === 0 ? "" : ` of ${listOf(own.components.map(shortName), 3)}`;
  return `Mode ${wordOf(own.mode)}${of}: plans are shown, nobody can run them.`;
}

function closedBecause(plan: PlanDto, now: number): string | null {
  const { state, decision, note } = plan;
  const said = note === null ? "" : ` ${note.replace(/\.?$/, ".")}`;
  if (state === "proposed")
    return Date.parse(plan.expiresAt) <= now ? `Expired at ${timeAndZone(plan.expiresAt)}: its figures are too old.` : null;
  if (state === "superseded") return `${supersededWords(plan)}${said}`;
  if (state === "expired") return `Expired at ${timeAndZone(plan.expiresAt)} without a decision.${said}`;
  if (decision) return `${decisionWords(decision)}${isRunning(plan) ? " It runs." : ""}`;
  return `${wordOf(state)}.${said}`;
}

/** A drain is asked for by a person, and so is its next plan. */
function supersededWords({ supersededBy, drain }: Pick<PlanDto, "supersededBy" | "drain">): string {
  if (supersededBy !== null) return "Superseded: inputs have changed, it was planned again.";
  return drain === null ? "Superseded: inputs have changed." : "Superseded: inputs have changed. Ask for the drain again.";
}

/** "Ana approved at 07:41: “Matches the morning shift”" */
export function decisionWords({ kind, by, at, reason }: NonNullable<PlanDto["decision"]>): string {
  return `${by.name} ${kind} it at ${timeAndZone(at)}${reason === "" ? "." : `: “${reason}”.`}`;
}

/** What approving does, as somebody would say it who is asked to sign. */
export function effectOf(plan: PlanDto, nameOf: (dataCenter: string) => string): string {
  const { moves } = plan;
  const worst = Math.max(0, ...moves.map(({ predictedPauseMs }) => predictedPauseMs.p90));
  const names = listOf(
    moves.map(({ component }) => shortName(component)),
    4,
  );
  const what = moves.length === 1 ? `${titleOf(plan, nameOf)}.` : `${titleOf(plan, nameOf)}: ${names}.`;
  const pause = worst === 0 ? "No request waits." : `Requests wait for at most about ${milliseconds(worst)}, none fails.`;
  return `${what} It begins at once. ${pause} Roll back stays open until the source is retired.`;
}

/** Who could not decide needs one line, not two. */
export function reasonsOf({ approveOff, rejectOff }: Decision): string {
  return [...new Set([approveOff, rejectOff].filter((why) => why !== null))].join(" ");
}
