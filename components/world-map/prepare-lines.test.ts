import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataCenterDto, MigrationDto } from "../../server/api/shapes/index.ts";
import { backbone, type Pair } from "./backbone.ts";
import { dotsAt } from "./move-dots.ts";
import { linkLines, moveLines } from "./prepare-lines.ts";
import { parseAsView } from "./view-in-address.ts";

const place = (name: string, longitude: number): DataCenterDto =>
  ({ metadata: { name }, spec: { location: { latitude: 10, longitude } } }) as DataCenterDto;
const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${String(index).padStart(2, "0")}`);
const allPairs = (names: readonly string[], rtt: (a: number, b: number) => number): Pair[] =>
  names.flatMap((from, a) =>
    names.flatMap((to, b) => (a === b ? [] : [{ from, to, rttMs: rtt(Math.min(a, b), Math.max(a, b)) }])),
  );

describe("the backbone", () => {
  test("joins every place with the fewest links, whatever the round-trip times are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 14 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 200, maxLength: 200 }),
        (count, times) => {
          const names = namesOf(count);
          const links = backbone(allPairs(names, (a, b) => times[a * 14 + b] ?? 1));
          const reached = new Set([names[0]]);
          for (const _ of names)
            for (const { from, to } of links)
              if (reached.has(from) || reached.has(to)) [from, to].forEach((name) => reached.add(name));
          expect(links).toHaveLength(count - 1);
          expect(reached.size).toBe(count);
        },
      ),
    );
  });
  test("prefers the faster way round", () => {
    const pairs = [
      { from: "a", to: "b", rttMs: 100 },
      { from: "a", to: "c", rttMs: 10 },
      { from: "b", to: "c", rttMs: 20 },
    ];
    expect(backbone(pairs).map(({ from, to }) => from + to)).toEqual(["ac", "bc"]);
  });
});

describe("links on the map", () => {
  const names = namesOf(20);
  const places = names.map((name, index) => place(name, index * 9 - 90));
  const pairs = allPairs(names, (a, b) => 10 + b - a);
  const draw = (rest: Partial<Parameters<typeof linkLines>[0]>) =>
    linkLines({ places, pairs, traffic: [], selected: null, all: false, ...rest }).features;
  test("are few at world zoom, all when somebody asks, and each pair is drawn once", () => {
    expect(draw({})).toHaveLength(12);
    expect(draw({ all: true })).toHaveLength((20 * 19) / 2);
  });
  test("a place somebody looks at shows what it exchanges, too, and traffic makes a line wider", () => {
    const traffic = [{ from: "p00", to: "p19", requestsPerSecond: 20 }];
    const [with_, without] = [draw({ traffic, selected: "p00" }), draw({ traffic })];
    expect(with_.length).toBe(without.length + 1);
    const widths = with_.map(({ properties }) => Number(properties?.["width"]));
    expect(Math.max(...widths)).toBeGreaterThan(Math.min(...widths));
    expect(Math.max(...widths)).toBeLessThanOrEqual(3.2);
  });
});

test("dots stay on their way from its first point to its last", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (ms) => {
      for (const { geometry } of dotsAt(
        [
          [
            [0, 0],
            [10, 0],
            [20, 0],
          ],
        ],
        ms,
      ).features) {
        expect(geometry.coordinates[0]).toBeGreaterThanOrEqual(0);
        expect(geometry.coordinates[0]).toBeLessThanOrEqual(20);
      }
    }),
  );
});

test("a view in the address survives the round trip, and nonsense is no view", () => {
  const view = { longitude: -77.5, latitude: 39.25, zoom: 3.5 };
  expect(parseAsView.parse(parseAsView.serialize(view))).toEqual(view);
  for (const text of ["", "1,2", "1,2,3,4", "a,b,c", "0,90,3", "0,0,99"]) expect(parseAsView.parse(text)).toBeNull();
});

test("moves that wait on one way share a card: cards on one point cannot be read", () => {
  const move = (id: string, step: string | null): MigrationDto =>
    ({
      id,
      component: `shop/${id}`,
      from: "p00",
      to: "p01",
      state: step === null ? "pending" : "running",
      step,
      steps: [],
    }) as unknown as MigrationDto;
  const { features } = moveLines(
    [place("p00", 0), place("p01", 40)],
    [move("a", "pre-copy"), move("b", null), move("c", null), move("d", null)],
  );
  const cards = features.flatMap(({ properties }) => (properties?.["label"] as string | undefined) ?? []);
  expect(cards.filter((label) => /wait/.test(label))).toEqual(["3 wait"]);
  expect(cards).toHaveLength(2);
});
