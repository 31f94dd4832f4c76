import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseManifests } from "../component-registry/domain/parse-manifests.ts";
import { loadWorld } from "./index.ts";
import { componentManifests, topologySchema } from "./domain/topology.ts";
import { worldManifests } from "./domain/world.ts";

const root = new URL("../..", import.meta.url).pathname;
const own = join(root, "server/lab/worlds/three-continents");
/** Known applications beside the project; the product works without them. */
const shared = join(root, "../shared/data");

function topologiesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .map((file) => join(folder, file))
    .filter((file) => readFileSync(file, "utf8").includes('"app-topology/1"'));
}

const files = [...topologiesIn(own), ...topologiesIn(shared)];

describe.each(files.map((file) => [file.split("/").at(-1) ?? "", file]))("the topology %s", (_name, file) => {
  test("becomes manifests that the registry takes, cycles and all", () => {
    const topology = topologySchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const manifests = componentManifests(topology, "application");
    const parsed = parseManifests(manifests);
    expect(parsed).toMatchObject({ ok: true });
    expect(manifests.length).toBe(topology.components.filter(({ kind }) => kind !== "loadgen").length);
  });
});

test("the shipped world has nine regions on three continents, measured round trips and prices", () => {
  const world = loadWorld(join(own, "world.yaml"));
  const manifests = worldManifests(world);
  expect(parseManifests(manifests)).toMatchObject({ ok: true });
  const places = manifests.filter(({ kind }) => kind === "DataCenter") as {
    metadata: { labels: { provider: string } };
    spec: { price: unknown };
  }[];
  expect(places.length).toBeGreaterThanOrEqual(9);
  expect(new Set(places.map(({ metadata }) => metadata.labels.provider))).toEqual(new Set(["aws", "gcp", "azure"]));
  expect(places.every(({ spec }) => spec.price !== null && spec.price !== undefined)).toBe(true);
  expect(world.cities.length).toBeGreaterThanOrEqual(100);
});
