/**
 * The import rules of this repository. A module map is data; the rules are derived from it.
 */

/** What each server module may import, through the other module's index.ts or domain/. */
const MODULES = {
  audit: [],
  identity: ["audit"],
  "connectivity-management": ["component-registry"],
  "user-proximity": ["component-registry"],
  "component-registry": ["audit"],
  "kpi-intake": ["component-registry", "user-proximity"],
  "performance-analysis": ["component-registry", "kpi-intake"],
  "routing-layer": ["component-registry", "connectivity-management", "user-proximity", "kpi-intake"],
  deployment: ["component-registry", "connectivity-management"],
  "state-management": ["component-registry", "connectivity-management", "deployment"],
  "migration-planning": ["component-registry", "kpi-intake", "performance-analysis", "connectivity-management"],
  orchestration: [
    "audit",
    "agent",
    "component-registry",
    "connectivity-management",
    "deployment",
    "kpi-intake",
    "migration-planning",
    "routing-layer",
    "state-management",
  ],
  alerts: ["component-registry", "kpi-intake", "performance-analysis"],
  agent: ["kpi-intake", "state-management"],
  // The local world knows only what a real world would see: manifests, links, distances, the component's state protocol.
  lab: ["component-registry", "connectivity-management", "state-management", "user-proximity", "deployment"],
};

const TESTS = "(\\.(test|test-d|spec|conformance)\\.tsx?$)|^server/testing/|^e2e/|^bench/";

const moduleDag = Object.entries(MODULES).map(([name, allowed]) => ({
  name: `module-dag:${name}`,
  comment: `${name} may depend only on: ${[...allowed, "platform"].join(", ")}.`,
  severity: "error",
  from: { path: `^server/${name}/`, pathNot: TESTS },
  to: { path: "^server/", pathNot: [name, ...allowed, "platform"].map((m) => `^server/${m}/`) },
}));

module.exports = {
  forbidden: [
    ...moduleDag,
    {
      name: "platform-knows-nobody",
      severity: "error",
      from: { path: "^server/platform/", pathNot: TESTS },
      to: { path: "^(server|app|components)/", pathNot: "^server/platform/" },
    },
    {
      name: "domain-is-pure",
      comment: "domain/ decides; it never reads a clock, the network, the database or the environment.",
      severity: "error",
      from: { path: "^server/[^/]+/domain/", pathNot: TESTS },
      to: {
        pathNot: ["^server/[^/]+/domain/", "^server/platform/(result|plain-data|time-schema)\\.ts$", "(^|/)node_modules/zod/"],
      },
    },
    {
      name: "enter-modules-by-the-door",
      comment: "Cross-module imports go to index.ts (behaviour) or domain/ (pure values), never deeper.",
      severity: "error",
      from: { path: "^server/([^/]+)/", pathNot: [TESTS, "^server/processes/"] },
      to: {
        path: "^server/[^/]+/",
        pathNot: [
          "^server/$1/",
          "^server/platform/",
          "^server/[^/]+/index\\.ts$",
          "^server/[^/]+/domain/",
          "^server/[^/]+/router\\.ts$",
          "^server/processes/web\\.ts$",
        ],
      },
    },
    {
      name: "routers-are-mounted-only-by-the-api",
      severity: "error",
      from: { pathNot: ["^server/api/", TESTS] },
      to: { path: "^server/[^/]+/router\\.ts$", pathNot: "^server/processes/" },
    },
    {
      name: "drivers-are-chosen-by-processes",
      comment: "Only a composition root (or a test) names a concrete driver or store.",
      severity: "error",
      from: { pathNot: ["^server/processes/", "^server/[^/]+/(drivers|store)/", TESTS] },
      to: { path: "^server/[^/]+/(drivers|store)/" },
    },
    {
      name: "drivers-do-not-know-each-other",
      severity: "error",
      from: { path: "^server/([^/]+)/(drivers|store)/([^/]+)", pathNot: TESTS },
      to: { path: "^server/[^/]+/(drivers|store)/", pathNot: ["^server/$1/$2/$3", "^server/$1/store/"] },
    },
    {
      name: "prisma-stays-in-stores",
      severity: "error",
      from: { pathNot: ["^server/[^/]+/store/", "^server/platform/db/", "^prisma", "^generated/", TESTS] },
      to: { path: ["(^|/)node_modules/@prisma/", "^generated/prisma/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "services-know-no-framework",
      severity: "error",
      from: { path: "^server/", pathNot: ["^server/api/", "^server/processes/console[.]ts$", TESTS] },
      to: { path: "(^|/)node_modules/(next|react|react-dom)/" },
    },
    {
      name: "ui-sees-only-domain-and-the-router-type",
      severity: "error",
      from: { path: "^components/", pathNot: TESTS },
      to: { path: "^server/", pathNot: "^server/[^/]+/domain/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "app-is-a-thin-shim",
      comment: "app/ wires a URL to a component, a prefetch or a handler; it never reaches a service or a store.",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^server/", pathNot: ["^server/api/", "^server/[^/]+/domain/"] },
    },
    { name: "nothing-imports-app", severity: "error", from: { pathNot: "^app/" }, to: { path: "^app/" } },
    { name: "server-never-imports-ui", severity: "error", from: { path: "^server/" }, to: { path: "^(app|components)/" } },
    { name: "tests-only-from-tests", severity: "error", from: { pathNot: TESTS }, to: { path: TESTS } },
    {
      name: "no-runtime-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^generated/"] },
    exclude: { path: "^\\.next" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
