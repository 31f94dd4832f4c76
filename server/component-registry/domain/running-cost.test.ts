import { describe, expect, test } from "vitest";
import { parseManifests } from "./parse-manifests.ts";
import { runningCostPerHour } from "./running-cost.ts";
import type { ComponentRecord, DataCenterRecord, InstanceRecord } from "./registry.ts";

const manifestOf = (document: Record<string, unknown>) => {
  const parsed = parseManifests([{ apiVersion: "geostitch.dev/v1", ...document }]);
  const manifest = parsed.ok ? parsed.value[0] : undefined;
  if (!manifest) throw new Error(JSON.stringify(parsed));
  return manifest;
};
const place = (name: string, currency: string | null): DataCenterRecord => {
  const price = { cpuHour: 0.05, memoryGiBHour: 0.01, storageGiBMonth: 0.073, egressGiB: 0.09 };
  const manifest = manifestOf({
    kind: "DataCenter",
    metadata: { name },
    spec: {
      location: { latitude: 0, longitude: 0, country: "DE" },
      capacity: { cpu: "8", memory: "8Gi", storage: "1Ti" },
      price: currency === null ? null : { ...price, currency },
    },
  });
  return { name, labels: {}, generation: 1, spec: manifest.spec as DataCenterRecord["spec"], lastSeenAt: null };
};
const cart = {
  key: "shop/cart",
  spec: manifestOf({
    kind: "Component",
    metadata: { application: "shop", name: "cart" },
    spec: {
      version: "1",
      artifact: { command: ["node"] },
      resources: { cpu: "500m", memory: "512Mi", storage: "10Gi" },
    },
  }).spec,
} as ComponentRecord;
const instance = (dataCenter: string, state = "ready") => ({ componentKey: cart.key, dataCenter, state }) as InstanceRecord;

describe("running cost", () => {
  test("each instance costs what it asks for at its own place's price", () => {
    const cost = runningCostPerHour({
      dataCenters: [place("here", "USD"), place("free", null)],
      components: [cart],
      instances: [instance("here"), instance("here", "stopped"), instance("free")],
    });
    expect(cost?.currency).toBe("USD");
    expect(cost?.amount).toBeCloseTo(0.5 * 0.05 + 0.5 * 0.01 + (10 * 0.073) / 730, 9);
  });
  test("two currencies are never added", () => {
    const dataCenters = [place("here", "USD"), place("there", "EUR")];
    expect(runningCostPerHour({ dataCenters, components: [cart], instances: [instance("here")] })).toBeNull();
    expect(runningCostPerHour({ dataCenters: [], components: [], instances: [] })).toBeNull();
  });
});
