import { expect, test } from "vitest";
import type { UserLatencyDto } from "../../server/api/shapes/index.ts";
import { placedOf, regionTable } from "./prepare.ts";

const felt = (requestsPerSecond: number | null, p95: number | null) => ({
  requestsPerSecond,
  errorRate: 0,
  latencyMs: { p50: p95, p95, p99: p95 },
});
const series = (region: string, points: [number | null, number | null][], whole: [number | null, number | null]) => ({
  region,
  points: points.map(([rate, p95], index) => ({ at: `2026-11-24T12:00:${index}0.000Z`, ...felt(rate, p95) })),
  whole: felt(...whole),
});
const latency: UserLatencyDto = {
  component: "shop/cart",
  from: "",
  to: "",
  stepSeconds: 10,
  series: [
    series(
      "Asia",
      [
        [1, 200],
        [3, 90],
        [null, null],
      ],
      [2, 150],
    ),
    series("Europe", [[6, 40]], [6, 40]),
    series("Oceania", [[null, null]], [null, null]),
  ],
  world: { points: [], lastMinute: felt(null, null) },
};

test("regions stand by their requests, each with its part of all, and silence is no region", () => {
  const rows = regionTable(latency, 100);
  expect(rows.map(({ region, share }) => [region, share])).toEqual([
    ["Europe", 0.75],
    ["Asia", 0.25],
  ]);
});

test("in target are the requests of the steps that were, weighed by how many they were", () => {
  expect(regionTable(latency, 100).map(({ inTargetShare }) => inTargetShare)).toEqual([1, 0.75]);
  expect(regionTable(latency, null).map(({ inTargetShare }) => inTargetShare)).toEqual([null, null]);
});

test("what nobody can place counts among all requests", () => {
  const density = { from: "", to: "", resolution: 2, cells: [], countries: [], unplaced: { requests: 5 } };
  expect(placedOf(density)).toEqual({ requests: 5, unplacedShare: 1, countries: 0, cells: 0 });
  expect(placedOf({ ...density, unplaced: { requests: 0 } }).unplacedShare).toBeNull();
});
