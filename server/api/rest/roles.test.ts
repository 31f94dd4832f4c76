import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { component, seedShop, startApi, type TestApi } from "../../testing/api.ts";
import { ROLES, type Role } from "../../platform/actor.ts";
import { OPERATIONS } from "./operations.ts";

/** Who may do what, as contract section 3 says it, asked of every operation. */
let api: TestApi;
beforeAll(async () => {
  api = await startApi("roles");
  await seedShop(api);
});
afterAll(() => api.close());

interface Ask {
  readonly path: string;
  readonly body?: unknown;
  readonly least: Role;
}

const ASKS: Readonly<Record<string, Ask>> = {
  apply: { path: "/apply?dryRun=true", body: [component("new")], least: "operator" },
  "list-data-centers": { path: "/data-centers", least: "viewer" },
  "get-data-centers": { path: "/data-centers/east", least: "viewer" },
  "delete-data-center": { path: "/data-centers/nowhere", least: "administrator" },
  "drain-data-center": { path: "/data-centers/nowhere/drain", body: { reason: "x" }, least: "operator" },
  "undrain-data-center": { path: "/data-centers/nowhere/drain", least: "operator" },
  "list-components": { path: "/components", least: "viewer" },
  "get-component": { path: "/components/shop/cart", least: "viewer" },
  "recover-component": {
    path: "/components/shop/nothing/recover",
    body: { to: "west", acceptLoss: true, reason: "x" },
    least: "approver",
  },
  "read-scores": { path: "/components/shop/cart/scores", least: "viewer" },
  "read-history": { path: "/history?at=2026-01-01T00:00:00Z", least: "viewer" },
  "list-breaches": { path: "/breaches", least: "viewer" },
  "read-routing": { path: "/routing", least: "viewer" },
  "simulate-route": { path: "/routing/simulate?component=shop/cart&country=DE", least: "viewer" },
  "list-alerts": { path: "/alerts", least: "viewer" },
  "silence-alert": {
    path: "/alerts/none/silence",
    body: { reason: "x", until: new Date(Date.now() + 60_000).toISOString() },
    least: "operator",
  },
  "end-silence": { path: "/alerts/none/silence", least: "operator" },
  "create-plan": { path: "/plans", body: { components: ["shop/nothing"] }, least: "operator" },
  "list-plans": { path: "/plans", least: "viewer" },
  "get-plan": { path: "/plans/pln_none", least: "viewer" },
  "approve-plan": { path: "/plans/pln_none/approve", body: { reason: "x" }, least: "approver" },
  "reject-plan": { path: "/plans/pln_none/reject", body: { reason: "x" }, least: "approver" },
  "list-auto-run": { path: "/auto-run", least: "viewer" },
  "resume-auto-run": { path: "/auto-run/resume", body: { policy: "default", reason: "x" }, least: "approver" },
  "read-shadow": { path: "/shadow", least: "viewer" },
  "draft-shadow": { path: "/shadow", body: { spec: {} }, least: "operator" },
  "delete-component": { path: "/components/shop/nothing", least: "administrator" },
  "list-instances": { path: "/instances", least: "viewer" },
  "get-instances": { path: "/instances/shop.cart.1", least: "viewer" },
  "list-links": { path: "/links", least: "viewer" },
  "get-link": { path: "/links/east/west", least: "viewer" },
  "list-policies": { path: "/policies", least: "viewer" },
  "get-policies": { path: "/policies/default", least: "viewer" },
  "list-policy-versions": { path: "/policies/default/versions", least: "viewer" },
  "publish-policy": {
    path: "/policies/default/publish",
    body: { spec: {}, reason: "x", baseGeneration: 99 },
    least: "administrator",
  },
  "revert-policy": { path: "/policies/default/revert", body: { generation: 99, reason: "x" }, least: "administrator" },
  "delete-policy": { path: "/policies/nothing", least: "administrator" },
  "read-preview-inputs": { path: "/preview/inputs", least: "viewer" },
  "confirm-draft": {
    path: "/preview/confirm",
    body: { policy: "default", weights: { proximity: 1 }, migrationThreshold: 60, cooldownMinutes: 0 },
    least: "viewer",
  },
  "list-agents": { path: "/agents", least: "viewer" },
  "get-agents": { path: "/agents/agt_none", least: "viewer" },
  "create-agent": { path: "/agents", body: { name: "one", components: ["shop/cart"] }, least: "administrator" },
  "rotate-agent": { path: "/agents/agt_none/rotate", least: "administrator" },
  "delete-agent": { path: "/agents/agt_none", least: "administrator" },
  "create-migration": { path: "/migrations", body: { component: "shop/cart", from: "east", to: "east" }, least: "operator" },
  "list-migrations": { path: "/migrations", least: "viewer" },
  "get-migration": { path: "/migrations/mig_none", least: "viewer" },
  "abort-migration": { path: "/migrations/mig_none/abort", body: { reason: "x" }, least: "operator" },
  "rollback-migration": { path: "/migrations/mig_none/rollback", body: { reason: "x" }, least: "operator" },
  "get-freeze": { path: "/freeze", least: "viewer" },
  freeze: { path: "/freeze", body: { reason: "x", until: null }, least: "operator" },
  unfreeze: { path: "/freeze", least: "operator" },
  "read-connectivity": { path: "/connectivity", least: "viewer" },
  "read-link-series": { path: "/connectivity/east/west", least: "viewer" },
  "read-kpis": { path: "/kpis?component=shop/cart", least: "viewer" },
  "read-user-latency": { path: "/users/latency", least: "viewer" },
  "read-density": { path: "/users/density", least: "viewer" },
  "list-audit": { path: "/audit", least: "approver" },
  "verify-audit": { path: "/audit/verify", least: "approver" },
};

describe.each(OPERATIONS)("$method $path", ({ id, method }) => {
  const ask = ASKS[id];
  test("is in this table", () => expect(ask).toBeDefined());
  if (!ask) return;

  test("is 401 for nobody", async () => {
    const { status, headers } = await api.call(method, ask.path, { role: "nobody", body: ask.body });
    expect([status, headers.get("content-type")]).toEqual([401, "application/problem+json; charset=utf-8"]);
  });

  test.each(ROLES)("answers a %s as the contract says", async (role) => {
    const { status, body } = await api.call(method, ask.path, { role, body: ask.body });
    const allowed = ROLES.indexOf(role) >= ROLES.indexOf(ask.least);
    if (!allowed) expect(body).toMatchObject({ status: 403, code: "role" });
    else expect([200, 201, 202, 204, 400, 404, 409]).toContain(status);
  });
});

test.each(["DataCenter", "Policy"])("an operator may not apply a %s, and nothing of the batch is applied", async (kind) => {
  const other = {
    apiVersion: "geostitch.dev/v1",
    kind,
    metadata: { name: "x" },
    spec:
      kind === "Policy"
        ? {}
        : { location: { latitude: 1, longitude: 1, country: "US" }, capacity: { cpu: "1", memory: "1Gi", storage: "1Gi" } },
  };
  const refused = await api.call("POST", "/apply", { role: "operator", body: [component("sneaked"), other] });
  expect([refused.status, refused.body["code"]]).toEqual([403, "role"]);
  expect((await api.call("GET", "/components/shop/sneaked")).status).toBe(404);
});
