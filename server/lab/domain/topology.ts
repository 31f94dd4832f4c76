import { z } from "zod";
import { repeatsIn } from "./repeats.ts";

const count = z.number().min(0).max(1000);
/** A header says how many, so that a part of one is none. */
const bytes = z
  .number()
  .min(0)
  .max(16 * 1024 * 1024)
  .transform(Math.round);

const componentSchema = z.looseObject({
  id: z.string().min(1),
  kind: z.string().default("service"),
  stateful: z.union([z.string(), z.boolean()]).nullish(),
  replicas: z.number().int().min(1).nullish(),
  cpu_request_m: z.number().min(0).nullish(),
  mem_request_mib: z.number().min(0).nullish(),
  cpuMs: z.number().min(0).max(100).nullish(),
  responseBytes: bytes.nullish(),
  sizeMiB: z.number().min(0).nullish(),
  entrypoint: z.boolean().nullish(),
});

const edgeSchema = z.looseObject({
  caller: z.string(),
  callee: z.string(),
  callsPerRequest: count.nullish().transform((calls) => calls ?? 1),
  requestBytes: bytes.nullish().transform((size) => size ?? 400),
  /** Null: as long as the callee's answers are. */
  responseBytes: bytes.nullish().transform((size) => size ?? null),
});

/** A file of the form app-topology/1; further keys are allowed, they tell of its origin. */
export const topologySchema = z
  .looseObject({
    schema: z.literal("app-topology/1"),
    app: z.string().min(1),
    entrypoints: z
      .array(z.string())
      .nullish()
      .transform((ids) => ids ?? []),
    components: z.array(componentSchema),
    edges: z
      .array(edgeSchema)
      .nullish()
      .transform((edges) => edges ?? []),
  })
  .superRefine(({ components }, context) => {
    for (const { name, index, first } of repeatsIn(components.map(({ id }) => id)))
      context.addIssue({
        code: "custom",
        path: ["components", index, "id"],
        message: `${name} stands twice, first in components.${first}`,
      });
  });
export type Topology = z.infer<typeof topologySchema>;
type TopologyComponent = Topology["components"][number];
type Edge = Topology["edges"][number];

/** What a file names without describing it: it runs without that, and whoever starts it is told of each. */
export function leftOut({ components, edges, entrypoints }: Topology): readonly string[] {
  const known = new Set(components.map((component) => component.id));
  const missing = (path: string, id: string): string[] => (known.has(id) ? [] : [`${path}: there is no component ${id}`]);
  return [
    ...edges.flatMap(({ caller, callee }, index) => [
      ...missing(`edges.${index}.caller`, caller),
      ...missing(`edges.${index}.callee`, callee),
    ]),
    ...entrypoints.flatMap((id, index) => missing(`entrypoints.${index}`, id)),
  ];
}

const ANSWER_BYTES = 900;
const NAME_LENGTH_MAX = 63;

const COMMAND = ["node", "server/lab/component/main.ts"];

/** Any id as a manifest's name: lower case, accents dropped, what is not a letter or digit becomes a hyphen. */
const manifestName = (id: string): string =>
  id
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, NAME_LENGTH_MAX)
    .replace(/-+$/, "");

/** A name for each id, in their order; ids that would have the same name are told apart by a number. */
export function manifestNames(ids: readonly string[], fallback: string): readonly string[] {
  const taken = new Set<string>();
  return ids.map((id) => {
    const wanted = manifestName(id) || fallback;
    let name = wanted;
    for (let again = 2; taken.has(name); again += 1)
      name = `${wanted.slice(0, NAME_LENGTH_MAX - String(again).length - 1)}-${again}`;
    taken.add(name);
    return name;
  });
}

/** `cache` keeps a part that may be lost, `db` everything; stateful kinds that are not known count as `db`. */
function stateKindOf({ stateful, kind }: TopologyComponent): "stateless" | "partial" | "full" {
  const said = typeof stateful === "boolean" ? (stateful ? "full" : "none") : stateful;
  if (said === "cache" || said === "partial") return "partial";
  if (said !== null && said !== undefined) return ["none", "stateless", ""].includes(said) ? "stateless" : "full";
  if (kind === "cache") return "partial";
  return ["db", "database", "queue", "broker"].includes(kind) ? "full" : "stateless";
}

