import { expect, test } from "vitest";
import { createCompanions, type CompanionMove, type Companions } from "./companions.ts";
import type { StepRecord } from "./migration.ts";

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
  companions.arrive("ad", "ready");
  expect(companions.missing("ad", "ready")).toEqual(["shop/cart"]);
  companions.arrive("cart", "ready");
  expect(companions.missing("ad", "ready")).toEqual([]);
});

test("what has state switches last, and two with state do not wait for each other", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }), move("cache", { stateKind: "partial" }));
  for (const id of ["ad", "cart", "cache"]) companions.arrive(id, "ready");
  expect(companions.missing("cart", "switched")).toEqual(["shop/ad"]);
  companions.arrive("ad", "switched");
  expect(companions.missing("cart", "switched")).toEqual([]);
  expect(companions.missing("cache", "switched")).toEqual([]);
});

test("what has switched is apart from its plan until the last move of it, with state or without, has switched, too", () => {
  const companions = meeting(move("ad"), move("cart", { stateKind: "full" }), move("other", { planId: "pln_2" }));
  for (const id of ["ad", "cart"]) companions.arrive(id, "ready");
  companions.arrive("ad", "switched");
  expect(companions.apart("ad")).toEqual(["shop/cart"]);
  companions.arrive("cart", "switched");
  expect(companions.apart("ad")).toEqual([]);
  expect(meeting(move("alone", { planId: null }), move("lone", { planId: null })).apart("alone")).toEqual([]);
});

test("who has left, was never part of a plan, or has switched already keeps nobody waiting", () => {
  const companions = meeting(move("ad"), move("email"), move("alone", { planId: null }), move("early"));
  companions.arrive("early", "switched");
  companions.arrive("early", "ready");
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
  companions.arrive("ad", "ready");
  companions.join(move("ad", { steps: [begun("deploy"), begun("commit")] }));
  expect(companions.missing("email", "ready")).toEqual([]);
  expect(companions.missing("email", "switched")).toEqual(["shop/ad"]);
  companions.join(move("ad", { steps: [begun("watch")] }));
  expect(companions.missing("email", "switched")).toEqual([]);
  companions.join(move("ad", { steps: [begun("deploy")] }));
  expect(companions.missing("email", "ready")).toEqual(["shop/ad"]);
});
