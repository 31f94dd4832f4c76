import fc from "fast-check";
import { expect, test } from "vitest";
import {
  appliesTo,
  isBeforePointOfNoReturn,
  nextStep,
  STEP_NAMES,
  withSteps,
  type MigrationRecord,
  type StateKind,
} from "./migration.ts";

const NOW = new Date("2026-11-23T00:00:00Z");

function begin(stateKind: StateKind): MigrationRecord {
  const steps = STEP_NAMES.map((name) => ({
    name,
    state: "pending" as const,
    attempt: 0,
    bytes: null,
    rounds: null,
    roundBytes: null,
    result: null,
    error: null,
    startedAt: null,
    endedAt: null,
  }));
  return { id: "mig", stateKind, step: null, pointOfNoReturnAt: null, waitingFor: null, steps } as unknown as MigrationRecord;
}

/** What a runner does between two records: it dies and begins a step again, or it ends it; both as often as one likes. */
const turn = fc.constantFrom("crash", "end", "end-and-begin-next");

test("over any crashes the steps end in their order, each once, and nothing before the commit ends behind it", () => {
  fc.assert(
    fc.property(fc.constantFrom<StateKind>("stateless", "partial", "full"), fc.array(turn, { maxLength: 80 }), (kind, turns) => {
      let migration = begin(kind);
      const ended: string[] = [];
      for (const what of turns) {
        const name = nextStep(migration);
        if (name === null) break;
        if (!appliesTo(name, kind)) {
          migration = withSteps(migration, { skipped: STEP_NAMES.filter((step) => !appliesTo(step, kind)) }, NOW);
          continue;
        }
        if (migration.steps.find((step) => step.name === name)?.state !== "running")
          migration = withSteps(migration, { begun: name }, NOW);
        if (what === "crash") continue;
        const following = STEP_NAMES.find((step) => STEP_NAMES.indexOf(step) > STEP_NAMES.indexOf(name) && appliesTo(step, kind));
        const begun = what === "end-and-begin-next" && following !== undefined ? { begun: following } : {};
        migration = withSteps(migration, { ended: { name, state: "succeeded" }, ...begun }, NOW);
        ended.push(name);
        expect(migration.pointOfNoReturnAt !== null).toBe(ended.includes("commit"));
        if (migration.pointOfNoReturnAt !== null && name !== "commit") expect(isBeforePointOfNoReturn(name)).toBe(false);
      }
      const expected = STEP_NAMES.filter((step) => appliesTo(step, kind)).slice(0, ended.length);
      expect(ended).toEqual(expected);
      expect(migration.steps.filter(({ state }) => state === "running").length).toBeLessThanOrEqual(1);
    }),
  );
});
