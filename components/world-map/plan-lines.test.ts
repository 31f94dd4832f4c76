import { expect, test } from "vitest";
import type { DataCenterDto, PlanDto } from "../../server/api/shapes/index.ts";
import { planLines } from "./plan-lines.ts";

const place = (name: string, longitude: number): DataCenterDto =>
  ({ metadata: { name }, spec: { location: { latitude: 40, longitude } } }) as DataCenterDto;
const plan = (moves: readonly [component: string, from: string, to: string][]): PlanDto =>
  ({ id: "pln_1", moves: moves.map(([component, from, to]) => ({ component, from, to })) }) as unknown as PlanDto;
const places = [place("iad", -77), place("fra", 8), place("nrt", 140)];

test("moves of a plan between the same places are one arc that says how many they are", () => {
  const { features } = planLines({
    places,
    plans: [
      plan([
        ["shop/a", "iad", "fra"],
        ["shop/b", "iad", "fra"],
        ["shop/c", "iad", "nrt"],
      ]),
    ],
    pairs: [{ from: "iad", to: "fra", rttMs: 90.4 }],
  });
  expect(features.map(({ properties }) => properties?.["label"] as string)).toEqual(["2 moves, 90 ms apart", "c"]);
});

test("a move to where nobody knows, or nowhere, is not drawn", () => {
  expect(
    planLines({
      places,
      plans: [
        plan([
          ["shop/a", "iad", "gone"],
          ["shop/b", "iad", "iad"],
        ]),
      ],
      pairs: [],
    }).features,
  ).toEqual([]);
});
