import { expect, test } from "vitest";
import type { DensityDto, MigrationDto, PlanDto } from "../../server/api/shapes/index.ts";
import { isFirstStart, stepsOf, usersWords, type Facts } from "./prepare.ts";

const density: DensityDto = {
  from: "",
  to: "",
  resolution: 2,
  cells: [],
  countries: [
    { country: "DE", requests: 900, latencyMs: { p50: 1, p95: 2 } },
    { country: "BR", requests: 600, latencyMs: { p50: 1, p95: 2 } },
  ],
  unplaced: { requests: 0 },
};
const plan = (change: Partial<PlanDto> = {}): PlanDto =>
  ({ id: "pln_1", state: "proposed", moves: [], decision: null, ...change }) as unknown as PlanDto;
const move = (change: Partial<MigrationDto> = {}): MigrationDto =>
  ({
    id: "mig_1",
    component: "shop/cart",
    plan: "pln_1",
    state: "succeeded",
    endedAt: "2026-11-24T12:00:00.000Z",
    pauseMs: 240,
    rollbackOf: null,
    requestedBy: { kind: "user", name: "other" },
    ...change,
  }) as unknown as MigrationDto;
const nothing: Facts = {
  lab: true,
  user: "me",
  notes: { planOpened: false, weightMoved: false, done: [] },
  places: [],
  components: [],
  plans: [],
  migrations: [],
  density: null,
  policyGeneration: 1,
  nameOf: (id) => id,
};
const done = (facts: Partial<Facts>): string[] =>
  stepsOf({ ...nothing, ...facts })
    .filter((step) => step.done)
    .map(({ id }) => id);
const approved = plan({
  state: "succeeded",
  decision: { kind: "approved", by: { kind: "user", name: "me" }, at: "", reason: "" },
});

test("nothing is done before anything happened, in the lab and in an empty installation", () => {
  expect(done({})).toEqual([]);
  expect(done({ lab: false })).toEqual([]);
  expect(stepsOf(nothing)).toHaveLength(5);
  expect(stepsOf({ ...nothing, lab: false }).map(({ id }) => id)).not.toContain("weight");
});

test.each([
  ["users who ask", { density }, ["users"]],
  ["a plan that was opened", { notes: { ...nothing.notes, planOpened: true } }, ["plan"]],
  ["a weight that was moved", { notes: { ...nothing.notes, weightMoved: true } }, ["weight"]],
  ["a policy that was published", { policyGeneration: 2 }, ["weight"]],
  ["a move of one's own that ended", { migrations: [move({ requestedBy: { kind: "user", name: "me" } })] }, ["watch"]],
  ["a move of a plan that one approved", { plans: [approved], migrations: [move()] }, ["watch"]],
  ["a move that was brought back", { migrations: [move({ state: "rolled_back" })] }, ["undo"]],
] as const)("%s completes its step alone", (_what, facts, steps) => {
  expect(done(facts as Partial<Facts>)).toEqual(steps);
});

test.each([
  ["somebody else's move", { migrations: [move()] }],
  ["a move that still runs", { plans: [approved], migrations: [move({ state: "running", endedAt: null })] }],
  ["a plan that only waits", { plans: [plan()] }],
])("%s completes nothing", (_what, facts) => {
  expect(done(facts)).toEqual([]);
});

test("what was done once stays done when the lists have moved on", () => {
  expect(done({ notes: { ...nothing.notes, done: ["watch"] } })).toEqual(["watch"]);
});

test("the step tells what is there now, with the way to it", () => {
  expect(usersWords(density)).toBe("5 requests/s from 2 countries");
  const stepWith = (one: PlanDto) => stepsOf({ ...nothing, plans: [one] }).find(({ id }) => id === "plan");
  const scored = { latencyMsP95: 61 };
  const moves = [
    { component: "shop/cart", from: "here", to: "there", regions: [], before: scored, after: scored },
  ] as unknown as PlanDto["moves"];
  expect(stepWith(plan({ moves }))?.action).toEqual({ label: "Open the plan", href: "/plans/pln_1", keys: ["G", "P"] });
  expect(stepWith(plan())?.action.href).toBe("/plans");
});

test("a first start is one where nothing was decided or moved", () => {
  expect(isFirstStart({ plans: [plan()], migrations: [] })).toBe(true);
  expect(isFirstStart({ plans: [approved], migrations: [] })).toBe(false);
  expect(isFirstStart({ plans: [], migrations: [move()] })).toBe(false);
});
