import fc from "fast-check";
import { expect, test } from "vitest";
import { finestStepMs, HOUR_MS, MINUTE_MS, piecesOf, type Reach } from "./resolution.ts";

const DAY_MS = 24 * HOUR_MS;
const at = fc.integer({ min: 0, max: 3 * DAY_MS });
const reach: fc.Arbitrary<Reach> = fc.record({
  minutesUntil: at.map((ms) => Math.floor(ms / MINUTE_MS) * MINUTE_MS),
  hoursUntil: at.map((ms) => Math.floor(ms / HOUR_MS) * HOUR_MS),
  rawSince: fc.constant(0),
  minutesSince: fc.constant(0),
});
const range = fc.tuple(at, at).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 }));
const step = fc.constantFrom(null, 10_000, MINUTE_MS, 4 * MINUTE_MS, HOUR_MS, 90 * MINUTE_MS);

test("the pieces of a range are the range: nothing is read twice and nothing is left out", () => {
  fc.assert(
    fc.property(range, step, reach, (asked, stepMs, has) => {
      let reached = asked.from;
      for (const { from, to } of piecesOf(asked, stepMs, has)) {
        expect(from).toBe(reached);
        expect(to).toBeGreaterThan(from);
        reached = to;
      }
      expect(reached).toBe(asked.to);
    }),
  );
});

test("a roll-up is read in whole units, as far as it reaches, and never for a finer step", () => {
  fc.assert(
    fc.property(range, step, reach, (asked, stepMs, has) => {
      for (const { level, from, to } of piecesOf(asked, stepMs, has)) {
        if (level === "raw") continue;
        const unit = level === "hour" ? HOUR_MS : MINUTE_MS;
        expect([from % unit, to % unit]).toEqual([0, 0]);
        expect(to).toBeLessThanOrEqual(level === "hour" ? Math.min(has.hoursUntil, has.minutesUntil) : has.minutesUntil);
        if (stepMs !== null) expect(stepMs % unit).toBe(0);
      }
    }),
  );
});

test("where finer rows are gone the step is what is left, and an edge takes its whole unit", () => {
  const old: Reach = { minutesUntil: 2 * DAY_MS, hoursUntil: 2 * DAY_MS, rawSince: DAY_MS, minutesSince: 12 * HOUR_MS };
  expect(finestStepMs(DAY_MS, 10_000, old)).toBe(10_000);
  expect(finestStepMs(13 * HOUR_MS, 10_000, old)).toBe(MINUTE_MS);
  expect(finestStepMs(HOUR_MS, 240_000, old)).toBe(HOUR_MS);
  const asked = { from: 13 * HOUR_MS + 30_000, to: 13 * HOUR_MS + 150_000 };
  expect(piecesOf(asked, null, old)).toEqual([{ level: "minute", from: 13 * HOUR_MS, to: 13 * HOUR_MS + 3 * MINUTE_MS }]);
});
