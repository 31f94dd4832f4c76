import { AppError } from "../../platform/app-error.ts";
import { componentOf, PAGE, type Inputs, type Operation } from "./operation.ts";
import { PLACE_OPERATIONS } from "./place-operations.ts";
import { PLAN_OPERATIONS } from "./plan-operations.ts";
import { POLICY_OPERATIONS } from "./policy-operations.ts";
import { WATCH_OPERATIONS } from "./watch-operations.ts";

/** A flag that is not understood is refused: what was meant as a dry run must not be done in earnest. */
function readFlag(name: string, query: Inputs): boolean {
  const text = query[name] ?? "false";
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  const message = "expected true or false";
  throw new AppError("bad-input", `${name}: ${message}`, { errors: [{ path: name, message }] });
}

function listAndGet(kind: {
  plural: string;
  router: string;
  words: string;
  query?: readonly string[];
  parameter?: string;
}): Operation[] {
  const { plural, router, words, query = [], parameter = "name" } = kind;
  return [
    {
      id: `list-${plural}`,
      method: "GET",
      path: `/${plural}`,
      procedure: `${router}.page`,
      status: 200,
      summary: `All ${words}`,
      query: [...PAGE, ...query],
    },
    {
      id: `get-${plural}`,
      method: "GET",
      path: `/${plural}/{${parameter}}`,
      procedure: `${router}.get`,
      status: 200,
      summary: `One of the ${words}`,
      input: ({ path }) => ({ name: path[parameter] }),
    },
  ];
}

export const OPERATIONS: readonly Operation[] = [
  {
    id: "apply",
    method: "POST",
    path: "/apply",
    procedure: "registry.applyManifests",
    status: 200,
    summary: "Apply manifests, all or nothing",
    textBody: true,
    body: true,
    query: ["dryRun"],
    input: ({ body, query }) => ({ manifests: body, dryRun: readFlag("dryRun", query) }),
  },
  ...listAndGet({ plural: "data-centers", router: "dataCenters", words: "data centres" }),
  {
    id: "delete-data-center",
    method: "DELETE",
    path: "/data-centers/{name}",
    procedure: "dataCenters.remove",
    status: 204,
    summary: "Remove a data centre that is not in use",
  },
  ...PLACE_OPERATIONS,
  {
    id: "list-components",
    method: "GET",
    path: "/components",
    procedure: "components.page",
    status: 200,
    summary: "All components",
    query: PAGE,
  },
  {
    id: "get-component",
    method: "GET",
    path: "/components/{application}/{name}",
    procedure: "components.get",
    status: 200,
    summary: "One component",
    input: ({ path }) => componentOf(path),
  },
  {
    id: "delete-component",
    method: "DELETE",
    path: "/components/{application}/{name}",
    procedure: "components.remove",
    status: 204,
    summary: "Remove a component that is not in use",
    input: ({ path }) => componentOf(path),
  },
  ...PLAN_OPERATIONS,
  ...WATCH_OPERATIONS,
  ...listAndGet({ plural: "instances", router: "instances", words: "instances", query: ["component", "dataCenter"] }),
  {
    id: "list-links",
    method: "GET",
    path: "/links",
    procedure: "links.page",
    status: 200,
    summary: "All links",
    query: PAGE,
  },
  {
    id: "get-link",
    method: "GET",
    path: "/links/{from}/{to}",
    procedure: "links.get",
    status: 200,
    summary: "One link",
    input: ({ path }) => ({ name: `${path["from"] ?? ""}/${path["to"] ?? ""}` }),
  },
  ...listAndGet({ plural: "policies", router: "policies", words: "policies" }),
  ...POLICY_OPERATIONS,
  ...listAndGet({ plural: "agents", router: "agents", words: "agents", parameter: "id" }),
  {
    id: "create-agent",
    method: "POST",
    path: "/agents",
    procedure: "agents.create",
    status: 201,
    summary: "Enrol an agent; its secret is shown once",
    body: true,
  },
  {
    id: "rotate-agent",
    method: "POST",
    path: "/agents/{id}/rotate",
    procedure: "agents.rotate",
    status: 200,
    summary: "A new key for an agent, shown once; the old one is good for a day more, or ends at once with revokeOld",
    body: true,
  },
  {
    id: "delete-agent",
    method: "DELETE",
    path: "/agents/{id}",
    procedure: "agents.remove",
    status: 204,
    summary: "Revoke an agent",
  },
  {
    id: "create-migration",
    method: "POST",
    path: "/migrations",
    procedure: "migrations.create",
    status: 202,
    summary: "Move one component",
    body: true,
  },
  {
    id: "list-migrations",
    method: "GET",
    path: "/migrations",
    procedure: "migrations.page",
    status: 200,
    summary: "Migrations, newest first",
    query: [...PAGE, "component", "state"],
  },
  {
    id: "get-migration",
    method: "GET",
    path: "/migrations/{id}",
    procedure: "migrations.get",
    status: 200,
    summary: "One migration",
  },
  {
    id: "abort-migration",
    method: "POST",
    path: "/migrations/{id}/abort",
    procedure: "migrations.abort",
    status: 202,
    summary: "Abort before the point of no return",
    body: true,
  },
  {
    id: "rollback-migration",
    method: "POST",
    path: "/migrations/{id}/rollback",
    procedure: "migrations.rollback",
    status: 202,
    summary: "Bring the component back after the point of no return",
    body: true,
  },
  {
    id: "get-freeze",
    method: "GET",
    path: "/freeze",
    procedure: "freeze.get",
    status: 200,
    summary: "Whether new moves are stopped",
  },
  {
    id: "freeze",
    method: "POST",
    path: "/freeze",
    procedure: "freeze.set",
    status: 200,
    summary: "Stop every new move",
    body: true,
  },
  {
    id: "unfreeze",
    method: "DELETE",
    path: "/freeze",
    procedure: "freeze.clear",
    status: 204,
    summary: "Let moves begin again; why may stand in the body",
    body: true,
  },
  {
    id: "read-kpis",
    method: "GET",
    path: "/kpis",
    procedure: "kpis.read",
    status: 200,
    summary: "Series of one component",
    query: ["component", "dataCenter", "from", "to", "step"],
  },
  {
    id: "read-user-latency",
    method: "GET",
    path: "/users/latency",
    procedure: "users.latency",
    status: 200,
    summary: "What users felt, by their region and all together",
    query: ["component", "from", "to", "step", "regions"],
  },
  {
    id: "read-density",
    method: "GET",
    path: "/users/density",
    procedure: "users.density",
    status: 200,
    summary: "Users by place",
    query: ["from", "to", "resolution", "component"],
  },
  {
    id: "read-connectivity",
    method: "GET",
    path: "/connectivity",
    procedure: "connectivity.matrix",
    status: 200,
    summary: "Round-trip times between all data centres, measured and given",
  },
  {
    id: "read-link-series",
    method: "GET",
    path: "/connectivity/{from}/{to}",
    procedure: "connectivity.series",
    status: 200,
    summary: "What was measured of one link over time",
    query: ["since", "until", "step"],
  },
  {
    id: "list-audit",
    method: "GET",
    path: "/audit",
    procedure: "audit.list",
    status: 200,
    summary: "Who did what, newest first",
    query: [...PAGE, "actor", "action", "object", "text"],
  },
  {
    id: "verify-audit",
    method: "GET",
    path: "/audit/verify",
    procedure: "audit.verify",
    status: 200,
    summary: "Whether the audit's chain is whole",
  },
];
