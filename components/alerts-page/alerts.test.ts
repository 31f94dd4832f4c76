import { expect, test } from "vitest";
import type { AlertDto } from "../../server/api/shapes/index.ts";
import { alertList, hrefOf, reviewWords, viewRows } from "./prepare.ts";

const alert = (change: Partial<AlertDto> = {}): AlertDto => ({
  id: "latency:shop:cart",
  kind: "latency",
  severity: "warning",
  object: { kind: "Component", id: "shop/cart" },
  component: "shop/cart",
  dataCenter: "east",
  region: null,
  since: "2026-11-24T12:00:00.000Z",
  message: "shop/cart takes 200 ms at p95",
  cause: { conclusion: null, gateway: null, agents: null },
  plan: null,
  silence: null,
  ...change,
});
const silence = { reason: "Seen", until: "", by: { kind: "user", name: "me" }, createdAt: "" } as const;

test("a silenced alert is not among the open ones, and each filter says how many it would show", () => {
  const items = [alert(), alert({ id: "b", severity: "critical" }), alert({ id: "c", severity: "critical", silence })];
  const list = alertList(items, "open", "");
  expect(list.rows.map(({ id }) => id)).toEqual(["latency:shop:cart", "b"]);
  expect(list.counts).toEqual({ open: 2, critical: 1, silenced: 1, all: 3 });
  expect(alertList(items, "all", "EAST").rows).toHaveLength(3);
  expect(alertList(items, "all", "west").counts.all).toBe(0);
});

test.each([
  [{ kind: "Component", id: "shop/cart" }, "/components/shop/cart"],
  [{ kind: "DataCenter", id: "east" }, "/data-centers?place=east"],
  [{ kind: "Link", id: "east/west" }, "/connectivity?pair=east~west"],
  [{ kind: "Policy", id: "default" }, "/policy?policy=default"],
  [{ kind: "Agent", id: "agt_1" }, null],
])("%j leads to %s", (object, href) => {
  expect(hrefOf(object)).toBe(href);
});

test("what nobody has seen is left out, not shown as nothing", () => {
  const cause = { conclusion: null, agents: null, gateway: { requestsPerSecond: 12, errorRate: null, latencyMsP95: 180 } };
  expect(viewRows({ cause })).toEqual([{ who: "Gateway saw", requests: "12 req/s", errors: "– failed", p95: "p95 180 ms" }]);
  expect(reviewWords(undefined)).toBe("Review plan");
});