/** Components whom clients call: those that say so, else what the load generator calls and the entry points, else what nobody calls, else the first. */
function entrypointsOf(topology: Topology): ReadonlySet<string> {
  const loadgens = new Set(
    topology.components.filter((component) => component.kind === "loadgen").map((component) => component.id),
  );
  const declared = topology.components.filter((component) => component.entrypoint === true).map((component) => component.id);
  if (declared.length > 0) return new Set(declared);
  const services = topology.components.map((component) => component.id).filter((id) => !loadgens.has(id));
  const called = topology.edges.filter((edge) => loadgens.has(edge.caller)).map((edge) => edge.callee);
  const named = [...called, ...topology.entrypoints].filter((id) => services.includes(id));
  if (named.length > 0) return new Set(named);
  const callees = new Set(topology.edges.map((edge) => edge.callee));
  const uncalled = services.filter((id) => !callees.has(id));
  return new Set(uncalled.length > 0 ? uncalled : services.slice(0, 1));
}

/** Manifests of every component, the load generator excepted: it stands for the users. */
export function componentManifests(topology: Topology, application: string): readonly Record<string, unknown>[] {
  const entrypoints = entrypointsOf(topology);
  const components = topology.components.filter((component) => component.kind !== "loadgen");
  const ids = components.map((component) => component.id);
  const names = new Map(manifestNames(ids, "component").map((name, index) => [ids[index] ?? "", name]));
  const known = new Map(components.map((component) => [component.id, component]));
  return components.map((component) => {
    const edges = topology.edges.filter((edge) => edge.caller === component.id && edge.callee !== component.id);
    const dependencies = [...Map.groupBy(edges, (edge) => edge.callee)].flatMap(([callee, same]) => {
      const called = known.get(callee);
      return called ? [dependencyOf(names.get(callee) ?? "", same, called.responseBytes ?? ANSWER_BYTES)] : [];
    });
    const name = names.get(component.id) ?? "";
    return manifestOf({ application, name, component, dependencies, entrypoint: entrypoints.has(component.id) });
  });
}

interface Dependency {
  readonly component: string;
  readonly callsPerRequest: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Edges between the same two are different calls: their numbers add up, their sizes are those of the mean call. */
function dependencyOf(component: string, edges: readonly Edge[], answerBytes: number): Dependency {
  const callsPerRequest = edges.reduce((sum, edge) => sum + edge.callsPerRequest, 0);
  const mean = (bytesOf: (edge: Edge) => number): number => {
    const share = (edge: Edge): number => (callsPerRequest > 0 ? edge.callsPerRequest / callsPerRequest : 1 / edges.length);
    return Math.round(edges.reduce((sum, edge) => sum + bytesOf(edge) * share(edge), 0));
  };
  return {
    component,
    callsPerRequest,
    requestBytes: mean((edge) => edge.requestBytes),
    responseBytes: mean((edge) => edge.responseBytes ?? answerBytes),
  };
}

interface Described {
  readonly application: string;
  readonly name: string;
  readonly component: TopologyComponent;
  readonly dependencies: readonly Dependency[];
  readonly entrypoint: boolean;
}

function manifestOf({ application, name, component, dependencies, entrypoint }: Described): Record<string, unknown> {
  const kind = stateKindOf(component);
  const behaviour = {
    cpuMs: component.cpuMs ?? 0.3,
    responseBytes: component.responseBytes ?? ANSWER_BYTES,
    state: kind,
    dependencies: dependencies.map(({ component: callee, ...call }) => ({ name: callee, ...call })),
  };
  return {
    apiVersion: "geostitch.dev/v1",
    kind: "Component",
    metadata: { application, name, labels: {} },
    spec: {
      version: "1.0.0",
      artifact: { driver: "process", command: COMMAND },
      env: { GEOSTITCH_LAB_BEHAVIOUR: JSON.stringify(behaviour) },
      network: { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } },
      resources: {
        cpu: `${Math.ceil(component.cpu_request_m ?? 100)}m`,
        memory: `${Math.ceil(component.mem_request_mib ?? 128)}Mi`,
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
