import { expect, test } from "vitest";
import { placeQuery } from "../../server/processes/cli/route.ts";
import type { DataCenterDto, DensityDto, RoutingDto, SimulationDto } from "../../server/api/shapes/index.ts";
import {
  catchments,
  destinationsOf,
  entryRows,
  fromOption,
  placeOf,
  publishedWords,
  reasonsOf,
  type City,
  type RoutedComponent,
} from "./prepare.ts";

const way = (dataCenter: string, latencyMs = 10) => ({
  dataCenter,
  instance: `cart.${dataCenter}`,
  epoch: 4,
  instances: 1,
  latencyMs,
  latencyFrom: "measured" as const,
});
const route = (
  entry: string,
  dataCenter: string | null,
  requestsPerSecond = 0,
  servedFrom = dataCenter,
): RoutedComponent["routes"][number] => ({
  entry,
  chosen: dataCenter === null ? null : way(dataCenter),
  requestsPerSecond,
  share: null,
  served: requestsPerSecond === 0 ? [] : [{ dataCenter: servedFrom, requestsPerSecond, latencyMsP95: 42 }],
});
const component: RoutedComponent = {
  component: "shop/cart",
  entrypoint: true,
  stateKind: "full",
  epoch: 4,
  instances: [],
  requestsPerSecond: 12,
  routes: [route("east", "east", 2), route("south", "east", 1, "west"), route("west", "west", 9), route("north", null)],
};
const table: RoutingDto = {
  version: 7,
  publishedAt: null,
  gatewayProblem: null,
  entries: [
    { dataCenter: "east", version: 7, acknowledged: true, holding: ["shop/cart"] },
    { dataCenter: "west", version: 6, acknowledged: false, holding: [] },
  ],
  components: [component],
};

test("destinations are coloured by how busy they are, so that the same place keeps the same colour in map and table", () => {
  expect(destinationsOf(component).map(({ dataCenter, series, entries }) => [dataCenter, series, entries])).toEqual([
    ["west", 1, 1],
    ["east", 2, 2],
  ]);
  const rows = entryRows(table, component);
  expect(rows.map(({ entry, series }) => [entry, series])).toEqual([
    ["west", 1],
    ["east", 2],
    ["south", 2],
    ["north", 0],
  ]);
  expect(rows.find(({ entry }) => entry === "east")).toMatchObject({
    acknowledged: true,
    isHolding: true,
    seenMsP95: 42,
    otherwise: [],
  });
  expect(rows.find(({ entry }) => entry === "south")).toMatchObject({ seenMsP95: null, otherwise: ["west"] });
});

test("a cell takes the colour of where its nearest entry sends it", () => {
  const place = (name: string, longitude: number) =>
    ({
      metadata: { name },
      spec: { location: { latitude: 0, longitude, city: null, country: "US" } },
    }) as unknown as DataCenterDto;
  const cell = (longitude: number) => ({
    h3: "",
    country: null,
    latitude: 0,
    longitude,
    requests: 5,
    latencyMs: { p50: 1, p95: 1 },
  });
  const density = {
    from: "",
    to: "",
    resolution: 2,
    countries: [],
    unplaced: { requests: 0 },
    cells: [cell(-100), cell(80)],
  } satisfies DensityDto;
  const drawn = catchments({ places: [place("west", -90), place("east", 90)], density, rows: entryRows(table, component) });
  expect(drawn.features.map(({ properties }) => properties?.["series"] as number)).toEqual([1, 2]);
});

test.each([
  ["177.8.8.8", { address: "177.8.8.8" }],
  ["2001:db8::1", { address: "2001:db8::1" }],
  ["sao paulo", { latitude: -23.5, longitude: -46.6 }],
  ["São Paulo, Brazil", { latitude: -23.5, longitude: -46.6 }],
  ["brazil", { country: "BR" }],
  ["jp", { country: "JP" }],
  ["-33.9, 151.2", { latitude: -33.9, longitude: 151.2 }],
  ["nowhere at all", null],
])("%s is read as a place", (text, from) => {
  const cities: City[] = [["São Paulo", "BR", -23.5, -46.6]];
  expect(placeOf(text, cities)).toEqual(from);
});

test.each([
  ["-33.9, 151.2", '--from "-33.9,151.2"', "latitude=-33.9&longitude=151.2"],
  ["0.0000001, -0.00000001", '--from "0,0"', "latitude=0&longitude=0"],
  ["São Paulo, Brazil", '--from "-23.5,-46.6"', "latitude=-23.5&longitude=-46.6"],
  ["brazil", "--from BR", "country=BR"],
  ["177.8.8.8", "--from 177.8.8.8", "address=177.8.8.8"],
])("the command for %s asks the terminal for the same place", (text, option, query) => {
  const from = placeOf(text, [["São Paulo", "BR", -23.5, -46.6]]);
  expect(from === null ? null : fromOption(from)).toBe(option);
  expect(placeQuery(option.replace("--from ", "").replaceAll('"', ""))).toBe(query);
});

test("who is behind is named, and a silent gateway is not guessed at", () => {
  expect(publishedWords(table, (id) => id)).toBe("1 of 2 entries have version 7; behind: west.");
  expect(publishedWords({ ...table, gatewayProblem: "away" }, (id) => id)).toContain("does not answer");
  expect(publishedWords({ ...table, version: null }, (id) => id)).toContain("No routes");
});

test("the reasons go the gateway's way: the entry, the place, the runner-up and by how much", () => {
  const answer: SimulationDto = {
    component: "shop/cart",
    version: 7,
    from: { kind: "country", latitude: 1, longitude: 1, country: "BR", city: null, accuracyKm: 800 },
    entry: "east",
    entries: [
      { dataCenter: "east", distanceKm: 12, accessMs: 2.2 },
      { dataCenter: "west", distanceKm: 900, accessMs: 16 },
    ],
    chosen: way("east", 10),
    runnerUp: way("west", 42),
    notes: [],
  };
  const [enters, served, other] = reasonsOf(answer, "Brazil", (id) => id);
  expect(enters).toBe("A user of Brazil enters at east: 12 km away, about 2.2 ms. The next entry, west, is 900 km away.");
  expect(served).toContain("10 ms from there, measured");
  expect(other).toBe("west would be next, 32 ms slower (measured).");
  expect(reasonsOf({ ...answer, chosen: null, runnerUp: null }, "Brazil", (id) => id).at(-1)).toContain("No instance");
});
