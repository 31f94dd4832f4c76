import { expect, test } from "vitest";
import { createCompanions, type CompanionMove, type Companions } from "./companions.ts";
import type { StepRecord } from "./migration.ts";

const AT = new Date("2026-11-29T12:00:00Z");

const move = (id: string, rest: Partial<CompanionMove> = {}): CompanionMove => ({
  id,
  componentKey: `shop/${id}`,
  planId: "pln_1",
  stateKind: "stateless",
  steps: [],
  ...rest,
});
const meeting = (...moves: readonly CompanionMove[]): Companions => {
  const companions = createCompanions();
  moves.forEach((one) => companions.join(one));
  return companions;
};

test("nobody switches before every running move of the plan is ready", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }), move("other", { planId: "pln_2" }));
  companions.arrive("ad", "ready", AT);
  expect(companions.missing("ad", "ready")).toEqual(["shop/cart"]);
  companions.arrive("cart", "ready", AT);
  expect(companions.missing("ad", "ready")).toEqual([]);
});

test("what has state switches last, and two with state do not wait for each other", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }), move("cache", { stateKind: "partial" }));
  for (const id of ["ad", "cart", "cache"]) companions.arrive(id, "ready", AT);
  expect(companions.missing("cart", "switched")).toEqual(["shop/ad"]);
  companions.arrive("ad", "switched", AT);
  expect(companions.missing("cart", "switched")).toEqual([]);
  expect(companions.missing("cache", "switched")).toEqual([]);
});

test("what has switched is apart from its plan until the last move of it, with state or without, has switched, too", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }), move("other", { planId: "pln_2" }));
  for (const id of ["ad", "cart"]) companions.arrive(id, "ready", AT);
  companions.arrive("ad", "switched", AT);
  expect(companions.apart("ad")).toEqual(["shop/cart"]);
  companions.arrive("cart", "switched", AT);
  expect(companions.apart("ad")).toEqual([]);
  expect(meeting(move("alone", { planId: null }), move("lone", { planId: null })).apart("alone")).toEqual([]);
});

test("who has left, was never part of a plan, or has switched already keeps nobody waiting", () => {
  const companions = meeting(move("ad"), move("email"), move("alone", { planId: null }), move("early"));
  companions.arrive("early", "switched", AT);
  companions.arrive("early", "ready", AT);
  companions.leave("email");
  expect(companions.missing("ad", "ready")).toEqual([]);
  expect(companions.missing("ad", "switched")).toEqual([]);
  expect(companions.missing("alone", "ready")).toEqual([]);
});

const begun = (name: StepRecord["name"]): StepRecord => ({
  name,
  state: "running",
  attempt: 1,
  bytes: null,
  rounds: null,
  roundBytes: null,
  result: null,
  error: null,
  startedAt: new Date(),
  endedAt: null,
});

test("a move that is taken up again, by its leader or the next one, stands where its steps say", () => {
  const companions = meeting(move("ad"), move("email"));
  companions.arrive("ad", "ready", AT);
  companions.join(move("ad", { steps: [begun("deploy"), begun("commit")] }));
  expect(companions.missing("email", "ready")).toEqual([]);
  expect(companions.missing("email", "switched")).toEqual(["shop/ad"]);
  companions.join(move("ad", { steps: [begun("watch")] }));
  expect(companions.missing("email", "switched")).toEqual([]);
  companions.join(move("ad", { steps: [begun("deploy")] }));
  expect(companions.missing("email", "ready")).toEqual(["shop/ad"]);
});

test("the last switch of a plan is known to all of it, however often one of them is taken up again", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }), move("other", { planId: "pln_2" }));
  expect(companions.lastSwitch("ad")).toBeNull();
  companions.arrive("ad", "switched", AT);
  const later = new Date(AT.getTime() + 25_000);
  companions.arrive("cart", "switched", later);
  companions.join(move("ad", { steps: [{ ...begun("watch"), startedAt: AT }] }));
  expect(companions.lastSwitch("ad")).toEqual(later);
  expect(companions.lastSwitch("other")).toBeNull();
  for (const id of ["ad", "cart"]) companions.leave(id);
  companions.join(move("ad"));
  expect(companions.lastSwitch("ad")).toBeNull();
});

test("a move waits for others until one deadline, also when it waits again or is taken up again", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }));
  expect(companions.deadlineMs("ad", 60_000)).toBe(60_000);
  companions.leave("ad");
  companions.join(move("ad"));
  expect(companions.deadlineMs("ad", 90_000)).toBe(60_000);
});
