import { expect, test } from "vitest";
import type { ComponentDto, DataCenterDto, InstanceDto } from "../../server/api/shapes/index.ts";
import { parseManifests } from "../../server/component-registry/domain/parse-manifests.ts";
import { agentsHere, componentsHere, cordonManifest, costHere, gaugesOf, roundTripsFrom } from "./prepare.ts";

const amounts = (cpuMillicores: number, memoryMiB = 0, storageMiB = 0) => ({ cpuMillicores, memoryMiB, storageMiB });
const place: DataCenterDto = {
  kind: "DataCenter",
  metadata: { name: "east", labels: { provider: "aws" }, generation: 2 },
  spec: {
    location: { latitude: 39, longitude: -77, city: "Ashburn", country: "US" },
    capacity: { cpu: "4", memory: "8Gi", storage: "64Gi" },
    price: { cpuHour: 0.05, memoryGiBHour: 0.01, storageGiBMonth: 0, egressGiB: 0, currency: "USD" },
    carbon: null,
    runtime: { driver: "process", options: {} },
    cordoned: false,
  },
  status: {
    state: "ready",
    lastSeenAt: null,
    instances: 1,
    used: amounts(3200),
    reserved: amounts(400),
    free: amounts(400),
    drain: null,
    loss: null,
  },
};
const instance = (change: Partial<InstanceDto>): InstanceDto =>
  ({ name: "cart.1", component: "shop/cart", dataCenter: "east", state: "ready", agent: "agt_1", ...change }) as InstanceDto;
const cart = {
  metadata: { application: "shop", name: "cart" },
  spec: { resources: { cpu: "500m", memory: "1Gi", storage: "0" } },
} as unknown as ComponentDto;

test("a gauge tells what is used, what is kept for what is on its way, and what is left", () => {
  const [cpu] = gaugesOf(place);
  expect(cpu).toEqual({
    label: "CPU",
    used: 0.8,
    reserved: 0.1,
    words: { used: "3.2", reserved: "0.4", free: "0.4" },
    isTight: true,
  });
});

test("the cost is that of what runs there, at that place's price, and unknown without one", () => {
  const instances = [instance({}), instance({ dataCenter: "west" }), instance({ state: "stopped" })];
  expect(costHere(place, [cart], instances)?.amount).toBeCloseTo(0.5 * 0.05 + 0.01);
  expect(costHere({ ...place, spec: { ...place.spec, price: null } }, [cart], instances)).toBeNull();
});

test("ways and agents of a place: the shortest way and the longest silence first", () => {
  const pair = (from: string, to: string, rttMs: number) =>
    ({ from, to, rttMs, rttFrom: "given", givenRttMs: rttMs, measured: null }) as never;
  expect(
    roundTripsFrom("east", { pairs: [pair("east", "far", 90), pair("west", "east", 1), pair("east", "near", 5)] }).map(
      ({ to }) => to,
    ),
  ).toEqual(["near", "far"]);
  const agent = (id: string, lastSeenAt: string) => ({ id, name: id, components: [], createdAt: "", lastSeenAt });
  const instances = [instance({}), instance({ name: "ad.1", agent: "agt_2" }), instance({ name: "x", agent: null })];
  const heard = [agent("agt_1", "2026-11-24T12:00:10.000Z"), agent("agt_2", "2026-11-24T12:00:00.000Z")];
  expect(agentsHere("east", instances, heard).map(({ instance: name }) => name)).toEqual(["ad.1", "cart.1"]);
});

test("what runs in a place is counted by what of it runs there, and in no other place", () => {
  const placements = [
    { dataCenter: "west", instances: 3, ready: 3 },
    { dataCenter: "east", instances: 2, ready: 1 },
  ];
  const spread = { ...cart, status: { state: "degraded", placements } } as unknown as ComponentDto;
  expect(componentsHere("east", [spread])).toEqual([{ component: "shop/cart", state: "degraded", ready: 1, instances: 2 }]);
  expect(componentsHere("north", [spread])).toEqual([]);
});

test("cordoning sends back the manifest as it was, and is taken as one", () => {
  const parsed = parseManifests([cordonManifest(place, true)]);
  expect(parsed.ok && parsed.value).toMatchObject([
    { kind: "DataCenter", metadata: { name: "east", labels: { provider: "aws" } }, spec: { ...place.spec, cordoned: true } },
  ]);
});
