import { STEP_NAMES, type MigrationRecord } from "./migration.ts";

/**
 * Moves of one plan that run at the same time wait for each other before they take any request away: components that call each
 * other are apart for the moment of the switch, not for as long as the slowest of them takes to boot or to be copied. Kept by the
 * leader alone and in memory: where a move stands when it is taken up, here or by a successor, its own steps tell.
 */
export interface Companions {
  join(migration: CompanionMove): void;
  leave(id: string): void;
  /** It stands where `point` says; never taken back. */
  arrive(id: string, point: MeetingPoint): void;
  /** Components of the same plan, running now, that the move has to wait for at this point. */
  missing(id: string, point: MeetingPoint): readonly string[];
  /** Components of the same plan, running now, whose requests do not go to their target yet, with state or without. */
  apart(id: string): readonly string[];
}

export type CompanionMove = Pick<MigrationRecord, "id" | "componentKey" | "planId" | "stateKind" | "steps">;

/** `ready`: everything is prepared, no request has noticed. `switched`: its requests go to the target. */
export type MeetingPoint = "ready" | "switched";

type Member = CompanionMove & { point: MeetingPoint | null };

/** How far it had come before: a move behind its preparation keeps nobody waiting for it. */
function pointOf({ steps }: Pick<CompanionMove, "steps">): MeetingPoint | null {
  const begun = steps.filter(({ startedAt }) => startedAt !== null).map(({ name }) => STEP_NAMES.indexOf(name));
  const furthest = Math.max(-1, ...begun);
  if (furthest >= STEP_NAMES.indexOf("watch")) return "switched";
  return furthest > STEP_NAMES.indexOf("pre-copy") ? "ready" : null;
}

export function createCompanions(): Companions {
  const members = new Map<string, Member>();
  const othersOf = (id: string): readonly Member[] => {
    const planId = members.get(id)?.planId ?? null;
    return planId === null ? [] : [...members.values()].filter((other) => other.planId === planId && other.id !== id);
  };
  return {
    join: (migration) => void members.set(migration.id, { ...migration, point: pointOf(migration) }),
    leave: (id) => void members.delete(id),
    arrive: (id, point) => {
      const member = members.get(id);
      if (member && member.point !== "switched") member.point = point;
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
  };
}
