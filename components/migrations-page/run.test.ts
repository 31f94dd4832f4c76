import { describe, expect, test } from "vitest";
import { STEP_NAMES } from "../../server/orchestration/domain/migration.ts";
import type { MigrationDto, MigrationStepDto } from "../../server/api/shapes/index.ts";
import { canaryFigures, canaryRows, canarySentence } from "./canary-prepare.ts";
import { eventLines } from "./event-lines.ts";
import { bandPosition, comparableRuns, usualPause, usualSteps } from "./past-runs.ts";
import { heldLabel, progressShare, stepOfAll } from "./prepare.ts";
import { relativeTick, relativeTicks, runSpans, runWindow } from "./run-chart-prepare.ts";
import { targetShare } from "./traffic-split.tsx";

const BEGAN = Date.parse("2026-11-24T12:00:00.000Z");
const at = (seconds: number): string => new Date(BEGAN + seconds * 1000).toISOString();

/** A run of a component with state whose first `done` steps took a tenth of a second each. */
function aRun(done: number, rest: Partial<MigrationDto> = {}): MigrationDto {
  const steps = STEP_NAMES.map((name, index): MigrationStepDto => {
    const isDone = index < done;
    return {
      name,
      state: isDone ? "succeeded" : index === done ? "running" : "pending",
      attempt: isDone ? 1 : 0,
      startedAt: index <= done ? at(index / 10) : null,
      endedAt: isDone ? at((index + 1) / 10) : null,
      bytes: null,
      rounds: null,
      roundBytes: name === "pre-copy" && isDone ? [{ bytes: 2048, durationMs: 60 }] : null,
      error: null,
    };
  });
  return {
    id: "mig_1",
    component: "shop/cart",
    from: "here",
    to: "there",
    plan: null,
    state: "running",
    step: STEP_NAMES[done] ?? null,
    epoch: { from: 1, to: 2 },
    pointOfNoReturnAt: null,
    createdAt: at(0),
    endedAt: null,
    reason: "",
    requestedBy: { kind: "user", name: "Ana" },
    waitingFor: null,
    steps,
    held: { now: 0, max: 3, total: 5, failed: 0 },
    pauseMs: null,
    canary: null,
    recovery: null,
    pauseBudgetMs: 3000,
    error: null,
    receipt: null,
    rollbackOf: null,
    rolledBackBy: null,
    ...rest,
  };
}
const nameOf = (dataCenter: string): string => ({ here: "Virginia", there: "Frankfurt" })[dataCenter] ?? dataCenter;

describe("a run's progress", () => {
  test("grows with each step, and its words count the steps that take time", () => {
    const shares = STEP_NAMES.map((_, done) => progressShare(aRun(done)));
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(stepOfAll(aRun(5))).toBe("step 6 of 12");
    expect(stepOfAll(aRun(12))).toBe("step 12 of 12");
  });
  test("what stands over the pause is what requests felt", () => {
    expect(heldLabel(aRun(2))).toBe("Requests wait");
    expect(heldLabel(aRun(5))).toBe("Requests are held");
    expect(heldLabel(aRun(12, { pauseMs: 443 }))).toBe("Requests were held for 443 ms");
    expect(heldLabel(aRun(12))).toBe("No request had to wait");
  });
});

describe("a run's events", () => {
  test("stand newest first, and name cities, epochs and what was done", () => {
    const lines = eventLines(aRun(9), nameOf).map(({ text }) => text);
    expect(lines.slice(0, 3)).toEqual(["Route", "Frankfurt active at epoch 2", "Point of no return recorded"]);
    expect(lines).toContain("Virginia sealed at epoch 1");
    expect(lines).toContain("Round 1 done, 2 KiB");
    expect(lines.at(-1)).toBe("Asked by Ana");
  });
});

describe("what is usual", () => {
  const past = [100, 200, 300, 400].map((pauseMs, index) =>
    aRun(13, { id: `mig_0${index}`, state: "succeeded", pauseMs, createdAt: at(-1000 + index) }),
  );
  test("comes from earlier runs of the same kind that succeeded, and from no fewer than three", () => {
    const stateless = aRun(13, { id: "mig_s", state: "succeeded", createdAt: at(-5) });
    const skipped = { ...stateless, steps: stateless.steps.map((step) => ({ ...step, state: "skipped" as const })) };
    const others = [...past, skipped, aRun(13, { id: "mig_f", state: "failed", createdAt: at(-4) })];
    expect(comparableRuns(aRun(3), others).map(({ id }) => id)).toEqual(past.map(({ id }) => id));
    expect(usualPause(past)).toEqual({ lowMs: 100, highMs: 400, minMs: 100, maxMs: 400 });
    expect(usualPause(past.slice(0, 2))).toBeNull();
    expect(usualSteps(past).get("seal")).toMatchObject({ minMs: 100, maxMs: 100 });
  });
  test("a longer time never stands further left on its band", () => {
    const usual = { lowMs: 20, highMs: 50, minMs: 10, maxMs: 100 };
    const places = [1, 10, 20, 50, 100, 5000].map((ms) => bandPosition(ms, usual));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(100);
  });
});

