import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Mode } from "../../component-registry/domain/manifest.ts";
import type { MigrationDto, PlanDto } from "../../api/shapes/index.ts";
import { createApiKeys } from "../../identity/index.ts";
import { quantiles, sumCounts } from "../../kpi-intake/domain/histogram.ts";
import { FACETS } from "../../kpi-intake/domain/facets.ts";
import { readSums } from "../../kpi-intake/read-sums.ts";
import { systemActor } from "../../platform/actor.ts";
import { openDatabase, type Database } from "../../platform/db/client.ts";
import { callApi, readAll, type ApiOptions } from "../../processes/cli/client.ts";
import { composeOwnPlanning } from "../../processes/planning-parts.ts";
import { createWorldClock, type WorldClock } from "../../processes/world-clock.ts";
import { dayMoveOf, type DayFigures, type DayMove } from "./judge-day.ts";
import { startProduct, type Product } from "../product.ts";

export interface DayOrder {
  readonly mode: Extract<Mode, "auto" | "observe">;
  /** Path of the world file. */
  readonly world: string;
  readonly seed: number;
  readonly speed: number;
  readonly begin: Date;
  readonly hours: number;
  readonly tell: (line: string) => void;
}

export interface DayRun {
  readonly moves: readonly DayMove[];
  readonly figures: DayFigures;
}

const HOUR_MS = 3_600_000;
const MONEY_EVERY_LAB_MS = HOUR_MS / 2;
/** What gateways report comes within some seconds. */
const REPORTED_WITHIN_MS = 12_000;
const usersSchema = z.object({ failed: z.number(), lost: z.number(), doubled: z.number() });
/** Until instances, agents and connections are warm nothing is worth deciding on: before the day begins, for both runs. */
const WARM_MS = 90_000;

/** One day of the shipped lab, whole and real, under one mode of its policy: what moved, what users got, what it cost. */
export async function runDay(order: DayOrder): Promise<DayRun> {
  const { world, seed, speed, begin } = order;
  const product = await startProduct({
    GEOSTITCH_LAB: "on",
    GEOSTITCH_LAB_SEED: String(seed),
    GEOSTITCH_LAB_SPEED: String(speed),
    GEOSTITCH_LAB_WORLD: world,
    // The product is ready some seconds after its lab is.
    GEOSTITCH_LAB_CLOCK: new Date(begin.getTime() - WARM_MS * speed).toISOString(),
    GEOSTITCH_ADMIN_PASSWORD: "a-day-on-its-own",
  });
  const database = openDatabase(product.databaseUrl, { name: "lab-day", connectionsMax: 2 });
  try {
    return await watchDay(order, product, database);
  } finally {
    await database.close().finally(() => product.stop());
  }
}

async function watchDay(order: DayOrder, product: Product, database: Database): Promise<DayRun> {
  const { mode, speed, begin, hours, tell } = order;
  const { key } = await createApiKeys(database).create({ name: "lab-day", role: "administrator", actor: systemActor("lab:day") });
  const api = { server: product.consoleUrl, key };
  const clock = createWorldClock(product.wiring);
  const startClock = begin.getTime();
  while ((await labClock(clock)) < startClock) await delay(500);
  await setMode(api, mode);
  const started = new Date();
  const endClock = startClock + hours * HOUR_MS;
  const usd = await accumulateMoney({ database, clock, speed, startClock, endClock, tell: (line) => tell(`${mode}: ${line}`) });
  await untilMovesEnd(api);
  await delay(REPORTED_WITHIN_MS);
  const users = await checkUsers(product);
  const ended = new Date();
  const migrations = (await readAll(api, "/migrations")) as MigrationDto[];
  const plans = (await readAll(api, "/plans")) as PlanDto[];
  const paybacks = new Map(plans.map(({ id, totals }) => [id, totals.paybackHours]));
  const hourOf = (at: string): number => ((Date.parse(at) - started.getTime()) * speed) / HOUR_MS;
  const moves = migrations.map((migration) =>
    dayMoveOf(migration, { hourOf, paybackHours: paybacks.get(migration.plan ?? "") ?? null }),
  );
  const copies = migrations.reduce((sum, { receipt }) => sum + (receipt?.achieved.costUsd ?? 0), 0);
  return { moves, figures: { ...(await feltBy(database, started, ended)), ...users, usd: { ...usd, moves: copies } } };
}

