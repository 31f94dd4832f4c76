import { describe, expect, test } from "vitest";
import { emptyCounts, observe } from "../../kpi-intake/domain/histogram.ts";
import { judgeCanary, type CanaryQuestion, type EntryTraffic } from "./canary.ts";

function rows(entry: string, dataCenter: string, requests: number, { ms = 20, errors = 0 } = {}): EntryTraffic {
  const counts = emptyCounts();
  for (let index = 0; index < requests; index += 1) observe(counts, ms + (index % 10));
  return { entry, dataCenter, requests, errors, counts };
}

const RTT: Readonly<Record<string, number>> = { "here>old": 0, "here>new": 90, "there>old": 90, "there>new": 0 };
const ask = (traffic: readonly EntryTraffic[], rest: Partial<CanaryQuestion> = {}) =>
  judgeCanary({
    traffic,
    from: "old",
    to: "new",
    rttMs: (from, to) => RTT[`${from}>${to}`] ?? 0,
    regressionPercent: 20,
    latencyLimitMs: null,
    isOver: true,
    ...rest,
  });

describe("a new place that is tried on a part of the users", () => {
  test("takes the rest when it is not worse", () => {
    const calm = [rows("there", "old", 400, { ms: 110 }), rows("there", "new", 100, { ms: 20 })];
    expect(ask(calm)).toMatchObject({ decision: "held", target: { requests: 100 }, control: { requests: 400 } });
    expect(ask(calm, { isOver: false }).decision).toBeNull();
  });

  test("goes back as soon as it is certain that it fails more, and says both shares", () => {
    const failing = [rows("here", "old", 1_000, { errors: 2 }), rows("here", "new", 243, { errors: 10 })];
    expect(ask(failing, { isOver: false })).toMatchObject({ decision: "returned", reason: "canary: errors 4.1 % against 0.2 %" });
    const chance = [rows("here", "old", 80), rows("here", "new", 20, { errors: 1 })];
    expect(ask(chance).decision).toBe("held");
    const alone = [rows("here", "new", 20, { errors: 20 })];
    expect(ask(alone, { isOver: false })).toMatchObject({ decision: "returned", reason: "canary: errors 100.0 %" });
  });

  test("goes back when it is slower than the others at the same entry, by more than its link explains", () => {
    const slow = [rows("here", "old", 400, { ms: 20 }), rows("here", "new", 100, { ms: 200 })];
    expect(ask(slow)).toMatchObject({
      decision: "returned",
      reason: expect.stringMatching(/^canary: p95 \d+ ms, at most/) as string,
    });
    const far = [rows("here", "old", 400, { ms: 20 }), rows("here", "new", 100, { ms: 105 })];
    expect(ask(far).decision).toBe("held");
  });

  test("is not blamed for who enters where it is far: each entry is compared with itself", () => {
    // Most of the target's users happen to come from afar, most of the control's from near by.
    const mixed = [
      rows("here", "old", 500, { ms: 20 }),
      rows("here", "new", 90, { ms: 108 }),
      rows("there", "old", 40, { ms: 110 }),
      rows("there", "new", 10, { ms: 20 }),
    ];
    expect(ask(mixed).decision).toBe("held");
  });

  test("stays within what was promised of it, however much faster the old place was", () => {
    const slower = [rows("here", "old", 400, { ms: 20 }), rows("here", "new", 100, { ms: 200 })];
    expect(ask(slower, { latencyLimitMs: 320 }).decision).toBe("held");
  });

  test("is not judged by a handful of requests, and says so", () => {
    const few = [rows("here", "old", 400), rows("here", "new", 19, { errors: 19 })];
    expect(ask(few)).toMatchObject({ decision: "insufficient-data", reason: expect.stringContaining("19 requests") as string });
  });
});
