import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Mode } from "../../component-registry/domain/manifest.ts";
import type { MigrationDto, PlanDto } from "../../api/shapes/index.ts";
import { createApiKeys } from "../../identity/index.ts";
import { quantiles } from "../../kpi-intake/domain/histogram.ts";
import { FACETS } from "../../kpi-intake/domain/facets.ts";
import { readSums } from "../../kpi-intake/read-sums.ts";
import { merge } from "../../kpi-intake/domain/histogram.ts";
import { systemActor } from "../../platform/actor.ts";
import { openDatabase, type Database } from "../../platform/db/client.ts";
import { composeOwnPlanning } from "../../processes/planning-parts.ts";
import { dayMoveOf, type DayFigures, type DayMove } from "./judge-day.ts";
import { startProduct, type Product } from "../product.ts";

export interface DayOrder {
  readonly mode: Extract<Mode, "auto" | "observe">;
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
const statusSchema = z.object({
  clock: z.string(),
  users: z.object({ failed: z.number(), lost: z.number(), doubled: z.number() }),
});

/** One day of the shipped lab, whole and real, under one mode of its policy: what moved, what users got, what it cost. */
export async function runDay(order: DayOrder): Promise<DayRun> {
  const { seed, speed, begin } = order;
  const product = await startProduct({
    GEOSTITCH_LAB: "on",
    GEOSTITCH_LAB_SEED: String(seed),
    GEOSTITCH_LAB_SPEED: String(speed),
    GEOSTITCH_LAB_CLOCK: begin.toISOString(),
    GEOSTITCH_ADMIN_PASSWORD: "a-day-on-its-own",
  });
  const database = openDatabase(product.databaseUrl, { name: "lab-day", connectionsMax: 2 });
  try {
    return await watchDay(order, product, database);
  } finally {
    await database.close();
    await product.stop();
  }
}

async function watchDay({ mode, speed, hours, tell }: DayOrder, product: Product, database: Database): Promise<DayRun> {
  const { key } = await createApiKeys(database).create({ name: "lab-day", role: "administrator", actor: systemActor("lab:day") });
  const api = apiOf(product, key);
  await setMode(api, mode);
  const started = new Date();
  const startClock = await labClock(product);
  const endClock = startClock + hours * HOUR_MS;
  const usd = await accumulateMoney({ database, product, speed, startClock, endClock, tell: (line) => tell(`${mode}: ${line}`) });
  await untilMovesEnd(api);
  await delay(REPORTED_WITHIN_MS);
  const users = await checkUsers(product);
  const ended = new Date();
  const migrations = await api.all<MigrationDto>("/migrations");
  const plans = await api.all<PlanDto>("/plans");
  const paybacks = new Map(plans.map(({ id, totals }) => [id, totals.paybackHours]));
  const hourOf = (at: string): number => ((Date.parse(at) - started.getTime()) * speed) / HOUR_MS;
  const moves = migrations.map((migration) =>
    dayMoveOf(migration, { hourOf, paybackHours: paybacks.get(migration.plan ?? "") ?? null }),
  );
  const copies = migrations.reduce((sum, { receipt }) => sum + (receipt?.achieved.costUsd ?? 0), 0);
  return { moves, figures: { ...(await feltBy(database, started, ended)), ...users, usd: { ...usd, moves: copies } } };
}

interface Api {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  all<T>(path: string): Promise<T[]>;
}

function apiOf({ consoleUrl }: Product, key: string): Api {
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(`${consoleUrl}/api/v1${path}`, { ...init, headers, signal: AbortSignal.timeout(30_000) });
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const get = (path: string): Promise<unknown> => call(path);
  return {
    get,
    post: (path, body) => call(path, { method: "POST", body: JSON.stringify(body) }),
    all: async <T>(path: string): Promise<T[]> => {
      const items: T[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const from: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page = (await get(`${path}?limit=500${from}`)) as { items: T[]; nextCursor: string | null };
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return items;
    },
  };
}

async function setMode(api: Api, mode: Mode): Promise<void> {
  const { spec } = (await api.get("/policies/default")) as { spec: object };
  const manifest = { apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: { ...spec, mode } };
  await api.post("/apply", manifest);
}

async function labStatus({ wiring: { lab } }: Product, path: string, method: string) {
  if (lab === null) throw new Error("the product runs without its lab");
  const headers = { authorization: `Bearer ${lab.token}` };
  const answer = await fetch(`${lab.controlUrl}${path}`, { method, headers, signal: AbortSignal.timeout(120_000) });
  const body: unknown = await answer.json();
  return path === "/v1/check" ? { clock: "", users: statusSchema.shape.users.parse(body) } : statusSchema.parse(body);
}

const labClock = async (product: Product): Promise<number> => Date.parse((await labStatus(product, "/v1/status", "GET")).clock);

/** Every document is read back, so that a write which nobody would have missed is missed here. */
const checkUsers = async (product: Product) => (await labStatus(product, "/v1/check", "POST")).users;

interface Accumulating {
  readonly database: Database;
  readonly product: Product;
  readonly speed: number;
  readonly startClock: number;
  readonly endClock: number;
  readonly tell: (line: string) => void;
}

/** Dollars an hour as the planner's own model reads them off what runs and what was measured, every half hour of the lab's clock. */
async function accumulateMoney({ database, product, speed, startClock, endClock, tell }: Accumulating) {
  const { looks } = composeOwnPlanning(database, speed);
  const usd = { compute: 0, traffic: 0, waiting: 0 };
  for (let last = startClock; last < endClock;) {
    await delay(MONEY_EVERY_LAB_MS / speed);
    const clock = Math.min(endClock, await labClock(product));
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
async function untilMovesEnd(api: Api): Promise<void> {
  const deadline = Date.now() + MOVES_END_WITHIN_MS;
  while (Date.now() < deadline) {
    const open = (await api.all<MigrationDto>("/migrations")).filter(({ endedAt }) => endedAt === null);
    if (open.length === 0) return;
    await delay(1_000);
  }
}

/** What users got, by the gateway's own histograms. */
async function feltBy({ pool }: Database, from: Date, to: Date): Promise<Pick<DayFigures, "requests" | "p50" | "p75" | "p95">> {
  const sums = await readSums(pool, { facet: FACETS.region, by: [], only: {}, from, to, stepSeconds: null });
  const counts = sums.reduce<readonly number[]>((all, sum) => merge(all, sum.counts), []);
  const [p50 = null, p75 = null, p95 = null] = quantiles(counts, [0.5, 0.75, 0.95]);
  return { requests: sums.reduce((all, { requests }) => all + requests, 0), p50, p75, p95 };
}
