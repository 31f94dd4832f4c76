import { expect, test } from "vitest";
import { isApart, isTelling, judgeWatch, measuredFrom } from "./judge-watch.ts";

const calm = { requests: 1_000, errors: 0, unreadyMs: 0, latencyMsP95: 80, latencyLimitMs: 120 };

test("a calm target stays where it is", () => {
  expect(judgeWatch(calm)).toBeNull();
});

test("a target that is started again in time stays; one that does not come back goes back", () => {
  expect(judgeWatch({ ...calm, unreadyMs: 9_000 })).toBeNull();
  expect(judgeWatch({ ...calm, unreadyMs: 11_000 })).toMatch(/not been ready for 11 s/);
});

test("failures count only where there is enough to judge by", () => {
  expect(judgeWatch({ ...calm, requests: 19, errors: 19 })).toBeNull();
  expect(judgeWatch({ ...calm, requests: 20, errors: 10 })).toBeNull();
  expect(judgeWatch({ ...calm, requests: 20, errors: 11 })).toMatch(/11 of 20 requests failed/);
});

test("users who wait longer than was allowed send a move back, once there are enough of them to tell", () => {
  expect(judgeWatch({ ...calm, latencyMsP95: 121 })).toMatch(/121 ms at p95 since the switch, at most 120 ms/);
  expect(judgeWatch({ ...calm, latencyMsP95: 121, requests: 99 })).toBeNull();
  expect(judgeWatch({ ...calm, latencyMsP95: 121, latencyLimitMs: null })).toBeNull();
});

test("the burst behind a switch is nobody's regression: half of a short watch, or half a minute, has to be over", () => {
  expect(isTelling({ seenMs: 20_000, watchMs: 60_000 })).toBe(false);
  expect(isTelling({ seenMs: 30_000, watchMs: 60_000 })).toBe(true);
  expect(isTelling({ seenMs: 30_000, watchMs: 600_000 })).toBe(true);
  const from = new Date("2026-11-29T12:00:00Z");
  expect(measuredFrom(from, 60_000)).toEqual(new Date("2026-11-29T12:00:10Z"));
  expect(measuredFrom(from, 3_000)).toEqual(new Date("2026-11-29T12:00:00.500Z"));
  expect([isTelling({ seenMs: 2_000, watchMs: 5_000 }), isTelling({ seenMs: 2_500, watchMs: 5_000 })]).toEqual([false, true]);
});

test("latency is watched from the last switch of the plan, but a companion that never switches is not waited for beyond a minute", () => {
  const startedAt = new Date("2026-11-29T12:00:00Z");
  const after = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000);
  expect(isApart({ companions: ["shop/cart"], startedAt, now: after(10) })).toBe(true);
  expect(isApart({ companions: [], startedAt, now: after(10) })).toBe(false);
  expect(isApart({ companions: ["shop/cart"], startedAt, now: after(61) })).toBe(false);
});
