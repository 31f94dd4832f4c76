import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseManifests } from "../component-registry/domain/parse-manifests.ts";
import { worldManifests } from "./domain/world.ts";
import { loadWorld } from "./load-world.ts";

const WORLD = {
  apiVersion: "geostitch.dev/v1",
  kind: "LabWorld",
  metadata: { name: "two" },
  spec: {
    dataCenters: ["east", "west"].map((name) => ({
      metadata: { name },
      spec: { location: { latitude: 0, longitude: 0, country: "US" }, capacity: { cpu: "8", memory: "16Gi", storage: "64Gi" } },
    })),
    rtt: { csv: "rtt.csv" },
    applications: [{ topology: "shop.json" }],
    users: { cities: "cities.csv" },
  },
};
const SHOP = { schema: "app-topology/1", app: "shop", components: [{ id: "front" }], edges: [] as unknown[] };

function load(files: Readonly<Record<string, string>>): ReturnType<typeof loadWorld> {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-world-file-"));
  const all = {
    "world.yaml": JSON.stringify(WORLD),
    "rtt.csv": "from,to,rtt_ms\neast,west,60\n",
    "cities.csv": "name,country,population,lat,lon\nBoston,US,600000,42.3,-71\n",
    "shop.json": JSON.stringify(SHOP),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return loadWorld(join(folder, "world.yaml"));
}

test("a city's name may hold a comma, and its columns may stand in any order", () => {
  const { cities } = load({
    "cities.csv": '\uFEFFcountry,name,lon,lat,population\r\nUS,"Washington, D.C.",-77.04,38.9,700000\r\n',
  });
  expect(cities).toMatchObject([{ name: "Washington, D.C.", country: "US", latitude: 38.9, longitude: -77.04, address: null }]);
});

test("a pair that is given twice is refused with its line; a place's way to itself is no link", () => {
  expect(() => load({ "rtt.csv": "from,to,rtt_ms\neast,west,60\neast,west,70\n" })).toThrow(
    /rtt\.csv:3: east to west is given twice/,
  );
  expect(load({ "rtt.csv": "from,to,rtt_ms\neast,east,0\neast,west,60\n" }).roundTrips).toHaveLength(1);
});

test("a file without a needed column names it, and what it has", () => {
  expect(() => load({ "rtt.csv": "src,dst,rtt_ms\neast,west,60\n" })).toThrow(/expected a column from, found src, dst, rtt_ms/);
});

test("where a topology says null, the defaults of the contract hold", () => {
  const edges = [{ caller: "front", callee: "back", callsPerRequest: null, requestBytes: null, responseBytes: null }];
  const components = [{ id: "front" }, { id: "back", stateful: null, replicas: null, cpu_request_m: null }];
  const [front] = componentsOf({ components, edges });
  expect(front?.spec.dependencies).toEqual([{ component: "back", callsPerRequest: 1, requestBytes: 400, responseBytes: 900 }]);
});

interface Made {
  metadata: { application: string; name: string };
  spec: { dependencies: unknown[]; state: { kind: string }; entrypoint: boolean };
}

function componentsOf(topology: Readonly<Record<string, unknown>>): Made[] {
  const manifests = worldManifests(load({ "shop.json": JSON.stringify({ ...SHOP, ...topology }) }));
  expect(parseManifests(manifests)).toMatchObject({ ok: true });
  return manifests.filter(({ kind }) => kind === "Component") as unknown as Made[];
}

test("ids of any form get names of their own, and edges find them", () => {
  const ids = ["Cart_Service", "cart.service", "カート", "在庫", "Café", `${"x".repeat(62)}-y`];
  const edges = [
    { caller: "Café", callee: "cart.service" },
    { caller: "Café", callee: "在庫" },
  ];
  const made = componentsOf({ components: ids.map((id) => ({ id })), edges });
  expect(made.map(({ metadata }) => metadata.name)).toEqual([
    "cart-service",
    "cart-service-2",
    "component",
    "component-2",
    "cafe",
    "x".repeat(62),
  ]);
  expect(made[4]?.spec.dependencies).toMatchObject([{ component: "cart-service-2" }, { component: "component-2" }]);
});

test("edges between the same two are calls that add up, as long as their mean", () => {
  const components = [{ id: "front" }, { id: "back", responseBytes: 2_000 }];
  const edges = [
    { caller: "front", callee: "back", callsPerRequest: 0.5, requestBytes: 100 },
    { caller: "front", callee: "back", callsPerRequest: 1.5, requestBytes: 500, responseBytes: 4_000 },
  ];
  expect(componentsOf({ components, edges })[0]?.spec.dependencies).toEqual([
    { component: "back", callsPerRequest: 2, requestBytes: 400, responseBytes: 3_500 },
  ]);
});

test("what a file says of state decides before its kind; of what nobody knows everything is kept", () => {
  const components = [
    { id: "a", kind: "db", stateful: "none" },
    { id: "b", stateful: "search-index" },
    { id: "c", stateful: true },
    { id: "d", kind: "cache" },
    { id: "e", kind: "gateway" },
  ];
  const kinds = componentsOf({ components }).map(({ spec }) => spec.state.kind);
  expect(kinds).toEqual(["stateless", "full", "full", "partial", "stateless"]);
});

test("users have somewhere to go even where all components call each other in a circle", () => {
  const edges = [
    { caller: "a", callee: "b" },
    { caller: "b", callee: "a" },
  ];
  const made = componentsOf({ components: [{ id: "a" }, { id: "b" }], edges });
  expect(made.map(({ spec }) => spec.entrypoint)).toEqual([true, false]);
});

test("what a topology names and does not describe is told, and everything else runs", () => {
  const edges = [
    { caller: "front", callee: "nobody" },
    { caller: "front", callee: "back" },
  ];
  const shop = { ...SHOP, components: [{ id: "front" }, { id: "back" }], edges, entrypoints: ["elsewhere"] };
  const world = load({ "shop.json": JSON.stringify(shop) });
  expect(world.remarks.map((remark) => remark.replace(/^.*shop\.json: /, ""))).toEqual([
    "edges.0.callee: there is no component nobody",
    "entrypoints.0: there is no component elsewhere",
  ]);
  const made = worldManifests(world).filter(({ kind }) => kind === "Component") as unknown as Made[];
  expect(made.map(({ spec }) => [spec.entrypoint, spec.dependencies.length])).toEqual([
    [true, 1],
    [false, 0],
  ]);
});

test("two files of one name are two applications", () => {
  const applications = [{ topology: "shop.json" }, { topology: "shop.json" }];
  const world = load({ "world.yaml": JSON.stringify({ ...WORLD, spec: { ...WORLD.spec, applications } }) });
  expect(
    worldManifests(world).flatMap(({ kind, metadata }) =>
      kind === "Component" ? [(metadata as Made["metadata"]).application] : [],
    ),
  ).toEqual(["shop", "shop-2"]);
});

test.each([
  ["components.1.id", { components: [{ id: "front" }, { id: "front" }] }],
  ["edges.0.callsPerRequest", { edges: [{ caller: "front", callee: "front", callsPerRequest: -1 }] }],
])("a topology that cannot be meant is refused with its file and %s", (path, topology) => {
  expect(() => load({ "shop.json": JSON.stringify({ ...SHOP, ...topology }) })).toThrow(
    new RegExp(`^/.*shop\\.json: ${path}: [^\\n]+$`),
  );
});

test.each([
  [
    "no latitude",
    "name,country,population,lon\nBoston,US,600000,-71\n",
    /cities\.csv:2: latitude: expected -90 to 90, got no column/,
  ],
  ["no number", "name,country,population,lat,lon\nBoston,US,many,42.3,-71\n", /cities\.csv:2: population: .* got many/],
  [
    "a share over 1",
    "name,country,population,lat,lon,internet_share\nB,US,1,42.3,-71,80\n",
    /:2: internet_share: expected 0 to 1/,
  ],
])("a city with %s is refused with its line, not left out", (_what, text, message) => {
  expect(() => load({ "cities.csv": text })).toThrow(message);
});

test.each([
  ["spec.rtt.csv", { rtt: { csv: "none.csv" } }],
  ["spec.users.cities", { users: { cities: "none.csv" } }],
  ["spec.applications.0.topology", { applications: [{ topology: "none.json" }] }],
  ["spec.initialPlacement.dataCenter", { initialPlacement: { dataCenter: "north" } }],
  ["spec.dataCenters.2.metadata.name", { dataCenters: [...WORLD.spec.dataCenters, WORLD.spec.dataCenters[0]] }],
])("a world that refers to what it does not hold, or holds it twice, names %s", (path, spec) => {
  expect(() => load({ "world.yaml": JSON.stringify({ ...WORLD, spec: { ...WORLD.spec, ...spec } }) })).toThrow(
    new RegExp(`world\\.yaml: ${path}: `),
  );
});
