import { expect, test } from "vitest";
import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
import { NOW, registryOf } from "../../../testing/builders/planning-world.ts";
import { refusalsInPlan } from "./index.ts";

const MOVE = { id: "mig_1", componentKey: "shop/cart", from: "a", to: "b", planId: "pln_1" };

/** The front must be beside the cart; both stand in a, and the cart is on its way to b. */
function world(change: Partial<RegistrySnapshot> = {}): RegistrySnapshot {
  const front = { name: "front", place: "a", spec: { placement: { affinity: ["cart"] } } };
  const registry = registryOf({
    places: [{ name: "a" }, { name: "b", cpu: "1" }],
    components: [{ name: "cart", place: "a" }, front],
    policy: {},
  });
  return { ...registry, openMigrations: [MOVE], ...change };
}

function ask(registry: RegistrySnapshot, planId: string | null): readonly string[] {
  const component = registry.components.find(({ key }) => key === "shop/front");
  const destination = registry.dataCenters.find(({ name }) => name === "b");
  if (!component || !destination) throw new Error("the world has neither");
  return refusalsInPlan({ component, destination, registry, now: NOW }, planId).map(({ constraint }) => constraint);
}

test("who must be beside another follows it in the same plan, while both are on their way", () => {
  expect(ask(world(), "pln_1")).toEqual([]);
});

test("a move of another plan, or of none, waits until the other really is there", () => {
  expect(ask(world(), "pln_2")).toEqual(["affinity"]);
  expect(ask(world(), null)).toEqual(["affinity"]);
  expect(ask(world({ openMigrations: [{ ...MOVE, planId: null }] }), null)).toEqual(["affinity"]);
});

test("who aborts comes to nothing: nobody follows it", () => {
  expect(ask(world({ openMigrations: [{ ...MOVE, state: "aborting" }] }), "pln_1")).toEqual(["affinity"]);
});

test("room is asked of the world as it is: what moves with it has reserved its own", () => {
  const reservation = { migrationId: "mig_1", dataCenter: "b", cpuMillicores: 1_000, memoryMiB: 0, storageMiB: 0 };
  expect(ask(world({ reservations: [reservation] }), "pln_1")).toEqual(["capacity"]);
});
