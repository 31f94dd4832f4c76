import { describe, expect, test } from "vitest";
import type { MigrationRecord } from "./migration.ts";
import { judgePromise, latencyLimitMs, type MovePromise } from "./promise.ts";
import { outcomeOf } from "./settle-plan.ts";

const states = (...list: MigrationRecord["state"][]) => list.map((state) => ({ state }));

describe("what becomes of a plan", () => {
  test("it is approved until its first move begins, and runs until the last has ended", () => {
    expect(outcomeOf(states("pending", "pending"))).toBe("approved");
    expect(outcomeOf(states("running", "pending"))).toBe("running");
    expect(outcomeOf(states("succeeded", "pending"))).toBe("running");
    expect(outcomeOf(states("rolling_back", "succeeded"))).toBe("running");
  });
  test("one move that went back makes it one that went back, one that failed makes it failed", () => {
    expect(outcomeOf(states("succeeded", "succeeded"))).toBe("succeeded");
    expect(outcomeOf(states("succeeded", "rolled_back"))).toBe("rolled_back");
    expect(outcomeOf(states("succeeded", "aborted"))).toBe("failed");
    expect(outcomeOf(states("failed", "succeeded"))).toBe("failed");
  });
});

const promise: MovePromise = {
  pauseMs: { p50: 220, p90: 480 },
  latencyMsP95: 61,
  latencyMsP95Interval: [55, 68],
  latencyMsP95Before: 142,
  costUsd: 0.03,
};

describe("promised against achieved", () => {
  test("inside the interval and the usual pause is kept, and better than promised is, too", () => {
    expect(judgePromise(promise, { pauseMs: 247, latencyMsP95: 66, requests: 500 })).toBe("kept");
    expect(judgePromise(promise, { pauseMs: 0, latencyMsP95: 40, requests: 500 })).toBe("kept");
  });
  test("slower than the interval or a longer pause is missed", () => {
    expect(judgePromise(promise, { pauseMs: 247, latencyMsP95: 69, requests: 500 })).toBe("missed");
    expect(judgePromise(promise, { pauseMs: 900, latencyMsP95: 60, requests: 500 })).toBe("missed");
  });
  test("without a promise, or with too little seen, there is no verdict", () => {
    expect(judgePromise(null, { pauseMs: 247, latencyMsP95: 66, requests: 500 })).toBe("insufficient-data");
    expect(judgePromise(promise, { pauseMs: 247, latencyMsP95: null, requests: 500 })).toBe("insufficient-data");
    expect(judgePromise(promise, { pauseMs: 247, latencyMsP95: 66, requests: 19 })).toBe("insufficient-data");
  });
  test("a regression is measured against the worse of what was and what was promised", () => {
    expect(latencyLimitMs(promise, 20)).toBeCloseTo(142 * 1.2);
    expect(latencyLimitMs({ ...promise, latencyMsP95Before: 40 }, 20)).toBeCloseTo(68 * 1.2);
    expect(latencyLimitMs(null, 20)).toBeNull();
  });
  test("what nobody notices is no regression: a share of a few milliseconds is not asked for", () => {
    const quick: MovePromise = { ...promise, latencyMsP95Interval: [4, 9], latencyMsP95Before: 6 };
    expect(latencyLimitMs(quick, 20)).toBe(19);
  });
});
