import { pino } from "pino";
import { readRegistry } from "../component-registry/store/records.ts";
import { emptyCounts, observe } from "../kpi-intake/domain/histogram.ts";
import { toPairs } from "../kpi-intake/domain/packed-counts.ts";
import { storeTraffic } from "../kpi-intake/store/samples-store.ts";
import type { Looks } from "../migration-planning/index.ts";
import { greedyLocalSearch } from "../migration-planning/domain/planner/greedy-local-search.ts";
import { planningPass, type PlanningLoopDeps } from "../orchestration/engine/planning-loop.ts";
import { settlePlans, type SettleDeps } from "../orchestration/engine/settle-plans.ts";
import { createLeaseStore } from "../orchestration/store/lease-store.ts";
import { createLeasedChanges, createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemClock } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import { addInstance, component, startApi, type Answer, type TestApi } from "./api.ts";

/** Planning passes over a real database: what was measured is written as gateways report it, the clocks are the test's. */

const RATE = 20;
export const BUCKET_MS = 10_000;

export interface Measured {
  /** Place at which users come in, and where they are served. */
  readonly entry?: string;
  readonly servedIn?: string;
  readonly ms?: number;
}

/** Users of a component for three minutes. */
export async function measure(api: TestApi, name = "shop/cart", measured: Measured = {}): Promise<void> {
  const { entry = "west", servedIn = "east", ms = 70 } = measured;
  const last = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS;
  const counts = emptyCounts();
  const requests = (RATE * BUCKET_MS) / 1000;
  for (let index = 0; index < requests; index += 1) observe(counts, index % 10 === 0 ? ms + 200 : ms);
  for (let step = 0; step < 18; step += 1) {
    const sample = {
      component: name,
      entry,
      dataCenter: servedIn,
      user: true,
      country: "DE",
      region: "Europe",
      cell: null,
      requests,
      errors: 0,
      latency: toPairs(counts),
      sumMs: requests * ms,
    };
    const delivery = { agent: "gateway", webhookId: newId("msg") };
    await storeTraffic(api.database.pool, delivery, new Date(last - step * BUCKET_MS), [sample]);
  }
}

/** A component beside the shop's cart, running where it is said to. */
export async function addComponent(
  api: TestApi,
  { application = "shop", name, place }: { application?: string; name: string; place: string },
  spec: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const manifest = component(name, spec);
  const answer = await api.call("POST", "/apply", { body: [{ ...manifest, metadata: { application, name } }] });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  await addInstance(api, `${application}/${name}`, place);
}

export interface TestPlanner {
  readonly pass: () => Promise<void>;
  /** What settles plans whose moves have ended. */
  readonly settle: (serviceView?: SettleDeps["serviceView"]) => Promise<void>;
}

export interface PlannerClocks {
  readonly now?: () => Date;
  readonly worldNow?: () => Date | null;
  /** What happens between the look and what is made of it. */
  readonly afterLook?: () => Promise<void>;
}

/** The leader's second loop, a pass at a time, over an API of its own. */
export async function startPlanner(
  api: TestApi,
  { now = () => new Date(), worldNow = now, afterLook = () => Promise.resolve() }: PlannerClocks = {},
): Promise<TestPlanner> {
  const { database, services } = api;
  const term = (await createLeaseStore(database.pool).acquire("test", 600_000)) ?? 0;
  const look = async () => {
    const looked = { ...(await services.looks.fresh()), worldNow: worldNow() };
    await afterLook();
    return looked;
  };
  const looks: Looks = { latest: look, fresh: services.looks.fresh };
  const deps: PlanningLoopDeps = {
    store: createMigrationStore(database, readRegistry),
    changes: createLeasedChanges(database, readRegistry),
    plans: services.plans,
    looks,
    planner: greedyLocalSearch,
    clock: { ...systemClock, now },
    logger: pino({ level: "silent" }),
    newId,
  };
  const nothingSeen = () => Promise.resolve({ requests: 0, latencyMsP95: null });
  return {
    pass: () => planningPass(deps, term),
    settle: (serviceView = nothingSeen) => settlePlans({ ...deps, serviceView }, term),
  };
}

export interface PlanBody {
  readonly id: string;
  readonly state: string;
  readonly hash: string;
  readonly policy: string;
  readonly note: string | null;
  readonly summary: string;
  readonly supersededBy: string | null;
  readonly decision: { readonly by: { readonly name: string } } | null;
  readonly guardRails: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
  readonly moves: readonly { readonly component: string; readonly to: string; readonly migration: string | null }[];
}

export const planOf = ({ body }: Answer): PlanBody => body as unknown as PlanBody;

export const plansOf = async (api: TestApi): Promise<readonly PlanBody[]> =>
  (await api.call("GET", "/plans")).body["items"] as unknown as PlanBody[];

/** A database and an API of its own for each test: its evidence is nobody else's. */
export async function withApi(name: string, work: (api: TestApi) => Promise<void>): Promise<void> {
  const api = await startApi(`${name}_${newId("t").slice(-8)}`);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

/** What an engine would have made of a move: it has ended, with this verdict. */
export async function endMove(
  api: TestApi,
  id: string,
  { verdict, state = "succeeded", committed = true }: { verdict: string; state?: string; committed?: boolean },
): Promise<void> {
  const receipt = { promised: null, achieved: { pauseMs: 0, latencyMsP95: null, costUsd: null }, verdict };
  const now = new Date();
  await api.database.prisma.migration.update({
    where: { id },
    data: { state, receipt, endedAt: now, pointOfNoReturnAt: committed ? now : null, startedAt: now },
  });
  await api.database.prisma.migrationStep.updateMany({ where: { migrationId: id, name: "reserve" }, data: { startedAt: now } });
}
