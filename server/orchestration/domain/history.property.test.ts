import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InstanceRecord } from "../../component-registry/domain/registry.ts";
import { migrationAsOf, placementsAt } from "./history.ts";
import type { MigrationRecord, StepRecord } from "./migration.ts";

const PLACES = ["a", "b", "c"] as const;
const T0 = Date.UTC(2026, 0, 1);
const at = (minute: number): Date => new Date(T0 + minute * 60_000);
const KEYS = ["shop/cart", "shop/front"] as const;
const components = KEYS.map((key) => ({ key, createdAt: at(0) }));

const instance = (componentKey: string, dataCenter: string, index: number): InstanceRecord =>
  ({
    name: `${componentKey}.${index}`,
    componentKey,
    dataCenter,
    desired: true,
    migrationId: null,
    state: "ready",
  }) as InstanceRecord;

interface Move {
  readonly key: (typeof KEYS)[number];
  readonly to: (typeof PLACES)[number];
  /** `tried`: it owned the component for a while and went straight back. */
  readonly ends: "moved" | "aborted" | "tried";
}

/** Plays moves one after the other, a minute each, and remembers where everything was before and after each. */
function play(moves: readonly Move[]) {
  const where = new Map<string, string>(KEYS.map((key) => [key, "a"]));
  const seen: { readonly at: Date; readonly where: ReadonlyMap<string, string> }[] = [{ at: at(0.5), where: new Map(where) }];
  const migrations: MigrationRecord[] = [];
  moves.forEach(({ key, to, ends }, index) => {
    const from = where.get(key) ?? "a";
    if (from === to) return;
    const minute = index + 1;
    if (ends === "moved") where.set(key, to);
    migrations.push({
      id: `m${index}`,
      componentKey: key,
      from,
      to,
      createdAt: at(minute),
      state: { moved: "succeeded", aborted: "aborted", tried: "rolled_back" }[ends],
      rolledBackBy: null,
      pointOfNoReturnAt: ends === "aborted" ? null : at(minute + 0.2),
      endedAt: at(minute + 0.4),
      steps: [] as StepRecord[],
    } as unknown as MigrationRecord);
    seen.push({ at: at(minute + 0.5), where: new Map(where) });
  });
  return { where, seen, migrations };
}

const moveOf = fc.record({
  key: fc.constantFrom(...KEYS),
  to: fc.constantFrom(...PLACES),
  ends: fc.constantFrom("moved", "aborted", "tried"),
});

describe("where everything ran", () => {
  test("is what was true then, whatever moved since, in whatever order the journal is read", () => {
    fc.assert(
      fc.property(fc.array(moveOf, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (moves, copies) => {
        const { where, seen, migrations } = play(moves);
        const instances = [...where].flatMap(([key, place]) =>
          Array.from({ length: copies }, (_, index) => instance(key, place, index)),
        );
        for (const moment of seen) {
          const open = migrations.filter(({ endedAt }) => endedAt === null || endedAt > moment.at).reverse();
          const placed = placementsAt({ at: moment.at, components, instances, migrations: open });
          expect(new Map(placed.map(({ component, dataCenter }) => [component, dataCenter]))).toEqual(moment.where);
          expect(placed.map((one) => one.instances)).toEqual(placed.map(() => copies));
        }
      }),
      { numRuns: 200 },
    );
  });
  test("is nowhere before it was registered", () => {
    const instances = [instance("shop/cart", "a", 0)];
    expect(placementsAt({ at: new Date(T0 - 1), components, instances, migrations: [] })).toEqual([]);
  });
});

describe("a move as it stood", () => {
  const step = (name: string, from: number | null, to: number | null): StepRecord =>
    ({
      name,
      state: to === null ? "running" : "succeeded",
      startedAt: from === null ? null : at(from),
      endedAt: to === null ? null : at(to),
    }) as StepRecord;
  const whole = {
    id: "m",
    state: "succeeded",
    createdAt: at(1),
    pointOfNoReturnAt: at(4),
    endedAt: at(9),
    steps: [step("reserve", 1, 2), step("pre-copy", 2, 3), step("commit", 3, 4), step("watch", 4, 8)],
    receipt: { verdict: "kept" },
    held: { now: 0, max: 1, total: 1, failed: 0 },
  } as unknown as MigrationRecord;
  test("knows nothing of what came later", () => {
    expect(migrationAsOf(whole, at(0.5))).toBeNull();
    expect(migrationAsOf(whole, at(2.5))).toMatchObject({
      state: "running",
      step: "pre-copy",
      pointOfNoReturnAt: null,
      endedAt: null,
      receipt: null,
      steps: [{ state: "succeeded" }, { state: "running" }, { state: "pending" }, { state: "pending" }],
    });
    expect(migrationAsOf(whole, at(5))).toMatchObject({ step: "watch", pointOfNoReturnAt: at(4), receipt: null });
    expect(migrationAsOf(whole, at(9))).toBe(whole);
  });
});
