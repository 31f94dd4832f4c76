import { expect, test } from "vitest";
import { roundTripMatrix } from "./estimate-round-trip.ts";

const places = [
  { name: "sydney", latitude: -33.87, longitude: 151.21 },
  { name: "sao-paulo", latitude: -23.55, longitude: -46.63 },
];
const there = { from: "sydney", to: "sao-paulo" };
const back = { from: "sao-paulo", to: "sydney" };

const matrixOf = (given: Parameters<typeof roundTripMatrix>[1], measured: Parameters<typeof roundTripMatrix>[2]) =>
  Object.fromEntries(
    roundTripMatrix(places, given, measured).map(({ from, to, rttMs, rttFrom }) => [`${from}>${to}`, { rttMs, rttFrom }]),
  );

test("a round trip has no direction: what only one end measured, or only one direction is given, holds for both", () => {
  const measured = { rttMs: 290, rttFrom: "measured" };
  expect(matrixOf([], [{ ...there, rttMs: 290 }])).toEqual({ "sydney>sao-paulo": measured, "sao-paulo>sydney": measured });
  expect(matrixOf([{ ...there, rttMs: 250 }], [{ ...there, rttMs: 290 }])).toEqual({
    "sydney>sao-paulo": measured,
    "sao-paulo>sydney": measured,
  });
  expect(matrixOf([{ ...there, rttMs: 250 }], [])).toMatchObject({ "sao-paulo>sydney": { rttMs: 250, rttFrom: "given" } });
});

test("where the directions are given as different, one end's measurement does not claim the other's route", () => {
  const given = [
    { ...there, rttMs: 293 },
    { ...back, rttMs: 250 },
  ];
  expect(matrixOf(given, [{ ...there, rttMs: 293 * 1.1 }])["sao-paulo>sydney"]).toEqual({
    rttMs: expect.closeTo(275, 6) as number,
    rttFrom: "measured",
  });
  const both = matrixOf(given, [
    { ...there, rttMs: 293 },
    { ...back, rttMs: 260 },
  ]);
  expect(both["sao-paulo>sydney"]?.rttMs).toBe(260);
});
