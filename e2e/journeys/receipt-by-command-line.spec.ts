import { expect, test } from "@playwright/test";
import { makeKey, runGeostitch } from "../fixtures/command-line.ts";

/** The whole loop from a terminal, as JSON: planned, read, approved, run, its receipt, its place in the audit. */
test.describe.configure({ mode: "serial" });
test.setTimeout(300_000);

const COMPONENT = "boutique/email";
const RUN_WITHIN_MS = 240_000;
interface Plan {
  readonly id: string;
  readonly state: string;
  readonly hash: string;
  readonly moves: readonly { readonly component: string; readonly to: string; readonly migration: string | null }[];
}

let key = "";
let plan: Plan;

async function read<T>(...args: readonly string[]): Promise<T> {
  const { code, out, error } = await runGeostitch([...args, "-o", "json"], { key });
  expect([code, error], args.join(" ")).toEqual([0, ""]);
  return JSON.parse(out) as T;
}

test("a plan is made for one component by weights of its own, and says why", async () => {
  key = await makeKey("planner", "approver");
  // Clean power alone: whatever the hour, there is a cleaner place than the one it is in.
  // A machine that was busy for five seconds has not heard of its places: until it has, none of them is allowed.
  await expect(async () => {
    plan = await read<Plan>("plan", "--component", COMPONENT, "--weight", "carbon=100");
    expect(plan.moves).toMatchObject([{ component: COMPONENT }]);
  }).toPass({ timeout: 60_000 });
  expect(await read<Plan>("get", "plan", plan.id)).toMatchObject({ id: plan.id, hash: plan.hash });
  const scores = await read<{ current: { terms: object }; candidates: readonly object[] }>("scores", COMPONENT);
  expect(scores.current.terms).toHaveProperty("carbon");
  expect(scores.candidates).toHaveLength(12);
});

test("it is approved by its hash, with a reason, and once", async () => {
  const other = `sha256:${"0".repeat(64)}`;
  const stale = await runGeostitch(["approve", plan.id, "--reason", "x", "--hash", other], { key });
  expect([stale.code, stale.error.includes("is not what was decided on")]).toEqual([1, true]);
  const approved = await read<Plan>("approve", plan.id, "--reason", "cleaner power", "--hash", plan.hash);
  expect(["approved", "running"]).toContain(approved.state);
  const again = await runGeostitch(["approve", plan.id, "--reason", "again"], { key });
  expect(again.code).toBe(1);
});

test("its move runs to its end, and the receipt holds the promise against the outcome", async () => {
  await expect
    .poll(async () => (await read<Plan>("get", "plan", plan.id)).state, { timeout: RUN_WITHIN_MS, intervals: [2_000] })
    .toBe("succeeded");
  plan = await read<Plan>("get", "plan", plan.id);
  const run = await read<{ state: string; plan: string; receipt: { promised: object; verdict: string } }>(
    "get",
    "migration",
    plan.moves[0]?.migration ?? "",
  );
  expect(run).toMatchObject({ state: "succeeded", plan: plan.id });
  expect(run.receipt.promised).toHaveProperty("costUsd");
  expect(["kept", "missed", "insufficient-data"]).toContain(run.receipt.verdict);
});

test("the audit has the approval with its reason, and its chain is whole", async () => {
  const entries = await read<readonly { action: string; reason: string | null; object: { id: string } }[]>("get", "audit");
  expect(entries.find(({ action, object }) => action === "plan.approve" && object.id === plan.id)?.reason).toBe("cleaner power");
  expect(await read<{ ok: boolean }>("audit", "verify")).toMatchObject({ ok: true });
});
