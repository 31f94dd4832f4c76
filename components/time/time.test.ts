import { describe, expect, test } from "vitest";
import type { DataCenterDto, PastWorldDto } from "../../server/api/shapes/index.ts";
import { momentByKey, timelineOf } from "../world-map/scrubber-prepare.ts";
import { labClockAsOf, placesAsOf } from "./as-of.ts";
import { hrefAt } from "./href-at.ts";
import { questionMoment, stepReplay } from "./replay.ts";
import { momentInWords, momentOf } from "./words.ts";

const NOW = Date.UTC(2026, 10, 25, 3, 0, 0);
const MINUTE_MS = 60_000;

describe("a replay", () => {
  test("goes on as fast as it says, and is live again where it reaches now", () => {
    expect(stepReplay(NOW - 10 * MINUTE_MS, { speed: 60, elapsedMs: 500, nowMs: NOW })).toBe(NOW - 10 * MINUTE_MS + 30_000);
    expect(stepReplay(NOW - 20_000, { speed: 60, elapsedMs: 500, nowMs: NOW })).toBeNull();
  });
  test("never asks for a moment that is still to come", () => {
    for (const speed of [null, 1, 10, 60, 600] as const) expect(questionMoment(NOW - 1, speed)).toBeLessThan(NOW);
  });
});

test("a link leads to the same moment, whatever else it asks; live it is what it was", () => {
  expect(hrefAt("/plans?show=all", NOW)).toBe("/plans?show=all&time=2026-11-25T03%3A00%3A00.000Z");
  expect(hrefAt("/plans", null)).toBe("/plans");
  expect(hrefAt("https://elsewhere.example/", NOW)).toBe("https://elsewhere.example/");
});

test("a moment is read as UTC, and said with its day where that is another", () => {
  expect(momentOf("2026-11-25T02:40")).toBe(Date.UTC(2026, 10, 25, 2, 40));
  expect(momentOf("2026-11-25T02:40:10Z")).toBe(Date.UTC(2026, 10, 25, 2, 40, 10));
  expect(momentOf("soon")).toBeNull();
  expect(momentInWords(Date.UTC(2026, 10, 25, 2, 40, 10), NOW)).toBe("02:40:10 UTC");
  expect(momentInWords(Date.UTC(2026, 10, 24, 23, 59), NOW)).toBe("2026-11-24 23:59:00 UTC");
});

test("a data centre of a moment that is over is in no known state: neither well nor lost as it is now", () => {
  const nothing = { cpuMillicores: 0, memoryMiB: 0, storageMiB: 0 };
  const place = {
    metadata: { name: "east" },
    status: {
      state: "unreachable",
      loss: { since: "" },
      drain: null,
      instances: 1,
      used: nothing,
      reserved: nothing,
      free: nothing,
    },
  } as unknown as DataCenterDto;
  const [then] = placesAsOf([place], [], { placements: [] } as unknown as PastWorldDto);
  expect(then?.status).toMatchObject({ state: "unknown", loss: null, drain: null, instances: 0 });
});

test("the lab's clock was earlier by as much as it runs faster", () => {
  expect(labClockAsOf("2026-11-25T12:00:00Z", 60, { now: NOW, at: NOW - MINUTE_MS })).toBe(Date.UTC(2026, 10, 25, 11));
});

describe("the scrubber", () => {
  const timeline = timelineOf(NOW, { samples: [], migrations: [], at: NOW - 40 * MINUTE_MS });
  test("holds the moment that is looked at", () => {
    expect(timeline.fromMs).toBeLessThanOrEqual(NOW - 40 * MINUTE_MS);
  });
  test("is moved by keys, and is live at its right end", () => {
    const by = (key: string, at: number | null) => momentByKey(key, { at, now: NOW, timeline });
    expect(by("ArrowLeft", null)).toBe(NOW - MINUTE_MS);
    expect(by("ArrowRight", NOW - MINUTE_MS)).toBe("live");
    expect(by("End", NOW - MINUTE_MS)).toBe("live");
    expect(by("Home", null)).toBe(timeline.fromMs);
    expect(by("PageDown", timeline.fromMs)).toBe(timeline.fromMs);
    expect(by("x", null)).toBeNull();
  });
});
