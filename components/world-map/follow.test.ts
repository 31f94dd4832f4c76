import fc from "fast-check";
import { expect, test } from "vitest";
import { BEGIN, drawn, EVERY_MAX_MS, framed, moved, PART, type Follow } from "./follow.ts";

const PRESS_MS = 20;

/** A hand that presses a key each 20 ms from `fromMs` on; each drawing keeps the page for `frames`. When it was drawn, ms. */
function held(frames: readonly number[], forMs: number, begin: Follow = BEGIN, fromMs = 60_000) {
  const drawnAtMs: number[] = [];
  let follow = begin;
  let nowMs = fromMs;
  while (nowMs < fromMs + forMs) {
    const next = moved(follow, nowMs);
    follow = next.follow;
    if (next.waitMs >= PRESS_MS) {
      nowMs += PRESS_MS;
      continue;
    }
    nowMs += next.waitMs;
    follow = drawn(follow, nowMs);
    drawnAtMs.push(nowMs - fromMs);
    for (const gapMs of frames) {
      nowMs += gapMs;
      follow = framed(follow, gapMs);
    }
  }
  return { drawnAtMs, follow, endMs: nowMs };
}

test("a map whose frames are not felt follows a moving hand ten times a second", () => {
  expect(held([17, 17, 17], 10_000).drawnAtMs.length).toBeGreaterThan(60);
});

test("a map keeps the page for at most a tenth of a moving hand's time, once its cost is known, and is drawn all the same", () => {
  const frame = fc.integer({ min: 51, max: 250 });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), (frames) => {
      const { drawnAtMs } = held(frames, 60_000);
      const costMs = frames.reduce((sum, gapMs) => sum + gapMs, 0);
      const between = drawnAtMs.slice(1).map((atMs, index) => atMs - (drawnAtMs[index] ?? 0));
      expect(between.length).toBeGreaterThan(4);
      for (const ms of between) {
        expect(ms).toBeGreaterThanOrEqual(Math.min(EVERY_MAX_MS, PART * costMs));
        expect(ms).toBeLessThanOrEqual(EVERY_MAX_MS + PRESS_MS);
      }
    }),
  );
});

test("a hand that rested pays for no drawing with the time of its rest", () => {
  const { follow, endMs } = held([200, 200], 9_000);
  const again = held([200, 200], 10_000, follow, endMs + 600_000);
  expect(again.drawnAtMs[0]).toBeGreaterThanOrEqual(PART * 400);
});

test("a hand that stops is drawn within half a second, however slow the map is", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 5 }), (frames) => {
      const { follow, endMs } = held(frames, 5_000);
      expect(moved(follow, endMs).waitMs).toBeLessThanOrEqual(500);
    }),
  );
});
