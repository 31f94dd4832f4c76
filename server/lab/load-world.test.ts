import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
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
  const { topologies } = load({ "shop.json": JSON.stringify({ ...SHOP, components, edges }) });
  expect(topologies[0]?.edges).toMatchObject([{ callsPerRequest: 1, requestBytes: 400, responseBytes: 900 }]);
});
