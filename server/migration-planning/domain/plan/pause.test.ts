import { describe, expect, test } from "vitest";
import { predictPause, type PastMove, type PauseQuestion } from "./pause.ts";

const RTT: Readonly<Record<string, number>> = { "a>b": 100, "b>a": 100, "a>c": 300, "c>a": 300, "b>c": 200, "c>b": 200 };
const question: PauseQuestion = {
  component: "shop/cart",
  stateless: false,
  from: "a",
  to: "b",
  rttMs: (from, to) => (from === to ? 0 : (RTT[`${from}>${to}`] ?? 0)),
  orchestratorPlace: null,
};
const ran = (pauseMs: number, rest: Partial<PastMove> = {}): PastMove => ({
  component: "shop/cart",
  from: "a",
  to: "b",
  stateless: false,
  endedAt: new Date(0),
  succeeded: true,
  committed: true,
  gaveUp: false,
  pauseMs,
  bytes: 0,
  ...rest,
});

describe("how long clients will be held", () => {
  test("not at all without state", () => {
    expect(predictPause({ ...question, stateless: true }, [])).toEqual({ p50: 0, p90: 0 });
  });
  test("by the link, and by the way that commands have to both ends", () => {
    expect(predictPause(question, []).p50).toBe(180);
    expect(predictPause({ ...question, orchestratorPlace: "a" }, []).p50).toBe(280);
    expect(predictPause({ ...question, orchestratorPlace: "c" }, []).p50).toBe(80 + 200 + 100 + 200);
  });
  test("past runs say how much longer its machine takes, over whatever link they were", () => {
    const twice = [ran(360), ran(360), ran(2 * 380, { from: "a", to: "c" })];
    expect(predictPause(question, twice).p50).toBe(360);
    expect(predictPause({ ...question, to: "c" }, twice).p50).toBe(760);
  });
  test("two runs are no habit; those of others, and those that never switched, say nothing", () => {
    expect(predictPause(question, [ran(900), ran(900)]).p50).toBe(180);
    const others = [1, 2, 3].flatMap(() => [ran(900, { component: "shop/vault" }), ran(900, { committed: false })]);
    expect(predictPause(question, others).p50).toBe(180);
  });
  test("one in ten is slower than it says: few runs leave much open, many leave what they showed", () => {
    const few = [ran(180), ran(180), ran(180)];
    const many = Array.from({ length: 100 }, (_, index) => ran(index < 85 ? 180 : 360));
    expect(predictPause(question, few).p90).toBeGreaterThan(300);
    expect(predictPause(question, many).p90).toBeLessThan(375);
    expect(predictPause(question, many).p90).toBeGreaterThanOrEqual(360);
  });
});
