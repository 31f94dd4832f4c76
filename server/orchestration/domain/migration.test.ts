import { describe, expect, test } from "vitest";
import { admit } from "./admit.ts";
import {
  appliesTo,
  takesPart,
  hasEnded,
  mayBecome,
  statesBefore,
  MIGRATION_STATES,
  STEP_NAMES,
  type MigrationRecord,
  type MigrationState,
} from "./migration.ts";
import { decidePreCopy } from "./pre-copy.ts";

const migration = (id: string, state: MigrationState, rest: Partial<MigrationRecord> = {}): MigrationRecord =>
  ({ id, componentKey: `shop/${id}`, state, requested: null, rollbackOf: null, waitingFor: null, ...rest }) as MigrationRecord;

describe("the table of states", () => {
  test("nothing leaves an ended state", () => {
    for (const from of MIGRATION_STATES.filter(hasEnded))
      for (const to of MIGRATION_STATES) expect(mayBecome(from, to), `${from} → ${to}`).toBe(false);
  });
  test("a move that is being rolled back can never succeed: its way back ends it", () => {
    expect(statesBefore("succeeded")).toEqual(["running"]);
    expect(statesBefore("rolled_back")).toEqual(["running", "rolling_back"]);
  });
  test("a stateless component is never paused, a stateful one goes through every step", () => {
    expect(STEP_NAMES.filter((step) => !appliesTo(step, "stateless"))).toEqual([
      "pre-copy",
      "pause",
      "seal",
      "final-delta",
      "verify",
    ]);
    expect(STEP_NAMES.every((step) => appliesTo(step, "full"))).toBe(true);
  });
  test("a move that is watched for no time skips the watch, and nothing else", () => {
    const context = { sources: [], targets: [], pauseBudgetMs: 1, holdDeadlineMs: 1, watchMs: 0 };
    const left = (watchMs: number) =>
      STEP_NAMES.filter((step) => !takesPart(step, { stateKind: "full", context: { ...context, watchMs } }));
    expect([left(0), left(1)]).toEqual([["watch"], []]);
  });
});

describe("which moves may begin", () => {
  const now = new Date("2026-11-23T00:00:00Z");
  const freeze = { reason: "incident", until: null, since: now, by: { kind: "user" as const, name: "ann" } };
  test("no more than maxConcurrent, the oldest first, and the rest is told what it waits for", () => {
    const { start, wait } = admit({
      open: ["a", "b", "c"].map((id) => migration(id, "pending")),
      policies: [],
      freeze: null,
      now,
    });
    expect(start.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(wait.map((entry) => entry.waitingFor)).toEqual([{ code: "max-concurrent", message: "2 of 2 migrations run: a, b" }]);
  });
  test("while frozen nothing new begins, what runs goes on, and a way back is let through", () => {
    const open = [migration("a", "running"), migration("b", "pending"), migration("c", "pending", { rollbackOf: "z" })];
    const { start, resume, wait } = admit({ open, policies: [], freeze, now });
    expect([start, resume, wait.map((entry) => entry.migration)].map((list) => list.map(({ id }) => id))).toEqual([
      ["c"],
      ["a"],
      ["b"],
    ]);
  });
  test("a move that was aborted before it began never begins", () => {
    const { start, cancel } = admit({
      open: [migration("a", "pending", { requested: { kind: "abort", reason: "", by: "ann" } })],
      policies: [],
      freeze: null,
      now,
    });
    expect([start.length, cancel.length]).toEqual([0, 1]);
  });
});

describe("the rounds of a copy", () => {
  const round = (bytes: number, durationMs: number) => ({ bytes, durationMs });
  test("it ends when the rest fits the pause", () => {
    expect(decidePreCopy([round(5e8, 20_000), round(1e6, 120)], 3_000).kind).toBe("enough");
  });
  test("one round is never enough: it says nothing about what is written meanwhile", () => {
    expect(decidePreCopy([round(10, 1)], 3_000).kind).toBe("again");
  });
  test("a copy that no longer shrinks is named as such", () => {
    const rounds = Array.from({ length: 6 }, () => round(1e9, 25_000));
    expect(decidePreCopy(rounds, 3_000)).toMatchObject({
      kind: "does-not-converge",
      reason: expect.stringContaining("does not converge") as string,
    });
  });
});
