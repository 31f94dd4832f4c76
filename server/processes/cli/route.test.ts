import { expect, test } from "vitest";
import type { SimulationDto } from "../../api/shapes/index.ts";
import { Refused } from "./client.ts";
import { placeQuery, routeRows } from "./route.ts";

test.each([
  ["177.8.8.8", "address=177.8.8.8"],
  ["2001:db8::1", "address=2001%3Adb8%3A%3A1"],
  ["br", "country=BR"],
  ["-33.9, 151.2", "latitude=-33.9&longitude=151.2"],
  ["sao paulo", expect.stringMatching(/^latitude=-23\.\d+&longitude=-46\.\d+$/) as string],
])("--from %s is asked as %s", (from, query) => {
  expect(placeQuery(from)).toEqual(query);
});

test("a place that nobody knows is refused by its option", () => {
  expect(() => placeQuery("Nowhere at all")).toThrow(Refused);
  expect(() => placeQuery("Nowhere at all")).toThrow("--from: no city Nowhere at all");
});

test("the table tells the way, the runner-up and by how much", () => {
  const way = (dataCenter: string, latencyMs: number) =>
    ({ dataCenter, instance: `cart.${dataCenter}`, epoch: 4, instances: 1, latencyMs, latencyFrom: "measured" }) as const;
  const answer: SimulationDto = {
    component: "shop/cart",
    version: 7,
    from: { kind: "country", latitude: 1, longitude: 1, country: "BR", city: null, accuracyKm: 800 },
    entry: "east",
    entries: [{ dataCenter: "east", distanceKm: 12.4, accessMs: 2.2 }],
    chosen: way("east", 10),
    runnerUp: way("west", 42),
    notes: [{ code: "held", message: "It waits." }],
  };
  expect(routeRows(answer)).toEqual([
    { what: "enters at", where: "east", why: "12 km, about 2.2 ms" },
    { what: "is served by", where: "cart.east in east", why: "10 ms from there, measured" },
    { what: "next best", where: "west", why: "32 ms slower, measured" },
    { what: "note", where: "held", why: "It waits." },
  ]);
});
