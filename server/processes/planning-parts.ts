import { accessRoundTripMs, roundTripMatrix } from "../connectivity-management/domain/estimate-round-trip.ts";
import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { createRegistryStore } from "../component-registry/store/registry-store.ts";
import { sumOf } from "../kpi-intake/domain/figures.ts";
import { quantile } from "../kpi-intake/domain/histogram.ts";
import { readInstanceRows, readTrafficRows } from "../kpi-intake/index.ts";
import { createLooks, viewOf as policyViewOf, type Looks, type MoveHistory } from "../migration-planning/index.ts";
import { foreseeMove, type Foreseen } from "../migration-planning/domain/plan/foresee-move.ts";
import { driftOf } from "../migration-planning/domain/predict/drift.ts";
import { BUCKET_MS, type Bucket } from "../performance-analysis/domain/bucket.ts";
import { createAnalysis, type Analysis } from "../performance-analysis/index.ts";
import { createRoundTrips } from "../connectivity-management/index.ts";
import { givenOf, placesOf } from "../connectivity-management/round-trips.ts";
import { readRegistry } from "../component-registry/store/records.ts";
import { createMeasuredLinks } from "../connectivity-management/store/measured-links.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemClock, type Clock } from "../platform/clock.ts";
import type { ProcessEnv } from "../platform/env.ts";
import type { Wiring } from "../platform/wiring.ts";
import type { Database } from "../platform/db/client.ts";
import { createWorldClock, type WorldClock } from "./world-clock.ts";

function accessMs({ dataCenters }: RegistrySnapshot) {
  const places = new Map(dataCenters.map(({ name, spec }) => [name, spec.location]));
  return (point: { latitude: number; longitude: number }, entry: string): number => {
    const place = places.get(entry);
    return place ? accessRoundTripMs(point, place) : 0;
  };
}

/** As the links give it, estimated where they do not: what a measurement is held against. */
function expectedRttMs(registry: RegistrySnapshot) {
  const pairs = roundTripMatrix(placesOf(registry), givenOf(registry));
  const table = new Map(pairs.map(({ from, to, rttMs }) => [`${from}>${to}`, rttMs]));
  return (from: string, to: string): number => (from === to ? 0 : (table.get(`${from}>${to}`) ?? 0));
}

export interface PlanningParts {
  readonly analysis: Analysis;
  readonly looks: Looks;
  /** What a component's users got between two times, and how long it took from `latencySince` on; all callers, where it has no users. */
  readonly serviceView: (component: string, since: Date, until: Date, latencySince?: Date) => Promise<ServiceView>;
  /** What a move will probably do; null where too little is known. */
  readonly foresee: (move: { component: string; from: string; to: string }) => Promise<Foreseen | null>;
}

type ServiceView = ReturnType<typeof viewOf>;

function viewOf(buckets: readonly Bucket[], component: string, since: Date, until: Date) {
  const inside = buckets.filter(({ atMs }) => atMs >= since.getTime() && atMs + BUCKET_MS <= until.getTime());
  const flows = inside.flatMap(({ flows: all }) => all).filter((flow) => flow.component === component);
  const users = flows.filter(({ user }) => user);
  const { counts, ...felt } = sumOf(users.length > 0 ? users : flows);
  return { ...felt, latencyMsP95: quantile(counts, 0.95) };
}

/** How long it took is looked at from `latencySince` on, all else from `since` on. */
function viewSince(
  buckets: readonly Bucket[],
  component: string,
  { since, until, latencySince }: { since: Date; until: Date; latencySince: Date },
): ServiceView {
  const view = viewOf(buckets, component, since, until);
  if (latencySince === since) return view;
  return { ...view, latencyMsP95: viewOf(buckets, component, latencySince, until).latencyMsP95 };
}

/** Analysis and scores over the database: the same in whatever process asks. */
export function composePlanning(options: {
  database: Database;
  clock: Clock;
  history: MoveHistory;
  roundTrips: () => Promise<(from: string, to: string) => number>;
  worldSpeed: number;
  worldNow: WorldClock;
  orchestratorPlace: string | null;
}): PlanningParts {
  const { database, clock, history, roundTrips, worldSpeed, worldNow, orchestratorPlace } = options;
  const registry = createRegistryStore(database);
  const measured = createMeasuredLinks(database.pool);
  const analysis = createAnalysis({
    reader: {
      traffic: (from, to) => readTrafficRows(database.pool, from, to),
      instances: (from, to) => readInstanceRows(database.pool, from, to),
      links: async (from, to) => {
        const steps = await measured.steps(from, to, BUCKET_MS / 1000);
        return steps.flatMap(({ rttMsP50, ...step }) => (rttMsP50 === null ? [] : [{ ...step, rttMsP50 }]));
      },
    },
    clock,
    accessMs,
    expectedRttMs,
  });
  const looks = createLooks({
    read: () => registry.read(),
    analysis,
    history,
    roundTrips,
    expectedRttMs,
    worldNow,
    worldSpeed,
    orchestratorPlace,
    clock,
  });
  return {
    analysis,
    looks,
    serviceView: async (component, since, until, latencySince = since) =>
      viewSince(await analysis.evidence(await registry.read()), component, { since, until, latencySince }),
    foresee: async (move) => {
      const look = await looks.latest();
      const { evaluator, policy } = policyViewOf(look, move.component);
      return foreseeMove({ move, evaluator, policy, drift: driftOf(look.buckets), past: look.past });
    },
  };
}

/** How much faster than the wall clock the world's runs: the lab's day is short. */
const worldSpeedOf = (env: ProcessEnv, wiring: Wiring): number => (wiring.lab === null ? 1 : env.GEOSTITCH_LAB_SPEED);

const wallClock: WorldClock = () => Promise.resolve(systemClock.now());

export interface OwnPlanning {
  readonly database: Database;
  readonly worldSpeed: number;
  readonly worldNow?: WorldClock;
  readonly orchestratorPlace?: string | null;
}

/** With round-trip times as the registry's links give them. */
export function composeOwnPlanning(options: OwnPlanning): PlanningParts {
  const { database, worldSpeed, worldNow = wallClock, orchestratorPlace = null } = options;
  const registry = createRegistryStore(database);
  const roundTrips = createRoundTrips(() => registry.read(), createMeasuredLinks(database.pool));
  return composePlanning({
    database,
    clock: systemClock,
    history: { past: () => createMigrationStore(database, readRegistry).past() },
    roundTrips: async () => {
      await roundTrips.matrix();
      return (from, to) => roundTrips.between(from, to);
    },
    worldSpeed,
    worldNow,
    orchestratorPlace,
  });
}

/** Of a process that was started with a wiring. */
export const composeWiredPlanning = (
  database: Database,
  env: ProcessEnv,
  wiring: Wiring,
  worldNow: WorldClock = createWorldClock(wiring),
): PlanningParts =>
  composeOwnPlanning({
    database,
    worldSpeed: worldSpeedOf(env, wiring),
    worldNow,
    orchestratorPlace: wiring.orchestratorPlace,
  });
