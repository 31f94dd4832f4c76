import { describe, expect, test } from "vitest";
import type { ComponentRecord, InstanceRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { planInventory, type HostReport } from "./plan-inventory.ts";

const spec = { replicas: { min: 1, max: 3 }, state: { kind: "stateless" } };
const cart = { key: "shop/cart", application: "shop", name: "cart", spec } as unknown as ComponentRecord;
const row = (name: string): InstanceRecord =>
  ({ name, componentKey: "shop/cart", dataCenter: "here", desired: true, migrationId: null, state: "ready" }) as InstanceRecord;
const report = (name: string, commandFingerprint: string, state: HostReport["state"] = "ready"): HostReport =>
  ({ name, componentKey: "shop/cart", dataCenter: "here", state, commandFingerprint }) as HostReport;

function renewed(reports: readonly HostReport[], rest: Partial<RegistrySnapshot> = {}): string[] {
  const registry: RegistrySnapshot = {
    dataCenters: [],
    components: [cart],
    instances: reports.map(({ name }) => row(name)),
    links: [],
    policies: [],
    reservations: [],
    openMigrations: [],
    ...rest,
  };
  const here = new Map(reports.map((entry) => [entry.name, entry]));
  const reportedBefore = new Set(here.keys());
  const plan = planInventory({ registry, reports: new Map([["here", here]]), reportedBefore, fingerprintOf: () => "new" });
  return plan.renew.map(({ name }) => name);
}

describe("a changed manifest", () => {
  test("starts one instance again at a time, while all others serve", () => {
    expect(renewed([report("a", "old"), report("b", "old")])).toEqual(["a"]);
    expect(renewed([report("a", "new"), report("b", "old")])).toEqual(["b"]);
    expect(renewed([report("a", "new"), report("b", "new")])).toEqual([]);
  });
  test("that starts nothing stops with the first instance", () => {
    expect(renewed([report("a", "new", "failed"), report("b", "old")])).toEqual([]);
    expect(renewed([report("a", "new", "starting"), report("b", "old")])).toEqual([]);
  });
  test("reaches first what does not serve anyway, whatever the others do", () => {
    expect(renewed([report("a", "old"), report("b", "old", "failed")])).toEqual(["b"]);
    expect(renewed([report("a", "new", "failed"), report("b", "old", "failed")])).toEqual(["b"]);
  });
  test("waits for the end of a move", () => {
    const move = { id: "mig_1", componentKey: "shop/cart", from: "here", to: "there" };
    expect(renewed([report("a", "old")], { openMigrations: [move] })).toEqual([]);
  });
});
