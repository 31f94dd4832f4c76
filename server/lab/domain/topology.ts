import { z } from "zod";

/** A file of the form app-topology/1; further keys are allowed, they tell of its origin. */
export const topologySchema = z.looseObject({
  schema: z.literal("app-topology/1"),
  app: z.string().min(1),
  entrypoints: z.array(z.string()).default([]),
  components: z.array(
    z.looseObject({
      id: z.string().min(1),
      kind: z.string().default("service"),
      stateful: z.string().nullish(),
      replicas: z.number().int().min(1).nullish(),
      cpu_request_m: z.number().nullish(),
      mem_request_mib: z.number().nullish(),
      cpuMs: z.number().min(0).max(100).nullish(),
      responseBytes: z.number().min(0).nullish(),
      sizeMiB: z.number().min(0).nullish(),
      entrypoint: z.boolean().nullish(),
    }),
  ),
  edges: z.array(
    z.looseObject({
      caller: z.string(),
      callee: z.string(),
      callsPerRequest: z
        .number()
        .min(0)
        .nullish()
        .transform((calls) => calls ?? 1),
      requestBytes: z
        .number()
        .min(0)
        .nullish()
        .transform((bytes) => bytes ?? 400),
      responseBytes: z
        .number()
        .min(0)
        .nullish()
        .transform((bytes) => bytes ?? 900),
    }),
  ),
});
export type Topology = z.infer<typeof topologySchema>;
type TopologyComponent = Topology["components"][number];

const COMMAND = ["node", "server/lab/component/main.ts"];

/** Any id as a manifest's name: lower case, what is not a letter or digit becomes a hyphen. */
export const manifestName = (id: string): string =>
  id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63) || "component";

/** `cache` keeps a part that may be lost, `db` everything; stateful kinds that are not known count as `db`. */
function stateKindOf(component: TopologyComponent): "stateless" | "partial" | "full" {
  const said = component.stateful ?? component.kind;
  if (said === "none" || said === "service" || said === "") return "stateless";
  if (said === "cache" || said === "partial") return "partial";
  return ["db", "full", "database", "queue", "broker"].includes(said) ? "full" : "stateless";
}

/** Components whom clients call: those that say so, else what the load generator calls, else the entry points, else what nobody calls. */
function entrypointsOf(topology: Topology): ReadonlySet<string> {
  const loadgens = new Set(
    topology.components.filter((component) => component.kind === "loadgen").map((component) => component.id),
  );
  const declared = topology.components.filter((component) => component.entrypoint === true).map((component) => component.id);
  if (declared.length > 0) return new Set(declared);
  const called = topology.edges.filter((edge) => loadgens.has(edge.caller)).map((edge) => edge.callee);
  const named = topology.entrypoints.filter((id) => !loadgens.has(id));
  if (called.length + named.length > 0) return new Set([...called, ...named]);
  const callees = new Set(topology.edges.map((edge) => edge.callee));
  return new Set(
    topology.components
      .filter((component) => !callees.has(component.id) && !loadgens.has(component.id))
      .map((component) => component.id),
  );
}

/** Manifests of every component, the load generator excepted: it stands for the users. */
export function componentManifests(topology: Topology): readonly Record<string, unknown>[] {
  const application = manifestName(topology.app);
  const entrypoints = entrypointsOf(topology);
  const components = topology.components.filter((component) => component.kind !== "loadgen");
  const known = new Set(components.map((component) => component.id));
  return components.map((component) => {
    const edges = topology.edges.filter(
      (edge) => edge.caller === component.id && known.has(edge.callee) && edge.callee !== component.id,
    );
    const byName = new Map(
      edges.map(({ callee, callsPerRequest, requestBytes, responseBytes }) => [
        manifestName(callee),
        { component: manifestName(callee), callsPerRequest, requestBytes, responseBytes },
      ]),
    );
    return manifestOf({ application, component, dependencies: [...byName.values()], entrypoint: entrypoints.has(component.id) });
  });
}

interface Described {
  readonly application: string;
  readonly component: TopologyComponent;
  readonly dependencies: readonly { component: string; callsPerRequest: number; requestBytes: number; responseBytes: number }[];
  readonly entrypoint: boolean;
}

function manifestOf({ application, component, dependencies, entrypoint }: Described): Record<string, unknown> {
  const kind = stateKindOf(component);
  const behaviour = {
    cpuMs: component.cpuMs ?? 0.3,
    responseBytes: component.responseBytes ?? 900,
    state: kind,
    dependencies: dependencies.map(({ component: name, callsPerRequest, requestBytes }) => ({
      name,
      callsPerRequest,
      requestBytes,
    })),
  };
  return {
    apiVersion: "geostitch.dev/v1",
    kind: "Component",
    metadata: { application, name: manifestName(component.id), labels: {} },
    spec: {
      version: "1.0.0",
      artifact: { driver: "process", command: COMMAND },
      env: { GEOSTITCH_LAB_BEHAVIOUR: JSON.stringify(behaviour) },
      network: { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } },
      resources: {
        cpu: `${component.cpu_request_m ?? 100}m`,
        memory: `${component.mem_request_mib ?? 128}Mi`,
        storage: kind === "stateless" ? "0" : "1Gi",
      },
      replicas: { min: 1, max: 3 },
      dependencies,
      performance: { latencyMsP95: 120, throughputRps: 200, errorRate: 0.001 },
      state: {
        kind,
        driver: kind === "stateless" ? null : "snapshot",
        sizeMiB: component.sizeMiB ?? (kind === "stateless" ? 0 : 16),
      },
      entrypoint,
    },
  };
}
