import { latestOf } from "./latest-of.ts";
import { stepOf, STEP_NAMES, type MigrationRecord } from "./migration.ts";

/**
 * Moves of one plan that run at the same time wait for each other before they take any request away: components that call each
 * other are apart for the moment of the switch, not for as long as the slowest of them takes to boot or to be copied. Kept by the
 * leader alone and in memory: where a move stands when it is taken up, here or by a successor, its own steps tell.
 */
export interface Companions {
  join(migration: CompanionMove): void;
  leave(id: string): void;
  /** It stands where `point` says; never taken back. */
  arrive(id: string, point: MeetingPoint, at: Date): void;
  /** Components of the same plan, running now, that the move has to wait for at this point. */
  missing(id: string, point: MeetingPoint): readonly string[];
  /** Components of the same plan, running now, whose requests do not go to their target yet, with state or without. */
  apart(id: string): readonly string[];
  /** When the last move of the plan, its own included, has switched so far; null: none has, or it is in no plan. */
  lastSwitch(id: string): Date | null;
  /** Until when it waits for others, in all: the first to ask says. Of a clock that only goes forward, ms. */
  deadlineMs(id: string, proposedMs: number): number;
}

export type CompanionMove = Pick<MigrationRecord, "id" | "componentKey" | "planId" | "stateKind" | "steps">;

/** `ready`: everything is prepared, no request has noticed. `switched`: its requests go to the target. */
export type MeetingPoint = "ready" | "switched";

type Member = CompanionMove & { point: MeetingPoint | null };

/** What is kept of a plan until its last running move has ended, however often one of them is taken up again. */
function createPlanMemories() {
  const plans = new Map<string, { lastSwitch: Date | null; readonly deadlines: Map<string, number> }>();
  const memoryOf = (planId: string) => {
    const memory = plans.get(planId) ?? { lastSwitch: null, deadlines: new Map<string, number>() };
    plans.set(planId, memory);
    return memory;
  };
  return {
    switched: (planId: string | null, at: Date | null): void => {
      if (planId === null) return;
      const memory = memoryOf(planId);
      memory.lastSwitch = latestOf([memory.lastSwitch, at]);
    },
    lastSwitch: (planId: string | null): Date | null => (planId === null ? null : (plans.get(planId)?.lastSwitch ?? null)),
    deadlineMs: (planId: string | null, id: string, proposedMs: number): number => {
      if (planId === null) return proposedMs;
      const { deadlines } = memoryOf(planId);
      const deadlineMs = deadlines.get(id) ?? proposedMs;
      deadlines.set(id, deadlineMs);
      return deadlineMs;
    },
    forget: (planId: string): void => void plans.delete(planId),
  };
}

/** How far it had come before: a move behind its preparation keeps nobody waiting for it. */
function pointOf({ steps }: Pick<CompanionMove, "steps">): MeetingPoint | null {
  const begun = steps.filter(({ startedAt }) => startedAt !== null).map(({ name }) => STEP_NAMES.indexOf(name));
  const furthest = Math.max(-1, ...begun);
  if (furthest >= STEP_NAMES.indexOf("watch")) return "switched";
  return furthest > STEP_NAMES.indexOf("pre-copy") ? "ready" : null;
}

export function createCompanions(): Companions {
  const members = new Map<string, Member>();
  const plans = createPlanMemories();
  const othersOf = (id: string): readonly Member[] => {
    const planId = members.get(id)?.planId ?? null;
    return planId === null ? [] : [...members.values()].filter((other) => other.planId === planId && other.id !== id);
  };
  return {
    join: (migration) => {
      members.set(migration.id, { ...migration, point: pointOf(migration) });
      plans.switched(migration.planId, stepOf(migration, "watch")?.startedAt ?? null);
    },
    leave: (id) => {
      const planId = members.get(id)?.planId ?? null;
      members.delete(id);
      // The last one takes the plan's memory along.
      if (planId !== null && ![...members.values()].some((other) => other.planId === planId)) plans.forget(planId);
    },
    arrive: (id, point, at) => {
      const member = members.get(id);
      if (!member || member.point === "switched") return;
      member.point = point;
      if (point === "switched") plans.switched(member.planId, at);
    },
    // Nobody waits for the switch of what has state: that comes last, when nothing else disturbs its pause.
    missing: (id, point) =>
      othersOf(id)
        .filter((other) =>
          point === "ready" ? other.point === null : other.stateKind === "stateless" && other.point !== "switched",
        )
        .map(({ componentKey }) => componentKey),
    apart: (id) =>
      othersOf(id)
        .filter(({ point }) => point !== "switched")
        .map(({ componentKey }) => componentKey),
    lastSwitch: (id) => plans.lastSwitch(members.get(id)?.planId ?? null),
    deadlineMs: (id, proposedMs) => plans.deadlineMs(members.get(id)?.planId ?? null, id, proposedMs),
  };
}