/** Moves of one plan switch together where as many as it has may run at once; everything else is as it is shipped. */
const MAX_CONCURRENT = 10;

async function setMode(api: ApiOptions, mode: Mode): Promise<void> {
  const { spec } = (await callApi(api, "GET", "/policies/default")) as { spec: { guardRails: object } };
  const guardRails = { ...spec.guardRails, maxConcurrent: MAX_CONCURRENT };
  const metadata = { name: "default" };
  await callApi(api, "POST", "/apply", {
    apiVersion: "geostitch.dev/v1",
    kind: "Policy",
    metadata,
    spec: { ...spec, mode, guardRails },
  });
}

const CLOCK_TRIES = 20;

/** The lab's clock; a lab that is busy for a moment is asked again, since a day cannot be told without it. */
async function labClock(clock: WorldClock): Promise<number> {
  for (let tries = 0; tries < CLOCK_TRIES; tries += 1) {
    const now = await clock();
    if (now !== null) return now.getTime();
    await delay(500);
  }
  throw new Error("the lab does not tell its clock");
}

/** Every document is read back, so that a write which nobody would have missed is missed here. */
async function checkUsers({ wiring: { lab } }: Product) {
  if (lab === null) throw new Error("the product runs without its lab");
  const headers = { authorization: `Bearer ${lab.token}` };
  const answer = await fetch(`${lab.controlUrl}/v1/check`, { method: "POST", headers, signal: AbortSignal.timeout(120_000) });
  return usersSchema.parse(await answer.json());
}

interface Accumulating {
  readonly database: Database;
  readonly clock: WorldClock;
  readonly speed: number;
  readonly startClock: number;
  readonly endClock: number;
  readonly tell: (line: string) => void;
}

/** Dollars an hour as the planner's own model reads them off what runs and what was measured, every half hour of the lab's clock. */
async function accumulateMoney({ database, clock: world, speed, startClock, endClock, tell }: Accumulating) {
  const { looks } = composeOwnPlanning({ database, worldSpeed: speed });
  const usd = { compute: 0, traffic: 0, waiting: 0 };
  for (let last = startClock; last < endClock;) {
    await delay(MONEY_EVERY_LAB_MS / speed);
    const clock = Math.min(endClock, await labClock(world));
    const { evaluator } = await looks.latest();
    const { money } = evaluator.evaluate(evaluator.model.present);
    const hours = (clock - last) / HOUR_MS;
    for (const part of ["compute", "traffic", "waiting"] as const) usd[part] += money[part] * hours;
    if (Math.floor((clock - startClock) / (6 * HOUR_MS)) > Math.floor((last - startClock) / (6 * HOUR_MS)))
      tell(`${Math.round((clock - startClock) / HOUR_MS)} h of the day are over`);
    last = clock;
  }
  return usd;
}

const MOVES_END_WITHIN_MS = 180_000;

/** What began in the day is part of it. */
async function untilMovesEnd(api: ApiOptions): Promise<void> {
  const deadline = Date.now() + MOVES_END_WITHIN_MS;
  while (Date.now() < deadline) {
    const open = ((await readAll(api, "/migrations")) as MigrationDto[]).filter(({ endedAt }) => endedAt === null);
    if (open.length === 0) return;
    await delay(1_000);
  }
}

/** What users got, by the gateway's own histograms. */
async function feltBy({ pool }: Database, from: Date, to: Date): Promise<Pick<DayFigures, "requests" | "p50" | "p75" | "p95">> {
  const sums = await readSums(pool, { facet: FACETS.region, by: [], only: {}, from, to, stepSeconds: null });
  const counts = sumCounts(sums.map((sum) => sum.counts));
  const [p50 = null, p75 = null, p95 = null] = quantiles(counts, [0.5, 0.75, 0.95]);
  return { requests: sums.reduce((all, { requests }) => all + requests, 0), p50, p75, p95 };
}
