import { describe, expect, test } from "vitest";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { NOW, registryOf, type ComponentSpecIn, type PlaceSpec } from "../../testing/builders/planning-world.ts";
import { planHealing, type HealingQuestion } from "./plan-healing.ts";

const LOSS = { since: "2026-11-24T11:59:00.000Z", components: [] };
const PLACES: readonly PlaceSpec[] = [{ name: "a" }, { name: "b", country: "DE" }, { name: "c", country: "SG" }];

function world(
  components: readonly ComponentSpecIn[],
  policy: Readonly<Record<string, unknown>> = {},
  places = PLACES,
): RegistrySnapshot {
  const registry = registryOf({ places, components, policy });
  return {
    ...registry,
    dataCenters: registry.dataCenters.map((place) => (place.name === "a" ? { ...place, loss: LOSS, lastSeenAt: null } : place)),
  };
}
const ask = (registry: RegistrySnapshot, rest: Partial<HealingQuestion> = {}) =>
  planHealing({
    registry,
    freeze: null,
    now: NOW,
    silentMs: () => 30_000,
    movesLastHour: [],
    triedLately: new Set(),
    scoreIn: (_component, place) => ({ b: 60, c: 80 })[place] ?? null,
    ...rest,
  });
const lostIn = (registry: RegistrySnapshot, rest: Partial<HealingQuestion> = {}) => ask(registry, rest).lost.get("a")?.[0];

describe("components of a lost place", () => {
  const front = { name: "front", place: "a" };

  test("without state go where they score best, and others stay", () => {
    const { moves, lost } = ask(world([front, { name: "elsewhere", place: "b" }]));
    expect(moves).toEqual([{ component: "shop/front", from: "a", to: "c" }]);
    expect(lost.get("a")).toMatchObject([{ component: "shop/front", outcome: "ordered" }]);
  });

  test("go only where every constraint lets them", () => {
    const allowed = world([{ ...front, spec: { placement: { allow: { countries: ["DE"] } } } }]);
    expect(ask(allowed).moves).toMatchObject([{ to: "b" }]);
    const nowhere = world([{ ...front, spec: { placement: { allow: { countries: ["FR"] } } } }]);
    expect(ask(nowhere).moves).toEqual([]);
    expect(lostIn(nowhere)).toMatchObject({
      outcome: "waits",
      message: expect.stringContaining("country DE is not in") as string,
    });
  });

  test("together never need more room than there is", () => {
    const two = ["one", "two", "three"].map((name) => ({ name, place: "a", spec: { resources: { cpu: "1" } } }));
    const places = [{ name: "a" }, { name: "b", cpu: "1" }, { name: "c", cpu: "1" }];
    const { moves, lost } = ask(world(two, {}, places));
    expect(moves.map(({ to }) => to).sort()).toEqual(["b", "c"]);
    expect(lost.get("a")?.filter(({ outcome }) => outcome === "waits")).toMatchObject([
      { message: expect.stringContaining("cpuMillicores free") as string },
    ]);
  });

  test("with state are never placed again by themselves: it is said what would be lost", () => {
    const cart = world([{ name: "cart", place: "a", spec: { state: { kind: "full", sizeMiB: 64 } } }]);
    expect(ask(cart).moves).toEqual([]);
    expect(lostIn(cart)).toMatchObject({
      outcome: "needs-approver",
      message: `all of its state, some 64 MiB: it was kept in a alone, last heard of at ${LOSS.since}`,
    });
  });

  test("wait, and say for what: a freeze, the mode, the policy's time, the budget of the hour", () => {
    const freeze = { reason: "incident", until: null, since: NOW, by: { kind: "user" as const, name: "ann" } };
    const waits = (message: string) => ({ outcome: "waits", message });
    expect(lostIn(world([front]), { freeze })).toMatchObject(waits("frozen by ann: incident"));
    expect(lostIn(world([front], { mode: "observe" }))).toMatchObject(waits("it is in mode observe: nothing is done by itself"));
    expect(lostIn(world([front], { componentModes: { "shop/front": "recommend" } }))?.message).toContain("mode recommend");
    expect(lostIn(world([front], { selfHealing: { enabled: false } }))).toMatchObject(
      waits("self-healing is off in the policy default"),
    );
    expect(lostIn(world([front]), { triedLately: new Set(["shop/front"]) })?.message).toContain("its last try gave up");
    expect(lostIn(world([front]), { silentMs: () => 1_000 })).toMatchObject(waits("the policy default waits for 20 s"));
    expect(lostIn(world([front]), { movesLastHour: Array.from({ length: 10 }, () => ({ from: "x", to: "y" })) })).toMatchObject(
      waits("10 of 10 moves in the last hour"),
    );
  });

  test("share one budget: what is ordered now counts for the next", () => {
    const many = ["one", "two", "three"].map((name) => ({ name, place: "a" }));
    expect(ask(world(many, { guardRails: { maxPerHour: 2 } })).moves).toHaveLength(2);
  });

  test("spread where one place has taken what it may within the hour, whatever the lost one has given", () => {
    const many = ["one", "two", "three"].map((name) => ({ name, place: "a" }));
    const policy = { guardRails: { maxPerDataCenter: 2 } };
    const earlier = { from: "a", to: "c" };
    const { moves, lost } = ask(world(many, policy), { movesLastHour: [earlier] });
    expect(moves.map(({ to }) => to)).toEqual(["c", "b", "b"]);
    const none = ask(world(many, policy), { movesLastHour: [earlier, earlier, { from: "b", to: "d" }, { from: "b", to: "d" }] });
    expect(none.moves).toEqual([]);
    expect(none.lost.get("a")?.[0]?.message).toContain("2 moves in the last hour touch b, at most 2 are allowed");
    expect(lost.get("a")).toHaveLength(3);
  });
});
