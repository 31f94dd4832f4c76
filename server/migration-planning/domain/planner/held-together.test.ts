import { describe, expect, test } from "vitest";
import {
  bucketsOf,
  evaluatorOf,
  NOW,
  registryOf,
  rttOf,
  type ComponentSpecIn,
} from "../../../testing/builders/planning-world.ts";
import { emptyPlace } from "./empty-place.ts";
import { isFeasible, refusalsAfter, strandsSomebody } from "./feasibility.ts";
import { greedyLocalSearch } from "./greedy-local-search.ts";

const rtt = rttOf({ "a>b": 90, "a>c": 210, "b>c": 160 });
const beside = (...affinity: string[]) => ({ placement: { affinity } });
const FRONT: ComponentSpecIn = { name: "front", place: "a", spec: beside("cache") };
const PAIR: readonly ComponentSpecIn[] = [FRONT, { name: "cache", place: "a", spec: beside("front") }];

function worldOf(components: readonly ComponentSpecIn[], cpuOfB = "16") {
  const registry = registryOf({ places: [{ name: "a" }, { name: "b", cpu: cpuOfB }, { name: "c" }], components });
  const users = [{ component: "shop/front", entry: "b", requestsPerSecond: 40, servedIn: "a" }];
  return { registry, evaluator: evaluatorOf(registry, bucketsOf(users, rtt, { minutes: 2 }), rtt) };
}

const propose = ({ evaluator }: ReturnType<typeof worldOf>, forced: readonly string[] = []) => {
  const candidates = ["shop/front"];
  const { moves } = greedyLocalSearch.propose({ evaluator, candidates, forced, movable: () => true, movesMax: 20 });
  return moves.map(({ component, to }) => `${component}>${to}`).sort();
};
const move = (component: string, to = "b") => ({ component: `shop/${component}`, from: "a", to });

describe("two that have to be beside each other", () => {
  test("go together to where the users of one of them are", () => {
    expect(propose(worldOf(PAIR))).toEqual(["shop/cache>b", "shop/front>b"]);
  });
  test("may go in either order, but neither alone, nor to two places", () => {
    const { registry } = worldOf(PAIR);
    expect(isFeasible(registry, [move("front"), move("cache")], NOW)).toBe(true);
    expect(isFeasible(registry, [move("cache"), move("front")], NOW)).toBe(true);
    expect(isFeasible(registry, [move("front")], NOW)).toBe(false);
    expect(isFeasible(registry, [move("front"), move("cache", "c")], NOW)).toBe(false);
  });
  test("stay where one of them may not leave", () => {
    const cache = { name: "cache", place: "a", spec: { placement: { pinned: "a" } } };
    expect(propose(worldOf([FRONT, cache]))).toEqual([]);
  });
  test("stay where there is room for only one of them", () => {
    const large = PAIR.map((one) => ({ ...one, spec: { ...one.spec, resources: { cpu: "2" } } }));
    expect(propose(worldOf(large, "3"))).not.toContain("shop/front>b");
    expect(propose(worldOf(large, "4"))).toEqual(["shop/cache>b", "shop/front>b"]);
  });
  test("leave a place that is emptied, both to one place", () => {
    const { moves, stays } = emptyPlace(worldOf(PAIR).evaluator, "a");
    expect(stays).toEqual([]);
    expect(new Set(moves.map(({ to }) => to)).size).toBe(1);
  });
});

describe("one that has to be beside another which needs nobody", () => {
  const free = { name: "front", place: "a" };
  const follower: readonly ComponentSpecIn[] = [free, { name: "cache", place: "a", spec: beside("front") }];
  test("is not left behind by a plan", () => {
    const world = worldOf(follower);
    expect(propose(world)).toEqual(["shop/cache>b", "shop/front>b"]);
    expect(strandsSomebody(world.registry, [move("front")], NOW)).toBe(true);
    expect(strandsSomebody(world.registry, [move("front"), move("cache")], NOW)).toBe(false);
  });
  test("does not keep it where it is forbidden", () => {
    const pinned = { name: "cache", place: "a", spec: { placement: { pinned: "a", affinity: ["front"] } } };
    const abroad = { name: "front", place: "a", spec: { placement: { deny: { dataCenters: ["a"] } } } };
    expect(propose(worldOf([abroad, pinned]), ["shop/front"])).toEqual(["shop/front>b"]);
    expect(propose(worldOf([free, pinned]))).toEqual([]);
  });
});

test("who is lost with its place holds nobody there", () => {
  const { registry } = worldOf(PAIR);
  const dataCenters = registry.dataCenters.map((place) =>
    place.name === "a" ? { ...place, loss: { since: NOW.toISOString() } } : place,
  );
  expect(refusalsAfter({ ...registry, dataCenters } as typeof registry, [], move("front"), { now: NOW })).toEqual([]);
});
