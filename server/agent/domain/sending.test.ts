import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffMs, retryAfterMs } from "./back-off.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { addToLink, linkFigures, NOTHING_SEEN, throughputMbps } from "./link-window.ts";

test("a wait is anything up to a span that doubles, and never more than the longest", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const waitMs = backOffMs({ firstMs: 1_000, maxMs: 60_000 }, failures, chance);
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** failures));
    }),
  );
  expect(backOffMs({ firstMs: 1_000, maxMs: 60_000 }, 3, 1)).toBe(8_000);
});

test("Retry-After is honoured in seconds and as a date, within bounds", () => {
  const nowMs = Date.parse("2026-11-24T10:00:00Z");
  expect(retryAfterMs("7", nowMs, 60_000)).toBe(7_000);
  expect(retryAfterMs("Tue, 24 Nov 2026 10:00:30 GMT", nowMs, 60_000)).toBe(30_000);
  expect(retryAfterMs("86400", nowMs, 60_000)).toBe(60_000);
  expect(retryAfterMs("Tue, 24 Nov 2026 09:00:00 GMT", nowMs, 60_000)).toBe(0);
  expect([retryAfterMs("soon", nowMs, 60_000), retryAfterMs(undefined, nowMs, 60_000)]).toEqual([null, null]);
});

test.each([
  [202, "delivered"],
  [400, "refused"],
  [403, "refused"],
  [413, "refused"],
  [401, "unauthenticated"],
  [404, "later"],
  [408, "later"],
  [429, "later"],
  [500, "later"],
  [503, "later"],
  [302, "later"],
])("an answer %d means %s", (status, verdict) => {
  expect(judgeAnswer(status)).toBe(verdict);
});

test("a link's window tells its probes in their order and what was lost; a link of which nothing was seen is not told", () => {
  const seen = [
    { kind: "round-trip", rttMs: 92.12345 } as const,
    { kind: "lost" } as const,
    { kind: "round-trip", rttMs: 90 } as const,
  ];
  const window = seen.reduce(addToLink, NOTHING_SEEN);
  const figures = linkFigures(
    "a",
    new Map([
      ["b", window],
      ["c", NOTHING_SEEN],
    ]),
    { fromMs: 0, untilMs: 10_000 },
  );
  expect(figures).toEqual([
    { from: "a", to: "b", at: "1970-01-01T00:00:00.000Z", windowMs: 10_000, rttMs: [92.123, 90], lost: 1, throughputMbps: null },
  ]);
});

test("a transfer's throughput is that of its slower way, without the round trip that each way has anyhow", () => {
  expect(throughputMbps(1_000_000, [{ durationMs: 180 }, { durationMs: 120 }], 100)).toBeCloseTo(100);
  expect(Number.isFinite(throughputMbps(1_000_000, [{ durationMs: 90 }], 100))).toBe(true);
});
