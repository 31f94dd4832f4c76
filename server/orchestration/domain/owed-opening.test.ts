import { expect, test } from "vitest";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { registryOf } from "../../testing/builders/planning-world.ts";
import { judgeOwed } from "./owed-opening.ts";
import type { MigrationContext } from "./migration.ts";

function judge(change: (registry: RegistrySnapshot) => Partial<RegistrySnapshot> = () => ({})) {
  const registry = registryOf({ places: [{ name: "a" }, { name: "b" }], components: [{ name: "cart", place: "a" }] });
  const sources = registry.instances.map(({ name }) => name);
  const context = { sources } as unknown as MigrationContext;
  return judgeOwed({ componentKey: "shop/cart", from: "a", epochTo: 1, context }, { ...registry, ...change(registry) });
}

test("what an abort left closed is opened once its place is there", () => {
  expect(judge()).toBe("open");
  const loss = { since: "2026-11-24T12:00:00.000Z", components: [] };
  expect(judge(({ dataCenters }) => ({ dataCenters: dataCenters.map((place) => ({ ...place, loss })) }))).toBe("wait");
});

test("not while something moves it, and never behind somebody else's ownership", () => {
  const move = { id: "mig_1", componentKey: "shop/cart", from: "a", to: "b" };
  expect(judge(() => ({ openMigrations: [move] }))).toBe("wait");
  expect(judge(({ components }) => ({ components: components.map((one) => ({ ...one, epoch: 2 })) }))).toBe("settled");
  expect(judge(({ instances }) => ({ instances: instances.map((one) => ({ ...one, desired: false })) }))).toBe("settled");
  expect(judge(() => ({ components: [] }))).toBe("settled");
});
