import { componentSpecSchema, dataCenterSpecSchema, policySpecSchema } from "../../component-registry/domain/manifest.ts";
import type { InstanceRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { emptyCounts, observe } from "../../kpi-intake/domain/histogram.ts";
import { BUCKET_MS, type Bucket, type Flow } from "../../performance-analysis/domain/bucket.ts";
import { createEvaluator, type Evaluator } from "../../migration-planning/domain/predict/evaluate.ts";
import { evidenceOf } from "../../migration-planning/domain/predict/evidence.ts";
import { createModel } from "../../migration-planning/domain/predict/model.ts";
import { presentPlacement } from "../../migration-planning/domain/predict/placement.ts";
import type { Weights } from "../../migration-planning/domain/terms/index.ts";

/** A small world for tests of decisions: valid by default, and each test says what is different in it. */

export const NOW = new Date("2026-11-24T12:00:00.000Z");

/** The one of a list that has one. */
export function only<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error("the list is empty");
  return one;
}

export interface PlaceSpec {
  readonly name: string;
  readonly country?: string;
  readonly cpu?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface ComponentSpecIn {
  readonly name: string;
  readonly place: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface WorldSpec {
  readonly places: readonly PlaceSpec[];
  readonly components: readonly ComponentSpecIn[];
  readonly policy?: Readonly<Record<string, unknown>>;
}

export function registryOf({ places, components, policy }: WorldSpec): RegistrySnapshot {
  return {
    dataCenters: places.map(({ name, country = "US", cpu = "16", spec = {} }) => ({
      name,
      labels: {},
      generation: 1,
      lastSeenAt: NOW,
      spec: dataCenterSpecSchema.parse({
        location: { latitude: 1, longitude: 1, country },
        capacity: { cpu, memory: "64Gi", storage: "1Ti" },
        ...spec,
      }),
    })),
    components: components.map(({ name, spec = {} }) => ({
      key: `shop/${name}`,
      application: "shop",
      name,
      labels: {},
      generation: 1,
      epoch: 1,
      score: null,
      candidate: null,
      createdAt: new Date(0),
      spec: componentSpecSchema.parse({
        version: "1",
        artifact: { command: ["true"] },
        performance: { latencyMsP95: 120, errorRate: 0.001 },
        ...spec,
      }),
    })),
    instances: components.map(({ name, place }) => instanceOf(name, place)),
    links: [],
    policies: [
      {
        name: "default",
        generation: 1,
        spec: policySpecSchema.parse(policy ?? {}),
      },
    ],
    reservations: [],
    openMigrations: [],
  };
}

const instanceOf = (name: string, dataCenter: string): InstanceRecord => ({
  name: `shop.${name}.1`,
  componentKey: `shop/${name}`,
  dataCenter,
  state: "ready",
  epoch: 1,
  version: "1",
  agent: null,
  pid: 1,
  host: "127.0.0.1",
  port: 1,
  restarts: 0,
  desired: true,
  migrationId: null,
  lastExit: null,
  nextRestartAt: null,
  startedAt: NOW,
  changedAt: NOW,
});

export interface UsersAt {
  readonly component: string;
  /** Place at which they come in. */
  readonly entry: string;
  readonly region?: string;
  readonly requestsPerSecond: number;
  /** Where they are served; latency is the link and what the component itself takes. */
  readonly servedIn: string;
  readonly serviceMs?: number;
  readonly errorShare?: number;
}

export type Rtt = (from: string, to: string) => number;

/** Distance by names of places: `rttOf({ "a>b": 90 })`, the same both ways. */
export function rttOf(pairs: Readonly<Record<string, number>>): Rtt {
  return (from, to) => (from === to ? 0 : (pairs[`${from}>${to}`] ?? pairs[`${to}>${from}`] ?? 100));
}

/** Buckets of the last minutes with the same users in each; the newest is complete. */
export function bucketsOf(
  users: readonly UsersAt[],
  rttMs: Rtt,
  { minutes = 3, end = NOW }: { minutes?: number; end?: Date } = {},
): Bucket[] {
  const last = Math.floor(end.getTime() / BUCKET_MS) * BUCKET_MS;
  return Array.from({ length: minutes * 6 }, (_, index) => ({
    atMs: last - (minutes * 6 - 1 - index) * BUCKET_MS,
    flows: users.map((at) => flowOf(at, rttMs)),
    instances: [],
    links: [],
  }));
}

export function flowOf(at: UsersAt, rttMs: Rtt): Flow {
  const { component, entry, region = "Europe", requestsPerSecond, servedIn, serviceMs = 10, errorShare = 0 } = at;
  const requests = Math.round((requestsPerSecond * BUCKET_MS) / 1000);
  const counts = emptyCounts();
  // A tenth of the requests takes twice as long: a percentile that is not the mean.
  for (let index = 0; index < requests; index += 1)
    observe(counts, rttMs(entry, servedIn) + serviceMs * (index % 10 === 0 ? 2 : 1));
  return {
    component,
    entry,
    dataCenter: servedIn,
    user: true,
    region,
    accessMs: 5,
    requests,
    errors: Math.round(requests * errorShare),
    counts,
  };
}

export interface EvaluatorOptions {
  readonly weights?: Weights;
  readonly hoursSinceMove?: ReadonlyMap<string, number>;
  readonly now?: Date;
}

export function evaluatorOf(
  registry: RegistrySnapshot,
  buckets: readonly Bucket[],
  rttMs: Rtt,
  options: EvaluatorOptions = {},
): Evaluator {
  const { weights = { performance: 50, proximity: 50 }, hoursSinceMove = new Map(), now = NOW } = options;
  const evidence = evidenceOf({ registry, buckets, placement: presentPlacement(registry), now, rttMs });
  return createEvaluator(createModel({ registry, now, weights, evidence, rttMs, hoursSinceMove }));
}