describe("the chart of a run", () => {
  test("is drawn around the switch, a minute to either side of what is known", () => {
    const window = runWindow(aRun(12), BEGAN + 20_000);
    expect(window).toEqual({ fromMs: BEGAN - 60_000, toMs: BEGAN + 20_000, switchAtMs: BEGAN + 900 });
    expect(runWindow(aRun(2), BEGAN + 20_000).switchAtMs).toBeNull();
    expect(relativeTicks(window.fromMs, window.toMs, window.switchAtMs ?? 0)).toContain(window.switchAtMs);
    expect(relativeTick(BEGAN - 20_000, BEGAN, "switch")).toBe("\u221220 s");
    expect(relativeTick(BEGAN + 40, BEGAN, "switch")).toBe("switch");
  });
  test("shades the pause as wide as it can be seen, and nothing that has not begun", () => {
    expect(runSpans(aRun(2), BEGAN + 5_000).map(({ label }) => label)).toEqual(["Deploy", "Copy"]);
    const pause = runSpans(aRun(12), BEGAN + 5_000).find(({ label }) => label === "Pause");
    expect((pause?.to ?? 0) - (pause?.from ?? 0)).toBeGreaterThan(1_000);
  });
});

describe("the traffic of a run", () => {
  const series = (dataCenter: string, rates: (number | null)[]) => ({
    dataCenter,
    points: rates.map((requestsPerSecond, index) => ({
      at: at(index * 10),
      requestsPerSecond,
      errorRate: 0,
      latencyMs: { p50: null, p95: null, p99: null },
      cpuMillicores: null,
    })),
  });
  const kpis = (...all: ReturnType<typeof series>[]) => ({
    component: "shop/cart",
    from: at(0),
    to: at(60),
    stepSeconds: 10,
    series: all,
  });
  test("is that of the newest step in which anybody asked; without any it is unknown", () => {
    expect(targetShare(kpis(series("here", [10, 3, null]), series("there", [null, 1, null])), "here", "there")).toBe(0.25);
    expect(targetShare(kpis(series("here", [null])), "here", "there")).toBeNull();
  });
});

describe("the trial of a run on a part of the users", () => {
  const canary = {
    percent: 20,
    since: at(1),
    decision: null,
    decidedAt: null,
    reason: null,
    target: { requests: 40, errors: 1, latencyMsP95: 61.2 },
    control: { requests: 0, errors: 0, latencyMsP95: null },
  };
  test("says who is where and what both sides get; where nobody asked there is no share of errors", () => {
    expect(canaryRows(aRun(11, { canary }), nameOf)).toEqual([
      { key: "target", label: "20 % of users in Frankfurt", requests: 40, errors: "2.5 %", latency: "61.2 ms" },
      { key: "control", label: "80 % stay in Virginia", requests: 0, errors: "–", latency: "–" },
    ]);
    expect(canaryFigures(aRun(11, { canary }))).toMatchObject([
      { usersPercent: 20, requests: 40, errors: 1, latencyMsP95: 61.2 },
      { usersPercent: 80, requests: 0, errors: 0, latencyMsP95: null },
    ]);
    expect(canarySentence(aRun(11, { canary }), nameOf)).toContain("20 % of users are in Frankfurt, 80 % stay.");
  });
  test("is told among the events with its end", () => {
    const returned = { ...canary, decision: "returned" as const, decidedAt: at(9) };
    const lines = eventLines(aRun(11, { canary: returned }), nameOf).map(({ text }) => text);
    expect(lines.indexOf("Canary did not hold, all users go back")).toBeLessThan(
      lines.indexOf("20 % of users in Frankfurt, the rest stays"),
    );
    expect(canarySentence(aRun(11, { canary: returned }), nameOf)).toContain("all users are in Virginia again");
  });
});
